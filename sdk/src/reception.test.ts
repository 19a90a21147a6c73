/** One sitting between a person's own client and a company's desk, and what is brought to a desk that should not be. */
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { hashOf } from "@freehold/protocol/jws";
import { pairwiseKey } from "@freehold/protocol/keys";
import { formatCode } from "@freehold/protocol/lock";
import { decodeDocument } from "@freehold/protocol/offer";
import type { Receipt } from "@freehold/protocol/receipt";
import { decodeRecord } from "@freehold/protocol/record";
import { publicJwk, signDocument } from "@freehold/protocol/sign";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { acceptAnswer } from "../../person/src/deliver.ts";
import { takeSnapshot } from "../../person/src/snapshot.ts";
import { withdraw } from "../../person/src/withdraw.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { shop } from "../../protocol/testkit/story.ts";
import { granting, meet, openShop, request } from "../../test/reception-kit.ts";
import type { Shop } from "../../test/reception-kit.ts";
import { endAll, run, temporaryFolder, until } from "../../test/register.ts";
import { openSqliteStore } from "./store-sqlite.ts";

const open: Shop[] = [];
afterEach(async () => {
  for (const { reception, desk } of open.splice(0)) {
    await reception.close();
    await desk.close();
  }
});
const opened = async (...options: Parameters<typeof openShop>) => {
  const made = await openShop(...options);
  open.push(made);
  return made;
};
const withdrawAt = { endpoint: `${shop.id}/freehold/withdraw`, deliver: `${shop.id}/freehold/records` };
const may = ({ desk }: Shop, subject = "customer-7") => desk.check({ subject, ...request });

/** She has granted, and the shop knows. */
async function granted(made: Shop, subject = "customer-7", name = "her") {
  const her = await meet(made, name);
  const { offer, reference } = await made.offer(subject);
  const item = await her.decide(granting(offer));
  const { delivery, answer } = await her.bring(item, { reference: reference! });
  expect(delivery.error).toBeUndefined();
  await made.desk.refresh();
  return { her, item, answer, offer, reference };
}

test("offer, grant, delivery: bound, acknowledged in the log, allowed; what she gets back verifies in her receipt", async () => {
  const made = await opened();
  expect(may(made)).toMatchObject({ allowed: false, reason: "no_grant" });
  const { her, item, answer } = await granted(made);
  expect(may(made)).toMatchObject({ allowed: true, grant: { index: item.index } });
  expect(answer).toMatchObject({ acknowledgement: { index: expect.any(Number) as number }, binding: { index: expect.any(Number) as number } });
  const policy = parseTrustPolicy(made.site.register.policyText);
  const snapshot = await takeSnapshot({ url: made.site.url, policy, fetch: made.site.fetch });
  const kept = await acceptAnswer({ item, answer: answer!, company: her.company, snapshot, policy, now: made.clock.now });
  expect(kept.acknowledgements).toHaveLength(1);
  const { document } = decodeDocument("freehold-binding+jws", kept.binding!.jws);
  expect(document.account).not.toContain("customer-7");
  expect(await made.reception.waiting()).toEqual({ waiting: 0, overdue: 0 });

  // The same delivery again: the same answer, and nothing is done twice.
  const entries = made.site.register.entries.length;
  const again = await her.bring(item);
  expect(again.answer!.acknowledgement!.jws).toBe(answer!.acknowledgement!.jws);
  expect(made.desk.size.decisions).toBe(1);
  expect(made.site.register.entries.length).toBe(entries);
  const asked = await made.site.fetch(`${withdrawAt.deliver}/${item.id}`);
  expect(await asked.json()).toMatchObject({ record: item.id, acknowledgement: { jws: answer!.acknowledgement!.jws } });
});

test("withdrawn at the company while the register is stopped: ended at once, acknowledged and logged when it returns, also over a restart", async () => {
  const made = await opened();
  const { her, item } = await granted(made);
  made.down.register = true;
  const [outcome] = await withdraw({ secret: her.secret(item), fetch: made.site.fetch, company: withdrawAt.endpoint });
  expect(outcome).toMatchObject({ by: "company", done: true });
  expect(may(made)).toMatchObject({ allowed: false, reason: "ended" });
  expect(await made.reception.waiting()).toMatchObject({ waiting: 2 });
  await made.reopen();
  expect(may(made)).toMatchObject({ reason: "ended" });
  made.down.register = false;
  await made.reception.flush();
  const [after] = await withdraw({ secret: her.secret(item), fetch: made.site.fetch, company: withdrawAt.endpoint });
  const { acknowledgement } = after as { acknowledgement: { jws: string } };
  expect(decodeDocument("freehold-acknowledgement+jws", acknowledgement.jws).document).toMatchObject({ secret: toHex(her.secret(item)) });
  expect(made.site.register.entries.filter((entry) => entry[1] === 2)).toHaveLength(1);
});

test("withdrawn at the register: not allowed after the next look; by code at the company; and a code that opens nothing", async () => {
  const made = await opened();
  const { her, item } = await granted(made);
  const policy = parseTrustPolicy(made.site.register.policyText);
  const [outcome] = await withdraw({ secret: her.secret(item), fetch: made.site.fetch, register: { url: made.site.url, policy } });
  expect(outcome).toMatchObject({ by: "register", done: true });
  await made.desk.refresh();
  expect(may(made)).toMatchObject({ reason: "ended" });

  const other = await granted(made, "customer-8", "him");
  const post = async (body: object) => {
    const answer = await made.site.fetch(withdrawAt.endpoint, { method: "POST", body: JSON.stringify(body) });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };
  expect(await post({ code: formatCode(other.her.secret(other.item)).toLowerCase().replaceAll("-", " ") })).toEqual([200, undefined]);
  expect(may(made, "customer-8")).toMatchObject({ reason: "ended" });
  const unknown = toHex(new Uint8Array(32).fill(9));
  expect(await post({ secret: unknown })).toEqual([404, "lock_unknown"]);
  expect(await post({ code: "0000" })).toEqual([400, "code_malformed"]);
  expect(await post({ code: "x", secret: unknown })).toEqual([400, "delivery_malformed"]);
  made.down.register = true;
  expect(await post({ secret: unknown })).toEqual([503, "unavailable"]);
});

test("a refusal that comes without proof, the register being stopped, blocks at once; the desk logs it when it returns", async () => {
  const made = await opened();
  const { her } = await granted(made);
  const refusal = await her.decide({ act: "dpv:ConsentWithdrawn" }, { submit: false });
  made.down.register = true;
  const { delivery } = await her.bring(refusal, { attempts: 1 });
  expect(delivery).toMatchObject({ by: "endpoint" });
  expect(delivery.error).toBeUndefined();
  expect(may(made)).toMatchObject({ reason: "blocked", blocker: { index: null } });
  made.down.register = false;
  await made.reception.flush();
  await made.desk.refresh();
  expect(may(made)).toMatchObject({ reason: "blocked", blocker: { index: expect.any(Number) as number } });
  expect(await made.reception.answerTo(refusal.id)).toMatchObject({ kind: "refusal", acknowledgement: expect.any(Object) as object });
});

test("an access request is acknowledged, has a deadline, and its answer reaches her in the log", async () => {
  const made = await opened();
  const { her } = await granted(made);
  const told: string[] = [];
  made.reception.inbox.on(({ state }) => told.push(state));
  const item = await her.decide({ act: "eu-gdpr:A15" });
  await her.bring(item, { reply: "mailto:her@mail.example" });
  const [waiting] = await made.reception.inbox.list({ open: true });
  expect(waiting).toMatchObject({ record: item.id, subject: "customer-7", act: "eu-gdpr:A15", state: "open", reply: "mailto:her@mail.example" });
  expect(waiting!.due - waiting!.received).toBe(30 * 86_400);
  const { answer } = made.reception.inbox;
  await expect(answer({ record: item.id, answer: "rejected" })).rejects.toMatchObject({ code: "argument_invalid" });
  expect(await answer({ record: item.id, answer: "delayed", grounds: "Many requests" })).toMatchObject({ due: waiting!.received + 92 * 86_400 });
  await answer({ record: item.id, answer: "fulfilled", document: "cd".repeat(32) });
  await expect(answer({ record: item.id, answer: "fulfilled" })).rejects.toMatchObject({ code: "argument_invalid" });
  await expect(answer({ record: "00".repeat(32), answer: "fulfilled" })).rejects.toMatchObject({ code: "request_unknown" });
  await made.reception.flush();
  const again = await her.bring(item);
  expect(decodeDocument("freehold-acknowledgement+jws", again.answer!.acknowledgement!.jws).document).toMatchObject({
    answer: "dpv:RequestFulfilled",
    document: "cd".repeat(32),
    record: item.id,
  });
  expect(told).toEqual(["open", "delayed", "fulfilled"]);
});

test("a second key for an account looks like a sock puppet; declared lost, the old grants lapse; a reference is good once", async () => {
  const made = await opened();
  const { reference } = await granted(made);
  const stranger = await meet(made, "somebody else");
  const bring = async (used: string | undefined, offer: string) => {
    const item = await stranger.decide(granting(offer));
    const brought = await made.site.fetch(withdrawAt.deliver, {
      method: "POST",
      body: JSON.stringify({
        "@context": "urn:freehold:delivery:1",
        receipt: JSON.parse(await stranger.receipt(item)) as object,
        ...(used !== undefined && { reference: used }),
      }),
    });
    return [brought.status, ((await brought.json()) as { code?: string }).code];
  };
  const { offer } = await made.offer();
  expect(await bring(reference!, offer)).toEqual([403, "reference_unknown"]);
  expect(await bring(undefined, offer)).toEqual([403, "kid_unbound"]);
  const second = await made.offer("customer-7");
  expect(await bring(second.reference, second.offer)).toEqual([409, "binding_previous"]);
  const lost = await made.offer("customer-7", { lost: true });
  expect(await bring(lost.reference, lost.offer)).toEqual([200, undefined]);
  await made.desk.refresh();
  expect(may(made)).toMatchObject({ allowed: true });
  const { decisions } = await made.desk.explain({ subject: "customer-7", ...request });
  expect(decisions.map(({ conditions }) => conditions.find(({ condition }) => condition === "lapsed")!.holds)).toEqual([false, true]);
});

test("a refusal of somebody whom nobody recognises waits in the inbox, and counts once the company knows whose it is", async () => {
  const made = await opened();
  const her = await meet(made, "unknown");
  const refusal = await her.decide({ act: "dpv:ConsentRefused" });
  const { delivery } = await her.bring(refusal, { identifiers: [{ kind: "cookie", name: "id", value: "1" }] });
  expect(delivery.error).toBeUndefined();
  const [item] = await made.reception.inbox.list();
  expect(item).toMatchObject({ subject: null, act: "dpv:ConsentRefused", identifiers: [{ name: "id", value: "1" }] });
  await made.reception.recognise({ kid: item!.kid, subject: "customer-9" });
  expect(await made.reception.inbox.list()).toEqual([]);
  const { decisions } = await made.desk.explain({ subject: "customer-9", ...request });
  expect(decisions).toMatchObject([{ decision: { record: refusal.id, kind: "refusal", index: refusal.index } }]);
});

test("a key that follows another, by that one's word, has its account and all that was decided; the former one decides nothing more", async () => {
  const made = await opened();
  const { her, item } = await granted(made);
  const next = await meet(made, "her next key");
  const refusal = await next.decide({ act: "dpv:ObjectingToProcess" });
  const formerKey = pairwiseKey(bytesOf("seed of her"), { controller: shop.id });
  const { kid } = decodeRecord(refusal.jws);
  const rotation = (of: string) => ({
    jws: signDocument("freehold-rotation+jws", { "@context": "urn:freehold:rotation:1", controller: shop, kid: of }, formerKey),
    key: publicJwk(formerKey),
  });
  const bring = async (receipt: string, also: object) => {
    const body = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt: JSON.parse(receipt) as object, ...also });
    const answer = await made.site.fetch(withdrawAt.deliver, { method: "POST", body });
    return { status: answer.status, ...((await answer.json()) as { code?: string; binding?: { index: number; jws: string } }) };
  };
  const receipt = await next.receipt(refusal);
  expect(await bring(receipt, { rotation: rotation("A".repeat(43)) })).toMatchObject({ code: "binding_malformed" });
  const { binding } = await bring(receipt, { rotation: rotation(kid) });
  expect(decodeDocument("freehold-binding+jws", binding!.jws).document.previous).toMatchObject({ kid: decodeRecord(item.jws).kid, rotation: {} });
  await made.desk.refresh();
  expect(may(made)).toMatchObject({ reason: "blocked", blocker: { index: refusal.index } });
  const late = await her.decide(granting((await made.offer()).offer));
  expect(late.index).toBeGreaterThan(binding!.index);
  expect(await bring(await her.receipt(late), {})).toMatchObject({ status: 409, code: "kid_rotated" });
});

test("what is wrong with a refusal behind its place in the log keeps nobody from obeying it; before it, it does", async () => {
  const made = await opened();
  const { her } = await granted(made);
  const refusal = await her.decide({ act: "dpv:ConsentWithdrawn" });
  const receipt = JSON.parse(await her.receipt(refusal)) as Receipt;
  const bring = async (changes: Partial<Receipt>) => {
    const body = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt: { ...receipt, ...changes } });
    return (await made.site.fetch(withdrawAt.deliver, { method: "POST", body })).status;
  };
  expect(await bring({ proof: receipt.proof.replace(/index \d+/, "index 1") })).toBe(400);
  expect(may(made).allowed).toBe(true);
  expect(await bring({ status: { ...receipt.status, root: "00".repeat(32) } })).toBe(200);
  expect(may(made)).toMatchObject({ reason: "blocked", blocker: { index: refusal.index } });
});

test("what came of a key before anybody knew whose it is counts as soon as the key is bound", async () => {
  const made = await opened();
  const her = await meet(made, "her");
  const { offer, reference } = await made.offer("customer-7");
  const item = await her.decide(granting(offer));
  const refusal = await her.decide({ act: "dpv:ConsentWithdrawn" });
  await her.bring(refusal);
  await her.bring(item, { reference: reference! });
  await made.desk.refresh();
  expect(may(made)).toMatchObject({ reason: "blocked", blocker: { index: refusal.index } });
  expect(await made.reception.inbox.list()).toEqual([]);
});

test("killed while it receives: what was answered is there, with its acknowledgement in the queue or in the log", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "desk.sqlite");
  const child = run(["test/desk-child.ts", file]);
  await until(() => child.stdout.split("\n").length > 12);
  await child.stop("SIGKILL");
  const taken = child.stdout.split("\n").slice(0, -1);
  const store = openSqliteStore(file);
  for (const record of taken) {
    expect(await store.decisions("record", record)).toHaveLength(1);
    const papers = [...(await store.papers("outbox", { after: `3/record/${record}` })), ...(await store.papers("answer", { after: `record/${record}` }))];
    expect(papers.filter(({ key }) => key.includes(record)).length).toBeGreaterThan(0);
  }
  await store.close();
  await endAll();
});

test("erased: answers, requests and references too; a refusal that was never logged is logged first; what was erased does not come back", async () => {
  const made = await opened({ retention: 1000 });
  const { her, item } = await granted(made);
  const refusal = await her.decide({ act: "dpv:ConsentWithdrawn" }, { submit: false });
  made.down.register = true;
  await her.bring(refusal, { attempts: 1 });
  expect(await made.reception.erasures.erase({ subject: "customer-7" })).toBeUndefined();
  expect(may(made)).toMatchObject({ reason: "blocked" });
  made.down.register = false;
  expect(await made.reception.erasures.run()).toBe(2);
  expect(made.desk.size.decisions).toBe(0);
  expect(await made.reception.answerTo(item.id)).toBeUndefined();
  for (const drawer of ["answer", "outbox", "inbox", "reference", "erasure", "contact", "unrecognised"])
    expect(await made.store.papers(drawer), drawer).toEqual([]);

  const { reference } = await made.offer("customer-7");
  await her.bring(item, { reference: reference! });
  await made.desk.refresh();
  expect(may(made)).toMatchObject({ reason: "below_floor" });
  made.clock.now += 86_400 * 91;
  expect(await made.reception.erasures.run()).toBe(1);
});

test("what is wrong with a delivery is told by its own code, and the desk keeps serving", async () => {
  const made = await opened();
  const { her, item, reference } = await granted(made);
  const receipt = JSON.parse(await her.receipt(item)) as Receipt;
  const fresh = await meet(made, "another");
  const { offer } = await made.offer();
  const newer = await fresh.decide(granting(offer));
  const whole = JSON.parse(await fresh.receipt(newer)) as Receipt;
  const parts = whole.record.split(".");
  const wrap = (changed: object) => ({ "@context": "urn:freehold:delivery:1", receipt: changed });
  const payload = (change: (value: Record<string, unknown>) => object) => {
    const value = JSON.parse(Buffer.from(parts[1]!, "base64url").toString()) as Record<string, unknown>;
    return [parts[0], Buffer.from(JSON.stringify(change(value))).toString("base64url"), parts[2]].join(".");
  };
  const bad: [string, unknown, string, number][] = [
    ["no JSON", "{", "delivery_malformed", 400],
    ["no delivery", {}, "delivery_malformed", 400],
    ["another member", { ...wrap(whole), more: 1 }, "delivery_malformed", 400],
    ["neither receipt nor record", { "@context": "urn:freehold:delivery:1" }, "delivery_malformed", 400],
    [
      "a grant without its proof",
      { "@context": "urn:freehold:delivery:1", unproved: { entry: whole.entry, jws: whole.record, key: whole.key, opening: whole.opening } },
      "delivery_malformed",
      400,
    ],
    ["with her code", wrap({ ...whole, code: formatCode(fresh.secret(newer)) }), "delivery_code", 400],
    ["a signature forged", wrap({ ...whole, record: `${parts[0]}.${parts[1]}.${receipt.record.split(".")[2]}` }), "jws_signature", 400],
    ["a record changed", wrap({ ...whole, record: payload((value) => ({ ...value, expires: "2030-01-01T00:00:00Z" })) }), "jws_signature", 400],
    [
      "a record that is not canonical",
      wrap({ ...whole, record: payload((value) => Object.fromEntries(Object.entries(value).reverse())) }),
      "jws_malformed",
      400,
    ],
    ["cut short", JSON.stringify(wrap(whole)).slice(0, -20), "delivery_malformed", 400],
    ["without its entry", wrap(Object.fromEntries(Object.entries(whole).filter(([name]) => name !== "entry"))), "receipt_malformed", 400],
    [
      "another company's",
      wrap({ ...whole, record: payload((value) => ({ ...value, controller: { id: "https://other.example", name: "O" } })) }),
      "controller_mismatch",
      400,
    ],
    ["the opening of another", wrap({ ...whole, opening: receipt.opening }), "commitment_mismatch", 400],
    ["at another place", wrap({ ...whole, proof: whole.proof.replace(/index \d+/, "index 1") }), "inclusion_invalid", 400],
    ["an older beacon's note", wrap({ ...whole, beacon: { ...whole.beacon, checkpoint: receipt.beacon.checkpoint } }), "receipt_beacon", 400],
    ["a register that nobody named", wrap({ ...whole, proof: whole.proof.replace("register.example/log", "evil.example/log") }), "receipt_origin", 400],
    ["signed by nobody", wrap({ ...whole, proof: whole.proof.replace(/— witness-\d\.example .*\n/g, "") }), "policy_quorum", 400],
    ["status of another entry", wrap({ ...whole, status: { ...whole.status, root: "00".repeat(32) } }), "status_mismatch", 400],
    ["without the offer", wrap(Object.fromEntries(Object.entries(whole).filter(([name]) => name !== "offer"))), "receipt_offer", 400],
    ["without the claims", wrap(Object.fromEntries(Object.entries(whole).filter(([name]) => name !== "claims"))), "receipt_controller", 400],
    ["of nobody that is known", wrap(whole), "kid_unbound", 403],
    ["with a reference that was used", { ...wrap(whole), reference }, "reference_unknown", 403],
    ["too long", `"${"x".repeat(262_144)}"`, "too_large", 413],
  ];
  const entries = made.site.register.entries.length;
  for (const [what, body, code, status] of bad) {
    const answer = await made.site.fetch(withdrawAt.deliver, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
    expect([what, answer.status, ((await answer.json()) as { code?: string }).code]).toEqual([what, status, code]);
  }
  expect(made.desk.size.decisions).toBe(1);
  expect(made.site.register.entries.length).toBe(entries);
  expect(may(made)).toMatchObject({ allowed: true });
  expect(hashOf(whole.record)).toBe(newer.id);
});

test("a store that cannot write takes nothing and says so", async () => {
  const made = await opened();
  const her = await meet(made, "her");
  const { offer, reference } = await made.offer("customer-7");
  const item = await her.decide(granting(offer));
  const write = made.store.write.bind(made.store);
  made.store.write = () => Promise.reject(new Error("disk full"));
  const body = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt: JSON.parse(await her.receipt(item)) as object, reference });
  const refused = await made.site.fetch(withdrawAt.deliver, { method: "POST", body });
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([503, "unavailable"]);
  made.store.write = write;
  expect((await made.site.fetch(withdrawAt.deliver, { method: "POST", body })).status).toBe(200);
});

/**
 * The threats of the design, as attacks on a register that really runs, a desk on SQLite and people with their own client. Where each is tried:
 *
 * | attack | tried in |
 * |---|---|
 * | a company forges a grant, invents a person | test/shop.test.ts, "the cheat …": forge, puppet |
 * | it denies a withdrawal | here, "withdrawn while …": the entry, the event and the company's word, each alone; shop: deny |
 * | a withdrawn or refused grant is revived | here; shop: relog, stale; by random histories in protocol/src/check.test.ts |
 * | the operator drops or delays | here, "an operator who …"; test/malicious-register.ts against `freehold audit`, in cli |
 * | it shows two histories | here, "two histories"; ledger/witness.test.ts; with anchors in ledger/anchoring.test.ts |
 * | backdating | here, in "revived": a grant that was kept back, a beacon that nobody signed |
 * | griefing | here, "a bystander"; junk events here, in "withdrawn while …"; a stolen anchor key in ledger/anchoring.test.ts |
 * | linking a person | test/blindness.test.ts |
 * | a stolen withdrawal code | here, in "revived" and "a bystander" |
 * | lost devices, cloned profile | test/sitting.test.ts and person/src/sitting.test.ts; a clone here |
 * | log spam | test/abuse.test.ts |
 * | quantum, and what remains of each | said on /privacy: here, the first |
 */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { privateKeyToAddress } from "viem/accounts";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { commit, newOpening } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { pairwiseKey } from "@freehold/protocol/keys";
import { formatCode, lockOf, parseCode } from "@freehold/protocol/lock";
import { decodeDocument } from "@freehold/protocol/offer";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import { verifyReceipt } from "@freehold/protocol/receipt";
import { decodeRecord } from "@freehold/protocol/record";
import { publicJwk, signRecord } from "@freehold/protocol/sign";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { eraseItem, lockOf as lockOfItem, redrawIfTaken } from "@freehold/person/book";
import type { Fetch } from "@freehold/person/http";
import { readLog } from "@freehold/person/log-reader";
import type { LogDiverged } from "@freehold/person/log-reader";
import { makeReceipt } from "@freehold/person/receipts";
import { learnRegister } from "@freehold/person/register";
import type { ChainInfo } from "@freehold/person/register";
import type { Item } from "@freehold/person/schema";
import { takeSnapshot } from "@freehold/person/snapshot";
import { submit as submitAll } from "@freehold/person/submit";
import { withdraw } from "@freehold/person/withdraw";
import { jsonRpc } from "../ledger/json-rpc.ts";
import type { Rpc } from "../ledger/json-rpc.ts";
import { bytesOf } from "../ledger/testkit.ts";
import { callContract } from "./anvil.ts";
import { submit } from "./client.ts";
import { granting, meet, newKey, openCompany, openForgetful, receiptOver, refusing, use } from "./parties.ts";
import type { Company, Person } from "./parties.ts";
import { endAll, run, startRegister, startWitness, temporaryFolder, until, whenReady } from "./register.ts";
import type { RunningRegister } from "./register.ts";

const now = () => Date.now() / 1000;
const flags = "--interval 50";
const chainEnv = (setting: string) => ({ FREEHOLD_CHAIN: setting, FREEHOLD_ANCHOR_INTERVAL: "1" });

let chain: { setting: string; url: string; rpc: Rpc };
let register: RunningRegister;
let on: ChainInfo;
let shop: Company;

beforeAll(async () => {
  const folder = temporaryFolder();
  const started = await whenReady(run(["server/main.ts", "chain", "--data", folder, "--port", "0"]), folder);
  chain = { url: started.url, setting: /--chain "(.*)"/.exec(started.stdout)![1]!, rpc: jsonRpc({ url: () => started.url, timeout: 5000 }) };
  register = await startRegister({ flags, env: chainEnv(chain.setting) });
  on = (await learnRegister(register.url, fetch)).chains[0]!;
  shop = await openCompany({
    register: register.url,
    folder: temporaryFolder(),
    name: "Acme Shop Ltd",
    rpc: { url: chain.url, chainId: on.chainId, contract: on.contract },
  });
});
afterAll(async () => {
  await shop?.stop();
  await endAll();
});

/** Calls the contract as somebody who has nothing to do with the register. */
async function callAsOther(name: "withdraw" | "submit", bytes: Uint8Array): Promise<void> {
  const key = bytesOf("a relayer");
  await chain.rpc("anvil_setBalance", privateKeyToAddress(`0x${toHex(key)}`), "0xde0b6b3a7640000");
  await callContract(chain.rpc, [name, `0x${on.register}`, `0x${toHex(bytes)}`], key);
}

/** Somebody with an account who has allowed the newsletter, as the shop knows. */
async function customer(subject: string): Promise<{ person: Person; grant: Item }> {
  const person = await meet(register.url);
  const { offer, reference } = await shop.ask(subject);
  const [signed] = (await person.decide([granting(shop, offer)])) as [Item];
  expect((await person.bring(signed, shop, reference)).delivery.error).toBeUndefined();
  await shop.desk.refresh();
  expect(shop.says(subject)).toBe("allowed");
  return { person, grant: person.item(signed) };
}

const atDesk = (receipt: string) => shop.reception.receive(`{"@context":"urn:freehold:delivery:1","receipt":${receipt}}`);
/** With which code something is refused; undefined where it is not. */
const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );

test("what remains of each threat is said on /privacy", async () => {
  const html = (await (await fetch(`${register.url}/privacy`)).text()).replaceAll("&#39;", "'");
  for (const said of [
    "people who never began to use this",
    "the company can still use the data. We prove; we cannot prevent",
    "the register and the chain away at the same time",
    "all witnesses of the quorum in one conspiracy",
    "the time between the two",
    "network addresses and times",
    "a nuisance: allow again if you want",
    "the kit lost too: then nobody can recover your keys",
    "signatures of today could then be forged",
    "The register is blind as long as your page is honest",
  ])
    expect(html, said).toContain(said);
});

describe("what was withdrawn or refused is not revived", () => {
  test("a withdrawn grant: under another lock, and in another register", async () => {
    const { person, grant } = await customer("robin");
    await submit(register.url, encodeEntry({ kind: "withdrawal", secret: person.secret(grant) }), "published");
    await shop.desk.refresh();
    expect(shop.says("robin")).toBe("ended");

    // A lock that nobody has opened: the register takes it, because it cannot know.
    const opening = newOpening();
    const entry = encodeEntry({ kind: "record", commitment: commit(grant.jws, opening), lock: newKey() });
    const { index } = await submit(register.url, entry, "published");
    const otherLock = await receiptOver(person, grant, { entry, opening: toHex(opening), index });
    expect(await codeOf(verifyReceipt(otherLock, { policy: person.source.policy, now: now() }))).toBe("lock_mismatch");
    // The desk had this very record before: a worse proof of it is no news. One that has forgotten everything refuses it.
    await atDesk(otherLock);
    const forgetful = await openForgetful(shop);
    expect(await codeOf(forgetful.take(otherLock, "robin"))).toBe("lock_mismatch");

    // A register where nothing was withdrawn: the record says, under her signature, that it is of another one.
    const elsewhere = await startRegister({ flags });
    const there = await submit(elsewhere.url, fromHex(grant.entry), "published");
    const info = await learnRegister(elsewhere.url, fetch);
    const source = { url: elsewhere.url, policy: parseTrustPolicy(info.policy), fetch };
    const elsewhereProved = await receiptOver(person, grant, { entry: fromHex(grant.entry), opening: grant.opening, index: there.index, source });
    for (const { policy } of [person.source, source]) expect(await codeOf(verifyReceipt(elsewhereProved, { policy, now: now() }))).toBe("receipt_origin");
    expect(await codeOf(forgetful.take(elsewhereProved, "robin"))).toBe("receipt_origin");
    await atDesk(elsewhereProved).catch(() => {}); // refused as well where its index is a lower one, and else no news
    await elsewhere.stop();
    // What is true it takes, and that has ended.
    await forgetful.take((await person.receipt(grant)).text, "robin");
    await forgetful.desk.refresh();
    expect([shop.says("robin"), forgetful.desk.check({ subject: "robin", ...use })]).toMatchObject(["ended", { allowed: false, reason: "ended" }]);
    await forgetful.close();

    // Nobody is stuck: what she allows anew is allowed.
    const { offer } = await shop.ask("robin");
    const [again] = (await person.decide([granting(shop, offer)])) as [Item];
    await person.bring(again, shop);
    await shop.desk.refresh();
    expect(shop.says("robin")).toBe("allowed");
  });

  test("a refused grant: the code of the refusal leaks", async () => {
    const { person } = await customer("kim");
    const [refusal] = (await person.decide([refusing(shop)])) as [Item];
    await person.bring(refusal, shop);
    expect(shop.says("kim")).toBe("blocked");
    const thief = parseCode(formatCode(person.secret(refusal)).toLowerCase());
    expect(
      await withdraw({ secret: thief, fetch, register: { url: register.url, policy: person.source.policy }, company: `${shop.id}/freehold/withdraw` }),
    ).toMatchObject([
      { by: "register", done: true },
      { by: "company", done: true },
    ]);
    await shop.desk.refresh();
    expect(shop.says("kim")).toBe("blocked");
  });

  test("a grant that was kept back and logged after the refusal; a beacon that nobody signed", async () => {
    const person = await meet(register.url);
    const { offer, reference } = await shop.ask("lee");
    await person.decide([{ act: "eu-gdpr:A15", controller: { id: shop.id, name: shop.name } }]);
    // She signs, thinks better of it, and refuses; somebody has a copy of what she signed.
    const [kept] = (await person.sign([granting(shop, offer)])) as [Item];
    person.book = eraseItem(person.book, kept.id);
    const [refusal] = (await person.decide([refusing(shop)])) as [Item];
    await person.bring(refusal, shop, reference);
    const { index } = await submit(register.url, fromHex(kept.entry), "published");
    expect(index).toBeGreaterThan(refusal.index!);
    const { text } = await person.receipt({ ...kept, index });
    await atDesk(text);
    await shop.desk.refresh();
    expect(shop.says("lee")).toBe("blocked");

    // The same with a beacon that says to have seen the refusal before it was there.
    const { record } = decodeRecord(kept.jws);
    const key = pairwiseKey(person.seed, { controller: shop.id });
    const secret = newKey();
    const beacon = { ...record.beacon, root: toHex(newKey()), size: refusal.index! + 1 };
    const jws = signRecord({ ...record, beacon, lock: toHex(lockOf(secret)) }, key);
    const opening = newOpening();
    const entry = encodeEntry({ kind: "record", commitment: commit(jws, opening), lock: lockOf(secret) });
    const logged = await submit(register.url, entry, "published");
    const item = { ...kept, jws, key: { ...publicJwk(key) }, opening: toHex(opening), entry: toHex(entry), index: logged.index };
    expect(await codeOf(person.receipt(item))).toBe("receipt_beacon");
    expect(shop.says("lee")).toBe("blocked");
  });
});

test("a bystander who uses her lock first, or knows her code, stops nothing and gains nothing", async () => {
  const person = await meet(register.url);
  const [signed] = (await person.sign([refusing(shop)])) as [Item];
  const lock = fromHex(lockOfItem(signed));
  const foreign = () => encodeEntry({ kind: "record", commitment: commit("something else", newOpening()), lock });
  const bystander = await submit(register.url, foreign(), "published");
  Object.assign(person, await submitAll({ ...person.source, book: person.book, log: person.log, seed: person.seed, now, poll: 20 }));
  const hers = person.item(signed);
  expect(hers.index).toBeGreaterThan(bystander.index);
  expect((await person.receipt(hers)).verified).toMatchObject({ index: hers.index, ended: false });

  const thief = person.secret(hers);
  await submit(register.url, encodeEntry({ kind: "withdrawal", secret: thief }), "published");
  expect((await person.receipt(hers)).verified.endedInLog).toBe(true);
  // All that he can do with it now is to log what has ended already.
  const born = await submit(register.url, foreign(), "published");
  expect(await (await fetch(`${register.url}/v1/entries/${born.index}`)).json()).toMatchObject({ ended: true });
  // And she goes on with her next lock.
  const [next] = (await person.decide([refusing(shop)])) as [Item];
  expect((await person.receipt(next)).verified.ended).toBe(false);
});

test("a cloned profile: each copy draws a number of its own, and one withdrawal ends one record", async () => {
  const first = await meet(register.url);
  await first.decide([refusing(shop)]);
  const clone = await meet(register.url, { seed: first.seed, book: structuredClone(first.book) });
  const [one] = (await first.decide([refusing(shop)])) as [Item];
  await clone.look();
  clone.book = redrawIfTaken(clone.book, clone.log);
  // What the other one decided since has no content here yet.
  expect(await codeOf(clone.decide([refusing(shop)]))).toBe("records_missing");
  clone.book = { ...clone.book, items: [...clone.book.items, one], foreign: [] };
  const [other] = (await clone.decide([refusing(shop)])) as [Item];
  expect(lockOfItem(other)).not.toBe(lockOfItem(one));
  await submit(register.url, encodeEntry({ kind: "withdrawal", secret: clone.secret(other) }), "published");
  expect((await first.receipt(one)).verified.ended).toBe(false);
  expect((await clone.receipt(other)).verified.ended).toBe(true);
});

test("an operator who answers and logs nothing is not believed; the chain is the other way in", async () => {
  const person = await meet(register.url);
  const honest = person.source.fetch;
  const dropping: Fetch = async (url, init) =>
    init?.method === "POST" ? Response.json({ index: person.log.size, state: "published" }, { status: 201 }) : honest(url, init);
  const [signed] = (await person.sign([refusing(shop)])) as [Item];
  const waiting = submitAll({
    ...person.source,
    fetch: dropping,
    book: person.book,
    log: person.log,
    seed: person.seed,
    now,
    poll: 20,
    signal: AbortSignal.timeout(1500),
  });
  await expect(waiting).rejects.toThrow();
  await person.look();
  expect(person.item(signed).index).toBeUndefined();

  await callAsOther("submit", fromHex(signed.entry));
  await until(async () => {
    await person.look();
    return person.item(signed).index !== undefined;
  });
  expect((await person.receipt(person.item(signed))).verified.ended).toBe(false);
});

test("two histories: whoever saw one of them refuses the other and keeps both signatures; a witness of others signs only one", async () => {
  const folder = temporaryFolder();
  const before = await startRegister({ folder, flags });
  const person = await meet(before.url);
  await person.decide([refusing(shop)]);
  const { vkey } = await learnRegister(before.url, fetch);
  const witness = await startWitness(temporaryFolder(), vkey);
  await before.stop();
  const copy = join(temporaryFolder(), "twin");
  cpSync(folder, copy, { recursive: true });

  const [one, two] = [await startRegister({ folder, flags }), await startRegister({ folder: copy, flags })];
  const at =
    (url: string): Fetch =>
    (asked, init) =>
      fetch(asked.replace(before.url, url), init);
  for (let i = 0; i < 3; i++) await submit(one.url, encodeEntry({ kind: "record", commitment: commit(`a ${i}`, newOpening()), lock: newKey() }), "published");
  for (let i = 0; i < 9; i++) await submit(two.url, encodeEntry({ kind: "record", commitment: commit(`b ${i}`, newOpening()), lock: newKey() }), "published");
  const reading = { ...person.source, book: person.book, seed: person.seed };
  const seen = await readLog({ ...reading, fetch: at(one.url), state: person.log });
  const diverged = (await readLog({ ...reading, fetch: at(two.url), state: seen }).catch((error: unknown) => error)) as LogDiverged;
  expect(diverged.code).toBe("log_diverged");
  // Both are signed by the log, and verify for anybody: that is the evidence.
  for (const note of [diverged.kept, diverged.served]) await verifyCheckpoint(note, person.source.policy.tlog);
  await Promise.all([one.stop(), two.stop()]);

  // The same with a witness of somebody else: it signs the first history, and nothing of the second is ever published.
  const env = { FREEHOLD_WITNESSES: witness.setting };
  const witnessed = await startRegister({ folder, flags, env });
  const { policy } = await learnRegister(witnessed.url, fetch);
  await submit(witnessed.url, encodeEntry({ kind: "record", commitment: commit("c", newOpening()), lock: newKey() }), "published");
  const twin = await startRegister({ folder: copy, flags, env });
  await submit(twin.url, encodeEntry({ kind: "record", commitment: commit("d", newOpening()), lock: newKey() }), "sequenced").catch(() => {});
  await until(() => /is not shown to extend[^]*cosigned by no witness/.test(twin.stderr));
  const note = await (await fetch(`${twin.url}/log/checkpoint`)).text();
  expect(await codeOf(verifyCheckpoint(note, parseTrustPolicy(policy).tlog))).toBeDefined();
  await verifyCheckpoint(await (await fetch(`${witnessed.url}/log/checkpoint`)).text(), parseTrustPolicy(policy).tlog);
});

describe("withdrawn while", () => {
  const people = new Map<string, { person: Person; grant: Item }>();
  const of = (name: string) => people.get(name)!;
  const secretOf = (name: string) => of(name).person.secret(of(name).grant);
  const tell = (name: string) =>
    withdraw({
      secret: secretOf(name),
      fetch,
      register: { url: register.url, policy: of(name).person.source.policy },
      company: `${shop.id}/freehold/withdraw`,
    });
  const isEndedInLog = async (name: string) => {
    const { person, grant } = of(name);
    return (await makeReceipt({ item: grant, snapshot: await takeSnapshot(person.source), policy: person.source.policy, now: now() })).verified.endedInLog;
  };
  const restart = async () => {
    register = await startRegister({ folder: register.folder, flags: `${flags} --port ${new URL(register.url).port}`, env: chainEnv(chain.setting) });
  };

  beforeAll(async () => {
    for (const name of ["ann", "bea", "cid", "dan", "eve", "fay"]) people.set(name, await customer(name));
  });

  test("the register is stopped: at the company, and on the chain", async () => {
    await register.stop();
    expect(await tell("ann")).toMatchObject([
      { by: "register", done: false, code: "unavailable" },
      { by: "company", done: true },
    ]);
    expect(shop.says("ann")).toBe("ended");
    await callAsOther("withdraw", secretOf("bea"));
    await until(() => shop.says("bea") === "ended");
  });

  test("both are stopped: on the chain; the company, back first, obeys before the register is there", async () => {
    await shop.stop();
    expect(await tell("cid")).toMatchObject([
      { done: false, code: "unavailable" },
      { done: false, code: "unavailable" },
    ]);
    await callAsOther("withdraw", secretOf("cid"));
    // What else is thrown at the contract ends nothing and holds up nobody.
    await callAsOther("withdraw", newKey());
    await callAsOther("submit", new Uint8Array(66).fill(1));
    await callAsOther("submit", encodeEntry({ kind: "withdrawal", secret: newKey() }));
    await shop.start();
    await until(() => shop.says("cid") === "ended");
    expect([shop.says("ann"), shop.says("bea"), shop.says("fay")]).toEqual(["ended", "ended", "allowed"]);
  });

  test("the register is back: it logs what the company and the chain know, and anybody can prove each", async () => {
    await restart();
    for (const name of ["ann", "bea", "cid"]) await until(() => isEndedInLog(name).catch(() => false));
    // The company's own word, in the log: it cannot deny having known.
    const [, atCompany] = await tell("ann");
    expect(atCompany).toMatchObject({ by: "company", done: true });
    const { acknowledgement } = atCompany as { acknowledgement?: { jws: string } };
    expect(decodeDocument("freehold-acknowledgement+jws", acknowledgement!.jws).document).toMatchObject({
      answer: "dpv:RequestAcknowledged",
      controller: { id: shop.id },
      secret: toHex(secretOf("ann")),
    });
    expect(await isEndedInLog("fay")).toBe(false);
  });

  test("the company is stopped: at the register, and on the chain; it obeys when it is back", async () => {
    await shop.stop();
    expect(await tell("dan")).toMatchObject([
      { by: "register", done: true },
      { by: "company", done: false, code: "unavailable" },
    ]);
    await callAsOther("withdraw", secretOf("eve"));
    await shop.start();
    await until(() => shop.says("dan") === "ended" && shop.says("eve") === "ended");
    await until(() => isEndedInLog("eve"));
    expect(shop.says("fay")).toBe("allowed");
  });
});

/** Deliveries to a company that answers, one that is away, and one that lies. */
import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { expect, test } from "vitest";
import { concat, fromUtf8, lengthPrefixed, toBase64url, toHex, utf8, fromHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import type { Acknowledgement } from "@freehold/protocol/offer";
import { parseReceipt, verifyReceipt } from "@freehold/protocol/receipt";
import { publicJwk, signDocument } from "@freehold/protocol/sign";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { createSite } from "../../protocol/testkit/site.ts";
import { START, claimOf, offerOf, seed, shop, shopKey } from "../../protocol/testkit/story.ts";
import { openBook } from "./book.ts";
import { findCompany, verifyOffer } from "./company.ts";
import { acceptAnswer, deliver } from "./deliver.ts";
import { readLog, unreadLog } from "./log-reader.ts";
import { mailboxOf } from "./mailbox.ts";
import { prepare } from "./prepare.ts";
import { makeReceipt } from "./receipts.ts";
import { decisionRows } from "./rows.ts";
import { sign } from "./sign.ts";
import { takeSnapshot } from "./snapshot.ts";
import { submit } from "./submit.ts";

const now = START + 60;
const origin = "register.example/log";

/** A refusal towards the shop, in the log; and the shop's host, which serves its claim and takes what is posted to it. */
async function storyOf({ mailbox, claims = 1 }: { mailbox?: Jwk; claims?: number } = {}) {
  const site = createSite();
  const body = JSON.parse(fromUtf8(Buffer.from(claimOf().split(".")[1]!, "base64url"))) as { body: object };
  let claim = claimOf(shop, shopKey, mailbox ? { body: { ...body.body, mailbox } } : {});
  site.publishDocument(claim);
  for (let i = 1; i < claims; i++) {
    claim = claimOf(shop, shopKey, { predecessor: hashOf(claim) });
    site.publishDocument(claim);
  }
  const policy = parseTrustPolicy(site.register.policyText);
  const source = { url: site.url, policy, fetch: site.fetch };
  const book = openBook({ url: site.url, origin, vkey: "vkey", policy: site.register.policyText }, 3);
  const log = await readLog({ ...source, state: unreadLog(origin), book, seed });
  const prepared = prepare({ book, log, seed, drafts: [{ act: "dpv:ConsentRefused", controller: shop }], now });
  const signed = await sign({ seed, book, prepared, gesture: async () => null, now });
  const done = await submit({ ...source, book: signed.book, log, seed, now: () => now, poll: 1 });
  const item = done.book.items[0]!;
  const { text } = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy, now, seed });

  const desk = {
    served: claim as string | undefined,
    received: [] as string[],
    answer: (async () => new Response(null, { status: 503 })) as (body: string) => Promise<Response>,
  };
  site.hosts.set(shop.id, async (request) => {
    if (request.method === "GET") return desk.served === undefined ? new Response(null, { status: 404 }) : Response.json({ claim: desk.served });
    const received = await request.text();
    desk.received.push(received);
    return desk.answer(received);
  });
  return { site, source, policy, log: done.log, item, receipt: text, claim, desk };
}

type Story = Awaited<ReturnType<typeof storyOf>>;

/** What an honest desk does: verifies, acknowledges, logs, and proves it under a checkpoint. */
function acknowledging({ site, policy }: Story, changes: Partial<Acknowledgement> = {}) {
  return async (body: string): Promise<Response> => {
    const { receipt } = JSON.parse(body) as { receipt: object };
    const { hash } = await verifyReceipt(JSON.stringify(receipt), { policy, now, controller: shop.id });
    const lock = toHex(bytesOf("acknowledgement lock"));
    const document = {
      "@context": "urn:freehold:acknowledgement:1",
      answer: "dpv:RequestAcknowledged",
      controller: shop,
      issued: "2026-11-01T09:02:00Z",
      lock,
      record: hash,
      ...changes,
    };
    const sealed = site.register.seal(signDocument("freehold-acknowledgement+jws", document as Acknowledgement, shopKey), lock);
    const at = site.publish();
    const path = site.register.inclusion(sealed.index, at).map(toHex);
    const acknowledgement = { entry: toHex(sealed.entry), index: sealed.index, jws: sealed.jws, opening: toHex(sealed.opening), path };
    return Response.json({ record: hash, acknowledgement, checkpoint: at.note });
  };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "nothing thrown",
    (error: unknown) => (error as FreeholdError).code,
  );

test("a delivery to the endpoint comes back acknowledged, the acknowledgement verifies in the receipt, and the code stayed at home", async () => {
  const story = await storyOf();
  const { source, policy, log, item, receipt, desk } = story;
  desk.answer = acknowledging(story);
  expect(parseReceipt(receipt).code).toBeDefined();
  const company = await findCompany({ controller: shop.id, log, fetch: source.fetch });
  expect(company).toMatchObject({ compared: "both", documents: [{ index: 0 }] });
  const { delivery, answer } = await deliver({
    item,
    receipt,
    company,
    fetch: source.fetch,
    now,
    reference: "7Qm3",
    identifiers: [{ kind: "cookie", name: "id", value: "1" }],
  });
  expect(delivery).toEqual({ at: "2026-11-01T09:01:00Z", by: "endpoint", to: `${shop.id}/freehold/records`, proof: hashOf(answer!.acknowledgement!.jws) });
  expect(JSON.parse(desk.received[0]!)).toMatchObject({ "@context": "urn:freehold:delivery:1", reference: "7Qm3", identifiers: [{ name: "id" }] });
  expect(desk.received[0]).not.toContain('"code"');
  const snapshot = await takeSnapshot(source);
  expect(snapshot.checkpoint.size).toBe(answer!.size);
  const answered = await acceptAnswer({ item, answer: answer!, company, snapshot, policy, now });
  expect(decisionRows({ items: [answered] }, now)[0]).toMatchObject({ acknowledged: "proven" });
  const { verified } = await makeReceipt({ item: answered, snapshot, policy, now });
  expect(verified.acknowledgements).toHaveLength(1);
});

test("an answer about something else, or one that is not in the log, is not accepted", async () => {
  const story = await storyOf();
  const { source, policy, log, item, receipt, desk, site } = story;
  const company = await findCompany({ controller: shop.id, log, fetch: source.fetch });
  const how = { item, receipt, company, fetch: source.fetch, now };
  desk.answer = async () => Response.json({ record: "00".repeat(32) });
  expect((await deliver(how)).delivery).toMatchObject({ by: "endpoint", error: expect.stringContaining("another record") as string });
  desk.answer = acknowledging(story, { record: "00".repeat(32) });
  const other = await deliver(how);
  const accepting = async (answer: NonNullable<typeof other.answer>) =>
    codeOf(acceptAnswer({ item, answer, company, snapshot: await takeSnapshot(source), policy, now }));
  expect(await accepting(other.answer!)).toBe("receipt_acknowledgement");
  desk.answer = acknowledging(story, { issued: "2026-11-01T09:03:00Z", lock: toHex(bytesOf("another")) });
  const third = await deliver(how);
  expect(await accepting({ ...third.answer!, acknowledgement: { ...third.answer!.acknowledgement!, index: 10_000 } })).toBe("index_unknown");
  expect(await accepting({ ...third.answer!, acknowledgement: { ...third.answer!.acknowledgement!, index: 1 } })).toBe("receipt_acknowledgement");
  desk.answer = async () => Response.json({ record: item.id, acknowledgement: { jws: 1 }, checkpoint: site.publish().note });
  expect((await deliver(how)).delivery.error).toContain("is missing");
  desk.answer = async () => Response.json({ code: "receipt_controller", detail: "Not ours." }, { status: 400 });
  expect((await deliver(how)).delivery).toMatchObject({ by: "endpoint", error: "Not ours." });
});

test("a 202 is asked again, and a silent endpoint gives way to the mailbox, whose deposit is verified", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ECDH-ES", { crv: "P-256", extractable: true });
  const { crv, kty, x, y } = (await exportJWK(publicKey)) as Jwk;
  const story = await storyOf({ mailbox: { crv, kty, x, y } });
  const { source, log, item, receipt, desk, site } = story;
  const company = await findCompany({ controller: shop.id, log, fetch: source.fetch });
  let asked = 0;
  const acknowledge = acknowledging(story);
  desk.answer = async (body) => (asked++ === 0 ? Response.json({ record: item.id }, { status: 202, headers: { "retry-after": "0.001" } }) : acknowledge(body));
  expect((await deliver({ item, receipt, company, fetch: source.fetch, now })).answer).toBeDefined();
  expect(asked).toBe(2);

  const registerKey = bytesOf("register key");
  registerKey[0]! &= 0x7f;
  const messages: string[] = [];
  desk.answer = async () => new Response(null, { status: 503 });
  site.fault = async (request) => {
    const [, addressee] = /\/v1\/mailboxes\/([0-9a-f]{64})$/.exec(request.url) ?? [];
    if (addressee === undefined) return undefined;
    const jwe = await request.text();
    messages.push(jwe);
    const message = toHex(sha256(utf8(jwe)));
    const deposited = "2026-11-01T09:01:00Z";
    const checkpoint = site.publish().note;
    const signed = concat(lengthPrefixed("freehold/deposit/v1"), fromHex(addressee), fromHex(message), lengthPrefixed(deposited), sha256(utf8(checkpoint)));
    return Response.json({ addressee, checkpoint, deposited, message, signature: toBase64url(p256.sign(signed, registerKey)) }, { status: 201 });
  };
  const register = { url: site.url, key: publicJwk(registerKey) };
  const { delivery } = await deliver({ item, receipt, company, fetch: source.fetch, now, register });
  expect(delivery).toMatchObject({ by: "mailbox", to: `${site.url}/v1/mailboxes/${mailboxOf(shop.id)}` });
  expect(JSON.parse(delivery.proof!)).toMatchObject({ addressee: mailboxOf(shop.id) });
  const { plaintext, protectedHeader } = await compactDecrypt(messages[0]!, privateKey);
  expect(plaintext.length % 32_768).toBe(0);
  expect(protectedHeader).toMatchObject({ alg: "ECDH-ES", enc: "A256GCM" });
  expect(JSON.parse(fromUtf8(plaintext))).toMatchObject({ "@context": "urn:freehold:delivery:1", receipt: { record: item.jws } });
  expect(decisionRows({ items: [{ ...item, deliveries: [delivery] }] }, now)[0]!.acknowledged).toBe("asserted");
  const otherKey = publicJwk(shopKey);
  expect((await deliver({ item, receipt, company, fetch: source.fetch, now, register: { url: site.url, key: otherKey } })).delivery.error).toContain(
    "not signed",
  );
  // With the register down a refusal goes without proof; it needs none to count.
  desk.answer = async () => Response.json({ record: item.id });
  expect((await deliver({ item, receipt: null, company, fetch: source.fetch, now, attempts: 1 })).delivery.error).toBeUndefined();
  expect(JSON.parse(desk.received.at(-1)!)).toMatchObject({ unproved: { entry: item.entry, jws: item.jws } });
});

test("an offer is believed when its key stands at the host and in the log, in time", async () => {
  const { source, log } = await storyOf();
  const company = await findCompany({ controller: shop.id, log, fetch: source.fetch });
  const how = { company, log, now: START + 100 };
  expect((await verifyOffer(offerOf(), how)).controller).toEqual(shop);
  const other = bytesOf("other key");
  other[0]! &= 0x7f;
  expect(await codeOf(verifyOffer(offerOf({}, other), how))).toBe("claim_mismatch");
  expect(await codeOf(verifyOffer(offerOf({ controller: { id: "https://other.example", name: "O" } }), how))).toBe("claim_mismatch");
  expect(await codeOf(verifyOffer(offerOf(), { ...how, company: { ...company, compared: "log" } }))).toBe("claim_mismatch");
  expect(await codeOf(verifyOffer(offerOf(), { ...how, log: { size: 0 } }))).toBe("receipt_controller");
  expect(await codeOf(verifyOffer(offerOf(), { ...how, now: START + 7200 }))).toBe("receipt_offer");
  expect(await codeOf(verifyOffer(`${offerOf().slice(0, -4)}AAAA`, how))).toMatch(/^jws_/);
});

test("a key that a register slipped in is seen: the claim at the host and the one in the log differ", async () => {
  const { site, source, log, claim, item, receipt, desk } = await storyOf({ claims: 2 });
  const slipped = bytesOf("slipped key");
  slipped[0]! &= 0x7f;
  const forged = claimOf(shop, slipped);
  site.publishDocument(forged);
  const seen = await readLog({ ...source, state: log, book: { device: 3, devices: [], items: [], foreign: [] } });
  const document = async (hash: string) => site.documents.get(hash);
  const find = (also = {}) => findCompany({ controller: shop.id, log: seen, fetch: source.fetch, document, ...also });
  expect(await find()).toMatchObject({ compared: "both", documents: [{ index: 0 }, { index: 1 }] });
  expect(await codeOf(find({ newest: hashOf(forged) }))).toBe("claim_mismatch");
  expect((await find({ newest: hashOf(claim) })).claim.body.keys).toEqual([publicJwk(shopKey)]);
  desk.served = claimOf({ id: "https://other.example", name: "Other" }, slipped);
  expect(await codeOf(find())).toBe("claim_mismatch");
  desk.served = forged.slice(0, -4);
  expect(await codeOf(find())).toMatch(/^jws_/);
  // The host is silent: what is left is the register's word, which is not enough unless she says so.
  desk.served = undefined;
  expect(await codeOf(find())).toBe("claim_unknown");
  const company = await find({ newest: hashOf(claim) });
  expect(company.compared).toBe("log");
  expect(await codeOf(deliver({ item, receipt, company, fetch: source.fetch, now }))).toBe("claim_mismatch");
  expect(await codeOf(findCompany({ controller: "urn:freehold:organisation:x", log, fetch: source.fetch }))).toBe("claim_unknown");
});

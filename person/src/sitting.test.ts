/** A person's client against a register, from the first reading of the log to the receipt, the copy and the withdrawal. */
import { expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { verifyReceipt } from "@freehold/protocol/receipt";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { advertising, claimOf, offerOf, seed, shop, START } from "../../protocol/testkit/story.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { createSite } from "../../protocol/testkit/site.ts";
import type { Site } from "../../protocol/testkit/site.ts";
import { syncBackup } from "./backup.ts";
import { acceptMissing, addItems, asNewInstallation, beaconOf, eraseItem, mayUse, missingRecords, openBook, redrawIfTaken, seeLog } from "./book.ts";
import { formatBook, parseBook } from "./book-file.ts";
import { LogDiverged, readLog, unreadLog } from "./log-reader.ts";
import type { LogState } from "./log-reader.ts";
import { prepare } from "./prepare.ts";
import { codeOf, makeReceipt, secretOf, withoutCode } from "./receipts.ts";
import { readReceiptLink, receiptLink } from "./receipt-link.ts";
import { recover } from "./recover.ts";
import { decisionRows } from "./rows.ts";
import type { Book, Draft } from "./schema.ts";
import { sign } from "./sign.ts";
import { takeSnapshot } from "./snapshot.ts";
import { submit } from "./submit.ts";
import { chainCommand, markWithdrawn, withdraw } from "./withdraw.ts";

const codeOfError = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof FreeholdError) return error.code;
    throw error;
  }
  return "nothing thrown";
};

const refusalOf = (i: number): Draft => ({ act: "dpv:ConsentRefused", controller: { id: `https://company-${i}.example`, name: `Company ${i}` } });
const now = START + 60;

interface Client {
  site: Site;
  source: { url: string; policy: ReturnType<typeof parseTrustPolicy>; fetch: Site["fetch"] };
  book: Book;
  log: LogState;
  key: Uint8Array;
}

async function clientOf({ site = createSite(), device = 7, strangers = 300, key = seed } = {}): Promise<Client> {
  for (let i = site.register.entries.length; i < strangers; i++)
    site.register.append({ kind: "record", commitment: bytesOf(`c ${i}`), lock: bytesOf(`l ${i}`) });
  const policy = parseTrustPolicy(site.register.policyText);
  const source = { url: site.url, policy, fetch: site.fetch };
  const book = openBook({ url: site.url, origin: site.register.origin, vkey: "vkey", policy: site.register.policyText }, device);
  const log = await readLog({ state: unreadLog(site.register.origin), book, seed: key, ...source });
  return { site, source, book, log, key };
}

async function decide(client: Client, drafts: Draft[]): Promise<Client> {
  const { book, log, key, source } = client;
  const prepared = prepare({ book, log, seed: key, drafts, now });
  const signed = await sign({ seed: key, book, prepared, gesture: async () => null, now });
  const done = await submit({ ...source, book: signed.book, log, seed: key, now: () => now, poll: 1 });
  return { ...client, ...done };
}

test("one sitting: 150 refusals are signed, found in the log, and each has a receipt that verifies", async () => {
  const waves: number[] = [];
  let client = await clientOf();
  const { book, log, source } = client;
  const prepared = prepare({ book, log, seed, drafts: Array.from({ length: 150 }, (_, i) => refusalOf(i)), now });
  const signed = await sign({ seed, book, prepared, gesture: async () => null, now });
  const submitted = await submit({ ...source, book: signed.book, log, seed, now: () => now, poll: 1, progress: (published) => waves.push(published) });
  client = { ...client, ...submitted };
  // The first alone; then at most 64 more than what was seen.
  expect(waves).toEqual([1, 65, 129, 150]);
  expect(client.book.items.every(({ index }) => index !== undefined)).toBe(true);
  expect(client.log.own).toHaveLength(150);

  client.site.asked.length = 0;
  const snapshot = await takeSnapshot(source);
  const item = client.book.items[77]!;
  const { text, verified } = await makeReceipt({ item, snapshot, policy: source.policy, now, seed });
  expect(verified.index).toBe(item.index);
  expect(verified.ended).toBe(false);
  expect(JSON.parse(text)).toMatchObject({ code: codeOf(item, seed) });
  expect(
    client.site.asked.every((line) => /^GET \/log\/(checkpoint|status\/bits|tile\/)/.test(line)),
    "no request names an entry",
  ).toBe(true);

  const link = receiptLink(text, "https://register.example/receipt");
  expect(readReceiptLink(link)).toBe(withoutCode(text));
  expect((await verifyReceipt(readReceiptLink(link), { policy: source.policy, now })).index).toBe(item.index);
  expect(decisionRows(client.book, now)).toHaveLength(150);
  expect(formatBook(parseBook(formatBook(client.book)))).toBe(formatBook(client.book));
});

test("a grant answers an offer, and its receipt holds the claim", async () => {
  const site = createSite({ start: START + 100 });
  const claim = claimOf();
  const index = site.publishDocument(claim);
  let client = await clientOf({ site });
  const offer = offerOf();
  const draft: Draft = { act: "dpv:ConsentGiven", controller: shop, processes: [advertising], offer, expires: "2027-02-01T00:00:00Z" };
  const { book, log } = client;
  const at = START + 110;
  expect(await codeOfError(() => prepare({ book, log, seed, drafts: [{ ...draft, offer: undefined as never }], now: at }))).toBe("receipt_offer");
  expect(await codeOfError(() => prepare({ book, log, seed, drafts: [{ ...draft, processes: [{ ...advertising, data: ["pd:Location"] }] }], now: at }))).toBe(
    "receipt_offer",
  );
  expect(await codeOfError(() => prepare({ book, log, seed, drafts: [draft], now: START + 7200 }))).toBe("receipt_offer");
  client = await decide(client, [draft]);
  const item = { ...client.book.items[0]!, claims: [{ document: claim, index }] };
  const { verified } = await makeReceipt({ item, snapshot: await takeSnapshot(client.source), policy: client.source.policy, now: at });
  expect(verified.offer?.nonce).toBe(toHex(bytesOf("nonce")));

  // The next one is shown what it overlaps.
  const [next] = prepare({
    book: client.book,
    log: client.log,
    seed,
    drafts: [{ act: "dpv:ObjectingToProcess", controller: shop, processes: [{ purposes: ["dpv:Marketing"] }] }],
    now: at,
  });
  expect(next!.overlaps.map(({ id }) => id)).toEqual([item.id]);
});

test("a withdrawal through the register ends the record; a code that opens nothing is refused; the chain's call is that of the command line", async () => {
  const client = await decide(await clientOf(), [refusalOf(1), refusalOf(2)]);
  const { source } = client;
  const item = client.book.items[1]!;
  const secret = secretOf(item, seed);
  const outcomes = await withdraw({ secret, fetch: source.fetch, register: source, company: "https://company-2.example/freehold/withdraw" });
  expect(outcomes).toMatchObject([
    { by: "register", done: true },
    { by: "company", done: false, code: "unavailable" },
  ]);
  const marked = markWithdrawn(client.book, secret, outcomes, "2026-11-01T09:02:00Z");
  expect(marked.items.map(({ withdrawn }) => withdrawn?.by)).toEqual([undefined, ["register"]]);
  const log = await readLog({ ...source, state: client.log, book: client.book });
  expect(seeLog(client.book, log, now).items.map(({ withdrawn }) => withdrawn !== undefined)).toEqual([false, true]);
  const { verified } = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy: source.policy, now });
  expect(verified.ended).toBe(true);
  expect(await withdraw({ secret: bytesOf("nothing"), fetch: source.fetch, register: source })).toMatchObject([{ done: false, code: "lock_unknown" }]);

  const { withdrawCall } = await import("../../cli/src/chain.ts");
  const chain = { chainId: 31_337, contract: "5f".repeat(20), register: "f3".repeat(20), confirmations: 1 };
  expect(chainCommand(secret, chain).data).toBe(toHex(withdrawCall(chain.register, secret)));
});

test("another device's record without its content stops a beacon above it, until its copy arrives or she goes on without", async () => {
  const site = createSite();
  const laptop = await decide(await clientOf({ site, device: 1 }), [refusalOf(1)]);
  let phone = await clientOf({ site, device: 2 });
  // It knows of the laptop, and does not have its records.
  phone = { ...phone, book: { ...phone.book, devices: [1] } };
  const log = await readLog({ ...phone.source, state: phone.log, book: phone.book, seed });
  const book = seeLog(phone.book, log, now);
  expect(missingRecords(book)).toMatchObject([{ device: 1, counter: 0, index: laptop.book.items[0]!.index }]);
  expect(await codeOfError(() => beaconOf(book, log))).toBe("records_missing");
  expect(beaconOf(acceptMissing(book), log).beacon.size).toBe(log.size);

  await syncBackup({ ...laptop.source, book: laptop.book, seed });
  const synced = seeLog(await syncBackup({ ...phone.source, book, seed }), log, now);
  expect(synced.foreign).toEqual([]);
  expect(synced.items.map(({ id }) => id)).toEqual(laptop.book.items.map(({ id }) => id));
  expect(beaconOf(synced, log).note).toBe(log.note);
});

test("from the seed alone everything is found: entries by their locks, contents from the copies", async () => {
  const site = createSite();
  const first = await decide(await clientOf({ site, device: 4711 }), [refusalOf(1), refusalOf(2)]);
  await syncBackup({ ...first.source, book: first.book, seed });
  const second = await decide(await clientOf({ site, device: 1_000_000 }), [refusalOf(3)]); // never copied
  const { book, log } = await recover({ ...first.source, seed, register: first.book.register, now });
  expect(book.items.map(({ id }) => id).sort()).toEqual(first.book.items.map(({ id }) => id).sort());
  expect(book.items.every(({ index }) => index !== undefined)).toBe(true);
  expect(book.foreign).toMatchObject([{ device: 1_000_000, counter: 0, index: second.book.items[0]!.index }]);
  expect(log.own).toHaveLength(3);
  expect([4711, 1_000_000]).not.toContain(book.device);
}, 120_000);

test("a restored copy and a cloned profile draw another number", async () => {
  const client = await decide(await clientOf({ device: 5 }), [refusalOf(1)]);
  const { site } = client;
  // A fresh installation that by chance has drawn the same number.
  const twin = await clientOf({ site, device: 5 });
  const seen = seeLog(twin.book, twin.log, now);
  expect(redrawIfTaken(seen, twin.log, () => 9)).toMatchObject({ device: 9, counter: 0, devices: [5] });
  expect(redrawIfTaken(client.book, client.log)).toBe(client.book);
  expect(asNewInstallation(client.book, () => 11)).toMatchObject({ device: 11, counter: 0 });
  // Two clones signed with the same counter, and one learned of the other's by a copy.
  const clone = await decide({ ...client }, [refusalOf(2)]);
  const other = prepare({ book: client.book, log: client.log, seed, drafts: [refusalOf(3)], now });
  const signed = await sign({ seed, book: client.book, prepared: other, gesture: async () => null, now });
  const merged = addItems(signed.book, clone.book.items);
  expect(redrawIfTaken(merged, client.log, () => 12).device).toBe(12);
});

test("no record is submitted that recovery could not find", async () => {
  const client = await clientOf();
  expect(mayUse(client.book, 0)).toBe(true);
  expect(mayUse(client.book, 1)).toBe(false);
  const { book, log } = client;
  const prepared = prepare({ book, log, seed, drafts: [refusalOf(0), refusalOf(1)], now });
  const signed = await sign({ seed, book, prepared, gesture: async () => null, now });
  const without = eraseItem(signed.book, signed.items[0]!.id);
  expect(await codeOfError(() => submit({ ...client.source, book: without, log, seed, now: () => now, poll: 1 }))).toBe("counter_gap");
  expect(client.site.asked.some((line) => line.startsWith("POST"))).toBe(false);
  expect(await codeOfError(() => sign({ seed, book: signed.book, prepared, gesture: async () => null, now }))).toBe("book_mismatch");
});

test("a register that is busy, or answers twice, takes each entry once", async () => {
  const client = await clientOf();
  let failures = 0;
  client.site.fault = (request) => {
    if (request.method !== "POST" || failures++ % 2 === 1) return undefined;
    return failures % 4 === 1 ? new Response(null, { status: 503 }) : Promise.reject(new TypeError("network"));
  };
  const done = await decide(client, [refusalOf(0), refusalOf(1), refusalOf(2)]);
  expect(done.log.own).toHaveLength(3);
});

test("another history, other entries, another register: each is noticed, and the state stays as it was", async () => {
  const client = await clientOf({ strangers: 700 });
  const { log, book, source } = client;
  const before = JSON.stringify(log);
  // The same log key signs another tree.
  const fork = createSite({ start: START + 500 });
  for (let i = 0; i < 900; i++) fork.register.append({ kind: "record", commitment: bytesOf(`other ${i}`), lock: bytesOf(`l ${i}`) });
  await expect(readLog({ ...source, fetch: fork.fetch, state: log, book, seed })).rejects.toThrow(LogDiverged);
  // One byte of a bundle.
  client.site.register.append({ kind: "record", commitment: bytesOf("new"), lock: bytesOf("new") });
  client.site.fault = async (request) => {
    if (!request.url.includes("/tile/entries/")) return undefined;
    client.site.fault = undefined;
    const bytes = new Uint8Array(await (await client.site.fetch(request.url)).arrayBuffer());
    bytes[bytes.length - 50]! ^= 1;
    return new Response(bytes);
  };
  expect(await codeOfError(() => readLog({ ...source, state: log, book, seed }))).toBe("log_diverged");
  const other = createSite({ origin: "other.example/log", register: (await clientOf({ site: createSite({ origin: "other.example/log" }) })).site.register });
  expect(await codeOfError(() => readLog({ ...source, fetch: other.fetch, state: log, book, seed }))).toBe("policy_log_unknown");
  expect(JSON.stringify(log)).toBe(before);
  client.site.fault = undefined;
  expect((await readLog({ ...source, state: log, book, seed })).size).toBe(client.site.publish().size);
  // An installation that is new to the state has to be looked for from the start, which needs the seed.
  expect(await codeOfError(() => readLog({ ...source, state: log, book: { ...book, devices: [99] } }))).toBe("seed_needed");
});

test("a lock of hers that a bystander logged first does not pass for her record", async () => {
  const client = await clientOf();
  const { book, log, source, site } = client;
  const prepared = prepare({ book, log, seed, drafts: [refusalOf(0)], now });
  const signed = await sign({ seed, book, prepared, gesture: async () => null, now });
  const junk = Uint8Array.from(Buffer.from(signed.items[0]!.entry, "hex"));
  junk.set(site.register.entries[0]!.subarray(2, 34), 2); // her lock, another commitment
  const squatted = site.register.append(junk);
  const done = await submit({ ...source, book: signed.book, log, seed, now: () => now, poll: 1 });
  expect(done.book.items[0]!.index).toBeGreaterThan(squatted);
  expect(done.book.foreign).toEqual([]);
});

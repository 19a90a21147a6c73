import { createHash, hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { fromHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { newSeed } from "@freehold/protocol/keys";
import { START, seed } from "../../protocol/testkit/story.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { createSite } from "../../protocol/testkit/site.ts";
import { deleteBackup, fetchWrapped, leaveWrapped, readBackup, removeWrapped, syncBackup } from "./backup.ts";
import { addItems, beaconOf, changeItem, eraseItem, openBook } from "./book.ts";
import { readLog, unreadLog } from "./log-reader.ts";
import { prepare } from "./prepare.ts";
import type { Book } from "./schema.ts";
import { sign } from "./sign.ts";
import { openSlot, sealSlot, slotKeys } from "./slots.ts";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";

const now = START + 60;
const origin = "register.example/log";

/** A book with so many signed records, and the site of its register. */
async function bookOf(count: number, { site = createSite(), device = 3 } = {}) {
  const policy = parseTrustPolicy(site.register.policyText);
  if (site.register.entries.length === 0) site.register.append({ kind: "record", commitment: bytesOf("c"), lock: bytesOf("l") });
  const empty = openBook({ url: site.url, origin, vkey: "vkey", policy: site.register.policyText }, device);
  const log = await readLog({ url: site.url, policy, fetch: site.fetch, state: unreadLog(origin), book: empty, seed });
  const drafts = Array.from({ length: count }, (_, i) => ({ act: "eu-gdpr:A15" as const, controller: { id: `https://c${device}-${i}.example`, name: "C" } }));
  const prepared = prepare({ book: empty, log, seed, drafts, now });
  const { book } = await sign({ seed, book: empty, prepared, gesture: async () => null, now });
  expect(beaconOf(book, log).beacon.size).toBe(log.size);
  return { site, book, place: { url: site.url, fetch: site.fetch, seed } };
}

const idsOf = (book: Book) => book.items.map(({ id }) => id).sort();

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "nothing thrown",
    (error: unknown) => (error as FreeholdError).code,
  );
}

test("names, token and key of a slot are those of the specification, computed with OpenSSL", () => {
  const { id, token, key } = slotKeys(fromHex("00".repeat(32)), { origin, slot: 7 });
  const derived = (name: string) =>
    Buffer.from(
      hkdfSync("sha256", new Uint8Array(32), "freehold", Buffer.from(`${String.fromCharCode(name.length)}${name}\u0014${origin}\0\0\0\u0007`, "latin1"), 32),
    );
  expect(origin).toHaveLength(0x14);
  expect(token).toBe(derived("freehold/backup-token/v1").toString("hex"));
  expect(id).toBe(createHash("sha256").update(Buffer.from(token, "hex")).digest("hex"));
  expect(Buffer.from(key).equals(derived("freehold/backup-key/v1"))).toBe(true);
  expect(slotKeys(fromHex("00".repeat(32)), { origin, slot: 8 }).id).not.toBe(id);
  const blob = sealSlot("{}", { id, token, key });
  expect(blob.length).toBe(65_536);
  expect(openSlot(blob, { id, token, key })).toBe("{}");
  expect(() => openSlot(blob, slotKeys(newSeed(), { origin, slot: 7 }))).toThrow("not made with your key");
  expect(() => openSlot(blob.subarray(1), { id, token, key })).toThrow("65536");
  expect(() => sealSlot("x".repeat(65_508), { id, token, key })).toThrow("65507");
});

test("two installations write at the same time, and both have everything", async () => {
  const { site, book: one, place } = await bookOf(60, { device: 1 });
  const { book: two } = await bookOf(50, { site, device: 2 });
  const [first, second] = await Promise.all([syncBackup({ book: one, ...place }), syncBackup({ book: two, ...place })]);
  const again = await syncBackup({ book: first, ...place });
  const all = [...idsOf(one), ...idsOf(two)].sort();
  expect(idsOf(again)).toEqual(all);
  expect(idsOf(await syncBackup({ book: second, ...place }))).toEqual(all);
  expect(again.devices).toEqual([2]);
  expect(again.device).toBe(1);
  expect(site.backups.size).toBeGreaterThan(1);
  expect([...site.backups.values()].every((blob) => blob.length === 65_536)).toBe(true);
});

test("what is in step writes nothing; one change writes one slot", async () => {
  const { site, book, place } = await bookOf(100);
  const synced = await syncBackup({ book, ...place });
  site.asked.length = 0;
  await syncBackup({ book: synced, ...place });
  expect(site.asked.filter((line) => line.startsWith("PUT"))).toEqual([]);
  await syncBackup({ book: changeItem(synced, synced.items[0]!.id, (item) => ({ ...item, words: "because" })), ...place });
  expect(site.asked.filter((line) => line.startsWith("PUT"))).toHaveLength(1);
});

test("a register whose writing fails at any point loses no item", async () => {
  const { site, book, place } = await bookOf(100);
  const synced = await syncBackup({ book, ...place });
  // Each item grows, so that many move to other slots.
  const grown = synced.items.reduce((next, { id }) => changeItem(next, id, (item) => ({ ...item, words: "w".repeat(700) })), synced);
  for (let allowed = 0; allowed < 6; allowed++) {
    let puts = 0;
    site.fault = (request) => (request.method === "PUT" && puts++ >= allowed ? new Response(null, { status: 503 }) : undefined);
    await codeOf(syncBackup({ book: grown, ...place }));
    site.fault = undefined;
    const fresh = openBook(book.register, 9);
    expect(idsOf(await readBackup({ book: fresh, ...place }))).toEqual(idsOf(book));
  }
  await syncBackup({ book: grown, ...place });
  expect((await readBackup({ book: openBook(book.register, 9), ...place })).items.every(({ words }) => words?.length === 700)).toBe(true);
});

test("what is erased stays erased on every device, and slots that become empty are given up", async () => {
  const { site, book, place } = await bookOf(60);
  const synced = await syncBackup({ book, ...place });
  const other = await syncBackup({ book: openBook(book.register, 8), ...place });
  const before = site.backups.size;
  const less = synced.items.slice(1).reduce((next, { id }) => eraseItem(next, id), synced);
  const erased = await syncBackup({ book: less, ...place });
  expect(erased.items).toHaveLength(1);
  expect(site.backups.size).toBeLessThan(before);
  const there = await syncBackup({ book: other, ...place });
  expect(idsOf(there)).toEqual(idsOf(erased));
  expect(addItems(there, book.items).items).toHaveLength(1);
  expect(await deleteBackup({ ...place, origin })).toBe(1);
  expect(site.backups.size).toBe(0);
});

test("a record with more than a slot holds is copied without what others have too", async () => {
  const { book, place } = await bookOf(1);
  const large = changeItem(book, book.items[0]!.id, (item) => ({
    ...item,
    words: "hers",
    acknowledgements: [{ entry: "00".repeat(66), index: 1, jws: "a".repeat(65_000), opening: "00".repeat(32), path: [] }],
  }));
  expect((await syncBackup({ book: large, ...place })).items[0]!.acknowledgements).toHaveLength(1);
  const [copied] = (await readBackup({ book: openBook(book.register, 9), ...place })).items;
  expect(copied).toMatchObject({ id: book.items[0]!.id, words: "hers" });
  expect(copied!.acknowledgements).toBeUndefined();
});

test("swapped, cut or foreign blobs are refused", async () => {
  const { site, book, place } = await bookOf(100);
  await syncBackup({ book, ...place });
  const [first, second] = [0, 1].map((slot) => slotKeys(seed, { origin, slot }).id) as [string, string];
  const kept = site.backups.get(first)!;
  site.backups.set(first, site.backups.get(second)!);
  expect(await codeOf(syncBackup({ book, ...place }))).toBe("backup_mismatch");
  site.backups.set(first, kept.slice(0, 65_535));
  expect(await codeOf(syncBackup({ book, ...place }))).toBe("backup_malformed");
  const keys = slotKeys(seed, { origin, slot: 0 });
  for (const text of ["", "[]", '{"@context":"urn:freehold:backup:1","items":[{}],"slot":0}', '{"@context":"urn:freehold:backup:1","items":[],"slot":4}']) {
    site.backups.set(first, sealSlot(text, keys));
    expect(await codeOf(readBackup({ book, ...place }))).toBe("backup_malformed");
  }
});

test("a passkey finds the seed that was left for it, and nobody else does", async () => {
  const site = createSite();
  const place = { url: site.url, fetch: site.fetch, origin };
  const passkey = { secret: bytesOf("prf"), credentialId: bytesOf("credential") };
  expect(await fetchWrapped({ ...place, ...passkey })).toBeUndefined();
  await leaveWrapped({ ...place, ...passkey, seed });
  await leaveWrapped({ ...place, ...passkey, seed });
  expect(site.backups.size).toBe(1);
  expect(await fetchWrapped({ ...place, ...passkey })).toEqual(seed);
  expect(await codeOf(fetchWrapped({ ...place, ...passkey, credentialId: bytesOf("other") }))).toBe("wrap_mismatch");
  expect(await fetchWrapped({ ...place, ...passkey, secret: bytesOf("other") })).toBeUndefined();
  await removeWrapped({ ...place, ...passkey });
  expect(site.backups.size).toBe(0);
});

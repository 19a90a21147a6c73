import { afterEach, expect, test } from "vitest";
import { equal } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { leafHash, verifyConsistency } from "@freehold/protocol/merkle";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import { verifyProof } from "@freehold/protocol/proof";
import { isEnded } from "@freehold/protocol/status";
import { checkStore } from "./fsck.ts";
import { crashPoints } from "./log.ts";
import type { CrashPoint, Log, LogOptions } from "./log.ts";
import { statusRootOf } from "./status-tree.ts";
import { openStore } from "./store.ts";
import { bytesOf, openTestLog, recordOf, withdrawalOf } from "./testkit.ts";
import type { TestLog } from "./testkit.ts";

const opened: TestLog[] = [];
async function open(options: Partial<LogOptions> = {}): Promise<TestLog> {
  const made = await openTestLog(options);
  opened.push(made);
  return made;
}
afterEach(async () => {
  for (const made of opened.splice(0)) await made.remove();
});

const records = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => recordOf(`${from + i}`));

test("an entry gets the next index, is durable, and has a proof once it is published", async () => {
  const { log, policy, store } = await open();
  expect(await log.submit(recordOf("a"))).toEqual({ index: 0, repeated: false });
  expect(log.published).toBeNull();
  await log.publish();
  expect(log.published!.size).toBe(2); // the record and the status entry
  const { index, checkpoint } = await verifyProof(await log.proof(0), leafHash(recordOf("a")), policy);
  expect([index, checkpoint.size]).toEqual([0, 2]);
  expect(checkStore(store).problems).toEqual([]);
});

test("the same entry again is answered with its index, also after a restart and within one batch", async () => {
  const made = await open();
  const [a, b] = [recordOf("a"), recordOf("b")];
  expect(await made.log.submitAll([a, b, a])).toEqual([
    { index: 0, repeated: false },
    { index: 1, repeated: false },
    { index: 0, repeated: true },
  ]);
  const again = await made.reopen();
  opened.push(again);
  expect(await again.log.submit(b)).toEqual({ index: 1, repeated: true });
  await again.log.submit(withdrawalOf("a"));
  expect(await again.log.submit(withdrawalOf("a"))).toEqual({ index: 2, repeated: true });
});

test("many documents are logged at once, each one once, in order", async () => {
  const { log, store } = await open();
  const documents = ["one", "two", "three"].map((text) => new TextEncoder().encode(text));
  expect((await log.publishDocuments(documents)).map(({ index }) => index)).toEqual([0, 1, 2]);
  const again = await log.publishDocuments([documents[2]!, new TextEncoder().encode("four"), documents[0]!]);
  expect(again.map(({ index }) => index)).toEqual([2, 3, 0]);
  expect(log.size).toBe(4);
  for (const { index, sha256 } of again) {
    expect(log.findPublication(sha256)).toBe(index);
    expect(store.document(sha256)?.bytes.length).toBeGreaterThan(0);
  }
  expect(await log.publishDocuments([])).toEqual([]);
});

test("what the log does not take has its code, and does not hold up the others", async () => {
  const { log } = await open();
  const answers = await log.submitAll([
    Uint8Array.of(9),
    withdrawalOf("nobody"),
    encodeEntry({ kind: "status", size: 0, root: bytesOf("root") }),
    encodeEntry({ kind: "publication", hash: bytesOf("document") }),
    recordOf("a"),
    withdrawalOf("a"),
  ]);
  expect(answers.map((answer) => (answer instanceof FreeholdError ? answer.code : answer.index))).toEqual([
    "entry_malformed",
    "lock_unknown",
    "entry_kind",
    "entry_kind",
    0,
    1,
  ]);
});

test("a withdrawal ends all records of its lock, and later ones are born ended", async () => {
  const made = await open();
  const { log } = made;
  const shared = ["one", "two", "three"].map((label) => recordOf(label, "shared"));
  await log.submitAll([shared[0]!, recordOf("other"), shared[1]!]);
  await log.submit(withdrawalOf("shared"));
  await log.submit(shared[2]!);
  await log.publish();
  const ended = (l: Log) => [0, 1, 2, 3, 4].map((index) => isEnded(l.published!.bits, l.published!.size - 1, index));
  expect(ended(log)).toEqual([true, false, true, false, true]);
  expect(log.lock(Buffer.from(shared[0]!.subarray(34)))).toEqual({ records: [0, 2, 4], withdrawal: 3 });
  const again = await made.reopen();
  opened.push(again);
  expect(ended(again.log)).toEqual([true, false, true, false, true]);
  expect(await again.log.submit(shared[1]!)).toEqual({ index: 2, repeated: true });
  expect(checkStore(again.store).problems).toEqual([]);
});

test("many records with one lock stay quick: no entry costs more than the ones before", async () => {
  const { log } = await open();
  const crowd = Array.from({ length: 20_000 }, (_, i) => recordOf(`crowd ${i}`, "crowd"));
  await log.submitAll(crowd);
  expect(await log.submit(crowd[19_999]!)).toEqual({ index: 19_999, repeated: true });
  await log.submit(withdrawalOf("crowd"));
  await log.publish();
  expect(log.lock(crowd[0]!.subarray(34)).records).toHaveLength(20_000);
});

test("the bitmap that is served is that of the published status entry, whatever was withdrawn since", async () => {
  const made = await open();
  await made.log.submitAll(records(0, 300));
  await made.log.publish();
  const { bits, size } = made.log.published!;
  await made.log.submit(withdrawalOf("7"));
  expect(isEnded(made.log.published!.bits, size - 1, 7)).toBe(false);
  const again = await made.reopen();
  opened.push(again);
  expect(again.log.published!.size).toBe(size);
  expect(equal(again.log.published!.bits, bits)).toBe(true);
});

test("what ended after the published checkpoint is not in its bitmap after a restart, also in the bitmap's last byte", async () => {
  const made = await open();
  await made.log.submitAll([...records(0, 2), withdrawalOf("1")]);
  await made.log.publish();
  const { bits, status } = made.log.published!;
  await made.log.submitAll([recordOf("late", "1"), recordOf("other")]);
  await made.log.submit(withdrawalOf("other"));
  const again = await made.reopen();
  opened.push(again);
  expect(again.log.published!.bits).toEqual(bits);
  expect(statusRootOf(again.log.published!.status)).toEqual(statusRootOf(status));
});

test("an idle log does not grow; the same checkpoint is cosigned anew", async () => {
  let now = 1000;
  const { log, policy } = await open({ now: () => now });
  await log.submit(recordOf("a"));
  await log.publish();
  const first = log.published!;
  now = 2000;
  await log.publish();
  expect(log.published!.size).toBe(first.size);
  expect((await verifyCheckpoint(log.published!.note, policy)).witnessedTime).toBeGreaterThanOrEqual(
    (await verifyCheckpoint(first.note, policy)).witnessedTime!,
  );
});

test("an empty log can be published: it is one status entry", async () => {
  const { log, store, policy } = await open();
  await log.publish();
  expect((await verifyCheckpoint(log.published!.note, policy)).size).toBe(1);
  expect((await log.submit(recordOf("a"))).index).toBe(1);
  await log.publish();
  expect(checkStore(store).problems).toEqual([]);
});

test("without its quorum nothing is published; entries are taken all the same", async () => {
  const { log } = await open({ witnesses: [], warn: () => {} });
  await log.submit(recordOf("a"));
  await log.publish();
  expect(log.published).toBeNull();
  expect((await log.submit(recordOf("b"))).index).toBe(2);
});

test("a witness that knows a larger log stops this one: it signs nothing, and takes nothing", async () => {
  const witness = { name: "other", independent: true, add: async () => ({ status: 409, body: "1000\n" }) };
  const made = await open();
  await made.log.submit(recordOf("a"));
  await made.log.publish();
  const before = made.log.published!.note;
  const again = await made.reopen({ witnesses: [witness], warn: () => {} });
  opened.push(again);
  await expect(again.log.publish()).rejects.toMatchObject({ code: "rolled_back" });
  await expect(again.log.submit(recordOf("b"))).rejects.toMatchObject({ code: "unavailable" });
  expect(again.log.published!.note).toBe(before);
  expect(again.log.refusal?.code).toBe("rolled_back");
});

test("a second writer is refused; a reader is not", async () => {
  const { folder, log } = await open();
  await log.submit(recordOf("a"));
  expect(() => openStore(folder)).toThrow(expect.objectContaining({ code: "folder_in_use" }));
});

test("a folder belongs to one origin", async () => {
  const made = await open();
  made.store.putSetting("origin", "another.example/log");
  await expect(made.reopen()).rejects.toMatchObject({ code: "folder_in_use" });
});

/**
 * Every crash point, as a process that ends there: entries before it, a fault at it, the folder opened anew. "Before" points
 * are the case *not persisted*, "after" points the case *persisted*.
 */
test.each(crashPoints)("after a crash at %s nothing acknowledged is lost, and one history goes on", async (point) => {
  let fail: CrashPoint | null = null;
  const made = await open({
    warn: () => {},
    at(reached) {
      if (reached === fail) throw new Error(`crash at ${reached}`);
    },
  });
  const acknowledged = new Map<string, number>();
  const note = (entries: readonly Uint8Array[], answers: readonly unknown[]) => {
    for (const [i, answer] of answers.entries())
      if (!(answer instanceof FreeholdError)) acknowledged.set(Buffer.from(entries[i]!).toString("hex"), (answer as { index: number }).index);
  };
  const first = records(0, 400);
  note(first, await made.log.submitAll(first));
  await made.log.publish();
  const published = made.log.published!;
  const second = [...records(400, 700), withdrawalOf("3")];
  fail = point;
  note(second, await made.log.submitAll(second));
  await made.log.publish().catch(() => {});
  if (point.startsWith("sequence")) expect(acknowledged.size).toBe(400);

  const again = await made.reopen();
  opened.push(again);
  for (const [hex, index] of acknowledged) expect(await again.log.submit(Buffer.from(hex, "hex"))).toEqual({ index, repeated: true });
  // What was not acknowledged is submitted again, as a client would, and may have been persisted or not.
  const retried = await again.log.submitAll(second);
  expect(retried.every((answer) => !(answer instanceof FreeholdError))).toBe(true);
  expect(new Set(retried.map((answer) => (answer as { index: number }).index)).size).toBe(second.length);
  await again.log.publish();
  expect(again.log.published!.size).toBeGreaterThanOrEqual(published.size);
  const consistency = await again.log.consistency(published.size, again.log.published!.size);
  verifyConsistency({ size1: published.size, root1: published.root, size2: again.log.published!.size, root2: again.log.published!.root, proof: consistency });
  expect(checkStore(again.store).problems).toEqual([]);
});

/** The same faults survived by a process that goes on: recovery is the ordinary path. */
test.each(crashPoints)("a fault at %s is survived without a restart", async (point) => {
  let left = 1;
  const { log, store } = await open({
    warn: () => {},
    at(reached) {
      if (reached === point && left-- > 0) throw new Error(`fault at ${reached}`);
    },
  });
  await log.submitAll(records(0, 300));
  await log.publish().catch(() => {});
  const answers = await log.submitAll(records(0, 600));
  expect(answers.map((answer) => (answer as { index: number }).index)).toHaveLength(600);
  await log.publish();
  expect(checkStore(store).problems).toEqual([]);
});

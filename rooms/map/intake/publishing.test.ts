import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createHash } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { canonicalize } from "@freehold/protocol/canonical";
import { encodeEntry } from "@freehold/protocol/entry";
import { leafHash } from "@freehold/protocol/merkle";
import { verifyProof } from "@freehold/protocol/proof";
import { verifyPublication } from "@freehold/protocol/publication";
import type { Publication } from "@freehold/protocol/publication";
import { ORIGIN, openTestLog } from "../../../ledger/testkit.ts";
import type { TestLog } from "../../../ledger/testkit.ts";
import { decide } from "./decision.ts";
import { createPublishing } from "./publishing.ts";
import type { PublishingOptions, PublishingPoint } from "./publishing.ts";
import { redactRecord } from "./redaction.ts";
import { createSigner } from "./signer.ts";
import { AT, openTestMap, takeLists } from "../testkit.ts";
import type { TestMap } from "../testkit.ts";
import type { MapStore } from "../store.ts";

const KEY = new Uint8Array(32).fill(7);
const maps: TestMap[] = [];
const logs: TestLog[] = [];
async function open(): Promise<{ map: TestMap; log: TestLog }> {
  const map = openTestMap();
  const log = await openTestLog();
  maps.push(map);
  logs.push(log);
  return { map, log };
}
afterEach(async () => {
  for (const log of logs.splice(0)) await log.remove();
  for (const map of maps.splice(0)) map.remove();
});
const publishing = (store: MapStore, { log, store: ledger }: TestLog, more: Partial<PublishingOptions> = {}) =>
  createPublishing({ store, log, key: KEY, now: () => 1_795_420_800, withhold: (hash, reason) => ledger.withholdDocument(hash, reason), ...more });
const firms = (count: number, name = "Firm") => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, { name: `${name} ${i}` }]));
const list = (version: string, month: number, of: ReturnType<typeof firms>) => ({ version, dated: `2026-0${month}-01`, list: of });

/** All that was published of the map, checked as anyone would. */
async function check(store: MapStore, log: TestLog): Promise<Publication[]> {
  await log.log.publish();
  const { jwk } = createSigner(KEY);
  const found: Publication[] = [];
  const ids = [...store.basis.logged()].filter(({ of }) => of === "record").map(({ id }) => id);
  for (const [id, place] of Object.entries(store.places(ids))) {
    const hash = Buffer.from(place.publication!, "hex");
    const document = new TextDecoder().decode(log.store.document(hash)!.bytes);
    const publication = await verifyPublication(document, [jwk]);
    const served = store.record(place.sha256);
    if ("record" in served) {
      const sealed = createHash("sha256").update(Buffer.from(served.salt, "hex")).update(canonicalize(served.record)).digest("hex");
      expect(publication.body["sha256"], id).toBe(sealed);
    }
    found.push(publication);
    if (Number(id) % 29 !== 1) continue;
    const { index } = await verifyProof(await log.log.proof(place.index!), leafHash(encodeEntry({ kind: "publication", hash })), log.policy);
    expect(index).toBe(place.index);
  }
  return found;
}

test("each version of each record is published once, signed, chained, and provably in the log", async () => {
  const { map, log } = await open();
  takeLists(map.store, [list("v1", 1, firms(3)), list("v2", 2, { ...firms(2), 1: { name: "Other" } })]);
  const publisher = publishing(map.store, log);
  await publisher.publish();
  const published = await check(map.store, log);
  expect(published.map(({ author, type, body }) => [author, type, body["version"], body["licence"]])).toEqual([
    ...[1, 2, 3].map(() => [ORIGIN, "practice", "v1", "CC0-1.0"]),
    ...[1, 2].map(() => [ORIGIN, "practice", "v2", "CC0-1.0"]),
  ]);
  const places = map.store.places([1, 2, 3, 4, 5]);
  expect(published.slice(3).map(({ predecessor }) => predecessor)).toEqual([places[2]!.publication, places[3]!.publication]);
  expect(map.store.record(places[5]!.sha256)).toMatchObject({ record: null });
  const size = log.log.size;
  await publisher.publish();
  expect(log.log.size).toBe(size);
});

const points: PublishingPoint[] = ["documents:before-commit", "documents:after-commit", "log:sequenced", "marks:before-commit", "marks:after-commit"];
test.each(points)("a fault at %s is made good by the ordinary way", async (point) => {
  const { map, log } = await open();
  takeLists(map.store, [list("v1", 1, firms(300))]);
  let left = 2;
  const faulty = publishing(map.store, log, {
    at: (reached) => {
      if (reached === point && --left === 0) throw new Error("crash");
    },
  });
  await expect(faulty.publish()).rejects.toThrow("crash");
  await publishing(map.store, log).publish();
  expect(await check(map.store, log)).toHaveLength(300);
  expect(map.store.basis.isWaiting()).toBe(false);
  // One status entry besides.
  expect(log.log.size).toBe(301);
});

test("what a restored log lacks is submitted again, with the same bytes", async () => {
  const { map, log } = await open();
  takeLists(map.store, [list("v1", 1, firms(5))]);
  await publishing(map.store, log).publish();
  const before = map.store.places([1, 2, 3, 4, 5]);
  const other = await openTestLog();
  logs.push(other);
  await publishing(map.store, other).publish();
  expect(await check(map.store, other)).toHaveLength(5);
  expect(map.store.places([1, 2, 3, 4, 5])).toEqual(before);
});

test("decisions are published, and documents withheld, by the register that runs", async () => {
  const { map, log } = await open();
  takeLists(map.store, [list("v1", 1, { a: { name: "Alpha Books" }, b: { name: "Beta Shoes" } })]);
  const signer = createSigner(KEY);
  const [a, b] = Object.values(map.store.places([1, 2])).map(({ sha256 }) => sha256) as [string, string];
  const made = decide(map.store, { decision: "same", records: [a, b], reason: "One house." }, { signer, author: ORIGIN, at: AT });
  expect(map.store.rows({}).total).toBe(1);
  expect(map.store.card(map.store.rows({}).rows[0]!.id)!.records.map(({ link }) => link.key)).toContain("editor");
  const again = decide(map.store, { decision: "different", records: [b, a], reason: "Two houses." }, { signer, author: ORIGIN, at: AT });
  expect(map.store.rows({}).total).toBe(2);
  map.store.transaction(() => map.store.basis.putWithholding(Buffer.from(made, "hex"), "names a person"));
  const running = publishing(map.store, log);
  running.start();
  while (map.store.basis.isWaiting()) await sleep(10);
  await running.close();
  const document = new TextDecoder().decode(log.store.document(Buffer.from(again, "hex"))!.bytes);
  expect(await verifyPublication(document, [running.jwk])).toMatchObject({ type: "join", predecessor: made, body: { decision: "different" } });
  expect(map.store.publicationSubject(again)).toMatchObject({ type: "join", decision: "different" });
  await publishing(map.store, log).publish();
  expect(log.store.document(Buffer.from(made, "hex"))?.withheld).toBe("names a person");
});

test("a record that was withheld meanwhile is not published", async () => {
  const { map, log } = await open();
  takeLists(map.store, [list("v1", 1, firms(3))]);
  redactRecord(map.store, map.store.places([2])[2]!.sha256, { reason: "asked for", at: AT });
  await publishing(map.store, log).publish();
  expect(await check(map.store, log)).toHaveLength(2);
  expect(map.store.basis.isWaiting()).toBe(false);
});

test("killed again and again, every record is published exactly once", async () => {
  const { map, log } = await open();
  takeLists(map.store, [list("v1", 1, firms(1500))]);
  map.store.close();
  const { folder } = log;
  await log.log.close();
  log.store.close();
  const child = `const [map, ledger] = process.argv.slice(1);
    const { openTestLog } = await import(${JSON.stringify(new URL("../../../ledger/testkit.ts", import.meta.url).href)});
    const { openMapStore } = await import(${JSON.stringify(new URL("../store.ts", import.meta.url).href)});
    const { createPublishing } = await import(${JSON.stringify(new URL("publishing.ts", import.meta.url).href)});
    const { log } = await openTestLog({}, ledger);
    process.stdout.write("open");
    await createPublishing({ store: openMapStore(map), log, key: new Uint8Array(32).fill(7) }).publish();`;
  let killed = 0;
  for (let round = 0; round < 8; round++) {
    const running = spawn(
      process.execPath,
      ["--conditions=source", "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", child, map.folder, folder],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const ended = once(running, "close");
    await Promise.race([ended, once(running.stdout, "data")]);
    await Promise.race([ended, sleep(40 * round)]);
    running.kill("SIGKILL");
    const [code] = (await ended) as [number | null];
    if (code === 0) break;
    killed++;
  }
  expect(killed).toBeGreaterThan(0);
  const reopened = openTestMap(map.folder);
  maps.push(reopened);
  const again = await openTestLog({}, folder);
  logs.push(again);
  await publishing(reopened.store, again).publish();
  const indexes = [...reopened.store.basis.logged()].map(({ index }) => index!).sort((a, b) => a - b);
  expect(new Set(indexes).size).toBe(1500);
  expect(again.log.size).toBeLessThan(1500 + 100); // status entries of restarts besides
  expect(await check(reopened.store, again)).toHaveLength(1500);
  rmSync(folder, { recursive: true, force: true });
});

/** What every store must do, held against the two that come with the package. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { createMemoryStore } from "./store-memory.ts";
import { openSqliteStore } from "./store-sqlite.ts";
import type { KeptDecision, LoadedDecision, Store } from "./store.ts";

const folders: string[] = [];
const folder = () => folders[folders.push(mkdtempSync(join(tmpdir(), "freehold-desk-"))) - 1]!;
afterEach(() => folders.splice(0).forEach((one) => rmSync(one, { recursive: true, force: true })));

const hash = (n: number) => n.toString(16).padStart(64, "0");
const decision = (id: number, changes: Partial<KeptDecision> = {}): KeptDecision => ({
  id,
  record: hash(1000 + id),
  subject: `customer-${id % 3}`,
  kid: `kid-${id % 3}`,
  lock: hash(2000 + id),
  kind: "grant",
  index: id * 10,
  beacon: id * 10 - 1,
  expires: 2_000_000_000 + id,
  processes: [{ purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] }],
  origin: "register.example/log",
  ...changes,
});
const kid = (n: number) => ({ hash: hash(n), kid: `kid-${n}`, subject: `customer-${n}`, lapsed: false, rotated: null, floor: 0 });

const loaded = ({ id, subject, kind, index, beacon, expires, processes }: KeptDecision, { opened = false, lapsed = false } = {}): LoadedDecision => ({
  id,
  subject,
  kind,
  index,
  beacon,
  expires,
  processes,
  opened,
  lapsed,
});

async function allOf(store: Store): Promise<LoadedDecision[]> {
  const all: LoadedDecision[] = [];
  for await (const page of store.all()) all.push(...page);
  return all;
}

describe.each([
  ["in memory", () => createMemoryStore()],
  ["in SQLite", () => openSqliteStore(join(folder(), "new", "desk.sqlite"))],
] as const)("a store %s", (_, open) => {
  test("keeps decisions, and finds them by everything that a desk asks by", async () => {
    const store = open();
    const refusal = decision(2, { kind: "refusal", index: null, expires: null, processes: null, lock: hash(2001) });
    const all = [decision(1), refusal, decision(3, { beacon: 2 ** 53 - 1, index: 2 ** 53 - 1 }), decision(4)];
    await store.write(all.map((one) => ({ put: "decision", decision: one, evidence: `receipt ${one.id}` }) as const));
    expect(await allOf(store)).toEqual(all.map((one) => loaded(one)));
    expect(await store.decisions("subject", "customer-1")).toEqual([all[0], all[3]]);
    expect(await store.decisions("record", hash(1002))).toEqual([refusal]);
    expect(await store.decisions("lock", hash(2001))).toEqual([all[0], refusal]);
    expect(await store.decisions("kid", "kid-0")).toEqual([all[2]]);
    expect(await store.decisions("kid", "nobody")).toEqual([]);
    expect(await store.decisionsAt([40, 41, 10])).toEqual([all[3], all[0]]);
    expect([await store.evidence(2), await store.evidence(9)]).toEqual(["receipt 2", undefined]);
    await store.write([{ put: "index", id: 2, index: 7, evidence: "proved" }]);
    expect(await store.decisionsAt([7])).toEqual([{ ...refusal, index: 7 }]);
    expect(await store.evidence(2)).toBe("proved");
    await store.write([
      { drop: "decision", id: 1 },
      { drop: "decision", id: 99 },
    ]);
    expect((await allOf(store)).map(({ id }) => id)).toEqual([2, 3, 4]);
    expect(await store.evidence(1)).toBeUndefined();
    await store.write([{ put: "decision", decision: decision(1, { record: hash(5) }), evidence: "" }]);
    expect((await allOf(store)).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    await store.close();
  });

  test("keeps kids, locks, a status, numbers and papers", async () => {
    const store = open();
    expect([await store.kid(hash(1)), await store.lock(hash(1)), await store.status(), await store.mark("newest")]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    await store.write([
      { put: "kid", kid: kid(1) },
      { put: "kid", kid: { ...kid(2), subject: "customer-1", lapsed: true, rotated: 12 } },
      { put: "kid", kid: { ...kid(3), kid: null, subject: null, floor: 77 } },
      { put: "decision", decision: decision(1), evidence: "" },
      { put: "lock", lock: { lock: hash(2001), secret: hash(9), by: "chain", since: 1.5 } },
      { put: "lock", lock: { lock: hash(4), secret: hash(8), by: "desk", since: 2 } },
      { put: "status", note: "first", size: 9, bits: Uint8Array.of(1, 2) },
      { put: "status", note: "second", size: 10 },
      { put: "mark", name: "newest", value: 2 ** 53 - 1 },
    ]);
    expect(await store.kidsOf("customer-1")).toEqual([kid(1), { ...kid(2), subject: "customer-1", lapsed: true, rotated: 12 }]);
    expect(await store.kidsWithFloor()).toEqual([]);
    expect([await store.retired(1), await store.retired(2), await store.retired(decision(1).expires!)]).toEqual([[], [decision(1)], [decision(1)]]);
    expect(await store.kid(hash(3))).toMatchObject({ kid: null, subject: null, floor: 77 });
    expect(await store.lock(hash(2001))).toEqual({ lock: hash(2001), secret: hash(9), by: "chain", since: 1.5 });
    expect(await allOf(store)).toEqual([loaded(decision(1), { opened: true })]);
    expect(await store.status()).toEqual({ note: "second", size: 10, bits: Uint8Array.of(1, 2) });
    expect(await store.mark("newest")).toBe(2 ** 53 - 1);
    await store.write([
      { drop: "lock", lock: hash(2001) },
      { put: "kid", kid: { ...kid(1), lapsed: true } },
    ]);
    expect(await allOf(store)).toEqual([loaded(decision(1), { lapsed: true })]);
    await store.write([{ put: "kid", kid: { ...kid(1), floor: 5 } }]);
    expect(await store.kidsWithFloor()).toEqual([{ ...kid(1), floor: 5 }]);

    const paper = (key: string, text = key) => ({ drawer: "inbox", key, text });
    await store.write(["c", "a", "b"].map((key) => ({ put: "paper", paper: paper(key) }) as const));
    await store.write([
      { put: "paper", paper: { drawer: "other", key: "a", text: "x" } },
      { put: "paper", paper: paper("b", "new") },
    ]);
    expect(await store.papers("inbox")).toEqual([paper("a"), paper("b", "new"), paper("c")]);
    expect(await store.papers("inbox", { after: "a", limit: 1 })).toEqual([paper("b", "new")]);
    await store.write([{ drop: "paper", drawer: "inbox", key: "a" }]);
    expect([await store.paper("inbox", "a"), await store.paper("other", "a")]).toEqual([undefined, "x"]);
    await store.close();
  });
});

test("in SQLite a write that fails leaves nothing of it, and all is there when it is opened again", async () => {
  const file = join(folder(), "desk.sqlite");
  const store = openSqliteStore(file);
  await store.write([{ put: "decision", decision: decision(1), evidence: "one" }]);
  await expect(
    store.write([
      { put: "decision", decision: decision(2, { processes: [{ purposes: ["dpv:Advertising"] }] }), evidence: "" },
      { put: "decision", decision: decision(3, { record: hash(1001) }), evidence: "" },
    ]),
  ).rejects.toMatchObject({ code: "unavailable" });
  await store.write([{ put: "decision", decision: decision(4, { processes: [{ purposes: ["dpv:RecordManagement"] }] }), evidence: "" }]);
  expect(await allOf(store)).toMatchObject([{ id: 1 }, { id: 4, processes: [{ purposes: ["dpv:RecordManagement"] }] }]);
  await store.close();
  const again = openSqliteStore(file);
  expect(await allOf(again)).toEqual([decision(1), decision(4, { processes: [{ purposes: ["dpv:RecordManagement"] }] })].map((one) => loaded(one)));
  await again.close();
});

test("two desks do not write one file, and an older program does not open a newer file", async () => {
  const file = join(folder(), "desk.sqlite");
  const store = openSqliteStore(file);
  expect(() => openSqliteStore(file)).toThrow(expect.objectContaining({ code: "unavailable" }));
  await store.close();
  const db = new DatabaseSync(file);
  db.exec("PRAGMA user_version = 99");
  db.close();
  expect(() => openSqliteStore(file)).toThrow(expect.objectContaining({ code: "folder_newer" }));
});

test("what was erased is in no byte of the files any more", async () => {
  const file = join(folder(), "desk.sqlite");
  const store = openSqliteStore(file);
  const marks = ["her-name-in-the-shop", "text-of-her-receipt", "ex:HerOwnScope"];
  await store.write([
    { put: "decision", decision: decision(1, { subject: marks[0]!, processes: [{ purposes: [marks[2]!] }] }), evidence: marks[1]!.repeat(2000) },
  ]);
  for (let i = 2; i < 200; i++) await store.write([{ put: "decision", decision: decision(i), evidence: `receipt ${i}`.repeat(50) }]);
  const found = () => marks.filter((mark) => [file, `${file}-wal`].some((one) => existsSync(one) && readFileSync(one).includes(mark)));
  expect(found()).toEqual(marks);
  await store.write([{ drop: "decision", id: 1 }]);
  expect(found()).toEqual([]);
  await store.close();
});

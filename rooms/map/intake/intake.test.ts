import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { FreeholdError } from "@freehold/protocol/errors";
import { derive } from "../store/derive.ts";
import { AT, derivedTables, listImporter, openTestMap, statesOf, takeLists } from "../testkit.ts";
import type { List, TestMap } from "../testkit.ts";

const opened: TestMap[] = [];
function open(folder?: string): TestMap {
  const made = openTestMap(folder);
  opened.push(made);
  return made;
}
afterEach(() => {
  for (const made of opened.splice(0)) made.remove();
});

const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error instanceof FreeholdError ? error.code : String(error);
  }
  return undefined;
};
const v1 = { version: "v1", dated: "2026-01-01", list: { a: { name: "Alpha" }, b: { name: "Beta" } } };
const v2 = { version: "v2", dated: "2026-02-01", list: { a: { name: "Alpha Ltd" }, c: { name: "Gamma" } } };

test("a version adds, changes and ends records; the same bytes again change nothing", () => {
  const { store } = open();
  expect(takeLists(store, [v1]).versions[0]).toMatchObject({ added: 2, changed: 0, gone: 0 });
  expect(takeLists(store, [v2]).versions[0]).toMatchObject({ added: 1, changed: 1, gone: 1 });
  const before = { version: store.dataVersion(), imports: store.basis.imports("toy-list") };
  expect(takeLists(store, [v1, v2])).toMatchObject({
    taken: false,
    versions: [
      { added: 0, changed: 0, gone: 0 },
      { added: 0, changed: 0, gone: 0 },
    ],
  });
  expect({ version: store.dataVersion(), imports: store.basis.imports("toy-list") }).toEqual(before);

  const records = [...store.basis.all()].map(({ record: { key, version, current, gone, predecessor } }) => ({ key, version, current, gone, predecessor }));
  expect(records).toEqual([
    { key: "a", version: "v1", current: false, gone: null, predecessor: null },
    { key: "b", version: "v1", current: true, gone: "v2", predecessor: null },
    { key: "a", version: "v2", current: true, gone: null, predecessor: 1 },
    { key: "c", version: "v2", current: true, gone: null, predecessor: null },
  ]);
});

test("with problems nothing is written; a part is taken when it is accepted, and what is missing is not gone", () => {
  const { store } = open();
  takeLists(store, [v1]);
  const broken = { version: "v2", dated: "2026-02-01", list: { a: { name: "Alpha Ltd" }, b: null } };
  expect(takeLists(store, [broken])).toMatchObject({ taken: false, versions: [], problems: [{ field: "b" }] });
  expect(statesOf(store)).toEqual({ v1: { a: "Alpha", b: "Beta" } });
  expect(takeLists(store, [broken], { acceptPartial: true })).toMatchObject({ taken: true, versions: [{ changed: 1, gone: 0 }] });
  expect(statesOf(store)["v2"]).toEqual({ a: "Alpha Ltd", b: "Beta" });
});

test("a list that lacks much of the one before is asked about", () => {
  const { store } = open();
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}`, { name: `Firm ${i}` }]));
  const extract = { version: "v2", dated: "2026-02-01", list: { 1: { name: "Firm One" } } };
  takeLists(store, [{ version: "v1", dated: "2026-01-01", list: many }]);
  expect(takeLists(store, [extract])).toMatchObject({ taken: false, problems: [{ message: expect.stringContaining("--extent part") as string }] });
  expect(store.basis.imports("toy-list")).toHaveLength(1);
  expect(takeLists(store, [extract], { extent: "part" }).versions[0]).toMatchObject({ changed: 1, gone: 0 });
  expect(takeLists(store, [{ ...extract, version: "v3", dated: "2026-03-01" }], { extent: "whole" }).versions[0]).toMatchObject({ gone: 59 });
});

test("whatever the order in which versions are read, each says what it said", () => {
  const list = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.record({ name: fc.constantFrom("One", "Two", "Three") }), { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat()), (lists, dice) => {
      const made = openTestMap();
      try {
        const versions = lists.map((one, i) => ({ version: `v${i}`, dated: `2026-01-0${i + 1}`, list: one as List }));
        const order = versions.map((version) => ({ version, at: dice.next().value as number })).sort((a, b) => a.at - b.at);
        for (const { version } of order) takeLists(made.store, [version]);
        const names = (one: List) => Object.fromEntries(Object.entries(one).map(([key, listed]) => [key, listed!.name]));
        expect(statesOf(made.store)).toEqual(Object.fromEntries(versions.map(({ version, list: one }) => [version, names(one)])));
        for (const { version } of order) expect(takeLists(made.store, [version]).taken).toBe(false);
      } finally {
        made.remove();
      }
    }),
    { numRuns: 60 },
  );
});

test("what the source says again on a later day is not stale, and is no new version", () => {
  const { store } = open();
  takeLists(store, [v1]);
  takeLists(store, [{ version: "v9", dated: "2026-09-01", list: v1.list }]);
  expect([...store.basis.all()].map(({ record }) => [record.key, record.version, record.dated])).toEqual([
    ["a", "v1", "2026-09-01"],
    ["b", "v1", "2026-09-01"],
  ]);
});

test("a licence against commercial use is accepted by its id, once", () => {
  const { store } = open();
  const importer = listImporter({ nonCommercial: true, licence: { id: "CC-BY-NC-SA-4.0", url: "https://toys.example/nc" } });
  expect(codeOf(() => takeLists(store, [v1], { importer }))).toBe("licence_unaccepted");
  expect(codeOf(() => takeLists(store, [v1], { importer, licenceAccepted: "CC0-1.0" }))).toBe("licence_unaccepted");
  expect(takeLists(store, [v1], { importer, licenceAccepted: "CC-BY-NC-SA-4.0" }).taken).toBe(true);
  expect(codeOf(() => takeLists(store, [v2], { importer }))).toBe(undefined);
});

test("derived again, the tables are the same byte for byte", () => {
  const { store, folder } = open();
  takeLists(store, [v1, v2]);
  const before = derivedTables(folder);
  expect(before["organisation"]).toHaveLength(3);
  store.transaction(() => derive(store, { today: AT.slice(0, 10) }));
  expect(derivedTables(folder)).toEqual(before);
});

test("an import that is killed has happened wholly or not at all", async () => {
  const made = open();
  const firms = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`${i}`, { name: `Firm ${i}`, domains: [`firm${i}.example`] }]));
  takeLists(made.store, [{ version: "v1", dated: "2026-01-01", list: firms }]);
  made.store.close();
  const child = `import { openTestMap, takeLists } from ${JSON.stringify(new URL("../testkit.ts", import.meta.url).href)};
    const { store } = openTestMap(process.argv[1]);
    const list = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [i, { name: "Firm " + i, note: process.argv[2] }]));
    takeLists(store, [{ version: process.argv[2], dated: process.argv[2], list }]);
    process.stdout.write("done");`;
  let killed = 0;
  for (let round = 0; round < 6; round++) {
    const dated = `2026-02-0${round + 1}`;
    const running = spawn(process.execPath, [
      "--conditions=source",
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      child,
      made.folder,
      dated,
    ]);
    const ended = once(running, "close");
    await Promise.race([ended, sleep(250 + 250 * round)]);
    running.kill("SIGKILL");
    const [, signal] = (await ended) as [number | null, string | null];
    if (signal === "SIGKILL") killed++;
    const { store } = open(made.folder);
    const [whole, states] = [store.basis.imports("toy-list").some(({ version }) => version === dated), [...store.basis.all()]];
    expect(states.filter(({ record }) => record.version === dated)).toHaveLength(whole ? 1500 : 0);
    expect(store.rows({}).total).toBe(1500);
    expect(store.figures().organisations).toBe(1500);
    store.close();
  }
  expect(killed).toBeGreaterThan(0);
});

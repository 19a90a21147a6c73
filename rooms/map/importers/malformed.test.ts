/**
 * Every importer against bad files: it never throws, it says what was wrong and where, and what it lets through is bounded. Their
 * samples are mutated, and the real data beside the repository.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { canonicalize, type JsonValue } from "@freehold/protocol/canonical";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import { importerOf, importers } from "./all.ts";
import type { Imported, Importer } from "./importer.ts";
import { MAX_FILE } from "./read.ts";
import { samples, type Sample } from "./samples.ts";

/** What a field may be instead of what it should be. */
const wrong: readonly JsonValue[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  "",
  "x",
  [],
  {},
  [[]],
  { "": 1 },
  "a".repeat(100_000),
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  "\u202Egnp.exe\u0000\u0007\u009B[2J",
  "=cmd|' /C calc'!A0",
  "__proto__",
  "0000-00-00",
];

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(importer: Importer, name: string, bytes: Uint8Array | string): Imported[] {
  const results = importer.read([{ name, bytes: typeof bytes === "string" ? bytesOf(bytes) : bytes }]);
  expect(results.length).toBeGreaterThan(0);
  expect(results.flatMap((imported) => [...flawsOf(imported, name)])).toEqual([]);
  return results;
}

// Also the directions of writing and the characters that are not seen.
const OBEYED = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;

/** What an import must never have, whatever the file was. */
function* flawsOf(imported: Imported, name: string): Generator<unknown> {
  if (!/^[^\p{Cc}]{1,100}$/u.test(imported.version)) yield imported.version;
  if (imported.problems.length > 1000) yield imported.problems.length;
  if (Object.values(imported.counts).some((count) => !(count >= 0))) yield imported.counts;
  for (const problem of imported.problems) {
    const { file, line = 1, column = 1, field = "", value = "", message } = problem;
    const placed = file.startsWith(name) && [line, column].every((number) => Number.isSafeInteger(number) && number > 0);
    const bounded = value.length <= 80 && field.length <= 300 && message.length <= 1000;
    if (!placed || !bounded || OBEYED.test(field + value + message) || !/^[^a-z].{10,}/.test(message)) yield problem;
  }
  for (const { key, raw, facts, dated = "2026-01-01" } of imported.records) {
    if (key === "" || key.length > 200 || !/^\d{4}-\d{2}-\d{2}$/.test(dated)) yield { key, dated };
    // Throws where a record could not be hashed or stored.
    canonicalize(raw);
    canonicalize(JSON.parse(JSON.stringify(facts)));
    for (const { path, value } of leaves(facts as unknown as JsonValue)) {
      if (typeof value === "number" && !Number.isFinite(value)) yield { path, value };
      if (typeof value !== "string") continue;
      // What a page makes a link of is an address of the web.
      const link = !/(?:url|website)$/i.test(String(path.at(-1))) || /^https?:\/\//.test(value);
      // A postal address has lines.
      if (value.length > 5000 || OBEYED.test(value.replaceAll("\n", " ")) || !link) yield { path, value: value.slice(0, 100) };
    }
  }
}

type Path = readonly (string | number)[];

/** Every value with its place, lists and objects as well. */
function* leaves(value: JsonValue, path: Path = []): Generator<{ path: Path; value: JsonValue }> {
  yield { path, value };
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Array.isArray(value) ? value.entries() : Object.entries(value)) yield* leaves(inner as JsonValue, [...path, key]);
}

function replaced(value: JsonValue, [step, ...rest]: Path, by: JsonValue | undefined): JsonValue | undefined {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.flatMap((inner: JsonValue, i): JsonValue[] => (i === step ? [replaced(inner, rest, by)].filter((x) => x !== undefined) : [inner]));
  const members = Object.entries(value as { [key: string]: JsonValue }).map(([key, inner]) => [key, key === step ? replaced(inner, rest, by) : inner] as const);
  return Object.fromEntries(members.filter((member): member is [string, JsonValue] => member[1] !== undefined));
}

function* mutants({ form, text }: Sample): Generator<string> {
  if (form === "json" || form === "ndjson") {
    const value = JSON.parse(text) as JsonValue;
    for (const { path } of leaves(value)) for (const by of [undefined, ...wrong]) yield JSON.stringify(replaced(value, path, by)) ?? "";
  } else if (form === "csv") {
    const [header = "", row = ""] = text.split("\n");
    const cells = row.split(",");
    for (const i of cells.keys()) {
      for (const by of wrong)
        yield `${header}\n${cells.map((cell, j) => (i === j ? `"${(typeof by === "string" ? by : JSON.stringify(by)).replaceAll('"', '""')}"` : cell)).join(",")}\n`;
    }
  } else {
    for (const [found] of text.matchAll(/'[^']*'|[\w.]+|[^\w\s]/g)) {
      for (const by of ["", "'", '"', ";", "(", "[", "&a", "*a", "!!x", "1e300", "-1", "<script>", "\u202E"]) yield text.replace(found, by);
    }
  }
}

test("every importer has a sample", () => {
  expect(importers.map(({ source }) => source.id).toSorted()).toEqual(Object.keys(samples).toSorted());
  for (const { source } of importers) expect(source.id).toMatch(/^[a-z0-9-]+$/);
  expect(importerOf("none")).toBeUndefined();
});

const huge = new Uint8Array(100_000_000).fill(0x20);
const bomb = gzipSync(new Uint8Array(MAX_FILE + 1).fill(0x20));

describe.each(Object.entries(samples))("%s", (id, sample) => {
  const importer = importerOf(id)!;
  const problemsOf = (bytes: Uint8Array | string): Imported["problems"] => read(importer, sample.name, bytes).flatMap(({ problems }) => problems);

  test("reads its sample, and the same of it again, packed too", () => {
    expect(importer.accepts?.(sample.name) ?? true).toBe(true);
    const first = read(importer, sample.name, sample.text);
    expect(first.flatMap(({ problems }) => problems)).toEqual([]);
    expect(first.flatMap(({ records }) => records).length).toBeGreaterThan(0);
    expect(read(importer, sample.name, sample.text)).toEqual(first);
    const packed = read(importer, sample.name, gzipSync(sample.text));
    expect(packed.map(({ records }) => records)).toEqual(first.map(({ records }) => records));
  });

  test("says that a file is too large, is a bomb, is damaged, or is no text", () => {
    expect(problemsOf(huge)[0]?.message).toMatch(/^The file is larger than \d+ MiB/);
    expect(problemsOf(bomb)[0]?.message).toMatch(/^The file is larger than \d+ MiB when it is unpacked/);
    expect(problemsOf(gzipSync(sample.text).subarray(0, 20))[0]?.message).toMatch(/cannot be unpacked/);
    const broken = bytesOf(sample.text);
    broken[sample.text.indexOf("cme")] = 0xff;
    expect(problemsOf(broken)[0]?.message).toMatch(/^Byte \d+ is not UTF-8/);
  });

  test("takes anything for a file", () => {
    const odd = [
      "",
      " ",
      "\n",
      "null",
      "[]",
      "{}",
      "0",
      '""',
      "1e400",
      '"\\ud800"',
      "<!doctype html><html><body>502</body></html>",
      "[".repeat(1e5),
      '{"a":'.repeat(1e5),
      "a,b\n1",
      "\u0000",
      "- ".repeat(300),
      "(".repeat(1e4),
    ];
    for (const text of odd) read(importer, sample.name, text);
  });

  test("a file that is cut off is read without throwing, at every place", () => {
    const step = Math.max(1, Math.trunc(sample.text.length / 80));
    for (let end = 0; end < sample.text.length; end += step) read(importer, sample.name, sample.text.slice(0, end));
    if (sample.form === "json" || sample.form === "ndjson") expect(problemsOf(sample.text.slice(0, -10))[0]?.message).toMatch(/ends too early/);
  });

  test("whatever stands in a field, nothing throws and nothing grows", () => {
    for (const text of mutants(sample)) read(importer, sample.name, text);
  });

  test("many times the same key is a problem and not many records", () => {
    if (sample.form !== "ndjson") return;
    const [imported] = read(importer, sample.name, sample.text.repeat(50));
    expect(imported!.records.length).toBe(1);
  });
});

/** Real files, and what of them makes a small one. */
const real: { [id: string]: { path: string; cut: (text: string) => string } } = {
  "tcf-gvl": { path: "iab-gvl/vendor-list-v17-2023-09-07.json", cut: (text) => firstMembers(text, "vendors", 3) },
  prebid: { path: "prebid-metadata/modules.ndjson", cut: (text) => lines(text, 20) },
  "prebid-server": { path: "prebid-server/bidder-info.ndjson", cut: (text) => lines(text, 20) },
  "third-party-web": { path: "third-party-web/entities.json", cut: (text) => JSON.stringify((JSON.parse(text) as JsonValue[]).slice(0, 10)) },
  datenanfragen: { path: "datenanfragen/companies.ndjson", cut: (text) => lines(text, 20) },
  justdeleteme: { path: "justdeleteme/sites.json", cut: (text) => JSON.stringify((JSON.parse(text) as JsonValue[]).slice(0, 20)) },
  "ca-data-brokers": { path: "ca-data-brokers/data-broker-opt-out-pages.csv", cut: (text) => lines(text, 15) },
  "location-data": { path: "markup-blacklight/location-data-companies.csv", cut: (text) => text.slice(0, 4000) },
  "open-cookie-database": { path: "open-cookie-database/open-cookie-database.csv", cut: (text) => lines(text, 15) },
  whotracksme: { path: "whotracksme/trackerdb-2022-08.sql", cut: (text) => text.slice(0, 6000) },
  "whotracksme-preview": { path: "whotracksme/trackers-preview-2026-07.json", cut: (text) => firstMembers(text, "trackers", 20) },
  "open-terms-archive": { path: "open-terms-archive/privacy-policy-changes-2023-2026.csv", cut: (text) => lines(text, 20) },
  fides: { path: "fides/systems.yml", cut: (text) => text },
};

const lines = (text: string, count: number): string => text.split("\n").slice(0, count).join("\n");
function firstMembers(text: string, member: string, count: number): string {
  const whole = JSON.parse(text) as { [key: string]: object };
  return JSON.stringify({ ...whole, [member]: Object.fromEntries(Object.entries(whole[member]!).slice(0, count)) });
}

const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    remove: fc.nat(20),
    add: fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.constantFrom('"', "\\", ",", "\n", "null", "9".repeat(400), "[", "]", "{", "'")),
  }),
  { minLength: 1, maxLength: 4 },
);

describeShared.each(Object.entries(real))("%s: mutated real records", (id, { path, cut }) => {
  test("never throws, and says why it took nothing", { timeout: 60_000 }, () => {
    const importer = importerOf(id)!;
    const { name } = samples[id]!;
    const text = cut(readFileSync(sharedData(path), "utf8"));
    expect(read(importer, name, text).flatMap(({ records }) => records).length).toBeGreaterThan(0);
    fc.assert(
      fc.property(edits, (list) => {
        const mutant = list.reduce((before, { at, remove, add }) => {
          const start = Math.trunc(at * before.length);
          return before.slice(0, start) + add + before.slice(start + remove);
        }, text);
        const results = read(importer, name, mutant);
        const [records, problems] = [results.flatMap((one) => one.records), results.flatMap((one) => one.problems)];
        expect(records.length + problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});

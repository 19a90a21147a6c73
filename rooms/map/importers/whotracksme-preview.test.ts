import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { Imported } from "./importer.ts";
import { whotracksmePreview } from "./whotracksme-preview.ts";

function read(value: unknown, csv?: string): Imported {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  return whotracksmePreview.read([
    ...(csv === undefined ? [] : [{ name: "site_categories.csv", bytes: bytes(csv) }]),
    { name: "trackers-preview-2026-07.json", bytes: bytes(JSON.stringify(value)) },
  ])[0]!;
}

const categories = ["advertising", "hosting"];

test("a site with its counts, and its kind where the other file has it", () => {
  const { records, problems, counts } = read({ categories, trackers: { "a.example": [4, 0], "b.example": [0, 1] } }, "site,category\na.example,News\n");
  expect({ problems, counts }).toEqual({ problems: [], counts: { sites: 2, categories: 2, withKind: 1 } });
  expect(records[0]).toEqual({
    key: "a.example",
    dated: "2026-07-01",
    raw: { site: "a.example", trackers: { advertising: 4, hosting: 0 }, category: "News" },
    facts: {
      kind: "site",
      site: "a.example",
      categories: [
        { name: "advertising", mean: 4 },
        { name: "hosting", mean: 0 },
      ],
      sector: "News",
    },
  });
  expect(records[1]!.facts).not.toHaveProperty("sector");
});

test.each([
  ["too few numbers", { categories, trackers: { "a.example": [4] } }, "trackers.a.example"],
  ["a number below zero", { categories, trackers: { "a.example": [4, -1] } }, "trackers.a.example[1]"],
  ["a word", { categories, trackers: { "a.example": "many" } }, "trackers.a.example"],
  ["a name that is no host", { categories, trackers: { "a b": [1, 2] } }, "trackers.a b"],
  ["no categories", { trackers: {} }, "categories"],
  ["no object", [], undefined],
])("%s is a problem", (_, value, field) => {
  expect(read(value)).toMatchObject({ records: [], problems: [{ file: "trackers-preview-2026-07.json", ...(field !== undefined && { field }) }] });
});

test("kinds of sites without counts are a problem", () => {
  const [imported] = whotracksmePreview.read([{ name: "site_categories.csv", bytes: new TextEncoder().encode("site,category\na.example,News\n") }]);
  expect(imported).toMatchObject({ records: [], problems: [{ file: "site_categories.csv" }] });
});

describeShared("July 2026", () => {
  test("the known figures, a known site, and the same at every reading", () => {
    const names = ["trackers-preview-2026-07.json", "site_categories.csv"];
    const imported = (): Imported[] => whotracksmePreview.read(names.map((name) => ({ name, bytes: readFileSync(sharedData(`whotracksme/${name}`)) })));
    const [first, ...more] = imported();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ version: "2026-07", problems: [], counts: { sites: 10_000, categories: 11 } });
    expect(first!.records).toEqual(imported()[0]!.records);
    const { facts } = first!.records.find(({ key }) => key === "yahoo.com")!;
    expect(facts.kind === "site" && facts.categories[0]).toEqual({ name: "advertising", mean: 28 });
  });
});

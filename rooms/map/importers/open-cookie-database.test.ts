import { readFileSync } from "node:fs";
import { isKnown } from "@freehold/protocol/vocabulary";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { CookieFacts } from "../schema.ts";
import type { Imported } from "./importer.ts";
import { openCookieDatabase } from "./open-cookie-database.ts";

const header =
  "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match";

function read(...rows: string[]): Imported {
  return openCookieDatabase.read([{ name: "c.csv", bytes: new TextEncoder().encode([header, ...rows].join("\n")) }])[0]!;
}

function factsOf(row: string): CookieFacts {
  return read(row).records[0]!.facts as CookieFacts;
}

test("a cookie in the source's word and in DPV", () => {
  const { records, problems } = read("id-1,Acme,Analytics,_acme,.acme.example (3rd party),Counts.,2 years,Acme Ltd,https://acme.example/privacy,1");
  expect(problems).toEqual([]);
  expect(records).toMatchObject([{ key: "id-1", raw: { ID: "id-1", Description: "Counts." } }]);
  expect(records[0]!.facts).toEqual({
    kind: "cookie",
    name: "_acme",
    prefix: true,
    platform: "Acme",
    category: "Analytics",
    purposes: ["dpv:ServiceUsageAnalytics"],
    domain: "acme.example",
    controller: "Acme Ltd",
    retention: "2 years",
    privacyUrl: "https://acme.example/privacy",
  });
});

test("what is not said stays absent, and a category that we do not know has no purposes", () => {
  expect(factsOf("id-1,,Toys,x,,,,,,0")).toEqual({ kind: "cookie", name: "x", prefix: false, platform: "", category: "Toys", purposes: [] });
  expect(factsOf("id-1,,constructor,x,,,,,,0").purposes).toEqual([]);
});

test("a star at the end makes a prefix; two domains make none", () => {
  expect(factsOf("id-1,,Security,uid_*,.a.example (3rd party) or .b.example,,,,,0")).toMatchObject({ name: "uid_", prefix: true });
  expect(factsOf("id-1,,Security,uid_*,.a.example (3rd party) or .b.example,,,,,0")).not.toHaveProperty("domain");
  expect(factsOf("id-1,,Security,x, or a.example (3rd party),,,,,0")).toMatchObject({ prefix: false, domain: "a.example" });
});

test.each([
  ["no name", "id-1,,Security,,,,,,,0"],
  ["a star alone, which would match all", "id-1,,Security,*,,,,,,1"],
  ["no id", ",,Security,x,,,,,,0"],
  ["a wildcard that is neither 0 nor 1", "id-1,,Security,x,,,,,,yes"],
])("%s is a problem", (_, row) => {
  expect(read(row)).toMatchObject({ records: [], problems: [{ file: "c.csv", line: 2 }] });
});

describeShared("the database of 21 January 2026", () => {
  test("the known figures, a known cookie, and terms that are all of the vocabulary", () => {
    const imported = (): Imported =>
      openCookieDatabase.read([{ name: "open-cookie-database.csv", bytes: readFileSync(sharedData("open-cookie-database/open-cookie-database.csv")) }])[0]!;
    const { counts, problems, records } = imported();
    expect(problems).toEqual([]);
    expect(counts).toEqual({ cookies: 2264, prefixes: 264 });
    expect(records).toEqual(imported().records);
    const facts = records.map((record) => record.facts as CookieFacts);
    expect(facts.find(({ name }) => name === "_fbp")).toMatchObject({ category: "Marketing", purposes: ["dpv:Marketing"] });
    expect(facts.every(({ purposes }) => purposes.length === 1 && purposes.every(isKnown))).toBe(true);
  });
});

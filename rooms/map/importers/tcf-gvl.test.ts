import { readFileSync, readdirSync } from "node:fs";
import { isKnown, kindOf } from "@freehold/protocol/vocabulary";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { OrganisationFacts } from "../schema.ts";
import type { ImportFile, Imported } from "./importer.ts";
import { tcfData } from "./tcf-data.ts";
import { tcfGvl } from "./tcf-gvl.ts";

const element = (id: number, name: string): object => ({ [id]: { id, name } });
const vendor = {
  id: 7,
  name: "Acme",
  purposes: [1],
  legIntPurposes: [2],
  flexiblePurposes: [2],
  specialPurposes: [],
  features: [],
  specialFeatures: [],
  usesCookies: true,
  cookieMaxAgeSeconds: 1,
  policyUrl: "https://acme.example/p",
};
const list = {
  gvlSpecificationVersion: 2,
  vendorListVersion: 9,
  lastUpdated: "2022-02-03T16:00:00Z",
  purposes: element(1, " Keep\n things "),
  vendors: { 7: vendor },
};

function read(...lists: { name?: string; value: unknown }[]): Imported[] {
  return tcfGvl.read(lists.map(({ name = "list.json", value }): ImportFile => ({ name, bytes: new TextEncoder().encode(JSON.stringify(value)) })));
}

test("specification 2 has no retention, no data and one policy: they are absent, not unstated", () => {
  const [imported] = read({ value: list });
  expect(imported).toMatchObject({ version: "specification 2, v9", dated: "2022-02-03", problems: [], counts: { vendors: 1, withoutRetention: 0 } });
  expect((imported!.records[0]!.facts as OrganisationFacts).declared).toEqual({
    practices: [
      {
        term: { scheme: "tcf", code: "purpose 1", name: "Keep things" },
        element: "purpose",
        basis: "consent",
        purposes: [],
        speaksOf: ["dpv:Store", "dpv:Access"],
        quote: "purposes: 1",
      },
      {
        term: { scheme: "tcf", code: "purpose 2", name: "Pick ads without a profile" },
        element: "purpose",
        basis: "legitimate-interest",
        flexible: true,
        purposes: ["dpv:Advertising"],
        quote: "legIntPurposes: 2; flexiblePurposes: 2",
      },
    ],
    storage: { cookies: true, maxAgeDays: 1, quote: "usesCookies: true; cookieMaxAgeSeconds: 1" },
    notices: [{ kind: "privacy", url: "https://acme.example/p" }],
  });
});

test("specification 3: a retention that is left out is not stated; of one purpose it stands with the purpose", () => {
  const { policyUrl: _, ...plain } = vendor;
  const three = {
    ...plain,
    cookieMaxAgeSeconds: null,
    dataRetention: { purposes: { 2: 10 }, specialPurposes: {} },
    dataDeclaration: [1, 1, 2008],
    urls: [],
    deletedDate: "2026-01-02T03:04:05Z",
  };
  const [imported] = read({ value: { ...list, gvlSpecificationVersion: 3, vendors: { 7: three } } });
  expect(imported!.problems).toEqual([]);
  const facts = imported!.records[0]!.facts as OrganisationFacts;
  expect(facts).toMatchObject({ ended: { on: "2026-01-02" }, declared: { retentionDays: null, storage: { maxAgeDays: null }, notices: [] } });
  expect(facts.declared!.practices.map(({ retentionDays }) => retentionDays)).toEqual([undefined, 10]);
  expect(facts.declared!.data).toEqual([
    { term: { scheme: "tcf", code: "data category 1", name: "IP addresses" }, terms: ["pd:IPAddress"] },
    { term: { scheme: "tcf", code: "data category 2008", name: "Data category 2008" }, terms: [] },
  ]);
});

test("a folder of versions comes oldest first; a version may be there once; an extract is known by its name", () => {
  const older = { ...list, vendorListVersion: 10, lastUpdated: "2021-01-01T00:00:00Z" };
  expect(read({ value: list }, { value: older }).map(({ version }) => version)).toEqual(["specification 2, v10", "specification 2, v9"]);
  expect(read({ value: list }, { name: "again.json", value: list })[1]!.problems).toEqual([
    { file: "again.json", message: "Version specification 2, v9 is in list.json too; each version may be there once." },
  ]);
  expect(read({ name: "v9-vendors-1-249.json", value: list })[0]!.part).toBe(true);
});

test.each([
  ["purposes", [1, "2"], "vendors.7.purposes[1]", '"2"', "This is of another kind; it must be a finite number."],
  ["legIntPurposes", 7, "vendors.7.legIntPurposes", "7", "This is of another kind; it must be a list."],
  ["cookieMaxAgeSeconds", 1e300, "vendors.7.cookieMaxAgeSeconds", "1e+300", "The number is too large; at most 1000000000000 is allowed."],
  ["dataRetention", { stdRetention: -1 }, "vendors.7.dataRetention.stdRetention", "-1", "The number is too small; at least 0 is allowed."],
  ["deletedDate", "yesterday", "vendors.7.deletedDate", '"yesterday"', "The text has another form; it must be an instant, YYYY-MM-DDTHH:MM:SSZ."],
  ["usesCookies", "<script>", "vendors.7.usesCookies", '"<script>"', "This is of another kind; it must be true or false."],
  ["id", 8, "vendors.7", "8", "The vendor has another id than its place in the list says; the two must be the same."],
] as const)("a vendor whose %s is %j is refused, with the reason", (member, bad, field, value, message) => {
  const [imported] = read({ value: { ...list, vendors: { 7: { ...vendor, [member]: bad }, 8: { ...vendor, id: 8 } } } });
  expect(imported!.problems).toEqual([{ file: "list.json", field, value, message }]);
  expect(imported!.records.map(({ key }) => key)).toEqual(["8"]);
});

test("data categories have terms of the vocabulary", () => {
  const terms = Array.from({ length: 11 }, (_, i) => tcfData(i + 1, undefined).terms);
  for (const term of terms.flat()) expect([term, isKnown(term), kindOf(term)]).toEqual([term, true, "personalData"]);
  expect(terms.every((each) => each.length > 0)).toBe(true);
});

describeShared("the lists of 2023 and 2026", () => {
  const files = (): ImportFile[] =>
    readdirSync(sharedData("iab-gvl"))
      .filter((name) => tcfGvl.accepts!(name))
      .map((name) => ({ name, bytes: new Uint8Array(readFileSync(sharedData(`iab-gvl/${name}`))) }));
  const imported = tcfGvl.read(files());

  test("counts are those that the lists are known by", () => {
    expect(imported.map(({ version, dated, part, problems }) => [version, dated, part, problems])).toEqual([
      ["v7", "2023-06-29", undefined, []],
      ["v17", "2023-09-07", undefined, []],
      ["v143", "2026-01-22", true, []],
    ]);
    expect(imported[1]!.counts).toEqual({ vendors: 692, active: 691, withLegitimateInterest: 236, usesCookies: 498, withoutRetention: 65 });
    expect(imported[2]!.counts).toMatchObject({ vendors: 167, active: 152 });
    expect(imported.map(({ records }) => records.length)).toEqual([376, 692, 167]);
  });

  test("read again, the records are the same", () => {
    expect(tcfGvl.read(files().toReversed())).toEqual(imported);
  });

  test("Criteo in v143", () => {
    const record = imported[2]!.records.find(({ key }) => key === "91")!;
    const facts = record.facts as OrganisationFacts;
    expect(record.dated).toBe("2026-01-22");
    expect(record.raw).toMatchObject({ id: 91, name: "Criteo SA", dataRetention: { stdRetention: 390 } });
    expect(facts).toMatchObject({
      name: "Criteo SA",
      identifiers: [{ scheme: "tcf", id: "91" }],
      domains: [
        { host: "criteo.com", role: "own" },
        { host: "privacy.criteo.com", role: "own" },
      ],
      declared: { retentionDays: 390, storage: { cookies: true, maxAgeDays: 390, refreshed: false, otherThanCookies: true } },
    });
    const declared = facts.declared!;
    expect(declared.practices.filter((one) => one.element === "purpose").map((one) => [one.term.code, one.basis, one.flexible])).toEqual(
      [1, 2, 3, 4, 7, 9, 10].map((id) => [`purpose ${id}`, "consent", id === 10 ? true : undefined]),
    );
    expect(declared.practices.filter((one) => one.element !== "purpose").map((one) => one.term.code)).toEqual([
      "special purpose 1",
      "special purpose 3",
      "feature 1",
      "feature 2",
      "feature 3",
    ]);
    expect(declared.practices[2]).toEqual({
      term: { scheme: "tcf", code: "purpose 3", name: "Create profiles for personalised advertising" },
      element: "purpose",
      basis: "consent",
      purposes: ["dpv:PersonalisedAdvertising"],
      speaksOf: ["dpv:Profiling"],
      quote: "purposes: 1, 2, 3, 4, 7, 9, 10",
    });
    expect(declared.data!.map(({ term }) => term.code)).toEqual([1, 2, 3, 4, 5, 6, 8, 10, 11].map((id) => `data category ${id}`));
    expect(declared.notices.filter(({ language }) => language === "en" || language === undefined)).toEqual([
      { kind: "privacy", url: "https://www.criteo.com/privacy/", language: "en" },
      { kind: "legitimate-interest", url: "https://www.criteo.com/privacy/how-we-use-your-data/", language: "en" },
      { kind: "storage", url: "https://privacy.criteo.com/iab-europe/tcfv2/disclosure" },
    ]);
  });
});

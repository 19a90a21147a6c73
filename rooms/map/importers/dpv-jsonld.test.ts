import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OrganisationFacts } from "../schema.ts";
import { dpvJsonld } from "./dpv-jsonld.ts";
import type { Imported } from "./importer.ts";

const read = (value: unknown): Imported =>
  dpvJsonld.read([{ name: "record.jsonld", bytes: new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)) }])[0]!;
const factsOf = (imported: Imported, i = 0): OrganisationFacts => imported.records[i]!.facts as OrganisationFacts;
const spec = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../../../spec/record-of-processing.md"), "utf8");
const example = /```json\n([\s\S]*?)```/.exec(spec)![1]!;
const CONTEXT = { dpv: "https://w3id.org/dpv#", pd: "https://w3id.org/dpv/pd#", ex: "https://shop.example/#" };

const EXPECTED = {
  kind: "organisation",
  name: "Example Shop Ltd",
  website: "https://shop.example/",
  domains: [{ host: "shop.example", role: "own" }],
  identifiers: [{ scheme: "iri", id: "https://shop.example/#us" }],
  contacts: [{ kind: "email", value: "privacy@shop.example", purpose: "rights" }],
  declared: {
    practices: [
      {
        term: { scheme: "dpv", code: "dpv:DirectMarketing", name: "Direct marketing" },
        element: "purpose",
        basis: "consent",
        purposes: ["dpv:DirectMarketing"],
        data: [
          { term: { scheme: "dpv", code: "pd:EmailAddress", name: "Email address" }, terms: ["pd:EmailAddress"] },
          { term: { scheme: "dpv", code: "https://shop.example/#basket", name: "Basket" }, terms: ["pd:Purchase"] },
        ],
        retentionDays: 730,
        recipients: ["Mailing Inc."],
        quote: "dpv:DirectMarketing · eu-gdpr:A6-1-a · retention P2Y",
      },
    ],
    notices: [],
  },
};

test("the example of the specification", () => {
  const imported = read(example);
  expect(imported.problems).toEqual([]);
  expect(imported.counts).toEqual({ controllers: 1, activities: 1, practices: 1 });
  expect(imported.records[0]!.key).toBe("https://shop.example/#us");
  expect(factsOf(imported)).toEqual(EXPECTED);
});

test("the same with full IRIs, as a list of flat nodes", () => {
  const dpv = (name: string) => `https://w3id.org/dpv#${name}`;
  const imported = read([
    {
      "@id": "_:p",
      [dpv("hasPurpose")]: [{ "@id": dpv("DirectMarketing") }],
      [dpv("hasLegalBasis")]: { "@id": "https://w3id.org/dpv/legal/eu/gdpr#A6-1-a" },
      [dpv("hasPersonalData")]: { "@list": [{ "@id": "https://w3id.org/dpv/pd#EmailAddress" }, { "@id": "https://shop.example/#basket" }] },
      [dpv("hasRecipient")]: { "@id": "_:m" },
      [dpv("hasStorageCondition")]: { "@id": "_:s" },
    },
    { "@id": "_:m", [dpv("hasName")]: { "@value": "Mailing Inc.", "@language": "en" } },
    { "@id": "_:s", [dpv("hasDuration")]: { "@id": "_:d" } },
    { "@id": "_:d", "http://www.w3.org/1999/02/22-rdf-syntax-ns#value": { "@value": "P2Y", "@type": "http://www.w3.org/2001/XMLSchema#duration" } },
    { "@id": "https://shop.example/#basket", "@type": ["https://w3id.org/dpv/pd#Purchase"], [dpv("hasName")]: "Basket" },
    {
      "@id": "https://shop.example/#us",
      [dpv("hasName")]: "Example Shop Ltd",
      "http://xmlns.com/foaf/0.1/homepage": { "@id": "https://shop.example" },
      [dpv("hasDataProtectionOfficer")]: { "@id": "_:o" },
      "@type": dpv("DataController"),
      [dpv("hasProcess")]: { "@id": "_:p" },
    },
    { "@id": "_:o", [dpv("hasContact")]: "mailto:privacy@shop.example" },
  ]);
  expect(imported.problems).toEqual([]);
  expect(factsOf(imported)).toEqual(EXPECTED);
});

test("names of one's own, @vocab, words, and what is said on the record above", () => {
  const imported = read({
    "@context": [CONTEXT, { purpose: "dpv:hasPurpose", ground: { "@id": "dpv:hasLegalBasis", "@type": "@vocab" }, "@vocab": "https://w3id.org/dpv#" }],
    "@type": "DataProcessingRecord",
    hasDataController: { "@type": "dpv:DataController", "http://schema.org/name": "Words Ltd" },
    hasProcess: {
      hasProcess: {
        purpose: ["keeping in touch", "dpv:CustomerCare"],
        ground: "LegitimateInterest",
        hasThirdCountry: { hasName: "Norway" },
        hasDataSubject: { "@type": "dpv:Customer" },
      },
    },
  });
  expect(imported.problems).toEqual([]);
  expect(imported.records[0]!.key).toBe("words ltd");
  const { practices, transfers } = factsOf(imported).declared!;
  expect(practices.map(({ term, basis, purposes, subjects }) => [term.name, basis, purposes, subjects])).toEqual([
    ["keeping in touch", "legitimate-interest", [], ["Customer"]],
    ["Customer care", "legitimate-interest", ["dpv:CustomerCare"], ["Customer"]],
  ]);
  expect(transfers).toEqual(["Norway"]);
});

test("two controllers of one activity are two records", () => {
  const imported = read({ "@context": CONTEXT, "dpv:hasDataController": ["One", { "@id": "ex:two" }], "dpv:hasPurpose": "dpv:Marketing" });
  expect(imported.problems).toEqual([]);
  expect(imported.records.map((record) => [record.key, (record.facts as OrganisationFacts).name])).toEqual([
    ["one", "One"],
    ["https://shop.example/#two", "https://shop.example/#two"],
  ]);
});

const activity = { "@context": CONTEXT, "dpv:hasDataController": "A", "dpv:hasPurpose": "x" };

test.each<[string, unknown, RegExp]>([
  ["a text", '"x"', /no node of JSON-LD/],
  ["no JSON", "{", /ends too early/],
  ["nothing in it", {}, /no activity/],
  ["a context to be fetched", { ...activity, "@context": "https://evil.example/context" }, /would have to be fetched/],
  ["a context of another kind", { ...activity, "@context": [7] }, /object of prefixes/],
  ["a prefix that is unknown", { ...activity, "@context": {} }, /prefix "dpv" is not in @context/],
  ["no controller", { "@context": CONTEXT, "dpv:hasPurpose": "x" }, /no controller/],
  ["a controller without name", { ...activity, "dpv:hasDataController": {} }, /has no name/],
  ["too many values", { ...activity, "dpv:hasPurpose": Array.from({ length: 501 }, (_, i) => String(i)) }, /more than 500 values/],
  ["too large", { ...activity, x: "x".repeat(1_000_001) }, /more than 1000000 characters/],
])("%s is a problem and no record", (_, value, sentence) => {
  const imported = read(value);
  expect(imported.records).toEqual([]);
  expect(imported.problems[0]!.file).toBe("record.jsonld");
  expect(imported.problems.map((problem) => problem.message).join()).toMatch(sentence);
});

test("circles end, and what multiplies is refused", () => {
  const circle = read({
    "@context": CONTEXT,
    "@graph": [
      { "@id": "ex:a", "dpv:hasProcess": { "@id": "ex:b" } },
      { "@id": "ex:b", "dpv:hasProcess": { "@id": "ex:a" }, "dpv:hasPurpose": "x" },
    ],
  });
  expect(circle.problems.map((problem) => problem.message).join()).toMatch(/no controller/);
  const many = Array.from({ length: 500 }, (_, i) => `n${i}`);
  const wide = read({ ...activity, "dpv:hasDataController": many, "dpv:hasPurpose": many, "dpv:hasPersonalData": many });
  expect(wide.problems.map((problem) => problem.message).join()).toMatch(/more than can be read from one file/);
});

test("never throws, whatever stands where", () => {
  const members = [
    "@context",
    "@id",
    "@type",
    "dpv:hasProcess",
    "dpv:hasPurpose",
    "dpv:hasLegalBasis",
    "dpv:hasPersonalData",
    "dpv:hasDuration",
    "dpv:hasName",
    "dpv:hasContact",
  ];
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      "dpv:Marketing",
      "a:b",
      ":",
      "_:x",
      { "@value": {} },
      { "@list": [[]] },
      { "@id": "ex:a", "@graph": [] },
      { "@context": null },
      "__proto__",
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...members), value, (member, changed) => {
      read(JSON.parse(example, (name: string, old: unknown) => (name === member ? changed : old)));
    }),
  );
  fc.assert(fc.property(fc.json(), (text) => void read(text)));
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import { datenanfragen } from "./datenanfragen.ts";
import type { Imported } from "./importer.ts";

function read(files: { [name: string]: unknown }): Imported {
  const text = (name: string, value: unknown): string =>
    typeof value === "string" ? value : name.endsWith(".json") ? JSON.stringify(value) : (value as unknown[]).map((line) => JSON.stringify(line)).join("\n");
  return datenanfragen.read(Object.entries(files).map(([name, value]) => ({ name, bytes: new TextEncoder().encode(text(name, value)) })))[0]!;
}

const acme = {
  slug: "acme",
  name: "Acme GmbH",
  "relevant-countries": ["de", "at"],
  categories: ["commerce"],
  runs: ["Acme Shop"],
  address: "Hauptstraße 1\n1010 Wien\nÖsterreich",
  email: "jane.doe@acme.example",
  webform: "https://acme.example/privacy?form=1",
  phone: "+43 1 234567",
  fax: "+43 1 234568",
  web: "https://www.acme.example",
  "required-elements": [
    { desc: "Name", type: "name" },
    { desc: "Born", type: "birthdate", optional: true },
  ],
  "request-language": "de",
  "needs-id-document": false,
  "suggested-transport-medium": "webform",
  comments: ["They must answer."],
  quality: "verified",
};

test("a company with all its channels", () => {
  const { records, problems, counts } = read({ "companies.ndjson": [acme] });
  expect({ problems, counts }).toEqual({ problems: [], counts: { companies: 1, authorities: 0, obsolete: 0 } });
  expect(records).toEqual([
    {
      key: "acme",
      raw: acme,
      facts: {
        kind: "organisation",
        name: "Acme GmbH",
        otherNames: ["Acme Shop"],
        country: "AT",
        sectors: ["commerce"],
        website: "https://www.acme.example/",
        domains: [{ host: "acme.example", role: "own" }],
        identifiers: [{ scheme: "datenanfragen", id: "acme" }],
        contacts: [
          { kind: "email", value: "jane.doe@acme.example", purpose: "rights", person: true },
          { kind: "form", value: "https://acme.example/privacy?form=1", purpose: "rights" },
          { kind: "post", value: "Hauptstraße 1\n1010 Wien\nÖsterreich", purpose: "rights" },
          { kind: "phone", value: "+43 1 234567", purpose: "rights" },
          { kind: "fax", value: "+43 1 234568", purpose: "rights" },
        ],
        rights: { needsIdDocument: false, preferred: "form", language: "de", requiredFields: 1 },
      },
    },
  ]);
});

test("what the record does not say stays absent", () => {
  const { records } = read({ "companies.ndjson": [{ slug: "x", name: "X", address: "Nowhere", "relevant-countries": ["all"], "required-elements": [] }] });
  expect(records[0]!.facts).toEqual({
    kind: "organisation",
    name: "X",
    domains: [],
    identifiers: [{ scheme: "datenanfragen", id: "x" }],
    contacts: [{ kind: "post", value: "Nowhere", purpose: "rights" }],
  });
});

test("the one country of relevance stands in where the address names none", () => {
  const country = (codes: string[]): unknown => {
    const { facts } = read({ "companies.ndjson": [{ ...acme, address: "Wien", "relevant-countries": codes }] }).records[0]!;
    return facts.kind === "organisation" && facts.country;
  };
  expect([["gb"], ["all"], ["de", "at"], []].map(country)).toEqual(["GB", undefined, undefined, undefined]);
});

test("a checkout of upstream: folders tell the kinds", () => {
  const gone = { slug: "gone", name: "Gone", reason: "company-merged", "redirect-to": "acme", sources: [], quality: "obsolete" };
  const authority = {
    slug: "dsb",
    name: "Behörde",
    "relevant-countries": ["at"],
    address: "Gasse 1\nÖsterreich",
    email: "dsb@dsb.example",
    "complaint-language": "de",
  };
  const files = { "companies/acme.json": acme, "obsolete-records/gone.json": gone, "supervisory-authorities/dsb.json": authority };
  const { records, problems, counts } = read(files);
  expect({ problems, counts }).toEqual({ problems: [], counts: { companies: 1, authorities: 1, obsolete: 1 } });
  expect(records.map(({ key }) => key)).toEqual(["acme", "gone", "authority/dsb"]);
  expect(records[1]!.facts).toMatchObject({ ended: { reason: "was merged into another company; the directory leads on to acme" } });
  expect(records[2]!.facts).toMatchObject({
    kind: "authority",
    countries: ["AT"],
    complaintLanguages: ["de"],
    contacts: [{ kind: "email", purpose: "general" }, { kind: "post" }],
  });
  // The same records under names that tell nothing.
  expect(read({ "a.json": acme, "b.json": gone, "c.json": authority }).counts).toEqual(counts);
  for (const name of ["companies/acme.json", "x/companies.ndjson", "obsolete-records.ndjson"]) expect(datenanfragen.accepts!(name)).toBe(true);
  for (const name of ["schema.json", "templates/de/access.txt", "package.json", "suggested-companies/x.json"]) expect(datenanfragen.accepts!(name)).toBe(false);
});

test("markup and long texts stay text, within their bounds", () => {
  const hostile = {
    ...acme,
    name: `<script>alert(1)</script>\u202e${"x".repeat(4_000)}`,
    web: "javascript:alert(1)",
    email: "<img src=x>",
    runs: ["\u0000a\u0007", " "],
  };
  const { records, problems } = read({ "companies.ndjson": [hostile] });
  expect(problems).toEqual([]);
  const { facts } = records[0]!;
  expect(facts).toMatchObject({ otherNames: ["a"], domains: [] });
  expect(facts).not.toHaveProperty("website");
  expect("name" in facts && facts.name).toHaveLength(300);
  expect(JSON.stringify(facts)).not.toMatch(/javascript|<img|\u202e/);
});

test.each([
  ["slug", "../etc"],
  ["slug", undefined],
  ["name", ""],
  ["name", ["a"]],
  ["relevant-countries", ["DEU"]],
  ["needs-id-document", "yes"],
  ["suggested-transport-medium", "pigeon"],
  ["request-language", "german"],
  ["required-elements", {}],
])("%s must not be %j", (field, value) => {
  const { records, problems } = read({ "companies.ndjson": [acme, { ...acme, slug: "other", [field]: value }] });
  expect(records).toHaveLength(1);
  expect(problems[0]).toMatchObject({ file: "companies.ndjson", line: 2, field: expect.stringContaining(field) });
});

test("a record that stands twice, and a line that is no record, are problems", () => {
  expect(read({ "companies.ndjson": [acme, acme, null, 1, []] }).problems.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
});

describeShared("datenanfragen/data of 21 July 2026", () => {
  const names = ["companies.ndjson", "supervisory-authorities.ndjson", "obsolete-records.ndjson"];
  const imported = (): Imported => datenanfragen.read(names.map((name) => ({ name, bytes: readFileSync(sharedData(`datenanfragen/${name}`)) })))[0]!;

  test("the known figures, a known company, and the same at every reading", () => {
    const { counts, problems, records } = imported();
    expect(problems).toEqual([]);
    expect(counts).toEqual({ companies: 3069, authorities: 57, obsolete: 116 });
    expect(records).toEqual(imported().records);
    expect(records.find(({ key }) => key === "criteo")?.facts).toMatchObject({
      name: "Criteo",
      country: "FR",
      domains: [{ host: "criteo.com", role: "own" }],
      contacts: expect.arrayContaining([{ kind: "email", value: "dpo@criteo.com", purpose: "rights" }]),
    });
    expect(records.filter(({ facts }) => facts.kind === "organisation" && facts.ended === undefined && facts.country !== undefined)).toHaveLength(3069);
  });
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import { caDataBrokers } from "./ca-data-brokers.ts";
import type { Imported } from "./importer.ts";

const header =
  "company_name,hiding_found,hiding_stopped_confirmed_at,url_original,url_checked,status,collects_minors_data,collects_location_data,collects_reproductive_data";

function read(...rows: string[]): Imported {
  return caDataBrokers.read([{ name: "b.csv", bytes: new TextEncoder().encode([header, ...rows].join("\n")) }])[0]!;
}

test("a broker, what it declares and the page it registered", () => {
  const { records, problems, version, dated } = read(
    '"Acme, Inc.",TRUE,2025-07-31,www.acme.example/optout,https://acme.example/opt-out,success,FALSE,TRUE,FALSE',
  );
  expect({ problems, version, dated }).toEqual({ problems: [], version: "2025-07-31", dated: "2025-07-31" });
  expect(records[0]).toMatchObject({ key: "Acme, Inc.", dated: "2025-07-31", raw: { company_name: "Acme, Inc.", status: "success" } });
  expect(records[0]!.facts).toEqual({
    kind: "organisation",
    name: "Acme, Inc.",
    sectors: ["data broker"],
    domains: [{ host: "acme.example", role: "own" }],
    website: "https://www.acme.example/",
    identifiers: [],
    contacts: [{ kind: "form", value: "https://acme.example/opt-out", purpose: "rights" }],
    rights: { deletionUrl: "https://acme.example/opt-out", hiddenFromSearch: true },
    flags: [
      { field: "collects_minors_data", words: "collects data of minors", value: false },
      { field: "collects_location_data", words: "collects precise location", value: true },
      { field: "collects_reproductive_data", words: "collects data of reproductive health", value: false },
      { field: "hiding_stopped_confirmed_at", words: "no longer kept out of search engines on 2025-07-31", value: true },
    ],
  });
});

test("a rented form is no website, and a page that could not be loaded was not seen to be open to search engines", () => {
  const { facts } = read("Acme,FALSE,,https://privacyportal.rented.com/acme,,error,FALSE,FALSE,FALSE").records[0]!;
  expect(facts).not.toHaveProperty("website");
  expect(facts).toMatchObject({ rights: { deletionUrl: "https://privacyportal.rented.com/acme" } });
  expect("rights" in facts && facts.rights).not.toHaveProperty("hiddenFromSearch");
});

test.each([
  ["a word that is not TRUE or FALSE", "Acme,MAYBE,,https://a.example,,success,FALSE,FALSE,FALSE", "hiding_found"],
  ["a day that is none", "Acme,TRUE,2025-02-30,https://a.example,,success,FALSE,FALSE,FALSE", "hiding_stopped_confirmed_at"],
  ["an empty name", ",TRUE,,https://a.example,,success,FALSE,FALSE,FALSE", undefined],
])("%s is a problem", (_, row, field) => {
  const { records, problems } = read(row);
  expect(records).toEqual([]);
  expect(problems).toMatchObject([{ file: "b.csv", line: 2, ...(field !== undefined && { field }) }]);
});

describeShared("the registry as looked at in August 2025", () => {
  const bytes = (): Uint8Array => readFileSync(sharedData("ca-data-brokers/data-broker-opt-out-pages.csv"));
  const imported = (): Imported => caDataBrokers.read([{ name: "data-broker-opt-out-pages.csv", bytes: bytes() }])[0]!;

  test("the known figures, a known broker, and the same at every reading", () => {
    const { counts, problems, records, version } = imported();
    expect({ problems, version }).toEqual({ problems: [], version: "2025-08-11" });
    expect(counts).toEqual({ brokers: 499, hidden: 35, minors: 16, location: 80, reproductive: 10 });
    expect(records).toEqual(imported().records);
    expect(records.find(({ key }) => key === "M1 Data & Analytics, LLC")?.facts).toMatchObject({
      website: "https://www.m1-data.com/",
      rights: { deletionUrl: "https://www.m1-data.com/disclosures/", hiddenFromSearch: false },
      flags: expect.arrayContaining([{ field: "collects_location_data", words: "collects precise location", value: true }]),
    });
  });
});

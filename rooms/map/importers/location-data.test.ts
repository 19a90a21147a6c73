import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { Imported } from "./importer.ts";
import { locationData } from "./location-data.ts";

const header = "name,website,narrative,privacy_email,privacy_policy,CA_broker,VT_broker";

function read(...rows: string[]): Imported {
  return locationData.read([{ name: "l.csv", bytes: new TextEncoder().encode([header, ...rows].join("\n")) }])[0]!;
}

test("a company of the list, without the article's prose", () => {
  const { records, problems } = read('Acme,https://www.acme.example/,"<a href=x>says</a> much",privacy@acme.example.,https://policy.example/p,TRUE,FALSE');
  expect(problems).toEqual([]);
  expect(records[0]!.raw).not.toHaveProperty("narrative");
  expect(records[0]).toMatchObject({ key: "Acme", dated: "2021-09-30" });
  expect(records[0]!.facts).toEqual({
    kind: "organisation",
    name: "Acme",
    sectors: ["location data"],
    website: "https://www.acme.example/",
    domains: [
      { host: "acme.example", role: "own" },
      { host: "policy.example", role: "own" },
    ],
    identifiers: [],
    contacts: [{ kind: "email", value: "privacy@acme.example", purpose: "rights" }],
    declared: { practices: [], notices: [{ kind: "privacy", url: "https://policy.example/p" }] },
    flags: [
      { field: "CA_broker", words: "registered as a data broker in California", value: true },
      { field: "VT_broker", words: "registered as a data broker in Vermont", value: false },
    ],
  });
});

test("a word that is not TRUE or FALSE is a problem", () => {
  expect(read("Acme,https://a.example,,,,TRUE,").problems).toMatchObject([{ file: "l.csv", line: 2, field: "VT_broker", value: '""' }]);
});

describeShared("the list of 2021", () => {
  test("the known figures", () => {
    const imported = (): Imported =>
      locationData.read([{ name: "l.csv", bytes: readFileSync(sharedData("markup-blacklight/location-data-companies.csv")) }])[0]!;
    const { counts, problems, records } = imported();
    expect(problems).toEqual([]);
    expect(counts).toEqual({ companies: 47, californiaBrokers: 16, vermontBrokers: 7 });
    expect(records).toEqual(imported().records);
    expect(records.find(({ key }) => key === "Acxiom")?.facts).toMatchObject({
      contacts: [{ value: "consumeradvo@acxiom.com" }],
      domains: [{ host: "acxiom.com" }],
    });
  });
});

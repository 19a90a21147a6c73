import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { ImportFile, Imported } from "./importer.ts";
import { thirdPartyWeb } from "./third-party-web.ts";

const read = (...entities: object[]): Imported =>
  thirdPartyWeb.read([{ name: "entities.json", bytes: new TextEncoder().encode(JSON.stringify(entities)) }])[0]!;

test("a product is its company's; a pattern is its domain; what was not counted is not 0", () => {
  const { records, problems } = read(
    {
      name: "Acme Ads",
      company: "Acme",
      homepage: "https://www.acme.example",
      category: "ad",
      domains: ["*.Acme.example", "cdn.acme.test", "*.acme.example", "not a host"],
      totalOccurrences: 12,
    },
    { name: "Other", category: "cdn", domains: [], totalOccurrences: 0 },
  );
  expect(problems).toEqual([]);
  expect(records.map(({ key, facts }) => ({ key, facts }))).toEqual([
    {
      key: "Acme Ads",
      facts: {
        kind: "organisation",
        name: "Acme",
        otherNames: ["Acme Ads"],
        sectors: ["ad"],
        website: "https://www.acme.example/",
        domains: [
          { host: "acme.example", role: "own" },
          { host: "acme.example", role: "listed" },
          { host: "cdn.acme.test", role: "listed" },
        ],
        identifiers: [{ scheme: "third-party-web", id: "Acme Ads" }],
        contacts: [],
        reach: { seen: 12, unit: "pages, as counted by HTTP Archive" },
      },
    },
    {
      key: "Other",
      facts: { kind: "organisation", name: "Other", sectors: ["cdn"], domains: [], identifiers: [{ scheme: "third-party-web", id: "Other" }], contacts: [] },
    },
  ]);
});

describeShared("third-party-web 0.30.0", () => {
  test("counts are those that it is known by, read again it is the same, and the installed package is that too", () => {
    const list = (): ImportFile => ({ name: "dist/entities.json", bytes: new Uint8Array(readFileSync(sharedData("third-party-web/entities.json"))) });
    const [imported] = thirdPartyWeb.read([list()]);
    expect(imported).toMatchObject({ problems: [], counts: { entities: 2143, patterns: 3132, withReach: 1047 } });
    expect(thirdPartyWeb.read([list()])).toEqual([imported]);
    const [packaged] = thirdPartyWeb.read([{ name: "package.json", bytes: new TextEncoder().encode('{"version":"0.30.0"}') }, list()]);
    expect(packaged).toEqual({ ...imported, version: "0.30.0" });
  });
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { Imported } from "./importer.ts";
import { whotracksme } from "./whotracksme.ts";

const tables = `CREATE TABLE categories(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE companies (id TEXT, name TEXT, description TEXT, privacy_url TEXT, website_url TEXT, country TEXT, privacy_contact TEXT, notes TEXT);
CREATE TABLE trackers (id TEXT, name TEXT, category_id INTEGER, website_url TEXT, company_id TEXT);
CREATE TABLE tracker_domains (tracker TEXT, domain TEXT);
`;
const rows = `INSERT INTO categories VALUES(4,'advertising'),(11,'unknown');
INSERT INTO companies VALUES('acme','Acme','<b>We are the best</b>','https://legal.acme.example/privacy','www.acme.example','uk','Ask jane.doe@acme.example','seen by J.');
INSERT INTO trackers VALUES('acme_ads','Acme Ads',4,NULL,'acme'),('lone','Lone',11,'https://lone.example',NULL);
INSERT INTO tracker_domains VALUES('acme_ads','ads.acme.example'),('lone','lone.example'),('lone','t.lone.example');
`;

function read(text: string, name = "trackerdb-2022-08.sql"): Imported {
  return whotracksme.read([{ name, bytes: new TextEncoder().encode(text) }])[0]!;
}

test("a company comes with its trackers' domains, its policy and its contact; texts of others stay behind", () => {
  const { records, problems, version, dated } = read(tables + rows);
  expect({ problems, version, dated }).toEqual({ problems: [], version: "2022-08", dated: "2022-08-01" });
  expect(records[0]).toEqual({
    key: "acme",
    dated: "2022-08-01",
    raw: {
      company: {
        id: "acme",
        name: "Acme",
        privacy_url: "https://legal.acme.example/privacy",
        website_url: "www.acme.example",
        country: "uk",
        privacy_contact: "Ask jane.doe@acme.example",
      },
      trackers: [{ id: "acme_ads", name: "Acme Ads", category: "advertising", website_url: null, domains: ["ads.acme.example"] }],
    },
    facts: {
      kind: "organisation",
      name: "Acme",
      otherNames: ["Acme Ads"],
      country: "GB",
      sectors: ["advertising"],
      website: "https://www.acme.example/",
      domains: [
        { host: "acme.example", role: "own" },
        { host: "legal.acme.example", role: "own" },
        { host: "ads.acme.example", role: "listed" },
      ],
      identifiers: [{ scheme: "whotracksme", id: "acme" }],
      contacts: [{ kind: "email", value: "jane.doe@acme.example", purpose: "rights", person: true }],
      declared: { practices: [], notices: [{ kind: "privacy", url: "https://legal.acme.example/privacy" }] },
    },
  });
});

test("a tracker without a company is a record of its own; an unknown kind is no sector", () => {
  const { facts, key } = read(tables + rows).records[1]!;
  expect(key).toBe("tracker/lone");
  expect(facts).toEqual({
    kind: "organisation",
    name: "Lone",
    website: "https://lone.example/",
    domains: [
      { host: "lone.example", role: "own" },
      { host: "t.lone.example", role: "listed" },
    ],
    identifiers: [{ scheme: "whotracksme", id: "tracker/lone" }],
    contacts: [],
  });
});

test("versions come oldest first, whatever order the files have", () => {
  const bytes = new TextEncoder().encode(tables + rows);
  const imported = whotracksme.read([
    { name: "trackerdb-2026-07.sql", bytes },
    { name: "trackerdb-2022-08.sql", bytes },
  ]);
  expect(imported.map(({ version }) => version)).toEqual(["2022-08", "2026-07"]);
  expect(read(tables + rows, "trackerdb.sql")).toMatchObject({ version: expect.stringMatching(/^[0-9a-f]{12}$/) });
  expect(read(tables + rows, "trackerdb.sql").records[0]).not.toHaveProperty("dated");
});

test.each([
  ["nothing", "", "There are no rows of the table categories; the dump must have some."],
  ["another database", "CREATE TABLE x (id TEXT); INSERT INTO x VALUES ('a');", "There are no rows of the table categories; the dump must have some."],
  [
    "a dump that was cut off",
    `BEGIN TRANSACTION;\n${tables}${rows}`,
    "The dump begins with BEGIN TRANSACTION and does not end with COMMIT; a part of it is missing.",
  ],
  ["a column that is missing", (tables + rows).replace("domain TEXT", "host TEXT"), "The table tracker_domains has no column domain; it must be there."],
  ["a name that is empty", (tables + rows).replace("'Acme',", "'',"), "The column name of companies is empty; it must not be."],
  [
    "a company that stands twice",
    `${tables}${rows}INSERT INTO companies VALUES('acme','Acme','',NULL,NULL,NULL,NULL,NULL);`,
    "Another record has this key; each key may stand once.",
  ],
  ["a text beyond its bound", (tables + rows).replace("www.acme.example", "a".repeat(5_001)), "The text is too large; at most 5000 characters are allowed."],
])("%s is a problem", (_, text, message) => {
  expect(read(text).problems[0]).toMatchObject({ file: "trackerdb-2022-08.sql", message });
});

describeShared("trackerdb of August 2022", () => {
  const imported = (): Imported => read(readFileSync(sharedData("whotracksme/trackerdb-2022-08.sql"), "utf8"));

  test("the known figures", () => {
    const { counts, problems, records } = imported();
    expect(problems).toEqual([]);
    expect(counts).toEqual({ companies: 2290, trackers: 3197, domains: 4327, withPolicy: 1930, withContact: 1427, trackersWithoutCompany: 463 });
    expect(records).toHaveLength(2290 + 463);
  });

  test("a known company, and the same at every reading", () => {
    const records = imported().records;
    expect(records).toEqual(imported().records);
    expect(records.find(({ key }) => key === "criteo")?.facts).toMatchObject({
      name: "Criteo",
      sectors: ["advertising"],
      domains: expect.arrayContaining([
        { host: "criteo.com", role: "own" },
        { host: "criteo.net", role: "listed" },
      ]),
    });
  });
});

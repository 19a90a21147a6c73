import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { Imported } from "./importer.ts";
import { justdeleteme } from "./justdeleteme.ts";

function read(value: unknown): Imported {
  return justdeleteme.read([{ name: "sites.json", bytes: new TextEncoder().encode(JSON.stringify(value)) }])[0]!;
}

const acme = {
  name: "Acme",
  url: "https://acme.example/delete?id=1",
  difficulty: "hard",
  notes: "Write to them.",
  email: "privacy@acme.example",
  domains: ["acme.example", "www.acme.example", "Forum.Acme.example/board", "acme,example"],
};

test("a service, its way out and its domains", () => {
  const { records, problems, counts } = read([acme]);
  expect(problems).toEqual([]);
  expect(counts).toEqual({ services: 1, domains: 4, easy: 0, medium: 0, limited: 0, hard: 1, impossible: 0, withEmail: 1 });
  expect(records).toEqual([
    {
      key: "Acme",
      raw: acme,
      facts: {
        kind: "organisation",
        name: "Acme",
        domains: [
          { host: "acme.example", role: "own" },
          { host: "forum.acme.example", role: "own" },
        ],
        identifiers: [],
        contacts: [{ kind: "email", value: "privacy@acme.example", purpose: "rights" }],
        rights: { deletionUrl: "https://acme.example/delete?id=1", difficulty: "hard" },
      },
    },
  ]);
});

test("services of one name are told apart by their first domain; only a true repeat is a problem", () => {
  const other = { ...acme, domains: ["acme.test"] };
  expect(read([acme, other]).records.map(({ key }) => key)).toEqual(["Acme (acme.example)", "Acme (acme.test)"]);
  expect(read([acme, other, acme]).problems).toMatchObject([
    { file: "sites.json", field: "[2]", message: "Another record has this key; each key may stand once." },
  ]);
});

test("an address without a scheme is one of the web; a script is none", () => {
  const rights = (url: string): unknown => (read([{ ...acme, url }]).records[0]!.facts as { rights: unknown }).rights;
  expect(rights("acme.example/account")).toEqual({ deletionUrl: "https://acme.example/account", difficulty: "hard" });
  expect(rights("javascript:alert(1)")).toEqual({ difficulty: "hard" });
});

test.each([
  ["name", ""],
  ["name", 7],
  ["url", null],
  ["difficulty", "tricky"],
  ["domains", "acme.example"],
  ["domains", [1]],
])("%s must not be %j", (field, value) => {
  const { records, problems } = read([{ ...acme, [field]: value }]);
  expect(records).toEqual([]);
  expect(problems[0]).toMatchObject({ file: "sites.json", field: expect.stringContaining(`[0].${field}`) });
});

test.each([{}, null, "x", [1], [null]])("%j is no list of services", (value) => {
  expect(read(value).problems).toHaveLength(1);
});

describeShared("JustDeleteMe of 21 August 2026", () => {
  const imported = (): Imported => justdeleteme.read([{ name: "sites.json", bytes: readFileSync(sharedData("justdeleteme/sites.json")) }])[0]!;

  test("the known figures, a known service, and the same at every reading", () => {
    const { counts, problems, records } = imported();
    expect(problems).toEqual([]);
    expect(counts).toEqual({ services: 2591, domains: 5546, easy: 1315, medium: 264, limited: 14, hard: 839, impossible: 159, withEmail: 473 });
    expect(records).toEqual(imported().records);
    expect(records.find(({ key }) => key === "1fichier")?.facts).toMatchObject({
      rights: { difficulty: "hard" },
      domains: [{ host: "1fichier.com", role: "own" }],
    });
  });
});

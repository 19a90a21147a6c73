import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { OrganisationFacts } from "../schema.ts";
import { fidesCategories, fidesUses } from "./fides-terms.ts";
import { fides } from "./fides.ts";
import type { Imported } from "./importer.ts";

const read = (...texts: string[]): Imported => fides.read(texts.map((text, i) => ({ name: `${i}.yml`, bytes: new TextEncoder().encode(text) })))[0]!;
const factsOf = (imported: Imported, i = 0): OrganisationFacts => imported.records[i]!.facts as OrganisationFacts;

const MANIFEST = `
organization:
  - fides_key: example
    name: Example  Shop
    security_policy: https://www.shop.example/policy
    controller: { name: Jane Doe, email: jane.doe@shop.example, phone: "" }
    data_protection_officer: { name: Office, email: privacy@shop.example }
system:
  - fides_key: mailer
    organization_fides_key: example
    name: Mailer
    uses_cookies: false
    privacy_policy: https://shop.example/privacy
    privacy_declarations:
      - name: Send the newsletter
        data_use: marketing.communications.email
        data_categories: [user.contact.email, user.shoe_size]
        data_subjects: [customer, job_applicant]
        legal_basis_for_processing: Consent
        retention_period: "365"
        third_parties: Mailing Inc.; Parcel Ltd
      - data_use: third_party_sharing
        data_categories: []
      - data_use: improve.system
        data_categories: [user]
dataset:
  - fides_key: users
    organization_fides_key: example
    name: Users
    collections:
      - name: people
        fields:
          - name: secret_column
            data_categories: [user.contact.email]
          - name: nested
            fields: [{ name: deeper, data_categories: [user.name] }]
`;

test("a manifest", () => {
  const imported = read(MANIFEST);
  expect(imported.problems).toEqual([]);
  expect(imported.counts).toEqual({ organisations: 1, systems: 1, datasets: 1, practices: 3 });
  expect(factsOf(imported)).toEqual({
    kind: "organisation",
    name: "Example Shop",
    domains: [{ host: "shop.example", role: "own" }],
    identifiers: [{ scheme: "fides", id: "example" }],
    contacts: [
      { kind: "email", value: "privacy@shop.example", purpose: "rights" },
      { kind: "email", value: "jane.doe@shop.example", purpose: "general", person: true },
    ],
    declared: {
      practices: [
        {
          term: { scheme: "fides", code: "marketing.communications.email", name: "Marketing Email Communications" },
          element: "purpose",
          basis: "consent",
          purposes: ["dpv:DirectMarketing"],
          data: [
            { term: { scheme: "fides", code: "user.contact.email", name: "User Contact Email" }, terms: ["pd:EmailAddress"] },
            { term: { scheme: "fides", code: "user.shoe_size", name: "user.shoe_size" }, terms: [] },
          ],
          retentionDays: 365,
          recipients: ["Mailing Inc.", "Parcel Ltd"],
          subjects: ["customer", "job applicant"],
          quote: "Send the newsletter · Mailer · marketing.communications.email · Consent · retention 365",
        },
        {
          term: { scheme: "fides", code: "third_party_sharing", name: "Third Party Sharing" },
          element: "purpose",
          basis: "unstated",
          purposes: [],
          speaksOf: ["dpv:Share"],
          quote: "Mailer · third_party_sharing",
        },
        {
          term: { scheme: "fides", code: "improve.system", name: "improve.system" },
          element: "purpose",
          basis: "unstated",
          purposes: [],
          data: [{ term: { scheme: "fides", code: "user", name: "User Data" }, terms: ["dpv:PersonalData"] }],
          quote: "Mailer · improve.system",
        },
      ],
      data: [
        { term: { scheme: "fides", code: "user.contact.email", name: "User Contact Email" }, terms: ["pd:EmailAddress"] },
        { term: { scheme: "fides", code: "user.name", name: "Name" }, terms: ["pd:Name"] },
      ],
      storage: { cookies: false },
      notices: [{ kind: "privacy", url: "https://shop.example/privacy" }],
    },
  });
  const kept = JSON.stringify(imported.records);
  for (const left of ["Jane Doe", "secret_column"]) expect(kept).not.toContain(left);
});

test("systems without a parent belong to the default organisation, over all files", () => {
  const system = (key: string) => `system: [{ fides_key: ${key}, privacy_declarations: [{ data_use: marketing }] }]`;
  const imported = read(system("a"), system("b"));
  expect(imported.records.map((record) => record.key)).toEqual(["default_organization"]);
  expect(imported.counts).toMatchObject({ systems: 2, practices: 2 });
  expect(factsOf(imported).declared).not.toHaveProperty("data");
});

test.each([
  ["a list", "- 1", /must be an object/],
  ["a system without key", "system: [{ name: a }]", /missing/],
  ["a use that is none", "system: [{ fides_key: a, privacy_declarations: [{ data_use: [x] }] }]", /another kind/],
  ["a key with other characters", 'system: [{ fides_key: "a b" }]', /form/],
  [
    "a ground that is unknown",
    "system: [{ fides_key: a, privacy_declarations: [{ data_use: marketing, legal_basis_for_processing: because }] }]",
    /ground is not known/,
  ],
  ["a period that is none", "system: [{ fides_key: a, privacy_declarations: [{ data_use: marketing, retention_period: 1e300 }] }]", /.+/],
  ["an organisation twice", "organization: [{ fides_key: a }, { fides_key: a }]", /stands twice/],
  ["a tag", "system: !!js/function 'x'", /cannot be read/],
  ["no YAML", "system: [", /cannot be read/],
  ["aliases of aliases", `a: &a [${"x,".repeat(50)}]\nb: &b [${"*a,".repeat(50)}]\nsystem: [${"*b,".repeat(50)}]`, /.+/],
])("%s is a problem", (_, text, sentence) => {
  const { problems } = read(text);
  expect(problems[0]).toMatchObject({ file: "0.yml" });
  expect(problems.map((problem) => problem.message).join()).toMatch(sentence);
});

test("never throws", () => {
  const lines = MANIFEST.split("\n");
  fc.assert(
    fc.property(
      fc.nat(lines.length - 1),
      fc.oneof(fc.string(), fc.constantFrom("- null", "  fides_key: 7", "data_use: {}", "x: &a [*a]", "? [a]\n: b")),
      fc.boolean(),
      (at, line, cut) => {
        read([...lines.slice(0, at), line, ...(cut ? [] : lines.slice(at + 1))].join("\n"));
      },
    ),
  );
});

describeShared("real manifests", () => {
  const files = (folder: string) =>
    readdirSync(sharedData(folder))
      .filter((name) => fides.accepts!(name))
      .map((name) => ({ name, bytes: readFileSync(join(sharedData(folder), name)) }));

  test("the data map of fides itself", () => {
    const [imported] = fides.read(files("fides"));
    expect(imported!.problems).toEqual([]);
    expect(imported!.counts).toEqual({ organisations: 1, systems: 3, datasets: 1, practices: 3 });
    expect(factsOf(imported!).declared!.practices.map((practice) => [practice.term.code, practice.purposes, practice.basis])).toEqual([
      ["functional.service.improve", ["dpv:ImproveExistingProductsAndServices"], "unstated"],
      ["essential.service", ["dpv:RequestedServiceProvision"], "unstated"],
      ["essential.service", ["dpv:RequestedServiceProvision"], "unstated"],
    ]);
  });

  test("the demonstration of fideslang, in the words of an earlier taxonomy", () => {
    const [imported] = fides.read(files("fideslang"));
    expect(imported!.problems).toEqual([]);
    expect(imported!.counts).toEqual({ organisations: 1, systems: 2, datasets: 1, practices: 2 });
    expect(factsOf(imported!)).toMatchObject({ name: "Demo Organization" });
    expect(factsOf(imported!).declared!.practices.map((practice) => [practice.term.name, practice.purposes])).toEqual([
      ["improve.system", []],
      ["advertising", []],
    ]);
  });

  test("our table has all keys and names of fideslang", () => {
    for (const [file, member, table] of [
      ["data_uses", "data_use", fidesUses],
      ["data_categories", "data_category", fidesCategories],
    ] as const) {
      const rows = (JSON.parse(readFileSync(sharedData(`fideslang/${file}.json`), "utf8")) as { [name: string]: { fides_key: string; name: string }[] })[
        member
      ]!;
      expect(Object.fromEntries([...table].map(([key, { name }]) => [key, name]))).toEqual(Object.fromEntries(rows.map((row) => [row.fides_key, row.name])));
    }
  });
});

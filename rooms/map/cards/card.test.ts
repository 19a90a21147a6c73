import { expect, test } from "vitest";
import type { CompanyCard, StoredRecord } from "../card-schema.ts";
import { makeCards } from "./card.ts";
import { cookieWords } from "./cookie-words.ts";
import { joinRecords } from "../join/join.ts";
import type { MapRecords, OrganisationRecord } from "../join/joined.ts";
import { makeFigures, makeRow } from "./rows.ts";
import type { CookieFacts, OrganisationFacts, Practice, ScanFacts } from "../schema.ts";
import { makeSiteCards } from "./sites.ts";

function stored(id: number, source: string, rest: Partial<StoredRecord> = {}): StoredRecord {
  return { id, source, key: String(id), version: "1", dated: null, retrievedAt: "2026-11-23T00:00:00Z", predecessor: null, current: true, gone: null, ...rest };
}

const purpose = (number: number, basis: Practice["basis"]): Practice => ({
  term: { scheme: "tcf", code: `purpose ${number}`, name: "" },
  element: "purpose",
  basis,
  purposes: ["dpv:Advertising"],
  quote: `"purposes":[${number}]`,
});

const vendor: OrganisationFacts = {
  kind: "organisation",
  name: "Acme SA",
  domains: [{ host: "acme.com", role: "own" }],
  identifiers: [{ scheme: "tcf", id: "7" }],
  contacts: [],
  declared: {
    practices: [purpose(2, "consent"), purpose(7, "legitimate-interest")],
    notices: [],
    retentionDays: 390,
    storage: { cookies: true, maxAgeDays: 30 },
  },
};
const earlier: OrganisationRecord = {
  record: stored(1, "tcf-gvl", { current: false, retrievedAt: "2025-01-01T00:00:00Z" }),
  facts: { ...vendor, declared: { ...vendor.declared!, retentionDays: 180 } },
};
const organisations: OrganisationRecord[] = [
  { record: stored(2, "tcf-gvl", { predecessor: 1, dated: "2025-02-01" }), facts: vendor, first: { id: 1, name: "Acme SA" } },
  {
    record: stored(3, "prebid"),
    facts: {
      kind: "organisation",
      name: "acme",
      domains: [],
      identifiers: [{ scheme: "tcf", id: "7" }],
      contacts: [],
      declared: {
        practices: [purpose(2, "consent")],
        notices: [],
        storage: {
          firstPartyOnly: true,
          items: [
            { name: "acme_*", type: "cookie", maxAgeDays: 10, purposes: [2] },
            { name: "uid", type: "cookie", purposes: [] },
          ],
        },
      },
    },
  },
  {
    record: stored(4, "datenanfragen"),
    facts: {
      kind: "organisation",
      name: "Acme",
      country: "FR",
      domains: [{ host: "acme.com", role: "own" }],
      identifiers: [],
      contacts: [
        { kind: "email", value: "dpo@mail.acme.com", purpose: "rights" },
        { kind: "email", value: "acme@gmail.com", purpose: "general" },
        { kind: "post", value: "1 Rue\nParis", purpose: "rights" },
        { kind: "phone", value: "", purpose: "rights" },
      ],
    },
  },
  {
    record: stored(5, "third-party-web"),
    facts: {
      kind: "organisation",
      name: "Acme",
      sectors: ["ad"],
      website: "https://www.acme.com/",
      domains: [{ host: "acmeads.net", role: "listed" }],
      identifiers: [],
      contacts: [],
      reach: { seen: 12, unit: "pages" },
    },
  },
  {
    record: stored(6, "whotracksme"),
    facts: { kind: "organisation", name: "Blog", domains: [{ host: "blog.org", role: "own" }], identifiers: [], contacts: [] },
  },
];
const scan: ScanFacts = {
  kind: "scan",
  site: "blog.org",
  url: "https://blog.org/",
  tool: { name: "Scanner", version: "2" },
  visits: [
    {
      state: "refused",
      gpc: true,
      at: "2026-10-01T10:00:00Z",
      thirdParties: [
        { domain: "acmeads.net", hosts: ["x.acmeads.net"], requests: 3, phase: "before-answer" },
        { domain: "nobody.net", hosts: ["nobody.net"], requests: 1 },
      ],
      cookies: [
        { name: "uid", domain: "acmeads.net", thirdParty: true, days: 400 },
        { name: "acme_1", domain: "blog.org", thirdParty: false, days: 20 },
        { name: "uid", domain: "blog.org", thirdParty: false, days: 5 },
        { name: "other", domain: "blog.org", thirdParty: false, days: 5 },
      ],
      techniques: [{ name: "canvas-fingerprinting", hosts: ["x.acmeads.net"] }],
    },
  ],
};
const records: MapRecords = {
  organisations,
  earlier: [earlier],
  scans: [{ record: stored(20, "freehold-scan"), facts: scan }],
  sites: [{ record: stored(21, "whotracksme-preview"), facts: { kind: "site", site: "blog.org", categories: [{ name: "advertising", mean: 2 }] } }],
  cookies: [
    {
      record: stored(22, "open-cookie-database"),
      facts: { kind: "cookie", name: "uid", prefix: false, platform: "Acme", category: "Marketing", purposes: ["dpv:Marketing"] },
    },
  ],
  today: "2026-11-23",
};
const joined = joinRecords({ records: organisations });
const cards = new Map([...makeCards(records, joined)].map((card) => [card.id, card]));
const acme = cards.get("acme-sa") as CompanyCard;

test("facts are cited, in the order of their sources", () => {
  expect(acme.name).toBe("Acme SA");
  expect(acme.names).toEqual([
    { value: "Acme SA", records: [2] },
    { value: "Acme", records: [4, 5] },
    { value: "acme", records: [3] },
  ]);
  expect(acme.country).toEqual({ value: "FR", records: [4] });
  expect(acme.practices.map(({ record }) => record)).toEqual([2, 2, 3]);
  expect(acme.domains).toEqual([
    { value: "acme.com", records: [2, 4, 5], role: "own", holder: "own", sharedWith: [], contradictedBy: [] },
    { value: "acmeads.net", records: [5], role: "listed", holder: "single-source", sharedWith: [], contradictedBy: [] },
  ]);
  expect(acme.records.map(({ id, link }) => [id, link.key])).toEqual([
    [2, "first"],
    [4, "k2-domain"],
    [5, "k2-domain"],
    [3, "k1-id"],
  ]);
});

test("contacts: on the own domain, elsewhere, without a domain, withheld", () => {
  expect(acme.contacts.map(({ value, onOwnDomain, redacted }) => [value.kind, onOwnDomain, redacted])).toEqual([
    ["email", true, undefined],
    ["email", false, undefined],
    ["post", null, undefined],
    ["phone", null, true],
  ]);
  expect(acme.has).toEqual({ declarations: true, observations: true, contact: true, contactOnOwnDomain: true });
  expect(cards.get("blog")!.has).toEqual({ declarations: false, observations: false, contact: false, contactOnOwnDomain: false });
});

test("what was seen, and what it speaks for", () => {
  expect(acme.seenOn).toEqual([
    {
      site: "blog.org",
      record: 20,
      at: "2026-10-01T10:00:00Z",
      tool: "Scanner 2",
      states: [
        {
          state: "refused",
          gpc: true,
          requests: 3,
          domains: ["acmeads.net"],
          cookies: [{ name: "uid", days: 400, domain: "acmeads.net" }],
          techniques: ["canvas-fingerprinting"],
        },
      ],
    },
  ]);
  const row = acme.purposeMatrix.rows.find(({ id }) => id === "tcf:purpose 2")!;
  // The contact came before the answer: it counts as unanswered, not as after the refusal.
  expect(row).toMatchObject({ mark: "both", observed: { sites: 1, unanswered: 1, refused: 0, records: [5, 20, 22] } });
  expect(acme.purposeMatrix.rows.find(({ id }) => id === "tcf:purpose 1")?.mark).toBe("observed-not-declared");
  expect(acme.dataMatrix?.rows[0]?.cells.map(({ mark }) => mark)).toEqual(["observed", "observed", "observed"]);
  expect(acme.evidence?.map(({ id }) => id)).toEqual([20, 22]);
});

test("first-party entries are held against first-party cookies only", () => {
  expect(acme.cookies.map(({ name, domain, days, declaredDays, category }) => [name, domain, days, declaredDays, category])).toEqual([
    ["acme_1", "blog.org", 20, 10, null],
    ["uid", "acmeads.net", 400, 30, "Marketing"],
    ["uid", "blog.org", 5, null, "Marketing"],
  ]);
});

test("history goes back along the versions", () => {
  expect(acme.history).toEqual([{ at: "2026-11-23T00:00:00Z", record: 2, sentence: "Retention 390 days, before 180 days" }]);
});

test("rows and figures", () => {
  const rows = [...cards.values()].map((card) => ({ row: makeRow(card, records.today), has: card.has }));
  expect(rows[0]!.row).toEqual({
    id: "acme-sa",
    name: "Acme SA",
    country: "FR",
    sectors: ["ad"],
    sources: ["tcf-gvl", "datenanfragen", "third-party-web", "prebid"],
    consent: 1,
    legitimateInterest: 1,
    purposes: ["tcf:purpose 2", "dpv:Advertising", "tcf:purpose 7"],
    retentionDays: 390,
    cookieDays: 30,
    sitesSeen: 1,
    reach: 12,
    declared: true,
    observed: true,
    contact: true,
    newest: "2026-11-23",
    stale: false,
  });
  expect(makeRow(acme, "2027-11-24").stale).toBe(true);
  const all = [...organisations, ...records.scans, ...records.sites, ...records.cookies].map(({ record }) => record);
  expect(makeFigures(rows, all, 1)).toEqual({
    organisations: 2,
    withDeclarations: 1,
    withObservations: 1,
    withBoth: 1,
    withNeither: 1,
    withoutContact: 1,
    withoutContactOnOwnDomain: 1,
    sites: 1,
    records: 8,
    sources: 8,
    newest: "2026-11-23T00:00:00Z",
    oldest: "2026-11-23T00:00:00Z",
    stale: 0,
  });
});

test("the card of a site", () => {
  const [card] = [...makeSiteCards(records, joined)];
  expect(card).toMatchObject({
    site: "blog.org",
    organisation: { id: "blog", name: "Blog" },
    records: [{ id: 20 }, { id: 21 }],
    scans: [
      {
        record: 20,
        visits: [
          {
            state: "refused",
            thirdParties: [
              { domain: "acmeads.net", organisations: [{ id: "acme-sa" }], requests: 3, cookies: 1, category: "ad", declaredAnywhere: true },
              { domain: "nobody.net", organisations: [], category: null, declaredAnywhere: null },
            ],
          },
        ],
      },
    ],
    counts: [{ record: 21, sector: null }],
  });
});

test("words about cookies: the domain decides, short names need it, beginnings come last", () => {
  const facts = (name: string, category: string, rest: Partial<CookieFacts> = {}) => ({
    record: { id: 1 },
    facts: { kind: "cookie", name, prefix: false, platform: "", category, purposes: [], ...rest } satisfies CookieFacts,
  });
  const wordsOf = cookieWords([
    facts("id", "Marketing", { domain: "www.a.com" }),
    facts("sid", "Functional"),
    facts("sid", "Marketing"),
    facts("_ga", "Analytics"),
    facts("_g", "Functional", { prefix: true }),
    facts("_ga_", "Analytics", { prefix: true }),
  ]);
  expect(wordsOf("id", "a.com")?.category).toBe("Marketing");
  expect(wordsOf("id", "b.com")).toBeUndefined();
  expect(wordsOf("sid", "b.com")).toBeUndefined();
  expect(wordsOf("_ga", "b.com")?.category).toBe("Analytics");
  expect(wordsOf("_ga_ABC", "b.com")?.category).toBe("Analytics");
});

/** The pages of the map that list, as the server gets them: what they say of what is not known, where numbers lead, and that no text of a source becomes markup. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { buildUi } from "../../../ui/build.ts";
import type { CompanyCard, CompanyRow, MapFigures, SiteCard, StoredRecord } from "../card-schema.ts";
import type { Source } from "../schema.ts";
import type { CompaniesPage, HomePage, MapPage, MapPages, SitePage } from "./props.ts";

let pages: MapPages;
beforeAll(async () => {
  await buildUi();
  pages = (await import(pathToFileURL(join(fileURLToPath(new URL("../../..", import.meta.url)), "build/ui/map.js")).href)) as MapPages;
});

const HOSTILE = `<script>alert(1)</script>" onload="x`;
const today = "2026-11-23";

const source = (id: string, more: Partial<Source> = {}): Source => ({
  id,
  name: `The list ${id}`,
  home: "https://list.example/",
  licence: { id: "CC0-1.0", url: "https://list.example/licence" },
  gives: ["identity", "declared"],
  ...more,
});
const base: MapPage = {
  site: { origin: "register.example/log", url: "https://register.example" },
  sources: { list: source("list"), scans: source("scans", { gives: ["observed"] }) },
  corrections: "mailto:corrections@register.example",
};
const figures: MapFigures = {
  organisations: 10_142,
  withDeclarations: 780,
  withObservations: 1012,
  withBoth: 156,
  withNeither: 8506,
  withoutContact: 2909,
  withoutContactOnOwnDomain: 4464,
  sites: 19,
  records: 24_867,
  sources: 11,
  newest: "2026-11-23T02:00:00Z",
  oldest: "2026-11-22T02:00:00Z",
  stale: 2522,
};
const row = (more: Partial<CompanyRow> = {}): CompanyRow => ({
  id: "example",
  name: "Example GmbH",
  country: "DE",
  sectors: ["advertising"],
  sources: ["list"],
  consent: 7,
  legitimateInterest: 0,
  purposes: [],
  retentionDays: 390,
  cookieDays: null,
  sitesSeen: 12,
  reach: null,
  declared: true,
  observed: true,
  contact: true,
  newest: "2026-01-22",
  stale: false,
  ...more,
});
const record = (id: number, of: string, dated: string | null): StoredRecord => ({
  id,
  source: of,
  key: String(id),
  version: "v143",
  dated,
  retrievedAt: "2026-11-22T20:00:00Z",
  predecessor: null,
  current: true,
  gone: null,
});
const companies = (more: Partial<CompaniesPage> = {}): CompaniesPage => ({
  ...base,
  query: {},
  total: 1,
  rows: [row()],
  next: null,
  choices: {
    countries: [
      ["DE", 3],
      ["FR", 2],
    ],
    sectors: [["advertising", 5]],
    sources: [["list", 5]],
  },
  figures,
  ...more,
});
const home = (more: Partial<HomePage> = {}): HomePage => ({
  ...base,
  figures,
  log: { size: 20_113, time: 1_795_392_600, anchored: null },
  examples: [row()],
  sites: [{ site: "shop.example", at: "2026-11-20T10:00:00Z", thirdParties: 5 }],
  ...more,
});
const card = (more: Partial<CompanyCard> = {}): CompanyCard => ({
  id: "example",
  name: "Example GmbH",
  names: [],
  country: null,
  sectors: [],
  website: null,
  domains: [],
  identifiers: [],
  contacts: [],
  rights: [],
  ended: [],
  flags: [],
  reach: [],
  practices: [],
  data: [],
  retention: [],
  storage: [],
  notices: [],
  safeguards: [],
  transfers: [],
  purposeMatrix: { columns: [], rows: [] },
  dataMatrix: null,
  seenOn: [],
  cookies: [],
  records: [{ ...record(1, "list", "2026-01-22"), link: { record: 1, key: "first", value: "", with: null, corroboratedBy: [], words: "" } }],
  history: [],
  related: [],
  has: { declarations: false, observations: false, contact: false, contactOnOwnDomain: false },
  ...more,
});
/** Declares the purpose 7 on a ground. */
const declaring = (id: string, basis: "consent" | "legitimate-interest"): CompanyCard =>
  card({
    id,
    name: id,
    practices: [{ term: { scheme: "tcf", code: "purpose 7", name: "Measure how ads work" }, element: "purpose", basis, purposes: [], quote: "", record: 1 }],
    purposeMatrix: {
      columns: [basis],
      rows: [
        {
          id: "tcf:purpose 7",
          name: "Measure how ads work",
          element: "purpose",
          cells: [{ declared: [0], flexible: false }],
          observed: null,
          mark: "declared",
        },
      ],
    },
    has: { declarations: true, observations: false, contact: false, contactOnOwnDomain: false },
  });
const party = (domain: string, declaredAnywhere: boolean | null): SiteCard["scans"][number]["visits"][number]["thirdParties"][number] => ({
  domain,
  organisations: declaredAnywhere === null ? [] : [{ id: "example", name: "Example GmbH" }],
  requests: 1,
  cookies: 0,
  category: null,
  declaredAnywhere,
});
const siteCard: SiteCard = {
  site: "shop.example",
  organisation: null,
  records: [record(1, "scans", "2025-04-28")],
  scans: [
    {
      record: 1,
      at: "2025-04-28T10:00:00Z",
      tool: "A scanner 1.0",
      visits: [
        { state: "unanswered", at: "2025-04-28T10:00:00Z", thirdParties: [party("a.example", true), party("b.example", false)], cookies: [], techniques: [] },
        {
          state: "refused",
          at: "2025-04-28T10:01:00Z",
          banner: { found: true, answered: true },
          thirdParties: [
            { ...party("a.example", true), phase: "before-answer" },
            { ...party("c.example", null), phase: "after-answer" },
          ],
          cookies: [{ name: "id", domain: "c.example", thirdParty: true, days: null, category: null }],
          techniques: [],
        },
      ],
    },
  ],
  counts: [{ record: 1, categories: [{ name: "advertising", mean: 4.31 }], sector: null }],
};
const site = (more: Partial<SitePage> = {}): SitePage => ({ ...base, domain: "shop.example", card: siteCard, places: {}, today, ...more });

/** The text of a page's main part, tags out. */
const text = (html: string) =>
  html
    .slice(html.indexOf("<main"), html.indexOf("</main>"))
    .replaceAll(/<\/?(?:td|th|p|li|dt|dd|h\d|tr|span|div)\b[^>]*>/g, " ")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");

describe("/", () => {
  test("numbers lead to what they count", () => {
    const html = pages.renderHome(home());
    for (const [number, href] of [
      ["10,142", "/companies"],
      ["780", "/companies?has=declarations"],
      ["1,012 observed", "/companies?has=observations"],
      ["156 both", "/companies?has=both"],
      ["8,506 neither", "/companies?has=neither"],
      ["2,909 organisations", "/companies?has=no-contact"],
      ["4,464 organisations", "/companies?has=no-contact-on-own-domain"],
      ["20,113", "/log"],
      ["11 sources", "/sources"],
    ])
      expect(html).toContain(`<a href="${href}">${number}</a>`);
  });

  test("says that there is no anchor, no source and no address for corrections", () => {
    const none = { ...figures, organisations: 0, sources: 0, newest: null };
    const words = text(pages.renderHome(home({ figures: none, log: { size: 0, time: null, anchored: null }, examples: [], sites: [], corrections: null })));
    expect(words).toContain("no confirmed anchor on a chain");
    expect(words).toContain("No source has been imported.");
    expect(words).toContain("This copy is not a public register.");
  });
});

describe("/companies", () => {
  test("what is not known is said in words, and zero only where it was declared", () => {
    const words = text(pages.renderCompanies(companies({ rows: [row(), row({ name: "Silent", country: null, sectors: [], declared: false, sitesSeen: 0 })] })));
    expect(words).toContain("Example GmbH Germany advertising 7 0 390 days 12 sites 22 Jan 2026");
    expect(words).toContain("Silent not stated not stated no declaration known no scanned site 22 Jan 2026");
  });

  test("the form keeps the question, and pages and data ask the same", () => {
    const html = pages.renderCompanies(companies({ query: { q: "a&b", country: "FR", purpose: "dpv:Marketing", after: "x" }, next: "y" }));
    expect(html).toContain('value="a&amp;b"');
    expect(html).toMatch(/<option value="FR" selected>/);
    expect(html).toMatch(/<option value="dpv:Marketing" selected>Marketing</);
    expect(html).toContain('href="/companies?q=a%26b&amp;country=FR&amp;purpose=dpv%3AMarketing&amp;after=y" rel="next"');
    expect(html).toContain('href="/v1/map/organisations.csv?q=a%26b&amp;country=FR&amp;purpose=dpv%3AMarketing"');
    expect(html).toContain('name="robots" content="noindex"');
  });

  test("nothing found: each part of the question can be left out; a host leads to the site", () => {
    const html = pages.renderCompanies(companies({ query: { q: "https://www.Shop.example/x", country: "FR" }, total: 0, rows: [] }));
    expect(html).toContain('href="/companies?country=FR">without the words');
    expect(html).toContain("from any country, not only France");
    expect(html).toContain('href="/sites/shop.example"');
  });
});

describe("/compare", () => {
  test("only what is known differs", () => {
    const words = text(
      pages.renderCompare({
        ...base,
        cards: [declaring("one", "consent"), declaring("two", "legitimate-interest"), card({ name: "Silent" })],
        unknown: ["nobody"],
        today,
      }),
    );
    expect(words).toContain("Measure how ads work ≠ differs Consent Legitimate interest nothing known");
    expect(words).toContain("1 line differs of 2 that can be compared");
    expect(words).toContain("There is no organisation called nobody here.");
    expect(text(pages.renderCompare({ ...base, cards: [declaring("one", "consent"), card()], unknown: [], today }))).not.toContain("differs ");
  });
});

describe("/sites", () => {
  test("counts by state, holders without declarations first, and marks what is old", () => {
    const html = pages.renderSite(site());
    const words = text(html);
    expect(words).toContain("Before any answer 2 third parties 28 Apr 2025");
    expect(words).toContain("After refusal 1 third party 28 Apr 2025");
    expect(words).toContain("State of the banner not stated not known no visit in this state");
    expect(words).toContain("Declarations of the holder are known for 1, none are known for 1, the holder is not known for 0.");
    expect(html.indexOf("b.example")).toBeLessThan(html.indexOf("a.example"));
    expect(words).toContain("c.example not known not known after refusal");
    expect(words).toContain("older than a year");
    expect(html).toContain('<a href="#record-1">');
    expect(html).toContain('id="record-1"');
  });

  test("a site of which nothing is known", () => {
    expect(text(pages.renderSite(site({ card: null, domain: "other.example" })))).toContain("That says nothing about what it does.");
  });
});

test("/sources names licences, removals and commands", () => {
  const imports = [{ version: "v143", dated: null, retrievedAt: "2026-11-22T20:00:00Z", records: 167, changed: 66, counts: { withLegitimateInterest: 236 } }];
  const words = text(
    pages.renderSources({
      ...base,
      rows: [
        { source: "list", imports, current: 764, onlyHere: 301, removed: null },
        { source: "scans", imports: [], current: 0, onlyHere: 0, removed: "asked for" },
      ],
      available: [
        { source: source("other", { nonCommercial: true, licence: { id: "CC-BY-NC-4.0", url: "https://x.example/" } }), takes: "a file", live: true },
      ],
    }),
  );
  expect(words).toContain("764 current records; 301 organisations rest on it alone");
  expect(words).toContain("v143 not stated 22 Nov 2026 167 66 with legitimate interest 236");
  expect(words).toContain("Removed asked for");
  expect(words).toContain("npm run operator -- map sync other --accept-licence CC-BY-NC-4.0");
});

test("no text of a source becomes markup, script or style", () => {
  const sources = { list: source("list", { name: HOSTILE, caution: HOSTILE }) };
  const [visit] = siteCard.scans[0]!.visits;
  const hostile = {
    ...siteCard,
    site: HOSTILE,
    scans: [{ ...siteCard.scans[0]!, tool: HOSTILE, visits: [{ ...visit!, thirdParties: [party(HOSTILE, true)] }] }],
  };
  for (const html of [
    pages.renderHome(home({ examples: [row({ name: HOSTILE })], sites: [{ site: HOSTILE, at: today, thirdParties: 1 }] })),
    pages.renderCompanies(companies({ sources, query: { q: HOSTILE, source: "list" }, rows: [row({ name: HOSTILE, sectors: [HOSTILE], country: HOSTILE })] })),
    pages.renderCompare({ ...base, sources, cards: [card({ name: HOSTILE })], unknown: [HOSTILE], today }),
    pages.renderSite(site({ sources, card: hostile, domain: HOSTILE })),
    pages.renderSources({ ...base, sources, rows: [{ source: "list", imports: [], current: 1, onlyHere: 1, removed: HOSTILE }], available: [] }),
  ]) {
    expect(html).toContain("&lt;script>alert(1)");
    expect(html).not.toMatch(/<script|style=|" onload=/);
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
  }
});

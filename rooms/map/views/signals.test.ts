/** The pages of signals, as the server gets them: every picture has its table, unknown is said, nothing of a source becomes markup, no style attribute. */
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { buildUi } from "../../../ui/build.ts";
import type { CompanyCard } from "../card-schema.ts";
import { firstMethod } from "../signals/method.ts";
import { declaredIds } from "../overview-schema.ts";
import type { Overview, VersionChanges } from "../overview-schema.ts";
import { indicatorIds } from "../signals-schema.ts";
import type { Signals } from "../signals-schema.ts";
import type { CompanyPage, MapPage, MapPages } from "./props.ts";

let pages: MapPages;
beforeAll(async () => {
  await buildUi();
  pages = (await import(pathToFileURL(join(fileURLToPath(new URL("../../..", import.meta.url)), "build/ui/map.js")).href)) as MapPages;
});

const HOSTILE = `<script>alert(1)</script>" onload="x`;
const base: MapPage = {
  site: { origin: "register.example/log", url: "https://register.example" },
  sources: {
    list: { id: "list", name: "The list", home: "https://list.example/", licence: { id: "CC0-1.0", url: "https://list.example/licence" }, gives: ["declared"] },
  },
  corrections: "mailto:corrections@register.example",
};
const signals: Signals = {
  method: "1",
  answers: indicatorIds.map((id, i) => ({
    id,
    score: [30, 40, 50, 61.6][i] ?? (id === "notice" ? 100 : null),
    applies: i < 6 || id === "notice",
    words: i === 0 ? HOSTILE : `What is known of ${id}.`,
    weight: id === "notice" ? 0 : 1,
    records: i === 0 ? [1] : [],
    ...(id === "exit" && { inferred: true as const }),
    ...(id === "minimise" && { site: "acme.example", records: [5] }),
  })),
  coverage: 4 / 6,
  band: { at: 2, low: 1, high: 3, score: 45.4, bounds: [20, 40, 60, 80], capped: true },
  contradictions: [{ words: `Its declaration ${HOSTILE}`, declared: 1, observed: 9, days: 3 }],
};
const card = {
  id: "acme",
  name: `Acme ${HOSTILE}`,
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
  records: [
    {
      id: 1,
      source: "list",
      key: "1",
      version: "v1",
      dated: "2026-01-22",
      retrievedAt: "2026-02-01T00:00:00Z",
      predecessor: null,
      current: true,
      gone: null,
      link: { record: 1, key: "first", value: "", with: null, corroboratedBy: [], words: "It begins with this record." },
    },
  ],
  history: [],
  related: [],
  has: { declarations: false, observations: false, contact: false, contactOnOwnDomain: false },
} satisfies CompanyCard;
const company = (more: Partial<CompanyPage> = {}): CompanyPage => ({
  ...base,
  card,
  places: {},
  signals,
  logSize: 0,
  scannedSites: 0,
  today: "2026-11-23",
  ...more,
});

const rows: VersionChanges[] = ["v1", "v2"].map((version) => ({
  version,
  dated: "2026-01-22",
  extract: version === "v2",
  vendors: 9,
  joined: 1,
  left: 2,
  compared: 8,
  changed: 4,
  purposes: 1,
  data: 2,
  storage: 3,
  retention: 4,
  features: 5,
  droppedInterest: 6,
  tookUpInterest: 7,
}));
const overview: Overview = {
  method: "1",
  organisations: 1234,
  signals: indicatorIds.map((id, i) => ({
    id,
    applies: 20,
    answered: i === 0 ? 0 : 15,
    parts: i === 0 ? Array(10).fill(0) : [5, 0, 0, 0, 0, 0, 0, 0, 0, 10],
    deciles: i === 0 ? null : [1, 2, 3, 4, 5, 6, 7, 8, 9],
    mean: i === 0 ? null : 61,
  })),
  bands: { counts: [1, 2, 3, 4, 5], none: 1000 },
  example: "acme",
  versions: rows,
  declares: [{ version: "v1", dated: null, active: 8, counts: Object.fromEntries(declaredIds.map((id) => [id, 2])) as Overview["declares"][number]["counts"] }],
  moves: [{ vendor: "1", name: `Vendor ${HOSTILE}`, organisation: "acme", purpose: 7, to: "consent", before: "v1", after: "v2", dated: null }],
};

const text = (html: string): string => html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
const isSafe = (html: string): void => {
  expect(html).not.toContain("<script>alert");
  expect(html).not.toContain('" onload="x');
  expect(html).not.toMatch(/\sstyle="/);
};
const tables = (html: string): number => html.match(/<table/g)?.length ?? 0;

test("signals on the page of an organisation: answers, evidence, band in words, contest links", () => {
  const html = pages.renderCompany(company());
  isSafe(html);
  const part = html.slice(html.indexOf('id="signals"'), html.indexOf('id="purposes"') > 0 ? html.indexOf('id="purposes"') : undefined);
  expect(text(part)).toContain("Signals of awareness of data sovereignty in published declarations and observations");
  expect(text(part)).toContain("Band 3 of 5; under other weights between 2 and 4; no higher, as a declaration and an observation differ.");
  expect(text(part)).toContain("4 of 6 signals that count have an answer, 66.7 % by weight");
  expect(part).toContain('href="#record-1"');
  expect(part).toContain('href="/sites/acme.example#record-5"');
  expect(part).toContain("Inferred.");
  expect(text(part)).toContain("not known");
  expect(text(part)).toContain("not counted");
  expect(part).toMatch(/mailto:corrections@register\.example\?subject=Contested%3A%20Choice/);
  expect(part).not.toMatch(/unlawful|illegal|violat|worst|bad\b/i);
});

test("no signals, none that apply, too little for a band, no address for corrections", () => {
  expect(pages.renderCompany(company({ signals: null }))).not.toContain('id="signals"');
  const none: Signals = {
    ...signals,
    answers: signals.answers.map((one) => ({ ...one, applies: false, score: null })),
    band: null,
    coverage: 0,
    contradictions: [],
  };
  expect(text(pages.renderCompany(company({ signals: none })))).toContain("None can be read");
  expect(text(pages.renderCompany(company({ signals: { ...signals, band: null } })))).toContain("too little for a band");
  expect(pages.renderCompany(company({ corrections: null }))).not.toContain("mailto:");
});

test("a finding stands with its reply, or that there is none, and its dispute", () => {
  const finding = {
    site: "shop.example",
    words: "In 3 of 3 visits to shop.example, requests reached Acme after Reject.",
    records: [9],
    reviews: ["ab".repeat(32)],
    noticeGiven: "2026-10-20",
    reply: null,
    disputed: false,
  };
  expect(text(pages.renderCompany(company({ findings: [finding] })))).toContain("It has not replied.");
  const html = pages.renderCompany(company({ findings: [{ ...finding, reply: { on: "2026-10-25", words: HOSTILE }, disputed: true }] }));
  isSafe(html);
  expect(text(html)).toContain("Disputed by the organisation.");
  expect(html).toContain(`/documents/${"ab".repeat(32)}`);
});

test("overviews: each picture has its table and its CSV", () => {
  const html = pages.renderOverviews({ ...base, overview });
  isSafe(html);
  for (const table of ["signals", "bands", "versions", "declares", "moves"]) expect(html).toContain(`href="/v1/map/overview/${table}.csv"`);
  expect(tables(html)).toBe(6);
  for (const picture of html.match(/<svg class="(?:bars|dots|ways)"[^>]*>/g)!) expect(picture).toMatch(/role="img"[^>]*aria-label="[^"]+"/);
  expect(text(html)).toContain("No answer is known.");
  expect(text(html)).toContain("v2, an extract");
  expect(text(html)).toContain("4 (50 %)");
  expect(html).toContain('href="/companies/acme#history"');
});

test("overviews of nothing say so", () => {
  const nothing: Overview = {
    ...overview,
    organisations: 0,
    signals: overview.signals.map((one) => ({ ...one, answered: 0, applies: 0, mean: null, deciles: null, parts: Array(10).fill(0) })),
    bands: { counts: [0, 0, 0, 0, 0], none: 0 },
    example: null,
    versions: [],
    declares: [],
    moves: [],
  };
  const html = pages.renderOverviews({ ...base, overview: nothing });
  expect(text(html)).toContain("no change is known");
  expect(text(html)).toContain("No vendor was read");
});

test("the method: every rule with its own thresholds, an example that adds up, how to contest", () => {
  const html = pages.renderMethodology({
    ...base,
    method: { ...firstMethod, retentionDays: [[77, 66]], coverage: 0.55 },
    publication: { sha256: "cd".repeat(32), index: 12 },
    example: { card, signals },
  });
  isSafe(html);
  expect(text(html)).toContain("up to 77 days: 66; longer: 0");
  expect(text(html)).toContain("at least 55 %");
  expect(text(html)).toContain("(30 + 40 + 50 + 61.6) / 4 = 45.4");
  expect(html).toContain("/log/12");
  expect(html).toContain("subject=Contested%3A%20method%201");
  expect(text(pages.renderMethodology({ ...base, method: firstMethod, publication: null, example: null }))).toContain("came with the program");
});

/** The page of an organisation, as the server gets it: silence stays silence, no text of a source becomes markup, and the check that it offers is right. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canonicalize } from "@freehold/protocol/canonical";
import { buildUi } from "../../../ui/build.ts";
import type { CompanyCard } from "../card-schema.ts";
import type { CompanyPage, MapPages } from "./props.ts";

const HOSTILE = `<script>alert(1)</script>" onload="x`;
const folder = mkdtempSync(join(tmpdir(), "freehold-page-"));
let pages: MapPages;
beforeAll(async () => {
  await buildUi();
  pages = (await import(pathToFileURL(join(fileURLToPath(new URL("../../..", import.meta.url)), "build/ui/map.js")).href)) as MapPages;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const record = (id: number, more: Partial<CompanyCard["records"][number]> = {}): CompanyCard["records"][number] => ({
  id,
  source: "list",
  key: `key ${id}`,
  version: "v143",
  dated: "2026-01-22",
  retrievedAt: "2026-11-22T10:00:00Z",
  predecessor: null,
  current: true,
  gone: null,
  link: { record: id, key: "first", value: "", with: null, corroboratedBy: [], words: "The organisation begins with this record" },
  ...more,
});

const silent: CompanyCard = {
  id: "acme",
  name: "Acme",
  names: [{ value: "Acme", records: [1] }],
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
  records: [record(1)],
  history: [],
  related: [],
  has: { declarations: false, observations: false, contact: false, contactOnOwnDomain: false },
};

const practice = (name: string, more: Partial<CompanyCard["practices"][number]> = {}): CompanyCard["practices"][number] => ({
  term: { scheme: "tcf", code: "purpose 7", name },
  element: "purpose",
  basis: "legitimate-interest",
  flexible: true,
  purposes: [],
  quote: "legIntPurposes: 7",
  record: 1,
  ...more,
});

const telling: CompanyCard = {
  ...silent,
  practices: [practice("Measure ads")],
  retention: [{ value: null, records: [1] }],
  purposeMatrix: {
    columns: ["consent", "legitimate-interest"],
    rows: [
      {
        id: "tcf:purpose 7",
        name: "Measure how ads work",
        element: "purpose",
        cells: [
          { declared: [], flexible: false },
          { declared: [0], flexible: true },
        ],
        observed: { sites: 0, unanswered: 0, refused: 0, records: [], inferredFrom: "" },
        mark: "declared",
      },
      {
        id: "dpv:ServicePersonalisation",
        name: "Personalise content",
        element: "purpose",
        cells: [
          { declared: [], flexible: false },
          { declared: [], flexible: false },
        ],
        observed: { sites: 2, unanswered: 1, refused: 1, records: [2], inferredFrom: "acme.example is filed under “social”" },
        mark: "observed-not-declared",
      },
    ],
  },
  contacts: [{ value: { kind: "email", value: "", purpose: "rights" }, records: [1], onOwnDomain: null, redacted: true }],
  seenOn: [
    {
      site: "shop.example",
      record: 2,
      at: "2025-04-28T12:00:00Z",
      tool: "A scanner 1",
      states: [
        { state: "unanswered", gpc: true, requests: 3, domains: ["acme.example"], cookies: [{ name: "id", days: 30, domain: "acme.example" }], techniques: [] },
        { state: "refused", requests: 1, domains: ["acme.example"], cookies: [], techniques: ["canvas-fingerprinting"] },
      ],
    },
  ],
  evidence: [record(2, { source: "scans", dated: "2025-04-28" })],
  has: { declarations: true, observations: true, contact: true, contactOnOwnDomain: false },
};

const render = (card: CompanyCard, more: Partial<CompanyPage> = {}) =>
  pages.renderCompany({
    signals: null,
    site: { origin: "register.example/log", url: "https://register.example" },
    sources: {
      list: {
        id: "list",
        name: "The list",
        home: "https://list.example/",
        licence: { id: "CC0-1.0", url: "https://list.example/licence" },
        gives: ["declared"],
      },
    },
    corrections: "mailto:corrections@register.example",
    card,
    places: { 1: { sha256: "ab".repeat(32), salt: "cd".repeat(16), publication: "ef".repeat(32), index: 41 } },
    logSize: 100,
    scannedSites: 19,
    today: "2026-11-23",
    ...more,
  });
/** What is read, with one space between words. */
const read = (html: string) =>
  html
    .replace(/<head>.*<\/head>/s, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");

test("of an organisation of which nothing is known, nothing is said", () => {
  const text = read(render(silent));
  expect(text).toContain("No declaration of its purposes is known here; no scan known here met it.");
  expect(text).toContain("no domain of it is known, so no scan could have recognised it");
  expect(text).toMatch(/Country not stated/);
  for (const fact of ["Purposes declared nothing known", "Seen on scanned sites nothing known", "Kept for not stated", "Contact none known"])
    expect(text).toContain(fact);
  expect(text).not.toMatch(/ [-–—0] /);
});

test("declared and observed stand beside each other, and lead to what they rest on", () => {
  const html = render(telling);
  const text = read(html);
  expect(text).toContain("Declares 1 purpose in 1 source, of 22 Jan 2026; seen on 1 of 19 scanned sites.");
  expect(text).toMatch(/Measure how ads work D declared \* nothing that speaks for it D declared/);
  expect(text).toMatch(
    /Personalise content 2 of 19 sites , on 1 before any answer, on 1 after refusal inferred acme\.example is filed under “social” O ! observed, not declared/,
  );
  expect(html).toContain('href="#practice-0"');
  expect(html).toContain('id="practice-0"');
  expect(text).toContain("nothing answered, with Global Privacy Control 3 acme.example 1, up to 30 days");
  expect(text).toContain("refused canvas fingerprinting 1 acme.example none set");
  expect(html).toMatch(/href="#record-2"[^]*id="record-2"/);
  expect(text).toContain("The list has the field, and it was left empty");
  expect(text).toContain("withheld, at the wish of the person whom it names");
});

test("a record is in the log, waits, or is known no more", () => {
  const [one, two] = [record(1), record(3)];
  const text = read(render({ ...silent, records: [one, two] }, { places: { 1: { sha256: "ab".repeat(32), salt: null, publication: null, index: 41 } } }));
  expect(text).toMatch(/record and salt were deleted: what is left says nothing entry 41/);
  expect(text).toMatch(/not known awaiting publication/);
});

test("what is older than a year says so", () => {
  expect(read(render(telling, { today: "2027-01-23" }))).toContain(
    "All its declarations that are known here are older than a year, the newest of 22 Jan 2026.",
  );
  expect(read(render(telling, { today: "2027-01-22" }))).not.toContain("older than a year, the newest");
});

test("a correction is one link away, or the page says that this is no register", () => {
  expect(render(silent)).toContain(`href="mailto:corrections@register.example?subject=${encodeURIComponent("Correction: Acme (acme)")}"`);
  expect(read(render(silent, { corrections: null }))).toContain("it is no public register");
});

test("no text of a source becomes markup, script or address", () => {
  const card: CompanyCard = JSON.parse(
    JSON.stringify({
      ...telling,
      website: { value: "javascript:alert(1)", records: [1] },
      notices: [{ value: { kind: "privacy", url: "javascript:alert(1)", language: "en" }, records: [1] }],
      related: [{ id: "other", name: "N", words: "W" }],
      history: [{ at: "2026-11-22T10:00:00Z", record: 1, sentence: "S" }],
      flags: [{ value: { field: "f", words: "F", value: true }, records: [1] }],
      domains: [{ value: "d", records: [1], role: "own", holder: "own", sharedWith: [], contradictedBy: [{ record: 9, organisation: "o" }] }],
      dataMatrix: { columns: [{ id: "c", name: "C" }], rows: [{ id: "all", name: "All", cells: [{ mark: "both", records: [1], words: "W" }] }] },
    }),
    // Every text that is no word of ours and no address or day.
    (key, value: unknown) =>
      typeof value === "string" &&
      !["kind", "url", "role", "holder", "basis", "element", "state", "mark", "at", "dated", "retrievedAt", "source"].includes(key) &&
      value !== "consent" &&
      value !== "legitimate-interest" &&
      !value.startsWith("javascript:")
        ? HOSTILE
        : value,
  ) as CompanyCard;
  const html = render(card);
  expect(html).not.toMatch(/<script|onload="x|href="javascript:|style="/);
  expect(html.match(/alert\(1\)/g)!.length).toBeGreaterThan(20);
});

test("the command that the page offers hashes a record as spec/practice.md says", () => {
  const html = render(silent);
  const command = /node -e '([^']+)'/.exec(html.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&"))![1]!;
  const salt = "00112233445566778899aabbccddeeff";
  const served = { salt, record: { b: [1, 1e21, 0.5, 'ü\u2028"', null, true], a: { z: {}, "€": [], "\ufb33": 1, "😀": 2 } } };
  writeFileSync(join(folder, "record.json"), JSON.stringify(served));
  const expected = createHash("sha256").update(salt, "hex").update(canonicalize(served.record)).digest("hex");
  expect(execFileSync(process.execPath, ["-e", command], { cwd: folder, encoding: "utf8" }).trim()).toBe(expected);
});

import { expect, test } from "vitest";
import type { ScanResult } from "../scan/scan-file.ts";
import { freeholdScan } from "./freehold-scan.ts";

const visit: ScanResult["visits"][number] = {
  state: "refused",
  gpc: false,
  at: "2026-11-23T08:00:00Z",
  ended: "complete",
  words: "The visit was completed.",
  page: { url: "https://shop.example/", status: 200, loaded: true },
  banner: { found: true, provider: "cookieconsent3", answered: true, confirmed: true },
  thirdParties: [{ domain: "tracker.example", hosts: ["px.tracker.example"], before: 0, after: 2 }],
  cookies: [{ name: "uid", domain: "tracker.example", thirdParty: true, days: 390, phase: "after-answer", by: "response" }],
  storage: [],
  techniques: [
    { name: "key-listening", host: "a.tracker.example", phase: "after-answer" },
    { name: "key-listening", host: "b.tracker.example", phase: "after-answer" },
  ],
  forms: null,
  requests: [{ url: "https://shop.example/", type: "document", phase: "before-answer", count: 1 }],
  aside: { bytes: 1, dialogs: 0, downloads: 0, popups: 0, refusedHosts: [], aliasesUnknown: [] },
  evidence: [],
};
const scan = (site: string, at: string, visits = [{ ...visit, at }]): ScanResult => ({
  format: "freehold-scan",
  version: 1,
  site,
  url: `https://${site}/`,
  tool: { name: "freehold", version: "0.1.0", browser: "Chromium 156.0", rules: "autoconsent 16.23.0" },
  conditions: { userAgent: "Mozilla/5.0", language: "en-GB", answerAfterSeconds: 2, observeSeconds: 4 },
  visits,
});
const read = (...values: unknown[]) => freeholdScan.read(values.map((value, i) => ({ name: `${i}.json`, bytes: Buffer.from(JSON.stringify(value)) })));

test("a record for each site and day; further scans of that day have the time in their key", () => {
  const [imported] = read(scan("b.example", "2026-11-24T08:00:00Z"), scan("a.example", "2026-11-23T08:00:00Z"), scan("a.example", "2026-11-23T09:00:00Z"));
  expect(imported!.records.map(({ key, dated }) => [key, dated])).toEqual([
    ["b.example/2026-11-24", "2026-11-24"],
    ["a.example/2026-11-23", "2026-11-23"],
    ["a.example/2026-11-23T09:00:00Z", "2026-11-23"],
  ]);
  expect(imported).toMatchObject({ version: "2026-11-24", dated: "2026-11-24", problems: [], counts: { scans: 3, sites: 2, cookies: 3, unreached: 0 } });
  expect(imported!.records[0]!.raw).not.toHaveProperty("visits.0.requests");
});

test("facts keep the phases apart, and leave out visits that did not reach the page", () => {
  const [imported] = read(scan("a.example", visit.at, [visit, { ...visit, state: "accepted", page: null, ended: "tls" }]));
  expect(imported!.records[0]!.facts).toEqual({
    kind: "scan",
    site: "a.example",
    url: "https://a.example/",
    tool: { name: "freehold", version: "0.1.0, Chromium 156.0, autoconsent 16.23.0" },
    visits: [
      {
        state: "refused",
        gpc: false,
        at: visit.at,
        banner: { found: true, provider: "cookieconsent3", answered: true },
        thirdParties: [{ domain: "tracker.example", hosts: ["px.tracker.example"], requests: 2, phase: "after-answer" }],
        cookies: [{ name: "uid", domain: "tracker.example", thirdParty: true, days: 390, phase: "after-answer" }],
        techniques: [{ name: "other", words: "listened to the keyboard; what became of it was not seen", hosts: ["a.tracker.example", "b.tracker.example"] }],
      },
    ],
  });
});

test.each<[what: string, value: unknown, field: string]>([
  ["another format", { ...scan("a.example", visit.at), format: "har" }, "format"],
  ["a query", { ...scan("a.example", visit.at), url: "https://a.example/?q=1" }, "url"],
  ["a state", scan("a.example", visit.at, [{ ...visit, state: "angry" as "refused" }]), "visits[0].state"],
  ["no visits", scan("a.example", visit.at, []), "visits"],
  ["a count", scan("a.example", visit.at, [{ ...visit, aside: { ...visit.aside, bytes: -1 } }]), "visits[0].aside.bytes"],
])("what is wrong is said with its place: %s", (_, value, field) => {
  expect(read(value)).toMatchObject([{ records: [], problems: [{ file: "0.json", field }] }]);
});

test("a scan that reached nothing has no facts to give, and says so", () => {
  expect(read(scan("a.example", visit.at, [{ ...visit, page: null, ended: "unreachable" }]))).toMatchObject([
    { records: [], problems: [], counts: { scans: 0, unreached: 1 } },
  ]);
});

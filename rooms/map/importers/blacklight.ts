/**
 * Scans in the form of `inspection.json`, which two tools write: the collector of Blacklight (The Markup) and the Website Evidence
 * Collector (European Data Protection Supervisor). The keys are almost the same, so one importer reads both:
 *
 * | | Blacklight | Website Evidence Collector |
 * |---|---|---|
 * | contacted hosts | `hosts.requests.third_party` | `hosts.requests.thirdParty` (other hosts, also of the same domain) |
 * | cookies | `reports.cookies[]`, `expires` as ISO text | `cookies[]`, `expires` in seconds since 1970 |
 * | techniques | `reports.*` | none |
 *
 * Beside it Blacklight puts `blacklight-inspection-result.json`, the texts that its page shows, and `browser-cookies.json` and
 * `requests.har`, of which `inspection.json` is made: they are not read.
 */
import { z } from "zod";
import { lifeInDays } from "../har.ts";
import type { ObservedCookie, ScanFacts, SourceRecord, ThirdParty, Visit } from "../schema.ts";
import type { Importer } from "./importer.ts";
import { type Place, type Problems, cleanText, conform, createProblems, domainOf, hostOf, listOf, readJson, urlOf, withoutQuery } from "./read.ts";
import { collect } from "./records.ts";
import { scanCounts, scanKey, scanVersion } from "./scan.ts";

const address = z.string().max(20_000).transform(withoutQuery);
const instant = z
  .string()
  .max(40)
  .refine((text) => /^\d{4}-\d{2}-\d{2}T/.test(text) && Date.parse(text) >= 0, "This is no instant; it must be of the form 2025-04-28T15:22:25.692Z.");
const host = z
  .string()
  .regex(/^[a-zA-Z0-9._:[\]-]{1,253}$/)
  .toLowerCase();
const hosts = listOf(host, 20_000).optional();

const cookie = z.object({
  name: z.string().max(5_000),
  domain: z.string().max(300),
  path: z.string().max(5_000).optional(),
  expires: z.union([z.number().min(-1).max(1e12), instant]).optional(),
  session: z.boolean().optional(),
});
const cookies = listOf(cookie, 20_000).optional();

const tracker = z.object({ url: z.string().max(200_000) });

/** What a scan has that is kept: no values of cookies, no queries of addresses, no contents. */
const inspection = z.object({
  title: z.string().max(300).optional(),
  uri_ins: address,
  uri_dest: address.optional(),
  start_time: instant,
  end_time: instant.optional(),
  script: z.object({ version: z.object({ npm: z.string().max(100).nullish() }).nullish() }).optional(),
  hosts: z.object({ requests: z.object({ third_party: hosts, thirdParty: hosts }) }),
  cookies,
  reports: z
    .object({
      cookies,
      canvas_fingerprinters: z.object({ fingerprinters: listOf(address, 5_000).optional() }).optional(),
      session_recorders: z.record(z.string().max(1_000), listOf(address, 5_000)).optional(),
      // Of what was typed and sent only the receiver is kept.
      key_logging: z
        .record(
          z.string().max(1_000),
          z.unknown().transform(() => true),
        )
        .optional(),
      fb_pixel_events: listOf(z.object({ raw: address }), 20_000).optional(),
      third_party_trackers: listOf(tracker, 200_000)
        .transform((list) => list.filter(isRemarketing).map(({ url }) => ({ url: withoutQuery(url) })))
        .optional(),
    })
    .optional(),
});

type Inspection = z.infer<typeof inspection>;

export const blacklight: Importer = {
  source: {
    id: "blacklight",
    name: "Blacklight scans",
    home: "https://themarkup.org/blacklight",
    licence: { id: "BSD-3-Clause", url: "https://github.com/the-markup/investigation-healthcare-exchange-tracking/blob/main/LICENSE.txt" },
    attribution: "The Markup",
    gives: ["observed"],
    caution:
      "One visit by an automated browser in the United States, on the day that is shown. It is not known whether a consent banner was answered. Hosts are listed, requests are not counted.",
  },
  adds: true,
  takes: "an inspection.json of Blacklight's collector or the Website Evidence Collector, or a folder of such scans",
  accepts: (name) => /(?:^|\/)inspection\.json(?:\.gz)?$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const keys = new Set<string>();
    for (const [i, file] of files.entries()) {
      const at = { file: file.name };
      const value = readJson(file, problems);
      const facts = Array.isArray(value) ? notAScan(at, problems) : value === undefined ? undefined : readInspection(value, at, problems);
      if (facts !== undefined) {
        const opened = facts.scan.visits[0]!.at;
        out.add({ key: scanKey(facts.scan.site, opened, keys), dated: opened.slice(0, 10), raw: facts.raw, facts: facts.scan }, at);
      }
      report?.((i + 1) / files.length);
    }
    return [{ ...scanVersion(files, out.records), records: out.records, problems: problems.list, counts: scanCounts(out.records) }];
  },
};

function notAScan(at: Place, problems: Problems): undefined {
  problems.add({
    ...at,
    message: "This is a list; a scan is an object. The texts of blacklight-inspection-result.json are no scan: it is in the inspection.json beside them.",
  });
}

function readInspection(value: unknown, at: Place, problems: Problems): { scan: ScanFacts; raw: SourceRecord["raw"] } | undefined {
  const found = conform(inspection, value, at, problems);
  if (found === undefined) return undefined;
  const contacted = found.hosts.requests.third_party ?? found.hosts.requests.thirdParty;
  const site = hostOf(found.uri_ins);
  if (contacted === undefined) {
    problems.add({ ...at, field: "hosts.requests", message: "The list of contacted hosts is missing; it must be there as third_party or thirdParty." });
    return undefined;
  }
  if (site === undefined) {
    problems.add({ ...at, field: "uri_ins", message: "The address that was scanned has no host; it must be one of http or https." });
    return undefined;
  }
  // First is what belongs to the address that was asked for, or to the one that it led to.
  const own = new Set([site, hostOf(found.uri_dest ?? "") ?? site].map(domainOrHost));
  const isWec = found.hosts.requests.thirdParty !== undefined || found.cookies !== undefined;
  const version = found.script?.version?.npm ?? undefined;
  const techniques = techniquesOf(found.reports);
  const visit: Visit = {
    state: "unknown",
    at: `${new Date(found.start_time).toISOString().slice(0, 19)}Z`,
    thirdParties: thirdPartiesOf(contacted, own),
    cookies: cookiesOf(found, own),
    ...(techniques !== undefined && { techniques }),
  };
  const tool = { name: isWec ? "Website Evidence Collector" : "Blacklight", ...(version !== undefined && { version: cleanText(version, 50) }) };
  return {
    scan: { kind: "scan", site, url: urlOf(found.uri_dest ?? "") ?? found.uri_ins, tool, visits: [visit] },
    raw: JSON.parse(JSON.stringify(found)) as SourceRecord["raw"],
  };
}

const domainOrHost = (name: string): string => domainOf(name) ?? name;

function thirdPartiesOf(contacted: readonly string[], own: ReadonlySet<string>): ThirdParty[] {
  const parties = new Map<string, Set<string>>();
  for (const name of contacted) {
    const domain = domainOrHost(name);
    if (!own.has(domain)) parties.set(domain, (parties.get(domain) ?? new Set()).add(name));
  }
  return [...parties]
    .map(([domain, names]) => ({ domain, hosts: [...names].toSorted(), requests: names.size }))
    .toSorted((a, b) => (a.domain < b.domain ? -1 : 1));
}

/** Cookies that the collector only saw being set, and of which it does not know how long they live, are left out. */
function cookiesOf(found: Inspection, own: ReadonlySet<string>): ObservedCookie[] {
  // The browser's jar was read at the end.
  const seen = Date.parse(found.end_time ?? found.start_time);
  return (found.reports?.cookies ?? found.cookies ?? []).flatMap(({ name, domain, expires, session }) => {
    if (expires === undefined && session !== true) return [];
    const ends = typeof expires === "string" ? Date.parse(expires) : (expires ?? -1) * 1000;
    const owner = domain === "" ? [...own][0]! : domainOrHost(cleanText(domain.replace(/^\./, "").toLowerCase(), 253));
    return [{ name: cleanText(name, 200), domain: owner, thirdParty: !own.has(owner), days: session === true || ends < 0 ? null : lifeInDays(ends, seen) }];
  });
}

/** Absent where the tool does not look for any. */
function techniquesOf(reports: Inspection["reports"]): Visit["techniques"] {
  if (reports === undefined) return undefined;
  const hostsOf = (addresses: readonly string[]): string[] =>
    [...new Set(addresses.map((text) => hostOf(/^[a-z]+:/.test(text) ? text : `https://${text}`)).filter((name) => name !== undefined))].toSorted();
  const all: NonNullable<Visit["techniques"]> = [
    { name: "canvas-fingerprinting", hosts: hostsOf(reports.canvas_fingerprinters?.fingerprinters ?? []) },
    { name: "session-recording", hosts: hostsOf(Object.values(reports.session_recorders ?? {}).flat()) },
    { name: "key-logging", hosts: hostsOf(Object.keys(reports.key_logging ?? {})) },
    { name: "facebook-pixel", hosts: hostsOf((reports.fb_pixel_events ?? []).map((event) => event.raw)) },
    { name: "google-remarketing", hosts: hostsOf((reports.third_party_trackers ?? []).map((request) => request.url)) },
  ];
  return all.filter((technique) => technique.hosts.length > 0);
}

/** Blacklight's rule: a request of Google Analytics (its older kind, ids `UA-`) to the host by which audiences for advertising are made. */
function isRemarketing({ url }: { url: string }): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, searchParams } = new URL(url);
  return hostname === "stats.g.doubleclick.net" && (searchParams.get("tid") ?? "").startsWith("UA-");
}

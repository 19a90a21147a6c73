/** Scans by the scanner of Freehold (spec/scan.md). */
import type { JsonValue } from "@freehold/protocol/canonical";
import { scanFile } from "../scan/scan-file.ts";
import type { ScanResult, ScanVisit, Technique } from "../scan/scan-file.ts";
import type { ScanFacts, Visit } from "../schema.ts";
import type { Importer } from "./importer.ts";
import { cleanText, conform, createProblems, readJson } from "./read.ts";
import { collect } from "./records.ts";
import { scanCounts, scanKey, scanVersion } from "./scan.ts";

const WORDS: Readonly<Record<Technique, { name: NonNullable<Visit["techniques"]>[number]["name"]; words?: string }>> = {
  "canvas-fingerprinting": { name: "canvas-fingerprinting" },
  "webgl-renderer": { name: "other", words: "read the name of the graphics card" },
  "audio-fingerprinting": { name: "other", words: "computed sound that is not played, by which devices can be told apart" },
  "font-enumeration": { name: "other", words: "tried out which fonts are installed" },
  "key-listening": { name: "other", words: "listened to the keyboard; what became of it was not seen" },
};

export const freeholdScan: Importer = {
  source: {
    id: "freehold-scan",
    name: "Scans by Freehold",
    home: "https://github.com/duckduckgo/autoconsent",
    licence: { id: "CC0-1.0", url: "https://creativecommons.org/publicdomain/zero/1.0/" },
    gives: ["observed"],
    caution:
      "One page, visited by an automated browser on one day from one place. What was not seen may still be there: behind a log-in, for other countries, at another time.",
  },
  adds: true,
  takes: "a scan.json of the scanner (spec/scan.md), or a folder of scans",
  accepts: (name) => /(?:^|\/)scan\.json(?:\.gz)?$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const keys = new Set<string>();
    let unreached = 0;
    for (const [i, file] of files.entries()) {
      const at = { file: file.name };
      const value = readJson(file, problems);
      const scan = value === undefined ? undefined : conform(scanFile, value, at, problems);
      report?.((i + 1) / files.length);
      if (scan === undefined) continue;
      const facts = factsOf(scan);
      const [first] = facts.visits;
      // A scan that did not reach the page says nothing of it.
      if (first === undefined) unreached += 1;
      else out.add({ key: scanKey(scan.site, first.at, keys), dated: first.at.slice(0, 10), raw: rawOf(scan), facts }, at);
    }
    return [{ ...scanVersion(files, out.records), records: out.records, problems: problems.list, counts: { ...scanCounts(out.records), unreached } }];
  },
};

/** Single addresses stay in the file: there are thousands, and paths can name people. */
function rawOf({ visits, ...scan }: ScanResult): JsonValue {
  return { ...scan, visits: visits.map((visit) => Object.fromEntries(Object.entries(visit).filter(([name]) => name !== "requests"))) } as unknown as JsonValue;
}

/** Visits that did not reach the page say nothing of it, and are left out. */
function factsOf({ site, url, tool, visits }: ScanResult): ScanFacts {
  return {
    kind: "scan",
    site,
    url,
    tool: { name: cleanText(tool.name), version: cleanText(`${tool.version}, ${tool.browser}, ${tool.rules}`) },
    visits: visits.filter(({ page }) => page !== null).map(visitOf),
  };
}

function visitOf({ state, gpc, at, banner, thirdParties, cookies, techniques }: ScanVisit): Visit {
  const { found, provider, answered } = banner;
  const byTechnique = Map.groupBy(techniques, ({ name }) => name);
  return {
    state,
    gpc,
    at,
    banner: { found, answered, ...(provider !== undefined && { provider: cleanText(provider) }) },
    // One for each phase, so that what was reached after the answer can be told from what was reached before.
    thirdParties: thirdParties.flatMap(({ domain, hosts, before, after }) => [
      ...(before > 0 || after === 0 ? [{ domain, hosts, requests: before, phase: "before-answer" as const }] : []),
      ...(after > 0 ? [{ domain, hosts, requests: after, phase: "after-answer" as const }] : []),
    ]),
    cookies: cookies.map(({ name, domain, thirdParty, days, phase }) => ({ name: cleanText(name), domain, thirdParty, days, phase })),
    techniques: [...byTechnique].map(([name, seen]) => ({ ...WORDS[name], hosts: seen.map(({ host }) => host) })),
  };
}

/** What the importers of scans share: keys, versions, and the figures that scans are known by. */
import type { SourceRecord } from "../schema.ts";
import type { ImportFile, Imported } from "./importer.ts";
import { domainOf } from "./read.ts";
import { versionOf } from "./version.ts";

/**
 * The key of a scan: site and day. Of several scans of a site on one day the first that is read has it, the others have the time added.
 *
 * @param at instant `YYYY-MM-DDTHH:MM:SSZ`.
 * @param taken the keys so far; the new one is added.
 */
export function scanKey(site: string, at: string, taken: Set<string>): string {
  const byDay = `${site.slice(0, 170)}/${at.slice(0, 10)}`;
  const key = taken.has(byDay) ? `${site.slice(0, 170)}/${at}` : byDay;
  taken.add(key);
  return key;
}

/** The day of the newest scan, which is what the version is called. */
export function scanVersion(files: readonly ImportFile[], records: readonly SourceRecord[]): Pick<Imported, "version" | "dated"> {
  const dated = records
    .map((record) => record.dated!)
    .toSorted()
    .at(-1);
  return dated === undefined ? { version: versionOf(files) } : { version: dated, dated };
}

/**
 * - `thirdPartyDomains`: distinct registrable domains of third parties, over all scans;
 * - `siteDomainPairs`: the same, counted once for each scan;
 * - `cookies`, `thirdPartyCookies`: all that were found in the browser, each name, host and path for itself.
 *
 * Third parties without a registrable domain (an address in numbers, a name such as `invalid`) stand in the facts and are not counted.
 */
export function scanCounts(records: readonly SourceRecord[]): Imported["counts"] {
  const visits = records.flatMap(({ facts }) => (facts.kind === "scan" ? facts.visits : []));
  const domains = visits.map((visit) => visit.thirdParties.map((party) => party.domain).filter((domain) => domainOf(domain) === domain));
  const cookies = visits.flatMap((visit) => visit.cookies);
  return {
    scans: records.length,
    sites: new Set(records.map(({ facts }) => (facts.kind === "scan" ? facts.site : ""))).size,
    thirdPartyDomains: new Set(domains.flat()).size,
    siteDomainPairs: domains.flat().length,
    cookies: cookies.length,
    thirdPartyCookies: cookies.filter((cookie) => cookie.thirdParty).length,
  };
}

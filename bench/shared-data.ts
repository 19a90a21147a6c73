/** The open data that benchmarks of the map read, where it lies beside the repository; what each source is read from. */
import { fileURLToPath } from "node:url";
import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = fileURLToPath(new URL("../../shared/data", import.meta.url));

/** Source, and its file or folder. In the order in which records of the same organisation should be joined. */
export const sharedSources: readonly (readonly [source: string, path: string])[] = (
  [
    ["tcf-gvl", "iab-gvl"],
    ["prebid", "prebid-metadata/modules.ndjson"],
    ["third-party-web", "third-party-web/entities.json"],
    ["prebid-server", "prebid-server/bidder-info.ndjson"],
    ["datenanfragen", "datenanfragen"],
    ["justdeleteme", "justdeleteme/sites.json"],
    ["ca-data-brokers", "ca-data-brokers/data-broker-opt-out-pages.csv"],
    ["location-data", "markup-blacklight/location-data-companies.csv"],
    ["whotracksme", "whotracksme/trackerdb-2022-08.sql"],
    ["whotracksme-preview", "whotracksme"],
    ["open-cookie-database", "open-cookie-database/open-cookie-database.csv"],
    ["blacklight", "markup-blacklight/healthcare-exchanges-2025"],
  ] as const
).map(([source, path]) => [source, join(folder, path)]);

/** Ends the benchmark with a sentence where the data are not there. */
export function requireSharedData(): void {
  if (existsSync(folder)) return;
  console.error(`This benchmark reads open data of others in ${folder}, which is not there. They are not part of the repository.`);
  process.exit(66);
}

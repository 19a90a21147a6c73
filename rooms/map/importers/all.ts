/** The importers of the map, in the order in which people read of them: what organisations declare, who they are, what was seen. */
import { art30Csv } from "./art30-csv.ts";
import { blacklight } from "./blacklight.ts";
import { caDataBrokers } from "./ca-data-brokers.ts";
import { datenanfragen } from "./datenanfragen.ts";
import { dpvJsonld } from "./dpv-jsonld.ts";
import { fides } from "./fides.ts";
import { freeholdScan } from "./freehold-scan.ts";
import { har } from "./har.ts";
import type { Importer } from "./importer.ts";
import { justdeleteme } from "./justdeleteme.ts";
import { locationData } from "./location-data.ts";
import { openCookieDatabase } from "./open-cookie-database.ts";
import { openTermsArchive } from "./open-terms-archive.ts";
import { prebidServer } from "./prebid-server.ts";
import { prebid } from "./prebid.ts";
import { tcfGvl } from "./tcf-gvl.ts";
import { thirdPartyWeb } from "./third-party-web.ts";
import { whotracksmePreview } from "./whotracksme-preview.ts";
import { whotracksme } from "./whotracksme.ts";

export const importers: readonly Importer[] = [
  tcfGvl,
  prebid,
  prebidServer,
  datenanfragen,
  justdeleteme,
  caDataBrokers,
  locationData,
  art30Csv,
  dpvJsonld,
  fides,
  thirdPartyWeb,
  whotracksme,
  whotracksmePreview,
  openCookieDatabase,
  openTermsArchive,
  freeholdScan,
  blacklight,
  har,
];

/**
 * The importer of a source; undefined where there is none.
 *
 * @example
 * ```ts
 * importerOf("tcf-gvl")?.source.name; // "IAB Europe: Global Vendor List"
 * ```
 */
export function importerOf(id: string): Importer | undefined {
  return importers.find(({ source }) => source.id === id);
}

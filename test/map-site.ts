/** A register whose map holds all open data at hand, and someone who reads it in Chromium. */
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { importerOf } from "../rooms/map/importers/all.ts";
import type { ImportFile } from "../rooms/map/importers/importer.ts";
import { takeInAll } from "../rooms/map/intake/intake.ts";
import { readPath } from "../rooms/map/intake/read-path.ts";
import { openMapStore } from "../rooms/map/store.ts";
import { startChromium } from "./chromium.ts";
import { startRegister, temporaryFolder } from "./register.ts";
import type { RunningRegister } from "./register.ts";
import { sharedData } from "./shared-data.ts";

const SOURCES: readonly (readonly [source: string, path: string])[] = [
  ["tcf-gvl", "iab-gvl"],
  ["prebid", "prebid-metadata/modules.ndjson"],
  ["third-party-web", "third-party-web/entities.json"],
  ["prebid-server", "prebid-server/bidder-info.ndjson"],
  ["datenanfragen", "datenanfragen"],
  ["justdeleteme", "justdeleteme/sites.json"],
  ["ca-data-brokers", "ca-data-brokers/data-broker-opt-out-pages.csv"],
  ["whotracksme", "whotracksme/trackerdb-2022-08.sql"],
  ["open-cookie-database", "open-cookie-database/open-cookie-database.csv"],
  ["blacklight", "markup-blacklight/healthcare-exchanges-2025"],
];

/** An organisation of a hostile source: markup wherever text can stand, and the longest names. */
const HOSTILE = `"controller","contact","purpose","legal_basis","data_categories","recipients","retention"
"<script>document.title='caught'</script><img src=x onerror=document.title='caught'>","mailto:<b>x</b>@evil.example","<iframe srcdoc=x>","consent","<svg onload=document.title='caught'>","</table><h1>","<i>"
"${"Unbroken".repeat(24)}","${"x".repeat(60)}@long.example","${"Purpose".repeat(20)}","consent","pd:EmailAddress","",""
`;

export interface MapReader {
  register: RunningRegister;
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; wrong: string[]; context: BrowserContext }>;
  close(): Promise<void>;
}

export async function openMapReader(flags = ""): Promise<MapReader> {
  const folder = temporaryFolder();
  const store = openMapStore(folder);
  const hostile: ImportFile = { name: "record.csv", bytes: new TextEncoder().encode(HOSTILE) };
  takeInAll(
    store,
    [
      ...SOURCES.map(([source, path]) => ({ importer: importerOf(source)!, files: readPath(sharedData(path), importerOf(source)!) })),
      { importer: importerOf("art30-csv")!, files: [hostile] },
    ],
    { retrievedAt: "2026-11-23T08:00:00Z", acceptPartial: true },
  );
  store.close();
  const [browser, register] = await Promise.all([startChromium(), startRegister({ folder, flags: `--corrections mailto:map@register.example ${flags}` })]);
  return {
    register,
    async open(path, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const wrong: string[] = [];
      // Chromium also reports the status of an error page itself. A breach of the content security policy is an error in the console.
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && !/status of 4\d\d/.test(message.text()) && wrong.push(message.text()));
      page.on("pageerror", (error) => wrong.push(error.message));
      await page.goto(register.url + path);
      return { page, wrong, context };
    },
    async close() {
      await browser.close();
      await register.stop();
    },
  };
}

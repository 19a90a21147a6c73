/** Pages of organisations rendered from their cards, with nothing kept between two: on one core, beside the empty frame of a page. */
import { importerOf } from "../rooms/map/importers/all.ts";
import { takeInAll } from "../rooms/map/intake/intake.ts";
import { readPath } from "../rooms/map/intake/read-path.ts";
import { openMapStore } from "../rooms/map/store.ts";
import type { CompanyPage, MapPages } from "../rooms/map/views/props.ts";
import { loadPages } from "../server/rendering.ts";
import { withFolder } from "./process.ts";
import { cpuMicroseconds, report, thousands } from "./report.ts";
import { requireSharedData, sharedSources } from "./shared-data.ts";

requireSharedData();
const pages: MapPages = await loadPages("map");
await withFolder(async (folder) => {
  const store = openMapStore(folder);
  takeInAll(
    store,
    sharedSources.map(([source, path]) => ({ importer: importerOf(source)!, files: readPath(path, importerOf(source)!) })),
    { retrievedAt: "2026-11-23T08:00:00Z" },
  );
  const sources = store.descriptions();
  const frame = {
    site: { origin: "register.example", url: "https://register.example" },
    sources,
    corrections: "mailto:map@register.example",
    logSize: 1,
    scannedSites: 19,
    today: "2026-11-23",
  };
  const ids = store.allRows().map(({ id }) => id);
  const pageOf = (id: string): CompanyPage => {
    const card = store.card(id)!;
    return { ...frame, card, places: store.places(card.records.map((one) => one.id)), signals: null } as CompanyPage;
  };
  let at = 0;
  const each = cpuMicroseconds(() => pages.renderCompany(pageOf(ids[(at = (at + 7919) % ids.length)]!)), { milliseconds: 1500 });
  const declared = store.rows({ has: "declarations" }, 500).rows.map(({ id }) => id);
  const vendor = cpuMicroseconds(() => pages.renderCompany(pageOf(declared[(at = (at + 1) % declared.length)]!)), { milliseconds: 1500 });
  const largest = pageOf(store.rows({ has: "both", sort: "seen" }, 1).rows[0]!.id);
  const big = cpuMicroseconds(() => pages.renderCompany(largest), { milliseconds: 800 });
  const empty = cpuMicroseconds(() => pages.renderExplore({ ...frame, figures: store.figures(), data: "/" }), { milliseconds: 400 });
  store.close();
  const row = (figure: string, micro: number, goal?: number) => ({
    figure,
    measured: `${thousands(1e6 / micro)} pages/s`,
    against: `page without content: ${thousands(1e6 / empty)}/s (${(empty / micro).toFixed(2)})`,
    ...(goal !== undefined && { goal: `>= ${thousands(goal)}`, met: 1e6 / micro >= goal }),
  });
  report("Pages of organisations, read from the store and rendered, one core, nothing kept", [
    row("all organisations in turn", each, 1500),
    row("those with declarations in turn", vendor),
    row("the one seen on most sites, rendered", big),
  ]);
});

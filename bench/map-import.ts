/** Everything in ../shared/data read into a map: time, memory, and what comes of it. The limit: reading and parsing the same bytes as JSON or text. */
import { readFileSync, statSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { importerOf } from "../rooms/map/importers/all.ts";
import { takeInAll } from "../rooms/map/intake/intake.ts";
import { readPath } from "../rooms/map/intake/read-path.ts";
import { openMapStore } from "../rooms/map/store.ts";
import { withFolder } from "./process.ts";
import { report, thousands } from "./report.ts";
import { requireSharedData, sharedSources } from "./shared-data.ts";

requireSharedData();
await withFolder(async (folder) => {
  const before = performance.now();
  let bytes = 0;
  for (const [, path] of sharedSources) for (const file of filesOf(path)) bytes += JSON.stringify(readFileSync(file, "latin1")).length;
  const reading = performance.now() - before;

  const store = openMapStore(folder);
  const begun = performance.now();
  const inputs = sharedSources.map(([source, path]) => {
    const importer = importerOf(source)!;
    return { importer, files: readPath(path, importer) };
  });
  takeInAll(store, inputs, { retrievedAt: "2026-11-23T08:00:00Z" });
  const took = performance.now() - begun;
  const figures = store.figures();
  const peak = process.resourceUsage().maxRSS / 1024;
  store.close();
  report("All sources at hand, into an empty map", [
    {
      figure: "read, joined, carded",
      measured: `${(took / 1000).toFixed(1)} s`,
      against: `reading ${(bytes / 1e6).toFixed(0)} MB as text: ${(reading / 1000).toFixed(2)} s`,
      goal: "<= 60 s",
      met: took <= 60_000,
    },
    { figure: "memory, at most", measured: `${peak.toFixed(0)} MB`, goal: "<= 600 MB", met: peak <= 600 },
    { figure: "organisations", measured: thousands(figures.organisations), against: `${thousands(figures.records)} records of ${figures.sources} sources` },
    { figure: "with declarations, observations, both", measured: `${figures.withDeclarations}, ${figures.withObservations}, ${figures.withBoth}` },
  ]);
});

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

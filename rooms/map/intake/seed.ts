/** The first data of a new register: two lists of their publishers' packages. All others are imported by the operator. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Report } from "../store/derive.ts";
import { importerOf } from "../importers/all.ts";
import type { ImportFile } from "../importers/importer.ts";
import { takeInAll } from "./intake.ts";
import type { TakenIn } from "./intake.ts";
import { cacheFolder, fetchPart, readInstalled } from "./npm-package.ts";
import type { PackagePart } from "./npm-package.ts";
import type { MapStore } from "../store.ts";

/** What Prebid publishes of its modules, with the vendors' declarations; the code is not used. */
export const prebidPart: PackagePart = {
  name: "prebid.js",
  version: "11.36.0",
  integrity: "sha512-uFv6NZEoPQ/z5EUbYMVuV0r+3EXHLL+3ZzbC/+g10QCittFuLGWhAkxQas9nUcpbj1aBU2P2mVSq1XJuyNtZaw==",
  wanted: (path) => path === "package/package.json" || /^package\/metadata\/modules\/[^/]+\.json$/.test(path),
};

export interface SeedOptions {
  /** The data folder: what was fetched is kept in its `sources/`. */
  folder: string;
  /** Instant. */
  now: string;
  cache?: string;
  report?: Report;
  /** For tests: another package, and what lays it into a folder. */
  part?: PackagePart;
  fetch?: Parameters<typeof fetchPart>[2];
}

export interface Seeded {
  taken: TakenIn[];
  /** What the operator should know: a sentence each. */
  notes: string[];
}

/** Whether nothing was ever read into the map. */
export function needsSeed(store: MapStore): boolean {
  return store.basis.sources().length === 0;
}

/** The files of the two sources that come as packages. Throws `source_unreachable`. */
export async function readPackage(
  source: "prebid" | "third-party-web",
  { cache = cacheFolder(), part = prebidPart, fetch }: Pick<SeedOptions, "cache" | "part" | "fetch"> = {},
): Promise<ImportFile[]> {
  if (source === "third-party-web") return readInstalled("third-party-web", ["package.json", "dist/entities.json"]);
  return [await fetchPart(part, cache, fetch)];
}

/**
 * Fills a new map. What cannot be had is left out, and said. Throws `unavailable` where the map cannot be written.
 *
 * @example
 * ```ts
 * if (needsSeed(store)) await seed(store, { folder: "./data", now: "2026-11-23T08:00:00Z" });
 * ```
 */
export async function seed(store: MapStore, { folder, now, report = () => {}, ...from }: SeedOptions): Promise<Seeded> {
  const notes: string[] = [];
  const inputs: Parameters<typeof takeInAll>[1][number][] = [];
  for (const id of ["third-party-web", "prebid"] as const) {
    const importer = importerOf(id)!;
    report(0, `getting ${importer.source.name}`);
    try {
      const files = await readPackage(id, from);
      inputs.push({ importer, files });
      if (id === "prebid") keep(folder, files[0]!);
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      notes.push(
        `${importer.source.name} is not in the map yet: ${error.message} All else works without it; to get it later: npm run operator -- map sync ${id}`,
      );
    }
  }
  // A new register does not stay empty because one record of a list is wrong.
  const taken = takeInAll(store, inputs, { retrievedAt: now, acceptPartial: true, report });
  return { taken, notes };
}

/** Keeps what was fetched beside the map, so that anyone can compare. */
function keep(folder: string, { name, bytes }: ImportFile): void {
  mkdirSync(join(folder, "sources"), { recursive: true });
  writeFileSync(join(folder, "sources", name), bytes);
}

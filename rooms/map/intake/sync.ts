/** Reads the current version of a source from where it is published, and takes it in. */
import { basename } from "node:path";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import { download } from "./download.ts";
import type { Downloaded, DownloadOptions } from "./download.ts";
import type { ImportFile, Importer } from "../importers/importer.ts";
import { requireLicence, takeIn } from "./intake.ts";
import type { IntakeOptions, TakenIn } from "./intake.ts";
import { prebidPart, readPackage } from "./seed.ts";
import type { MapStore } from "../store.ts";

export interface SyncOptions extends Omit<IntakeOptions, "retrievedAt"> {
  /** Milliseconds since 1970. */
  now: number;
  allows?: DownloadOptions["allows"];
  cache?: string;
}

/** Null where what was had last is still fresh, or unchanged. */
export type Synced = TakenIn | { source: string; unchanged: string };

/** Whether a source can be read from where it is published. */
export function canSync({ source, live }: Importer): boolean {
  return live !== undefined || source.id === "prebid" || source.id === "third-party-web";
}

/**
 * Throws `source_unreachable` where it cannot be read, and as {@link takeIn}. A licence that forbids commercial use is asked about
 * before anything is downloaded.
 *
 * @example
 * ```ts
 * await syncSource(store, importerOf("tcf-gvl")!, { now: Date.now() });
 * ```
 */
export async function syncSource(store: MapStore, importer: Importer, { now, allows, cache, ...options }: SyncOptions): Promise<Synced> {
  const { source, live } = importer;
  requireLicence(store, importer, options);
  const retrievedAt = formatInstant(Math.floor(now / 1000));
  const take = (files: readonly ImportFile[]) => takeIn(store, importer, files, { ...options, retrievedAt });
  if (source.id === "prebid") {
    const { integrity: _, ...latest } = prebidPart;
    return take(await readPackage("prebid", { ...(cache !== undefined && { cache }), part: { ...latest, version: "latest" } }));
  }
  if (source.id === "third-party-web") return take(await readPackage("third-party-web"));
  if (live === undefined) throw new FreeholdError("source_unreachable", `${source.name} has no address to read it from: use map import ${source.id} PATH.`);
  const known = store.basis.download(live.urls[0]!);
  if (live.urls.every((url) => Date.parse(store.basis.download(url)?.freshUntil ?? "") > now))
    return { source: source.id, unchanged: "what was read last is still fresh" };
  const downloads: { url: string; got: Downloaded }[] = [];
  for (const url of live.urls) {
    downloads.push({ url, got: await download(url, { known: live.urls.length === 1 ? known : undefined, now, ...(allows && { allows }) }) });
  }
  const files = downloads.flatMap(({ url, got }) => (got.bytes === null ? [] : [{ name: basename(new URL(url).pathname) || source.id, bytes: got.bytes }]));
  const result: Synced = files.length === 0 ? { source: source.id, unchanged: "it has not changed since it was read" } : take(files);
  const failed = "problems" in result && result.problems.length > 0 && !result.taken;
  if (!failed)
    store.transaction(() => downloads.forEach(({ url, got: { etag, modified, freshUntil } }) => store.basis.putDownload(url, { etag, modified, freshUntil })));
  return result;
}

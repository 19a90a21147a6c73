/**
 * The tree of a log while it grows. All that it holds is derived from the store: it can be dropped and opened again at any
 * time, which is also what happens after a failed transaction.
 */
import { concat } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { leafHash } from "@freehold/protocol/merkle";
import { TILE_WIDTH, appendTiles, decodeBundle, encodeBundle } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import type { Store } from "./store.ts";

const HASH = 32;
/** Bytes before an entry in a bundle: its length. */
const LENGTH = 2;
/** Bundles kept for lookups: repeats come in runs. */
const KEPT_BUNDLES = 64;

export interface Tree {
  /** Entries, those not yet flushed included. */
  readonly size: number;
  /** Appends an entry; returns its index. In memory only, until `flush`. */
  append(entry: Uint8Array): number;
  /** Writes what was appended: to be called inside a transaction. If that fails, this tree must not be used any more. */
  flush(): void;
  /** The entry at an index below the size. */
  entry(index: number): Uint8Array;
  /** The bytes of a tile or bundle of the flushed tree, cut to its width; undefined where the tree is not that large. */
  tile(tile: Tile): Uint8Array | undefined;
}

export function openTree(store: Store): Tree {
  let flushed = store.size();
  /** The flushed entries after the last full bundle, those appended since, and their leaf hashes. */
  let edge = decodeBundle(store.edge(), flushed % TILE_WIDTH);
  let appended: Uint8Array[] = [];
  let leafHashes = edge.map(leafHash);
  const kept = new Map<number, Uint8Array>();

  const start = () => flushed - edge.length;
  const stored = (level: Tile["level"], index: number): Uint8Array => {
    const bytes = store.tile(level, index);
    if (bytes === undefined)
      throw new FreeholdError(
        "folder_damaged",
        `The store says that the log has ${flushed} entries, but lacks ${level === "entries" ? "entry bundle" : `the tile of level ${level} at`} ${index}. Restore a backup.`,
      );
    return bytes;
  };
  const bundleAt = (number: number): Uint8Array => {
    const there = kept.get(number);
    if (there !== undefined) return there;
    const bytes = stored("entries", number);
    if (kept.size >= KEPT_BUNDLES) kept.delete(kept.keys().next().value!);
    kept.set(number, bytes);
    return bytes;
  };

  return {
    get size() {
      return flushed + appended.length;
    },
    append(entry) {
      leafHashes.push(leafHash(entry));
      return flushed + appended.push(entry) - 1;
    },
    flush() {
      for (const { tile, bytes } of appendTiles({
        size: start(),
        leafHashes,
        readTile: ({ level, index, width }) => stored(level, index).subarray(0, width * HASH),
      })) {
        if (tile.level !== 0 || tile.width === TILE_WIDTH) store.putTile(tile.level, tile.index, bytes);
      }
      const entries = [...edge, ...appended];
      const full = entries.length - (entries.length % TILE_WIDTH);
      for (let at = 0; at < full; at += TILE_WIDTH) store.putTile("entries", (start() + at) / TILE_WIDTH, encodeBundle(entries.slice(at, at + TILE_WIDTH)));
      if (full > 0) store.clearEdge();
      const added = entries.slice(Math.max(full, edge.length));
      if (added.length > 0) store.addToEdge(flushed + appended.length - added.length, encodeBundle(added));
      flushed += appended.length;
      store.setSize(flushed);
      edge = entries.slice(full);
      leafHashes = leafHashes.slice(full);
      appended = [];
    },
    entry(index) {
      if (index >= flushed) return appended[index - flushed]!;
      if (index >= start()) return edge[index - start()]!;
      const number = Math.floor(index / TILE_WIDTH);
      const bundle = bundleAt(number);
      const starts = entryStarts(bundle, number);
      return bundle.subarray(starts[index % TILE_WIDTH], starts[(index % TILE_WIDTH) + 1]! - LENGTH);
    },
    tile({ level, index, width }) {
      const end = (index * TILE_WIDTH + width) * (level === "entries" ? 1 : TILE_WIDTH ** level);
      if (end > flushed) return undefined;
      const isEdge = index * TILE_WIDTH >= start();
      if (level === "entries") {
        if (isEdge) return encodeBundle(edge.slice(0, width));
        const bundle = stored(level, index);
        return width === TILE_WIDTH ? bundle : bundle.subarray(0, entryStarts(bundle, index)[width]! - LENGTH);
      }
      if (level === 0 && isEdge) return concat(...leafHashes.slice(0, width));
      return stored(level, index).subarray(0, width * HASH);
    },
  };
}

/**
 * Where the entries of a full bundle begin; after the last, where one more would. So that a whole log can be read, and one entry found,
 * without a view of each of them. Throws `folder_damaged` where the bundle does not have so many.
 */
export function entryStarts(bundle: Uint8Array, number: number): Uint32Array {
  const starts = new Uint32Array(TILE_WIDTH + 1);
  let at = LENGTH;
  for (let i = 0; i <= TILE_WIDTH; i++) {
    starts[i] = at;
    at += (bundle[at - 2]! << 8) + bundle[at - 1]! + LENGTH;
  }
  if (starts[TILE_WIDTH] !== bundle.length + LENGTH)
    throw new FreeholdError("folder_damaged", `The entry bundle ${number} does not hold ${TILE_WIDTH} entries. Restore a backup.`);
  return starts;
}

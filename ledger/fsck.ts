/** Recomputes a whole store from its entries alone, by the specification's own fold, and names all that disagrees. */
import { equal, toHex } from "@freehold/protocol/bytes";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { appendLeaf, edgeRoot, emptyEdge, leafHash } from "@freehold/protocol/merkle";
import { parseNote } from "@freehold/protocol/note";
import { emptyFold, foldEntry } from "@freehold/protocol/status";
import { TILE_WIDTH, appendTiles, decodeBundle } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import type { Store } from "./store.ts";

export interface Findings {
  entries: number;
  /** One sentence for each disagreement; empty for a sound store. */
  problems: string[];
}

/** Checks a store. `progress` is called with the share done, 0 to 1. */
export function checkStore(store: Store, progress: (share: number) => void = () => {}): Findings {
  const problems: string[] = [];
  const size = store.size();
  const fold = emptyFold();
  const edge = emptyEdge();
  const published = store.checkpoint();
  const rebuilt = new Map<string, Uint8Array>();
  const name = ({ level, index }: Pick<Tile, "level" | "index">) => `${level}/${index}`;

  for (let number = 0; number * TILE_WIDTH < size; number++) {
    const from = number * TILE_WIDTH;
    const bytes = from + TILE_WIDTH <= size ? store.tile("entries", number) : store.edge();
    const entries = bytes === undefined ? undefined : attempt(problems, `entry bundle ${number}`, () => decodeBundle(bytes, Math.min(TILE_WIDTH, size - from)));
    if (entries === undefined) {
      if (bytes === undefined) problems.push(`Entry bundle ${number} is missing: entries ${from} and on cannot be checked.`);
      return { entries: from, problems };
    }
    const leafHashes = entries.map(leafHash);
    for (const { tile, bytes: made } of appendTiles({ size: from, leafHashes, readTile: (tile) => rebuilt.get(name(tile))! })) {
      rebuilt.set(name(tile), made);
      if (tile.width === TILE_WIDTH) compareTile(store, tile, made, problems, () => rebuilt.delete(name(tile)));
    }
    for (const [i, entry] of entries.entries()) {
      attempt(problems, `entry ${from + i}`, () => foldEntry(fold, entry));
      if (fold.size !== from + i + 1) fold.size = from + i + 1;
      appendLeaf(edge, leafHashes[i]!);
      if (published !== undefined && published.size === from + i + 1) compareCheckpoint(published.note, edge.size, edgeRoot(edge), entry, problems);
    }
    if (number % 64 === 0) progress((from + entries.length) / size);
  }
  for (const [id, made] of rebuilt) {
    const [level, index] = id.split("/").map(Number) as [number, number];
    if (level > 0) compareTile(store, { level, index }, made, problems); // a partial tile of level 0 is not stored: the edge is
  }
  compareBits(store, fold.bits, problems);
  if (published !== undefined && published.size > size)
    problems.push(`A checkpoint of size ${published.size} was published, and the store has ${size} entries.`);
  progress(1);
  return { entries: size, problems };
}

function compareTile(store: Store, { level, index }: Pick<Tile, "level" | "index">, made: Uint8Array, problems: string[], done = () => {}): void {
  const stored = store.tile(level, index);
  if (stored === undefined) problems.push(`The tile of level ${level} at ${index} is missing.`);
  else if (!equal(stored.slice(), made)) problems.push(`The tile of level ${level} at ${index} is not that of its entries.`);
  done();
}

function compareCheckpoint(note: string, size: number, root: Uint8Array, last: Uint8Array, problems: string[]): void {
  const checkpoint = parseCheckpoint(parseNote(note).text);
  if (checkpoint.size !== size || !equal(checkpoint.root, root))
    problems.push(`The published checkpoint has the root ${toHex(checkpoint.root)}; the entries give ${toHex(root)}.`);
  if (decodeEntry(last).kind !== "status") problems.push(`The published tree of size ${size} does not end in a status entry.`);
}

function compareBits(store: Store, bits: Uint8Array, problems: string[]): void {
  const stored = new Uint8Array(bits.length);
  for (const { page, bits: page1 } of store.statusPages()) {
    const at = page * page1.length;
    for (let i = 0; i < page1.length; i++) {
      if (at + i < stored.length) stored[at + i] = page1[i]!;
      else if (page1[i] !== 0) problems.push(`The status bitmap has bits above the log, at byte ${at + i}.`);
    }
  }
  const wrong = stored.findIndex((byte, i) => byte !== bits[i]);
  if (wrong >= 0) problems.push(`The status bitmap is wrong from entry ${8 * wrong} on.`);
}

function attempt<T>(problems: string[], where: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    problems.push(`${where}: ${error.message}`);
    return undefined;
  }
}

/**
 * The static files of a log (C2SP tlog-tiles): names, contents, and proofs made from them. A hash tile holds up to 256
 * hashes of one height; level 0 are leaf hashes, and each hash above is the root of a full tile of the level below.
 */
import { hashChildren } from "#platform";
import { concat } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { consistencyPath, edgeRoot, inclusionPath, leafHash, powerBelow } from "./merkle.ts";
import type { Edge, Subtree } from "./merkle.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** A level of tiles is eight levels of the tree. */
const TILE_HEIGHT = 8;
const HASH_BYTES = 32;
const MAX_ENTRY_BYTES = 0xffff;

/** A tile: `width` hashes (or entries, for a bundle), from position `index * 256` of its level. Partial when `width` < 256. */
export interface Tile {
  /** 0 to 63, or "entries" for a bundle of entries. */
  readonly level: number | "entries";
  readonly index: number;
  /** 1 to 256. */
  readonly width: number;
}

/** Gives the bytes of a tile, at once or later. What it returns must have exactly the width asked for, and not change afterwards. */
export type ReadTile = (tile: Tile) => Uint8Array | Promise<Uint8Array>;

/**
 * The path of a tile below the log's URL prefix.
 *
 * @throws `tile_invalid` for a level, index or width out of range.
 * @see C2SP tlog-tiles, "Merkle Tree" and "Log entries"
 * @example
 * ```ts
 * tilePath({ level: 0, index: 1234067, width: 256 }); // "tile/0/x001/x234/067"
 * tilePath({ level: "entries", index: 0, width: 3 }); // "tile/entries/000.p/3"
 * ```
 */
export function tilePath({ level, index, width }: Tile): string {
  if (level !== "entries" && !(isSize(level) && level <= 63)) throw invalid(`The level of a tile is 0 to 63 or "entries"; ${level} is not`);
  if (!isSize(index)) throw invalid(`The index of a tile is a whole number up to 2^53-1; ${index} is not`);
  if (!isSize(width) || width < 1 || width > TILE_WIDTH) throw invalid(`The width of a tile is 1 to 256; ${width} is not`);
  let number = threeDigits(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) number = `x${threeDigits(rest % 1000)}/${number}`;
  return `tile/${level}/${number}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/**
 * Reads the path of a tile. Each tile has one path; any other way to write it is refused.
 *
 * @throws `tile_invalid` when the text is no such path.
 * @see C2SP tlog-tiles, "Merkle Tree"
 * @example
 * ```ts
 * parseTilePath("tile/1/000.p/17"); // { level: 1, index: 0, width: 17 }
 * ```
 */
export function parseTilePath(path: string): Tile {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (match === null) throw invalid('A tile has a path such as "tile/0/x001/234" or "tile/entries/000.p/17"; this is none');
  const [, level, index, width] = match;
  const tile: Tile = {
    level: level === "entries" ? level : Number(level),
    index: Number(index!.replace(/[x/]/g, "")),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (tilePath(tile) !== path) throw invalid(`The path of this tile is ${tilePath(tile)}, and no other`);
  return tile;
}

/**
 * The tiles that a tree of `size2` leaves has and one of `size1` has not: bundles of entries and hash tiles, each
 * bundle before the leaf hashes of its entries. From size 0, all tiles of a tree. One after another, because a size
 * may come from anyone.
 *
 * @throws `range_invalid` unless 0 <= size1 <= size2 <= 2^53-1.
 * @see C2SP tlog-tiles, "Partial Tiles"
 * @example
 * ```ts
 * [...newTiles(256, 257)].map(tilePath); // ["tile/entries/001.p/1", "tile/0/001.p/1"]
 * ```
 */
export function* newTiles(size1: number, size2: number): Generator<Tile> {
  if (!isSize(size1) || !isSize(size2) || size1 > size2) {
    throw new FreeholdError("range_invalid", `A tree does not grow from size ${size1} to ${size2}: sizes are whole numbers up to 2^53-1.`);
  }
  let [from, to] = [size1, size2];
  for (let level = 0; from < to; level++) {
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < to; index++) {
      const width = Math.min(TILE_WIDTH, to - index * TILE_WIDTH);
      if (level === 0) yield { level: "entries", index, width };
      yield { level, index, width };
    }
    [from, to] = [Math.floor(from / TILE_WIDTH), Math.floor(to / TILE_WIDTH)];
  }
}

/**
 * The bytes of every hash tile that is new when leaves are appended to a tree, as a sequencer publishes them. It
 * reads the partial tiles at the right edge of the old tree, at most one for each level.
 *
 * @param input.size leaves of the tree so far.
 * @param input.leafHashes hashes of the leaves to append.
 * @param input.readTile gives a tile of the old tree; synchronous.
 * @throws `tile_invalid` when a tile does not have the length of its width; `range_invalid` above 2^53-1 leaves.
 * @example
 * ```ts
 * for (const { tile, bytes } of appendTiles({ size: 0, leafHashes, readTile })) write(tilePath(tile), bytes);
 * ```
 */
export function appendTiles(input: {
  readonly size: number;
  readonly leafHashes: readonly Uint8Array[];
  readonly readTile: (tile: Tile) => Uint8Array;
}): { tile: Tile; bytes: Uint8Array }[] {
  const { size, leafHashes, readTile } = input;
  if (!isSize(size) || !isSize(size + leafHashes.length)) throw new FreeholdError("range_invalid", "A tree has at most 2^53-1 leaves.");
  const tiles: { tile: Tile; bytes: Uint8Array }[] = [];
  let from = size;
  let hashes = leafHashes;
  for (let level = 0; hashes.length > 0; level++) {
    let index = Math.floor(from / TILE_WIDTH);
    const old = from % TILE_WIDTH;
    const roots: Uint8Array[] = [];
    for (let at = 0; at < hashes.length; index++) {
      const kept = at === 0 && old > 0 ? [checked(readTile({ level, index, width: old }), { level, index, width: old })] : [];
      const added = hashes.slice(at, at + TILE_WIDTH - (at === 0 ? old : 0));
      const bytes = concat(...kept, ...added);
      tiles.push({ tile: { level, index, width: bytes.length / HASH_BYTES }, bytes });
      if (bytes.length === TILE_WIDTH * HASH_BYTES) roots.push(levels(bytes)[TILE_HEIGHT]!.slice());
      at += added.length;
    }
    from = Math.floor(from / TILE_WIDTH);
    hashes = roots;
  }
  return tiles;
}

/**
 * The bytes of a bundle: each entry after its length, u16 big-endian.
 *
 * @throws `tile_invalid` unless there are 1 to 256 entries of at most 65,535 bytes each.
 * @see C2SP tlog-tiles, "Log entries"
 * @example
 * ```ts
 * encodeBundle([utf8("a"), utf8("bc")]); // 00 01 61 00 02 62 63
 * ```
 */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length < 1 || entries.length > TILE_WIDTH) throw invalid(`A bundle has 1 to 256 entries; this one has ${entries.length}`);
  return concat(
    ...entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw invalid(`An entry in a bundle has at most 65,535 bytes; this one has ${entry.length}`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 255), entry];
    }),
  );
}

/**
 * The entries of a bundle of this width, as views of its bytes. That they are those of the log is known only once
 * their leaf hashes are those of the level 0 tile, or prove into a checkpoint.
 *
 * @throws `tile_invalid` when an entry is cut short, or there are fewer or more entries than `width`.
 * @see C2SP tlog-tiles, "Log entries"
 * @example
 * ```ts
 * decodeBundle(encodeBundle(entries), entries.length).map(leafHash);
 * ```
 */
export function decodeBundle(bytes: Uint8Array, width?: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === width) throw invalid(`The bundle goes on after its ${width} entries`);
    const start = at + 2;
    at = start + (bytes[at]! << 8) + (bytes[at + 1] ?? 0);
    if (start > bytes.length || at > bytes.length) throw invalid(`Entry ${entries.length} of the bundle is cut short`);
    entries.push(bytes.subarray(start, at));
  }
  if (width !== undefined && entries.length !== width) throw invalid(`The bundle has ${entries.length} entries and should have ${width}`);
  return entries;
}

/** The bytes of the level 0 tile over these entries: their leaf hashes, joined. */
export function leafTile(entries: readonly Uint8Array[]): Uint8Array {
  return concat(...entries.map(leafHash));
}

/**
 * The inclusion proof of the leaf at `index` in the tree of `size` leaves, from the tiles of that tree. The tiles are
 * taken as they are: the caller verifies the proof against a checkpoint's root (`verifyInclusion`).
 *
 * All tiles are asked for at once; nothing is awaited when `readTile` answers at once. The hashes inside a tile are
 * computed once for each array, so a reader that returns the same array again makes proofs cheap.
 *
 * @throws `range_invalid` when there is no such leaf; `tile_invalid` when a tile does not have the length of its width.
 * @example
 * ```ts
 * const proof = await inclusionProofFromTiles({ index: 70_000, size: checkpoint.size, readTile });
 * verifyInclusion({ leafHash: leafHash(entry), index: 70_000, size: checkpoint.size, root: checkpoint.root, proof });
 * ```
 */
export async function inclusionProofFromTiles(input: { readonly index: number; readonly size: number; readonly readTile: ReadTile }): Promise<Uint8Array[]> {
  return hashesFromTiles(inclusionPath(input.index, input.size), input.size, input.readTile);
}

/**
 * The proof that the tree of `size2` leaves begins with that of `size1`, from the tiles of the larger one. The caller
 * verifies the proof against two checkpoints (`verifyConsistency`). See {@link inclusionProofFromTiles}.
 *
 * @throws `range_invalid` unless 0 <= size1 <= size2; `tile_invalid` when a tile does not have the length of its width.
 * @example
 * ```ts
 * await consistencyProofFromTiles({ size1: old.size, size2: checkpoint.size, readTile });
 * ```
 */
export async function consistencyProofFromTiles(input: { readonly size1: number; readonly size2: number; readonly readTile: ReadTile }): Promise<Uint8Array[]> {
  return hashesFromTiles(consistencyPath(input.size1, input.size2), input.size2, input.readTile);
}

/**
 * The root hash of the tree of `size` leaves, from the tiles at its right edge.
 *
 * @throws `range_invalid` for no size; `tile_invalid` when a tile does not have the length of its width.
 * @example
 * ```ts
 * equal(await rootFromTiles({ size: checkpoint.size, readTile }), checkpoint.root);
 * ```
 */
export async function rootFromTiles(input: { readonly size: number; readonly readTile: ReadTile }): Promise<Uint8Array> {
  const { hashes } = await edgeFromTiles(input);
  return edgeRoot({ size: input.size, hashes });
}

/**
 * The right edge of the tree of `size` leaves, from which it can grow on (`appendLeaf`).
 *
 * @throws `range_invalid` for no size; `tile_invalid` when a tile does not have the length of its width.
 * @example
 * ```ts
 * const edge = await edgeFromTiles({ size: checkpoint.size, readTile });
 * ```
 */
export async function edgeFromTiles({ size, readTile }: { readonly size: number; readonly readTile: ReadTile }): Promise<Edge> {
  if (!isSize(size)) throw new FreeholdError("range_invalid", `A size is a whole number up to 2^53-1; ${size} is not.`);
  return { size, hashes: await hashesFromTiles(completeSubtrees({ start: 0, end: size }), size, readTile) };
}

/** The root hashes of subtrees of the tree of `size` leaves: first which tiles they need, then read, then compute. */
async function hashesFromTiles(subtrees: readonly Subtree[], size: number, readTile: ReadTile): Promise<Uint8Array[]> {
  const tiles: Tile[] = [];
  const plan = subtrees.map((subtree) => completeSubtrees(subtree).map((part) => place(part, size, tiles)));
  const answers = tiles.map((tile) => readTile(tile));
  const read = answers.some((answer) => answer instanceof Promise) ? await Promise.all(answers.map(async (answer) => answer)) : (answers as Uint8Array[]);
  const heights = read.map((bytes, i) => levels(checked(bytes, tiles[i]!)));
  return plan.map((parts) =>
    parts
      .map(({ tile, height, at }): Uint8Array => heights[tile]![height]!.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES))
      .reduceRight((right, left) => hashChildren(left, right)),
  );
}

/** A subtree as complete ones, from left (the largest) to right. */
function completeSubtrees({ start, end }: Subtree): Subtree[] {
  const parts: Subtree[] = [];
  for (let at = start; at < end;) {
    const next = at + powerBelow(end - at + 1);
    parts.push({ start: at, end: next });
    at = next;
  }
  return parts;
}

/** Where the root hash of a complete subtree is: which of `tiles` (to which its tile is added), how high in it, and at which place. */
function place({ start, end }: Subtree, size: number, tiles: Tile[]): { tile: number; height: number; at: number } {
  let level = 0;
  let span = 1; // leaves under one hash of the level
  while (span * TILE_WIDTH <= end - start) {
    span *= TILE_WIDTH;
    level++;
  }
  const index = Math.floor(start / (span * TILE_WIDTH));
  let tile = tiles.findIndex((known) => known.level === level && known.index === index);
  if (tile < 0) tile = tiles.push({ level, index, width: Math.min(TILE_WIDTH, Math.floor(size / span) - index * TILE_WIDTH) }) - 1;
  const hashes = (end - start) / span;
  return { tile, height: 31 - Math.clz32(hashes), at: ((start / span) % TILE_WIDTH) / hashes };
}

const computed = new WeakMap<Uint8Array, Uint8Array[]>();

/** The hashes of a tile by height in it: its own, then their parents, and so on as far as subtrees are complete. */
function levels(tile: Uint8Array): Uint8Array[] {
  const known = computed.get(tile);
  if (known !== undefined) return known;
  const heights = [tile];
  for (let below: Uint8Array = tile; below.length >= 2 * HASH_BYTES;) {
    const above = new Uint8Array(Math.floor(below.length / (2 * HASH_BYTES)) * HASH_BYTES);
    for (let at = 0; at < above.length; at += HASH_BYTES) {
      above.set(hashChildren(below.subarray(2 * at, 2 * at + HASH_BYTES), below.subarray(2 * at + HASH_BYTES, 2 * at + 2 * HASH_BYTES)), at);
    }
    heights.push(above);
    below = above;
  }
  computed.set(tile, heights);
  return heights;
}

function checked(bytes: Uint8Array, tile: Tile): Uint8Array {
  if (!(bytes instanceof Uint8Array) || bytes.length !== tile.width * HASH_BYTES) {
    throw invalid(
      `The tile ${tilePath(tile)} has ${tile.width} hashes of 32 bytes; what was read has ${bytes instanceof Uint8Array ? bytes.length : "no"} bytes`,
    );
  }
  return bytes;
}

function threeDigits(value: number): string {
  return String(value).padStart(3, "0");
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function invalid(sentence: string): FreeholdError {
  return new FreeholdError("tile_invalid", `${sentence}.`);
}

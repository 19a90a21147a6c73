/** The first pass over a log: its entries, their hashes, the tiles and the root; and what the second pass must know beforehand. */
import { hash as digest } from "node:crypto";
import { decodeEntry } from "@freehold/protocol/entry";
import type { Entry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { TILE_WIDTH, decodeBundle, newTiles, tilePath } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import { ahead } from "./ahead.ts";
import type { Watch } from "./anchors.ts";
import type { Findings } from "./disagreement.ts";
import type { Documents } from "./documents.ts";
import { createFingerprints } from "./fingerprints.ts";
import { createHashList } from "./hash-list.ts";
import type { HashList } from "./hash-list.ts";
import { createKeySet } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";
import { createReplayedTree } from "./replayed-tree.ts";
import { IN_FLIGHT } from "./tiles.ts";
import type { FetchTile } from "./tiles.ts";

/** Files that may be missing or broken before the audit stops asking: the size that a checkpoint claims costs nothing. */
const MAX_UNREADABLE = 100;

export interface Replayed {
  /** Entries of each kind; those without the format are `malformed`. */
  counts: { [kind in Entry["kind"] | "malformed"]: number };
  /** Hash tiles that were compared. */
  tiles: number;
  /** Of the whole log, and of its first `earlier` entries. Undefined where entries are unknown. */
  root: Uint8Array | undefined;
  earlierRoot: Uint8Array | undefined;
  /** Entries that were read without a gap from the first on. */
  readable: number;
  /** Whether the last entry of the log is a status entry; undefined where it was not read. */
  endsInStatus: boolean | undefined;
  /** SHA-256 of each bundle below `readable`: the second pass must get the same. */
  bundles: HashList;
  /** The locks that withdrawals open. */
  opened: KeySet;
  /** Fingerprints of entries that may stand in the log twice. */
  suspects: ReadonlySet<string>;
}

export interface ReplayInput {
  size: number;
  /** The size of an earlier checkpoint, at which the root is wanted too. */
  earlier: number | undefined;
  /** What a chain knows: filled on the way. */
  watch?: Watch | undefined;
  fetchTile: FetchTile;
  documents: Documents;
  findings: Findings;
  progress: (done: number) => void;
}

/** Replays the log of a checkpoint. Memory: 8 bytes for each entry, 44 for each withdrawal. Throws `Failure` (69). */
export async function replay({ size, earlier, watch, fetchTile, documents, findings, progress }: ReplayInput): Promise<Replayed> {
  const counts = { record: 0, withdrawal: 0, publication: 0, status: 0, malformed: 0 };
  const tree = createReplayedTree();
  const bundles = createHashList();
  const opened = createKeySet();
  const fingerprints = createFingerprints();
  let tiles = 0;
  let unreadable = 0;
  let readable = size;
  let endsInStatus: boolean | undefined;
  let earlierRoot = earlier === 0 ? tree.root() : undefined;
  /** Whether the tree holds all leaf hashes so far. Those of a bundle that cannot be read are taken from its tile. */
  let rooted = true;

  /** The tiles that were not as they should be, as level/index: what is wrong above them need not be said. */
  const broken = new Set<string>();

  const append = (hash: Uint8Array) => {
    tree.append(hash);
    if (tree.size === earlier) earlierRoot = tree.root();
    if (watch?.roots.has(tree.size) === true) watch.roots.set(tree.size, tree.root());
  };

  const takeBundle = async ({ index: number, width }: Tile, served: Uint8Array | undefined): Promise<boolean> => {
    const first = number * TILE_WIDTH;
    const entries = readBundle(served, width, (code, why) => findings.add(code, first, `The bundle of the entries from index ${first} on ${why}.`));
    if (entries === undefined) {
      readable = Math.min(readable, first);
      return false;
    }
    bundles.push(digest("sha256", served!, "buffer"));
    if (first + width === size) endsInStatus = entries.at(-1)![1] === 4;
    for (const [i, bytes] of entries.entries()) {
      const hash = leafHash(bytes);
      if (rooted) append(hash);
      if (watch !== undefined) look(watch, bytes, hash, first + i);
      // The form of most entries shows without decoding them.
      if (bytes.length === 66 && bytes[0] === 1 && bytes[1] === 1) {
        counts.record++;
        fingerprints.add(hash);
      } else await takeRare(bytes, hash, first + i);
    }
    return true;
  };

  const takeRare = async (bytes: Uint8Array, hash: Uint8Array, index: number) => {
    const entry = readEntry(bytes, (why) => findings.add("entry_malformed", index, `The entry at index ${index}: ${why}`));
    counts[entry?.kind ?? "malformed"]++;
    if (entry === undefined || entry.kind === "status") return;
    fingerprints.add(hash);
    if (entry.kind === "withdrawal") opened.add(lockOf(entry.secret));
    if (entry.kind === "publication") await documents.check(index, entry.hash);
  };

  const takeTile = (tile: Tile & { level: number }, served: Uint8Array | undefined, isKnown: boolean) => {
    const span = TILE_WIDTH ** tile.level;
    const first = tile.index * TILE_WIDTH * span;
    if (served === undefined) findings.add("tile_missing", first, `${tilePath(tile)} is not served.`);
    else if (served.length !== 32 * tile.width)
      findings.add("tile_mismatch", first, `${tilePath(tile)} should have ${32 * tile.width} bytes, and has ${lengthWords(served, 32 * TILE_WIDTH)}.`);
    else if (isKnown) {
      const at = firstDifference(served, tree.tile(tile.level, tile.index), (place) => broken.has(`${tile.level - 1}/${TILE_WIDTH * tile.index + place}`));
      if (at >= 0) findings.add("tile_mismatch", first + at * span, `${tilePath(tile)} has another hash at place ${at} than the entries give.`);
      if (at !== -1) broken.add(`${tile.level}/${tile.index}`);
      tiles++;
    } else {
      for (let at = 0; at < served.length; at += 32) append(served.slice(at, at + 32));
      return true;
    }
    return isKnown;
  };

  let isRead = true;
  for await (const [tile, served] of ahead(newTiles(0, size), IN_FLIGHT, fetchTile)) {
    if (served === undefined) unreadable++;
    if (unreadable > MAX_UNREADABLE) {
      rooted = false;
      break;
    }
    if (tile.level === "entries") {
      isRead = await takeBundle(tile, served);
    } else if (rooted) {
      rooted = takeTile(tile as Tile & { level: number }, served, isRead || tile.level > 0);
      if (tile.level === 0) progress(tile.index * TILE_WIDTH + tile.width);
    }
  }
  await documents.done();
  return { counts, tiles, root: rooted ? tree.root() : undefined, earlierRoot, readable, endsInStatus, bundles, opened, suspects: fingerprints.suspects() };
}

function look({ locks, leaves, recordOf, indexOf }: Watch, bytes: Uint8Array, hash: Uint8Array, index: number): void {
  const leaf = leaves.find(hash, 0);
  if (leaf >= 0 && !indexOf.has(leaf)) indexOf.set(leaf, index);
  if (bytes.length !== 66 || bytes[0] !== 1 || bytes[1] !== 1) return;
  const lock = locks.find(bytes, 34);
  if (lock >= 0 && !recordOf.has(lock)) recordOf.set(lock, index);
}

function readBundle(
  served: Uint8Array | undefined,
  width: number,
  refuse: (code: "bundle_missing" | "bundle_malformed", why: string) => void,
): Uint8Array[] | undefined {
  if (served === undefined) {
    refuse("bundle_missing", "is not served");
    return undefined;
  }
  try {
    return decodeBundle(served, width);
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    refuse("bundle_malformed", `cannot be read: ${error.message.replace(/\.$/, "")}`);
    return undefined;
  }
}

function readEntry(bytes: Uint8Array, refuse: (why: string) => void): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    refuse(error.message);
    return undefined;
  }
}

function lengthWords({ length }: Uint8Array, max: number): string {
  return length > max ? `more than ${max}` : String(length);
}

/** The first place at which two tiles have different hashes that is not excused; -1 where they are the same, -2 where all differences are excused. */
function firstDifference(a: Uint8Array, b: Uint8Array, isExcused: (place: number) => boolean): number {
  if (Buffer.compare(a, b) === 0) return -1;
  for (let place = 0; 32 * place < a.length; place++) {
    if (Buffer.compare(a.subarray(32 * place, 32 * place + 32), b.subarray(32 * place, 32 * place + 32)) !== 0 && !isExcused(place)) return place;
  }
  return -2;
}

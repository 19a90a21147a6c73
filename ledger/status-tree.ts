/**
 * The tree over a status bitmap (spec/status.md), made from that of an earlier checkpoint by hashing what has changed. Hashing all of it, for
 * each checkpoint or each proof, would take tens of milliseconds at a few million entries.
 */
import { equal, toHex } from "@freehold/protocol/bytes";
import { leafHash, rootHash } from "@freehold/protocol/merkle";
import { CHUNK, isEnded } from "@freehold/protocol/status";
import type { StatusProof } from "@freehold/protocol/status";

const HASH = 32;

/** Never changed once it is made. */
export interface StatusTree {
  /** Entries that it covers. */
  readonly size: number;
  /** One bit for each; cut off after the last byte. */
  readonly bits: Uint8Array;
  /** The hashes of the chunks, joined, then those of pairs of them, up to the root; an odd last one is carried up as it is. */
  readonly rows: readonly Uint8Array[];
}

/** The tree of a bitmap. `before`, if given, is that of an earlier one: entries are only ever added, bits only ever set. The bitmap is kept. */
export function growStatusTree(bits: Uint8Array, size: number, before?: StatusTree): StatusTree {
  let count = Math.ceil(size / (8 * CHUNK));
  let row = resized(before?.rows[0], count);
  const known = before === undefined ? 0 : before.rows[0]!.length / HASH;
  let changed: number[] = [];
  for (let i = 0; i < count; i++) {
    if (i < known && equal(chunkAt(before!.bits, i), chunkAt(bits, i))) continue;
    row.set(leafHash(chunkAt(bits, i)), HASH * i);
    changed.push(i);
  }
  const rows = [row];
  for (let level = 1; count > 1; level++) {
    const below = row;
    count = Math.ceil(count / 2);
    row = resized(before?.rows[level], count);
    changed = [...new Set(changed.map((i) => i >>> 1))];
    for (const i of changed) row.set(rootHash([0, 1].map((side) => hashAt(below, 2 * i + side)).filter((hash) => hash !== undefined)), HASH * i);
    rows.push(row);
  }
  return { size, bits, rows };
}

export function statusRootOf({ rows }: StatusTree): Uint8Array {
  return hashAt(rows.at(-1)!, 0) ?? rootHash([]);
}

/** The status proof of a record, under the checkpoint whose last entry holds this tree's root; `inclusion` is that entry's. Throws `range_invalid` at or above the size. */
export function statusProofFrom(tree: StatusTree, index: number, inclusion: readonly Uint8Array[]): StatusProof {
  isEnded(tree.bits, tree.size, index);
  const at = Math.floor(index / (8 * CHUNK));
  const siblings = tree.rows.map((row, level) => hashAt(row, Math.floor(at / 2 ** level) ^ 1));
  return {
    chunk: toHex(chunkAt(tree.bits, at)),
    inclusion: inclusion.map(toHex),
    path: siblings.filter((hash) => hash !== undefined).map(toHex),
    root: toHex(statusRootOf(tree)),
  };
}

function hashAt(row: Uint8Array, i: number): Uint8Array | undefined {
  return HASH * i < row.length ? row.subarray(HASH * i, HASH * (i + 1)) : undefined;
}

/** A copy with room for so many hashes. */
function resized(row: Uint8Array | undefined, hashes: number): Uint8Array {
  const copy = new Uint8Array(HASH * hashes);
  if (row !== undefined) copy.set(row);
  return copy;
}

/** A chunk, the last one padded with zeros. */
function chunkAt(bits: Uint8Array, i: number): Uint8Array {
  const there = bits.subarray(CHUNK * i, CHUNK * (i + 1));
  if (there.length === CHUNK) return there;
  const chunk = new Uint8Array(CHUNK);
  chunk.set(there);
  return chunk;
}

/** The bitmap of what has ended, and its status root (spec/status.md), made from those of the status before by hashing only what has changed. */
import { equal } from "@freehold/protocol/bytes";
import { leafHash, rootHash } from "@freehold/protocol/merkle";
import { CHUNK } from "@freehold/protocol/status";

const HASH = 32;

/** Never changed once it is made. */
export interface Bitmap {
  /** One bit for each entry of the log up to the status. */
  readonly bits: Uint8Array;
  readonly root: Uint8Array;
  /** The hashes of the chunks, joined; then those of pairs of them, up to the root. An odd last one is carried up as it is. */
  readonly rows: readonly Uint8Array[];
}

/** The bitmap of the empty log. */
export const emptyBitmap: Bitmap = { bits: new Uint8Array(0), root: rootHash([]), rows: [] };

/**
 * The bitmap of these bits (whole bytes; those behind the log's size are 0). Of the chunks that are as they were `before` no hash is computed anew: at ten million
 * entries that is 40 ms in which no check would be answered.
 */
export function bitmapOf(bits: Uint8Array, before: Bitmap = emptyBitmap): Bitmap {
  let count = Math.ceil(bits.length / CHUNK);
  const known = Math.ceil(before.bits.length / CHUNK);
  let row = widened(before.rows[0], count);
  let changed: number[] = [];
  for (let i = 0; i < count; i++) {
    const chunk = chunkAt(bits, i);
    if (i < known && equal(chunkAt(before.bits, i), chunk)) continue;
    row.set(leafHash(chunk), HASH * i);
    changed.push(i);
  }
  const rows = [row];
  for (let level = 1; count > 1; level++) {
    const below = row;
    count = Math.ceil(count / 2);
    row = widened(before.rows[level], count);
    changed = [...new Set(changed.map((i) => i >>> 1))];
    for (const i of changed) {
      const pair = below.subarray(2 * HASH * i, 2 * HASH * (i + 1));
      row.set(pair.length === HASH ? pair : rootHash([pair.subarray(0, HASH), pair.subarray(HASH)]), HASH * i);
    }
    rows.push(row);
  }
  return { bits, root: row.length === 0 ? emptyBitmap.root : row.slice(0, HASH), rows };
}

/** The indexes below `size` whose bit is set in `after` and was not in `before`. */
export function newlySet(before: Uint8Array, after: Uint8Array, size: number): number[] {
  const indexes: number[] = [];
  for (let byte = 0; byte < after.length; byte++) {
    const fresh = after[byte]! & ~(before[byte] ?? 0);
    for (let bit = 0; fresh >>> bit !== 0; bit++) if ((fresh & (1 << bit)) !== 0 && 8 * byte + bit < size) indexes.push(8 * byte + bit);
  }
  return indexes;
}

/** A copy with room for so many hashes. */
function widened(row: Uint8Array | undefined, hashes: number): Uint8Array {
  const copy = new Uint8Array(HASH * hashes);
  if (row !== undefined) copy.set(row.subarray(0, copy.length));
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

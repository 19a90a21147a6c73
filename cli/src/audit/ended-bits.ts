/** The status of a log while it is replayed (spec/status.md, "The fold"): the bits, and the root over them at any moment. */
import { leafHash, rootHash } from "@freehold/protocol/merkle";
import { CHUNK } from "@freehold/protocol/status";
import { createHashList, grown } from "./hash-list.ts";
import type { HashList } from "./hash-list.ts";

/** Entries that a chunk covers. */
const CHUNK_BITS = 8 * CHUNK;

export interface EndedBits {
  /** How many bits are 1. */
  readonly count: number;
  /** Sets the bit of an entry to 1. */
  set(index: number): void;
  /** The status root over the entries below `size`, which is not smaller than at the last call, and above every bit that is set. */
  root(size: number): Uint8Array;
  /** The bitmap of the entries below `size`, in whole bytes. */
  bytes(size: number): Uint8Array;
}

/** Memory: three eighths of a byte for each entry. Time of `root`: a path for each chunk that has changed since the last call, not the whole tree. */
export function createEndedBits(): EndedBits {
  let bits = new Uint8Array(64 * CHUNK);
  let count = 0;
  /** The tree: hashes of the chunks, then of pairs of those, up to the root; an odd last one is carried up as it is. */
  const rows: HashList[] = [createHashList()];
  let dirty = new Set<number>();

  const room = (size: number) => {
    while (8 * bits.length < size) bits = grown(bits);
  };
  const put = (row: HashList, at: number, hash: Uint8Array) => (at < row.length ? row.set(at, hash) : row.push(hash));

  return {
    get count() {
      return count;
    },
    set(index) {
      room(index + 1);
      const [at, mask] = [Math.floor(index / 8), 1 << (index % 8)];
      if ((bits[at]! & mask) !== 0) return;
      bits[at]! |= mask;
      count++;
      dirty.add(Math.floor(index / CHUNK_BITS));
    },
    root(size) {
      const chunks = Math.ceil(size / CHUNK_BITS);
      if (chunks === 0) return rootHash([]);
      room(chunks * CHUNK_BITS);
      for (let chunk = rows[0]!.length; chunk < chunks; chunk++) dirty.add(chunk);
      let changed = [...dirty].sort((a, b) => a - b); // in order, because a row grows at its end
      dirty = new Set();
      for (const chunk of changed) put(rows[0]!, chunk, leafHash(bits.subarray(CHUNK * chunk, CHUNK * (chunk + 1))));
      for (let level = 1; rows[level - 1]!.length > 1; level++) {
        const below = rows[level - 1]!;
        const row = (rows[level] ??= createHashList());
        changed = [...new Set(changed.map((node) => Math.floor(node / 2)))];
        for (const node of changed) {
          const left = below.get(2 * node);
          // The root of a tree of two leaves is the hash of two nodes: leaf hashes and nodes are joined alike (RFC 6962, section 2.1).
          put(row, node, 2 * node + 1 < below.length ? rootHash([left, below.get(2 * node + 1)]) : left);
        }
      }
      return rows
        .findLast((row) => row.length === 1)!
        .get(0)
        .slice();
    },
    bytes(size) {
      room(size);
      return bits.subarray(0, Math.ceil(size / 8));
    },
  };
}

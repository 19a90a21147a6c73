/** Which records have ended: the fold of a log, its root, and proofs of single bits (spec/status.md). */
import { hashChildren, sha256 } from "#platform";
import { equal, fromHex, toHex } from "./bytes.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { FreeholdError } from "./errors.ts";
import { inclusionProof, leafHash, rootHash, verifyInclusion } from "./merkle.ts";
import { check, hex, list, object } from "./shape.ts";
import type { Shaped } from "./shape.ts";

/** A chunk is a leaf of the status tree: 32 bytes, 256 entries. */
export const CHUNK = 32;
const BITS = 8 * CHUNK;

const path = list(hex(32), 0, 64);

/** A status proof as it stands in a receipt. */
export const statusProofShape = object({ chunk: hex(CHUNK), inclusion: path, path, root: hex(32) });
export type StatusProof = Shaped<typeof statusProofShape>;

/**
 * The state of a log while it is replayed: its size, one bit for each entry, and what the rules of spec/entry.md need.
 * It grows by about 300 bytes for each record; a register keeps the same in its store.
 */
export interface Fold {
  size: number;
  /** Whole chunks, at least as many as `size` needs. */
  bits: Uint8Array;
  /** The status tree: the hashes of the chunks, then of pairs of those, up to the root; an odd last one is carried up as it is. */
  rows: Uint8Array[][];
  /** By each lock of a record: the indexes that it will end, or that it is open. */
  locks: Map<string, number[] | "open">;
  /** The records and publications, so that none comes twice. (A withdrawal that comes twice meets an open lock.) */
  seen: Set<string>;
}

/** The fold of the empty log. */
export function emptyFold(): Fold {
  return { size: 0, bits: new Uint8Array(CHUNK), rows: [], locks: new Map(), seen: new Set() };
}

/**
 * Applies the next entry of a log to its fold, in place. Throws `entry_malformed` for what no sound log holds at this place
 * (a bad form, the same entry again, a withdrawal without a record) and `status_mismatch` for a status entry with
 * another size or root than the fold gives. The fold is then as it was before.
 *
 * @example
 * ```ts
 * const fold = emptyFold();
 * for (const entry of entries) foldEntry(fold, entry);
 * isEnded(fold.bits, fold.size, index);
 * ```
 */
export function foldEntry(fold: Fold, bytes: Uint8Array): void {
  const entry = decodeEntry(bytes);
  const index = fold.size;
  const twice = () => new FreeholdError("entry_malformed", `The entry at index ${index} stands in the log already.`);
  let ended: number[] = [];
  if (entry.kind === "status") {
    if (entry.size !== index) throw new FreeholdError("status_mismatch", `The status entry at index ${index} has size ${entry.size}.`);
    if (!equal(entry.root, foldedRoot(fold)))
      throw new FreeholdError("status_mismatch", `The status entry at index ${index} has another root than the entries before it give.`);
  } else if (entry.kind === "withdrawal") {
    const lock = key(sha256(entry.secret));
    const records = fold.locks.get(lock);
    if (records === undefined) throw new FreeholdError("entry_malformed", `The withdrawal at index ${index} opens no lock of an earlier record.`);
    if (records === "open") throw twice();
    fold.locks.set(lock, "open");
    ended = records;
  } else {
    const id = key(bytes);
    if (fold.seen.has(id)) throw twice();
    fold.seen.add(id);
    if (entry.kind === "record") {
      const lock = key(entry.lock);
      const records = fold.locks.get(lock);
      if (records === undefined) fold.locks.set(lock, [index]);
      else if (records === "open") ended = [index];
      else records.push(index);
    }
  }
  fold.size = index + 1;
  if (index % BITS === 0) addChunk(fold);
  for (const i of ended) fold.bits[Math.floor(i / 8)]! |= 1 << (i % 8);
  for (const at of new Set(ended.map((i) => Math.floor(i / BITS)))) rehash(fold, at);
}

/** The status root of a folded log: what a status entry that comes next must hold. The same as {@link statusRoot}, without hashing the whole bitmap. */
export function foldedRoot({ rows }: Fold): Uint8Array {
  return rows.at(-1)?.[0] ?? rootHash([]);
}

function addChunk(fold: Fold): void {
  if (8 * fold.bits.length < fold.size) {
    const grown = new Uint8Array(2 * fold.bits.length);
    grown.set(fold.bits);
    fold.bits = grown;
  }
  rehash(fold, Math.ceil(fold.size / BITS) - 1);
}

/** Computes the hash of a chunk and of all nodes above it. */
function rehash({ bits, rows }: Fold, at: number): void {
  let hash = leafHash(chunkAt(bits, at));
  for (let level = 0; ; level++, at = Math.floor(at / 2)) {
    const row = (rows[level] ??= []);
    row[at] = hash;
    if (row.length === 1) return;
    const right = row[at - (at % 2) + 1];
    if (right !== undefined) hash = hashChildren(row[at - (at % 2)]!, right);
  }
}

/** Bytes as a key of a map: a string with one character for each, which takes a third of what the array would. */
function key(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Whether the record at `index` has ended, in a bitmap of `size` entries. Throws `range_invalid` at or above the size: unknown is not zero. */
export function isEnded(bits: Uint8Array, size: number, index: number): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new FreeholdError("range_invalid", `The status covers the indexes below ${size}; ${index} is not known.`);
  return ((bits[Math.floor(index / 8)] ?? 0) & (1 << (index % 8))) !== 0;
}

/**
 * The status root of a bitmap of `size` entries, in whole chunks or cut off after its last byte; bits at and above `size` must
 * be 0. Throws `range_invalid` where the bitmap is shorter than the size: whoever states a size does not make others hash it.
 */
export function statusRoot(bits: Uint8Array, size: number): Uint8Array {
  return rootHash(chunkHashes(bits, size));
}

/** The chunks of a bitmap as leaf hashes of the status tree. */
function chunkHashes(bits: Uint8Array, size: number): Uint8Array[] {
  if (!Number.isSafeInteger(size) || size < 0 || size > 8 * bits.length)
    throw new FreeholdError("range_invalid", `A bitmap of ${size} entries has a byte for each eight of them; this one has ${bits.length} bytes.`);
  return Array.from({ length: Math.ceil(size / BITS) }, (_, i) => leafHash(chunkAt(bits, i)));
}

function chunkAt(bits: Uint8Array, i: number): Uint8Array {
  const chunk = new Uint8Array(CHUNK);
  chunk.set(bits.subarray(CHUNK * i, CHUNK * (i + 1)));
  return chunk;
}

/**
 * The status proof for the record at `index` under a checkpoint whose last entry is the status of this bitmap. `inclusion` is
 * the inclusion proof of that entry, at index `size` of the tree of `size + 1`. Throws `range_invalid` (see {@link isEnded}, {@link statusRoot}).
 */
export function proveStatus(input: { bits: Uint8Array; size: number; index: number; inclusion: readonly Uint8Array[] }): StatusProof {
  const { bits, size, index, inclusion } = input;
  isEnded(bits, size, index);
  const hashes = chunkHashes(bits, size);
  const at = Math.floor(index / BITS);
  return {
    chunk: toHex(chunkAt(bits, at)),
    inclusion: inclusion.map(toHex),
    path: inclusionProof(hashes, at).map(toHex),
    root: toHex(rootHash(hashes)),
  };
}

/**
 * Verifies a status proof against a checkpoint and says whether the record at `index` has ended. The status entry
 * must be the last of this very checkpoint: an older, clean one fails. Throws `status_malformed`, `status_mismatch`.
 */
export function verifyStatus(proof: StatusProof, input: { index: number; checkpoint: { size: number; root: Uint8Array } }): { ended: boolean } {
  check(statusProofShape, proof, "status", "status_malformed");
  const { index, checkpoint } = input;
  const size = checkpoint.size - 1;
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new FreeholdError("status_mismatch", `The status of this checkpoint covers the indexes below ${size}; ${index} is not known.`);
  const root = fromHex(proof.root);
  const chunk = fromHex(proof.chunk);
  try {
    verifyInclusion({
      leafHash: leafHash(encodeEntry({ kind: "status", size, root })),
      index: size,
      size: checkpoint.size,
      root: checkpoint.root,
      proof: proof.inclusion.map((hash) => fromHex(hash)),
    });
    verifyInclusion({
      leafHash: leafHash(chunk),
      index: Math.floor(index / BITS),
      size: Math.ceil(size / BITS),
      root,
      proof: proof.path.map((hash) => fromHex(hash)),
    });
  } catch (cause) {
    throw new FreeholdError("status_mismatch", "The status is not that of the last entry of this checkpoint.", { cause });
  }
  return { ended: isEnded(chunk, BITS, index % BITS) };
}

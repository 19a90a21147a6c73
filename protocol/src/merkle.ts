/** Merkle trees of RFC 6962, section 2.1, which RFC 9162 keeps: hashes, proofs, and the right edge of a growing tree. */
import { hashChildren, sha256 } from "#platform";
import { equal } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

const LEAF_PREFIX = Uint8Array.of(0);

/**
 * The hash of a leaf, SHA-256(0x00 || data). In a Freehold log the data are the bytes of the entry (spec/entry.md).
 *
 * @see RFC 6962, section 2.1
 * @example
 * ```ts
 * leafHash(encodeEntry({ kind: "withdrawal", secret })); // 32 bytes
 * ```
 */
export function leafHash(data: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, data);
}

/**
 * The root hash (MTH) of the tree with these leaf hashes, in order; SHA-256 of nothing for an empty tree.
 *
 * @see RFC 6962, section 2.1
 * @example
 * ```ts
 * rootHash(entries.map(leafHash)); // 32 bytes
 * ```
 */
export function rootHash(leafHashes: readonly Uint8Array[]): Uint8Array {
  const edge = emptyEdge();
  for (const hash of leafHashes) appendLeaf(edge, hash);
  return edgeRoot(edge);
}

/**
 * The right edge of a tree (a *compact range*): all that is needed to let it grow. `hashes` are the roots of the
 * complete subtrees of which it consists, from left (the largest) to right, one for each 1 in the binary form of
 * `size`. Plain data; {@link appendLeaf} changes it in place. Copy it as `{ size, hashes: [...hashes] }`.
 */
export interface Edge {
  size: number;
  hashes: Uint8Array[];
}

/** The edge of a tree without leaves. */
export function emptyEdge(): Edge {
  return { size: 0, hashes: [] };
}

/**
 * Appends a leaf to a tree, in place: one hash on average. The array of the leaf hash is kept, not copied.
 *
 * @throws `range_invalid` when the tree has 2^53-1 leaves already.
 * @example
 * ```ts
 * const edge = emptyEdge();
 * for (const entry of entries) appendLeaf(edge, leafHash(entry));
 * edgeRoot(edge);
 * ```
 */
export function appendLeaf(edge: Edge, hash: Uint8Array): void {
  if (edge.size >= Number.MAX_SAFE_INTEGER) throw new FreeholdError("range_invalid", "A tree has at most 2^53-1 leaves.");
  // Each 1 at the end of the binary size is a complete subtree as large as the one that has just become complete.
  for (let rest = edge.size; rest % 2 === 1; rest = (rest - 1) / 2) hash = hashChildren(edge.hashes.pop()!, hash);
  edge.hashes.push(hash);
  edge.size++;
}

/** The root hash of the tree of which this is the edge. */
export function edgeRoot({ hashes }: Edge): Uint8Array {
  return hashes.length === 0 ? sha256(new Uint8Array(0)) : hashes.reduceRight((right, left) => hashChildren(left, right));
}

/** A run of leaves, from `start` up to and without `end`, that hangs under one node of a tree. */
export interface Subtree {
  readonly start: number;
  readonly end: number;
}

/**
 * The subtrees whose root hashes are the inclusion proof of a leaf, from the leaf's sibling up to the root's child.
 *
 * @throws `range_invalid` unless 0 <= index < size <= 2^53-1.
 * @see RFC 6962, section 2.1.1
 * @example
 * ```ts
 * inclusionPath(2, 3); // [{ start: 0, end: 2 }]
 * ```
 */
export function inclusionPath(index: number, size: number): Subtree[] {
  if (!isSize(index) || !isSize(size) || index >= size) {
    throw new FreeholdError(
      "range_invalid",
      `There is no leaf ${index} in a tree of size ${size}: an index is a whole number below the size, a size at most 2^53-1.`,
    );
  }
  const path: Subtree[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + powerBelow(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * The subtrees whose root hashes are the proof that the tree of `size2` leaves begins with the tree of `size1`
 * leaves. None for size1 = size2, and none for size1 = 0, as C2SP tlog-witness asks of a witness's first checkpoint.
 *
 * @throws `range_invalid` unless 0 <= size1 <= size2 <= 2^53-1.
 * @see RFC 6962, section 2.1.2
 * @example
 * ```ts
 * consistencyPath(2, 3); // [{ start: 2, end: 3 }]
 * ```
 */
export function consistencyPath(size1: number, size2: number): Subtree[] {
  if (!isSize(size1) || !isSize(size2) || size1 > size2) {
    throw new FreeholdError(
      "range_invalid",
      `A tree of size ${size2} does not extend one of size ${size1}: sizes are whole numbers up to 2^53-1, the first not above the second.`,
    );
  }
  if (size1 === 0) return [];
  const path: Subtree[] = [];
  let start = 0;
  let end = size2;
  while (end !== size1) {
    const middle = start + powerBelow(end - start);
    if (size1 <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  // Where the old tree is itself a node of the new one, its root is known and not repeated.
  if (start !== 0) path.push({ start, end });
  return path.reverse();
}

/**
 * The inclusion proof of the leaf at `index`, from the leaf's sibling up to the root's child. It hashes the whole
 * tree: for a large one use `inclusionProofFromTiles` of tile.ts.
 *
 * @throws `range_invalid` when there is no such leaf.
 * @see RFC 6962, section 2.1.1
 * @example
 * ```ts
 * const proof = inclusionProof(leafHashes, 2);
 * verifyInclusion({ leafHash: leafHashes[2], index: 2, size: leafHashes.length, root: rootHash(leafHashes), proof });
 * ```
 */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  return inclusionPath(index, leafHashes.length).map(({ start, end }) => rootHash(leafHashes.slice(start, end)));
}

/**
 * The proof that the tree of all these leaves begins with the tree of the first `size1` of them (see
 * {@link consistencyPath}). It hashes the whole tree: for a large one use `consistencyProofFromTiles` of tile.ts.
 *
 * @throws `range_invalid` when size1 is no size or above the number of leaves.
 * @see RFC 6962, section 2.1.2
 * @example
 * ```ts
 * const [root1, root2] = [rootHash(leafHashes.slice(0, 3)), rootHash(leafHashes)];
 * verifyConsistency({ size1: 3, size2: leafHashes.length, root1, root2, proof: consistencyProof(leafHashes, 3) });
 * ```
 */
export function consistencyProof(leafHashes: readonly Uint8Array[], size1: number): Uint8Array[] {
  return consistencyPath(size1, leafHashes.length).map(({ start, end }) => rootHash(leafHashes.slice(start, end)));
}

/**
 * Checks that the tree with this size and root has this leaf hash at this index. Returns nothing; throws otherwise.
 * The numbers and the proof may come from anyone; the root must come from a verified checkpoint.
 *
 * @throws `inclusion_invalid` when the proof does not hold, or a number is no index or size up to 2^53-1.
 * @see RFC 9162, section 2.1.3.2
 * @example
 * ```ts
 * verifyInclusion({ leafHash: leafHash(entry), index, size: checkpoint.size, root: checkpoint.root, proof });
 * ```
 */
export function verifyInclusion(claim: {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): void {
  const { index, size, root, proof } = claim;
  const refuse = (why: string) => new FreeholdError("inclusion_invalid", `The entry at index ${index} is not shown to be in the tree of size ${size}: ${why}.`);
  if (!isSize(index) || !isSize(size) || index >= size) throw refuse("the index must be a whole number below the size, the size at most 2^53-1");
  if (![claim.leafHash, root, ...proof.slice(0, MAX_PATH)].every(isHash)) throw refuse("a hash does not have 32 bytes");
  let hash = claim.leafHash;
  let node = index;
  let last = size - 1; // the rightmost node of the level of `node`
  for (const sibling of proof) {
    if (last === 0) throw refuse("the proof is too long");
    if (node % 2 === 1 || node === last) {
      hash = hashChildren(sibling, hash);
      // A node without a right sibling is carried up as it is, until it is a right child.
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = hashChildren(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw refuse("the proof is too short");
  if (!equal(hash, root)) throw refuse("the proof leads to another root");
}

/**
 * Checks that the tree (size2, root2) begins with the tree (size1, root1). Returns nothing; throws otherwise. Equal
 * sizes need equal roots and an empty proof. size1 = 0 is refused: every tree begins with the empty one, so nothing
 * can be shown, and a caller that means it must say so itself.
 *
 * @throws `consistency_invalid` when the proof does not hold, or unless 0 < size1 <= size2 <= 2^53-1.
 * @see RFC 9162, section 2.1.4.2
 * @example
 * ```ts
 * verifyConsistency({ size1: old.size, size2: checkpoint.size, root1: old.root, root2: checkpoint.root, proof });
 * ```
 */
export function verifyConsistency(claim: {
  readonly size1: number;
  readonly size2: number;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}): void {
  const { size1, size2, root1, root2, proof } = claim;
  const refuse = (why: string) => new FreeholdError("consistency_invalid", `The tree of size ${size2} is not shown to extend that of size ${size1}: ${why}.`);
  if (!isSize(size1) || !isSize(size2) || size1 === 0 || size1 > size2)
    throw refuse("sizes are whole numbers from 1 to 2^53-1, the first not above the second");
  if (size1 === size2) {
    if (proof.length > 0) throw refuse("trees of equal size need no proof");
    if (!equal(root1, root2)) throw refuse("the sizes are equal and the roots are not");
    return;
  }
  if (![root1, root2, ...proof.slice(0, MAX_PATH)].every(isHash)) throw refuse("a hash does not have 32 bytes");
  let node = size1 - 1;
  let last = size2 - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  // With node 0 the old tree is itself a node of the new one, and the proof starts from its root.
  const [seed, ...path] = node === 0 ? [root1, ...proof] : proof;
  if (seed === undefined) throw refuse("the proof is empty");
  let hash1 = seed;
  let hash2 = seed;
  for (const sibling of path) {
    if (last === 0) throw refuse("the proof is too long");
    if (node % 2 === 1 || node === last) {
      hash1 = hashChildren(sibling, hash1);
      hash2 = hashChildren(sibling, hash2);
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash2 = hashChildren(hash2, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last !== 0) throw refuse("the proof is too short");
  if (!equal(hash1, root1)) throw refuse("the proof leads to another old root");
  if (!equal(hash2, root2)) throw refuse("the proof leads to another new root");
}

/** The longest proof of a tree of at most 2^53-1 leaves has 54 hashes. A longer one is refused before its end is looked at. */
const MAX_PATH = 64;

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === 32;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

/** The largest power of two below `value`, for 2 <= value <= 2^53. (Operators on bits would cut a number to 32 of them.) */
export function powerBelow(value: number): number {
  const high = Math.floor((value - 1) / 2 ** 32);
  return high > 0 ? 2 ** (63 - Math.clz32(high)) : 2 ** (31 - Math.clz32(value - 1));
}

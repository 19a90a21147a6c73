/**
 * Inclusion in a Merkle-Patricia trie (Ethereum's Yellow Paper, appendix D). A node is a branch (17 items), or an
 * extension or leaf (a path and an item). A child shorter than 32 bytes stands in its parent, every other one
 * is named by its Keccak-256.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { equal } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { decodeRlp, encodeRlp, type RlpItem } from "./rlp.ts";

/**
 * The value that the trie with this root has under `key`. `proof` holds the nodes from the root down, in RLP,
 * without those that stand in their parent (as go-ethereum and `eth_getProof` give them), and nothing else.
 * The result is a view into the proof.
 * Throws `inclusion_invalid` where the proof shows no value under this key and root, or has nodes to spare, and
 * `encoding_invalid` where a node is not canonical RLP.
 *
 * @example
 * ```ts
 * const receipt = verifyTrieProof({ root: receiptsRoot, key: encodeRlp(rlpInteger(7)), proof });
 * ```
 */
export function verifyTrieProof(input: { root: Uint8Array; key: Uint8Array; proof: readonly Uint8Array[] }): Uint8Array {
  const { proof } = input;
  const key = nibbles(input.key);
  let reference: RlpItem = input.root;
  let used = 0;
  let at = 0;
  // Ends: every step takes a node from the proof, or goes into a part of the item at hand, which is finite.
  for (;;) {
    let node: RlpItem = reference;
    if (node instanceof Uint8Array) {
      const bytes: Uint8Array | undefined = proof[used++];
      if (bytes === undefined) throw invalid("it ends before the key is reached");
      if (!equal(keccak_256(bytes), node)) throw invalid(`node ${used - 1} is not the one that its parent, or the root, names`);
      node = decodeRlp(bytes);
    } else if (encodeRlp(node).length >= 32) throw invalid(`a node of 32 bytes or more stands inside node ${used - 1}`);
    if (node instanceof Uint8Array) throw invalid(`node ${used - 1} is no list`);

    if (node.length === 17) {
      const nibble = key[at];
      if (nibble === undefined) return finish(node[16]!);
      at++;
      reference = node[nibble]!;
    } else if (node.length === 2) {
      const { path, isLeaf } = hexPrefix(node[0]!);
      for (const nibble of path) if (key[at++] !== nibble) throw invalid("the trie has no value under the key");
      if (isLeaf) {
        if (at !== key.length) throw invalid("the trie has no value under the key");
        return finish(node[1]!);
      }
      if (path.length === 0) throw invalid("an extension has an empty path");
      reference = node[1]!;
    } else throw invalid(`node ${used - 1} has ${node.length} items, and nodes have 2 or 17`);
    if (reference instanceof Uint8Array && reference.length !== 32) throw invalid("the trie has no value under the key");
  }

  function finish(value: RlpItem): Uint8Array {
    if (!(value instanceof Uint8Array) || value.length === 0) throw invalid("the trie has no value under the key");
    if (used !== proof.length) throw invalid(`${proof.length - used} nodes are to spare`);
    return value;
  }
}

/** Half-bytes, high one first. */
function nibbles(bytes: Uint8Array): number[] {
  return Array.from(bytes).flatMap((byte) => [byte >> 4, byte & 15]);
}

/** The path of an extension or leaf: flags (2 leaf, 1 odd length), then the half-bytes (Yellow Paper, appendix C). */
function hexPrefix(item: RlpItem): { path: number[]; isLeaf: boolean } {
  if (!(item instanceof Uint8Array) || item.length === 0) throw invalid("a path is no byte string");
  const [flags, ...rest] = nibbles(item) as [number, ...number[]];
  const isOdd = (flags & 1) === 1;
  if (flags > 3 || (!isOdd && rest[0] !== 0)) throw invalid("a path has flags that do not exist");
  return { path: isOdd ? rest : rest.slice(1), isLeaf: flags >= 2 };
}

function invalid(what: string): FreeholdError {
  return new FreeholdError("inclusion_invalid", `The trie proof does not hold: ${what}.`);
}

import { keccak_256 } from "@noble/hashes/sha3.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex, utf8 } from "./bytes.ts";
import { encodeRlp, type RlpItem } from "./rlp.ts";
import { verifyTrieProof } from "./trie.ts";

const invalid = expect.objectContaining({ name: "FreeholdError", code: "inclusion_invalid" });

/**
 * The trie of do, dog, doge and horse (ethereum/tests, TrieTests/trieanyorder.json, "dogs"), proofs by @ethereumjs/mpt
 * 10.1.3 without the nodes that stand in their parents. Below the branch everything is in one node.
 */
const dogs = fromHex("5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84");
const top = [
  "e216a0bd3ee507e6c67cfefca98f84be47c1bbc009315fabc4405db4ba32190374572a",
  "f84080808080a094a9f95bd89698e4da1812e0518053813b4d5b87caaf6b3c6fa57e9e50c0ff68808080cf85206f727365887374616c6c696f6e8080808080808080",
].map((node) => fromHex(node));
const below = [
  "e482006fa0d43b87fdcd4217013ccc92d04662e12d36e4cc25dc690077cd821a1956fc3e36",
  "f3808080808080de17dc808080808080c63584636f696e8080808080808080808570757070798080808080808080808476657262",
].map((node) => fromHex(node));

test.each([
  ["do", "verb", [...top, ...below]],
  ["dog", "puppy", [...top, ...below]],
  ["doge", "coin", [...top, ...below]],
  ["horse", "stallion", top],
])("the dogs: %s is a %s", (key, value, proof) => {
  expect(verifyTrieProof({ root: dogs, key: utf8(key), proof })).toEqual(utf8(value));
});

test.each(["", "d", "dp", "dogs", "doges", "hors", "horses", "cat"])("the dogs: there is no proof of %j", (key) => {
  for (const proof of [[], top.slice(0, 1), top, [...top, ...below]]) expect(() => verifyTrieProof({ root: dogs, key: utf8(key), proof })).toThrow(invalid);
});

test("nodes that are missing, to spare, doubled or out of order are refused", () => {
  const proof = [...top, ...below];
  for (const wrong of [[], proof.slice(1), proof.slice(0, -1), [...proof, proof[3]!], [proof[0]!, ...proof], proof.toReversed()]) {
    expect(() => verifyTrieProof({ root: dogs, key: utf8("dog"), proof: wrong })).toThrow(invalid);
  }
});

test("no bit of a proof can be changed", () => {
  const proof = [...top, ...below];
  for (const [n, node] of proof.entries()) {
    for (let bit = 0; bit < 8 * node.length; bit++) {
      const changed = proof.with(n, node.with(bit >> 3, node[bit >> 3]! ^ (1 << (bit & 7))));
      expect(() => verifyTrieProof({ root: dogs, key: utf8("dog"), proof: changed })).toThrow(invalid);
    }
  }
});

/** A root that names any bytes as its node: nobody's trie, but whoever gives the root may ask. */
const lone = (node: Uint8Array) => ({ root: keccak_256(node), key: Uint8Array.of(0x12), proof: [node] });

test.each<[string, RlpItem]>([
  ["a byte string", utf8("dog")],
  ["a list of one item", [utf8("dog")]],
  ["a list of three items", [Uint8Array.of(0x20, 0x12), utf8("dog"), utf8("dog")]],
  ["an empty list", []],
  ["an empty path", [utf8(""), utf8("dog")]],
  ["a path that is a list", [[], utf8("dog")]],
  ["flags above 3", [Uint8Array.of(0x40, 0x12), utf8("dog")]],
  ["a filled half-byte beside the flags of an even path", [Uint8Array.of(0x21, 0x12), utf8("dog")]],
  ["an empty value", [Uint8Array.of(0x20, 0x12), utf8("")]],
  ["a value that is a list", [Uint8Array.of(0x20, 0x12), [utf8("dog")]]],
  ["an extension without a path", [Uint8Array.of(0x00), [Uint8Array.of(0x20, 0x12), utf8("dog")]]],
  ["a child of 32 bytes or more", [Uint8Array.of(0x11), [Uint8Array.of(0x32), new Uint8Array(40).fill(1)]]],
  ["a reference of 31 bytes", [Uint8Array.of(0x11), new Uint8Array(31).fill(1)]],
])("a node with %s is refused", (_name, item) => {
  expect(() => verifyTrieProof(lone(encodeRlp(item)))).toThrow(invalid);
});

test("a node that is not canonical RLP is refused as such", () => {
  expect(() => verifyTrieProof(lone(Uint8Array.of(0xc2, 0x81, 0x00)))).toThrow(expect.objectContaining({ code: "encoding_invalid" }));
});

type Pair = readonly [key: string, value: Uint8Array];

/** The node of all pairs from half-byte `at` of their keys on, after the Yellow Paper's appendix D, the slow way. */
function node(pairs: readonly Pair[], at: number): RlpItem {
  const [[first, value]] = pairs as [Pair];
  if (pairs.length === 1) return [hexPrefix(first.slice(at), 2), value];
  const to = fork(pairs, at);
  if (to > at) return [hexPrefix(first.slice(at, to), 0), reference(node(pairs, to))];
  const children = Array.from("0123456789abcdef", (nibble) => {
    const under = pairs.filter(([key]) => key[at] === nibble);
    return under.length === 0 ? new Uint8Array() : reference(node(under, at + 1));
  });
  return [...children, pairs.find(([key]) => key.length === at)?.[1] ?? new Uint8Array()];
}

/** The nodes from this one towards a key. */
function prove(pairs: readonly Pair[], key: string, at = 0): Uint8Array[] {
  const bytes = encodeRlp(node(pairs, at));
  const own = at === 0 || bytes.length >= 32 ? [bytes] : [];
  if (pairs.length === 1) return own;
  const to = fork(pairs, at);
  const under = to > at ? pairs : pairs.filter((pair) => at < key.length && pair[0][at] === key[at]);
  return under.length === 0 ? own : [...own, ...prove(under, key, to > at ? to : at + 1)];
}

function fork(pairs: readonly Pair[], at: number): number {
  const [[first]] = pairs as [Pair];
  let to = at;
  while (to < first.length && pairs.every(([key]) => key[to] === first[to])) to++;
  return to;
}

function hexPrefix(nibbles: string, flag: number): Uint8Array {
  return fromHex(nibbles.length % 2 === 1 ? `${flag + 1}${nibbles}` : `${flag}0${nibbles}`);
}

function reference(item: RlpItem): RlpItem {
  const bytes = encodeRlp(item);
  return bytes.length < 32 ? item : keccak_256(bytes);
}

test("the slow way gives the root and the proofs of the dogs", () => {
  const pairs = Object.entries({ do: "verb", dog: "puppy", doge: "coin", horse: "stallion" }).map(([key, value]) => [toHex(utf8(key)), utf8(value)] as const);
  expect(keccak_256(encodeRlp(node(pairs, 0)))).toEqual(dogs);
  expect(prove(pairs, toHex(utf8("doge")))).toEqual([...top, ...below]);
});

test("in any trie, each key has its value, and a key that is not there has none", () => {
  const bytes = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });
  const close = fc.array(fc.constantFrom(0, 1, 16), { maxLength: 5 }).map((list) => Uint8Array.from(list));
  const key = fc.oneof(bytes(0, 3), close).map(toHex);
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(bytes(1, 4), bytes(30, 40)), { minKeys: 1, maxKeys: 12 }), key, (trie, other) => {
      const pairs = Object.entries(trie);
      const root = keccak_256(encodeRlp(node(pairs, 0)));
      for (const [hex, value] of pairs) expect(verifyTrieProof({ root, key: fromHex(hex), proof: prove(pairs, hex) })).toEqual(value);
      if (!Object.hasOwn(trie, other)) expect(() => verifyTrieProof({ root, key: fromHex(other), proof: prove(pairs, other) })).toThrow(invalid);
    }),
    { numRuns: 300 },
  );
});

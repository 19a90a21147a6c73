import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "./bytes.ts";
import {
  appendLeaf,
  consistencyPath,
  consistencyProof,
  edgeRoot,
  emptyEdge,
  inclusionPath,
  inclusionProof,
  leafHash,
  powerBelow,
  rootHash,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";

const LEAVES = Array.from({ length: 301 }, (_, i) => leafHash(utf8(`leaf ${i}`)));

/** RFC 6962, section 2.1, word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return createHash("sha256").digest();
  if (leaves.length === 1) return leaves[0]!;
  const k = naivePower(leaves.length);
  return createHash("sha256")
    .update(Uint8Array.of(1))
    .update(naiveRoot(leaves.slice(0, k)))
    .update(naiveRoot(leaves.slice(k)))
    .digest();
}
function naivePath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = naivePower(leaves.length);
  return m < k ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))] : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}
function naiveSubproof(m: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = naivePower(leaves.length);
  return m <= k
    ? [...naiveSubproof(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveSubproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}
function naivePower(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}
const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);
const ROOTS = Array.from({ length: 301 }, (_, size) => naiveRoot(LEAVES.slice(0, size)));

test("leaf hashes and roots are those of RFC 6962", () => {
  expect(toHex(leafHash(new Uint8Array(0)))).toBe("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  expect(toHex(leafHash(new Uint8Array(1000)))).toBe(createHash("sha256").update(new Uint8Array(1001)).digest("hex"));
  expect(toHex(rootHash([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("a growing edge has the roots of the recursive definition, sizes 0 to 300", () => {
  const edge = emptyEdge();
  for (let size = 0; size <= 300; size++) {
    expect(toHex(edgeRoot(edge))).toBe(toHex(ROOTS[size]!));
    expect([edge.size, edge.hashes.length]).toEqual([size, size.toString(2).replaceAll("0", "").length]);
    appendLeaf(edge, LEAVES[size]!);
  }
});

test("inclusion proofs are those of the recursive definition, and verify", () => {
  const some = fc.integer({ min: 1, max: 300 }).chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));
  fc.assert(
    fc.property(some, ({ size, index }) => {
      const leaves = LEAVES.slice(0, size);
      const proof = inclusionProof(leaves, index);
      expect(hex(proof)).toEqual(hex(naivePath(index, leaves)));
      verifyInclusion({ leafHash: leaves[index]!, index, size, root: ROOTS[size]!, proof });
    }),
    { examples: [[{ size: 1, index: 0 }], [{ size: 300, index: 299 }], [{ size: 257, index: 256 }]] },
  );
});

test("consistency proofs are those of the recursive definition, and verify", () => {
  const some = fc.integer({ min: 1, max: 300 }).chain((size2) => fc.record({ size1: fc.integer({ min: 1, max: size2 }), size2: fc.constant(size2) }));
  fc.assert(
    fc.property(some, ({ size1, size2 }) => {
      const proof = consistencyProof(LEAVES.slice(0, size2), size1);
      expect(hex(proof)).toEqual(hex(naiveSubproof(size1, LEAVES.slice(0, size2), true)));
      verifyConsistency({ size1, size2, root1: ROOTS[size1]!, root2: ROOTS[size2]!, proof });
    }),
    { examples: [[{ size1: 256, size2: 300 }], [{ size1: 1, size2: 2 }], [{ size1: 300, size2: 300 }]] },
  );
  expect(consistencyProof(LEAVES, 0)).toEqual([]);
});

test("every proof of every tree up to 17 leaves verifies, and no other index, size or old size does", () => {
  for (let size = 1; size <= 17; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(LEAVES.slice(0, size), index);
      for (let other = 0; other <= 17; other++) {
        const claim = { leafHash: LEAVES[index]!, index: other, size, root: ROOTS[size]!, proof };
        if (other === index) verifyInclusion(claim);
        else expect(() => verifyInclusion(claim)).toThrow(expect.objectContaining({ code: "inclusion_invalid" }));
      }
    }
    for (let size1 = 1; size1 <= size; size1++) {
      const claim = { size1, size2: size, root1: ROOTS[size1]!, root2: ROOTS[size]!, proof: consistencyProof(LEAVES.slice(0, size), size1) };
      verifyConsistency(claim);
      for (let other = 0; other <= size; other++) {
        if (other !== size1)
          expect(() => verifyConsistency({ ...claim, size1: other, root1: ROOTS[other]! })).toThrow(expect.objectContaining({ code: "consistency_invalid" }));
      }
    }
  }
});

test("a proof with one bit changed anywhere fails", () => {
  const [size1, size2, index] = [77, 203, 101];
  const inclusion = { leafHash: LEAVES[index]!, index, size: size2, root: ROOTS[size2]!, proof: inclusionProof(LEAVES.slice(0, size2), index) };
  const consistency = { size1, size2, root1: ROOTS[size1]!, root2: ROOTS[size2]!, proof: consistencyProof(LEAVES.slice(0, size2), size1) };
  for (const flipped of flips(inclusion.proof))
    expect(() => verifyInclusion({ ...inclusion, proof: flipped })).toThrow(expect.objectContaining({ code: "inclusion_invalid" }));
  for (const flipped of flips(consistency.proof))
    expect(() => verifyConsistency({ ...consistency, proof: flipped })).toThrow(expect.objectContaining({ code: "consistency_invalid" }));
  for (const [root] of flips([ROOTS[size2]!])) {
    expect(() => verifyInclusion({ ...inclusion, root: root! })).toThrow(expect.objectContaining({ code: "inclusion_invalid" }));
    expect(() => verifyConsistency({ ...consistency, root2: root! })).toThrow(expect.objectContaining({ code: "consistency_invalid" }));
  }
});

function* flips(hashes: readonly Uint8Array[]): Generator<Uint8Array[]> {
  for (let bit = 0; bit < hashes.length * 256; bit++) {
    yield hashes.map((hash, i) => (i === bit >> 8 ? hash.map((byte, at) => (at === (bit & 255) >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : hash));
  }
}

test("numbers stay exact up to 2^53-1, and others are refused", () => {
  const max = Number.MAX_SAFE_INTEGER;
  for (const n of [2, 3, 4, 5, 2 ** 31, 2 ** 31 + 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 52 + 1, max]) expect(powerBelow(n)).toBe(naivePower(n));
  expect(powerBelow(2 ** 53)).toBe(2 ** 52);
  // A path of subtrees tiles the tree: with the leaf itself they are all leaves, once.
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max }), (a, size) => {
      const index = a % size;
      const path = inclusionPath(index, size);
      expect(path.length).toBeLessThanOrEqual(53);
      expect(path.reduce((sum, { start, end }) => sum + BigInt(end - start), 1n)).toBe(BigInt(size));
      const old = index + 1;
      const covered = consistencyPath(old, size).filter(({ start }) => start >= old);
      expect(covered.reduce((sum, { start, end }) => sum + BigInt(end - start), BigInt(old))).toBe(BigInt(size));
    }),
  );
  const hash = LEAVES[0]!;
  for (const bad of [-1, 0.5, Number.NaN, Infinity, 2 ** 53, 2 ** 64]) {
    expect(() => inclusionPath(0, bad)).toThrow(expect.objectContaining({ code: "range_invalid" }));
    expect(() => inclusionPath(bad, max)).toThrow(expect.objectContaining({ code: "range_invalid" }));
    expect(() => consistencyPath(bad, max)).toThrow(expect.objectContaining({ code: "range_invalid" }));
    expect(() => verifyInclusion({ leafHash: hash, index: bad, size: max, root: hash, proof: [] })).toThrow(
      expect.objectContaining({ code: "inclusion_invalid" }),
    );
    expect(() => verifyConsistency({ size1: 1, size2: bad, root1: hash, root2: hash, proof: [] })).toThrow(
      expect.objectContaining({ code: "consistency_invalid" }),
    );
  }
  expect(() => inclusionPath(0, 0)).toThrow(expect.objectContaining({ code: "range_invalid" }));
  expect(() => appendLeaf({ size: max, hashes: [] }, hash)).toThrow(expect.objectContaining({ code: "range_invalid" }));
});

const SHARED = new URL("../../../shared/data/vectors/", import.meta.url);

interface Foreign {
  file: string;
  wantErr: boolean;
  proof: string[] | null;
}

/** Vectors that others wrote, outside this repository: absent on most machines, never where CI is set. */
function foreign<T>(name: string): [string, Foreign & T][] {
  const file = new URL(name, SHARED);
  if (!existsSync(file) && !process.env["CI"]) return [];
  return (JSON.parse(readFileSync(file, "utf8")) as (Foreign & T)[]).map((v) => [v.file, v]);
}

describe.skipIf(!existsSync(SHARED) && !process.env["CI"])("vectors of transparency-dev/merkle", () => {
  const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));
  const settle = (wantErr: boolean, code: string, run: () => void) => (wantErr ? expect(run).toThrow(expect.objectContaining({ code })) : run());

  test.each(foreign<{ leafIdx: number; treeSize: number; root: string; leafHash: string }>("rfc6962-inclusion.json"))("%s", (_, v) => {
    const claim = { leafHash: bytes(v.leafHash), index: v.leafIdx, size: v.treeSize, root: bytes(v.root), proof: (v.proof ?? []).map(bytes) };
    settle(v.wantErr, "inclusion_invalid", () => verifyInclusion(claim));
  });
  test.each(foreign<{ size1: number; size2: number; root1: string; root2: string }>("rfc6962-consistency.json"))("%s", (_, v) => {
    const claim = { size1: v.size1, size2: v.size2, root1: bytes(v.root1), root2: bytes(v.root2), proof: (v.proof ?? []).map(bytes) };
    settle(v.wantErr, "consistency_invalid", () => verifyConsistency(claim));
  });
});

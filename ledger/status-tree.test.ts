import fc from "fast-check";
import { expect, test } from "vitest";
import { proveStatus, statusRoot } from "@freehold/protocol/status";
import { growStatusTree, statusProofFrom, statusRootOf } from "./status-tree.ts";
import type { StatusTree } from "./status-tree.ts";

test("a tree that has grown through any sizes and bits has the root and the proofs of the specification", () => {
  const step = fc.record({ entries: fc.integer({ min: 0, max: 2000 }), ended: fc.array(fc.nat(), { maxLength: 5 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.nat(), (steps, any) => {
      const bits = new Uint8Array(2000);
      let size = 0;
      let tree: StatusTree | undefined;
      for (const { entries, ended } of steps) {
        size += entries;
        for (const i of ended) if (size > 0) bits[(i % size) >>> 3]! |= 1 << ((i % size) & 7);
        tree = growStatusTree(bits.slice(0, Math.ceil(size / 8)), size, tree);
        expect(statusRootOf(tree)).toEqual(statusRoot(bits, size));
        if (size === 0) continue;
        const index = any % size;
        expect(statusProofFrom(tree, index, [])).toEqual(proveStatus({ bits, size, index, inclusion: [] }));
      }
    }),
  );
});

test("an index that the tree does not cover is refused", () => {
  expect(() => statusProofFrom(growStatusTree(new Uint8Array(32), 250), 250, [])).toThrow(expect.objectContaining({ code: "range_invalid" }));
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { statusRoot } from "@freehold/protocol/status";
import { bitmapOf, emptyBitmap, newlySet } from "./bitmap.ts";

test("grown step by step, the root is that of the whole bitmap", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 900 }), fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 4 })), { maxLength: 8 }),
      (steps) => {
        let size = 0;
        let bitmap = emptyBitmap;
        for (const [more, ended] of steps) {
          size += more;
          const bits = new Uint8Array(Math.ceil(size / 8));
          bits.set(bitmap.bits);
          const before = bitmap.bits;
          const set = size === 0 ? [] : ended.map((at) => Math.floor(at * size));
          for (const i of set) bits[i >> 3]! |= 1 << (i & 7);
          bitmap = bitmapOf(bits, bitmap);
          expect(toHex(bitmap.root)).toBe(toHex(statusRoot(bits, size)));
          const fresh = [...new Set(set)].filter((i) => ((before[i >> 3] ?? 0) & (1 << (i & 7))) === 0);
          expect(newlySet(before, bits, size)).toEqual(fresh.sort((a, b) => a - b));
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("bits behind the size are not indexes", () => {
  expect(newlySet(new Uint8Array(1), Uint8Array.of(0b1010_0000), 6)).toEqual([5]);
});

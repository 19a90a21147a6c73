import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, toHex, utf8 } from "./bytes.ts";
import { consistencyProof, inclusionProof, leafHash, rootHash } from "./merkle.ts";
import {
  appendTiles,
  consistencyProofFromTiles,
  decodeBundle,
  edgeFromTiles,
  encodeBundle,
  inclusionProofFromTiles,
  leafTile,
  newTiles,
  parseTilePath,
  rootFromTiles,
  tilePath,
} from "./tile.ts";
import type { Tile } from "./tile.ts";

const MAX = 65_793; // 256 * 257 + 1: all levels have a full tile, a partial one, or both
const LEAVES = Array.from({ length: MAX }, (_, i) => leafHash(utf8(`${i}`)));
const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);

/** A store of tiles that grew batch by batch, so that every partial tile of these sizes is in it. */
function grow(...sizes: number[]): (tile: Tile) => Uint8Array {
  const store = new Map<string, Uint8Array>();
  const readTile = (tile: Tile) => {
    const bytes = store.get(tilePath(tile));
    if (bytes === undefined) throw new Error(`no tile ${tilePath(tile)}`);
    return bytes;
  };
  let size = 0;
  for (const next of sizes) {
    const added = appendTiles({ size, leafHashes: LEAVES.slice(size, next), readTile });
    const expected = Array.from(newTiles(size, next)).filter((tile) => tile.level !== "entries");
    expect(added.map(({ tile }) => tilePath(tile)).toSorted()).toEqual(expected.map(tilePath).toSorted());
    for (const { tile, bytes } of added) store.set(tilePath(tile), bytes);
    size = next;
  }
  return readTile;
}

test("a tree of 70,000 has the tiles that the specification names", () => {
  const tiles = Array.from(newTiles(0, 70_000));
  const count = (level: Tile["level"], full: boolean) => tiles.filter((tile) => tile.level === level && (tile.width === 256) === full).length;
  expect([count(0, true), count(0, false), count(1, true), count(1, false), count(2, true), count(2, false)]).toEqual([273, 1, 1, 1, 0, 1]);
  expect(tiles.filter((tile) => tile.width < 256).map(tilePath)).toEqual(["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
  expect(Array.from(newTiles(0, 256), tilePath)).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
  // Of the largest tree only the first tiles are asked for: nothing is made before it is needed.
  expect(newTiles(0, Number.MAX_SAFE_INTEGER).next().value).toEqual({ level: "entries", index: 0, width: 256 });
  expect(() => newTiles(2, 1).next()).toThrow(expect.objectContaining({ code: "range_invalid" }));
});

test("each tile has one path", () => {
  const tile = fc.record({
    level: fc.oneof(fc.constant("entries" as const), fc.nat(63)),
    index: fc.oneof(fc.nat(3000), fc.maxSafeNat()),
    width: fc.integer({ min: 1, max: 256 }),
  });
  fc.assert(
    fc.property(tile, (t) => {
      expect(parseTilePath(tilePath(t))).toEqual(t);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("tile/", "entries", "/", "0", "1", "x", "123", ".p/") }), (path) => {
      try {
        expect(tilePath(parseTilePath(path))).toBe(path);
      } catch (error) {
        expect(error).toMatchObject({ code: "tile_invalid" });
      }
    }),
  );
  for (const bad of [{ level: 64 }, { level: -1 }, { index: -1 }, { index: 2 ** 53 }, { width: 0 }, { width: 257 }, { width: 1.5 }]) {
    expect(() => tilePath({ level: 0, index: 0, width: 256, ...bad })).toThrow(expect.objectContaining({ code: "tile_invalid" }));
  }
});

test("proofs and roots from tiles are those from leaves", async () => {
  const sizes = [1, 2, 255, 256, 257, 511, 513, 1000, 4096, MAX];
  const readTile = grow(...sizes);
  for (const size of sizes) {
    const leaves = LEAVES.slice(0, size);
    const root = rootHash(leaves);
    expect(toHex(await rootFromTiles({ size, readTile }))).toBe(toHex(root));
    for (const index of new Set([0, 1, 255, 256, size >> 1, size - 2, size - 1])) {
      if (index < 0 || index >= size) continue;
      expect(hex(await inclusionProofFromTiles({ index, size, readTile }))).toEqual(hex(inclusionProof(leaves, index)));
    }
    for (const size1 of new Set([0, 1, 2, 255, 256, 257, size >> 1, size - 1, size])) {
      if (size1 > size) continue;
      expect(hex(await consistencyProofFromTiles({ size1, size2: size, readTile }))).toEqual(hex(consistencyProof(leaves, size1)));
    }
  }
});

test("every proof of every size up to 300 comes from tiles that grew one leaf at a time", async () => {
  const readTile = grow(...Array.from({ length: 300 }, (_, i) => i + 1));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(), async (size, n) => {
      const leaves = LEAVES.slice(0, size);
      const index = n % size;
      expect(hex(await inclusionProofFromTiles({ index, size, readTile }))).toEqual(hex(inclusionProof(leaves, index)));
      expect(hex(await consistencyProofFromTiles({ size1: index, size2: size, readTile: async (tile) => readTile(tile) }))).toEqual(
        hex(consistencyProof(leaves, index)),
      );
    }),
  );
  const edge = await edgeFromTiles({ size: 299, readTile });
  expect(hex(edge.hashes)).toEqual(
    hex([LEAVES.slice(0, 256), LEAVES.slice(256, 288), LEAVES.slice(288, 296), LEAVES.slice(296, 298), LEAVES.slice(298, 299)].map(rootHash)),
  );
});

test("a tile of another length is refused, an index outside the tree too", async () => {
  const readTile = grow(300);
  for (const wrong of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(8193), undefined as never]) {
    await expect(inclusionProofFromTiles({ index: 0, size: 300, readTile: () => wrong })).rejects.toMatchObject({ code: "tile_invalid" });
    await expect(rootFromTiles({ size: 300, readTile: async () => wrong })).rejects.toMatchObject({ code: "tile_invalid" });
    expect(() => appendTiles({ size: 300, leafHashes: LEAVES.slice(0, 1), readTile: () => wrong })).toThrow(expect.objectContaining({ code: "tile_invalid" }));
  }
  await expect(inclusionProofFromTiles({ index: 300, size: 300, readTile })).rejects.toMatchObject({ code: "range_invalid" });
  await expect(consistencyProofFromTiles({ size1: 301, size2: 300, readTile })).rejects.toMatchObject({ code: "range_invalid" });
  await expect(rootFromTiles({ size: -1, readTile })).rejects.toMatchObject({ code: "range_invalid" });
});

test("the largest tree needs few tiles, all asked for at once", async () => {
  const asked: Tile[] = [];
  const size = Number.MAX_SAFE_INTEGER;
  await inclusionProofFromTiles({ index: 2 ** 52 + 12_345_678_901, size, readTile: (tile) => (asked.push(tile), new Uint8Array(32 * tile.width)) });
  expect(asked.length).toBeLessThanOrEqual(14);
  expect(new Set(asked.map(tilePath)).size).toBe(asked.length);
});

test("bundles come back as they were", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 }), (entries) => {
      expect(hex(decodeBundle(encodeBundle(entries), entries.length))).toEqual(hex(entries));
    }),
  );
  const large = new Uint8Array(65_535).fill(7);
  expect(decodeBundle(encodeBundle([large]), 1)[0]).toEqual(large);
  expect(toHex(leafTile([large, utf8("x")]))).toBe(toHex(concat(leafHash(large), leafHash(utf8("x")))));
  for (const entries of [[], Array.from({ length: 257 }, () => large), [new Uint8Array(65_536)]]) {
    expect(() => encodeBundle(entries)).toThrow(expect.objectContaining({ code: "tile_invalid" }));
  }
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 8 }), (bytes, width) => {
      try {
        expect(encodeBundle(decodeBundle(bytes, width))).toEqual(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: "tile_invalid" });
      }
    }),
  );
});

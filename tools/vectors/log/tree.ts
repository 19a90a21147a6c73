/** Vectors of Merkle trees and tiles. */
import { toHex, utf8 } from "../../../protocol/src/bytes.ts";
import { consistencyProof, inclusionProof } from "../../../protocol/src/merkle.ts";
import { encodeBundle, newTiles, tilePath } from "../../../protocol/src/tile.ts";
import { entries, leaves, root } from "./shared.ts";
import type { Cases } from "./shared.ts";

export function merkleVectors() {
  const hex = (hashes: readonly Uint8Array[]) => hashes.map(toHex);
  const inclusion = (index: number, size: number) => ({
    leafHash: toHex(leaves[index]!),
    index,
    size,
    root: toHex(root(size)),
    proof: hex(inclusionProof(leaves.slice(0, size), index)),
  });
  const consistency = (size1: number, size2: number) => ({
    size1,
    size2,
    root1: toHex(root(size1)),
    root2: toHex(root(size2)),
    proof: hex(consistencyProof(leaves.slice(0, size2), size1)),
  });
  const valid: Cases = {};
  for (const size of [0, 1, 2, 3, 8, 11]) {
    valid[`root-of-${size}`] = {
      description: `The root hash over ${size} leaves; data in hexadecimal.`,
      entries: hex(entries.slice(0, size)),
      expect: { leafHashes: hex(leaves.slice(0, size)), root: toHex(root(size)) },
    };
  }
  for (const [index, size] of [
    [0, 1],
    [0, 8],
    [5, 7],
    [6, 7],
    [10, 11],
  ] as const) {
    valid[`inclusion-${index}-of-${size}`] = { description: `Leaf ${index} is in the tree of size ${size}.`, inclusion: inclusion(index, size), expect: {} };
  }
  for (const [size1, size2] of [
    [1, 1],
    [1, 8],
    [4, 8],
    [3, 7],
    [6, 7],
    [7, 11],
    [11, 11],
  ] as const) {
    valid[`consistency-${size1}-to-${size2}`] = {
      description: `The tree of size ${size2} begins with that of size ${size1}.`,
      consistency: consistency(size1, size2),
      expect: {},
    };
  }
  const refusedInclusion = (description: string, change: object) => ({ description, inclusion: { ...inclusion(5, 7), ...change }, code: "inclusion_invalid" });
  const refusedConsistency = (description: string, change: object, from = consistency(3, 7)) => ({
    description,
    consistency: { ...from, ...change },
    code: "consistency_invalid",
  });
  const { proof: p } = inclusion(5, 7);
  const { proof: c } = consistency(3, 7);
  return {
    valid,
    invalid: {
      "inclusion-index-is-size": refusedInclusion("The index is not below the size.", { index: 7 }),
      "inclusion-index-of-neighbour": refusedInclusion("The proof is that of another index.", { index: 4 }),
      "inclusion-index-above-2-53": refusedInclusion("Index and size are above 2^53-1.", { index: 2 ** 53, size: 2 ** 53 + 2 }),
      "inclusion-size-of-other-shape": refusedInclusion("The proof is for another size.", { ...inclusion(6, 7), size: 8 }),
      "inclusion-of-other-leaf": refusedInclusion("The leaf hash is another.", { leafHash: toHex(leaves[4]!) }),
      "inclusion-in-other-root": refusedInclusion("The root is another.", { root: toHex(root(8)) }),
      "inclusion-proof-too-short": refusedInclusion("The last hash is missing.", { proof: p.slice(0, -1) }),
      "inclusion-proof-too-long": refusedInclusion("A hash is added.", { proof: [...p, p[0]] }),
      "inclusion-proof-reordered": refusedInclusion("The hashes stand in another order.", { proof: p.toReversed() }),
      "inclusion-hash-of-31-bytes": refusedInclusion("A hash is cut.", { proof: [p[0]!.slice(2), ...p.slice(1)] }),
      "consistency-from-nothing": refusedConsistency("Size 0: every tree begins with the empty one, so nothing can be shown.", {
        size1: 0,
        root1: toHex(root(0)),
        proof: [],
      }),
      "consistency-backwards": refusedConsistency("The first size is above the second.", { size1: 7, size2: 3 }),
      "consistency-equal-sizes-other-roots": refusedConsistency("Equal sizes, other roots: a split view.", { root1: toHex(root(7)) }, consistency(8, 8)),
      "consistency-equal-sizes-with-proof": refusedConsistency("Equal sizes need no proof.", { proof: c }, consistency(8, 8)),
      "consistency-without-proof": refusedConsistency("The proof is empty.", { proof: [] }),
      "consistency-proof-too-short": refusedConsistency("The last hash is missing.", { proof: c.slice(0, -1) }),
      "consistency-proof-too-long": refusedConsistency("A hash is added.", { proof: [...c, c[0]] }),
      "consistency-other-old-root": refusedConsistency("The old root is another.", { root1: toHex(root(4)) }),
      "consistency-other-new-root": refusedConsistency("The new root is another.", { root2: toHex(root(8)) }),
      "consistency-power-of-two-with-its-root": refusedConsistency(
        "The old tree is a node of the new one; its root is not repeated in the proof.",
        { proof: [toHex(root(4)), ...consistency(4, 8).proof] },
        consistency(4, 8),
      ),
    },
  };
}

export function tileVectors() {
  const valid: Cases = {};
  const paths = [
    [0, 0, 256, "first-full"],
    [0, 1_234_067, 256, "number-in-three-parts"],
    [0, 273, 112, "partial"],
    [63, 999, 1, "highest-level"],
    ["entries", 1000, 256, "bundle"],
    ["entries", 0, 255, "bundle-partial"],
    [1, Number.MAX_SAFE_INTEGER, 256, "highest-index"],
  ] as const;
  for (const [level, index, width, name] of paths) {
    const path = tilePath({ level, index, width });
    valid[`path-${name}`] = { description: `The path of a tile, both ways: ${path}.`, path, expect: { level, index, width } };
  }
  for (const [size1, size2] of [
    [0, 0],
    [0, 1],
    [0, 256],
    [255, 257],
    [256, 256],
    [69_999, 70_000],
    [65_535, 65_536],
  ] as const) {
    valid[`new-from-${size1}-to-${size2}`] = {
      description: `What a log publishes when it grows from ${size1} to ${size2} entries.`,
      size1,
      size2,
      expect: Array.from(newTiles(size1, size2), tilePath),
    };
  }
  const some = [utf8("a"), new Uint8Array(0), utf8("bc")];
  valid["bundle-of-three"] = {
    description: "A bundle of three entries, one of them empty.",
    bundle: toHex(encodeBundle(some)),
    width: 3,
    expect: some.map(toHex),
  };
  const badPath = (path: string, description: string) => ({ description, path, code: "tile_invalid" });
  const badBundle = (bundle: string, width: number, description: string) => ({ description, bundle, width, code: "tile_invalid" });
  return {
    valid,
    invalid: {
      "path-level-64": badPath("tile/64/000", "Levels end at 63."),
      "path-level-with-leading-zero": badPath("tile/00/000", "A level has no leading zeroes."),
      "path-level-data": badPath("tile/data/000", "Bundles are called entries."),
      "path-index-of-two-digits": badPath("tile/0/00", "Each part of the index has three digits."),
      "path-index-without-x": badPath("tile/0/001/234", "All parts but the last begin with x."),
      "path-index-last-with-x": badPath("tile/0/x001/x234", "The last part does not begin with x."),
      "path-index-with-leading-part": badPath("tile/0/x000/001", "The index has no parts more than it needs."),
      "path-index-above-2-53": badPath("tile/0/x009/x007/x199/x254/x740/992", "The index is 2^53."),
      "path-width-0": badPath("tile/0/000.p/0", "An empty tile is none."),
      "path-width-256": badPath("tile/0/000.p/256", "A full tile has no width in its path."),
      "path-width-with-leading-zero": badPath("tile/0/000.p/07", "A width has no leading zeroes."),
      "path-with-slash-before": badPath("/tile/0/000", "The path is relative to the prefix."),
      "path-with-slash-after": badPath("tile/0/000/", "Nothing follows."),
      "path-with-height": badPath("tile/8/0/000", "The form of Go's module index, which names the height."),
      "path-with-newline": badPath("tile/0/000\n", "A newline follows."),
      "bundle-cut-in-length": badBundle("000161" + "00", 2, "The second length is cut."),
      "bundle-cut-in-entry": badBundle("000161" + "000262", 2, "The second entry is cut."),
      "bundle-with-entry-more": badBundle("000161000162", 1, "One entry is asked for, two are there."),
      "bundle-with-entry-less": badBundle("000161", 2, "Two entries are asked for, one is there."),
      "bundle-with-byte-after": badBundle("00016100", 1, "A byte follows the last entry."),
    },
  };
}

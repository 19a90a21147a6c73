/** The tree of a log, recomputed entry by entry: each hash once, the tiles and the root at any size on the way. */
import { appendLeaf, edgeRoot, emptyEdge } from "@freehold/protocol/merkle";
import type { Edge } from "@freehold/protocol/merkle";
import { TILE_WIDTH } from "@freehold/protocol/tile";
import { createHashList } from "./hash-list.ts";
import type { HashList } from "./hash-list.ts";

export interface ReplayedTree {
  readonly size: number;
  append(leafHash: Uint8Array): void;
  /** Of the tree as it is now. */
  root(): Uint8Array;
  /** The bytes of a tile of the tree as it is now. Of level 0 only the last tile is there. */
  tile(level: number, index: number): Uint8Array;
}

/** Memory: one eighth of a byte for each entry, which are the hashes of level 1 and above. */
export function createReplayedTree(): ReplayedTree {
  let size = 0;
  const leaves = new Uint8Array(32 * TILE_WIDTH);
  /** Of each level, the edge of its last tile, as long as that is not full. */
  const edges: Edge[] = [emptyEdge()];
  /** The hashes of the levels above 0. */
  const above: HashList[] = [];

  const grow = (level: number, hash: Uint8Array) => {
    if (level > 0) (above[level - 1] ??= createHashList()).push(hash);
    const edge = (edges[level] ??= emptyEdge());
    appendLeaf(edge, hash);
    if (edge.size < TILE_WIDTH) return;
    edges[level] = emptyEdge();
    grow(level + 1, edge.hashes[0]!);
  };

  return {
    get size() {
      return size;
    },
    append(hash) {
      leaves.set(hash, 32 * (size % TILE_WIDTH));
      grow(0, hash);
      size++;
    },
    root: () => edgeRoot({ size, hashes: edges.toReversed().flatMap(({ hashes }) => hashes) }),
    tile(level, index) {
      if (level === 0) return leaves.subarray(0, 32 * (size - TILE_WIDTH * index));
      return above[level - 1]?.bytes(TILE_WIDTH * index, TILE_WIDTH * (index + 1)) ?? new Uint8Array(0);
    },
  };
}

/** The checkpoint that a register serves, with the status that its last entry gives. */
import { decodeEntry } from "@freehold/protocol/entry";
import { lockOf } from "@freehold/protocol/lock";
import { rootFromTiles } from "@freehold/protocol/tile";
import type { State } from "./state.ts";
import { growStatusTree } from "./status-tree.ts";
import type { StatusTree } from "./status-tree.ts";
import type { Store } from "./store.ts";

/** A checkpoint that is served: the note, and the status bitmap of its last entry. */
export interface PublishedCheckpoint {
  note: string;
  size: number;
  root: Uint8Array;
  /** Seconds since 1970. */
  time: number;
  /** Covers the `size - 1` entries before the status entry. */
  bits: Uint8Array;
  /** The tree over these bits. */
  status: StatusTree;
}

/** The published checkpoint of a store. Its bitmap is that of today, less what was ended after it: replayed from the withdrawals since. */
export async function readPublished(store: Store, state: State): Promise<PublishedCheckpoint | null> {
  const stored = store.checkpoint();
  if (stored === undefined) return null;
  const { note, size, time } = stored;
  const root = await rootFromTiles({ size, readTile: (tile) => state.tree.tile(tile)! });
  const bits = state.bits.slice(0, Math.ceil((size - 1) / 8));
  for (let i = size; i < state.tree.size; i++) {
    const entry = decodeEntry(state.tree.entry(i));
    if (entry.kind !== "withdrawal") continue;
    for (const record of state.lock(lockOf(entry.secret)).records) if (record < size - 1) bits[record >>> 3]! &= ~(1 << (record & 7));
  }
  for (let i = size - 1; i < 8 * bits.length; i++) bits[i >>> 3]! &= ~(1 << (i & 7));
  return { note, size, root, time, bits, status: growStatusTree(bits, size - 1) };
}

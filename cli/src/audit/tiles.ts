/** The static files of a log, as they are served. */
import { TILE_WIDTH, tilePath } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import type { Remote } from "../remote.ts";

/** Fetched at once: enough that the network waits for the hashing, not so many that they fill the memory. */
export const IN_FLIGHT = 16;

/** More than three times a full bundle of the longest entries (spec/entry.md). */
const MAX_BUNDLE = 65_536;
const MAX_TILE = 32 * TILE_WIDTH;

/** The bytes of a tile or bundle, which may be anything; undefined where the register does not serve it. Throws `Failure` (69). */
export type FetchTile = (tile: Tile) => Promise<Uint8Array | undefined>;

export function tileFetcher(remote: Remote, log: string): FetchTile {
  return async (tile) => {
    const { status, body } = await remote.ask(log + tilePath(tile), { max: tile.level === "entries" ? MAX_BUNDLE : MAX_TILE });
    return status === 200 ? body : undefined;
  };
}

/**
 * The same, with bundles remembered as they come until they have `bytes` bytes together: both passes over a log of a million entries then fetch
 * it once, and a larger one does not cost more memory.
 */
export function remembering(fetchTile: FetchTile, bytes: number): FetchTile {
  const kept = new Map<number, Uint8Array>();
  let room = bytes;
  return async (tile) => {
    if (tile.level !== "entries") return fetchTile(tile);
    const known = kept.get(tile.index);
    if (known !== undefined) return known;
    const served = await fetchTile(tile);
    if (served === undefined || served.length > room) return served;
    room -= served.length;
    kept.set(tile.index, served);
    return served;
  };
}

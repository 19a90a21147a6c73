/** The static files of a register's log, fetched: checkpoint, tiles, the bitmap of what has ended (spec/register.md, "The log"). */
import { fromUtf8 } from "@freehold/protocol/bytes";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import type { WitnessedCheckpoint } from "@freehold/protocol/policy";
import { TILE_WIDTH, decodeBundle, tilePath } from "@freehold/protocol/tile";
import type { ReadTile, Tile } from "@freehold/protocol/tile";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { ask, expectStatus } from "./http.ts";
import type { Fetch } from "./http.ts";

/** Of a register: where it is, and whom the reader believes. */
export interface Source {
  /** Address of the register, without a slash at its end. */
  url: string;
  policy: TrustPolicy;
  fetch: Fetch;
  signal?: AbortSignal | undefined;
}

/** No entry is longer than a record (spec/entry.md), so no bundle is longer than 256 of them with their lengths. */
const MAX_BUNDLE = TILE_WIDTH * (2 + 66);
const MAX_TILE = TILE_WIDTH * 32;
const MAX_NOTE = 65_536;

/**
 * The checkpoint that a register serves, verified. Throws what `verifyCheckpoint` does, and `unavailable`.
 *
 * @example
 * ```ts
 * const { note, checkpoint } = await fetchCheckpoint({ url: "https://register.example", policy, fetch });
 * ```
 */
export async function fetchCheckpoint({ url, policy, fetch, signal }: Source): Promise<{ note: string; checkpoint: WitnessedCheckpoint }> {
  const at = `${url}/log/checkpoint`;
  const { body } = expectStatus(await ask(fetch, at, { max: MAX_NOTE, signal, cache: "no-store" }), [200], at);
  const note = fromUtf8(body);
  return { note, checkpoint: await verifyCheckpoint(note, policy.tlog) };
}

/** Reads tiles as they are served, each once. What comes back is unverified: proofs made from it are held against a checkpoint. */
export function tileReader(source: Source): ReadTile {
  const known = new Map<string, Promise<Uint8Array>>();
  return (tile) => {
    const path = tilePath(tile);
    const reading = known.get(path) ?? fetchTile(source, tile, MAX_TILE, 32);
    known.set(path, reading);
    return reading;
  };
}

/** The entries of a bundle, unverified. Throws `tile_invalid`, `too_large`, `unavailable`. */
export async function fetchBundle(source: Source, index: number, width: number): Promise<Uint8Array[]> {
  const path = { level: "entries", index, width } as const;
  const answer = await askTile(source, path, MAX_BUNDLE);
  return decodeBundle(answer.body, answer.whole ? TILE_WIDTH : width).slice(0, width);
}

async function fetchTile(source: Source, tile: Tile, max: number, each: number): Promise<Uint8Array> {
  const { body, whole } = await askTile(source, tile, max);
  return whole ? body.subarray(0, tile.width * each) : body;
}

/** A log may drop a partial tile once the whole one is there (C2SP tlog-tiles): then that is asked for. */
async function askTile({ url, fetch, signal }: Source, tile: Tile, max: number): Promise<{ body: Uint8Array; whole: boolean }> {
  const at = `${url}/log/${tilePath(tile)}`;
  const answer = await ask(fetch, at, { max, signal });
  if (answer.status !== 404 || tile.width === TILE_WIDTH) return { body: expectStatus(answer, [200], at).body, whole: false };
  const full = `${url}/log/${tilePath({ ...tile, width: TILE_WIDTH })}`;
  return { body: expectStatus(await ask(fetch, full, { max, signal }), [200], full).body, whole: true };
}

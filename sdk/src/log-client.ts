/** What a desk does with the log itself: hands in entries, and proves them from the tiles, which say to nobody what is of interest (spec/register.md). */
import { concat, fromUtf8, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { FreeholdErrorCode } from "@freehold/protocol/errors";
import { leafHash, verifyInclusion } from "@freehold/protocol/merkle";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import { TILE_WIDTH, encodeBundle, inclusionProofFromTiles, tilePath } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import type { DeskParts } from "./desk.ts";
import { ask, hostOf, membersOf } from "./http.ts";
import type { Answered } from "./http.ts";

export type LogSource = Pick<DeskParts, "register" | "policy" | "origin" | "fetch"> & { signal?: AbortSignal };

/** One published state of the log, from which entries are proved. */
export interface LogView {
  note: string;
  size: number;
  /** The inclusion path of an entry, verified; hexadecimal. Throws `inclusion_invalid`, `range_invalid`, `tile_invalid`, `unavailable`. */
  prove(index: number, entry: Uint8Array): Promise<string[]>;
}

/** What became of an entry that was handed in. */
export type Submitted = { index: number } | { refused: FreeholdErrorCode; detail: string };

const MAX_NOTE = 65_536;
/** Publication is waited for: a register's second, and its witnesses' time. */
const PATIENCE = 90_000;

/** Hands in entries in their order, and waits until all that were taken are published. Throws `unavailable`, or the code with which the whole batch was refused. */
export async function submitEntries({ register, fetch, signal }: LogSource, entries: readonly Uint8Array[]): Promise<Submitted[]> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < entries.length; at += TILE_WIDTH) parts.push(encodeBundle(entries.slice(at, at + TILE_WIDTH)));
  const answer = await ask(fetch, `${register}/v1/entries/batch?wait=published`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: concat(...parts),
    max: 2 ** 22,
    timeout: PATIENCE,
    signal,
  });
  const { results } = membersOf(expectOk(answer, register).body);
  if (!Array.isArray(results) || results.length !== entries.length)
    throw new FreeholdError("unavailable", `${hostOf(register)} does not answer as a register.`);
  return results.map((one: { index?: unknown; error?: { code?: unknown; detail?: unknown } } | null) =>
    Number.isSafeInteger(one?.index) ? { index: one!.index as number } : { refused: codeOf(one?.error?.code), detail: textOf(one?.error?.detail) },
  );
}

/** The newest published state. Throws `unavailable`, and what `verifyCheckpoint` does. */
export async function viewLog({ register, policy, origin, fetch, signal }: LogSource): Promise<LogView> {
  const note = fromUtf8(expectOk(await ask(fetch, `${register}/log/checkpoint`, { max: MAX_NOTE, signal }), register).body);
  const checkpoint = await verifyCheckpoint(note, policy.tlog);
  if (checkpoint.origin !== origin) throw new FreeholdError("receipt_origin", `This is a checkpoint of ${checkpoint.origin}, and the desk's log is ${origin}.`);
  const { size, root } = checkpoint;
  const known = new Map<string, Promise<Uint8Array>>();
  const readTile = (tile: Tile): Promise<Uint8Array> => {
    const path = tilePath(tile);
    const reading = known.get(path) ?? fetchTile(tile);
    known.set(path, reading);
    return reading;
  };
  const fetchTile = async (tile: Tile): Promise<Uint8Array> => {
    const get = (one: Tile) => ask(fetch, `${register}/log/${tilePath(one)}`, { max: 32 * TILE_WIDTH, signal });
    const answer = await get(tile);
    // A log may drop a partial tile once the whole one is there (C2SP tlog-tiles).
    const whole = answer.status === 404 && tile.width < TILE_WIDTH ? await get({ ...tile, width: TILE_WIDTH }) : answer;
    return expectOk(whole, register).body.subarray(0, 32 * tile.width);
  };
  return {
    note,
    size,
    async prove(index, entry) {
      const proof = await inclusionProofFromTiles({ index, size, readTile });
      verifyInclusion({ leafHash: leafHash(entry), index, size, root, proof });
      return proof.map(toHex);
    },
  };
}

/** The answer, where its status is 2xx; else its problem as an error. */
export function expectOk(answer: Answered, url: string): Answered {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const { code, detail } = membersOf(answer.body);
  throw new FreeholdError(codeOf(code), textOf(detail) || `${hostOf(url)} answered with status ${answer.status}.`);
}

function codeOf(code: unknown): FreeholdErrorCode {
  return typeof code === "string" && /^[a-z_]{1,64}$/.test(code) ? (code as FreeholdErrorCode) : "unavailable";
}

function textOf(detail: unknown): string {
  return typeof detail === "string" ? detail.slice(0, 500) : "";
}

/** The second pass over a log: which records have ended, and whether every status entry says so; repeated entries; withdrawals without a record. */
import { hash as digest } from "node:crypto";
import { equal } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { TILE_WIDTH, decodeBundle } from "@freehold/protocol/tile";
import type { Tile } from "@freehold/protocol/tile";
import { ahead } from "./ahead.ts";
import type { Findings } from "./disagreement.ts";
import { createEndedBits } from "./ended-bits.ts";
import type { EndedBits } from "./ended-bits.ts";
import { fingerprintOf } from "./fingerprints.ts";
import type { Replayed } from "./replay.ts";
import { IN_FLIGHT } from "./tiles.ts";
import type { FetchTile } from "./tiles.ts";

export interface Folded {
  /** Entries that were folded: all, unless some could not be read. */
  size: number;
  ended: EndedBits;
}

export interface FoldInput {
  size: number;
  replayed: Replayed;
  fetchTile: FetchTile;
  findings: Findings;
  progress: (done: number) => void;
}

/**
 * Folds a log whose withdrawals are known, as far as it could be read. Memory: three eighths of a byte for each entry, and 24 bytes for each
 * record with a lock that is ever opened. Throws `Failure` (69).
 */
export async function fold({ size, replayed, fetchTile, findings, progress }: FoldInput): Promise<Folded> {
  const { opened, suspects, bundles, readable } = replayed;
  const ended = createEndedBits();
  /** By the number of a lock: whether it is open by now; the last link of the records that wait for that. A link is a record, and the link before. */
  const isOpen = new Uint8Array(opened.size);
  const waiting: number[] = Array.from({ length: opened.size }, () => -1);
  const links: { record: number[]; before: number[] } = { record: [], before: [] };
  /** Entries with a suspect fingerprint, by their bytes, where they came first. */
  const firsts = new Map<string, number>();

  const takeRecord = (bytes: Uint8Array, index: number) => {
    const lock = opened.find(bytes, 34);
    if (lock < 0) return;
    if (isOpen[lock] === 1) return ended.set(index);
    links.record.push(index);
    links.before.push(waiting[lock]!);
    waiting[lock] = links.record.length - 1;
  };
  const takeWithdrawal = (secret: Uint8Array, index: number) => {
    const lock = opened.find(lockOf(secret), 0);
    if (isOpen[lock] === 1) return; // the same entry again: told by its fingerprint
    if (waiting[lock] === -1) findings.add("withdrawal_unknown", index, `The withdrawal at index ${index} opens the lock of no earlier record.`);
    for (let link = waiting[lock]!; link >= 0; link = links.before[link]!) ended.set(links.record[link]!);
    isOpen[lock] = 1;
  };
  const takeStatus = (entry: { size: number; root: Uint8Array }, index: number) => {
    if (entry.size !== index) findings.add("status_mismatch", index, `The status entry at index ${index} has size ${entry.size}.`);
    else if (!equal(entry.root, ended.root(index)))
      findings.add("status_mismatch", index, `The status entry at index ${index} has another root than the entries before it give.`);
  };
  const take = (bytes: Uint8Array, index: number) => {
    if (suspects.size > 0 && bytes[1] !== 4 && suspects.has(fingerprintOf(leafHash(bytes)))) {
      const key = Buffer.from(bytes).toString("latin1");
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, index);
      else findings.add("entry_repeated", index, `The entry at index ${index} stands in the log already, at index ${first}.`);
    }
    if (bytes.length === 66 && bytes[0] === 1 && bytes[1] === 1) return takeRecord(bytes, index);
    const entry = decoded(bytes);
    if (entry?.kind === "withdrawal") takeWithdrawal(entry.secret, index);
    if (entry?.kind === "status") takeStatus(entry, index);
  };

  for await (const [{ index: number, width }, served] of ahead(bundlesOf(readable, size), IN_FLIGHT, fetchTile)) {
    const first = number * TILE_WIDTH;
    if (served === undefined || !equal(digest("sha256", served, "buffer"), bundles.get(number))) {
      findings.add("bundle_changed", first, `The bundle of the entries from index ${first} on was another when it was fetched again.`);
      return { size: first, ended };
    }
    for (const [i, bytes] of decodeBundle(served, width).entries()) take(bytes, first + i);
    progress(first + width);
  }
  return { size: readable, ended };
}

/** The bundles of a log of this size that lie below `end`. */
function* bundlesOf(end: number, size: number): Generator<Tile> {
  for (let index = 0; index * TILE_WIDTH < end; index++) yield { level: "entries", index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) };
}

/** Undefined for an entry without the format: the first pass has said so. */
function decoded(bytes: Uint8Array): ReturnType<typeof decodeEntry> | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return undefined;
  }
}

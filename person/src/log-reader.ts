/**
 * Reading the whole log, as a client must before it names a checkpoint as a beacon (spec/record.md, "Security"): every entry is fetched, the
 * root recomputed, and her own locks looked for. Only what came since the last time is read; nothing says to the register what is sought.
 */
import { equal, fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { appendLeaf, edgeRoot, leafHash } from "@freehold/protocol/merkle";
import type { Edge } from "@freehold/protocol/merkle";
import { TILE_WIDTH } from "@freehold/protocol/tile";
import type { WitnessedCheckpoint } from "@freehold/protocol/policy";
import { breathe } from "./http.ts";
import type { Book } from "./schema.ts";
import { fetchBundle, fetchCheckpoint } from "./tiles.ts";
import type { Source } from "./tiles.ts";
import { lookOut, watchDevice } from "./watch.ts";
import type { DeviceIndex, OwnLock, Watched } from "./watch.ts";

/** An entry of the log that has a lock of hers: her own, or a copy that somebody logged again. */
export interface OwnEntry extends OwnLock {
  index: number;
  /** The 66 bytes, in hexadecimal. */
  entry: string;
}

/** What a client keeps of a log that it has read: plain data, which IndexedDB can hold. */
export interface LogState {
  origin: string;
  /** Entries read. */
  size: number;
  /** The right edge of their tree, hexadecimal. */
  edge: string[];
  /** The signed checkpoint of this size; empty before the first. */
  note: string;
  /** Its root, hexadecimal; and when it was witnessed, in seconds. */
  root: string;
  witnessedTime: number | null;
  watched: Watched[];
  /** The size up to which installations that nobody told of were searched. */
  searched: number;
  own: OwnEntry[];
  /** Locks of hers that are open, and the index of the withdrawal. */
  opened: Map<string, number>;
  /** Indexes of the publications, by their hashes. */
  publications: Map<string, number>;
}

/** The log shows another history than it did: two signed checkpoints that cannot both be true. They are the evidence. */
export class LogDiverged extends FreeholdError {
  readonly kept: string;
  readonly served: string;
  constructor(kept: string, served: string) {
    super(
      "log_diverged",
      "The register shows another history than the one that it showed before, or other entries than it signed. Keep both checkpoints: they are evidence.",
    );
    this.kept = kept;
    this.served = served;
  }
}

/** A log of which nothing has been read. */
export function unreadLog(origin: string): LogState {
  return { origin, size: 0, edge: [], note: "", root: "", witnessedTime: null, watched: [], searched: 0, own: [], opened: new Map(), publications: new Map() };
}

export interface Reading extends Source {
  state: LogState;
  /** Whose locks are looked for: those of its items, and of the installations that it knows. */
  book: Pick<Book, "device" | "devices" | "items" | "foreign">;
  /** Needed where an installation is new to this state, and after many records; see `seed_needed`. */
  seed?: Uint8Array | undefined;
  /** Finds installations of hers that nobody told of ({@link indexDevices}). */
  search?: DeviceIndex | undefined;
  progress?: ((read: number, size: number) => void) | undefined;
}

/** Bundles that are fetched ahead of the one that is read. */
const FETCHED_AHEAD = 8;

/**
 * Reads the log up to the checkpoint that is served now. The state that is returned is complete and verified; the one that was given is as it was.
 * A checkpoint that is older than the state (a cache) changes nothing.
 *
 * @throws {@link LogDiverged} (`log_diverged`); `seed_needed`; `tile_invalid`; what `verifyCheckpoint` throws; `receipt_origin` where the
 *   register is another; `unavailable`.
 * @see spec/record.md, "Security"; spec/lock.md
 * @example
 * ```ts
 * const log = await readLog({ state: unreadLog(origin), book, seed, url, policy, fetch });
 * log.own; // her entries, with their indexes
 * ```
 */
export async function readLog(reading: Reading): Promise<LogState> {
  const { state, search } = reading;
  const { note, checkpoint } = await fetchCheckpoint(reading);
  if (checkpoint.origin !== state.origin) throw new FreeholdError("receipt_origin", `This is the register ${checkpoint.origin}, and not ${state.origin}.`);
  const start = startOf(reading);
  if (checkpoint.size < state.size) return state;
  if (checkpoint.size === state.size && !equal(checkpoint.root, fromHex(state.root))) throw new LogDiverged(state.note, note);
  // A search begins at the first entry, where it did not come as far already: an installation that nobody knew of may be anywhere.
  const from = search === undefined || state.searched === start.size ? start : { ...start, size: 0, edge: [] };
  return readOn(reading, from, { note, checkpoint });
}

/** From where to read: the state, or the beginning where an installation is new to it. */
function startOf({ state, book, seed }: Reading): LogState {
  const known = new Set(state.watched.map(({ device }) => device));
  const devices = [book.device, ...book.devices, ...book.items.map(({ path }) => path.device), ...book.foreign.map(({ device }) => device)];
  const unknown = [...new Set(devices)].filter((device) => !known.has(device));
  if (unknown.length === 0) return state;
  if (seed === undefined) throw new FreeholdError("seed_needed", "An installation of yours is new here: your key is needed to look for what it logged.");
  const watched = [...state.watched, ...unknown.map((device) => watchDevice(seed, state.origin, device))];
  return { ...state, watched, size: 0, edge: [] };
}

async function readOn(reading: Reading, from: LogState, { note, checkpoint }: { note: string; checkpoint: WitnessedCheckpoint }): Promise<LogState> {
  const { state, book, seed, search, progress } = reading;
  const edge: Edge = { size: from.size, hashes: from.edge.map((hash) => fromHex(hash)) };
  const lookout = lookOut({ origin: state.origin, watched: from.watched, locks: book.items.map(lockOfItem), seed, search });
  const found = { own: from.size === 0 ? [] : [...from.own], opened: new Map(from.opened), publications: new Map(from.publications) };
  let since = performance.now();
  for await (const entries of bundles(reading, from.size, checkpoint.size)) {
    for (const entry of entries) {
      if (edge.size === state.size && state.size > 0 && from.size === 0) requireSame(edge, state, note);
      look(entry, edge.size, lookout.find, found);
      appendLeaf(edge, leafHash(entry));
    }
    progress?.(edge.size, checkpoint.size);
    since = await breathe(since);
  }
  if (!equal(edgeRoot(edge), checkpoint.root)) throw new LogDiverged(state.note, note);
  return {
    ...state,
    ...found,
    size: edge.size,
    edge: edge.hashes.map(toHex),
    note,
    root: toHex(checkpoint.root),
    witnessedTime: checkpoint.witnessedTime,
    watched: lookout.watched(),
    searched: search === undefined ? state.searched : edge.size,
  };
}

/** What is read again must be what was read before. */
function requireSame(edge: Edge, state: LogState, note: string): void {
  if (toHex(edgeRoot(edge)) !== state.root) throw new LogDiverged(state.note, note);
}

/** The entries from `start` up to and without `end`, bundle by bundle, fetched ahead. */
async function* bundles(source: Source, start: number, end: number): AsyncGenerator<Uint8Array[]> {
  const fetching: Promise<Uint8Array[]>[] = [];
  const last = Math.ceil(end / TILE_WIDTH);
  for (let next = Math.floor(start / TILE_WIDTH), at = next; at < last; at++) {
    for (; next < last && next < at + FETCHED_AHEAD; next++) {
      const fetched = fetchBundle(source, next, Math.min(TILE_WIDTH, end - next * TILE_WIDTH));
      fetched.catch(() => {}); // it is awaited below, and must not end the process before
      fetching.push(fetched);
    }
    const entries = await fetching.shift()!;
    yield entries.slice(Math.max(0, start - at * TILE_WIDTH));
  }
}

function look(
  entry: Uint8Array,
  index: number,
  find: (lock: Uint8Array) => OwnLock | undefined,
  { own, opened, publications }: Pick<LogState, "own" | "opened" | "publications">,
): void {
  const [version, kind] = entry;
  if (version !== 1) return;
  if (kind === 1 && entry.length === 66) {
    const mine = find(entry.subarray(34));
    if (mine !== undefined) own.push({ ...mine, index, entry: toHex(entry) });
  } else if (kind === 2 && entry.length === 34) {
    const lock = lockOf(entry.subarray(2));
    // An open lock was somebody's record before, so hers has been found by now.
    const written = own.length === 0 ? "" : toHex(lock);
    if (own.some((one) => one.lock === written) && !opened.has(written)) opened.set(written, index);
  } else if (kind === 3 && entry.length === 34) {
    const hash = toHex(entry.subarray(2));
    if (!publications.has(hash)) publications.set(hash, index);
  }
}

function lockOfItem({ entry, path }: Book["items"][number]): OwnLock {
  return { lock: entry.slice(68), ...path };
}

/**
 * The log: takes entries into a pool, sequences them in durable batches, and publishes checkpoints that its witnesses have cosigned. One writer.
 *
 * Two invariants carry everything. *What is answered is durable*: an index leaves this file only after the transaction that holds the
 * entry. *What is signed is durable*: a checkpoint is signed only over a tree that is committed, so that a crash at any point leaves
 * a store from which the same tree, and no other, is signed again.
 */
import { createHash } from "node:crypto";
import { formatCheckpoint } from "@freehold/protocol/checkpoint";
import { decodeEntry, encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { signNote } from "@freehold/protocol/note";
import type { NoteKey } from "@freehold/protocol/note";
import type { Policy } from "@freehold/protocol/policy";
import { formatProof } from "@freehold/protocol/proof";
import { TILE_WIDTH, consistencyProofFromTiles, inclusionProofFromTiles, rootFromTiles } from "@freehold/protocol/tile";
import type { ReadTile, Tile } from "@freehold/protocol/tile";
import type { AnchorStore } from "./anchor-store.ts";
import { openCosigning } from "./cosigning.ts";
import type { WitnessReport } from "./cosigning.ts";
import { readPublished } from "./published.ts";
import type { PublishedCheckpoint } from "./published.ts";
import { openState } from "./state.ts";
import type { LockState, State } from "./state.ts";
import { growStatusTree, statusRootOf } from "./status-tree.ts";
import type { StatusTree } from "./status-tree.ts";
import type { Store } from "./store.ts";
import type { Witness } from "./witness.ts";

/** Where a test can make a crash happen: once before and once after each thing that persists. */
export const crashPoints = [
  "sequence:before-commit",
  "sequence:after-commit",
  "status:before-commit",
  "status:after-commit",
  "publish:signed",
  "publish:cosigned",
  "publish:before-commit",
  "publish:after-commit",
] as const;
export type CrashPoint = (typeof crashPoints)[number];

export interface LogOptions {
  store: Store;
  /** Its name is the origin. */
  key: NoteKey;
  /** When a checkpoint counts as published. */
  policy: Policy;
  witnesses: readonly Witness[];
  /** Milliseconds between checkpoints while entries come in. */
  interval: number;
  /** Seconds after which an unchanged checkpoint is cosigned anew. */
  refresh: number;
  /** Seconds since 1970. */
  now?: () => number;
  /** Called at every crash point; what it throws happens there. */
  at?: (point: CrashPoint) => void;
  /** Told of what went wrong and was survived. */
  warn?: (message: string, cause: unknown) => void;
}

export interface Log {
  readonly origin: string;
  /** Entries sequenced, and waiting. */
  readonly size: number;
  readonly waiting: number;
  /** Null until the first checkpoint is published. */
  readonly published: PublishedCheckpoint | null;
  /** Resolves when the entry is durable. Throws `entry_malformed`, `entry_kind`, `lock_unknown`, `unavailable`. */
  submit(entry: Uint8Array): Promise<{ index: number; repeated: boolean }>;
  /** The same for many at once: one answer for each, in order. */
  submitAll(entries: readonly Uint8Array[]): Promise<(Sequenced | FreeholdError)[]>;
  /** Resolves when a published checkpoint contains the index. Throws `unavailable` at the end of the process, or where `signal` says that nobody waits any more. */
  whenPublished(index: number, signal?: AbortSignal): Promise<PublishedCheckpoint>;
  /** Logs a document's publication; resolves when durable. */
  publishDocument(document: Uint8Array): Promise<{ index: number; sha256: Uint8Array }>;
  /** The same for many at once: one answer for each, in order. A document that is there already has the index that it has. */
  publishDocuments(documents: readonly Uint8Array[]): Promise<{ index: number; sha256: Uint8Array }[]>;
  /** A tile of the published tree, or undefined. */
  tile(tile: Tile): Uint8Array | undefined;
  entry(index: number): Uint8Array | undefined;
  find(entry: Uint8Array): number;
  /** The index of the published entry with this leaf hash, or -1. Reads through the tiles (a million entries: tens of milliseconds). */
  findLeaf(leafHash: Uint8Array): Promise<number>;
  findPublication(sha256: Uint8Array): number;
  lock(lock: Uint8Array): LockState;
  /** The tlog-proof of an entry under the published checkpoint. Throws `index_unknown`. */
  proof(index: number): Promise<string>;
  inclusion(index: number, size: number): Promise<Uint8Array[]>;
  consistency(size1: number, size2: number): Promise<Uint8Array[]>;
  /** What each witness last said. */
  witnesses(): readonly WitnessReport[];
  /** Why the log takes no entries: for ever (`rolled_back`), or as long as it cannot write (`unavailable`). Null where it takes them. */
  readonly refusal: FreeholdError | null;
  /** Publishes now, if there is anything to publish or cosign anew. */
  publish(): Promise<void>;
  /** Sequences and publishes what waits, and ends. */
  close(): Promise<void>;
}

interface Sequenced {
  index: number;
  repeated: boolean;
}

/** Entries that were submitted together and wait together: one promise for all of them. */
interface Pending {
  entries: readonly Uint8Array[];
  /** Whether the register made them itself: only then are they publications. */
  own: boolean;
  resolve: (answers: (Sequenced | FreeholdError)[]) => void;
}

/** A transaction takes submissions until it has so many entries. */
const BATCH = 16_384;
/** Entries that may wait; more are refused until there is room. */
const POOL = 200_000;

export async function openLog(options: LogOptions): Promise<Log> {
  const { store, key, policy, witnesses, interval, refresh, now = () => Math.floor(Date.now() / 1000), at = () => {}, warn = () => {} } = options;
  const origin = key.vkey.name;
  claimFolder(store, origin);

  let state: State | null = openState(store);
  let pool: Pending[] = [];
  /** Entries in the pool. */
  let waiting = 0;
  let scheduled = false;
  let closed = false;
  let published = await readPublished(store, state);
  /** The last one made: the next is made from it. */
  let status = published?.status;
  const waiters = new Set<{ index: number; resolve: (checkpoint: PublishedCheckpoint) => void; reject: (error: Error) => void }>();
  /** Set from a transaction that failed to the next one that does not. */
  let unwritable: FreeholdError | null = null;

  /** The state, read again where a failed transaction has thrown it away: recovery is the ordinary way to open a log. */
  const current = (): State => (state ??= openState(store));

  const write = <T>(work: () => T): T => {
    try {
      const result = store.transaction(work);
      unwritable = null;
      return result;
    } catch (cause) {
      unwritable = new FreeholdError("unavailable", "The register cannot write at the moment. Nothing was taken; try again later.", { cause });
      throw cause;
    }
  };

  /** Runs a change of the state in one transaction; if that fails, nothing of it happened, in the store or in memory. */
  const change = <T>(name: "sequence" | "status", work: (state: State) => T): T => {
    const changing = current();
    state = null;
    const result = write(() => {
      const made = work(changing);
      changing.flush();
      at(`${name}:before-commit`);
      return made;
    });
    at(`${name}:after-commit`);
    state = changing;
    return result;
  };

  const sequence = () => {
    scheduled = false;
    let entries = 0;
    let taken = 0;
    while (taken < pool.length && entries < BATCH) entries += pool[taken++]!.entries.length;
    if (taken === 0) return;
    const batch = pool.slice(0, taken);
    pool = pool.slice(taken);
    waiting -= entries;
    let answers: (Sequenced | FreeholdError)[][];
    try {
      answers = change("sequence", (changing) =>
        batch.map((pending) => pending.entries.map((bytes) => attempt(() => append(changing, bytes, pending.own, store.chains)))),
      );
    } catch (cause) {
      warn("a batch could not be written; its entries were not taken", cause);
      const error = new FreeholdError("unavailable", "The register cannot write at the moment. Nothing was taken; try again later.", { cause });
      answers = batch.map((pending) => pending.entries.map(() => error));
    }
    for (const [i, { resolve }] of batch.entries()) resolve(answers[i]!);
    if (pool.length > 0) schedule();
  };
  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(sequence);
  };

  /** Puts entries into the pool: one answer for each, in order. */
  const submit = (entries: readonly Uint8Array[], own = false): Promise<(Sequenced | FreeholdError)[]> => {
    const refused =
      cosigning.refusal?.message ??
      (closed
        ? "The register is shutting down. Nothing was taken; try again in a moment."
        : waiting >= POOL
          ? "Too many entries are waiting. Nothing was taken; try again in a moment."
          : undefined);
    if (refused !== undefined) return Promise.resolve(entries.map(() => new FreeholdError("unavailable", refused)));
    return new Promise((resolve) => {
      pool.push({ entries, own, resolve });
      waiting += entries.length;
      schedule();
    });
  };
  const submitOne = async (bytes: Uint8Array): Promise<Sequenced> => {
    const [answer] = await submit([bytes]);
    if (answer instanceof FreeholdError) throw answer;
    return answer!;
  };

  const publishDocuments = async (documents: readonly Uint8Array[]) => {
    const hashes = documents.map((document) => createHash("sha256").update(document).digest());
    store.transaction(() => documents.forEach((document, i) => store.putDocument(hashes[i]!, document)));
    const answers = await submit(
      hashes.map((hash) => encodeEntry({ kind: "publication", hash })),
      true,
    );
    return answers.map((answer, i) => {
      if (answer instanceof FreeholdError) throw answer;
      return { index: answer.index, sha256: hashes[i]! };
    });
  };

  const readTile: ReadTile = (tile) => {
    const bytes = current().tree.tile(tile);
    if (bytes === undefined) throw new FreeholdError("range_invalid", "The tree is not that large.");
    return bytes;
  };

  const cosigning = openCosigning({ store, policy, witnesses, readTile, now, warn });

  /** Ends the tree in a status entry, where it does not end in one. Returns the tree over the bitmap that the entry covers; the size to publish is one above its size. */
  const endInStatus = (): StatusTree => {
    const { tree, bits } = current();
    const isThere = tree.size > 0 && decodeEntry(tree.entry(tree.size - 1)).kind === "status";
    const size = isThere ? tree.size - 1 : tree.size;
    status = growStatusTree(bits.slice(0, Math.ceil(size / 8)), size, status);
    const root = statusRootOf(status);
    if (!isThere) change("status", (changing) => changing.tree.append(encodeEntry({ kind: "status", size, root })));
    return status;
  };

  const publishOnce = async () => {
    await cosigning.refuseIfRolledBack(published);
    const covered = endInStatus();
    const size = covered.size + 1;
    const root = await rootFromTiles({ size, readTile });
    const signed = signNote(formatCheckpoint({ origin, size, root }), [key]);
    at("publish:signed");
    const { note, satisfied } = await cosigning.cosign(signed, size);
    at("publish:cosigned");
    if (!satisfied) return;
    const time = now();
    write(() => {
      store.putCheckpoint({ note, size, time });
      at("publish:before-commit");
    });
    at("publish:after-commit");
    published = { note, size, root, time, bits: covered.bits, status: covered };
    for (const waiter of waiters) {
      if (waiter.index >= size) continue;
      waiters.delete(waiter);
      waiter.resolve(published);
    }
  };

  let publishing: Promise<void> | null = null;
  const publish = (): Promise<void> => (publishing ??= publishOnce().finally(() => (publishing = null)));
  const isDue = () => {
    const { size } = current().tree;
    return published === null || size > published.size || now() - published.time >= refresh;
  };
  const timer = setInterval(() => {
    if (closed || publishing !== null) return;
    try {
      if (isDue()) publish().catch((error) => warn("a checkpoint could not be published", error));
    } catch (error) {
      warn("the log cannot be read", error);
    }
  }, interval);
  timer.unref();

  const publishedSize = () => published?.size ?? 0;
  const known = (index: number) => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= publishedSize())
      throw new FreeholdError("index_unknown", `The published log has the entries 0 to ${publishedSize() - 1}; ${index} is not among them.`);
    return index;
  };

  return {
    origin,
    get size() {
      return current().tree.size;
    },
    get waiting() {
      return waiting;
    },
    get published() {
      return published;
    },
    get refusal() {
      return cosigning.refusal ?? unwritable;
    },
    submit: (entry) => submitOne(entry),
    submitAll: (entries) => submit(entries),
    async whenPublished(index, signal) {
      if (published !== null && index < published.size) return published;
      if (closed) throw ending();
      return new Promise((resolve, reject) => {
        const waiter = { index, resolve, reject };
        const giveUp = () => {
          waiters.delete(waiter);
          reject(new FreeholdError("unavailable", "Nobody waits for this answer any more."));
        };
        waiters.add(waiter);
        if (signal?.aborted === true) giveUp();
        else signal?.addEventListener("abort", giveUp, { once: true });
      });
    },
    publishDocument: async (document) => (await publishDocuments([document]))[0]!,
    publishDocuments,
    tile(tile) {
      const end = (tile.index * TILE_WIDTH + tile.width) * (tile.level === "entries" ? 1 : TILE_WIDTH ** tile.level);
      return end <= publishedSize() ? current().tree.tile(tile) : undefined;
    },
    entry: (index) => (index < publishedSize() ? current().tree.entry(index) : undefined),
    find: (entry) => current().find(entry),
    async findLeaf(leafHash) {
      for (let tile = 0; tile * TILE_WIDTH < publishedSize(); tile++) {
        if (tile % 256 === 255) await new Promise((resolve) => setImmediate(resolve)); // others are served in between
        const width = Math.min(TILE_WIDTH, publishedSize() - tile * TILE_WIDTH);
        const hashes = Buffer.from(current().tree.tile({ level: 0, index: tile, width })!);
        for (let at = hashes.indexOf(leafHash); at >= 0; at = hashes.indexOf(leafHash, at + 1)) if (at % 32 === 0) return tile * TILE_WIDTH + at / 32;
      }
      return -1;
    },
    findPublication: (sha256) => current().findPublication(sha256),
    lock: (lock) => current().lock(lock),
    async proof(index) {
      const { size, note } = { size: 0, note: "", ...published };
      return formatProof({ index, hashes: await inclusionProofFromTiles({ index: known(index), size, readTile }), checkpoint: note });
    },
    inclusion: (index, size) => inclusionProofFromTiles({ index, size, readTile }),
    consistency: (size1, size2) => consistencyProofFromTiles({ size1, size2, readTile }),
    witnesses: () => cosigning.report(),
    publish,
    async close() {
      closed = true;
      clearInterval(timer);
      while (pool.length > 0) sequence();
      await publishing?.catch(() => {}); // of a tree that may be older
      await publish().catch(() => {});
      for (const { reject } of waiters) reject(ending());
    },
  };
}

function ending(): FreeholdError {
  return new FreeholdError("unavailable", "The register is shutting down. The entry is durable; ask for its proof later.");
}

/** A folder belongs to one origin for ever: opened under another name it would make a second history. */
function claimFolder(store: Store, origin: string): void {
  const claimed = store.setting("origin");
  if (claimed === undefined) store.putSetting("origin", origin);
  else if (claimed !== origin)
    throw new FreeholdError("folder_in_use", `The data folder belongs to the register ${claimed}; it cannot be opened as ${origin}.`);
}

/** Appends an entry that was submitted; after a record whose lock a chain has opened before, the withdrawal (spec/entry.md). Throws what `State.append` throws, and `entry_kind`. */
function append(state: State, bytes: Uint8Array, own: boolean, chains: AnchorStore): Sequenced {
  const entry = decodeEntry(bytes);
  if (!own && entry.kind !== "record" && entry.kind !== "withdrawal")
    throw new FreeholdError("entry_kind", `A ${entry.kind} entry is made by the register; records and withdrawals can be submitted.`);
  const answer = state.append(bytes);
  const secret = entry.kind === "record" ? chains.rememberedSecret(entry.lock) : undefined;
  if (secret !== undefined) {
    state.append(encodeEntry({ kind: "withdrawal", secret }));
    chains.forgetSecret(lockOf(secret));
  }
  return answer;
}

function attempt<T>(work: () => T): T | FreeholdError {
  try {
    return work();
  } catch (error) {
    if (error instanceof FreeholdError) return error;
    throw error;
  }
}

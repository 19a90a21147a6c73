/** The durable state of a log: one SQLite file in the data folder, written by one process. All SQL of the ledger is here, and in anchor-store.ts what concerns chains. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { concat } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Tile } from "@freehold/protocol/tile";
import { anchorStoreOver } from "./anchor-store.ts";
import type { AnchorStore } from "./anchor-store.ts";
import { migrate } from "./migrations.ts";

/** A checkpoint as it was published, with the time (seconds) at which that was. */
export interface StoredCheckpoint {
  note: string;
  size: number;
  time: number;
}

/** What a witness last cosigned for us. */
export interface WitnessState {
  size: number;
  time: number;
}

export interface StoredDocument {
  bytes: Uint8Array;
  /** Why the document is withheld; null where it is served. */
  withheld: string | null;
}

export interface Store {
  /** Runs work in one durable transaction: after it returns, all of it survives a crash; if it throws, none of it happened. */
  transaction<T>(work: () => T): T;
  size(): number;
  setSize(size: number): void;
  /** The stored bytes of a tile or bundle. Bundles, and tiles of level 0, are stored when they are full; those above also at the right edge, as wide as the log. */
  tile(level: Tile["level"], index: number): Uint8Array | undefined;
  putTile(level: Tile["level"], index: number, bytes: Uint8Array): void;
  /** Full bundles in order. */
  bundles(): Iterable<{ index: number; bytes: Uint8Array }>;
  /** The entries after the last full bundle, as a bundle. In pieces as they came, so that an entry is written once and not with all before it. */
  edge(): Uint8Array;
  /** Adds entries to the edge, the first of them at an index. */
  addToEdge(index: number, bundle: Uint8Array): void;
  /** Empties the edge. */
  clearEdge(): void;
  /** Pages of the status bitmap that are not all zero. */
  statusPages(): Iterable<{ page: number; bits: Uint8Array }>;
  putStatusPage(page: number, bits: Uint8Array): void;
  checkpoint(): StoredCheckpoint | undefined;
  putCheckpoint(checkpoint: StoredCheckpoint): void;
  witness(name: string): WitnessState | undefined;
  putWitness(name: string, state: WitnessState): void;
  document(sha256: Uint8Array): StoredDocument | undefined;
  putDocument(sha256: Uint8Array, bytes: Uint8Array): void;
  withholdDocument(sha256: Uint8Array, reason: string): void;
  /** A short text under a name: settings that belong to the folder, such as the origin. */
  setting(name: string): string | undefined;
  putSetting(name: string, value: string): void;
  readonly chains: AnchorStore;
  /** Copies the whole store, as it is at this moment, into a new file. Others may go on reading and writing. */
  copyTo(file: string): void;
  close(): void;
}

/** The name of the store in a data folder. */
export const STORE_FILE = "ledger.sqlite";

/**
 * Opens the store of a folder for writing, creating both where they are missing. Throws `folder_in_use` where another process
 * has it, `folder_newer` where a later version of this program made it, `unavailable` where it cannot be read or written.
 */
export function openStore(folder: string): Store {
  const unlock = lockFile(
    join(folder, "writer.lock"),
    (cause) =>
      new FreeholdError("folder_in_use", `The data folder ${folder} is in use by another process. One process writes a register; stop the other first.`, {
        cause,
      }),
  );
  try {
    const db = new DatabaseSync(join(folder, STORE_FILE));
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -4000; PRAGMA wal_autocheckpoint = 4000");
    migrate(db, folder);
    return storeOver(db, unlock);
  } catch (cause) {
    unlock();
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("unavailable", `The store in ${folder} cannot be opened for writing: ${(cause as Error).message}.`, { cause });
  }
}

/** Opens the store of a folder for reading beside the process that writes it: for checks and backups. Throws `unavailable`, `folder_newer`. */
export function readStore(folder: string): Store {
  try {
    const db = new DatabaseSync(join(folder, STORE_FILE), { readOnly: true });
    migrate(db, folder, { readOnly: true });
    return storeOver(db, () => {});
  } catch (cause) {
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("unavailable", `There is no register that can be read in ${folder}: ${(cause as Error).message}.`, { cause });
  }
}

/** Locks a file until the process ends or the result is called: a lock of the operating system. Throws what `inUse` makes where another process holds it, `unavailable` where it cannot be written. */
export function lockFile(file: string, inUse: (cause: unknown) => Error): () => void {
  let lock: { close(): void } | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const opened = new DatabaseSync(file);
    lock = opened;
    opened.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (cause) {
    lock?.close();
    if (/locked/.test((cause as Error).message)) throw inUse(cause);
    throw new FreeholdError("unavailable", `The data folder ${dirname(file)} cannot be written: ${(cause as Error).message}.`, { cause });
  }
  const held = lock;
  return () => held.close();
}

/** Tiles and bundles have one table; the level is in the upper bits of the key, bundles are level 0. */
const LEVEL = 2 ** 46;
const tileId = (level: Tile["level"], index: number) => (level === "entries" ? 0 : level + 1) * LEVEL + index;

function storeOver(db: DatabaseSync, unlock: () => void): Store {
  const sql = (text: string) => db.prepare(text);
  const getTile = sql("SELECT bytes FROM tile WHERE id = ?");
  const putTile = sql("INSERT INTO tile (id, bytes) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes");
  const addToEdge = sql("INSERT INTO edge (id, bytes) VALUES (?, ?)");
  const clearEdge = sql("DELETE FROM edge");
  const getState = sql("SELECT size FROM state");
  const putState = sql("UPDATE state SET size = ?");
  const putPage = sql("INSERT INTO status_page (page, bits) VALUES (?, ?) ON CONFLICT (page) DO UPDATE SET bits = excluded.bits");
  const getDocument = sql("SELECT bytes, withheld FROM document WHERE sha256 = ?");

  return {
    transaction(work) {
      db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },
    size: () => Number((getState.get() as { size: number }).size),
    setSize: (size) => void putState.run(size),
    tile: (level, index) => (getTile.get(tileId(level, index)) as { bytes: Uint8Array } | undefined)?.bytes,
    putTile: (level, index, bytes) => void putTile.run(tileId(level, index), bytes),
    *bundles() {
      for (const row of sql("SELECT id, bytes FROM tile WHERE id < ? ORDER BY id").iterate(LEVEL))
        yield { index: Number(row["id"]), bytes: row["bytes"] as Uint8Array };
    },
    edge: () =>
      concat(
        ...sql("SELECT bytes FROM edge ORDER BY id")
          .all()
          .map((row) => row["bytes"] as Uint8Array),
      ),
    addToEdge: (index, bundle) => void addToEdge.run(index, bundle),
    clearEdge: () => void clearEdge.run(),
    *statusPages() {
      for (const row of sql("SELECT page, bits FROM status_page ORDER BY page").iterate()) yield { page: Number(row["page"]), bits: row["bits"] as Uint8Array };
    },
    putStatusPage: (page, bits) => void putPage.run(page, bits),
    checkpoint: () => plain<StoredCheckpoint>(sql("SELECT note, size, time FROM checkpoint").get()),
    putCheckpoint({ note, size, time }) {
      sql(
        "INSERT INTO checkpoint (id, note, size, time) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET note = excluded.note, size = excluded.size, time = excluded.time",
      ).run(note, size, time);
    },
    witness: (name) => plain<WitnessState>(sql("SELECT size, time FROM witness WHERE name = ?").get(name)),
    putWitness(name, { size, time }) {
      sql("INSERT INTO witness (name, size, time) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET size = excluded.size, time = excluded.time").run(
        name,
        size,
        time,
      );
    },
    document: (sha256) => plain<StoredDocument>(getDocument.get(sha256)),
    putDocument: (sha256, bytes) => void sql("INSERT INTO document (sha256, bytes) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING").run(sha256, bytes),
    withholdDocument: (sha256, reason) => void sql("UPDATE document SET withheld = ?, bytes = x'' WHERE sha256 = ?").run(reason, sha256),
    setting: (name) => (sql("SELECT value FROM setting WHERE name = ?").get(name) as { value: string } | undefined)?.value,
    putSetting: (name, value) =>
      void sql("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value").run(name, value),
    chains: anchorStoreOver(db),
    copyTo: (file) => void sql("VACUUM INTO ?").run(file),
    close() {
      db.close();
      unlock();
    },
  };
}

/** A row as an ordinary object: node:sqlite's have no prototype. */
function plain<T>(row: unknown): T | undefined {
  return row === undefined ? undefined : ({ ...(row as object) } as T);
}

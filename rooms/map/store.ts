/**
 * The map's state: one SQLite file in the data folder beside the ledger's. Its basis (basis.ts) is what was read and published; all
 * that pages ask (answers.ts) is derived from it (derived.ts) in the transaction that changes it, so that the two never disagree.
 * Several processes may have it open: the register, and a command that imports.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FreeholdError } from "@freehold/protocol/errors";
import { migrate } from "../../ledger/migrations.ts";
import { answersOver } from "./store/answers.ts";
import type { Answers } from "./store/answers.ts";
import { basisOver } from "./store/basis.ts";
import type { Basis } from "./store/basis.ts";
import { derivedOver } from "./store/derived.ts";
import type { Derived } from "./store/derived.ts";
import { mapSteps } from "./store/migrations.ts";

/** The name of the store in a data folder. */
export const MAP_FILE = "map.sqlite";

export interface MapStore extends Answers {
  readonly basis: Basis;
  readonly derived: Derived;
  /**
   * Runs work in one durable transaction: after it returns, all of it survives a crash; if it throws, none of it happened. Throws
   * `unavailable` where another process writes for longer than `patience` milliseconds (60,000 where it is left out).
   */
  transaction<T>(work: () => T, patience?: number): T;
  /** Inside a transaction: what work wrote stays only where `keep` says so of its result. */
  trial<T>(work: () => T, keep: (result: T) => boolean): T;
  /** Rewrites the file, so that nothing of what was deleted is left in it. Throws `unavailable` where another process keeps it from that. */
  scrub(): void;
  /** Copies the whole store, as it is at this moment, into a new file. Others may go on reading and writing. */
  copyTo(file: string): void;
  close(): void;
}

/**
 * Opens the map's store of a folder, creating both where they are missing. Throws `folder_newer` where a later version of this
 * program made it, `unavailable` where it cannot be read or written.
 *
 * @example
 * ```ts
 * const store = openMapStore("./data");
 * store.rows({ q: "criteo" }).rows[0]?.id; // "criteo"
 * ```
 */
export function openMapStore(folder: string): MapStore {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new DatabaseSync(join(folder, MAP_FILE));
    db.exec("PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = 4000");
    migrate(db, folder, { steps: mapSteps });
    return storeOver(db);
  } catch (cause) {
    db?.close();
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("unavailable", `The map in ${folder} cannot be opened: ${(cause as Error).message}.`, { cause });
  }
}

/** SQLite's code for "another process writes". */
const BUSY = 5;

function storeOver(db: DatabaseSync): MapStore {
  return {
    ...answersOver(db),
    basis: basisOver(db),
    derived: derivedOver(db),
    transaction(work, patience = 60_000) {
      db.exec(`PRAGMA busy_timeout = ${patience}`);
      try {
        db.exec("BEGIN IMMEDIATE");
      } catch (cause) {
        if (((cause as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw cause;
        throw new FreeholdError("unavailable", "Another process is writing the map. Try again when it is done.", { cause });
      }
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },
    trial(work, keep) {
      db.exec("SAVEPOINT trial");
      const result = work();
      db.exec(keep(result) ? "RELEASE trial" : "ROLLBACK TO trial; RELEASE trial");
      return result;
    },
    scrub() {
      db.exec("PRAGMA busy_timeout = 60000; VACUUM");
      const { busy } = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() as { busy: number };
      if (busy !== 0)
        throw new FreeholdError(
          "unavailable",
          "It is deleted, but another process reads the map, and traces stay in the file beside it until that ends. Stop it, and run map rebuild.",
        );
    },
    copyTo: (file) => void db.prepare("VACUUM INTO ?").run(file),
    close: () => db.close(),
  };
}

/**
 * People's copies: one SQLite file in the data folder, beside the ledger's and the map's. What stands in it cannot be made again from the log.
 * A row is an id that its owner drew, a sealed blob, and the month in which it was last used: nothing says whose it is, or which rows belong together.
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FreeholdError } from "@freehold/protocol/errors";
import { migrate } from "../../ledger/migrations.ts";
import { checkExpected, erasedBefore } from "./rules.ts";
import type { Expected } from "./rules.ts";
import { BLOB_BYTES } from "./schema.ts";

/** The name of the store in a data folder. */
export const PEOPLE_FILE = "people.sqlite";

const STEPS: readonly string[] = [
  // 1: copies. Without a row number, which would tell which came together: ids are random.
  "CREATE TABLE backup (id BLOB PRIMARY KEY, tag TEXT NOT NULL, used INTEGER NOT NULL, blob BLOB NOT NULL) WITHOUT ROWID; CREATE INDEX backup_used ON backup (used)",
];

export interface Backup {
  blob: Uint8Array;
  tag: string;
}

export interface PeopleStore {
  /** Copies that are kept. */
  readonly count: number;
  /** A copy; notes the month as that of its last use. `id` in hexadecimal. */
  read(id: string, month: number): Backup | undefined;
  /**
   * Writes a copy; durable when it returns. Where the very same is there already, nothing is done. Throws `backup_conflict` where another one is
   * there than expected, `storage_full` where a new one would be more than `most` copies.
   */
  write(id: string, blob: Uint8Array, input: { expected: Expected; month: number; most: number }): { tag: string; created: boolean };
  /** Deletes a copy, and what the file still holds of it. Returns whether there was one. */
  remove(id: string): boolean;
  /** Erases what was last used too long ago; returns how many. */
  eraseIdle(month: number): number;
  /** Copies the whole store, as it is at this moment, into a new file. Others may go on reading and writing. */
  copyTo(file: string): void;
  close(): void;
}

/**
 * Opens the store of a folder, creating both where they are missing. Throws `folder_newer` where a later version of this program made it,
 * `unavailable` where it cannot be read or written.
 *
 * @example
 * ```ts
 * const people = openPeopleStore("./data");
 * ```
 */
export function openPeopleStore(folder: string): PeopleStore {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new DatabaseSync(join(folder, PEOPLE_FILE));
    db.exec("PRAGMA busy_timeout = 5000; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    migrate(db, folder, { steps: STEPS });
    return storeOver(db);
  } catch (cause) {
    db?.close();
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("unavailable", `The people's copies in ${folder} cannot be opened: ${(cause as Error).message}.`, { cause });
  }
}

function storeOver(db: DatabaseSync): PeopleStore {
  const sql = (text: string) => db.prepare(text);
  const get = sql("SELECT blob, tag, used FROM backup WHERE id = ?");
  const getTag = sql("SELECT tag FROM backup WHERE id = ?");
  const put = sql(
    "INSERT INTO backup (id, tag, used, blob) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET tag = excluded.tag, used = excluded.used, blob = excluded.blob",
  );
  const use = sql("UPDATE backup SET used = ? WHERE id = ?");
  const drop = sql("DELETE FROM backup WHERE id = ?");
  let count = Number((sql("SELECT count(*) AS n FROM backup INDEXED BY backup_used").get() as { n: number }).n);
  /** Deleted rows are overwritten in the file; the log beside it is emptied too, so that nothing of them is left. */
  const scrub = () => db.exec("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");

  return {
    get count() {
      return count;
    },
    read(id, month) {
      const key = Buffer.from(id, "hex");
      const row = get.get(key) as { blob: Uint8Array; tag: string; used: number } | undefined;
      if (row === undefined) return undefined;
      if (row.used < month) use.run(month, key);
      return { blob: row.blob, tag: row.tag };
    },
    write(id, blob, { expected, month, most }) {
      const key = Buffer.from(id, "hex");
      const tag = createHash("sha256").update(blob).digest("hex").slice(0, 32);
      // One process writes, and nothing is awaited in between: a single statement is transaction enough.
      const there = (getTag.get(key) as { tag: string } | undefined)?.tag;
      if (there === tag) return { tag, created: false };
      checkExpected(expected, there);
      if (there === undefined && count >= most)
        throw new FreeholdError(
          "storage_full",
          `The register keeps at most ${most} copies of ${BLOB_BYTES} bytes, and has that many. Keep yours as a file, or use another register.`,
        );
      put.run(key, tag, month, blob);
      if (there === undefined) count++;
      return { tag, created: there === undefined };
    },
    remove(id) {
      const removed = Number(drop.run(Buffer.from(id, "hex")).changes) > 0;
      if (!removed) return false;
      count--;
      scrub();
      return true;
    },
    eraseIdle(month) {
      const erased = Number(sql("DELETE FROM backup WHERE used < ?").run(erasedBefore(month)).changes);
      count -= erased;
      if (erased > 0) scrub();
      return erased;
    },
    copyTo: (file) => void sql("VACUUM INTO ?").run(file),
    close: () => db.close(),
  };
}

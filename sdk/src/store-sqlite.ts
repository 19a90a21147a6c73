/** A desk's store in one SQLite file, by `node:sqlite`: this file alone needs Node >= 22.13. What `write` has returned from survives the end of the process and of the machine. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SQLOutputValue } from "node:sqlite";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Process } from "@freehold/protocol/record";
import type { Change, KeptDecision, KeptKid, KeptLock, KeptPaper, LoadedDecision, Store } from "./store.ts";

/** The migrations, each run once in its own transaction; a file's `user_version` says how many it has had. */
const MIGRATIONS = [
  `CREATE TABLE scope (id INTEGER PRIMARY KEY, processes TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE decision (
     id INTEGER PRIMARY KEY, record BLOB NOT NULL UNIQUE, subject TEXT NOT NULL, kid TEXT NOT NULL, lock BLOB NOT NULL, is_grant INTEGER NOT NULL,
     at INTEGER, beacon INTEGER NOT NULL, expires INTEGER, scope INTEGER, origin TEXT NOT NULL) STRICT;
   CREATE INDEX decision_subject ON decision (subject);
   CREATE INDEX decision_kid ON decision (kid);
   CREATE INDEX decision_lock ON decision (lock);
   CREATE INDEX decision_at ON decision (at) WHERE at IS NOT NULL;
   CREATE INDEX decision_scope ON decision (scope);
   CREATE TABLE evidence (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
   CREATE TABLE kid (hash BLOB PRIMARY KEY, kid TEXT, subject TEXT, lapsed INTEGER NOT NULL, rotated INTEGER, floor INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX kid_subject ON kid (subject) WHERE subject IS NOT NULL;
   CREATE TABLE lock (lock BLOB PRIMARY KEY, secret BLOB NOT NULL, by TEXT NOT NULL, since REAL NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE status (one INTEGER PRIMARY KEY CHECK (one = 1), note TEXT NOT NULL, size INTEGER NOT NULL, bits BLOB NOT NULL) STRICT;
   CREATE TABLE mark (name TEXT PRIMARY KEY, value REAL NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TABLE paper (drawer TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (drawer, key)) STRICT, WITHOUT ROWID;`,
];

const COLUMNS = 'decision.id, record, subject, kid, lock, is_grant AS "isGrant", at, beacon, expires, scope, origin';
const RETIRED = `SELECT ${COLUMNS} FROM decision WHERE is_grant = 1 AND (expires <= ? OR lock IN (SELECT lock FROM lock WHERE since <= ?)) ORDER BY id`;
const LOAD = `SELECT id, subject, is_grant AS "isGrant", at, beacon, expires, scope, EXISTS (SELECT 1 FROM lock WHERE lock.lock = decision.lock) AS opened,
  kid IN (SELECT kid FROM kid WHERE lapsed = 1 AND kid IS NOT NULL) AS lapsed FROM decision WHERE id > ? ORDER BY id LIMIT 4096`;

type Row = { [column: string]: SQLOutputValue };

/**
 * Opens the store in a file, which is made where it is missing. Writes are durable (WAL, synchronous=FULL); what is erased is overwritten (secure_delete).
 *
 * @throws `folder_newer` where a later version made it; `unavailable` where it cannot be opened, or another process writes to it.
 * @example
 * ```ts
 * const store = openSqliteStore("/var/lib/shop/desk.sqlite");
 * ```
 */
export function openSqliteStore(file: string): Store {
  const db = open(file);
  const prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const sql = (text: string) => {
    const known = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, known);
    return known;
  };
  /** Each scope is read and parsed once. */
  const scopes = new Map<number, readonly Process[]>();
  const processesOf = (scope: SQLOutputValue | undefined): readonly Process[] | null => {
    if (scope === null || scope === undefined) return null;
    let known = scopes.get(scope as number);
    if (known === undefined) {
      known = JSON.parse(sql("SELECT processes FROM scope WHERE id = ?").get(scope)!["processes"] as string) as readonly Process[];
      scopes.set(scope as number, known);
    }
    return known;
  };
  const scopeOf = (processes: readonly Process[] | null): number | null => {
    if (processes === null) return null;
    const text = JSON.stringify(processes);
    sql("INSERT INTO scope (processes) VALUES (?) ON CONFLICT DO NOTHING").run(text);
    return sql("SELECT id FROM scope WHERE processes = ?").get(text)!["id"] as number;
  };
  const decisionFrom = (row: Row): KeptDecision => ({
    id: row["id"] as number,
    record: toHex(row["record"] as Uint8Array),
    subject: row["subject"] as string,
    kid: row["kid"] as string,
    lock: toHex(row["lock"] as Uint8Array),
    kind: row["isGrant"] === 1 ? "grant" : "refusal",
    index: row["at"] as number | null,
    beacon: row["beacon"] as number,
    expires: row["expires"] as number | null,
    processes: processesOf(row["scope"]),
    origin: row["origin"] as string,
  });

  const apply = (change: Change): void => {
    if ("drop" in change) {
      if (change.drop === "lock") sql("DELETE FROM lock WHERE lock = ?").run(fromHex(change.lock));
      else if (change.drop === "paper") sql("DELETE FROM paper WHERE drawer = ? AND key = ?").run(change.drawer, change.key);
      else {
        const scope = sql("SELECT scope FROM decision WHERE id = ?").get(change.id)?.["scope"];
        sql("DELETE FROM decision WHERE id = ?").run(change.id);
        sql("DELETE FROM evidence WHERE id = ?").run(change.id);
        if (typeof scope !== "number" || sql("SELECT 1 FROM decision WHERE scope = ? LIMIT 1").get(scope) !== undefined) return;
        sql("DELETE FROM scope WHERE id = ?").run(scope);
        scopes.delete(scope);
      }
      return;
    }
    switch (change.put) {
      case "decision": {
        const { id, record, subject, kid, lock, kind, index, beacon, expires, processes, origin } = change.decision;
        const statement = sql(
          "INSERT INTO decision (id, record, subject, kid, lock, is_grant, at, beacon, expires, scope, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
        statement.run(id, fromHex(record), subject, kid, fromHex(lock), kind === "grant" ? 1 : 0, index, beacon, expires, scopeOf(processes), origin);
        sql("INSERT INTO evidence (id, text) VALUES (?, ?)").run(id, change.evidence);
        return;
      }
      case "index":
        sql("UPDATE decision SET at = ? WHERE id = ?").run(change.index, change.id);
        sql("UPDATE evidence SET text = ? WHERE id = ?").run(change.evidence, change.id);
        return;
      case "kid": {
        const { hash, kid, subject, lapsed, rotated, floor } = change.kid;
        sql("INSERT OR REPLACE INTO kid (hash, kid, subject, lapsed, rotated, floor) VALUES (?, ?, ?, ?, ?, ?)").run(
          fromHex(hash),
          kid,
          subject,
          Number(lapsed),
          rotated,
          floor,
        );
        return;
      }
      case "lock": {
        const { lock, secret, by, since } = change.lock;
        sql("INSERT INTO lock (lock, secret, by, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING").run(fromHex(lock), fromHex(secret), by, since);
        return;
      }
      case "status":
        if (change.bits === undefined) sql("UPDATE status SET note = ?, size = ?").run(change.note, change.size);
        else sql("INSERT OR REPLACE INTO status (one, note, size, bits) VALUES (1, ?, ?, ?)").run(change.note, change.size, change.bits);
        return;
      case "mark":
        sql("INSERT OR REPLACE INTO mark (name, value) VALUES (?, ?)").run(change.name, change.value);
        return;
      case "paper":
        sql("INSERT OR REPLACE INTO paper (drawer, key, text) VALUES (?, ?, ?)").run(change.paper.drawer, change.paper.key, change.paper.text);
    }
  };

  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof FreeholdError) throw cause;
      throw new FreeholdError("unavailable", `The desk's store cannot be used: ${(cause as Error).message}.`, { cause });
    }
  };
  const rows = (text: string, ...values: (string | number | Uint8Array)[]): Row[] => guarded(() => sql(text).all(...values));
  const row = (text: string, ...values: (string | number | Uint8Array)[]): Row | undefined => guarded(() => sql(text).get(...values));

  return {
    async write(changes) {
      guarded(() => {
        db.exec("BEGIN IMMEDIATE");
        try {
          for (const change of changes) apply(change);
          db.exec("COMMIT");
        } catch (error) {
          scopes.clear(); // some may be of this transaction
          if (db.isTransaction) db.exec("ROLLBACK");
          throw error;
        }
        // What was erased is also in the older pages that wait in the file beside this one.
        if (changes.some((change) => "drop" in change && change.drop === "decision")) db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      });
    },
    async *all() {
      for (let after = -1; ;) {
        const page = rows(LOAD, after).map((one): LoadedDecision => ({
          id: one["id"] as number,
          subject: one["subject"] as string,
          kind: one["isGrant"] === 1 ? "grant" : "refusal",
          index: one["at"] as number | null,
          beacon: one["beacon"] as number,
          expires: one["expires"] as number | null,
          processes: processesOf(one["scope"]),
          opened: one["opened"] === 1,
          lapsed: one["lapsed"] === 1,
        }));
        if (page.length === 0) return;
        after = page.at(-1)!.id;
        yield page;
      }
    },
    decisions: async (by, value) =>
      rows(`SELECT ${COLUMNS} FROM decision WHERE ${by} = ? ORDER BY id`, by === "record" || by === "lock" ? fromHex(value) : value).map(decisionFrom),
    decisionsAt: async (indexes) => indexes.flatMap((index) => rows(`SELECT ${COLUMNS} FROM decision WHERE at = ?`, index).map(decisionFrom)),
    retired: async (before) => rows(RETIRED, before, before).map(decisionFrom),
    evidence: async (id) => row("SELECT text FROM evidence WHERE id = ?", id)?.["text"] as string | undefined,
    kid: async (hash) => optional(row("SELECT * FROM kid WHERE hash = ?", fromHex(hash)), kidFrom),
    kidsOf: async (subject) => rows("SELECT * FROM kid WHERE subject = ?", subject).map(kidFrom),
    kidsWithFloor: async () => rows("SELECT * FROM kid WHERE subject IS NOT NULL AND floor > 0").map(kidFrom),
    lock: async (lock) => optional(row("SELECT * FROM lock WHERE lock = ?", fromHex(lock)), lockFrom),
    status: async () =>
      optional(row("SELECT note, size, bits FROM status"), ({ note, size, bits }) => ({
        note: note as string,
        size: size as number,
        bits: new Uint8Array(bits as Uint8Array),
      })),
    mark: async (name) => row("SELECT value FROM mark WHERE name = ?", name)?.["value"] as number | undefined,
    paper: async (drawer, key) => row("SELECT text FROM paper WHERE drawer = ? AND key = ?", drawer, key)?.["text"] as string | undefined,
    papers: async (drawer, { after = "", limit = 1000 } = {}) =>
      rows("SELECT drawer, key, text FROM paper WHERE drawer = ? AND key > ? ORDER BY key LIMIT ?", drawer, after, limit) as unknown as KeptPaper[],
    async close() {
      prepared.clear();
      db.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    const db = new DatabaseSync(file);
    // Exclusive: a second desk on this file would not see what the first one has in memory.
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA busy_timeout = 0");
    migrate(db, file);
    return db;
  } catch (cause) {
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("unavailable", `The desk's store ${file} cannot be opened; perhaps another process has it: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function migrate(db: DatabaseSync, file: string): void {
  const version = db.prepare("PRAGMA user_version").get()!["user_version"] as number;
  if (version > MIGRATIONS.length) throw new FreeholdError("folder_newer", `The desk's store ${file} was made by a later version of this program.`);
  for (const [i, migration] of MIGRATIONS.entries()) {
    if (i < version) continue;
    db.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${i + 1}; COMMIT`);
  }
  // Takes the lock also where there was nothing to migrate.
  db.exec("BEGIN IMMEDIATE; COMMIT");
}

function optional<T>(row: Row | undefined, from: (row: Row) => T): T | undefined {
  return row && from(row);
}

function kidFrom(row: Row): KeptKid {
  return {
    hash: toHex(row["hash"] as Uint8Array),
    kid: row["kid"] as string | null,
    subject: row["subject"] as string | null,
    lapsed: row["lapsed"] === 1,
    rotated: row["rotated"] as number | null,
    floor: row["floor"] as number,
  };
}

function lockFrom(row: Row): KeptLock {
  return { lock: toHex(row["lock"] as Uint8Array), secret: toHex(row["secret"] as Uint8Array), by: row["by"] as KeptLock["by"], since: row["since"] as number };
}

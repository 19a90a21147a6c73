/**
 * What the register keeps of companies: one SQLite file in the data folder. Publications are listed here as the log has them, and can be read from it
 * again; messages in mailboxes and webhooks cannot. Of who left a message nothing is kept.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FreeholdError } from "@freehold/protocol/errors";
import { migrate } from "../../ledger/migrations.ts";
import type { Link } from "./rules.ts";
import { KEPT_FETCHED, KEPT_UNFETCHED, mailboxOf } from "./rules.ts";

/** The name of the store in a data folder. */
export const COMPANIES_FILE = "companies.sqlite";

const STEPS: readonly string[] = [
  // 1: publications of companies as the log has them, and how far it was read; messages; webhooks, and the calls that are due
  `CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), scanned INTEGER NOT NULL);
   INSERT INTO state (id, scanned) VALUES (1, 0);
   CREATE TABLE publication (sha256 TEXT PRIMARY KEY, author TEXT NOT NULL, type TEXT NOT NULL, predecessor TEXT, issued TEXT NOT NULL, log_index INTEGER NOT NULL,
     mailbox TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX publication_mailbox ON publication (mailbox);
   CREATE INDEX publication_author ON publication (author, type);
   CREATE INDEX publication_type ON publication (type, author);
   CREATE TABLE mailbox (id TEXT PRIMARY KEY, last INTEGER NOT NULL, url TEXT, secret TEXT, failed INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
   CREATE TABLE message (mailbox TEXT NOT NULL, n INTEGER NOT NULL, sha256 TEXT NOT NULL, jwe TEXT NOT NULL, size INTEGER NOT NULL, deposit TEXT NOT NULL, deposited INTEGER NOT NULL,
     fetched INTEGER, UNIQUE (mailbox, n), UNIQUE (mailbox, sha256));
   CREATE INDEX message_size ON message (mailbox, size);
   CREATE TABLE call (mailbox TEXT NOT NULL, message TEXT NOT NULL, failed INTEGER NOT NULL, due INTEGER NOT NULL, PRIMARY KEY (mailbox, message)) WITHOUT ROWID;
   CREATE INDEX call_due ON call (due);`,
];

export interface Publication extends Link {
  author: string;
  type: "claim" | "notice";
}

export interface Message {
  sha256: string;
  jwe: string;
  deposit: string;
  /** Seconds since 1970. */
  deposited: number;
}

export interface Webhook {
  url: string;
  secret: string;
  /** Calls that were given up. */
  failed: number;
  /** Calls that are due or will be. */
  waiting: number;
}

/** A webhook's call that is due. */
export interface Call {
  mailbox: string;
  message: string;
  /** How often it was tried. */
  failed: number;
  url: string;
  secret: string;
  deposited: number;
}

export interface CompaniesStore {
  /** Entries of the log that were read for publications. */
  scanned(): number;
  /** Notes publications, and that the log was read up to an index. */
  addPublications(publications: readonly Publication[], scanned?: number): void;
  /** Forgets what the log was read for: it is another log than was read, or an older copy of it. */
  forgetPublications(): void;
  /** The one with the highest index. */
  newestPublication(): Publication | undefined;
  publication(sha256: string): Publication | undefined;
  publicationsOf(author: string, type: Publication["type"]): Publication[];
  /** Authors of claims. */
  authors(): string[];
  /** The author whose mailbox has this address. */
  authorOf(mailbox: string): string | undefined;
  /** How many publications there are, and the index of the last one, -1 where there is none. */
  extent(): { count: number; last: number };

  /**
   * Takes a message; durable when it returns. Where a webhook is set, its first call is due at once. The same message again gives the deposit
   * of then. Throws `storage_full` where the mailbox or all together would hold more than so many bytes.
   */
  deposit(mailbox: string, message: Message, most: { mailbox: number; all: number }): string;
  message(mailbox: string, sha256: string): Message | undefined;
  /** Messages after a number that were not fetched, oldest first, with their numbers. */
  waiting(mailbox: string, after: number, limit: number): { n: number; message: string; deposited: number }[];
  /** Notes that a message was fetched; returns whether there is such a message. */
  setFetched(mailbox: string, sha256: string, now: number): boolean;
  /** Deletes messages whose time is over; returns how many. */
  eraseOld(now: number): number;

  webhook(mailbox: string): Webhook | undefined;
  setWebhook(mailbox: string, webhook: { url: string; secret: string }): void;
  /** Ends a webhook and the calls that wait. */
  removeWebhook(mailbox: string): void;
  /** Calls that are due, at most four of each mailbox, so that one host that is slow does not keep the others waiting. */
  dueCalls(now: number, limit: number): Call[];
  /** The calls of a message that succeeded, or is not to be told of any more. */
  dropCall(call: Pick<Call, "mailbox" | "message">): void;
  /** After a failure: the next one, or null where it was given up. */
  putOff(call: Pick<Call, "mailbox" | "message" | "failed">, due: number | null): void;

  /** Copies the whole store, as it is at this moment, into a new file. Others may go on reading and writing. */
  copyTo(file: string): void;
  close(): void;
}

/** Opens the store of a folder, creating both where they are missing. Throws `folder_newer`, `unavailable`. */
export function openCompaniesStore(folder: string): CompaniesStore {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    db = new DatabaseSync(join(folder, COMPANIES_FILE));
    db.exec("PRAGMA busy_timeout = 5000; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON");
    migrate(db, folder, { steps: STEPS });
    return storeOver(db);
  } catch (cause) {
    db?.close();
    if (cause instanceof FreeholdError) throw cause;
    throw new FreeholdError("unavailable", `The companies' store in ${folder} cannot be opened: ${(cause as Error).message}.`, { cause });
  }
}

function storeOver(db: DatabaseSync): CompaniesStore {
  const sql = (text: string) => db.prepare(text);
  /** One durable transaction: if it throws, none of it happened. */
  const transaction = <T>(work: () => T): T => {
    try {
      db.exec("BEGIN IMMEDIATE");
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (cause) {
      if (db.isTransaction) db.exec("ROLLBACK");
      if (cause instanceof FreeholdError) throw cause;
      throw new FreeholdError("unavailable", "The register cannot write at the moment. Nothing was taken; try again later.", { cause });
    }
  };
  const publicationOf = (row: unknown) => row as Publication | undefined;
  const COLUMNS = 'sha256, author, type, predecessor, issued, log_index AS "index"';
  const putPublication = sql(
    "INSERT INTO publication (sha256, author, type, predecessor, issued, log_index, mailbox) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
  );
  const getMessage = sql("SELECT sha256, jwe, deposit, deposited FROM message WHERE mailbox = ? AND sha256 = ?");
  const sizeOf = sql("SELECT coalesce(sum(size), 0) AS size FROM message WHERE mailbox = ?");
  const setLast = sql("INSERT INTO mailbox (id, last) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET last = last + 1 RETURNING last, url");
  const putMessage = sql("INSERT INTO message (mailbox, n, sha256, jwe, size, deposit, deposited) VALUES (?, ?, ?, ?, ?, ?, ?)");
  const putCall = sql("INSERT INTO call (mailbox, message, failed, due) VALUES (?, ?, 0, ?)");
  const dropCall = sql("DELETE FROM call WHERE mailbox = ? AND message = ?");
  const total = () => Number((sql("SELECT coalesce(sum(size), 0) AS size FROM message").get() as { size: number }).size);
  let all = total();
  /** Deleted rows are overwritten in the file; the log beside it is emptied too, so that nothing of them is left. */
  const scrub = () => db.exec("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");

  return {
    scanned: () => Number((sql("SELECT scanned FROM state").get() as { scanned: number }).scanned),
    addPublications(publications, scanned) {
      transaction(() => {
        for (const { sha256, author, type, predecessor, issued, index } of publications)
          putPublication.run(sha256, author, type, predecessor, issued, index, mailboxOf(author));
        if (scanned !== undefined) sql("UPDATE state SET scanned = ?").run(scanned);
      });
    },
    forgetPublications: () => transaction(() => db.exec("DELETE FROM publication; UPDATE state SET scanned = 0")),
    newestPublication: () => publicationOf(sql(`SELECT ${COLUMNS} FROM publication ORDER BY log_index DESC LIMIT 1`).get()),
    publication: (sha256) => publicationOf(sql(`SELECT ${COLUMNS} FROM publication WHERE sha256 = ?`).get(sha256)),
    publicationsOf: (author, type) => sql(`SELECT ${COLUMNS} FROM publication WHERE author = ? AND type = ? ORDER BY log_index`).all(author, type) as never,
    authors: () =>
      sql("SELECT DISTINCT author FROM publication WHERE type = 'claim' ORDER BY author")
        .all()
        .map((row) => row["author"] as string),
    authorOf: (mailbox) => sql("SELECT author FROM publication WHERE mailbox = ? LIMIT 1").get(mailbox)?.["author"] as string | undefined,
    extent: () => sql("SELECT count(*) AS count, coalesce(max(log_index), -1) AS last FROM publication").get() as never,

    deposit(mailbox, { sha256, jwe, deposit, deposited }, most) {
      const there = getMessage.get(mailbox, sha256) as Message | undefined;
      if (there !== undefined) return there.deposit;
      const size = jwe.length + deposit.length;
      transaction(() => {
        const { size: held } = sizeOf.get(mailbox) as { size: number };
        if (held + size > most.mailbox)
          throw new FreeholdError("storage_full", "This company's mailbox is full: it has not fetched what was left. Deliver to it directly, or by letter.");
        if (all + size > most.all)
          throw new FreeholdError("storage_full", "The mailboxes of this register are full. Deliver to the company directly, or by letter.");
        const { last, url } = setLast.get(mailbox) as { last: number; url: string | null };
        putMessage.run(mailbox, last, sha256, jwe, size, deposit, deposited);
        if (url !== null) putCall.run(mailbox, sha256, deposited);
      });
      all += size;
      return deposit;
    },
    message: (mailbox, sha256) => getMessage.get(mailbox, sha256) as Message | undefined,
    waiting: (mailbox, after, limit) =>
      sql("SELECT n, sha256 AS message, deposited FROM message WHERE mailbox = ? AND n > ? AND fetched IS NULL ORDER BY n LIMIT ?").all(
        mailbox,
        after,
        limit,
      ) as never,
    setFetched(mailbox, sha256, now) {
      if (getMessage.get(mailbox, sha256) === undefined) return false;
      transaction(() => {
        sql("UPDATE message SET fetched = ? WHERE mailbox = ? AND sha256 = ? AND fetched IS NULL").run(now, mailbox, sha256);
        dropCall.run(mailbox, sha256);
      });
      return true;
    },
    eraseOld(now) {
      const erased = transaction(() => {
        sql("DELETE FROM call WHERE message IN (SELECT sha256 FROM message WHERE deposited < ?)").run(now - KEPT_UNFETCHED);
        return Number(sql("DELETE FROM message WHERE fetched < ? OR deposited < ?").run(now - KEPT_FETCHED, now - KEPT_UNFETCHED).changes);
      });
      all = total();
      if (erased > 0) scrub();
      return erased;
    },

    webhook(mailbox) {
      const row = sql(
        "SELECT url, secret, failed, (SELECT count(*) FROM call WHERE mailbox = id) AS waiting FROM mailbox WHERE id = ? AND url IS NOT NULL",
      ).get(mailbox);
      return row as Webhook | undefined;
    },
    setWebhook: (mailbox, { url, secret }) =>
      void transaction(() =>
        sql(
          "INSERT INTO mailbox (id, last, url, secret) VALUES (?, 0, ?, ?) ON CONFLICT (id) DO UPDATE SET url = excluded.url, secret = excluded.secret, failed = 0",
        ).run(mailbox, url, secret),
      ),
    removeWebhook: (mailbox) =>
      transaction(() => {
        sql("UPDATE mailbox SET url = NULL, secret = NULL, failed = 0 WHERE id = ?").run(mailbox);
        sql("DELETE FROM call WHERE mailbox = ?").run(mailbox);
      }),
    dueCalls: (now, limit) =>
      sql(
        `SELECT due.mailbox, due.message, due.failed, mailbox.url, mailbox.secret, message.deposited
         FROM (SELECT *, row_number() OVER (PARTITION BY mailbox ORDER BY due) AS place FROM call WHERE due <= ?) AS due
         JOIN mailbox ON mailbox.id = due.mailbox JOIN message ON message.mailbox = due.mailbox AND message.sha256 = due.message
         WHERE place <= 4 ORDER BY due.due LIMIT ?`,
      ).all(now, limit) as never,
    dropCall: ({ mailbox, message }) => void transaction(() => dropCall.run(mailbox, message)),
    putOff: ({ mailbox, message, failed }, due) =>
      transaction(() => {
        if (due !== null) sql("UPDATE call SET failed = ?, due = ? WHERE mailbox = ? AND message = ?").run(failed, due, mailbox, message);
        else {
          dropCall.run(mailbox, message);
          sql("UPDATE mailbox SET failed = failed + 1 WHERE id = ?").run(mailbox);
        }
      }),

    copyTo: (file) => void sql("VACUUM INTO ?").run(file),
    close: () => db.close(),
  };
}

/** The shop's own customers, in a database of its own: what any shop has. Freehold is told their number and nothing else. */
import { createHash, randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

export interface Customer {
  /** The name under which the desk knows her. */
  id: string;
  name: string;
  email: string;
}

/** How often a use was made of her data, and under which grant the last time. */
export interface Done {
  use: string;
  times: number;
  /** Seconds since 1970. */
  last: number;
  /** Index of the grant's entry. */
  grant: number;
}

/** An export that was sent to her. */
export interface Export {
  sha256: string;
  record: string;
  text: string;
}

export interface Customers {
  /** A new customer, and the token of her session. */
  signUp(name: string, email: string): { customer: Customer; session: string };
  bySession(session: string): Customer | undefined;
  find(id: string): Customer | undefined;
  /** The newest first. */
  newest(limit: number): Customer[];
  count(id: string, use: string, at: number, grant: number): void;
  done(id: string): Done[];
  keepExport(id: string, made: Export): void;
  exports(id: string): Export[];
  erase(id: string): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS customers(id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, session TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS done(customer TEXT NOT NULL, use TEXT NOT NULL, times INTEGER NOT NULL, last REAL NOT NULL, granted INTEGER NOT NULL, PRIMARY KEY (customer, use)) STRICT;
  CREATE TABLE IF NOT EXISTS exports(customer TEXT NOT NULL, sha256 TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (customer, sha256)) STRICT;`;

export function openCustomers(file: string): Customers {
  const db = new DatabaseSync(file);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
  db.exec(SCHEMA);
  const hash = (session: string) => createHash("sha256").update(session).digest("hex");
  const columns = "id, name, email";
  return {
    signUp(name, email) {
      const session = randomBytes(24).toString("base64url");
      const customer = { id: `customer-${randomBytes(4).toString("hex")}`, name, email };
      db.prepare("INSERT INTO customers VALUES (?, ?, ?, ?)").run(customer.id, name, email, hash(session));
      return { customer, session };
    },
    bySession: (session) => db.prepare(`SELECT ${columns} FROM customers WHERE session = ?`).get(hash(session)) as Customer | undefined,
    find: (id) => db.prepare(`SELECT ${columns} FROM customers WHERE id = ?`).get(id) as Customer | undefined,
    newest: (limit) => db.prepare(`SELECT ${columns} FROM customers ORDER BY rowid DESC LIMIT ?`).all(limit) as unknown as Customer[],
    count(id, use, at, grant) {
      const sql = "INSERT INTO done VALUES (?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET times = times + 1, last = excluded.last, granted = excluded.granted";
      db.prepare(sql).run(id, use, at, grant);
    },
    done: (id) => db.prepare("SELECT use, times, last, granted AS grant FROM done WHERE customer = ?").all(id) as unknown as Done[],
    keepExport: (id, { sha256, record, text }) => void db.prepare("INSERT OR IGNORE INTO exports VALUES (?, ?, ?, ?)").run(id, sha256, record, text),
    exports: (id) => db.prepare("SELECT sha256, record, text FROM exports WHERE customer = ? ORDER BY rowid DESC").all(id) as unknown as Export[],
    erase(id) {
      for (const sql of ["DELETE FROM customers WHERE id = ?", "DELETE FROM done WHERE customer = ?", "DELETE FROM exports WHERE customer = ?"])
        db.prepare(sql).run(id);
    },
    close: () => db.close(),
  };
}

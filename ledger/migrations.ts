/** The numbered steps from an empty file to the store of this version. A step, once released, never changes. */
import type { DatabaseSync } from "node:sqlite";
import { FreeholdError } from "@freehold/protocol/errors";

const STEPS: readonly string[] = [
  // 1: the log as tiles and bundles, and what comes after the last full bundle as it came; the status bitmap in pages, the last checkpoint, witnesses, documents
  `CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL);
   INSERT INTO state (id, size) VALUES (1, 0);
   CREATE TABLE tile (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
   CREATE TABLE edge (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
   CREATE TABLE status_page (page INTEGER PRIMARY KEY, bits BLOB NOT NULL);
   CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), note TEXT NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL);
   CREATE TABLE witness (name TEXT PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL);
   CREATE TABLE document (sha256 BLOB PRIMARY KEY, bytes BLOB NOT NULL, withheld TEXT);
   CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);`,
  // 2: chains: the register's addresses, its anchors, and the secrets seen there that no record was locked with
  `CREATE TABLE anchor_address (id INTEGER PRIMARY KEY, chain_id INTEGER NOT NULL, contract TEXT NOT NULL, register TEXT NOT NULL, confirmations INTEGER NOT NULL,
     block INTEGER NOT NULL, block_hash TEXT, UNIQUE (chain_id, contract, register));
   CREATE TABLE anchor (address INTEGER NOT NULL REFERENCES anchor_address, size INTEGER NOT NULL, root TEXT NOT NULL, state TEXT NOT NULL, tx TEXT, nonce INTEGER, max_fee TEXT, tip TEXT,
     sent INTEGER NOT NULL, block INTEGER, block_hash TEXT, gas INTEGER, cost TEXT, event TEXT, PRIMARY KEY (address, size)) WITHOUT ROWID;
   CREATE TABLE remembered_secret (lock BLOB PRIMARY KEY, secret BLOB NOT NULL) WITHOUT ROWID;`,
];

/** The version of the store that this program writes. */
export const STORE_VERSION = STEPS.length;

/** Brings a store to this version, each step in a transaction of its own; `steps` are those of another store than the ledger's. Throws `folder_newer`; with `readOnly`, also where a step would be needed. */
export function migrate(db: DatabaseSync, folder: string, { readOnly = false, steps = STEPS } = {}): void {
  const read = db.prepare("PRAGMA user_version");
  const now = () => Number((read.get() as { user_version: number }).user_version);
  const version = now();
  if (version > steps.length) {
    throw new FreeholdError(
      "folder_newer",
      `The register in ${folder} was written by a later version of Freehold (store ${version}; this one knows ${steps.length}). Install that version or a newer one.`,
    );
  }
  if (readOnly && version < steps.length)
    throw new FreeholdError("unavailable", `The register in ${folder} has store version ${version}; start the register once to bring it to ${steps.length}.`);
  for (let step = version; step < steps.length; step++) {
    db.exec("BEGIN IMMEDIATE");
    try {
      // Another process may have done it while this one waited.
      if (now() === step) db.exec(`${steps[step]!}; PRAGMA user_version = ${step + 1}`);
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }
}

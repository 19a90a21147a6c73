/** The numbered steps from an empty file to the map's store of this version. A step, once released, never changes. */

/**
 * The basis is what cannot be derived: what was read, when, from which source, and what was published, decided and withheld. The rest
 * is derived from it and can be dropped at any time. Long texts may stand deflated: then the value is a blob.
 */
export const mapSteps: readonly string[] = [
  // 1: the basis
  `CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), data_version INTEGER NOT NULL, derivation INTEGER NOT NULL, pepper BLOB NOT NULL);
   INSERT INTO state (id, data_version, derivation, pepper) VALUES (1, 0, 0, randomblob(32));
   CREATE TABLE source (id TEXT PRIMARY KEY, description TEXT NOT NULL, accepted INTEGER NOT NULL, removed TEXT, removed_at TEXT) WITHOUT ROWID;
   CREATE TABLE import (id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, version TEXT NOT NULL, dated TEXT, retrieved_at TEXT NOT NULL, place TEXT NOT NULL,
     whole INTEGER NOT NULL, records INTEGER NOT NULL, changed INTEGER NOT NULL, counts TEXT NOT NULL);
   CREATE INDEX import_source ON import (source, place, id);
   CREATE TABLE record (id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, key TEXT, import INTEGER NOT NULL, since INTEGER NOT NULL, dated TEXT,
     raw BLOB, facts TEXT, salt BLOB, sha256 BLOB NOT NULL UNIQUE, follows INTEGER, replaces INTEGER, withheld TEXT, publication BLOB UNIQUE, document BLOB, log_index INTEGER);
   CREATE INDEX record_source ON record (source, id);
   CREATE INDEX record_waiting ON record (id) WHERE log_index IS NULL;
   CREATE INDEX record_log ON record (log_index) WHERE log_index IS NOT NULL;
   CREATE INDEX record_replaces ON record (replaces) WHERE replaces IS NOT NULL;
   CREATE TABLE decision (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, decision TEXT NOT NULL, a BLOB NOT NULL, b BLOB NOT NULL, reason TEXT NOT NULL,
     publication BLOB NOT NULL UNIQUE, document BLOB NOT NULL, log_index INTEGER);
   CREATE TABLE redaction (digest BLOB PRIMARY KEY, kind TEXT NOT NULL, length INTEGER NOT NULL, checksum INTEGER NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE withholding (document BLOB PRIMARY KEY, reason TEXT NOT NULL, done INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE download (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, fresh_until TEXT) WITHOUT ROWID;`,
  // 2: what is derived
  `CREATE TABLE organisation (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sort_name TEXT NOT NULL, sites_seen INTEGER NOT NULL, newest TEXT NOT NULL, listing TEXT NOT NULL);
   CREATE INDEX organisation_name ON organisation (sort_name, id);
   CREATE INDEX organisation_seen ON organisation (sites_seen DESC, n);
   CREATE INDEX organisation_newest ON organisation (newest DESC, n);
   CREATE TABLE card (n INTEGER PRIMARY KEY, card BLOB NOT NULL);
   CREATE TABLE facet (kind TEXT NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (kind, value, n)) WITHOUT ROWID;
   CREATE TABLE alias (id TEXT PRIMARY KEY, organisation TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE domain (domain TEXT PRIMARY KEY, holder TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE identifier (scheme TEXT NOT NULL, id TEXT NOT NULL, organisation TEXT NOT NULL, PRIMARY KEY (scheme, id, organisation)) WITHOUT ROWID;
   CREATE TABLE site (site TEXT PRIMARY KEY, at TEXT, third_parties INTEGER NOT NULL, card BLOB NOT NULL) WITHOUT ROWID;
   CREATE TABLE derived (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE VIRTUAL TABLE search USING fts5 (name, domains, identifiers, content = '', columnsize = 0, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3');`,
  // 3: the method by which signals are read, as its publication's body; null is the one that came with the program
  "ALTER TABLE state ADD COLUMN method TEXT",
];

/** The tables of the second step, in the order in which they are emptied. */
export const DERIVED = ["organisation", "card", "facet", "alias", "domain", "identifier", "site", "derived"] as const;

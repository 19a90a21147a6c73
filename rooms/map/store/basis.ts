/** What cannot be derived: imports, records in all their versions, publications, decisions, what is withheld. The SQL of it. */
import { createHmac } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { StoredRecord } from "../card-schema.ts";
import { pack, unpack } from "./packed.ts";
import type { Facts, Source } from "../schema.ts";

export interface StoredSource {
  source: Source;
  /** The operator has accepted a licence that forbids commercial use. */
  accepted: boolean;
  /** Why and when (instant) all that came from it was deleted. */
  removed: string | null;
  removedAt: string | null;
}

export interface StoredImport {
  id: number;
  source: string;
  version: string;
  dated: string | null;
  /** Instant. */
  retrievedAt: string;
  /** What orders the versions of a source: the day of which they speak, or else the instant at which they were had. */
  place: string;
  /** The version is all that the source has: what is not in it is gone. */
  whole: boolean;
  records: number;
  changed: number;
  counts: { [name: string]: number };
}

/** A version of a record, as intake compares it. */
export interface HeldRecord {
  id: number;
  key: string;
  /** The import since which it stands in the record's history. */
  since: number;
  salt: Uint8Array;
  sha256: Uint8Array;
  /** It says that the source dropped the record. */
  gone: boolean;
}

/** A record that is to be published, or a decision. */
export interface Waiting {
  id: number;
  sha256: Uint8Array;
  source: string;
  version: string;
  retrievedAt: string;
  /** The publication of the record before it. */
  predecessor: Uint8Array | null;
  /** The record before it, where that waits too. */
  follows: number | null;
}

/** A signed document that the log is to have. */
export interface WaitingDocument {
  of: "record" | "decision";
  id: number;
  publication: Uint8Array;
  document: Uint8Array;
  index: number | null;
}

export interface StoredDecision {
  decision: "same" | "different";
  /** Hexadecimal hashes of the two records. */
  records: [string, string];
  reason: string;
  /** Hexadecimal hash of its publication. */
  publication: string;
}

export type RedactionKind = "record" | "contact";

/** By what a value that is not kept is looked for. */
export interface Sought {
  length: number;
  checksum: number;
}

export type Basis = ReturnType<typeof basisOver>;

export function basisOver(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const pepper = sql("SELECT pepper FROM state").get()!["pepper"] as Uint8Array;
  const putRecord = sql(
    "INSERT INTO record (source, key, import, since, dated, raw, facts, salt, sha256, follows, replaces) VALUES (:source, :key, :import, :since, :dated, :raw, :facts, :salt, :sha256, :follows, :replaces)",
  );
  const getFacts = sql("SELECT facts FROM record WHERE id = ?");
  const getRaw = sql("SELECT raw FROM record WHERE id = ?");
  const setFacts = sql("UPDATE record SET facts = ? WHERE id = ?");
  const setDated = sql("UPDATE record SET dated = ? WHERE id = ?");
  const getDay = sql("SELECT substr(coalesce(r.dated, i.dated, i.retrieved_at), 1, 10) AS day FROM record r JOIN import i ON i.id = r.import WHERE r.id = ?");
  const setSince = sql("UPDATE record SET since = ? WHERE id = ?");
  const setDocument = sql("UPDATE record SET publication = ?, document = ? WHERE id = ?");
  const setIndex = { record: sql("UPDATE record SET log_index = ? WHERE id = ?"), decision: sql("UPDATE decision SET log_index = ? WHERE id = ?") };
  const getWaiting = sql(
    `SELECT r.id, r.sha256, r.source, i.version, i.retrieved_at, p.publication AS predecessor, r.follows FROM record r JOIN import i ON i.id = r.import LEFT JOIN record p ON p.id = r.follows
     WHERE r.log_index IS NULL AND r.publication IS NULL AND r.withheld IS NULL ORDER BY r.id LIMIT ?`,
  );
  const getDocuments = sql(
    `SELECT * FROM (SELECT 'record' AS "of", id, publication, document, NULL AS log_index FROM record WHERE log_index IS NULL AND publication IS NOT NULL ORDER BY id LIMIT :limit)
     UNION ALL SELECT 'decision', id, publication, document, NULL FROM decision WHERE log_index IS NULL LIMIT :limit`,
  );
  const isWaiting = sql(
    "SELECT (EXISTS (SELECT 1 FROM record WHERE log_index IS NULL AND (withheld IS NULL OR publication IS NOT NULL)) OR EXISTS (SELECT 1 FROM decision WHERE log_index IS NULL) OR EXISTS (SELECT 1 FROM withholding WHERE done = 0)) AS waiting",
  );

  return {
    source(id: string): StoredSource | undefined {
      const row = sql("SELECT * FROM source WHERE id = ?").get(id);
      return row && sourceOf(row);
    },
    sources: (): StoredSource[] => sql("SELECT * FROM source ORDER BY id").all().map(sourceOf),
    putSource: (source: Source, accepted: boolean) =>
      void sql(
        "INSERT INTO source (id, description, accepted) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET description = excluded.description, accepted = max(accepted, excluded.accepted), removed = NULL, removed_at = NULL",
      ).run(source.id, JSON.stringify(source), accepted ? 1 : 0),
    /** Deletes what came from a source. The hashes of what was published stay, with the reason. */
    removeSource(id: string, reason: string, at: string) {
      sql("UPDATE source SET removed = ?, removed_at = ?, accepted = 0 WHERE id = ?").run(reason, at, id);
      // Its versions say nothing any more of what is there and what is gone.
      sql("UPDATE import SET whole = 0, place = '', counts = '{}' WHERE source = ?").run(id);
      for (const { id: record } of sql("SELECT id FROM record WHERE source = ?").all(id) as { id: number }[]) withhold(record, reason);
    },

    /** In the order of versions. */
    imports: (source: string): StoredImport[] => sql("SELECT * FROM import WHERE source = ? ORDER BY place, id").all(source).map(importOf),
    putImport: (it: Omit<StoredImport, "id" | "changed">): number =>
      Number(
        sql("INSERT INTO import (source, version, dated, retrieved_at, place, whole, records, changed, counts) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)").run(
          it.source,
          it.version,
          it.dated,
          it.retrievedAt,
          it.place,
          it.whole ? 1 : 0,
          it.records,
          JSON.stringify(it.counts),
        ).lastInsertRowid,
      ),
    dropImport: (id: number) => void sql("DELETE FROM import WHERE id = ?").run(id),
    setChanged: (id: number, changed: number) => void sql("UPDATE import SET changed = ? WHERE id = ?").run(changed, id),

    /** All versions of all records of a source that are not withheld. */
    held: (source: string): HeldRecord[] =>
      (
        sql("SELECT id, key, since, salt, sha256, facts IS NULL AS gone FROM record WHERE source = ? AND withheld IS NULL ORDER BY id").all(
          source,
        ) as unknown as (Omit<HeldRecord, "gone"> & { gone: number })[]
      ).map((row) => ({ ...row, gone: row.gone === 1 })),
    /** `raw` is canonical JSON; `facts` null where the source dropped the record. Returns its id. */
    putRecord: (it: {
      source: string;
      key: string;
      import: number;
      since: number;
      dated: string | null;
      raw: string;
      facts: Facts | null;
      salt: Uint8Array;
      sha256: Uint8Array;
      follows: number | null;
      replaces?: number;
    }): number => Number(putRecord.run({ replaces: null, ...it, raw: pack(it.raw), facts: it.facts && JSON.stringify(it.facts) }).lastInsertRowid),
    facts: (id: number): Facts | null => JSON.parse((getFacts.get(id)?.["facts"] as string | null | undefined) ?? "null") as Facts | null,
    factsText: (id: number): string | null => getFacts.get(id)!["facts"] as string | null,
    rawText: (id: number): string => unpack(getRaw.get(id)!["raw"]),
    setFacts: (id: number, facts: Facts) => void setFacts.run(JSON.stringify(facts), id),
    setSince: (id: number, since: number) => void setSince.run(since, id),
    setDated: (id: number, day: string | null) => void setDated.run(day, id),
    /** The day of which a record speaks, or else that on which it was read. */
    day: (id: number): string => getDay.get(id)!["day"] as string,
    isThere: (id: number): boolean => sql("SELECT 1 FROM record WHERE id = ? AND withheld IS NULL").get(id) !== undefined,
    /** What a record that takes the place of this one has from it. */
    place: (id: number) =>
      sql("SELECT source, key, import, since, dated, EXISTS (SELECT 1 FROM record n WHERE n.follows = r.id) AS followed FROM record r WHERE id = ?").get(
        id,
      ) as unknown as { source: string; key: string; import: number; since: number; dated: string | null; followed: number },
    withhold,
    /** The id of the record with a hash, or of the one that took its place; null where all of them are withheld, undefined where there is none. */
    recordId(sha256: Uint8Array): number | null | undefined {
      let row = sql("SELECT id, withheld FROM record WHERE sha256 = ?").get(sha256);
      if (row === undefined) return undefined;
      while (row !== undefined && row["withheld"] !== null) row = sql("SELECT id, withheld FROM record WHERE replaces = ?").get(row["id"]!);
      return row === undefined ? null : (row["id"] as number);
    },
    recordIds: (): number[] =>
      sql("SELECT id FROM record WHERE withheld IS NULL ORDER BY id")
        .all()
        .map((row) => row["id"] as number),
    /** All versions of a record. */
    versionsOf: (source: string, key: string): number[] =>
      sql("SELECT id FROM record WHERE source = ? AND key = ? ORDER BY id")
        .all(source, key)
        .map((row) => row["id"] as number),

    /** All versions of all records that are not withheld, ordered by id. The facts are read as one goes. */
    *all(): Generator<{ record: StoredRecord; facts: Facts }> {
      const order = new Map(
        sql("SELECT id FROM import ORDER BY place, id")
          .all()
          .map((row, i) => [row["id"] as number, i]),
      );
      const rows = sql(
        "SELECT r.id, r.source, r.key, r.since, r.dated, r.facts IS NULL AS gone, i.version, i.retrieved_at FROM record r JOIN import i ON i.id = r.import WHERE r.withheld IS NULL ORDER BY r.id",
      ).all() as unknown as Timed[];
      const records = new Map<number, StoredRecord>();
      for (const timeline of Map.groupBy(rows, (row) => `${row.source}\n${row.key}`).values())
        addHistory(
          timeline.sort((a, b) => order.get(a.since)! - order.get(b.since)! || a.id - b.id),
          records,
        );
      for (const { id } of rows) {
        const record = records.get(id);
        if (record !== undefined) yield { record, facts: JSON.parse(getFacts.get(id)!["facts"] as string) as Facts };
      }
    },

    isWaiting: (): boolean => isWaiting.get()!["waiting"] === 1,
    waiting: (limit: number): Waiting[] =>
      getWaiting.all(limit).map((row) => ({
        id: row["id"] as number,
        sha256: row["sha256"] as Uint8Array,
        source: row["source"] as string,
        version: row["version"] as string,
        retrievedAt: row["retrieved_at"] as string,
        predecessor: row["predecessor"] as Uint8Array | null,
        follows: row["follows"] as number | null,
      })),
    setDocument: (id: number, publication: Uint8Array, document: Uint8Array) => void setDocument.run(publication, document, id),
    waitingDocuments: (limit: number): WaitingDocument[] => getDocuments.all({ limit }).map(documentOf),
    setIndex: (of: WaitingDocument["of"], id: number, index: number | null) => void setIndex[of].run(index, id),
    /** Documents that the log has, the last first. */
    *logged(): Generator<WaitingDocument> {
      for (const row of sql(
        `SELECT 'record' AS "of", id, publication, document, log_index FROM record WHERE log_index IS NOT NULL
         UNION ALL SELECT 'decision', id, publication, document, log_index FROM decision WHERE log_index IS NOT NULL ORDER BY log_index DESC`,
      ).iterate())
        yield documentOf(row);
    },

    /** A later decision on the same pair replaces an earlier one. */
    decisions(): StoredDecision[] {
      const latest = new Map<string, StoredDecision>();
      for (const row of sql("SELECT decision, hex(a) AS a, hex(b) AS b, reason, hex(publication) AS publication FROM decision ORDER BY id").all()) {
        const records = [row["a"] as string, row["b"] as string].map((hash) => hash.toLowerCase()).sort() as [string, string];
        latest.set(records.join(), {
          decision: row["decision"] as StoredDecision["decision"],
          records,
          reason: row["reason"] as string,
          publication: (row["publication"] as string).toLowerCase(),
        });
      }
      return [...latest.values()];
    },
    putDecision: (it: { at: string; decision: string; a: Uint8Array; b: Uint8Array; reason: string; publication: Uint8Array; document: Uint8Array }) =>
      void sql(
        "INSERT INTO decision (at, decision, a, b, reason, publication, document) VALUES (:at, :decision, :a, :b, :reason, :publication, :document)",
      ).run(it),

    /** What stands for a value in the list of redactions: the value itself is not kept. */
    digest: (kind: RedactionKind, value: string): string => createHmac("sha256", pepper).update(`${kind}\n${value}`).digest("hex"),
    /** By digest: how long the value was, and its checksum, by which it is looked for. */
    redactions: (kind: RedactionKind): Map<string, Sought> =>
      new Map(
        sql("SELECT lower(hex(digest)) AS digest, length, checksum FROM redaction WHERE kind = ?")
          .all(kind)
          .map((row) => [row["digest"] as string, { length: row["length"] as number, checksum: row["checksum"] as number }]),
      ),
    putRedaction: (it: { digest: string; kind: RedactionKind; reason: string; at: string } & Sought) =>
      void sql(
        "INSERT INTO redaction (digest, kind, length, checksum, reason, at) VALUES (unhex(:digest), :kind, :length, :checksum, :reason, :at) ON CONFLICT (digest) DO UPDATE SET reason = excluded.reason",
      ).run({ ...it }),

    putWithholding: (document: Uint8Array, reason: string) =>
      void sql("INSERT INTO withholding (document, reason, done) VALUES (?, ?, 0) ON CONFLICT (document) DO UPDATE SET reason = excluded.reason, done = 0").run(
        document,
        reason,
      ),
    withholdings: (): { document: Uint8Array; reason: string }[] =>
      sql("SELECT document, reason FROM withholding WHERE done = 0").all() as unknown as { document: Uint8Array; reason: string }[],
    setWithheld: (document: Uint8Array) => void sql("UPDATE withholding SET done = 1 WHERE document = ?").run(document),

    download: (url: string) =>
      sql("SELECT etag, modified, fresh_until AS freshUntil FROM download WHERE url = ?").get(url) as
        | { etag: string | null; modified: string | null; freshUntil: string | null }
        | undefined,
    putDownload: (url: string, it: { etag: string | null; modified: string | null; freshUntil: string | null }) =>
      void sql(
        "INSERT INTO download (url, etag, modified, fresh_until) VALUES (:url, :etag, :modified, :freshUntil) ON CONFLICT (url) DO UPDATE SET etag = excluded.etag, modified = excluded.modified, fresh_until = excluded.fresh_until",
      ).run({ url, ...it }),
  };

  /** Deletes all that a record says. What stays are its hashes, and why. What waits to be published after it follows what was before it. */
  function withhold(id: number, reason: string): void {
    sql("UPDATE record SET key = NULL, dated = NULL, raw = NULL, facts = NULL, salt = NULL, withheld = ? WHERE id = ?").run(reason, id);
    const unpublished = sql("SELECT follows FROM record WHERE id = ? AND publication IS NULL").get(id);
    if (unpublished !== undefined) sql("UPDATE record SET follows = ? WHERE follows = ?").run(unpublished["follows"]!, id);
  }
}

interface Timed {
  id: number;
  source: string;
  key: string;
  since: number;
  dated: string | null;
  gone: number;
  version: string;
  retrieved_at: string;
}

/** The versions of one record, oldest first, as the derivation sees them. That the source dropped it is said of the version before. */
function addHistory(timeline: readonly Timed[], into: Map<number, StoredRecord>): void {
  let before: StoredRecord | null = null;
  for (const row of timeline) {
    if (row.gone === 1) {
      if (before !== null) before.gone = row.version;
      continue;
    }
    const record: StoredRecord = {
      id: row.id,
      source: row.source,
      key: row.key,
      version: row.version,
      dated: row.dated,
      retrievedAt: row.retrieved_at,
      predecessor: before?.id ?? null,
      current: false,
      gone: null,
    };
    into.set(row.id, record);
    before = record;
  }
  if (before !== null) before.current = true;
}

type Row = Record<string, unknown>;

function sourceOf(row: Row): StoredSource {
  return {
    source: JSON.parse(row["description"] as string) as Source,
    accepted: row["accepted"] === 1,
    removed: row["removed"] as string | null,
    removedAt: row["removed_at"] as string | null,
  };
}

function importOf(row: Row): StoredImport {
  return {
    id: row["id"] as number,
    source: row["source"] as string,
    version: row["version"] as string,
    dated: row["dated"] as string | null,
    retrievedAt: row["retrieved_at"] as string,
    place: row["place"] as string,
    whole: row["whole"] === 1,
    records: row["records"] as number,
    changed: row["changed"] as number,
    counts: JSON.parse(row["counts"] as string) as { [name: string]: number },
  };
}

function documentOf(row: Row): WaitingDocument {
  return {
    of: row["of"] as WaitingDocument["of"],
    id: row["id"] as number,
    publication: row["publication"] as Uint8Array,
    document: row["document"] as Uint8Array,
    index: row["log_index"] as number | null,
  };
}

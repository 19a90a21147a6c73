/**
 * Takes what an importer has read into the map: new versions of records, records that are gone, and all that is derived from them, in
 * one transaction. Read again, the same bytes change nothing.
 */
import { createHash, randomBytes } from "node:crypto";
import { canonicalize } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Basis, StoredImport } from "../store/basis.ts";
import { derive } from "../store/derive.ts";
import type { Report } from "../store/derive.ts";
import type { ImportFile, Imported, Importer } from "../importers/importer.ts";
import { createRedactor } from "./redactor.ts";
import type { Redactor } from "./redactor.ts";
import type { Facts, Problem, SourceRecord } from "../schema.ts";
import type { MapStore } from "../store.ts";
import { placeVersion } from "./versions.ts";
import type { Point, Restore } from "./versions.ts";

export interface IntakeOptions {
  /** Instant at which the bytes were had. */
  retrievedAt: string;
  /** Takes the records without problems. What is missing then counts as not read, not as gone. */
  acceptPartial?: boolean;
  /** The id of a licence that forbids commercial use, as the operator has repeated it. */
  licenceAccepted?: string;
  /** Whether the files are all that the source has; the importer's word where it is left out. */
  extent?: "part" | "whole";
  /** A source that was removed is taken in again. */
  again?: boolean;
  report?: Report;
}

/** What became of one version of a source. */
export interface TakenVersion {
  version: string;
  dated: string | null;
  records: number;
  /** Records that were not there before, that differ from what was there, that are gone, and that are withheld by a redaction. */
  added: number;
  changed: number;
  gone: number;
  withheld: number;
  counts: { [name: string]: number };
}

export interface TakenIn {
  source: string;
  /** Nothing was written where it is false: there were problems, or nothing was new. */
  taken: boolean;
  versions: TakenVersion[];
  problems: Problem[];
}

/**
 * Reads files and takes them in. With problems nothing is written, unless a part is accepted.
 *
 * Throws `licence_unaccepted` and `source_removed` where the operator has to say more, `unavailable` where the map cannot be written.
 *
 * @example
 * ```ts
 * takeIn(store, importerOf("tcf-gvl")!, [{ name: "vendor-list.json", bytes }], { retrievedAt: "2026-11-23T08:00:00Z" }).taken; // true
 * ```
 */
export function takeIn(store: MapStore, importer: Importer, files: readonly ImportFile[], options: IntakeOptions): TakenIn {
  return takeInAll(store, [{ importer, files }], options)[0]!;
}

/** The same for several sources, derived once at the end. Nothing of any is written where one throws. */
export function takeInAll(store: MapStore, inputs: readonly { importer: Importer; files: readonly ImportFile[] }[], options: IntakeOptions): TakenIn[] {
  const report = options.report ?? (() => {});
  for (const { importer } of inputs) requireLicence(store, importer, options);
  return store.transaction(() => {
    const taken = inputs.map(({ importer, files }, i) => {
      // One after another, so that only one is in memory.
      const imported = importer.read(files, (share) => report((i + share) / inputs.length, `reading ${importer.source.name}`));
      return store.trial(
        () => takeSource(store, importer, imported, options),
        (one) => one.taken,
      );
    });
    if (taken.some((one) => one.taken)) derive(store, { today: options.retrievedAt.slice(0, 10), report });
    return taken;
  });
}

/** Throws `licence_unaccepted` and `source_removed` where the operator has to say more before a source is read. */
export function requireLicence(store: MapStore, { source }: Importer, { licenceAccepted, again }: Pick<IntakeOptions, "licenceAccepted" | "again">): void {
  const stored = store.basis.source(source.id);
  if (stored?.removed != null && again !== true)
    throw new FreeholdError(
      "source_removed",
      `${source.name} was removed on ${stored.removedAt!.slice(0, 10)}: ${stored.removed}. It is taken in again only with --again.`,
    );
  if (source.nonCommercial !== true || stored?.accepted === true || licenceAccepted === source.licence.id) return;
  throw new FreeholdError(
    "licence_unaccepted",
    `${source.name} is published under ${source.licence.id} (${source.licence.url}), which forbids commercial use. If your use is none, say so with --accept-licence ${source.licence.id}.`,
  );
}

function takeSource(store: MapStore, importer: Importer, imported: readonly Imported[], options: IntakeOptions): TakenIn {
  const { source } = importer;
  const problems = imported.flatMap((one) => one.problems);
  const result: TakenIn = { source: source.id, taken: false, versions: [], problems };
  if (problems.length > 0 && options.acceptPartial !== true) return result;
  const redactor = createRedactor(store.basis, source.id);
  for (const version of imported) {
    // A part of a version is what the importer says it is, what the operator says it is, or what is left of it beside problems.
    const whole = options.extent === "whole" || (options.extent === undefined && importer.adds !== true && version.part !== true);
    const taken = takeVersion(store, source.id, version, { ...options, redactor, whole: whole && version.problems.length === 0 });
    if ("problem" in taken) return { ...result, taken: false, versions: [], problems: [...problems, taken.problem] };
    result.versions.push(taken.version);
    result.taken ||= taken.written;
  }
  if (result.taken) store.basis.putSource(source, source.nonCommercial === true);
  return result;
}

/** A whole version that lacks more of the records than this is asked about: it may be an extract. */
const SUSPICIOUS = { share: 0.25, records: 20 };

interface VersionOptions extends IntakeOptions {
  whole: boolean;
  redactor: Redactor;
}

function takeVersion(
  store: MapStore,
  source: string,
  imported: Imported,
  options: VersionOptions,
): { version: TakenVersion; written: boolean } | { problem: Problem } {
  const { basis } = store;
  const { whole, redactor, retrievedAt, extent } = options;
  const imports = basis.imports(source);
  const known = imports.findLast((one) => one.version === imported.version);
  const place = imported.dated ?? known?.place ?? retrievedAt;
  const at = imports.findLastIndex((one) => one.place <= place);
  const timelines = timelinesOf(basis, source, imports);

  const there = new Set(imported.records.map((record) => record.key));
  const living = [...timelines].filter(([, timeline]) => isThere(timeline, at));
  const missing = whole ? living.filter(([key]) => !there.has(key)) : [];
  if (extent === undefined && missing.length > SUSPICIOUS.records && missing.length > SUSPICIOUS.share * living.length)
    return {
      problem: {
        file: imported.version,
        message: `${missing.length} of the ${living.length} records of the version before are not in ${imported.version}. If it is a part of the source, say --extent part; if they are gone, --extent whole.`,
      },
    };

  const { records, counts } = { records: imported.records.length, counts: imported.counts };
  const version: TakenVersion = { version: imported.version, dated: imported.dated ?? null, records, added: 0, changed: 0, gone: 0, withheld: 0, counts };
  const id = basis.putImport({ source, version: version.version, dated: version.dated, retrievedAt, place, whole, records, counts });
  const nextWhole = imports.findIndex((one, i) => i > at && one.whole);
  /** What it says again is not stale: of the last version, unless its files may be as old as those that were read before. */
  const latest = at === imports.length - 1 && (imported.dated !== undefined || known === undefined);
  let refreshed = 0;
  const put = (record: Pick<SourceRecord, "key" | "dated"> & { raw: string; facts: Facts | null }): "same" | "earlier" | "new" => {
    const { key, raw, facts, dated = null } = record;
    const equals = (point: Point) => (facts === null ? point.gone : !point.gone && seal((point as Held).salt, raw).equals((point as Held).sha256));
    const step = placeVersion({ timeline: timelines.get(key) ?? [], at, nextWhole: nextWhole < 0 ? null : nextWhole, equals });
    if (step.do === "earlier") basis.setSince(step.id, id);
    if (step.do === "new") {
      const made = putRecord(basis, { source, key, import: id, since: id, dated, raw, facts, follows: step.predecessor });
      if (step.restore !== null) restore(basis, { source, key, of: imports[step.restore.at]!, ...step.restore, made, imports });
    } else if (facts !== null && refresh(basis, step.id, facts, step.do === "same" && latest ? (dated ?? retrievedAt.slice(0, 10)) : "")) refreshed++;
    return step.do;
  };
  for (const original of imported.records) {
    if (redactor.withholds(original.key)) {
      version.withheld++;
      continue;
    }
    const { key, raw, facts, dated = imported.dated } = redactor.redact(original);
    const done = put({ key, raw: canonicalize(raw), facts, ...(dated !== undefined && { dated }) });
    if (done !== "same") version[isThere(timelines.get(key) ?? [], at) ? "changed" : "added"]++;
  }
  for (const [key] of missing) if (put({ key, raw: "null", facts: null }) !== "same") version.gone++;

  const changed = version.added + version.changed + version.gone;
  if (changed > 0 || known === undefined) basis.setChanged(id, changed);
  else basis.dropImport(id);
  return { version, written: changed > 0 || known === undefined || refreshed > 0 };
}

/** Facts that are read better now, and the day on which the source still said so (empty: no other). Returns whether anything changed. */
function refresh(basis: Basis, id: number, facts: Facts, day: string): boolean {
  const isBetter = basis.factsText(id) !== JSON.stringify(facts);
  if (isBetter) basis.setFacts(id, facts);
  const isLater = basis.day(id) < day;
  if (isLater) basis.setDated(id, day);
  return isBetter || isLater;
}

/** Whether a record was in the version at a place. */
function isThere(timeline: readonly Point[], at: number): boolean {
  return timeline.findLast((point) => point.at <= at)?.gone === false;
}

interface Held extends Point {
  salt: Uint8Array;
  sha256: Uint8Array;
}

/** The versions of each record of a source, oldest first. */
function timelinesOf(basis: Basis, source: string, imports: readonly StoredImport[]): Map<string, Held[]> {
  const places = new Map(imports.map((one, i) => [one.id, i]));
  const timelines = new Map<string, Held[]>();
  for (const { id, key, since, salt, sha256, gone } of basis.held(source)) {
    const timeline = timelines.get(key);
    const point = { id, at: places.get(since)!, salt, sha256, gone };
    if (timeline === undefined) timelines.set(key, [point]);
    else timeline.push(point);
  }
  for (const timeline of timelines.values()) timeline.sort((a, b) => a.at - b.at || a.id - b.id);
  return timelines;
}

/** Says again, of a later version, what it had said silently before another came between. */
function restore(
  basis: Basis,
  {
    source,
    key,
    of,
    copy,
    predecessor,
    made,
    imports,
  }: { source: string; key: string; of: StoredImport; made: number; imports: readonly StoredImport[] } & Restore,
): void {
  const follows = predecessor === "new" ? made : predecessor;
  const place = { source, key, import: of.id, since: of.id, follows };
  if (copy === null) return void putRecord(basis, { ...place, dated: of.dated, raw: "null", facts: null });
  // The days on which it was said again are those of the copy now.
  const [last, since] = [basis.day(copy), imports.find(({ id }) => id === basis.place(copy).since)!];
  putRecord(basis, { ...place, dated: of.dated === null || last > of.dated ? last : of.dated, raw: basis.rawText(copy), facts: basis.facts(copy) });
  basis.setDated(copy, since.dated);
}

/** SHA-256(salt || record): what the publication of a record says of it (spec/practice.md). */
function seal(salt: Uint8Array, raw: string): Buffer {
  return createHash("sha256").update(salt).update(raw).digest();
}

/** Writes a record under a salt of its own. */
export function putRecord(
  basis: Basis,
  it: {
    source: string;
    key: string;
    import: number;
    since: number;
    dated: string | null;
    raw: string;
    facts: Facts | null;
    follows: number | null;
    replaces?: number;
  },
): number {
  const salt = newSalt();
  return basis.putRecord({ ...it, salt, sha256: seal(salt, it.raw) });
}

/** Salts are drawn many at once: one at a time they cost as much as all the rest of a record. */
let drawn = new Uint8Array(0);
const SALT = 16;
function newSalt(): Uint8Array {
  if (drawn.length === 0) drawn = randomBytes(256 * SALT);
  const salt = drawn.slice(0, SALT);
  drawn = drawn.subarray(SALT);
  return salt;
}

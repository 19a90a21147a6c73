/**
 * How importers read files: bytes of anyone in, values and problems out. Nothing here throws for bad data, nothing grows beyond its bound,
 * and every problem says where it stands, what was there and what is allowed.
 */
import type { JsonValue } from "@freehold/protocol/canonical";
import { CsvError, parse as parseCsv } from "csv-parse/sync";
import { getDomain } from "tldts";
import { LineCounter, parseAllDocuments } from "yaml";
import { z } from "zod";
import type { Problem } from "../schema.ts";
import type { ImportFile } from "./importer.ts";
import { jsonFlaw } from "./json-flaw.ts";
import { cut, fieldOf, sentenceOf, shown } from "./shown.ts";
import { firstInvalidUtf8, unpack } from "./unpack.ts";

/** Bytes of one file, packed or unpacked. */
export const MAX_FILE = 64 * 1024 * 1024;
/** Of YAML less: its reader takes far longer. */
const MAX_YAML = 4 * 1024 * 1024;
/** Records are hashed in their canonical form, which ends at 64 (RFC 8785 in @freehold/protocol/canonical); a record lies within others. */
const MAX_DEPTH = 60;
/** Values of one file, rows of one table. */
const MAX_VALUES = 5_000_000;
const MAX_ROWS = 500_000;
const MAX_DOCUMENTS = 10_000;
const MAX_PROBLEMS = 1000;

/** The problems of one import: the first 1,000, and how many there were. */
export interface Problems {
  add(problem: Problem): void;
  readonly list: Problem[];
  readonly count: number;
}

export function createProblems(): Problems {
  const list: Problem[] = [];
  let count = 0;
  return {
    add(problem) {
      count += 1;
      if (list.length < MAX_PROBLEMS) list.push(problem);
    },
    list,
    get count() {
      return count;
    },
  };
}

/** Where something stands that a problem speaks of. */
export interface Place {
  file: string;
  line?: number;
  field?: string;
}

/**
 * The text of a file: unpacked where it is gzip, strict UTF-8, without byte order mark.
 *
 * @param max bytes, unpacked.
 */
export function readText(file: ImportFile, problems: Problems, max: number = MAX_FILE): string | undefined {
  const bytes = unpack(file, problems, max);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const at = firstInvalidUtf8(bytes);
    const line = bytes.subarray(0, at).reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1);
    const value = at < bytes.length ? `0x${bytes[at]!.toString(16).padStart(2, "0")}` : "the end of the file";
    problems.add({ file: file.name, line, value, message: `Byte ${at} is not UTF-8; files must be UTF-8 text.` });
    return undefined;
  }
}

/** A file that is one JSON value: UTF-8, at most {@link MAX_DEPTH} deep, numbers finite, no lone surrogates (what has a canonical form). */
export function readJson(file: ImportFile, problems: Problems): JsonValue | undefined {
  const text = readText(file, problems);
  return text === undefined ? undefined : parseJson(text, { file: file.name, line: 1 }, problems);
}

/** A file with one JSON value in each line; empty lines are skipped. */
export function readNdjson(file: ImportFile, problems: Problems): { line: number; value: JsonValue }[] {
  const text = readText(file, problems);
  const out: { line: number; value: JsonValue }[] = [];
  if (text === undefined) return out;
  for (let [start, line] = [0, 1]; start < text.length; line += 1) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end);
    start = end + 1;
    if (content.trim() === "") continue;
    if (out.length >= MAX_ROWS) {
      problems.add({ file: file.name, line, message: `There are more than ${MAX_ROWS} lines; that is the most that is read.` });
      return out;
    }
    const value = parseJson(content, { file: file.name, line }, problems);
    if (value !== undefined) out.push({ line, value });
  }
  return out;
}

function parseJson(text: string, at: { file: string; line: number }, problems: Problems): JsonValue | undefined {
  const flaw = jsonFlaw(text, MAX_DEPTH, MAX_VALUES);
  if (flaw !== undefined) {
    const before = text.slice(0, flaw.at);
    const line = at.line + (before.match(/\n/g)?.length ?? 0);
    const column = flaw.at - before.lastIndexOf("\n");
    const value = flaw.at === text.length ? "the end" : shown(text.slice(flaw.at, flaw.at + 20));
    const message =
      flaw.kind === "depth"
        ? `Values lie deeper in one another than ${MAX_DEPTH}; that is the most that is read.`
        : flaw.kind === "size"
          ? `There are more than ${MAX_VALUES} values; that is the most that is read.`
          : flaw.at === text.length
            ? "The JSON text ends too early; it must be one whole value (RFC 8259)."
            : "This cannot stand here in JSON (RFC 8259).";
    problems.add({ file: at.file, line, column, value, message });
    return undefined;
  }
  const value = JSON.parse(text) as JsonValue;
  return isFit(value, at, problems) ? value : undefined;
}

/** Whether a value has a canonical form; a problem where not. */
function isFit(value: unknown, at: Place, problems: Problems): value is JsonValue {
  const path: (string | number)[] = [];
  let seen = 0;
  const flawOf = (item: unknown): string | undefined => {
    if ((seen += 1) > MAX_VALUES) return `There are more than ${MAX_VALUES} values; that is the most that is read.`;
    if (typeof item === "string")
      return item.isWellFormed() ? undefined : "The text has half of a surrogate pair; only whole characters have a place in UTF-8.";
    if (typeof item === "number") return Number.isFinite(item) ? undefined : "The number is too large or not a number; numbers must be finite.";
    if (item === null || typeof item === "boolean") return undefined;
    if (typeof item !== "object") return `This is no JSON value but a ${typeof item}.`;
    if (path.length >= MAX_DEPTH) return `Values lie deeper in one another than ${MAX_DEPTH}; that is the most that is read.`;
    if (!Array.isArray(item) && Object.getPrototypeOf(item) !== Object.prototype)
      return "This is no JSON value; texts, numbers, true, false, null, lists and objects are.";
    for (const [key, inner] of Array.isArray(item) ? item.entries() : Object.entries(item)) {
      path.push(key);
      const flaw = typeof key === "string" && !key.isWellFormed() ? "The name has half of a surrogate pair." : flawOf(inner);
      if (flaw !== undefined) return flaw;
      path.pop();
    }
    return undefined;
  };
  const message = flawOf(value);
  if (message === undefined) return true;
  problems.add({ ...at, ...(path.length > 0 && { field: cut(fieldOf(path), 200) }), message });
  return false;
}

/**
 * A table with a header line (RFC 4180). Lines are those on which a row begins.
 *
 * @param required columns without which no row is read; further ones are in the rows too.
 */
export function readCsv(file: ImportFile, problems: Problems, required: readonly string[]): { line: number; row: Record<string, string> }[] {
  const text = readText(file, problems);
  if (text === undefined) return [];
  const rows: { record: string[]; raw: string; info: { lines: number } }[] = [];
  try {
    // With both kinds of line break the reader miscounts lines.
    parseCsv(text.replace(/\r\n?/g, "\n"), {
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1024 * 1024,
      to: MAX_ROWS + 1,
      on_record: (row) => void rows.push(row as unknown as (typeof rows)[number]),
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The reader could go on behind a broken row, but takes time that grows with the square of what is broken.
    problems.add({ file: file.name, line: Number(error["lines"] ?? 1), message: `The table cannot be read from here on: ${cleanText(error.message)}.` });
    if (rows.length === 0) return [];
  }
  const [header, ...body] = rows;
  const columns = header?.record.map((name) => name.trim()) ?? [];
  const missing = required.filter((name) => !columns.includes(name));
  const seen = new Set<string>();
  const repeated = columns.find((name) => seen.size === seen.add(name).size);
  if (missing.length > 0)
    problems.add({
      file: file.name,
      line: 1,
      value: shown(columns.join(",")),
      message: `The header has no column ${missing.join(", ")}; the columns ${required.join(", ")} must be there.`,
    });
  if (repeated !== undefined)
    problems.add({ file: file.name, line: 1, value: shown(repeated), message: "Two columns have this name; each must have its own." });
  if (missing.length > 0 || repeated !== undefined) return [];
  if (body.length >= MAX_ROWS) problems.add({ file: file.name, message: `There are more than ${MAX_ROWS} rows; that is the most that is read.` });
  const out: { line: number; row: Record<string, string> }[] = [];
  for (const { record, raw, info } of body) {
    // The reader counts where a row ends; its text may hold line breaks of its own.
    const line = info.lines - (raw.replace(/^\n+|\n+$/g, "").match(/\n/g)?.length ?? 0);
    if (record.length === columns.length) out.push({ line, row: Object.fromEntries(columns.map((name, i) => [name, record[i]!])) });
    else
      problems.add({
        file: file.name,
        line,
        value: shown(record.join(",")),
        message: `The row has ${record.length} fields; the header has ${columns.length}.`,
      });
  }
  return out;
}

/** The documents of a YAML file (1.2, core schema: no tags of its own, no code, no merging). Lines are those on which a document begins. */
export function readYaml(file: ImportFile, problems: Problems): { line: number; value: JsonValue }[] {
  const text = readText(file, problems, MAX_YAML);
  if (text === undefined) return [];
  const out: { line: number; value: JsonValue }[] = [];
  if ((text.match(/^---/gm)?.length ?? 0) > MAX_DOCUMENTS) {
    problems.add({ file: file.name, message: `There are more than ${MAX_DOCUMENTS} documents; that is the most that is read.` });
    return out;
  }
  try {
    const counter = new LineCounter();
    for (const document of parseAllDocuments(text, {
      schema: "core",
      merge: false,
      uniqueKeys: true,
      stringKeys: true,
      lineCounter: counter,
      prettyErrors: false,
    })) {
      if (!("range" in document)) continue;
      const { line } = counter.linePos(document.range[0]);
      // A tag of one's own is only a warning of the reader; here it is a problem.
      const flaws = [...document.errors, ...document.warnings];
      for (const flaw of flaws) {
        const { line, col } = counter.linePos(flaw.pos[0]);
        problems.add({ file: file.name, line, column: col, message: `The YAML cannot be read: ${cleanText(flaw.message)}` });
      }
      if (flaws.length > 0) continue;
      const value: unknown = document.toJS({ maxAliasCount: 100 });
      if (value !== null && isFit(value, { file: file.name, line }, problems)) out.push({ line, value });
    }
  } catch (error) {
    // Too many aliases, or too deep for the reader.
    problems.add({ file: file.name, message: `The YAML cannot be read: ${cleanText((error as Error).message)}` });
  }
  return out;
}

/**
 * A value in the form of a schema, less the members that the schema does not name; undefined, with a problem for each thing that is not so.
 */
export function conform<T>(schema: z.ZodType<T>, value: unknown, at: Place, problems: Problems): T | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    const got = path.reduce<unknown>(
      (inner, step) => (typeof inner === "object" && inner !== null && Object.hasOwn(inner, step) ? (inner as { [key: string]: unknown })[step] : undefined),
      value,
    );
    const field = cut([at.field ?? "", fieldOf(path)].filter((part) => part !== "").join("."), 200).replaceAll(".[", "[");
    problems.add({ ...at, ...(field !== "" && { field }), value: shown(got), message: sentenceOf(issue, got) });
  }
  return undefined;
}

/** A list of at most `max`: the length is looked at before the items are, so that a list of millions gives one problem and not millions. */
export function listOf<T>(item: z.ZodType<T>, max: number): z.ZodType<T[]> {
  return z.array(z.unknown()).max(max).pipe(z.array(item));
}

/**
 * Text for people: NFC, white space folded, without control characters and without what turns the direction of writing. Markup stays
 * what it is, text: pages escape it.
 *
 * @example
 * ```ts
 * cleanText("  Acme\u202e \n Ltd "); // "Acme Ltd"
 * ```
 */
export function cleanText(text: string, max = 300): string {
  const bounded = text
    .slice(0, max * 8)
    .toWellFormed()
    .normalize("NFC");
  return cut(
    bounded
      .replace(/\s+/gu, " ")
      .replace(/[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, "")
      .replace(/ {2,}/g, " ")
      .trim(),
    max,
  );
}

/** An address that a page may link to, as WHATWG URL writes it: http or https, no user name, at most 2,000 characters. */
export function urlOf(text: string): string | undefined {
  if (text.length > 2000 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "" && url.href.length <= 2000
    ? url.href
    : undefined;
}

/** The host of an http or https address: lower case (IDNA: `xn--`), without `www.`; undefined where it is none, has no dot, or has a placeholder (`{{.Host}}`). */
export function hostOf(url: string): string | undefined {
  const address = urlOf(url);
  if (address === undefined) return undefined;
  const host = new URL(address).hostname.replace(/\.$/, "").replace(/^www\.(?=.+\.)/, "");
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(host) && host.length <= 253 ? host : undefined;
}

/** The registrable domain (public suffix list, ICANN part) of a host; undefined of suffixes, addresses and names that are none. */
export function domainOf(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: false }) ?? undefined;
}

/** Scheme, host and path of an address; of what is no address, what stands before `?` and `#`. */
export function withoutQuery(url: string): string {
  const address = urlOf(url.slice(0, url.search(/[?#]|$/)));
  return address ?? cleanText(url.slice(0, url.search(/[?#]|$/)), 2000);
}

/** The one e-mail address that a text is (`mailto:` before it is allowed), its domain in lower case. */
export function emailOf(text: string): string | undefined {
  const found = /^(?:mailto:)?([\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64})@((?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{2,63})$/iu.exec(text.trim().slice(0, 400));
  return found === null ? undefined : `${found[1]}@${found[2]!.toLowerCase()}`;
}

/**
 * Whether a text is a day of the calendar, `YYYY-MM-DD`.
 *
 * @example
 * ```ts
 * isDay("2024-02-29"); // true
 * isDay("2023-02-29"); // false
 * ```
 */
export function isDay(text: unknown): text is string {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

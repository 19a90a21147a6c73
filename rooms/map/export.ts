/** Organisations, and other tables, for other programs. */
import type { CompanyRow } from "./card-schema.ts";

export type Cell = string | number | boolean | null;

/** Columns and what stands in them; an empty cell is "not stated". */
const COLUMNS: readonly [name: string, of: (row: CompanyRow) => Cell][] = [
  ["id", (row) => row.id],
  ["name", (row) => row.name],
  ["country", (row) => row.country],
  ["sectors", (row) => row.sectors.join("; ")],
  ["sources", (row) => row.sources.join("; ")],
  ["purposes_on_consent", (row) => (row.declared ? row.consent : null)],
  ["purposes_on_legitimate_interest", (row) => (row.declared ? row.legitimateInterest : null)],
  ["purposes", (row) => row.purposes.join("; ")],
  ["retention_days", (row) => row.retentionDays],
  ["cookie_days", (row) => row.cookieDays],
  ["sites_seen", (row) => (row.observed ? row.sitesSeen : null)],
  ["reach", (row) => row.reach],
  ["has_declarations", (row) => row.declared],
  ["has_observations", (row) => row.observed],
  ["has_contact", (row) => row.contact],
  ["newest_record", (row) => row.newest],
  ["stale", (row) => row.stale],
];

/**
 * Rows as CSV (RFC 4180), with a header. A text that a spreadsheet would take for a formula begins with an apostrophe.
 *
 * @example
 * ```ts
 * csvOf(store.allRows()).split("\r\n")[0]; // "id,name,country,…"
 * ```
 */
export function csvOf(rows: Iterable<CompanyRow>): string {
  return csvTable(
    COLUMNS.map(([name]) => name),
    rowsOf(rows),
  );
}

function* rowsOf(rows: Iterable<CompanyRow>): Iterable<Cell[]> {
  for (const row of rows) yield COLUMNS.map(([, of]) => of(row));
}

/** Any table as CSV, in the same way; null is an empty cell. */
export function csvTable(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  const lines = [header.join(",")];
  for (const row of rows) lines.push(row.map(cellOf).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function cellOf(value: Cell): string {
  if (typeof value !== "string") return value === null ? "" : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

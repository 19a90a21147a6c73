/**
 * The rows of /companies: filters, text, order, pages. A page begins behind the last row of the page before, not at a number of rows,
 * so that paging stays complete when the map changes in between.
 */
import type { DatabaseSync } from "node:sqlite";
import { fromBase64url, fromUtf8, toBase64url, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { CompanyRow } from "../card-schema.ts";
import type { CompaniesQuery } from "../views/props.ts";

/** Rows of one page, at most. */
const MAX_ROWS = 500;
/** What is read of a search text: characters, and words. */
const MAX_TEXT = 200;
const MAX_WORDS = 8;

/** What names are ordered by: without case and accents. */
export function sortName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .trim();
}

/** The three orders, and `match`: names that begin with the text first. */
type Order = "name" | "match" | "seen" | "newest";
/** Where a page ends: the place of its last row in the order. `value`: what the row is ordered by before its name. */
interface Cursor {
  order: Order;
  value: string | number;
  name: string;
  id: string;
}
interface Clause {
  sql: string;
  values: (string | number)[];
}

/** What an organisation is filed under (the table `facet`), or is not. */
interface Facet {
  kind: string;
  value: string;
  not?: true;
}

const HAS: { [has in NonNullable<CompaniesQuery["has"]>]: readonly Facet[] } = {
  declarations: [{ kind: "has", value: "declarations" }],
  observations: [{ kind: "has", value: "observations" }],
  both: [
    { kind: "has", value: "declarations" },
    { kind: "has", value: "observations" },
  ],
  neither: [
    { kind: "has", value: "declarations", not: true },
    { kind: "has", value: "observations", not: true },
  ],
  contact: [{ kind: "has", value: "contact" }],
  "no-contact": [{ kind: "has", value: "contact", not: true }],
  "no-contact-on-own-domain": [{ kind: "has", value: "contact-on-own-domain", not: true }],
};
const COLUMN = { seen: "sites_seen", newest: "newest" } as const;

/** Totals that are remembered until the map changes. */
const TOTALS = 1000;

export function companySearchOver(db: DatabaseSync, dataVersion: () => number) {
  const prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  /** The texts are put together from the fixed pieces in this file; values are always bound. */
  const sql = (text: string) => {
    let statement = prepared.get(text);
    if (statement === undefined) {
      if (prepared.size >= 500) prepared.clear();
      prepared.set(text, (statement = db.prepare(text)));
    }
    return statement;
  };
  /** Rows are numbered by name: the first number at or behind a name. */
  const firstFrom = db.prepare("SELECT n FROM organisation WHERE sort_name >= ? ORDER BY sort_name, id LIMIT 1");
  const lastUpTo = db.prepare("SELECT n FROM organisation WHERE (sort_name, id) <= (?, ?) ORDER BY sort_name DESC, id DESC LIMIT 1");
  const from = (name: string) => (firstFrom.get(name)?.["n"] as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  const upTo = ({ name, id }: Cursor) => (lastUpTo.get(name, id)?.["n"] as number | undefined) ?? -1;

  const getRow = db.prepare("SELECT id, sort_name, sites_seen, newest, listing FROM organisation WHERE n = ?");
  const totals = new Map<string, number>();
  let totalsOf = -1;
  const totalOf = ({ source, clauses }: Matches): number => {
    const version = dataVersion();
    if (version !== totalsOf || totals.size >= TOTALS) totals.clear();
    totalsOf = version;
    const name = JSON.stringify(clauses);
    let total = totals.get(name);
    if (total === undefined) totals.set(name, (total = select("count(*) AS total", source, clauses)[0]!["total"] as number));
    return total;
  };
  const select = (what: string, source: string, clauses: readonly Clause[], end = "") =>
    sql(`SELECT ${what} FROM ${source}${clauses.length > 0 ? ` WHERE ${clauses.map((clause) => clause.sql).join(" AND ")}` : ""}${end}`).all(
      ...clauses.flatMap((clause) => clause.values),
    );

  return {
    /**
     * One page of the organisations that a query asks for, how many there are in all, and the cursor of the next page. Throws
     * `cursor_malformed` for a cursor that is none of this query's order.
     *
     * @param limit 1 to {@link MAX_ROWS}.
     */
    rows(query: CompaniesQuery, limit = 50): { total: number; rows: CompanyRow[]; next: string | null } {
      const size = Math.min(Math.max(1, Math.trunc(limit) || 1), MAX_ROWS);
      const text = query.q?.trim() ?? "";
      const order = orderOf(query.sort, text);
      const cursor = query.after === undefined ? undefined : readCursor(query.after, order);
      const match = matchOf(text);
      if (text !== "" && match === undefined) return { total: 0, rows: [], next: null };
      const matches = matchesOf(match, facetsOf(query));
      const found: { n: number; step: Step }[] = [];
      for (const step of stepsOf(matches, order, cursor, text)) {
        if (found.length > size) break;
        const rows = select(
          `${matches.n} AS n`,
          step.source,
          [...matches.clauses, ...step.clauses],
          ` ORDER BY ${step.order} LIMIT ${size + 1 - found.length}`,
        );
        for (const { n } of rows) found.push({ n: n as number, step });
      }
      const page = found.slice(0, size).map(({ n, step }) => ({ row: getRow.get(n)!, step }));
      const last = found.length > size ? page.at(-1) : undefined;
      return {
        total: totalOf(matches),
        rows: page.map(({ row }) => JSON.parse(row["listing"] as string) as CompanyRow),
        next:
          last === undefined
            ? null
            : writeCursor({ order, value: last.step.value(last.row), name: last.row["sort_name"] as string, id: last.row["id"] as string }),
      };
    },
  };

  /** Ranges of rows one after another, each in one order. */
  function stepsOf({ n, source }: Matches, order: Order, cursor: Cursor | undefined, text: string): Step[] {
    const rest: Clause[] = cursor === undefined ? [] : [{ sql: `${n} > ?`, values: [upTo(cursor)] }];
    if (order === "name") return [{ source, clauses: rest, order: n, value: () => 0 }];
    if (order === "match") {
      const name = sortName(text);
      const [low, high] = [from(name), from(`${name}\u{10FFFF}`)];
      const begin: Step = { source, clauses: [{ sql: `${n} >= ? AND ${n} < ?`, values: [low, high] }], order: n, value: () => 0 };
      const others: Step = { source, clauses: [{ sql: `(${n} < ? OR ${n} >= ?)`, values: [low, high] }], order: n, value: () => 1 };
      if (cursor?.value === 1) return [{ ...others, clauses: [...others.clauses, ...rest] }];
      return [{ ...begin, clauses: [...begin.clauses, ...rest] }, others];
    }
    const column = `o.${COLUMN[order]}`;
    const behind: Clause[] =
      cursor === undefined ? [] : [{ sql: `(${column} < ? OR (${column} = ? AND o.n > ?))`, values: [cursor.value, cursor.value, upTo(cursor)] }];
    const joined = n === "o.n" ? source : `${source} CROSS JOIN organisation o ON o.n = ${n}`;
    return [{ source: joined, clauses: behind, order: `${column} DESC, o.n`, value: (row) => row[COLUMN[order]] as string | number }];
  }
}

/** What a query is about, without order: the table that is gone through, and what must hold. */
interface Matches {
  source: string;
  /** What the number of a row is called there. */
  n: string;
  clauses: Clause[];
}

interface Step {
  source: string;
  clauses: Clause[];
  order: string;
  /** What the row is ordered by before its name. */
  value: (row: Record<string, unknown>) => string | number;
}

/** All tables are in the order of names: whichever is gone through, a page ends after its rows. */
function matchesOf(match: string | undefined, facets: readonly Facet[]): Matches {
  const driver = match === undefined ? facets.find((facet) => facet.not !== true) : undefined;
  const n = match !== undefined ? "search.rowid" : driver !== undefined ? "f.n" : "o.n";
  const others = facets.filter((facet) => facet !== driver);
  const clauses = others.map(({ kind, value, not }): Clause => ({
    sql: `${not === true ? "NOT " : ""}EXISTS (SELECT 1 FROM facet WHERE kind = ? AND value = ? AND n = ${n})`,
    values: [kind, value],
  }));
  if (match !== undefined) return { source: "search", n, clauses: [{ sql: "search MATCH ?", values: [match] }, ...clauses] };
  if (driver !== undefined) return { source: "facet f", n, clauses: [{ sql: "f.kind = ? AND f.value = ?", values: [driver.kind, driver.value] }, ...clauses] };
  return { source: "organisation o", n, clauses };
}

function orderOf(sort: string | undefined, text: string): Order {
  if (sort === "seen" || sort === "newest" || sort === "name") return sort;
  return text === "" ? "name" : "match";
}

/** Each word as the beginning of a word in names, domains or identifiers; `example.org` as its parts one behind another. Undefined where the text has no word. */
function matchOf(text: string): string | undefined {
  const words = text
    .slice(0, MAX_TEXT)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, MAX_WORDS);
  return words.length === 0 ? undefined : words.map((word) => `"${word.replaceAll('"', '""').replaceAll("\0", "")}"*`).join(" ");
}

function facetsOf({ country, sector, source, purpose, basis, has }: CompaniesQuery): Facet[] {
  const facets: Facet[] = [];
  if (country) facets.push({ kind: "country", value: country });
  if (sector) facets.push({ kind: "sector", value: sector });
  if (source) facets.push({ kind: "source", value: source });
  if (purpose) facets.push({ kind: basis ? `purpose ${basis}` : "purpose", value: purpose });
  else if (basis) facets.push({ kind: "basis", value: basis });
  if (has !== undefined && Object.hasOwn(HAS, has)) facets.push(...HAS[has]);
  return facets;
}

function writeCursor({ order, value, name, id }: Cursor): string {
  return toBase64url(utf8(JSON.stringify([order, value, name, id])));
}

function readCursor(text: string, order: Order): Cursor {
  try {
    const [written, value, name, id] = JSON.parse(fromUtf8(fromBase64url(text))) as unknown[];
    const valid = written === order && typeof value === (order === "newest" ? "string" : "number") && typeof name === "string" && typeof id === "string";
    if (valid) return { order, value: value as string | number, name, id };
  } catch {
    // not a cursor of ours
  }
  throw new FreeholdError("cursor_malformed", 'The cursor is none that this list gave, or of another order. Leave "after" out to begin at the first page.');
}

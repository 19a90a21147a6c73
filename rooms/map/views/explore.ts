/** Which rows of /explore are shown, and in which order. Pure: the island draws what this says. */
import { STATES, slugOf } from "../explore-schema.ts";
import type { Coded, ExploreData } from "../explore-schema.ts";

/** The columns, from left to right. */
export const COLUMNS = ["name", "country", "sectors", "sources", "consent", "interest", "retention", "cookie", "sites", "newest"] as const;
export type ColumnName = (typeof COLUMNS)[number];

export const HAS = ["declarations", "observations", "both", "neither", "contact", "no-contact"] as const;
export type Has = (typeof HAS)[number];

/** What is asked: the same names as /companies has in its URL. Empty texts ask nothing. */
export interface Question {
  q: string;
  country: string;
  sector: string;
  source: string;
  has: Has | "";
  sort: ColumnName;
  descending: boolean;
}

/** The question that a URL asks; what it does not understand is left out. */
export function readQuestion(search: string): Question {
  const asked = new URLSearchParams(search);
  const text = (name: string) => (asked.get(name) ?? "").slice(0, 200);
  const sort = text("sort");
  const column = sort.replace(/^-/, "");
  return {
    q: text("q"),
    country: text("country"),
    sector: text("sector"),
    source: text("source"),
    has: HAS.find((one) => one === text("has")) ?? "",
    sort: COLUMNS.find((one) => one === column) ?? "name",
    descending: sort.startsWith("-"),
  };
}

/**
 * A question as the part of a URL after the path: empty, or with its question mark. `forList`: without the order, which the list
 * at /companies calls otherwise.
 *
 * @example
 * ```ts
 * writeQuestion({ ...readQuestion(""), q: "crit", sort: "sites", descending: true }); // "?q=crit&sort=-sites"
 * ```
 */
export function writeQuestion({ sort, descending, ...filters }: Question, forList = false): string {
  const asked = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ""));
  if (!forList && (sort !== "name" || descending)) asked.set("sort", `${descending ? "-" : ""}${sort}`);
  const text = asked.toString();
  return text === "" ? "" : `?${text}`;
}

/** The data, made ready to be asked. */
export interface Rows {
  data: ExploreData;
  size: number;
  idOf(row: number): string;
  /** Names without case and accents. */
  folded: string[];
  /** Orders that were asked for already: rows of a column from the smallest, the unknown last in both directions. */
  orders: Map<string, Uint32Array>;
  /** What is written in the columns of words, for their order: the name of a country, not its code. */
  words: { country: (code: string) => string; source: (id: string) => string };
}

export function prepare(data: ExploreData, words: Rows["words"]): Rows {
  return {
    data,
    size: data.names.length,
    idOf: (row) => data.ids[row] || slugOf(data.names[row]!),
    folded: data.names.map(fold),
    orders: new Map(),
    words,
  };
}

/** Small letters without accents: how names are compared. */
function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The rows that answer a question, in its order. Linear in the number of rows; an order is made once. */
export function select(rows: Rows, question: Question): Uint32Array {
  const { data, folded } = rows;
  const words = fold(question.q)
    .split(/\s+/)
    .filter((word) => word !== "");
  const countries = fitting(data.countries, question.country, (value) => value === question.country);
  const sectors = fitting(data.sectors, question.sector, (value) => value.includes(question.sector));
  const sources = fitting(data.sources, question.source, (value) => value.includes(question.source));
  const fits = hasFits(question.has);
  const found = new Uint32Array(rows.size);
  let count = 0;
  for (const row of orderOf(rows, question)) {
    if (countries?.[data.countries.at[row]!] === false || (countries !== null && data.countries.at[row]! < 0)) continue;
    if (sectors !== null && sectors[data.sectors.at[row]!] !== true) continue;
    if (sources !== null && sources[data.sources.at[row]!] !== true) continue;
    if (!fits(data.states[row]!)) continue;
    const name = folded[row]!;
    if (!words.every((word) => name.includes(word))) continue;
    found[count++] = row;
  }
  return found.subarray(0, count);
}

/** Which values of a column answer; null where it was not asked. */
function fitting<T>(column: Coded<T>, asked: string, fits: (value: T) => boolean): boolean[] | null {
  return asked === "" ? null : column.values.map(fits);
}

function hasFits(has: Question["has"]): (states: number) => boolean {
  const both = STATES.declared + STATES.observed;
  switch (has) {
    case "":
      return () => true;
    case "declarations":
      return (states) => (states & STATES.declared) !== 0;
    case "observations":
      return (states) => (states & STATES.observed) !== 0;
    case "both":
      return (states) => (states & both) === both;
    case "neither":
      return (states) => (states & both) === 0;
    case "contact":
      return (states) => (states & STATES.contact) !== 0;
    case "no-contact":
      return (states) => (states & STATES.contact) === 0;
  }
}

function orderOf(rows: Rows, { sort, descending }: Question): Uint32Array {
  const key = `${descending ? "-" : ""}${sort}`;
  const there = rows.orders.get(key);
  if (there !== undefined) return there;
  const order = Uint32Array.from({ length: rows.size }, (_, row) => row);
  if (sort === "name") {
    if (descending) order.reverse();
  } else {
    const values = valuesOf(rows, sort);
    const sign = descending ? -1 : 1;
    // What is unknown comes last whichever way one looks; equals stay in the order of names.
    order.sort((a, b) => {
      const [x, y] = [values[a]!, values[b]!];
      if (x === y) return a - b;
      return x === UNKNOWN ? 1 : y === UNKNOWN ? -1 : sign * (x - y);
    });
  }
  rows.orders.set(key, order);
  return order;
}

/** Never a value of a column: they are all counts and ranks. */
const UNKNOWN = -1;

/** A column as numbers that have its order. */
function valuesOf({ data, words }: Rows, column: Exclude<ColumnName, "name">): Float64Array {
  const numbers = (values: readonly (number | null)[]) => Float64Array.from(values, (value) => value ?? UNKNOWN);
  switch (column) {
    case "country":
      return ranks(data.countries, words.country);
    case "sectors":
      return ranks(data.sectors, (value) => value.join(", "));
    case "sources":
      return ranks(data.sources, (value) => `${String(value.length).padStart(3, "0")} ${value.map(words.source).join(", ")}`);
    case "newest":
      return ranks(data.newest, (value) => value);
    case "consent":
      return numbers(data.consent);
    case "interest":
      return numbers(data.legitimateInterest);
    case "retention":
      return numbers(data.retention);
    case "cookie":
      return numbers(data.cookie);
    case "sites":
      return numbers(data.sites);
  }
}

function ranks<T>({ values, at }: Coded<T>, word: (value: T) => string): Float64Array {
  const { compare } = new Intl.Collator();
  const texts = values.map(word);
  const rank = new Float64Array(values.length);
  texts
    .map((_, i) => i)
    .sort((a, b) => compare(texts[a]!, texts[b]!))
    .forEach((value, place) => (rank[value] = place));
  return Float64Array.from(at, (place) => (place < 0 ? UNKNOWN : rank[place]!));
}

/** The rows that are in the window of a scrolled table, with some above and below: `[first, end)`. */
export function windowOf(
  total: number,
  { top, height, rowHeight, spare }: { top: number; height: number; rowHeight: number; spare: number },
): [number, number] {
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - spare, total - 1));
  return [first, Math.min(total, Math.ceil((top + height) / rowHeight) + spare)];
}

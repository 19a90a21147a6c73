/**
 * What /explore loads: all rows in columns, with repeated words once. 25,000 organisations are about half a megabyte after gzip.
 * The server writes it, the page's island reads it.
 */
import type { CompanyRow } from "./card-schema.ts";

/** A column of words that repeat: `at` is the place in `values`, -1 where nothing is known. */
export interface Coded<T> {
  values: T[];
  at: number[];
}

/** Columns of equal length, in the order of names: sorted by name is as it stands. */
export interface ExploreData {
  format: 1;
  names: string[];
  /** 0 where {@link slugOf} of the name gives it. */
  ids: (string | 0)[];
  countries: Coded<string>;
  sectors: Coded<string[]>;
  sources: Coded<string[]>;
  newest: Coded<string>;
  /** Purposes on consent and on legitimate interest; null where no purposes are known. */
  consent: (number | null)[];
  legitimateInterest: (number | null)[];
  /** Days; null is not stated, or nothing known. */
  retention: (number | null)[];
  cookie: (number | null)[];
  /** Null where no scan met it: that says nothing of the sites that were not scanned. */
  sites: (number | null)[];
  /** A sum of {@link STATES}. */
  states: number[];
}

/** What is known of an organisation, as bits. */
export const STATES = { declared: 1, observed: 2, contact: 4, stale: 8 } as const;

/**
 * The rows in columns, in the order of names.
 *
 * @example
 * ```ts
 * JSON.stringify(encodeRows(store.allRows()));
 * ```
 */
export function encodeRows(rows: readonly CompanyRow[]): ExploreData {
  const { compare } = new Intl.Collator("en", { sensitivity: "base", numeric: true });
  const sorted = rows.toSorted((a, b) => compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  const known = ({ declared, consent, legitimateInterest, purposes }: CompanyRow) => declared && (purposes.length > 0 || consent + legitimateInterest > 0);
  return {
    format: 1,
    names: sorted.map(({ name }) => name),
    ids: sorted.map(({ id, name }) => (slugOf(name) === id ? 0 : id)),
    countries: coded(sorted.map(({ country }) => country)),
    sectors: coded(sorted.map(({ sectors }) => (sectors.length === 0 ? null : sectors))),
    sources: coded(sorted.map(({ sources }) => sources)),
    newest: coded(sorted.map(({ newest }) => newest.slice(0, 10))),
    consent: sorted.map((row) => (known(row) ? row.consent : null)),
    legitimateInterest: sorted.map((row) => (known(row) ? row.legitimateInterest : null)),
    retention: sorted.map(({ retentionDays }) => retentionDays),
    cookie: sorted.map(({ cookieDays }) => cookieDays),
    sites: sorted.map(({ sitesSeen }) => (sitesSeen === 0 ? null : sitesSeen)),
    states: sorted.map(
      ({ declared, observed, contact, stale }) =>
        (declared ? STATES.declared : 0) + (observed ? STATES.observed : 0) + (contact ? STATES.contact : 0) + (stale ? STATES.stale : 0),
    ),
  };
}

/** What most ids are: the name in small letters and digits, anything else a hyphen. Ids that are something else are sent as they are. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

function coded<T extends string | string[]>(column: readonly (T | null)[]): Coded<T> {
  const values: T[] = [];
  const places = new Map<string, number>();
  const at = column.map((value) => {
    if (value === null) return -1;
    const key = typeof value === "string" ? value : value.join("\n");
    const there = places.get(key);
    if (there !== undefined) return there;
    places.set(key, values.length);
    return values.push(value) - 1;
  });
  return { values, at };
}

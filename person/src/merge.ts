/** Two copies of what she keeps become one, whichever comes first: the order of merging never matters. */
import { canonicalize } from "@freehold/protocol/canonical";
import type { Book, Foreign, Item } from "./schema.ts";

/**
 * All items of both, each once, in the order of signing. What the two say of one item is joined; `erased` are locks of which nothing is taken.
 *
 * @example
 * ```ts
 * mergeItems(here, fromBackup); // the same as mergeItems(fromBackup, here)
 * ```
 */
export function mergeItems(a: readonly Item[], b: readonly Item[], erased: ReadonlySet<string> = new Set()): Item[] {
  const items = new Map<string, Item>();
  for (const item of [...a, ...b]) {
    if (erased.has(item.entry.slice(68))) continue;
    const known = items.get(item.id);
    items.set(item.id, known === undefined || known === item ? item : mergeItem(known, item));
  }
  return [...items.values()].sort((x, y) => compare(x.signed + x.id, y.signed + y.id));
}

/** The books of two installations, as that of the first. Register, device and counter stay its own. */
export function mergeBooks(book: Book, other: Pick<Book, "items" | "instructions" | "foreign" | "devices"> & { device?: number }): Book {
  const theirs = [...other.devices, ...(other.device === undefined ? [] : [other.device])];
  const devices = [...new Set([...book.devices, ...theirs])].filter((device) => device !== book.device).sort((x, y) => x - y);
  const foreign = mergeForeign(book.foreign, other.foreign);
  const erased = new Set(foreign.filter((one) => one.erased === true).map(({ lock }) => lock));
  const items = mergeItems(book.items, other.items, erased);
  const known = new Set(items.map(({ entry }) => entry.slice(68)));
  const instructions = unique([...book.instructions, ...other.instructions], ({ id }) => id);
  return { ...book, devices, items, instructions, foreign: foreign.filter(({ lock }) => !known.has(lock)) };
}

function mergeForeign(a: readonly Foreign[], b: readonly Foreign[]): Foreign[] {
  const all = new Map<string, Foreign>();
  for (const one of [...a, ...b]) {
    const known = all.get(one.lock);
    const marks = { ...((known?.accepted ?? one.accepted) && { accepted: true as const }), ...((known?.erased ?? one.erased) && { erased: true as const }) };
    all.set(one.lock, { ...known, ...one, ...marks });
  }
  return [...all.values()].sort((x, y) => compare(x.lock, y.lock));
}

/** Two states of the same record. Lists are joined; of two values that cannot both stand, the one whose text is later stands, on every device alike. */
function mergeItem(a: Item, b: Item): Item {
  const acknowledgements = unique([...(a.acknowledgements ?? []), ...(b.acknowledgements ?? [])], ({ jws }) => jws);
  const deliveries = unique([...(a.deliveries ?? []), ...(b.deliveries ?? [])], (one) => canonicalize(one));
  const ends = [a.withdrawn, b.withdrawn].filter((end) => end !== undefined);
  const letter = a.letter && b.letter ? later(a.letter, b.letter) : (a.letter ?? b.letter);
  return {
    ...later(a, b),
    ...(acknowledgements.length > 0 && { acknowledgements }),
    ...(deliveries.length > 0 && { deliveries }),
    ...(ends.length > 0 && { withdrawn: { at: ends.map(({ at }) => at).sort()[0]!, by: [...new Set(ends.flatMap(({ by }) => by))].sort() } }),
    ...(letter && { letter }),
  };
}

/** Member by member the later of two values. */
function later<T extends object>(a: T, b: T): T {
  const members = new Map<string, unknown>(Object.entries(a));
  for (const [member, value] of Object.entries(b) as [string, unknown][])
    if (!members.has(member) || compare(canonicalize(members.get(member)), canonicalize(value)) < 0) members.set(member, value);
  return Object.fromEntries(members) as T;
}

function unique<T>(all: readonly T[], key: (one: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const one of all) {
    const known = seen.get(key(one));
    if (known === undefined || compare(canonicalize(known), canonicalize(one)) < 0) seen.set(key(one), one);
  }
  return [...seen.entries()].sort(([x], [y]) => compare(x, y)).map(([, one]) => one);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The state of what a person keeps, as pure functions: opening a book, what the log says of it, which counters may be used (spec/lock.md). */
import { FreeholdError } from "@freehold/protocol/errors";
import { COUNTER_GAP, newDevice } from "@freehold/protocol/keys";
import { formatInstant } from "@freehold/protocol/shape";
import type { LogState } from "./log-reader.ts";
import { mergeItems } from "./merge.ts";
import type { Book, Item, RegisterInfo } from "./schema.ts";

/**
 * An empty book, of a new installation. `device` is drawn unless given.
 *
 * @example
 * ```ts
 * const book = openBook({ url, origin, vkey, policy });
 * ```
 */
export function openBook({ url, origin, vkey, policy }: RegisterInfo, device = newDevice()): Book {
  return {
    "@context": "urn:freehold:book:1",
    register: { url, origin, vkey, policy },
    device,
    counter: 0,
    devices: [],
    items: [],
    instructions: [],
    foreign: [],
  };
}

/** The book with these items; one that it has already is merged with what is new of it. */
export function addItems(book: Book, items: readonly Item[]): Book {
  const counter = items.reduce((next, { path }) => (path.device === book.device ? Math.max(next, path.counter + 1) : next), book.counter);
  return { ...book, counter, items: mergeItems(book.items, items, erasedLocks(book)) };
}

/** The book with one item changed; nothing where it has none of this id. */
export function changeItem(book: Book, id: string, change: (item: Item) => Item): Book {
  return { ...book, items: book.items.map((item) => (item.id === id ? change(item) : item)) };
}

/**
 * What the log says of the book: where its records are, which have ended, and which locks of hers it has no content of. `now` is in seconds.
 *
 * @example
 * ```ts
 * book = seeLog(book, await readLog({ state, book, seed, ...source }), Date.now() / 1000);
 * ```
 */
export function seeLog(book: Book, log: LogState, now: number): Book {
  // The lowest index counts: the same entry cannot come twice, but a list may.
  const indexes = new Map(log.own.toReversed().map(({ entry, index }) => [entry, index]));
  const items = book.items.map((item): Item => {
    const index = indexes.get(item.entry);
    const ended = log.opened.has(lockOf(item)) && item.withdrawn === undefined;
    const withdrawn: Item["withdrawn"] = { at: formatInstant(Math.floor(now)), by: ["register"] };
    return index === item.index && !ended ? item : { ...item, ...(index !== undefined && { index }), ...(ended && { withdrawn }) };
  });
  const known = new Set(items.map(lockOf));
  const before = new Map(book.foreign.map((one) => [one.lock, one]));
  const first = new Map(log.own.toReversed().map((one) => [one.lock, one]));
  const foreign = [...first.values()]
    .filter(({ lock }) => !known.has(lock))
    .map(({ lock, index, device, counter }) => ({ ...before.get(lock), lock, index, device, counter }))
    .sort((a, b) => a.index - b.index);
  // What was erased stays erased, also where this log has not been read as far.
  const erased = book.foreign.filter((one) => one.erased === true && !first.has(one.lock));
  return { ...book, items, foreign: [...foreign, ...erased] };
}

/** What goes into a record as its beacon, and the note that proves it. */
export interface Beacon {
  beacon: { origin: string; root: string; size: number };
  note: string;
  /** Seconds since 1970; null where the policy asks for no witness. */
  witnessedTime: number | null;
}

/**
 * The newest checkpoint that a record of hers may name: the log was read up to it, and she has, or has given up, the content of all that is hers there.
 *
 * @throws `records_missing` where a record of hers has no content here; `unavailable` where nothing was read yet.
 * @see spec/record.md, "Security"
 */
export function beaconOf(book: Book, log: LogState): Beacon {
  const missing = missingRecords(book);
  if (missing.length > 0)
    throw new FreeholdError(
      "records_missing",
      `${missing.length} of your records in the log were made on another device, and their content has not arrived here. Fetch your copies, or choose to go on without them.`,
    );
  if (log.size === 0) throw new FreeholdError("unavailable", "The register's log has not been read yet.");
  return { beacon: { origin: log.origin, root: log.root, size: log.size }, note: log.note, witnessedTime: log.witnessedTime };
}

/** Locks of hers in the log of which she has neither content nor said that she goes on without. */
export function missingRecords(book: Book): Book["foreign"] {
  return book.foreign.filter(({ accepted, erased }) => accepted !== true && erased !== true);
}

/** She has been told of what is missing, and goes on without. */
export function acceptMissing(book: Book): Book {
  return { ...book, foreign: book.foreign.map((one) => (one.erased === true ? one : { ...one, accepted: true as const })) };
}

/** The book without an item, so that no copy of it comes back. The entry stays in the log and says nothing. */
export function eraseItem(book: Book, id: string): Book {
  const item = book.items.find((one) => one.id === id);
  if (item === undefined) return book;
  const erased = { lock: lockOf(item), ...(item.index !== undefined && { index: item.index }), ...item.path, erased: true as const };
  return { ...book, items: book.items.filter((one) => one !== item), foreign: [...book.foreign.filter(({ lock }) => lock !== erased.lock), erased] };
}

/**
 * Whether the record of a counter of this installation may be submitted: 0 at any time, a later one once the record of counter 0 has been seen
 * published, and at most 64 above the highest one seen.
 *
 * @see spec/lock.md, "Seed and derivations"
 */
export function mayUse(book: Pick<Book, "device" | "items">, counter: number): boolean {
  if (counter === 0) return true;
  const published = book.items.filter(({ path, index }) => path.device === book.device && index !== undefined).map(({ path }) => path.counter);
  return published.includes(0) && counter <= published.reduce((max, one) => Math.max(max, one), 0) + COUNTER_GAP;
}

/**
 * The book with another number for this installation, where the log or a copy shows that somebody else uses its own: a restored copy, a cloned profile.
 * To be called after each reading, and after each merge.
 */
export function redrawIfTaken(book: Book, log: LogState, draw: () => number = newDevice): Book {
  const used = new Map<number, string>();
  let taken = log.own.some(({ device, counter }) => device === book.device && counter >= book.counter);
  for (const { path, id } of book.items) {
    if (path.device !== book.device) continue;
    taken ||= path.counter >= book.counter || (used.has(path.counter) && used.get(path.counter) !== id);
    used.set(path.counter, id);
  }
  return taken ? asNewInstallation(book, draw) : book;
}

/** The book as that of a new installation: after an import, on a restored copy. */
export function asNewInstallation(book: Book, draw: () => number = newDevice): Book {
  const devices = [...new Set([...book.devices, book.device])].sort((a, b) => a - b);
  let device = draw();
  while (devices.includes(device)) device = draw();
  return { ...book, device, counter: 0, devices };
}

/** The lock of an item, 64 hexadecimal digits. */
export function lockOf({ entry }: Pick<Item, "entry">): string {
  return entry.slice(68);
}

/** The locks of what she has erased. */
export function erasedLocks(book: Pick<Book, "foreign">): ReadonlySet<string> {
  return new Set(book.foreign.filter(({ erased }) => erased === true).map(({ lock }) => lock));
}

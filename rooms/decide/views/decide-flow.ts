/** From drafts to decisions in the log, for pages that ask one thing: the order of spec/record.md and spec/lock.md, stored before it is submitted. */
import { openBook, redrawIfTaken, seeLog } from "@freehold/person/book";
import type { LogState } from "@freehold/person/log-reader";
import { readLog, unreadLog } from "@freehold/person/log-reader";
import { prepare } from "@freehold/person/prepare";
import type { Prepared } from "@freehold/person/prepare";
import { learnRegister } from "@freehold/person/register";
import type { Book, Draft, Item } from "@freehold/person/schema";
import { sign } from "@freehold/person/sign";
import { submit } from "@freehold/person/submit";
import { newSeed } from "@freehold/protocol/keys";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { browserFetch, clock } from "./decision-parts.tsx";
import { gestureOf, isKept, makeDemonstrationKey, makePasskey } from "./gestures.ts";
import { exclusively, readKept, writeKept } from "./keep.ts";
import type { Kept, Keys } from "./keep.ts";
import { copy } from "./sitting/run.ts";

/** Her book and her key, both at hand. Nothing of a new person is stored until she signs. */
export interface Person {
  keys: Keys;
  book: Book;
  log: LogState;
  seed: Uint8Array;
}

/** Where the log is read from, and by which policy: hers, once she has one. */
export function sourceOf({ register }: Pick<Book, "register">) {
  return { url: register.url, policy: parseTrustPolicy(register.policy), fetch: browserFetch };
}

/** Reads what is new in the log, and says in the book what it shows. Nobody learns what was looked for. */
async function refresh(
  kept: Pick<Kept, "book" | "log">,
  seed?: Uint8Array,
  progress?: (read: number, size: number) => void,
): Promise<{ book: Book; log: LogState }> {
  const { book } = kept;
  const log = await readLog({ state: kept.log ?? unreadLog(book.register.origin), book, seed, progress, ...sourceOf(book) });
  return { log, book: redrawIfTaken(seeLog(book, log, clock()), log) };
}

/** {@link refresh} of what is kept here, stored. Undefined where nothing is. */
export function refreshKept(seed?: Uint8Array): Promise<Kept | undefined> {
  return exclusively(async () => {
    const kept = await readKept();
    if (kept === undefined) return undefined;
    const next = await refresh(kept, seed);
    await writeKept(next);
    return { ...kept, ...next };
  });
}

/** How somebody begins who has no key here. */
export type Beginning = "passkey" | "passphrase" | "demonstration";

/** A new person, in memory alone: a key, an empty book of this register, the log read. It is gone with the page unless she signs. */
export async function newPerson(seed = newSeed()): Promise<Omit<Person, "keys">> {
  const book = openBook(await learnRegister(location.origin, browserFetch));
  return { seed, ...(await refresh({ book }, seed)) };
}

/** Where a new person's key is to be kept. A passphrase is set when she signs; a demonstration key is another one, which lies open in this tab. */
export async function beginWith(how: Beginning, person: Omit<Person, "keys">): Promise<Person> {
  if (how === "demonstration") return { ...(await newPerson(makeDemonstrationKey())), keys: { passkeys: [], demonstration: true } };
  return { ...person, keys: { passkeys: how === "passkey" ? [await makePasskey([])] : [] } };
}

/** The texts as they would be signed now. */
export function prepareFor({ book, log, seed }: Person, drafts: readonly Draft[]): Prepared[] {
  return prepare({ book, log, seed, drafts, now: clock() });
}

export interface Deciding {
  person: Person;
  prepared: readonly Prepared[];
  also?: (prepared: Prepared) => Partial<Item>;
  /** Asked where nothing would keep the key after the signing: no PRF. What it returns keeps it. */
  keepKey: (keys: Keys, seed: Uint8Array) => Promise<Keys>;
  progress: (stage: "signing" | "publishing", done: number, of: number) => void;
}

/**
 * Signs with one gesture, stores, submits, and waits until the log shows the entries.
 *
 * @throws `book_mismatch` where another tab has signed in between: prepare anew; what `sign` and `submit` throw.
 */
export function decide({ person, prepared, also, keepKey, progress }: Deciding): Promise<{ person: Person; items: Item[] }> {
  return exclusively(async () => {
    const { seed } = person;
    const there = await readKept();
    const book = there?.book ?? person.book;
    const { gesture, keys } = gestureOf(person.keys, seed);
    const demonstration = person.keys.demonstration === true;
    const signed = await sign({
      seed,
      book,
      prepared,
      gesture,
      now: clock(),
      demonstration,
      ...(also && { also }),
      progress: (done, of) => progress("signing", done, of),
    });
    const kept = isKept(keys()) ? keys() : await keepKey(keys(), seed);
    // Before anything is submitted: an entry whose opening is lost proves nothing any more.
    await writeKept({ keys: kept, book: signed.book, log: person.log });
    const done = await submit({
      ...sourceOf(book),
      book: signed.book,
      log: person.log,
      seed,
      now: clock,
      keep: (next, log) => writeKept({ book: next, log }),
      progress: (published, of) => progress("publishing", published, of),
    });
    await writeKept(done);
    // The copy at the register is for her other devices: without it all the same is here.
    if (kept.demonstration !== true) await copy(done.book, seed);
    const ids = new Set(signed.items.map(({ id }) => id));
    return { person: { keys: kept, seed, ...done }, items: done.book.items.filter(({ id }) => ids.has(id)) };
  });
}

/** Changes the book that is kept, while no other tab does; and the copy at the register, where the key is at hand. Returns what is kept then. */
export function changeKept(change: (book: Book) => Book, seed?: Uint8Array): Promise<Kept | undefined> {
  return exclusively(async () => {
    const kept = await readKept();
    if (kept === undefined) return undefined;
    const book = change(kept.book);
    await writeKept({ book });
    if (seed !== undefined && kept.keys.demonstration !== true) await copy(book, seed);
    return { ...kept, book };
  });
}

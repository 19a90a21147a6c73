/** The work of a sitting: reading the log, making the texts, signing, storing, submitting, proving. What is shown is made elsewhere. */
import { leaveWrapped, syncBackup } from "@freehold/person/backup";
import { acceptMissing as goOnWithout, openBook, redrawIfTaken, seeLog } from "@freehold/person/book";
import { checkOwn } from "@freehold/person/book-file";
import { readLog, unreadLog } from "@freehold/person/log-reader";
import type { LogState } from "@freehold/person/log-reader";
import { mergeBooks } from "@freehold/person/merge";
import { prepare } from "@freehold/person/prepare";
import type { Prepared } from "@freehold/person/prepare";
import { makeReceipt } from "@freehold/person/receipts";
import type { MadeReceipt } from "@freehold/person/receipts";
import { sign } from "@freehold/person/sign";
import type { Book, Item } from "@freehold/person/schema";
import { takeSnapshot } from "@freehold/person/snapshot";
import { submit } from "@freehold/person/submit";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import { gestureOf, nowInSeconds } from "../gestures.ts";
import type { FirstSecret } from "../gestures.ts";
import { exclusively, readKept, writeKept } from "../keep.ts";
import type { Keys } from "../keep.ts";
import { learnThis, sourceOf } from "../register-source.ts";
import { seenOf } from "./choices.ts";
import type { NamedDraft } from "./choices.ts";

export type Progress = (done: number, of: number) => void;

/** The texts that she will sign, with what they were made from. */
export interface Ready {
  book: Book;
  log: LogState;
  prepared: Prepared[];
  drafts: readonly NamedDraft[];
  /** Why her copies could not be read or written, where they could not: she is told, and may go on. */
  copies: string | null;
}

/** Reads the log up to now and makes the texts. `seed` is hers, or one that was drawn for a first sitting. */
export async function makeReady(input: { seed: Uint8Array; drafts: readonly NamedDraft[]; acceptMissing?: boolean; progress?: Progress }): Promise<Ready> {
  const { seed, drafts, progress } = input;
  const kept = await readKept();
  let book = kept?.book ?? openBook(await learnThis());
  const source = sourceOf(book.register);
  let copies: string | null = null;
  if (kept !== undefined && kept.keys.demonstration !== true) {
    try {
      book = await syncBackup({ book, seed, ...source });
    } catch (error) {
      copies = wordsOf(error);
    }
  }
  const log = await readLog({ state: kept?.log ?? unreadLog(book.register.origin), book, seed, ...source, ...(progress && { progress }) });
  book = redrawIfTaken(seeLog(book, log, nowInSeconds()), log);
  if (input.acceptMissing === true) book = goOnWithout(book);
  if (kept !== undefined) await writeKept({ book, log });
  return { book, log, drafts, copies, prepared: prepare({ book, log, seed, drafts: drafts.map(({ draft }) => draft), now: nowInSeconds() }) };
}

export interface Signed {
  seed: Uint8Array;
  keys: Keys;
  book: Book;
  items: Item[];
  /** Where the key was now kept under a passkey for the first time. */
  first: FirstSecret | null;
}

/** One gesture over all. Nothing is stored yet: a key that could be opened by nobody must not sign anything that counts. */
export async function signAll(input: { seed: Uint8Array; keys: Keys; ready: Ready; words: string; progress?: Progress }): Promise<Signed> {
  const { seed, ready, words, progress } = input;
  const { gesture, keys, first } = gestureOf(input.keys, seed);
  const at = nowInSeconds();
  const byPrepared = new Map(ready.prepared.map((one, i) => [one, ready.drafts[i]!]));
  const { book, items } = await sign({
    seed,
    book: ready.book,
    prepared: ready.prepared,
    gesture,
    now: at,
    demonstration: input.keys.demonstration === true,
    also: (one) => {
      const { found, act } = byPrepared.get(one)!;
      return { seen: seenOf(found, formatInstant(at)), ...(act.words !== "no" && words.trim() !== "" && { words: words.trim() }) };
    },
    ...(progress && { progress }),
  });
  return { seed, keys: keys(), book, items, first: first() };
}

/** Stores what was signed, here and as a sealed copy at the register, before anything of it leaves. Says why there is no copy, where there is none. */
export function storeSigned({ keys, book, first }: Pick<Signed, "keys" | "book" | "first">, log: LogState, seed: Uint8Array): Promise<string | null> {
  return exclusively(async () => {
    const kept = await readKept();
    const merged = kept === undefined ? book : joined(book, kept.book, seed);
    await writeKept({ keys, book: merged, log });
    if (keys.demonstration === true) return null;
    return (await copy(merged, seed)) ?? (first === null ? null : leave(merged, seed, first));
  });
}

/** Her book with what another tab has stored in the meantime. Throws `book_mismatch` where the two cannot both stand. */
function joined(book: Book, there: Book, seed: Uint8Array): Book {
  const used = new Map(book.items.map(({ path, id }) => [`${path.device} ${path.counter}`, id]));
  const clash = there.items.some(({ path, id }) => (used.get(`${path.device} ${path.counter}`) ?? id) !== id);
  if (clash) throw new FreeholdError("book_mismatch", "Another tab has signed something in the meantime. Go back one step, and sign again.");
  for (const item of there.items.slice(0, 1)) checkOwn(seed, book.register, item);
  return mergeBooks(book, there);
}

/** Brings the copies at the register into step. Returns why not, where that fails. */
export async function copy(book: Book, seed: Uint8Array): Promise<string | null> {
  try {
    await writeKept({ book: await syncBackup({ book, seed, ...sourceOf(book.register) }) });
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

/** Leaves the key at the register, closed under a passkey, so that a device to which that is synchronised can join. */
export async function leave({ register }: Book, seed: Uint8Array, first: FirstSecret): Promise<string | null> {
  try {
    const { url, fetch } = sourceOf(register);
    await leaveWrapped({ url, fetch, seed, origin: register.origin, ...first });
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

/** Brings into the log all that is not there, and waits until it is seen there. Can be called again at any time. */
export async function submitAll(seed: Uint8Array, progress?: Progress): Promise<{ book: Book; copies: string | null }> {
  return exclusively(async () => {
    const kept = await readKept();
    if (kept === undefined) throw new FreeholdError("unavailable", "Nothing is kept in this browser.");
    const { book } = await submit({
      book: kept.book,
      log: kept.log ?? unreadLog(kept.book.register.origin),
      seed,
      ...sourceOf(kept.book.register),
      now: nowInSeconds,
      keep: (now, log) => writeKept({ book: now, log }),
      ...(progress && { progress }),
    });
    return { book, copies: kept.keys.demonstration === true ? null : await copy(book, seed) };
  });
}

/** The receipt of an item, verified in this browser from what the register publishes now. `seed` puts the withdrawal code into her own copy. */
export async function proveItem(
  book: Book,
  item: Item,
  options: { seed?: Uint8Array; onStep?: (step: string, finding: string) => void } = {},
): Promise<MadeReceipt> {
  const source = sourceOf(book.register);
  return makeReceipt({ item, snapshot: await takeSnapshot(source), policy: source.policy, now: nowInSeconds(), ...options });
}

/** What went wrong, in words. Faults of ours are thrown on. */
export function wordsOf(error: unknown): string {
  if (error instanceof FreeholdError) return error.message;
  console.error(error);
  return `Something went wrong in this page: ${error instanceof Error ? error.message : String(error)}`;
}

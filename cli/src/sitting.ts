/** What the commands of a person share: her key opened, the register and its log read, her book stored, and brought into the log. */
import { existsSync } from "node:fs";
import { syncBackup } from "@freehold/person/backup";
import { acceptMissing, openBook, redrawIfTaken, seeLog } from "@freehold/person/book";
import type { Fetch } from "@freehold/person/http";
import { readLog, unreadLog } from "@freehold/person/log-reader";
import type { LogState } from "@freehold/person/log-reader";
import { mergeBooks } from "@freehold/person/merge";
import { unwrapWithPassphrase } from "@freehold/person/passphrase";
import { recover } from "@freehold/person/recover";
import { learnRegister } from "@freehold/person/register";
import type { Book, Item, RegisterInfo } from "@freehold/person/schema";
import { submit } from "@freehold/person/submit";
import type { Source } from "@freehold/person/tiles";
import { fromHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { readPassphrase } from "./ask.ts";
import { EXIT, Failure } from "./exit.ts";
import { readText } from "./input.ts";
import { policyFileOf } from "./policy.ts";
import { bookFileOf, openStore } from "./person-store.ts";
import type { Kept, PersonStore } from "./person-store.ts";
import { registerUrl } from "./remote.ts";
import { DEFAULT_REGISTER } from "./submission.ts";

export interface PersonOptions {
  book?: string;
  register?: string;
  policy?: string;
  json?: boolean;
}

/** An open book with its key and its register. `note` says something on stderr. */
export interface Sitting {
  store: PersonStore;
  seed: Uint8Array;
  source: Source;
  book: Book;
  log: LogState;
  /** Why her copies at the register are not in step, where they are not. */
  copies: string | null;
  note(sentence: string): void;
}

export const nowInSeconds = (): number => Date.now() / 1000;
export const webFetch: Fetch = (url, init) => fetch(url, init);

/** What is kept, or {@link Failure} (66) where there is nothing. */
export function requireKept(kept: Kept | undefined, file: string): Kept {
  if (kept !== undefined) return kept;
  throw new Failure(
    EXIT.noInput,
    "input_missing",
    `There is no key in ${file}. Make one with \`freehold key new\`, or bring yours with \`freehold key import\`.`,
  );
}

/** The book of a file that is kept, or {@link Failure} (66). */
export function requireBook(kept: Kept, file: string): Book {
  if (kept.book !== undefined) return kept.book;
  throw new Failure(EXIT.noInput, "input_missing", `${file} has a key and no decisions yet: make one with \`freehold refuse\`.`);
}

/** The seed of a kept key; asks for the passphrase where it is closed under one. */
export async function seedOf({ key }: Pick<Kept, "key">): Promise<Uint8Array> {
  return "seed" in key ? fromHex(key.seed) : unwrapWithPassphrase(key.wrap, await readPassphrase("Passphrase: "));
}

/**
 * Opens the book for a work that uses the network, and closes it afterwards. Reads the log up to now, takes in what her other devices left, and
 * stores both before the work begins.
 */
export async function withSitting<T>(
  options: PersonOptions & { acceptMissing?: boolean; copies?: boolean },
  work: (sitting: Sitting) => Promise<T>,
): Promise<T> {
  const file = bookFileOf(options.book);
  if (!existsSync(file)) requireKept(undefined, file);
  const store = openStore(file);
  try {
    const kept = requireKept(store.kept, file);
    const seed = await seedOf(kept);
    const sitting = await begin(store, kept, seed, options);
    if (options.copies !== false) sitting.copies = await syncCopies(sitting);
    sitting.log = await readLog({ state: sitting.log, book: sitting.book, seed, ...sitting.source, progress: progressOf("Reading the log") });
    sitting.book = redrawIfTaken(seeLog(sitting.book, sitting.log, nowInSeconds()), sitting.log);
    if (options.acceptMissing === true) sitting.book = acceptMissing(sitting.book);
    keep(sitting);
    return await work(sitting);
  } finally {
    store.close();
  }
}

/** Stores the book and what was read of the log. */
export function keep({ store, book, log }: Sitting): void {
  const { search: _, ...kept } = store.kept!;
  store.write({ ...kept, book, log });
}

/** Brings into the log all that is not there, waits until it is seen there, and then brings her copies into step. */
export async function publish(sitting: Sitting, copies = true): Promise<void> {
  const { seed, source } = sitting;
  const done = await submit({
    book: sitting.book,
    log: sitting.log,
    seed,
    ...source,
    now: nowInSeconds,
    keep: (book, log) => keep(Object.assign(sitting, { book, log })),
  });
  keep(Object.assign(sitting, done));
  if (copies) {
    sitting.copies = await syncCopies(sitting);
    keep(sitting);
  }
}

/** Brings the copies at the register into step, which lets her other devices know. Returns why not, where that fails: it is no reason to stop. */
export async function syncCopies(sitting: Sitting): Promise<string | null> {
  const { book, seed, source } = sitting;
  try {
    sitting.book = await syncBackup({ book, seed, url: source.url, fetch: source.fetch });
    return null;
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return error.message;
  }
}

/** The item that a beginning of its id names. Throws {@link Failure} (65) for none, or several. */
export function itemOf(book: Pick<Book, "items">, word: string): Item {
  const sought = word.toLowerCase();
  const found = /^[0-9a-f]{4,64}$/.test(sought) ? book.items.filter(({ id }) => id.startsWith(sought)) : [];
  if (found.length === 1) return found[0]!;
  const why = found.length === 0 ? "names none of your decisions" : `names ${found.length} of your decisions: write more of it`;
  throw new Failure(EXIT.badData, "argument_invalid", `${word} ${why}. \`freehold list\` shows their names; the first four digits or more are enough.`);
}

/** How commands write the name of an item. */
export function shortId({ id }: Pick<Item, "id">): string {
  return id.slice(0, 16);
}

async function begin(store: PersonStore, kept: Kept, seed: Uint8Array, options: PersonOptions): Promise<Sitting> {
  const note = (sentence: string) => void process.stderr.write(`freehold: ${sentence}\n`);
  const register = await registerOf(kept.book?.register, options, note);
  const source: Source = { url: register.url, policy: parseTrustPolicy(register.policy), fetch: webFetch };
  const common = { store, seed, source, copies: null, note };
  const book = kept.book === undefined ? openBook(register) : { ...kept.book, register };
  if (kept.search === undefined) return { ...common, book, log: kept.log ?? unreadLog(register.origin) };
  note("the register's log is searched for what this key signed before: some ten seconds, once");
  const found = await recover({ seed, register, now: nowInSeconds(), ...source });
  return { ...common, book: mergeBooks(book, found.book), log: found.log };
}

/** The register of the book; where there is none yet, as it says of itself, believed once. */
async function registerOf(known: RegisterInfo | undefined, options: PersonOptions, note: (sentence: string) => void): Promise<RegisterInfo> {
  const url = registerUrl(options.register ?? known?.url ?? (process.env["FREEHOLD_REGISTER"] || DEFAULT_REGISTER));
  if (known !== undefined && url === known.url) return withPolicy(known, options.policy);
  const { origin, vkey, policy } = await learnRegister(url, webFetch);
  if (known !== undefined) {
    if (known.origin !== origin)
      throw new Failure(
        EXIT.usage,
        "argument_invalid",
        `This book is for the register ${known.origin}, and ${url} is ${origin}: it needs another --book FILE.`,
      );
    return withPolicy({ ...known, url }, options.policy);
  }
  const file = options.policy ?? (process.env["FREEHOLD_POLICY"] || undefined) ?? (existsSync(policyFileOf(origin)) ? policyFileOf(origin) : undefined);
  if (file === undefined) note(`the trust policy that ${url} proposes is believed, this once: it is kept with your decisions from now on`);
  return withPolicy({ url, origin, vkey, policy }, file);
}

async function withPolicy(register: RegisterInfo, file: string | undefined): Promise<RegisterInfo> {
  if (file === undefined) return register;
  const policy = await readText(file, { what: "a trust policy", max: 65_536 });
  if (parseTrustPolicy(policy).tlog.logs.some(({ vkey }) => vkey.name === register.origin)) return { ...register, policy };
  throw new Failure(EXIT.badData, "policy_malformed", `The trust policy ${file} does not name the log ${register.origin}.`);
}

/** Says how far it is, on a terminal, where it takes longer than a moment. */
function progressOf(what: string): ((done: number, of: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  const start = performance.now();
  return (done, of) => {
    if (performance.now() - start < 500) return;
    process.stderr.write(done < of ? `\r${what}: ${done} of ${of}` : "\r\u001b[K");
  };
}

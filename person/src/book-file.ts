/** A book as a file: everything of one person on one register, canonical JSON, for export and import (the same text for the same book). */
import { canonicalize, parseCanonical } from "@freehold/protocol/canonical";
import type { JsonValue } from "@freehold/protocol/canonical";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { verifyOpening } from "@freehold/protocol/commitment";
import { hashOf, jwkShape, thumbprint } from "@freehold/protocol/jws";
import { DEVICES, lockSecret } from "@freehold/protocol/keys";
import { opens } from "@freehold/protocol/lock";
import { decodeRecord, originShape } from "@freehold/protocol/record";
import { check, hex, instant, integer, list, matching, object, oneOf, text } from "@freehold/protocol/shape";
import type { Shape } from "@freehold/protocol/shape";
import type { Book, Foreign, Instruction, Item, RegisterInfo } from "./schema.ts";

/** The longest file that is read, in characters: some ten thousand decisions. */
const MAX_FILE = 134_217_728;
const MAX_ITEMS = 100_000;

const jws = text(1, 65_536);
const path = list(hex(32), 0, 64);
const number = integer(0, DEVICES - 1);
/** A company's document, as it stands in an item (spec/offer.md, "Sealed documents"). */
export const sealedShape = object({ entry: hex(66), index: integer(0), jws, opening: hex(32), path });
const short = text(1, 2000);
const flag: Shape<true> = (value, at) => {
  oneOf("true")(String(value), at);
  return true;
};

const itemShape = object(
  {
    beacon: text(1, 65_536),
    entry: hex(66),
    id: hex(32),
    jws,
    key: jwkShape,
    opening: hex(32),
    path: object({ counter: integer(0, 2 ** 32 - 1), device: number }),
    signed: instant,
  },
  {
    acknowledgements: list(sealedShape, 0, 1000),
    binding: sealedShape,
    claims: list(object({ document: jws, index: integer(0) }), 0, 4),
    deliveries: list(
      object({ at: instant, by: oneOf("endpoint", "mailbox", "mail", "form", "post", "hand"), to: short }, { error: short, proof: text(1, 262_144) }),
      0,
      1000,
    ),
    demonstration: flag,
    gesture: text(1, 65_536),
    index: integer(0),
    instruction: text(1, 100),
    letter: object(
      { sha256: hex(32) },
      {
        answered: object({ at: instant, result: oneOf("done", "partly", "rejected", "no-data") }, { grounds: text(1, 10_000) }),
        complained: object({ at: instant, authority: short }),
        extended: instant,
        received: object({ at: instant, proven: boolean() }),
        sent: instant,
      },
    ),
    offer: jws,
    reminder: instant,
    seen: object({ at: instant, organisation: text(1, 300), records: list(text(1, 100), 0, 1000), summary: list(text(0, 2000), 0, 1000) }),
    withdrawn: object({ at: instant, by: list(oneOf("register", "company", "chain"), 1, 3, true) }),
    words: text(1, 10_000),
  },
);

const registerShape = object({
  origin: originShape,
  policy: text(1, 65_536),
  url: matching(/^https?:\/\/[^\s"<>\\^`{|}]+$/, 2000, "a URL"),
  vkey: text(1, 1000),
});

/** What is kept of a lock without content. */
export const foreignShape = object(
  { counter: integer(0, 2 ** 32 - 1), device: number, lock: hex(32) },
  { accepted: flag, erased: flag, index: integer(0) },
) as Shape<Foreign>;

export const instructionShape = object({
  act: oneOf("refuse", "object", "opt-out"),
  id: text(1, 100),
  made: instant,
  purposes: list(text(1, 128), 1, 256, true),
  scope: (value, at) => (value === "everywhere" ? value : object({}, { country: text(2, 2), sector: text(1, 100) })(value, at)),
}) as Shape<unknown> as Shape<Instruction>;

/** The numbers of installations. */
export const devicesShape = list(number, 0, 1000, true);

const bookShape = object({
  "@context": oneOf("urn:freehold:book:1"),
  counter: integer(0, 2 ** 32 - 1),
  device: number,
  devices: devicesShape,
  foreign: list(foreignShape, 0, MAX_ITEMS),
  instructions: list(instructionShape, 0, 1000),
  items: list(itemShape, 0, MAX_ITEMS),
  register: registerShape,
});

/** The text of a book. Throws `book_malformed` where a part of it has no such form. */
export function formatBook(book: Book): string {
  return canonicalize(check(bookShape, book, "book", "book_malformed") as unknown as JsonValue);
}

/**
 * The book of a text. What stands in it fits together (hashes, entries, locks, keys); that it is hers, {@link checkOwn} says, and that it is in
 * the log, reading the log does.
 *
 * @throws `book_malformed`, naming the member.
 * @example
 * ```ts
 * const book = asNewInstallation(parseBook(await file.text()));
 * ```
 */
export function parseBook(source: string): Book {
  if (typeof source !== "string" || source.length > MAX_FILE) throw new FreeholdError("book_malformed", `A book is a text of at most ${MAX_FILE} characters.`);
  let value: JsonValue;
  try {
    value = parseCanonical(source.replace(/\n$/, ""));
  } catch (cause) {
    throw new FreeholdError("book_malformed", `A book is JSON in the form of RFC 8785. ${(cause as Error).message}`, { cause });
  }
  const book = check(bookShape, value, "book", "book_malformed") as unknown as Book;
  for (const [i, item] of book.items.entries()) checkItem(item, `book.items[${i}]`, "book_malformed");
  return book;
}

/** Checks the form of an item and that its parts belong together. Throws `code`, naming the place. */
export function checkItem(value: unknown, at: string, code: "book_malformed" | "backup_malformed"): Item {
  const item = check(itemShape, value, at, code) as unknown as Item;
  const refuse = (why: string, cause?: unknown) => new FreeholdError(code, `${at}: ${why}`, { cause });
  let decoded: ReturnType<typeof decodeRecord>;
  try {
    decoded = decodeRecord(item.jws);
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  if (item.id !== decoded.hash) throw refuse("its id is not the hash of its record.");
  if (thumbprint(item.key) !== decoded.kid) throw refuse("its key is not the one that signed the record.");
  if (!item.entry.startsWith("0101") || item.entry.slice(68) !== decoded.record.lock) throw refuse("its entry is not one of this record.");
  if (item.offer !== undefined && hashOf(item.offer) !== decoded.record.offer) throw refuse("its offer is not the one that the record answers.");
  return item;
}

/**
 * Checks that an item is of this seed and register, and that its opening opens its entry.
 *
 * @throws `book_mismatch`.
 */
export function checkOwn(seed: Uint8Array, register: Pick<RegisterInfo, "origin">, item: Item): void {
  const { record } = decodeRecord(item.jws);
  if (record.beacon.origin !== register.origin) throw new FreeholdError("book_mismatch", `The record is for the register ${record.beacon.origin}.`);
  if (!opens(lockSecret(seed, { origin: register.origin, ...item.path }), fromHex(record.lock)))
    throw new FreeholdError("book_mismatch", "The record is of another person's key: this key does not open its lock.");
  const entry = decodeEntry(fromHex(item.entry));
  if (entry.kind !== "record" || toHex(entry.lock) !== record.lock) throw new FreeholdError("book_mismatch", "The entry is not one of this record.");
  try {
    verifyOpening({ commitment: entry.commitment, document: item.jws, opening: fromHex(item.opening) });
  } catch (cause) {
    throw new FreeholdError("book_mismatch", "The opening does not open the entry to this record.", { cause });
  }
}

function boolean(): Shape<boolean> {
  return (value, at) => (value === true ? true : value === false ? false : (oneOf("true or false")(value, at) as never));
}

/** Signing what was prepared: one gesture over all of it, a pairwise key and a fresh opening for each. */
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { commit, newOpening } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import { pairwiseKey } from "@freehold/protocol/keys";
import { challengeFor, verifyAssertion } from "@freehold/protocol/passkey";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk, signRecord } from "@freehold/protocol/sign";
import { addItems } from "./book.ts";
import { gestureEvidence } from "./gesture.ts";
import type { GestureAnswer } from "./gesture.ts";
import { breathe } from "./http.ts";
import type { Prepared } from "./prepare.ts";
import type { Book, Item } from "./schema.ts";

export interface Signing {
  seed: Uint8Array;
  book: Book;
  /** In the order in which they were shown. */
  prepared: readonly Prepared[];
  /** Asks the authenticator once, for all (spec/passkey.md). Null where there is none: with a passphrase, a kit or a demonstration key. What it throws ends the signing. */
  gesture: (challenge: Uint8Array) => Promise<(GestureAnswer & { origins: readonly string[]; rpId: string }) | null>;
  /** Seconds since 1970. */
  now: number;
  /** Made with a demonstration key: each item says so. */
  demonstration?: boolean;
  /** Of the same for each item, such as what the map said or the instruction it follows. */
  also?: (prepared: Prepared) => Partial<Item>;
  progress?: (done: number, of: number) => void;
}

/**
 * Signs. The book that is returned has the new items, without indexes, and must be stored durably before they are submitted: an entry in the
 * log whose opening is lost proves nothing any more.
 *
 * @throws `gesture_refused` where the gesture does not verify; `book_mismatch` where the book went on since `prepare`; `record_malformed`.
 * @see spec/record.md; spec/commitment.md; spec/passkey.md
 * @example
 * ```ts
 * const signed = await sign({ seed, book, prepared, gesture: askPasskey, now: Date.now() / 1000 });
 * await keep(signed.book);
 * ```
 */
export async function sign({ seed, book, prepared, gesture, now, demonstration, also, progress }: Signing): Promise<{ book: Book; items: Item[] }> {
  if (prepared.length === 0) return { book, items: [] };
  if (prepared.some(({ path }, i) => path.device !== book.device || path.counter !== book.counter + i))
    throw new FreeholdError("book_mismatch", "Something else was signed in the meantime: prepare these records again.");
  let since = performance.now();
  const documents: { jws: string; key: Item["key"] }[] = [];
  for (const { record } of prepared) {
    const secretKey = pairwiseKey(seed, { controller: record.controller.id });
    documents.push({ jws: signRecord(record, secretKey), key: publicJwk(secretKey) });
    secretKey.fill(0);
    since = await breathe(since);
  }
  const texts = documents.map(({ jws }) => jws);
  const challenge = challengeFor(texts);
  const answer = await gesture(challenge);
  if (answer !== null) await requireGesture(answer, challenge);
  const evidence = answer === null ? undefined : gestureEvidence(texts, answer);

  const items: Item[] = [];
  since = performance.now();
  for (const [i, { jws, key }] of documents.entries()) {
    const { draft, record, path, beacon } = prepared[i]!;
    const opening = newOpening();
    const entry = encodeEntry({ kind: "record", commitment: commit(jws, opening), lock: fromHex(record.lock) });
    items.push({
      id: hashOf(jws),
      jws,
      key: { ...key },
      opening: toHex(opening),
      entry: toHex(entry),
      path,
      signed: formatInstant(Math.floor(now)),
      beacon,
      ...(draft.offer !== undefined && { offer: draft.offer }),
      ...(evidence && { gesture: evidence[i]! }),
      ...(demonstration === true && { demonstration }),
      ...also?.(prepared[i]!),
    });
    progress?.(i + 1, documents.length);
    since = await breathe(since);
  }
  return { book: addItems(book, items), items };
}

async function requireGesture(answer: GestureAnswer & { origins: readonly string[]; rpId: string }, challenge: Uint8Array): Promise<void> {
  try {
    await verifyAssertion({ ...answer, challenge });
  } catch (cause) {
    throw new FreeholdError("gesture_refused", `The gesture does not verify, and nothing was signed with it. ${(cause as Error).message}`, { cause });
  }
}

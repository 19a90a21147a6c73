/** The recovery kit: her one secret on paper, as words and as a QR code. A second device joins with it too (spec/lock.md, "Recovery words"). */
import { seedToWords, wordsToSeed } from "@freehold/protocol/keys";
import type { RegisterInfo } from "./schema.ts";

/** What a page prints. It is never stored, and sent nowhere. */
export interface Kit {
  /** Numbered from 1 by their place. */
  words: string[];
  /** For a QR code in the alphanumeric mode: the words in capitals. Any reader shows them; no page is opened by it. */
  qr: string;
  register: { url: string; origin: string };
  /** The day on which it was made, `YYYY-MM-DD`. */
  made: string;
}

/**
 * The kit of a seed. `now` is in seconds.
 *
 * @throws `seed_malformed`.
 * @example
 * ```ts
 * const { words, qr } = makeKit(seed, book.register, Date.now() / 1000);
 * ```
 */
export function makeKit(seed: Uint8Array, { url, origin }: Pick<RegisterInfo, "url" | "origin">, now: number): Kit {
  const text = seedToWords(seed);
  return { words: text.split(" "), qr: text.toUpperCase(), register: { url, origin }, made: new Date(now * 1000).toISOString().slice(0, 10) };
}

/** The seed of a kit, typed or read from its QR code. Throws `words_malformed`, naming the word. */
export function readKit(text: string): Uint8Array {
  return wordsToSeed(text);
}

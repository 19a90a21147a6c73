/** Locks, the secrets that open them, and withdrawal codes (spec/lock.md). */
import { sha256 } from "#platform";
import { concat, equal, lengthPrefixed } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

/** The lock of a secret: SHA-256. Both have 32 bytes. */
export function lockOf(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new FreeholdError("argument_invalid", `A secret has 32 bytes; this one has ${secret.length}.`);
  return sha256(secret);
}

/** Whether a secret opens a lock. */
export function opens(secret: Uint8Array, lock: Uint8Array): boolean {
  return secret.length === 32 && equal(sha256(secret), lock);
}

/** Crockford's base32: no I, L, O, U, so that nobody has to tell them from 1, 0 and V. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK_DOMAIN = lengthPrefixed("freehold/code/v1");
const SYMBOLS = 56;

/** Spaces, line breaks, hyphens and dashes, as keyboards, word processors and mail programs write them. */
const SEPARATORS = /[\s\u00ad\u2010-\u2015\u2212-]/g;

/**
 * The withdrawal code of a secret: 56 symbols in 14 groups of 4.
 *
 * @example
 * ```ts
 * const code = formatCode(secret); // "7Q2M-0V9K-…"
 * parseCode(code.toLowerCase().replaceAll("-", " ")); // the secret again
 * ```
 */
export function formatCode(secret: Uint8Array): string {
  const bytes = concat(secret, checkOf(secret));
  let symbols = "";
  let word = 0;
  let bits = 0;
  for (const byte of bytes) {
    word = ((word << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      symbols += ALPHABET[(word >> bits) & 31];
    }
  }
  return symbols.match(/.{4}/g)!.join("-");
}

/**
 * The secret of a withdrawal code as a person may have typed it: small letters, O for 0, I and L for 1, any
 * spaces, hyphens and line breaks. Throws `code_malformed` (naming the symbol or the length) or `code_checksum`.
 */
export function parseCode(text: string): Uint8Array {
  // Capitals of ASCII only: `toUpperCase` alone would make an S of U+017F and two symbols of a ligature.
  const typed = text
    .replace(SEPARATORS, "")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  const foreign = typed.search(/[^0-9A-HJKMNP-TV-Z]/);
  if (foreign >= 0)
    throw new FreeholdError(
      "code_malformed",
      `Symbol ${foreign + 1} of the code is ${JSON.stringify(String.fromCodePoint(typed.codePointAt(foreign)!))}; a code has digits and letters except U.`,
    );
  if (typed.length !== SYMBOLS)
    throw new FreeholdError("code_malformed", `A withdrawal code has ${SYMBOLS} symbols in 14 groups of 4; this one has ${typed.length}.`);
  const bytes = new Uint8Array(35);
  let word = 0;
  let bits = 0;
  let at = 0;
  for (const symbol of typed) {
    word = ((word << 5) | ALPHABET.indexOf(symbol)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 255;
    }
  }
  const secret = bytes.slice(0, 32);
  if (!equal(checkOf(secret), bytes.subarray(32))) throw new FreeholdError("code_checksum", "The code has a mistyped symbol: its check does not fit.");
  return secret;
}

function checkOf(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new FreeholdError("argument_invalid", `A secret has 32 bytes; this one has ${secret.length}.`);
  return sha256(CHECK_DOMAIN, secret).subarray(0, 3);
}

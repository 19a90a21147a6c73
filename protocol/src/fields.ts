/** What the texts of C2SP are made of: decimal numbers, hashes in base64, and the characters that are allowed. */
import { fromBase64 } from "./bytes.ts";

/** The whole number that a text writes in ASCII decimal without leading zeroes, at most 2^53-1; undefined for any other text. */
export function fromDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The 32 bytes that a text writes in strict base64; undefined for any other text. */
export function fromHashText(text: string): Uint8Array | undefined {
  const bytes = text.length === 44 ? fromBase64Text(text) : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

/** The bytes that a text writes in strict base64; undefined for any other text. */
export function fromBase64Text(text: string): Uint8Array | undefined {
  try {
    return fromBase64(text);
  } catch {
    return undefined;
  }
}

/** Whether a text has a UTF-8 form and no ASCII control character (below U+0020) but newlines and those of `also`. */
export function isPlainText(text: string, also = ""): boolean {
  if (typeof text !== "string" || /\p{Surrogate}/u.test(text)) return false;
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x20 && text[i] !== "\n" && !also.includes(text[i]!)) return false;
  }
  return true;
}

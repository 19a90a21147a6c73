/** What a reader may have typed into the search field of the log. */
import { fromBase64, fromHex } from "@freehold/protocol/bytes";
import { fromDecimal } from "@freehold/protocol/fields";
import { parseCode } from "@freehold/protocol/lock";

export type Query =
  | { kind: "index"; index: number }
  /** A leaf hash, a lock, or the hash of a document: which one, only the log can tell. */
  | { kind: "hash"; hash: Uint8Array }
  /** A withdrawal code: a secret, which belongs into no search field. */
  | { kind: "code" }
  | { kind: "unreadable" };

/**
 * Reads a search: a number (also as `#12`), or 32 bytes in hexadecimal or base64. Never throws.
 *
 * @example
 * ```ts
 * readQuery(" #4101 "); // { kind: "index", index: 4101 }
 * ```
 */
export function readQuery(typed: string): Query {
  const text = typed.trim();
  const index = fromDecimal(text.replace(/^#/, ""));
  if (index !== undefined) return { kind: "index", index };
  const digits = text.replace(/^0x/i, "").toLowerCase();
  if (/^[0-9a-f]{64}$/.test(digits)) return { kind: "hash", hash: fromHex(digits) };
  const hash = attempt(() => fromBase64(text));
  if (hash?.length === 32) return { kind: "hash", hash };
  // Long enough for a code with one or two symbols lost: the warning matters more than the form.
  if (attempt(() => parseCode(text)) || /^(?:[0-9A-Z]{4}[- ]){8,}/i.test(text)) return { kind: "code" };
  return { kind: "unreadable" };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

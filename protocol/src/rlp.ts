/**
 * Recursive Length Prefix, the encoding of Ethereum's headers, receipts and trie nodes (Yellow Paper, appendix B).
 * An item is a byte string or a list of items. The decoder takes canonical encodings only: one text for one value.
 */
import { concat } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

/** A byte string or a list of items. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** The longest encoding that is decoded, in bytes: far above any header or receipt of a register's transaction. */
export const MAX_RLP_BYTES = 65_536;

/** How deep lists may lie in lists; a receipt needs 4. */
const MAX_DEPTH = 16;

/**
 * The item that exactly these bytes encode. Byte strings of the result are views into `bytes`.
 * Throws `encoding_invalid` where the encoding is cut off, has trailing bytes, is not the shortest, is nested
 * deeper than 16 lists, or is longer than {@link MAX_RLP_BYTES}.
 *
 * @example
 * ```ts
 * decodeRlp(fromHex("c88363617483646f67")); // [utf8("cat"), utf8("dog")]
 * ```
 */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  if (bytes.length > MAX_RLP_BYTES) throw wrong(0, `it has ${bytes.length} bytes, and at most ${MAX_RLP_BYTES} are allowed`);
  const { item, end } = decodeItem(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) throw wrong(end, "bytes follow the item");
  return item;
}

/**
 * The canonical encoding of an item. An integer is given as its big-endian bytes without leading zeros
 * ({@link rlpInteger}).
 *
 * @example
 * ```ts
 * toHex(encodeRlp([utf8("cat"), utf8("dog")])); // "c88363617483646f67"
 * ```
 */
export function encodeRlp(item: RlpItem): Uint8Array {
  if (item instanceof Uint8Array) {
    return item.length === 1 && item[0]! < 0x80 ? item.slice() : concat(prefix(0x80, item.length), item);
  }
  const payload = concat(...item.map(encodeRlp));
  return concat(prefix(0xc0, payload.length), payload);
}

/** The byte string that stands for an unsigned integer: big-endian, no leading zeros, so empty for 0. */
export function rlpInteger(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) out.unshift(rest % 256);
  return Uint8Array.from(out);
}

function decodeItem(bytes: Uint8Array, at: number, limit: number, depth: number): { item: RlpItem; end: number } {
  if (at >= limit) throw wrong(at, "an item is missing");
  const first = bytes[at]!;
  if (first < 0x80) return { item: bytes.subarray(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const { start, end } = extent(bytes, at, limit, first - (isList ? 0xc0 : 0x80));
  if (isList) return { item: decodeItems(bytes, start, end, depth + 1), end };
  if (end - start === 1 && bytes[start]! < 0x80) throw wrong(at, "a single byte below 0x80 has a length before it");
  return { item: bytes.subarray(start, end), end };
}

function decodeItems(bytes: Uint8Array, start: number, limit: number, depth: number): RlpItem[] {
  if (depth > MAX_DEPTH) throw wrong(start, `lists are nested deeper than ${MAX_DEPTH}`);
  const items: RlpItem[] = [];
  for (let at = start; at < limit;) {
    const { item, end } = decodeItem(bytes, at, limit, depth);
    items.push(item);
    at = end;
  }
  return items;
}

/** Where the payload lies: `code` up to 55 is its length, above that the number of bytes of its length plus 55. */
function extent(bytes: Uint8Array, at: number, limit: number, code: number): { start: number; end: number } {
  const width = Math.max(0, code - 55);
  const start = at + 1 + width;
  if (start > limit) throw wrong(at, "a length is cut off");
  let length = code;
  if (width > 0) {
    length = 0;
    for (let i = at + 1; i < start; i++) length = length * 256 + bytes[i]!;
    if (bytes[at + 1] === 0 || length < 56) throw wrong(at, "a length is not in its shortest form");
  }
  if (start + length > limit) throw wrong(at, "an item is longer than what holds it");
  return { start, end: start + length };
}

function prefix(base: number, length: number): Uint8Array {
  if (length < 56) return Uint8Array.of(base + length);
  const digits = rlpInteger(length);
  return concat(Uint8Array.of(base + 55 + digits.length), digits);
}

function wrong(at: number, what: string): FreeholdError {
  return new FreeholdError("encoding_invalid", `Not canonical RLP: at byte ${at}, ${what}.`);
}

/** Bytes and their texts. Every decoder here is strict: one text for one value, anything else is refused. */
import { FreeholdError } from "./errors.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes; throws `encoding_invalid` where they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new FreeholdError("encoding_invalid", "The bytes are not valid UTF-8.", { cause });
  }
}

/** One array with the bytes of all. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Whether two arrays hold the same bytes. Not constant-time: for public values only. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * A byte string with its length before it (one byte, so at most 255), the form in which domain strings and
 * names enter a hash: no two lists of strings give the same bytes (spec/commitment.md, "Domain strings").
 */
export function lengthPrefixed(text: string | Uint8Array): Uint8Array {
  const bytes = typeof text === "string" ? utf8(text) : text;
  if (bytes.length > 255) throw new FreeholdError("argument_invalid", `A length-prefixed string has at most 255 bytes; this one has ${bytes.length}.`);
  return concat(Uint8Array.of(bytes.length), bytes);
}

/** An unsigned integer as `width` bytes, big-endian. */
export function bigEndian(value: number, width: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
    throw new FreeholdError("argument_invalid", `${value} is not an unsigned integer of ${width} bytes.`);
  }
  const out = new Uint8Array(width);
  let rest = value;
  for (let i = width - 1; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** A big-endian unsigned integer of at most 8 bytes; throws `encoding_invalid` above 2^53-1. */
export function fromBigEndian(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new FreeholdError("encoding_invalid", "The integer is above 2^53-1.");
  return value;
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** Bytes of a lower-case hexadecimal text; `length`, where given, is the number of bytes that it must have. */
export function fromHex(text: string, length?: number): Uint8Array {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) {
    throw new FreeholdError("encoding_invalid", "Not lower-case hexadecimal of whole bytes.");
  }
  if (length !== undefined && text.length !== 2 * length) {
    throw new FreeholdError("encoding_invalid", `${length} bytes in hexadecimal have ${2 * length} digits; this text has ${text.length}.`);
  }
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = encodeSextets(bytes, BASE64);
  return text + "=".repeat((4 - (text.length % 4)) % 4);
}

/** Strict base64: padding required, unused bits zero, nothing else allowed. */
export function fromBase64(text: string): Uint8Array {
  if (typeof text !== "string" || text.length % 4 !== 0) throw new FreeholdError("encoding_invalid", "Not base64 with padding (RFC 4648, section 4).");
  return decodeSextets(text.replace(/={1,2}$/, ""), BASE64_VALUES, "base64", text.length);
}

/** Base64url without padding (RFC 7515, section 2). */
export function toBase64url(bytes: Uint8Array): string {
  return encodeSextets(bytes, BASE64URL);
}

/** Strict base64url: no padding, unused bits zero, nothing else allowed. */
export function fromBase64url(text: string): Uint8Array {
  if (typeof text !== "string") throw new FreeholdError("encoding_invalid", "Not base64url without padding (RFC 7515).");
  return decodeSextets(text, BASE64URL_VALUES, "base64url");
}

const BASE64_VALUES = valuesOf(BASE64);
const BASE64URL_VALUES = valuesOf(BASE64URL);

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

function encodeSextets(bytes: Uint8Array, alphabet: string): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(4, bytes.length - i + 1);
    for (let d = 0; d < digits; d++) out += alphabet[(word >> (18 - 6 * d)) & 63];
  }
  return out;
}

function decodeSextets(text: string, values: Int8Array, name: string, padded?: number): Uint8Array {
  const wrong = () =>
    new FreeholdError("encoding_invalid", `Not strict ${name}: a character outside the alphabet, a wrong length, or unused bits that are not zero.`);
  if (text.length % 4 === 1) throw wrong();
  if (padded !== undefined && Math.ceil(text.length / 4) * 4 !== padded) throw wrong();
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let word = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? values[code]! : -1;
    if (value < 0) throw wrong();
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (word >> bits) & 255;
    }
  }
  if ((word & ((1 << bits) - 1)) !== 0) throw wrong();
  return out;
}

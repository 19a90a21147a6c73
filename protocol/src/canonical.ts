/** The JSON Canonicalization Scheme (RFC 8785): the one text that a JSON value has when it is hashed or signed. */
import { FreeholdError } from "./errors.ts";

/** A value that JSON can express. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How many arrays and objects may lie inside one another, the outermost included. */
export const MAX_DEPTH = 64;

/**
 * The RFC 8785 form of a value: no white space, keys in the order of their UTF-16 code units, numbers and strings
 * as ECMAScript writes them. Nothing is dropped or converted in silence: what JSON cannot express is refused.
 *
 * @param value null, a boolean, a finite number, a string without lone surrogates, or an array or plain object of
 *   these, at most {@link MAX_DEPTH} deep. (Not typed as {@link JsonValue}, so that interfaces may be passed.)
 * @returns the canonical text; its UTF-8 bytes are what is hashed or signed.
 * @throws `canonical_invalid` for anything else: undefined, functions, symbols, big integers, NaN and infinities,
 *   lone surrogates, cycles, holes in arrays, instances of classes, objects with `toJSON`.
 * @see RFC 8785, section 3.2
 * @example
 * ```ts
 * canonicalize({ b: [1e3, "€"], a: -0 }); // '{"a":0,"b":[1000,"€"]}'
 * ```
 */
export function canonicalize(value: unknown): string {
  return write(value, []);
}

/**
 * Reads a text that must already be in its RFC 8785 form. White space, another order of keys, a key twice, other
 * forms of numbers or other escapes are refused, so that one value has one text.
 *
 * A key `__proto__` is an ordinary own property of the result, as in `JSON.parse`.
 *
 * @throws `canonical_invalid` when the text is not JSON, not canonical, or nested deeper than {@link MAX_DEPTH}.
 * @see RFC 8785, section 3.2
 * @example
 * ```ts
 * parseCanonical('{"a":0,"b":[1000,"€"]}'); // { a: 0, b: [1000, "€"] }
 * parseCanonical('{"a": 0}'); // throws canonical_invalid: a space
 * ```
 */
export function parseCanonical(text: string): JsonValue {
  if (typeof text !== "string") throw invalid("The canonical form is a text.");
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw invalid("The text is not JSON.", cause);
  }
  // Writing it again answers every question at once: whatever differs in form, or was lost (a key that stood
  // twice), gives another text.
  const canonical = canonicalize(value);
  if (canonical !== text) {
    throw invalid(`The text is not in the form of RFC 8785: it differs from it at character ${firstDifference(canonical, text)}.`);
  }
  return value;
}

function write(value: unknown, path: (string | number)[]): string {
  switch (typeof value) {
    case "string":
      return writeString(value, path);
    case "number":
      if (!Number.isFinite(value)) throw invalid(`${value} at ${at(path)} is not a number that JSON has.`);
      return JSON.stringify(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      // Also what ends a cycle.
      if (path.length >= MAX_DEPTH) throw invalid(`The value is nested deeper than ${MAX_DEPTH}, or in a cycle, at ${at(path)}.`);
      return Array.isArray(value) ? writeArray(value, path) : writeObject(value, path);
    default:
      throw invalid(`JSON has no ${typeof value}; there is one at ${at(path)}.`);
  }
}

/** Matches a surrogate without its partner only: under the flag `u` a pair is one character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function writeString(value: string, path: readonly (string | number)[]): string {
  if (LONE_SURROGATE.test(value)) throw invalid(`The string at ${at(path)} has a surrogate without its partner.`);
  return JSON.stringify(value);
}

function writeArray(value: readonly unknown[], path: (string | number)[]): string {
  if (Object.getPrototypeOf(value) !== Array.prototype || Object.keys(value).length !== value.length) {
    throw invalid(`The array at ${at(path)} has holes, further properties or a class of its own.`);
  }
  let out = "[";
  for (let i = 0; i < value.length; i++) {
    path.push(i);
    out += (i > 0 ? "," : "") + write(value[i], path);
    path.pop();
  }
  return out + "]";
}

function writeObject(value: object, path: (string | number)[]): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw invalid(`The object at ${at(path)} is an instance of a class; only plain objects have a canonical form.`);
  }
  const keys = Object.keys(value).sort();
  if (Object.getOwnPropertySymbols(value).length > 0) throw invalid(`The object at ${at(path)} has a symbol as a key.`);
  let out = "{";
  for (const key of keys) {
    path.push(key);
    out += `${out.length > 1 ? "," : ""}${writeString(key, path)}:${write((value as Record<string, unknown>)[key], path)}`;
    path.pop();
  }
  return out + "}";
}

/** Where in the value, for people: `$.a[0]`. The keys may be anyone's text, so it is cut. */
function at(path: readonly (string | number)[]): string {
  const out = "$" + path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return out.length > 100 ? `${out.slice(0, 100)}…` : out;
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

function invalid(message: string, cause?: unknown): FreeholdError {
  return new FreeholdError("canonical_invalid", message, cause === undefined ? undefined : { cause });
}

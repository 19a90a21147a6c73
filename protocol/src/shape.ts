/**
 * Shapes of JSON values, checked strictly: a member that is not named is refused, and the error says where.
 * A format is written once as a shape; its TypeScript type follows from it.
 */
import { fromHex } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import type { FreeholdErrorCode } from "./errors.ts";

/** Checks a value found at `at` (a path such as `record.processes[0].purposes`) and returns it typed, or throws {@link Mismatch}. */
export type Shape<T> = (value: unknown, at: string) => T;

/** The type that a shape lets through. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

class Mismatch extends Error {}

/** For shapes of one's own: throws that the value at `at` breaks a rule ("is missing", "must be …"). */
export function refuse(at: string, rule: string): never {
  // Keys may be anyone's text, of any length.
  throw new Mismatch(`${at.length > 200 ? `${at.slice(0, 200)}…` : at} ${rule}.`);
}

/** Applies a shape to a value; a mismatch becomes a FreeholdError with this code, its message naming the place and the rule. */
export function check<T>(shape: Shape<T>, value: unknown, name: string, code: FreeholdErrorCode): T {
  try {
    return shape(value, name);
  } catch (error) {
    if (error instanceof Mismatch) throw new FreeholdError(code, error.message);
    throw error;
  }
}

type Optionals<R, O> = { [K in keyof R]: Shaped<R[K]> } & { [K in keyof O]?: Shaped<O[K]> };

/** An object with these members, and no other. */
export function object<R extends Record<string, Shape<unknown>>, O extends Record<string, Shape<unknown>> = {}>(
  required: R,
  optional?: O,
): Shape<Optionals<R, O>> {
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(at, "must be an object");
    for (const key of Object.keys(required)) if (!Object.hasOwn(value, key)) refuse(`${at}.${key}`, "is missing");
    for (const [key, member] of Object.entries(value)) {
      const shape = Object.hasOwn(required, key) ? required[key] : optional && Object.hasOwn(optional, key) ? optional[key] : undefined;
      if (shape === undefined) refuse(`${at}.${key}`, `is no member of this format (allowed: ${Object.keys({ ...required, ...optional }).join(", ")})`);
      shape(member, `${at}.${key}`);
    }
    return value as Optionals<R, O>;
  };
}

/** A list of `min` to `max` elements; with `distinct`, no two of the same value. */
export function list<T>(element: Shape<T>, min: number, max: number, distinct = false): Shape<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) refuse(at, `must be a list of ${min} to ${max} elements`);
    value.forEach((item, i) => element(item, `${at}[${i}]`));
    if (distinct && new Set(value).size !== value.length) refuse(at, "must not name the same twice");
    return value as readonly T[];
  };
}

/** A text of `min` to `max` UTF-16 units. */
export function text(min: number, max: number): Shape<string> {
  return (value, at) =>
    typeof value === "string" && value.length >= min && value.length <= max ? value : refuse(at, `must be a text of ${min} to ${max} characters`);
}

/** A text that matches; `rule` completes the sentence "must be …". */
export function matching(pattern: RegExp, max: number, rule: string): Shape<string> {
  return (value, at) => (typeof value === "string" && value.length <= max && pattern.test(value) ? value : refuse(at, `must be ${rule}`));
}

/** `length` bytes in lower-case hexadecimal. */
export function hex(length: number): Shape<string> {
  return (value, at) => {
    try {
      fromHex(value as string, length);
    } catch {
      refuse(at, `must be ${2 * length} lower-case hexadecimal digits`);
    }
    return value as string;
  };
}

/** An integer in a range, both ends included. */
export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return (value, at) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? (value as number)
      : refuse(at, `must be an integer from ${min} to ${max}`);
}

/** One of these texts. */
export function oneOf<const T extends string>(...allowed: readonly T[]): Shape<T> {
  return (value, at) => (allowed.includes(value as T) ? (value as T) : refuse(at, `must be one of: ${allowed.join(", ")}`));
}

/** An object of any members. */
export const anyObject: Shape<Record<string, unknown>> = (value, at) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : refuse(at, "must be an object");

/** An instant as `YYYY-MM-DDTHH:MM:SSZ`, a real one, of the years 2000 to 9999 (spec/README.md). */
export const instant: Shape<string> = (value, at) => {
  const written = typeof value === "string" && /^[2-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? new Date(value) : undefined;
  if (written === undefined || Number.isNaN(written.getTime()) || written.toISOString().replace(".000Z", "Z") !== value)
    refuse(at, "must be an instant such as 2027-02-22T00:00:00Z");
  return value as string;
};

/** Seconds since 1970 of an instant. */
export function seconds(written: string): number {
  return Date.parse(written) / 1000;
}

/** The instant of seconds since 1970. */
export function formatInstant(at: number): string {
  return new Date(at * 1000).toISOString().replace(/\.\d{3}Z$/, "Z");
}

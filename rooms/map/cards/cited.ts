/** Facts with the records that say them. */
import type { Cited } from "../card-schema.ts";

/**
 * Folds equal facts into one that names all its records, in the order in which they came first.
 *
 * @param said fact and record; `undefined` facts are left out.
 * @param keyOf what makes two facts equal; by default all of it.
 * @example
 * ```ts
 * cited([["FR", 1], ["FR", 4]]); // [{ value: "FR", records: [1, 4] }]
 * ```
 */
export function cited<T>(
  said: Iterable<readonly [value: T | undefined, record: number]>,
  keyOf: (value: T) => string = (value) => JSON.stringify(value),
): Cited<T>[] {
  const found = new Map<string, Cited<T>>();
  for (const [value, record] of said) {
    if (value === undefined) continue;
    const key = keyOf(value);
    const one = found.get(key);
    if (one === undefined) found.set(key, { value, records: [record] });
    else if (!one.records.includes(record)) one.records.push(record);
  }
  for (const { records } of found.values()) records.sort((a, b) => a - b);
  return [...found.values()];
}

/** The records of an import as they are gathered: each key once, none beyond its bound. */
import { canonicalize } from "@freehold/protocol/canonical";
import type { SourceRecord } from "../schema.ts";
import type { Place, Problems } from "./read.ts";
import { shown } from "./shown.ts";

/** Characters of one raw record in canonical form: what is stored, hashed and served as a whole. */
export const MAX_RECORD = 1_000_000;

/**
 * A list that takes records. A key that was there before, an empty one, and a record that is too large are problems and are not taken.
 *
 * @returns `add` says whether it took the record.
 */
export function collect(problems: Problems): { records: SourceRecord[]; add(record: SourceRecord, at: Place): boolean } {
  const keys = new Set<string>();
  const records: SourceRecord[] = [];
  return {
    records,
    add(record, at) {
      const flaw = flawOf(record, keys);
      if (flaw !== undefined) {
        problems.add({ ...at, value: shown(record.key), message: flaw });
        return false;
      }
      keys.add(record.key);
      records.push(record);
      return true;
    },
  };
}

function flawOf(record: SourceRecord, keys: Set<string>): string | undefined {
  if (record.key === "" || record.key.length > 200) return "The record has no name, or one of more than 200 characters; 1 to 200 are allowed.";
  if (keys.has(record.key)) return "Another record has this key; each key may stand once.";
  if (canonicalize(record.raw).length > MAX_RECORD) return `The record has more than ${MAX_RECORD} characters; that is the most that is read.`;
  return undefined;
}

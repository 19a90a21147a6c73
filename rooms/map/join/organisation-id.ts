/** Ids of organisations: every record has the id that it would have alone, made from the first name that its source gave it. */
import type { OrganisationRecord } from "./joined.ts";
import { slugOf } from "./names.ts";

/** Ids that are paths of the register itself. */
const RESERVED = new Set(["compare", "explore", "new", "search", "index"]);

/**
 * The id of each record, by record id: the slug of its first name; where an older record has it already, with `-2`, `-3`, … in the order of the
 * first versions. So later records and later versions never change an id that is there.
 *
 * @example
 * ```ts
 * idsOfRecords(records).get(17); // "criteo"
 * ```
 */
export function idsOfRecords(records: readonly OrganisationRecord[]): Map<number, string> {
  const ordered = [...records].sort((a, b) => (a.first?.id ?? a.record.id) - (b.first?.id ?? b.record.id));
  const taken = new Set(RESERVED);
  const next = new Map<string, number>();
  const ids = new Map<number, string>();
  for (const { record, facts, first } of ordered) {
    const slug = slugOf(first?.name ?? facts.name) ?? slugOf(`${record.source} ${record.key}`) ?? record.source;
    let id = slug;
    for (let n = next.get(slug) ?? 2; taken.has(id); n += 1) {
      id = `${slug.slice(0, 54).replace(/-+$/, "")}-${n}`;
      next.set(slug, n + 1);
    }
    taken.add(id);
    ids.set(record.id, id);
  }
  return ids;
}

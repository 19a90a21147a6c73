/** Changes of privacy notices that others date and keep. */
import type { CompanyCard } from "../card-schema.ts";
import type { OrganisationFacts } from "../schema.ts";

/**
 * A look-up by card: the changes that its own records name, within some years.
 *
 * @param records current records of organisations.
 * @param years how many years before `today` (`YYYY-MM-DD`) count.
 * @example
 * ```ts
 * noticesOf(records.organisations, 3, "2026-11-23")(card); // { count: 12, last: "2026-08-22", records: [40112] }
 * ```
 */
export function noticesOf(
  records: Iterable<{ record: { id: number }; facts: Pick<OrganisationFacts, "noticeChanges"> }>,
  years: number,
  today: string,
): (card: Pick<CompanyCard, "records">) => { count: number; last: string; records: number[] } | undefined {
  const since = `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  const known = new Map<number, string[]>();
  for (const { record, facts } of records) {
    const changes = facts.noticeChanges?.filter((day) => day >= since) ?? [];
    if (changes.length > 0) known.set(record.id, changes);
  }
  return (card) => {
    const own = card.records.filter(({ id }) => known.has(id)).map(({ id }) => id);
    const days = own.flatMap((id) => known.get(id)!);
    return days.length === 0 ? undefined : { count: days.length, last: days.reduce((a, b) => (b > a ? b : a)), records: own };
  };
}

/** Where a declaration and an observation of the same organisation differ. */
import type { CompanyCard, SeenOn } from "../card-schema.ts";
import { registrable } from "../domain.ts";
import type { Contradiction, Method } from "../signals-schema.ts";

/**
 * Cookies of its own that were seen elsewhere and that its declaration excludes: none are declared, or none that live so long. Both facts are near
 * each other in time, and the cookie's domain is its own or given beside its vendor id, shared with nobody and filed under nobody
 * else: a list has filed other people's domains under a name before. Its own sites are left out, a declaration speaks of those of others.
 *
 * @example
 * ```ts
 * contradictionsOf(card, firstMethod)[0]?.words; // "Its declaration of 2026-01-22 says that …; on 2026-02-03 …"
 * ```
 */
export function contradictionsOf(card: CompanyCard, { contradiction }: Method): Contradiction[] {
  const certain = card.domains.filter(
    ({ holder, sharedWith, contradictedBy }) => (holder === "own" || holder === "explicit-id") && sharedWith.length === 0 && contradictedBy.length === 0,
  );
  const domains = new Set(certain.map(({ value }) => value));
  const sites = new Set(card.domains.filter(({ role }) => role === "own").map(({ value }) => value));
  const ended = new Set(card.ended.flatMap(({ records }) => records));
  const out: Contradiction[] = [];
  for (const { value, records } of card.storage) {
    // What is listed there is kept under the names of the visited sites.
    if (value.firstPartyOnly === true) continue;
    const limit = value.cookies === false ? null : value.maxAgeDays;
    if (limit === undefined || (limit === null && value.cookies !== false)) continue;
    for (const record of card.records) {
      if (!records.includes(record.id) || record.gone !== null || ended.has(record.id)) continue;
      const on = (record.dated ?? record.retrievedAt).slice(0, 10);
      for (const seen of card.seenOn) {
        const day = seen.at.slice(0, 10);
        const days = daysBetween(on, day);
        const cookie = days > contradiction.days || sites.has(registrable(seen.site)) ? undefined : excluded(seen, domains, limit);
        if (cookie === undefined) continue;
        const said = limit === null ? "sets no cookies" : `keeps cookies for at most ${limit} days`;
        const saw = cookie.days === null ? "a cookie" : `a cookie of ${cookie.days} days`;
        const words = `Its declaration of ${on} says that it ${said}; on ${day} ${saw} of its domain ${cookie.domain} was seen on ${seen.site}.`;
        out.push({ words, declared: record.id, observed: seen.record, days });
      }
    }
  }
  return out;
}

/** A day more than declared is a matter of rounding. */
function excluded(seen: SeenOn, domains: ReadonlySet<string>, limit: number | null): SeenOn["states"][number]["cookies"][number] | undefined {
  for (const { cookies } of seen.states) {
    const found = cookies.find(({ domain, days }) => domains.has(domain) && (limit === null || (days !== null && days > limit + 1)));
    if (found !== undefined) return found;
  }
  return undefined;
}

function daysBetween(a: string, b: string): number {
  return Math.abs(Date.parse(a) - Date.parse(b)) / 86_400_000;
}

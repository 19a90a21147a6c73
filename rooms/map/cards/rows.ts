/** The short forms of cards: rows of lists, and the numbers of the first page. */
import type { CompanyCard, CompanyRow, MapFigures, StoredRecord } from "../card-schema.ts";

/**
 * The row of a card.
 *
 * @param today `YYYY-MM-DD`: a newest record that is older than a year is stale.
 * @example
 * ```ts
 * makeRow(card, "2026-11-23").consent; // 8: purposes of TCF that it declares on consent
 * ```
 */
export function makeRow(card: CompanyCard, today: string): CompanyRow {
  const onBasis = (basis: string): number =>
    new Set(card.practices.filter((one) => one.element === "purpose" && one.term.scheme === "tcf" && one.basis === basis).map(({ term }) => term.code)).size;
  const purposes = new Set(
    card.practices
      .filter(({ element }) => element === "purpose")
      .flatMap(({ term, purposes: dpv }) => [...(term.scheme === "tcf" ? [`tcf:${term.code}`] : []), ...dpv]),
  );
  const newest = card.records.map(dayOf).reduce((a, b) => (a > b ? a : b), "");
  const cookieDays = card.storage.map(({ value }) => value.maxAgeDays).find((days) => typeof days === "number");
  return {
    id: card.id,
    name: card.name,
    country: card.country?.value ?? null,
    sectors: card.sectors.map(({ value }) => value),
    sources: [...new Set(card.records.map(({ source }) => source))],
    consent: onBasis("consent"),
    legitimateInterest: onBasis("legitimate-interest"),
    purposes: [...purposes],
    retentionDays: card.retention.map(({ value }) => value).find((days) => days !== null) ?? null,
    cookieDays: cookieDays ?? null,
    sitesSeen: new Set(card.seenOn.map(({ site }) => site)).size,
    // Services of one company are counted one by one, and their pages overlap: the largest is what is certain.
    reach: card.reach.length === 0 ? null : Math.max(...card.reach.map(({ value }) => value.seen)),
    declared: card.has.declarations,
    observed: card.has.observations,
    contact: card.has.contact,
    newest,
    stale: newest < yearBefore(today),
  };
}

/**
 * The numbers of the first page. `withObservations`: seen by a scan, or counted by a source that counts. `stale`: organisations whose newest
 * record is older than a year.
 *
 * @param cards all of them; of each only its row and what it has.
 * @param records all current records, of every kind.
 * @param sites number of sites with scans or counts.
 */
export function makeFigures(cards: Iterable<{ row: CompanyRow; has: CompanyCard["has"] }>, records: Iterable<StoredRecord>, sites: number): MapFigures {
  const figures: MapFigures = {
    organisations: 0,
    withDeclarations: 0,
    withObservations: 0,
    withBoth: 0,
    withNeither: 0,
    withoutContact: 0,
    withoutContactOnOwnDomain: 0,
    sites,
    records: 0,
    sources: 0,
    newest: null,
    oldest: null,
    stale: 0,
  };
  for (const { row, has } of cards) {
    figures.organisations += 1;
    if (has.declarations) figures.withDeclarations += 1;
    if (has.observations) figures.withObservations += 1;
    if (has.declarations && has.observations) figures.withBoth += 1;
    if (!has.declarations && !has.observations) figures.withNeither += 1;
    if (!has.contact) figures.withoutContact += 1;
    if (!has.contactOnOwnDomain) figures.withoutContactOnOwnDomain += 1;
    if (row.stale) figures.stale += 1;
  }
  const sources = new Set<string>();
  for (const { source, retrievedAt } of records) {
    figures.records += 1;
    sources.add(source);
    if (figures.newest === null || retrievedAt > figures.newest) figures.newest = retrievedAt;
    if (figures.oldest === null || retrievedAt < figures.oldest) figures.oldest = retrievedAt;
  }
  return { ...figures, sources: sources.size };
}

/** The day of which a record speaks, or on which it was read. */
function dayOf({ dated, retrievedAt }: Pick<StoredRecord, "dated" | "retrievedAt">): string {
  return dated ?? retrievedAt.slice(0, 10);
}

function yearBefore(today: string): string {
  return `${Number(today.slice(0, 4)) - 1}${today.slice(4)}`;
}

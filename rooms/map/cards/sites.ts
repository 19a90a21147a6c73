/** What was seen on each site. */
import type { SiteCard, StoredRecord } from "../card-schema.ts";
import { contextOf, type CardContext } from "./card.ts";
import { registrable } from "../domain.ts";
import type { Joined, MapRecords } from "../join/joined.ts";
import { holdersOfParty, startOf, toolOf } from "./observations.ts";
import type { SiteFacts, Visit } from "../schema.ts";

type Cards = SiteCard["scans"][number];

/**
 * The card of every site that was scanned or counted, ordered by site; scans newest first.
 *
 * @example
 * ```ts
 * for (const card of makeSiteCards(records, joined)) write(card.site, card);
 * ```
 */
export function* makeSiteCards(records: MapRecords, joined: Joined): Iterable<SiteCard> {
  const context = contextOf(records, joined);
  const names = new Map(joined.organisations.map(({ id, name }) => [id, name]));
  const declaring = declaringOrganisations(joined, context);
  const scans = Map.groupBy(records.scans, ({ facts }) => facts.site);
  const counts = Map.groupBy(records.sites, ({ facts }) => facts.site);
  for (const site of [...new Set([...scans.keys(), ...counts.keys()])].sort()) {
    const ofSite = [...(scans.get(site) ?? [])].sort((a, b) =>
      startOf(a.facts) < startOf(b.facts) ? 1 : startOf(a.facts) > startOf(b.facts) ? -1 : a.record.id - b.record.id,
    );
    const cards = ofSite.map(({ record, facts }): Cards => ({
      record: record.id,
      at: startOf(facts),
      tool: toolOf(facts),
      visits: facts.visits.map((visit) => visitOf(visit, context, names, declaring)),
    }));
    const counted = counts.get(site) ?? [];
    const holder = joined.holders.get(registrable(site));
    const [id, ...others] = holder?.why === "own" ? holder.organisations : [];
    yield {
      site,
      // Where a group shares the domain, the site is nobody's in particular.
      organisation: id === undefined || others.length > 0 ? null : { id, name: names.get(id)! },
      records: [...ofSite, ...counted].map(({ record }): StoredRecord => record).sort((a, b) => a.id - b.id),
      scans: cards,
      counts: counted.map(({ record, facts }) => countsOf(record, facts)),
    };
  }
}

function declaringOrganisations(joined: Joined, { byRecord }: CardContext): Set<string> {
  const declares = (record: number): boolean => {
    const declared = byRecord.get(record)!.facts.declared;
    return declared !== undefined && (declared.practices.length > 0 || (declared.data ?? []).length > 0 || declared.storage !== undefined);
  };
  return new Set(joined.organisations.filter(({ members }) => members.some(({ record }) => declares(record))).map(({ id }) => id));
}

function visitOf(visit: Visit, context: CardContext, names: ReadonlyMap<string, string>, declaring: ReadonlySet<string>): Cards["visits"][number] {
  const { state, gpc, at, banner } = visit;
  const { holders } = context.joined;
  return {
    state,
    ...(gpc !== undefined && { gpc }),
    at,
    ...(banner !== undefined && { banner }),
    thirdParties: visit.thirdParties.map((party) => {
      const ids = holdersOfParty(party, holders);
      return {
        domain: party.domain,
        organisations: ids.map((id) => ({ id, name: names.get(id)! })),
        requests: party.requests,
        ...(party.phase !== undefined && { phase: party.phase }),
        cookies: visit.cookies.filter(({ domain, thirdParty }) => thirdParty && domain === party.domain).length,
        category: context.wordsOfDomain(party.domain)[0]?.category ?? null,
        declaredAnywhere: ids.length === 0 ? null : ids.some((id) => declaring.has(id)),
      };
    }),
    cookies: visit.cookies.map(({ name, domain, thirdParty, days, phase }) => ({
      name,
      domain,
      thirdParty,
      days,
      category: context.wordsOfCookie(name, domain)?.category ?? null,
      ...(phase !== undefined && { phase }),
    })),
    techniques: (visit.techniques ?? []).map(({ name, hosts, words }) => ({ name, hosts, ...(words !== undefined && { words }) })),
  };
}

function countsOf(record: StoredRecord, { categories, sector }: SiteFacts): SiteCard["counts"][number] {
  return { record: record.id, categories, sector: sector ?? null };
}

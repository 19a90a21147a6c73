/** The card of each organisation: all that its page shows, each fact with the records that it rests on. */
import type { CompanyCard, HistoryItem, Link, StoredRecord } from "../card-schema.ts";
import { cited } from "./cited.ts";
import { cookieWords, type CookieWords } from "./cookie-words.ts";
import { emailDomain, hostOf, registrable } from "../domain.ts";
import { domainsOf } from "./domains-of-card.ts";
import { firstPartyCookies, cookiesOf, type FirstPartyCookie } from "./cookies-of-card.ts";
import { diffRecords } from "./history.ts";
import type { Joined, JoinedOrganisation, MapRecords, OrganisationRecord } from "../join/joined.ts";
import { observe, type Observation } from "./observations.ts";
import { dataMatrix, observedData, observedPurposes, purposeMatrix, type CitedData, type DomainWords } from "../rules.ts";
import type { Contact, DataTerm } from "../schema.ts";
import { sourceRank } from "../join/source-order.ts";

/** All that a card is made from, indexed once. */
export interface CardContext {
  joined: Joined;
  byRecord: ReadonlyMap<number, OrganisationRecord>;
  earlier: ReadonlyMap<number, OrganisationRecord>;
  /** The organisation of each current record. */
  organisationOf: ReadonlyMap<number, string>;
  observations: ReadonlyMap<string, Observation[]>;
  firstParty: ReadonlyMap<string, readonly FirstPartyCookie[]>;
  wordsOfCookie: (name: string, domain: string) => CookieWords | undefined;
  wordsOfDomain: (domain: string) => readonly DomainWords[];
  /** Records of scans and cookies. */
  others: ReadonlyMap<number, StoredRecord>;
}

/**
 * The cards of all organisations, ordered by id.
 *
 * @param records what was joined, with its history, scans and cookies.
 * @example
 * ```ts
 * const joined = joinRecords({ records: records.organisations });
 * for (const card of makeCards(records, joined)) write(card, makeRow(card, records.today));
 * ```
 */
export function* makeCards(records: MapRecords, joined: Joined): Iterable<CompanyCard> {
  const context = contextOf(records, joined);
  for (const organisation of joined.organisations) yield cardOf(organisation, context);
}

/** Indexes the records. {@link makeCards} does it; sites use the same. */
export function contextOf(records: MapRecords, joined: Joined): CardContext {
  const byRecord = new Map(records.organisations.map((row) => [row.record.id, row]));
  return {
    joined,
    byRecord,
    earlier: new Map((records.earlier ?? []).map((row) => [row.record.id, row])),
    organisationOf: new Map(joined.organisations.flatMap(({ id, members }) => members.map(({ record }) => [record, id] as const))),
    observations: observe(records.scans, joined.holders),
    firstParty: firstPartyCookies(records.scans),
    wordsOfCookie: cookieWords(records.cookies),
    wordsOfDomain: domainWords(joined, byRecord),
    others: new Map([...records.scans, ...records.cookies].map(({ record }) => [record.id, record])),
  };
}

/** The words of those sources by which a domain has its holder; who files it elsewhere is not heard. */
function domainWords({ holders }: Joined, byRecord: ReadonlyMap<number, OrganisationRecord>): (domain: string) => DomainWords[] {
  return (domain) => {
    const found: DomainWords[] = [];
    for (const id of holders.get(domain)?.records ?? []) {
      const { record, facts } = byRecord.get(id)!;
      const named = facts.domains.find(({ host, category }) => category !== undefined && registrable(host) === domain);
      // A company with several kinds of trackers does not say which of its domains is for what.
      const category = named?.category ?? (facts.sectors?.length === 1 ? facts.sectors[0] : undefined);
      if (category !== undefined) found.push({ category, source: record.source, record: id });
    }
    return found;
  };
}

function cardOf(organisation: JoinedOrganisation, context: CardContext): CompanyCard {
  const { id, name } = organisation;
  const own = new Set(organisation.ownDomains);
  const links = new Map(organisation.members.map((link) => [link.record, link]));
  const rows = organisation.members
    .map(({ record }) => context.byRecord.get(record)!)
    .sort((a, b) => sourceRank(a.record.source) - sourceRank(b.record.source) || a.record.id - b.record.id);
  const observations = context.observations.get(id) ?? [];
  const said = <T>(of: (row: OrganisationRecord) => readonly (T | undefined)[], keyOf?: (value: T) => string) =>
    cited(
      rows.flatMap((row) => of(row).map((value) => [value, row.record.id] as const)),
      keyOf,
    );
  const declared = rows.flatMap(({ record, facts }) => (facts.declared === undefined ? [] : [{ record: record.id, declared: facts.declared }]));

  const practices = declared.flatMap(({ record, declared: { practices: list } }) => list.map((practice) => ({ ...practice, record })));
  const data = dataOf(declared.flatMap(({ record, declared: { data: list } }) => (list ?? []).map((term) => [term, record] as const)));
  const stated = declared.some((one) => one.declared.data !== undefined) || practices.some((practice) => practice.data !== undefined);
  const contacts = contactsOf(
    said(({ facts }) => facts.contacts, contactKey),
    own,
  );
  const rights = said(({ facts }) => [facts.rights]);
  const storage = said(({ facts }) => [facts.declared?.storage]);
  const reach = said(({ facts }) => [facts.reach]);
  const exits = rights.flatMap(({ value }) => (value.deletionUrl === undefined ? [] : [hostOf(value.deletionUrl)]));
  const history = rows.flatMap((row) => historyOf(row, context)).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.record - a.record));

  const card: CompanyCard = {
    id,
    name,
    names: said(({ facts }) => [facts.name, ...(facts.otherNames ?? []).slice(0, 40)]),
    country: said(({ facts }) => [facts.country]).sort((a, b) => b.records.length - a.records.length)[0] ?? null,
    sectors: said(({ facts }) => facts.sectors ?? []),
    website: said(({ facts }) => [facts.website])[0] ?? null,
    domains: domainsOf(id, rows, own, context),
    identifiers: said(({ facts }) => facts.identifiers),
    contacts,
    rights,
    ended: said(({ facts }) => [facts.ended]),
    flags: said(({ facts }) => facts.flags ?? []),
    reach,
    practices,
    data,
    retention: said(({ facts }) => [facts.declared?.retentionDays]),
    storage,
    notices: said(({ facts }) => facts.declared?.notices ?? []),
    safeguards: said(({ facts }) => facts.declared?.safeguards ?? []),
    transfers: said(({ facts }) => facts.declared?.transfers ?? []),
    purposeMatrix: purposeMatrix(practices, observations.length === 0 ? null : observedPurposes(observations, context.wordsOfDomain, context.wordsOfCookie)),
    dataMatrix: dataMatrix(practices, data, stated, observedData(observations)),
    seenOn: observations.map(({ seen }) => seen),
    cookies: cookiesOf(storage, observations, context.firstParty, context.wordsOfCookie),
    records: rows.map(({ record }) => ({ ...record, link: links.get(record.id) as Link })),
    history,
    related: context.joined.related.get(id) ?? [],
    has: {
      declarations: practices.length > 0 || data.length > 0 || storage.length > 0,
      observations: observations.length > 0 || reach.length > 0,
      contact: contacts.length > 0 || exits.length > 0,
      contactOnOwnDomain: contacts.some(({ onOwnDomain }) => onOwnDomain === true) || exits.some((host) => host !== undefined && own.has(registrable(host))),
    },
  };
  const evidence = evidenceOf(card, context);
  return evidence.length === 0 ? card : { ...card, evidence };
}

function dataOf(said: readonly (readonly [DataTerm, number])[]): CitedData[] {
  return cited(said, ({ term }) => `${term.scheme}:${term.code}`).map(({ value, records }) => ({ ...value, records }));
}

function contactKey({ kind, value, purpose }: Contact): string {
  return `${purpose} ${kind} ${kind === "email" ? value.toLowerCase() : value}`;
}

function contactsOf(contacts: readonly { value: Contact; records: number[] }[], own: ReadonlySet<string>): CompanyCard["contacts"] {
  return contacts.map(({ value, records }) => {
    const { kind, value: text } = value;
    const host = kind === "email" ? emailDomain(text) : kind === "form" || kind === "web" ? hostOf(text) : undefined;
    const place = kind === "email" || kind === "form" || kind === "web" ? (host === undefined ? false : own.has(registrable(host))) : null;
    // A withheld value is empty in the facts: the store takes it out of them.
    return { value, records, onOwnDomain: text === "" ? null : place, ...(text === "" && { redacted: true as const }) };
  });
}

/** From the current version back along its predecessors. */
function historyOf(row: OrganisationRecord, { earlier }: CardContext): HistoryItem[] {
  const items: HistoryItem[] = [];
  const seen = new Set<number>();
  if (row.record.gone !== null) items.push({ at: row.record.retrievedAt, record: row.record.id, sentence: `Left the list (${row.record.gone})` });
  for (let { record, facts } = row; record.predecessor !== null && !seen.has(record.id);) {
    seen.add(record.id);
    const before = earlier.get(record.predecessor);
    if (before === undefined) break;
    for (const sentence of diffRecords(before.facts, facts)) items.push({ at: record.retrievedAt, record: record.id, sentence });
    ({ record, facts } = before);
  }
  return items;
}

function evidenceOf(card: CompanyCard, { others, earlier, byRecord }: CardContext): StoredRecord[] {
  const own = new Set(card.records.map(({ id }) => id));
  const ids = new Set([
    ...card.seenOn.map(({ record }) => record),
    ...card.cookies.flatMap(({ records }) => records),
    ...card.purposeMatrix.rows.flatMap(({ observed }) => observed?.records ?? []),
    ...card.domains.flatMap(({ contradictedBy }) => contradictedBy.map(({ record }) => record)),
    ...card.history.map(({ record }) => record),
  ]);
  return [...ids]
    .filter((id) => !own.has(id))
    .sort((a, b) => a - b)
    .flatMap((id) => others.get(id) ?? earlier.get(id)?.record ?? byRecord.get(id)?.record ?? []);
}

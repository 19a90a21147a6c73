/** Writes what is derived: the tables that answers.ts reads. All of them at once, inside the transaction of the caller. */
import type { DatabaseSync } from "node:sqlite";
import type { JsonValue } from "@freehold/protocol/canonical";
import type { Authority } from "./answers.ts";
import type { CompanyCard, CompanyRow, DomainHolder, MapFigures, SiteCard, SourceRow } from "../card-schema.ts";
import { sortName } from "./company-search.ts";
import { firstMethod, methodBody, readMethod } from "../signals/method.ts";
import { DERIVED } from "./migrations.ts";
import type { Overview } from "../overview-schema.ts";
import { pack } from "./packed.ts";
import type { Method } from "../signals-schema.ts";
import type { CompaniesPage } from "../views/props.ts";

/** Everything that is derived, as the derivation gives it. */
export interface Derivation {
  /** In any order, each made when it is asked for. */
  cards: Iterable<{ card: CompanyCard; row: CompanyRow }>;
  /** How many cards there are. */
  total: number;
  sites: Iterable<SiteCard>;
  /** Possible ids, and the organisations that they lead to. */
  aliases: Iterable<readonly [alias: string, organisation: string]>;
  holders: Iterable<readonly [domain: string, holder: DomainHolder]>;
  /** What can be said when all cards and sites are made. */
  summary: (rows: readonly { row: CompanyRow; has: CompanyCard["has"] }[], sites: number) => Summary;
}

/** What is read at once. */
export interface Summary {
  figures: MapFigures;
  choices: CompaniesPage["choices"];
  sources: SourceRow[];
  authorities: Authority[];
  overview: Overview;
}

export type Derived = ReturnType<typeof derivedOver>;

export function derivedOver(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const putOrganisation = sql("INSERT INTO organisation (n, id, sort_name, sites_seen, newest, listing) VALUES (?, ?, ?, ?, ?, ?)");
  const putCard = sql("INSERT INTO card (n, card) VALUES (?, ?)");
  const putFacet = sql("INSERT OR IGNORE INTO facet (kind, value, n) VALUES (?, ?, ?)");
  const putSearch = sql("INSERT INTO search (rowid, name, domains, identifiers) VALUES (?, ?, ?, ?)");
  const putIdentifier = sql("INSERT OR IGNORE INTO identifier (scheme, id, organisation) VALUES (?, ?, ?)");
  const putAlias = sql("INSERT OR IGNORE INTO alias (id, organisation) VALUES (?, ?)");
  const putDomain = sql("INSERT INTO domain (domain, holder) VALUES (?, ?)");
  const putSite = sql("INSERT INTO site (site, at, third_parties, card) VALUES (?, ?, ?, ?)");
  const putDerived = sql("INSERT INTO derived (name, value) VALUES (?, ?)");

  return {
    /** The number of the derivation's rules by which the tables were made; 0 where they never were. */
    by: (): number => sql("SELECT derivation FROM state").get()!["derivation"] as number,
    /** The method by which signals are read: the last that was published here, or the one that came with the program. */
    method(): Method {
      const found = sql("SELECT method FROM state").get()!["method"] as string | null;
      return found === null ? firstMethod : readMethod(JSON.parse(found) as JsonValue);
    },
    /** Reads signals by another method from the next derivation on: the body of its publication. Throws `publication_malformed`. */
    setMethod: (body: string) => void sql("UPDATE state SET method = ?").run(methodBody(readMethod(JSON.parse(body) as JsonValue))),
    /** Says that answers have changed. */
    touch: () => void sql("UPDATE state SET data_version = data_version + 1").run(),
    /** Empties the tables and fills them again. `report` hears the share of cards that are written. */
    write(it: Derivation, by: number, report: (share: number) => void = () => {}): void {
      for (const table of DERIVED) db.exec(`DELETE FROM ${table}`);
      db.exec("INSERT INTO search (search) VALUES ('delete-all')");
      const made: Made[] = [];
      for (const { card, row } of it.cards) {
        const name = sortName(row.name);
        made.push({ row, has: card.has, name, bytes: Buffer.from(name), card: pack(JSON.stringify(card)), terms: termsOf(card), facets: facetsOf(card, row) });
        for (const { value } of card.identifiers) putIdentifier.run(value.scheme, value.id, card.id);
        if (made.length % 500 === 0) report(made.length / it.total);
      }
      // Rows are numbered by name, as SQLite orders it: so they are read in that order without being sorted.
      made.sort((a, b) => Buffer.compare(a.bytes, b.bytes) || (a.row.id < b.row.id ? -1 : 1));
      const ids = new Set<string>();
      for (const [n, { row, name, card, terms, facets }] of made.entries()) {
        ids.add(row.id);
        putOrganisation.run(n, row.id, name, row.sitesSeen, row.newest, JSON.stringify(row));
        putCard.run(n, card);
        putSearch.run(n, ...terms);
        for (const [kind, value] of facets) putFacet.run(kind, value, n);
      }
      db.exec("INSERT INTO search (search) VALUES ('optimize')");
      for (const [alias, organisation] of it.aliases) if (!ids.has(alias)) putAlias.run(alias, organisation);
      for (const [domain, holder] of it.holders) putDomain.run(domain, JSON.stringify(holder));
      let sites = 0;
      for (const card of it.sites) {
        sites++;
        putSite.run(card.site, ...lastScan(card), pack(JSON.stringify(card)));
      }
      for (const [name, value] of Object.entries(it.summary(made, sites))) putDerived.run(name, JSON.stringify(value));
      sql("UPDATE state SET data_version = data_version + 1, derivation = ?").run(by);
    },
  };
}

interface Made {
  row: CompanyRow;
  has: CompanyCard["has"];
  name: string;
  bytes: Buffer;
  card: string | Uint8Array;
  terms: [string, string, string];
  facets: [kind: string, value: string][];
}

/** What an organisation can be filtered by. */
function facetsOf(card: CompanyCard, row: CompanyRow): [kind: string, value: string][] {
  const facets: [string, string][] = [];
  if (row.country !== null) facets.push(["country", row.country]);
  for (const sector of row.sectors) facets.push(["sector", sector]);
  for (const source of row.sources) facets.push(["source", source]);
  if (row.declared) facets.push(["has", "declarations"]);
  if (row.observed) facets.push(["has", "observations"]);
  if (row.contact) facets.push(["has", "contact"]);
  if (card.has.contactOnOwnDomain) facets.push(["has", "contact-on-own-domain"]);
  for (const { element, term, purposes, basis } of card.practices) {
    if (element !== "purpose") continue;
    facets.push(["basis", basis]);
    const tcf = term.scheme === "tcf" ? (/\d+$/.exec(term.code)?.[0] ?? []) : [];
    for (const value of [tcf, purposes].flat()) facets.push(["purpose", value], [`purpose ${basis}`, value]);
  }
  return facets;
}

/** What is searched: names, domains, identifiers. */
function termsOf(card: CompanyCard): [string, string, string] {
  const identifiers = card.identifiers.map(({ value }) => `${value.scheme} ${value.id}`);
  return [
    [card.name, ...card.names.map(({ value }) => value)].join("\n"),
    card.domains.map(({ value }) => value).join("\n"),
    [card.id, ...identifiers].join("\n"),
  ];
}

/** When a site was last scanned, and how many third parties that scan met at most; null and 0 where there is none. */
function lastScan(card: SiteCard): [at: string | null, thirdParties: number] {
  const scan = card.scans.reduce<SiteCard["scans"][number] | undefined>((last, one) => (last === undefined || one.at > last.at ? one : last), undefined);
  if (scan === undefined) return [null, 0];
  return [scan.at, Math.max(0, ...scan.visits.map((visit) => visit.thirdParties.length))];
}

/** What the join compares: one record, or several that an editor called the same, with its names and domains made ready. */
import { emailDomain, hostOf, registrable } from "../domain.ts";
import type { OrganisationRecord } from "./joined.ts";
import { nameKeys, normaliseName } from "./names.ts";
import { mailHosts, sharedSubdomains } from "./shared-hosts.ts";

export interface Unit {
  /** The first stands for the unit in sentences. */
  records: OrganisationRecord[];
  source: string;
  tcf: string | undefined;
  /** The normalised name as a whole, every other form of it (without brackets, "d/b/a"), and those of what it is also known by (products, brands). */
  name: string;
  names: ReadonlySet<string>;
  aliases: ReadonlySet<string>;
  /** Registrable domains, without shared hosts. `other`: listed or serving. */
  own: ReadonlySet<string>;
  other: ReadonlySet<string>;
  /** Registrable domains of its e-mail addresses, without mail providers. */
  emails: ReadonlySet<string>;
  countries: ReadonlySet<string>;
}

/**
 * Reads a record, or several that are one by an editor's word.
 *
 * @example
 * ```ts
 * unitOf([row], sharedHosts).own; // Set { "criteo.com" }
 * ```
 */
export function unitOf(rows: OrganisationRecord[], shared: ReadonlySet<string>): Unit {
  const names = new Set<string>();
  const aliases = new Set<string>();
  const own = new Set<string>();
  const other = new Set<string>();
  const emails = new Set<string>();
  const countries = new Set<string>();
  let tcf: string | undefined;
  for (const { facts } of rows) {
    for (const key of nameKeys([facts.name])) names.add(key);
    for (const key of nameKeys(facts.otherNames ?? [])) aliases.add(key);
    tcf ??= facts.identifiers.find(({ scheme }) => scheme === "tcf")?.id;
    if (facts.country !== undefined) countries.add(facts.country);
  }
  for (const { facts } of rows) {
    for (const domain of ownDomainsOf(facts, names, shared)) own.add(domain);
    for (const { host, role } of facts.domains) {
      const domain = registrable(host);
      // One host of a domain (`maps.example.com`) says little of the domain.
      if (role !== "own" && (domain === host || role === "service") && !shared.has(domain)) other.add(domain);
    }
    for (const { kind, value } of facts.contacts) {
      const domain = kind === "email" ? emailDomain(value) : undefined;
      if (domain !== undefined && !mailHosts.has(domain) && !shared.has(domain)) emails.add(domain);
    }
  }
  const { record, facts } = rows[0]!;
  return { records: rows, source: record.source, tcf, name: normaliseName(facts.name), names, aliases, own, other, emails, countries };
}

/** The registrable domains that a record calls its own. On a shared host nothing is one's own, but for whoever bears its name. */
function ownDomainsOf(facts: OrganisationRecord["facts"], names: ReadonlySet<string>, shared: ReadonlySet<string>): string[] {
  const hosts = facts.domains.filter(({ role }) => role === "own").map(({ host }) => host);
  const website = facts.website === undefined ? undefined : hostOf(facts.website);
  if (website !== undefined) hosts.push(website);
  const domains: string[] = [];
  for (const host of hosts) {
    const domain = registrable(host);
    if (!domain.includes(".") || sharedSubdomains.has(host)) continue;
    if (!shared.has(domain) || names.has(labelOf(domain))) domains.push(domain);
  }
  return domains;
}

/**
 * The part of a registrable domain that bears the name, as normalised names are written.
 *
 * @example
 * ```ts
 * labelOf("the-trade-desk.co.uk"); // "thetradedesk"
 * ```
 */
export function labelOf(domain: string): string {
  return domain.slice(0, domain.indexOf(".")).replaceAll("-", "");
}

/** How far two units agree in name. 3: as a whole. 2: in some form. 1: one is known as the other, or both as the same. 0: not at all. */
export type Agreement = 0 | 1 | 2 | 3;

export function nameAgreement(a: Unit, b: Unit): Agreement {
  if (a.name === b.name && a.name.length >= 2) return 3;
  if (meet(a.names, b.names)) return 2;
  return meet(a.names, b.aliases) || meet(a.aliases, b.names) || meet(a.aliases, b.aliases) ? 1 : 0;
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const name of few) if (many.has(name)) return true;
  return false;
}

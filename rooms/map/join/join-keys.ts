/**
 * The keys by which a record finds its organisation, strongest first. Each is a function from a unit and what has been joined so far to the one
 * organisation that it points at, or to none: two that are equally good are none.
 */
import type { Link } from "../card-schema.ts";
import { agreement, type Cluster, type Clusters } from "./cluster.ts";
import { type Agreement, labelOf, nameAgreement, type Unit } from "./unit.ts";

export interface Proposal {
  unit: Unit;
  cluster: Cluster;
  link: Link;
  /** How far the names agree. */
  named: Agreement;
  /** The own domain and the name both agree: then several records of one source may stand together. */
  certain: boolean;
}

/** Whether a unit may be in an organisation at all (an editor's "different"). */
export type Allowed = (unit: Unit, cluster: Cluster) => boolean;

/**
 * What the strongest key says of a unit without vendor id.
 *
 * @example
 * ```ts
 * propose(unit, clusters, () => true)?.link.key; // "k2-domain"
 * ```
 */
export function propose(unit: Unit, clusters: Clusters, allowed: Allowed): Proposal | undefined {
  return byOwnDomain(unit, clusters, allowed) ?? byDomainSet(unit, clusters, allowed) ?? byEmail(unit, clusters, allowed) ?? byName(unit, clusters, allowed);
}

/** k2: an own domain of both. Where several organisations have it, the one whose name agrees; failing that, the one that is named like the domain. */
function byOwnDomain(unit: Unit, clusters: Clusters, allowed: Allowed): Proposal | undefined {
  const candidates = new Set<Cluster>();
  for (const domain of unit.own) for (const cluster of clusters.byOwn.get(domain) ?? []) if (allowed(unit, cluster)) candidates.add(cluster);
  const found = best(candidates, (cluster) => {
    const shared = [...unit.own].filter((domain) => cluster.own.has(domain));
    return agreement(unit, cluster) * 2 + (shared.some((domain) => cluster.names.has(labelOf(domain))) ? 1 : 0);
  });
  if (found === undefined) return undefined;
  const domain = [...unit.own].find((one) => found.own.has(one))!;
  const named = agreement(unit, found) > 0;
  const partner = found.units.find(({ own }) => own.has(domain))!;
  return proposal(unit, found, "k2-domain", domain, partner, named ? ["the name agrees"] : [], named, `${domain} is the own domain of both`);
}

/**
 * k3: an own domain of the organisation is among those that the record files under its name. A list alone has filed other people's domains before,
 * so something else must agree: the name, or a second domain that another source says of the organisation, unless the record's own
 * home is elsewhere.
 */
function byDomainSet(unit: Unit, clusters: Clusters, allowed: Allowed): Proposal | undefined {
  const found = new Map<Cluster, string[]>();
  for (const domain of unit.other) {
    for (const cluster of clusters.byOwn.get(domain) ?? []) {
      if (found.has(cluster) || !allowed(unit, cluster)) continue;
      const why = corroborationOfSet(unit, cluster, domain);
      if (why.length > 0) found.set(cluster, why);
    }
  }
  const cluster = best(found.keys(), (one) => agreement(unit, one));
  if (cluster === undefined) return undefined;
  const domain = [...unit.other].find((one) => cluster.own.has(one))!;
  const partner = cluster.units.find(({ own }) => own.has(domain))!;
  return proposal(
    unit,
    cluster,
    "k3-domain-set",
    domain,
    partner,
    found.get(cluster)!,
    false,
    `${domain}, its own domain, is among the domains of this record`,
  );
}

function corroborationOfSet(unit: Unit, cluster: Cluster, domain: string): string[] {
  const why = agreement(unit, cluster) > (homeElsewhere(unit, cluster) ? 1 : 0) ? ["the name agrees"] : [];
  if (homeElsewhere(unit, cluster)) return why;
  for (const other of [...unit.other, ...unit.own]) {
    if (other === domain) continue;
    const source = [...(cluster.known.get(other) ?? [])].find((one) => one !== unit.source);
    if (source !== undefined) why.push(`${other} too, by ${source}`);
  }
  return why.slice(0, 4);
}

/** The record has a home of its own, of which the organisation's records know nothing: the parent of a brand, or someone else. Then a brand's name is not enough. */
function homeElsewhere(unit: Unit, cluster: Cluster): boolean {
  return unit.own.size > 0 && ![...unit.own].some((own) => cluster.known.has(own));
}

/** k5: the name agrees, and one has its e-mail at an own domain of the other. */
function byEmail(unit: Unit, clusters: Clusters, allowed: Allowed): Proposal | undefined {
  const domainOf = (cluster: Cluster): string | undefined =>
    [...unit.emails].find((domain) => cluster.own.has(domain)) ?? [...unit.own].find((domain) => cluster.emails.has(domain));
  const candidates = namesakes(unit, clusters, allowed).filter((cluster) => domainOf(cluster) !== undefined);
  const cluster = best(candidates, (one) => agreement(unit, one));
  if (cluster === undefined) return undefined;
  const domain = domainOf(cluster)!;
  const partner = cluster.units.find(({ own, emails }) => own.has(domain) || emails.has(domain))!;
  return proposal(
    unit,
    cluster,
    "k5-email",
    domain,
    partner,
    ["the name agrees"],
    false,
    `the name agrees, and e-mail at ${domain} is the own domain of the other`,
  );
}

/** k4: the name agrees, and a domain in any role or the country. */
function byName(unit: Unit, clusters: Clusters, allowed: Allowed): Proposal | undefined {
  const found = new Map<Cluster, string[]>();
  for (const cluster of namesakes(unit, clusters, allowed)) {
    const why = corroborationOfName(unit, cluster);
    if (why.length > 0) found.set(cluster, why);
  }
  const cluster = best(found.keys(), (one) => agreement(unit, one) * 10 + found.get(one)!.length);
  if (cluster === undefined) return undefined;
  const partner = cluster.units.find((one) => nameAgreement(unit, one) > 0)!;
  return proposal(
    unit,
    cluster,
    "k4-name",
    partner.records[0]!.facts.name,
    partner,
    found.get(cluster)!,
    branchOf(unit, cluster) !== undefined,
    "the name agrees",
  );
}

function corroborationOfName(unit: Unit, cluster: Cluster): string[] {
  const why: string[] = [];
  const named = agreement(unit, cluster);
  const domain = [...unit.own, ...unit.other].find((one) => cluster.known.has(one));
  if (domain !== undefined && (named > 1 || !homeElsewhere(unit, cluster))) why.push(`${domain} is a domain of both`);
  const country = [...unit.countries].find((one) => cluster.countries.has(one));
  if (country !== undefined && named > 1) why.push(`both are in ${country}`);
  const branch = branchOf(unit, cluster);
  if (branch !== undefined) why.push(`both have the same domain under different endings, ${branch}`);
  return why;
}

/** The same full name in the same source, letter by letter, and the same domain under another ending (`amazon.de`, `amazon.fr`): a branch. */
function branchOf(unit: Unit, cluster: Cluster): string | undefined {
  const name = unit.records[0]!.facts.name.toLowerCase();
  for (const { records, own, source } of cluster.units) {
    if (source !== unit.source || records[0]!.facts.name.toLowerCase() !== name) continue;
    const labels = new Set([...own].map(labelOf));
    const found = [...unit.own].find((domain) => labelOf(domain).length >= 4 && labels.has(labelOf(domain)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Organisations with a name of the unit. Names that many bear say nothing. */
function namesakes(unit: Unit, clusters: Clusters, allowed: Allowed): Cluster[] {
  const out = new Set<Cluster>();
  for (const name of [...unit.names, ...unit.aliases]) {
    const bearers = name.length >= 3 ? (clusters.byName.get(name) ?? []) : [];
    if (bearers.length <= 8) for (const cluster of bearers) if (allowed(unit, cluster)) out.add(cluster);
  }
  return [...out];
}

/** The one with the highest score; none where two share it. */
function best(clusters: Iterable<Cluster>, score: (cluster: Cluster) => number): Cluster | undefined {
  let found: Cluster | undefined;
  let highest = -1;
  for (const cluster of clusters) {
    const points = score(cluster);
    if (points === highest) found = undefined;
    if (points <= highest) continue;
    highest = points;
    found = cluster;
  }
  return found;
}

function proposal(
  unit: Unit,
  cluster: Cluster,
  key: Link["key"],
  value: string,
  partner: Unit,
  corroboratedBy: string[],
  certain: boolean,
  why: string,
): Proposal {
  const other = partner.records[0]!;
  const also = key === "k3-domain-set" || key === "k4-name" ? `; ${corroboratedBy.join("; ")}` : key === "k2-domain" && certain ? ", and the name agrees" : "";
  const words = `Joined with “${other.facts.name}” (${other.record.source}): ${why}${also}.`;
  return {
    unit,
    cluster,
    named: agreement(unit, cluster),
    certain,
    link: { record: unit.records[0]!.record.id, key, value, with: other.record.id, corroboratedBy, words },
  };
}

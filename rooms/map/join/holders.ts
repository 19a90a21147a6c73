/** Whose a domain is, and by whose word. */
import type { DomainHolder } from "../card-schema.ts";
import type { Cluster, Clusters } from "./cluster.ts";
import { hostOf, registrable } from "../domain.ts";
import type { OrganisationRecord } from "./joined.ts";
import { labelOf, type Unit } from "./unit.ts";

interface Claim {
  cluster: Cluster;
  record: number;
  source: string;
  kind: "own" | "explicit-id" | "listed";
}

/**
 * The holder of every domain that some record speaks of. An own domain comes before an explicit id (hosts that prebid-server gives beside a
 * vendor id), that before two sources that agree, that before one. What other records say of it is kept as a contradiction.
 *
 * @param idOf ids of the organisations.
 */
export function makeHolders(clusters: Clusters, idOf: ReadonlyMap<Cluster, string>, shared: ReadonlySet<string>): Map<string, DomainHolder> {
  const claims = new Map<string, Claim[]>();
  const claim = (key: string, one: Claim): void => void (claims.get(key)?.push(one) ?? claims.set(key, [one]));
  for (const cluster of clusters.all) {
    for (const unit of cluster.units)
      for (const row of unit.records)
        for (const [key, kind] of claimsOf(row, unit, shared)) claim(key, { cluster, record: row.record.id, source: row.record.source, kind });
  }
  const holders = new Map<string, DomainHolder>();
  for (const domain of [...claims.keys()].sort()) {
    const home = registrable(domain);
    // One host of somebody's own domain is that somebody's: the others contradict.
    if (home !== domain && claims.get(home)?.some(({ kind }) => kind === "own") === true)
      claims.get(home)!.push(...claims.get(domain)!.filter((one) => !claims.get(home)!.some((x) => x.record === one.record)));
  }
  for (const domain of [...claims.keys()].sort()) {
    const home = registrable(domain);
    if (home !== domain && claims.get(home)?.some(({ kind }) => kind === "own") === true) continue;
    holders.set(domain, decide(domain, claims.get(domain)!, idOf));
  }
  return holders;
}

/**
 * The holder of a host: of the host itself, else of the nearest domain above it; of its registrable domain first where that is somebody's own.
 *
 * @example
 * ```ts
 * holderOf(holders, "static.criteo.net")?.organisations; // ["criteo-sa"]
 * ```
 */
export function holderOf(holders: ReadonlyMap<string, DomainHolder>, host: string): DomainHolder | undefined {
  const home = registrable(host);
  const ofHome = holders.get(home);
  if (ofHome?.why === "own" || host === home) return ofHome;
  for (let at = host; at.length > home.length; at = at.slice(at.indexOf(".") + 1)) {
    const found = holders.get(at);
    if (found !== undefined) return found;
    if (!at.includes(".")) break;
  }
  return ofHome;
}

function claimsOf({ facts }: OrganisationRecord, unit: Unit, shared: ReadonlySet<string>): Map<string, Claim["kind"]> {
  const out = new Map<string, Claim["kind"]>();
  const website = facts.website === undefined ? undefined : hostOf(facts.website);
  if (website !== undefined && unit.own.has(registrable(website))) out.set(registrable(website), "own");
  for (const { host, role } of facts.domains) if (role === "own" && unit.own.has(registrable(host))) out.set(registrable(host), "own");
  const hasId = facts.identifiers.some(({ scheme }) => scheme === "tcf");
  for (const { host, role } of facts.domains) {
    if (role === "own") continue;
    const key = role === "service" && !shared.has(registrable(host)) ? registrable(host) : host;
    if (!out.has(key)) out.set(key, role === "service" && hasId ? "explicit-id" : "listed");
  }
  return out;
}

function decide(domain: string, claims: readonly Claim[], idOf: ReadonlyMap<Cluster, string>): DomainHolder {
  const [why, holding] = strongest(domain, claims);
  const organisations = [...new Set(holding.map((cluster) => idOf.get(cluster)!))].sort();
  const inside = new Set(holding);
  const records = [...new Set(claims.filter(({ cluster }) => inside.has(cluster)).map(({ record }) => record))].sort((a, b) => a - b);
  const against = claims.filter(({ cluster, kind }) => !inside.has(cluster) && kind !== "own").sort((a, b) => a.record - b.record);
  return { domain, organisations, why, records, contradictedBy: against.map(({ cluster, record }) => ({ record, organisation: idOf.get(cluster)! })) };
}

function strongest(domain: string, claims: readonly Claim[]): [DomainHolder["why"], Cluster[]] {
  const of = (kind: Claim["kind"]): Cluster[] => [...new Set(claims.filter((one) => one.kind === kind).map(({ cluster }) => cluster))];
  const own = of("own");
  if (own.length > 0) {
    // Services of a group name the group's domain as theirs (`google.com`): it is held by who is named like it and by its vendors, if there are such.
    const first = own.filter((cluster) => cluster.tcf.size > 0 || cluster.names.has(labelOf(domain)));
    return ["own", first.length > 0 ? first : own];
  }
  const byId = of("explicit-id");
  if (byId.length > 0) return ["explicit-id", byId];
  const sources = new Map<Cluster, Set<string>>();
  for (const { cluster, source } of claims) (sources.get(cluster) ?? sources.set(cluster, new Set()).get(cluster)!).add(source);
  const agreed = [...sources].filter(([, by]) => by.size > 1).map(([cluster]) => cluster);
  return agreed.length > 0 ? ["two-sources", agreed] : ["single-source", [...sources.keys()]];
}

/** Which records speak of the same organisation. Pure, and the same for the same records in the same order (ARCHITECTURE.md, "Joining"). */
import type { Link } from "../card-schema.ts";
import { add, begin, createClusters, type Cluster, type Clusters } from "./cluster.ts";
import { makeHolders } from "./holders.ts";
import { propose, type Allowed, type Proposal } from "./join-keys.ts";
import { type Apart, groupRecords } from "./groups.ts";
import type { Joined, JoinedOrganisation, JoinInput, OrganisationRecord } from "./joined.ts";
import { idsOfRecords } from "./organisation-id.ts";
import { relate } from "./related.ts";
import { sharedHosts as knownSharedHosts } from "./shared-hosts.ts";
import { sourceRank } from "./source-order.ts";
import { unitOf, type Unit } from "./unit.ts";

/**
 * Joins records to organisations. Vendor ids of TCF come first: each is an organisation of its own. Then the other sources, the most official
 * first, each record by the strongest key that points at one organisation only (join-keys.ts). Of one source there is one record in an
 * organisation, unless own domain and name both agree (branches, products) or the source itself names one company (groups.ts).
 *
 * @param input about 40,000 records take a second or two.
 * @see spec/practice.md for the decisions of editors
 * @example
 * ```ts
 * const { organisations, holders } = joinRecords({ records });
 * holders.get("criteo.com")?.organisations; // ["criteo-sa"]
 * ```
 */
export function joinRecords(input: JoinInput): Joined {
  const shared = input.sharedHosts ?? knownSharedHosts;
  const { groups, apart } = groupRecords(input.records, input.decisions ?? []);
  const units = groups.map(({ rows }) => unitOf(rows, shared));
  const links = new Map(units.map((unit, i) => [unit, groups[i]!.links]));
  const allowed: Allowed = (unit, cluster) => apart.size === 0 || !cluster.units.some((other) => areApart(unit, other, apart));
  const clusters = createClusters();
  const place = ({ unit, cluster, link }: Pick<Proposal, "unit" | "cluster" | "link">): void => add(clusters, cluster, unit, link, links.get(unit));

  joinVendors(units, clusters, allowed, place, (unit) => beginWith(clusters, unit, links));
  const rest = Map.groupBy(
    units.filter(({ tcf }) => tcf === undefined),
    ({ source }) => source,
  );
  for (const source of [...rest.keys()].sort((a, b) => sourceRank(a) - sourceRank(b) || (a < b ? -1 : 1))) {
    const left = joinSource(rest.get(source)!, source, clusters, allowed, place);
    for (const unit of left) {
      const kin = propose(unit, clusters, (one, cluster) => allowed(one, cluster) && cluster.units[0]!.source === source && cluster.tcf.size === 0);
      if (kin?.certain === true) place(kin);
      else beginWith(clusters, unit, links);
    }
  }
  return finish(input.records, shared, clusters, apart);
}

function beginWith(clusters: Clusters, unit: Unit, links: ReadonlyMap<Unit, Link[]>): void {
  begin(clusters, unit).links.push(...links.get(unit)!);
}

/** k1: records with a vendor id. */
function joinVendors(
  units: Unit[],
  clusters: Clusters,
  allowed: Allowed,
  place: (p: Pick<Proposal, "unit" | "cluster" | "link">) => void,
  start: (unit: Unit) => void,
): void {
  const vendors = new Map<string, Cluster>();
  const ordered = units.filter(({ tcf }) => tcf !== undefined).sort((a, b) => sourceRank(a.source) - sourceRank(b.source) || firstId(a) - firstId(b));
  for (const unit of ordered) {
    const cluster = vendors.get(unit.tcf!);
    if (cluster === undefined || !allowed(unit, cluster)) {
      start(unit);
      if (cluster === undefined) vendors.set(unit.tcf!, clusters.all.at(-1)!);
      continue;
    }
    const partner = cluster.units[0]!.records[0]!;
    const words = `Joined with “${partner.facts.name}” (${partner.record.source}): both carry the vendor id ${unit.tcf} of the Global Vendor List.`;
    place({ unit, cluster, link: { record: firstId(unit), key: "k1-id", value: `tcf ${unit.tcf}`, with: partner.record.id, corroboratedBy: [], words } });
  }
}

/** One source: proposals of all its records first, so that the order of the records within it does not matter. Returns who found no place. */
function joinSource(units: readonly Unit[], source: string, clusters: Clusters, allowed: Allowed, place: (p: Proposal) => void): Unit[] {
  const left: Unit[] = [];
  const wanted = new Map<Cluster, Proposal[]>();
  for (const unit of units) {
    const found = propose(unit, clusters, allowed);
    if (found === undefined) left.push(unit);
    else if (wanted.has(found.cluster)) wanted.get(found.cluster)!.push(found);
    else wanted.set(found.cluster, [found]);
  }
  for (const [cluster, proposals] of wanted) {
    let accepted = proposals.filter(({ certain }) => certain);
    if (accepted.length === 0 && !cluster.sources.has(source)) accepted = strongest(proposals);
    for (const one of proposals) {
      if (accepted.includes(one)) place(one);
      else left.push(one.unit);
    }
  }
  return left.sort((a, b) => firstId(a) - firstId(b));
}

const STRENGTH: readonly Link["key"][] = ["k2-domain", "k3-domain-set", "k5-email", "k4-name"];

/** The single strongest by key, then by name; two that are equal cancel each other out. */
function strongest(proposals: readonly Proposal[]): Proposal[] {
  const strength = ({ link, named }: Proposal): number => (STRENGTH.length - STRENGTH.indexOf(link.key)) * 10 + named;
  const most = Math.max(...proposals.map(strength));
  const found = proposals.filter((one) => strength(one) === most);
  return found.length === 1 ? found : [];
}

function firstId(unit: Unit): number {
  return unit.records[0]!.record.id;
}

function areApart(a: Unit, b: Unit, apart: Apart): boolean {
  return a.records.some((x) => b.records.some((y) => apart.get(x.record.id)?.has(y.record.id) === true));
}

/** Names and ids, once everything has its place. */
function finish(records: readonly OrganisationRecord[], shared: ReadonlySet<string>, clusters: Clusters, apart: Apart): Joined {
  const potential = idsOfRecords(records);
  const age = new Map(records.map(({ record, first }) => [record.id, first?.id ?? record.id]));
  const aliases = new Map<string, string>();
  const idOf = new Map<Cluster, string>();
  const organisations: JoinedOrganisation[] = [];
  for (const cluster of clusters.all) {
    const rows = cluster.units.flatMap((unit) => unit.records);
    const oldest = rows.reduce((a, b) => (age.get(b.record.id)! < age.get(a.record.id)! ? b : a));
    const id = potential.get(oldest.record.id)!;
    idOf.set(cluster, id);
    for (const { record } of rows) if (potential.get(record.id) !== id) aliases.set(potential.get(record.id)!, id);
    const named = rows.reduce((a, b) => (sourceRank(b.record.source) < sourceRank(a.record.source) ? b : a));
    const members = [...cluster.links].sort((a, b) => a.record - b.record);
    organisations.push({ id, name: named.facts.name, members, ownDomains: [...cluster.own].sort() });
  }
  organisations.sort((a, b) => (a.id < b.id ? -1 : 1));
  const names = new Map(organisations.map(({ id, name }) => [id, name]));
  const holders = makeHolders(clusters, idOf, shared);
  return { organisations, holders, related: relate(clusters, idOf, names, apart, holders), aliases };
}

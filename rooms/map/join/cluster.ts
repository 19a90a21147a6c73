/** An organisation while it is being joined, and the indexes over all of them. */
import type { Link } from "../card-schema.ts";
import { type Agreement, nameAgreement, type Unit } from "./unit.ts";

export interface Cluster {
  units: Unit[];
  links: Link[];
  /** Vendor ids: one, unless an editor said otherwise. */
  tcf: Set<string>;
  names: Set<string>;
  aliases: Set<string>;
  own: Set<string>;
  /** Domains in any role -> the sources that say so. */
  known: Map<string, Set<string>>;
  emails: Set<string>;
  countries: Set<string>;
  sources: Set<string>;
}

export interface Clusters {
  all: Cluster[];
  byOwn: Map<string, Cluster[]>;
  byName: Map<string, Cluster[]>;
}

export function createClusters(): Clusters {
  return { all: [], byOwn: new Map(), byName: new Map() };
}

/** Begins an organisation with a unit. */
export function begin(clusters: Clusters, unit: Unit): Cluster {
  const cluster: Cluster = {
    units: [],
    links: [],
    tcf: new Set(),
    names: new Set(),
    aliases: new Set(),
    own: new Set(),
    known: new Map(),
    emails: new Set(),
    countries: new Set(),
    sources: new Set(),
  };
  clusters.all.push(cluster);
  const { record } = unit.records[0]!;
  add(clusters, cluster, unit, {
    record: record.id,
    key: "first",
    value: unit.records[0]!.facts.name,
    with: null,
    corroboratedBy: [],
    words: "The join begins with this record.",
  });
  return cluster;
}

/** Adds a unit to an organisation. `link` is of its first record; the others are there by an editor's word. */
export function add(clusters: Clusters, cluster: Cluster, unit: Unit, link: Link, editorLinks: readonly Link[] = []): void {
  cluster.units.push(unit);
  cluster.links.push(link, ...editorLinks);
  if (unit.tcf !== undefined) cluster.tcf.add(unit.tcf);
  for (const { record } of unit.records) cluster.sources.add(record.source);
  for (const email of unit.emails) cluster.emails.add(email);
  for (const country of unit.countries) cluster.countries.add(country);
  for (const name of [...unit.names, ...unit.aliases]) if (!cluster.names.has(name) && !cluster.aliases.has(name)) push(clusters.byName, name, cluster);
  for (const name of unit.names) cluster.names.add(name);
  for (const name of unit.aliases) cluster.aliases.add(name);
  for (const domain of unit.own) {
    if (!cluster.own.has(domain)) push(clusters.byOwn, domain, cluster);
    cluster.own.add(domain);
  }
  for (const domain of [...unit.own, ...unit.other]) {
    const sources = cluster.known.get(domain);
    if (sources === undefined) cluster.known.set(domain, new Set([unit.source]));
    else sources.add(unit.source);
  }
}

/** The best agreement of a unit's names with those of an organisation's records. */
export function agreement(unit: Unit, cluster: Cluster): Agreement {
  let best: Agreement = 0;
  for (const member of cluster.units) {
    const found = nameAgreement(unit, member);
    if (found > best) best = found;
  }
  return best;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Organisations that look like kin and were not joined, each with the reason. */
import type { DomainHolder } from "../card-schema.ts";
import type { Cluster, Clusters } from "./cluster.ts";
import type { Apart } from "./groups.ts";
import type { RelatedOrganisation } from "./joined.ts";

/** Of one organisation; and how many that share a domain or a name are told of each other. */
const MAX_RELATED = 20;
const MAX_SHARING = 8;

const GROUNDS: { [why in DomainHolder["why"]]: (domain: string, holder: string) => string } = {
  own: (domain, holder) => `${domain} is the own domain of ${holder}`,
  "explicit-id": (domain, holder) => `${domain} is given beside the vendor id of ${holder}`,
  "two-sources": (domain, holder) => `Two sources file ${domain} under ${holder}`,
  "single-source": (domain, holder) => `A source files ${domain} under ${holder}`,
};

/**
 * Pairs that share an own domain or a name, that an editor keeps apart, or of which one is filed under the other.
 *
 * @param names names of the organisations by id.
 * @param apart record -> record -> publication that keeps them apart.
 */
export function relate(
  clusters: Clusters,
  idOf: ReadonlyMap<Cluster, string>,
  names: ReadonlyMap<string, string>,
  apart: Apart,
  holders: ReadonlyMap<string, DomainHolder>,
): Map<string, RelatedOrganisation[]> {
  const words = new Map<string, Map<string, string>>();
  const say = (a: string, b: string, sentence: string): void => {
    if (a === b) return;
    const of = words.get(a) ?? words.set(a, new Map()).get(a)!;
    if (!of.has(b) && of.size < MAX_RELATED) of.set(b, sentence);
  };
  const both = (a: Cluster, b: Cluster, sentence: string): void => {
    say(idOf.get(a)!, idOf.get(b)!, sentence);
    say(idOf.get(b)!, idOf.get(a)!, sentence);
  };

  if (apart.size > 0) {
    const clusterOf = new Map(clusters.all.flatMap((cluster) => cluster.links.map(({ record }) => [record, cluster] as const)));
    for (const [a, others] of apart)
      for (const [b, publication] of others) both(clusterOf.get(a)!, clusterOf.get(b)!, `An editor said that they are different (publication ${publication}).`);
  }
  for (const [domain, sharing] of clusters.byOwn) {
    for (const [a, b] of pairs(sharing)) {
      const why = a.tcf.size > 0 && b.tcf.size > 0 ? "each vendor id of the Global Vendor List stands alone" : "their names do not settle whether they are one";
      both(a, b, `Both have ${domain} as their own domain; ${why}.`);
    }
  }
  for (const [name, sharing] of clusters.byName) {
    const bearing = sharing.filter(({ names: own }) => own.has(name));
    for (const [a, b] of pairs(bearing)) both(a, b, "Both bear the same name; no domain, e-mail address or country settles whether they are one.");
  }
  for (const { domain, why, organisations, contradictedBy } of holders.values()) {
    for (const { organisation } of contradictedBy) {
      for (const holder of organisations.slice(0, MAX_SHARING)) {
        const sentence = `${GROUNDS[why](domain, names.get(holder)!)}; a list files it under ${names.get(organisation)}.`;
        say(organisation, holder, sentence);
        say(holder, organisation, sentence);
      }
    }
  }
  return new Map(
    [...words].map(([id, of]) => [
      id,
      [...of].map(([other, sentence]) => ({ id: other, name: names.get(other)!, words: sentence })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    ]),
  );
}

function* pairs(sharing: readonly Cluster[]): Iterable<[Cluster, Cluster]> {
  const few = sharing.slice(0, MAX_SHARING);
  for (const [i, a] of few.entries()) for (const b of few.slice(i + 1)) yield [a, b];
}

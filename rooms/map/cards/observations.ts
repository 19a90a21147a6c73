/** Scans, read by organisation: who was contacted from where, in which state, and what it did. */
import type { DomainHolder, SeenOn } from "../card-schema.ts";
import { holderOf } from "../join/holders.ts";
import type { MapRecords } from "../join/joined.ts";
import type { ScanFacts, ThirdParty, Visit } from "../schema.ts";

/** One organisation in one scan. */
export interface Observation {
  seen: SeenOn;
  /** Domains that were contacted before the banner was answered, or where it never was. */
  unanswered: ReadonlySet<string>;
  /** Domains that were contacted after a refusal. */
  refused: ReadonlySet<string>;
}

type Scan = MapRecords["scans"][number];

/**
 * The observations of each organisation, newest first. A domain that several organisations hold counts for each of them.
 *
 * @example
 * ```ts
 * observe(scans, holders).get("criteo-sa")?.length; // 4: sites on which it was seen
 * ```
 */
export function observe(scans: readonly Scan[], holders: ReadonlyMap<string, DomainHolder>): Map<string, Observation[]> {
  const out = new Map<string, Observation[]>();
  const ordered = [...scans].sort((a, b) => (startOf(b.facts) < startOf(a.facts) ? -1 : startOf(b.facts) > startOf(a.facts) ? 1 : a.record.id - b.record.id));
  for (const scan of ordered) {
    for (const [id, observation] of ofScan(scan, holders)) (out.get(id) ?? out.set(id, []).get(id)!).push(observation);
  }
  return out;
}

/** Who is behind a third party: the holders of its hosts. */
export function holdersOfParty({ domain, hosts }: Pick<ThirdParty, "domain" | "hosts">, holders: ReadonlyMap<string, DomainHolder>): string[] {
  const ids = new Set<string>();
  for (const host of hosts.length > 0 ? hosts : [domain]) for (const id of holderOf(holders, host)?.organisations ?? []) ids.add(id);
  return [...ids].sort();
}

/** The instant at which a scan began. */
export function startOf({ visits }: ScanFacts): string {
  return visits.reduce((first, { at }) => (first === "" || at < first ? at : first), "");
}

/** The tool with its version. */
export function toolOf({ tool }: ScanFacts): string {
  return tool.version === undefined ? tool.name : `${tool.name} ${tool.version}`;
}

interface Growing {
  seen: SeenOn;
  unanswered: Set<string>;
  refused: Set<string>;
}

function ofScan({ record, facts }: Scan, holders: ReadonlyMap<string, DomainHolder>): Map<string, Observation> {
  const found = new Map<string, Growing>();
  const at = startOf(facts);
  for (const visit of facts.visits) {
    const states = new Map<string, SeenOn["states"][number]>();
    const stateOf = (id: string): SeenOn["states"][number] => {
      if (!found.has(id))
        found.set(id, { seen: { site: facts.site, record: record.id, at, tool: toolOf(facts), states: [] }, unanswered: new Set(), refused: new Set() });
      let state = states.get(id);
      if (state === undefined) {
        state = { state: visit.state, ...(visit.gpc !== undefined && { gpc: visit.gpc }), requests: 0, domains: [], cookies: [], techniques: [] };
        states.set(id, state);
        found.get(id)!.seen.states.push(state);
      }
      return state;
    };
    addParties(visit, holders, stateOf, found);
    addCookies(visit, holders, stateOf);
    for (const { name, hosts } of visit.techniques ?? []) {
      for (const id of new Set(hosts.flatMap((host) => holderOf(holders, host)?.organisations ?? []))) {
        // A site's own script is its own affair, unless its organisation is a third party there as well.
        const state = states.get(id);
        if (state !== undefined && !state.techniques.includes(name)) state.techniques.push(name);
      }
    }
  }
  return found;
}

function addParties(
  visit: Visit,
  holders: ReadonlyMap<string, DomainHolder>,
  stateOf: (id: string) => SeenOn["states"][number],
  found: Map<string, Growing>,
): void {
  for (const party of visit.thirdParties) {
    for (const id of holdersOfParty(party, holders)) {
      const state = stateOf(id);
      state.requests += party.requests;
      if (!state.domains.includes(party.domain)) state.domains.push(party.domain);
      const { unanswered, refused } = found.get(id)!;
      if (visit.state === "unanswered" || party.phase === "before-answer") unanswered.add(party.domain);
      else if (visit.state === "refused") refused.add(party.domain);
    }
  }
}

function addCookies(visit: Visit, holders: ReadonlyMap<string, DomainHolder>, stateOf: (id: string) => SeenOn["states"][number]): void {
  for (const { name, domain, days, thirdParty } of visit.cookies) {
    if (!thirdParty) continue;
    for (const id of holderOf(holders, domain)?.organisations ?? []) {
      const { cookies } = stateOf(id);
      if (!cookies.some((one) => one.name === name && one.domain === domain)) cookies.push({ name, days, domain });
    }
  }
}

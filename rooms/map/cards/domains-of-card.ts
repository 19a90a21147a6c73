/** The domains of one organisation, each with who holds it. */
import type { CompanyCard } from "../card-schema.ts";
import type { CardContext } from "./card.ts";
import { hostOf, registrable } from "../domain.ts";
import { holderOf } from "../join/holders.ts";
import type { OrganisationRecord } from "../join/joined.ts";
import type { Domain } from "../schema.ts";

const ROLES: readonly Domain["role"][] = ["own", "service", "listed"];

/**
 * Own domains first, then those that serve, then those that lists file here. A domain that someone else holds stands there as well, contradicted
 * by the records of the holder.
 */
export function domainsOf(
  id: string,
  rows: readonly OrganisationRecord[],
  own: ReadonlySet<string>,
  { joined, organisationOf }: Pick<CardContext, "joined" | "organisationOf">,
): CompanyCard["domains"] {
  const found = new Map<string, { role: Domain["role"]; records: Set<number> }>();
  const say = (host: string, role: Domain["role"], record: number): void => {
    const one = found.get(host) ?? { role, records: new Set() };
    found.set(host, one);
    if (ROLES.indexOf(role) < ROLES.indexOf(one.role)) one.role = role;
    one.records.add(record);
  };
  for (const { record, facts } of rows) {
    const website = facts.website === undefined ? undefined : hostOf(facts.website);
    if (website !== undefined && own.has(registrable(website))) say(registrable(website), "own", record.id);
    for (const { host, role } of facts.domains) {
      const domain = registrable(host);
      if (role === "own" && !own.has(domain)) continue;
      say(role === "own" || (role === "service" && joined.holders.has(domain)) ? domain : host, role, record.id);
    }
  }
  return [...found]
    .flatMap(([value, { role, records }]) => {
      const holder = holderOf(joined.holders, value);
      if (holder === undefined) return [];
      const holds = holder.organisations.includes(id);
      const others = holder.organisations.filter((other) => other !== id);
      const contradictedBy = holds
        ? holder.contradictedBy.filter(({ organisation }) => organisation !== id)
        : role === "own"
          ? []
          : holder.records.map((record) => ({ record, organisation: organisationOf.get(record)! }));
      return [
        { value, records: [...records].sort((a, b) => a - b), role, holder: holder.why, sharedWith: holds || role === "own" ? others : [], contradictedBy },
      ];
    })
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || (a.value < b.value ? -1 : 1));
}

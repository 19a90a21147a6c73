/** The versions of the vendor list, as the store has them. */
import type { Basis } from "../store/basis.ts";
import type { VendorListVersion } from "./overview.ts";
import type { OrganisationFacts } from "../schema.ts";

/**
 * Versions of a source of organisations, oldest first, each with what it said anew: the store keeps a record only where it changed.
 *
 * @example
 * ```ts
 * changesOf(vendorLists(store.basis));
 * ```
 */
export function vendorLists(basis: Basis, source = "tcf-gvl"): VendorListVersion[] {
  const bySince = Map.groupBy(basis.held(source), ({ since }) => since);
  return basis.imports(source).map(({ id, version, dated, whole, records }) => {
    const said = new Map<string, OrganisationFacts | null>();
    for (const { id: record, key, gone } of bySince.get(id) ?? []) {
      const facts = gone ? null : basis.facts(record);
      if (facts === null || facts.kind === "organisation") said.set(key, facts);
    }
    return { version, dated, whole, vendors: records, said };
  });
}

/** The data categories of TCF (specification 3), in our short names and in DPV's terms. */
import type { DataTerm } from "../schema.ts";

/** Number, our short name, DPV terms. Where DPV has no term as narrow, the narrowest that holds all of it. */
const categories: readonly (readonly [id: number, name: string, terms: readonly string[]])[] = [
  [1, "IP addresses", ["pd:IPAddress"]],
  [2, "Device characteristics", ["pd:DeviceBased"]],
  [3, "Device identifiers", ["pd:UID", "pd:DeviceBased"]],
  [4, "Probabilistic identifiers", ["pd:DigitalFingerprint", "pd:BrowserFingerprint"]],
  [5, "Identifiers from logging in", ["pd:UID"]],
  [6, "Browsing and interaction", ["pd:BrowsingBehaviour", "pd:LinkClicked"]],
  [7, "What you enter yourself", ["dpv:PersonalData"]],
  [8, "Approximate location", ["pd:Location"]],
  [9, "Exact location", ["pd:GPSCoordinate", "pd:CurrentLocation"]],
  [10, "Profiles", ["pd:Profile"]],
  [11, "Privacy choices", ["pd:PrivacyPreference"]],
];

/**
 * A data category of TCF.
 *
 * @param listName the name that the vendor list itself has for it; ours where it has none.
 * @example
 * ```ts
 * tcfData(1, undefined); // { term: { scheme: "tcf", code: "data category 1", name: "IP addresses" }, terms: ["pd:IPAddress"] }
 * ```
 */
export function tcfData(id: number, listName: string | undefined): DataTerm {
  const [, name, terms] = categories.find(([other]) => other === id) ?? [id, `Data category ${id}`, []];
  return { term: { scheme: "tcf", code: `data category ${id}`, name: listName ?? name }, terms: [...terms] };
}

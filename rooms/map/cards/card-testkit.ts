/** Cards that tests make by hand: an organisation of which nothing is known, and a vendor of the TCF of which all is. */
import type { CompanyCard, StoredRecord } from "../card-schema.ts";
import type { Basis, Practice } from "../schema.ts";

export const recordOf = (id: number, more: Partial<StoredRecord> = {}): CompanyCard["records"][number] => ({
  id,
  source: "tcf-gvl",
  key: String(id),
  version: "v1",
  dated: "2026-01-22",
  retrievedAt: "2026-02-01T00:00:00Z",
  predecessor: null,
  current: true,
  gone: null,
  link: { record: id, key: "first", value: "", with: null, corroboratedBy: [], words: "" },
  ...more,
});
export const practiceOf = (code: string, basis: Basis, more: Partial<CompanyCard["practices"][number]> = {}): CompanyCard["practices"][number] => ({
  term: { scheme: "tcf", code, name: code },
  element: code.replace(/ \d+$/, "").replace(" ", "-") as Practice["element"],
  basis,
  purposes: [],
  quote: "",
  record: 1,
  ...more,
});
export const dataOf = (...ids: number[]): CompanyCard["data"] =>
  ids.map((id) => ({ term: { scheme: "tcf", code: `data category ${id}`, name: "" }, terms: [], records: [1] }));
export const emptyCard: CompanyCard = {
  id: "acme",
  name: "Acme",
  names: [],
  country: null,
  sectors: [],
  website: null,
  domains: [],
  identifiers: [],
  contacts: [],
  rights: [],
  ended: [],
  flags: [],
  reach: [],
  practices: [],
  data: [],
  retention: [],
  storage: [],
  notices: [],
  safeguards: [],
  transfers: [],
  purposeMatrix: { columns: [], rows: [] },
  dataMatrix: null,
  seenOn: [],
  cookies: [],
  records: [],
  history: [],
  related: [],
  has: { declarations: false, observations: false, contact: false, contactOnOwnDomain: false },
};
export const cardOf = (more: Partial<CompanyCard>): CompanyCard => ({ ...emptyCard, ...more });
export const vendorOf = (more: Partial<CompanyCard> = {}): CompanyCard =>
  cardOf({
    identifiers: [{ value: { scheme: "tcf", id: "1" }, records: [1] }],
    practices: [practiceOf("purpose 1", "consent"), practiceOf("purpose 2", "legitimate-interest"), practiceOf("feature 1", "unstated")],
    data: dataOf(1, 2),
    retention: [{ value: 90, records: [1] }],
    storage: [{ value: { cookies: true, maxAgeDays: 400, refreshed: true, otherThanCookies: true }, records: [1] }],
    records: [recordOf(1)],
    ...more,
  });

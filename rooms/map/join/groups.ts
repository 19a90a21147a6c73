/** Records that are one before any key is looked at: by an editor's word, or by the word of their source. */
import type { Link } from "../card-schema.ts";
import type { EditorDecision, OrganisationRecord } from "./joined.ts";
import { normaliseName } from "./names.ts";
import { sourceRank } from "./source-order.ts";

/** Record -> record -> publication of the editor who keeps them apart. */
export type Apart = ReadonlyMap<number, ReadonlyMap<number, string>>;

export interface Group {
  /** The first stands for all in what the join says. */
  rows: OrganisationRecord[];
  /** Of all but the first. */
  links: Link[];
}

/** Sources whose entries are services and which name the company of each: entries of the same company are one organisation by their word. */
const NAMES_COMPANIES: ReadonlySet<string> = new Set(["third-party-web"]);

/**
 * Groups records, each record in one group. Of several decisions on a pair the last counts; "different" keeps two records apart also where others
 * would bring them together.
 *
 * @example
 * ```ts
 * groupRecords(records, [{ decision: "same", records: [1, 2], publication: "ab…" }]).groups[0]?.rows.length; // 2
 * ```
 */
export function groupRecords(records: readonly OrganisationRecord[], decisions: readonly EditorDecision[]): { groups: Group[]; apart: Apart } {
  const byId = new Map(records.map((row) => [row.record.id, row]));
  const last = new Map<string, EditorDecision>();
  for (const one of decisions) {
    if (one.records[0] === one.records[1] || !one.records.every((id) => byId.has(id))) continue;
    const pair = [...one.records].sort((a, b) => a - b).join();
    last.delete(pair);
    last.set(pair, one);
  }
  const apart = apartOf(last.values());
  const groupOf = new Map<number, Group>(records.map((row) => [row.record.id, { rows: [row], links: [] }]));
  const merge = (a: number, b: number, linkOf: (from: OrganisationRecord, to: OrganisationRecord) => Link): void => {
    const [one, other] = [groupOf.get(a)!, groupOf.get(b)!];
    if (one === other || one.rows.some((x) => other.rows.some((y) => apart.get(x.record.id)?.has(y.record.id) === true))) return;
    const [first, second] = one.rows[0] === leading(one.rows[0]!, other.rows[0]!) ? [one, other] : [other, one];
    const [to, from] = first === one ? [a, b] : [b, a];
    // The link goes from the group that gives up its first record; that record then speaks for its whole group.
    const link = linkOf(byId.get(from)!, byId.get(to)!);
    const merged: Group = { rows: [...first.rows, ...second.rows], links: [...first.links, { ...link, record: second.rows[0]!.record.id }, ...second.links] };
    for (const { record } of merged.rows) groupOf.set(record.id, merged);
  };
  for (const { decision, records: pair, publication } of last.values()) {
    if (decision === "same") merge(pair[0], pair[1], (_, to) => editorLink(to, publication));
  }
  const companies = new Map<string, OrganisationRecord>();
  for (const row of records) {
    if (!NAMES_COMPANIES.has(row.record.source)) continue;
    const company = `${row.record.source} ${normaliseName(row.facts.name)}`;
    const first = companies.get(company);
    if (first === undefined) companies.set(company, row);
    else merge(first.record.id, row.record.id, (_, to) => companyLink(row, to));
  }
  return { groups: [...new Set(groupOf.values())], apart };
}

/** Who speaks for two: a record with a vendor id, then the more official source, then one with a website, then the older. */
function leading(a: OrganisationRecord, b: OrganisationRecord): OrganisationRecord {
  const rank = ({ record, facts }: OrganisationRecord): number[] => [
    facts.identifiers.some(({ scheme }) => scheme === "tcf") ? 0 : 1,
    sourceRank(record.source),
    facts.website === undefined ? 1 : 0,
    record.id,
  ];
  const [of, over] = [rank(a), rank(b)];
  const at = of.findIndex((value, i) => value !== over[i]);
  return of[at]! < over[at]! ? a : b;
}

function apartOf(decisions: Iterable<EditorDecision>): Apart {
  const apart = new Map<number, Map<number, string>>();
  const part = (a: number, b: number, publication: string): void => {
    if (!apart.has(a)) apart.set(a, new Map());
    apart.get(a)!.set(b, publication);
  };
  for (const { decision, records, publication } of decisions) {
    if (decision === "same") continue;
    part(records[0], records[1], publication);
    part(records[1], records[0], publication);
  }
  return apart;
}

function editorLink(to: OrganisationRecord, publication: string): Link {
  const words = `An editor said that it is the same organisation as “${to.facts.name}” (${to.record.source}), publication ${publication}.`;
  return { record: to.record.id, key: "editor", value: publication, with: to.record.id, corroboratedBy: [], words };
}

function companyLink(row: OrganisationRecord, to: OrganisationRecord): Link {
  const words = `Joined with ${to.record.key}: ${row.record.source} names ${row.facts.name} as the company of both.`;
  return { record: row.record.id, key: "k4-name", value: row.facts.name, with: to.record.id, corroboratedBy: ["one source names the company of both"], words };
}

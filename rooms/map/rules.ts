/** What is declared and what was seen, laid over each other. Unknown is never "not declared". */
import { isWithin, labelOf, tcfFeatures, tcfPurposes, tcfSpecialFeatures, tcfSpecialPurposes } from "@freehold/protocol/vocabulary";
import type { DataMatrix, Mark, PurposeMatrix } from "./card-schema.ts";
import { dataOfTechnique, inferences, type Inference, observableData, type ObservableData, purposeOfCategory, storage } from "./cards/inference.ts";
import type { CookieWords } from "./cards/cookie-words.ts";
import type { Observation } from "./cards/observations.ts";
import type { Basis, DataTerm, Practice } from "./schema.ts";

export type CitedPractice = Practice & { record: number };
export type CitedData = DataTerm & { records: number[] };

/** What speaks for a purpose, over all scans of an organisation. */
export interface ObservedPurpose {
  inference: Inference;
  sites: number;
  unanswered: number;
  refused: number;
  records: number[];
  inferredFrom: string;
}

export interface ObservedData {
  data: ObservableData;
  sites: number;
  records: number[];
}

/** What sources say of the kind of a domain. */
export interface DomainWords {
  category: string;
  source: string;
  record: number;
}

/**
 * The purposes for which observations speak, by the category of the domain and of the cookies. Sorted by id.
 *
 * @example
 * ```ts
 * observedPurposes(observations, () => [{ category: "ad", source: "third-party-web", record: 3 }], () => undefined)[0]?.inference.id; // "dpv:Advertising"
 * ```
 */
export function observedPurposes(
  observations: readonly Observation[],
  wordsOfDomain: (domain: string) => readonly DomainWords[],
  wordsOfCookie: (name: string, domain: string) => CookieWords | undefined,
): ObservedPurpose[] {
  const found = new Map<
    string,
    { inference: Inference; sites: Set<string>; unanswered: Set<string>; refused: Set<string>; records: Set<number>; from: Set<string> }
  >();
  const speak = (inference: Inference, observation: Observation, domain: string, from: string, record?: number): void => {
    const one = found.get(inference.id) ?? { inference, sites: new Set(), unanswered: new Set(), refused: new Set(), records: new Set(), from: new Set() };
    found.set(inference.id, one);
    const { seen, unanswered, refused } = observation;
    one.sites.add(seen.site);
    if (unanswered.has(domain)) one.unanswered.add(seen.site);
    if (refused.has(domain)) one.refused.add(seen.site);
    one.records.add(seen.record);
    if (record !== undefined) one.records.add(record);
    one.from.add(from);
  };
  for (const observation of observations) {
    for (const state of observation.seen.states) {
      for (const domain of state.domains) {
        for (const { category, source, record } of wordsOfDomain(domain)) {
          const purpose = inferences[purposeOfCategory[category] ?? ""];
          if (purpose !== undefined) speak(purpose, observation, domain, `${domain} is filed under “${category}” by ${source}`, record);
        }
      }
      for (const { name, domain } of state.cookies) {
        speak(storage, observation, domain, `cookies of ${domain}`);
        const words = wordsOfCookie(name, domain);
        for (const purpose of words?.purposes ?? []) {
          if (inferences[purpose] !== undefined)
            speak(inferences[purpose], observation, domain, `the cookie ${name} is filed under “${words!.category}”`, words!.record);
        }
      }
    }
  }
  return [...found.values()]
    .map(({ inference, sites, unanswered, refused, records, from }) => ({
      inference,
      sites: sites.size,
      unanswered: unanswered.size,
      refused: refused.size,
      records: [...records].sort((a, b) => a - b),
      inferredFrom: [...from].sort().slice(0, 4).join("; "),
    }))
    .sort((a, b) => (a.inference.id < b.inference.id ? -1 : 1));
}

/** The data that observations show to have been had. */
export function observedData(observations: readonly Observation[]): ObservedData[] {
  const found = new Map<ObservableData["id"], { sites: Set<string>; records: Set<number> }>();
  const speak = (id: ObservableData["id"], { seen }: Observation): void => {
    const one = found.get(id) ?? { sites: new Set(), records: new Set() };
    found.set(id, one);
    one.sites.add(seen.site);
    one.records.add(seen.record);
  };
  for (const observation of observations) {
    for (const { domains, cookies, techniques } of observation.seen.states) {
      if (domains.length > 0) speak("contact", observation);
      // A cookie that ends with the visit recognises nobody afterwards.
      if (cookies.some(({ days }) => days !== null)) speak("cookie", observation);
      for (const technique of techniques) if (dataOfTechnique[technique] !== undefined) speak(dataOfTechnique[technique], observation);
    }
  }
  return [...found]
    .map(([id, { sites, records }]) => ({ data: observableData[id], sites: sites.size, records: [...records].sort((a, b) => a - b) }))
    .sort((a, b) => a.data.tcf - b.data.tcf);
}

const COLUMNS: readonly Basis[] = ["consent", "legitimate-interest", "contract", "legal-obligation", "public-task", "vital-interests", "unstated"];
const NAMES = { purpose: tcfPurposes, "special-purpose": tcfSpecialPurposes, feature: tcfFeatures, "special-feature": tcfSpecialFeatures };
const ELEMENTS: readonly Practice["element"][] = ["purpose", "special-purpose", "feature", "special-feature"];

type Row = PurposeMatrix["rows"][number];

/**
 * Purposes in rows, grounds in columns, beside them what was seen. A seen purpose marks the declared rows within it as `both`; only where none
 * of them nor of their neighbours is declared it has a row of its own, `observed-not-declared` where the declarations could have named it, else `observed`.
 *
 * @param observed null where the organisation was not observed at all.
 * @example
 * ```ts
 * purposeMatrix(practices, null).rows[0]?.mark; // "declared"
 * ```
 */
export function purposeMatrix(practices: readonly CitedPractice[], observed: readonly ObservedPurpose[] | null): PurposeMatrix {
  const declared = new Map<string, { row: Row; indexes: number[] }>();
  for (const [index, practice] of practices.entries()) {
    for (const [id, name] of rowsOf(practice)) {
      const found = declared.get(id) ?? { row: { id, name, element: practice.element, cells: [], observed: null, mark: "declared" }, indexes: [] };
      declared.set(id, found);
      if (!found.indexes.includes(index)) found.indexes.push(index);
    }
  }
  const columns = COLUMNS.filter((basis) => practices.some((practice) => practice.basis === basis));
  const rows: Row[] = [];
  for (const { row, indexes } of declared.values()) {
    const cells = columns.map((basis) => {
      const inColumn = indexes.filter((index) => practices[index]!.basis === basis);
      return { declared: inColumn, flexible: inColumn.some((index) => practices[index]!.flexible === true) };
    });
    const speaking = (observed ?? []).filter(({ inference }) => speaksFor(inference, row));
    rows.push({ ...row, cells, observed: observed === null ? null : together(speaking), mark: speaking.length > 0 ? "both" : "declared" });
  }
  for (const one of observed ?? []) {
    if (rows.some((row) => row.mark === "both" && speaksFor(one.inference, row))) continue;
    // A vendor list has a word for keeping things on a device; of others the cookies themselves speak.
    const byTcf = practices.some(({ term }) => term.scheme === "tcf");
    if (one.inference === storage && !byTcf) continue;
    const cells = columns.map(() => ({ declared: [], flexible: false }));
    rows.push({
      id: one.inference.id,
      name: one.inference.name,
      element: "purpose",
      cells,
      observed: together([one]),
      mark: couldHaveSaid(one.inference, practices) ? "observed-not-declared" : "observed",
    });
  }
  return { columns, rows: rows.sort(byElement) };
}

function rowsOf({ term, element, purposes }: CitedPractice): [id: string, name: string][] {
  const number = term.scheme === "tcf" ? /\d+$/.exec(term.code)?.[0] : undefined;
  if (number !== undefined) return [[`tcf:${element.replace("-", " ")} ${number}`, NAMES[element].find(({ id }) => String(id) === number)?.name ?? term.name]];
  if (purposes.length > 0) return purposes.map((purpose) => [purpose, labelOf(purpose)]);
  return [[`${term.scheme}:${term.code}`, term.name]];
}

/** Whether what was seen lies in the same field as a declared row. */
function speaksFor({ id, tcf, special }: Inference, row: Row): boolean {
  const number = /^tcf:(purpose|special purpose) (\d+)$/.exec(row.id);
  if (number !== null) return (number[1] === "purpose" ? tcf : special).includes(Number(number[2]));
  return row.element === "purpose" && (isWithin(row.id, id) || isWithin(id, row.id));
}

/** A declaration is silent only of what it has words for, and has left out all that is near. */
function couldHaveSaid({ tcf, near, special }: Inference, practices: readonly CitedPractice[]): boolean {
  const beside = new Set(near.map((number) => `purpose ${number}`));
  if (practices.some(({ term, element }) => term.scheme === "tcf" && element === "purpose" && beside.has(`purpose ${/\d+$/.exec(term.code)?.[0]}`)))
    return false;
  const own = practices.some(({ term, element }) => term.scheme !== "tcf" && element === "purpose");
  const vendorList = practices.some(({ term, element }) => term.scheme === "tcf" && (element === "purpose" || element === "special-purpose"));
  // Prebid's metadata has purposes and no special purposes: silence on these is no statement.
  const specials = practices.some(({ term, element }) => term.scheme === "tcf" && element === "special-purpose");
  return own || (vendorList && tcf.length > 0) || (specials && special.length > 0);
}

function together(speaking: readonly ObservedPurpose[]): NonNullable<Row["observed"]> {
  const records = [...new Set(speaking.flatMap((one) => one.records))].sort((a, b) => a - b);
  // Of several purposes the sites overlap; the highest count is what is certain.
  const most = (of: (one: ObservedPurpose) => number): number => Math.max(0, ...speaking.map(of));
  return {
    sites: most((one) => one.sites),
    unanswered: most((one) => one.unanswered),
    refused: most((one) => one.refused),
    records,
    inferredFrom: speaking.map((one) => one.inferredFrom).join("; "),
  };
}

function byElement(a: Row, b: Row): number {
  const tcf = (row: Row): number => (row.id.startsWith("tcf:") ? 0 : 1);
  const number = (row: Row): number => Number(/\d+$/.exec(row.id)?.[0] ?? 0);
  return tcf(a) - tcf(b) || ELEMENTS.indexOf(a.element) - ELEMENTS.indexOf(b.element) || number(a) - number(b) || (a.id < b.id ? -1 : 1);
}

/**
 * Purposes in rows, data in columns: one row for all purposes with what was seen, and one for each purpose of which a source says the data.
 * Null where nothing is declared and nothing was seen.
 *
 * @param stated whether some source has a list of data at all; only then silence means "not declared".
 */
export function dataMatrix(
  practices: readonly CitedPractice[],
  data: readonly CitedData[],
  stated: boolean,
  observed: readonly ObservedData[],
): DataMatrix | null {
  const declared = new Map<string, { name: string; terms: readonly string[]; tcf: number; records: Set<number> }>();
  const declare = ({ term, terms }: DataTerm, records: readonly number[]): void => {
    const id = columnOf(term);
    const tcf = term.scheme === "tcf" ? Number(/\d+$/.exec(term.code)?.[0] ?? 0) : 0;
    const one = declared.get(id) ?? { name: term.name, terms, tcf, records: new Set() };
    declared.set(id, one);
    for (const record of records) one.records.add(record);
  };
  for (const one of data) declare(one, one.records);
  for (const { data: ofPurpose, record } of practices) for (const one of ofPurpose ?? []) declare(one, [record]);
  const columns = [...declared].map(([id, { name }]) => ({ id, name }));
  const seen = new Map<string, ObservedData>();
  for (const one of observed) {
    const hits = [...declared].filter(([, { tcf, terms }]) =>
      tcf > 0 ? tcf === one.data.tcf : terms.some((term) => isWithin(one.data.term, term) || isWithin(term, one.data.term)),
    );
    for (const [id] of hits) seen.set(id, one);
    if (hits.length > 0) continue;
    columns.push({ id: one.data.term, name: one.data.name });
    seen.set(one.data.term, one);
  }
  if (columns.length === 0) return null;
  columns.sort((a, b) => (declared.get(a.id)?.tcf || 99) - (declared.get(b.id)?.tcf || 99) || (a.id < b.id ? -1 : 1));
  const all = columns.map(({ id }) => {
    const [said, saw] = [declared.get(id), seen.get(id)];
    const mark: Mark = said === undefined ? (stated ? "observed-not-declared" : "observed") : saw === undefined ? "declared" : "both";
    const records = [...(said?.records ?? []), ...(saw?.records ?? [])].sort((a, b) => a - b);
    return { mark, records, ...(saw !== undefined && { words: `Seen on ${saw.sites} ${saw.sites === 1 ? "site" : "sites"}: ${saw.data.words}.` }) };
  });
  const rows: DataMatrix["rows"] = [{ id: "all", name: "All purposes", cells: all }];
  for (const practice of practices) {
    if (practice.data === undefined) continue;
    const ids = new Set(practice.data.map(({ term }) => columnOf(term)));
    for (const [id, name] of rowsOf(practice)) {
      const row = rows.find((one) => one.id === id) ?? { id, name, cells: columns.map(() => ({ mark: "none" as Mark, records: [] as number[] })) };
      if (!rows.includes(row)) rows.push(row);
      for (const [i, column] of columns.entries()) {
        if (!ids.has(column.id)) continue;
        row.cells[i] = { mark: "declared", records: [...new Set([...row.cells[i]!.records, practice.record])] };
      }
    }
  }
  return { columns, rows };
}

function columnOf({ scheme, code }: DataTerm["term"]): string {
  return `${scheme}:${code}`;
}

/** Figures over all organisations, and over the versions of the vendor list. Pure; vendor-lists.ts reads the versions from the store. */
import { csvTable } from "../export.ts";
import type { Cell } from "../export.ts";
import { declaredIds } from "../overview-schema.ts";
import type { BandCounts, DeclaredId, GroundMove, Overview, OverviewTable, SignalDistribution, VersionChanges, VersionDeclares } from "../overview-schema.ts";
import type { Declared, OrganisationFacts } from "../schema.ts";
import { indicatorIds } from "../signals-schema.ts";
import type { Method, Signals } from "../signals-schema.ts";

/** What a version of the vendor list says anew. */
export interface VendorListVersion {
  version: string;
  dated: string | null;
  /** It is all of the list. */
  whole: boolean;
  /** Vendors in it. */
  vendors: number;
  /** Vendors that it says something else of than the version before, by id; null where it dropped one. Others may stand there too. */
  said: ReadonlyMap<string, OrganisationFacts | null>;
}

/**
 * Distributions of the answers and bands. Organisations to which an indicator does not apply are in none of its figures.
 *
 * @param all the signals of each organisation, in any order; they are not kept, so a whole map can be read as one goes.
 * @example
 * ```ts
 * distributionsOf(cards.map((card) => ({ id: card.id, signals: signalsOf(card, context) })), firstMethod).signals[0]; // { id: "choice", applies: 780, … }
 * ```
 */
export function distributionsOf(all: Iterable<{ id: string; signals: Signals }>, method: Method): Distributions {
  const tally = tallyOf(method);
  for (const one of all) tally.add(one);
  return tally.result();
}

type Distributions = Pick<Overview, "organisations" | "signals" | "bands" | "example">;

/** Counts the signals of one organisation after the other, for those who go through all of them anyway. */
export function tallyOf({ bands }: Method): { add(one: { id: string; signals: Signals }): void; result(): Distributions } {
  const scores = indicatorIds.map((): number[] => []);
  const applies = indicatorIds.map(() => 0);
  const found: BandCounts = { counts: Array.from({ length: bands.length + 1 }, () => 0), none: 0 };
  let organisations = 0;
  let example = "";
  let most = 0;
  return {
    add({ id, signals: { answers, band } }) {
      organisations += 1;
      const known = band === null ? 0 : answers.filter((answer) => answer.score !== null && answer.weight > 0).length;
      if (known > most || (known > 0 && known === most && id < example)) [example, most] = [id, known];
      if (band === null) found.none += 1;
      else found.counts[band.at]! += 1;
      for (const [i, answer] of answers.entries()) {
        if (!answer.applies) continue;
        applies[i]! += 1;
        if (answer.score !== null) scores[i]!.push(answer.score);
      }
    },
    result: () => ({
      organisations,
      signals: indicatorIds.map((id, i) => ({ id, applies: applies[i]!, ...spread(scores[i]!) })),
      bands: found,
      example: most === 0 ? null : example,
    }),
  };
}

function spread(scores: readonly number[]): Omit<SignalDistribution, "id" | "applies"> {
  const parts = Array.from({ length: 10 }, () => 0);
  for (const score of scores) parts[Math.min(9, Math.floor(score / 10))]! += 1;
  return {
    answered: scores.length,
    parts,
    deciles: scores.length < 10 ? null : decilesOf(scores),
    mean: scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length,
  };
}

/** The nine deciles, between neighbours by their distance (R. Hyndman and Y. Fan, Sample Quantiles, 1996, type 7). */
export function decilesOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from({ length: 9 }, (_, i) => {
    const place = ((i + 1) / 10) * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return below + (place - Math.floor(place)) * (above - below);
  });
}

/**
 * What changed from version to version, and how many declare what in each whole version.
 *
 * @param versions oldest first.
 * @param organisationOf the organisation of a vendor id.
 * @example
 * ```ts
 * changesOf(vendorLists(store.basis)).versions.at(-1)?.changed; // 154
 * ```
 */
export function changesOf(
  versions: readonly VendorListVersion[],
  organisationOf: (vendor: string) => string | null = () => null,
): Pick<Overview, "versions" | "declares" | "moves"> {
  const state = new Map<string, OrganisationFacts>();
  const out: Pick<Overview, "versions" | "declares" | "moves"> = { versions: [], declares: [], moves: [] };
  for (const [i, one] of versions.entries()) {
    out.versions.push(
      i === 0
        ? { ...unchanged(one), joined: 0 }
        : changesIn(one, state, (move) => out.moves.push({ ...move, before: versions[i - 1]!.version, organisation: organisationOf(move.vendor) })),
    );
    for (const [key, facts] of one.said) {
      if (facts === null) state.delete(key);
      else state.set(key, facts);
    }
    // Of an extract it is not known who of the others was in the list on that day.
    if (one.whole) out.declares.push(declaresIn(one, state.values()));
  }
  return out;
}

function unchanged({ version, dated, whole, vendors }: VendorListVersion): VersionChanges {
  const zero = {
    joined: 0,
    left: 0,
    compared: 0,
    changed: 0,
    purposes: 0,
    data: 0,
    storage: 0,
    retention: 0,
    features: 0,
    droppedInterest: 0,
    tookUpInterest: 0,
  };
  return { version, dated, extract: !whole, vendors, ...zero };
}

type Found = Omit<GroundMove, "before" | "organisation">;

function changesIn(one: VendorListVersion, state: ReadonlyMap<string, OrganisationFacts>, moved: (move: Found) => void): VersionChanges {
  const out = unchanged(one);
  // Who is in it and is not named has changed nothing; those marked as deleted before are not compared.
  let silent = one.vendors;
  let endedSilently = 0;
  if (one.whole) for (const [key, facts] of state) if (facts.ended !== undefined && !one.said.has(key)) endedSilently += 1;
  for (const [key, facts] of one.said) {
    const before = state.get(key);
    if (facts !== null) silent -= 1;
    if (facts === null || (facts.ended !== undefined && before?.ended === undefined)) {
      if (before !== undefined && before.ended === undefined) out.left += 1;
    } else if (facts.ended !== undefined) continue;
    else if (before === undefined || before.ended !== undefined) out.joined += 1;
    else {
      out.compared += 1;
      const change = changeOf(before.declared, facts.declared);
      for (const part of PARTS) if (change[part]) out[part] += 1;
      // Features are apart: the framework itself has added some, and then all vendors follow.
      if (PARTS.some((part) => part !== "features" && change[part])) out.changed += 1;
      const [had, has] = [groundsOf(before.declared), groundsOf(facts.declared)];
      if ([...had.interest].some((purpose) => !has.interest.has(purpose))) out.droppedInterest += 1;
      if ([...has.interest].some((purpose) => !had.interest.has(purpose))) out.tookUpInterest += 1;
      const say = (purpose: number, to: Found["to"]): void => moved({ vendor: key, name: facts.name, purpose, to, after: one.version, dated: one.dated });
      for (const purpose of had.interest) if (has.consent.has(purpose) && !has.interest.has(purpose)) say(purpose, "consent");
      for (const purpose of had.consent) if (has.interest.has(purpose) && !has.consent.has(purpose)) say(purpose, "legitimate-interest");
    }
  }
  return { ...out, compared: out.compared + Math.max(0, silent - endedSilently) };
}

const PARTS = ["purposes", "data", "storage", "retention", "features"] as const;

function changeOf(before: Declared | undefined, after: Declared | undefined): Record<(typeof PARTS)[number], boolean> {
  const differs = (of: (declared: Declared | undefined) => unknown): boolean => JSON.stringify(of(before)) !== JSON.stringify(of(after));
  const codes = (keep: (element: string) => boolean) => (declared: Declared | undefined) =>
    (declared?.practices ?? []).flatMap(({ element, term, basis, flexible }) => (keep(element) ? [`${term.code} ${basis} ${flexible === true}`] : [])).sort();
  return {
    purposes: differs(codes((element) => element === "purpose")),
    features: differs(codes((element) => element !== "purpose")),
    data: differs((declared) => (declared?.data ?? []).map(({ term }) => term.code).sort()),
    storage: differs((declared) => [declared?.storage?.cookies === false ? null : declared?.storage?.maxAgeDays]),
    retention: differs((declared) => [
      declared?.retentionDays,
      ...(declared?.practices ?? []).flatMap(({ term, retentionDays }) => (retentionDays === undefined ? [] : [`${term.code} ${retentionDays}`])).sort(),
    ]),
  };
}

function groundsOf(declared: Declared | undefined): { consent: Set<number>; interest: Set<number> } {
  const on = (ground: string): Set<number> =>
    new Set(
      (declared?.practices ?? []).flatMap(({ element, basis, term }) =>
        element === "purpose" && basis === ground ? [Number(/\d+$/.exec(term.code)?.[0])] : [],
      ),
    );
  return { consent: on("consent"), interest: on("legitimate-interest") };
}

/** How many of some vendors declare what; those marked as deleted are left out. */
export function declaresIn({ version, dated }: Pick<VendorListVersion, "version" | "dated">, vendors: Iterable<OrganisationFacts>): VersionDeclares {
  const counts = Object.fromEntries(declaredIds.map((id) => [id, 0])) as Record<DeclaredId, number>;
  let active = 0;
  for (const { declared, ended } of vendors) {
    if (ended !== undefined) continue;
    active += 1;
    const { interest } = groundsOf(declared);
    const standard = declared?.retentionDays;
    const longest = Math.max(standard ?? 0, ...(declared?.practices ?? []).map(({ retentionDays }) => retentionDays ?? 0));
    const says: Record<DeclaredId, boolean> = {
      interest: interest.size > 0,
      "interest-2": interest.has(2),
      "interest-7": interest.has(7),
      "interest-10": interest.has(10),
      location: declared?.practices.some(({ term }) => term.code === "special feature 1") === true,
      "retention-12": longest > 365,
      "storage-13": (declared?.storage?.maxAgeDays ?? 0) > 396,
      "retention-unstated": standard == null,
    };
    for (const id of declaredIds) if (says[id]) counts[id] += 1;
  }
  return { version, dated, active, counts };
}

/**
 * One table of an overview as CSV; an empty cell is "not known".
 *
 * @example
 * ```ts
 * overviewCsv(overview, "moves").split("\r\n")[0]; // "vendor,name,organisation,purpose,to,before,after,dated"
 * ```
 */
export function overviewCsv(overview: Overview, table: OverviewTable): string {
  const [header, rows] = TABLES[table](overview);
  return csvTable(header, rows);
}

type Columns = readonly [header: string[], rows: Cell[][]];
const rounded = (value: number | null): number | null => value && Math.round(100 * value) / 100;
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const TABLES: Record<OverviewTable, (overview: Overview) => Columns> = {
  signals: ({ signals }) => [
    ["indicator", "applies", "answered", "not_known", "mean", ...range(9).map((i) => `decile_${i + 1}`), ...range(10).map((i) => `from_${10 * i}`)],
    signals.map(({ id, applies, answered, mean, deciles, parts }) => [
      id,
      applies,
      answered,
      applies - answered,
      rounded(mean),
      ...range(9).map((i) => rounded(deciles?.[i] ?? null)),
      ...parts,
    ]),
  ],
  bands: ({ bands }) => [
    ["band", "organisations"],
    [...bands.counts.map((count, i): Cell[] => [i + 1, count]), ["none", bands.none]],
  ],
  versions: ({ versions }) => {
    const columns = Object.keys(versions[0] ?? {}) as (keyof VersionChanges)[];
    return [columns.map(snake), versions.map((row, i) => columns.map((column) => (i === 0 && COMPARED.has(column) ? null : row[column])))];
  },
  declares: ({ declares }) => [
    ["version", "dated", "active", ...declaredIds.map(snake)],
    declares.map(({ version, dated, active, counts }) => [version, dated, active, ...declaredIds.map((id) => counts[id])]),
  ],
  moves: ({ moves }) => {
    const columns = ["vendor", "name", "organisation", "purpose", "to", "before", "after", "dated"] as const;
    return [[...columns], moves.map((move) => columns.map((column) => move[column]))];
  },
};

/** What the first version that was read has nothing to be compared with. */
const COMPARED: ReadonlySet<string> = new Set([...PARTS, "joined", "left", "compared", "changed", "droppedInterest", "tookUpInterest"]);

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll("-", "_");
}

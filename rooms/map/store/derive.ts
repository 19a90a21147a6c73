/** Makes everything that is derived anew from the basis: joins records, makes cards, and writes them in place of what was there. */
import type { Authority } from "./answers.ts";
import type { CompanyRow, MapFigures, SourceRow, StoredRecord } from "../card-schema.ts";
import { makeCards } from "../cards/card.ts";
import type { Summary } from "./derived.ts";
import { joinRecords } from "../join/join.ts";
import type { EditorDecision, MapRecords, OrganisationRecord } from "../join/joined.ts";
import { makeFigures, makeRow } from "../cards/rows.ts";
import { exposuresOf } from "../signals/exposure.ts";
import { noticesOf } from "../signals/notices.ts";
import { changesOf, tallyOf } from "../signals/overview.ts";
import { signalContext, signalsOf } from "../signals/signals.ts";
import { makeSiteCards } from "../cards/sites.ts";
import type { MapStore } from "../store.ts";
import { vendorLists } from "../signals/vendor-lists.ts";

/** Hears what is being done, and the share of it that is done. */
export type Report = (share: number, words: string) => void;

/** The number of the rules: one more whenever they would make something else of the same basis. A map that was made by others is made anew. */
const DERIVATION = 2;

/** Derives again where the rules have changed since. Returns whether they had. */
export function deriveIfOutdated(store: MapStore, options: { today: string; report?: Report }): boolean {
  if (store.derived.by() === DERIVATION || store.basis.sources().length === 0) return false;
  store.transaction(() => derive(store, options));
  return true;
}

/**
 * To be called inside a transaction. The same basis and day give the same tables, byte for byte.
 *
 * @param options.today `YYYY-MM-DD`: what is older than a year is stale.
 * @example
 * ```ts
 * store.transaction(() => derive(store, { today: "2026-11-23" }));
 * ```
 */
export function derive(store: MapStore, { today, report = () => {} }: { today: string; report?: Report }): void {
  report(0, "joining records");
  const { records, current, authorities } = gather(store, today);
  const joined = joinRecords({ records: records.organisations, decisions: decisionsOf(store, current) });
  report(0, "making cards");
  const method = store.derived.method();
  const tally = tallyOf(method);
  const context = signalContext(method, {
    exposure: exposuresOf(
      records.sites.map(({ record, facts }) => ({ ...facts, record: record.id })),
      method.trackers,
    ),
    noticeChanges: noticesOf(records.organisations, method.noticeYears, today),
  });
  function* withSignals() {
    for (const card of makeCards(records, joined)) {
      const signals = signalsOf(card, context);
      tally.add({ id: card.id, signals });
      yield { card: { ...card, signals }, row: makeRow(card, today) };
    }
  }
  store.derived.write(
    {
      cards: withSignals(),
      total: joined.organisations.length,
      sites: makeSiteCards(records, joined),
      aliases: joined.aliases,
      holders: joined.holders,
      summary: (rows, sites) => ({
        ...summaryOf(store, { rows, current, authorities, figures: makeFigures(rows, current, sites) }),
        overview: { method: method.version, ...tally.result(), ...changesOf(vendorLists(store.basis), vendorsOf(joined, records)) },
      }),
    },
    DERIVATION,
    (share) => report(share, "making cards"),
  );
  report(1, "made cards");
}

/** The organisation of a vendor id of the list. */
function vendorsOf(joined: ReturnType<typeof joinRecords>, { organisations }: MapRecords): (vendor: string) => string | null {
  const vendorOf = new Map(
    organisations.flatMap(({ record, facts }) => facts.identifiers.filter(({ scheme }) => scheme === "tcf").map(({ id }) => [record.id, id] as const)),
  );
  const found = new Map<string, string>();
  for (const { id, members } of joined.organisations) {
    for (const { record } of members) {
      const vendor = vendorOf.get(record);
      if (vendor !== undefined) found.set(vendor, id);
    }
  }
  return (vendor) => found.get(vendor) ?? null;
}

/** The records by kind, the current ones and the earlier. */
function gather(store: MapStore, today: string): { records: MapRecords; current: StoredRecord[]; authorities: Authority[] } {
  const [organisations, earlier]: OrganisationRecord[][] = [[], []];
  const [scans, sites, cookies]: [MapRecords["scans"][number][], MapRecords["sites"][number][], MapRecords["cookies"][number][]] = [[], [], []];
  const current: StoredRecord[] = [];
  const authorities: Authority[] = [];
  /** By source and key: what was read first, whatever version it was. Ids of organisations come from it. */
  const firsts = new Map<string, { id: number; name: string }>();
  for (const { record, facts } of store.basis.all()) {
    if (record.current) current.push(record);
    if (facts.kind === "organisation") {
      const name = `${record.source}\n${record.key}`;
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, { id: record.id, name: facts.name });
      (record.current ? organisations : earlier)!.push({ record, facts, ...(first && { first }) });
    } else if (!record.current) continue;
    else if (facts.kind === "scan") scans.push({ record, facts });
    else if (facts.kind === "site") sites.push({ record, facts });
    else if (facts.kind === "cookie") cookies.push({ record, facts });
    else authorities.push({ record: record.id, source: record.source, facts });
  }
  return { records: { organisations: organisations!, earlier: earlier!, scans, sites, cookies, today }, current, authorities };
}

/** Decisions name records by hash, in any version; what is joined are the current ones. */
function decisionsOf(store: MapStore, current: readonly StoredRecord[]): EditorDecision[] {
  const decisions = store.basis.decisions();
  if (decisions.length === 0) return [];
  const byName = new Map(current.map((record) => [`${record.source}\n${record.key}`, record.id]));
  const currentOf = (sha256: string): number | undefined => {
    const id = store.basis.recordId(Buffer.from(sha256, "hex"));
    if (id == null) return undefined;
    const { source, key } = store.basis.place(id);
    return byName.get(`${source}\n${key}`);
  };
  return decisions.flatMap(({ decision, records, publication }) => {
    const [a, b] = records.map(currentOf);
    return a === undefined || b === undefined ? [] : [{ decision, records: [a, b] as [number, number], publication }];
  });
}

interface Made {
  rows: readonly { row: CompanyRow }[];
  current: readonly StoredRecord[];
  authorities: Authority[];
  figures: MapFigures;
}

function summaryOf(store: MapStore, { rows, current, authorities, figures }: Made): Omit<Summary, "overview"> {
  const counted = (values: Iterable<string>): [string, number][] => [...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]);
  const frequent = (a: [string, number], b: [string, number]) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
  const perSource = new Map(counted(current.map(({ source }) => source)));
  const alone = new Map(counted(rows.flatMap(({ row: { sources } }) => (sources.length === 1 ? sources : []))));
  const sources = store.basis.sources().map(({ source: { id }, removed }): SourceRow => ({
    source: id,
    imports:
      removed !== null
        ? []
        : store.basis
            .imports(id)
            .map(({ version, dated, retrievedAt, records, changed, counts }) => ({ version, dated, retrievedAt, records, changed, counts })),
    current: perSource.get(id) ?? 0,
    onlyHere: alone.get(id) ?? 0,
    removed,
  }));
  return {
    figures,
    choices: {
      countries: counted(rows.flatMap(({ row }) => row.country ?? [])).sort(frequent),
      sectors: counted(rows.flatMap(({ row }) => row.sectors)).sort(frequent),
      sources: counted(rows.flatMap(({ row }) => row.sources)).sort(frequent),
    },
    sources,
    authorities,
  };
}

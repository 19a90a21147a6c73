/** What pages and other rooms ask of the map: reading only, from what was derived. The SQL of it; searching is in company-search.ts. */
import type { DatabaseSync } from "node:sqlite";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import type { CompanyCard, CompanyRow, DomainHolder, MapFigures, SiteCard, SourceRow } from "../card-schema.ts";
import { companySearchOver } from "./company-search.ts";
import { registrable } from "../domain.ts";
import type { Overview } from "../overview-schema.ts";
import { unpack } from "./packed.ts";
import type { AuthorityFacts, Source } from "../schema.ts";
import type { CompaniesPage, RecordPlace } from "../views/props.ts";

/** An organisation, as others name it. */
export interface Named {
  id: string;
  name: string;
}

export interface Authority {
  record: number;
  source: string;
  facts: AuthorityFacts;
}

/** A record as it is served (spec/practice.md): with its salt, or why there is none. */
export type ServedRecord = { salt: string; record: JsonValue } | { withheld: string };

/** What a publication of the map's is about. */
export type PublicationSubject =
  | { type: "practice"; record: string; source: string; withheld: string | null }
  | { type: "join"; decision: "same" | "different"; records: [string, string]; reason: string };

export type Answers = ReturnType<typeof answersOver>;

/** Before anything was derived. */
const NO_FIGURES: MapFigures = {
  organisations: 0,
  withDeclarations: 0,
  withObservations: 0,
  withBoth: 0,
  withNeither: 0,
  withoutContact: 0,
  withoutContactOnOwnDomain: 0,
  sites: 0,
  records: 0,
  sources: 0,
  newest: null,
  oldest: null,
  stale: 0,
};

export function answersOver(db: DatabaseSync) {
  const sql = (text: string) => db.prepare(text);
  const getVersion = sql("SELECT data_version AS version FROM state");
  const getDerived = sql("SELECT value FROM derived WHERE name = ?");
  const getCard = sql("SELECT card FROM card WHERE n = (SELECT n FROM organisation WHERE id = ?)");
  const getAlias = sql("SELECT organisation FROM alias WHERE id = ?");
  const getListing = sql("SELECT listing FROM organisation WHERE id = ?");
  const getDomain = sql("SELECT holder FROM domain WHERE domain = ?");
  const getIdentifier = sql("SELECT organisation FROM identifier WHERE scheme = ? AND id = ?");
  const getSite = sql("SELECT card FROM site WHERE site = ?");
  const getPlace = sql("SELECT sha256, salt, publication, log_index FROM record WHERE id = ?");
  const getRecord = sql("SELECT raw, salt, withheld FROM record WHERE sha256 = ?");
  const dataVersion = () => getVersion.get()!["version"] as number;

  /** What is read at once and stays until the map changes, in this process or another. */
  const kept = new Map<string, unknown>();
  let keptOf = -1;
  const keep = <T>(name: string, make: () => T): T => {
    const version = dataVersion();
    if (version !== keptOf) kept.clear();
    keptOf = version;
    if (!kept.has(name)) kept.set(name, make());
    return kept.get(name) as T;
  };
  const derived = <T>(name: string, otherwise: T): T =>
    keep(name, () => {
      const row = getDerived.get(name);
      return row === undefined ? otherwise : (JSON.parse(row["value"] as string) as T);
    });
  const row = (id: string): CompanyRow | undefined => {
    const found = getListing.get(id);
    return found && (JSON.parse(found["listing"] as string) as CompanyRow);
  };
  const named = (ids: readonly string[]): Named[] => ids.flatMap((id) => row(id) ?? []).map(({ id, name }) => ({ id, name }));

  return {
    /** Grows with every change of what is answered here: the ETag of all answers. */
    dataVersion,
    /** The card of an organisation; undefined where there is none under this id (see `alias`). */
    card(id: string): CompanyCard | undefined {
      const found = getCard.get(id);
      return found && (JSON.parse(unpack(found["card"])) as CompanyCard);
    },
    /** The id that an organisation has, of one that it would have had: where to redirect to. */
    alias: (id: string): string | undefined => getAlias.get(id)?.["organisation"] as string | undefined,
    row,
    ...companySearchOver(db, dataVersion),
    /** All rows, by name. Parsed anew: keep what is made of them by `dataVersion`. */
    allRows: (): CompanyRow[] =>
      sql("SELECT listing FROM organisation ORDER BY n")
        .all()
        .map((one) => JSON.parse(one["listing"] as string) as CompanyRow),
    /** All cards, by name, one at a time. */
    *cards(): Generator<CompanyCard> {
      for (const one of sql("SELECT card FROM card ORDER BY n").iterate()) yield JSON.parse(unpack(one["card"])) as CompanyCard;
    },
    figures: (): MapFigures => derived("figures", NO_FIGURES),
    choices: (): CompaniesPage["choices"] => derived("choices", { countries: [], sectors: [], sources: [] }),
    /** Figures of signals and of the vendor list; null before anything was derived. */
    overview: (): Overview | null => derived("overview", null),
    sourceRows: (): SourceRow[] => derived("sources", []),
    authorities: (): Authority[] => derived("authorities", []),
    /** Descriptions of all sources that were ever read, by id. */
    descriptions: (): { [id: string]: Source } =>
      keep("descriptions", () =>
        Object.fromEntries(
          sql("SELECT id, description FROM source ORDER BY id")
            .all()
            .map((one) => [one["id"], JSON.parse(one["description"] as string)]),
        ),
      ) as { [id: string]: Source },

    site(site: string): SiteCard | undefined {
      const found = getSite.get(site);
      return found && (JSON.parse(unpack(found["card"])) as SiteCard);
    },
    /** Sites of which there is a scan, the last first. */
    sites: (): { site: string; at: string; thirdParties: number }[] =>
      keep("sites", () => sql("SELECT site, at, third_parties AS thirdParties FROM site WHERE at IS NOT NULL ORDER BY at DESC, site").all()) as {
        site: string;
        at: string;
        thirdParties: number;
      }[],

    /** Whose a host is: of the closest domain above it that the map knows, down to the registrable one. */
    organisationOfDomain(host: string): { holder: DomainHolder; organisations: Named[] } | undefined {
      const end = registrable(host);
      for (let domain = host; domain.length >= end.length; domain = domain.slice(domain.indexOf(".") + 1)) {
        const found = getDomain.get(domain);
        if (found !== undefined) {
          const holder = JSON.parse(found["holder"] as string) as DomainHolder;
          return { holder, organisations: named(holder.organisations) };
        }
        if (!domain.includes(".")) break;
      }
      return undefined;
    },
    /** Organisations by their ids in IAB Europe's list; those that the map does not know are left out. */
    organisationsOfTcf(ids: readonly number[]): Map<number, Named> {
      const found = new Map<number, Named>();
      for (const id of ids) {
        const [organisation] = named(getIdentifier.all("tcf", String(id)).map((one) => one["organisation"] as string));
        if (organisation !== undefined) found.set(id, organisation);
      }
      return found;
    },

    /** A record by its salted hash (hexadecimal). Throws `record_unknown`. */
    record(sha256: string): ServedRecord {
      const found = /^[0-9a-f]{64}$/.test(sha256) ? getRecord.get(fromHex(sha256)) : undefined;
      if (found === undefined)
        throw new FreeholdError("record_unknown", "The map has no record with this hash. A hash has 64 hexadecimal digits, in lower case.");
      if (found["withheld"] !== null) return { withheld: found["withheld"] as string };
      return { salt: toHex(found["salt"] as Uint8Array), record: JSON.parse(unpack(found["raw"])) as JsonValue };
    },
    /** Where records stand in the log; ids that are not there are left out. */
    places(ids: Iterable<number>): { [record: number]: RecordPlace } {
      const places: { [record: number]: RecordPlace } = {};
      for (const id of ids) {
        const found = getPlace.get(id);
        if (found === undefined) continue;
        const hex = (name: string) => (found[name] === null ? null : toHex(found[name] as Uint8Array));
        places[id] = { sha256: hex("sha256")!, salt: hex("salt"), publication: hex("publication"), index: found["log_index"] as number | null };
      }
      return places;
    },
    /** What a publication of this register is about, by the hash of its document (hexadecimal); undefined where it is none of the map's. */
    publicationSubject(sha256: string): PublicationSubject | undefined {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
      const record = sql("SELECT lower(hex(sha256)) AS record, source, withheld FROM record WHERE publication = ?").get(fromHex(sha256));
      if (record !== undefined) return { type: "practice", ...record } as PublicationSubject;
      const decision = sql("SELECT decision, lower(hex(a)) AS a, lower(hex(b)) AS b, reason FROM decision WHERE publication = ?").get(fromHex(sha256));
      return (
        decision &&
        ({ type: "join", decision: decision["decision"], records: [decision["a"], decision["b"]], reason: decision["reason"] } as PublicationSubject)
      );
    },
  };
}

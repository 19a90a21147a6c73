/**
 * What the map derives: organisations joined from records, and the card of each. All of it can be dropped and made again from the
 * records; no derived value is without the records that it rests on.
 */
import type { Basis, ConsentState, Contact, DataTerm, Declared, Domain, Identifier, Practice, Reach, RightsChannel } from "./schema.ts";
import type { Signals } from "./signals-schema.ts";

/** A stored record, as the derivation sees it. `id` grows with time: a larger one was read later. */
export interface StoredRecord {
  id: number;
  source: string;
  key: string;
  version: string;
  dated: string | null;
  /** Instant at which its bytes were had. */
  retrievedAt: string;
  /** The record of the same key before it, or null. */
  predecessor: number | null;
  /** What the source said last: only these make the card. The others are its history. */
  current: boolean;
  /** The source does not list it any more since this version; null while it does. */
  gone: string | null;
}

/** Why a record belongs to an organisation (ARCHITECTURE.md, "Joining"). */
export interface Link {
  record: number;
  /** `first`: the organisation begins with this record. `editor`: somebody said so, in a publication. */
  key: "first" | "k1-id" | "k2-domain" | "k3-domain-set" | "k4-name" | "k5-email" | "editor";
  /** What agreed: the id, the domain, the name. */
  value: string;
  /** The record that it agreed with. */
  with: number | null;
  /** What else agrees: a weak key needs one of these. */
  corroboratedBy: string[];
  /** A sentence for the card. */
  words: string;
}

/** A domain as the map reads it: whose it is, and why. */
export interface DomainHolder {
  domain: string;
  /** Several where a group shares it; then no observation is laid at one door alone. */
  organisations: string[];
  why: "own" | "explicit-id" | "two-sources" | "single-source";
  records: number[];
  /** Records that file the domain under someone else. */
  contradictedBy: { record: number; organisation: string }[];
}

/** A fact and the records that say it. */
export interface Cited<T> {
  value: T;
  records: number[];
}

/** A cell or row mark. `observed-not-declared` only where the organisation has declarations; without any it is `observed`. */
export type Mark = "declared" | "observed" | "both" | "observed-not-declared" | "none";

/** Purposes in rows, grounds in columns, and beside them what was seen. */
export interface PurposeMatrix {
  columns: Basis[];
  rows: {
    /** DPV purpose or `tcf:purpose 3`; names are made by the page. */
    id: string;
    name: string;
    element: Practice["element"];
    /** For each column: the practices (index into `practices` of the card) that declare it. */
    cells: { declared: number[]; flexible: boolean }[];
    /** Observations that speak for the purpose: always inferred, from the category of a domain or cookie. Null where nothing was observed of the organisation at all. */
    observed: { sites: number; unanswered: number; refused: number; records: number[]; inferredFrom: string } | null;
    mark: Mark;
  }[];
}

/** Purposes in rows, data categories in columns, where a source says which data for which purpose; else one row `all purposes`. */
export interface DataMatrix {
  columns: { id: string; name: string }[];
  rows: { id: string; name: string; cells: { mark: Mark; records: number[]; words?: string }[] }[];
}

export interface SeenOn {
  site: string;
  /** The record of the scan. */
  record: number;
  at: string;
  tool: string;
  states: {
    state: ConsentState;
    gpc?: boolean;
    requests: number;
    domains: string[];
    cookies: { name: string; days: number | null; domain: string }[];
    techniques: string[];
  }[];
}

export interface HistoryItem {
  /** When the register read it. */
  at: string;
  record: number;
  /** `Dropped legitimate interest for measuring advertising (purpose 7); retention 390 days, before 180.` */
  sentence: string;
}

/** All that the page of an organisation shows, save what changes with the log. */
export interface CompanyCard {
  /** Stable. Ids that it had before a merge lead here. */
  id: string;
  name: string;
  names: Cited<string>[];
  country: Cited<string> | null;
  sectors: Cited<string>[];
  website: Cited<string> | null;
  domains: (Cited<Domain["host"]> & {
    role: Domain["role"];
    holder: DomainHolder["why"];
    sharedWith: string[];
    contradictedBy: DomainHolder["contradictedBy"];
  })[];
  identifiers: Cited<Identifier>[];
  /** `onOwnDomain`: of e-mail addresses and forms; null for post and telephone. `redacted`: the value is withheld at the person's wish. */
  contacts: (Cited<Contact> & { onOwnDomain: boolean | null; redacted?: true })[];
  rights: Cited<RightsChannel>[];
  ended: Cited<{ on?: string; reason: string }>[];
  flags: Cited<{ field: string; words: string; value: boolean }>[];
  reach: Cited<Reach>[];

  /** Of all current declarations, in the order of their sources. */
  practices: (Practice & { record: number })[];
  data: (DataTerm & { records: number[] })[];
  retention: Cited<number | null>[];
  storage: Cited<NonNullable<Declared["storage"]>>[];
  notices: Cited<Declared["notices"][number]>[];
  safeguards: Cited<string>[];
  transfers: Cited<string>[];

  purposeMatrix: PurposeMatrix;
  dataMatrix: DataMatrix | null;
  /** Newest first. */
  seenOn: SeenOn[];
  /** Cookies of `storage` declarations that were observed, and observed cookies of own domains that no declaration has. */
  cookies: {
    name: string;
    domain: string;
    days: number | null;
    declaredDays: number | null | undefined;
    category: string | null;
    sites: number;
    records: number[];
  }[];

  records: (StoredRecord & { link: Link })[];
  /** Other records that something on the card rests on: scans, words about cookies, records that contradict, earlier versions that `history` names. Ordered by id. */
  evidence?: StoredRecord[];
  history: HistoryItem[];
  /** Organisations that look like kin and were not joined, and why not. */
  related: { id: string; name: string; words: string }[];

  /** What is read from all this by the method of the register; absent before it was. */
  signals?: Signals;
  has: { declarations: boolean; observations: boolean; contact: boolean; contactOnOwnDomain: boolean };
}

/** A row of /companies and of /explore. */
export interface CompanyRow {
  id: string;
  name: string;
  country: string | null;
  sectors: string[];
  sources: string[];
  /** Purposes of TCF declared on consent and on legitimate interest. */
  consent: number;
  legitimateInterest: number;
  purposes: string[];
  retentionDays: number | null;
  cookieDays: number | null;
  sitesSeen: number;
  reach: number | null;
  declared: boolean;
  observed: boolean;
  contact: boolean;
  /** Date of the newest record. */
  newest: string;
  stale: boolean;
}

/** What was seen on one site. */
export interface SiteCard {
  site: string;
  /** The organisation whose own domain it is, as far as known. */
  organisation: { id: string; name: string } | null;
  /** The records that `scans` and `counts` name. */
  records: StoredRecord[];
  scans: {
    record: number;
    at: string;
    tool: string;
    visits: {
      state: ConsentState;
      gpc?: boolean;
      at: string;
      banner?: { found: boolean; provider?: string; answered: boolean };
      thirdParties: {
        domain: string;
        organisations: { id: string; name: string }[];
        requests: number;
        phase?: "before-answer" | "after-answer";
        cookies: number;
        category: string | null;
        /** Whether any of its organisations has a declaration that we know; null where the domain belongs to nobody that we know. */
        declaredAnywhere: boolean | null;
      }[];
      cookies: { name: string; domain: string; thirdParty: boolean; days: number | null; category: string | null; phase?: "before-answer" | "after-answer" }[];
      techniques: { name: string; hosts: string[]; words?: string }[];
    }[];
  }[];
  counts: { record: number; categories: { name: string; mean: number }[]; sector: string | null }[];
}

/** The numbers of `/`. */
export interface MapFigures {
  organisations: number;
  withDeclarations: number;
  withObservations: number;
  withBoth: number;
  withNeither: number;
  withoutContact: number;
  withoutContactOnOwnDomain: number;
  sites: number;
  records: number;
  sources: number;
  /** Instants of the newest and the oldest record in use. */
  newest: string | null;
  oldest: string | null;
  stale: number;
}

/** A row of /sources. */
export interface SourceRow {
  source: string;
  imports: { version: string; dated: string | null; retrievedAt: string; records: number; changed: number; counts: { [name: string]: number } }[];
  /** Current records, and organisations that rest on it alone. */
  current: number;
  onlyHere: number;
  removed: string | null;
}

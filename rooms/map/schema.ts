/**
 * The shapes of the map, shared by importers, rules, store and pages. Facts keep the words of their source beside the terms of DPV
 * (spec/vocabulary.md), and absence always means "the source does not say", never "no".
 */
import type { JsonValue } from "@freehold/protocol/canonical";

/** Where facts come from. One row of /sources. */
export interface Source {
  /** `a-z0-9-`, stable: it stands in records, URLs and publications. */
  id: string;
  /** Its own name. */
  name: string;
  /** Where a person can read about it. */
  home: string;
  /** What the facts are published under: an SPDX identifier where there is one, and where its text stands. */
  licence: { id: string; url: string };
  /** The credit that the licence asks for, where it asks for one. */
  attribution?: string;
  /** The licence forbids commercial use: imported only after the operator has said so. */
  nonCommercial?: true;
  /** What it has, in our words. */
  gives: readonly ("identity" | "declared" | "observed" | "contact")[];
  /** Records may name or reach natural persons (sole traders, named contacts). */
  mayNamePeople?: true;
  /** What a reader must know to read it rightly, a sentence or two. */
  caution?: string;
}

/** What an importer makes of one record of a source: what is versioned, hashed and published. */
export interface SourceRecord {
  /** Its name within the source, the same from version to version: a vendor id, a slug, a host. At most 200 characters. */
  key: string;
  /** The day (`YYYY-MM-DD`) of which the facts speak, where the record or its list states one. */
  dated?: string;
  /** The record as the source has it, less what is not a record (comments, generated notices). */
  raw: JsonValue;
  facts: Facts;
}

export type Facts = OrganisationFacts | ScanFacts | SiteFacts | CookieFacts | AuthorityFacts;

/** What a source says of an organisation. */
export interface OrganisationFacts {
  kind: "organisation";
  name: string;
  otherNames?: string[];
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
  /** The source's own word for what it does: `advertising`, `telecommunication`. */
  sectors?: string[];
  website?: string;
  /** Hosts or registrable domains, lower case, without `*.`. */
  domains: Domain[];
  identifiers: Identifier[];
  contacts: Contact[];
  rights?: RightsChannel;
  declared?: Declared;
  /** How much of the web loads something from it, as the source counted. */
  reach?: Reach;
  /** Statements with yes or no that fit nowhere else; the source's field, and our words for it. */
  flags?: { field: string; words: string; value: boolean }[];
  /** Days (`YYYY-MM-DD`) on which somebody who keeps the versions of its privacy notice found it changed, oldest first; a day may stand twice. */
  noticeChanges?: string[];
  /** Why the record speaks of an organisation that is no longer there, or no longer in the list. */
  ended?: { on?: string; reason: string };
}

/**
 * - `own`: the source states that it is the organisation's own (its website, its policy's host);
 * - `service`: the organisation serves from there, by this source's word;
 * - `listed`: the source files the domain under the organisation (a tracker list's pattern): the weakest.
 */
export interface Domain {
  host: string;
  role: "own" | "service" | "listed";
  /** The source's own word for what is served there (`advertising`), where it says it by domain. */
  category?: string;
}

/** `tcf` (id in IAB Europe's Global Vendor List), or the source's own id under the source's name. */
export interface Identifier {
  scheme: string;
  id: string;
}

export interface Contact {
  kind: "email" | "form" | "post" | "phone" | "fax" | "web";
  value: string;
  /** For requests by people about their data, or for anything. */
  purpose: "rights" | "general";
  /** The address names a natural person, as far as can be told from its form. */
  person?: true;
  /** Withheld at the wish of whom it reaches; the value is empty. Never set by importers. */
  redacted?: true;
}

/** How one gets out, or gets one's data: as a source found it. */
export interface RightsChannel {
  /** The page where one can ask for deletion or opt out. */
  deletionUrl?: string;
  /** JustDeleteMe's five words. */
  difficulty?: "easy" | "medium" | "limited" | "hard" | "impossible";
  /** The page was kept out of search engines. */
  hiddenFromSearch?: boolean;
  needsIdDocument?: boolean;
  preferred?: "email" | "letter" | "fax" | "form";
  /** BCP 47, of requests. */
  language?: string;
  /** How many fields a request must name. */
  requiredFields?: number;
}

/** A term as the source has it. */
export interface SourceTerm {
  /** `tcf`, `fides`, `art30`, `dpv`, `ocd`. */
  scheme: string;
  /** As the source writes it: `purpose 3`, `essential.service`. */
  code: string;
  /** What people read: the source's own words where it has some, else ours (vocabulary.ts names the elements of TCF). */
  name: string;
}

/** The grounds that sources name, in DPV's meaning; `unstated` where a source says the purpose and not the ground. */
export type Basis = "consent" | "legitimate-interest" | "contract" | "legal-obligation" | "public-task" | "vital-interests" | "unstated";

/** One thing that an organisation says it does: a purpose on a ground, with what the source says of it in particular. */
export interface Practice {
  term: SourceTerm;
  /** Special purposes and features of TCF are no purposes that one can refuse there. */
  element: "purpose" | "special-purpose" | "feature" | "special-feature";
  basis: Basis;
  /** TCF: the publisher may ask for consent instead. */
  flexible?: true;
  /** DPV purposes; empty where the element is no purpose. */
  purposes: string[];
  /** DPV terms of processing and data that the element itself speaks of. */
  speaksOf?: string[];
  /** Data categories of this purpose in particular; absent where the source does not say it by purpose. */
  data?: DataTerm[];
  /** Of this purpose in particular. */
  retentionDays?: number;
  recipients?: string[];
  /** Whose data, in the source's words. */
  subjects?: string[];
  /** The part of the raw record that says it, at most 200 characters. */
  quote: string;
}

export interface DataTerm {
  term: SourceTerm;
  /** DPV terms. */
  terms: string[];
}

/** All that one record declares. */
export interface Declared {
  practices: Practice[];
  /** Of the whole organisation; absent where the source has no such list. */
  data?: DataTerm[];
  /** Standard retention in days; null where the list has the field and the organisation left it empty ("not stated"). Absent where the source has no such field. */
  retentionDays?: number | null;
  storage?: {
    cookies?: boolean;
    /** Longest life in days; 0 is the session. Null: the field is there and empty. */
    maxAgeDays?: number | null;
    refreshed?: boolean;
    otherThanCookies?: boolean;
    /** Single entries, where the source has them. `firstPartyOnly`: see the source's caution. */
    items?: StorageItem[];
    firstPartyOnly?: true;
    quote?: string;
  };
  notices: { kind: "privacy" | "legitimate-interest" | "storage" | "processing-agreement" | "subprocessors" | "rights"; url: string; language?: string }[];
  safeguards?: string[];
  transfers?: string[];
}

export interface StorageItem {
  /** Name, or pattern with `*`. */
  name: string;
  type: "cookie" | "web" | "app";
  maxAgeDays?: number | null;
  purposes: number[];
  domain?: string;
}

export interface Reach {
  /** Pages or sites on which it was seen, of how many where the source says it. */
  seen: number;
  of?: number;
  unit: string;
}

/** One scan of one site: a visit for each state of the banner. The scanner of Freehold, Blacklight, Website Evidence Collector, a HAR. */
export interface ScanFacts {
  kind: "scan";
  /** Host, lower case, without `www.`. */
  site: string;
  /** Scheme, host and path; never query or fragment. */
  url: string;
  tool: { name: string; version?: string };
  visits: Visit[];
}

/** `unanswered`: nothing was clicked. `unknown`: the tool does not say whether it answered the banner. */
export type ConsentState = "unanswered" | "refused" | "accepted" | "unknown";

export interface Visit {
  state: ConsentState;
  /** Whether Global Privacy Control was sent; absent where the tool does not say. */
  gpc?: boolean;
  /** Instant `YYYY-MM-DDTHH:MM:SSZ`. */
  at: string;
  /** What the state rests on: whether a banner was seen, and whether the answer took. */
  banner?: { found: boolean; provider?: string; answered: boolean };
  thirdParties: ThirdParty[];
  cookies: ObservedCookie[];
  /** What the page did to the browser; hosts are those of the scripts. */
  techniques?: {
    name: "canvas-fingerprinting" | "session-recording" | "key-logging" | "facebook-pixel" | "google-remarketing" | "other";
    hosts: string[];
    words?: string;
  }[];
}

export interface ThirdParty {
  /** Registrable domain, or the host where it has none. */
  domain: string;
  hosts: string[];
  /** At least so many: for a tool that does not count them, one for each host. */
  requests: number;
  /** When within the visit: before the banner was answered (or without an answer), or after. */
  phase?: "before-answer" | "after-answer";
}

export interface ObservedCookie {
  name: string;
  /** Registrable domain of the cookie. */
  domain: string;
  thirdParty: boolean;
  /** Life in days as set, a day that has begun counted whole; null for a session cookie. */
  days: number | null;
  phase?: "before-answer" | "after-answer";
}

/** Counts of a site without names: how many third parties of which category. */
export interface SiteFacts {
  kind: "site";
  site: string;
  categories: { name: string; mean: number }[];
  /** The source's word for the kind of site. */
  sector?: string;
}

/** What a cookie name is for, by somebody's word. */
export interface CookieFacts {
  kind: "cookie";
  name: string;
  /** The name is the beginning of many. */
  prefix: boolean;
  platform: string;
  /** Functional, Analytics, Marketing, …: the source's own word. */
  category: string;
  purposes: string[];
  domain?: string;
  controller?: string;
  retention?: string;
  privacyUrl?: string;
}

/** A data protection authority. */
export interface AuthorityFacts {
  kind: "authority";
  name: string;
  /** ISO 3166-1 alpha-2, upper case; regions are left as the source has them in `regions`. */
  countries: string[];
  regions?: string[];
  website?: string;
  contacts: Contact[];
  complaintLanguages?: string[];
}

/** What was wrong with a piece of a source. Sorted by where it stands. */
export interface Problem {
  file: string;
  line?: number;
  column?: number;
  /** Path within the record: `vendors.91.purposes[2]`. */
  field?: string;
  /** What was there, at most 80 characters, control characters escaped. */
  value?: string;
  /** A sentence: what is wrong, and what is allowed. */
  message: string;
}

/** What goes into the join and what comes out: shared by join.ts, holders.ts, card.ts and the store. */
import type { DomainHolder, Link, StoredRecord } from "../card-schema.ts";
import type { CookieFacts, OrganisationFacts, ScanFacts, SiteFacts } from "../schema.ts";

export interface OrganisationRecord {
  record: StoredRecord;
  facts: OrganisationFacts;
  /**
   * The first version of the same record (same source and key): its record id and the name that it had. Ids of organisations come from it, so
   * they stay when a record changes. Absent where this version is the first.
   */
  first?: { id: number; name: string };
}

/** What an editor said of two records (spec/practice.md): overrides every key. */
export interface EditorDecision {
  decision: "same" | "different";
  /** Ids of current records, whichever version of them the decision named. Others are ignored. */
  records: [number, number];
  /** SHA-256 of the publication. */
  publication: string;
}

export interface JoinInput {
  /** Current records, ordered by id. */
  records: readonly OrganisationRecord[];
  /** In the order in which they were made: the last one on a pair counts. */
  decisions?: readonly EditorDecision[];
  /** Registrable domains that many use and that say nothing of whose a page is. Default: shared-hosts.ts. */
  sharedHosts?: ReadonlySet<string>;
}

export interface JoinedOrganisation {
  id: string;
  /** As shown: of the most official record. */
  name: string;
  /** Ordered by record. The one with the key `first` is where the join began: the most official, not the oldest. */
  members: Link[];
  /** Registrable domains that its records call its own, sorted; shared hosts left out. */
  ownDomains: string[];
}

export interface RelatedOrganisation {
  id: string;
  name: string;
  /** Why it looks like kin, and why it was not joined. */
  words: string;
}

export interface Joined {
  /** Ordered by id. */
  organisations: JoinedOrganisation[];
  /** By registrable domain, or by host where a source files one host of a domain only. Sorted. Look up with `holderOf`. */
  holders: Map<string, DomainHolder>;
  /** By id of organisation; at most 20 each, sorted by id. */
  related: Map<string, RelatedOrganisation[]>;
  /** Ids that records would have alone -> id of the organisation that they belong to. */
  aliases: Map<string, string>;
}

/** All current records and, of organisations, their history: what cards, sites and figures are made of. */
export interface MapRecords {
  organisations: readonly OrganisationRecord[];
  /** Earlier versions of organisation records, in any order; their `predecessor` chains them. */
  earlier?: readonly OrganisationRecord[];
  scans: readonly { record: StoredRecord; facts: ScanFacts }[];
  sites: readonly { record: StoredRecord; facts: SiteFacts }[];
  cookies: readonly { record: StoredRecord; facts: CookieFacts }[];
  /** Today, `YYYY-MM-DD`: what is older than a year is stale. */
  today: string;
}

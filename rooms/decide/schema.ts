/** The shapes of the register's side of decide, shared with the browser. */
import type { ShardOrganisation } from "../map/shard-schema.ts";

export type { ShardOrganisation };

/** Bytes of a copy, whatever is in it (spec/backup.md). */
export const BLOB_BYTES = 65_536;
/** A copy that nobody has read or written for so many months is erased. */
export const IDLE_MONTHS = 36;

/**
 * What `GET /v1/shards` says: how the map is cut into parts. Everyone gets the same, and a part holds at least 500 organisations, so that who
 * asks for one does not say whom she looks for. Names and vendor ids are whole lists: with them everything else is found in the browser.
 */
export interface ShardIndex {
  /** Another one where anything in any part is another. */
  version: string;
  /** An organisation is in the part whose number are the first `bits` bits of SHA-256 of its id; a domain and a site likewise, by its name. */
  bits: number;
  /** Addresses of the parts in their order; what stands there never changes. */
  parts: string[];
  /** Address of all names. */
  names: string;
  /** Organisations by their ids in IAB Europe's list. */
  vendors: { [tcf: string]: string };
}

/** One part. */
export interface Shard {
  organisations: ShardOrganisation[];
  /** Ids of the organisations that hold a domain; several where a group shares it. */
  domains: { [domain: string]: string[] };
  sites: { [site: string]: ShardSite };
}

/** What the newest scan of a site saw. */
export interface ShardSite {
  /** Instant. */
  at: string;
  tool: string;
  /** Whose site it is, where that is known. */
  organisation: string | null;
  thirdParties: {
    domain: string;
    organisations: string[];
    /** In which states of the banner it was contacted. */
    states: ("unanswered" | "refused" | "accepted" | "unknown")[];
  }[];
}

/** What stands at `names`: [id, name, main domain or ""] of all organisations, by name. */
export interface ShardNames {
  names: [id: string, name: string, domain: string][];
}

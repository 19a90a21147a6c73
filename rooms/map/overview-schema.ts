/** What /overviews shows: figures over all organisations, and over the versions of the vendor list. Each is a picture, a table and a CSV. */
import type { IndicatorId } from "./signals-schema.ts";

/** One indicator over all organisations. */
export interface SignalDistribution {
  id: IndicatorId;
  /** Organisations to which it applies: of these some are answered, and of the others it is not known. */
  applies: number;
  answered: number;
  /** Of ten equal parts of 0 to 100, how many lie in each; 100 is in the last. */
  parts: number[];
  /** The nine that part the answers into ten equal groups; null where there are fewer than ten answers. */
  deciles: number[] | null;
  mean: number | null;
}

export interface BandCounts {
  /** How many organisations are in each band. */
  counts: number[];
  /** Where too little is known for one. */
  none: number;
}

/** What one version of the vendor list changed against the one before it. */
export interface VersionChanges {
  version: string;
  /** `YYYY-MM-DD`. */
  dated: string | null;
  /** Of the list only a part was read: who is not in it has not left. */
  extract: boolean;
  /** Vendors in it, those marked as deleted too; of an extract, in the extract. */
  vendors: number;
  joined: number;
  /** Dropped, or marked as deleted. */
  left: number;
  /** In this version and before it, and in the list in both. */
  compared: number;
  /** Of those, who changed purposes, data, storage or retention. */
  changed: number;
  /** Purposes or their grounds. */
  purposes: number;
  data: number;
  /** How long cookies live. */
  storage: number;
  retention: number;
  /** Special purposes and features: not in `changed`, as the framework itself adds some. */
  features: number;
  /** Vendors that dropped a legitimate interest, for any purpose, and that took one up. */
  droppedInterest: number;
  tookUpInterest: number;
}

export const declaredIds = ["interest", "interest-2", "interest-7", "interest-10", "location", "retention-12", "storage-13", "retention-unstated"] as const;
export type DeclaredId = (typeof declaredIds)[number];

/** How many vendors of one version declare something. */
export interface VersionDeclares {
  version: string;
  dated: string | null;
  /** Vendors that are not marked as deleted. */
  active: number;
  counts: Record<DeclaredId, number>;
}

/** A purpose that a vendor put on another ground. */
export interface GroundMove {
  /** Vendor id. */
  vendor: string;
  name: string;
  organisation: string | null;
  /** Of TCF, 1 to 11. */
  purpose: number;
  to: "consent" | "legitimate-interest";
  before: string;
  after: string;
  /** Of the later version. */
  dated: string | null;
}

export interface Overview {
  method: string;
  organisations: number;
  signals: SignalDistribution[];
  bands: BandCounts;
  /** The organisation of which most is known: the example of /methodology. Null where none has a band. */
  example: string | null;
  versions: VersionChanges[];
  declares: VersionDeclares[];
  moves: GroundMove[];
}

/** The tables of an overview, by the name of their CSV. */
export const overviewTables = ["signals", "bands", "versions", "declares", "moves"] as const;
export type OverviewTable = (typeof overviewTables)[number];

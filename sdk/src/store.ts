/**
 * What a desk keeps durably, and the interface of whatever keeps it: store-memory.ts (for tests), store-sqlite.ts, or one of the company's own, on its database. The
 * desk decides; a store only reads and writes. One desk writes to a store at a time.
 */
import type { Decision } from "@freehold/protocol/check";

/** A grant or refusal whose form and signature were verified. Hashes and locks are 64 hexadecimal digits. */
export interface KeptDecision extends Decision {
  /** The desk's number for it; given anew when it has been erased. */
  id: number;
  /** The name under which the company knows the person. */
  subject: string;
  /** SHA-256 of its JWS. */
  record: string;
  /** Of the log that its beacon names. */
  origin: string;
}

/** What a desk has in memory of a decision. */
export type LoadedDecision = Pick<KeptDecision, "id" | "subject" | "kind" | "index" | "beacon" | "expires" | "processes"> & {
  /** Whether its lock is among those that are opened. */
  opened: boolean;
  /** Whether its kid was declared lost. */
  lapsed: boolean;
};

/** A key of a person, by its SHA-256 (of its thumbprint), which stays when everything else of her is erased. */
export interface KeptKid {
  hash: string;
  /** The thumbprint; null once erased, as is the subject. */
  kid: string | null;
  subject: string | null;
  /** Whether it was declared lost. */
  lapsed: boolean;
  /** The index of the binding that says that another key follows this one; null where none does. */
  rotated: number | null;
  /** What stands in for erased decisions of its subject (spec/checking.md); 0 where nothing was erased. */
  floor: number;
}

/** An opened lock and what opens it. */
export interface KeptLock {
  lock: string;
  secret: string;
  by: OpenedBy;
  /** By the desk's clock, in seconds since 1970. */
  since: number;
}

/** Through which channel a secret came: the company's own endpoint or her acknowledgement, the log, or a chain. */
export type OpenedBy = "desk" | "log" | "chain";

/** The newest status: its signed checkpoint, and one bit for each of `size` entries. */
export interface KeptStatus {
  note: string;
  size: number;
  bits: Uint8Array;
}

/** A text of another part of the desk (what is still to be logged, requests, answers), under a key in a drawer. Written with the decisions it belongs to, or not at all. */
export interface KeptPaper {
  drawer: string;
  key: string;
  text: string;
}

export type Change =
  /** `evidence`: the receipt, or what was received without a proof. */
  | { put: "decision"; decision: KeptDecision; evidence: string }
  | { put: "index"; id: number; index: number; evidence: string }
  | { drop: "decision"; id: number }
  | { put: "kid"; kid: KeptKid }
  | { put: "lock"; lock: KeptLock }
  | { drop: "lock"; lock: string }
  /** Without `bits` those that are there stay: only checkpoint and size are new. */
  | { put: "status"; note: string; size: number; bits?: Uint8Array }
  /** A number under a name: floors of all, the newest size, how far a chain was read. */
  | { put: "mark"; name: string; value: number }
  | { put: "paper"; paper: KeptPaper }
  | { drop: "paper"; drawer: string; key: string };

export interface Store {
  /** Makes changes durable, in order, all of them or (where it throws) none. */
  write(changes: readonly Change[]): Promise<void>;
  /** All decisions by ascending number, in pages: read once, when a desk opens. Equal `processes` may be one object. */
  all(): AsyncIterable<readonly LoadedDecision[]>;
  decisions(by: "subject" | "record" | "lock" | "kid", value: string): Promise<KeptDecision[]>;
  decisionsAt(indexes: readonly number[]): Promise<KeptDecision[]>;
  /** The grants that expired, or whose lock was opened, at or before an instant (seconds since 1970): what a retention job erases. */
  retired(before: number): Promise<KeptDecision[]>;
  evidence(id: number): Promise<string | undefined>;
  kid(hash: string): Promise<KeptKid | undefined>;
  kidsOf(subject: string): Promise<KeptKid[]>;
  /** The kids that have a subject and a floor above 0. */
  kidsWithFloor(): Promise<KeptKid[]>;
  lock(lock: string): Promise<KeptLock | undefined>;
  status(): Promise<KeptStatus | undefined>;
  mark(name: string): Promise<number | undefined>;
  paper(drawer: string, key: string): Promise<string | undefined>;
  /** Papers of a drawer by ascending key, those above `after`. */
  papers(drawer: string, options?: { after?: string; limit?: number }): Promise<KeptPaper[]>;
  close(): Promise<void>;
}

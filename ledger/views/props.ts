/**
 * What the server gives to the views of the log. Bytes are those of the published log; the views decode them, so that page and
 * verifier read an entry with the same code.
 */
import type { StatusProof } from "@freehold/protocol/status";
import type { Site } from "../../ui/site.ts";

/** The renderers that `build/ui/log.js` exports. Each returns a whole HTML document. */
export interface Pages {
  /** GET /log, and GET /log?before=N. */
  renderLog(page: LogPage): string;
  /** GET /log/{n}. */
  renderEntry(page: EntryPage): string;
  /** GET /log?q=… where the answer is not one entry (to which the server redirects, 303). */
  renderSearch(page: SearchPage): string;
  /** Any answer with an error status that a person reads. */
  renderProblem(page: ProblemPage): string;
}

/** The checkpoint that is served: the signed note, and when the register published it (seconds since 1970). */
export interface PublishedNote {
  note: string;
  time: number;
}

/** What the register says of a witness that it asks. */
export interface WitnessRow {
  /** The name of the witness's key. */
  name: string;
  /** Not run by this register: by the operator's word. */
  independent: boolean;
  /** The largest tree that it has cosigned, and when; 0 and 0 where it has none yet. */
  size: number;
  time: number;
  /** What went wrong when it was asked last. */
  error: string | null;
}

export interface ListedEntry {
  index: number;
  /** The bytes of the entry. */
  entry: Uint8Array;
  /** Whether its bit in the published status is set; false for entries that are no records. */
  ended: boolean;
}

/** What the register says of a chain that it anchors on. */
export interface ChainRow {
  chainId: number;
  /** 40 hexadecimal digits, as `register`: the address that sends. */
  contract: string;
  register: string;
  /** How many an anchor needs before it counts. */
  confirmations: number;
  /** Run by others: by the operator's word. */
  independent: boolean;
  /** The size of the last confirmed anchor; 0 before the first. */
  anchored: number;
  /** Whether the chain cannot be followed at the moment. */
  trouble: boolean;
}

/** What the register says of an anchor. */
export interface AnchorRow extends Pick<ChainRow, "chainId" | "independent"> {
  size: number;
  block: number | null;
  /** How many its block has. */
  confirmations: number;
  /** Absent or null where it is not known, as `cost`. */
  gas?: number | null | undefined;
  /** Wei, in decimal. */
  cost: string | null;
  state: "sent" | "included" | "confirmed" | "replaced" | "lost" | "foreign";
  /** Seconds since 1970, by the register's clock. */
  sent: number;
}

export interface Anchors {
  chains: readonly ChainRow[];
  /** The newest few of each chain, largest first. */
  list: readonly AnchorRow[];
}

/** The anchor that covers an entry. */
export interface CoveringAnchor extends Pick<ChainRow, "chainId" | "independent"> {
  size: number;
  /** 64 hexadecimal digits. */
  root: string;
  block: number;
}

export interface LogPage {
  site: Site;
  /** Null before the first checkpoint. */
  published: PublishedNote | null;
  /** Entries that are durable and not yet under the published checkpoint. */
  waiting: number;
  /** The trust policy that the register proposes. */
  policy: string;
  witnesses: readonly WitnessRow[];
  /** Null or absent where the register anchors on no chain. */
  anchors?: Anchors | null | undefined;
  /** Up to 20, highest number first; below `before` where the reader asked for that. */
  entries: readonly ListedEntry[];
  /** The number that the reader asked to look below; absent on the first page. */
  before?: number | undefined;
}

/** What the log knows of a lock: the records with it (the first 64), how many, and the withdrawal that opened it. */
export interface LockRecords {
  records: readonly number[];
  count: number;
  withdrawal: number | null;
}

export interface EntryPage {
  site: Site;
  published: PublishedNote;
  index: number;
  /** The bytes of the entry. */
  entry: Uint8Array;
  /** The tlog-proof under the published checkpoint. */
  proof: string;
  /** Of a record: its status proof under the published checkpoint. Null for other kinds. */
  status: StatusProof | null;
  /** Of a record or withdrawal: its lock, as far as it is published. Null for other kinds. */
  lock: LockRecords | null;
  /** Of a publication: its document, or the reason why it is withheld. Null for other kinds. */
  document: { bytes: Uint8Array } | { withheld: string } | null;
  /** Null where none covers the entry yet; absent where the register anchors on no chain. */
  anchor?: CoveringAnchor | null | undefined;
  policy: string;
  witnesses: readonly WitnessRow[];
}

export interface SearchPage {
  site: Site;
  /** As the reader typed it. */
  query: string;
  result:
    | ({ kind: "lock"; /** 64 hexadecimal digits. */ lock: string } & LockRecords)
    /** A number or hash that nothing in the log has. `size` is that of the published log. */
    | { kind: "nothing"; size: number }
    /** `readQuery` says so. */
    | { kind: "code" }
    | { kind: "unreadable" };
}

export interface ProblemPage {
  site: Site;
  status: number;
  title: string;
  /** A sentence that says what was wrong and what is allowed. */
  detail: string;
  /** The stable code of the error, where it has one. */
  code?: string;
}

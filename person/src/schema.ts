/**
 * What a person keeps, and what she sees of it. The same in her browser, in backups (spec/backup.md), in exported files and in the
 * command line. Nothing of it is ever sent anywhere unsealed, save a delivery to the company that it is about.
 */
import type { Jwk } from "@freehold/protocol/jws";
import type { Act, Party, Process } from "@freehold/protocol/record";

/** The register that she uses, as she last learned it (spec/register.md, "Discovery"). */
export interface RegisterInfo {
  url: string;
  origin: string;
  vkey: string;
  /** The trust policy that she follows, as text. */
  policy: string;
}

/** One record of hers with all that proves it. Instants are `YYYY-MM-DDTHH:MM:SSZ`; bytes are hexadecimal. */
export interface Item {
  /** SHA-256 of the JWS: its name everywhere. */
  id: string;
  jws: string;
  key: Jwk;
  opening: string;
  /** The entry's 66 bytes. */
  entry: string;
  path: { device: number; counter: number };
  /** When she signed, by her own clock: for her eyes only, it proves nothing. */
  signed: string;
  /** Index in the log, once her client has seen it in a tree whose root it recomputed; absent until then. */
  index?: number;
  /** The signed note of the checkpoint that the record names as its beacon: a register need not keep old ones. */
  beacon: string;
  /** The JWS of the offer that it answers. */
  offer?: string;
  /** The company's claims, oldest first, in which the keys of offer, binding and acknowledgements stand; with their indexes in the log. */
  claims?: { document: string; index: number }[];
  /** The gesture over the batch in which it was signed, as evidence of her own (spec/passkey.md). */
  gesture?: string;
  binding?: Sealed;
  acknowledgements?: Sealed[];
  deliveries?: Delivery[];
  letter?: LetterState;
  /** Instant at which she, or somebody with the code, ended it; and through what. */
  withdrawn?: { at: string; by: ("register" | "company" | "chain")[] };
  /** Her reason to object under Art. 21(1), or other words of hers for the letter: never in the record. */
  words?: string;
  /** What the map said of the organisation when she decided, to tell what has changed since. */
  seen?: SeenDeclaration;
  /** The standing instruction that it was made from. */
  instruction?: string;
  reminder?: string;
  /** Made with a demonstration key. */
  demonstration?: true;
}

export interface Sealed {
  entry: string;
  index: number;
  jws: string;
  opening: string;
  path: string[];
}

/** How it was brought to the company; a deposit or an answer is `proof`, sending alone is asserted. */
export interface Delivery {
  at: string;
  by: "endpoint" | "mailbox" | "mail" | "form" | "post" | "hand";
  to: string;
  proof?: string;
  error?: string;
}

/** What follows a letter. The clock runs from `received`, which she states, or a proof does. */
export interface LetterState {
  sha256: string;
  sent?: string;
  received?: { at: string; proven: boolean };
  /** The company has said that it needs two more months. */
  extended?: string;
  answered?: { at: string; result: "done" | "partly" | "rejected" | "no-data"; grounds?: string };
  complained?: { at: string; authority: string };
}

/** The digest of an organisation's declarations when she decided. */
export interface SeenDeclaration {
  organisation: string;
  at: string;
  /** SHA-256s of the records that the card rested on. */
  records: string[];
  summary: string[];
}

/** "Refuse advertising everywhere": becomes decisions towards organisations when she confirms them. */
export interface Instruction {
  id: string;
  made: string;
  act: "refuse" | "object" | "opt-out";
  purposes: string[];
  scope: "everywhere" | { country?: string; sector?: string };
}

/** Everything of one person on one register. */
export interface Book {
  "@context": "urn:freehold:book:1";
  register: RegisterInfo;
  /** This installation's number (spec/lock.md), and the next counter. */
  device: number;
  counter: number;
  /** The numbers of her other installations, as far as this one knows them. */
  devices: number[];
  items: Item[];
  instructions: Instruction[];
  foreign: Foreign[];
}

/** A lock of hers that the log has and of which she has no content: another device's, until its backup arrives; or one that she erased. */
export interface Foreign {
  lock: string;
  /** Absent where it was erased before it was published. */
  index?: number;
  device: number;
  counter: number;
  /** She has chosen to go on without seeing what it is of. */
  accepted?: true;
  /** She has erased the record: no copy of it is taken in again. */
  erased?: true;
}

/** The state of a decision, in the words of DPV and in ours. */
export type DecisionState = "granted" | "refused" | "objected" | "opted-out" | "withdrawn" | "expired" | "requested" | "pending";

/** A row of "My decisions". */
export interface DecisionRow {
  item: Item;
  controller: Party;
  act: Act;
  processes: Process[] | null;
  state: DecisionState;
  since: string;
  until: string | null;
  acknowledged: "proven" | "asserted" | "no";
  /** Deadlines and what is due next, in order. */
  due: { on: string; what: "answer" | "extended-answer" | "renewal" | "reminder" | "acknowledgement"; overdue: boolean }[];
}

/** One thing that she is asked to sign: what `prepare` makes and the page shows before the gesture. */
export interface Draft {
  act: Act;
  controller: Party;
  processes?: Process[];
  offer?: string;
  letter?: string;
  expires?: string;
}

/** How a desk takes what it is told: each function plans one change, from what the store and the memory hold (spec/checking.md, "What the desk knows of a subject"). */
import { floorAfterErasing } from "@freehold/protocol/check";
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { MARKS, floorOf, kidHash } from "./desk-memory.ts";
import type { DeskMemory } from "./desk-memory.ts";
import { newlySet } from "./bitmap.ts";
import type { Status } from "./status.ts";
import type { Change, KeptDecision, KeptKid, KeptPaper, OpenedBy, Store } from "./store.ts";
import type { Plan } from "./writes.ts";

/** What the plans are made from. */
export interface Desktop {
  store: Store;
  memory: DeskMemory;
  /** The origin of the desk's log. */
  origin: string;
  /** Seconds since 1970. */
  now: () => number;
}

/** Papers that are written in the same transaction, or not at all; `text` null takes one out. */
export interface Also {
  also?: readonly (Omit<KeptPaper, "text"> & { text: string | null })[] | undefined;
}

/** A grant or refusal that was verified; what the desk adds to it is its number and its subject. */
export type GivenDecision = Omit<KeptDecision, "id" | "subject">;

export interface DecisionGiven extends Also {
  decision: GivenDecision;
  /** The receipt, or what was received without a proof: what explains the decision later. */
  evidence: string;
  /** The size of the receipt's checkpoint. */
  seen?: number;
}

export interface Taken {
  decision: KeptDecision;
  /** Whether this delivery told the desk anything: the same record twice is nothing done twice. */
  news: "new" | "proved" | "known";
}

/**
 * Takes a decision of a kid that is bound. Of one that is known only a lower index is news: whoever holds a refusal can log it again.
 * Throws `kid_unbound`, `kid_rotated`, `argument_invalid`.
 */
export async function planDecision({ store, memory, origin }: Desktop, { decision, evidence, seen = 0, also }: DecisionGiven): Promise<Plan<Taken>> {
  const index = decision.origin === origin ? decision.index : null;
  requireNumbers({ ...decision, index });
  const news: Change[] = papers(also);
  if (seen > memory.newest) {
    memory.newest = seen; // at once, so that of two changes in one batch the larger size is written last
    news.push({ put: "mark", name: MARKS.newest, value: seen });
  }
  const kid = await store.kid(kidHash(decision.kid));
  if (kid === undefined || kid.subject === null)
    throw new FreeholdError("kid_unbound", "The key that signed the record is bound to no account: bind it first.");
  const [known] = await store.decisions("record", decision.record);
  requireNotRotated(decision.kind, index, kid, known);
  if (known !== undefined) {
    if (index === null || (known.index !== null && known.index <= index)) return { changes: news, apply: () => ({ decision: known, news: "known" }) };
    return {
      changes: [...news, { put: "index", id: known.id, index, evidence }],
      apply: () => {
        memory.table.prove(known.id, index);
        return { decision: { ...known, index }, news: "proved" };
      },
    };
  }
  const opened = (await store.lock(decision.lock)) !== undefined;
  const id = memory.table.reserve();
  const kept: KeptDecision = { ...decision, id, index, subject: kid.subject };
  return {
    changes: [...news, { put: "decision", decision: kept, evidence }],
    apply: () => {
      memory.table.add(id, kept.subject, { ...kept, opened, lapsed: kid.lapsed });
      return { decision: kept, news: "new" };
    },
    undo: () => memory.table.release(id),
  };
}

/** Numbers that are none would make a decision void, or make it overrule others. */
function requireNumbers({ index, beacon, expires }: Pick<KeptDecision, "index" | "beacon" | "expires">): void {
  const isSize = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!isSize(beacon) || !(index === null || isSize(index)) || !(expires === null || Number.isSafeInteger(expires)))
    throw new FreeholdError(
      "argument_invalid",
      `A decision has a beacon (${beacon}), an index or null (${index}) and an expiry in whole seconds or null (${expires}).`,
    );
}

/** Of a key that another one follows, only what was logged before the binding that says so; a refusal also where its place is not known. */
function requireNotRotated(kind: KeptDecision["kind"], index: number | null, { rotated }: KeptKid, known: KeptDecision | undefined): void {
  if (rotated === null) return;
  const isLate = index === null ? kind === "grant" : index >= rotated && (kind === "grant" || known === undefined);
  if (isLate)
    throw new FreeholdError("kid_rotated", `The key was followed by another one at entry ${rotated}; what it signs and is logged after that does not count.`);
}

export interface SecretsGiven extends Also {
  secrets: readonly Uint8Array[];
  by: OpenedBy;
  /** Keeps also secrets that open no lock of a decision: those of a chain, whose decisions may still be on their way. */
  keep?: boolean;
  /** Further changes: how far a chain has been read. */
  marks?: readonly { name: string; value: number }[];
}

/** A lock, and the decisions of the desk that it ends. */
export interface Opened {
  lock: string;
  decisions: KeptDecision[];
  /** Whether it was not open before. */
  isNew: boolean;
}

/** Takes the secrets of locks, through any channel. */
export async function planOpened({ store, memory, now }: Desktop, { secrets, by, keep = false, marks = [], also }: SecretsGiven): Promise<Plan<Opened[]>> {
  const changes: Change[] = [...papers(also), ...marks.map(({ name, value }): Change => ({ put: "mark", name, value }))];
  const opened: Opened[] = [];
  for (const secret of secrets) {
    const lock = toHex(lockOf(secret));
    const decisions = await store.decisions("lock", lock);
    const isNew = (await store.lock(lock)) === undefined;
    opened.push({ lock, decisions, isNew });
    if (isNew && (keep || decisions.length > 0)) changes.push({ put: "lock", lock: { lock, secret: toHex(secret), by, since: now() } });
  }
  return {
    changes,
    apply: () => {
      for (const { decisions } of opened) for (const { id } of decisions) memory.table.open(id);
      return opened;
    },
  };
}

export interface BindingGiven extends Also {
  subject: string;
  kid: string;
  /** The key that this one follows: with a rotation, at the index of the binding that has it; or declared lost. */
  previous?: { kid: string; rotated: number } | { kid: string; lost: true };
}

/**
 * Binds a key to a subject (spec/offer.md, "Binding"). What was bound before stays bound. Throws `kid_bound` where the key is another subject's, and
 * `binding_previous` where the subject has a key and no previous one is named.
 */
export async function planBinding(desk: Desktop, { subject, kid, previous, also }: BindingGiven): Promise<Plan<void>> {
  const { store, memory } = desk;
  if (typeof subject !== "string" || subject === "")
    throw new FreeholdError("argument_invalid", "A subject is the name under which the company knows a person: a string, not empty.");
  const kids = await store.kidsOf(subject);
  const old = await store.kid(kidHash(kid));
  if (old !== undefined && old.subject !== null && old.subject !== subject) throw new FreeholdError("kid_bound", "The key is bound to another account.");
  if (previous === undefined && old?.subject !== subject && kids.length > 0)
    throw new FreeholdError(
      "binding_previous",
      "The account has a key already: a binding of another says which one it follows, or it looks like a forged person.",
    );
  const bound: KeptKid = { ...(old ?? blankKid(kid)), kid, subject };
  const changed = [bound];
  let lost: KeptDecision[] = [];
  if (previous !== undefined) {
    const before = (await store.kid(kidHash(previous.kid))) ?? blankKid(previous.kid);
    if (before.subject !== null && before.subject !== subject)
      throw new FreeholdError("binding_previous", "The key that is said to come before is bound to another account.");
    const rotated = "rotated" in previous ? Math.min(previous.rotated, before.rotated ?? Infinity) : before.rotated;
    changed.push({ ...before, kid: previous.kid, subject, rotated, lapsed: before.lapsed || "lost" in previous });
    if ("lost" in previous) lost = await store.decisions("kid", previous.kid);
  }
  return {
    changes: [...changed.map((one): Change => ({ put: "kid", kid: one })), ...papers(also)],
    apply: () => {
      memory.table.setFloor(subject, floorOf([...kids, ...changed]));
      for (const { id } of lost) memory.table.lapse(id);
    },
  };
}

/** A key is declared lost: its grants lapse, its refusals stay. Throws `kid_unbound`. */
export async function planLapse({ store, memory }: Desktop, { kid, also }: { kid: string } & Also): Promise<Plan<KeptDecision[]>> {
  const known = await store.kid(kidHash(kid));
  if (known === undefined) throw new FreeholdError("kid_unbound", "The key is bound to no account.");
  const decisions = await store.decisions("kid", kid);
  return {
    changes: [{ put: "kid", kid: { ...known, lapsed: true } }, ...papers(also)],
    apply: () => {
      for (const { id } of decisions) memory.table.lapse(id);
      return decisions;
    },
  };
}

export type ErasureGiven = Also & ({ subject: string } | { record: string });

export interface Erased {
  subject: string | null;
  decisions: KeptDecision[];
  /** What stands in for them from now on. */
  floor: number;
}

/**
 * Erases one decision, or all that the desk holds of a subject: then only hashes of her keys stay, each with what stands in for what was erased. Throws
 * `decision_unproved` where one has no index: log it first, or the refusal that nobody has seen would be forgotten.
 */
export async function planErasure({ store, memory, origin }: Desktop, given: ErasureGiven): Promise<Plan<Erased>> {
  const victims = "subject" in given ? await store.decisions("subject", given.subject) : await store.decisions("record", given.record);
  const subject = "subject" in given ? given.subject : (victims[0]?.subject ?? null);
  const unproved = victims.find((one) => one.index === null && one.origin === origin);
  if (unproved !== undefined)
    throw new FreeholdError(
      "decision_unproved",
      `The decision ${unproved.record} is not proved to be in the log: log it before it is erased, so that a floor can stand in for it.`,
    );
  if (subject === null) return { changes: papers(given.also), apply: () => ({ subject, decisions: [], floor: 0 }) };
  const gone = new Set(victims.map(({ id }) => id));
  const remaining = (await store.decisions("subject", subject)).filter(({ id }) => !gone.has(id));
  const kids = await store.kidsOf(subject);
  const floors = victims.map(({ index }) => (index === null ? memory.newest + 1 : floorAfterErasing(index, remaining, Math.max(memory.newest, index + 1))));
  const floor = Math.max(floorOf(kids), ...floors);
  const isAll = "subject" in given;
  const after = kids.map((kid) => ({ ...kid, floor, ...(isAll && { kid: null, subject: null }) }));
  const unused: string[] = [];
  for (const lock of new Set(victims.map((one) => one.lock))) if ((await store.decisions("lock", lock)).every(({ id }) => gone.has(id))) unused.push(lock);
  return {
    changes: [
      ...after.map((kid): Change => ({ put: "kid", kid })),
      ...victims.map(({ id }): Change => ({ drop: "decision", id })),
      ...unused.map((lock): Change => ({ drop: "lock", lock })),
      ...papers(given.also),
    ],
    apply: () => {
      for (const { id } of victims) memory.table.remove(id, subject);
      memory.table.setFloor(subject, isAll ? 0 : floor);
      return { subject, decisions: victims, floor };
    },
  };
}

/** Takes a status that is not older than any before. Says which indexes have ended since; none where no status was known to compare it with. */
export async function planStatus({ memory }: Desktop, { status, completes }: { status: Status; completes: boolean }): Promise<Plan<{ ended: number[] }>> {
  const before = memory.status;
  const isOlder =
    status.checkpoint.size < memory.statusSize ||
    (before !== null && status.checkpoint.size === before.checkpoint.size && status.witnessedTime < before.witnessedTime);
  const taken = isOlder ? before : status;
  const changes: Change[] = [];
  if (!isOlder && (status.checkpoint.size > memory.statusSize || before === null)) {
    const isSameBits = before !== null && status.bitmap === before.bitmap;
    changes.push({ put: "status", note: status.note, size: status.size, ...(!isSameBits && { bits: status.bitmap.bits }) });
    if (status.checkpoint.size > memory.newest) changes.push({ put: "mark", name: MARKS.newest, value: status.checkpoint.size });
  }
  // Only what was asked for after the backup came back says how far the log has gone without this desk.
  const isRestored = memory.restoring && completes;
  const floor = Math.max(memory.floorOfAll, memory.newest + 1, status.checkpoint.size + 1);
  if (isRestored) changes.push({ put: "mark", name: MARKS.floor, value: floor }, { put: "mark", name: MARKS.restoring, value: 0 });
  const ended = isOlder || before === null ? [] : newlySet(before.bitmap.bits, status.bitmap.bits, status.size);
  return {
    changes,
    apply: () => {
      if (isRestored) {
        memory.floorOfAll = floor;
        memory.restoring = false;
      }
      memory.setStatus(taken);
      return { ended };
    },
  };
}

/** The store was restored from a copy: until the newest checkpoint has been seen, no grant is above the floor. */
export async function planRestored({ memory }: Desktop): Promise<Plan<void>> {
  return {
    changes: [{ put: "mark", name: MARKS.restoring, value: 1 }],
    apply: () => {
      memory.restoring = true;
      memory.settle();
    },
  };
}

function papers(also: Also["also"] = []): Change[] {
  return also.map(({ drawer, key, text }): Change => (text === null ? { drop: "paper", drawer, key } : { put: "paper", paper: { drawer, key, text } }));
}

function blankKid(kid: string): KeptKid {
  return { hash: kidHash(kid), kid, subject: null, lapsed: false, rotated: null, floor: 0 };
}

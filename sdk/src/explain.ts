/** Why a check answers what it answers: every decision of the subject, each condition of the rule, and the receipts that prove it (spec/checking.md, "The rule"). */
import { checkReasons, checkRequest, covers, overlaps } from "@freehold/protocol/check";
import type { CheckReason, CheckRequest, Decision, DeskView } from "@freehold/protocol/check";
import { isEnded } from "@freehold/protocol/status";
import type { DeskMemory } from "./desk-memory.ts";
import type { KeptDecision, KeptLock, Store } from "./store.ts";

/** A condition of the rule, by the reason that is given where it does not hold. */
export interface Condition {
  condition: CheckReason;
  holds: boolean;
  why: string;
}

export interface ExplainedDecision {
  decision: KeptDecision;
  covers: boolean;
  overlaps: boolean;
  /** Whether it speaks against grants whose beacon is not above it: a refusal, or a grant that is ended, expired or of a lost key. */
  against: boolean;
  /** Of a grant: all conditions in the order of the rule, also those behind the first that does not hold. Empty for a refusal. */
  conditions: Condition[];
  /** The receipt that proves it, or what was received without a proof. */
  evidence: string | undefined;
}

export interface Explanation {
  request: CheckRequest;
  allowed: boolean;
  reason: CheckReason | "allowed";
  /** Records (their SHA-256) of the decisions that the answer names. */
  grant: string | null;
  blocker: string | null;
  decisions: ExplainedDecision[];
  /** The signed checkpoint of the status, and what the answer took from it. */
  status: { note: string; size: number; witnessedTime: number } | null;
  floor: number;
  now: number;
  maximumAge: number;
}

/** Explains a request. What it reads must not change meanwhile: the desk's queue sees to that. */
export async function explain(
  desk: { store: Store; memory: DeskMemory; maximumAge: number },
  subject: string,
  request: CheckRequest,
  now: number,
): Promise<Explanation> {
  const { store, memory, maximumAge } = desk;
  const decisions = await store.decisions("subject", subject);
  const locks = new Map<string, KeptLock>();
  for (const { lock } of decisions) {
    const open = await store.lock(lock);
    if (open !== undefined) locks.set(lock, open);
  }
  const lapsed = new Set((await store.kidsOf(subject)).flatMap((kid) => (kid.lapsed && kid.kid !== null ? [kid.kid] : [])));
  const status = memory.inDoubt ? null : memory.status;
  const view: DeskView = {
    decisions,
    lapsed,
    opened: new Set(locks.keys()),
    status: {
      size: status?.size ?? 0,
      witnessedTime: status?.witnessedTime ?? -Infinity,
      isEnded: (index) => isEnded(status!.bitmap.bits, status!.size, index),
    },
    floor: memory.table.floorOf(subject),
    now,
    maximumAge,
  };
  const answer = checkRequest(request, view);
  const record = (decision: Decision | undefined) => (decision as KeptDecision | undefined)?.record ?? null;
  const explained: ExplainedDecision[] = [];
  for (const decision of decisions) explained.push({ ...judge(decision, request, view, locks), evidence: await store.evidence(decision.id) });
  return {
    request,
    allowed: answer.allowed,
    reason: answer.allowed ? "allowed" : answer.reason,
    grant: record(answer.grant),
    blocker: answer.allowed ? null : record(answer.blocker),
    decisions: explained,
    status: status && { note: status.note, size: status.size, witnessedTime: status.witnessedTime },
    floor: view.floor,
    now,
    maximumAge,
  };
}

function judge(decision: KeptDecision, request: CheckRequest, view: DeskView, locks: ReadonlyMap<string, KeptLock>): Omit<ExplainedDecision, "evidence"> {
  const { status, floor, now, maximumAge } = view;
  const isVoid = (one: Decision) => !lapses(one) || !endings(one).holds || !expiry(one).holds;
  const lapses = ({ kid }: Decision) => !view.lapsed.has(kid);
  const endings = ({ lock, index }: Decision): { holds: boolean; why: string } => {
    const open = locks.get(lock);
    if (open !== undefined) return { holds: false, why: `its lock was opened ${CHANNELS[open.by]} at ${instant(open.since)}` };
    if (index !== null && index < status.size && status.isEnded(index)) return { holds: false, why: `the log says that entry ${index} has ended` };
    return { holds: true, why: "its lock has not been opened, as far as log, chain and this company know" };
  };
  const expiry = ({ expires }: Decision): { holds: boolean; why: string } => {
    if (expires === null) return { holds: true, why: "it does not expire" };
    const isExpired = !(expires > Math.max(now, status.witnessedTime));
    return { holds: !isExpired, why: `it ${isExpired ? "expired" : "expires"} at ${instant(expires)}` };
  };
  const isRefusal = decision.kind === "refusal";
  const isOver = overlaps(decision, request);
  const isCovered = !isRefusal && covers(decision, request);
  const facts = { decision, covers: isCovered, overlaps: isOver, against: isOver && (isRefusal || isVoid(decision)) };
  if (isRefusal) return { ...facts, conditions: [] };

  const { index, beacon, kid } = decision;
  const age = Math.abs(now - status.witnessedTime);
  const blockers = view.decisions.filter(
    (other) => other !== decision && (other.kind === "refusal" || isVoid(other)) && overlaps(other, request) && !(other.index !== null && other.index < beacon),
  );
  const isProved = index !== null && index < status.size;
  const found: Record<CheckReason, { holds: boolean; why: string }> = {
    no_grant: {
      holds: isCovered,
      why: isCovered
        ? "one of its processes names the purpose, the data and the processing, or what lies above them"
        : "none of its processes names all of this",
    },
    lapsed: { holds: lapses(decision), why: lapses(decision) ? `its key ${kid} is in use` : `its key ${kid} was declared lost` },
    ended: endings(decision),
    expired: expiry(decision),
    unproved: {
      holds: isProved,
      why:
        index === null
          ? "it was not proved to be in the log"
          : isProved
            ? `it is entry ${index} of the log`
            : `it is entry ${index}, and the newest status covers ${status.size} entries`,
    },
    stale: {
      holds: age <= maximumAge,
      why: Number.isFinite(age) ? `the status was witnessed ${Math.round(age)} seconds from now, and ${maximumAge} are allowed` : "there is no status yet",
    },
    below_floor: {
      holds: beacon >= floor,
      why: floor === 0 ? "nothing was erased or lost" : `its beacon is ${beacon}, and the floor that stands in for what was erased or lost is ${floor}`,
    },
    blocked: {
      holds: blockers.length === 0,
      why:
        blockers.length === 0
          ? `all that speaks against it was logged below its beacon, ${beacon}`
          : `not below its beacon, ${beacon}: ${blockers.map(nameOf).join(", ")}`,
    },
  };
  return { ...facts, conditions: checkReasons.map((condition) => ({ condition, ...found[condition] })) };
}

const CHANNELS = { desk: "at this company", log: "in the log", chain: "on a chain" } as const;

function nameOf({ kind, index }: Decision): string {
  return `the ${kind} ${index === null ? "without a proof" : `at entry ${index}`}`;
}

function instant(seconds: number): string {
  return Number.isFinite(seconds) ? new Date(1000 * seconds).toISOString() : "an unknown time";
}

/** When a company may process: the rule of spec/checking.md as a pure function over what a desk knows of one subject. */
import { dimensions } from "./record.ts";
import type { Dimension, Process } from "./record.ts";
import { haveCommonDescendant, isWithin } from "./vocabulary.ts";

/** What a company wants to do: one term in each dimension. */
export interface CheckRequest {
  purpose: string;
  data: string;
  processing: string;
}

/** A verified grant or refusal, as a desk keeps it. */
export interface Decision {
  kind: "grant" | "refusal";
  /** The thumbprint of the key that signed it. */
  kid: string;
  /** Its lock, 64 hexadecimal digits. */
  lock: string;
  /** The lowest index proved for its JWS in the desk's log; null as long as it was only received, and in another log. */
  index: number | null;
  /** The size of the checkpoint up to which she had looked when she signed. */
  beacon: number;
  /** Seconds since 1970; null where it does not expire. */
  expires: number | null;
  /** What it concerns; null (refusals only): everything. */
  processes: readonly Process[] | null;
}

/** What a desk knows when it checks. Instants are seconds since 1970, durations seconds. */
export interface DeskView {
  /** All decisions of the subject, of all kids bound to the account. */
  decisions: readonly Decision[];
  /** Kids declared lost. */
  lapsed: ReadonlySet<string>;
  /** Locks whose secret was seen, through any channel (64 hexadecimal digits). */
  opened: ReadonlySet<string>;
  /** The newest status: how many entries it covers, when it was witnessed, and whether the record at an index below its size has ended. */
  status: { size: number; witnessedTime: number; isEnded: (index: number) => boolean };
  /** Stands in for what was erased ({@link floorAfterErasing}) or lost with a backup; 0 where nothing was. */
  floor: number;
  now: number;
  maximumAge: number;
}

/** Why a request is not allowed, by how far its best grant came (spec/checking.md, "The rule"). */
export const checkReasons = ["no_grant", "lapsed", "ended", "expired", "unproved", "stale", "below_floor", "blocked"] as const;
export type CheckReason = (typeof checkReasons)[number];

export type Answer = { allowed: true; grant: Decision } | { allowed: false; reason: CheckReason; grant?: Decision; blocker?: Decision };

/**
 * May this be done, on the subject's consent? *Not allowed* does not speak of other legal bases.
 *
 * @example
 * ```ts
 * const answer = checkRequest({ purpose: "dpv:Marketing", data: "pd:EmailAddress", processing: "dpv:Use" }, view);
 * if (!answer.allowed) console.log(answer.reason);
 * ```
 */
export function checkRequest(request: CheckRequest, view: DeskView): Answer {
  let best: Answer = { allowed: false, reason: "no_grant" };
  for (const grant of view.decisions) {
    if (grant.kind !== "grant" || !covers(grant, request)) continue;
    const answer = judge(grant, request, view);
    if (further(answer, best)) best = answer;
  }
  return best;
}

/** The conditions 2 to 8 of the rule for a grant that covers the request; written so that a number that is none (NaN) fails them. */
function judge(grant: Decision, request: CheckRequest, view: DeskView): Answer {
  const { status } = view;
  if (view.lapsed.has(grant.kid)) return { allowed: false, reason: "lapsed", grant };
  if (isEndedDecision(grant, view)) return { allowed: false, reason: "ended", grant };
  if (isExpired(grant, view)) return { allowed: false, reason: "expired", grant };
  if (!(grant.index !== null && grant.index < status.size)) return { allowed: false, reason: "unproved", grant };
  if (!(Math.abs(view.now - status.witnessedTime) <= view.maximumAge)) return { allowed: false, reason: "stale", grant };
  if (!(grant.beacon >= view.floor)) return { allowed: false, reason: "below_floor", grant };
  const blocker = blockerOf(grant, request, view);
  return blocker === undefined ? { allowed: true, grant } : { allowed: false, reason: "blocked", grant, blocker };
}

/** Condition 8: of all that speaks against a grant and that she had not seen in the log when she signed it, the last. */
function blockerOf(grant: Decision, request: CheckRequest, view: DeskView): Decision | undefined {
  let last: Decision | undefined;
  for (const other of view.decisions) {
    if (other.index !== null && other.index < grant.beacon) continue;
    // The grant itself is passed over here as any live grant is: a void one does not come as far as condition 8.
    const speaksAgainst = other.kind === "refusal" || isVoid(other, view);
    if (speaksAgainst && overlaps(other, request) && (last === undefined || place(other) > place(last))) last = other;
  }
  return last;
}

/** A decision's place in the order of the log; one without proof comes after all. */
function place(decision: Decision | undefined): number {
  return decision?.index ?? Number.POSITIVE_INFINITY;
}

/** Whether an answer comes further in the order of the rule than another; at the same step the later grant does. */
function further(a: Answer, b: Answer): boolean {
  const step = (answer: Answer): number => (answer.allowed ? checkReasons.length : checkReasons.indexOf(answer.reason));
  return step(a) > step(b) || (step(a) === step(b) && place(a.grant) > place(b.grant));
}

function isVoid(decision: Decision, view: DeskView): boolean {
  return view.lapsed.has(decision.kid) || isEndedDecision(decision, view) || isExpired(decision, view);
}

function isEndedDecision({ lock, index }: Decision, { opened, status }: DeskView): boolean {
  return opened.has(lock) || (index !== null && index < status.size && status.isEnded(index));
}

function isExpired({ expires }: Decision, { now, status }: DeskView): boolean {
  return expires !== null && !(expires > Math.max(now, status.witnessedTime));
}

const TERM: { readonly [D in Dimension]: keyof CheckRequest } = { purposes: "purpose", data: "data", processing: "processing" };
const DIMENSIONS = Object.keys(dimensions) as Dimension[];

/** Whether a decision covers a request: one of its processes names, in every dimension, a term at or above the requested one. */
export function covers(decision: Pick<Decision, "processes">, request: CheckRequest): boolean {
  return (decision.processes ?? []).some((process) =>
    DIMENSIONS.every((dimension) => (process[dimension] ?? []).some((term) => isWithin(request[TERM[dimension]], term))),
  );
}

/** Whether a decision overlaps a request: for one of its processes, in every dimension, some term lies within both; a missing dimension means all. */
export function overlaps(decision: Pick<Decision, "processes">, request: CheckRequest): boolean {
  return (
    decision.processes === null ||
    decision.processes.some((process) =>
      DIMENSIONS.every((dimension) => process[dimension]?.some((term) => haveCommonDescendant(request[TERM[dimension]], term)) ?? true),
    )
  );
}

/**
 * The floor that stands in for an erased decision, given its index (spec/checking.md, "What the desk knows"): the size of
 * the newest checkpoint, or less where that would shut out a remaining grant that the decision did not block. A decision
 * without proof has no floor that could stand in for it: it is logged first.
 */
export function floorAfterErasing(index: number, remaining: readonly Decision[], newestSize: number): number {
  const spared = remaining.filter((decision) => decision.kind === "grant" && decision.beacon > index).map((decision) => decision.beacon);
  return Math.min(newestSize, ...spared);
}

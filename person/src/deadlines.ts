/** What is due after a letter or a delivery, and what she can do next. Pure: what is known and the day give the rest (spec/letters.md). */
import type { Act, Process } from "@freehold/protocol/record";
import { isWithin } from "@freehold/protocol/vocabulary";
import { addBusinessDays, addDays, addMonths, dayOf, workingDayFrom } from "./calendar.ts";
import { stateLawOf } from "./regime.ts";
import type { Regime, Residence } from "./regime.ts";
import type { LetterState } from "./schema.ts";

/** What it is that was said, and under which law. */
export interface Clocked {
  readonly act: Act;
  /** Absent: everything. */
  readonly processes?: readonly Process[];
  readonly regime: Regime;
  readonly residence?: Residence;
  /** Public holidays where the recipient is, where they are known: a period never ends on one. */
  readonly isHoliday?: (day: string) => boolean;
}

/** The last days (`YYYY-MM-DD`) on which the recipient acts in time; null where the law sets none. */
export interface Deadline {
  /** It must have stopped. Where the law says *without delay* it is the day of receipt itself. */
  readonly stop: string | null;
  /** It must have answered. */
  readonly answer: string | null;
  /** The sentences that say so (letters/law.ts). */
  readonly law: readonly string[];
}

const NONE: Deadline = { stop: null, answer: null, law: [] };

/**
 * What is due, from the day of receipt.
 *
 * - GDPR: one month, two more where it said so within that month (Art. 12(3)); the period ends by Regulation 1182/71. Withdrawal (Art. 7(3)) and
 *   objection to direct marketing (Art. 21(3)) take effect at once, and are not extended; the law sets no day for an answer to a withdrawal.
 * - California: 15 business days for opt-outs and limits (11 CCR 7026(f), 7027(g)), 45 days otherwise, 45 more after notice.
 * - Other states as their law says. Switzerland: 30 days for access and portability; an express declaration takes effect at once.
 *
 * @throws `argument_invalid` where `received` is no day.
 * @example
 * ```ts
 * deadlineOf({ act: "eu-gdpr:A15", regime: "eu" }, "2027-01-31").answer; // "2027-03-01": 28 February is a Sunday
 * ```
 */
export function deadlineOf(clocked: Clocked, received: string, extended = false): Deadline {
  const { act, regime, residence } = clocked;
  const from = dayOf(received);
  if (act === "dpv:ConsentGiven" || act === "dpv:ConsentRefused") return NONE;
  switch (regime) {
    case "eu":
    case "uk": {
      const law = regime === "eu" ? "gdpr" : "uk";
      if (act === "dpv:ConsentWithdrawn") return { stop: from, answer: null, law: [`${law}-7-3`] };
      const answer = workingDay(addMonths(from, extended ? 3 : 1), clocked);
      const ends = [`${law}-12-3`, ...(regime === "eu" ? ["reg1182-3"] : [])];
      if (act === "dpv:ObjectingToProcess" && isMarketing(clocked)) return { stop: from, answer, law: [`${law}-21-3`, ...ends] };
      return { stop: null, answer, law: ends };
    }
    case "ch":
      if (!act.startsWith("eu-gdpr:")) return { stop: from, answer: null, law: ["ch-30-2-b"] };
      return act === "eu-gdpr:A15" || act === "eu-gdpr:A20" ? { stop: null, answer: addDays(from, 30), law: ["ch-25-7"] } : NONE;
    case "us-ca":
      if (act === "dpv:OptingOutFromProcess") return { stop: addBusinessDays(from, 15), answer: null, law: ["ca-7026-f"] };
      return act.startsWith("us-ca:") ? { stop: null, answer: addDays(from, extended ? 90 : 45), law: ["ca-130"] } : NONE;
    case "us-state": {
      const law = residence && stateLawOf(residence);
      if (law === undefined || !(act === "dpv:OptingOutFromProcess" || act.startsWith("us-ca:"))) return NONE;
      return { stop: null, answer: addDays(from, law.days + (extended ? law.more : 0)), law: [`us-${law.code.toLowerCase()}-time`] };
    }
    case "none":
      return NONE;
  }
}

/** An objection to everything is one to direct marketing too. */
function isMarketing({ processes }: Clocked): boolean {
  return processes === undefined || processes.some(({ purposes }) => purposes?.some((purpose) => isWithin(purpose, "dpv:Marketing")) ?? true);
}

function workingDay(day: string, { isHoliday }: Clocked): string {
  let at = workingDayFrom(day);
  // No country has so many holidays in a row: a calendar that says so is wrong, and must not hang this.
  for (let i = 0; i < 30 && isHoliday?.(at) === true; i++) at = workingDayFrom(addDays(at, 1));
  return at;
}

/**
 * - `unsent`, `sent`: no clock runs; sending alone starts none;
 * - `waiting`, `extended`: an answer is due, later;
 * - `effective`: it took effect on arrival, and nothing more is due;
 * - `silent`: the day has passed;
 * - `done`, `partly`, `no-data`, `rejected`, `rejected-without-grounds`: what was answered. The last one is no answer as the GDPR wants it (Art. 12(4)).
 */
export type FollowState =
  | "unsent"
  | "sent"
  | "waiting"
  | "extended"
  | "effective"
  | "silent"
  | "done"
  | "partly"
  | "no-data"
  | "rejected"
  | "rejected-without-grounds";

/** `from`: the first day on which it makes sense. */
export interface NextStep {
  readonly step: "send" | "note-receipt" | "check-again" | "remind" | "complain-to-controller" | "complain";
  readonly from: string;
}

export interface FollowUp {
  readonly state: FollowState;
  /** The day of receipt is proven, by the recipient's signed answer; else it is her word. Null where it is not known. */
  readonly receipt: "proven" | "asserted" | null;
  readonly deadline: Deadline;
  /** The recipient asked for more time after its time was over: that extends nothing. */
  readonly extendedTooLate: boolean;
  readonly next: readonly NextStep[];
}

/** Days after which it is worth looking whether a site still does what it had to stop. Ours, no law's. */
const CHECK_AFTER = 14;

/**
 * Where a letter stands on a day, and what she can do next.
 *
 * @example
 * ```ts
 * const { state, next } = followUp({ act: "eu-gdpr:A15", regime: "eu" }, item.letter, "2027-01-04");
 * ```
 */
export function followUp(clocked: Clocked, letter: LetterState, today: string): FollowUp {
  const { sent, received, extended, answered, complained } = letter;
  const { regime } = clocked;
  if (received === undefined && answered === undefined) {
    const next: NextStep[] = sent === undefined ? [{ step: "send", from: today }] : [{ step: "note-receipt", from: dayOf(sent) }];
    return { state: sent === undefined ? "unsent" : "sent", receipt: null, deadline: NONE, extendedTooLate: false, next };
  }
  const from = dayOf((received ?? answered)!.at);
  const first = deadlineOf(clocked, from);
  const inTime = extended !== undefined && first.answer !== null && dayOf(extended) <= first.answer;
  const deadline = inTime ? deadlineOf(clocked, from, true) : first;
  const state = stateOf(answered, deadline, inTime, today);
  const hasComplained = complained !== undefined;
  return {
    state,
    receipt: received === undefined ? null : received.proven ? "proven" : "asserted",
    deadline,
    extendedTooLate: extended !== undefined && first.answer !== null && !inTime,
    next: hasComplained ? [] : stepsOf(state, deadline, { regime, answered: answered && dayOf(answered.at) }),
  };
}

function stateOf(answered: LetterState["answered"], { stop, answer }: Deadline, isExtended: boolean, today: string): FollowState {
  if (answered !== undefined) return answered.result === "rejected" && (answered.grounds ?? "").trim() === "" ? "rejected-without-grounds" : answered.result;
  if (answer === null) return stop !== null && today < stop ? "waiting" : "effective";
  return today > answer ? "silent" : isExtended ? "extended" : "waiting";
}

function stepsOf(state: FollowState, { stop, answer }: Deadline, { regime, answered }: { regime: Regime; answered: string | undefined }): NextStep[] {
  const check: NextStep[] = stop === null ? [] : [{ step: "check-again", from: addDays(stop, CHECK_AFTER) }];
  const complain = (day: string): NextStep[] => [
    ...(regime === "uk" ? [{ step: "complain-to-controller" as const, from: day }] : []),
    { step: "complain", from: day },
  ];
  switch (state) {
    case "waiting":
    case "extended":
      return [...check, ...(answer === null ? [] : [{ step: "remind" as const, from: addDays(answer, 1) }, ...complain(addDays(answer, 1))])];
    case "silent":
      return [...check, { step: "remind", from: addDays(answer!, 1) }, ...complain(addDays(answer!, 1))];
    case "partly":
      return [...check, { step: "remind", from: answered! }, ...complain(answered!)];
    case "rejected":
    case "rejected-without-grounds":
      return [...check, ...complain(answered!)];
    case "effective":
      return stop === null ? [] : [...check, ...complain(addDays(stop, CHECK_AFTER))];
    case "done":
    case "no-data":
      return check;
    case "unsent":
    case "sent":
      return [];
  }
}

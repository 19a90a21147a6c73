/**
 * Limits against abuse, our own and stricter than the law: a request that is manifestly unfounded or excessive may be refused or charged for
 * (GDPR Art. 12(5)), and a flood of form letters harms those who need an answer. Pure.
 */
import { FreeholdError } from "@freehold/protocol/errors";
import type { ActId } from "../acts.ts";
import { addDays, addMonths } from "../calendar.ts";
import type { LetterState } from "../schema.ts";
import type { Text } from "./law.ts";

/** A letter that was sent, as far as limits have to know it. Days are `YYYY-MM-DD`. */
export interface PastLetter {
  readonly controller: string;
  readonly acts: readonly ActId[];
  readonly sent: string;
  readonly answered?: LetterState["answered"];
  /** Day by which an answer was due; absent where the clock has not begun, or nothing is due. */
  readonly due?: string;
}

export interface AskedLetter {
  readonly controller: string;
  readonly acts: readonly ActId[];
  /** How many controllers these acts were chosen for at one go; 1 where she chose this one by itself. */
  readonly together: number;
  /** Her own words, if there are any. */
  readonly words?: readonly string[];
  /** What is new since the last letter: data that came after, a withdrawal that was not heeded. Her own sentence. */
  readonly newFacts?: string;
  readonly role: "site" | "vendor";
  /** Something that she has names this controller. */
  readonly named: boolean;
}

export type LimitReason = "not-named" | "in-bulk" | "money" | "open" | "answered" | "too-soon" | "daily";

export type Allowed =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: LimitReason; readonly until: string | null; readonly text: Text };

/** Letters in a day. */
export const DAILY_LETTERS = 20;
/** Months without the same request again. */
export const REPEAT_MONTHS = 6;
/** A letter that nobody answered, and whose receipt is not known, counts as open for so many days. */
const OPEN_DAYS = 45;

/** What costs its recipient work, and helps only where there is a reason for it: one by one, never to all. */
const NEVER_IN_BULK: ReadonlySet<ActId> = new Set(["access", "erase", "rectify", "port", "know", "delete", "correct"]);

/** Demands for money are another matter, and make the rest look like a pretext. */
const MONEY =
  /compensat|\b(?:for|in|of|claim|pay|seek|demand|want|award)\s+damages\b|settlement|indemnit|pay me|payment to me|schadens?ersatz|schmerzensgeld|entschädig|abfindung|dommages|indemnisation|indemnizaci|risarcimento|schadevergoeding|odszkodowan|indemniza|skadestånd|erstatning|(?:€|\$|£|\beur|\busd)\s*\d|\d\s*(?:€|\$|£|eur\b|euro\b|usd\b)|\bart(?:icle|\.|ikel)?\s*82/i;

const TEXT: { readonly [R in LimitReason]: Text } = {
  "not-named": {
    en: "Nothing you have names this organisation. The letter to the site asks it to pass yours on.",
    de: "Nichts, was Ihnen vorliegt, nennt diese Organisation. Das Schreiben an die Seite fordert diese auf, Ihres weiterzugeben.",
  },
  "in-bulk": {
    en: "Access, erasure, correction and copies are asked of one organisation at a time, where you have a reason to.",
    de: "Auskunft, Löschung, Berichtigung und Kopien werden von einer Organisation nach der anderen verlangt, wo Sie einen Anlass haben.",
  },
  money: {
    en: "A letter from here asks for no money. If you want to claim any, get advice first.",
    de: "Ein Schreiben von hier verlangt kein Geld. Wenn Sie welches fordern wollen, lassen Sie sich zuerst beraten.",
  },
  open: {
    en: "A letter to this organisation is still open. Wait for the answer, or send a reminder when it is due.",
    de: "Ein Schreiben an diese Organisation ist noch offen. Warten Sie die Antwort ab, oder erinnern Sie, wenn sie fällig ist.",
  },
  answered: {
    en: "This has been answered. If the answer is wrong, the next step is a complaint; if something new has happened, say what.",
    de: "Das ist beantwortet. Wenn die Antwort falsch ist, ist der nächste Schritt eine Beschwerde; wenn etwas Neues geschehen ist, sagen Sie, was.",
  },
  "too-soon": {
    en: "You asked the same within six months. Say what is new, or wait.",
    de: "Sie haben innerhalb von sechs Monaten dasselbe verlangt. Sagen Sie, was neu ist, oder warten Sie.",
  },
  daily: {
    en: "That is enough letters for one day.",
    de: "Das sind genug Schreiben für einen Tag.",
  },
};

/**
 * Whether a letter may go now, or why not and from which day.
 *
 * @param past all letters that she has sent, in any order.
 * @throws `argument_invalid` where a day is none.
 * @example
 * ```ts
 * const may = mayWrite({ controller: "https://shop.example", acts: ["access"], together: 1, role: "site", named: true }, past, "2026-11-23");
 * if (!may.allowed) show(may.text.en);
 * ```
 */
export function mayWrite(asked: AskedLetter, past: readonly PastLetter[], today: string): Allowed {
  for (const day of [today, ...past.map(({ sent }) => sent)]) {
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))
      throw new FreeholdError("argument_invalid", `${JSON.stringify(day.slice(0, 20))} is no day (YYYY-MM-DD).`);
  }
  const no = (reason: LimitReason, until: string | null = null): Allowed => ({ allowed: false, reason, until, text: TEXT[reason] });
  if (asked.role === "vendor" && !asked.named) return no("not-named");
  if (asked.together > 1 && asked.acts.some((act) => NEVER_IN_BULK.has(act))) return no("in-bulk");
  if (asked.words?.some((words) => asksForMoney(words)) || asksForMoney(asked.newFacts ?? "")) return no("money");
  const before = past.filter(({ controller }) => controller === asked.controller).sort((a, b) => (a.sent < b.sent ? 1 : -1));
  const open = before.find((letter) => isOpen(letter, today));
  if (open !== undefined) return no("open", addDays(openUntil(open), 1));
  const isNew = (asked.newFacts ?? "").trim() !== "";
  if (!isNew) {
    const same = before.find(({ acts }) => acts.some((act) => asked.acts.includes(act)));
    const until = same === undefined ? null : addMonths(same.sent, REPEAT_MONTHS);
    if (until !== null && today < until) return no(same?.answered === undefined ? "too-soon" : "answered", until);
  }
  if (past.filter(({ sent }) => sent === today).length >= DAILY_LETTERS) return no("daily", addDays(today, 1));
  return { allowed: true };
}

/** Whether a text asks for money, as far as words tell. */
export function asksForMoney(text: string): boolean {
  return MONEY.test(text);
}

function isOpen(letter: PastLetter, today: string): boolean {
  return letter.answered === undefined && today <= openUntil(letter);
}

function openUntil({ due, sent }: PastLetter): string {
  return due ?? addDays(sent, OPEN_DAYS);
}

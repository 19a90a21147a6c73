/** "My decisions": one row for each, with its state and what is due. Pure: the book and the time give the rows. */
import { decodeDocument } from "@freehold/protocol/offer";
import type { Act, Record } from "@freehold/protocol/record";
import { formatInstant, seconds } from "@freehold/protocol/shape";
import { isWithin } from "@freehold/protocol/vocabulary";
import { addBusinessDays, addDays, addMonths, dayOf, workingDayFrom } from "./calendar.ts";
import { recordIn } from "./item.ts";
import type { Book, DecisionRow, DecisionState, Item } from "./schema.ts";

type Due = DecisionRow["due"][number];

/**
 * The rows, newest first. `now` is in seconds; days are those of UTC, and a day that is due is overdue when it has passed.
 *
 * @example
 * ```ts
 * for (const { controller, state, due } of decisionRows(book, Date.now() / 1000)) show(controller.name, state, due[0]);
 * ```
 */
export function decisionRows(book: Pick<Book, "items">, now: number): DecisionRow[] {
  const today = dayOf(formatInstant(Math.floor(now)));
  return book.items
    .map((item): DecisionRow => {
      const record = recordIn(item);
      return {
        item,
        controller: record.controller,
        act: record.act,
        processes: record.processes === undefined ? null : [...record.processes],
        state: stateOf(item, record, now),
        since: item.signed,
        until: record.expires ?? null,
        acknowledged: acknowledgedBy(item),
        due: dueOf(item, record, now)
          .map(({ on, what }) => ({ on, what, overdue: on < today }))
          .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)),
      };
    })
    .sort((a, b) => (a.since < b.since ? 1 : a.since > b.since ? -1 : a.item.path.counter < b.item.path.counter ? 1 : -1));
}

const STATE: { readonly [A in Act]?: DecisionState } = {
  "dpv:ConsentGiven": "granted",
  "dpv:ConsentRefused": "refused",
  "dpv:ConsentWithdrawn": "withdrawn",
  "dpv:ObjectingToProcess": "objected",
  "dpv:OptingOutFromProcess": "opted-out",
};

function stateOf(item: Item, record: Record, now: number): DecisionState {
  if (item.withdrawn !== undefined) return "withdrawn";
  if (item.index === undefined) return "pending";
  if (record.expires !== undefined && seconds(record.expires) <= now) return "expired";
  return STATE[record.act] ?? "requested";
}

/** Proven: the company's own signed and logged word. A deposit, a letter sent or an answer by mail are asserted. */
function acknowledgedBy({ acknowledgements, deliveries, letter }: Item): DecisionRow["acknowledged"] {
  if (acknowledgements !== undefined && acknowledgements.length > 0) return "proven";
  const said = letter?.received ?? letter?.answered ?? letter?.sent ?? deliveries?.find(({ error }) => error === undefined);
  return said === undefined ? "no" : "asserted";
}

function dueOf(item: Item, record: Record, now: number): Omit<Due, "overdue">[] {
  const due: Omit<Due, "overdue">[] = [];
  const ended = item.withdrawn !== undefined;
  const received = receivedOn(item);
  if (received !== null && !ended && item.letter?.answered === undefined) {
    const extended = item.letter?.extended !== undefined;
    const on = answerBy(record, received, extended);
    if (on !== null) due.push({ on, what: extended ? "extended-answer" : "answer" });
  }
  if (record.act === "dpv:ConsentGiven" && !ended && record.expires !== undefined && seconds(record.expires) > now)
    due.push({ on: addDays(dayOf(record.expires), -RENEW_BEFORE), what: "renewal" });
  const sent = item.deliveries?.find(({ by, error }) => by === "endpoint" && error === undefined);
  if (sent !== undefined && !ended && (item.acknowledgements?.length ?? 0) === 0) due.push({ on: addDays(dayOf(sent.at), 1), what: "acknowledgement" });
  if (item.reminder !== undefined) due.push({ on: dayOf(item.reminder), what: "reminder" });
  return due;
}

/** Days before a grant expires at which its renewal comes up. */
const RENEW_BEFORE = 14;

/** The day from which deadlines run: of receipt, as the company's acknowledgement or her own word has it. Sending alone starts none. */
function receivedOn({ letter, acknowledgements }: Item): string | null {
  const proven = (acknowledgements ?? []).map(({ jws }) => decodeDocument("freehold-acknowledgement+jws", jws).document.issued).sort()[0];
  const received = proven ?? letter?.received?.at;
  return received === undefined ? null : dayOf(received);
}

/**
 * The day by which an answer is due; null for acts that ask for none.
 *
 * - GDPR Art. 12(3): one month from receipt, and two more where the company has said so in time; ends by Regulation 1182/71.
 * - Withdrawal of consent (Art. 7(3)) and objection to direct marketing (Art. 21(2), (3)): without delay, so the day itself.
 * - California: opt-outs 15 business days (11 CCR 7026(f)); requests 45 days, 90 where extended (Cal. Civ. Code 1798.130(a)(2)).
 */
export function answerBy(record: Pick<Record, "act" | "processes">, received: string, extended = false): string | null {
  const { act } = record;
  if (act === "dpv:ConsentGiven" || act === "dpv:ConsentRefused") return null;
  if (act === "dpv:ConsentWithdrawn" || (act === "dpv:ObjectingToProcess" && isMarketing(record))) return received;
  if (act === "dpv:OptingOutFromProcess") return addBusinessDays(received, 15);
  if (act.startsWith("us-ca:")) return addDays(received, extended ? 90 : 45);
  return workingDayFrom(addMonths(received, extended ? 3 : 1));
}

/** An objection to everything is one to direct marketing too. */
function isMarketing({ processes }: Pick<Record, "processes">): boolean {
  return processes === undefined || processes.some(({ purposes }) => purposes?.some((purpose) => isWithin(purpose, "dpv:Marketing")) ?? true);
}

/** What a person at the company has to look at: requests with their deadlines, and records of somebody whom nobody recognised yet. */
import { FreeholdError } from "@freehold/protocol/errors";
import type { Act } from "@freehold/protocol/record";
import { classOf, decodeRecord } from "@freehold/protocol/record";
import type { Acknowledgement } from "@freehold/protocol/offer";
import type { Answers } from "./answers.ts";
import { deadlineOf } from "./deadlines.ts";
import { decisionOf } from "./decision.ts";
import type { Identifier } from "./delivery-form.ts";
import type { Desk } from "./desk.ts";
import { drawerOf, writePapers } from "./papers.ts";
import type { Paper } from "./papers.ts";

/** Something in the inbox. Instants are seconds since 1970. */
export interface InboxItem {
  /** SHA-256 of the record's JWS. */
  record: string;
  act: Act;
  kid: string;
  /** Null where it is not known whose it is. */
  subject: string | null;
  /** The receipt, or what came without a proof. */
  evidence: string;
  index: number | null;
  received: number;
  due: number;
  state: "open" | "delayed" | "fulfilled" | "unfulfilled" | "rejected";
  answers: { at: number; answer: RequestAnswer; grounds?: string; document?: string }[];
  identifiers?: readonly Identifier[];
  reply?: string;
}

export type RequestAnswer = Exclude<InboxItem["state"], "open">;

export interface AnswerInput {
  record: string;
  answer: RequestAnswer;
  /** Why, where it is rejected, delayed or not fulfilled: REQUIRED there (GDPR Art. 12(3) and (4)). */
  grounds?: string;
  /** SHA-256 of the answer that was sent to her. */
  document?: string;
}

type Contact = Pick<InboxItem, "identifiers" | "reply">;

export interface Inbox {
  get: (record: string) => Promise<InboxItem | undefined>;
  /** All, the one that is due first first; `open` leaves out what is answered. */
  list: (options?: { open?: boolean; subject?: string }) => Promise<InboxItem[]>;
  /** Open items whose deadline is over. */
  overdue: () => Promise<InboxItem[]>;
  /** Answers a request: its acknowledgement is logged, and she gets it when she asks again. Throws `request_unknown`, `argument_invalid` (no grounds; answered already). */
  answer: (input: AnswerInput) => Promise<InboxItem>;
  /** The key of an item was bound: what it holds counts now. */
  settle: (kid: string, subject: string) => Promise<void>;
  /** The keys of what nobody recognised. */
  unrecognised: () => Promise<string[]>;
  take: (item: Omit<InboxItem, "received" | "due" | "state" | "answers">, also: readonly Paper[]) => Promise<void>;
  proved: (record: string, index: number) => Promise<void>;
  /** What came with a decision: identifiers and an address. */
  contactOf: (record: string, contact: Contact) => Paper[];
  contact: (record: string) => Promise<Contact | undefined>;
  forget: (record: string) => Promise<Paper[]>;
  /** Called with each new item, and with each that was answered. What it returns ends that. */
  on: (listener: (item: InboxItem) => void) => () => void;
}

const TERMS: { readonly [A in RequestAnswer]: Acknowledgement["answer"] } = {
  delayed: "dpv:RequestActionDelayed",
  fulfilled: "dpv:RequestFulfilled",
  unfulfilled: "dpv:RequestUnfulfilled",
  rejected: "dpv:RequestRejected",
};

export function openInbox({ desk, answers }: { desk: Desk; answers: Pick<Answers, "acknowledge" | "kick"> }): Inbox {
  const { store, clock, log } = desk.parts;
  const items = drawerOf<InboxItem>(store, "inbox");
  /** Records that nobody recognised, by the key that signed them. */
  const unrecognised = drawerOf<true>(store, "unrecognised");
  const contacts = drawerOf<Contact>(store, "contact");
  const contactOf = (record: string, { identifiers, reply }: Contact): Paper[] =>
    identifiers === undefined && reply === undefined
      ? []
      : [contacts.put(record, { ...(identifiers && { identifiers }), ...(reply !== undefined && { reply }) })];
  const listeners = new Set<(item: InboxItem) => void>();
  const tell = (item: InboxItem) => {
    for (const listener of listeners) {
      try {
        listener(item);
      } catch (error) {
        log(`A listener to the inbox failed: ${String(error)}`);
      }
    }
  };
  const isOpen = ({ state }: InboxItem) => state === "open" || state === "delayed";
  const list: Inbox["list"] = async ({ open = false, subject } = {}) =>
    (await items.list())
      .map(({ value }) => value)
      .filter((item) => (!open || isOpen(item)) && (subject === undefined || item.subject === subject))
      .sort((a, b) => a.due - b.due);

  return {
    get: (record) => items.read(record),
    list,
    overdue: async () => (await list({ open: true })).filter(({ due }) => due <= clock()),
    async answer({ record, answer, grounds, document }) {
      const item = await items.read(record);
      if (item === undefined) throw new FreeholdError("request_unknown", "No request of this record is in the inbox.");
      if (!isOpen(item)) throw new FreeholdError("argument_invalid", `The request was answered already: ${item.state}.`);
      if (answer === "delayed" && item.state === "delayed") throw new FreeholdError("argument_invalid", "The time to answer can be extended once.");
      if (answer !== "fulfilled" && !grounds) throw new FreeholdError("argument_invalid", "An answer that is not the fulfilment says on what grounds.");
      const at = clock();
      const next: InboxItem = {
        ...item,
        state: answer,
        due: answer === "delayed" ? deadlineOf(item.act, item.received, true) : item.due,
        answers: [...item.answers, { at, answer, ...(grounds !== undefined && { grounds }), ...(document !== undefined && { document }) }],
      };
      const about = { answer: TERMS[answer], record, ...(document !== undefined && { document }) };
      await writePapers(store, [items.put(record, next), answers.acknowledge(about, next.answers.length + 1)]);
      answers.kick();
      tell(next);
      return next;
    },
    async settle(kid, subject) {
      for (const { key } of await unrecognised.list({ prefix: `${kid}/` })) {
        const record = key.slice(kid.length + 1);
        const item = (await items.read(record))!;
        const signed = { ...decodeRecord(jwsIn(item.evidence)), hash: record };
        const decision = decisionOf(signed, signed.record.beacon.origin === desk.parts.origin ? item.index : null);
        const known = answers.acknowledge({ answer: "dpv:RequestAcknowledged", record }, 1);
        if (decision === undefined) await writePapers(store, [items.put(record, { ...item, subject }), unrecognised.drop(key), known]);
        else
          await desk.addDecision({ decision, evidence: item.evidence, also: [items.drop(record), unrecognised.drop(key), ...contactOf(record, item), known] });
      }
      answers.kick();
    },
    unrecognised: async () => [...new Set((await unrecognised.list()).map(({ key }) => key.slice(0, key.indexOf("/"))))],
    async take(given, also) {
      const received = clock();
      const item: InboxItem = {
        ...given,
        received,
        due: classOf(given.act) === "request" ? deadlineOf(given.act, received) : received,
        state: "open",
        answers: [],
      };
      await writePapers(store, [
        items.put(item.record, item),
        ...(item.subject === null ? [unrecognised.put(`${item.kid}/${item.record}`, true as const)] : []),
        ...also,
      ]);
      tell(item);
    },
    async proved(record, index) {
      const item = await items.read(record);
      if (item !== undefined) await writePapers(store, [items.put(record, { ...item, index })]);
    },
    contactOf,
    contact: (record) => contacts.read(record),
    async forget(record) {
      const item = await items.read(record);
      return [items.drop(record), contacts.drop(record), ...(item === undefined ? [] : [unrecognised.drop(`${item.kid}/${record}`)])];
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The record's JWS in what proves it: a receipt has it as `record`, what came without a proof as `jws`. */
export function jwsIn(evidence: string): string {
  const { record, jws } = JSON.parse(evidence) as { record?: string; jws?: string };
  return (record ?? jws)!;
}

/** Where people meet a company: everything above the desk's core, put together. */
import type { Party } from "@freehold/protocol/record";
import { openAnswers } from "./answers.ts";
import type { Answers } from "./answers.ts";
import { openDeliveries } from "./delivery.ts";
import type { Deliveries } from "./delivery.ts";
import type { Desk } from "./desk.ts";
import { openErasures } from "./erasure.ts";
import type { Erasures } from "./erasure.ts";
import { openInbox } from "./inbox.ts";
import type { Inbox } from "./inbox.ts";
import { makeOffer, offerLink } from "./offers.ts";
import type { OfferInput } from "./offers.ts";
import { openSubjects } from "./subjects.ts";
import type { ReferenceInput } from "./subjects.ts";
import { openWithdrawals } from "./withdrawals.ts";
import type { Withdrawals } from "./withdrawals.ts";

export interface ReceptionOptions {
  /** As the claim has it. Its id is the desk's controller. */
  name: string;
  /** The claim's document, served at /.well-known/freehold.json. */
  claim: string;
  /** Seconds within which acknowledgements are logged, as the company states it; 60 unless told. */
  within?: number;
  /** Seconds for which it keeps what has ended; three years unless told. */
  retention?: number;
  /** Milliseconds between tries while the register is silent, at first. */
  retry?: number;
}

export interface Reception extends Pick<Deliveries, "receive" | "answerTo">, Withdrawals {
  readonly desk: Desk;
  readonly claim: string;
  readonly inbox: Pick<Inbox, "get" | "list" | "overdue" | "answer" | "contact" | "on">;
  readonly erasures: Erasures;
  /** An offer for somebody, and the link to her register. With `subject` her answer is bound to that account. */
  offer(input: Omit<OfferInput, "company" | "signing" | "now"> & { returnTo: string } & Partial<ReferenceInput>): Promise<{ offer: string; link: string }>;
  /** A reference alone: where a key was lost, or for a client that is not asked by link. */
  reference(input: ReferenceInput): Promise<string>;
  /** Says whose key it is, by the company's own knowledge; what waits of it in the inbox counts from now on. */
  recognise(input: { kid: string; subject: string; lost?: boolean }): Promise<void>;
  /** What is still to be logged. */
  waiting: Answers["waiting"];
  /** Logs now what waits. Throws `unavailable`. */
  flush(): Promise<void>;
  /** Ends the work behind the counter. The desk is closed by whoever opened it. */
  close(): Promise<void>;
}

const YEAR = 31_557_600;

/**
 * Opens the reception of a desk. What was not logged before the last end is logged now.
 *
 * @example
 * ```ts
 * const reception = await openReception(desk, { name: "Acme Shop Ltd", claim });
 * app.use(createExpressEndpoints(reception));
 * ```
 */
export async function openReception(desk: Desk, { name, claim, within = 60, retention = 3 * YEAR, retry = 1000 }: ReceptionOptions): Promise<Reception> {
  const { controller, keys, clock, register } = desk.parts;
  const company: Party = { id: controller, name };
  const answers = openAnswers({ desk, company, within, retry, onProved: (record, index) => deliveries.proved(record, index) });
  const subjects = openSubjects({ desk, answers });
  const inbox = openInbox({ desk, answers });
  const deliveries = openDeliveries({ desk, answers, subjects, inbox });
  const withdrawals = openWithdrawals({ desk, answers });
  const erasures = openErasures({ desk, answers, inbox, subjects, retention });
  // Where the last end came between a binding and what it settles.
  for (const kid of await inbox.unrecognised()) {
    const subject = await subjects.subjectOf(kid);
    if (subject !== undefined) await inbox.settle(kid, subject);
  }
  answers.kick();
  return {
    desk,
    claim,
    inbox,
    erasures,
    receive: deliveries.receive,
    answerTo: deliveries.answerTo,
    withdraw: withdrawals.withdraw,
    async offer({ returnTo, subject, lost, life, ...given }) {
      const offer = makeOffer({ ...given, company, signing: keys.signing, now: clock(), ...(life !== undefined && { life }) });
      const reference =
        subject === undefined ? undefined : await subjects.makeReference({ subject, ...(lost !== undefined && { lost }), ...(life !== undefined && { life }) });
      return { offer, link: offerLink({ register, offer, returnTo, ...(reference !== undefined && { reference }) }) };
    },
    reference: subjects.makeReference,
    async recognise({ kid, subject, lost }) {
      await subjects.bindByHand({ kid, subject, ...(lost !== undefined && { lost }) });
      await inbox.settle(kid, subject);
    },
    waiting: answers.waiting,
    flush: answers.flush,
    close: answers.close,
  };
}

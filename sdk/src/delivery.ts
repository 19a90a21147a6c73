/** Receiving what people bring: verified, bound, stored, and only then answered (spec/delivery.md). */
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { canonicalize } from "@freehold/protocol/canonical";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import { verifyOpening } from "@freehold/protocol/commitment";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseNote } from "@freehold/protocol/note";
import { parseProof } from "@freehold/protocol/proof";
import { verifyReceipt } from "@freehold/protocol/receipt";
import type { Receipt, ReceiptStep } from "@freehold/protocol/receipt";
import { classOf, decodeRecord, verifyRecord } from "@freehold/protocol/record";
import type { ActClass, SignedRecord } from "@freehold/protocol/record";
import type { Answers, Sealed } from "./answers.ts";
import { decisionOf } from "./decision.ts";
import { parseDelivery } from "./delivery-form.ts";
import type { Delivery, Unproved } from "./delivery-form.ts";
import type { Desk } from "./desk.ts";
import type { Inbox } from "./inbox.ts";
import type { Paper } from "./papers.ts";
import type { Subjects } from "./subjects.ts";

/** What a desk answers. Without `acknowledgement` it is taken, and the answer is being logged. */
export interface Received {
  /** SHA-256 of the record's JWS. */
  record: string;
  kind: ActClass;
  /** Null where nobody knows yet whose it is: it waits in the inbox. */
  subject: string | null;
  acknowledgement?: Sealed;
  binding?: Sealed;
  checkpoint?: string;
}

export interface Deliveries {
  /**
   * Takes a delivery. Durable when it returns; the same record again is nothing done twice, and gets what has been published meanwhile.
   *
   * @throws `delivery_malformed`, `delivery_code`, `too_large`; `controller_mismatch` (it is for another company); what is wrong with receipt or record, by the codes of
   *   `verifyReceipt`; `kid_unbound`, `reference_unknown`, `binding_previous`, `kid_rotated` (a grant of nobody that the company knows); `unavailable` (nothing was taken).
   */
  receive: (body: Uint8Array | string) => Promise<Received>;
  /** What the desk has to say of a record that it took; undefined where it took none. */
  answerTo: (record: string) => Promise<Received | undefined>;
  /** A record that came without a proof has been logged: it counts from its place on. */
  proved: (record: string, index: number) => Promise<void>;
}

/** What was verified of a delivery. */
interface Verified extends SignedRecord {
  index: number | null;
  /** Of the receipt's checkpoint. */
  seen: number;
  evidence: string;
  /** To be logged by the desk. */
  entry: Uint8Array | null;
}

export function openDeliveries({ desk, answers, subjects, inbox }: { desk: Desk; answers: Answers; subjects: Subjects; inbox: Inbox }): Deliveries {
  const { store, policy, controller, origin, clock } = desk.parts;

  const receive = async (body: Uint8Array | string): Promise<Received> => {
    const delivery = parseDelivery(body);
    const stated = decodeRecord(delivery.jws);
    if (stated.record.controller.id !== controller)
      throw new FreeholdError("controller_mismatch", `The record is for ${stated.record.controller.id}, and this is the desk of ${controller}.`);
    // The hash names the very text that was verified then.
    if (!(await isNews(stated.hash, delivery))) return (await answerTo(stated.hash))!;
    const verified = await verify(delivery);
    await take(verified, delivery);
    answers.kick();
    return (await answerTo(verified.hash))!;
  };

  const isNews = async (record: string, { brought }: Delivery): Promise<boolean> => {
    const [known] = await store.decisions("record", record);
    if (known === undefined) return (await inbox.get(record)) === undefined;
    return "receipt" in brought && (known.index === null || parseProof(brought.receipt.proof).index < known.index);
  };

  const verify = async ({ brought }: Delivery): Promise<Verified> => {
    if ("unproved" in brought) return verifyUnproved(brought.unproved, origin);
    const { receipt, text } = brought;
    const passed = new Set<ReceiptStep>();
    try {
      const { record, kid, hash, index, checkpoint } = await verifyReceipt(text, { policy, now: clock(), controller, onStep: (step) => passed.add(step) });
      return { record, kid, hash, index, seen: checkpoint.origin === origin ? checkpoint.size : 0, evidence: text, entry: null };
    } catch (error) {
      const lenient = passed.has("inclusion") ? await refusalAt(receipt, text) : undefined;
      if (lenient === undefined) throw error;
      return lenient;
    }
  };

  /** What else is wrong with a refusal's receipt must not keep it unproved (spec/checking.md): its place is shown by the first steps. */
  const refusalAt = async (receipt: Receipt, evidence: string): Promise<Verified | undefined> => {
    const signed = await verifyRecord(receipt.record, receipt.key);
    if (classOf(signed.record.act) === "grant") return undefined;
    const { index, checkpoint } = parseProof(receipt.proof);
    const seen = parseCheckpoint(parseNote(checkpoint).text);
    return { ...signed, index, seen: seen.origin === origin ? seen.size : 0, evidence, entry: null };
  };

  const take = async (verified: Verified, { reference, rotation, identifiers, reply }: Delivery): Promise<void> => {
    const { record, kid, hash, index, seen, evidence, entry } = verified;
    const kind = classOf(record.act);
    const also: Paper[] = entry === null ? [] : [answers.log(entry, hash)];
    let subject: string | undefined;
    try {
      subject = await subjects.subjectOf(kid);
      if (subject === undefined) {
        subject = await subjects.bind({ kid, reference, rotation });
        await inbox.settle(kid, subject);
      }
    } catch (error) {
      const isNobody = error instanceof FreeholdError && (error.code === "kid_unbound" || error.code === "reference_unknown");
      if (kind === "grant" || !isNobody) throw error;
    }
    const contact = { ...(identifiers && { identifiers }), ...(reply !== undefined && { reply }) };
    const decision = decisionOf(verified, record.beacon.origin === origin ? index : null);
    if (decision === undefined || subject === undefined) {
      await inbox.take({ record: hash, act: record.act, kid, subject: subject ?? null, evidence, index, ...contact }, [
        ...also,
        answers.acknowledge({ answer: subject === undefined ? "dpv:RequestActionDelayed" : "dpv:RequestAcknowledged", record: hash }),
      ]);
      // The key may have been bound by another delivery while this one was being written.
      const since = subject === undefined ? await subjects.subjectOf(kid) : undefined;
      if (since !== undefined) await inbox.settle(kid, since);
      return;
    }
    const isFirst = (await store.decisions("record", hash)).length === 0;
    if (isFirst) also.push(...inbox.contactOf(hash, contact), answers.acknowledge({ answer: "dpv:RequestAcknowledged", record: hash }));
    await desk.addDecision({ decision, evidence, seen, also });
  };

  const answerTo = async (record: string): Promise<Received | undefined> => {
    const [decision] = await store.decisions("record", record);
    const item = await inbox.get(record);
    if (decision === undefined && item === undefined) return undefined;
    const kind = decision?.kind ?? classOf(item!.act);
    const known = { record, kind, subject: decision?.subject ?? item!.subject };
    const acknowledgement = (await answers.find({ record })).at(-1);
    if (acknowledgement === undefined) return known;
    const [binding] = await answers.find({ kid: decision?.kid ?? item!.kid });
    const all = binding === undefined ? [acknowledgement] : [acknowledgement, binding];
    // Where they were sealed at different times and the register is silent, the acknowledgement goes alone.
    const { sealed, checkpoint } = await answers.underOne(all).catch(() => answers.underOne([acknowledgement]));
    return { ...known, acknowledgement: sealed[0]!, ...(sealed[1] && { binding: sealed[1] }), checkpoint };
  };

  return {
    receive,
    answerTo,
    async proved(record, index) {
      const [decision] = await store.decisions("record", record);
      if (decision === undefined) return inbox.proved(record, index);
      const { id, subject: _, ...given } = decision;
      await desk.addDecision({ decision: { ...given, index }, evidence: (await store.evidence(id)) ?? "" });
    },
  };
}

/** A refusal or request whose register is down: it counts from now on. Throws `delivery_malformed` for a grant; `jws_…`, `commitment_mismatch`, `lock_mismatch`. */
async function verifyUnproved(unproved: Unproved, origin: string): Promise<Verified> {
  const signed = await verifyRecord(unproved.jws, unproved.key);
  const { record } = signed;
  if (classOf(record.act) === "grant") throw new FreeholdError("delivery_malformed", "A grant without a proof allows nothing: bring it with its receipt.");
  const bytes = fromHex(unproved.entry);
  const entry = decodeEntry(bytes);
  if (entry.kind !== "record") throw new FreeholdError("entry_malformed", `The entry is a ${entry.kind}, not a record.`);
  verifyOpening({ commitment: entry.commitment, document: unproved.jws, opening: fromHex(unproved.opening) });
  if (toHex(entry.lock) !== record.lock) throw new FreeholdError("lock_mismatch", "The entry has another lock than the record.");
  return { ...signed, index: null, seen: 0, evidence: canonicalize(unproved), entry: record.beacon.origin === origin ? bytes : null };
}

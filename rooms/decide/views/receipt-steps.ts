/**
 * The verification of a receipt, step by step, in the reader's browser. The verdict is that of `verifyReceipt`; this file orders and explains.
 * Then, where the receipt is of this register, what the log says now: from its whole bitmap, so that nobody learns which receipt was looked at.
 */
import { takeSnapshot } from "@freehold/person/snapshot";
import type { Fetch } from "@freehold/person/http";
import { FreeholdError } from "@freehold/protocol/errors";
import { hashOf } from "@freehold/protocol/jws";
import { verifyConsistency } from "@freehold/protocol/merkle";
import { receiptSteps, verifyReceipt } from "@freehold/protocol/receipt";
import type { ReceiptStep, VerifiedReceipt } from "@freehold/protocol/receipt";
import { verifyStatus } from "@freehold/protocol/status";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { formatAge, formatTime } from "../../../ui/format.ts";
import { t, tn } from "../../../ui/text.ts";

export interface Step {
  title: string;
  state: "holds" | "fails" | "note";
  detail: string;
  code?: string;
}

/** Whose word it is whom to believe. */
export type PolicyFrom = "pasted" | "kept" | "register";

export interface Checking {
  text: string;
  policy: string;
  from: PolicyFrom;
  /** Seconds since 1970, by the reader's clock. */
  now: number;
  /** The register that is asked for its state now; null where the answer is not wanted. */
  register: { url: string; fetch: Fetch } | null;
}

/** What came of it. `verified` where all steps of the receipt itself passed; `now` where the register's present state was verified too. */
export interface Checked {
  verified: VerifiedReceipt | null;
  now: { ended: boolean; size: number; witnessedTime: number | null } | null;
}

/** Verifies. `onStep` gets each step as it is done; the first that fails is the last. Never throws. */
export async function checkReceipt(checking: Checking, onStep: (step: Step) => void): Promise<Checked> {
  const { text, now, from, register } = checking;
  let title = t("Policy: whom to believe");
  let verified: VerifiedReceipt | null = null;
  try {
    const policy = parseTrustPolicy(checking.policy);
    onStep({ title, ...policyStep(policy, from) });
    let next = 0;
    title = titleOf(receiptSteps[next++]!);
    verified = await verifyReceipt(text, {
      policy,
      now,
      onStep(step, finding) {
        onStep({ title: titleOf(step), ...stepWords(step, finding) });
        title = next < receiptSteps.length ? titleOf(receiptSteps[next++]!) : title;
      },
    });
    if (register === null) return { verified, now: null };
    title = t("State now: what the register says today");
    return { verified, now: await stateNow(verified, { ...checking, policy, register }, (step) => onStep({ title, ...step })) };
  } catch (error) {
    const isKnown = error instanceof FreeholdError;
    onStep({ title, state: "fails", detail: isKnown ? error.message : t("It could not be read."), ...(isKnown && { code: error.code }) });
    return { verified: null, now: null };
  }
}

function titleOf(step: ReceiptStep): string {
  return {
    form: t("Form: it is a receipt"),
    signature: t("Signature: the record was signed, and not changed since"),
    commitment: t("Commitment: the entry in the log is of this record"),
    lock: t("Lock: what ends the record"),
    origin: t("Register: record and proof are of the same log"),
    checkpoint: t("Checkpoint: the log and its witnesses signed this state"),
    inclusion: t("Inclusion: the entry is in the log"),
    beacon: t("Not before: what the log held when it was signed"),
    claims: t("Company: whose keys these are"),
    offer: t("Offer: what the company had asked"),
    controller: t("Addressee: towards whom it was decided"),
    binding: t("Binding: which account the company took it for"),
    acknowledgement: t("Acknowledgement: what the company answered"),
    anchor: t("Anchor: on a public chain"),
    status: t("Status: had the record ended?"),
  }[step];
}

/** The finding in words; a step that found nothing to check is a note and not a proof. */
function stepWords(step: ReceiptStep, finding: string): Omit<Step, "title"> {
  const none = finding === "none";
  switch (step) {
    case "claims":
      return none
        ? note(t("The receipt holds no claim of a company: none is needed for a refusal."))
        : holds(t("Claims in the receipt: {finding}", { finding }));
    case "offer":
      return none ? note(t("No offer was answered.")) : holds(finding);
    case "binding":
      return none ? note(t("None: the company has not said which account it took the key for.")) : holds(finding);
    case "acknowledgement":
      return none ? note(t("None: nothing that the company signed says that it received this.")) : holds(finding);
    case "anchor":
      if (none) return note(t("None."));
      return finding.startsWith("claimed") ? note(t("{finding}. It is worth the word of whoever made the receipt.", { finding })) : holds(finding);
    case "lock":
      return holds(
        finding.includes("code")
          ? t("The entry has the record’s lock, and the withdrawal code in this receipt opens it.")
          : t("The entry has the record’s lock."),
      );
    case "commitment":
      return holds(t("The opening opens the commitment in the entry to the text of this record, and to no other."));
    case "status":
      return holds(
        finding === "ended"
          ? t("Ended, under this checkpoint.")
          : finding === "not ended"
            ? t("Not ended, under this checkpoint.")
            : t("Not ended under this checkpoint; its own term is over."),
      );
    default:
      return holds(finding);
  }
}

const holds = (detail: string): Omit<Step, "title"> => ({ state: "holds", detail: sentence(detail) });
const note = (detail: string): Omit<Step, "title"> => ({ state: "note", detail });
/** A finding as a sentence; names and terms keep their small letters. */
const sentence = (text: string) => `${/^[a-z]+ /.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text}${text.endsWith(".") ? "" : "."}`;

function policyStep({ tlog }: TrustPolicy, from: PolicyFrom): Omit<Step, "title"> {
  const names = `${tn(tlog.logs.length, "It names {n} log", "It names {n} logs")} ${tn(tlog.witnesses.length, "and {n} witness.", "and {n} witnesses.")}`;
  if (from === "pasted") return holds(t("The policy that you pasted. {names}", { names }));
  if (from === "kept") return holds(t("The policy that this browser has kept since you began. {names}", { names }));
  return note(t("The policy that this register proposes: whom to believe is the register’s own claim. {names}", { names }));
}

/** The same entry under the newest checkpoint: of one history with the receipt's, and its bit there. */
async function stateNow(
  { index, checkpoint: then }: VerifiedReceipt,
  { now, policy, register }: { now: number; policy: TrustPolicy; register: { url: string; fetch: Fetch } },
  onStep: (step: Omit<Step, "title">) => void,
): Promise<Checked["now"]> {
  try {
    const snapshot = await takeSnapshot({ url: register.url, fetch: register.fetch, policy });
    const { checkpoint } = snapshot;
    if (checkpoint.origin !== then.origin) {
      onStep(note(t("The receipt is of another register, {origin}: this one knows nothing of it.", { origin: then.origin })));
      return null;
    }
    if (checkpoint.size < then.size) {
      onStep(note(t("The register serves an older state than the receipt has: the receipt’s own state stands.")));
      return null;
    }
    verifyConsistency({ size1: then.size, root1: then.root, size2: checkpoint.size, root2: checkpoint.root, proof: await snapshot.consistency(then.size) });
    const { ended } = verifyStatus(await snapshot.status(index), { index, checkpoint });
    const { witnessedTime: time } = checkpoint;
    const stale = !ended && (time === null || now - time > policy.maximumAge);
    const at = time === null ? t("at a time that nobody witnessed") : t("at {time}", { time: formatTime(time) });
    const words = ended ? t("Ended, {at}.", { at }) : t("Not ended, {at}.", { at });
    const age = stale && time !== null ? ` ${t("That is {age} ago by your clock: by now it may have.", { age: formatAge(now - time) })}` : "";
    onStep({
      state: stale ? "note" : "holds",
      detail: `${words}${age} ${t("The log has only grown since the receipt. Its whole bitmap was read, so the register does not know which entry this was about.")}`,
    });
    return { ended, size: checkpoint.size, witnessedTime: time };
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    const away = error.code === "unavailable";
    onStep({
      state: away ? "note" : "fails",
      detail: away ? t("The register does not answer. The receipt holds without it; whether it ended since is not known.") : error.message,
      code: error.code,
    });
    return null;
  }
}

/** A name for a file of the receipt. */
export function receiptFileName(receipt: { record: string }): string {
  return `receipt-${hashOf(receipt.record).slice(0, 12)}.json`;
}

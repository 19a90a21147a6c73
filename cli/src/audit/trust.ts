/** Who signed a checkpoint, and whether that satisfies the policy (spec/log.md, "Verification of a checkpoint"): every step, also after one that fails. */
import { verifyCosignature } from "@freehold/protocol/cosignature";
import { FreeholdError } from "@freehold/protocol/errors";
import { findVkey, parseNote, verifyNote } from "@freehold/protocol/note";
import { witnessedTime } from "@freehold/protocol/policy";
import type { Policy } from "@freehold/protocol/policy";
import type { Findings } from "./disagreement.ts";

/** A witness of the policy. */
export interface WitnessState {
  /** In the policy, and of its key. */
  name: string;
  key: string;
  /** When it cosigned, in seconds since 1970; null where it did not, or wrongly. */
  time: number | null;
  /** `none`: run by the register. `unknown`: proposed by the register. `policy`: chosen by whoever gave the policy. */
  independence: "none" | "unknown" | "policy";
}

export interface Trust {
  witnesses: WitnessState[];
  /** Seconds since 1970; null where the policy asks for no witness, or is not satisfied. */
  witnessedTime: number | null;
}

/** The name that a register gives its own witness in the policy that it proposes (spec/trust-policy.md, "Security"). */
const BUILT_IN = "built-in";

/** Verifies the signatures of a note that is a checkpoint of this origin. `given`: whether the policy is the auditor's own. */
export async function judge(note: string, origin: string, { policy, given }: { policy: Policy; given: boolean }, findings: Findings): Promise<Trust> {
  const logKeys = policy.logs.map(({ vkey }) => vkey).filter(({ name }) => name === origin);
  if (logKeys.length === 0)
    findings.add("policy_log_unknown", null, `The policy does not name the log ${origin}, so nothing says who must have signed its checkpoint.`);
  else await explain(verifyNote(note, logKeys), (why) => findings.add("checkpoint_signature", null, why));

  const { text, signatures } = parseNote(note);
  const times = new Map<string, number>();
  for (const line of signatures) {
    const witness = policy.witnesses.find(({ vkey }) => findVkey([vkey], line.name, line.keyId) !== undefined);
    if (witness === undefined) continue;
    const wrong = (why: string) => findings.add("cosignature_invalid", null, `Witness ${witness.name}: ${why}`);
    const time = await explain(verifyCosignature(text, line, witness.vkey), wrong);
    if (time !== undefined) times.set(witness.name, Math.max(time, times.get(witness.name) ?? 0));
  }
  const cosignatures = Array.from(times, ([name, time]) => ({ name, time }));
  const quorum = async () => witnessedTime(policy, cosignatures);
  return {
    witnesses: policy.witnesses.map(({ name, vkey }) => ({
      name,
      key: vkey.name,
      time: times.get(name) ?? null,
      independence: name === BUILT_IN ? "none" : given ? "policy" : "unknown",
    })),
    witnessedTime: (await explain(quorum(), (why) => findings.add("quorum", null, why))) ?? null,
  };
}

/** A result, or undefined after `tell` has heard why there is none. */
async function explain<T>(result: Promise<T>, tell: (why: string) => void): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    tell(error.message);
    return undefined;
  }
}

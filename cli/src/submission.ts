/** An entry, given to a register over HTTP, and its answer verified (spec/register.md, "Submitting"). */
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import { FreeholdError } from "@freehold/protocol/errors";
import { leafHash, verifyInclusion } from "@freehold/protocol/merkle";
import { parseNote } from "@freehold/protocol/note";
import { parseProof, verifyProof } from "@freehold/protocol/proof";
import { formatInstant } from "@freehold/protocol/shape";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { EXIT, Failure } from "./exit.ts";
import { findPolicy } from "./policy.ts";
import { openRemote } from "./remote.ts";
import type { Answer } from "./remote.ts";

export const DEFAULT_REGISTER = "http://localhost:4600";
const MAX_ANSWER = 65_536;
/** The answer waits for a checkpoint and its witnesses. */
const PATIENCE = 90_000;

/** What the register answered to a submission. */
export interface Submitted {
  index: number;
  /** Whether the same entry was in the log before. */
  repeated: boolean;
  proof: string | undefined;
}

/** What is known of the answer. `policy` is the file of the policy by which it was verified. */
export type Verdict =
  | { state: "verified"; policy: string; origin: string; size: number; witnesses: string[]; witnessedTime: number | null }
  | { state: "unjudged"; origin: string; size: number }
  | { state: "refused"; code: string; why: string };

/**
 * Gives an entry to a register and waits until it is published. `what` is what is submitted, and `advice` says what else can be done.
 * Throws {@link Failure}: 1 where the register refuses it, 65 where it is no register, 69 where it does not answer.
 */
export async function submitEntry(register: string, entry: Uint8Array, say: { what: string; advice: string }): Promise<Submitted> {
  return read(await post(register, entry, say), register, say.advice);
}

async function post(register: string, body: Uint8Array, { what, advice }: { what: string; advice: string }): Promise<Answer> {
  const remote = openRemote({ connections: 1 });
  try {
    const headers = { "content-type": "application/octet-stream", "content-length": String(body.length), accept: "application/json" };
    return await remote.ask(`${register}/v1/entries?wait=published`, { method: "POST", headers, body, max: MAX_ANSWER, timeout: PATIENCE });
  } catch (error) {
    if (!(error instanceof Failure) || error.exit !== EXIT.unreachable) throw error;
    throw new Failure(EXIT.unreachable, error.code, `${error.message} Nothing says that the ${what} was logged; trying again does no harm. ${advice}`, {
      cause: error,
    });
  } finally {
    remote.close();
  }
}

function read({ status, body }: Answer, register: string, advice: string): Submitted {
  const said = parse(body);
  if (status === 200 || status === 201) {
    const { index, proof } = said;
    if (Number.isSafeInteger(index) && (proof === undefined || typeof proof === "string")) return { index: index as number, repeated: status === 200, proof };
  }
  const { code, detail } = said;
  if (typeof code === "string" && typeof detail === "string") throw new Failure(EXIT.failure, code, detail);
  throw new Failure(EXIT.badData, "register_invalid", `${register} does not answer as a register (status ${status}). ${advice}`);
}

function parse(body: Uint8Array): { [member: string]: unknown } {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? (value as { [member: string]: unknown }) : {};
  } catch {
    return {};
  }
}

/** Verifies the proof of an answer by the policy, or by `kept` where no other is named; without any only that the answer fits together. */
export async function judge(
  { index, proof }: Submitted,
  entry: Uint8Array,
  option: string | undefined,
  kept?: { file: string; policy: TrustPolicy },
): Promise<Verdict> {
  if (proof === undefined) return { state: "refused", code: "proof_missing", why: "The register gave an index without a proof: a promise, and no evidence." };
  try {
    const { checkpoint: note, hashes, ...proven } = parseProof(proof);
    if (proven.index !== index)
      return { state: "refused", code: "proof_malformed", why: `The register says that it is entry ${index}, and proves entry ${proven.index}.` };
    const { origin, size, root } = parseCheckpoint(parseNote(note).text);
    const given = (await findPolicy(origin, option)) ?? kept;
    if (given === undefined) {
      verifyInclusion({ leafHash: leafHash(entry), index, size, root, proof: hashes });
      return { state: "unjudged", origin, size };
    }
    const { checkpoint } = await verifyProof(proof, leafHash(entry), given.policy.tlog);
    return {
      state: "verified",
      policy: given.file,
      origin,
      size,
      witnesses: checkpoint.cosignatures.map(({ name }) => name),
      witnessedTime: checkpoint.witnessedTime,
    };
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return { state: "refused", code: error.code, why: error.message };
  }
}

/** What is known of the proof, in words. */
export function proofWords(verdict: Exclude<Verdict, { state: "refused" }>): string {
  if (verdict.state === "unjudged")
    return "The entry is under the checkpoint that the register gave. Not verified: who signed that. There is no trust policy for this register; name one with --policy FILE or FREEHOLD_POLICY.";
  const { policy, witnesses, witnessedTime } = verdict;
  const who = witnesses.length === 0 ? "no witness, and the policy asks for none" : witnesses.join(", ");
  const when =
    witnessedTime === null || witnessedTime >= 253_402_300_800 ? "" : `, not after ${formatInstant(witnessedTime).replace("T", " ").replace("Z", " UTC")}`;
  return `verified: signed by the log, cosigned by ${who}${when}; policy ${policy}`;
}

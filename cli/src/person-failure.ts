/** What a person's library throws, as ends of a command. */
import { Refused } from "@freehold/person/http";
import { FreeholdError } from "@freehold/protocol/errors";
import { EXIT, Failure } from "./exit.ts";
import type { Exit } from "./exit.ts";

const EXITS: readonly (readonly [codes: RegExp, exit: Exit])[] = [
  [/^(unavailable|rate_limited|delivery_failed)$/, EXIT.unreachable],
  [/^(argument_invalid|vocabulary_unknown|record_malformed)$/, EXIT.usage],
  [/^(words|seed|book|backup|wrap|encoding|receipt|policy)_(malformed|mismatch|invalid)$/, EXIT.badData],
  [/^(log_diverged|policy_|note_|checkpoint_|tile_|range_|inclusion_|consistency_|proof_|status_|commitment_|lock_mismatch|receipt_|jws_)/, EXIT.unverified],
];

/** Does a person's work; what its library refuses becomes a {@link Failure} with the same code and sentence. */
export async function orFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    const found = error instanceof Refused && error.status < 500 && error.status !== 429 ? undefined : EXITS.find(([codes]) => codes.test(error.code));
    throw new Failure(found?.[1] ?? EXIT.failure, error.code, error.message, { cause: error });
  }
}

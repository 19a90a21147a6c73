/** Whom a verifier believes (spec/trust-policy.md). */
import { utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { parsePolicy } from "./policy.ts";
import type { Policy } from "./policy.ts";
import { check, hex, integer, list, object, oneOf, text } from "./shape.ts";
import type { Shaped } from "./shape.ts";

/** The longest policy that is read, in bytes. */
const MAX_POLICY = 65_536;

/** Where a status may be this old, in seconds, unless the policy says otherwise. */
const MAXIMUM_AGE = 86_400;

const trustedAnchorShape = object({ chainId: integer(1), confirmations: integer(1, 1_000_000), contract: hex(20), register: hex(20) });

const trustPolicyShape = object(
  { "@context": oneOf("urn:freehold:trust-policy:1"), tlog: text(1, MAX_POLICY) },
  { anchors: list(trustedAnchorShape, 0, 16), maximumAge: integer(1, 2_592_000) },
);

export interface TrustPolicy {
  /** Logs, witnesses and the quorum, read from the C2SP text. */
  tlog: Policy;
  /** Contracts and senders whose anchors count. */
  anchors: readonly Shaped<typeof trustedAnchorShape>[];
  /** Seconds beyond which a status is stale. */
  maximumAge: number;
}

/**
 * Reads a trust policy: the JSON of the specification, or a bare C2SP tlog-policy. Throws `policy_malformed`.
 *
 * @example
 * ```ts
 * const policy = parseTrustPolicy(await readFile("policy.json", "utf8"));
 * ```
 */
export function parseTrustPolicy(source: string): TrustPolicy {
  if (typeof source !== "string" || source.length > MAX_POLICY || utf8(source).length > MAX_POLICY)
    throw new FreeholdError("policy_malformed", `A trust policy is a text of at most ${MAX_POLICY} bytes.`);
  const isJson = source.trimStart().startsWith("{");
  const {
    tlog: written,
    anchors = [],
    maximumAge = MAXIMUM_AGE,
  } = isJson ? check(trustPolicyShape, parseJson(source), "policy", "policy_malformed") : { tlog: source };
  const tlog = parsePolicy(written);
  if (tlog.logs.length === 0) throw new FreeholdError("policy_malformed", "A trust policy names at least one log.");
  return { tlog, anchors, maximumAge };
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (cause) {
    throw new FreeholdError("policy_malformed", "The trust policy is neither JSON nor a tlog-policy.", { cause });
  }
}

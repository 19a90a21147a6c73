/** Acting for somebody else, within limits: a capability that may refuse, withdraw and ask, and never grant (spec/guardian.md). */
import { canonicalize } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeJws, thumbprint, verifySignature } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { classOf, partyShape } from "@freehold/protocol/record";
import type { Act } from "@freehold/protocol/record";
import { check, formatInstant, instant, list, matching, object, oneOf, seconds } from "@freehold/protocol/shape";
import type { Shaped } from "@freehold/protocol/shape";
import { signJws } from "@freehold/protocol/sign";
import type { Draft } from "./schema.ts";

const kid = matching(/^[A-Za-z0-9_-]{43}$/, 43, "a key thumbprint (43 characters)");

const capabilityShape = object(
  { "@context": oneOf("urn:freehold:guardian:1"), expires: instant, guardian: kid, may: list(oneOf("refuse", "withdraw", "ask"), 1, 3, true) },
  { controller: partyShape },
);

/** What a guardian may do, until when; towards one controller, or towards all where none is named. */
export type Capability = Shaped<typeof capabilityShape>;

/** The longest life of a capability, in seconds: three years. */
const MAX_LIFE = 3 * 366 * 86_400;

/**
 * Signs a capability with the key of the person for whom it is (32 bytes; her pairwise key where it is for one controller), or, for who has no
 * keys yet, with the guardian's own.
 *
 * @throws `guardian_malformed`, also where it would last more than three years from `now` (seconds).
 * @example
 * ```ts
 * const jws = signCapability({ "@context": "urn:freehold:guardian:1", expires, guardian: kid, may: ["refuse", "withdraw"] }, { secretKey, now });
 * ```
 */
export function signCapability(capability: Capability, { secretKey, now }: { secretKey: Uint8Array; now: number }): string {
  check(capabilityShape, capability, "capability", "guardian_malformed");
  requireShort(capability, now);
  return signJws({ type: "freehold-guardian+jws", payload: JSON.parse(canonicalize(capability)) as never, secretKey });
}

/**
 * Verifies a capability under the key that signed it.
 *
 * @throws `guardian_malformed`, `guardian_refused` (it has ended), `jws_malformed`, `jws_header`, `jws_signature`, `key_malformed`.
 * @example
 * ```ts
 * const { capability, bySelf } = await verifyCapability(jws, key, Date.now() / 1000);
 * ```
 */
export async function verifyCapability(jws: string, key: Jwk, now: number): Promise<{ capability: Capability; bySelf: boolean }> {
  const decoded = decodeJws(jws, "freehold-guardian+jws");
  const capability = check(capabilityShape, decoded.payload, "capability", "guardian_malformed");
  await verifySignature(decoded, key);
  requireShort(capability, now);
  if (!(seconds(capability.expires) > now)) throw new FreeholdError("guardian_refused", `This capability ended at ${capability.expires}.`);
  return { capability, bySelf: thumbprint(key) === capability.guardian };
}

/** Whether a draft may be made under a capability at this time (seconds). A grant never may. */
export function mayUnder(capability: Capability, { act, controller }: Pick<Draft, "act" | "controller">, now: number): boolean {
  const word = WORD[classOf(act)];
  const towards = capability.controller === undefined || capability.controller.id === controller.id;
  return word !== null && capability.may.includes(word) && towards && seconds(capability.expires) > now;
}

const WORD: { readonly [C in ReturnType<typeof classOf>]: "refuse" | "ask" | null } = { grant: null, refusal: "refuse", request: "ask" };

/** The acts that can be made under it, for a page that offers them. */
export function actsUnder(capability: Capability, all: readonly Act[]): Act[] {
  return all.filter((act) => {
    const word = WORD[classOf(act)];
    return word !== null && capability.may.includes(word);
  });
}

function requireShort({ expires }: Capability, now: number): void {
  if (seconds(expires) - now > MAX_LIFE)
    throw new FreeholdError(
      "guardian_malformed",
      `A capability lasts at most three years; this one ends at ${expires}, and it is ${formatInstant(Math.floor(now))}.`,
    );
}

/** Learning what a register is, once (spec/register.md, "Discovery"). From then on she follows the policy that she has, not what is served. */
import { FreeholdError } from "@freehold/protocol/errors";
import { publicKeyOf } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { ask, expectStatus, membersOf } from "./http.ts";
import type { Fetch } from "./http.ts";
import type { RegisterInfo } from "./schema.ts";

/** A chain on which a register is anchored, and to which a withdrawal can be sent (spec/anchor.md). */
export interface ChainInfo {
  chainId: number;
  contract: string;
  register: string;
  confirmations: number;
}

export interface Discovered extends RegisterInfo {
  chains: ChainInfo[];
  /** The key of its own publications: it signs deposits too. */
  publishing?: Jwk;
}

const MAX_DISCOVERY = 262_144;

/**
 * What a register says of itself. Nothing of it is proven: it is believed once, and kept.
 *
 * @throws `unavailable`; `policy_malformed`, also where the policy does not name this log; `argument_invalid` where the answer is not of a register.
 * @example
 * ```ts
 * const book = openBook(await learnRegister("https://register.example", fetch));
 * ```
 */
export async function learnRegister(address: string, fetch: Fetch): Promise<Discovered> {
  const url = address.replace(/\/+$/, "");
  const at = `${url}/.well-known/freehold.json`;
  const { origin, vkey, policy, chain, publishing } = membersOf(expectStatus(await ask(fetch, at, { max: MAX_DISCOVERY }), [200], at).body);
  if (typeof origin !== "string" || typeof vkey !== "string" || typeof policy !== "string")
    throw new FreeholdError("argument_invalid", `${url} does not answer as a register.`);
  if (!parseTrustPolicy(policy).tlog.logs.some((log) => log.vkey.name === origin))
    throw new FreeholdError("policy_malformed", "The policy that the register proposes does not name its log.");
  return { url, origin, vkey, policy, chains: Array.isArray(chain) ? chain.filter(isChain).map(chainOf) : [], ...(isJwk(publishing) && { publishing }) };
}

function isJwk(value: unknown): value is Jwk {
  try {
    return publicKeyOf(value as Jwk).length > 0;
  } catch {
    return false;
  }
}

function isChain(value: unknown): value is ChainInfo {
  const { chainId, contract, register, confirmations } = (value ?? {}) as Record<string, unknown>;
  const address = (text: unknown) => typeof text === "string" && /^[0-9a-f]{40}$/.test(text);
  return Number.isSafeInteger(chainId) && address(contract) && address(register) && Number.isSafeInteger(confirmations);
}

function chainOf({ chainId, contract, register, confirmations }: ChainInfo): ChainInfo {
  return { chainId, contract, register, confirmations };
}

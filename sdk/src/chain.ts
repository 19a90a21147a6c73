/**
 * What a chain opens, asked of a node of the company's own choice (spec/anchor.md, spec/lock.md): so a withdrawal works while the register is down, or will not log it.
 * Events are taken from the newest block on, without waiting for confirmations: the secret is the proof, whatever becomes of the block. The blocks that may still be
 * reorganised are read again each time.
 */
import { FreeholdError } from "@freehold/protocol/errors";
import { openedLocks, overlayFilter } from "@freehold/protocol/overlay";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { ask, membersOf } from "./http.ts";
import type { Fetch } from "./http.ts";

/** A node, and the contract on its chain. */
export interface ChainSetting {
  url: string;
  chainId: number;
  /** The contract's address, 40 hexadecimal digits; that of the policy's anchors on this chain where it is left out. */
  contract?: string;
  /** The block in which the contract was made, from where events are read at first; 0 unless told. */
  from?: number;
  /** Blocks behind the head that may still be reorganised; those of the policy, or 64. */
  confirmations?: number;
}

export interface ChainSource extends Required<ChainSetting> {
  fetch: Fetch;
  signal?: AbortSignal | undefined;
}

/** Blocks that are asked for at once. */
const SPAN = 1000;
const MAX_ANSWER = 2 ** 26;

/** A setting completed from the policy. Throws `argument_invalid` where neither names a contract. */
export function chainSource(setting: ChainSetting, policy: TrustPolicy, fetch: Fetch, signal?: AbortSignal): ChainSource {
  const trusted = policy.anchors.find(({ chainId }) => chainId === setting.chainId);
  const contract = setting.contract ?? trusted?.contract;
  if (contract === undefined || !/^[0-9a-f]{40}$/.test(contract))
    throw new FreeholdError("argument_invalid", `Chain ${setting.chainId} needs the contract's address (40 hexadecimal digits), here or in the policy.`);
  return { ...setting, contract, from: setting.from ?? 0, confirmations: setting.confirmations ?? trusted?.confirmations ?? 64, fetch, signal };
}

/**
 * Reads the events from block `next` up to the head. `onSecrets` gets the secrets of opened locks as they are found and, once it has made them durable, the block
 * from which to read the next time.
 *
 * @throws `unavailable` where the node does not answer; `chain_mismatch` where it serves another chain; what `onSecrets` throws.
 * @example
 * ```ts
 * await readChain(source, await store.mark("chain") ?? source.from, (secrets, next) => keep(secrets, next));
 * ```
 */
export async function readChain(source: ChainSource, next: number, onSecrets: (secrets: Uint8Array[], next: number) => Promise<void>): Promise<void> {
  const { chainId, contract, confirmations } = source;
  const id = Number(await call(source, "eth_chainId"));
  if (id !== chainId) throw new FreeholdError("chain_mismatch", `The node serves chain ${id}, and chain ${chainId} is wanted.`);
  const head = Number(await call(source, "eth_blockNumber"));
  if (!Number.isSafeInteger(head)) throw new FreeholdError("unavailable", `The node of chain ${chainId} gives no number of its newest block.`);
  // A chain that is shorter than what was read of it is a new one: the embedded chain of a demonstration.
  const start = head + 1 < next ? source.from : next;
  for (let from = start; from <= head; from += SPAN) {
    const to = Math.min(from + SPAN - 1, head);
    const logs = await call(source, "eth_getLogs", overlayFilter({ contract, from, to }));
    if (!Array.isArray(logs)) throw new FreeholdError("unavailable", `The node of chain ${chainId} answers eth_getLogs with what is no list.`);
    await onSecrets([...openedLocks(logs).values()], Math.max(start, Math.min(to, head - confirmations) + 1));
  }
}

async function call({ url, chainId, fetch, signal }: ChainSource, method: string, ...params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const answer = membersOf((await ask(fetch, url, { method: "POST", headers: { "content-type": "application/json" }, body, max: MAX_ANSWER, signal })).body);
  if (answer["result"] === undefined || answer["result"] === null)
    throw new FreeholdError("unavailable", `The node of chain ${chainId} gave no answer to ${method}.`);
  return answer["result"];
}

/** A call of the contract that writes an event for everyone: sent, waited for, and its event looked at. */
import { equal } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { eventLogFromRpc, parseSubmitted, parseWithdrawn } from "@freehold/protocol/event";
import { addressOf, awaitMined, checkChain, openNode, relayerKey, sendCall } from "./chain.ts";
import type { Target } from "./chain-target.ts";
import { EXIT, Failure } from "./exit.ts";

/** The event that a call must have written. */
export type Expected = { kind: "withdrawn"; secret: Uint8Array } | { kind: "submitted"; entry: Uint8Array };

export interface Call {
  /** 64 hexadecimal digits. */
  transaction: string;
  block: number;
  chainId: number;
  contract: string;
  /** The register's address. */
  register: string;
  /** Null where it is not known how many the register asks for. */
  confirmations: number | null;
  /** Who sent it and paid: an address, or null for an account of the node's own. */
  sender: string | null;
  /** The host of the node. */
  node: string;
}

/**
 * Sends a call, and waits `seconds` for its block. Throws {@link Failure}: 2 where nobody can pay, 65 for another chain or no contract, 69 where
 * the node does not answer or no block takes it in time, 1 where node or contract refuse it, 3 where the event is not there.
 */
export async function callContract(target: Target, { data, event }: { data: Uint8Array; event: Expected }, seconds: number): Promise<Call> {
  const { chainId, contract, register } = target;
  const key = relayerKey();
  const node = openNode(target.rpc);
  try {
    await checkChain(node.rpc, target);
    const sent = await sendCall(node.rpc, { chainId, contract, data }, key);
    const { transaction, block, logs } = await awaitMined(node.rpc, sent, seconds);
    if (!logs.some((log) => isExpected(log, event, target)))
      throw new Failure(
        EXIT.unverified,
        "event_missing",
        `Transaction ${transaction} is in block ${block}, and wrote no such event: what is at ${contract} on chain ${chainId} is not the contract.`,
      );
    return {
      transaction,
      block,
      chainId,
      contract,
      register,
      confirmations: target.confirmations ?? null,
      sender: key === undefined ? null : addressOf(key),
      node: node.host,
    };
  } finally {
    node.close();
  }
}

/** What a person reads of a call. */
export function rowsOf({ transaction, block, chainId, contract, register, sender, node }: Call): [string, string][] {
  return [
    ["transaction", `0x${transaction}`],
    ["block", `${block} of chain ${chainId}, by the node ${node}`],
    ["contract", `0x${contract}`],
    ["register", `0x${register}`],
    ["paid by", sender === null ? "the node's own account" : `0x${sender}, the relayer`],
  ];
}

/** When it counts, and who paid. */
export function meaningOf({ block, confirmations }: Call): string {
  const count =
    confirmations === null ? "as many confirmations as the register asks for" : `${confirmations} ${confirmations === 1 ? "confirmation" : "confirmations"}`;
  const when = confirmations === null ? "" : confirmations === 1 ? ", which it has" : `, which is block ${block + confirmations - 1}`;
  return `It counts with ${count}${when}; the register must then log it, and whoever asks the chain sees it without the register. The sender paid the fee: no person needs an account or a coin for this, and a relayer's address says nothing of her.`;
}

function isExpected(log: unknown, expected: Expected, { contract, register }: Target): boolean {
  try {
    const event = eventLogFromRpc(log);
    const said = expected.kind === "withdrawn" ? parseWithdrawn(event) : parseSubmitted(event);
    if (said.contract !== contract || said.register !== register) return false;
    const [wanted, got] =
      expected.kind === "withdrawn" ? [expected.secret, (said as { secret: Uint8Array }).secret] : [expected.entry, (said as { entry: Uint8Array }).entry];
    return equal(wanted, got);
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return false;
  }
}

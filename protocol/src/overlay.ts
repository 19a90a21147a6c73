/**
 * What a chain says about locks, beside the log (spec/anchor.md, spec/checking.md): a desk or a client asks a node of its own choice for the
 * contract's events and lays the locks that they open over the status of the log. Nothing is fetched here.
 */
import { toHex } from "./bytes.ts";
import { decodeEntry } from "./entry.ts";
import { FreeholdError } from "./errors.ts";
import { eventLogFromRpc, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "./event.ts";
import { lockOf } from "./lock.ts";

/**
 * The argument of `eth_getLogs` for the events that can open a lock, in the blocks `from` to `to` (both included). Ask only for
 * blocks that have as many confirmations as you want.
 *
 * @example
 * ```ts
 * const logs = await rpc("eth_getLogs", [overlayFilter({ contract, from: 100, to: 1099 })]);
 * ```
 */
export function overlayFilter({ contract, from, to }: { contract: string; from: number; to: number }): {
  address: string;
  fromBlock: string;
  toBlock: string;
  topics: string[][];
} {
  return {
    address: `0x${contract}`,
    fromBlock: `0x${from.toString(16)}`,
    toBlock: `0x${to.toString(16)}`,
    topics: [[`0x${toHex(withdrawnTopic)}`, `0x${toHex(submittedTopic)}`]],
  };
}

/**
 * The locks that these logs open (64 hexadecimal digits), each with its secret. `logs` are as a node gives them. Whatever opens nothing is
 * passed over: anyone can write any event. The secret is the proof: a node that lies can keep one back, and cannot invent one.
 *
 * @example
 * ```ts
 * const opened = openedLocks(logs);
 * if (opened.has(receipt.record.lock)) stop();
 * ```
 */
export function openedLocks(logs: readonly unknown[]): Map<string, Uint8Array> {
  const opened = new Map<string, Uint8Array>();
  for (const log of logs) {
    const secret = secretOf(log);
    if (secret !== undefined) opened.set(toHex(lockOf(secret)), secret);
  }
  return opened;
}

function secretOf(value: unknown): Uint8Array | undefined {
  for (const read of [(log: ReturnType<typeof eventLogFromRpc>) => parseWithdrawn(log).secret, withdrawalIn]) {
    try {
      const secret = read(eventLogFromRpc(value));
      if (secret !== undefined) return secret;
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
    }
  }
  return undefined;
}

function withdrawalIn(log: ReturnType<typeof eventLogFromRpc>): Uint8Array | undefined {
  const entry = decodeEntry(parseSubmitted(log).entry);
  return entry.kind === "withdrawal" ? entry.secret : undefined;
}

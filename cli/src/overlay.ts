/** The command `freehold overlay`: the locks that a contract's events have opened, read from a node of one's own choice. */
import { toHex } from "@freehold/protocol/bytes";
import { openedLocks, overlayFilter } from "@freehold/protocol/overlay";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { json } from "./output.ts";
import { openRemote, registerUrl } from "./remote.ts";

export interface OverlayOptions {
  rpc: string;
  contract: string;
  chain: number;
  confirmations: number;
  from: number;
  json?: boolean;
}

/** Blocks that are asked for at once. */
const SPAN = 1000;
const MAX_ANSWER = 2 ** 26;

/** Reads the events from block `from` up to the newest one with enough confirmations. Throws {@link Failure}: 69 where the node does not answer, 65 where it is of another chain. */
export async function overlay({ rpc: address, contract, chain, confirmations, from, json: asJson }: OverlayOptions): Promise<Outcome> {
  const url = registerUrl(address);
  const remote = openRemote({ connections: 1 });
  const rpc = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
    const answer = await remote.ask(url, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": String(body.length) },
      body,
      max: MAX_ANSWER,
    });
    const { result, error } = parse(answer.body);
    if (result === undefined || result === null)
      throw new Failure(
        EXIT.unreachable,
        "unreachable",
        `The node gave no answer to ${method}${typeof error?.message === "string" ? `: ${error.message}` : ""}.`,
      );
    return result;
  };
  try {
    const id = Number(await rpc("eth_chainId"));
    if (id !== chain) throw new Failure(EXIT.badData, "chain_mismatch", `The node serves chain ${id}, and chain ${chain} is wanted.`);
    const to = Number(await rpc("eth_blockNumber")) - confirmations + 1;
    const opened = new Map<string, Uint8Array>();
    for (let at = from; at <= to; at += SPAN) {
      const logs = await rpc("eth_getLogs", overlayFilter({ contract, from: at, to: Math.min(at + SPAN - 1, to) }));
      for (const [lock, secret] of openedLocks(Array.isArray(logs) ? logs : [])) opened.set(lock, secret);
    }
    const locks = [...opened].map(([lock, secret]) => ({ lock, secret: toHex(secret) }));
    const said = `${locks.length} ${locks.length === 1 ? "lock is" : "locks are"} opened in the blocks ${from} to ${Math.max(from, to)} of chain ${chain}.\n`;
    return { exit: EXIT.ok, stdout: asJson ? json({ chain, from, to, locks }) : locks.map(({ lock }) => `${lock}\n`).join(""), stderr: asJson ? "" : said };
  } finally {
    remote.close();
  }
}

function parse(body: Uint8Array): { result?: unknown; error?: { message?: unknown } } {
  try {
    return (JSON.parse(new TextDecoder().decode(body)) ?? {}) as { result?: unknown };
  } catch {
    return {};
  }
}

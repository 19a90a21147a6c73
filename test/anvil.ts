/** A chain for tests, anvil as a process of its own; and a node that does not do what it should, between a register and the chain. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { privateKeyToAccount } from "viem/accounts";
import { encodeFunctionData } from "viem";
import { toHex } from "@freehold/protocol/bytes";
import { freeholdAbi, freeholdAddress } from "../contracts/abi.ts";
import { findAnvil } from "../ledger/embedded-chain.ts";
import { jsonRpc } from "../ledger/json-rpc.ts";
import type { Rpc } from "../ledger/json-rpc.ts";

export interface Anvil {
  url: string;
  rpc: Rpc;
  process: ChildProcess;
}

const processes = new Set<ChildProcess>();
const servers = new Set<Server>();

export async function startAnvil(...flags: string[]): Promise<Anvil> {
  const child = spawn(findAnvil()!, ["--host", "127.0.0.1", "--port", "0", "--hardfork", "osaka", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  processes.add(child);
  const url = await new Promise<string>((resolve, reject) => {
    let written = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      written += text;
      const found = /Listening on (\S+)/.exec(written);
      if (found !== null) resolve(`http://${found[1]!}`);
    });
    child.once("close", () => reject(new Error(written)));
  });
  return { url, process: child, rpc: jsonRpc({ url: () => url, timeout: 10_000 }) };
}

export type Call = [name: "anchor" | "withdraw" | "submit", ...args: unknown[]];

/** Calls the contract from an account of anvil's, or with a private key, and waits for the block. */
export async function callContract(rpc: Rpc, [functionName, ...args]: Call, key?: Uint8Array): Promise<void> {
  const data = encodeFunctionData({ abi: freeholdAbi, functionName, args } as never);
  const send = async (): Promise<unknown> => {
    if (key === undefined) return rpc("eth_sendTransaction", { from: ((await rpc("eth_accounts")) as string[])[0], to: freeholdAddress, data });
    const account = privateKeyToAccount(`0x${toHex(key)}`);
    const nonce = Number(await rpc("eth_getTransactionCount", account.address, "latest"));
    return rpc(
      "eth_sendRawTransaction",
      await account.signTransaction({
        type: "eip1559",
        chainId: 31_337,
        to: freeholdAddress,
        data,
        nonce,
        gas: 200_000n,
        maxFeePerGas: 10n ** 11n,
        maxPriorityFeePerGas: 10n ** 9n,
      }),
    );
  };
  const tx = await send();
  while ((await rpc("eth_getTransactionReceipt", tx)) === null) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Mines what waits, and so many blocks. */
export async function mine(rpc: Rpc, blocks = 1): Promise<void> {
  await rpc("anvil_mine", `0x${blocks.toString(16)}`);
}

/** What a node between register and chain does with a call: `forward` asks the chain. `"hang"` never answers. */
export type Meddle = (method: string, params: unknown[], forward: () => Promise<unknown>) => unknown;

/** A node that forwards everything until it is told otherwise. */
export async function startMeddler(chain: Anvil): Promise<{ url: string; meddle: Meddle | "hang" | "close" | null }> {
  const made: { url: string; meddle: Meddle | "hang" | "close" | null } = { url: "", meddle: null };
  const server = createServer((request, response) => {
    if (made.meddle === "close") return void request.socket.destroy();
    if (made.meddle === "hang") return;
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { method, params } = JSON.parse(body) as { method: string; params: unknown[] };
      const forward = () => chain.rpc(method, ...params);
      const { meddle } = made;
      const answer = async () => (typeof meddle === "function" ? meddle(method, params, forward) : forward());
      answer().then(
        (result) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result })),
        (error: Error) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32_000, message: error.message } })),
      );
    });
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  made.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return made;
}

/** Ends all of them. */
export function endChains(): void {
  for (const child of processes) child.kill("SIGKILL");
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  processes.clear();
  servers.clear();
}

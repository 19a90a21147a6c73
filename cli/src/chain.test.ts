// The commands that write on a chain, as a person runs them, against a real one.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { createWalletClient, encodeFunctionData, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeholdAbi, freeholdAddress } from "../../contracts/abi.ts";
import { deploy } from "../../contracts/deploy.ts";
import { startAnvil } from "../../contracts/foundry.ts";
import type { ChainProcess } from "../../contracts/foundry.ts";
import { toBase64, toHex } from "../../protocol/src/bytes.ts";
import { encodeEntry } from "../../protocol/src/entry.ts";
import { eventLogFromRpc, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "../../protocol/src/event.ts";
import { formatCode, lockOf } from "../../protocol/src/lock.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { addressOf, eventsBetween, openNode, signTransaction, submitCall, withdrawCall } from "./chain.ts";

const bin = fileURLToPath(new URL("../bin/freehold.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "freehold-chain-"));
const contract = freeholdAddress.slice(2);
const address = "1111222233334444555566667777888899990000";
/** The first of anvil's accounts, which everyone knows. */
const KEY = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const secret = bytesOf("secret");
const stdin = `${formatCode(secret)}\n`;
const named = ["--register-address", address, "--chain-id", "31337"];

let chain: ChainProcess;
let site: Server;
let register: string;
/** What the register says of its chains; undefined where it is down. */
let said: unknown;

beforeAll(async () => {
  chain = await startAnvil();
  await deploy(createWalletClient({ account: privateKeyToAccount(`0x${KEY}`), chain: anvil, transport: http(chain.url) }));
  site = createServer((_, response) => void (said === undefined ? response.destroy() : response.end(JSON.stringify({ chain: said }))));
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  register = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  await freehold(["--version"]); // may build it
});
afterAll(async () => {
  site.close();
  await chain.stop();
  rmSync(folder, { recursive: true });
});

interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
  document: any;
}

async function freehold(args: readonly string[], { input = stdin, env = {} }: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), ...env },
  });
  const ran: Ran = { exit: null, stdout: "", stderr: "", document: undefined };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
  child.stdin.on("error", () => {}).end(input);
  ran.exit = await new Promise((resolve) => child.once("close", resolve));
  if (args.includes("--json")) ran.document = JSON.parse(ran.stdout);
  return ran;
}

async function events(topic: Uint8Array): Promise<unknown[]> {
  const node = openNode(chain.url);
  const to = Number(await node.rpc("eth_blockNumber"));
  return eventsBetween(node.rpc, { contract, topics: [topic], from: 0, to }).finally(() => node.close());
}

describe("what is signed and encoded is what viem makes of it", () => {
  test("transactions", async () => {
    const number = fc.integer({ min: 0, max: 2 ** 52 });
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    await fc.assert(
      fc.asyncProperty(bytes(32), number, number, bytes(20), fc.uint8Array({ maxLength: 200 }), async (key, nonce, gas, to, data) => {
        fc.pre(key.some((byte) => byte !== 0) && key[0]! < 0xff);
        const account = privateKeyToAccount(`0x${toHex(key)}`);
        const expected = await account.signTransaction({
          type: "eip1559",
          chainId: 31337,
          nonce,
          gas: BigInt(gas),
          maxFeePerGas: 7n * BigInt(2 ** 30),
          maxPriorityFeePerGas: 3n,
          to: `0x${toHex(to)}`,
          data: `0x${toHex(data)}`,
        });
        expect(`0x${toHex(signTransaction({ chainId: 31337, nonce, gas, maxFee: 7 * 2 ** 30, tip: 3, to, data }, key))}`).toBe(expected);
        expect(`0x${addressOf(key)}`).toBe(account.address.toLowerCase());
      }),
    );
  });

  test("calls", () => {
    const encoded = (functionName: "withdraw" | "submit", argument: Uint8Array) =>
      encodeFunctionData({ abi: freeholdAbi, functionName, args: [`0x${address}`, `0x${toHex(argument)}`] });
    expect(`0x${toHex(withdrawCall(address, secret))}`).toBe(encoded("withdraw", secret));
    for (const length of [34, 66, 64, 32, 1]) {
      const entry = new Uint8Array(length).fill(7);
      expect(`0x${toHex(submitCall(address, entry))}`).toBe(encoded("submit", entry));
    }
  });
});

describe("withdraw --on-chain", () => {
  test("by an account of the node's own: the event is there", async () => {
    const { exit, document, stderr } = await freehold(["withdraw", "--on-chain", "--rpc", chain.url, ...named, "--json"]);
    expect([exit, stderr]).toEqual([0, ""]);
    expect(document).toMatchObject({
      withdrawn: true,
      lock: toHex(lockOf(secret)),
      chainId: 31337,
      contract,
      register: address,
      sender: null,
      confirmations: null,
    });
    const written = (await events(withdrawnTopic)).map((log) => parseWithdrawn(eventLogFromRpc(log)));
    expect(written).toContainEqual({ contract, register: address, secret });
  });

  test("by a relayer's key, with what the register says; in words, without code and key", async () => {
    said = [{ chainId: 31337, contract, register: address, confirmations: 3, independent: false }, "junk", { chainId: 5 }];
    const env = { FREEHOLD_RELAYER_KEY: `0x${KEY}`, FREEHOLD_REGISTER: register, FREEHOLD_RPC: chain.url };
    const { exit, stdout, stderr } = await freehold(["withdraw", "--on-chain"], { env });
    expect([exit, stderr]).toEqual([0, ""]);
    const block = Number(/^Withdrawn on chain 31337, block (\d+)\./.exec(stdout)![1]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(`It counts with 3 confirmations, which is block ${block + 2}; the register must then log it`);
    expect(stdout).toContain("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266, the relayer");
    for (const hidden of [KEY, stdin.trim(), toHex(secret)]) expect(stdout).not.toContain(hidden);
  });

  test("the register is down: what it said before is remembered", async () => {
    said = undefined;
    const { exit, document } = await freehold(["withdraw", "--on-chain", "--register", register, "--rpc", chain.url, "--json"]);
    expect([exit, document.confirmations]).toEqual([0, 3]);
    expect(readdirSync(join(folder, "cache/freehold/registers"))).toHaveLength(1);
  });

  test("a register that is down and was never heard of: 2, and what to say; a register by its address", async () => {
    const never = await freehold(["withdraw", "--on-chain", "--register", "http://127.0.0.1:1", "--rpc", chain.url]);
    expect(never.exit).toBe(2);
    expect(never.stderr.replaceAll(/\s+/g, " ")).toContain("the register's address on the chain (--register-address ADDRESS), the chain (--chain-id NUMBER)");
    const named = await freehold(["withdraw", "--on-chain", "--register", `0x${address}`, "--chain-id", "31337", "--rpc", chain.url]);
    expect([named.exit, named.stderr]).toEqual([0, ""]);
  });

  test("two chains: which one is not guessed", async () => {
    said = [1, 31337].map((chainId) => ({ chainId, contract, register: address, confirmations: 1, independent: true }));
    const which = ["withdraw", "--on-chain", "--register", register, "--rpc", chain.url];
    const { exit, stderr } = await freehold(which);
    expect(exit).toBe(2);
    expect(stderr.replaceAll(/\s+/g, " ")).toContain("on the chains 1, 31337: say which with --chain-id");
    expect((await freehold([...which, "--chain-id", "31337"])).exit).toBe(0);
    expect((await freehold([...which, "--chain-id", "5"])).exit).toBe(2);
  });

  test.each<[string, string[], NodeJS.ProcessEnv, number, string]>([
    ["the node is down", ["--rpc", "http://127.0.0.1:1/secret-path"], {}, 69, "There is no answer from 127.0.0.1:1 (ECONNREFUSED"],
    ["another chain", ["--chain-id", "1"], {}, 65, "The node serves chain 31337, and chain 1 is wanted. Nothing was sent."],
    ["no contract", ["--contract", `0x${"ab".repeat(20)}`], {}, 65, `There is no contract at ${"ab".repeat(20)} on chain 31337`],
    ["a key without money", [], { FREEHOLD_RELAYER_KEY: "07".repeat(32) }, 1, "refused"],
    ["what is no key", [], { FREEHOLD_RELAYER_KEY: "0707" }, 65, "FREEHOLD_RELAYER_KEY holds no private key"],
    ["a node that is none", ["--rpc", "ftp://x"], {}, 2, "is no web address"],
  ])("%s", async (_, args, env, expected, sentence) => {
    const { exit, stderr, document } = await freehold(["withdraw", "--on-chain", "--rpc", chain.url, ...named, ...args, "--json"], { env });
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(sentence);
    expect([exit, document.withdrawn]).toEqual([expected, false]);
    expect(stderr).not.toMatch(/secret-path|0707/);
  });

  test("a code that is none is not sent: 65", async () => {
    const before = await events(withdrawnTopic);
    expect((await freehold(["withdraw", "--on-chain", "--rpc", chain.url, ...named], { input: stdin.slice(0, -3) })).exit).toBe(65);
    expect(await events(withdrawnTopic)).toEqual(before);
  });

  test("no unlocked account and no key: 2; no block in time: 69; a contract that is another one: 3; fees that nobody pays: 1", async () => {
    /** A node that does what the chain does, but for one method. */
    const lying = async (method: string, answer: object, args: string[] = [], env: NodeJS.ProcessEnv = {}) => {
      const server = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          if ((JSON.parse(body) as { method: string }).method === method) return void response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...answer }));
          void fetch(chain.url, { method: "POST", headers: { "content-type": "application/json" }, body }).then(async (from) =>
            response.end(await from.text()),
          );
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const ran = await freehold(["withdraw", "--on-chain", "--rpc", url, ...named, "--json", ...args], { env });
      server.close();
      return [ran.exit, ran.document.error?.code];
    };
    expect(await lying("eth_accounts", { result: [] })).toEqual([2, "account_missing"]);
    expect(await lying("eth_accounts", { error: { code: -32601, message: "Method not found" } })).toEqual([2, "account_missing"]);
    expect(await lying("eth_getTransactionReceipt", { result: null }, ["--wait", "1"])).toEqual([69, "transaction_waiting"]);
    expect(await lying("eth_getTransactionReceipt", { result: { status: "0x1", blockNumber: "0x7", logs: [] } })).toEqual([3, "event_missing"]);
    expect(await lying("eth_getTransactionReceipt", { result: { status: "0x0", blockNumber: "0x7", logs: [] } })).toEqual([1, "transaction_failed"]);
    const env = { FREEHOLD_RELAYER_KEY: KEY };
    expect(await lying("eth_maxPriorityFeePerGas", { result: "0x9184e72a000" }, [], env)).toEqual([1, "cost_too_high"]);
    expect(await lying("eth_maxPriorityFeePerGas", { error: { code: -32601, message: "Method not found" } }, [], env)).toEqual([0, undefined]);
    expect(await lying("eth_chainId", { result: "mainnet" })).toEqual([69, "unreachable"]);
  });
});

describe("submit", () => {
  const record = encodeEntry({ kind: "record", commitment: bytesOf("commitment"), lock: lockOf(secret) });
  const withdrawal = encodeEntry({ kind: "withdrawal", secret });
  const onChain = (args: string[], options = {}) => freehold(["submit", "--on-chain", "--rpc", chain.url, ...named, "--json", ...args], options);

  test("hexadecimal, base64, a raw file, standard input: on the chain", async () => {
    writeFileSync(join(folder, "entry.bin"), record);
    writeFileSync(join(folder, "entry.txt"), `${toHex(withdrawal)}\n`);
    for (const [args, input, entry] of [
      [[toHex(record)], "", record],
      [[`0x${toHex(withdrawal)}`], "", withdrawal],
      [[toBase64(withdrawal)], "", withdrawal],
      [["entry.bin"], "", record],
      [["entry.txt"], "", withdrawal],
      [["-"], record, record],
      [["-"], toBase64(record), record],
    ] as const) {
      const { exit, document, stderr } = await onChain([...args], { input });
      expect([exit, stderr, document.entry]).toEqual([0, "", toHex(entry)]);
    }
    const written = (await events(submittedTopic)).map((log) => toHex(parseSubmitted(eventLogFromRpc(log)).entry));
    expect(written.filter((entry) => entry === toHex(record))).toHaveLength(4);
    expect(written.filter((entry) => entry === toHex(withdrawal))).toHaveLength(3);
  });

  test("what is no entry, or none that may be submitted: 65; a file that is not there: 66", async () => {
    const status = encodeEntry({ kind: "status", size: 1, root: secret });
    const publication = encodeEntry({ kind: "publication", hash: secret });
    for (const input of ["", "01", toHex(record).replace("01", "02"), status, publication, toHex(publication)])
      expect((await onChain(["-"], { input })).exit).toBe(65);
    expect((await onChain(["nothing"])).exit).toBe(66);
  });

  test("in words", async () => {
    const { stdout } = await freehold(["submit", toHex(record), "--on-chain", "--rpc", chain.url, ...named]);
    expect(stdout).toMatch(/^A record submitted on chain 31337, block \d+\./);
  });
});

test("events are asked for in fewer blocks where the node refuses many", async () => {
  const asked: number[] = [];
  const { Refusal } = await import("./chain.ts");
  const rpc = async (_: string, filter: unknown) => {
    const { fromBlock, toBlock } = filter as { fromBlock: string; toBlock: string };
    if (Number(toBlock) - Number(fromBlock) >= 1000) throw new Refusal(1, "rpc_refused", "too many");
    asked.push(Number(fromBlock), Number(toBlock));
    return [fromBlock];
  };
  const found = await eventsBetween(rpc, { contract, topics: [withdrawnTopic], from: 5, to: 5000 });
  expect([asked[0], asked.at(-1)]).toEqual([5, 5000]);
  expect(asked.slice(1, -1).every((at, i, all) => i % 2 === 1 || all[i + 1] === at + 1)).toBe(true);
  expect(found.length).toBeGreaterThan(4);
});

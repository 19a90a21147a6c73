/** An EVM chain by JSON-RPC: the calls of the contract (spec/anchor.md), and transactions of a relayer, who pays and need not be the person. */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bigEndian, concat, fromHex, toHex, utf8 } from "@freehold/protocol/bytes";
import { encodeRlp, rlpInteger } from "@freehold/protocol/rlp";
import type { RlpItem } from "@freehold/protocol/rlp";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, Failure } from "./exit.ts";
import { openRemote } from "./remote.ts";

/** Asks the node; throws {@link Failure} (69) where it does not answer, and {@link Refusal} where it answers with an error. */
export type Rpc = (method: string, ...params: unknown[]) => Promise<unknown>;

/** The node has understood, and said no. */
export class Refusal extends Failure {}

/** A transaction of type 2 (EIP-1559), without an access list. Amounts in wei. */
export interface Transaction {
  chainId: number;
  nonce: number;
  tip: number;
  maxFee: number;
  gas: number;
  /** 20 bytes. */
  to: Uint8Array;
  data: Uint8Array;
}

/** A log of a receipt, as the node gave it, and where its transaction stands. */
export interface Mined {
  transaction: string;
  block: number;
  logs: unknown[];
}

const MAX_ANSWER = 2 ** 26;
/** Milliseconds. */
const TIMEOUT = 15_000;
/** A whole transaction may cost 0.05 of the chain's coin: a node that lies about fees must not empty the relayer's account. */
const MAX_COST = 5e16;
const MAX_GAS = 2_000_000;
const USUAL_TIP = 1_000_000_000;

/** A client of the node at an address. Close it, or the process stays. The address may hold a key: no error shows more of it than the host. */
export function openNode(url: string): { rpc: Rpc; host: string; close(): void } {
  const { host } = new URL(url);
  const remote = openRemote({ connections: 4 });
  const ask = async (body: Uint8Array) => {
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    try {
      return await remote.ask(url, { method: "POST", headers, body, max: MAX_ANSWER, timeout: TIMEOUT });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw unreachable(error.message.replaceAll(url, host).replaceAll(new URL(url).href, host));
    }
  };
  const rpc: Rpc = async (method, ...params) => {
    const answer = await ask(utf8(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })));
    const said = parse(answer.body);
    if (said?.["error"] !== undefined && said["error"] !== null) {
      const { message } = said["error"] as { message?: unknown };
      throw new Refusal(EXIT.failure, "rpc_refused", `The node at ${host} refused ${method}: ${String(message).slice(0, 300).replace(/\.?$/, ".")}`);
    }
    if (said?.["result"] === undefined) throw unreachable(`${host} does not answer as a node of a chain (${method}, status ${answer.status}).`);
    return said["result"];
  };
  return { rpc, host, close: () => remote.close() };
}

/** The data of a call: four bytes of the signature's hash, and its arguments, encoded by the caller. */
function callData(signature: string, ...words: Uint8Array[]): Uint8Array {
  return concat(keccak_256(utf8(signature)).subarray(0, 4), ...words);
}

/** `withdraw(address register, bytes32 secret)`. */
export function withdrawCall(register: string, secret: Uint8Array): Uint8Array {
  return callData("withdraw(address,bytes32)", addressWord(register), secret);
}

/** `submit(address register, bytes entry)`. */
export function submitCall(register: string, entry: Uint8Array): Uint8Array {
  const padding = new Uint8Array(31 - ((entry.length + 31) % 32));
  return callData("submit(address,bytes)", addressWord(register), numberWord(64), numberWord(entry.length), entry, padding);
}

/** Throws {@link Failure} (65): `chain_mismatch` where the node serves another chain, `contract_missing` where it has no contract there. */
export async function checkChain(rpc: Rpc, { chainId, contract }: { chainId: number; contract: string }): Promise<void> {
  const id = quantity(await rpc("eth_chainId"), "eth_chainId");
  if (id !== chainId) throw new Failure(EXIT.badData, "chain_mismatch", `The node serves chain ${id}, and chain ${chainId} is wanted. Nothing was sent.`);
  if ((await rpc("eth_getCode", `0x${contract}`, "latest")) === "0x")
    throw new Failure(EXIT.badData, "contract_missing", `There is no contract at ${contract} on chain ${chainId}. Nothing was sent.`);
}

/**
 * Sends a call and resolves with the hash of its transaction: signed here with `key`, or by an account of the node's own.
 * Throws {@link Failure}: 2 where there is neither, 1 where the node refuses it or it would cost too much.
 */
export async function sendCall(rpc: Rpc, call: { chainId: number; contract: string; data: Uint8Array }, key: Uint8Array | undefined): Promise<string> {
  if (key === undefined) return sendFromNode(rpc, call);
  const from = `0x${addressOf(key)}`;
  const to = `0x${call.contract}`;
  const needed = quantity(await rpc("eth_estimateGas", { from, to, data: `0x${toHex(call.data)}` }), "eth_estimateGas");
  const gas = Math.ceil(needed * 1.25);
  const { tip, maxFee } = await fees(rpc);
  if (gas > MAX_GAS || gas * maxFee > MAX_COST)
    throw new Failure(
      EXIT.failure,
      "cost_too_high",
      `The node asks for up to ${((gas * maxFee) / 1e18).toPrecision(2)} of the chain's coin for this (${gas} gas). That is more than this program pays: ${MAX_COST / 1e18}. Nothing was sent.`,
    );
  const nonce = quantity(await rpc("eth_getTransactionCount", from, "pending"), "eth_getTransactionCount");
  const raw = signTransaction({ chainId: call.chainId, nonce, tip, maxFee, gas, to: fromHex(call.contract), data: call.data }, key);
  const transaction = toHex(keccak_256(raw));
  try {
    await rpc("eth_sendRawTransaction", `0x${toHex(raw)}`);
  } catch (error) {
    // The same transaction, sent again after an answer was lost.
    if (!(error instanceof Refusal) || !/already (known|imported)/i.test(error.message)) throw error;
  }
  return transaction;
}

/** Waits for the block of a transaction. Throws {@link Failure}: 69 after so many seconds without one, 1 where it failed. */
export async function awaitMined(rpc: Rpc, transaction: string, seconds: number): Promise<Mined> {
  const end = performance.now() + 1000 * seconds;
  for (let wait = 50; ; wait = Math.min(2 * wait, 2000)) {
    const receipt = (await rpc("eth_getTransactionReceipt", `0x${transaction}`)) as { status?: unknown; blockNumber?: unknown; logs?: unknown } | null;
    if (receipt !== null) {
      const block = quantity(receipt.blockNumber, "eth_getTransactionReceipt");
      if (receipt.status === "0x1" && Array.isArray(receipt.logs)) return { transaction, block, logs: receipt.logs };
      throw new Failure(EXIT.failure, "transaction_failed", `Transaction ${transaction} is in block ${block}, and the contract refused it.`);
    }
    if (performance.now() + wait > end)
      throw new Failure(
        EXIT.unreachable,
        "transaction_waiting",
        `Transaction ${transaction} was sent, and was in no block after ${seconds} seconds. It may still come into one; sending again does no harm and costs the fee again.`,
      );
    await sleep(wait);
  }
}

/** The events with one of these topics that stand in the blocks `from` to `to`, as the node gives them. It is asked for fewer blocks where it refuses many. */
export async function eventsBetween(
  rpc: Rpc,
  { contract, topics, from, to }: { contract: string; topics: readonly Uint8Array[]; from: number; to: number },
): Promise<unknown[]> {
  const found: unknown[] = [];
  let span = 2 ** 20;
  for (let at = from; at <= to;) {
    const last = Math.min(at + span - 1, to);
    try {
      const filter = { address: `0x${contract}`, fromBlock: hexOf(at), toBlock: hexOf(last), topics: [topics.map((topic) => `0x${toHex(topic)}`)] };
      const logs = await rpc("eth_getLogs", filter);
      if (!Array.isArray(logs)) throw unreachable("The node's answer to eth_getLogs is no list.");
      found.push(...logs);
      at = last + 1;
      span *= 2;
    } catch (error) {
      if (!(error instanceof Refusal) || span === 1) throw error;
      span = Math.max(1, Math.floor(span / 8));
    }
  }
  return found;
}

/**
 * The bytes of a signed transaction (EIP-1559, EIP-2718; RFC 6979 signature with low s).
 *
 * @example
 * ```ts
 * await rpc("eth_sendRawTransaction", `0x${toHex(signTransaction(transaction, key))}`);
 * ```
 */
export function signTransaction({ chainId, nonce, tip, maxFee, gas, to, data }: Transaction, key: Uint8Array): Uint8Array {
  const fields: RlpItem[] = [chainId, nonce, tip, maxFee, gas].map(rlpInteger);
  fields.push(to, rlpInteger(0), data, []);
  const typed = (items: readonly RlpItem[]) => concat(Uint8Array.of(2), encodeRlp(items));
  const signature = secp256k1.sign(keccak_256(typed(fields)), key, { prehash: false, format: "recovered" });
  return typed([...fields, rlpInteger(signature[0]!), trimmed(signature.subarray(1, 33)), trimmed(signature.subarray(33))]);
}

/** The address of a private key, 40 hexadecimal digits. */
export function addressOf(key: Uint8Array): string {
  return toHex(keccak_256(secp256k1.getPublicKey(key, false).subarray(1)).subarray(12));
}

/** The relayer's private key from FREEHOLD_RELAYER_KEY; undefined where that is not set. Throws {@link Failure} (65), without showing it. */
export function relayerKey(): Uint8Array | undefined {
  const text = process.env["FREEHOLD_RELAYER_KEY"]?.trim();
  if (text === undefined || text === "") return undefined;
  const digits = text.toLowerCase().replace(/^0x/, "");
  if (/^[0-9a-f]{64}$/.test(digits) && secp256k1.utils.isValidSecretKey(fromHex(digits))) return fromHex(digits);
  throw new Failure(EXIT.badData, "key_invalid", "FREEHOLD_RELAYER_KEY holds no private key: that is 64 hexadecimal digits, with or without 0x.");
}

/** A whole number as JSON-RPC writes it. Throws {@link Failure} (69). */
export function quantity(value: unknown, method: string): number {
  const number = typeof value === "string" && /^0x[0-9a-f]{1,16}$/i.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw unreachable(`The node's answer to ${method} is no number that can be.`);
  return number;
}

export function hexOf(value: number): string {
  return `0x${value.toString(16)}`;
}

async function sendFromNode(rpc: Rpc, { contract, data }: { contract: string; data: Uint8Array }): Promise<string> {
  const none =
    "Nobody can pay for the transaction: the node has no unlocked account, and FREEHOLD_RELAYER_KEY is not set. Set it to the private key of an account with some of the chain's coin.";
  let accounts: unknown;
  try {
    accounts = await rpc("eth_accounts");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  const [from] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  if (typeof from !== "string") throw new Failure(EXIT.usage, "account_missing", none);
  const hash = await rpc("eth_sendTransaction", { from, to: `0x${contract}`, data: `0x${toHex(data)}` });
  if (typeof hash !== "string" || !/^0x[0-9a-f]{64}$/i.test(hash)) throw unreachable("The node's answer to eth_sendTransaction is no hash.");
  return hash.slice(2).toLowerCase();
}

async function fees(rpc: Rpc): Promise<{ tip: number; maxFee: number }> {
  const { baseFeePerGas } = ((await rpc("eth_getBlockByNumber", "latest", false)) ?? {}) as { baseFeePerGas?: unknown };
  const base = quantity(baseFeePerGas ?? "0x0", "eth_getBlockByNumber");
  let tip = USUAL_TIP;
  try {
    tip = quantity(await rpc("eth_maxPriorityFeePerGas"), "eth_maxPriorityFeePerGas");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error; // an older node
  }
  return { tip, maxFee: 2 * base + tip };
}

function parse(body: Uint8Array): { [member: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? (value as { [member: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

function addressWord(address: string): Uint8Array {
  return concat(new Uint8Array(12), fromHex(address, 20));
}

function numberWord(value: number): Uint8Array {
  return concat(new Uint8Array(24), bigEndian(value, 8));
}

function trimmed(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(bytes.findIndex((byte) => byte !== 0));
}

function unreachable(message: string): Failure {
  return new Failure(EXIT.unreachable, "unreachable", message);
}

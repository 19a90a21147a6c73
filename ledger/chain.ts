/**
 * A register's side of the contract (spec/anchor.md) on any EVM chain that a node serves by JSON-RPC. Every call may fail with `unavailable`;
 * nothing that a node says is believed beyond what its answer shows.
 */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { privateKeyToAccount } from "viem/accounts";
import type { Anchor } from "@freehold/protocol/anchor";
import { fromHex, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { anchoredTopic, eventLogFromRpc, parseAnchored, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "@freehold/protocol/event";
import { freeholdAddress as address, freeholdCreationCode, freeholdSalt, deploymentProxy } from "../contracts/abi.ts";
import { RpcRefusal } from "./json-rpc.ts";
import type { Rpc } from "./json-rpc.ts";
import { proveEvent } from "./receipt-proof.ts";
import type { RpcObject } from "./receipt-proof.ts";

/** The contract's address on every chain, 40 hexadecimal digits: its code decides it (CREATE2). */
export const CONTRACT = address.slice(2);

/** Wei for a unit of gas (EIP-1559). */
export interface Fees {
  maxFee: bigint;
  tip: bigint;
}

/** An event of the contract, and where it stands. Hashes are 64 hexadecimal digits. */
export type ChainEvent = { block: number; blockHash: string; tx: string; transaction: number; logIndex: number } & (
  | { kind: "anchored"; register: string; size: number; root: Uint8Array }
  | { kind: "withdrawn"; secret: Uint8Array }
  | { kind: "submitted"; entry: Uint8Array }
);

export interface Chain {
  readonly chainId: number;
  /** The sender's address, 40 hexadecimal digits. */
  readonly register: string;
  /** Asks whether this is the chain, and whether the contract is there; with `deploy`, puts it there. Throws `chain_mismatch`. */
  check(): Promise<void>;
  /** The number of the newest block. */
  head(): Promise<number>;
  /** Its hash; undefined where the chain is not that long. */
  blockHash(block: number): Promise<string | undefined>;
  /** What the contract has for this register; size 0 before the first. */
  latest(): Promise<{ size: bigint; root: string }>;
  /** How many transactions of this register are in blocks. */
  nonce(): Promise<number>;
  /** Whether the node has a transaction, in a block or waiting. */
  knows(tx: string): Promise<boolean>;
  /** Signs an anchor; it takes the place of one with the same nonce if `above` has its fees. Broadcast is `send`. Throws `chain_mismatch` where the contract would refuse it. */
  sign(anchor: { size: number; root: Uint8Array; nonce: number; above?: Fees | undefined }): Promise<{ tx: string; raw: string; fees: Fees }>;
  send(raw: string): Promise<void>;
  /** The contract's events in these blocks: every `Withdrawn`, and those of the registers named. In their order; what is malformed is left out. */
  events(range: { from: number; to: number; registers: readonly string[] }): Promise<ChainEvent[]>;
  /** The proof of an event, the gas that its transaction used, and what that cost in wei. Throws `anchor_mismatch` where the node's answers do not hash to the block. */
  prove(
    event: { blockHash: string; tx: string },
    anchored: { size: number; root: string },
  ): Promise<{ event: NonNullable<Anchor["event"]>; gas: number; cost: string }>;
}

/** Fees of a transaction that replaces another are higher by a quarter; nodes ask for a tenth. */
const RAISE = (wei: bigint) => (wei * 5n) / 4n + 1n;
/** The fees of a replacement are at most so many times those that are usual now. */
const MAX_RAISE = 10n;

export function openChain({ rpc, chainId, key, deploy = false }: { rpc: Rpc; chainId: number; key: Uint8Array; deploy?: boolean }): Chain {
  const account = privateKeyToAccount(`0x${toHex(key)}`);
  const register = account.address.slice(2).toLowerCase();

  const fees = async (above?: Fees): Promise<Fees> => {
    const { baseFeePerGas } = object(await rpc("eth_getBlockByNumber", "latest", false));
    const tip = await rpc("eth_maxPriorityFeePerGas").then(quantity, (error: unknown) => {
      if (error instanceof RpcRefusal) return 1_000_000_000n; // an older node
      throw error;
    });
    const usual = { tip, maxFee: 2n * quantity(baseFeePerGas ?? "0x0") + tip };
    if (above === undefined) return usual;
    const raised = { tip: larger(usual.tip, RAISE(above.tip)), maxFee: larger(usual.maxFee, RAISE(above.maxFee)) };
    return raised.maxFee <= MAX_RAISE * usual.maxFee ? raised : above;
  };
  const signCall = async (made: { to: `0x${string}`; data: `0x${string}`; nonce: number }, above?: Fees) => {
    const chosen = await fees(above);
    const gas = quantity(await rpc("eth_estimateGas", { from: account.address, to: made.to, data: made.data }, "latest"));
    const raw = await account.signTransaction({
      type: "eip1559",
      chainId,
      ...made,
      gas: (gas * 5n) / 4n,
      maxFeePerGas: chosen.maxFee,
      maxPriorityFeePerGas: chosen.tip,
    });
    return { raw, fees: chosen };
  };
  const send = async (raw: string) => {
    try {
      await rpc("eth_sendRawTransaction", raw);
    } catch (error) {
      if (!(error instanceof RpcRefusal) || !/already (known|imported)/i.test(error.message)) throw error;
    }
  };
  const nonce = async () => integer(await rpc("eth_getTransactionCount", account.address, "latest"));
  const logs = async (from: number, to: number, topics: unknown) => {
    const found = await rpc("eth_getLogs", { address, fromBlock: hex(from), toBlock: hex(to), topics });
    if (!Array.isArray(found)) throw strange("eth_getLogs");
    return found.flatMap((log) => readEvent(log) ?? []).filter((event) => event.block >= from && event.block <= to);
  };

  return {
    chainId,
    register,
    async check() {
      const id = integer(await rpc("eth_chainId"));
      if (id !== chainId)
        throw new FreeholdError(
          "chain_mismatch",
          `The node serves chain ${id}, and chain ${chainId} is wanted. Nothing is sent to it, and nothing it says is taken.`,
        );
      if ((await rpc("eth_getCode", address, "latest")) !== "0x") return;
      if (!deploy) throw new FreeholdError("chain_mismatch", `The contract is not on chain ${chainId}: at ${address} there is no code. Deploy it there first.`);
      await send((await signCall({ to: deploymentProxy, data: `${freeholdSalt}${freeholdCreationCode.slice(2)}`, nonce: await nonce() })).raw);
      for (let tries = 0; (await rpc("eth_getCode", address, "latest")) === "0x"; tries++) {
        if (tries === 50) throw new FreeholdError("unavailable", "The contract was deployed, and is not there yet.");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    head: async () => integer(await rpc("eth_blockNumber")),
    async blockHash(block) {
      const found = await rpc("eth_getBlockByNumber", hex(block), false);
      return found === null ? undefined : hash(object(found)["hash"]);
    },
    async latest() {
      const answer = await rpc("eth_call", { to: address, data: call("latest(address)", register) }, "latest");
      if (typeof answer !== "string" || !/^0x[0-9a-f]{128}$/.test(answer)) throw strange("eth_call");
      return { size: BigInt(answer.slice(0, 66)), root: answer.slice(66) };
    },
    nonce,
    knows: async (tx) => (await rpc("eth_getTransactionByHash", `0x${tx}`)) !== null,
    async sign({ size, root, nonce: at, above }) {
      const data = call("anchor(uint64,bytes32)", size.toString(16), toHex(root));
      const { raw, fees: chosen } = await signCall({ to: address, data, nonce: at }, above);
      return { tx: toHex(keccak_256(fromHex(raw.slice(2)))), raw, fees: chosen };
    },
    send,
    async events({ from, to, registers }) {
      const named = registers.map((one) => `0x${one.padStart(64, "0")}`);
      const [withdrawn, own] = [await logs(from, to, [topic(withdrawnTopic)]), await logs(from, to, [[topic(anchoredTopic), topic(submittedTopic)], named])];
      return [...withdrawn, ...own].sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
    },
    async prove({ blockHash, tx }, { size, root }) {
      const header = object(await rpc("eth_getBlockByHash", `0x${blockHash}`, false));
      const receipts = await blockReceipts(rpc, header);
      const transaction = receipts.findIndex((receipt) => receipt["transactionHash"] === `0x${tx}`);
      if (transaction < 0) throw new FreeholdError("anchor_mismatch", "The node gave receipts of the block without that of the transaction.");
      const { logs: written, gasUsed, effectiveGasPrice } = receipts[transaction]!;
      const log = (written as unknown[]).findIndex((one) => {
        const event = readEvent(one);
        return event?.kind === "anchored" && event.size === size && toHex(event.root) === root;
      });
      return {
        event: proveEvent({ block: header, receipts, transaction, log }),
        gas: Number(quantity(gasUsed)),
        cost: String(quantity(gasUsed) * quantity(effectiveGasPrice ?? "0x0")),
      };
    },
  };
}

/** The data of a call: four bytes of the signature's hash, and its arguments as words. */
function call(signature: string, ...words: string[]): `0x${string}` {
  return `0x${toHex(keccak_256(utf8(signature)).subarray(0, 4))}${words.map((word) => word.padStart(64, "0")).join("")}`;
}

/** All receipts of a block; one by one where the node does not know the call for all. */
async function blockReceipts(rpc: Rpc, block: RpcObject): Promise<RpcObject[]> {
  try {
    const all = await rpc("eth_getBlockReceipts", block["hash"]);
    if (Array.isArray(all)) return all.map(object);
  } catch (error) {
    if (!(error instanceof RpcRefusal)) throw error;
  }
  const receipts: RpcObject[] = [];
  for (const tx of block["transactions"] as unknown[]) receipts.push(object(await rpc("eth_getTransactionReceipt", tx)));
  return receipts;
}

/** An event of the contract from a node's log; undefined for anything else. */
function readEvent(log: unknown): ChainEvent | undefined {
  try {
    const event = eventLogFromRpc(log);
    if (toHex(event.address) !== CONTRACT) return undefined;
    const { blockNumber, blockHash, transactionHash, transactionIndex, logIndex } = object(log);
    const at = {
      block: integer(blockNumber),
      blockHash: hash(blockHash),
      tx: hash(transactionHash),
      transaction: integer(transactionIndex),
      logIndex: integer(logIndex),
    };
    switch (toHex(event.topics[0] ?? new Uint8Array())) {
      case toHex(anchoredTopic):
        return { ...at, kind: "anchored", ...parseAnchored(event) };
      case toHex(withdrawnTopic):
        return { ...at, kind: "withdrawn", ...parseWithdrawn(event) };
      case toHex(submittedTopic):
        return { ...at, kind: "submitted", ...parseSubmitted(event) };
      default:
        return undefined;
    }
  } catch (error) {
    if (error instanceof FreeholdError) return undefined;
    throw error;
  }
}

function object(value: unknown): RpcObject {
  if (typeof value !== "object" || value === null) throw strange("a call");
  return value as RpcObject;
}

function quantity(value: unknown): bigint {
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{1,64}$/.test(value)) throw strange("a call for a number");
  return BigInt(value);
}

function integer(value: unknown): number {
  const number = Number(quantity(value));
  if (!Number.isSafeInteger(number)) throw strange("a call for a number");
  return number;
}

function hash(value: unknown): string {
  if (typeof value !== "string" || !/^0x[0-9a-f]{64}$/.test(value)) throw strange("a call for a hash");
  return value.slice(2);
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function topic(bytes: Uint8Array): string {
  return `0x${toHex(bytes)}`;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function strange(method: string): RpcRefusal {
  return new RpcRefusal("unavailable", `The chain's node gave an answer to ${method} that is none.`);
}

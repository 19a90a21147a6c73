/** The proof that an event stands in a block (spec/anchor.md, steps 4 to 7), made from what a node tells of the block. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Anchor } from "@freehold/protocol/anchor";
import { equal, fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { encodeRlp, rlpInteger } from "@freehold/protocol/rlp";
import type { RlpItem } from "@freehold/protocol/rlp";

/** A block or receipt as JSON-RPC gives it. */
export type RpcObject = Readonly<Record<string, unknown>>;

/** Fields of a header in their order (Yellow Paper, section 4.4, and the forks since). Those that a block has not are left out: only the last ones can be. */
const HEADER = [
  "parentHash",
  "sha3Uncles",
  "miner",
  "stateRoot",
  "transactionsRoot",
  "receiptsRoot",
  "logsBloom",
  "difficulty#",
  "number#",
  "gasLimit#",
  "gasUsed#",
  "timestamp#",
  "extraData",
  "mixHash",
  "nonce",
] as const;
const SINCE = ["baseFeePerGas#", "withdrawalsRoot", "blobGasUsed#", "excessBlobGas#", "parentBeaconBlockRoot", "requestsHash", "blockAccessListHash"] as const;

/**
 * The event proof for log `log` of transaction `transaction`. `receipts` are those of the whole block, in order. Throws
 * `anchor_mismatch` where the header does not hash to the block's hash, or the receipts not to its root: a chain that hashes other
 * fields (then there is no proof), or a node that lies.
 */
export function proveEvent({
  block,
  receipts,
  transaction,
  log,
}: {
  block: RpcObject;
  receipts: readonly RpcObject[];
  transaction: number;
  log: number;
}): NonNullable<Anchor["event"]> {
  const header = encodeRlp([...HEADER, ...SINCE.filter((name) => block[name.replace("#", "")] != null)].map((name) => field(block, name)));
  if (!equal(keccak_256(header), field(block, "hash"))) throw mismatch("The header of the block does not hash to the block's hash");
  const { root, proof } = proveInTrie(receipts.map(encodeReceipt), transaction);
  if (!equal(root, field(block, "receiptsRoot"))) throw mismatch("The receipts of the block do not hash to its receipts root");
  return { header: toHex(header), log, proof: proof.map(toHex), transaction };
}

/** EIP-2718 and EIP-658; deposits of OP-stack roll-ups have two fields more. */
function encodeReceipt(receipt: RpcObject): Uint8Array {
  const type = Number(receipt["type"] ?? 0);
  const logs = (receipt["logs"] as readonly RpcObject[]).map((log) => [
    field(log, "address"),
    (log["topics"] as readonly string[]).map(bytes),
    field(log, "data"),
  ]);
  const more =
    type === 0x7e
      ? ["depositNonce#", "depositReceiptVersion#"].filter((name) => receipt[name.replace("#", "")] != null).map((name) => field(receipt, name))
      : [];
  const body = encodeRlp([field(receipt, "status#"), field(receipt, "cumulativeGasUsed#"), field(receipt, "logsBloom"), logs, ...more]);
  return type === 0 ? body : Buffer.concat([Uint8Array.of(type), body]);
}

/** A field's bytes; with `#` those of an integer, which has no leading zeros. */
function field(object: RpcObject, name: string): Uint8Array {
  const isInteger = name.endsWith("#");
  const value = object[isInteger ? name.slice(0, -1) : name];
  if (typeof value !== "string") throw mismatch(`The node gave a block or receipt without ${name}`);
  return isInteger ? bytes(value.replace(/^0x0*/, "0x")) : bytes(value);
}

function bytes(value: string): Uint8Array {
  const digits = value.slice(2).toLowerCase();
  return fromHex(digits.length % 2 === 1 ? `0${digits}` : digits);
}

type Pair = readonly [key: string, value: Uint8Array];

/** The trie of values under their RLP-encoded indexes (Yellow Paper, appendix D): its root, and the nodes from there to one of them. */
function proveInTrie(values: readonly Uint8Array[], index: number): { root: Uint8Array; proof: Uint8Array[] } {
  const pairs = values.map((value, i): Pair => [toHex(encodeRlp(rlpInteger(i))), value]);
  const target = pairs[index]?.[0];
  if (target === undefined) throw mismatch(`The block has ${values.length} transactions, so there is none at ${index}`);
  const proof: Uint8Array[] = [];

  /** How a node is named in its parent. Children are made before their parents, so the proof grows from its end. */
  const reference = (under: readonly Pair[], at: number): RlpItem => {
    const item = node(under, at);
    const encoded = encodeRlp(item);
    const isNamed = at === 0 || encoded.length >= 32;
    if (isNamed && target.slice(0, at) === under[0]![0].slice(0, at)) proof.unshift(encoded);
    return isNamed ? keccak_256(encoded) : item;
  };
  // No key is the beginning of another, so that no branch has a value.
  const node = (under: readonly Pair[], at: number): RlpItem => {
    const [key, value] = under[0]!;
    if (under.length === 1) return [hexPrefix(key.slice(at), 2), value];
    let fork = at;
    while (under.every(([other]) => other[fork] === key[fork])) fork++;
    if (fork > at) return [hexPrefix(key.slice(at, fork), 0), reference(under, fork)];
    const children = Array.from("0123456789abcdef", (nibble) => {
      const below = under.filter(([other]) => other[at] === nibble);
      return below.length === 0 ? new Uint8Array() : reference(below, at + 1);
    });
    return [...children, new Uint8Array()];
  };
  return { root: reference(pairs, 0) as Uint8Array, proof };
}

function hexPrefix(nibbles: string, flag: number): Uint8Array {
  return fromHex(nibbles.length % 2 === 1 ? `${flag + 1}${nibbles}` : `${flag}0${nibbles}`);
}

function mismatch(what: string): FreeholdError {
  return new FreeholdError("anchor_mismatch", `${what}.`);
}

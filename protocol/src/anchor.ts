/** The proof that a register wrote a checkpoint's size and root on an EVM chain (spec/anchor.md). */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { fromBigEndian, fromHex, toHex } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { type EventLog, parseAnchored } from "./event.ts";
import { verifyConsistency } from "./merkle.ts";
import { MAX_RLP_BYTES, type RlpItem, decodeRlp, encodeRlp, rlpInteger } from "./rlp.ts";
import { type Shaped, check, hex, integer, list, matching, object } from "./shape.ts";
import { verifyTrieProof } from "./trie.ts";

/** A node of a receipt trie: a receipt's key has at most 9 bytes, so no path has more nodes. */
const MAX_NODES = 19;

const rlpText = matching(/^(?:[0-9a-f]{2})+$/, 2 * MAX_RLP_BYTES, `1 to ${MAX_RLP_BYTES} bytes in lower-case hexadecimal`);

/** Where the event stands: in log `log` of the receipt of transaction `transaction` of the block with this header. */
const eventShape = object({ header: rlpText, log: integer(0), proof: list(rlpText, 1, MAX_NODES), transaction: integer(0) });

/** The form of an anchor in JSON (spec/anchor.md, "Form"). Bytes are lower-case hexadecimal without 0x. */
export const anchorShape = object(
  {
    block: integer(0),
    chainId: integer(1),
    contract: hex(20),
    path: list(hex(32), 0, 64),
    register: hex(20),
    root: hex(32),
    size: integer(1),
  },
  { event: eventShape },
);

/** An anchor: register `register` (an address) anchored `size` and `root`; `path` joins them to the receipt's checkpoint. */
export type Anchor = Shaped<typeof anchorShape>;

type AnchorEvent = Shaped<typeof eventShape>;

/** One line of a trust policy: this sender at this contract is the register, and its events count after so many confirmations. */
export interface TrustedAnchor {
  readonly chainId: number;
  readonly contract: string;
  readonly register: string;
  readonly confirmations: number;
}

/**
 * The hash (64 lower-case hexadecimal digits) of the block with this number on the verifier's own view of the chain,
 * or undefined where it has none, or where the block has fewer confirmations (the block itself is the first).
 */
export type TrustedBlocks = (chainId: number, block: number, confirmations: number) => string | undefined;

/** What is known of an anchor: `proved` by a block that the verifier trusts, or only `claimed`. */
export type AnchorState =
  /** `blockHash`, where the anchor has an event, is the block that would have to be trusted. */
  | { readonly state: "claimed"; readonly confirmations: number; readonly blockHash?: string }
  /** `time` is the block's own, in seconds since 1970: the root existed then. */
  | { readonly state: "proved"; readonly confirmations: number; readonly blockHash: string; readonly time: number };

/**
 * An anchor from its JSON value (spec/anchor.md, "Form"). Throws `anchor_malformed` for anything else, unknown
 * members included.
 *
 * @example
 * ```ts
 * const anchor = parseAnchor(JSON.parse(text));
 * ```
 */
export function parseAnchor(value: unknown): Anchor {
  return check(anchorShape, value, "anchor", "anchor_malformed");
}

/**
 * Whether the register anchored a tree that holds entry `index` and is one history with the checkpoint.
 * Nothing is fetched: `blocks` says what the verifier already knows of the chain.
 *
 * Throws `anchor_mismatch` where the anchor is none of the trusted ones, does not cover the entry, contradicts the
 * checkpoint, or its event proof does not hold or lies in another block than `blocks` names; `anchor_malformed` where
 * a header, node or receipt is not what the chain's formats allow; `argument_invalid` where `index` is not in the checkpoint.
 *
 * @example
 * ```ts
 * const { state } = verifyAnchor({ anchor, checkpoint, index: 41, anchors: policy.anchors });
 * ```
 */
export function verifyAnchor(input: {
  readonly anchor: Anchor;
  readonly checkpoint: { readonly size: number; readonly root: Uint8Array };
  readonly index: number;
  readonly anchors: readonly TrustedAnchor[];
  readonly blocks?: TrustedBlocks | undefined;
}): AnchorState {
  const { anchor, checkpoint, index } = input;
  // Consistency with an empty tree holds for every tree: the entry must be in the checkpoint.
  if (!(index >= 0 && index < checkpoint.size))
    throw new FreeholdError("argument_invalid", `Index ${index} is not in a checkpoint of size ${checkpoint.size}.`);

  const trusted = input.anchors.find((t) => t.chainId === anchor.chainId && t.contract === anchor.contract && t.register === anchor.register);
  if (trusted === undefined) throw mismatch(`The trust policy names no register ${anchor.register} at contract ${anchor.contract} on chain ${anchor.chainId}`);
  if (anchor.size <= index) throw mismatch(`The anchored tree of size ${anchor.size} does not hold entry ${index}`);
  verifyOneHistory(anchor, checkpoint);

  const { confirmations } = trusted;
  if (anchor.event === undefined) return { state: "claimed", confirmations };
  const { blockHash, time } = verifyEvent(anchor, anchor.event);
  const known = input.blocks?.(anchor.chainId, anchor.block, confirmations);
  if (known === undefined) return { state: "claimed", confirmations, blockHash };
  if (known !== blockHash) throw mismatch(`Block ${anchor.block} of chain ${anchor.chainId} is ${known}; the anchor's header has the hash ${blockHash}`);
  return { state: "proved", confirmations, blockHash, time };
}

/** Either tree may be the older one: an anchor made after the receipt covers the entry as well as one made before. */
function verifyOneHistory(anchor: Anchor, checkpoint: { readonly size: number; readonly root: Uint8Array }): void {
  const anchored = { size: anchor.size, root: fromHex(anchor.root) };
  const [older, newer] = anchored.size <= checkpoint.size ? [anchored, checkpoint] : [checkpoint, anchored];
  try {
    verifyConsistency({ size1: older.size, size2: newer.size, root1: older.root, root2: newer.root, proof: anchor.path.map((hash) => fromHex(hash)) });
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    throw mismatch(`The anchored tree of size ${anchor.size} is not shown to be one history with the checkpoint of size ${checkpoint.size}`, cause);
  }
}

function verifyEvent(anchor: Anchor, event: AnchorEvent): { blockHash: string; time: number } {
  const encoded = fromHex(event.header);
  const header = parseHeader(encoded);
  if (header.number !== anchor.block) throw mismatch(`The header is that of block ${header.number}, not ${anchor.block}`);

  const logs = parseReceipt(receiptAt(header.receiptsRoot, event));
  const log = logs[event.log];
  if (log === undefined) throw mismatch(`Transaction ${event.transaction} wrote ${logs.length} logs, so there is no log ${event.log}`);

  const said = parseAnchored(log);
  if (said.contract !== anchor.contract || said.register !== anchor.register)
    throw mismatch(`The event is of register ${said.register} at contract ${said.contract}`);
  if (said.size !== anchor.size || toHex(said.root) !== anchor.root) throw mismatch(`The event anchors size ${said.size} and root ${toHex(said.root)}`);
  return { blockHash: toHex(keccak_256(encoded)), time: header.time };
}

/** Fields 5, 8 and 11 of a header (Yellow Paper, section 4.4); later forks only append fields after the first 15. */
function parseHeader(encoded: Uint8Array): { receiptsRoot: Uint8Array; number: number; time: number } {
  const fields = rlpList(encoded, "header");
  const receiptsRoot = fields[5];
  if (fields.length < 15 || !(receiptsRoot instanceof Uint8Array) || receiptsRoot.length !== 32) {
    throw malformed("The header is no list of at least 15 fields with a receipts root of 32 bytes");
  }
  return { receiptsRoot, number: rlpNumber(fields[8], "number"), time: rlpNumber(fields[11], "timestamp") };
}

function receiptAt(root: Uint8Array, event: AnchorEvent): Uint8Array {
  try {
    return verifyTrieProof({ root, key: encodeRlp(rlpInteger(event.transaction)), proof: event.proof.map((node) => fromHex(node)) });
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    const problem = cause.code === "encoding_invalid" ? malformed : mismatch;
    throw problem(`No receipt of transaction ${event.transaction} is proved: ${cause.message.replace(/\.$/, "")}`, cause);
  }
}

/** The logs of a receipt: [status, gas, bloom, logs], after a type byte unless legacy (EIP-658, EIP-2718). Roll-ups append fields. */
function parseReceipt(encoded: Uint8Array): EventLog[] {
  const isTyped = encoded[0]! < 0x80;
  const [status, , , logs] = rlpList(isTyped ? encoded.subarray(1) : encoded, "receipt");
  if (!isList(logs)) throw malformed("The receipt is no list of status, gas, bloom and logs");
  if (!(status instanceof Uint8Array) || status.length !== 1 || status[0] !== 1) throw mismatch("The transaction failed: its status is not 1");
  return logs.map((log) => {
    const [address, topics, data] = isList(log) ? log : [];
    if (!isBytes(address) || !isList(topics) || !topics.every(isBytes) || !isBytes(data)) throw malformed("A log is no list of address, topics and data");
    return { address, topics, data };
  });
}

function isBytes(item: RlpItem | undefined): item is Uint8Array {
  return item instanceof Uint8Array;
}

function isList(item: RlpItem | undefined): item is readonly RlpItem[] {
  return item !== undefined && !isBytes(item);
}

function rlpList(encoded: Uint8Array, name: string): readonly RlpItem[] {
  try {
    const item = decodeRlp(encoded);
    return isList(item) ? item : [];
  } catch (cause) {
    throw malformed(`The ${name} is not canonical RLP`, cause);
  }
}

function rlpNumber(item: RlpItem | undefined, name: string): number {
  if (!isBytes(item) || item.length > 8 || item[0] === 0) throw malformed(`The header's ${name} is no integer`);
  try {
    return fromBigEndian(item);
  } catch (cause) {
    throw malformed(`The header's ${name} is above 2^53-1`, cause);
  }
}

function malformed(what: string, cause?: unknown): FreeholdError {
  return new FreeholdError("anchor_malformed", `${what}.`, { cause });
}

function mismatch(what: string, cause?: unknown): FreeholdError {
  return new FreeholdError("anchor_mismatch", `${what}.`, { cause });
}

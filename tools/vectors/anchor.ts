/**
 * Vectors of anchors. Those under valid/ come from a real chain and stay as they are; the invalid ones are made
 * from them here, or from a block made by hand. A path here is relative to spec/vectors.
 */
import { readdirSync, readFileSync } from "node:fs";
import { keccak_256 } from "@noble/hashes/sha3.js";
import type { Anchor, AnchorState, TrustedAnchor } from "../../protocol/src/anchor.ts";
import { bigEndian, concat, fromHex, toHex } from "../../protocol/src/bytes.ts";
import { anchoredTopic, withdrawnTopic } from "../../protocol/src/event.ts";
import { encodeRlp, rlpInteger, type RlpItem } from "../../protocol/src/rlp.ts";

/** One case: what goes into `verifyAnchor` (`anchor` as untrusted JSON), and what it answers or throws. */
export interface AnchorVector {
  description: string;
  source?: string;
  anchor: unknown;
  checkpoint: { size: number; root: string };
  index: number;
  anchors: TrustedAnchor[];
  blocks: { chainId: number; block: number; hash: string }[];
  expect?: AnchorState;
  code?: string;
}

type ProvedAnchor = Anchor & { event: NonNullable<Anchor["event"]> };
type Case = Omit<AnchorVector, "anchor"> & { anchor: ProvedAnchor };

const folder = new URL("../../spec/vectors/anchor/valid/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as Case;

/** All vectors of this format, by path below spec/vectors. */
export function anchorVectors(): Record<string, AnchorVector> {
  const out: Record<string, AnchorVector> = {};
  for (const file of readdirSync(folder).sort()) out[`anchor/valid/${file}`] = read(file.replace(".json", ""));
  out["anchor/valid/block-by-hand.json"] = byHand("the block that the invalid ones by hand are made from", {});
  for (const [name, vector] of Object.entries(invalid())) out[`anchor/invalid/${name}.json`] = vector;
  return out;
}

function invalid(): Record<string, AnchorVector> {
  /** A valid case, changed at one place. `change` may return members to set beside those it has changed itself. */
  const from = (name: string, code: string, description: string, change: (vector: Case) => object | void): AnchorVector => {
    const { expect: _, source: __, ...vector } = read(name);
    const more = change(vector) ?? {};
    return { ...vector, description, anchor: { ...vector.anchor, ...more }, code };
  };
  const base = (code: string, description: string, change: (vector: Case) => object | void) => from("fee-market-receipt", code, description, change);
  const inEvent = (code: string, description: string, change: (event: ProvedAnchor["event"]) => object) =>
    base(code, description, ({ anchor }) => ({ event: { ...anchor.event, ...change(anchor.event) } }));

  const mismatch = "anchor_mismatch";
  const malformed = "anchor_malformed";
  const other = read("block-of-one-transaction");
  const relay = "fourth-event-of-the-transaction";
  const trust = (change: Partial<TrustedAnchor>) => (vector: Case) => void (vector.anchors = vector.anchors.map((a) => ({ ...a, ...change })));

  return {
    "chain-not-trusted": base(mismatch, "the policy names another chain", trust({ chainId: 1 })),
    "contract-not-trusted": base(mismatch, "the policy names another contract", trust({ contract: "00".repeat(20) })),
    "register-not-trusted": base(mismatch, "the policy names another register", trust({ register: "00".repeat(20) })),
    "no-anchor-trusted": base(mismatch, "the policy names none", (vector) => void (vector.anchors = [])),
    "size-not-above-index": base(mismatch, "the anchored tree ends before the entry", (vector) => void (vector.index = 7)),
    "index-not-in-checkpoint": base("argument_invalid", "the checkpoint ends before the entry", (vector) => void (vector.index = 12)),

    "root-inconsistent": base(mismatch, "a bit of the anchored root, in an anchor without event", ({ anchor }) => {
      delete (anchor as { event?: unknown }).event;
      return { root: flip(anchor.root, 0) };
    }),
    "root-inconsistent-same-size": from(
      "legacy-receipt",
      mismatch,
      "two roots for one size",
      (vector) => void (vector.checkpoint.root = flip(vector.checkpoint.root, 255)),
    ),
    "checkpoint-inconsistent": base(mismatch, "a bit of the checkpoint's root", (vector) => void (vector.checkpoint.root = flip(vector.checkpoint.root, 7))),
    "path-bit": base(mismatch, "a bit of the path", ({ anchor }) => ({ path: anchor.path.map((hash, i) => (i === 1 ? flip(hash, 3) : hash)) })),
    "path-too-short": base(mismatch, "a hash is missing", ({ anchor }) => ({ path: anchor.path.slice(1) })),
    "path-too-long": base(mismatch, "a hash to spare", ({ anchor }) => ({ path: [...anchor.path, anchor.path[0]] })),
    "path-for-same-size": from("legacy-receipt", mismatch, "a path where there is nothing to show", ({ anchor }) => ({ path: [anchor.root] })),

    "block-not-trusted": base(
      mismatch,
      "the verifier knows this block by another hash",
      (vector) => void (vector.blocks = vector.blocks.map((b) => ({ ...b, hash: flip(b.hash, 0) }))),
    ),
    "block-of-another-number": base(mismatch, "the header is that of the block before", (vector) => {
      vector.blocks = vector.blocks.map((b) => ({ ...b, block: 5 }));
      return { block: 5 };
    }),
    "header-of-another-block": inEvent(mismatch, "header and proof do not belong together", () => ({ header: other.anchor.event.header })),
    "header-bit": inEvent(mismatch, "a bit of the header: its hash is another", ({ header }) => ({ header: flip(header, 8 * 40) })),
    "header-receipts-root-bit": inEvent(mismatch, "a bit of the receipts root", ({ header }) => ({
      header: flip(header, 8 * (3 + 33 + 33 + 21 + 33 + 33 + 1)),
    })),
    "header-cut-off": inEvent(malformed, "the last byte is missing", ({ header }) => ({ header: header.slice(0, -2) })),
    "header-with-more-bytes": inEvent(malformed, "a byte follows", ({ header }) => ({ header: `${header}00` })),
    "header-of-14-fields": byHand("a list too short to be a header", { fields: 14 }, malformed),
    "header-number-with-leading-zero": byHand("the number is not in its shortest form", { number: Uint8Array.of(0, 1) }, malformed),
    "header-number-above-2-53": byHand("the number is too large", { number: fromHex("0020000000000000").subarray(1) }, malformed),
    "header-is-no-list": inEvent(malformed, "a byte string in place of the header", () => ({ header: "80" })),

    "proof-node-bit-in-root": inEvent(mismatch, "a bit of the first node", ({ proof }) => ({ proof: [flip(proof[0]!, 100), ...proof.slice(1)] })),
    "proof-node-bit-in-leaf": inEvent(mismatch, "a bit of the receipt", ({ proof }) => ({ proof: [...proof.slice(0, -1), flip(proof.at(-1)!, 8 * 100)] })),
    "proof-node-missing": inEvent(mismatch, "the last node is missing", ({ proof }) => ({ proof: proof.slice(0, -1) })),
    "proof-node-to-spare": inEvent(mismatch, "a node too many", ({ proof }) => ({ proof: [...proof, proof[0]] })),
    "proof-nodes-out-of-order": inEvent(mismatch, "leaf first", ({ proof }) => ({ proof: proof.toReversed() })),
    "transaction-of-another-index": inEvent(mismatch, "the proof is that of another transaction", () => ({ transaction: 21 })),
    "transaction-failed": byHand("status 0, yet with the event", { status: 0 }, mismatch),
    "transaction-status-is-2": byHand("a status that does not exist", { status: 2 }, mismatch),
    "transaction-status-is-a-root": byHand("a receipt from before EIP-658", { status: new Uint8Array(32).fill(1) }, mismatch),

    "log-beyond-the-last": inEvent(mismatch, "the transaction wrote one log", () => ({ log: 1 })),
    "log-of-another-event": from(relay, malformed, "a Withdrawn event of the same contract", ({ anchor }) => ({ event: { ...anchor.event, log: 2 } })),
    "event-of-another-size": from(relay, mismatch, "an earlier anchor of the same register", ({ anchor }) => ({ event: { ...anchor.event, log: 1 } })),
    "event-of-another-register": base(mismatch, "another sender's event, in the name of the register", (vector) => {
      vector.anchors = vector.anchors.map((a) => ({ ...a, register: "11".repeat(20) }));
      return { register: "11".repeat(20) };
    }),
    "event-of-another-contract": base(mismatch, "the event of a look-alike contract", (vector) => {
      vector.anchors = vector.anchors.map((a) => ({ ...a, contract: "11".repeat(20) }));
      return { contract: "11".repeat(20) };
    }),
    "event-of-another-root": byHand("another root of the same size", { data: concat(bigEndian(7, 32), new Uint8Array(32)) }, mismatch),
    "event-of-another-size-with-the-same-root": byHand(
      "the root right, the size not",
      { data: (data) => concat(bigEndian(8, 32), data.subarray(32)) },
      mismatch,
    ),
    "event-topic-of-another-event": byHand("the data of an anchor under another event", { topics: (register) => [withdrawnTopic, register] }, malformed),
    "event-register-not-indexed": byHand("one topic only", { topics: () => [anchoredTopic] }, malformed),
    "event-with-a-third-topic": byHand("a topic too many", { topics: (register) => [anchoredTopic, register, new Uint8Array(32)] }, malformed),
    "event-register-not-padded": byHand(
      "the topic is more than an address",
      { topics: (register) => [anchoredTopic, concat(Uint8Array.of(1), register.subarray(1))] },
      malformed,
    ),
    "event-size-with-high-bits": byHand("2^64 + 7", { data: (data) => concat(new Uint8Array(23), Uint8Array.of(1), data.subarray(24)) }, malformed),
    "event-data-too-long": byHand("a byte follows", { data: (data) => concat(data, Uint8Array.of(0)) }, malformed),
    "event-data-cut-off": byHand("a byte is missing", { data: (data) => data.subarray(0, 63) }, malformed),
    "receipt-without-logs": byHand("a receipt of three fields", { receipt: ([status, gas, bloom]) => [status!, gas!, bloom!] }, malformed),
    "receipt-log-is-no-list": byHand(
      "a byte string in place of a log",
      { receipt: ([status, gas, bloom]) => [status!, gas!, bloom!, [Uint8Array.of(1)]] },
      malformed,
    ),

    "member-unknown": base(malformed, "a member that no anchor has", () => ({ confirmations: 12 })),
    "member-unknown-in-event": inEvent(malformed, "a member that no event has", () => ({ receipt: "" })),
    "member-missing": base(malformed, "no root", () => ({ root: undefined })),
    "member-missing-in-event": inEvent(malformed, "no log", () => ({ log: undefined })),
    "contract-in-upper-case": base(malformed, "hexadecimal is lower-case", ({ anchor }) => ({ contract: anchor.contract.toUpperCase() })),
    "contract-with-prefix": base(malformed, "hexadecimal has no 0x", ({ anchor }) => ({ contract: `0x${anchor.contract}` })),
    "root-of-31-bytes": base(malformed, "a root has 32 bytes", ({ anchor }) => ({ root: anchor.root.slice(2) })),
    "size-zero": base(malformed, "nobody anchors an empty tree", () => ({ size: 0 })),
    "size-as-text": base(malformed, "a size is a number", () => ({ size: "7" })),
    "size-with-fraction": base(malformed, "a size is an integer", () => ({ size: 7.5 })),
    "size-above-2-53": base(malformed, "a size is at most 2^53-1", () => ({ size: 2 ** 53 })),
    "chain-zero": base(malformed, "chains are numbered from 1", () => ({ chainId: 0 })),
    "path-of-65-hashes": base(malformed, "no path is longer than 64", ({ anchor }) => ({ path: Array(65).fill(anchor.root) })),
    "event-null": base(malformed, "an absent event is not null", () => ({ event: null })),
    "header-empty": inEvent(malformed, "no header", () => ({ header: "" })),
    "proof-empty": inEvent(malformed, "no node", () => ({ proof: [] })),
    "proof-of-20-nodes": inEvent(malformed, "no receipt lies so deep", ({ proof }) => ({ proof: Array(20).fill(proof[0]) })),
  };
}

/** A block of one transaction, made from nothing: whoever is believed about block hashes could make one. */
function byHand(
  description: string,
  options: {
    status?: number | Uint8Array;
    topics?: (register: Uint8Array) => Uint8Array[];
    data?: Uint8Array | ((data: Uint8Array) => Uint8Array);
    receipt?: (fields: RlpItem[]) => RlpItem[];
    fields?: number;
    number?: Uint8Array;
  },
  code?: string,
): AnchorVector {
  const { anchor, source: _, expect: __, ...vector } = read("legacy-receipt");
  const register = concat(new Uint8Array(12), fromHex(anchor.register));
  const right = concat(bigEndian(anchor.size, 32), fromHex(anchor.root));
  const data = typeof options.data === "function" ? options.data(right) : (options.data ?? right);
  const log = [fromHex(anchor.contract), options.topics?.(register) ?? [anchoredTopic, register], data];
  const status = typeof options.status === "object" ? options.status : rlpInteger(options.status ?? 1);
  const receipt: RlpItem[] = [status, rlpInteger(33_550), new Uint8Array(256), [log]];
  // Key 0x80, the RLP of 0: a leaf with the path 8, 0.
  const leaf = encodeRlp([Uint8Array.of(0x20, 0x80), encodeRlp(options.receipt?.(receipt) ?? receipt)]);
  const header: RlpItem[] = Array.from({ length: options.fields ?? 15 }, () => new Uint8Array());
  header[5] = keccak_256(leaf);
  header[8] = options.number ?? rlpInteger(1);
  header[11] = rlpInteger(1_800_000_000);
  const block = encodeRlp(header);
  const hash = toHex(keccak_256(block));
  return {
    ...vector,
    description,
    anchor: { ...anchor, block: 1, event: { header: toHex(block), log: 0, proof: [toHex(leaf)], transaction: 0 } },
    blocks: [{ chainId: anchor.chainId, block: 1, hash }],
    ...(code === undefined ? { expect: { state: "proved", confirmations: 12, blockHash: hash, time: 1_800_000_000 } } : { code }),
  };
}

/** The same hexadecimal text but for one bit. */
function flip(hex: string, bit: number): string {
  const bytes = fromHex(hex);
  bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return toHex(bytes);
}

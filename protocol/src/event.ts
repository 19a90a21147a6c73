/** The events of the contract (spec/anchor.md, "The contract"), as they stand in the log of an EVM chain. */
import { keccak_256 } from "@noble/hashes/sha3.js";
import { equal, fromBigEndian, fromHex, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

/** One entry of an EVM log: the contract that wrote it (20 bytes), its topics (32 bytes each) and its data. */
export interface EventLog {
  readonly address: Uint8Array;
  readonly topics: readonly Uint8Array[];
  readonly data: Uint8Array;
}

/** First topic of `event Anchored(address indexed register, uint64 size, bytes32 root)`. */
export const anchoredTopic: Uint8Array = keccak_256(utf8("Anchored(address,uint64,bytes32)"));

/** First topic of `event Withdrawn(address indexed register, bytes32 secret)`. */
export const withdrawnTopic: Uint8Array = keccak_256(utf8("Withdrawn(address,bytes32)"));

/** First topic of `event Submitted(address indexed register, bytes entry)`. */
export const submittedTopic: Uint8Array = keccak_256(utf8("Submitted(address,bytes)"));

/** No event of the contract is longer; a JSON-RPC log above this is refused before it is decoded. */
const MAX_DATA_BYTES = 65_536;

/**
 * What an `Anchored` event says; `contract` and `register` are addresses in hexadecimal without 0x. Throws
 * `anchor_malformed` where the log is another event or not the ABI's encoding, or the size is above 2^53-1.
 */
export function parseAnchored(log: EventLog): { contract: string; register: string; size: number; root: Uint8Array } {
  const from = parseHead(log, anchoredTopic, "Anchored");
  if (log.data.length !== 64) throw malformed(`An Anchored event has 64 bytes of data; this one has ${log.data.length}`);
  return { ...from, size: word(log.data, 0, "size"), root: log.data.slice(32) };
}

/**
 * What a `Withdrawn` event says: whoever sees `secret` (32 bytes) knows that every record with the lock
 * SHA-256(secret) has ended, whatever contract or register stands beside it. Throws `anchor_malformed` where
 * the log is another event or not the ABI's encoding.
 *
 * @example
 * ```ts
 * const { secret } = parseWithdrawn(eventLogFromRpc(log));
 * ```
 */
export function parseWithdrawn(log: EventLog): { contract: string; register: string; secret: Uint8Array } {
  const from = parseHead(log, withdrawnTopic, "Withdrawn");
  if (log.data.length !== 32) throw malformed(`A Withdrawn event has 32 bytes of data; this one has ${log.data.length}`);
  return { ...from, secret: log.data.slice() };
}

/**
 * What a `Submitted` event says. `entry` is whatever the sender chose: it is judged by `decodeEntry`.
 * Throws `anchor_malformed` where the log is another event or not the ABI's encoding.
 *
 * @example
 * ```ts
 * const entry = decodeEntry(parseSubmitted(eventLogFromRpc(log)).entry);
 * ```
 */
export function parseSubmitted(log: EventLog): { contract: string; register: string; entry: Uint8Array } {
  const from = parseHead(log, submittedTopic, "Submitted");
  const { data } = log;
  if (data.length < 64 || word(data, 0, "offset") !== 32) throw malformed("A Submitted event has one offset of 32, a length and the entry");
  const end = 64 + word(data, 32, "length");
  if (data.length !== Math.ceil(end / 32) * 32)
    throw malformed(`The data of a Submitted event ends at another place than its length says (${end} bytes, padded to whole words)`);
  if (data.subarray(end).some((byte) => byte !== 0)) throw malformed("The padding of a Submitted event is not zero");
  return { ...from, entry: data.slice(64, end) };
}

/**
 * A log as `eth_getLogs` and `eth_getTransactionReceipt` give it (hexadecimal with 0x; further members are
 * ignored). Throws `anchor_malformed` for anything else, and for a log that the node marks as removed.
 *
 * @example
 * ```ts
 * for (const log of await rpc("eth_getLogs", [filter])) logs.push(eventLogFromRpc(log));
 * ```
 */
export function eventLogFromRpc(value: unknown): EventLog {
  const { address, topics, data, removed } = (value ?? {}) as Record<string, unknown>;
  if (removed !== undefined && removed !== false) throw malformed("The log was removed by a reorganisation");
  if (!Array.isArray(topics) || topics.length > 4) throw malformed("The topics of a log are a list of at most 4");
  return { address: fromRpc(address, "address", 20), topics: topics.map((topic) => fromRpc(topic, "topic", 32)), data: fromRpc(data, "data") };
}

function parseHead(log: EventLog, topic: Uint8Array, name: string): { contract: string; register: string } {
  const [event, register, ...more] = log.topics;
  if (log.address.length !== 20 || event === undefined || !equal(event, topic)) throw malformed(`The log is no ${name} event`);
  if (register?.length !== 32 || more.length > 0 || register.subarray(0, 12).some((byte) => byte !== 0)) {
    throw malformed(`A${name === "Anchored" ? "n" : ""} ${name} event has the register's address, after 12 zero bytes, as its second and last topic`);
  }
  return { contract: toHex(log.address), register: toHex(register.subarray(12)) };
}

/** The word of 32 bytes at `at` as a number. */
function word(data: Uint8Array, at: number, name: string): number {
  const bytes = data.subarray(at, at + 32);
  if (bytes.subarray(0, 24).some((byte) => byte !== 0) || bytes[24] !== 0 || bytes[25]! > 0x1f) throw malformed(`The ${name} of an event is above 2^53-1`);
  return fromBigEndian(bytes.subarray(24));
}

function fromRpc(text: unknown, name: string, length?: number): Uint8Array {
  if (typeof text !== "string" || !text.startsWith("0x") || text.length > 2 + 2 * MAX_DATA_BYTES)
    throw malformed(`The ${name} of a log is no hexadecimal text with 0x`);
  try {
    return fromHex(text.slice(2).toLowerCase(), length);
  } catch (cause) {
    throw malformed(`The ${name} of a log is no hexadecimal text${length === undefined ? "" : ` of ${length} bytes`}`, cause);
  }
}

function malformed(what: string, cause?: unknown): FreeholdError {
  return new FreeholdError("anchor_malformed", `${what}.`, { cause });
}

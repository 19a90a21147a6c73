/** The four kinds of log entry (spec/entry.md). */
import { bigEndian, concat, fromBigEndian } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

/** An entry, decoded. Hashes, commitments, locks and secrets are 32 bytes. */
export type Entry =
  | { kind: "record"; commitment: Uint8Array; lock: Uint8Array }
  | { kind: "withdrawal"; secret: Uint8Array }
  | { kind: "publication"; hash: Uint8Array }
  | { kind: "status"; size: number; root: Uint8Array };

const VERSION = 1;
const KINDS = ["record", "withdrawal", "publication", "status"] as const;
const LENGTHS = [66, 34, 34, 42] as const;

/**
 * The bytes of an entry. Throws `entry_malformed` for what {@link decodeEntry} would refuse.
 *
 * @example
 * ```ts
 * encodeEntry({ kind: "withdrawal", secret }); // 34 bytes
 * ```
 */
export function encodeEntry(entry: Entry): Uint8Array {
  const bytes = concat(Uint8Array.of(VERSION, KINDS.indexOf(entry.kind) + 1), body(entry));
  decodeEntry(bytes);
  return bytes;
}

function body(entry: Entry): Uint8Array {
  switch (entry.kind) {
    case "record":
      // The sum alone would let a short commitment borrow a byte of the lock.
      if (entry.commitment.length !== 32) throw wrong(`A commitment has 32 bytes; this one has ${entry.commitment.length}.`);
      return concat(entry.commitment, entry.lock);
    case "withdrawal":
      return entry.secret;
    case "publication":
      return entry.hash;
    case "status":
      if (!Number.isSafeInteger(entry.size) || entry.size < 0)
        throw wrong(`The size of a status entry is a whole number up to 2^53-1; this one is ${entry.size}.`);
      return concat(bigEndian(entry.size, 8), entry.root);
  }
}

/** Decodes an entry; its fields are views of `bytes`. Throws `entry_malformed` where version, kind, length or size are not allowed. */
export function decodeEntry(bytes: Uint8Array): Entry {
  if (bytes.length < 2) throw wrong(`An entry has at least 34 bytes; this one has ${bytes.length}.`);
  if (bytes[0] !== VERSION) throw wrong(`The only entry version is ${VERSION}; this entry has ${bytes[0]}.`);
  const kind = KINDS[bytes[1]! - 1];
  if (kind === undefined) throw wrong(`Entry kinds are 1 to 4; this entry has ${bytes[1]}.`);
  const length = LENGTHS[bytes[1]! - 1]!;
  if (bytes.length !== length) throw wrong(`A ${kind} entry has ${length} bytes; this one has ${bytes.length}.`);
  switch (kind) {
    case "record":
      return { kind, commitment: bytes.subarray(2, 34), lock: bytes.subarray(34) };
    case "withdrawal":
      return { kind, secret: bytes.subarray(2) };
    case "publication":
      return { kind, hash: bytes.subarray(2) };
    case "status":
      return { kind, size: statusSize(bytes.subarray(2, 10)), root: bytes.subarray(10) };
  }
}

function statusSize(bytes: Uint8Array): number {
  try {
    return fromBigEndian(bytes);
  } catch (cause) {
    throw wrong("The size of a status entry is above 2^53-1.", cause);
  }
}

function wrong(message: string, cause?: unknown): FreeholdError {
  return new FreeholdError("entry_malformed", message, cause === undefined ? undefined : { cause });
}

/** The newest status of the log: which of its records have ended, proved by a checkpoint that satisfies the policy (spec/status.md, "Whole lists and freshness"). */
import { equal, fromHex, fromUtf8, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseNote } from "@freehold/protocol/note";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import type { WitnessedCheckpoint } from "@freehold/protocol/policy";
import { check } from "@freehold/protocol/shape";
import { statusProofShape, verifyStatus } from "@freehold/protocol/status";
import type { StatusProof } from "@freehold/protocol/status";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { bitmapOf, emptyBitmap } from "./bitmap.ts";
import type { Bitmap } from "./bitmap.ts";
import { ask, hostOf, membersOf } from "./http.ts";
import type { Answered, Fetch } from "./http.ts";

/** A verified status. Never changed once it is made. */
export interface Status {
  /** The signed checkpoint, whose last entry is the status entry. */
  note: string;
  checkpoint: WitnessedCheckpoint;
  /** Entries that it covers: one less than the checkpoint has. */
  size: number;
  /** Seconds since 1970. */
  witnessedTime: number;
  bitmap: Bitmap;
}

/** Whom a desk believes, and which log is its own. */
export interface Trust {
  policy: TrustPolicy;
  origin: string;
}

export interface StatusSource extends Trust {
  /** The register's address, without a slash at its end. */
  url: string;
  fetch: Fetch;
  signal?: AbortSignal | undefined;
}

const MAX_NOTE = 65_536;
const MAX_PROOF = 131_072;
/** The register publishes each second: between two requests there may be a new status. */
const TRIES = 4;

/**
 * Asks the register for its newest status: one small request, and the whole bitmap only where it has changed. So the register does not learn of which records a
 * company asks; the one proof that is fetched is of the first entry of the log, for everybody.
 *
 * @returns `before` itself where what is served is not newer.
 * @throws `unavailable`, `status_mismatch`, `receipt_origin` where the log is another, `log_diverged` (two trees of one size, both signed), and what
 *   `verifyCheckpoint` throws. What was known before stays good until it is too old.
 * @example
 * ```ts
 * const status = await fetchStatus({ url: "https://register.example", policy, origin, fetch }, null);
 * ```
 */
export async function fetchStatus(source: StatusSource, before: Status | null): Promise<Status> {
  for (let tries = 1; ; tries++) {
    const served = await fetchHead(source);
    const head = await verifyHead(served, source);
    const order = before === null ? "newer" : compare(head.checkpoint, before);
    if (order === "older") return before!;
    if (order === "same" || (before !== null && equal(head.root, before.bitmap.root))) return statusOf(head, before!.bitmap);
    const bits = await fetchBits(source, head.size);
    const bitmap = bitmapOf(bits, before !== null && before.bitmap.bits.length <= bits.length ? before.bitmap : emptyBitmap);
    if (equal(bitmap.root, head.root)) return statusOf(head, bitmap);
    if (tries === TRIES)
      throw new FreeholdError("status_mismatch", `The bitmap that ${hostOf(source.url)} serves is not that of the checkpoint that it has signed.`);
  }
}

/**
 * Verifies a status that came in another way. `proof` is the status proof of any entry under the checkpoint of `note`; `bits` the whole bitmap. Throws as {@link fetchStatus}.
 */
export async function verifyWholeStatus(
  given: { note: string; proof: StatusProof; bits: Uint8Array; index?: number },
  trust: Trust,
  before: Status | null = null,
): Promise<Status> {
  const head = await verifyHead({ note: given.note, proof: given.proof, index: given.index ?? 0 }, trust);
  if (before !== null && compare(head.checkpoint, before) === "older") return before;
  const bitmap = bitmapOf(cut(given.bits, head.size), emptyBitmap);
  if (!equal(bitmap.root, head.root)) throw new FreeholdError("status_mismatch", "The bitmap is not that of the checkpoint.");
  return statusOf(head, bitmap);
}

/** The status that a desk kept: its checkpoint is verified again, because the policy may be another; its bits were when they were stored. */
export async function reopenStatus({ note, bits }: { note: string; bits: Uint8Array }, trust: Trust): Promise<Status> {
  const checkpoint = await verifyOwn(note, trust);
  return statusOf({ note, checkpoint, size: checkpoint.size - 1 }, bitmapOf(bits));
}

interface Head {
  note: string;
  checkpoint: WitnessedCheckpoint;
  size: number;
  /** The status root. */
  root: Uint8Array;
}

function statusOf({ note, checkpoint, size }: Omit<Head, "root">, bitmap: Bitmap): Status {
  if (checkpoint.witnessedTime === null) throw new FreeholdError("policy_quorum", "A status without a witness has no age; a desk's policy asks for witnesses.");
  return { note, checkpoint, size, witnessedTime: checkpoint.witnessedTime, bitmap };
}

interface Served {
  note: string;
  /** Undefined where the log has no entry yet. */
  proof: StatusProof | undefined;
  index: number;
}

async function fetchHead({ url, fetch, signal }: StatusSource): Promise<Served> {
  const answer = await ask(fetch, `${url}/log/status/0`, { max: MAX_PROOF, signal, headers: { "cache-control": "no-cache" } });
  if (answer.status === 404) {
    const { body } = expect200(await ask(fetch, `${url}/log/checkpoint`, { max: MAX_NOTE, signal }), url);
    return { note: fromUtf8(body), proof: undefined, index: 0 };
  }
  const { checkpoint, status } = membersOf(expect200(answer, url).body);
  if (typeof checkpoint !== "string") throw new FreeholdError("unavailable", `${hostOf(url)} does not answer as a register.`);
  return { note: checkpoint, proof: check(statusProofShape, status, "status", "status_malformed"), index: 0 };
}

async function verifyHead({ note, proof, index }: Served, trust: Trust): Promise<Head> {
  const checkpoint = await verifyOwn(note, trust);
  const size = checkpoint.size - 1;
  if (proof === undefined) {
    if (size > 0) throw new FreeholdError("status_mismatch", `The register proves no status under its checkpoint of size ${checkpoint.size}.`);
    return { note, checkpoint, size: 0, root: emptyBitmap.root };
  }
  verifyStatus(proof, { index, checkpoint });
  return { note, checkpoint, size, root: fromHex(proof.root) };
}

async function verifyOwn(note: string, { policy, origin }: Trust): Promise<WitnessedCheckpoint> {
  const named = parseNote(note).text.split("\n", 1)[0];
  if (named !== origin) throw new FreeholdError("receipt_origin", `This is a checkpoint of ${String(named).slice(0, 255)}, and the desk's log is ${origin}.`);
  return verifyCheckpoint(note, policy.tlog);
}

async function fetchBits({ url, fetch, signal }: StatusSource, size: number): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array(0);
  // Room for what was published since.
  const max = Math.ceil(size / 8) + 2 ** 20;
  return cut(expect200(await ask(fetch, `${url}/log/status/bits`, { max, signal, timeout: 60_000 }), url).body, size);
}

/** The bytes that a bitmap of this size has: what is behind them is padding or of a later status, and then its root is another. */
function cut(bits: Uint8Array, size: number): Uint8Array {
  const bytes = Math.ceil(size / 8);
  return bits.length <= bytes ? bits : bits.slice(0, bytes);
}

function expect200(answer: Answered, url: string): Answered {
  if (answer.status !== 200) throw new FreeholdError("unavailable", `${hostOf(url)} answered with status ${answer.status}.`);
  return answer;
}

/** Throws `log_diverged` where two checkpoints cannot both be true. */
function compare(checkpoint: WitnessedCheckpoint, before: Status): "older" | "same" | "newer" {
  const { size, root } = before.checkpoint;
  if (checkpoint.size !== size) return checkpoint.size > size ? "newer" : "older";
  if (!equal(checkpoint.root, root))
    throw new FreeholdError(
      "log_diverged",
      `The register has signed two trees of ${size} entries, with the roots ${toHex(root)} and ${toHex(checkpoint.root)}. Keep both checkpoints: they are evidence.`,
    );
  return (checkpoint.witnessedTime ?? 0) < before.witnessedTime ? "older" : "same";
}

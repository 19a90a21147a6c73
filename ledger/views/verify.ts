/**
 * The verification of one entry, step by step, in the reader's browser. Each step says what it recomputed and whether it holds;
 * the first that fails is the last. The rules are those of @freehold/protocol: this file fetches, orders and explains.
 */
import { equal, fromBase64, fromHex, fromUtf8, toHex } from "@freehold/protocol/bytes";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import type { Checkpoint } from "@freehold/protocol/checkpoint";
import { verifyCosignature } from "@freehold/protocol/cosignature";
import { decodeEntry, encodeEntry } from "@freehold/protocol/entry";
import { inclusionPath, leafHash, rootHash } from "@freehold/protocol/merkle";
import { findVkey, parseNote, verifyNote } from "@freehold/protocol/note";
import { sha256 } from "@freehold/protocol/platform/web";
import { verifyCheckpoint, witnessedTime } from "@freehold/protocol/policy";
import type { Policy } from "@freehold/protocol/policy";
import { parseProof, verifyProof } from "@freehold/protocol/proof";
import { verifyStatus } from "@freehold/protocol/status";
import type { StatusProof } from "@freehold/protocol/status";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { formatAge, formatCount, formatTime, list, plural } from "../../ui/format.ts";
import { paths } from "../../ui/paths.ts";

/** One hash of an inclusion proof, and what folding it in gives. */
export interface FoldRow {
  /** The leaves under the neighbour, `start` up to and without `end`; it stands to the left or right of our branch. */
  start: number;
  end: number;
  side: "left" | "right";
  neighbour: string;
  result: string;
}

/** The way from a leaf up to the root. */
export interface Fold {
  caption: string;
  /** What a leaf of this tree is, and several. */
  leaf: string;
  leaves: string;
  index: number;
  leafHash: string;
  rows: FoldRow[];
}

export interface Step {
  title: string;
  /** `note`: nothing is wrong, and something is to be known or could not be checked. */
  state: "holds" | "fails" | "note";
  detail: string;
  values?: { name: string; value: string }[];
  fold?: Fold;
}

export interface Verification {
  index: number;
  /** The bytes that the page shows, in hexadecimal. */
  shown: string;
  /** The reader's own policy; null to use the one that the register proposes. */
  policy: string | null;
  /** Seconds since 1970, by the reader's clock. */
  now: number;
  /** Fetches a path of the register. */
  get: (path: string) => Promise<{ status: number; body: Uint8Array }>;
}

/** What a step yields if it holds; thrown by a step that does not. */
type Outcome = Omit<Step, "title" | "state"> & { state?: "note" };

class StepFailed extends Error {
  readonly step: Omit<Outcome, "detail">;
  constructor(message: string, step: Omit<Outcome, "detail"> = {}) {
    super(message);
    this.step = step;
  }
}

/** Verifies. Yields each step as it is done; ends after the first that fails. Never throws. */
export async function* verifyEntry(input: Verification): AsyncGenerator<Step, void, void> {
  const { index, get } = input;
  const steps = stepsOf(input, {
    text: async (path) => fromUtf8(await ok(get, path)),
    json: async (path) => members(path, fromUtf8(await ok(get, path))),
  });
  let title = "Start";
  try {
    for await (const step of steps) {
      if (typeof step === "string") title = step;
      else yield { title, state: "holds", ...step };
    }
  } catch (error) {
    const step = error instanceof StepFailed ? error.step : {};
    yield { title, detail: error instanceof Error ? error.message : `Entry ${index} could not be verified.`, ...step, state: "fails" };
  }
}

interface Reader {
  text(path: string): Promise<string>;
  json(path: string): Promise<{ [member: string]: unknown }>;
}

/** The steps in order: a title, then what came of it. */
async function* stepsOf(input: Verification, read: Reader): AsyncGenerator<string | Outcome, void, void> {
  const { index, shown, get, now } = input;

  yield "Policy: whom to believe";
  const trust = parseTrustPolicy(input.policy ?? textOf(await read.json(paths.discovery), "policy"));
  yield policyStep(trust, input.policy !== null);

  yield "Entry: fetched, and the same as on this page";
  const answer = await read.json(paths.entryData(index));
  if (answer["index"] !== index) throw new StepFailed(`The register was asked for entry ${index} and answered with ${String(answer["index"])}.`);
  const bytes = fromBase64(textOf(answer, "entry"));
  if (toHex(bytes) !== shown)
    throw new StepFailed("The register answers with other bytes than this page shows.", { values: [{ name: "Fetched", value: toHex(bytes) }] });
  const entry = decodeEntry(bytes);
  yield { detail: `${bytes.length} bytes, a well-formed ${entry.kind}.` };

  yield "Leaf hash";
  const leaf = leafHash(bytes);
  const values = [{ name: "SHA-256(00 || entry)", value: toHex(leaf) }];
  if (textOf(answer, "hash") !== toHex(leaf))
    throw new StepFailed("The register names another leaf hash.", { values: [...values, { name: "Named", value: textOf(answer, "hash") }] });
  yield { detail: "Computed from the bytes; the register names the same.", values };

  yield "Signature of the log";
  const proofText = textOf(answer, "proof");
  const proof = parseProof(proofText);
  if (proof.index !== index) throw new StepFailed(`The proof is one for entry ${proof.index}.`);
  const checkpoint = parseCheckpoint(parseNote(proof.checkpoint).text);
  yield await logStep(proof.checkpoint, checkpoint, trust.tlog);

  yield* witnessSteps(proof.checkpoint, trust, now);

  yield "Inclusion: the leaf hash leads to the signed root";
  const inclusion = foldUp("From the entry up to the root", ["entry", "entries"], { hash: leaf, index, size: checkpoint.size, proof: proof.hashes });
  if (!equal(inclusion.hash, checkpoint.root)) {
    throw new StepFailed("Folding the neighbours in leads to another root than the log has signed.", {
      fold: inclusion.fold,
      values: [
        { name: "Computed", value: toHex(inclusion.hash) },
        { name: "Signed", value: toHex(checkpoint.root) },
      ],
    });
  }
  // The steps above explain; the verdict is that of the one function that everyone else uses too.
  await verifyProof(proofText, leaf, trust.tlog);
  yield {
    detail: `${plural(inclusion.fold.rows.length, "hash", "hashes")} folded in, one after the other. The last result is the root under the signature: the entry is in the log, at this number.`,
    fold: inclusion.fold,
    values: [{ name: "Root", value: toHex(checkpoint.root) }],
  };

  yield "The checkpoint that everyone is served";
  yield await servedStep(checkpoint, await read.text(paths.checkpoint), trust.tlog);

  if (entry.kind === "record") {
    yield "Status: has the record ended?";
    yield await statusStep(index, await read.json(paths.status(index)), checkpoint, trust, now);
  }
  if (entry.kind === "withdrawal") {
    yield "Lock: what the secret opens";
    yield {
      detail: "Every record with this lock has ended. Which these are is the register’s answer above; each can be verified on its own page.",
      values: [{ name: "SHA-256(secret)", value: toHex(sha256(entry.secret)) }],
    };
  }
  if (entry.kind === "publication") {
    yield "Document: its hash is the one in the entry";
    const { status, body } = await get(paths.document(toHex(entry.hash)));
    if (status === 451)
      yield { state: "note", detail: "The register withholds the document. Its hash stays in the log: whoever has a copy can still show that it is this one." };
    else if (status !== 200) throw new StepFailed(`The register does not serve the document (status ${status}).`);
    else if (!equal(sha256(body), entry.hash))
      throw new StepFailed("The register serves another document.", { values: [{ name: "SHA-256", value: toHex(sha256(body)) }] });
    else yield { detail: `${formatCount(body.length)} bytes, with the SHA-256 that the entry holds.` };
  }
}

function policyStep({ tlog }: TrustPolicy, own: boolean): Outcome {
  const names = `It names ${plural(tlog.logs.length, "log", "logs")} and ${plural(tlog.witnesses.length, "witness", "witnesses")}.`;
  if (own) return { detail: `The policy that you pasted. ${names}` };
  return {
    state: "note",
    detail: `The policy that this register proposes: whom to believe is here the register’s own claim. ${names} Paste a policy of your own to decide it yourself.`,
  };
}

async function logStep(note: string, checkpoint: Checkpoint, { logs }: Policy): Promise<Outcome> {
  const keys = logs.map(({ vkey }) => vkey).filter(({ name }) => name === checkpoint.origin);
  if (keys.length === 0) throw new StepFailed(`The policy does not name the log ${checkpoint.origin}.`);
  const { signers } = await verifyNote(note, keys);
  return {
    detail: `${checkpoint.origin} signed a checkpoint of ${plural(checkpoint.size, "entry", "entries")} with ${list(signers.map(({ keyId }) => `the key ${keyId}`))} of the policy.`,
    values: [{ name: "Signed root", value: toHex(checkpoint.root) }],
  };
}

/** One step for each witness of the policy, then the quorum. */
async function* witnessSteps(note: string, { tlog: policy, maximumAge }: TrustPolicy, now: number): AsyncGenerator<string | Outcome, void, void> {
  const { text, signatures } = parseNote(note);
  const cosignatures: { name: string; time: number }[] = [];
  for (const { name, vkey } of policy.witnesses) {
    yield `Witness ${vkey.name}`;
    const lines = signatures.filter((line) => findVkey([vkey], line.name, line.keyId) !== undefined);
    const times: number[] = [];
    for (const line of lines) times.push(await verifyCosignature(text, line, vkey));
    cosignatures.push(...times.map((time) => ({ name, time })));
    if (times.length === 0) yield { state: "note", detail: "Has not cosigned this checkpoint." };
    else yield { detail: `Cosigned this checkpoint at ${formatTime(Math.max(...times))}; the signature is right.` };
  }

  yield "Quorum";
  const time = witnessedTime(policy, cosignatures);
  const strangers = signatures.filter(
    (line) =>
      findVkey(
        [...policy.logs, ...policy.witnesses].map(({ vkey }) => vkey),
        line.name,
        line.keyId,
      ) === undefined,
  ).length;
  const ignored =
    strangers === 0
      ? ""
      : ` ${plural(strangers, "signature", "signatures")} of keys that the policy does not name ${strangers === 1 ? "was" : "were"} ignored.`;
  if (time === null)
    yield { state: "note", detail: `The policy asks for no witness: nobody but the log vouches for this checkpoint, and nobody for its time.${ignored}` };
  else if (now - time > maximumAge)
    yield {
      state: "note",
      detail: `Satisfied. The checkpoint was witnessed at ${formatTime(time)}, ${formatAge(now - time)} ago by your clock: the policy calls a status stale after ${formatAge(maximumAge)}.${ignored}`,
    };
  else yield { detail: `Satisfied. The checkpoint was witnessed at ${formatTime(time)}, which is ${formatAge(now - time)} ago by your clock.${ignored}` };
}

async function servedStep(checkpoint: Checkpoint, note: string, policy: Policy): Promise<Outcome> {
  const served = await verifyCheckpoint(note, policy);
  if (served.origin !== checkpoint.origin) throw new StepFailed(`The register serves a checkpoint of another log, ${served.origin}.`);
  if (served.size !== checkpoint.size) {
    return {
      state: "note",
      detail: `The register serves a checkpoint of size ${formatCount(served.size)}, the proof is under one of ${formatCount(checkpoint.size)}: the log has grown meanwhile. Verify again to compare the two.`,
    };
  }
  if (!equal(served.root, checkpoint.root)) {
    throw new StepFailed(
      "The register serves another checkpoint of the same size. Keep both: two signed roots for one size are evidence that it shows different histories.",
      {
        values: [
          { name: "Served", value: toHex(served.root) },
          { name: "In the proof", value: toHex(checkpoint.root) },
        ],
      },
    );
  }
  return { detail: "The proof is under the very checkpoint that the register serves to everyone." };
}

async function statusStep(
  index: number,
  answer: { [member: string]: unknown },
  known: Checkpoint,
  { tlog, maximumAge }: TrustPolicy,
  now: number,
): Promise<Outcome> {
  const checkpoint = await verifyCheckpoint(textOf(answer, "checkpoint"), tlog);
  if (checkpoint.origin !== known.origin) throw new StepFailed(`The status is one of another log, ${checkpoint.origin}.`);
  if (checkpoint.size < known.size)
    throw new StepFailed(
      `The status is under a checkpoint of ${formatCount(checkpoint.size)} entries, older than that of the proof: the record may have ended since.`,
    );
  const status = answer["status"] as StatusProof;
  const { ended } = verifyStatus(status, { index, checkpoint });
  const chunk = Math.floor(index / 256);
  const { fold } = foldUp("From the chunk of 256 bits up to the status root", ["chunk", "chunks"], {
    hash: leafHash(fromHex(status.chunk)),
    index: chunk,
    size: Math.ceil((checkpoint.size - 1) / 256),
    proof: status.path.map((hash) => fromHex(hash)),
  });
  const { witnessedTime: time } = checkpoint;
  // An end is for ever; that there is none is true of one moment.
  const open = !ended && (time === null || now - time > maximumAge);
  return {
    ...(open && { state: "note" }),
    detail: `${ended ? "Ended: its bit is 1." : open ? `Not ended ${time === null ? "at a time that nobody witnessed" : `at ${formatTime(time)}`}, its bit is 0; by now it may have.` : "Not ended: its bit is 0."} Bit ${index % 256} of chunk ${chunk}, under the root in entry ${checkpoint.size - 1}, which is the last of this very checkpoint: an older status would not do.`,
    ...(fold.rows.length > 0 && { fold }),
    values: [
      { name: `Chunk ${chunk}`, value: status.chunk },
      { name: "Status root", value: status.root },
      { name: "Leaf hash of that entry", value: toHex(leafHash(encodeEntry({ kind: "status", size: checkpoint.size - 1, root: fromHex(status.root) }))) },
    ],
  };
}

/** Folds an inclusion proof and keeps every intermediate hash. Whether the result is the root is for the caller to compare. */
function foldUp(
  caption: string,
  [leaf, leaves]: readonly [string, string],
  { hash, index, size, proof }: { hash: Uint8Array; index: number; size: number; proof: readonly Uint8Array[] },
): { hash: Uint8Array; fold: Fold } {
  const path = inclusionPath(index, size);
  if (path.length !== proof.length)
    throw new StepFailed(`The proof has ${plural(proof.length, "hash", "hashes")}; number ${index} in a tree of ${formatCount(size)} needs ${path.length}.`);
  const leafHash = toHex(hash);
  const rows = path.map(({ start, end }, i): FoldRow => {
    const neighbour = proof[i]!;
    const side = end <= index ? "left" : "right";
    // The root of a tree of two leaf hashes is the hash of an inner node.
    hash = rootHash(side === "left" ? [neighbour, hash] : [hash, neighbour]);
    return { start, end, side, neighbour: toHex(neighbour), result: toHex(hash) };
  });
  return { hash, fold: { caption, leaf, leaves, index, leafHash, rows } };
}

async function ok(get: Verification["get"], path: string): Promise<Uint8Array> {
  const { status, body } = await get(path);
  if (status !== 200) throw new StepFailed(`The register answered ${path} with status ${status}.`);
  return body;
}

function members(path: string, text: string): { [member: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StepFailed(`The answer at ${path} is no JSON.`);
  }
  if (typeof value !== "object" || value === null) throw new StepFailed(`The answer at ${path} is no JSON object.`);
  return value as { [member: string]: unknown };
}

function textOf(answer: { [member: string]: unknown }, member: string): string {
  const value = answer[member];
  if (typeof value !== "string") throw new StepFailed(`The answer has no text "${member}".`);
  return value;
}

/**
 * Witnessing (C2SP tlog-witness): how a log asks for a cosignature, and the rule by which a witness answers. A witness
 * remembers one checkpoint for each log, and cosigns only what extends it.
 */
import { equal, fromUtf8, toBase64 } from "./bytes.ts";
import { parseTreeHead } from "./checkpoint.ts";
import { cosign, verifyCosignature } from "./cosignature.ts";
import { FreeholdError } from "./errors.ts";
import type { FreeholdErrorCode } from "./errors.ts";
import { fromDecimal, fromHashText, isPlainText } from "./fields.ts";
import { rootHash, verifyConsistency } from "./merkle.ts";
import { findVkey, formatNote, formatSignatures, parseNote, parseSignatures, verifyNote } from "./note.ts";
import type { NoteKey, NoteSignature, Vkey } from "./note.ts";

/** What a log asks a witness: to cosign a checkpoint that extends the one it cosigned last. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last; 0 where it has cosigned none. */
  readonly old: number;
  /** Consistency proof from the old size to that of the checkpoint; none from size 0. */
  readonly proof: readonly Uint8Array[];
  /** A signed note. */
  readonly checkpoint: string;
}

/** A tree that a witness has cosigned. */
export interface Cosigned {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** What a witness has to remember from now on. */
export interface Accepted extends Cosigned {
  readonly origin: string;
  /** The note with the signatures of the log: enough to show later what the log has signed. */
  readonly checkpoint: string;
  /** What was remembered when the answer was made: it must still be so when it is replaced. */
  readonly previous: Cosigned | undefined;
}

/** An answer for HTTP. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: string;
  readonly body: string;
  /** Why the answer is not 200. */
  readonly code?: FreeholdErrorCode;
  /** With 200: to be made durable before the answer is sent. */
  readonly accepted?: Accepted;
  /** A checkpoint that the log has signed for a size that the witness has cosigned with another root: a proof against the log. */
  readonly splitView?: { readonly origin: string; readonly checkpoint: string };
}

/** How a witness that has cosigned another size says which (with status 409). */
export const SIZE_CONTENT_TYPE = "text/x.tlog.size";
const TEXT = "text/plain; charset=utf-8";

/** The proof of a larger tree than can be counted has no more. */
const MAX_PROOF = 63;
const EMPTY: Cosigned = { size: 0, root: rootHash([]) };

const STATUS: { readonly [code in FreeholdErrorCode]?: WitnessAnswer["status"] } = {
  encoding_invalid: 400,
  witness_malformed: 400,
  policy_log_unknown: 404,
  note_signature_invalid: 403,
  witness_conflict: 409,
  consistency_invalid: 422,
};

/**
 * The body of a request for a cosignature.
 *
 * @throws `witness_malformed` when {@link parseAddCheckpoint} would refuse it.
 * @see C2SP tlog-witness, "add-checkpoint"
 * @example
 * ```ts
 * const body = formatAddCheckpoint({ old: 0, proof: [], checkpoint: signNote(formatCheckpoint({ origin, size, root }), [key]) });
 * ```
 */
export function formatAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  const text = `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${checkpoint}`;
  parseAddCheckpoint(text);
  return text;
}

/**
 * Reads the body of a request for a cosignature. Nothing of it is verified.
 *
 * @throws `witness_malformed` for any other text than a size, at most 63 hashes, an empty line, and a note with a checkpoint.
 * @see C2SP tlog-witness, "add-checkpoint"
 * @example
 * ```ts
 * const { old, proof, checkpoint } = parseAddCheckpoint(body);
 * ```
 */
export function parseAddCheckpoint(text: string): AddCheckpoint {
  if (!isPlainText(text)) throw malformed("it has a control character, or half of a surrogate pair");
  const end = text.indexOf("\n\n");
  if (end < 0) throw malformed("an old size, proof lines, an empty line and a signed checkpoint are needed");
  const [first = "", ...lines] = text.slice(0, end).split("\n", MAX_PROOF + 2);
  const old = first.startsWith("old ") ? fromDecimal(first.slice(4)) : undefined;
  if (old === undefined) throw malformed('its first line is not "old" and a size: decimal, without leading zeroes, at most 2^53-1');
  if (lines.length > MAX_PROOF) throw malformed(`a consistency proof has at most ${MAX_PROOF} hashes`);
  const proof = lines.map((line, i) => {
    const hash = fromHashText(line);
    if (hash === undefined) throw malformed(`line ${i + 2} is no hash of 32 bytes in base64`);
    return hash;
  });
  const checkpoint = text.slice(end + 2);
  try {
    parseTreeHead(parseNote(checkpoint).text);
  } catch (cause) {
    throw malformed(`after the empty line: ${(cause as Error).message}`, cause);
  }
  return { old, proof, checkpoint };
}

/**
 * The rule of a witness: what it answers to the body of a request.
 *
 * An answer with `accepted` is a promise never to cosign anything else. Whoever calls this must, **before it sends that
 * answer**, replace what it remembers of `accepted.origin` durably, and in one step with the check that it is still
 * `accepted.previous`. Where it is not, the answer is void: throw it away and call this again. Without the check, two
 * requests at the same time can make a witness forget the larger of two trees.
 *
 * @param body as it arrived.
 * @param witness.logs the keys of the logs that it serves, of type 0x01; the name of each is the origin of its log.
 * @param witness.latest what it has cosigned last for an origin, if anything.
 * @param witness.key a key of type 0x04.
 * @param witness.time of the cosignature, in seconds since 1970.
 * @throws `note_key_malformed` for a key of another type, `argument_invalid` for a time that is none.
 * @see C2SP tlog-witness, "add-checkpoint"; spec/log.md, "Witnesses"
 * @example
 * ```ts
 * const answer = await answerAddCheckpoint(body, { logs: [parseVkey(vkey)], latest: (origin) => memory.get(origin), key, time });
 * if (answer.accepted) persist(answer.accepted); // checks and sets, durably
 * respond(answer.status, answer.contentType, answer.body);
 * ```
 */
export async function answerAddCheckpoint(
  body: Uint8Array,
  witness: {
    readonly logs: readonly Vkey[];
    readonly latest: (origin: string) => Cosigned | undefined;
    readonly key: NoteKey;
    readonly time: number;
  },
): Promise<WitnessAnswer> {
  let evidence: Pick<WitnessAnswer, "splitView"> = {};
  try {
    const { old, proof, checkpoint: submitted } = parseAddCheckpoint(fromUtf8(body));
    const { text, signatures } = parseNote(submitted);
    const { origin, size, root } = parseTreeHead(text);

    const logKeys = witness.logs.filter(({ name }) => name === origin);
    if (logKeys.length === 0) throw new FreeholdError("policy_log_unknown", `This witness does not serve the log "${origin}".`);
    const { signers } = await verifyNote(submitted, logKeys);
    // From here on nothing is awaited: one state decides.
    const previous = witness.latest(origin);
    const latest = previous ?? EMPTY;
    const checkpoint = formatNote({ text, signatures: signatures.filter(({ name, keyId }) => findVkey(signers, name, keyId)) });
    const contradicts = size === latest.size && !equal(root, latest.root);
    if (contradicts) evidence = { splitView: { origin, checkpoint } };

    if (old > size) throw malformed(`the old size ${old} is above that of the checkpoint, ${size}`);
    if (old !== latest.size) return { status: 409, contentType: SIZE_CONTENT_TYPE, body: `${latest.size}\n`, code: "witness_conflict", ...evidence };
    if (contradicts) throw new FreeholdError("witness_conflict", `This witness has cosigned another root for size ${size} of "${origin}".`);
    if (old > 0) verifyConsistency({ size1: old, size2: size, root1: latest.root, root2: root, proof });
    else if (proof.length > 0) throw new FreeholdError("consistency_invalid", "From size 0 there is nothing to prove, and the proof is not empty.");

    const cosignature = cosign(text, witness.key, witness.time);
    return { status: 200, contentType: TEXT, body: formatSignatures([cosignature]), accepted: { origin, size, root, checkpoint, previous } };
  } catch (error) {
    const status = error instanceof FreeholdError ? STATUS[error.code] : undefined;
    if (status === undefined) throw error;
    const { code, message } = error as FreeholdError;
    return { status, contentType: TEXT, body: `${message}\n`, code, ...evidence };
  }
}

/**
 * The cosignatures in a witness's answer (status 200) by these keys, one for each, the latest. Lines of other keys are
 * ignored: what a witness sends beyond that is no business of a log.
 *
 * @param body the answer.
 * @param text the text of the checkpoint, without signatures.
 * @throws `note_malformed` for a body that is no signature lines; `note_signature_invalid` when a line of one of these
 *   keys is wrong.
 * @see C2SP tlog-witness, "add-checkpoint"
 * @example
 * ```ts
 * const cosignatures = await readCosignatures(answer.body, parseNote(signed).text, policy.witnesses.map(({ vkey }) => vkey));
 * ```
 */
export async function readCosignatures(body: string, text: string, vkeys: readonly Vkey[]): Promise<NoteSignature[]> {
  const best = new Map<Vkey, { time: number; line: NoteSignature }>();
  for (const line of parseSignatures(body)) {
    const vkey = findVkey(vkeys, line.name, line.keyId);
    if (vkey === undefined) continue;
    const time = await verifyCosignature(text, line, vkey);
    if (time >= (best.get(vkey)?.time ?? 0)) best.set(vkey, { time, line });
  }
  return Array.from(best.values(), ({ line }) => line);
}

/**
 * The size in a witness's answer with status 409; undefined where it names none, as it must not where the sizes are equal
 * and the roots are not.
 *
 * @see C2SP tlog-witness, "add-checkpoint"
 * @example
 * ```ts
 * parseConflict("20852014\n"); // 20852014
 * ```
 */
export function parseConflict(body: string): number | undefined {
  return body.endsWith("\n") ? fromDecimal(body.slice(0, -1)) : undefined;
}

function malformed(why: string, cause?: unknown): FreeholdError {
  return new FreeholdError("witness_malformed", `This is no request for a cosignature: ${why.replace(/\.$/, "")}.`, { cause });
}

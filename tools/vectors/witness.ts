/** Vectors of witnessing: a request, what the witness remembers, and what it answers. */
import { toBase64, toHex, utf8 } from "../../protocol/src/bytes.ts";
import { formatCheckpoint } from "../../protocol/src/checkpoint.ts";
import { cosign } from "../../protocol/src/cosignature.ts";
import { consistencyProof, leafHash, rootHash } from "../../protocol/src/merkle.ts";
import { formatNote, formatSignatures, makeNoteKey, parseNote, signNote } from "../../protocol/src/note.ts";
import type { NoteKey } from "../../protocol/src/note.ts";
import { SIZE_CONTENT_TYPE } from "../../protocol/src/witness.ts";
import { checkpointText, leaves, log, root, rotated, seed, signed, spoil, stranger, T, vkey, w1, w2 } from "./log/shared.ts";

/** A case: by default a log of 3 entries is known, and one of 7 is shown with the right proof. */
interface Case {
  logs?: readonly NoteKey[];
  latest?: { size: number; root: Uint8Array } | null;
  old?: number;
  proof?: readonly Uint8Array[];
  note?: string;
  /** The whole body, where it is no request at all. */
  request?: string;
}

const proofOf = (size1: number, size2: number) => (size1 === 0 ? [] : consistencyProof(leaves.slice(0, size2), size1));
const fork = (size: number) => rootHash(leaves.slice(0, size).with(1, leafHash(utf8("another entry"))));
const forkProof = (size1: number, size2: number) => consistencyProof(leaves.slice(0, size2).with(1, leafHash(utf8("another entry"))), size1);
const textOf = (size: number, hash: Uint8Array) => formatCheckpoint({ origin: log.vkey.name, size, root: hash });

function requestOf({
  latest = { size: 3, root: root(3) },
  old = latest?.size ?? 0,
  note = signed(7),
  proof = proofOf(Math.min(old, 7), 7),
  request,
}: Case): string {
  return request ?? `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${note}`;
}

function inputOf(description: string, given: Case) {
  const { logs = [log], latest = { size: 3, root: root(3) } } = given;
  return {
    description,
    logs: logs.map(vkey),
    latest: latest && { size: latest.size, root: toHex(latest.root) },
    witness: { name: w1.vkey.name, seed: toHex(w1.seed) },
    time: T,
    request: requestOf(given),
  };
}

function accept(
  description: string,
  given: Case,
  { size = 7, hash = root(size), text = textOf(size, hash), kept }: { size?: number; hash?: Uint8Array; text?: string; kept?: string } = {},
) {
  return {
    ...inputOf(description, given),
    expect: {
      status: 200,
      body: formatSignatures([cosign(text, w1, T)]),
      accepted: { origin: log.vkey.name, size, root: toHex(hash), checkpoint: kept ?? signNote(text, [log]) },
    },
  };
}

const refuse = (status: number, code: string) => (description: string, given: Case) => ({ ...inputOf(description, given), status, code });
const malformed = refuse(400, "witness_malformed");
const unknown = refuse(404, "policy_log_unknown");
const forbidden = refuse(403, "note_signature_invalid");
const inconsistent = refuse(422, "consistency_invalid");
const conflict = (description: string, given: Case, size: number, more: object = {}) => ({
  ...refuse(409, "witness_conflict")(description, given),
  contentType: SIZE_CONTENT_TYPE,
  body: `${size}\n`,
  ...more,
});

const good = requestOf({});
const extended = `${checkpointText(7)}an extension line\nanother one\n`;
const [rightLine] = parseNote(signed(7)).signatures;
const cosigned = signed(7, [
  [w1, T - 60],
  [w2, T - 60],
]);

const valid = {
  "first-checkpoint": accept("The witness has cosigned nothing of this log: there is nothing to prove.", { latest: null }),
  "first-after-the-empty-tree": accept("Every tree extends the empty one.", { latest: { size: 0, root: root(0) } }),
  "empty-tree": accept("A log may begin with the empty tree.", { latest: null, note: signed(0), proof: [] }, { size: 0 }),
  "extended-from-3": accept("A proof that begins inside a subtree.", {}),
  "extended-from-4": accept("The old tree is a node of the new one, so its root is not in the proof.", { latest: { size: 4, root: root(4) } }),
  "extended-by-one": accept("From 6 to 7.", { latest: { size: 6, root: root(6) } }),
  "same-again": accept("An idle log has the same checkpoint cosigned anew: no proof.", { latest: { size: 7, root: root(7) } }),
  "rotated-key": accept(
    "One of the keys of the log has signed.",
    { logs: [log, rotated], note: signNote(checkpointText(7), [rotated]) },
    { kept: signNote(checkpointText(7), [rotated]) },
  ),
  "both-keys": accept(
    "Both keys of the log have signed.",
    { logs: [log, rotated], note: signNote(checkpointText(7), [log, rotated]) },
    { kept: signNote(checkpointText(7), [log, rotated]) },
  ),
  "lines-of-unknown-keys": accept("Lines of keys that are not the log's are ignored, this witness's own earlier one too, and not kept.", { note: cosigned }),
  "line-of-an-unknown-key-with-the-name-of-the-log": accept("A key is known by name and id.", { note: signNote(checkpointText(7), [log, rotated]) }),
  "extension-lines": accept("Other logs may have them: they are cosigned with the rest.", { note: signNote(extended, [log]) }, { text: extended }),
};

const invalid = {
  // 400: form
  empty: malformed("No request.", { request: "" }),
  "old-missing": malformed("The first line is the old size.", { request: good.replace("old 3\n", "") }),
  "old-without-a-size": malformed("A size follows.", { request: good.replace("old 3", "old ") }),
  "old-in-capitals": malformed("The word is old.", { request: good.replace("old", "OLD") }),
  "old-after-two-spaces": malformed("One space.", { request: good.replace("old ", "old  ") }),
  "old-before-a-space": malformed("Nothing follows the size.", { request: good.replace("old 3", "old 3 ") }),
  "old-with-leading-zero": malformed("Decimal without leading zeroes.", { request: good.replace("old 3", "old 03") }),
  "old-with-sign": malformed("Digits only.", { request: good.replace("old 3", "old +3") }),
  "old-2-53": malformed("C2SP allows it, a double does not hold it: at most 2^53-1.", { request: good.replace("old 3", "old 9007199254740992") }),
  "old-above-the-size": malformed("The old tree is not larger than the new one.", { latest: { size: 8, root: root(8) }, old: 8, proof: [] }),
  "carriage-returns": malformed("A line ends in a newline and nothing else.", { request: good.replaceAll("\n", "\r\n") }),
  "empty-line-missing": malformed("An empty line stands between proof and checkpoint.", { request: good.replace("\n\n", "\n") }),
  "two-empty-lines": malformed("One empty line, not two.", { request: good.replace("\n\n", "\n\n\n") }),
  "hash-of-31-bytes": malformed("A hash has 32 bytes.", { proof: [...proofOf(3, 7).slice(1), new Uint8Array(31)] }),
  "hash-without-padding": malformed("Base64 with padding.", { request: good.replace("=\n", "\n") }),
  "hash-with-unused-bits": malformed("Unused bits are zero.", { request: good.replace(/.=\n/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=\n`) }),
  "hash-with-a-space": malformed("Nothing but base64 in the line.", { request: good.replace("=\n", "= \n") }),
  "sixty-four-hashes": malformed("At most 63.", { proof: Array.from({ length: 64 }, () => root(1)) }),
  "checkpoint-missing": malformed("A checkpoint follows.", { note: "" }),
  "checkpoint-without-signatures": malformed("A checkpoint is a signed note.", { note: checkpointText(7) }),
  "checkpoint-without-final-newline": malformed("Every line ends in a newline.", { request: good.slice(0, -1) }),
  "checkpoint-of-size-2-53": malformed("At most 2^53-1.", { note: signNote(checkpointText(7).replace("\n7\n", "\n9007199254740992\n"), [log]) }),
  "checkpoint-without-root": malformed("Three lines at least.", { note: signNote("register.example/log\n7\n", [log]) }),
  "checkpoint-root-of-31-bytes": malformed("A root has 32 bytes.", { note: signNote(`register.example/log\n7\n${toBase64(new Uint8Array(31))}\n`, [log]) }),
  "checkpoint-with-an-empty-line": malformed("Extension lines are not empty.", { note: signNote(`${checkpointText(7)}\nan extension line\n`, [log]) }),
  "hundred-and-one-signatures": malformed("At most 100 lines (C2SP asks for 16).", { note: formatNoteOfMany(101) }),
  // 404: which log
  "origin-unknown": unknown("No key of this log is known.", { logs: [stranger] }),
  "origin-unknown-and-old-above-the-size": unknown("Whether the log is known comes first.", { logs: [stranger], latest: null, old: 8, proof: [] }),
  "origin-in-capitals": unknown("Origins are compared as bytes.", { logs: [makeNoteKey("Register.example/log", seed(1))] }),
  // 403: who signed
  "signed-by-another-key": forbidden("The name of the log, an unknown key.", { note: signNote(checkpointText(7), [rotated]) }),
  "signed-by-another-known-log": forbidden("The key of one log does not sign for another.", {
    logs: [log, stranger],
    note: signNote(checkpointText(7), [stranger]),
  }),
  "signed-by-witnesses-only": forbidden("Cosignatures do not replace the log's signature.", {
    note: formatNote({ text: checkpointText(7), signatures: parseNote(cosigned).signatures.slice(1) }),
  }),
  "signature-wrong": forbidden("One bit is wrong.", { note: spoil(signed(7), 0) }),
  "signature-of-another-size": forbidden("The signature is of another checkpoint.", {
    note: formatNote({ text: checkpointText(7), signatures: parseNote(signed(6)).signatures }),
  }),
  "signature-right-then-wrong": forbidden("Each line of a known key verifies, or the note is worth nothing.", {
    note: formatNote({ text: checkpointText(7), signatures: [rightLine!, ...parseNote(signed(6)).signatures] }),
  }),
  "signature-wrong-and-old-above-the-size": forbidden("Who signed comes before what.", { note: spoil(signed(7), 0), latest: null, old: 8, proof: [] }),
  // 409: what was cosigned before
  "old-behind": conflict(
    "Seven have been cosigned, the request says three.",
    { latest: { size: 7, root: root(7) }, old: 3, note: signed(9), proof: proofOf(3, 9) },
    7,
  ),
  "old-ahead": conflict("Three have been cosigned, the request says six.", { old: 6 }, 3),
  "old-of-an-unknown-log": conflict("Nothing has been cosigned: the size is 0.", { latest: null, old: 3 }, 0),
  "old-0-of-a-known-log": conflict("This is how a log asks what has been cosigned.", { old: 0 }, 3),
  "checkpoint-smaller": conflict("An older checkpoint is not cosigned any more.", { latest: { size: 9, root: root(9) }, old: 3 }, 9),
  "same-size-from-another-old": conflict("Cosigned already: ask again from this size.", { latest: { size: 7, root: root(7) }, old: 3 }, 7),
  "same-size-other-root": {
    ...refuse(409, "witness_conflict")("Two trees of one size: a proof against the log.", { latest: { size: 7, root: fork(7) }, proof: [] }),
    contentType: "text/plain; charset=utf-8",
    splitView: { origin: log.vkey.name, checkpoint: signed(7) },
  },
  "same-size-other-root-from-another-old": conflict(
    "The same, from another old size: the size is answered.",
    { latest: { size: 7, root: fork(7) }, old: 3 },
    7,
    { splitView: { origin: log.vkey.name, checkpoint: signed(7) } },
  ),
  "empty-tree-with-another-root": {
    ...refuse(409, "witness_conflict")("The empty tree has one root, SHA-256 of nothing.", {
      latest: null,
      note: signNote(textOf(0, root(1)), [log]),
      proof: [],
    }),
    contentType: "text/plain; charset=utf-8",
    splitView: { origin: log.vkey.name, checkpoint: signNote(textOf(0, root(1)), [log]) },
  },
  // 422: the proof
  "proof-missing": inconsistent("Without a proof nothing is shown.", { proof: [] }),
  "proof-too-short": inconsistent("A hash is missing.", { proof: proofOf(3, 7).slice(0, -1) }),
  "proof-too-long": inconsistent("A hash too many.", { proof: [...proofOf(3, 7), root(1)] }),
  "proof-reordered": inconsistent("The order matters.", { proof: proofOf(3, 7).toReversed() }),
  "proof-of-other-sizes": inconsistent("A proof from 4.", { proof: proofOf(4, 7) }),
  "proof-from-0": inconsistent("From size 0 the proof is empty.", { latest: null, proof: [root(1)] }),
  "proof-of-nothing": inconsistent("Between equal trees the proof is empty.", { latest: { size: 7, root: root(7) }, proof: [root(1)] }),
  "other-history": inconsistent("Another tree of three entries was cosigned; the proof holds in the log's new history.", {
    latest: { size: 3, root: fork(3) },
  }),
  "other-history-shown": inconsistent("The log shows its other history, with a proof that holds there.", {
    note: signNote(textOf(7, fork(7)), [log]),
    proof: forkProof(3, 7),
  }),
};

/** All vectors of witnessing, by path below spec/vectors. */
export function witnessVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  for (const [name, json] of Object.entries(valid)) out[`witness/valid/${name}.json`] = json;
  for (const [name, json] of Object.entries(invalid)) out[`witness/invalid/${name}.json`] = json;
  return out;
}

/** A note with this many signature lines of one key, which no library call here writes. */
function formatNoteOfMany(count: number): string {
  return `${checkpointText(7)}\n${formatSignatures(Array.from({ length: count }, () => rightLine!))}`;
}

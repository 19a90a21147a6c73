/** Vectors of the fold of a log and of status proofs (spec/status.md). A path here is relative to spec/vectors. */
import { createHash } from "node:crypto";
import { toHex } from "../../protocol/src/bytes.ts";
import { encodeEntry } from "../../protocol/src/entry.ts";
import type { Entry } from "../../protocol/src/entry.ts";
import { lockOf } from "../../protocol/src/lock.ts";
import { inclusionProof, leafHash, rootHash } from "../../protocol/src/merkle.ts";
import { CHUNK, emptyFold, foldEntry, foldedRoot, proveStatus } from "../../protocol/src/status.ts";
import type { Fold, StatusProof } from "../../protocol/src/status.ts";

const bytes = (name: string) => new Uint8Array(createHash("sha256").update(name).digest());
const record = (commitment: string, lock: string): Entry => ({ kind: "record", commitment: bytes(commitment), lock: lockOf(bytes(lock)) });
const withdrawal = (lock: string): Entry => ({ kind: "withdrawal", secret: bytes(lock) });
const publication = (name: string): Entry => ({ kind: "publication", hash: bytes(name) });
/** Stands for the status entry that the entries before it call for. */
const STATUS = "status";
type Step = Entry | Uint8Array | typeof STATUS;

interface Log {
  entries: Uint8Array[];
  fold: Fold;
}

function logOf(...steps: readonly Step[]): Log {
  const log: Log = { entries: [], fold: emptyFold() };
  for (const step of steps) {
    const entry =
      step === STATUS
        ? encodeEntry({ kind: "status", size: log.fold.size, root: foldedRoot(log.fold) })
        : step instanceof Uint8Array
          ? step
          : encodeEntry(step);
    foldEntry(log.fold, entry);
    log.entries.push(entry);
  }
  return log;
}

const logs: Record<string, [description: string, ...steps: Step[]]> = {
  empty: ["no entries: the root is SHA-256 of nothing"],
  "status-alone": ["the status of the empty log, at index 0", STATUS],
  "one-record": ["a record that has not ended", record("a", "1")],
  "one-record-withdrawn": ["bit 0 is the least significant of the first byte", record("a", "1"), withdrawal("1"), STATUS],
  "ninth-record-withdrawn": [
    "bit 8 is the least significant of the second byte",
    ...Array.from({ length: 9 }, (_, i) => record("a", `${i}`)),
    withdrawal("8"),
    STATUS,
  ],
  "shared-lock": [
    "one withdrawal ends every record with its lock, and no other",
    record("a", "1"),
    record("b", "2"),
    record("c", "1"),
    withdrawal("1"),
    STATUS,
  ],
  "born-ended": ["a record that is logged after the withdrawal of its lock", record("a", "1"), withdrawal("1"), record("b", "1"), record("c", "2"), STATUS],
  "same-commitment-other-lock": ["the lock decides, not the commitment", record("a", "1"), withdrawal("1"), record("a", "2"), STATUS],
  "publication-with-the-bytes-of-a-secret": ["only a withdrawal opens a lock", record("a", "1"), publication("1"), STATUS],
  "status-of-status": ["a status entry counts among the entries, and never ends", record("a", "1"), STATUS, STATUS, withdrawal("1"), STATUS],
};

const unsound: Record<string, [description: string, code: string, last: Step, ...before: Step[]]> = {
  "record-twice": ["the same entry again", "entry_malformed", record("a", "1"), record("a", "1")],
  "withdrawal-twice": ["a lock that is open already", "entry_malformed", withdrawal("1"), record("a", "1"), withdrawal("1")],
  "publication-twice": ["the same entry again", "entry_malformed", publication("a"), publication("a")],
  "withdrawal-without-record": ["no record has its lock", "entry_malformed", withdrawal("2"), record("a", "1")],
  "withdrawal-before-its-record": ["the record would come later", "entry_malformed", withdrawal("1")],
  "withdrawal-with-the-lock": [
    "the lock itself in place of the secret",
    "entry_malformed",
    { kind: "withdrawal", secret: lockOf(bytes("1")) },
    record("a", "1"),
  ],
  "entry-cut-off": ["no entry", "entry_malformed", encodeEntry(record("a", "1")).subarray(1)],
  "status-size-below-index": [
    "the root is right, the size is one too low",
    "status_mismatch",
    encodeEntry({ kind: "status", size: 1, root: rootHash([leafHash(new Uint8Array(CHUNK))]) }),
    publication("a"),
    publication("b"),
  ],
  "status-older-again": ["a status that stood at index 0", "status_mismatch", encodeEntry({ kind: "status", size: 0, root: rootHash([]) }), STATUS],
  "status-size-above-index": [
    "the root is right, the size is one too high",
    "status_mismatch",
    encodeEntry({ kind: "status", size: 2, root: rootHash([leafHash(new Uint8Array(CHUNK))]) }),
    publication("a"),
  ],
  "status-hides-withdrawal": [
    "the root as if nothing had ended",
    "status_mismatch",
    encodeEntry({ kind: "status", size: 2, root: rootHash([leafHash(new Uint8Array(CHUNK))]) }),
    record("a", "1"),
    withdrawal("1"),
  ],
  "status-root-of-nothing": [
    "a log with entries has a chunk",
    "status_mismatch",
    encodeEntry({ kind: "status", size: 1, root: rootHash([]) }),
    publication("a"),
  ],
  "status-most-significant-first": [
    "bit 0 at the other end of its byte",
    "status_mismatch",
    encodeEntry({ kind: "status", size: 2, root: rootHash([leafHash(Uint8Array.of(0x80, ...new Uint8Array(31)))]) }),
    record("a", "1"),
    withdrawal("1"),
  ],
  "status-chunk-not-padded": [
    "a chunk cut off after its last byte",
    "status_mismatch",
    encodeEntry({ kind: "status", size: 2, root: rootHash([leafHash(Uint8Array.of(1))]) }),
    record("a", "1"),
    withdrawal("1"),
  ],
};

interface ProofVector {
  description: string;
  index: number;
  checkpoint: { size: number; root: string };
  proof: unknown;
}

/** The proof for an index under the checkpoint that ends with the last entry of a log. */
function prove({ entries, fold }: Log, index: number, description: string): ProofVector & { proof: StatusProof } {
  const hashes = entries.map(leafHash);
  const size = entries.length - 1;
  return {
    description,
    index,
    checkpoint: { size: entries.length, root: toHex(rootHash(hashes)) },
    proof: proveStatus({ bits: fold.bits, size, index, inclusion: inclusionProof(hashes, size) }),
  };
}

/** All vectors of this format, by path below spec/vectors. */
export function statusVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  for (const [name, [description, ...steps]] of Object.entries(logs)) {
    const { entries, fold } = logOf(...steps);
    out[`status/valid/fold-${name}.json`] = {
      description,
      entries: entries.map(toHex),
      bits: toHex(fold.bits.subarray(0, Math.ceil(fold.size / 8))),
      root: toHex(foldedRoot(fold)),
    };
  }
  for (const [name, [description, code, last, ...before]] of Object.entries(unsound)) {
    const { entries } = logOf(...before);
    out[`status/invalid/fold-${name}.json`] = {
      description,
      entries: [...entries, last instanceof Uint8Array ? last : encodeEntry(last as Entry)].map(toHex),
      code,
    };
  }

  // 700 records, every tenth withdrawn; then a status, then more of them: the older status is what a cheat would show.
  const records = Array.from({ length: 700 }, (_, i) => record("a", `${i}`));
  const steps: Step[] = [...records, STATUS, ...records.flatMap((_, i) => (i % 10 === 0 ? [withdrawal(`${i}`)] : [])), STATUS];
  const log = logOf(...steps);
  const older = logOf(...steps.slice(0, 701));
  const small = logOf(record("a", "1"), record("b", "2"), withdrawal("2"), STATUS);
  const whole = logOf(...records.slice(0, 256), STATUS);
  const proofs: Record<string, [ProofVector, ended: boolean]> = {
    "small-not-ended": [prove(small, 0, "a single chunk: no path"), false],
    "small-ended": [prove(small, 1, "the answer is the bit, not the proof"), true],
    "last-index": [prove(small, 2, "the last index that the status knows; a withdrawal never ends"), false],
    "first-chunk-ended": [prove(log, 0, "four chunks"), true],
    "first-chunk-last-bit": [prove(log, 255, "the last bit of the first chunk"), false],
    "second-chunk-ended": [prove(log, 260, "bit 4 of the second chunk"), true],
    "third-chunk-not-ended": [prove(log, 699, "the last record"), false],
    "last-chunk-partial": [prove(log, 770, "the last chunk is padded"), false],
    "whole-chunk": [prove(whole, 255, "256 entries fill one chunk"), false],
    "clean-under-its-own-checkpoint": [prove(older, 0, "the older status of stale-status, where it belongs"), false],
  };
  for (const [name, [vector, ended]] of Object.entries(proofs)) out[`status/valid/proof-${name}.json`] = { ...vector, ended };

  const refuse = (
    name: string,
    code: string,
    description: string,
    change: (good: ReturnType<typeof prove>) => { index?: number; checkpoint?: object; proof?: unknown },
  ) => {
    const good = prove(log, 260, description);
    out[`status/invalid/proof-${name}.json`] = { ...good, ...change(good), code };
  };
  const mismatch = "status_mismatch";
  refuse("stale-status", mismatch, "an older status entry, which is in the tree, in place of the last", () => {
    const hashes = log.entries.map(leafHash);
    return { proof: proveStatus({ bits: older.fold.bits, size: 700, index: 260, inclusion: inclusionProof(hashes, 700) }) };
  });
  refuse("stale-status-last-inclusion", mismatch, "an older root with the inclusion proof of the last entry", ({ proof }) => ({
    proof: { ...prove(older, 260, "").proof, inclusion: proof.inclusion },
  }));
  refuse("stale-checkpoint", mismatch, "the proof of an older checkpoint", () => ({ proof: prove(older, 260, "").proof }));
  refuse("index-at-size", mismatch, "the status does not cover itself, though its chunk is here: not known, not 0", ({ checkpoint }) => ({
    index: checkpoint.size - 1,
    proof: prove(log, 770, "").proof,
  }));
  refuse("index-at-checkpoint-size", mismatch, "an index beyond the log, though its chunk is here", ({ checkpoint }) => ({
    index: checkpoint.size,
    proof: prove(log, 770, "").proof,
  }));
  refuse("index-in-padding", mismatch, "a bit of the last chunk that no entry has", () => ({ index: 1023, proof: prove(log, 770, "").proof }));
  refuse("index-2-53-minus-1", mismatch, "far beyond the log", () => ({ index: 2 ** 53 - 1 }));
  refuse("index-negative", mismatch, "", () => ({ index: -1 }));
  refuse("index-fraction", mismatch, "", () => ({ index: 260.5 }));
  refuse("index-of-another-chunk", mismatch, "the chunk of 260 for an index of the first", () => ({ index: 4 }));
  refuse("checkpoint-size-0", mismatch, "the empty log has no status", () => ({ index: 0, checkpoint: { size: 0, root: toHex(rootHash([])) } }));
  refuse("checkpoint-size-1", mismatch, "a log of a status alone covers no index", () => {
    const alone = logOf(STATUS);
    return {
      index: 0,
      checkpoint: { size: 1, root: toHex(rootHash(alone.entries.map(leafHash))) },
      proof: { chunk: "00".repeat(32), inclusion: [], path: [], root: toHex(rootHash([])) },
    };
  });
  refuse("checkpoint-of-another-size", mismatch, "one entry more than the tree has", ({ checkpoint }) => ({
    checkpoint: { ...checkpoint, size: checkpoint.size + 1 },
  }));
  refuse("checkpoint-of-another-root", mismatch, "", ({ checkpoint }) => ({ checkpoint: { ...checkpoint, root: toHex(bytes("another")) } }));
  refuse("chunk-bit", mismatch, "the bit in question turned to 0", ({ proof }) => ({
    proof: { ...proof, chunk: proof.chunk.replace(/^../, (first) => toHex(Uint8Array.of(Number.parseInt(first, 16) ^ 16))) },
  }));
  refuse("chunk-padding-bit", mismatch, "another bit of the chunk", ({ proof }) => ({
    proof: { ...proof, chunk: proof.chunk.replace(/.$/, (last) => (last === "0" ? "8" : "0")) },
  }));
  refuse("root-of-another-bitmap", mismatch, "a root that fits the chunk but not the log", ({ proof }) => ({
    proof: { ...proof, root: toHex(bytes("another")) },
  }));
  refuse("path-swapped", mismatch, "the path from the top down", ({ proof }) => ({ proof: { ...proof, path: proof.path.toReversed() } }));
  refuse("path-short", mismatch, "", ({ proof }) => ({ proof: { ...proof, path: proof.path.slice(1) } }));
  refuse("path-long", mismatch, "", ({ proof }) => ({ proof: { ...proof, path: [...proof.path, "00".repeat(32)] } }));
  refuse("path-for-inclusion", mismatch, "the two in each other's place", ({ proof }) => ({
    proof: { ...proof, path: proof.inclusion, inclusion: proof.path },
  }));
  refuse("inclusion-short", mismatch, "", ({ proof }) => ({ proof: { ...proof, inclusion: proof.inclusion.slice(1) } }));
  refuse("inclusion-long", mismatch, "", ({ proof }) => ({ proof: { ...proof, inclusion: [...proof.inclusion, "00".repeat(32)] } }));
  refuse("inclusion-empty", mismatch, "", ({ proof }) => ({ proof: { ...proof, inclusion: [] } }));
  const malformed = "status_malformed";
  refuse("null", malformed, "no object", () => ({ proof: null }));
  refuse("list", malformed, "no object", () => ({ proof: [] }));
  refuse("member-unknown", malformed, "a size of the proof's own", ({ proof }) => ({ proof: { ...proof, size: 771 } }));
  for (const member of ["chunk", "inclusion", "path", "root"])
    refuse(`${member}-missing`, malformed, "", ({ proof }) => ({ proof: Object.fromEntries(Object.entries(proof).filter(([name]) => name !== member)) }));
  refuse("chunk-short", malformed, "31 bytes", ({ proof }) => ({ proof: { ...proof, chunk: proof.chunk.slice(2) } }));
  refuse("chunk-long", malformed, "33 bytes", ({ proof }) => ({ proof: { ...proof, chunk: `${proof.chunk}00` } }));
  refuse("chunk-in-upper-case", malformed, "one text for one value", ({ proof }) => ({ proof: { ...proof, chunk: "AB".repeat(32) } }));
  refuse("root-of-31-bytes", malformed, "", ({ proof }) => ({ proof: { ...proof, root: proof.root.slice(2) } }));
  refuse("path-of-65-hashes", malformed, "no tree is so high", ({ proof }) => ({ proof: { ...proof, path: Array.from({ length: 65 }, () => proof.root) } }));
  refuse("path-element-short", malformed, "", ({ proof }) => ({ proof: { ...proof, path: [proof.path[0]!.slice(2), ...proof.path.slice(1)] } }));
  refuse("path-no-list", malformed, "", ({ proof }) => ({ proof: { ...proof, path: proof.path[0] } }));
  refuse("inclusion-element-number", malformed, "", ({ proof }) => ({ proof: { ...proof, inclusion: [0] } }));
  for (const [name, vector] of Object.entries(out))
    if ("description" in vector && vector.description === "") vector.description = name.replace(/^.*\/proof-|\.json$/g, "").replaceAll("-", " ");
  // A vector is what it is after a round through JSON.
  return JSON.parse(JSON.stringify(out)) as Record<string, object>;
}

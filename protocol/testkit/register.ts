/**
 * A register in memory, with witnesses, for tests, vectors, benchmarks and the demonstration: the real library on every side,
 * but no store and no network. All keys come from labels, so that the same calls give the same bytes.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex, utf8 } from "../src/bytes.ts";
import { formatCheckpoint } from "../src/checkpoint.ts";
import { commit } from "../src/commitment.ts";
import { cosign } from "../src/cosignature.ts";
import { encodeEntry } from "../src/entry.ts";
import type { Entry } from "../src/entry.ts";
import { hashOf } from "../src/jws.ts";
import { consistencyProof, inclusionProof, leafHash, rootHash } from "../src/merkle.ts";
import { TYPE_COSIGNATURE, formatNote, formatVkey, makeNoteKey, parseNote, signNote } from "../src/note.ts";
import type { NoteKey } from "../src/note.ts";
import { formatProof } from "../src/proof.ts";
import type { Receipt } from "../src/receipt.ts";
import { emptyFold, foldEntry, proveStatus, statusRoot } from "../src/status.ts";
import type { Fold } from "../src/status.ts";

/** 32 bytes from a label: keys, seeds and openings of a test, never of a person. */
export function bytesOf(label: string): Uint8Array {
  return sha256(utf8(`freehold testkit ${label}`));
}

/** A canonical opening from a label. */
export function openingOf(label: string): Uint8Array {
  const opening = bytesOf(`opening ${label}`);
  opening[31]! &= 0x0f;
  return opening;
}

/** A checkpoint as it was published: the state of the log at that moment. */
export interface Published {
  note: string;
  size: number;
  root: Uint8Array;
}

/** A document and the record entry that commits to it. */
export interface SealedEntry {
  index: number;
  jws: string;
  opening: Uint8Array;
  entry: Uint8Array;
}

export interface Register {
  readonly origin: string;
  readonly entries: readonly Uint8Array[];
  readonly fold: Fold;
  /** The trust policy: this log, its witnesses, two of three. */
  readonly policyText: string;
  append(entry: Entry | Uint8Array): number;
  /** Commits to a JWS and logs it under a lock (64 hexadecimal digits). */
  seal(jws: string, lock: string, opening?: Uint8Array): SealedEntry;
  /** Logs a document's hash. */
  publishDocument(document: string): number;
  /** Appends the status entry, where the tree does not end in one, signs the checkpoint, and has the witnesses cosign it at a time (seconds). */
  publish(time: number): Published;
  inclusion(index: number, at: Published): Uint8Array[];
  consistency(from: Published, to: Published): Uint8Array[];
  /** The parts of a receipt that the register gives: everything is under one checkpoint. */
  receipt(parts: ReceiptParts): Receipt;
}

export interface ReceiptParts {
  record: SealedEntry;
  key: Receipt["key"];
  beacon: Published;
  at: Published;
  offer?: string;
  claims?: readonly string[];
  binding?: SealedEntry;
  acknowledgements?: readonly SealedEntry[];
  anchor?: Receipt["anchor"];
  code?: string;
}

/** A register of this origin with three witnesses, of which two must cosign. `key` labels the log's key, where it must differ. */
export function createRegister(origin: string, key = origin): Register {
  const logKey = makeNoteKey(origin, bytesOf(`log ${key}`));
  const witnesses = [1, 2, 3].map((i) => makeNoteKey(`witness-${i}.example`, bytesOf(`witness ${i}`), TYPE_COSIGNATURE));
  const entries: Uint8Array[] = [];
  const leaves: Uint8Array[] = [];
  const fold = emptyFold();
  const documents = new Map<string, number>();

  const append = (entry: Entry | Uint8Array): number => {
    const bytes = entry instanceof Uint8Array ? entry : encodeEntry(entry);
    foldEntry(fold, bytes);
    leaves.push(leafHash(bytes));
    return entries.push(bytes) - 1;
  };
  const inclusion = (index: number, at: Published) => inclusionProof(leaves.slice(0, at.size), index);
  const consistency = (from: Published, to: Published) => consistencyProof(leaves.slice(0, to.size), from.size);
  const sealed = ({ entry, index, jws, opening }: SealedEntry, at: Published) => ({
    entry: toHex(entry),
    index,
    jws,
    opening: toHex(opening),
    path: inclusion(index, at).map(toHex),
  });

  return {
    origin,
    entries,
    fold,
    policyText: policyOf(logKey, witnesses),
    append,
    seal(jws, lock, opening = openingOf(jws)) {
      const entry = encodeEntry({ kind: "record", commitment: commit(jws, opening), lock: fromHex(lock) });
      return { index: append(entry), jws, opening, entry };
    },
    publishDocument(document) {
      const index = append({ kind: "publication", hash: fromHex(hashOf(document)) });
      documents.set(document, index);
      return index;
    },
    publish(time) {
      const last = entries.at(-1);
      if (last === undefined || last[1] !== 4) append({ kind: "status", size: fold.size, root: statusRoot(fold.bits, fold.size) });
      const root = rootHash(leaves);
      const signed = parseNote(signNote(formatCheckpoint({ origin, size: leaves.length, root }), [logKey]));
      const signatures = [...signed.signatures, ...witnesses.map((witness) => cosign(signed.text, witness, time))];
      return { note: formatNote({ text: signed.text, signatures }), size: leaves.length, root };
    },
    inclusion,
    consistency,
    receipt({ record, key: publicKey, beacon, at, offer, claims, binding, acknowledgements, anchor, code }) {
      // The bitmap of this checkpoint, replayed: the fold may have gone on since.
      const then = emptyFold();
      for (const bytes of entries.slice(0, at.size)) foldEntry(then, bytes);
      return {
        "@context": "urn:freehold:receipt:1",
        beacon: { checkpoint: beacon.note, path: consistency(beacon, at).map(toHex) },
        entry: toHex(record.entry),
        key: publicKey,
        opening: toHex(record.opening),
        proof: formatProof({ index: record.index, hashes: inclusion(record.index, at), checkpoint: at.note }),
        record: record.jws,
        status: proveStatus({ bits: then.bits, size: at.size - 1, index: record.index, inclusion: inclusion(at.size - 1, at) }),
        ...(claims && {
          claims: claims.map((document) => ({ document, index: documents.get(document)!, path: inclusion(documents.get(document)!, at).map(toHex) })),
        }),
        ...(offer !== undefined && { offer }),
        ...(binding && { binding: sealed(binding, at) }),
        ...(acknowledgements && { acknowledgements: acknowledgements.map((one) => sealed(one, at)) }),
        ...(anchor && { anchor }),
        ...(code !== undefined && { code }),
      };
    },
  };
}

function policyOf(logKey: NoteKey, witnesses: readonly NoteKey[]): string {
  const names = witnesses.map((_, i) => `W${i + 1}`);
  const tlog = [
    `log ${formatVkey(logKey.vkey)}`,
    ...witnesses.map(({ vkey }, i) => `witness ${names[i]} ${formatVkey(vkey)}`),
    `group two-of-three 2 ${names.join(" ")}`,
    "quorum two-of-three",
    "",
  ].join("\n");
  return JSON.stringify({ "@context": "urn:freehold:trust-policy:1", anchors: [], maximumAge: 300, tlog }, null, 2);
}

/**
 * Cosignatures (C2SP tlog-cosignature, the Ed25519 form): a witness states that at a time this was the largest tree of
 * the log that it knew, consistent with all it had seen before.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { verifyEd25519 } from "#platform";
import { bigEndian, concat, fromBigEndian, utf8 } from "./bytes.ts";
import { parseTreeHead } from "./checkpoint.ts";
import { FreeholdError } from "./errors.ts";
import { findVkey, TYPE_COSIGNATURE, wrongSignature } from "./note.ts";
import type { Note, NoteKey, NoteSignature, Vkey } from "./note.ts";

/**
 * Cosigns a checkpoint. Whoever calls this has verified the log's signature and the consistency with the last
 * checkpoint that it cosigned, and has stored this one (C2SP tlog-witness).
 *
 * @param text the checkpoint's lines without signatures; extension lines, where another log has them, are cosigned with it.
 * @param key a key of type 0x04.
 * @param time seconds since 1970, whole.
 * @throws `checkpoint_malformed` for a text that is no checkpoint, `note_key_malformed` for a key of another type,
 *   `argument_invalid` for a time below 0 or above 2^53-1.
 * @see C2SP tlog-cosignature, "Format"
 * @example
 * ```ts
 * const key = makeNoteKey("witness.example/w1", seed, TYPE_COSIGNATURE);
 * formatSignatures([cosign(note.text, key, Math.floor(Date.now() / 1000))]); // the witness's answer
 * ```
 */
export function cosign(text: string, key: NoteKey, time: number): NoteSignature {
  parseTreeHead(text);
  requireType(key.vkey);
  const timestamp = bigEndian(time, 8);
  return { name: key.vkey.name, keyId: key.vkey.keyId, signature: concat(timestamp, ed25519.sign(message(text, time), key.seed)) };
}

/**
 * Verifies one cosignature of a text by this key, whose name and key id the caller has compared.
 *
 * @returns its time, in seconds since 1970. Whether that is in the future is for the caller to judge.
 * @throws `note_signature_invalid` when it is wrong, has another length, or a time above 2^53-1;
 *   `note_key_malformed` for a key that is not of type 0x04.
 * @see C2SP tlog-cosignature, "Ed25519 signed message"
 * @example
 * ```ts
 * const time = await verifyCosignature(note.text, note.signatures[1], witness);
 * ```
 */
export async function verifyCosignature(text: string, { signature }: Pick<NoteSignature, "signature">, vkey: Vkey): Promise<number> {
  requireType(vkey);
  const time = signature.length === 72 ? timeOf(signature.subarray(0, 8)) : undefined;
  if (time === undefined || !(await verifyEd25519(vkey.publicKey, message(text, time), signature.subarray(8)))) throw wrongSignature(vkey);
  return time;
}

/**
 * Verifies the cosignatures of a note by these keys. Lines of other keys are ignored; one wrong line of a known key
 * makes the note worthless.
 *
 * @returns for each key that cosigned its latest time, in seconds since 1970.
 * @throws `note_signature_invalid` when a line of a known key is wrong.
 * @see C2SP tlog-cosignature; C2SP signed-note, "Signatures"
 * @example
 * ```ts
 * const times = await verifyCosignatures(parseNote(signed), witnesses);
 * ```
 */
export async function verifyCosignatures(note: Note, vkeys: readonly Vkey[]): Promise<Map<Vkey, number>> {
  const times = new Map<Vkey, number>();
  for (const line of note.signatures) {
    const vkey = findVkey(vkeys, line.name, line.keyId);
    if (vkey === undefined) continue;
    const time = await verifyCosignature(note.text, line, vkey);
    times.set(vkey, Math.max(time, times.get(vkey) ?? 0));
  }
  return times;
}

function message(text: string, time: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

function timeOf(bytes: Uint8Array): number | undefined {
  try {
    return fromBigEndian(bytes);
  } catch {
    return undefined;
  }
}

function requireType(vkey: Vkey): void {
  if (vkey.type !== TYPE_COSIGNATURE)
    throw new FreeholdError("note_key_malformed", `The key of ${vkey.name} has type ${vkey.type}; cosignatures need type 4 (0x04).`);
}

/** Signed notes (C2SP signed-note): a text, then one signature line for each key, so that both stay readable. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256, verifyEd25519 } from "#platform";
import { concat, fromHex, toBase64, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { fromBase64Text, isPlainText } from "./fields.ts";

/** Ed25519 over the note's text (signed-note, "Ed25519 signatures"). */
export const TYPE_ED25519 = 0x01;
/** Ed25519 over time and text (tlog-cosignature, "Ed25519 signed message"). */
export const TYPE_COSIGNATURE = 0x04;

/** The specification asks for 16 at least; beyond some limit a note is an attack on whoever verifies it. */
const MAX_SIGNATURES = 100;

/** A public key with its name, as a *vkey* writes it. */
export interface Vkey {
  /** Not empty, without Unicode spaces and `+`; a URL without scheme is recommended. */
  readonly name: string;
  /** 8 lower-case hexadecimal digits. */
  readonly keyId: string;
  readonly type: typeof TYPE_ED25519 | typeof TYPE_COSIGNATURE;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** A key that can sign. The seed is secret. */
export interface NoteKey {
  readonly vkey: Vkey;
  /** The Ed25519 private key of RFC 8032, 32 bytes. */
  readonly seed: Uint8Array;
}

/** One signature line. Its bytes mean nothing until they are verified under a key that is known by name and id. */
export interface NoteSignature {
  readonly name: string;
  /** 8 lower-case hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key id: for Ed25519 64 bytes. */
  readonly signature: Uint8Array;
}

export interface Note {
  /** With its final newline, without the empty line before the signatures. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/**
 * The public key with this name: its id is the start of SHA-256(name || 0x0A || type || key).
 *
 * @throws `note_key_malformed` for a name or key that cannot stand in a note.
 * @see C2SP signed-note, "Signatures"
 */
export function makeVkey(name: string, publicKey: Uint8Array, type: Vkey["type"] = TYPE_ED25519): Vkey {
  if (!isKeyName(name)) throw badKey("a key name is not empty and has no Unicode spaces, control characters or plus");
  if (type !== TYPE_ED25519 && type !== TYPE_COSIGNATURE) throw badKey("the signature types known here are 0x01 (Ed25519) and 0x04 (Ed25519 cosignature)");
  if (publicKey.length !== 32) throw badKey(`an Ed25519 public key has 32 bytes, this one has ${publicKey.length}`);
  const keyId = toHex(sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).subarray(0, 4));
  return { name, keyId, type, publicKey };
}

/**
 * The signing key with this name that belongs to a seed.
 *
 * @param seed 32 random bytes, kept secret.
 * @param type {@link TYPE_COSIGNATURE} for a witness's key.
 * @throws `note_key_malformed` for a name or seed that makes no key.
 * @example
 * ```ts
 * const key = makeNoteKey("register.example/log", crypto.getRandomValues(new Uint8Array(32)));
 * formatVkey(key.vkey); // "register.example/log+…+…", for everyone
 * ```
 */
export function makeNoteKey(name: string, seed: Uint8Array, type: Vkey["type"] = TYPE_ED25519): NoteKey {
  if (seed.length !== 32) throw badKey(`a seed has 32 bytes, this one has ${seed.length}`);
  return { vkey: makeVkey(name, ed25519.getPublicKey(seed), type), seed };
}

/** The text of a public key: name, `+`, key id in hexadecimal, `+`, base64 of type and key. */
export function formatVkey({ name, keyId, type, publicKey }: Vkey): string {
  return `${name}+${keyId}+${toBase64(concat(Uint8Array.of(type), publicKey))}`;
}

/**
 * Reads the text of a public key. The key id must be the one that {@link makeVkey} gives.
 *
 * @throws `note_key_malformed` for any other text, and for signature types other than 0x01 and 0x04.
 * @see C2SP signed-note, "Verifier keys"
 * @example
 * ```ts
 * parseVkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").name; // "example.com/foo"
 * ```
 */
export function parseVkey(text: string): Vkey {
  // The base64 may have plus signs of its own; name and id have none.
  const match = /^([^+]+)\+([0-9a-f]{8})\+([^+].*)$/su.exec(text);
  const material = match === null ? undefined : fromBase64Text(match[3]!);
  if (match === null || material === undefined || material.length === 0) throw badKey("it is not name+hexadecimal key id+base64");
  const vkey = makeVkey(match[1]!, material.subarray(1), material[0] as Vkey["type"]);
  if (vkey.keyId !== match[2]) throw badKey(`it says key id ${match[2]} and name, type and key give ${vkey.keyId}`);
  return vkey;
}

/**
 * Signs a text with Ed25519 keys and writes the note. Witnesses sign otherwise: `cosign` of cosignature.ts.
 *
 * @param text ends in a newline; without control characters other than newlines.
 * @throws `note_malformed` for a text that is none of a note, `note_key_malformed` for a key of another type.
 * @see C2SP signed-note, "Format"
 * @example
 * ```ts
 * signNote(formatCheckpoint({ origin: key.vkey.name, size, root }), [key]);
 * ```
 */
export function signNote(text: string, keys: readonly NoteKey[]): string {
  const signatures = keys.map(({ vkey, seed }) => {
    if (vkey.type !== TYPE_ED25519) throw badKey("a note's text is signed with a key of type 0x01");
    return { name: vkey.name, keyId: vkey.keyId, signature: ed25519.sign(utf8(text), seed) };
  });
  return formatNote({ text, signatures });
}

/**
 * Writes a note.
 *
 * @throws `note_malformed` when {@link parseNote} would refuse what it has to write.
 * @example
 * ```ts
 * formatNote({ ...note, signatures: [...note.signatures, cosignature] });
 * ```
 */
export function formatNote({ text, signatures }: Note): string {
  const note = `${text}\n${formatSignatures(signatures)}`;
  if (parseNote(note).text !== text) throw malformed("its text does not end in a newline");
  return note;
}

/**
 * Reads a note without verifying it: **the text must not be used** until {@link verifyNote} or `verifyCheckpoint` has
 * accepted the note.
 *
 * @throws `note_malformed` for a text that is no note, or has more than 100 signature lines.
 * @see C2SP signed-note, "Format"
 * @example
 * ```ts
 * const { origin, size } = parseCheckpoint(parseNote(text).text);
 * ```
 */
export function parseNote(note: string): Note {
  if (!isPlainText(note)) throw malformed("it has a control character other than newline, or half of a surrogate pair");
  const split = note.lastIndexOf("\n\n");
  if (split < 0) throw malformed("a text that ends in a newline, an empty line and signature lines are needed");
  return { text: note.slice(0, split + 1), signatures: parseSignatures(note.slice(split + 2)) };
}

/** Writes signature lines, each `— name base64(key id || signature)` and a newline. */
export function formatSignatures(signatures: readonly NoteSignature[]): string {
  return signatures.map(({ name, keyId, signature }) => `— ${name} ${toBase64(concat(fromHex(keyId, 4), signature))}\n`).join("");
}

/**
 * Reads 1 to 100 signature lines: the end of a note, or a witness's answer (C2SP tlog-witness, "add-checkpoint").
 *
 * @throws `note_malformed` for any other text.
 * @see C2SP signed-note, "Format"
 * @example
 * ```ts
 * const signatures = parseSignatures(await response.text());
 * ```
 */
export function parseSignatures(text: string): NoteSignature[] {
  const lines = text.slice(0, -1).split("\n", MAX_SIGNATURES + 1);
  if (!text.endsWith("\n") || lines.length > MAX_SIGNATURES) throw malformed(`1 to ${MAX_SIGNATURES} signature lines are needed, each ending in a newline`);
  return lines.map((line, i) => {
    const match = /^— ([^ ]+) ([^ ]+)$/u.exec(line);
    const bytes = match === null ? undefined : fromBase64Text(match[2]!);
    if (match === null || !isKeyName(match[1]!) || bytes === undefined || bytes.length < 5) {
      throw malformed(`signature line ${i + 1} is not "— name base64" with the base64 of four bytes of key id and a signature`);
    }
    return { name: match[1]!, keyId: toHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
  });
}

/**
 * Verifies a note: at least one of the keys has signed it, and no signature of any of them is wrong. Signatures of
 * other keys are ignored and prove nothing. A key that signed twice counts once, and both must be right.
 *
 * @param vkeys trusted keys of type 0x01; where two have one name and id, the first counts.
 * @returns the text, and the keys that signed it.
 * @throws `note_malformed`; `note_signature_invalid` when a signature is wrong or none is of a known key;
 *   `note_key_malformed` for a key of another type.
 * @see C2SP signed-note, "Signatures"
 * @example
 * ```ts
 * const { text } = await verifyNote(signed, [parseVkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]);
 * ```
 */
export async function verifyNote(note: string, vkeys: readonly Vkey[]): Promise<{ text: string; signers: Vkey[] }> {
  if (vkeys.some((vkey) => vkey.type !== TYPE_ED25519)) throw badKey("a note's text is verified with keys of type 0x01");
  const { text, signatures } = parseNote(note);
  const signed = utf8(text);
  const signers = new Set<Vkey>();
  for (const { name, keyId, signature } of signatures) {
    const vkey = findVkey(vkeys, name, keyId);
    if (vkey === undefined) continue;
    if (signature.length !== 64 || !(await verifyEd25519(vkey.publicKey, signed, signature))) throw wrongSignature(vkey);
    signers.add(vkey);
  }
  if (signers.size === 0) throw new FreeholdError("note_signature_invalid", "The note has no signature of a known key.");
  return { text, signers: [...signers] };
}

/** The key that a signature line speaks of: name and id must both be its own. */
export function findVkey<T extends Pick<Vkey, "name" | "keyId">>(vkeys: readonly T[], name: string, keyId: string): T | undefined {
  return vkeys.find((vkey) => vkey.name === name && vkey.keyId === keyId);
}

/** The error for a signature line of a known key that does not verify. */
export function wrongSignature({ name, keyId }: Vkey): FreeholdError {
  return new FreeholdError("note_signature_invalid", `The note's signature line of ${name} (key ${keyId}) is wrong.`);
}

/** Unicode's White_Space is the definition that Go's `unicode.IsSpace` uses; control characters could not stand in a note. */
function isKeyName(name: string): boolean {
  return /^[^\p{White_Space}+]+$/u.test(name) && isPlainText(name);
}

function malformed(why: string): FreeholdError {
  return new FreeholdError("note_malformed", `This is no signed note: ${why}.`);
}

function badKey(why: string): FreeholdError {
  return new FreeholdError("note_key_malformed", `This is no key for signed notes: ${why}.`);
}

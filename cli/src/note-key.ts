/** A key for signed notes in a file that only its owner can read, in the form of golang.org/x/mod/sumdb/note: one line that also holds its name. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { concat, fromBase64, toBase64, toHex } from "@freehold/protocol/bytes";
import { makeNoteKey } from "@freehold/protocol/note";
import type { NoteKey, Vkey } from "@freehold/protocol/note";
import { EXIT, Failure } from "./exit.ts";

/** Reads the key of a file; undefined where there is no file. Throws {@link Failure} where it cannot be read, or holds no key of this type. */
export function readNoteKey(file: string, type: Vkey["type"]): NoteKey | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Failure(EXIT.noInput, "input_unreadable", `The key file ${file} cannot be read (${code}).`, { cause });
  }
  try {
    const [, name = "", keyId, material = ""] = /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([^+\s].*)\n?$/u.exec(text) ?? [];
    const bytes = fromBase64(material);
    const key = makeNoteKey(name, bytes.subarray(1), type);
    if (bytes[0] === type && key.vkey.keyId === keyId) return key;
  } catch {
    // falls through: not the text of a key
  }
  throw new Failure(
    EXIT.badData,
    "note_key_malformed",
    `The file ${file} holds no key of a witness: one line PRIVATE+KEY+name+id+base64, of signature type ${type}.`,
  );
}

/**
 * Makes a key, and the file for it. Throws {@link Failure} where the name cannot be one, or the file cannot be written.
 *
 * @param name one of its own, with the start of the public key, where it is left out.
 */
export function makeKeyFile(file: string, name: string | undefined, type: Vkey["type"]): NoteKey {
  const seed = randomBytes(32);
  let key: NoteKey;
  try {
    key = makeNoteKey(name ?? `witness-${toHex(makeNoteKey("key", seed, type).vkey.publicKey.subarray(0, 4))}`, seed, type);
  } catch (cause) {
    throw new Failure(
      EXIT.usage,
      "note_key_malformed",
      `The name ${JSON.stringify(name)} cannot be that of a witness: it is not empty and has no spaces and no plus, such as witness.example/w1.`,
      { cause },
    );
  }
  try {
    writeFileSync(file, `PRIVATE+KEY+${key.vkey.name}+${key.vkey.keyId}+${toBase64(concat(Uint8Array.of(type), seed))}\n`, {
      flag: "wx",
      mode: 0o600,
      flush: true,
    });
  } catch (cause) {
    throw new Failure(EXIT.unavailable, "unavailable", `The key file ${file} cannot be made (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
  return key;
}

/** The keys of a register, each in a file of the data folder that only its owner can read. */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { makeNoteKey } from "@freehold/protocol/note";
import type { NoteKey, Vkey } from "@freehold/protocol/note";

/** Reads the key of a file; makes one where there is none. Throws `folder_damaged` for a file that holds no key. */
export function readOrMakeKey(file: string, name: string, type?: Vkey["type"]): NoteKey {
  return makeNoteKey(name, readOrMakeSeed(file), type);
}

/** The 32 bytes of a key file; makes one where there is none. Throws `folder_damaged` for a file that holds no key. */
export function readOrMakeSeed(file: string): Uint8Array {
  return readSeed(file) ?? makeSeed(file);
}

function readSeed(file: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return fromHex(text.trim(), 32);
  } catch (cause) {
    throw new FreeholdError(
      "folder_damaged",
      `The file ${file} should hold a key (64 hexadecimal digits), and does not. Restore it from a backup: a register cannot change its key.`,
      { cause },
    );
  }
}

/** Under its name the file is whole or not there: a crash in between leaves no half a key. */
function makeSeed(file: string): Uint8Array {
  const seed = randomBytes(32);
  writeFileSync(`${file}.new`, `${toHex(seed)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return seed;
}

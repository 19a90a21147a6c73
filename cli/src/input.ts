/** Reading a file, or standard input, that may be anything. */
import { createReadStream } from "node:fs";
import { EXIT, Failure } from "./exit.ts";

/**
 * The text of a file, or of standard input for `-`. Never more than `max` bytes are read.
 * Throws {@link Failure}: 66 where there is nothing to read, 65 where it is too large or not UTF-8.
 *
 * @param what it should be, with an article: "a receipt".
 * @example
 * ```ts
 * const source = await readText("receipt.json", { what: "a receipt", max: 262_144 });
 * ```
 */
export async function readText(file: string, { what, max }: { what: string; max: number }): Promise<string> {
  const name = nameOf(file);
  if (file === "-" && process.stdin.isTTY) process.stderr.write(`Type or paste ${what}, then press Enter and Ctrl-D.\n`);
  const bytes = await readBytes(file, max + 1, what);
  if (bytes.length > max)
    throw new Failure(EXIT.badData, "input_invalid", `${name} is too large to be ${what}, which has at most ${max.toLocaleString("en")} bytes.`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new Failure(EXIT.badData, "input_invalid", `${name} is not ${what}: it is not text in UTF-8.`, { cause });
  }
}

/** What to call a file in a sentence. */
export function nameOf(file: string): string {
  return file === "-" ? "Standard input" : file;
}

/** At most `limit` bytes of a file, or of standard input for `-`. Throws {@link Failure} (66). */
export async function readBytes(file: string, limit: number, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of file === "-" ? process.stdin : createReadStream(file, { end: limit - 1 })) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length >= limit) break;
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new Failure(EXIT.noInput, "input_missing", `There is no file ${file}; it should be ${what}.`, { cause });
    if (code === "EISDIR") throw new Failure(EXIT.noInput, "input_unreadable", `${nameOf(file)} is a folder; ${what} is a file.`, { cause });
    throw new Failure(EXIT.noInput, "input_unreadable", `${nameOf(file)} cannot be read (${code ?? message}).`, { cause });
  }
  return Buffer.concat(chunks);
}

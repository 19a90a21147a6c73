/** Bytes as files have them: packed or not, and where they stop being text. */
import { gunzipSync } from "node:zlib";
import type { ImportFile } from "./importer.ts";
import type { Problems } from "./read.ts";

/** The bytes of a file, unpacked where they begin as gzip does (RFC 1952). */
export function unpack(file: ImportFile, problems: Problems, max: number): Uint8Array | undefined {
  const gzip = file.bytes[0] === 0x1f && file.bytes[1] === 0x8b;
  const refused = (message: string): undefined => {
    problems.add({ file: file.name, message });
    return undefined;
  };
  const tooLarge = `The file is larger than ${max / 1024 / 1024} MiB${gzip ? " when it is unpacked" : ""}; that is the most that is read.`;
  if (!gzip) return file.bytes.length > max ? refused(tooLarge) : file.bytes;
  try {
    return gunzipSync(file.bytes, { maxOutputLength: max });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") return refused(tooLarge);
    return refused("The file begins as gzip and cannot be unpacked: it is cut off or damaged.");
  }
}

/** The offset of the first byte that is no part of a whole UTF-8 character. */
export function firstInvalidUtf8(bytes: Uint8Array): number {
  const decodes = (start: number, end: number, stream: boolean): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(start, end), { stream });
      return true;
    } catch {
      return false;
    }
  };
  // All before `valid` begins as UTF-8 does. Halving decodes each part about once.
  let [valid, end] = [0, bytes.length];
  while (end - valid > 1) {
    const middle = valid + Math.trunc((end - valid) / 2);
    if (decodes(characterBefore(bytes, valid), middle, true)) valid = middle;
    else end = middle;
  }
  const start = characterBefore(bytes, valid);
  return decodes(start, valid, false) ? valid : start;
}

/** Where the last character that begins before `at` does. */
function characterBefore(bytes: Uint8Array, at: number): number {
  let start = Math.max(0, at - 1);
  while (start > 0 && at - start < 4 && (bytes[start]! & 0xc0) === 0x80) start -= 1;
  return start;
}

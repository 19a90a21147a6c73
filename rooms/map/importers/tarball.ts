/** The archive of an npm package: a gzipped tar. */
import type { ImportFile } from "./importer.ts";
import type { Problems } from "./read.ts";
import { unpack } from "./unpack.ts";

/** Unpacked: a package has far more in it than the few files that are read. */
const MAX_ARCHIVE = 256 * 1024 * 1024;
const BLOCK = 512;
const FILE = "0".charCodeAt(0);

/**
 * The files of an archive that are asked for, their names behind that of the archive; a cut or damaged archive is a problem and gives
 * none. Names of more than 100 characters and links are passed over.
 *
 * @see POSIX pax, "ustar Interchange Format"
 */
export function readTarball(file: ImportFile, wanted: (name: string) => boolean, problems: Problems): ImportFile[] {
  const bytes = unpack(file, problems, MAX_ARCHIVE);
  if (bytes === undefined) return [];
  const files: ImportFile[] = [];
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const name = textAt(bytes, at, 100);
    if (name === "") return files;
    const digits = textAt(bytes, at + 124, 12).trim();
    const size = /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
    const start = at + BLOCK;
    // Also false of NaN.
    if (!(start + size <= bytes.length)) break;
    const type = bytes[at + 156];
    if ((type === FILE || type === 0) && wanted(name)) files.push({ name: `${file.name}/${name}`, bytes: bytes.subarray(start, start + size) });
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  problems.add({ file: file.name, message: "The archive cannot be read: it is no tar file, or it is cut off or damaged." });
  return [];
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

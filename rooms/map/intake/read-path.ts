/** The files that an operator names: one, or all of a folder that an importer reads. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import type { ImportFile, Importer } from "../importers/importer.ts";

/** Files of one folder, and bytes of all of them. */
const MAX_FILES = 20_000;
const MAX_BYTES = 1024 * 1024 * 1024;
/** Longer files are cut: every importer refuses them, and says so. */
const MAX_FILE = 64 * 1024 * 1024 + 1;

/** Why there is nothing to read: a sentence. */
export class NoInput extends Error {}

/** Throws {@link NoInput} where there is nothing, nothing that the importer reads, or too much. */
export function readPath(path: string, { source, accepts = () => true, takes }: Pick<Importer, "source" | "accepts" | "takes">): ImportFile[] {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    throw new NoInput(`${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
  if (!isFolder) return [{ name: basename(path), bytes: readBounded(path) }];
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((name) => !name.split("/").some((part) => part.startsWith(".") || part === "node_modules") && accepts(name))
    .sort();
  if (names.length === 0) throw new NoInput(`The folder ${path} has no file that ${source.name} is read from: ${takes}.`);
  if (names.length > MAX_FILES) throw new NoInput(`The folder ${path} has ${names.length} files; at most ${MAX_FILES} are read at once.`);
  let left = MAX_BYTES;
  return names.map((name) => {
    const bytes = readBounded(join(path, name));
    if ((left -= bytes.length) < 0) throw new NoInput(`The files of the folder ${path} have more than ${MAX_BYTES} bytes; read them in parts.`);
    return { name, bytes };
  });
}

function readBounded(path: string): Uint8Array {
  try {
    const bytes = readFileSync(path);
    return bytes.length > MAX_FILE ? bytes.subarray(0, MAX_FILE) : bytes;
  } catch (cause) {
    throw new NoInput(`${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

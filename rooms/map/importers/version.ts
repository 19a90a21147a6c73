/** What a source is called that does not name its version. */
import { createHash } from "node:crypto";
import type { ImportFile } from "./importer.ts";

/** The first 12 digits of a SHA-256 over the contents of the files, whatever their names and order. */
export function versionOf(files: readonly ImportFile[]): string {
  const each = files.map(({ bytes }) => createHash("sha256").update(bytes).digest("hex")).sort();
  return createHash("sha256").update(each.join("")).digest("hex").slice(0, 12);
}

/** The public data that stands beside the repository, in `../shared/data`, each folder with its own README and licence. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../shared/data");

/** The path of a file or folder of it. */
export function sharedData(path: string): string {
  return join(folder, path);
}

/** Tests that read it: skipped where it is missing, but not where CI is set. There they fail. */
export const describeShared: typeof describe.only = describe.skipIf(!existsSync(folder) && process.env["CI"] === undefined);

/** Files of packages: of one that is installed with Freehold, or of one that the npm client fetches once. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { FreeholdError } from "@freehold/protocol/errors";
import type { ImportFile } from "../importers/importer.ts";
import { createProblems } from "../importers/read.ts";
import { readTarball } from "../importers/tarball.ts";

/** The part of a package that a source is made of. */
export interface PackagePart {
  name: string;
  version: string;
  /** `sha512-…` of its tarball, as the registry has it; not compared where it is left out. */
  integrity?: string;
  /** Which files, by their paths in the tarball (`package/…`). */
  wanted: (path: string) => boolean;
}

/** Bytes of a tarball and of what is in it. Prebid.js has 13 and 66 million. */
const MAX_TARBALL = 64 * 1024 * 1024;
const MAX_UNPACKED = 512 * 1024 * 1024;
const MAX_TIME = 120_000;
/** Files of a part belong to nobody and no time. */
const NOBODY = { mtime: 1000, uid: 1, gid: 1, user: "-", group: "-" };

/** Where parts are kept for the next data folder. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "freehold", "seed");
}

/**
 * The part of a package as a small tarball of the same form, from the cache or by the npm client. Throws `source_unreachable` where the
 * client cannot have it, or has other bytes than those that are expected.
 */
export async function fetchPart(part: PackagePart, cache: string, run = npmPack): Promise<ImportFile> {
  const name = `${part.name.replace(/[^\w.-]/g, "-")}-${part.version}-part.tgz`;
  const file = join(cache, name);
  const kept = part.version === "latest" ? undefined : readPart(file);
  if (kept !== undefined) return { name, bytes: kept };
  const folder = mkdtempSync(join(tmpdir(), "freehold-package-"));
  try {
    await run(`${part.name}@${part.version}`, folder);
    const tarball = readdirSync(folder).find((entry) => entry.endsWith(".tgz"));
    if (tarball === undefined) throw new FreeholdError("source_unreachable", `The npm client gave no package ${part.name}@${part.version}.`);
    const bytes = extract(readFileSync(join(folder, tarball)), part);
    mkdirSync(cache, { recursive: true });
    writeFileSync(`${file}.new`, bytes, { flush: true });
    renameSync(`${file}.new`, file);
    return { name, bytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A part that is whole; undefined where there is none, or half a one. */
function readPart(file: string): Uint8Array | undefined {
  try {
    const bytes = readFileSync(file);
    gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }); // its checksum
    return bytes;
  } catch {
    return undefined;
  }
}

/** The wanted files of a tarball, as a tarball: the same bytes whenever and wherever it is made. Throws `source_unreachable`. */
function extract(tarball: Uint8Array, { name, version, integrity, wanted }: PackagePart): Uint8Array {
  const found = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  if (integrity !== undefined && found !== integrity)
    throw new FreeholdError(
      "source_unreachable",
      `The package ${name}@${version} is not the one that is expected: its hash is ${found}, not ${integrity}. Nothing was read.`,
    );
  if (tarball.length > MAX_TARBALL) throw new FreeholdError("source_unreachable", `The package ${name}@${version} is larger than ${MAX_TARBALL} bytes.`);
  try {
    const problems = createProblems();
    const files = readTarball({ name: "", bytes: tarball }, wanted, problems);
    if (problems.list[0] !== undefined) throw new Error(problems.list[0].message);
    const kept = files.map((file) => ({ name: file.name.slice(1), data: file.bytes, attrs: NOBODY }));
    return gzipSync(createTar(kept.sort((a, b) => (a.name < b.name ? -1 : 1))));
  } catch (cause) {
    throw new FreeholdError("source_unreachable", `The package ${name}@${version} cannot be unpacked: ${(cause as Error).message}.`, { cause });
  }
}

/** Asks the npm client, which knows the registry and checks what it gives. */
function npmPack(spec: string, folder: string): Promise<void> {
  const isWindows = process.platform === "win32";
  const args = ["pack", spec, "--silent", "--ignore-scripts", "--pack-destination", isWindows ? `"${folder}"` : folder];
  return new Promise((resolve, reject) => {
    execFile(isWindows ? "npm.cmd" : "npm", args, { cwd: folder, timeout: MAX_TIME, maxBuffer: 16 * 1024 * 1024, shell: isWindows }, (cause, _, stderr) => {
      if (cause === null) return resolve();
      const why = cause.code === "ENOENT" ? "there is no npm client" : (/npm (?:error|ERR!) (.*)/.exec(stderr)?.[1] ?? cause.message.split("\n")[0]);
      reject(new FreeholdError("source_unreachable", `The package ${spec} could not be had: ${why}.`, { cause }));
    });
  });
}

/** Files of a package that is installed. Paths are relative to its folder. Throws `source_unreachable` where one is not there. */
export function readInstalled(name: string, paths: readonly string[]): ImportFile[] {
  try {
    const { resolve } = createRequire(import.meta.url);
    let folder = dirname(resolve(name));
    while (!folder.endsWith(join("node_modules", ...name.split("/")))) {
      if (folder === dirname(folder)) throw new Error("it lies in no node_modules");
      folder = dirname(folder);
    }
    return paths.map((path) => ({ name: path, bytes: readFileSync(join(folder, ...path.split("/"))) }));
  } catch (cause) {
    throw new FreeholdError("source_unreachable", `The package ${name} is not installed as it should be: ${(cause as Error).message}.`, { cause });
  }
}

/**
 * What a witness remembers: for each log one small file with the checkpoint that it cosigned last.
 *
 * The promise never to cosign two trees of one size rests on one operation of the file system, not on a lock: the successor of
 * `<log>.<n>` is `<log>.<n+1>`, made by linking a durable file to that name, which fails where the name is taken. So even two
 * processes on one folder, in two containers that cannot see each other, never both succeed with different checkpoints.
 */
import { createHash, randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { equal } from "@freehold/protocol/bytes";
import { parseTreeHead } from "@freehold/protocol/checkpoint";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseNote } from "@freehold/protocol/note";
import type { Accepted, Cosigned } from "@freehold/protocol/witness";

/** Where a test can make a crash happen. */
export type CrashPoint = "accept:written" | "accept:linked" | "accept:durable";

export interface WitnessState {
  /** What was cosigned last for an origin. */
  latest(origin: string): Cosigned | undefined;
  /**
   * Replaces what was cosigned last, durably; false where it is no longer `accepted.previous`. Throws `unavailable` where
   * nothing can be written. Synchronous: between the check and the end nothing else runs in this process.
   */
  accept(accepted: Accepted): boolean;
  /** Keeps a checkpoint that contradicts what was cosigned, for ever; the name of the file, or undefined where there is one already. */
  keepSplitView(split: { origin: string; checkpoint: string }): string | undefined;
  close(): void;
}

interface Kept extends Cosigned {
  version: number;
}

const LOCK = "writer.lock";

/**
 * Opens the folder of a witness for writing; makes it where it is missing. Throws `folder_in_use`, `folder_damaged`, and
 * `unavailable` where it cannot be read or written.
 */
export function openWitnessState(folder: string, { at = () => {} }: { at?: (point: CrashPoint) => void } = {}): WitnessState {
  orUnavailable(folder, () => makeFolder(resolve(folder)));
  const unlock = orUnavailable(folder, () => lock(folder));
  const kept = new Map<string, Kept>();
  /** Set while it is not known whether a new checkpoint will survive a power failure. If it stays set, only a restart helps. */
  let uncertain = false;

  const fileOf = (log: string, version: number) => join(folder, `${log}.${version}`);
  const forget = (log: string, versions: readonly number[], newest: number) => {
    for (const version of versions) if (version < newest) rmSync(fileOf(log, version), { force: true });
  };
  /** Reads what the folder holds for a log, by the hash of its origin; the highest version counts. */
  const load = (log: string, versions: readonly number[]) => {
    // What another process, killed perhaps, has not made durable is made so before anything is built on it.
    sync(folder);
    const version = Math.max(...versions);
    const { origin, size, root } = readCheckpoint(fileOf(log, version));
    if (nameOf(origin) !== log) throw damaged(fileOf(log, version), "it is that of another log.");
    kept.set(log, { size, root, version });
    forget(log, versions, version);
  };
  try {
    orUnavailable(folder, () => {
      for (const [log, versions] of versionsOf(folder)) load(log, versions);
      for (const file of readdirSync(folder)) if (file.startsWith("temporary.")) rmSync(join(folder, file), { force: true });
    });
  } catch (error) {
    unlock();
    throw error;
  }

  return {
    latest: (origin) => kept.get(nameOf(origin)),
    accept(accepted) {
      if (uncertain) throw unavailable(folder, "an earlier checkpoint could not be made durable; restart the witness");
      const log = nameOf(accepted.origin);
      const now = kept.get(log);
      if (!isSame(now, accepted.previous)) return false;
      return orUnavailable(folder, () => {
        const overtaken = () => {
          const versions = versionsOf(folder).get(log) ?? [];
          const newest = Math.max(0, ...versions);
          if (newest === (kept.get(log)?.version ?? 0)) return (forget(log, versions, newest), false);
          return (load(log, versions), true);
        };
        if (isSame(now, accepted)) return !overtaken();
        const version = (now?.version ?? 0) + 1;
        const temporary = writeTemporary(folder, accepted.checkpoint);
        at("accept:written");
        const made = linkNew(temporary, fileOf(log, version));
        uncertain = made;
        rmSync(temporary);
        if (!made) return (overtaken(), false);
        at("accept:linked");
        sync(folder);
        uncertain = false;
        at("accept:durable");
        kept.set(log, { size: accepted.size, root: accepted.root, version });
        // The name may have been free because another process is far ahead.
        return !overtaken();
      });
    },
    keepSplitView: ({ origin, checkpoint }) =>
      orUnavailable(folder, () => {
        const file = join(folder, `${nameOf(origin)}.split-view`);
        if (existsSync(file)) return undefined;
        const temporary = writeTemporary(folder, checkpoint);
        const made = linkNew(temporary, file);
        rmSync(temporary, { force: true });
        if (made) sync(folder);
        return made ? file : undefined;
      }),
    close: unlock,
  };
}

/** Makes a folder, durably: one that a power failure takes away would be an empty memory. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made)) sync(dirname(made));
}

/** Names of files do not depend on what characters an origin has. */
function nameOf(origin: string): string {
  return createHash("sha256").update(origin).digest("hex");
}

function versionsOf(folder: string): Map<string, number[]> {
  const versions = new Map<string, number[]>();
  for (const file of readdirSync(folder)) {
    const [, log, version] = /^([0-9a-f]{64})\.([1-9][0-9]{0,14})$/.exec(file) ?? [];
    if (log !== undefined) versions.set(log, [...(versions.get(log) ?? []), Number(version)]);
  }
  return versions;
}

function readCheckpoint(file: string) {
  const text = readFileSync(file, "utf8");
  try {
    return parseTreeHead(parseNote(text).text);
  } catch (cause) {
    throw damaged(file, (cause as Error).message);
  }
}

/** A durable file that has no lasting name yet. */
function writeTemporary(folder: string, text: string): string {
  const file = join(folder, `temporary.${randomUUID()}`);
  const handle = openSync(file, "wx", 0o600);
  try {
    writeFileSync(handle, text, { flush: true });
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return file;
}

/** Gives a file a second name; false where that name is taken. */
function linkNew(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Makes a file, or the names in a folder, durable. Windows opens no folders; its file system keeps a journal of names. */
function sync(path: string): void {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (error) {
    if (process.platform === "win32") return;
    throw error;
  }
  try {
    fsyncSync(handle);
  } catch (error) {
    if (process.platform !== "win32") throw error;
  } finally {
    closeSync(handle);
  }
}

/**
 * Refuses a folder that a living process has. A courtesy to the operator, who would otherwise wonder why requests are answered
 * twice: nothing above depends on it. Returns what gives the folder back.
 */
function lock(folder: string): () => void {
  const file = join(folder, LOCK);
  const own = `${process.pid} ${startOf(process.pid)}`;
  for (;;) {
    const temporary = writeTemporary(folder, own);
    const made = linkNew(temporary, file);
    rmSync(temporary);
    if (made) {
      return () => {
        if (existsSync(file) && readFileSync(file, "utf8") === own) rmSync(file, { force: true });
      };
    }
    const [pid = "", start = ""] = readFileSync(file, "utf8").split(" ");
    if (isAlive(Number(pid)) && startOf(Number(pid)) === start) {
      throw new FreeholdError(
        "folder_in_use",
        `The folder ${folder} is in use by another witness (process ${pid}). One process serves a folder; stop the other first.`,
      );
    }
    rmSync(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, where the system tells: process numbers are used again, after a restart of the machine soon. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isSame(a: Cosigned | undefined, b: Cosigned | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.size === b.size && equal(a.root, b.root);
}

function orUnavailable<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FreeholdError) throw error;
    throw unavailable(folder, (error as Error).message, error);
  }
}

function unavailable(folder: string, why: string, cause?: unknown): FreeholdError {
  return new FreeholdError("unavailable", `The witness cannot keep its memory in ${folder}, so it cosigns nothing: ${why}.`, { cause });
}

function damaged(file: string, why: string): FreeholdError {
  return new FreeholdError(
    "folder_damaged",
    `The file ${file} should hold the checkpoint that was cosigned last, and does not: ${why} A witness must not forget: do not remove the file or restore an older copy; make a new witness with a new key.`,
  );
}

/** The file in which a person's key and decisions are kept on this computer: readable by its owner only, replaced whole, used by one process at a time. */
import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { formatBook, parseBook } from "@freehold/person/book-file";
import type { LogState } from "@freehold/person/log-reader";
import type { PassphraseWrap } from "@freehold/person/passphrase";
import type { Residence } from "@freehold/person/regime";
import type { Book } from "@freehold/person/schema";
import { canonicalize } from "@freehold/protocol/canonical";
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { anyObject, check, hex, integer, list, matching, object, oneOf, refuse, text } from "@freehold/protocol/shape";
import type { Shape } from "@freehold/protocol/shape";
import { EXIT, Failure } from "./exit.ts";

/** The seed as it is, or closed under a passphrase; bytes are hexadecimal. */
export type KeptKey = { seed: string } | { wrap: PassphraseWrap };

export interface Kept {
  key: KeptKey;
  /** The key comes from elsewhere: what it signed before is searched for when a register is read for the first time. */
  search?: true;
  /** Where she lives: which law her letters use. */
  home?: Residence;
  /** None before she has spoken to a register. */
  book?: Book;
  log?: LogState;
}

/** The open file. */
export interface PersonStore {
  readonly file: string;
  readonly kept: Kept | undefined;
  /** Durable when it returns. Throws {@link Failure} (75) where it cannot be written, or another process wrote it in the meantime. */
  write(kept: Kept): void;
  close(): void;
}

const size = integer(0);
const number = integer(0, 2 ** 32 - 1);
const pairs: Shape<readonly [string, number][]> = (value, at) => {
  for (const [i, one] of list(
    list<unknown>((inner) => inner, 2, 2),
    0,
    100_000_000,
  )(value, at).entries()) {
    hex(32)(one[0], `${at}[${i}][0]`);
    size(one[1], `${at}[${i}][1]`);
  }
  return value as [string, number][];
};
const logShape = object({
  edge: list(hex(32), 0, 64),
  note: text(0, 65_536),
  opened: pairs,
  origin: text(1, 255),
  own: list(object({ counter: number, device: number, entry: hex(66), index: size, lock: hex(32) }), 0, 1_000_000),
  publications: pairs,
  root: matching(/^([0-9a-f]{64})?$/, 64, "64 hexadecimal digits or nothing"),
  searched: size,
  size,
  watched: list(object({ device: number, locks: list(hex(32), 0, 10_000_000) }), 0, 10_000),
  witnessedTime: (value, at) => (value === null ? null : integer(0)(value, at)),
});
const country = matching(/^[A-Z]{2}$/, 2, "two capitals");
const keyShape: Shape<KeptKey> = (value, at) => {
  const key = anyObject(value, at);
  if (Object.hasOwn(key, "seed")) return object({ seed: hex(32) })(value, at);
  return object({ wrap: object({ salt: hex(16), wrapped: matching(/^([0-9a-f]{2})+$/, 1000, "hexadecimal") }) })(value, at);
};
const keptShape = object(
  { "@context": oneOf("urn:freehold:kept:1"), key: keyShape },
  {
    book: anyObject,
    home: object({ country }, { state: country }),
    log: logShape,
    search: ((value, at) => (value === true ? true : refuse(at, "must be true"))) as Shape<true>,
  },
);

/**
 * The file of `--book`, or `$XDG_STATE_HOME/freehold/book.json`.
 *
 * @example
 * ```ts
 * bookFileOf(undefined); // /home/me/.local/state/freehold/book.json
 * ```
 */
export function bookFileOf(option: string | undefined): string {
  if (option !== undefined) return resolve(option);
  const xdg = process.env["XDG_STATE_HOME"] ?? "";
  const state = isAbsolute(xdg) ? xdg : join(homedir(), ".local", "state"); // a relative one is to be ignored (XDG Base Directory)
  return join(state, "freehold", "book.json");
}

/** What a file keeps; undefined where there is none. Throws {@link Failure}: 66 where it cannot be read, 65 where it is another kind of file. */
export function readKept(file: string): Kept | undefined {
  let source: string;
  try {
    source = readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new Failure(EXIT.noInput, "input_unreadable", `The book ${file} cannot be read (${code}).`, { cause });
  }
  try {
    const { "@context": _, book, log, ...kept } = check(keptShape, JSON.parse(source), "kept", "book_malformed");
    return {
      ...(kept as Pick<Kept, "key" | "search" | "home">),
      ...(book && { book: parseBook(canonicalize(book as JsonValue)) }),
      ...(log && { log: { ...log, opened: new Map(log.opened), publications: new Map(log.publications) } as LogState }),
    };
  } catch (cause) {
    if (!(cause instanceof FreeholdError || cause instanceof SyntaxError)) throw cause;
    throw new Failure(
      EXIT.badData,
      "book_malformed",
      `${file} is not the file of a key and its decisions, as \`freehold key\` makes it. ${cause instanceof FreeholdError ? cause.message : "It is no JSON."}`,
      { cause },
    );
  }
}

/** Opens the file to change it. Throws {@link Failure}: as {@link readKept}, and 75 where another process has it open. */
export function openStore(file: string): PersonStore {
  const unlock = lock(file);
  try {
    let kept = readKept(file);
    let version = versionOf(file);
    return {
      file,
      get kept() {
        return kept;
      },
      write(next) {
        if (versionOf(file) !== version) throw new Failure(EXIT.unavailable, "unavailable", `Another program changed ${file} in the meantime. Try again.`);
        replace(file, `${JSON.stringify(plainOf(next))}\n`);
        kept = next;
        version = versionOf(file);
      },
      close: unlock,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function plainOf({ book, log, ...kept }: Kept): object {
  return {
    "@context": "urn:freehold:kept:1",
    ...kept,
    ...(book && { book: JSON.parse(formatBook(book)) as object }),
    ...(log && { log: { ...log, opened: [...log.opened], publications: [...log.publications] } }),
  };
}

/** Each writing makes another file, so its number and time say whether it is still the one that was read. */
function versionOf(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "" : `${found.ino} ${found.mtimeNs}`;
}

/** Writes a file that only its owner can read, durably and whole or not at all. Throws {@link Failure} (75). */
export function replace(file: string, content: string): void {
  const temporary = `${file}.${randomUUID()}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, content, { flag: "wx", mode: 0o600, flush: true });
    renameSync(temporary, file);
    syncFolder(dirname(file));
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new Failure(EXIT.unavailable, "unavailable", `The file ${file} cannot be written (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return; // it opens no folders; its file system keeps a journal of names
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Two processes that sign at once would use one counter twice. What a killed process left behind is taken away; `write` notices the rest. */
function lock(file: string): () => void {
  const name = `${file}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(name, String(process.pid), { flag: "wx", mode: 0o600 });
      return () => rmSync(name, { force: true });
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== "EEXIST") throw new Failure(EXIT.unavailable, "unavailable", `The file ${name} cannot be made (${code}).`, { cause });
      const pid = ownerOf(name);
      if (attempt > 1 || (pid !== undefined && isAlive(pid)))
        throw new Failure(EXIT.unavailable, "unavailable", `The book ${file} is in use by process ${pid ?? "unknown"}. Where there is none, remove ${name}.`, {
          cause,
        });
      rmSync(name, { force: true });
    }
  }
}

function ownerOf(name: string): number | undefined {
  try {
    return Number(readFileSync(name, "utf8"));
  } catch {
    return undefined; // it has just gone
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

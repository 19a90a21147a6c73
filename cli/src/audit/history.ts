/** An earlier checkpoint, kept in a file between audits, and whether the log still begins with it. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { equal, toBase64 } from "@freehold/protocol/bytes";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import type { Checkpoint } from "@freehold/protocol/checkpoint";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseNote } from "@freehold/protocol/note";
import { EXIT, Failure } from "../exit.ts";
import { nameOf, readText } from "../input.ts";
import type { Findings } from "./disagreement.ts";

const MAX_NOTE = 65_536;

export interface Earlier {
  /** The signed checkpoint. It is the auditor's own file: its signatures were verified before it was written. */
  note: string;
  checkpoint: Checkpoint;
}

/** The checkpoint in a file; undefined where there is no such file yet. Throws {@link Failure}: 66 where it could not be written either, 65 for what is none. */
export async function readEarlier(file: string): Promise<Earlier | undefined> {
  if (!existsSync(dirname(file))) throw new Failure(EXIT.noInput, "input_missing", `There is no folder ${dirname(file)} to keep a checkpoint in.`);
  if (!existsSync(file)) return undefined;
  const note = await readText(file, { what: "a checkpoint", max: MAX_NOTE });
  try {
    return { note, checkpoint: parseCheckpoint(parseNote(note).text) };
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    throw new Failure(EXIT.badData, cause.code, `${nameOf(file)} is not a checkpoint. ${cause.message}`, { cause });
  }
}

/** Holds the log of `now` against an earlier checkpoint; `root` is that of the log's first entries, as many as the earlier one had, where it is known. */
export function compareWithEarlier(earlier: Checkpoint, now: Checkpoint, root: Uint8Array | undefined, findings: Findings): void {
  if (earlier.size > now.size) findings.add("log_rolled_back", now.size, `The earlier checkpoint has ${earlier.size} entries, the log now has ${now.size}.`);
  else if (root !== undefined && !equal(root, earlier.root))
    findings.add(
      "history_forked",
      null,
      `The first ${earlier.size} entries give the root ${toBase64(root)}, and the earlier checkpoint has ${toBase64(earlier.root)}. Keep both checkpoints: they are the evidence.`,
    );
}

/** Writes the checkpoint for the next audit: the file holds the old one or the new one, whatever happens. */
export function keepForNext(file: string, note: string): void {
  const draft = `${file}.${process.pid}.new`;
  try {
    const handle = openSync(draft, "w");
    writeSync(handle, note);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new Failure(
      EXIT.noInput,
      "output_failed",
      `The audit found nothing wrong, but the checkpoint could not be written to ${file} (${(cause as NodeJS.ErrnoException).code}).`,
      { cause },
    );
  }
}

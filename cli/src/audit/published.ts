/** What a register publishes at one moment: the checkpoint, and the status bitmap that belongs to it. */
import { setTimeout as sleep } from "node:timers/promises";
import { fromUtf8 } from "@freehold/protocol/bytes";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import type { Checkpoint } from "@freehold/protocol/checkpoint";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseNote } from "@freehold/protocol/note";
import type { Remote } from "../remote.ts";
import type { Discovery } from "./discovery.ts";

const MAX_NOTE = 65_536;
/** Of eight thousand million entries. */
const MAX_BITMAP = 2 ** 30;
/** A register that publishes between two requests gives a checkpoint and the bitmap of another one. */
const ATTEMPTS = 5;

/** The bitmap as it was served: its bytes, and what its headers say. */
export interface Bitmap {
  bytes: Uint8Array;
  size: number;
  root: string;
}

export interface Published {
  /** The signed checkpoint, as served. */
  note: string;
  /** Its text, not verified. Undefined, with the reason, where it is none. */
  checkpoint: Checkpoint | undefined;
  malformed: string;
  /** Undefined where none is served. */
  bitmap: Bitmap | undefined;
}

/** Fetches both, again where they do not belong together. Throws `Failure` (69). */
export async function fetchPublished(remote: Remote, { log }: Discovery): Promise<Published> {
  for (let attempt = 1; ; attempt++) {
    const bitmap = await fetchBitmap(remote, log);
    const { status, body } = await remote.ask(`${log}checkpoint`, { max: MAX_NOTE });
    const published = { ...read(body, status), bitmap };
    const belongs = bitmap === undefined || published.checkpoint === undefined || bitmap.size === published.checkpoint.size - 1;
    if (belongs || attempt === ATTEMPTS) return published;
    await sleep(attempt * 200);
  }
}

async function fetchBitmap(remote: Remote, log: string): Promise<Bitmap | undefined> {
  const { status, headers, body } = await remote.ask(`${log}status/bits`, { max: MAX_BITMAP, headers: { "accept-encoding": "gzip" } });
  if (status !== 200) return undefined;
  return { bytes: body, size: Number(headers["freehold-size"] ?? Number.NaN), root: String(headers["freehold-root"]) };
}

function read(body: Uint8Array, status: number): Pick<Published, "note" | "checkpoint" | "malformed"> {
  if (status !== 200) return { note: "", checkpoint: undefined, malformed: `the answer has status ${status}` };
  try {
    const note = fromUtf8(body);
    return { note, checkpoint: parseCheckpoint(parseNote(note).text), malformed: "" };
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return { note: "", checkpoint: undefined, malformed: error.message };
  }
}

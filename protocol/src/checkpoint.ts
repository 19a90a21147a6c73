/** Checkpoints (C2SP tlog-checkpoint): what a log signs, three lines that fix all its entries. */
import { toBase64 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { fromDecimal, fromHashText, isPlainText } from "./fields.ts";

export interface Checkpoint {
  /** The one name of the log; not empty, one line. */
  readonly origin: string;
  /** Number of leaves. */
  readonly size: number;
  /** Root hash of these leaves, 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * The text of a checkpoint, which `signNote` then signs.
 *
 * @throws `checkpoint_malformed` for an origin, size or root that {@link parseCheckpoint} would refuse.
 * @see C2SP tlog-checkpoint, "Note text"
 * @example
 * ```ts
 * formatCheckpoint({ origin: "register.example/log", size: 0, root: rootHash([]) });
 * // "register.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
 * ```
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${toBase64(root)}\n`;
  parseCheckpoint(text);
  return text;
}

/**
 * Reads the text of a checkpoint: the part of the note above its signatures, which nobody may believe before they are
 * verified (`verifyCheckpoint` of policy.ts does all). Extension lines are refused: no Freehold log has any.
 *
 * @throws `checkpoint_malformed` for any text but three lines of origin, decimal size up to 2^53-1, and base64 root.
 * @see C2SP tlog-checkpoint, "Note text"
 * @example
 * ```ts
 * const { size, root } = parseCheckpoint(parseNote(signed).text);
 * ```
 */
export function parseCheckpoint(text: string): Checkpoint {
  const head = parseTreeHead(text);
  if (text.split("\n", 5).length > 4) throw malformed("there is more after the third line, and extension lines are not allowed");
  return head;
}

/**
 * Reads the first three lines of a checkpoint, and lets extension lines pass: for a witness, who serves logs of others too
 * and may not refuse what C2SP allows them.
 *
 * @throws `checkpoint_malformed` for a text that is no checkpoint of C2SP, or one of a size above 2^53-1.
 * @see C2SP tlog-checkpoint, "Note text"
 * @example
 * ```ts
 * parseTreeHead("example.com/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nan extension\n").size; // 0
 * ```
 */
export function parseTreeHead(text: string): Checkpoint {
  if (!isPlainText(text)) throw malformed("it has a control character, or half of a surrogate pair");
  const [origin, sizeText, rootText, ...rest] = text.split("\n");
  if (!origin || sizeText === undefined || rootText === undefined || rest.pop() !== "")
    throw malformed("three lines are needed, each ending in a newline, the first not empty");
  if (rest.includes("")) throw malformed("a line after the third is empty");
  const size = fromDecimal(sizeText);
  if (size === undefined) throw malformed("the second line is no size: decimal, without leading zeroes, at most 2^53-1");
  const root = fromHashText(rootText);
  if (root === undefined) throw malformed("the third line is no hash of 32 bytes in base64");
  return { origin, size, root };
}

function malformed(why: string): FreeholdError {
  return new FreeholdError("checkpoint_malformed", `This is no checkpoint: ${why}.`);
}

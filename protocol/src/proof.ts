/** Proofs that anyone can verify offline (C2SP tlog-proof): where an entry is, its inclusion proof, the checkpoint. */
import { toBase64 } from "./bytes.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { FreeholdError } from "./errors.ts";
import { fromBase64Text, fromDecimal, fromHashText, isPlainText } from "./fields.ts";
import { verifyInclusion } from "./merkle.ts";
import { parseNote } from "./note.ts";
import { verifyCheckpoint } from "./policy.ts";
import type { Policy, WitnessedCheckpoint } from "./policy.ts";

const HEADER = "c2sp.org/tlog-proof@v1";
/** No tree of at most 2^53-1 leaves needs more than 53. */
const MAX_HASHES = 63;

export interface Proof {
  /** Of the entry in the log, from 0. */
  readonly index: number;
  /** The inclusion proof, from the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, as the log published it. */
  readonly checkpoint: string;
  /** Bytes that nobody signed: anyone may have changed them. */
  readonly extra?: Uint8Array;
}

/**
 * The text of a proof.
 *
 * @throws `proof_malformed`, `note_malformed` or `checkpoint_malformed` for parts that {@link parseProof} would refuse.
 * @see C2SP tlog-proof, "Format"
 * @example
 * ```ts
 * formatProof({ index, hashes: await inclusionProofFromTiles({ index, size, readTile }), checkpoint });
 * ```
 */
export function formatProof({ index, hashes, checkpoint, extra }: Proof): string {
  const lines = [HEADER, ...(extra === undefined ? [] : [`extra ${toBase64(extra)}`]), `index ${index}`, ...hashes.map(toBase64)];
  const text = `${lines.join("\n")}\n\n${checkpoint}`;
  parseProof(text);
  return text;
}

/**
 * Reads a proof without verifying it.
 *
 * @throws `proof_malformed` for a text that is none; `note_malformed` or `checkpoint_malformed` where the checkpoint in it
 *   is wrong.
 * @see C2SP tlog-proof, "Format"
 * @example
 * ```ts
 * const { index, extra } = parseProof(text); // extra: for hints only
 * ```
 */
export function parseProof(text: string): Proof {
  if (!isPlainText(text)) throw malformed("it has a control character, or half of a surrogate pair");
  const split = text.indexOf("\n\n");
  if (split < 0) throw malformed("an empty line and a checkpoint are needed after the hashes");
  const [header, ...lines] = text.slice(0, split).split("\n");
  if (header !== HEADER) throw malformed(`its first line is not ${HEADER}`);
  const extra = lines[0]?.startsWith("extra ") ? readExtra(lines.shift()!) : undefined;
  const index = fromDecimal(/^index (.*)$/.exec(lines.shift() ?? "")?.[1] ?? "");
  if (index === undefined) throw malformed('a line "index" with a decimal number without leading zeroes, at most 2^53-1, is needed before the hashes');
  if (lines.length > MAX_HASHES) throw malformed(`it has more than ${MAX_HASHES} hashes`);
  const hashes = lines.map((line, i) => {
    const hash = fromHashText(line);
    if (hash === undefined) throw malformed(`line ${i + 1} after the index is no hash of 32 bytes in base64`);
    return hash;
  });
  const checkpoint = text.slice(split + 2);
  parseCheckpoint(parseNote(checkpoint).text);
  return { index, hashes, checkpoint, ...(extra === undefined ? {} : { extra }) };
}

/**
 * Verifies a proof: first its checkpoint as the policy asks, then that the entry is at the index under it.
 *
 * @param leafHash of the entry: `leafHash(entryBytes)` of merkle.ts.
 * @returns index and checkpoint. The `extra` line is left out, for nobody signed it.
 * @throws `proof_malformed`, `inclusion_invalid`, and what `verifyCheckpoint` throws.
 * @see C2SP tlog-proof
 * @example
 * ```ts
 * const { index, witnessedTime } = await verifyProof(text, leafHash(entry), policy);
 * ```
 */
export async function verifyProof(text: string, leafHash: Uint8Array, policy: Policy): Promise<{ index: number; checkpoint: WitnessedCheckpoint }> {
  const { index, hashes, checkpoint: note } = parseProof(text);
  const checkpoint = await verifyCheckpoint(note, policy);
  verifyInclusion({ leafHash, index, size: checkpoint.size, root: checkpoint.root, proof: hashes });
  return { index, checkpoint };
}

function readExtra(line: string): Uint8Array {
  const extra = fromBase64Text(line.slice("extra ".length));
  if (extra === undefined || extra.length === 0) throw malformed("the extra line is not base64 of at least one byte");
  return extra;
}

function malformed(why: string): FreeholdError {
  return new FreeholdError("proof_malformed", `This is no proof: ${why}.`);
}

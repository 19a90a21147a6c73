/** Vectors of the log: Merkle trees, tiles, notes, checkpoints, policies, proofs. A path here is relative to spec/vectors. */
import { checkpointVectors, noteVectors } from "./log/note.ts";
import { policyVectors, proofVectors } from "./log/policy.ts";
import type { Cases } from "./log/shared.ts";
import { merkleVectors, tileVectors } from "./log/tree.ts";

/** All vectors of these formats, by path below spec/vectors. Those in `log/` are made by test/conformance/go. */
export function logVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  const formats: Record<string, { valid: Cases; invalid: Cases }> = {
    merkle: merkleVectors(),
    tile: tileVectors(),
    note: noteVectors(),
    checkpoint: checkpointVectors(),
    policy: policyVectors(),
    proof: proofVectors(),
  };
  for (const [format, { valid, invalid }] of Object.entries(formats)) {
    for (const [name, json] of Object.entries(valid)) out[`${format}/valid/${name}.json`] = json;
    for (const [name, json] of Object.entries(invalid)) out[`${format}/invalid/${name}.json`] = json;
  }
  return out;
}

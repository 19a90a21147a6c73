/** Vectors of receipts, among them every attack that the specifications name. A path here is relative to spec/vectors. */
import { badAnchor, badBeacon, badCheckpoint, badStatus } from "./receipt/checkpoint.ts";
import { badAcknowledgement, badBinding, badClaims, badOffer } from "./receipt/parties.ts";
import { badForm, badRecord } from "./receipt/record.ts";
import type { ReceiptVector } from "./receipt/shared.ts";
import { good } from "./receipt/valid.ts";

/** All vectors of this format, by path below spec/vectors. */
export function receiptVectors(): Record<string, ReceiptVector> {
  const out: Record<string, ReceiptVector> = {};
  for (const [name, vector] of Object.entries(good())) out[`receipt/valid/${name}.json`] = vector;
  const parts = {
    ...badForm(),
    ...badRecord(),
    ...badCheckpoint(),
    ...badBeacon(),
    ...badClaims(),
    ...badOffer(),
    ...badBinding(),
    ...badAcknowledgement(),
    ...badAnchor(),
    ...badStatus(),
  };
  for (const [name, vector] of Object.entries(parts)) out[`receipt/invalid/${name}.json`] = vector;
  return out;
}

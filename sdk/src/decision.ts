/** From a verified record to the decision that a desk keeps. */
import { classOf } from "@freehold/protocol/record";
import type { SignedRecord } from "@freehold/protocol/record";
import { seconds } from "@freehold/protocol/shape";
import type { GivenDecision } from "./taking.ts";

/**
 * The decision of a verified record, at its proved index (null without proof). Undefined for a request: it neither grants nor refuses.
 *
 * @example
 * ```ts
 * const verified = await verifyReceipt(text, { policy, now, controller });
 * const decision = decisionOf(verified, verified.index);
 * if (decision !== undefined) await desk.addDecision({ decision, evidence: text, seen: verified.checkpoint.size });
 * ```
 */
export function decisionOf({ record, kid, hash }: SignedRecord, index: number | null): GivenDecision | undefined {
  const kind = classOf(record.act);
  if (kind === "request") return undefined;
  return {
    record: hash,
    kind,
    kid,
    lock: record.lock,
    index,
    beacon: record.beacon.size,
    origin: record.beacon.origin,
    expires: record.expires === undefined ? null : seconds(record.expires),
    processes:
      record.processes?.map(({ purposes, data, processing }) => ({
        ...(purposes && { purposes }),
        ...(data && { data }),
        ...(processing && { processing }),
      })) ?? null,
  };
}

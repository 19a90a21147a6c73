/**
 * The method by which signals are read, as data (spec/signals.md). The first is a design of ours: thresholds and weights are choices, and
 * stand here so that they can be chosen anew. A publication of type `method` holds one.
 */
import { canonicalize } from "@freehold/protocol/canonical";
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { z } from "zod";
import { indicatorIds } from "../signals-schema.ts";
import type { IndicatorId, Method } from "../signals-schema.ts";

export const firstMethod: Method = {
  "@context": "urn:freehold:method:signals:1",
  version: "1",
  // Nearly all who have an answer to `channel` or `notice` have the same one (99 % and all): it is shown, and would only lift those who are watched.
  weights: { choice: 1, minimise: 1, restraint: 1, retention: 1, storage: 1, exit: 1, channel: 0, exposure: 1, notice: 0 },
  retentionDays: [
    [30, 100],
    [90, 85],
    [180, 70],
    [395, 50],
    [730, 25],
  ],
  storageDays: [
    [30, 100],
    [90, 80],
    [180, 65],
    [396, 50],
    [730, 25],
  ],
  refreshed: 10,
  dataCategories: 11,
  exit: { easy: 100, medium: 60, limited: 30, hard: 30, impossible: 0 },
  requiredFields: 3,
  trackers: ["advertising", "audio_video_player", "customer_interaction", "pornvertising", "site_analytics", "social_media"],
  noticeYears: 3,
  coverage: 0.6,
  bands: [20, 40, 60, 80],
  weightings: 500,
  tail: 0.05,
  contradiction: { band: 2, days: 180 },
};

const score = z.number().min(0).max(100);
const rising = (list: readonly number[]): boolean => list.every((value, i) => i === 0 || value > list[i - 1]!);
const steps = z
  .array(z.tuple([z.number().positive().max(1e6), score]))
  .min(1)
  .max(20)
  .refine((list) => rising(list.map(([upTo]) => upTo)), "the days must rise");
const shape = z.strictObject({
  "@context": z.literal("urn:freehold:method:signals:1"),
  version: z.string().min(1).max(40),
  weights: z
    .strictObject(Object.fromEntries(indicatorIds.map((id) => [id, z.number().min(0).max(1000)])) as Record<IndicatorId, z.ZodNumber>)
    .refine((weights) => Object.values(weights).some((weight) => weight > 0), "one weight at least must be above 0"),
  retentionDays: steps,
  storageDays: steps,
  refreshed: score,
  dataCategories: z.int().min(1).max(1000),
  exit: z.strictObject({ easy: score, medium: score, limited: score, hard: score, impossible: score }),
  requiredFields: z.int().min(0).max(100),
  trackers: z.array(z.string().min(1).max(100)).min(1).max(50),
  noticeYears: z.int().min(1).max(100),
  coverage: z.number().min(0).max(1),
  bands: z.array(z.number().gt(0).max(100)).min(1).max(9).refine(rising, "the bounds must rise"),
  weightings: z.int().min(1).max(10_000),
  tail: z.number().min(0).lt(0.5),
  contradiction: z.strictObject({ band: z.int().min(0).max(9), days: z.int().min(0).max(3660) }),
});

/**
 * The body of a publication of type `method` (spec/signals.md), in canonical JSON.
 *
 * @example
 * ```ts
 * const body = JSON.parse(methodBody(firstMethod)); // to sign as { type: "method", body, … }
 * ```
 */
export function methodBody(method: Method): string {
  return canonicalize(readMethod(method as unknown as JsonValue) as unknown as JsonValue);
}

/**
 * The method of a publication's body. A method that weighs what this version of the program cannot read is refused rather than half applied.
 * Throws `publication_malformed`.
 *
 * @example
 * ```ts
 * readMethod(JSON.parse(methodBody(firstMethod))).version; // "1"
 * ```
 */
export function readMethod(body: JsonValue): Method {
  const found = shape.safeParse(body);
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new FreeholdError("publication_malformed", `The method is wrong at ${["body", ...issue!.path].join(".")}: ${issue!.message}.`);
}

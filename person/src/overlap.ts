/** Which of her own decisions concern the same: what she is shown before she signs (spec/record.md, `beacon`; spec/checking.md, "Scope"). */
import { classOf, dimensions } from "@freehold/protocol/record";
import type { Dimension, Process } from "@freehold/protocol/record";
import { haveCommonDescendant } from "@freehold/protocol/vocabulary";
import { recordIn } from "./item.ts";
import type { Draft, Item } from "./schema.ts";

const DIMENSIONS = Object.keys(dimensions) as Dimension[];

/** Whether two scopes overlap: for some process of each, in every dimension, some term lies within both. Without processes a scope is everything. */
export function scopesOverlap(a: readonly Process[] | undefined, b: readonly Process[] | undefined): boolean {
  return (a ?? [{}]).some((one) => (b ?? [{}]).some((other) => DIMENSIONS.every((dimension) => meet(one[dimension], other[dimension]))));
}

function meet(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === undefined || b === undefined || a.some((term) => b.some((other) => haveCommonDescendant(term, other)));
}

/**
 * The decisions (grants and refusals, ended or not) towards the same controller that overlap a draft, newest first.
 *
 * @example
 * ```ts
 * const before = overlapsWith(book.items, draft); // shown above "Allow" and "Refuse"
 * ```
 */
export function overlapsWith(items: readonly Item[], draft: Draft): Item[] {
  return items
    .filter((item) => {
      const record = recordIn(item);
      return record.controller.id === draft.controller.id && classOf(record.act) !== "request" && scopesOverlap(record.processes, draft.processes);
    })
    .sort((a, b) => (a.signed < b.signed ? 1 : -1));
}

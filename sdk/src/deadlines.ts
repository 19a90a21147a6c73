/** By when a company answers a request. Information, not legal advice: GDPR Art. 12(3); California, 11 CCR § 7021 (checked 2026-11). */
import type { Act } from "@freehold/protocol/record";

const DAY = 86_400;

/**
 * Seconds since 1970 by when a request is to be answered that was received at `received`; with `extended`, where she was told in time that it takes longer.
 * Europe: one month, two more; California: 45 days, 45 more.
 *
 * @example
 * ```ts
 * deadlineOf("eu-gdpr:A15", Date.now() / 1000);
 * ```
 */
export function deadlineOf(act: Act, received: number, extended = false): number {
  if (act.startsWith("us-ca:")) return received + (extended ? 90 : 45) * DAY;
  return addMonths(received, extended ? 3 : 1);
}

/** The same day of a later month, or its last where it has no such day. */
function addMonths(at: number, months: number): number {
  const from = new Date(at * 1000);
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(from.getUTCMonth() + months);
  const days = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), days));
  return to.getTime() / 1000;
}

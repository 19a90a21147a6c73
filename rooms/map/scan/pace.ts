/** How often scans begin. */
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Lets at most `perMinute` through in any minute.
 *
 * @example
 * ```ts
 * const pace = createPace(6);
 * for (const url of urls) {
 *   await pace();
 *   await scanSite(url);
 * }
 * ```
 */
export function createPace(
  perMinute: number,
  clock: { now(): number; sleep(milliseconds: number): Promise<unknown> } = { now: Date.now, sleep },
): () => Promise<void> {
  /** The last `perMinute` starts. */
  const starts: number[] = [];
  return async () => {
    const first = starts.length < perMinute ? -Infinity : starts.shift()!;
    const at = Math.max(clock.now(), first + 60_000);
    starts.push(at);
    await clock.sleep(Math.max(0, at - clock.now()));
  };
}

/** Numbers, times and lists as text. The same on the server and in the browser. */

const count = new Intl.NumberFormat("en-GB");
const instant = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });

/** A quantity with its thousands apart. The number of an entry is a name: it is written as it is. */
export function formatCount(value: number): string {
  return count.format(value);
}

/** `1 entry`, `2 entries`. */
export function plural(value: number, one: string, many: string): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** Seconds since 1970 as `1 Nov 2026, 09:06:00 UTC`. */
export function formatTime(seconds: number): string {
  return `${instant.format(seconds * 1000)} UTC`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(items: readonly string[], last = "and"): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}

/** A duration in the largest unit of which there are two. */
export function formatAge(seconds: number): string {
  for (const [unit, length] of [
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ] as const) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}s`;
  }
  return plural(Math.max(0, Math.floor(seconds)), "second", "seconds");
}

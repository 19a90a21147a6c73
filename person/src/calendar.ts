/** Days, months and business days for deadlines. A day is a text `YYYY-MM-DD`; nothing here knows of hours or time zones. */
import { FreeholdError } from "@freehold/protocol/errors";

const DAY = 86_400_000;

/** The day of an instant, in UTC. Throws `argument_invalid` where it is none. */
export function dayOf(instant: string): string {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) throw new FreeholdError("argument_invalid", `${JSON.stringify(instant.slice(0, 50))} is no instant.`);
  return new Date(time).toISOString().slice(0, 10);
}

/** So many days later. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/**
 * So many months later: the same date of the month in which it ends, or that month's last day where there is no such date. The day of the event
 * itself does not count, so it is also the date on which a period that began with it ends.
 *
 * @see Regulation (EEC, Euratom) No 1182/71, Article 3(1) and 3(2)(c)
 * @example
 * ```ts
 * addMonths("2027-01-31", 1); // "2027-02-28"
 * ```
 */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const lastDay = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, lastDay))).toISOString().slice(0, 10);
}

/**
 * The day itself, or the Monday after it where it is a Saturday or Sunday: then a period ends. Public holidays differ from country to country and are
 * not known here: where the last day is one, the period ends a day later than this says.
 *
 * @see Regulation (EEC, Euratom) No 1182/71, Article 3(4)
 */
export function workingDayFrom(day: string): string {
  const weekday = weekdayOf(day);
  return addDays(day, weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}

/**
 * So many business days of the United States later: neither Saturdays, Sundays nor federal holidays (5 U.S.C. 6103) count, nor does the day itself.
 *
 * @example
 * ```ts
 * addBusinessDays("2026-11-25", 1); // "2026-11-27": the day between is Thanksgiving
 * ```
 */
export function addBusinessDays(day: string, days: number): string {
  let at = day;
  for (let left = days; left > 0;) {
    at = addDays(at, 1);
    const weekday = weekdayOf(at);
    if (weekday !== 0 && weekday !== 6 && !isFederalHoliday(at)) left--;
  }
  return at;
}

/** Whether a day is a federal holiday of the United States, or the weekday on which one that falls on a weekend is observed. */
export function isFederalHoliday(day: string): boolean {
  const year = Number(day.slice(0, 4));
  // New Year's Day of the next year may be observed on the last day of this one.
  return [...holidays(year), observed(`${year + 1}-01-01`)].includes(day);
}

function holidays(year: number): string[] {
  const fixed = ["01-01", "06-19", "07-04", "11-11", "12-25"].map((date) => observed(`${year}-${date}`));
  const moving: [month: number, weekday: number, nth: number][] = [
    [1, 1, 3],
    [2, 1, 3],
    [9, 1, 1],
    [10, 1, 2],
    [11, 4, 4],
  ];
  const lastMondayOfMay = addDays(`${year}-05-31`, -((weekdayOf(`${year}-05-31`) + 6) % 7));
  return [...fixed, ...moving.map(([month, weekday, nth]) => nthWeekday(year, month, weekday, nth)), lastMondayOfMay];
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): string {
  const first = `${year}-${String(month).padStart(2, "0")}-01`;
  return addDays(first, ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1));
}

function observed(day: string): string {
  const weekday = weekdayOf(day);
  return addDays(day, weekday === 6 ? -1 : weekday === 0 ? 1 : 0);
}

/** 0 for Sunday. */
function weekdayOf(day: string): number {
  return new Date(Date.parse(day)).getUTCDay();
}

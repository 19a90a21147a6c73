/** When something may be said of an organisation by name that speaks against it (spec/signals.md, "Named findings"). */
import type { Finding } from "../signals-schema.ts";

/** One visit of a scan to one site, as it bears on one organisation. */
export interface RefusedVisit {
  record: number;
  /** The salted hash of the scan's record, by which reviews name it (spec/practice.md). */
  sha256: string;
  /** Instant. */
  at: string;
  /** From where; null where the tool does not say. */
  country: string | null;
  /** The banner was seen, and took the refusal: else the visit shows nothing of refusals. */
  refused: boolean;
  /** Requests that reached the organisation after the refusal, at domains that are its own or given beside its vendor id. */
  requests: number;
  /** SHA-256 of the screenshot that was kept; null where there is none. */
  screenshot: string | null;
}

/** What an editor published (type `review`), with the reply that the register keeps beside it. Only those that no later one replaces. */
export interface Review {
  /** SHA-256 of the publication. */
  publication: string;
  /** Scans, by the salted hashes of their records. */
  records: readonly string[];
  /** Screenshots that a person has looked at, and that show what the finding says. */
  screenshots: readonly string[];
  /** `YYYY-MM-DD` on which the organisation was told; null where it was not yet. */
  noticeGiven: string | null;
  reply: { on: string; words: string } | null;
  disputed: boolean;
}

const RUNS = 3;
const DAYS = 2;
const NOTICE = 14;
/** Visits that lie further before the last one say nothing of today. */
const WINDOW = 180;

/**
 * The finding that requests reached an organisation after a refusal, or what it lacks. All visits of half a year in which the refusal took are
 * counted, those too that met nothing; where the last one met nothing there is no finding any more. `missing` is for editors: it is not
 * shown beside a name.
 *
 * @param it.today `YYYY-MM-DD`.
 * @see spec/signals.md
 * @example
 * ```ts
 * adverseSignal({ organisation: "Acme", site: "shop.example", visits, reviews, today: "2026-11-23" }).finding; // null, unless all of it is there
 * ```
 */
export function adverseSignal(it: { organisation: string; site: string; visits: readonly RefusedVisit[]; reviews: readonly Review[]; today: string }): {
  finding: Finding | null;
  missing: string[];
} {
  const refused = it.visits.filter((visit) => visit.refused).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const last = refused.at(-1);
  const tried = refused.filter(({ at }) => daysBetween(at, last!.at) <= WINDOW);
  const met = tried.filter(({ requests }) => requests > 0);
  const days = [...new Set(met.map(({ at }) => at.slice(0, 10)))];
  const hashes = new Set(met.map(({ sha256 }) => sha256));
  const reviews = it.reviews.filter(({ records }) => records.some((hash) => hashes.has(hash)));
  const checked = new Set(reviews.flatMap(({ screenshots }) => screenshots));
  const noticeGiven = reviews.flatMap((review) => review.noticeGiven ?? []).sort()[0];

  const missing: string[] = [];
  if (met.length < RUNS) missing.push(`It was met in ${met.length} visits after a refusal; at least ${RUNS} are needed.`);
  if (days.length < DAYS) missing.push(`The visits lie on ${days.length} days; at least ${DAYS} are needed.`);
  if (last !== undefined && last.requests === 0) missing.push("The last visit did not meet it.");
  if (!met.some(({ screenshot }) => screenshot !== null && checked.has(screenshot))) missing.push("No person has checked a screenshot.");
  if (noticeGiven === undefined) missing.push("The organisation has not been told.");
  else if (daysBetween(noticeGiven, it.today) < NOTICE || noticeGiven > it.today)
    missing.push(`The organisation was told on ${noticeGiven}; ${NOTICE} days must pass.`);
  if (missing.length > 0) return { finding: null, missing };

  const countries = [...new Set(tried.map(({ country }) => country))];
  const from = countries.includes(null) ? "country not stated" : `from ${countries.join(", ")}`;
  const replies = reviews.flatMap(({ reply }) => reply ?? []).sort((a, b) => (a.on < b.on ? 1 : -1));
  return {
    finding: {
      site: it.site,
      words: `In ${met.length} of ${tried.length} visits to ${it.site} (${[...new Set(tried.map(({ at }) => at.slice(0, 10)))].join(", ")}; ${from}), requests reached ${it.organisation} after Reject.`,
      records: tried.map(({ record }) => record),
      reviews: reviews.map(({ publication }) => publication),
      noticeGiven: noticeGiven!,
      reply: replies[0] ?? null,
      disputed: reviews.some(({ disputed }) => disputed),
    },
    missing,
  };
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000;
}

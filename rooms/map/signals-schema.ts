/**
 * Signals of awareness of data sovereignty in what organisations publish and in what was seen of them (spec/signals.md). The method is
 * data: a publication that a later one can replace. An answer is a reading of named facts, never a judgement of an organisation.
 */

export const indicatorIds = ["choice", "minimise", "restraint", "retention", "storage", "exit", "channel", "exposure", "notice"] as const;
export type IndicatorId = (typeof indicatorIds)[number];

/** Days up to which a value has the score beside it, rising; what is above the last has 0. */
export type Steps = readonly (readonly [upTo: number, score: number])[];

export interface Method {
  "@context": "urn:freehold:method:signals:1";
  /** Its name, 1 to 40 characters. Two methods never share one. */
  version: string;
  /** Weights of the indicators; only their ratios count. With 0 an answer is shown and not counted. */
  weights: Readonly<Record<IndicatorId, number>>;
  retentionDays: Steps;
  storageDays: Steps;
  /** Taken from the score of storage where its life begins anew with each use. */
  refreshed: number;
  /** Of `minimise`: how many categories a vendor can declare. */
  dataCategories: number;
  exit: Readonly<Record<"easy" | "medium" | "limited" | "hard" | "impossible", number>>;
  /** Of `channel`: a request that must name more than so many things about a person names many. */
  requiredFields: number;
  /** Of `exposure`: the categories of third parties that count, in the source's words. A consent banner or a host is none. */
  trackers: readonly string[];
  /** Changes of a notice that are dated and kept by others: how many years back they count. */
  noticeYears: number;
  /** Least share of the weight of the indicators that apply for which there is an answer. */
  coverage: number;
  /** Lower bounds of the bands above the first, rising. */
  bands: readonly number[];
  /** Random weightings over which the interval is taken, and the share left out at either end. */
  weightings: number;
  tail: number;
  /** A contradiction caps at this band (0 is the first), where both facts lie within so many days of each other. */
  contradiction: { band: number; days: number };
}

export interface IndicatorAnswer {
  id: IndicatorId;
  /** 0 to 100; null where no source answers. */
  score: number | null;
  /** Whether some source speaks of such things for organisations of this kind: only these count for coverage. */
  applies: boolean;
  /** What was found, as a sentence with its figures; or why there is no answer. */
  words: string;
  /** Of the method: with 0 it is shown and not counted. */
  weight: number;
  /** The records that it rests on. */
  records: number[];
  /** The site whose counts it rests on: their record is on the site's page. */
  site?: string;
  /** Not stated by a source, but concluded. */
  inferred?: true;
}

export interface Contradiction {
  /** `Its declaration of 2026-01-22 says that it sets no cookies; on 2026-02-03 a cookie of its own domain was seen on shop.example.` */
  words: string;
  declared: number;
  observed: number;
  days: number;
}

/** Where an organisation lies, in bands from 0. `low` and `high`: between them it lies under the other weightings. */
export interface Band {
  at: number;
  low: number;
  high: number;
  /** Mean of the answers, 0 to 100. */
  score: number;
  /** The method's lower bounds of the bands above the first: how many bands there are, and what they mean. */
  bounds: readonly number[];
  /** A contradiction keeps it from a higher band. */
  capped: boolean;
}

export interface Signals {
  /** The version of the method. */
  method: string;
  /** All nine, in the order of {@link indicatorIds}. */
  answers: IndicatorAnswer[];
  /** Share of the applicable weight that is answered, 0 to 1. */
  coverage: number;
  /** Null below the method's coverage, and where fewer than two answers count. */
  band: Band | null;
  contradictions: Contradiction[];
}

/** A named finding that passed the rule of findings.ts: what may be said of an organisation by name. */
export interface Finding {
  site: string;
  /** `In 3 of 3 visits to shop.example (2026-11-12, …; from DE), requests reached Acme after Reject.` */
  words: string;
  /** Scans, by record. */
  records: number[];
  /** The reviews, by the hash of their publication. */
  reviews: string[];
  /** `YYYY-MM-DD`: when the organisation was told. */
  noticeGiven: string;
  /** What it answered; null where it had not by then. */
  reply: { on: string; words: string } | null;
  /** The organisation contests it. */
  disputed: boolean;
}

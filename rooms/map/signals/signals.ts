/** Reads the signals of an organisation from its card, by a method (spec/signals.md). Pure: the same card, method and context give the same answer. */
import type { CompanyCard } from "../card-schema.ts";
import { contradictionsOf } from "./contradictions.ts";
import { answersOf } from "./indicators.ts";
import type { Band, IndicatorAnswer, Method, Signals } from "../signals-schema.ts";
import { placeOf, weightingsOf } from "./weightings.ts";

/** What the card does not hold. */
export interface SignalContext {
  method: Method;
  /** The random weightings of the method, made once: by indicator, its weight in each. */
  weightings: readonly Float64Array[];
  /** Of a site that was counted (exposure.ts): its mean number of trackers a page, the share of counted sites that have more, and the record. */
  exposure: (site: string) => { mean: number; shareAbove: number; record: number } | undefined;
  /** Dated changes of its notice that others keep, within the method's years (notices.ts). */
  noticeChanges: (card: CompanyCard) => { count: number; last: string; records: number[] } | undefined;
}

/**
 * A context; what is left out is known of nobody.
 *
 * @example
 * ```ts
 * const context = signalContext(firstMethod, { exposure: exposuresOf(sites, firstMethod.trackers) });
 * ```
 */
export function signalContext(method: Method, known: Partial<Pick<SignalContext, "exposure" | "noticeChanges">> = {}): SignalContext {
  return { method, weightings: weightingsOf(method), exposure: () => undefined, noticeChanges: () => undefined, ...known };
}

/**
 * The signals of one organisation.
 *
 * @example
 * ```ts
 * signalsOf(card, signalContext(firstMethod)).answers[0]?.score; // choice: 100 where every purpose rests on consent
 * ```
 */
export function signalsOf(card: CompanyCard, context: SignalContext): Signals {
  const { method } = context;
  const answers = answersOf(card, context);
  const applicable = answers.filter(({ applies, weight }) => applies && weight > 0);
  const counted = applicable.filter(({ score }) => score !== null);
  const coverage = applicable.length === 0 ? 0 : weightOf(counted) / weightOf(applicable);
  const contradictions = contradictionsOf(card, method);
  // A band needs more than one answer: one fact is no pattern.
  const band = coverage < method.coverage || counted.length < 2 ? null : bandOf(counted, contradictions.length > 0, context);
  return { method: method.version, answers, coverage, band, contradictions };
}

function weightOf(answers: readonly IndicatorAnswer[]): number {
  return answers.reduce((sum, { weight }) => sum + weight, 0);
}

function bandOf(answers: readonly IndicatorAnswer[], contradicted: boolean, context: SignalContext): Band {
  const { method } = context;
  const score = answers.reduce((sum, one) => sum + one.weight * one.score!, 0) / weightOf(answers);
  const cap = (band: number) => (contradicted ? Math.min(band, method.contradiction.band) : band);
  const at = method.bands.filter((bound) => score >= bound).length;
  const [low, high] = interval(answers, context);
  // The method's own weights are one of the weightings: its band lies within the interval.
  return { at: cap(at), low: cap(Math.min(low, at)), high: cap(Math.max(high, at)), score, bounds: method.bands, capped: cap(at) < at };
}

/** The bands between which the means lie, the tails left out. Millions of sums for a whole map: plain loops over numbers, and no sorting. */
function interval(answers: readonly IndicatorAnswer[], { method: { bands, tail }, weightings }: SignalContext): [low: number, high: number] {
  const weights = answers.map(({ id }) => weightings[placeOf[id]]!);
  const values = Float64Array.from(answers, ({ score }) => score!);
  const bounds = Float64Array.from(bands);
  const found = new Uint32Array(bounds.length + 1);
  const draws = weights[0]!.length;
  const sums = new Float64Array(draws);
  const totals = new Float64Array(draws);
  for (const [i, column] of weights.entries()) {
    const value = values[i]!;
    for (let draw = 0; draw < draws; draw++) {
      sums[draw]! += column[draw]! * value;
      totals[draw]! += column[draw]!;
    }
  }
  for (let draw = 0; draw < draws; draw++) {
    let band = 0;
    while (band < bounds.length && sums[draw]! >= bounds[band]! * totals[draw]!) band++;
    found[band]!++;
  }
  const left = Math.floor(tail * draws);
  let [below, low] = [found[0]!, 0];
  while (below <= left) below += found[++low]!;
  let [above, high] = [found[bounds.length]!, bounds.length];
  while (above <= left) above += found[--high]!;
  return [low, high];
}

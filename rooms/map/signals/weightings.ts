/** Random weightings of the indicators, the same for everybody. */
import { indicatorIds } from "../signals-schema.ts";
import type { IndicatorId, Method } from "../signals-schema.ts";

/** The place of an indicator in a weighting. */
export const placeOf = Object.fromEntries(indicatorIds.map((id, i) => [id, i])) as Record<IndicatorId, number>;

/**
 * The weightings over which a band's interval is taken: drawn evenly from all of them, times the method's own weights. Even draws are the
 * gaps between sorted numbers from 0 to 1: they need no logarithm, which engines round differently.
 *
 * @returns by indicator: its weight in each weighting.
 * @example
 * ```ts
 * weightingsOf(firstMethod)[placeOf.exit]!.length; // 500
 * ```
 */
export function weightingsOf(method: Method): Float64Array[] {
  const random = generator(0x5eed);
  const weights = indicatorIds.map(() => new Float64Array(method.weightings));
  for (let draw = 0; draw < method.weightings; draw++) {
    const cuts = Float64Array.from({ length: indicatorIds.length - 1 }, random).sort();
    for (const [i, id] of indicatorIds.entries()) weights[i]![draw] = ((cuts[i] ?? 1) - (cuts[i - 1] ?? 0)) * method.weights[id];
  }
  return weights;
}

/** xorshift32 (G. Marsaglia, Xorshift RNGs, 2003): no security rests on it, everybody must draw the same. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** How many trackers sites carry, as a place among all counted sites. */

/** A site that a source counted: the mean numbers of its categories on a page, and the record. */
export interface CountedSite {
  site: string;
  categories: readonly { name: string; mean: number }[];
  record: number;
}

/**
 * A look-up by site: its mean number of trackers a page, and the share of counted sites that have more. Of a site counted twice the later
 * record counts.
 *
 * @param trackers the categories that count (`trackers` of the method).
 * @example
 * ```ts
 * exposuresOf(sites, firstMethod.trackers)("example.org"); // { mean: 9, shareAbove: 0.49, record: 812 }
 * ```
 */
export function exposuresOf(
  sites: Iterable<CountedSite>,
  trackers: readonly string[],
): (site: string) => { mean: number; shareAbove: number; record: number } | undefined {
  const counts = new Set(trackers);
  const known = new Map<string, { mean: number; record: number }>();
  for (const { site, categories, record } of sites) {
    if ((known.get(site)?.record ?? -1) > record) continue;
    known.set(site, { mean: categories.reduce((sum, { name, mean }) => sum + (counts.has(name) ? mean : 0), 0), record });
  }
  const means = Float64Array.from([...known.values()].map(({ mean }) => mean)).sort();
  return (site) => {
    const found = known.get(site);
    return found && { ...found, shareAbove: (means.length - upTo(means, found.mean)) / means.length };
  };
}

/** How many are at most `limit`. */
function upTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

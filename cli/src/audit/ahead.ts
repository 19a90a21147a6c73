/** Work that is begun before its result is needed. */

/**
 * The items with the results of their work, in order; the work of up to `width` items is under way at once. What the
 * work of an item throws is thrown when its turn comes.
 *
 * @example
 * ```ts
 * for await (const [url, text] of ahead(urls, 16, fetchText)) console.log(url, text.length);
 * ```
 */
export async function* ahead<T, R>(items: Iterable<T>, width: number, work: (item: T) => Promise<R>): AsyncGenerator<[T, R]> {
  const under: [T, Promise<R>][] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => {}); // thrown below, when it is awaited
    under.push([item, result]);
    if (under.length < width) continue;
    const [first, done] = under.shift()!;
    yield [first, await done];
  }
  for (const [item, result] of under) yield [item, await result];
}

export interface Crew {
  /** Begins a work; resolves when there is room for the next. */
  begin(work: () => Promise<void>): Promise<void>;
  /** Resolves when all is done. */
  done(): Promise<void>;
}

/** Works of which at most `width` are under way at once, in any order. The first error is thrown by what is called next. */
export function createCrew(width: number): Crew {
  const under = new Set<Promise<void>>();
  let failed: { error: unknown } | undefined;
  const checked = () => {
    if (failed !== undefined) throw failed.error;
  };
  return {
    async begin(work) {
      checked();
      const begun: Promise<void> = work().then(
        () => void under.delete(begun),
        (error: unknown) => {
          failed ??= { error };
          under.delete(begun);
        },
      );
      under.add(begun);
      if (under.size >= width) await Promise.race(under);
    },
    async done() {
      await Promise.all(under);
      checked();
    },
  };
}

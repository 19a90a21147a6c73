/** Bringing entries into the log: one request each, so that nothing but time joins them; and waiting until they are seen there. */
import { fromHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { mayUse, seeLog } from "./book.ts";
import { Refused, ask, expectStatus, sleep } from "./http.ts";
import type { Fetch } from "./http.ts";
import { readLog } from "./log-reader.ts";
import type { LogState, Reading } from "./log-reader.ts";
import type { Book, Item } from "./schema.ts";

export interface Submitting extends Omit<Reading, "state" | "book" | "progress"> {
  book: Book;
  log: LogState;
  /** Seconds since 1970. */
  now: () => number;
  /** Called whenever entries were seen published: the page stores the book. */
  keep?: (book: Book, log: LogState) => Promise<void> | void;
  progress?: (published: number, of: number) => void;
  /** Requests at one time. */
  concurrency?: number;
  /** Seconds over which the submissions are scattered at random, so that they do not stand together in the log. */
  spread?: number;
  /** Milliseconds between looks at the checkpoint. */
  poll?: number;
}

/** Attempts for each entry. The same entry again is the same entry (spec/register.md). */
const ATTEMPTS = 6;
/** Milliseconds without a publication after which the register is said to be silent. */
const PATIENCE = 120_000;

/**
 * Submits all items of the book that are not in the log, by the rule of counters (spec/lock.md): the first of an installation alone, and none more
 * than 64 above what has been seen. An item counts as published when it was found in a tree whose root was recomputed, under a checkpoint that
 * satisfies the policy: an answer of the register alone is not believed.
 *
 * @throws what {@link readLog} and the register's refusals do; `unavailable` where the register does not answer, or does not publish for two
 *   minutes. What was published until then was given to `keep`; calling again goes on.
 * @example
 * ```ts
 * const done = await submit({ book: signed.book, log, seed, url, policy, fetch, now: () => Date.now() / 1000, keep: store });
 * ```
 */
export async function submit(input: Submitting): Promise<{ book: Book; log: LogState }> {
  const { seed, search, now, keep, progress, concurrency = 6, spread = 0, poll = 200, url, policy, fetch, signal } = input;
  let { book, log } = input;
  const waiting = book.items.filter(({ index }) => index === undefined).map(({ id }) => id);
  const sent = new Set<string>();
  let idleSince = performance.now();
  for (let left = waiting; left.length > 0; left = waiting.filter((id) => indexOf(book, id) === undefined)) {
    const next = book.items.filter((item) => left.includes(item.id) && !sent.has(item.id) && isUsable(book, item));
    if (next.length === 0 && !left.some((id) => sent.has(id)))
      throw new FreeholdError(
        "counter_gap",
        "A record that these follow was never published: they cannot be found again from the recovery words, and are not submitted.",
      );
    await sendAll(next, { url, fetch, signal, concurrency, spread: (spread * next.length) / waiting.length });
    for (const { id } of next) sent.add(id);
    if (next.length === 0) await sleep(poll, signal);
    log = await readLog({ state: log, book, seed, search, url, policy, fetch, signal });
    const seen = seeLog(book, log, now());
    const published = count(seen, waiting);
    if (published > count(book, waiting)) {
      await keep?.(seen, log);
      progress?.(published, waiting.length);
      idleSince = performance.now();
    } else if (performance.now() - idleSince > PATIENCE + 1000 * spread) {
      throw new FreeholdError("unavailable", "The register has taken your entries and does not publish them. They are kept here; try again later.");
    }
    book = seen;
  }
  return { book, log };
}

/** Records of this installation keep the rule of counters; those of another one were let in by it, and may be sent again. */
function isUsable(book: Book, { path }: Item): boolean {
  return mayUse({ device: path.device, items: book.items }, path.counter);
}

async function sendAll(
  items: readonly Item[],
  how: { url: string; fetch: Fetch; signal: AbortSignal | undefined; concurrency: number; spread: number },
): Promise<void> {
  const times = items.map(() => (how.spread === 0 ? 0 : Math.random() * how.spread * 1000)).sort((a, b) => a - b);
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      const wait = times[at]! - (performance.now() - start);
      if (wait > 0) await sleep(wait, how.signal);
      await postEntry(fromHex(items[at]!.entry), how);
    }
  };
  await Promise.all(Array.from({ length: Math.min(how.concurrency, items.length) }, worker));
}

/**
 * Gives one entry to a register, and again where it is busy or silent. What it answers is a promise: look for the entry in the log.
 *
 * @throws the register's refusal; `unavailable` after six attempts.
 */
export async function postEntry(entry: Uint8Array, { url, fetch, signal }: { url: string; fetch: Fetch; signal?: AbortSignal | undefined }): Promise<void> {
  const at = `${url}/v1/entries?wait=sequenced`;
  for (let attempt = 1; ; attempt++) {
    try {
      const headers = { "content-type": "application/octet-stream" };
      expectStatus(await ask(fetch, at, { method: "POST", headers, body: entry, max: 65_536, signal }), [200, 201], at);
      return;
    } catch (error) {
      const passing = error instanceof FreeholdError && (error.code === "unavailable" || error.code === "rate_limited");
      if (!passing || attempt === ATTEMPTS) throw error;
      const seconds = error instanceof Refused && error.retryAfter !== undefined ? Math.min(error.retryAfter, 60) : 0.1 * 2 ** attempt;
      await sleep(1000 * seconds, signal);
    }
  }
}

function indexOf(book: Book, id: string): number | undefined {
  // What was erased meanwhile is not waited for.
  const item = book.items.find((one) => one.id === id);
  return item === undefined ? -1 : item.index;
}

function count(book: Book, ids: readonly string[]): number {
  return ids.filter((id) => indexOf(book, id) !== undefined).length;
}

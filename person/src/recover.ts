/** Finding all of hers again with nothing but the seed: a fresh profile, all devices lost (spec/lock.md, "Seed and derivations"). */
import { readBackup } from "./backup.ts";
import { openBook, seeLog } from "./book.ts";
import { readLog, unreadLog } from "./log-reader.ts";
import type { LogState } from "./log-reader.ts";
import type { Book, RegisterInfo } from "./schema.ts";
import type { Source } from "./tiles.ts";
import { indexDevices } from "./watch.ts";

export interface Recovered {
  /** Of a new installation, with everything that was found: contents from the backup, and `foreign` for what has none. */
  book: Book;
  log: LogState;
}

/**
 * Recovers a person's records: her entries from the log, by trying all 2^20 installations that the seed can have, and their contents from the
 * copies at the register, where there are any. Takes some ten seconds, and says how far it is: the share done, 0 to 1.
 *
 * @throws what `readLog` and `readBackup` throw; `seed_malformed`.
 * @example
 * ```ts
 * const { book, log } = await recover({ seed: readKit(words), register, policy, fetch, url: register.url, now: Date.now() / 1000 });
 * ```
 */
export async function recover(
  input: Source & { seed: Uint8Array; register: RegisterInfo; now: number; progress?: (share: number) => void },
): Promise<Recovered> {
  const { seed, register, now, progress, ...source } = input;
  const { origin } = register;
  const search = await indexDevices(seed, origin, progress && ((share) => progress(0.9 * share)));
  const copied = await readBackup({ book: openBook(register), seed, url: source.url, fetch: source.fetch, signal: source.signal });
  const reading = progress && ((read: number, size: number) => progress(0.9 + (0.1 * read) / size));
  const log = await readLog({ state: unreadLog(origin), book: copied, seed, search, progress: reading, ...source });
  return { book: seeLog(copied, log, now), log };
}

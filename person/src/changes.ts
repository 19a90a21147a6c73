/** What an organisation declares otherwise than when she decided about it. Pure. */
import type { Book, Item, SeenDeclaration } from "./schema.ts";

/** Lines of the declaration that are new, and lines that are gone. */
export interface DeclarationChange {
  since: string;
  added: string[];
  gone: string[];
  /** The records that the card rests on are others, though it says the same. */
  restsOnOthers: boolean;
}

/**
 * The difference between what she saw and what is declared now; null where nothing changed.
 *
 * @example
 * ```ts
 * const change = changeSince(item.seen, card.summary);
 * ```
 */
export function changeSince(seen: SeenDeclaration, current: Pick<SeenDeclaration, "summary" | "records">): DeclarationChange | null {
  const added = current.summary.filter((line) => !seen.summary.includes(line));
  const gone = seen.summary.filter((line) => !current.summary.includes(line));
  const restsOnOthers = [...seen.records].sort().join() !== [...current.records].sort().join();
  return added.length === 0 && gone.length === 0 && !restsOnOthers ? null : { since: seen.at, added, gone, restsOnOthers };
}

/** Which of her live decisions are about something that has changed since. `current` gives what an organisation declares now; undefined where it is not known: then nothing is said. */
export function changedDecisions(
  book: Pick<Book, "items">,
  current: (organisation: string) => Pick<SeenDeclaration, "summary" | "records"> | undefined,
): { item: Item; change: DeclarationChange }[] {
  return book.items.flatMap((item) => {
    const now = item.seen === undefined || item.withdrawn !== undefined ? undefined : current(item.seen.organisation);
    const change = now === undefined ? null : changeSince(item.seen!, now);
    return change === null ? [] : [{ item, change }];
  });
}

/** What ends a decision of the book on this computer: the secret of its lock, derived from her key. */
import { changeItem } from "@freehold/person/book";
import { secretOf } from "@freehold/person/receipts";
import type { Item } from "@freehold/person/schema";
import { formatInstant } from "@freehold/protocol/shape";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { orFailure } from "./person-failure.ts";
import { bookFileOf, openStore, readKept } from "./person-store.ts";
import { itemOf, nowInSeconds, requireBook, requireKept, seedOf } from "./sitting.ts";

export interface OwnSecret {
  secret: Uint8Array;
  /** Address of the register that has the record. */
  register: string;
  /** The policy that is kept with the book. */
  trust: { file: string; policy: TrustPolicy };
  /** Notes in the book that it has ended. */
  mark(by: "register" | "chain"): void;
}

/** Opens the secret of an item. Throws {@link Failure}: 66 where there is no key or no book, 65 for no such item. */
export function openOwnSecret(word: string, option: string | undefined): Promise<OwnSecret> {
  return orFailure(async () => {
    const file = bookFileOf(option);
    const kept = requireKept(readKept(file), file);
    const book = requireBook(kept, file);
    const item = itemOf(book, word);
    const secret = secretOf(item, await seedOf(kept));
    return {
      secret,
      register: book.register.url,
      trust: { file, policy: parseTrustPolicy(book.register.policy) },
      mark(by) {
        const store = openStore(file);
        try {
          const now = requireKept(store.kept, file);
          const at = formatInstant(Math.floor(nowInSeconds()));
          const ended = (one: Item): Item => ({
            ...one,
            withdrawn: { at: one.withdrawn?.at ?? at, by: [...new Set([...(one.withdrawn?.by ?? []), by])].sort() },
          });
          store.write({ ...now, book: changeItem(requireBook(now, file), item.id, ended) });
        } finally {
          store.close();
        }
      },
    };
  });
}

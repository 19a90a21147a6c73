/** What a letter is made from: her decisions towards one organisation, and what the map knows of it. Pure. */
import { actsFor } from "@freehold/person/acts";
import type { Offered, OfferedAct } from "@freehold/person/acts";
import { dayOf } from "@freehold/person/calendar";
import { deadlineOf } from "@freehold/person/deadlines";
import type { Book, Item } from "@freehold/person/schema";
import type { PastLetter } from "@freehold/person/letters/limits";
import { classOf, decodeRecord } from "@freehold/protocol/record";
import type { Act, Party } from "@freehold/protocol/record";
import type { ShardOrganisation } from "../schema.ts";
import type { Home } from "./keep.ts";
import { usesOf } from "./sitting/choices.ts";

/** Her decisions towards one controller that a letter can carry: one letter for all of them. */
export interface LetterCase {
  controller: Party;
  items: Item[];
}

/** One case for each controller, in the order of her newest decision. Grants need no letter. */
export function casesOf(book: Pick<Book, "items">): LetterCase[] {
  const cases = new Map<string, LetterCase>();
  for (const item of book.items.toReversed()) {
    const { act, controller } = decodeRecord(item.jws).record;
    if (classOf(act) === "grant" || item.withdrawn !== undefined || item.index === undefined) continue;
    const there = cases.get(controller.id) ?? { controller, items: [] };
    there.items.push(item);
    cases.set(controller.id, there);
  }
  return [...cases.values()];
}

export function actOf(item: Item): Act {
  return decodeRecord(item.jws).record.act;
}

/**
 * The acts of the letter, as her law words them: those that she signed and no others. The processes are those of the record.
 *
 * @example
 * ```ts
 * const { regime, acts } = actsOfCase(letterCase, organisation, home);
 * ```
 */
export function actsOfCase({ items }: LetterCase, organisation: ShardOrganisation | undefined, home: Home): Offered {
  const country = organisation?.country ?? null;
  const situation = { residence: home, ...(country !== null && /^[A-Z]{2}$/.test(country) && { controllerCountry: country }) };
  const uses = organisation === undefined ? [] : usesOf({ organisation });
  const offered = actsFor(uses, situation);
  // Where the declaration has changed since, the wording for an unstated ground is there for every act.
  const all = [...offered.acts, ...actsFor([], situation).acts];
  const acts = items.flatMap((item): OfferedAct[] => {
    const { act, processes } = decodeRecord(item.jws).record;
    const like = all.find(({ term }) => term === act);
    if (like === undefined) return [];
    const { processes: _, ...rest } = like;
    return [{ ...rest, ...(processes !== undefined && { processes }) }];
  });
  return { ...offered, acts };
}

/** Her letters so far, as the limits need them. */
export function pastLetters(book: Pick<Book, "items">, home: Home): PastLetter[] {
  return casesOf(book).flatMap((one) => {
    const sent = one.items.find(({ letter }) => letter?.sent !== undefined);
    if (sent?.letter?.sent === undefined) return [];
    const { regime, acts } = actsOfCase(one, undefined, home);
    const received = sent.letter.received?.at;
    const due = received === undefined ? null : deadlineOf({ act: actOf(sent), regime, residence: home }, received).answer;
    return [
      {
        controller: one.controller.id,
        acts: acts.map(({ id }) => id),
        sent: dayOf(sent.letter.sent),
        ...(sent.letter.answered && { answered: sent.letter.answered }),
        ...(due !== null && { due }),
      },
    ];
  });
}

/** What a letter is made from: her decisions towards one organisation, and what the map knows of it. Pure. */
import { actsFor } from "@freehold/person/acts";
import type { Offered, OfferedAct } from "@freehold/person/acts";
import { dayOf } from "@freehold/person/calendar";
import { deadlineOf } from "@freehold/person/deadlines";
import { recordIn } from "@freehold/person/item";
import type { PastLetter } from "@freehold/person/letters/limits";
import type { Residence } from "@freehold/person/regime";
import type { Book, Item } from "@freehold/person/schema";
import { classOf } from "@freehold/protocol/record";
import { usesOf } from "./organisations.ts";
import type { Organisation } from "./organisations.ts";

/** Her decisions towards the controller of an item that one letter carries: all that are in the log and have not ended. Grants need no letter. */
export function itemsTogether(book: Pick<Book, "items">, item: Item): Item[] {
  const { controller } = recordIn(item);
  return book.items.filter((one) => recordIn(one).controller.id === controller.id && isCarried(one));
}

/** The acts of a letter as her law words them: those that she signed and no others, with the processes of the records. */
export function actsOf(items: readonly Item[], organisation: Organisation | undefined, residence: Residence): Offered {
  const country = organisation?.country ?? null;
  const situation = { residence, ...(country !== null && { controllerCountry: country }) };
  const offered = actsFor(organisation === undefined ? [] : usesOf(organisation), situation);
  // Where the declaration has changed since, the wording for an unstated ground is there for every act.
  const all = [...offered.acts, ...actsFor([], situation).acts];
  const acts = items.flatMap((item): OfferedAct[] => {
    const { act, processes } = recordIn(item);
    const like = all.find(({ term }) => term === act);
    if (like === undefined) return [];
    const { processes: _, ...rest } = like;
    return [{ ...rest, ...(processes !== undefined && { processes }) }];
  });
  return { ...offered, acts };
}

/** Her letters so far, one for each controller, as the limits need them. */
export function pastLetters(book: Pick<Book, "items">, residence: Residence): PastLetter[] {
  const sent = new Map(book.items.filter(({ letter }) => letter?.sent !== undefined).map((item) => [recordIn(item).controller.id, item]));
  return [...sent].map(([controller, item]) => {
    const { regime, acts } = actsOf(itemsTogether(book, item), undefined, residence);
    const { letter } = item;
    const received = letter?.received?.at;
    const due = received === undefined ? null : deadlineOf({ act: recordIn(item).act, regime, residence }, received).answer;
    return {
      controller,
      acts: acts.map(({ id }) => id),
      sent: dayOf(letter!.sent!),
      ...(letter?.answered && { answered: letter.answered }),
      ...(due !== null && { due }),
    };
  });
}

function isCarried(item: Item): boolean {
  return item.index !== undefined && item.withdrawn === undefined && classOf(recordIn(item).act) !== "grant";
}

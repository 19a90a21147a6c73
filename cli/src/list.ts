/** The command `freehold list`: her decisions and what became of them, from the book on this computer or from an exported file. */
import { parseBook } from "@freehold/person/book-file";
import { decisionRows } from "@freehold/person/rows";
import type { Book, DecisionRow } from "@freehold/person/schema";
import { EXIT } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { readText } from "./input.ts";
import { json, row } from "./output.ts";
import type { Page } from "./output.ts";
import { orFailure } from "./person-failure.ts";
import { bookFileOf, readKept } from "./person-store.ts";
import { nowInSeconds, requireBook, requireKept, shortId, withSitting } from "./sitting.ts";
import type { PersonOptions } from "./sitting.ts";
import { actWords, partyWords, termWords } from "./summary.ts";

export interface ListOptions extends PersonOptions {
  refresh?: boolean;
}

/** The longest exported file, in bytes. */
const MAX_FILE = 134_217_728;

/** Lists decisions, newest first. Nothing is asked of anybody without `refresh`. Throws {@link Failure}: 66 where there is no book, 65 for a file that is none. */
export function list(file: string | undefined, options: ListOptions, page: Page): Promise<Outcome> {
  return orFailure(async () => {
    const book = await bookOf(file, options);
    const rows = decisionRows(book, nowInSeconds());
    if (options.json) return { exit: EXIT.ok, stdout: json({ register: book.register.origin, decisions: rows.map(documentOf) }), stderr: "" };
    return { exit: EXIT.ok, stdout: rows.length === 0 ? "No decisions yet.\n" : rows.map((one) => textOf(one, page)).join("\n"), stderr: "" };
  });
}

async function bookOf(file: string | undefined, options: ListOptions): Promise<Book> {
  if (file !== undefined) return parseBook(await readText(file, { what: "an exported book", max: MAX_FILE }));
  if (options.refresh === true) return withSitting(options, async ({ book }) => book);
  const kept = bookFileOf(options.book);
  return requireBook(requireKept(readKept(kept), kept), kept);
}

function documentOf({ item, ...rest }: DecisionRow): object {
  return {
    item: item.id,
    entry: item.index ?? null,
    ...rest,
    ...(item.letter && { letter: item.letter }),
    ...(item.withdrawn && { withdrawn: item.withdrawn }),
  };
}

function textOf({ item, controller, act, processes, state, since, until, acknowledged, due }: DecisionRow, page: Page): string {
  const purposes = processes === null ? "everything" : processes.map(({ purposes: named }) => termWords(named)).join("; ");
  const facts = [
    `for: ${purposes}`,
    `since ${since.slice(0, 10)}${until === null ? "" : `, until ${until.slice(0, 10)}`}`,
    `acknowledged: ${acknowledged}`,
    ...due.map(({ on, what, overdue }) => `${overdue ? "overdue" : "due"}: ${what}, ${on}`),
  ];
  return [row("", shortId(item), `${state}: ${actWords(act, partyWords(controller))}`, page), ...facts.map((fact) => row("", "", fact, page))].join("");
}

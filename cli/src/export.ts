/** The commands `freehold export` and `freehold import`: all decisions as one file, in the form that browsers write and read too. */
import { existsSync } from "node:fs";
import { asNewInstallation } from "@freehold/person/book";
import { checkOwn, formatBook, parseBook } from "@freehold/person/book-file";
import { mergeBooks } from "@freehold/person/merge";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { readText } from "./input.ts";
import { json, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { orFailure } from "./person-failure.ts";
import { bookFileOf, openStore, readKept, replace } from "./person-store.ts";
import { requireBook, requireKept, seedOf } from "./sitting.ts";
import type { PersonOptions } from "./sitting.ts";

const MAX_FILE = 134_217_728;

/** Writes the book to a file, `-` for stdout. The key is not in it. Throws {@link Failure}: 66 where there is no book, 2 where the file is there. */
export function exportBook(file: string, options: PersonOptions & { force?: boolean }, page: Page): Promise<Outcome> {
  return orFailure(async () => {
    const from = bookFileOf(options.book);
    const book = requireBook(requireKept(readKept(from), from), from);
    const text = `${formatBook(book)}\n`;
    if (file === "-") return { exit: EXIT.ok, stdout: text, stderr: "" };
    if (options.force !== true && existsSync(file))
      throw new Failure(EXIT.usage, "argument_invalid", `There is a file ${file} already. Name another, or say --force.`);
    replace(file, text);
    const count = book.items.length;
    if (options.json) return { exit: EXIT.ok, stdout: json({ file, decisions: count }), stderr: "" };
    const meaning = `${count} ${count === 1 ? "decision" : "decisions"} in ${file}. Whoever has the file reads them; it has neither your key nor a withdrawal code in it: those come from the words (\`freehold key words\`).`;
    return { exit: EXIT.ok, stdout: `${wrap(meaning, page)}\n`, stderr: "" };
  });
}

/** Takes an exported file in. Throws {@link Failure}: 66 where there is no key or no file, 65 where it is none, or of another key or register. */
export function importBook(file: string, options: PersonOptions, page: Page): Promise<Outcome> {
  return orFailure(async () => {
    const store = openStore(bookFileOf(options.book));
    try {
      const kept = requireKept(store.kept, store.file);
      const other = parseBook(await readText(file, { what: "an exported book", max: MAX_FILE }));
      if (file === "-" && "wrap" in kept.key && !process.env["FREEHOLD_PASSPHRASE"])
        throw new Failure(EXIT.usage, "argument_invalid", "Standard input has the book, so the passphrase must be in FREEHOLD_PASSPHRASE.");
      const seed = await seedOf(kept);
      const register = kept.book?.register ?? other.register;
      if (other.register.origin !== register.origin)
        throw new Failure(EXIT.badData, "book_mismatch", `${file} is of the register ${other.register.origin}, and this book of ${register.origin}.`);
      for (const item of other.items) checkOwn(seed, register, item);
      const book = kept.book === undefined ? asNewInstallation(other) : mergeBooks(kept.book, other);
      const taken = book.items.length - (kept.book?.items.length ?? 0);
      store.write({ ...kept, book });
      if (options.json) return { exit: EXIT.ok, stdout: json({ file: store.file, taken, decisions: book.items.length }), stderr: "" };
      return { exit: EXIT.ok, stdout: `${wrap(`${taken} new of ${other.items.length}; ${book.items.length} in ${store.file}.`, page)}\n`, stderr: "" };
    } finally {
      store.close();
    }
  });
}

/** The command `freehold key`: her one secret, made, shown as words, or brought from elsewhere (spec/lock.md, "Recovery words"). */
import { readKit } from "@freehold/person/kit";
import { wrapUnderPassphrase } from "@freehold/person/passphrase";
import { toHex } from "@freehold/protocol/bytes";
import { newSeed, seedToWords } from "@freehold/protocol/keys";
import { ask, readPassphrase } from "./ask.ts";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { readText } from "./input.ts";
import { json, paint, row, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { orFailure } from "./person-failure.ts";
import { bookFileOf, openStore, readKept } from "./person-store.ts";
import type { KeptKey } from "./person-store.ts";
import { requireKept, seedOf } from "./sitting.ts";

export interface KeyOptions {
  book?: string;
  passphrase?: boolean;
  json?: boolean;
}

/** What is kept, and how. Throws {@link Failure} (66) where nothing is. */
export async function showKey(options: KeyOptions, page: Page): Promise<Outcome> {
  const file = bookFileOf(options.book);
  const { key, book } = requireKept(readKept(file), file);
  const passphrase = "wrap" in key;
  if (options.json) return done(json({ file, passphrase, register: book?.register.origin ?? null, decisions: book?.items.length ?? 0 }));
  const rows: [string, string][] = [
    ["file", file],
    ["key", passphrase ? "closed under a passphrase" : "open: whoever reads the file has it"],
    ["register", book === undefined ? "none yet" : `${book.register.origin}, at ${book.register.url}`],
    ["decisions", String(book?.items.length ?? 0)],
  ];
  return done(rows.map(([name, text]) => row("", name, text, page)).join(""));
}

/** Draws a new key. Throws {@link Failure} (2) where the file has one. */
export function newKey(options: KeyOptions, page: Page): Promise<Outcome> {
  return orFailure(() => store(newSeed(), options, page, { title: "A new key", next: "Write its words down before you rely on it: `freehold key words`." }));
}

/** Takes a key in: the 24 words, typed or by standard input. Throws {@link Failure} (65) where they are none. */
export function importKey(options: KeyOptions, page: Page): Promise<Outcome> {
  return orFailure(async () => {
    requireNone(bookFileOf(options.book));
    const { isTTY } = process.stdin;
    if (!isTTY && options.passphrase === true && !process.env["FREEHOLD_PASSPHRASE"])
      throw new Failure(EXIT.usage, "argument_invalid", "Standard input has the words, so the passphrase must be in FREEHOLD_PASSPHRASE.");
    const words = isTTY ? await ask("The 24 words: ", { hidden: true }) : await readText("-", { what: "24 words", max: 1000 });
    const next = "What it signed before is searched for when a register is read for the first time: `freehold list --refresh --register URL`.";
    return store(readKit(words), options, page, { title: "Your key", next, search: true });
  });
}

/** The words on stdout, and nothing else. */
export function keyWords(options: KeyOptions): Promise<Outcome> {
  return orFailure(async () => {
    const file = bookFileOf(options.book);
    const words = seedToWords(await seedOf(requireKept(readKept(file), file)));
    const warning = process.stdout.isTTY ? "freehold: on paper only. Whoever has these words decides in your name, and sees all that you decided.\n" : "";
    return { exit: EXIT.ok, stdout: options.json ? json({ words: words.split(" ") }) : `${words}\n`, stderr: warning };
  });
}

async function store(seed: Uint8Array, options: KeyOptions, page: Page, say: { title: string; next: string; search?: true }): Promise<Outcome> {
  const file = bookFileOf(options.book);
  requireNone(file);
  const key = await closed(seed, options.passphrase === true);
  const opened = openStore(file);
  try {
    requireNone(file);
    opened.write({ key, ...(say.search && { search: say.search }) });
  } finally {
    opened.close();
  }
  if (options.json) return done(json({ file, passphrase: "wrap" in key }));
  const protection =
    "wrap" in key ? "Without the passphrase it opens for nobody." : "Whoever can read this file decides in your name: with --passphrase it would be closed.";
  return done(`${paint(["bold", "green"], say.title, page)}, kept in\n  ${file}\n\n${wrap(`${protection} ${say.next}`, page)}\n`);
}

async function closed(seed: Uint8Array, underPassphrase: boolean): Promise<KeptKey> {
  if (!underPassphrase) return { seed: toHex(seed) };
  const passphrase = await readPassphrase("A passphrase of 12 characters or more: ");
  if (process.stdin.isTTY && !process.env["FREEHOLD_PASSPHRASE"] && (await ask("The same again: ", { hidden: true })) !== passphrase)
    throw new Failure(EXIT.usage, "argument_invalid", "The two passphrases differ. Nothing was kept.");
  return { wrap: await wrapUnderPassphrase(seed, passphrase) };
}

/** A key that is overwritten is gone, and with it the power to end what it signed. */
function requireNone(file: string): void {
  if (readKept(file) === undefined) return;
  throw new Failure(EXIT.usage, "argument_invalid", `${file} has a key already. Another one needs another file: --book FILE.`);
}

function done(stdout: string): Outcome {
  return { exit: EXIT.ok, stdout, stderr: "" };
}

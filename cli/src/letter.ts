/** The command `freehold letter`: what she decided, as a letter that she sends herself. Nobody else sees it. */
import { existsSync } from "node:fs";
import { changeItem } from "@freehold/person/book";
import { recordIn } from "@freehold/person/item";
import { composeLetter, warnings } from "@freehold/person/letters/compose";
import type { Composed } from "@freehold/person/letters/compose";
import { letterHash } from "@freehold/person/letters/letter";
import { mayWrite } from "@freehold/person/letters/limits";
import type { Residence } from "@freehold/person/regime";
import type { Item } from "@freehold/person/schema";
import type { Party } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { readText } from "./input.ts";
import { actsOf, itemsTogether, pastLetters } from "./letter-case.ts";
import { organisationOf } from "./organisations.ts";
import type { Organisation } from "./organisations.ts";
import { json, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { orFailure } from "./person-failure.ts";
import { bookFileOf, openStore, replace } from "./person-store.ts";
import type { Kept } from "./person-store.ts";
import { itemOf, nowInSeconds, requireBook, requireKept, webFetch } from "./sitting.ts";

export interface LetterOptions {
  book?: string;
  json?: boolean;
  home?: string;
  language?: string;
  out?: string;
  to?: string;
  site?: string;
  visited?: string;
  vendor?: boolean;
  words?: string;
  reply?: string;
  newFacts?: string;
  sent?: string;
  by: "mail" | "form" | "post";
}

const GERMAN = new Set(["DE", "AT", "CH", "LI"]);

/** Composes the letter to the organisation of an item, with all that she said to it; with `sent`, notes instead that the letter of a file was sent. */
export function letter(word: string, options: LetterOptions, page: Page): Promise<Outcome> {
  return orFailure(async () => {
    const file = bookFileOf(options.book);
    if (!existsSync(file)) requireKept(undefined, file);
    const store = openStore(file);
    try {
      const kept = requireKept(store.kept, file);
      const book = requireBook(kept, file);
      const items = itemsTogether(book, itemOf(book, word));
      if (items.length === 0)
        throw new Failure(EXIT.usage, "argument_invalid", `${word} needs no letter: it allows something, has ended, or is not in the log yet.`);
      if (options.sent !== undefined) {
        const { next, outcome } = await noteSent(kept, items, { ...options, sent: options.sent }, page);
        store.write(next);
        return outcome;
      }
      const home = homeOf(kept, options.home);
      const made = await compose({ kept, items, home, options });
      if (kept.home !== home) store.write({ ...kept, home });
      return report(made, options, page);
    } finally {
      store.close();
    }
  });
}

function homeOf({ home }: Kept, option: string | undefined): Residence {
  if (option === undefined) {
    if (home !== undefined) return home;
    throw new Failure(
      EXIT.usage,
      "argument_invalid",
      "Which law you can call upon depends on where you live. Say it once: --home DE, or a state of the United States: --home US-CA. It stays in your book.",
    );
  }
  const [, country, state] = /^([A-Z]{2})(?:-([A-Z]{2}))?$/.exec(option.toUpperCase()) ?? [];
  if (country === undefined || (state !== undefined && country !== "US"))
    throw new Failure(EXIT.usage, "argument_invalid", `${option} is no country of two letters (ISO 3166-1), such as DE, or state, such as US-CA.`);
  return { country, ...(state !== undefined && { state }) };
}

interface Made {
  letter: Composed;
  controller: Party;
  to: string;
  items: readonly Item[];
  organisation: Organisation | undefined;
}

async function compose({ kept, items, home, options }: { kept: Kept; items: Item[]; home: Residence; options: LetterOptions }): Promise<Made> {
  const book = kept.book!;
  const { controller } = recordIn(items[0]!);
  const { url } = book.register;
  // A part of the map that 500 organisations and more share: the register does not learn whom she writes to.
  const organisation = await organisationOf(controller.id, { url, fetch: webFetch });
  const { regime, acts } = actsOf(items, organisation, home);
  if (acts.length === 0) throw new Failure(EXIT.usage, "argument_invalid", "None of these decisions has a wording in the law of where you live.");
  const today = formatInstant(Math.floor(nowInSeconds())).slice(0, 10);
  const { visited, words = items.find((item) => item.words !== undefined)?.words ?? "", newFacts, reply } = options;
  const role = options.vendor === true ? "vendor" : "site";
  const asked = { controller: controller.id, acts: acts.map(({ id }) => id), together: 1, role, named: role === "site" || visited !== undefined } as const;
  const may = mayWrite({ ...asked, words: [words], ...(newFacts !== undefined && { newFacts }) }, pastLetters(book, home), today);
  if (!may.allowed) throw new Failure(EXIT.failure, "argument_invalid", `${may.text.en}${may.until === null ? "" : ` From ${may.until} on it can go.`}`);
  const host = controller.id.replace(/^https?:\/\/|^urn:freehold:organisation:/, "").replace(/:\d+$/, "");
  const domains = organisation?.domains.length ? organisation.domains : [host];
  const to = options.to ?? addressOf(organisation) ?? "";
  const letter = composeLetter({
    language: options.language ?? (GERMAN.has(organisation?.country ?? "") ? "de" : "en"),
    recipient: { ...controller, role, domains },
    ...(to !== "" && { to }),
    site: options.site ?? host,
    ...(visited !== undefined && { visited: [visited] }),
    ...(role === "vendor" && visited !== undefined && { evidence: [{ kind: "contacted", on: visited, host: domains[0]! }] }),
    regime,
    residence: home,
    said: acts.map((act) => ({ act, ...(act.words !== "no" && words !== "" && { words }) })),
    today,
    ...(reply !== undefined && { reply }),
    register: book.register.origin,
  });
  return { letter, controller, to, items, organisation };
}

/** A mail address or a form, no person's: first those on the organisation's own domain, of these those for such requests. */
function addressOf(organisation: Organisation | undefined): string | undefined {
  const worth = ({ onOwnDomain, rights }: Organisation["contacts"][number]) => (onOwnDomain ? 2 : 0) + (rights ? 1 : 0);
  const addresses = (organisation?.contacts ?? []).filter(({ kind, person }) => (kind === "email" || kind === "form") && !person);
  return addresses.sort((a, b) => worth(b) - worth(a))[0]?.value;
}

function report({ letter: made, controller, to, items, organisation }: Made, options: LetterOptions, page: Page): Outcome {
  const { text, subject, language, sha256, law, note } = made;
  if (options.out !== undefined) replace(options.out, text);
  const said = [
    ...(note === null ? [] : [note]),
    ...(organisation === undefined ? ["The register's map does not know this organisation, or did not answer: look yourself where it takes letters."] : []),
    to === "" ? `It goes to ${controller.name}; no address is known.` : `It goes to ${controller.name}: ${to}`,
    warnings["reveals-address"].en,
    warnings["not-advice"].en,
    ...(law.some(({ needsReview }) => needsReview) ? [warnings["needs-review"].en] : []),
    `Once it has left: freehold letter ${items[0]!.id.slice(0, 16)} --sent ${options.out ?? "FILE"}`,
  ];
  const sources = law.map(({ id, source, checked, needsReview }) => ({ id, url: source.url, checked, needsReview: needsReview === true }));
  const document = { subject, language, to: to === "" ? null : to, sha256, text, items: items.map(({ id }) => id), law: sources, out: options.out ?? null };
  if (options.json) return { exit: EXIT.ok, stdout: json(document), stderr: "" };
  return {
    exit: EXIT.ok,
    stdout: options.out === undefined ? text : `${options.out}\n`,
    stderr: `${said.map((sentence) => wrap(`freehold: ${sentence}`, page)).join("\n")}\n`,
  };
}

async function noteSent(kept: Kept, items: readonly Item[], options: LetterOptions & { sent: string }, page: Page): Promise<{ next: Kept; outcome: Outcome }> {
  const sha256 = letterHash(await readText(options.sent, { what: "the letter that was sent", max: 1_048_576 }));
  const at = formatInstant(Math.floor(nowInSeconds()));
  const delivery = { at, by: options.by, to: options.to ?? recordIn(items[0]!).controller.name } as const;
  const book = items.reduce(
    (now, { id }) => changeItem(now, id, (item) => ({ ...item, letter: { sha256, sent: at }, deliveries: [...(item.deliveries ?? []), delivery] })),
    kept.book!,
  );
  const meaning = "Noted. The clock does not run from sending: it runs from receipt. Keep the file: a complaint needs it.";
  const stdout = options.json ? json({ sent: at, sha256, items: items.map(({ id }) => id) }) : `${wrap(meaning, page)}\n`;
  return { next: { ...kept, book }, outcome: { exit: EXIT.ok, stdout, stderr: "" } };
}

/**
 * Text in the reader's language. The English sentence is the key: pages read as what they say, and a language is a table from English
 * sentences to its own. A page is rendered in one go, so the language is a setting of that moment and not an argument of every part.
 */
import type { ComponentChildren } from "preact";

export type Language = "en" | "de";
export const languages: readonly Language[] = ["en", "de"];

/** From the English sentence, with its `{places}`, to that of the language. */
export type Messages = Readonly<Record<string, string>>;

const tables: Record<Language, Map<string, string>> = { en: new Map(), de: new Map() };
let current: Language = "en";

/** Adds sentences of a language. The last one for a key stands. */
export function addMessages(language: Language, messages: Messages): void {
  for (const [key, text] of Object.entries(messages)) tables[language].set(key, text);
}

/** Renders in a language. `work` is synchronous. */
export function inLanguage<T>(language: Language, work: () => T): T {
  const before = current;
  current = language;
  try {
    return work();
  } finally {
    current = before;
  }
}

/** The language of an island: what a script draws later, too. */
export function speak(language: Language): void {
  current = language;
}

export function currentLanguage(): Language {
  return current;
}

/**
 * A sentence in the language of the page; `{name}` is replaced by a value. A sentence without translation stays English.
 *
 * @example
 * ```ts
 * t("Read on {date}", { date: "23 Nov 2026" });
 * ```
 */
export function t(message: string, values?: Readonly<Record<string, string | number>>): string {
  const text = tables[current].get(message) ?? message;
  return values === undefined ? text : text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** As {@link t}, by number: `{n}` is replaced by it, with its thousands apart. English and German have the same two forms. */
export function tn(n: number, one: string, many: string, values: Readonly<Record<string, string | number>> = {}): string {
  return t(n === 1 ? one : many, { n: counts[current].format(n), ...values });
}

/** Made once: a page has hundreds of numbers. */
const counts: Record<Language, Intl.NumberFormat> = { en: new Intl.NumberFormat("en-GB"), de: new Intl.NumberFormat("de-DE") };

/** As {@link t}, with elements as values: `tx("Seen on {site}", { site: <a href=…>…</a> })`. */
export function tx(message: string, values: Readonly<Record<string, ComponentChildren>>): ComponentChildren[] {
  return t(message)
    .split(/\{(\w+)\}/)
    .map((piece, i) => (i % 2 === 0 ? piece : (values[piece] ?? `{${piece}}`)));
}

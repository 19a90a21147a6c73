import { expect, test } from "vitest";
import { citationOf, law, sentenceOf, statementOf } from "./law.ts";
import { stateLaws } from "./law-us.ts";
import { chooseLanguage, fill, pending } from "./languages.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";

test("every sentence has one id, both languages, an official source over https, and the day on which it was checked", () => {
  expect(new Set(law.map(({ id }) => id)).size).toBe(law.length);
  for (const sentence of law) {
    const { id, text, source, checked } = sentence;
    expect(id).toMatch(/^[a-z0-9]+(?:-[a-zA-Z0-9]+)*$/);
    for (const language of ["en", "de"] as const) {
      expect(text[language], id).toMatch(/\.$/);
      expect(citationOf(sentence, language), id).toMatch(/\d/);
      expect(text[language], `${id}: the citation stands in the source alone`).not.toMatch(/Art\.|§/);
    }
    expect(new URL(source.url).protocol).toBe("https:");
    expect(new URL(source.url).hostname, id).toMatch(
      /(?:europa\.eu|legislation\.gov\.uk|admin\.ch|\.gov|\.state\.\w\w\.us|oregonlegislature\.gov|legmt\.gov|law\.lis\.virginia\.gov)$/,
    );
    expect(checked).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
});

test("what its author was not certain of is marked: all states but California, the United Kingdom, most of Switzerland", () => {
  for (const { code } of stateLaws) expect(law.filter(({ id, needsReview }) => id.startsWith(`us-${code.toLowerCase()}-`) && !needsReview)).toEqual([]);
  expect(law.filter(({ id, needsReview }) => id.startsWith("uk-") && !needsReview).map(({ id }) => id)).toEqual(["uk-dpa-164A"]);
  expect(sentenceOf("gdpr-7-3").needsReview).toBe(false);
});

test("a statement ends with its source", () => {
  expect(statementOf(sentenceOf("gdpr-17-1-b"), "de")).toMatch(/\(Art\. 17 Abs\. 1 lit\. b DSGVO\)$/);
  expect(statementOf(sentenceOf("ca-120"), "en")).toMatch(/\(§ 1798\.120 California Civil Code\)$/);
  expect(() => sentenceOf("gdpr-99")).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
});

/** Every text of a table, by where it stands. */
function texts(value: unknown, at = ""): [string, string][] {
  return typeof value === "string" ? [[at, value]] : Object.entries(value as object).flatMap(([key, inner]) => texts(inner, `${at}.${key}`));
}
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("English and German say the same: the same texts, each with the same places", () => {
  const german = new Map(texts(de));
  expect(
    texts(en)
      .map(([at]) => at)
      .sort(),
  ).toEqual([...german.keys()].sort());
  for (const [at, text] of texts(en)) expect(places(german.get(at)!), at).toEqual(places(text));
});

test("tables state no law, ask for no money, and ask for no name outside what is filled in by hand", () => {
  for (const [at, text] of [...texts(en), ...texts(de)]) {
    expect(text, at).not.toMatch(/\bArt\.|§|Regulation|Verordnung|GDPR|DSGVO|CCPA/);
    expect(text, at).not.toMatch(/compensat|damages|schadensersatz|schadenersatz|entschädig|€|\$\d/i);
    if (!/fillIn|mandate/.test(at)) expect(text, at).not.toMatch(/my name is|mein name ist|\{name\}/i);
  }
});

test("a language without a table gives an English letter that says so in its own words", () => {
  expect(chooseLanguage("de-AT")).toMatchObject({ language: "de", note: null });
  expect(chooseLanguage("fr-BE")).toMatchObject({ language: "en", note: pending["fr"]!.note });
  expect(chooseLanguage("constructor").note).toMatch(/^This letter is in English/);
});

test("a value that looks like a place stays as it is", () => {
  expect(fill("{a} {b} {constructor}", { a: "{b}", b: "2" })).toBe("{b} 2 {constructor}");
});

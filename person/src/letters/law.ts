/**
 * Every legal sentence of a letter, as data with its source. A letter states law in these words and in no others; what it says besides are facts,
 * declarations and requests (en.ts, de.ts). This is information and not legal advice.
 *
 * `checked` is the day on which the sentence was last read over, by what its author knows of the source: on that day the official texts were not at hand.
 * `needsReview` marks those that must be compared with them before anybody relies on them, and a page that shows a letter says so.
 */
import { FreeholdError } from "@freehold/protocol/errors";
import { europeanLaw } from "./law-europe.ts";
import { swissLaw, ukLaw } from "./law-uk-ch.ts";
import { usLaw } from "./law-us.ts";

/** What must exist in both languages. Letters in another language take the whole letter from one of them (languages.ts). */
export interface Text {
  readonly en: string;
  readonly de: string;
}

export interface LegalSentence {
  /** Stable: law, article, paragraph, letter: `gdpr-21-2`. */
  readonly id: string;
  /** Our own words, from her to the recipient. */
  readonly text: Text;
  readonly source: {
    /** As it is cited: "GDPR". */
    readonly instrument: Text;
    /** Article or section: "Art. 21(2)". */
    readonly article: Text;
    /** Official text, or the nearest official page. */
    readonly url: string;
  };
  /** Day `YYYY-MM-DD`; see above for what it says. */
  readonly checked: string;
  readonly needsReview: boolean;
}

/** All sentences, by law. */
export const law: readonly LegalSentence[] = [...europeanLaw, ...ukLaw, ...swissLaw, ...usLaw];

const byId = new Map(law.map((sentence) => [sentence.id, sentence]));

/**
 * The sentence of an id. Throws `argument_invalid` where there is none.
 *
 * @example
 * ```ts
 * sentenceOf("gdpr-7-3").source.article.en; // "Art. 7(3)"
 * ```
 */
export function sentenceOf(id: string): LegalSentence {
  const sentence = byId.get(id);
  if (sentence === undefined) throw new FreeholdError("argument_invalid", `No legal sentence has the id ${JSON.stringify(id.slice(0, 60))}.`);
  return sentence;
}

/** How a sentence is cited: "Art. 21(2) GDPR". */
export function citationOf({ source }: LegalSentence, language: keyof Text): string {
  return `${source.article[language]} ${source.instrument[language]}`;
}

/** A sentence as letters have it, its source in brackets at its end. */
export function statementOf(sentence: LegalSentence, language: keyof Text): string {
  return `${sentence.text[language]} (${citationOf(sentence, language)})`;
}

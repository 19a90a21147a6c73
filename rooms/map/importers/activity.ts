/** Words of records of processing activities (GDPR Art. 30), whatever form the record has: grounds, periods, terms. */
import { isKnown, isWithin, kindOf, labelOf, type TermKind } from "@freehold/protocol/vocabulary";
import type { Basis, DataTerm, OrganisationFacts, Practice, SourceTerm } from "../schema.ts";
import { cleanText } from "./read.ts";

const GROUNDS: readonly [basis: Basis, terms: readonly string[], words: RegExp][] = [
  ["consent", ["dpv:Consent"], /^(?:explicit )?consent$/],
  ["contract", ["dpv:Contract"], /^(?:contract|performance of (?:a )?contract)$/],
  ["legal-obligation", ["dpv:LegalObligation"], /^legal[ -]obligations?$/],
  ["vital-interests", ["dpv:VitalInterest"], /^vital[ -]interests?$/],
  ["public-task", ["dpv:PublicInterest", "dpv:OfficialAuthorityOfController"], /^(?:public[ -]tasks?|public interest|official authority)$/],
  ["legitimate-interest", ["dpv:LegitimateInterest"], /^legitimate[ -]interests?$/],
];

/** In the order of GDPR Art. 6(1), (a) to (f). */
const ARTICLE_6: readonly Basis[] = ["consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interest"];

/**
 * The ground that a text names: a DPV term, one of the usual English names, or the letter of GDPR Art. 6(1). `unstated` for a known
 * legal basis that is none of the six; undefined for what is not understood.
 *
 * @example
 * ```ts
 * basisOf("eu-gdpr:A6-1-f"); // "legitimate-interest"
 * basisOf("Art. 6(1)(b)"); // "contract"
 * basisOf("Legal obligations"); // "legal-obligation"
 * ```
 */
export function basisOf(text: string): Basis | undefined {
  const word = cleanText(text, 200);
  if (kindOf(word) === "legalBasis") return GROUNDS.find(([, terms]) => terms.some((term) => isWithin(word, term)))?.[0] ?? "unstated";
  const letter = /^(?:gdpr )?(?:art(?:icle|\.)? ?)?6[ (.]*1[ ).]*\(?(?:lit\.? ?)?([a-f])\)?(?: gdpr)?$/i.exec(word)?.[1]?.toLowerCase();
  if (letter !== undefined) return ARTICLE_6["abcdef".indexOf(letter)];
  return GROUNDS.find(([, , words]) => words.test(word.toLowerCase()))?.[0];
}

const DAYS = { day: 1, week: 7, month: 30, year: 365 } as const;
/** 200 years: what is longer is no period but a slip. */
const MAX_DAYS = 73_000;

/**
 * The days of a period: `P6M` (ISO 8601, without times of day), `30 days`, `2 years`. A month counts 30 days and a year 365.
 * Undefined for periods that depend on something ("until the account is closed").
 *
 * @example
 * ```ts
 * daysOf("P1Y6M"); // 545
 * daysOf("6 months"); // 180
 * ```
 */
export function daysOf(text: string): number | undefined {
  const word = text.trim();
  const iso = /^P(?=\d)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?$/.exec(word);
  const plain = /^(\d{1,5}) ?(day|week|month|year)s?$/i.exec(word);
  let days: number | undefined;
  if (iso !== null) {
    const [years, months, weeks, single] = iso.slice(1).map((digits) => Number(digits ?? 0));
    days = years! * DAYS.year + months! * DAYS.month + weeks! * DAYS.week + single!;
  } else if (plain !== null) days = Number(plain[1]) * DAYS[plain[2]!.toLowerCase() as keyof typeof DAYS];
  return days !== undefined && days <= MAX_DAYS ? days : undefined;
}

/** Whether a text is written as a term of the vocabulary, known or not. */
export function isTerm(text: string): boolean {
  return /^(?:dpv|pd|eu-gdpr):[A-Za-z0-9-]+$/.test(text);
}

/** A term of the vocabulary as it stands, or words as they stand. */
export function termOf(text: string, scheme: string): SourceTerm {
  const code = cleanText(text, 300);
  return isKnown(code) ? { scheme: "dpv", code, name: labelOf(code) } : { scheme, code, name: code };
}

/** Terms of a kind among some. */
export function ofKind(terms: readonly string[], kind: TermKind): string[] {
  return [...new Set(terms.filter((term) => kindOf(term) === kind))];
}

export function dataTermOf(text: string, scheme: string): DataTerm {
  const term = termOf(text, scheme);
  return { term, terms: ofKind([term.code], "personalData") };
}

/** Each distinct non-empty text once, cleaned and bounded. */
export function distinctTexts(texts: readonly string[], max = 300): string[] {
  return [...new Set(texts.map((text) => cleanText(text, max)).filter((text) => text !== ""))];
}

/** The practices of one activity: one for each ground, `unstated` where none is named. */
export function practicesOn(bases: readonly Basis[], practice: Omit<Practice, "basis">): Practice[] {
  const named = bases.filter((basis) => basis !== "unstated");
  return [...new Set(named.length > 0 ? named : (["unstated"] as const))].map((basis) => ({ ...practice, basis }));
}

/** Contacts and domains once each. */
export function withoutRepeats<T extends OrganisationFacts>(facts: T): T {
  const once = <V>(list: V[], name: (value: V) => string): V[] => {
    const seen = new Set<string>();
    return list.filter((value) => !seen.has(name(value)) && seen.add(name(value)));
  };
  return {
    ...facts,
    contacts: once(facts.contacts, (contact) => `${contact.kind} ${contact.purpose} ${contact.value}`),
    domains: once(facts.domains, (domain) => domain.host),
  };
}

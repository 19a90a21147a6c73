/**
 * The languages of letters. A letter is in one language: where a table is not complete, the whole letter is in English, and its first line says so
 * in the language that was asked for. A table is added here and in law.ts (`Text`), never in part.
 */
import type { ActId } from "../acts.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import type { Text } from "./law.ts";

/** What letters say besides law: facts, declarations, requests. `{name}` is replaced. No article or section is cited here. */
export interface LetterWords {
  readonly months: readonly string[];
  /** `{day}`, `{month}`, `{year}`. */
  readonly date: string;
  readonly and: string;
  readonly to: string;
  readonly salutation: string;
  readonly subject: string;
  /** For the subject line. */
  readonly actNames: { readonly [I in ActId]: string };
  /** `{purposes}` where the act concerns some. */
  readonly declarations: { readonly [I in ActId]: string };
  /** Before a declaration that is made in case the ground is this one. */
  readonly inCase: { readonly [I in "withdraw" | "refuse" | "object-marketing" | "object"]: string };
  /** Before her own sentence. */
  readonly ownGrounds: { readonly object: string; readonly "object-marketing": string; readonly rectify: string; readonly correct: string };
  readonly everything: string;
  readonly introduction: { readonly site: string; readonly vendor: string; readonly visits: string };
  readonly evidence: { readonly contacted: string; readonly consentString: string; readonly cookie: string; readonly named: string };
  readonly identification: {
    readonly without: string;
    readonly with: string;
    readonly withheld: string;
    readonly nameless: string;
    readonly kinds: { readonly cookie: string; readonly storage: string; readonly "advertising-id": string; readonly account: string };
  };
  readonly consentString: string;
  readonly siteRequest: string;
  readonly confirm: string;
  readonly notice: string;
  readonly register: string;
  readonly replyTo: string;
  readonly replyHere: string;
  readonly closing: string;
  readonly signedSite: string;
  readonly signedElse: string;
  readonly complaint: ComplaintWords;
  readonly reminder: { readonly subject: string; readonly text: string; readonly due: string };
  /** DPV purposes that appear often; others are written as they are named there. */
  readonly terms: { readonly [term: string]: string };
}

export interface ComplaintWords {
  readonly subject: string;
  readonly introduction: string;
  readonly competence: { readonly residence: string; readonly work: string; readonly infringement: string };
  readonly about: string;
  readonly proven: string;
  readonly provenNote: string;
  readonly asserted: string;
  readonly assertedNote: string;
  readonly law: string;
  readonly request: string;
  readonly enclosed: string;
  readonly fillIn: string;
  readonly none: string;
  readonly facts: {
    readonly signed: string;
    readonly logged: string;
    readonly loggedPlain: string;
    readonly letter: string;
    readonly answered: string;
    readonly sent: string;
    readonly received: string;
    readonly extended: string;
    readonly replied: string;
    readonly silent: string;
    readonly byEndpoint: string;
    readonly deposited: string;
  };
  readonly results: { readonly done: string; readonly partly: string; readonly rejected: string; readonly "no-data": string };
  readonly answers: { readonly [term: string]: string };
  readonly mandate: { readonly subject: string; readonly text: string; readonly sign: string };
}

const complete: { readonly [L in keyof Text]: LetterWords } = { en, de };

/** Languages whose tables are not there yet: their own name, and the line above a letter that is in English instead. */
export const pending: { readonly [language: string]: { readonly name: string; readonly note: string } } = {
  da: { name: "dansk", note: "Dette brev er skrevet på engelsk, fordi der endnu ikke findes en kontrolleret dansk udgave." },
  es: { name: "español", note: "Esta carta está en inglés porque todavía no hay una versión revisada en español." },
  fr: { name: "français", note: "Cette lettre est en anglais, car il n'existe pas encore de version française vérifiée." },
  it: { name: "italiano", note: "Questa lettera è in inglese perché non esiste ancora una versione italiana verificata." },
  nl: { name: "Nederlands", note: "Deze brief is in het Engels, omdat er nog geen gecontroleerde Nederlandse versie is." },
  pl: { name: "polski", note: "Ten list jest w języku angielskim, ponieważ nie ma jeszcze sprawdzonej polskiej wersji." },
  pt: { name: "português", note: "Esta carta está em inglês porque ainda não existe uma versão portuguesa revista." },
  sv: { name: "svenska", note: "Detta brev är på engelska eftersom det ännu inte finns någon granskad svensk version." },
};

/** The table for a language (BCP 47: `de-AT` is `de`); its note where another language had to do. */
export interface ChosenLanguage {
  readonly language: keyof Text;
  readonly words: LetterWords;
  /** Null where the letter is in the language that was asked for. */
  readonly note: string | null;
}

/**
 * @example
 * ```ts
 * chooseLanguage("de-AT").language; // "de"
 * chooseLanguage("fr").note; // "Cette lettre est en anglais, …"
 * ```
 */
export function chooseLanguage(asked: string): ChosenLanguage {
  const base = asked.toLowerCase().split("-")[0]!;
  if (base === "en" || base === "de") return { language: base, words: complete[base], note: null };
  const note = Object.hasOwn(pending, base)
    ? pending[base]!.note
    : "This letter is in English, because no checked version exists yet in the language asked for.";
  return { language: "en", words: complete.en, note };
}

/** `{name}` replaced by values, in one pass: a value that looks like a place stays as it is. */
export function fill(text: string, values: { readonly [name: string]: string }): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? values[name]! : whole));
}

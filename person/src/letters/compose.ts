/**
 * Letters to sites and vendors: one for each controller, with all that she says to it. No name, no copy of an identity card, no other company's
 * identifiers. Law is stated in the words of law.ts alone. Pure: the same input gives the same letter, so its hash can be signed before it is sent.
 */
import { FreeholdError } from "@freehold/protocol/errors";
import type { Party } from "@freehold/protocol/record";
import { classOf } from "@freehold/protocol/record";
import type { ActId, OfferedAct } from "../acts.ts";
import { stateLawOf } from "../regime.ts";
import type { Regime, Residence } from "../regime.ts";
import { identifiersFor } from "./identifiers.ts";
import type { HeldIdentifier, Withheld } from "./identifiers.ts";
import { chooseLanguage, fill } from "./languages.ts";
import type { LetterWords } from "./languages.ts";
import { sentenceOf, statementOf } from "./law.ts";
import type { LegalSentence, Text } from "./law.ts";
import { makeLetter, manyLines, oneLine } from "./letter.ts";
import type { Block, Letter } from "./letter.ts";

/** What names a vendor in what she has. A vendor that nothing names gets no letter from her: the site is asked to pass hers on. */
export type Evidence =
  | { readonly kind: "contacted"; readonly on: string; readonly host: string }
  | { readonly kind: "consentString" | "cookie" | "named"; readonly on: string };

export interface Recipient extends Party {
  /** The site that she visited, or somebody that it brought in. */
  readonly role: "site" | "vendor";
  /** Registrable domains that are its own: only cookies of these are its identifiers, only addresses at these get them. */
  readonly domains: readonly string[];
}

/** An act with what she adds. */
export interface Said {
  readonly act: OfferedAct;
  /** Her own sentence: grounds, or what is wrong. At most 2,000 characters. */
  readonly words?: string;
}

export interface Composing {
  /** BCP 47: the site's language. */
  readonly language: string;
  readonly recipient: Recipient;
  /** Where it goes: a mail address, the address of a form, or nothing where she prints it. */
  readonly to?: string;
  /** Host that she visited. */
  readonly site: string;
  /** Days `YYYY-MM-DD` on which she did. */
  readonly visited?: readonly string[];
  readonly evidence?: readonly Evidence[];
  readonly regime: Regime;
  readonly residence: Residence;
  readonly said: readonly Said[];
  /** The day of the letter. */
  readonly today: string;
  /** All that she has; the recipient's own are chosen from it. */
  readonly identifiers?: readonly HeldIdentifier[];
  readonly consentString?: { readonly value: string; readonly on: string };
  /** Address or alias for answers. */
  readonly reply?: string;
  /** Origin of the register in which the letter's hash will stand. */
  readonly register?: string;
}

export interface Composed extends Letter {
  /** The line above a letter in another language than was asked for; null where none had to do. */
  readonly note: string | null;
  /** Every legal sentence in it. */
  readonly law: readonly LegalSentence[];
  /** What was left out, and why: for her, not in the letter. */
  readonly withheld: readonly Withheld[];
}

/**
 * Composes the letter to one controller.
 *
 * @throws `argument_invalid` for a vendor that no evidence names, for no act at all, for an objection or correction without her words, and for
 *   days that are none.
 * @see spec/letters.md
 * @example
 * ```ts
 * const { acts, regime } = actsFor(uses, { residence });
 * const said = acts.filter(({ preset }) => preset).map((act) => ({ act }));
 * const letter = composeLetter({ language: "de", recipient, site: "news.example", regime, residence, said, today: "2026-11-23" });
 * const draft = { act: "dpv:ConsentWithdrawn", controller: recipient, letter: letter.sha256 };
 * ```
 */
export function composeLetter(input: Composing): Composed {
  requireSound(input);
  const { language, words, note } = chooseLanguage(input.language);
  const { recipient, said } = input;
  const used = new Map<string, LegalSentence>();
  const lawBlock = (ids: readonly string[]): Block[] => {
    const fresh = [...new Set(ids)].map(sentenceOf).filter(({ id }) => !used.has(id));
    for (const sentence of fresh) used.set(sentence.id, sentence);
    return fresh.length === 0 ? [] : [{ kind: "law", text: fresh.map((sentence) => statementOf(sentence, language)).join(" ") }];
  };
  const { own, withheld } = identifiersFor(recipient, input.identifiers ?? [], input.to);
  const site = oneLine(input.site, 253);
  const blocks: Block[] = [
    ...(note === null ? [] : [paragraph(note)]),
    paragraph(
      [fill(words.to, { recipient: oneLine(recipient.name) }), ...(recipient.id.startsWith("https://") ? [recipient.id] : []), dayIn(words, input.today)].join(
        "\n",
      ),
    ),
    paragraph(words.salutation),
    paragraph(introductionOf(input, words, site)),
    ...said.flatMap((one) => [...declarationOf(one, words), ...lawBlock(lawOf(one))]),
    ...(recipient.role === "site" ? [paragraph(fill(words.siteRequest, { site })), ...lawBlock(siteLaw(input))] : []),
    ...identificationOf(input, words, own, withheld),
    ...lawBlock(procedureLaw(input)),
    ...closingOf(input, words, site),
  ];
  const subject = fill(words.subject, {
    recipient: oneLine(recipient.name, 80),
    acts: listed(
      said.map(({ act }) => words.actNames[act.id]),
      words,
    ),
  });
  return { ...makeLetter(language, subject, blocks), note, law: [...used.values()], withheld };
}

/**
 * A reminder, with the letter below it. Once is enough: then comes the complaint.
 *
 * @param due day on which the answer was due; null where there was none to be had.
 * @example
 * ```ts
 * const reminder = composeReminder(letter, { sent: "2026-11-23", due: "2026-12-23", today: "2026-12-28" });
 * ```
 */
export function composeReminder(letter: Letter, { sent, due, today }: { sent: string; due: string | null; today: string }): Letter {
  const { words } = chooseLanguage(letter.language);
  const blocks = [
    paragraph(dayIn(words, today)),
    paragraph(words.salutation),
    paragraph(
      [fill(words.reminder.text, { date: dayIn(words, sent) }), ...(due === null ? [] : [fill(words.reminder.due, { due: dayIn(words, due) })])].join(" "),
    ),
    paragraph(words.confirm),
    { kind: "heading" as const, text: letter.subject },
    ...letter.blocks,
  ];
  return makeLetter(letter.language, fill(words.reminder.subject, { subject: letter.subject }), blocks);
}

function requireSound({ recipient, said, evidence = [], visited = [], today, consentString, identifiers = [] }: Composing): void {
  if (said.length === 0) throw new FreeholdError("argument_invalid", "A letter says something: choose at least one act.");
  if (recipient.role === "vendor" && evidence.length === 0)
    throw new FreeholdError("argument_invalid", `Nothing that she has names ${recipient.name}: the letter goes to the site, which is asked to pass it on.`);
  const speechless = said.find(({ act, words }) => act.words === "needed" && manyLines(words ?? "") === "");
  if (speechless !== undefined) throw new FreeholdError("argument_invalid", `"${speechless.act.heading.en}" needs a sentence of her own.`);
  const days = [today, ...visited, ...evidence.map(({ on }) => on), ...(consentString ? [consentString.on] : []), ...identifiers.flatMap(({ on }) => on ?? [])];
  const wrong = days.find((day) => !/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)));
  if (wrong !== undefined) throw new FreeholdError("argument_invalid", `${JSON.stringify(wrong.slice(0, 20))} is no day (YYYY-MM-DD).`);
}

const paragraph = (text: string): Block => ({ kind: "paragraph", text });

function introductionOf({ recipient, visited = [], evidence = [] }: Composing, words: LetterWords, site: string): string {
  const visits = [...new Set(visited)].sort().slice(-12);
  return [
    fill(recipient.role === "site" ? words.introduction.site : words.introduction.vendor, { site }),
    ...(visits.length > 0
      ? [
          fill(words.introduction.visits, {
            dates: listed(
              visits.map((day) => dayIn(words, day)),
              words,
            ),
          }),
        ]
      : []),
    ...evidence
      .slice(0, 12)
      .map((one) => fill(words.evidence[one.kind], { date: dayIn(words, one.on), host: one.kind === "contacted" ? oneLine(one.host, 253) : "" })),
  ].join(" ");
}

const isSaidInCase = (id: ActId): id is keyof LetterWords["inCase"] => id === "withdraw" || id === "refuse" || id === "object" || id === "object-marketing";

function declarationOf({ act, words: own }: Said, words: LetterWords): Block[] {
  const purposes = act.processes?.flatMap(({ purposes: named }) => named ?? []);
  const says = fill(words.declarations[act.id], {
    purposes:
      purposes === undefined || purposes.length === 0
        ? words.everything
        : listed(
            [...new Set(purposes)].map((term) => termIn(words, term)),
            words,
          ),
  });
  const inCase = act.alternative && isSaidInCase(act.id) ? words.inCase[act.id] : undefined;
  const sentence = manyLines(own ?? "");
  const lead = sentence === "" || act.words === "no" ? undefined : words.ownGrounds[act.id as keyof LetterWords["ownGrounds"]];
  return [paragraph(inCase === undefined ? says : `${inCase} ${says}`), ...(lead === undefined ? [] : [paragraph(`${lead} ${sentence}`)])];
}

/** An objection in the alternative is stated only where she gives her grounds. */
function lawOf({ act, words }: Said): readonly string[] {
  return act.id === "object-marketing" && manyLines(words ?? "") === "" ? act.law.filter((id) => !id.endsWith("-21-1")) : act.law;
}

const hasRequest = ({ said }: Pick<Composing, "said">): boolean => said.some(({ act }) => act.id !== "withdraw" && act.id !== "refuse");

function siteLaw({ regime, said }: Composing): readonly string[] {
  const erases = said.some(({ act }) => ["erase", "restrict", "rectify"].includes(act.id));
  if (regime === "eu")
    return [
      "cjeu-40-17",
      ...(said.some(({ act }) => act.id === "withdraw") ? ["cjeu-129-21"] : []),
      "gdpr-15-1-c",
      "cjeu-154-21",
      ...(erases ? ["gdpr-19"] : []),
    ];
  if (regime === "uk") return ["uk-15-1-c", ...(erases ? ["uk-19"] : [])];
  if (regime === "ch") return ["ch-25-1"];
  return regime === "us-ca" ? ["ca-7026-f"] : [];
}

/** How it is to be answered. What the GDPR says of requests holds for the site's letter always: it asks for the recipients. */
function procedureLaw(input: Composing): readonly string[] {
  const { regime, recipient, residence, said } = input;
  if (regime === "eu" || regime === "uk") {
    const law = regime === "eu" ? "gdpr" : "uk";
    const articles = recipient.role === "site" || hasRequest(input) ? ["11-2", "12-2", "12-6", "12-3", "12-4", "12-5"] : ["11-2"];
    return articles.map((article) => `${law}-${article}`);
  }
  if (regime === "ch") return recipient.role === "site" || said.some(({ act }) => act.id === "access") ? ["ch-25-6", "ch-25-7"] : [];
  if (regime === "us-ca") return [...(said.some(({ act }) => classOf(act.term) === "request") ? ["ca-130"] : []), "ca-125"];
  return regime === "us-state" ? [`us-${stateLawOf(residence)!.code.toLowerCase()}-time`] : [];
}

function identificationOf({ consentString, recipient }: Composing, words: LetterWords, own: readonly HeldIdentifier[], withheld: readonly Withheld[]): Block[] {
  const { identification } = words;
  const isElsewhere = withheld.some(({ why }) => why === "address-elsewhere");
  const lines = own.map(
    ({ kind, name, value, on }) =>
      `${identification.kinds[kind]} ${oneLine(name, 256)} = ${oneLine(value, 1024)}${on === undefined ? "" : ` (${dayIn(words, on)})`}`,
  );
  return [
    ...(lines.length > 0
      ? [paragraph(identification.with), { kind: "fixed", text: lines.join("\n") } as const]
      : [paragraph(isElsewhere ? fill(identification.withheld, { domains: recipient.domains.slice(0, 5).join(", ") }) : identification.without)]),
    ...(consentString === undefined
      ? []
      : [paragraph(fill(words.consentString, { date: dayIn(words, consentString.on) })), { kind: "fixed", text: oneLine(consentString.value, 8192) } as const]),
    paragraph(identification.nameless),
  ];
}

function closingOf(input: Composing, words: LetterWords, site: string): Block[] {
  const { reply, register, recipient } = input;
  const isNotice = recipient.role === "vendor" && input.said.every(({ act }) => act.id === "refuse");
  return [
    paragraph(isNotice ? words.notice : words.confirm),
    ...(register === undefined ? [] : [paragraph(fill(words.register, { origin: oneLine(register, 255) }))]),
    paragraph(reply === undefined ? words.replyHere : fill(words.replyTo, { reply: oneLine(reply, 320) })),
    paragraph(`${words.closing}\n${fill(recipient.role === "site" ? words.signedSite : words.signedElse, { site })}`),
  ];
}

/** "23 November 2026". */
export function dayIn({ date, months }: Pick<LetterWords, "date" | "months">, day: string): string {
  const [year, month, of] = day.split("-");
  return fill(date, { year: year!, month: months[Number(month) - 1]!, day: String(Number(of)) });
}

/** "a, b and c". */
export function listed(items: readonly string[], { and }: Pick<LetterWords, "and">): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} ${and} ${items.at(-1)}`;
}

/** The name of a purpose, with DPV's own where the table has none. */
export function termIn({ terms }: Pick<LetterWords, "terms">, term: string): string {
  return Object.hasOwn(terms, term) ? terms[term]! : `"${oneLine(term, 128)}"`;
}

/** What she is told before she sends it. */
export const warnings: { readonly [id in "reveals-address" | "not-advice" | "needs-review" | "left-out"]: Text } = {
  "reveals-address": {
    en: "Sending it by mail reveals your address, and by e-mail what your provider adds. An alias is enough for an answer.",
    de: "Mit einer E-Mail verraten Sie Ihre Adresse und was Ihr Anbieter hinzufügt, mit einem Brief Ihre Anschrift. Für eine Antwort genügt ein Alias.",
  },
  "not-advice": {
    en: "This is information and not legal advice.",
    de: "Das ist Information und keine Rechtsberatung.",
  },
  "needs-review": {
    en: "Of some legal sentences in this letter we are not certain; they are marked in the list below. Compare them with the official text before you rely on them.",
    de: "Bei einigen Rechtssätzen dieses Schreibens sind wir nicht sicher; sie sind in der Liste unten gekennzeichnet. Vergleichen Sie sie mit dem amtlichen Text, bevor Sie sich darauf stützen.",
  },
  "left-out": {
    en: "Some identifiers were left out; the list says which, and why.",
    de: "Einige Kennungen wurden weggelassen; die Liste sagt, welche und warum.",
  },
};

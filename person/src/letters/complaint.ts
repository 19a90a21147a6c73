/**
 * Complaints to supervisory authorities, and mandates to bodies that complain for people. What is proven and what is stated stand apart, and are
 * different types: proven is only what {@link factsOf} has itself verified from a file that goes along.
 */
import { formatReceipt, parseReceipt, verifyReceipt } from "@freehold/protocol/receipt";
import type { VerifiedReceipt } from "@freehold/protocol/receipt";
import { FreeholdError } from "@freehold/protocol/errors";
import { canonicalize } from "@freehold/protocol/canonical";
import type { JsonValue } from "@freehold/protocol/canonical";
import type { Act, Party } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { actIdOf } from "../acts.ts";
import { dayOf } from "../calendar.ts";
import { deadlineOf, followUp } from "../deadlines.ts";
import type { Regime, Residence } from "../regime.ts";
import type { Delivery, LetterState } from "../schema.ts";
import { dayIn, listed, termIn } from "./compose.ts";
import { chooseLanguage, fill } from "./languages.ts";
import type { LetterWords } from "./languages.ts";
import { citationOf, sentenceOf, statementOf } from "./law.ts";
import type { Text } from "./law.ts";
import { letterHash, makeLetter, manyLines, oneLine } from "./letter.ts";
import type { Block, Letter } from "./letter.ts";

/** An authority, in the form in which the map has it (`AuthorityFacts` in rooms/map/schema.ts). */
export interface Authority {
  readonly name: string;
  readonly countries: readonly string[];
  readonly regions?: readonly string[];
  readonly website?: string;
  readonly contacts: readonly { readonly kind: string; readonly value: string }[];
  readonly complaintLanguages?: readonly string[];
}

export type Competence = "residence" | "work" | "infringement";

/** Where things are: ISO 3166-1 alpha-2, with a region in the words of the source where authorities are regional. */
export interface Place {
  readonly country: string;
  readonly region?: string;
}

/**
 * The authorities to which she may complain: of her residence first, then of her work, then of the place of the infringement. Where a country has
 * several by region and hers is not known, all of them.
 *
 * @see GDPR Art. 77(1)
 * @example
 * ```ts
 * const [first] = authoritiesFor({ residence: { country: "AT" }, infringement: { country: "IE" } }, authorities);
 * ```
 */
export function authoritiesFor<A extends Authority>(
  places: { readonly [C in Competence]?: Place },
  authorities: readonly A[],
): { authority: A; competence: Competence }[] {
  const found: { authority: A; competence: Competence }[] = [];
  for (const competence of ["residence", "work", "infringement"] as const) {
    const place = places[competence];
    if (place === undefined) continue;
    const inCountry = authorities.filter(({ countries }) => countries.includes(place.country));
    const { region } = place;
    const inRegion = region === undefined ? [] : inCountry.filter(({ regions }) => regions?.some((one) => one.toLowerCase() === region.toLowerCase()));
    for (const authority of inRegion.length > 0 ? inRegion : inCountry) {
      if (!found.some((one) => one.authority === authority)) found.push({ authority, competence });
    }
  }
  return found;
}

/** The language of a complaint: hers, where the authority takes it; else the first that it takes; else English. */
export function complaintLanguageOf({ complaintLanguages = [] }: Pick<Authority, "complaintLanguages">, hers: string): string {
  const bases = complaintLanguages.map((language) => language.toLowerCase().split("-")[0]!);
  return bases.includes(hers.toLowerCase().split("-")[0]!) ? hers : (complaintLanguages[0] ?? "en");
}

/** One record of the case, with what followed. */
export interface CaseItem {
  readonly receipt: string;
  /** The plain text of the letter that went with it. */
  readonly letter?: string;
  readonly state?: LetterState;
  readonly deliveries?: readonly Delivery[];
}

export interface Case {
  readonly controller: Party;
  readonly regime: Regime;
  readonly residence: Residence;
  readonly items: readonly CaseItem[];
  /** What she states besides, each with where it comes from: "my browser's cookies on 22 November 2026". */
  readonly statements?: readonly { readonly says: string; readonly from: string }[];
  /** Sentences of law on which she relies, by id: those of her letters. */
  readonly law: readonly string[];
  /** Day of the complaint. */
  readonly today: string;
}

/** Verified from `file`, which goes along. */
export interface Proven {
  readonly kind: "proven";
  readonly says: string;
  readonly file: string;
}

/** Stated by her; `from` says on what it rests. */
export interface Asserted {
  readonly kind: "asserted";
  readonly says: string;
  readonly from: string;
}

export interface Facts {
  readonly language: keyof Text;
  readonly proven: readonly Proven[];
  readonly asserted: readonly Asserted[];
  /** The files on which the proven facts rest, by name: receipts without their withdrawal codes, records, letters. */
  readonly files: ReadonlyMap<string, string>;
  /** What was signed, by name. */
  readonly acts: readonly string[];
  readonly law: readonly string[];
}

/**
 * Verifies the receipts of a case, and sets out what they prove and what she states.
 *
 * @param now seconds since 1970, for the receipts' verification.
 * @throws what `verifyReceipt` throws: a receipt that does not verify proves nothing and makes no case; `argument_invalid` where a receipt is of
 *   another controller.
 * @example
 * ```ts
 * const facts = await factsOf(theCase, { language: "de", policy, now: Date.now() / 1000 });
 * ```
 */
export async function factsOf(theCase: Case, { language: asked, policy, now }: { language: string; policy: TrustPolicy; now: number }): Promise<Facts> {
  const { language, words } = chooseLanguage(asked);
  const proven: Proven[] = [];
  const asserted: Asserted[] = [];
  const files = new Map<string, string>();
  const law = [...theCase.law];
  const acts = new Set<string>();
  for (const [i, item] of theCase.items.entries()) {
    const { code: _, ...shown } = parseReceipt(item.receipt);
    const receipt = formatReceipt(shown);
    const verified = await verifyReceipt(receipt, { policy, now });
    if (verified.record.controller.id !== theCase.controller.id)
      throw new FreeholdError("argument_invalid", `Receipt ${i + 1} is of ${verified.record.controller.id}, and the case is against ${theCase.controller.id}.`);
    const name = `${i + 1}`;
    acts.add(actName(verified.record.act, words));
    files.set(`receipts/${name}.json`, receipt);
    files.set(`records/${name}.json`, `${canonicalize(verified.record as unknown as JsonValue)}\n`);
    if (item.letter !== undefined) files.set(`letters/${name}.txt`, item.letter);
    proven.push(...provenOf(item, verified, name, words));
    const followed = assertedOf(item, verified, theCase, words);
    asserted.push(...followed.asserted);
    law.push(...followed.law);
  }
  for (const { says, from } of theCase.statements ?? []) asserted.push({ kind: "asserted", says: manyLines(says), from: oneLine(from, 500) });
  return { language, proven, asserted, files, acts: [...acts], law: [...new Set(law)] };
}

function provenOf(item: CaseItem, verified: VerifiedReceipt, name: string, words: LetterWords): Proven[] {
  const { facts, answers } = words.complaint;
  const { record, kid, index, checkpoint, notBefore, acknowledgements } = verified;
  const file = `receipts/${name}.json`;
  const proven = (says: string, of = file): Proven => ({ kind: "proven", says, file: of });
  const controller = oneLine(record.controller.name);
  const purposes = record.processes?.flatMap(({ purposes: named }) => named ?? []) ?? [];
  const until = checkpoint.witnessedTime;
  const place = { index: String(index), origin: record.beacon.origin };
  return [
    proven(
      fill(facts.signed, {
        act: actName(record.act, words),
        controller,
        kid,
        purposes:
          purposes.length === 0
            ? words.everything
            : listed(
                [...new Set(purposes)].map((term) => termIn(words, term)),
                words,
              ),
      }),
    ),
    proven(
      notBefore === null || until === null
        ? fill(facts.loggedPlain, place)
        : fill(facts.logged, { ...place, from: instantOf(notBefore), until: instantOf(until), witnesses: String(checkpoint.cosignatures.length) }),
    ),
    ...(item.letter !== undefined && record.letter === letterHash(item.letter)
      ? [proven(fill(facts.letter, { file: `letters/${name}.txt` }), `letters/${name}.txt`)]
      : []),
    ...acknowledgements.map(({ answer, issued }) =>
      proven(fill(facts.answered, { controller, answer: answers[answer] ?? answer, date: dayIn(words, dayOf(issued)) })),
    ),
  ];
}

/** What no file proves: that a letter was sent and arrived, what was written back, and that nothing was. */
function assertedOf(item: CaseItem, verified: VerifiedReceipt, theCase: Case, words: LetterWords): { asserted: Asserted[]; law: readonly string[] } {
  const { facts, results } = words.complaint;
  const { state, deliveries = [] } = item;
  const { record } = verified;
  const controller = oneLine(record.controller.name);
  const on = (instant: string) => dayIn(words, dayOf(instant));
  const mine = { en: "my own record", de: "meine eigene Aufzeichnung" };
  const from = words === chooseLanguage("de").words ? mine.de : mine.en;
  const said: string[] = [];
  for (const { at, by, to, error } of deliveries) {
    if (error !== undefined) continue;
    if (by === "endpoint") said.push(fill(facts.byEndpoint, { to: oneLine(to, 300), date: on(at) }));
    else if (by === "mailbox") said.push(fill(facts.deposited, { to: record.beacon.origin, controller, date: on(at) }));
    else said.push(fill(facts.sent, { date: on(at), how: oneLine(to, 300) }));
  }
  if (state?.received !== undefined) said.push(fill(facts.received, { date: on(state.received.at) }));
  if (state?.extended !== undefined) said.push(fill(facts.extended, { controller, date: on(state.extended) }));
  if (state?.answered !== undefined)
    said.push(
      fill(facts.replied, {
        controller,
        date: on(state.answered.at),
        result: [results[state.answered.result], ...(state.answered.grounds === undefined ? [] : [oneLine(state.answered.grounds, 500)])].join(": "),
      }),
    );
  const clocked = { act: record.act, ...(record.processes && { processes: record.processes }), regime: theCase.regime, residence: theCase.residence };
  const follow = state && followUp(clocked, state, theCase.today);
  if (follow?.state === "silent") said.push(fill(facts.silent, { date: dayIn(words, theCase.today), due: dayIn(words, follow.deadline.answer!) }));
  const prefix = theCase.regime === "uk" ? "uk" : "gdpr";
  const law = [
    ...(state?.received === undefined ? [] : deadlineOf(clocked, state.received.at).law),
    ...(follow?.state === "rejected-without-grounds" && (theCase.regime === "eu" || theCase.regime === "uk") ? [`${prefix}-12-4`] : []),
  ];
  return { asserted: said.map((says) => ({ kind: "asserted", says, from })), law };
}

/** The name of what was signed, from the record itself: "withdrawal of consent (dpv:ConsentWithdrawn)". */
function actName(act: Act, words: LetterWords): string {
  const id = actIdOf(act);
  return id === undefined ? act : `${words.actNames[id]} (${act})`;
}

const instantOf = (seconds: number): string => formatInstant(Math.floor(seconds));

const COMPLAINT_LAW: { readonly [R in Regime]: readonly string[] } = {
  eu: ["gdpr-77-1"],
  uk: ["uk-dpa-165"],
  ch: ["ch-49-1"],
  "us-ca": ["ca-complaint"],
  "us-state": [],
  none: [],
};

export interface Complaining {
  readonly theCase: Case;
  readonly facts: Facts;
  readonly authority: Authority;
  readonly competence: Competence;
  /** Names of the files that go along, as {@link evidenceFiles} has them. */
  readonly enclosed?: readonly string[];
}

/**
 * The complaint. Her name and address are lines to fill in by hand: they are for the authority alone, and nothing here knows them.
 *
 * @example
 * ```ts
 * const complaint = composeComplaint({ theCase, facts, authority, competence: "residence" });
 * ```
 */
export function composeComplaint({ theCase, facts, authority, competence, enclosed = [...facts.files.keys()] }: Complaining): Letter {
  const { language, words } = chooseLanguage(facts.language);
  const say = words.complaint;
  const controller = oneLine(theCase.controller.name);
  const own = COMPLAINT_LAW[theCase.regime];
  const citations = facts.law.filter((id) => !own.includes(id)).map((id) => citationOf(sentenceOf(id), language));
  const heading = (text: string): Block => ({ kind: "heading", text });
  const paragraph = (text: string): Block => ({ kind: "paragraph", text });
  const blocks: Block[] = [
    paragraph(`${fill(words.to, { recipient: oneLine(authority.name) })}\n${dayIn(words, theCase.today)}`),
    paragraph(say.fillIn),
    paragraph(words.salutation),
    paragraph(
      [
        fill(say.introduction, { controller, id: theCase.controller.id }),
        fill(say.about, { acts: listed(facts.acts, words) }),
        ...(theCase.regime === "eu" ? [say.competence[competence]] : []),
      ].join(" "),
    ),
    heading(say.proven),
    paragraph(say.provenNote),
    ...(facts.proven.length === 0 ? [paragraph(say.none)] : facts.proven.map(({ says, file }, i) => paragraph(`${i + 1}. ${says} [${file}]`))),
    heading(say.asserted),
    paragraph(say.assertedNote),
    ...(facts.asserted.length === 0 ? [paragraph(say.none)] : facts.asserted.map(({ says, from }, i) => paragraph(`${i + 1}. ${says} [${from}]`))),
    heading(say.law),
    ...own.map((id): Block => ({ kind: "law", text: statementOf(sentenceOf(id), language) })),
    ...(citations.length === 0 ? [] : [{ kind: "law" as const, text: `${citations.join("; ")}.` }]),
    paragraph(say.request),
    paragraph(fill(say.enclosed, { files: enclosed.join(", ") })),
    paragraph(words.closing),
  ];
  return makeLetter(language, fill(say.subject, { controller }), blocks);
}

/**
 * A mandate to a non-profit body to complain for her, to be signed by hand.
 *
 * @see GDPR Art. 80(1)
 * @example
 * ```ts
 * const mandate = composeMandate({ body: "Privacy Society", controller, language: "en" });
 * ```
 */
export function composeMandate({ body, controller, language: asked }: { body: string; controller: Party; language: string }): Letter {
  const { language, words } = chooseLanguage(asked);
  const { subject, text, sign } = words.complaint.mandate;
  const blocks: Block[] = [
    { kind: "paragraph", text: fill(text, { body: oneLine(body), controller: `${oneLine(controller.name)} (${controller.id})` }) },
    { kind: "law", text: statementOf(sentenceOf("gdpr-80-1"), language) },
    { kind: "paragraph", text: sign },
  ];
  return makeLetter(language, subject, blocks);
}

/**
 * What a person can say to an organisation: acts named by the ground that it declares for each purpose, by the law of where she lives, and by
 * whether she had consented. Pure; the tables are the rule. Information, not legal advice (spec/letters.md).
 */
import { classOf } from "@freehold/protocol/record";
import type { Act, ActClass, Process } from "@freehold/protocol/record";
import { isWithin } from "@freehold/protocol/vocabulary";
import type { Text } from "./letters/law.ts";
import { isBoundByEstablishment, regimeOf, stateLawOf } from "./regime.ts";
import type { Regime, Residence } from "./regime.ts";

/** The grounds as the map names them (`Basis` in rooms/map/schema.ts). */
export type Ground = "consent" | "legitimate-interest" | "contract" | "legal-obligation" | "public-task" | "vital-interests" | "unstated";

/** One thing that an organisation says it does. */
export interface DeclaredUse {
  readonly ground: Ground;
  /** DPV purposes; none where the source names none. */
  readonly purposes: readonly string[];
  /** Whether she had consented, by what she has: her TC string says yes; she was never asked or said no; it is not known. Of no matter for other grounds. */
  readonly consent?: "given" | "never" | "unknown";
}

export interface Situation {
  readonly residence: Residence;
  /** ISO 3166-1 alpha-2 of the organisation, where it is known. */
  readonly controllerCountry?: string;
}

export type ActId =
  | "withdraw"
  | "refuse"
  | "object-marketing"
  | "object"
  | "erase"
  | "restrict"
  | "recipients"
  | "access"
  | "rectify"
  | "port"
  | "opt-out"
  | "limit"
  | "delete"
  | "correct"
  | "know";

export interface OfferedAct {
  readonly id: ActId;
  /** Its term in a record (spec/record.md). Where her law has none there, that of its nearest kin: the letter, whose hash the record holds, names her law. */
  readonly term: Act;
  readonly class: ActClass;
  /** For the record; absent means everything. Requests concern everything. */
  readonly processes?: readonly Process[];
  readonly heading: Text;
  /** Legal sentences by id, in order (letters/law.ts). */
  readonly law: readonly string[];
  /** Said beside others, each in case its ground is the one: the organisation has not told which it is. */
  readonly alternative: boolean;
  /** Ticked at first. Never access or erasure (Art. 12(5)): see letters/limits.ts. */
  readonly preset: boolean;
  /** Whether she adds a sentence of her own: the grounds of her particular situation, or what is wrong. */
  readonly words: "needed" | "possible" | "no";
}

/** What to do before any letter: it reaches more, sooner. */
export interface FirstStep {
  readonly id: "global-privacy-control" | "state-mechanism";
  readonly heading: Text;
  readonly url: string;
  readonly law: readonly string[];
}

export interface Offered {
  readonly regime: Regime;
  readonly first: readonly FirstStep[];
  readonly acts: readonly OfferedAct[];
}

const TERM: { readonly [I in ActId]: Act } = {
  withdraw: "dpv:ConsentWithdrawn",
  refuse: "dpv:ConsentRefused",
  "object-marketing": "dpv:ObjectingToProcess",
  object: "dpv:ObjectingToProcess",
  erase: "eu-gdpr:A17",
  restrict: "eu-gdpr:A18",
  recipients: "eu-gdpr:A19",
  access: "eu-gdpr:A15",
  rectify: "eu-gdpr:A16",
  port: "eu-gdpr:A20",
  "opt-out": "dpv:OptingOutFromProcess",
  limit: "dpv:OptingOutFromProcess",
  delete: "us-ca:1798.105",
  correct: "us-ca:1798.106",
  know: "us-ca:1798.110",
};

/** The act that a record's term stands for, where it is one of these; of two with one term, the plainer. */
export function actIdOf(term: Act): ActId | undefined {
  return term === "dpv:ObjectingToProcess" ? "object" : (Object.keys(TERM) as ActId[]).find((id) => TERM[id] === term);
}

/** In plain words, with the article where her law has one (see {@link headingOf}). */
const HEADING: { readonly [I in ActId]: Text } = {
  withdraw: { en: "I withdraw consent", de: "Ich widerrufe meine Einwilligung" },
  refuse: { en: "I do not consent", de: "Ich willige nicht ein" },
  "object-marketing": { en: "I object to direct marketing and its profiling", de: "Ich widerspreche der Direktwerbung und dem Profiling dafür" },
  object: { en: "I object, on grounds of my situation", de: "Ich widerspreche aus Gründen meiner Situation" },
  erase: { en: "Erase what you have about me", de: "Löschen Sie, was Sie über mich haben" },
  restrict: { en: "Do not use the data while this is being decided", de: "Nutzen Sie die Daten nicht, solange darüber entschieden wird" },
  recipients: { en: "Tell your recipients, and name them to me", de: "Unterrichten Sie Ihre Empfänger, und nennen Sie sie mir" },
  access: { en: "Tell me what you have about me", de: "Sagen Sie mir, was Sie über mich haben" },
  rectify: { en: "Correct what is wrong", de: "Berichtigen Sie, was falsch ist" },
  port: { en: "Give me my data in a file", de: "Geben Sie mir meine Daten als Datei" },
  "opt-out": {
    en: "Do not sell or share my data, and do not target advertising at me",
    de: "Verkaufen Sie meine Daten nicht, geben Sie sie nicht weiter, und richten Sie keine Werbung an mir aus",
  },
  limit: { en: "Limit the use of my sensitive data", de: "Schränken Sie die Nutzung meiner sensiblen Daten ein" },
  delete: { en: "Delete what you have about me", de: "Löschen Sie, was Sie über mich haben" },
  correct: { en: "Correct what is wrong", de: "Berichtigen Sie, was falsch ist" },
  know: { en: "Tell me what you have about me", de: "Sagen Sie mir, was Sie über mich haben" },
};

/** The article that the heading names; law without its prefix (`gdpr-`, `uk-`). */
const EUROPEAN_ARTICLE: { readonly [I in ActId]?: string } = {
  withdraw: "Art. 7(3)",
  "object-marketing": "Art. 21(2); alternatively Art. 21(1)",
  object: "Art. 21(1)",
  restrict: "Art. 18(1)(d)",
  recipients: "Art. 19",
  access: "Art. 15",
  rectify: "Art. 16",
  port: "Art. 20",
};

const WORDS: { readonly [I in ActId]?: OfferedAct["words"] } = { "object-marketing": "possible", object: "needed", rectify: "needed", correct: "needed" };

interface Row {
  readonly id: ActId;
  /** Articles of the GDPR, of which the UK's version has the same; without prefix. */
  readonly law: readonly string[];
  readonly preset?: true;
}

const REFUSE: Row = { id: "refuse", law: ["4-11", "7-1"], preset: true };
const WITHDRAW: Row = { id: "withdraw", law: ["7-3"], preset: true };
const OBJECT_MARKETING: Row = { id: "object-marketing", law: ["21-2", "21-3", "21-1"], preset: true };
const OBJECT: Row = { id: "object", law: ["21-1"] };
const RESTRICT: Row = { id: "restrict", law: ["18-1-d"] };
const RECIPIENTS: Row = { id: "recipients", law: ["15-1-c", "19"] };
const erase = (...points: string[]): Row => ({ id: "erase", law: points.map((point) => `17-1-${point}`) });

/** By ground and, for consent, by whether she gave it. `marketing` rows are for purposes of marketing, the others for the rest. */
export const europeanRows: readonly {
  readonly ground: Ground;
  readonly consent?: "given" | "never" | "unknown";
  readonly marketing: readonly Row[];
  readonly other: readonly Row[];
}[] = [
  { ground: "consent", consent: "given", marketing: [WITHDRAW, erase("b")], other: [WITHDRAW, erase("b")] },
  { ground: "consent", consent: "never", marketing: [REFUSE, erase("d")], other: [REFUSE, erase("d")] },
  { ground: "consent", consent: "unknown", marketing: [WITHDRAW, REFUSE, erase("b", "d")], other: [WITHDRAW, REFUSE, erase("b", "d")] },
  { ground: "legitimate-interest", marketing: [OBJECT_MARKETING, erase("c")], other: [OBJECT, RESTRICT, erase("c")] },
  { ground: "public-task", marketing: [OBJECT_MARKETING, erase("c")], other: [OBJECT, RESTRICT, erase("c")] },
  // Direct marketing can be objected to on whatever ground it is said to rest.
  { ground: "contract", marketing: [OBJECT_MARKETING, erase("c")], other: [erase("a")] },
  { ground: "legal-obligation", marketing: [OBJECT_MARKETING, erase("c")], other: [erase("a")] },
  { ground: "vital-interests", marketing: [OBJECT_MARKETING, erase("c")], other: [erase("a")] },
  {
    ground: "unstated",
    marketing: [WITHDRAW, REFUSE, OBJECT_MARKETING, erase("b", "c", "d")],
    other: [WITHDRAW, REFUSE, OBJECT, RESTRICT, erase("b", "c", "d")],
  },
];

/** What she may ask of anybody, whatever the ground; portability for consent and contract only. */
const ANYBODY: readonly Row[] = [RECIPIENTS, { id: "access", law: ["15-1", "15-3"] }, { id: "rectify", law: ["16"] }];
const PORT: Row = { id: "port", law: ["20-1"] };
const PORTABLE: ReadonlySet<Ground> = new Set(["consent", "contract", "unstated"]);

const GROUND_TERM: { readonly [G in Ground]?: string } = {
  consent: "eu-gdpr:A6-1-a",
  "legitimate-interest": "eu-gdpr:A6-1-f",
  "public-task": "eu-gdpr:A6-1-e",
};

/** Swiss law has one act against any processing, her express declaration; and claims where it is not heeded. */
const SWISS: { readonly [I in ActId]?: readonly string[] } = {
  withdraw: ["ch-6-6", "ch-30-2-b"],
  refuse: ["ch-30-2-b"],
  "object-marketing": ["ch-30-2-b"],
  object: ["ch-30-2-b"],
  erase: ["ch-32-2"],
  access: ["ch-25-1"],
  rectify: ["ch-32-1"],
  port: ["ch-28-1"],
};

/**
 * The acts to offer towards one organisation, in order, each once; the record's processes name the purposes that it concerns.
 *
 * @throws `argument_invalid` where a country or state is no code.
 * @example
 * ```ts
 * const uses = [{ ground: "consent", purposes: ["dpv:PersonalisedAdvertising"], consent: "given" }] as const;
 * const { acts } = actsFor(uses, { residence: { country: "DE" } });
 * acts[0]?.term; // "dpv:ConsentWithdrawn"
 * ```
 */
export function actsFor(uses: readonly DeclaredUse[], { residence, controllerCountry }: Situation): Offered {
  const regime = regimeOf(residence, controllerCountry);
  const declared: readonly DeclaredUse[] = uses.length === 0 ? [{ ground: "unstated", purposes: [] }] : uses;
  switch (regime) {
    case "eu":
    case "uk":
    case "ch":
      return { regime, first: [], acts: european(declared, regime, isBoundByEstablishment(residence, regime)) };
    case "us-ca":
      return { regime, first: [GPC(["ca-7025"]), DROP], acts: californian() };
    case "us-state":
      return inState(residence);
    case "none":
      return {
        regime,
        first: residence.country === "US" ? [GPC([])] : [],
        acts: [offered(REFUSE.id, { processes: processesOf(declared), law: [], preset: true })],
      };
  }
}

function european(uses: readonly DeclaredUse[], regime: "eu" | "uk" | "ch", isForeign: boolean): OfferedAct[] {
  const found = new Map<ActId, { rows: Row[]; uses: DeclaredUse[]; alternative: boolean }>();
  const add = (row: Row, use: DeclaredUse, alternative: boolean) => {
    const before = found.get(row.id) ?? { rows: [], uses: [], alternative: true };
    found.set(row.id, { rows: [...before.rows, row], uses: [...before.uses, use], alternative: before.alternative && alternative });
  };
  for (const use of uses) {
    for (const [part, kind] of partsOf(use)) {
      const { marketing, other } = rowOf(use);
      const rows = kind === "marketing" ? marketing : kind === "other" ? other : [...marketing, ...other];
      const alternative = use.ground === "unstated" || (use.ground === "consent" && (use.consent ?? "unknown") === "unknown");
      for (const row of rows) add(row, part, alternative && row.id !== "erase");
    }
    for (const row of PORTABLE.has(use.ground) ? [...ANYBODY, PORT] : ANYBODY) add(row, use, false);
  }
  const order = Object.keys(TERM) as ActId[];
  return order.flatMap((id) => {
    const what = found.get(id);
    const law = what && (regime === "ch" ? SWISS[id] : [...(isForeign ? ["gdpr-3-1"] : []), ...prefixed(what.rows, regime)]);
    if (what === undefined || law === undefined) return [];
    const isRequest = classOf(TERM[id]) === "request";
    return [
      offered(id, {
        law: [...law, ...besides(id, regime)],
        alternative: what.alternative,
        preset: what.rows.some(({ preset }) => preset),
        ...(regime !== "ch" && { article: id === "erase" ? erasureArticle(what.rows) : EUROPEAN_ARTICLE[id] }),
        ...(!isRequest && { processes: processesOf(what.uses, regime === "ch" || what.alternative ? undefined : id) }),
      }),
    ];
  });
}

function rowOf({ ground, consent = "unknown" }: DeclaredUse): (typeof europeanRows)[number] {
  return europeanRows.find((row) => row.ground === ground && (row.consent === undefined || row.consent === consent))!;
}

/** A use, parted into what is marketing and what is not; one without purposes may be either. */
function partsOf(use: DeclaredUse): [DeclaredUse, "marketing" | "other" | "either"][] {
  if (use.purposes.length === 0) return [[use, "either"]];
  const marketing = use.purposes.filter((purpose) => isWithin(purpose, "dpv:Marketing"));
  const other = use.purposes.filter((purpose) => !marketing.includes(purpose));
  return [
    ...(marketing.length > 0 ? [[{ ...use, purposes: marketing }, "marketing"] as [DeclaredUse, "marketing"]] : []),
    ...(other.length > 0 ? [[{ ...use, purposes: other }, "other"] as [DeclaredUse, "other"]] : []),
  ];
}

/** "Art. 17(1)(b), (c)". */
function erasureArticle(rows: readonly Row[]): string {
  const points = [...new Set(rows.flatMap(({ law }) => law.map((path) => path.at(-1)!)))].sort();
  return `Art. 17(1)${points.map((point) => `(${point})`).join(", ")}`;
}

function prefixed(rows: readonly Row[], regime: "eu" | "uk"): string[] {
  return [...new Set(rows.flatMap(({ law }) => law))].map((path) => `${regime === "eu" ? "gdpr" : "uk"}-${path}`);
}

/** What stands beside the GDPR: the device, which needs consent whatever else is declared; and what the Court of Justice has said. */
function besides(id: ActId, regime: "eu" | "uk" | "ch"): readonly string[] {
  if (regime === "ch") return [];
  if (id === "refuse") return [regime === "eu" ? "eprivacy-5-3" : "uk-pecr-6"];
  if (regime === "uk") return [];
  return id === "withdraw" ? ["cjeu-129-21"] : id === "recipients" ? ["cjeu-154-21"] : [];
}

function californian(): OfferedAct[] {
  return [
    offered("opt-out", { law: ["ca-120", "ca-7026-d", "ca-7026-f"], preset: true, processes: SALE_AND_TARGETING }),
    offered("limit", { law: ["ca-121", "ca-7027-g"], processes: [{ data: ["dpv:SensitivePersonalData"] }] }),
    offered("delete", { law: ["ca-105"] }),
    offered("correct", { law: ["ca-106"] }),
    offered("know", { law: ["ca-110", "ca-115"] }),
  ];
}

function inState(residence: Residence): Offered {
  const { code, signal, correct } = stateLawOf(residence)!;
  const id = (name: string) => `us-${code.toLowerCase()}-${name}`;
  const acts = [
    offered("opt-out", { law: [id("opt-out")], preset: true, processes: SALE_AND_TARGETING }),
    offered("delete", { law: [id("rights")] }),
    ...(correct ? [offered("correct", { law: [id("correct")] })] : []),
    offered("know", { law: [id("rights")] }),
  ];
  return { regime: "us-state", first: [GPC(signal ? [id("signal")] : [])], acts };
}

/** Sale, sharing and targeted advertising. Sharing is wider than sale in what it is called, not in what it does: it is advertising across services. */
const SALE_AND_TARGETING: readonly Process[] = [
  { purposes: ["dpv:SellDataToThirdParties", "dpv:SellInsightsFromData"] },
  { purposes: ["dpv:PersonalisedAdvertising", "dpv:TargetedAdvertising"] },
];

const GPC = (law: readonly string[]): FirstStep => ({
  id: "global-privacy-control",
  heading: {
    en: "Turn on Global Privacy Control: your browser then says it to every site",
    de: "Global Privacy Control einschalten: dann sagt es Ihr Browser jeder Seite",
  },
  url: "https://globalprivacycontrol.org/",
  law,
});
const DROP: FirstStep = {
  id: "state-mechanism",
  heading: {
    en: "Ask all registered data brokers at once, at California's DROP",
    de: "Alle registrierten Datenhändler auf einmal auffordern, bei DROP in Kalifornien",
  },
  url: "https://privacy.ca.gov/drop/",
  law: ["ca-drop"],
};

interface Details {
  law: readonly string[];
  processes?: readonly Process[] | undefined;
  alternative?: boolean;
  preset?: boolean;
  article?: string | undefined;
}

function offered(id: ActId, { law, processes, alternative = false, preset = false, article }: Details): OfferedAct {
  const term = TERM[id];
  return {
    id,
    term,
    class: classOf(term),
    ...(processes !== undefined && processes.length > 0 && { processes }),
    heading: headingOf(id, article),
    law,
    alternative,
    preset,
    words: WORDS[id] ?? "no",
  };
}

/** "I withdraw consent, Art. 7(3)". */
function headingOf(id: ActId, article: string | undefined): Text {
  const { en, de } = HEADING[id];
  if (article === undefined) return { en, de };
  const german = article
    .replaceAll(/\((\d)\)/g, " Abs. $1")
    .replaceAll(/\s?\(([a-z])\)/g, " lit. $1")
    .replace("alternatively", "hilfsweise");
  return { en: `${en}, ${article}`, de: `${de}, ${german}` };
}

/** One process for each ground, all purposes of it; undefined, so everything, where some use names no purpose: who does not say what for is refused all. */
function processesOf(uses: readonly DeclaredUse[], id?: ActId): Process[] | undefined {
  if (uses.some(({ purposes }) => purposes.length === 0)) return undefined;
  const byGround = new Map<string | undefined, Set<string>>();
  for (const { ground, purposes } of uses) {
    const term = id === undefined ? undefined : GROUND_TERM[ground];
    const known = byGround.get(term) ?? new Set();
    for (const purpose of purposes) known.add(purpose);
    byGround.set(term, known);
  }
  return [...byGround].map(([ground, purposes]) => ({ purposes: [...purposes].sort(), ...(ground !== undefined && { ground }) }));
}

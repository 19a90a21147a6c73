/**
 * The pinned words in which records and refusals speak: W3C DPV 2.3 and, beside it, the purposes of IAB Europe's TCF.
 * Which terms, and why unknown ones are treated as they are: spec/vocabulary.md.
 */
import { FreeholdError } from "./errors.ts";
import { legalBasisTree, personalDataTree, processingTree, purposeTree } from "./vocabulary-data.ts";

/** What a term speaks of. Every pinned term has exactly one kind. */
export type TermKind = "purpose" | "personalData" | "processing" | "legalBasis";

/** The version of DPV whose terms and relations these are. */
export const dpvVersion = "2.3";

interface Term {
  readonly index: number;
  readonly kind: TermKind;
  readonly parents: readonly string[];
}

const terms = /* @__PURE__ */ readTrees();

/** Purposes (`dpv:Purpose` and what lies under it). */
export const purposes: readonly string[] = /* @__PURE__ */ termsOf("purpose");
/** Categories of personal data (`dpv:PersonalData` and what lies under it in pd:). */
export const personalData: readonly string[] = /* @__PURE__ */ termsOf("personalData");
/** Processing operations (`dpv:Processing` and what lies under it). */
export const processing: readonly string[] = /* @__PURE__ */ termsOf("processing");
/** Legal bases (`dpv:LegalBasis`, what lies under it in dpv:, and the grounds of GDPR Art. 6 and 9). */
export const legalBases: readonly string[] = /* @__PURE__ */ termsOf("legalBasis");

/**
 * Whether a term is one of those that we pin.
 *
 * @example
 * ```ts
 * isKnown("pd:EmailAddress"); // true
 * isKnown("EmailAddress"); // false: terms are written with their prefix
 * ```
 */
export function isKnown(term: string): boolean {
  return terms.has(term);
}

/**
 * The kind of a term; undefined when it is unknown.
 *
 * @example
 * ```ts
 * kindOf("dpv:Marketing"); // "purpose"
 * ```
 */
export function kindOf(term: string): TermKind | undefined {
  return terms.get(term)?.kind;
}

/**
 * The terms directly above a term; none for a root such as `dpv:Purpose`.
 *
 * @throws `vocabulary_unknown` when the term is not pinned.
 * @example
 * ```ts
 * parents("dpv:PersonalisedAdvertising"); // ["dpv:Advertising", "dpv:Personalisation"]
 * ```
 */
export function parents(term: string): readonly string[] {
  const found = terms.get(term);
  if (found === undefined) {
    throw new FreeholdError(
      "vocabulary_unknown",
      `${JSON.stringify(String(term).slice(0, 100))} is not a term of the pinned vocabulary (DPV ${dpvVersion}, written with its prefix).`,
    );
  }
  return found.parents;
}

/**
 * Whether a term is `ancestor` or lies under it. An unknown term is within itself only, and nothing else is within it:
 * so a grant never covers more than it names.
 *
 * @see spec/vocabulary.md, "Within"
 * @example
 * ```ts
 * isWithin("dpv:TargetedAdvertising", "dpv:Marketing"); // true
 * isWithin("dpv:Marketing", "dpv:TargetedAdvertising"); // false
 * ```
 */
export function isWithin(term: string, ancestor: string): boolean {
  if (term === ancestor) return true;
  const a = terms.get(term);
  const b = terms.get(ancestor);
  if (a === undefined || b === undefined) return false;
  return (closure()[b.index * WORDS + (a.index >> 5)]! & (1 << (a.index & 31))) !== 0;
}

/**
 * Whether some term lies under both (terms have several parents, so neither need lie under the other). Fails closed: with
 * an unknown term, true.
 *
 * @see spec/vocabulary.md, "Overlap"
 * @example
 * ```ts
 * haveCommonDescendant("dpv:Marketing", "dpv:Personalisation"); // true: dpv:PersonalisedAdvertising
 * haveCommonDescendant("dpv:Marketing", "dpv:RecordManagement"); // false
 * haveCommonDescendant("dpv:Marketing", "ex:Anything"); // true
 * ```
 */
export function haveCommonDescendant(a: string, b: string): boolean {
  const first = terms.get(a);
  const second = terms.get(b);
  if (first === undefined || second === undefined) return true;
  const under = closure();
  for (let word = 0; word < WORDS; word++) {
    if ((under[first.index * WORDS + word]! & under[second.index * WORDS + word]!) !== 0) return true;
  }
  return false;
}

/**
 * English words for a term, made from its name (DPV's own labels and definitions are at https://w3id.org/dpv).
 *
 * @example
 * ```ts
 * labelOf("dpv:PersonalisedAdvertising"); // "Personalised advertising"
 * labelOf("eu-gdpr:A6-1-a"); // "GDPR Art. 6(1)(a)"
 * ```
 */
export function labelOf(term: string): string {
  const name = term.slice(term.indexOf(":") + 1);
  const article = /^A(\d+)-(\d+)-([a-z])(?:-(.+))?$/.exec(name);
  if (article !== null) {
    const [, number, paragraph, letter, rest] = article;
    return `GDPR Art. ${number}(${paragraph})(${letter})${rest === undefined ? "" : `: ${rest.replaceAll("-", " ")}`}`;
  }
  const words = name.match(/[A-Z][A-Z0-9]*(?=[A-Z][a-z]|$)|[A-Z]?[a-z0-9]+|[A-Z]+/g) ?? [name];
  const text = words.map((word, i) => (i > 0 && /^[A-Z][a-z]*$/.test(word) && word !== word.toUpperCase() ? word.toLowerCase() : word)).join(" ");
  return text.replace(/\b(non) /i, "$1-");
}

/** An element of IAB Europe's TCF: its number there, our short name for it, and the terms that it speaks of. */
export interface TcfElement {
  readonly id: number;
  readonly name: string;
  /** DPV terms of any kind ({@link kindOf}). A kind that is absent is one that the element does not limit. */
  readonly terms: readonly string[];
}

/** The purposes of TCF v2.2 and v2.3 (the same in both). */
export const tcfPurposes: readonly TcfElement[] = [
  { id: 1, name: "Keep or read something on your device", terms: ["dpv:Store", "dpv:Access"] },
  { id: 2, name: "Pick ads without a profile", terms: ["dpv:Advertising"] },
  { id: 3, name: "Profile you for ads", terms: ["dpv:PersonalisedAdvertising", "dpv:Profiling"] },
  { id: 4, name: "Pick ads by your profile", terms: ["dpv:PersonalisedAdvertising"] },
  {
    id: 5,
    name: "Profile you for content",
    terms: ["dpv:ServicePersonalisation", "dpv:Profiling"],
  },
  { id: 6, name: "Pick content by your profile", terms: ["dpv:ServicePersonalisation"] },
  { id: 7, name: "Measure how ads work", terms: ["dpv:Advertising", "dpv:Analyse"] },
  {
    id: 8,
    name: "Measure how content is used",
    terms: ["dpv:ServiceUsageAnalytics", "dpv:Analyse"],
  },
  {
    id: 9,
    name: "Describe audiences from several sources",
    terms: ["dpv:Marketing", "dpv:ServiceUsageAnalytics", "dpv:Analyse", "dpv:Combine"],
  },
  {
    id: 10,
    name: "Build better services",
    terms: ["dpv:ImproveExistingProductsAndServices", "dpv:ResearchAndDevelopment"],
  },
  { id: 11, name: "Pick content without a profile", terms: ["dpv:ServicePersonalisation"] },
];

/** The special purposes of TCF (nobody can refuse them there); a vendor list of 2023 has two of them, one of 2026 three. */
export const tcfSpecialPurposes: readonly TcfElement[] = [
  {
    id: 1,
    name: "Security, fraud and faults",
    terms: ["dpv:EnforceSecurity", "dpv:RepairImpairments"],
  },
  {
    id: 2,
    name: "Deliver ads and content technically",
    terms: ["dpv:TechnicalServiceProvision", "dpv:Transmit"],
  },
  {
    id: 3,
    name: "Remember and pass on your choices",
    terms: ["dpv:LegalCompliance", "dpv:Store", "dpv:Share"],
  },
];

/** The features of TCF. */
export const tcfFeatures: readonly TcfElement[] = [
  { id: 1, name: "Join data from other sources", terms: ["dpv:Match", "dpv:Combine"] },
  { id: 2, name: "Tell which devices belong together", terms: ["dpv:Match", "pd:DeviceBased"] },
  {
    id: 3,
    name: "Recognise a device by what it sends anyway",
    terms: ["dpv:Tracking", "pd:DeviceBased"],
  },
];

/** The special features of TCF (they need an opt-in there). */
export const tcfSpecialFeatures: readonly TcfElement[] = [
  { id: 1, name: "Exact location", terms: ["pd:GPSCoordinate", "pd:CurrentLocation"] },
  {
    id: 2,
    name: "Probe a device to recognise it",
    terms: ["dpv:Tracking", "pd:BrowserFingerprint", "pd:DigitalFingerprint"],
  },
];

function termsOf(kind: TermKind): readonly string[] {
  return [...terms].filter(([, term]) => term.kind === kind).map(([name]) => name);
}

/** Reads the trees of vocabulary-data.ts; its first lines say how they are written. */
function readTrees(): ReadonlyMap<string, Term> {
  const out = new Map<string, Term>();
  const trees = {
    purpose: purposeTree,
    personalData: personalDataTree,
    processing: processingTree,
    legalBasis: legalBasisTree,
  };
  for (const [kind, tree] of Object.entries(trees) as [TermKind, string][]) {
    const prefixed = (name: string): string => (name.includes(":") ? name : `${kind === "personalData" ? "pd" : "dpv"}:${name}`);
    const above: string[] = [];
    let last = "";
    for (const token of tree.match(/[()]|[^\s()]+/g)!) {
      if (token === "(") above.push(last);
      else if (token === ")") above.pop();
      else {
        const [name, ...further] = token.split("&").map(prefixed);
        last = name!;
        out.set(last, { index: out.size, kind, parents: [...above.slice(-1), ...further] });
      }
    }
  }
  return out;
}

const WORDS = /* @__PURE__ */ Math.ceil(terms.size / 32);
let under: Int32Array | undefined;

/** One row of bits per term: bit i stands for "the term of index i is this one, or lies under it". About 30 kB. */
function closure(): Int32Array {
  if (under !== undefined) return under;
  const bits = new Int32Array(terms.size * WORDS);
  const mark = (index: number, ancestor: Term): void => {
    bits[ancestor.index * WORDS + (index >> 5)]! |= 1 << (index & 31);
    for (const parent of ancestor.parents) mark(index, terms.get(parent)!);
  };
  for (const term of terms.values()) mark(term.index, term);
  under = bits;
  return bits;
}

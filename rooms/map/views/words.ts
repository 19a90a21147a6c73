/** What the page of an organisation calls things, and the few texts that it makes itself. */
import { t, tn } from "../../../ui/text.ts";
import type { CompanyCard, Mark, StoredRecord } from "../card-schema.ts";
import type { Basis, ConsentState, Contact, Declared, Practice, RightsChannel } from "../schema.ts";

/** The names of grounds. */
export function basisName(basis: Basis): string {
  switch (basis) {
    case "consent":
      return t("Consent");
    case "legitimate-interest":
      return t("Legitimate interest");
    case "contract":
      return t("Contract");
    case "legal-obligation":
      return t("Legal obligation");
    case "public-task":
      return t("Public task");
    case "vital-interests":
      return t("Vital interests");
    case "unstated":
      return t("Ground not stated");
  }
}

/** A group of rows: the elements of TCF are not all purposes. */
export function elementName(element: Practice["element"]): string {
  switch (element) {
    case "purpose":
      return t("Purposes");
    case "special-purpose":
      return t("Special purposes: the framework offers no choice about them");
    case "feature":
      return t("Features: ways of working, used for the purposes");
    case "special-feature":
      return t("Special features: the framework asks for an opt-in");
  }
}

/** A mark as a letter and as a word; its shape is in company.css. */
export function markWords(mark: Mark): { letter: string; word: string } {
  switch (mark) {
    case "declared":
      return { letter: "D", word: t("declared") };
    case "observed":
      return { letter: "O", word: t("observed") };
    case "both":
      return { letter: "D+O", word: t("declared and observed") };
    case "observed-not-declared":
      return { letter: "O !", word: t("observed, not declared") };
    case "none":
      return { letter: "", word: t("neither declared nor observed") };
  }
}

/** In which state of the banner a visit was. */
export function stateName(state: ConsentState, gpc?: boolean): string {
  const words = {
    unanswered: t("nothing answered"),
    refused: t("refused"),
    accepted: t("accepted"),
    unknown: t("not stated"),
  }[state];
  return gpc === undefined ? words : `${words}, ${gpc ? t("with Global Privacy Control") : t("without Global Privacy Control")}`;
}

/** What a script was seen to do. */
export function techniqueName(name: string): string {
  switch (name) {
    case "canvas-fingerprinting":
      return t("canvas fingerprinting");
    case "session-recording":
      return t("recording of the session");
    case "key-logging":
      return t("logging of keys");
    case "facebook-pixel":
      return t("Facebook pixel");
    case "google-remarketing":
      return t("Google remarketing");
    default:
      return t("another technique");
  }
}

export function contactName(kind: Contact["kind"]): string {
  return { email: t("E-mail"), form: t("Form"), post: t("Post"), phone: t("Telephone"), fax: t("Fax"), web: t("Web page") }[kind];
}

export function noticeName(kind: Declared["notices"][number]["kind"]): string {
  return {
    privacy: t("Privacy notice"),
    "legitimate-interest": t("Its legitimate interests"),
    storage: t("What it keeps on devices"),
    "processing-agreement": t("Processing agreement"),
    subprocessors: t("Subprocessors"),
    rights: t("Rights of people"),
  }[kind];
}

/** JustDeleteMe's five words are its own judgement. */
export function difficultyName(difficulty: NonNullable<RightsChannel["difficulty"]>): string {
  return {
    easy: t("called easy"),
    medium: t("called of medium difficulty"),
    limited: t("called limited"),
    hard: t("called hard"),
    impossible: t("called impossible"),
  }[difficulty];
}

/** `390 days`. */
export function days(count: number): string {
  return tn(count, "{n} day", "{n} days");
}

/** The life of something kept on a device: 0, or null where it was seen, is the session. */
export function life(count: number | null): string {
  return count === null || count === 0 ? t("the session") : days(Math.round(count));
}

/** The day of which a record speaks, else on which it was read. */
export function dayOf(record: Pick<StoredRecord, "dated" | "retrievedAt">): string {
  return record.dated ?? record.retrievedAt.slice(0, 10);
}

/** Cut to a length at the end of a letter, with an ellipsis. */
export function cut(text: string, length: number): string {
  const letters = Array.from(text);
  return letters.length <= length
    ? text
    : `${letters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}

/** An address that may stand in a link: sources may hold anything. */
export function webAddress(url: string): string | undefined {
  return /^https?:\/\/[^\s"'<>]+$/i.test(url) ? url : undefined;
}

/** Where a correction is asked for. Mail gets its subject; a page of the operator's is left as it is. */
export function correctionLink(corrections: string, subject: string): string {
  return corrections.startsWith("mailto:") ? `${corrections}${corrections.includes("?") ? "&" : "?"}subject=${encodeURIComponent(subject)}` : corrections;
}

/** What is known of an organisation, in figures. */
export interface Known {
  /** Purposes that it declares, special ones and features not counted. */
  purposes: number;
  consent: number;
  legitimateInterest: number;
  /** Sources in which it declares practices. */
  sources: string[];
  /** Day of the newest of those records; empty where there is none. */
  newest: string;
  sites: number;
  newestScan: string;
  undeclared: number;
}

/** Counts what the head of the page says. */
export function known({ purposeMatrix: { columns, rows }, practices, records, seenOn }: CompanyCard): Known {
  const declaring = new Set(practices.map(({ record }) => record));
  const from = records.filter(({ id }) => declaring.has(id));
  const on = (basis?: Basis) =>
    rows.filter(
      ({ element, cells }) => element === "purpose" && cells.some(({ declared }, i) => declared.length > 0 && (basis === undefined || columns[i] === basis)),
    ).length;
  return {
    purposes: on(),
    consent: on("consent"),
    legitimateInterest: on("legitimate-interest"),
    sources: [...new Set(from.map(({ source }) => source))],
    newest: latest(from.map(dayOf)),
    sites: new Set(seenOn.map(({ site }) => site)).size,
    newestScan: latest(seenOn.map(({ at }) => at.slice(0, 10))),
    undeclared: rows.filter(({ mark }) => mark === "observed-not-declared").length,
  };
}

const latest = (ofDays: readonly string[]) => ofDays.reduce((last, day) => (day > last ? day : last), "");

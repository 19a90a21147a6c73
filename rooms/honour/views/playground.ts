/**
 * A history that is made up, and what the rule of `check` says of it. Nothing is judged here: every verdict is an answer of protocol/src/check.ts,
 * asked about one grant at a time.
 */
import { checkReasons, checkRequest } from "@freehold/protocol/check";
import type { Answer, CheckRequest, Decision, DeskView } from "@freehold/protocol/check";
import type { Process } from "@freehold/protocol/record";

/** What became of a decision. A desk knows it from the opened lock, the date, or the lost key. */
export const FATES = ["stands", "withdrawn", "expired", "lost"] as const;
export type Fate = (typeof FATES)[number];

/** A decision with one term in each dimension; an empty term names all (of a grant, none). */
export interface Played extends CheckRequest {
  kind: "grant" | "refusal";
  /** Null: received, not proved. */
  index: number | null;
  beacon: number;
  fate: Fate;
}

export interface Play {
  request: CheckRequest;
  decisions: readonly Played[];
  /** Entries that the status covers, and how many seconds ago it was witnessed. */
  size: number;
  age: number;
  floor: number;
}

/** The age above which a desk of the playground takes a status for stale, in seconds. */
export const MAXIMUM_AGE = 300;
export const MOST_DECISIONS = 24;
const NOW = 1_800_000_000;
const YEAR = 31_536_000;
const MOST = 999_999_999;

/** A grant, and how many of the eight conditions hold before one does not; `blocker` is the decision that does not let it, where it is the eighth. */
export interface Judgement {
  grant: number;
  hold: number;
  blocker: number | null;
}

export interface Verdict {
  answer: Answer;
  /** The decisions that the answer names, as places in the history. */
  grant: number | null;
  blocker: number | null;
  /** Of each grant, in the order of the history. */
  judgements: readonly Judgement[];
}

/** What the rule says of the whole, and of each grant. */
export function judge({ request, decisions, ...desk }: Play): Verdict {
  const known = decisions.map(decisionOf);
  const view = viewOf(desk, decisions, known);
  const answer = checkRequest(request, view);
  const places = (of: Answer): Pick<Verdict, "grant" | "blocker"> => ({
    grant: placeOf(of.grant, known),
    blocker: of.allowed ? null : placeOf(of.blocker, known),
  });
  const judgements = known.flatMap((grant, at): Judgement[] => {
    if (grant.kind !== "grant") return [];
    // The other grants cannot answer in its place: a void one speaks against it as a refusal of the same scope would, a live one does not speak.
    const others = known.filter((one) => one !== grant && (one.kind === "refusal" || isVoid(one, view))).map((one): Decision => ({ ...one, kind: "refusal" }));
    const alone = checkRequest(request, { ...view, decisions: [grant, ...others] });
    const hold = alone.allowed ? checkReasons.length : checkReasons.indexOf(alone.reason);
    return [{ grant: at, hold, blocker: alone.allowed ? null : placeOf(alone.blocker, known) }];
  });
  return { answer, ...places(answer), judgements };
}

/** Whether a grant would be refused for what became of it, were it asked for exactly what it allows. */
function isVoid(grant: Decision, view: DeskView): boolean {
  const [process] = grant.processes ?? [];
  const asked = { purpose: process?.purposes?.[0] ?? "", data: process?.data?.[0] ?? "", processing: process?.processing?.[0] ?? "" };
  const answer = checkRequest(asked, {
    ...view,
    decisions: [{ ...grant, processes: [{ purposes: [asked.purpose], data: [asked.data], processing: [asked.processing] }] }],
  });
  return !answer.allowed && (answer.reason === "lapsed" || answer.reason === "ended" || answer.reason === "expired");
}

/** By the lock, which is the place: a decision that was turned into a refusal is still the same. */
function placeOf(decision: Decision | undefined, known: readonly Decision[]): number | null {
  return decision === undefined ? null : known.findIndex(({ lock }) => lock === decision.lock);
}

function decisionOf({ kind, index, beacon, fate, purpose, data, processing }: Played, at: number): Decision {
  const process: Process = {
    ...(purpose !== "" && { purposes: [purpose] }),
    ...(data !== "" && { data: [data] }),
    ...(processing !== "" && { processing: [processing] }),
  };
  return {
    kind,
    kid: fate === "lost" ? `lost-${at}` : "hers",
    lock: at.toString(16).padStart(64, "0"),
    index,
    beacon,
    expires: kind === "refusal" ? null : fate === "expired" ? NOW : NOW + YEAR,
    processes: Object.keys(process).length === 0 ? null : [process],
  };
}

function viewOf({ size, age, floor }: Omit<Play, "request" | "decisions">, decisions: readonly Played[], known: Decision[]): DeskView {
  const where = (fate: Fate) => known.filter((_, at) => decisions[at]!.fate === fate);
  return {
    decisions: known,
    lapsed: new Set(where("lost").map(({ kid }) => kid)),
    opened: new Set(where("withdrawn").map(({ lock }) => lock)),
    status: { size, witnessedTime: NOW - age, isEnded: () => false },
    floor,
    now: NOW,
    maximumAge: MAXIMUM_AGE,
  };
}

/** A play as the fragment of a URL: readable, and the same for the same play. */
export function writePlay({ request, decisions, size, age, floor }: Play): string {
  const of = ({ purpose, data, processing }: CheckRequest) =>
    [purpose, data, processing].map((term) => encodeURIComponent(term).replaceAll("%3A", ":")).join(",");
  return [
    `ask=${of(request)}`,
    `size=${size}`,
    `age=${age}`,
    `floor=${floor}`,
    ...decisions.map((one) => `${one.kind}=${one.index ?? ""},${one.beacon},${one.fate},${of(one)}`),
  ].join("&");
}

/** The play of a fragment; null where it is none. Whoever made the link may have written anything. */
export function readPlay(fragment: string): Play | null {
  if (fragment.length > 20_000) return null;
  let request: CheckRequest | null = null;
  const numbers: { [name: string]: number } = {};
  const decisions: Played[] = [];
  for (const piece of fragment.replace(/^#/, "").split("&")) {
    const [, name, value] = /^(ask|size|age|floor|grant|refusal)=(.*)$/.exec(piece) ?? [];
    if (name === undefined || value === undefined) return null;
    if (name === "ask") request = termsOf(value.split(","));
    else if (name === "grant" || name === "refusal") {
      const [index, beacon, fate, ...terms] = value.split(",");
      const scope = termsOf(terms);
      const at = index === "" ? null : countOf(index);
      const looked = countOf(beacon);
      if (scope === null || at === undefined || looked === undefined || !FATES.includes(fate as Fate) || decisions.length === MOST_DECISIONS) return null;
      decisions.push({ kind: name, index: at, beacon: looked, fate: fate as Fate, ...scope });
    } else {
      const count = countOf(value);
      if (count === undefined) return null;
      numbers[name] = count;
    }
  }
  const { size, age, floor } = numbers;
  if (request === null || size === undefined || age === undefined || floor === undefined) return null;
  return { request, decisions, size, age, floor };
}

function termsOf(pieces: readonly string[]): CheckRequest | null {
  if (pieces.length !== 3) return null;
  try {
    const [purpose, data, processing] = pieces.map((piece) => decodeURIComponent(piece).slice(0, 128)) as [string, string, string];
    return { purpose, data, processing };
  } catch {
    return null;
  }
}

/** A number of an entry, a size or an age; undefined where it is none. */
export function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Math.min(Number(text), MOST) : undefined;
}

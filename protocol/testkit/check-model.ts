/**
 * The rule of spec/checking.md a second time, slowly: scopes are spelled out as finite sets of points, one for each
 * combination of terms, over a small part of the vocabulary. It shares no code with protocol/src/check.ts.
 */
import type { Process } from "../src/record.ts";

/** A part of DPV 2.3 that is closed under "some term lies within both"; children by parent, several parents on purpose. */
export const modelTerms = {
  purposes: {
    "dpv:Purpose": ["dpv:Marketing", "dpv:Personalisation", "dpv:RecordManagement"],
    "dpv:Marketing": ["dpv:Advertising", "dpv:DirectMarketing"],
    "dpv:Advertising": ["dpv:PersonalisedAdvertising"],
    "dpv:Personalisation": ["dpv:PersonalisedAdvertising", "dpv:ServicePersonalisation"],
    "dpv:PersonalisedAdvertising": ["dpv:TargetedAdvertising"],
    "dpv:TargetedAdvertising": [],
    "dpv:DirectMarketing": [],
    "dpv:ServicePersonalisation": [],
    "dpv:RecordManagement": [],
  },
  data: {
    "dpv:PersonalData": ["pd:Contact", "pd:Location", "pd:Financial"],
    "pd:Contact": ["pd:EmailAddress", "pd:PhysicalAddress"],
    "pd:Location": ["pd:PhysicalAddress"],
    "pd:EmailAddress": [],
    "pd:PhysicalAddress": [],
    "pd:Financial": [],
  },
  processing: {
    "dpv:Processing": ["dpv:Use", "dpv:Share"],
    "dpv:Use": ["dpv:Profiling"],
    "dpv:Profiling": [],
    "dpv:Share": [],
  },
} as const satisfies { [dimension: string]: { [term: string]: readonly string[] } };

/** Terms that no vocabulary knows. */
export const strangeTerms = { purposes: ["ex:Loyalty", "ex:Magic"], data: ["ex:Aura"], processing: ["ex:Divine"] } as const;

type Dimension = keyof typeof modelTerms;
type Point = string;

/** What the model knows of a decision; as in a vector of spec/vectors/checking. */
export interface ModelDecision {
  kind: "grant" | "refusal";
  kid: string;
  lock: string;
  index: number | null;
  beacon: number;
  expires: number | null;
  processes: readonly Process[] | null;
}

export interface ModelRequest {
  purpose: string;
  data: string;
  processing: string;
}

export interface ModelView {
  decisions: readonly ModelDecision[];
  lapsed: readonly string[];
  opened: readonly string[];
  status: { size: number; witnessedTime: number; ended: readonly number[] };
  floor: number;
  now: number;
  maximumAge: number;
}

/** An answer as vectors state it: decisions by their index, null for one without proof. */
export interface ModelAnswer {
  allowed: boolean;
  reason?: string;
  grantIndex?: number | null;
  blockerIndex?: number | null;
}

/** The term and all that lies under it; a strange term alone. */
export function descendants(dimension: Dimension, term: string): ReadonlySet<string> {
  const children: { readonly [term: string]: readonly string[] } = modelTerms[dimension];
  const out = new Set([term]);
  for (const found of out) for (const child of children[found] ?? []) out.add(child);
  return out;
}

const universe = (dimension: Dimension): string[] => Object.keys(modelTerms[dimension]);
const isStrange = (dimension: Dimension, term: string): boolean => !universe(dimension).includes(term);

function pointsOf(purposes: Iterable<string>, data: Iterable<string>, processing: Iterable<string>): Point[] {
  const [ps, ds, xs] = [[...new Set(purposes)], [...new Set(data)], [...new Set(processing)]];
  return ps.flatMap((p) => ds.flatMap((d) => xs.map((x) => `${p} ${d} ${x}`)));
}

/** What a grant allows: for each process all points at or under what it names. */
export function namedPoints(processes: readonly Process[] | null): ReadonlySet<Point> {
  const under = (dimension: Dimension, terms: readonly string[] = []) => terms.flatMap((term) => [...descendants(dimension, term)]);
  return new Set((processes ?? []).flatMap((p) => pointsOf(under("purposes", p.purposes), under("data", p.data), under("processing", p.processing))));
}

/** What a decision may concern: as above, but a missing dimension and a strange term mean everything. */
export function concernedPoints(processes: readonly Process[] | null): ReadonlySet<Point> {
  const reach = (dimension: Dimension, terms: readonly string[] | undefined) =>
    terms === undefined || terms.some((term) => isStrange(dimension, term)) ? universe(dimension) : terms.flatMap((term) => [...descendants(dimension, term)]);
  return new Set((processes ?? [{}]).flatMap((p) => pointsOf(reach("purposes", p.purposes), reach("data", p.data), reach("processing", p.processing))));
}

const asProcess = ({ purpose, data, processing }: ModelRequest): Process => ({ purposes: [purpose], data: [data], processing: [processing] });

/** Whether the request's point is among those that the processes name. */
export function modelCovers(processes: readonly Process[] | null, request: ModelRequest): boolean {
  return memo(processes, request, "covers", () => remember(named, processes, namedPoints).has(`${request.purpose} ${request.data} ${request.processing}`));
}

/** Whether the two sets of points meet. */
export function modelOverlaps(processes: readonly Process[] | null, request: ModelRequest): boolean {
  return memo(processes, request, "overlaps", () => {
    const points = remember(concerned, processes, concernedPoints);
    return [...concernedPoints([asProcess(request)])].some((point) => points.has(point));
  });
}

/** The rule: for each grant the first condition that fails, then the grant that came furthest. */
export function modelAnswer(request: ModelRequest, view: ModelView): ModelAnswer {
  const ended = (d: ModelDecision) => view.opened.includes(d.lock) || (d.index !== null && d.index < view.status.size && view.status.ended.includes(d.index));
  const expired = (d: ModelDecision) => d.expires !== null && (d.expires <= view.now || d.expires <= view.status.witnessedTime);
  const lapsed = (d: ModelDecision) => view.lapsed.includes(d.kid);
  const against = view.decisions.filter((d) => (d.kind === "refusal" || ended(d) || expired(d) || lapsed(d)) && modelOverlaps(d.processes, request));

  const results = view.decisions
    .filter((d) => d.kind === "grant")
    .map((grant) => {
      const unseen = against.filter((d) => d !== grant).filter((d) => d.index === null || d.index >= grant.beacon);
      const conditions: [string, boolean][] = [
        ["no_grant", modelCovers(grant.processes, request)],
        ["lapsed", !lapsed(grant)],
        ["ended", !ended(grant)],
        ["expired", !expired(grant)],
        ["unproved", grant.index !== null && grant.index < view.status.size],
        ["stale", Math.abs(view.now - view.status.witnessedTime) <= view.maximumAge],
        ["below_floor", grant.beacon >= view.floor],
        ["blocked", unseen.length === 0],
      ];
      const failed = conditions.findIndex(([, holds]) => !holds);
      return { grant, unseen, steps: failed < 0 ? conditions.length : failed, reason: conditions[failed]?.[0] };
    })
    .filter(({ reason }) => reason !== "no_grant");

  const late = (index: number | null) => index ?? Number.MAX_SAFE_INTEGER;
  const [best] = results.sort((a, b) => b.steps - a.steps || late(b.grant.index) - late(a.grant.index));
  if (best === undefined) return { allowed: false, reason: "no_grant" };
  const grantIndex = best.grant.index;
  if (best.reason === undefined) return { allowed: true, grantIndex };
  if (best.reason !== "blocked") return { allowed: false, reason: best.reason, grantIndex };
  const [blocker] = best.unseen.map((d) => d.index).sort((a, b) => late(b) - late(a));
  return { allowed: false, reason: "blocked", grantIndex, blockerIndex: blocker! };
}

/**
 * The floor after the decision at `index` was erased: of the sizes that stand in for it (index + 1 to the newest), the
 * largest that shuts out no grant which that decision did not block.
 */
export function modelFloor(index: number, remaining: readonly ModelDecision[], newest: number): number {
  let floor = newest;
  const shutsOut = (size: number) => remaining.some((d) => d.kind === "grant" && d.beacon > index && d.beacon < size);
  while (floor > index + 1 && shutsOut(floor)) floor--;
  return floor;
}

// Points are many and asked for often: what was worked out for a list of processes is kept with it.
const nothing: readonly Process[] = [];
const named = new WeakMap<readonly Process[], ReadonlySet<Point>>();
const concerned = new WeakMap<readonly Process[], ReadonlySet<Point>>();
const answers = new WeakMap<readonly Process[], Map<string, boolean>>();

function remember(
  store: WeakMap<readonly Process[], ReadonlySet<Point>>,
  processes: readonly Process[] | null,
  work: (processes: readonly Process[] | null) => ReadonlySet<Point>,
): ReadonlySet<Point> {
  const key = processes ?? nothing;
  const known = store.get(key) ?? work(processes);
  store.set(key, known);
  return known;
}

function memo(processes: readonly Process[] | null, request: ModelRequest, question: string, work: () => boolean): boolean {
  const key = processes ?? nothing;
  const known = answers.get(key) ?? new Map<string, boolean>();
  answers.set(key, known);
  const name = `${question} ${request.purpose} ${request.data} ${request.processing}`;
  const answer = known.get(name) ?? work();
  known.set(name, answer);
  return answer;
}

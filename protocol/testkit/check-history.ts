/**
 * Random histories for the rule of spec/checking.md: a person with two devices, a log, a company's desk, and all that may go
 * wrong between them. What truly happened is kept beside what the desk knows, so that safety can be stated on the truth.
 */
import { checkRequest, floorAfterErasing } from "../src/check.ts";
import type { Answer, CheckRequest, Decision, DeskView } from "../src/check.ts";
import type { Process } from "../src/record.ts";
import { modelAnswer, modelCovers, modelFloor, modelOverlaps } from "./check-model.ts";

const MAXIMUM_AGE = 100;

type Signing = { device: number; kind: "grant" | "refusal"; processes: readonly Process[] | null; life: number; clone: boolean };

/** One thing that happens. Numbers pick among what is there, modulo its count; nothing happens where nothing is. */
export type Event =
  /** A device signs, perhaps after reading the log; perhaps it is logged, delivered, and the desk looks anew. */
  | ({ do: "sign"; sync: boolean; log: boolean; deliver: "not" | "bare" | "proved"; refresh: boolean } & Signing)
  | { do: "sync"; device: number }
  /** Records are logged in one batch: late, in another order, or again (by anyone, with another opening). */
  | { do: "log"; records: number[] }
  | { do: "deliver"; record: number; proof: number | null }
  | { do: "refresh" }
  /** A secret becomes known: by her, or leaked; a bystander may have logged the lock first. */
  | { do: "open"; record: number; channel: "log" | "desk" }
  | { do: "wait"; seconds: number }
  | { do: "rotate"; device: number }
  /** A device is lost with its key, and the desk is told; whoever has it can still sign. */
  | { do: "lose"; device: number }
  | { do: "erase"; decision: number }
  | { do: "backup" }
  | { do: "restore" };

/** What happens, what the desk's clock is wrong by, and what it is asked. */
export interface History {
  events: Event[];
  skew: number;
  requests: CheckRequest[];
}

interface Paper {
  kind: "grant" | "refusal";
  kid: string;
  lock: string;
  beacon: number;
  expires: number | null;
  processes: readonly Process[] | null;
  /** The records whose entries her device had seen when she signed. */
  seen: ReadonlySet<Paper>;
  signedAt: number;
  indexes: number[];
}

/** One entry: of a record, a withdrawal of a lock, or of no interest (a status, somebody else's). */
type Logged = { record: Paper } | { opens: string } | null;

interface Desk {
  decisions: Map<Paper, number | null>;
  opened: Set<string>;
  lapsed: Set<string>;
  floor: number;
  newest: number;
  status: { size: number; witnessedTime: number; ended: ReadonlySet<number> };
}

/** A fact that the desk was told; `lost` is the moment at which restoring a backup made it forget. */
type Told<T> = Map<T, { lost: number | null }>;

interface World {
  step: number;
  time: number;
  skew: number;
  kids: number;
  locks: number;
  log: Logged[];
  papers: Paper[];
  devices: { kid: string; beacon: number; seen: ReadonlySet<Paper> }[];
  desk: Desk;
  saved: Desk | null;
  told: { papers: Told<Paper>; locks: Told<string>; kids: Told<string>; proofs: Map<Paper, number> };
}

export const violationKinds = ["disagreement", "unsafe", "revived", "stuck"] as const;
export type ViolationKind = (typeof violationKinds)[number];

export interface Outcome {
  /** How often each answer was given: `allowed`, or the reason why not. */
  answers: Map<string, number>;
  violations: { kind: ViolationKind; text: string }[];
}

/** Plays a history, asks every request after every event, and compares the answers with the model and with the truth. `observe` is shown what the desk knows after each. */
export function play({ events, skew, requests }: History, observe: (view: DeskView) => void = () => {}): Outcome {
  const outcome: Outcome = { answers: new Map(), violations: [] };
  const complain = (kind: ViolationKind, text: string) => void outcome.violations.push({ kind, text });
  const world = begin(skew);
  let before = requests.map(() => false);
  for (const event of events) {
    world.step++;
    happen(world, event, complain);
    const view = viewOf(world);
    observe(view);
    const where = `after event ${world.step} (${event.do})`;
    before = requests.map((request, i) => {
      const answer = checkRequest(request, view);
      count(outcome, answer);
      compare(request, view, answer, (text) => complain("disagreement", `${where}: ${text}`));
      if (!answer.allowed) return false;
      const objection = objectionTo(world, request, answer.grant);
      if (objection !== undefined) complain("unsafe", `${where}: allowed, but ${objection}`);
      // Only a delivery, a proof or a fresher status may turn the answer to allowed.
      const mayAllow = event.do === "deliver" || event.do === "refresh" || (event.do === "sign" && (event.deliver !== "not" || event.refresh));
      if (!before[i] && !mayAllow) complain("revived", `${where}: allowed, and was not before`);
      return true;
    });
  }
  for (const [i, request] of requests.entries()) {
    world.step++;
    grantHonestly(world, request);
    const answer = checkRequest(request, viewOf(world));
    if (!answer.allowed) complain("stuck", `an honest new grant for request ${i} is not accepted: ${answer.reason}`);
    else if (objectionTo(world, request, answer.grant) !== undefined)
      complain("unsafe", `the honest grant for request ${i} is accepted, but ${objectionTo(world, request, answer.grant)}`);
  }
  return outcome;
}

function begin(skew: number): World {
  const desk: Desk = {
    decisions: new Map(),
    opened: new Set(),
    lapsed: new Set(),
    floor: 0,
    newest: 1,
    status: { size: 0, witnessedTime: 1000, ended: new Set() },
  };
  const devices = [0, 1].map(() => ({ kid: "kid0", beacon: 1, seen: new Set<Paper>() }));
  const told = { papers: new Map(), locks: new Map(), kids: new Map(), proofs: new Map() };
  return { step: 0, time: 1000, skew, kids: 1, locks: 0, log: [null], papers: [], devices, desk, saved: null, told };
}

function happen(world: World, event: Event, complain: (kind: ViolationKind, text: string) => void): void {
  const { desk, papers } = world;
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];
  switch (event.do) {
    case "sign": {
      if (event.sync) sync(world, event.device);
      const paper = sign(world, event);
      if (event.log) publish(world, [{ record: paper }]);
      if (event.deliver !== "not") deliver(world, paper, event.deliver === "proved" ? 0 : null);
      if (event.refresh) refresh(world);
      return;
    }
    case "sync":
      return sync(world, event.device);
    case "log":
      return publish(
        world,
        event.records.flatMap((at) => pick(papers, at) ?? []).map((record) => ({ record })),
      );
    case "deliver": {
      const paper = pick(papers, event.record);
      return paper && deliver(world, paper, event.proof);
    }
    case "refresh":
      return refresh(world);
    case "open": {
      const paper = pick(papers, event.record);
      if (paper === undefined) return;
      if (event.channel === "desk") return void (desk.opened.add(paper.lock), world.told.locks.set(paper.lock, { lost: null }));
      return publish(world, [null, { opens: paper.lock }]);
    }
    case "wait":
      return void (world.time += event.seconds);
    case "rotate":
      return void (world.devices[event.device]!.kid = `kid${world.kids++}`);
    case "lose": {
      const { kid } = world.devices[event.device]!;
      desk.lapsed.add(kid);
      world.told.kids.set(kid, { lost: null });
      const other = world.devices[1 - event.device]!;
      if (other.kid === kid) other.kid = `kid${world.kids++}`;
      return;
    }
    case "erase": {
      const paper = pick([...desk.decisions.keys()], event.decision);
      return paper && erase(world, paper, complain);
    }
    case "backup":
      return void (world.saved = copy(desk));
    case "restore":
      return restore(world);
  }
}

/** The device reads the whole log and looks for her records. */
function sync(world: World, device: number): void {
  const seen = new Set(world.log.flatMap((entry) => (entry !== null && "record" in entry ? [entry.record] : [])));
  Object.assign(world.devices[device]!, { beacon: world.log.length, seen });
}

function sign(world: World, { device, kind, processes, life, clone }: Signing): Paper {
  const { kid, beacon, seen } = world.devices[device]!;
  const lock = (clone ? world.papers.at(-1)?.lock : undefined) ?? `lock${world.locks++}`;
  const paper: Paper = { kind, kid, lock, beacon, expires: kind === "grant" ? world.time + life : null, processes, seen, signedAt: world.step, indexes: [] };
  world.papers.push(paper);
  return paper;
}

/** A batch: its entries, then the status entry that ends every published checkpoint. */
function publish(world: World, batch: readonly Logged[]): void {
  for (const entry of batch) {
    if (entry !== null && "record" in entry) entry.record.indexes.push(world.log.length);
    world.log.push(entry);
  }
  world.log.push(null);
}

/** The desk gets a record: bare, or with a proof of one of its entries. */
function deliver({ log, desk, told }: World, paper: Paper, proof: number | null): void {
  const proved = proof === null ? undefined : paper.indexes[proof % Math.max(1, paper.indexes.length)];
  const known = desk.decisions.get(paper);
  desk.decisions.set(paper, proved === undefined ? (known ?? null) : Math.min(proved, known ?? proved));
  told.papers.set(paper, { lost: null });
  if (proved === undefined) return;
  desk.newest = log.length;
  told.proofs.set(paper, Math.min(proved, told.proofs.get(paper) ?? proved));
}

function refresh(world: World): void {
  const { log, desk, time } = world;
  const ended = new Set<number>();
  const open = new Set(log.flatMap((entry) => (entry !== null && "opens" in entry ? [entry.opens] : [])));
  for (const [i, entry] of log.entries()) if (entry !== null && "record" in entry && open.has(entry.record.lock)) ended.add(i);
  desk.status = { size: log.length - 1, witnessedTime: time, ended };
  desk.newest = log.length;
}

/** The desk logs what has no proof, forgets the decision, and keeps a floor. */
function erase(world: World, paper: Paper, complain: (kind: ViolationKind, text: string) => void): void {
  const { desk } = world;
  if (desk.decisions.get(paper) === null) {
    publish(world, [{ record: paper }]);
    deliver(world, paper, paper.indexes.length - 1);
  }
  const index = desk.decisions.get(paper)!;
  desk.decisions.delete(paper);
  const remaining = viewOf(world).decisions;
  const floor = floorAfterErasing(index, remaining, desk.newest);
  if (floor !== modelFloor(index, remaining, desk.newest)) complain("disagreement", `a floor of ${floor}, not ${modelFloor(index, remaining, desk.newest)}`);
  desk.floor = Math.max(desk.floor, floor);
}

/** The desk is as it was at the backup, but looks at the newest checkpoint. */
function restore(world: World): void {
  const { saved, step, told } = world;
  if (saved === null) return;
  world.desk = copy(saved);
  const forget = <T>(facts: Told<T>, kept: { has(fact: T): boolean }) => facts.forEach((fact, key) => !kept.has(key) && (fact.lost ??= step));
  forget(told.papers, world.desk.decisions);
  forget(told.locks, world.desk.opened);
  forget(told.kids, world.desk.lapsed);
  refresh(world);
  world.desk.floor = world.log.length + 1;
}

function copy(desk: Desk): Desk {
  return { ...desk, decisions: new Map(desk.decisions), opened: new Set(desk.opened), lapsed: new Set(desk.lapsed) };
}

/** What an honest person does who wants this to be allowed: all that is hers gets into the log, she reads it, and grants. */
function grantHonestly(world: World, { purpose, data, processing }: CheckRequest): void {
  const { desk, devices } = world;
  for (const [paper, index] of desk.decisions) {
    if (index !== null) continue;
    publish(world, [{ record: paper }]);
    deliver(world, paper, paper.indexes.length - 1);
  }
  if (world.log.length < desk.floor) publish(world, []);
  const device = desk.lapsed.has(devices[0]!.kid) ? 1 : 0;
  if (desk.lapsed.has(devices[device]!.kid)) devices[device]!.kid = `kid${world.kids++}`;
  sync(world, device);
  const processes = [{ purposes: [purpose], data: [data], processing: [processing] }];
  const paper = sign(world, { device, kind: "grant", processes, life: 1_000_000, clone: false });
  publish(world, [{ record: paper }]);
  deliver(world, paper, 0);
  refresh(world);
}

function viewOf({ desk, time, skew }: World): DeskView & { decisions: (Decision & { paper: Paper })[] } {
  const decisions = [...desk.decisions].map(([paper, index]) => {
    const { kind, kid, lock, beacon, expires, processes } = paper;
    return { kind, kid, lock, index, beacon, expires, processes, paper };
  });
  const { size, witnessedTime, ended } = desk.status;
  const status = { size, witnessedTime, isEnded: (index: number) => ended.has(index), ended };
  return { decisions, lapsed: desk.lapsed, opened: desk.opened, status, floor: desk.floor, now: time + skew, maximumAge: MAXIMUM_AGE };
}

function count({ answers }: Outcome, answer: Answer): void {
  const name = answer.allowed ? "allowed" : answer.reason;
  answers.set(name, (answers.get(name) ?? 0) + 1);
}

function compare(request: CheckRequest, view: DeskView, answer: Answer, complain: (text: string) => void): void {
  const ended = (view.status as unknown as { ended: ReadonlySet<number> }).ended;
  const expected = modelAnswer(request, { ...view, lapsed: [...view.lapsed], opened: [...view.opened], status: { ...view.status, ended: [...ended] } });
  const { allowed, reason, grantIndex, blockerIndex } = expected;
  const same =
    answer.allowed === allowed &&
    (answer.allowed ? undefined : answer.reason) === reason &&
    answer.grant?.index === grantIndex &&
    (answer.allowed ? undefined : answer.blocker?.index) === blockerIndex;
  if (!same)
    complain(
      `${JSON.stringify(request)}: ${JSON.stringify(answer, (key, value: unknown) => (key === "paper" ? undefined : value))}, by the model ${JSON.stringify(expected)}`,
    );
}

/**
 * Why, on the truth of the history, this request should not have been allowed by this grant; undefined where nothing speaks
 * against it. What a restored backup made the desk forget speaks only against what was signed before.
 */
function objectionTo({ desk, told, log, time, skew }: World, request: CheckRequest, { paper: grant }: Decision & { paper?: Paper }): string | undefined {
  if (grant === undefined) return "the grant is none of hers";
  const now = Math.max(time + skew, desk.status.witnessedTime);
  const holds = (fact: { lost: number | null } | undefined): boolean => fact !== undefined && (fact.lost === null || grant.signedAt <= fact.lost);
  const withdrawn = log.slice(0, desk.status.size).flatMap((entry) => (entry !== null && "opens" in entry ? [entry.opens] : []));
  const isEnded = (paper: Paper) =>
    holds(told.locks.get(paper.lock)) || (withdrawn.includes(paper.lock) && (told.proofs.get(paper) ?? Infinity) < desk.status.size);
  const isVoid = (paper: Paper) => isEnded(paper) || holds(told.kids.get(paper.kid)) || (paper.expires !== null && paper.expires <= now);

  if (grant.kind !== "grant" || !modelCovers(grant.processes, request)) return "the grant does not name this";
  if (isVoid(grant)) return "the grant is ended, expired or of a lost key";
  if (!grant.indexes.some((index) => index < desk.status.size)) return "the grant is not in the log that the desk looked at";
  if (time + skew - desk.status.witnessedTime > MAXIMUM_AGE) return "the status is stale";
  for (const [other, fact] of told.papers) {
    if (other === grant || grant.seen.has(other) || !holds(fact) || !modelOverlaps(other.processes, request)) continue;
    if (other.kind === "refusal") return `she had not seen the refusal of step ${other.signedAt} when she granted at step ${grant.signedAt}`;
    if (isVoid(other)) return `she had not seen the void grant of step ${other.signedAt} when she granted at step ${grant.signedAt}`;
  }
  return undefined;
}

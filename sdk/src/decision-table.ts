/**
 * What a desk holds in memory of its decisions, so that a check costs no more than a few cache misses: 32 bytes a decision, 16 a subject and the room that a table
 * needs. Everything here can be made again from the store; nothing of it is personal data but keyed hashes and scopes.
 */
import type { CheckReason, CheckRequest, Decision } from "@freehold/protocol/check";
import { FreeholdError } from "@freehold/protocol/errors";
import { COVERS, APART, createScopes } from "./scopes.ts";
import { createSubjectHash } from "./subject-hash.ts";

/** A decision as an answer names it. By its index anybody finds its entry in the log; {@link explain} has the rest. */
export interface Cited {
  /** Null as long as it is not proved. */
  index: number | null;
  beacon: number;
  /** Seconds since 1970; null where it does not expire. */
  expires: number | null;
}

/** The answer to a check. `asOf`: the witnessed time of the status that it rests on (seconds since 1970), null as long as there is none. */
export type Answer =
  | { allowed: true; reason: "allowed"; asOf: number | null; grant: Cited }
  | { allowed: false; reason: CheckReason; asOf: number | null; grant?: Cited; blocker?: Cited };

/** The newest status: how many entries it covers, one bit for each, and when it was witnessed. */
export interface TableStatus {
  size: number;
  bits: Uint8Array;
  /** Seconds since 1970; null before the first. */
  witnessedTime: number | null;
}

/** What the table is told of a decision. */
export type TableDecision = Pick<Decision, "kind" | "index" | "beacon" | "expires" | "processes"> & { opened?: boolean; lapsed?: boolean };

export interface DecisionTable {
  /** A free number for a decision, below 2^32 - 1, which nobody else gets until it is released. */
  reserve(): number;
  release(id: number): void;
  /** Adds a decision of a subject under its number: one that was reserved, or one above all before. */
  add(id: number, subject: string, decision: TableDecision): void;
  remove(id: number, subject: string): void;
  prove(id: number, index: number): void;
  /** Its lock has been opened. Says whether that was new. */
  open(id: number): boolean;
  lapse(id: number): void;
  setFloor(subject: string, floor: number): void;
  /** A floor for every subject (spec/checking.md: a restored backup). */
  setFloorOfAll(floor: number): void;
  setStatus(status: TableStatus): void;
  /** Whether a decision has ended, by an opened lock or by the status. */
  isEnded(id: number): boolean;
  /** The rule of spec/checking.md. `now` in seconds since 1970. */
  check(subject: string, request: CheckRequest, now: number): Answer;
  readonly status: TableStatus;
  readonly decisions: number;
  readonly subjects: number;
  readonly scopes: number;
  floorOf(subject: string): number;
}

// A decision: three doubles (index or -1, beacon, expiry or Infinity), then the subject's next decision (+ 1), and scope and flags in one word.
const WORDS = 8;
const DOUBLES = 4;
const NEXT = 6;
const MARKS = 7;
const SEGMENT_BITS = 16;
const SEGMENT = 2 ** SEGMENT_BITS;

const GRANT = 1;
const OPENED = 2;
const LAPSED = 4;
const SCOPE_SHIFT = 3;
const MAX_SCOPES = 2 ** (32 - SCOPE_SHIFT);

// A subject: its hash in two words (not both 0), its first decision (+ 1), and where its floor is (+ 1).
const SUBJECT = 4;
/** Parts of the table of subjects, each of which grows for itself: so nobody waits while all are filled anew. */
const PARTS = 64;
const MAX_LOAD = 0.8;
const GROWTH = 1.25;

/** The steps of the rule, as far as a grant that covers the request may come. */
const STEPS: readonly CheckReason[] = ["lapsed", "ended", "expired", "unproved", "stale", "below_floor"];
const REACHED_LAST = STEPS.length;

interface Part {
  words: Uint32Array;
  used: number;
}

/**
 * An empty table. `maximumAge` of a status in seconds.
 *
 * @example
 * ```ts
 * const table = createDecisionTable({ maximumAge: 300 });
 * table.add(table.reserve(), "customer-7", grant);
 * table.check("customer-7", { purpose: "dpv:Marketing", data: "pd:EmailAddress", processing: "dpv:Use" }, now).allowed;
 * ```
 */
export function createDecisionTable({ maximumAge }: { maximumAge: number }): DecisionTable {
  const doubles: Float64Array[] = [];
  const words: Uint32Array[] = [];
  let end = 0;
  const free: number[] = [];
  let decisions = 0;

  const hash = createSubjectHash(crypto.getRandomValues(new Uint32Array(2)));
  const out = { low: 0, high: 0 };
  const parts: Part[] = Array.from({ length: PARTS }, () => ({ words: new Uint32Array(SUBJECT * 16), used: 0 }));
  const floors: number[] = [];
  let floorOfAll = 0;

  const scopes = createScopes();
  let status: TableStatus = { size: 0, bits: new Uint8Array(0), witnessedTime: null };
  // The same as plain numbers, which check reads at each call.
  let size = 0;
  let bits = status.bits;
  let witnessedTime = -Infinity;

  const room = (id: number) => {
    while (id >> SEGMENT_BITS >= doubles.length) {
      const buffer = new ArrayBuffer(SEGMENT * WORDS * 4);
      doubles.push(new Float64Array(buffer));
      words.push(new Uint32Array(buffer));
    }
  };
  const wordOf = (id: number, word: number): number => words[id >>> SEGMENT_BITS]![(id & (SEGMENT - 1)) * WORDS + word]!;
  const setWord = (id: number, word: number, value: number) => void (words[id >>> SEGMENT_BITS]![(id & (SEGMENT - 1)) * WORDS + word] = value);
  const mark = (id: number, flag: number): boolean => {
    const marks = wordOf(id, MARKS);
    setWord(id, MARKS, marks | flag);
    return (marks & flag) === 0;
  };

  /** The part of the table in which a subject is, by the hash in `out`. */
  const partOf = (subject: string): Part => {
    if (typeof subject !== "string") throw new FreeholdError("argument_invalid", "A subject is a string: the name under which the company knows a person.");
    hash(subject, out);
    if (out.low === 0 && out.high === 0) out.low = 1;
    return parts[out.low >>> 26]!;
  };
  /** Where the subject of `out` is in its part, or the empty place where it would be. */
  const placeOf = (table: Uint32Array): number => {
    const { low, high } = out;
    const slots = table.length / SUBJECT;
    let at = SUBJECT * Math.floor((high / 2 ** 32) * slots);
    while (!((table[at] === low && table[at + 1] === high) || (table[at] === 0 && table[at + 1] === 0))) {
      at += SUBJECT;
      if (at === table.length) at = 0;
    }
    return at;
  };
  const grow = (part: Part) => {
    const old = part.words;
    const kept = (at: number) => old[at + 2] !== 0 || old[at + 3] !== 0;
    let alive = 0;
    for (let at = 0; at < old.length; at += SUBJECT) if (kept(at)) alive++;
    part.words = new Uint32Array(SUBJECT * Math.ceil(((alive + 8) / MAX_LOAD) * GROWTH));
    part.used = alive;
    const { low, high } = out;
    for (let at = 0; at < old.length; at += SUBJECT) {
      if (!kept(at)) continue;
      out.low = old[at]!;
      out.high = old[at + 1]!;
      part.words.set(old.subarray(at, at + SUBJECT), placeOf(part.words));
    }
    out.low = low;
    out.high = high;
  };
  /** The table and the place of a subject, made where it is new. */
  const enter = (subject: string): { table: Uint32Array; at: number } => {
    const part = partOf(subject);
    let at = placeOf(part.words);
    if (part.words[at] === 0 && part.words[at + 1] === 0) {
      if ((part.used + 1) * SUBJECT > part.words.length * MAX_LOAD) {
        grow(part);
        at = placeOf(part.words);
      }
      part.words[at] = out.low;
      part.words[at + 1] = out.high;
      part.used++;
    }
    return { table: part.words, at };
  };
  const floorAt = (place: number): number => (place === 0 ? floorOfAll : Math.max(floors[place - 1]!, floorOfAll));

  const cite = (id: number): Cited => {
    const at = (id & (SEGMENT - 1)) * DOUBLES;
    const row = doubles[id >>> SEGMENT_BITS]!;
    const index = row[at]!;
    const expires = row[at + 2]!;
    return { index: index < 0 ? null : index, beacon: row[at + 1]!, expires: expires === Infinity ? null : expires };
  };

  const check = (subject: string, request: CheckRequest, now: number): Answer => {
    const facts = scopes.facts(request.purpose, request.data, request.processing);
    const table = partOf(subject).words;
    const place = placeOf(table);
    const first = table[place + 2]!;
    const floor = floorAt(table[place + 3]!);
    const time = Math.max(now, witnessedTime);
    const isFresh = Math.abs(now - witnessedTime) <= maximumAge;

    let best = -1;
    let bestStep = -1;
    let bestPlace = -1;
    let bestBeacon = 0;
    let reached = 0;
    // The last of all that speaks against: a grant whose beacon is above it is above all of them.
    let against = -1;
    let againstPlace = -1;
    for (let id = first - 1; id >= 0;) {
      const segment = id >>> SEGMENT_BITS;
      const at = (id & (SEGMENT - 1)) * WORDS;
      const marks = words[segment]![at + MARKS]!;
      const scope = marks >>> SCOPE_SHIFT;
      const fact = facts.bytes[scope] || facts.of(scope);
      if (fact !== APART) {
        const row = doubles[segment]!;
        const index = row[at >> 1]!;
        const expires = row[(at >> 1) + 2]!;
        const isProved = index >= 0 && index < size;
        const isEnded = (marks & OPENED) !== 0 || (isProved && isSet(bits, index));
        const isExpired = expires !== Infinity && !(expires > time);
        const order = index < 0 ? Infinity : index;
        if (order > againstPlace && ((marks & GRANT) === 0 || (marks & LAPSED) !== 0 || isEnded || isExpired)) {
          against = id;
          againstPlace = order;
        }
        if (fact === COVERS && (marks & GRANT) !== 0) {
          const beacon = row[(at >> 1) + 1]!;
          // Written so that a number that is none (NaN) does not pass.
          const step = (marks & LAPSED) !== 0 ? 0 : isEnded ? 1 : isExpired ? 2 : !isProved ? 3 : !isFresh ? 4 : !(beacon >= floor) ? 5 : REACHED_LAST;
          if (step === REACHED_LAST) reached++;
          if (step > bestStep || (step === bestStep && order > bestPlace)) {
            best = id;
            bestStep = step;
            bestPlace = order;
            bestBeacon = beacon;
          }
        }
      }
      id = words[segment]![at + NEXT]! - 1;
    }

    const asOf = status.witnessedTime;
    if (best < 0) return { allowed: false, reason: "no_grant", asOf };
    if (bestStep < REACHED_LAST) return { allowed: false, reason: STEPS[bestStep]!, asOf, grant: cite(best) };
    if (bestBeacon > againstPlace) return { allowed: true, reason: "allowed", asOf, grant: cite(best) };
    const above = reached > 1 ? lastAbove(first, facts.of, floor, time, againstPlace) : -1;
    if (above >= 0) return { allowed: true, reason: "allowed", asOf, grant: cite(above) };
    return { allowed: false, reason: "blocked", asOf, grant: cite(best), blocker: cite(against) };
  };

  /** Of several grants that come to the last condition, the latest whose beacon is above all that speaks against, or -1. */
  const lastAbove = (first: number, factOf: (scope: number) => number, floor: number, time: number, againstPlace: number): number => {
    let last = -1;
    let lastIndex = -1;
    for (let id = first - 1; id >= 0; id = wordOf(id, NEXT) - 1) {
      const marks = wordOf(id, MARKS);
      const at = (id & (SEGMENT - 1)) * DOUBLES;
      const row = doubles[id >>> SEGMENT_BITS]!;
      const [index, beacon, expires] = [row[at]!, row[at + 1]!, row[at + 2]!];
      const isLive =
        (marks & (GRANT | OPENED | LAPSED)) === GRANT && index >= 0 && index < size && !isSet(bits, index) && (expires === Infinity || expires > time);
      if (isLive && beacon >= floor && beacon > againstPlace && index > lastIndex && factOf(marks >>> SCOPE_SHIFT) === COVERS) {
        last = id;
        lastIndex = index;
      }
    }
    return last;
  };

  return {
    check,
    reserve() {
      const id = free.pop() ?? end++;
      if (id >= 2 ** 31 - 1) throw new FreeholdError("argument_invalid", "A desk holds at most 2^31 decisions.");
      return id;
    },
    release: (id) => void free.push(id),
    add(id, subject, { kind, index, beacon, expires, processes, opened = false, lapsed = false }) {
      room(id);
      for (; end <= id; end++) if (end < id) free.push(end);
      const scope = scopes.take(processes);
      if (scope >= MAX_SCOPES) throw new FreeholdError("argument_invalid", `A desk holds at most ${MAX_SCOPES} scopes.`);
      const { table, at } = enter(subject);
      const row = doubles[id >>> SEGMENT_BITS]!;
      row.set([index ?? -1, beacon, expires ?? Infinity], (id & (SEGMENT - 1)) * DOUBLES);
      setWord(id, NEXT, table[at + 2]!);
      setWord(id, MARKS, ((scope << SCOPE_SHIFT) | (kind === "grant" ? GRANT : 0) | (opened ? OPENED : 0) | (lapsed ? LAPSED : 0)) >>> 0);
      table[at + 2] = id + 1;
      decisions++;
    },
    remove(id, subject) {
      const { table, at } = enter(subject);
      const after = wordOf(id, NEXT);
      if (table[at + 2] === id + 1) table[at + 2] = after;
      else {
        let before = table[at + 2]! - 1;
        while (before >= 0 && wordOf(before, NEXT) !== id + 1) before = wordOf(before, NEXT) - 1;
        if (before < 0) return;
        setWord(before, NEXT, after);
      }
      scopes.release(wordOf(id, MARKS) >>> SCOPE_SHIFT);
      words[id >>> SEGMENT_BITS]!.fill(0, (id & (SEGMENT - 1)) * WORDS, ((id & (SEGMENT - 1)) + 1) * WORDS);
      free.push(id);
      decisions--;
    },
    prove: (id, index) => void (doubles[id >>> SEGMENT_BITS]![(id & (SEGMENT - 1)) * DOUBLES] = index),
    open: (id) => mark(id, OPENED),
    lapse: (id) => void mark(id, LAPSED),
    setFloor(subject, floor) {
      const { table, at } = enter(subject);
      if (table[at + 3] === 0) {
        if (floor === 0) return;
        table[at + 3] = floors.push(floor);
      } else floors[table[at + 3]! - 1] = floor;
    },
    setFloorOfAll: (floor) => void (floorOfAll = floor),
    floorOf(subject) {
      const table = partOf(subject).words;
      return floorAt(table[placeOf(table) + 3]!);
    },
    setStatus(next) {
      status = next;
      size = next.size;
      bits = next.bits;
      witnessedTime = next.witnessedTime ?? -Infinity;
    },
    isEnded(id) {
      const index = doubles[id >>> SEGMENT_BITS]![(id & (SEGMENT - 1)) * DOUBLES]!;
      return (wordOf(id, MARKS) & OPENED) !== 0 || (index >= 0 && index < size && isSet(bits, index));
    },
    get status() {
      return status;
    },
    get decisions() {
      return decisions;
    },
    get subjects() {
      return parts.reduce((sum, { used }) => sum + used, 0);
    },
    get scopes() {
      return scopes.count;
    },
  };
}

/** Bit `index` of a bitmap (spec/status.md). Bitwise operators take 32 bits: above, the place is divided, which is slower. */
function isSet(bits: Uint8Array, index: number): boolean {
  if (index < 2 ** 31) return (bits[index >>> 3]! & (1 << (index & 7))) !== 0;
  return (bits[Math.floor(index / 8)]! & (1 << (index % 8))) !== 0;
}

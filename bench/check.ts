/** check() in process, with a million live decisions: how long one takes, how many a second, how much memory; beside a Map of objects and a row of SQLite. */
import { DatabaseSync } from "node:sqlite";
import { covers, overlaps } from "@freehold/protocol/check";
import type { CheckRequest } from "@freehold/protocol/check";
import type { Process } from "@freehold/protocol/record";
import { createDecisionTable } from "@freehold/sdk/decision-table";
import { report, thousands } from "./report.ts";

const DECISIONS = Number(process.argv[2] ?? 1_000_000);
const NOW = 1_800_000_000;
/** Entries of the log, of which the company's own are a part. */
const SIZE = 4 * DECISIONS;

/** The scopes of a company's offers: some wide, some narrowed by the person. */
const PURPOSES = [
  "dpv:Marketing",
  "dpv:DirectMarketing",
  "dpv:PersonalisedAdvertising",
  "dpv:ServicePersonalisation",
  "dpv:ServiceUsageAnalytics",
  "dpv:RecordManagement",
];
const DATA = ["pd:EmailAddress", "pd:Contact", "pd:Location", "pd:Financial"];
const SCOPES: (readonly Process[] | null)[] = PURPOSES.flatMap((purpose) =>
  DATA.map((data) => [{ purposes: [purpose], data: [data], processing: ["dpv:Use"] }]),
);
const REQUESTS: CheckRequest[] = PURPOSES.flatMap((purpose) =>
  ["pd:EmailAddress", "pd:PhysicalAddress"].map((data) => ({ purpose, data, processing: "dpv:Use" })),
);

/** A fixed sequence, so that all are asked the same. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Made {
  subject: number;
  kind: "grant" | "refusal";
  index: number;
  beacon: number;
  expires: number | null;
  scope: number;
}

const subjects = Math.ceil(DECISIONS / 2);
const nameOf = (subject: number) => `customer-${subject}-4f9c2a`;
/** Names as they come out of a request: strings of their own. */
const names = Array.from({ length: 200_000 }, (_, i) => nameOf(Math.floor((i * 0.618034 * subjects) % subjects)));
const bits = new Uint8Array(SIZE / 8).map((_, i) => (i % 97 === 0 ? 8 : 0));

/** As they come in over the years: those of one person far from each other. Two each on average, every tenth a refusal. */
function* decisions(): Generator<Made> {
  const random = randoms(7);
  for (let made = 0; made < DECISIONS; made++) {
    const isRefusal = random() < 0.1;
    const index = 4 * made + 3;
    yield {
      subject: Math.floor(random() * subjects),
      kind: isRefusal ? "refusal" : "grant",
      index,
      beacon: index - 1,
      expires: isRefusal ? null : NOW + 1e7,
      scope: Math.floor(random() * SCOPES.length),
    };
  }
}

type Check = (subject: string, request: CheckRequest) => boolean;

interface Measured {
  p50: number;
  p99: number;
  perSecond: number;
  allowed: number;
}

/** Each call timed for itself (what the clock takes is subtracted), and then many without a clock between them. */
function measure(check: Check, calls = 400_000): Measured {
  const ask = (i: number) => check(names[i % names.length]!, REQUESTS[(i * 7) % REQUESTS.length]!);
  for (let i = 0; i < calls / 4; i++) ask(i);
  const clock = timesOf(() => true, calls / 4);
  const times = timesOf(ask, calls);
  let perSecond = 0;
  let allowed = 0;
  for (let round = 0; round < 5; round++) {
    allowed = 0;
    const before = process.cpuUsage();
    for (let i = 0; i < calls; i++) if (ask(i)) allowed++;
    const { user, system } = process.cpuUsage(before);
    perSecond = Math.max(perSecond, calls / ((user + system) / 1e6));
  }
  return { p50: Math.max(0, times.p50 - clock.p50), p99: Math.max(0, times.p99 - clock.p50), perSecond, allowed: allowed / calls };
}

/** Microseconds. */
function timesOf(work: (i: number) => unknown, calls: number): { p50: number; p99: number } {
  const times = new Float64Array(calls);
  for (let i = 0; i < calls; i++) {
    const before = process.hrtime.bigint();
    work(i);
    times[i] = Number(process.hrtime.bigint() - before) / 1000;
  }
  times.sort();
  return { p50: times[Math.floor(calls / 2)]!, p99: times[Math.floor(calls * 0.99)]! };
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The rule for what the peers hold: the same answer, without a reason. */
function judge(of: readonly Made[], factsOf: (scope: number) => number): boolean {
  let against = -1;
  for (const { kind, index, scope, expires } of of) {
    const isVoid = (bits[index >> 3]! & (1 << (index & 7))) !== 0 || (expires !== null && expires <= NOW);
    if ((kind === "refusal" || isVoid) && index > against && factsOf(scope) > 0) against = index;
  }
  return of.some(
    ({ kind, index, scope, beacon, expires }) =>
      kind === "grant" && factsOf(scope) === 2 && beacon > against && (bits[index >> 3]! & (1 << (index & 7))) === 0 && expires! > NOW,
  );
}

const known = new Map<CheckRequest, Int8Array>();
function factsFor(request: CheckRequest): (scope: number) => number {
  let facts = known.get(request);
  if (facts === undefined)
    known.set(request, (facts = Int8Array.from(SCOPES, (processes) => (covers({ processes }, request) ? 2 : overlaps({ processes }, request) ? 1 : 0))));
  const all = facts;
  return (scope) => all[scope]!;
}

const before = memory();
const started = performance.now();
const table = createDecisionTable({ maximumAge: 300 });
for (const { subject, scope, ...decision } of decisions()) table.add(table.reserve(), nameOf(subject), { ...decision, processes: SCOPES[scope]! });
table.setStatus({ size: SIZE, bits, witnessedTime: NOW });
const loaded = performance.now() - started;
const tableBytes = memory() - before;
const own = measure((subject, request) => table.check(subject, request, NOW).allowed);

const map = new Map<string, Made[]>();
const beforeMap = memory();
for (const decision of decisions()) {
  const of = map.get(nameOf(decision.subject));
  if (of === undefined) map.set(nameOf(decision.subject), [decision]);
  else of.push(decision);
}
const mapBytes = memory() - beforeMap;
const peer = measure((subject, request) => judge(map.get(subject) ?? [], factsFor(request)));
map.clear();

const db = new DatabaseSync(":memory:");
db.exec(
  "CREATE TABLE decision (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER, beacon INTEGER NOT NULL, expires INTEGER, scope INTEGER NOT NULL)",
);
const insert = db.prepare("INSERT INTO decision (subject, kind, at, beacon, expires, scope) VALUES (?, ?, ?, ?, ?, ?)");
db.exec("BEGIN");
for (const { subject, kind, index, beacon, expires, scope } of decisions()) insert.run(nameOf(subject), kind, index, beacon, expires, scope);
db.exec("COMMIT; CREATE INDEX decision_subject ON decision (subject)");
const select = db.prepare('SELECT kind, at AS "index", beacon, expires, scope FROM decision WHERE subject = ?');
const sqlite = measure((subject, request) => judge(select.all(subject) as unknown as Made[], factsFor(request)), 100_000);

const us = (value: number) => `${value.toFixed(2)} us`;
report(
  `check() with subsumption, ${thousands(DECISIONS)} live decisions of ${thousands(table.subjects)} subjects, ${REQUESTS.length} requests, ${Math.round(own.allowed * 100)} % allowed`,
  [
    { figure: "p50", measured: us(own.p50), against: `Map of objects ${us(peer.p50)}, SQLite in memory ${us(sqlite.p50)}`, goal: "<= 1 us", met: own.p50 <= 1 },
    { figure: "p99", measured: us(own.p99), against: `Map of objects ${us(peer.p99)}, SQLite in memory ${us(sqlite.p99)}`, goal: "<= 3 us", met: own.p99 <= 3 },
    {
      figure: "on one core, a second of CPU",
      measured: thousands(own.perSecond),
      against: `Map of objects ${thousands(peer.perSecond)}, SQLite ${thousands(sqlite.perSecond)}`,
      goal: ">= 1,000,000",
      met: own.perSecond >= 1e6,
    },
    {
      figure: "memory for a million decisions",
      measured: `${(tableBytes / DECISIONS).toFixed(0)} MB`,
      against: `Map of objects ${(mapBytes / DECISIONS).toFixed(0)} MB`,
      goal: "<= 100 MB",
      met: tableBytes / DECISIONS <= 100,
    },
    { figure: "filled from decisions at hand", measured: `${Math.round(loaded)} ms` },
  ],
);
const same = [own.allowed, peer.allowed].map((share) => share.toFixed(6));
if (same[0] !== same[1]) throw new Error(`The table allows ${same[0]}, the Map ${same[1]}: they must agree.`);

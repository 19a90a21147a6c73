import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkingVectors } from "../../tools/vectors/checking.ts";
import type { CheckingVector } from "../../tools/vectors/checking.ts";
import { anyHistory } from "../testkit/any-history.ts";
import { play, violationKinds } from "../testkit/check-history.ts";
import type { Event } from "../testkit/check-history.ts";
import {
  concernedPoints,
  descendants,
  modelAnswer,
  modelCovers,
  modelFloor,
  modelOverlaps,
  modelTerms,
  namedPoints,
  strangeTerms,
} from "../testkit/check-model.ts";
import type { ModelAnswer, ModelDecision, ModelView } from "../testkit/check-model.ts";
import { checkRequest, covers, floorAfterErasing, overlaps } from "./check.ts";
import type { Answer, CheckRequest, Decision, DeskView } from "./check.ts";
import { haveCommonDescendant, isKnown, isWithin } from "./vocabulary.ts";

const spec = new URL("../../spec/", import.meta.url);
const vectors = checkingVectors();

function deskView(view: ModelView): DeskView {
  const ended = new Set(view.status.ended);
  return { ...view, lapsed: new Set(view.lapsed), opened: new Set(view.opened), status: { ...view.status, isEnded: (index) => ended.has(index) } };
}

/** An answer as vectors state it. */
function stated(answer: Answer): ModelAnswer {
  if (answer.allowed) return { allowed: true, grantIndex: answer.grant.index };
  const { reason, grant, blocker } = answer;
  return { allowed: false, reason, ...(grant && { grantIndex: grant.index }), ...(blocker && { blockerIndex: blocker.index }) };
}

test.each(Object.keys(vectors))("%s", (path) => {
  const vector = JSON.parse(readFileSync(new URL(`vectors/${path}`, spec), "utf8")) as CheckingVector;
  expect(vector, "the file is what tools/vectors/checking.ts writes").toEqual(JSON.parse(JSON.stringify(vectors[path])));
  expect(stated(checkRequest(vector.request, deskView(vector.view)))).toEqual(vector.expect);
  expect(modelAnswer(vector.request, vector.view)).toEqual(vector.expect);
});

test("every row of the table in spec/checking.md is a vector, in its words", () => {
  const [, table] = readFileSync(new URL("checking.md", spec), "utf8").split("\n## Table\n");
  const rows = [...table!.matchAll(/^\| (.+) \|$/gm)].map(([, row]) => row!).slice(1);
  expect(rows.length).toBeGreaterThan(15);
  const described = new Map(Object.values(vectors).map((vector) => [vector.description, vector.expect]));
  for (const description of described.keys()) if (description.includes(" | ")) expect(rows).toContain(description);
  for (const row of rows) {
    const expected = described.get(row);
    expect(expected, row).toBeDefined();
    const [, allowed, reason, by] = /\| (?:(allowed)|`(\w+)`)(?: by (\d+))?[^|]*$/.exec(row)!;
    expect([expected!.allowed, expected!.reason]).toEqual([allowed !== undefined, reason]);
    if (by !== undefined) expect(expected!.allowed ? expected!.grantIndex : expected!.blockerIndex).toBe(Number(by));
  }
});

test("the model's part of the vocabulary has the relations of the whole", () => {
  for (const dimension of ["purposes", "data", "processing"] as const) {
    const known = Object.keys(modelTerms[dimension]);
    for (const strange of strangeTerms[dimension]) expect(isKnown(strange)).toBe(false);
    for (const a of known) {
      for (const b of known) {
        expect([a, b, isWithin(a, b)]).toEqual([a, b, descendants(dimension, b).has(a)]);
        expect([a, b, haveCommonDescendant(a, b)]).toEqual([a, b, [...descendants(dimension, a)].some((term) => descendants(dimension, b).has(term))]);
      }
    }
  }
});

const all = (dimension: keyof typeof modelTerms): string[] => [...Object.keys(modelTerms[dimension]), ...strangeTerms[dimension]];
const anyTerms = (dimension: keyof typeof modelTerms) => fc.uniqueArray(fc.constantFrom(...all(dimension)), { minLength: 1, maxLength: 3 });
const anyProcess = fc.record({ purposes: anyTerms("purposes"), data: anyTerms("data"), processing: anyTerms("processing") }, { requiredKeys: [] });
const anyProcesses = fc.option(fc.array(anyProcess, { maxLength: 2 }), { freq: 8 }) as fc.Arbitrary<ModelDecision["processes"]>;
const anyRequest: fc.Arbitrary<CheckRequest> = fc.record({
  purpose: fc.constantFrom(...all("purposes")),
  data: fc.constantFrom(...all("data")),
  processing: fc.constantFrom(...all("processing")),
});

test("covers and overlaps are what sets of points say", () => {
  fc.assert(
    fc.property(anyProcesses, anyRequest, (processes, request) => {
      expect(covers({ processes }, request)).toBe(modelCovers(processes, request));
      expect(overlaps({ processes }, request)).toBe(modelOverlaps(processes, request));
    }),
    { numRuns: 5000, seed: 7 },
  );
  expect(namedPoints(null).size).toBe(0);
  expect(concernedPoints(null).size).toBe(9 * 6 * 4);
});

test("a refused part blocks a request for the whole, and for all that contains it", () => {
  fc.assert(
    fc.property(anyRequest, anyRequest, (part, whole) => {
      fc.pre((["purpose", "data", "processing"] as const).every((dimension) => isWithin(part[dimension], whole[dimension])));
      const refused = [{ purposes: [part.purpose], data: [part.data], processing: [part.processing] }];
      expect(overlaps({ processes: refused }, whole)).toBe(true);
    }),
    { numRuns: 1000, seed: 7 },
  );
});

const few = fc.nat({ max: 6 });
const anyDecision: fc.Arbitrary<ModelDecision> = fc.record({
  kind: fc.constantFrom("grant" as const, "grant" as const, "refusal" as const),
  kid: fc.constantFrom("a", "b", "c"),
  lock: fc.constantFrom("1", "2", "3", "4", "5", "6"),
  index: fc.option(few, { freq: 6 }),
  beacon: few,
  expires: fc.option(fc.integer({ min: 8, max: 16 })),
  processes: fc.oneof(
    { weight: 2, arbitrary: fc.constant([{ purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] }]) },
    { weight: 1, arbitrary: anyProcesses },
  ),
});
const anyView: fc.Arbitrary<ModelView> = fc.record({
  decisions: fc.array(anyDecision, { maxLength: 6 }),
  lapsed: fc.subarray(["c"]),
  opened: fc.subarray(["5", "6"]),
  status: fc.record({ size: fc.nat({ max: 8 }), witnessedTime: fc.integer({ min: 6, max: 14 }), ended: fc.subarray([0, 1, 7]) }),
  floor: fc.nat({ max: 3 }),
  now: fc.integer({ min: 6, max: 14 }),
  maximumAge: fc.integer({ min: 1, max: 8 }),
});

test("whatever a desk knows, the answer is the model's", () => {
  const request = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ purpose: "dpv:Advertising", data: "pd:EmailAddress", processing: "dpv:Use" }) },
    { weight: 1, arbitrary: anyRequest },
  );
  fc.assert(
    fc.property(anyView, request, (view, asked) => {
      expect(stated(checkRequest(asked, deskView(view)))).toEqual(modelAnswer(asked, view));
    }),
    { numRuns: 10_000, seed: 7 },
  );
});

test("the floor shuts out what the erased decision blocked, nothing that it did not, and says as little as it can", () => {
  fc.assert(
    fc.property(fc.array(anyDecision, { maxLength: 5 }), few, fc.integer({ min: 1, max: 6 }), (remaining, index, more) => {
      const floor = floorAfterErasing(index, remaining, index + more);
      expect(floor).toBe(modelFloor(index, remaining, index + more));
      expect(floor).toBeGreaterThan(index);
      for (const { kind, beacon } of remaining) if (kind === "grant") expect(beacon < floor).toBe(beacon <= index);
    }),
    { numRuns: 2000, seed: 7 },
  );
});

test("10,000 random histories: nothing unsafe, nothing revived, nobody stuck, and the model agrees", () => {
  const answers = new Map<string, number>();
  fc.assert(
    fc.property(anyHistory, (history) => {
      const outcome = play(history);
      for (const [answer, times] of outcome.answers) answers.set(answer, (answers.get(answer) ?? 0) + times);
      for (const kind of violationKinds) expect(outcome.violations.filter((violation) => violation.kind === kind)).toEqual([]);
    }),
    { numRuns: 10_000, seed: 7 },
  );
  for (const answer of ["allowed", "no_grant", "lapsed", "ended", "expired", "unproved", "stale", "below_floor", "blocked"]) {
    expect(answers.get(answer), answer).toBeGreaterThan(100);
  }
});

const ASKED: CheckRequest = { purpose: "dpv:Advertising", data: "pd:EmailAddress", processing: "dpv:Use" };
type Signed = Event & { do: "sign" };
const signed = (event: Partial<Signed>): Signed => ({
  do: "sign",
  device: 0,
  kind: "refusal",
  processes: null,
  life: 1000,
  clone: false,
  sync: true,
  log: false,
  deliver: "not",
  refresh: false,
  ...event,
});
const raced = signed({ device: 1, kind: "grant", processes: [{ purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] }] });
const landed: Event[] = [{ do: "log", records: [1] }, { do: "deliver", record: 1, proof: 0 }, { do: "refresh" }];

test.each<[string, Event[], string]>([
  [
    "a refusal without proof is erased, then a grant that raced with it is logged",
    [signed({ deliver: "bare" }), raced, { do: "erase", decision: 0 }, ...landed],
    "below_floor",
  ],
  [
    "a refusal is lost with a backup, then a grant that raced with it is logged",
    [{ do: "backup" }, signed({ deliver: "bare" }), raced, { do: "restore" }, ...landed],
    "below_floor",
  ],
  ["a refusal and a grant race", [signed({ log: true, deliver: "proved" }), { ...raced, sync: false }, ...landed], "blocked"],
])("%s", (_, events, reason) => {
  const { answers, violations } = play({ events, skew: 0, requests: [ASKED] });
  expect(violations).toEqual([]);
  expect([answers.get("allowed"), answers.get(reason)]).toEqual([undefined, 1]);
});

test("numbers that are none never allow", () => {
  const { view, request } = vectors["checking/valid/granted-after-refusal.json"]!;
  const good = deskView({ ...view, decisions: view.decisions.map((d) => ({ ...d })) });
  expect(checkRequest(request, good).allowed).toBe(true);
  const spoil = (change: (decision: Decision) => Decision, more: Partial<DeskView> = {}) =>
    checkRequest(request, { ...good, ...more, decisions: good.decisions.map(change) }).allowed;
  const same = (decision: Decision) => decision;
  for (const [kind, member] of [
    ["grant", "index"],
    ["grant", "beacon"],
    ["grant", "expires"],
    ["refusal", "index"],
  ] as const) {
    expect(
      spoil((decision) => (decision.kind === kind ? { ...decision, [member]: Number.NaN } : decision)),
      `${member} of the ${kind}`,
    ).toBe(false);
  }
  for (const member of ["floor", "now", "maximumAge"] as const) expect(spoil(same, { [member]: Number.NaN }), member).toBe(false);
  for (const member of ["size", "witnessedTime"] as const) expect(spoil(same, { status: { ...good.status, [member]: Number.NaN } }), member).toBe(false);
});

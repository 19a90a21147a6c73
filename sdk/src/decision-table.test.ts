import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRequest } from "@freehold/protocol/check";
import type { CheckRequest, Decision, DeskView } from "@freehold/protocol/check";
import { anyHistory } from "../../protocol/testkit/any-history.ts";
import { play } from "../../protocol/testkit/check-history.ts";
import type { ModelAnswer, ModelRequest, ModelView } from "../../protocol/testkit/check-model.ts";
import { createDecisionTable } from "./decision-table.ts";
import type { Answer, DecisionTable } from "./decision-table.ts";

const marketing: CheckRequest = { purpose: "dpv:Marketing", data: "pd:EmailAddress", processing: "dpv:Use" };
const grant = {
  kind: "grant" as const,
  index: 5,
  beacon: 4,
  expires: 2000,
  processes: [{ purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] }],
};
const refusal = { kind: "refusal" as const, index: 5, beacon: 4, expires: null, processes: null };

/** A bitmap of these indexes. */
function bitmap(size: number, isEnded: (index: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(size / 8));
  for (let i = 0; i < size; i++) if (isEnded(i)) bits[i >> 3]! |= 1 << (i & 7);
  return bits;
}

/** What a view says of one subject, in a table. */
function fill(table: DecisionTable, subject: string, view: DeskView): void {
  for (const decision of view.decisions)
    table.add(table.reserve(), subject, { ...decision, opened: view.opened.has(decision.lock), lapsed: view.lapsed.has(decision.kid) });
  table.setFloor(subject, view.floor);
}

function setStatus(table: DecisionTable, { status: { size, witnessedTime, isEnded } }: DeskView): void {
  table.setStatus({ size, witnessedTime, bits: bitmap(size, isEnded) });
}

/** An answer as both rules give it: decisions by their index. */
const essence = (answer: Answer | ReturnType<typeof checkRequest>) =>
  answer.allowed
    ? { allowed: true, grant: answer.grant.index }
    : { allowed: false, reason: answer.reason, grant: answer.grant?.index, blocker: answer.blocker?.index };

const vectors = new URL("../../spec/vectors/checking/", import.meta.url);
test.each(["valid", "invalid"].flatMap((kind) => readdirSync(new URL(kind, vectors)).map((name) => `${kind}/${name}`)))("%s", (path) => {
  const {
    request,
    view,
    expect: expected,
  } = JSON.parse(readFileSync(new URL(path, vectors), "utf8")) as { request: ModelRequest; view: ModelView; expect: ModelAnswer };
  const table = createDecisionTable(view);
  const { status } = view;
  const desk: DeskView = {
    ...view,
    lapsed: new Set(view.lapsed),
    opened: new Set(view.opened),
    status: { ...status, isEnded: (index) => status.ended.includes(index) },
  };
  fill(table, "she", desk);
  setStatus(table, desk);
  const { allowed, reason, grant, blocker } = table.check("she", request, view.now) as Extract<Answer, { allowed: false }>;
  expect({ allowed, ...(!allowed && { reason }), ...(grant && { grantIndex: grant.index }), ...(blocker && { blockerIndex: blocker.index }) }).toEqual(
    expected,
  );
});

test("the same answers as the rule of the protocol, over random histories", () => {
  let asked = 0;
  fc.assert(
    fc.property(anyHistory, (history) => {
      play(history, (view) => {
        const table = createDecisionTable(view);
        fill(table, "she", view);
        // Others do not matter.
        fill(table, "another", { ...view, decisions: view.decisions.slice(1), floor: 0 });
        setStatus(table, view);
        for (const request of history.requests) {
          asked++;
          expect(essence(table.check("she", request, view.now))).toEqual(essence(checkRequest(request, view)));
        }
      });
    }),
    { numRuns: 300 },
  );
  expect(asked).toBeGreaterThan(5000);
});

const anyDecision: fc.Arbitrary<Decision> = fc.record({
  kind: fc.constantFrom("grant", "grant", "refusal"),
  kid: fc.constantFrom("kid0", "kid0", "kid0", "kid1"),
  lock: fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"),
  index: fc.option(fc.nat({ max: 20 }), { freq: 6 }),
  beacon: fc.integer({ min: 1, max: 20 }),
  expires: fc.constantFrom(90, 1000, 1000, 1000, null),
  processes: fc.constantFrom(
    null,
    grant.processes,
    grant.processes,
    [{ purposes: ["dpv:DirectMarketing"] }],
    [{ purposes: ["ex:Unknown"], data: ["pd:Contact"], processing: ["dpv:Use"] }],
  ),
});

test("the same answers for decisions, floors, clocks and statuses of any kind, many of one subject", () => {
  const reasons = new Set<string>();
  fc.assert(
    fc.property(
      fc.uniqueArray(anyDecision, { maxLength: 9, selector: ({ index, lock }) => index ?? lock }),
      fc.record({ size: fc.nat({ max: 24 }), witnessedTime: fc.constantFrom(80, 100, 120), ended: fc.uniqueArray(fc.nat({ max: 20 }), { maxLength: 3 }) }),
      fc.record({
        floor: fc.constantFrom(0, 0, 6, 12),
        opened: fc.uniqueArray(fc.constantFrom("a", "b"), { maxLength: 1 }),
        now: fc.constantFrom(100, 100, 100, 250, Number.NaN),
      }),
      (decisions, { size, witnessedTime, ended }, { floor, opened, now }) => {
        const view: DeskView = {
          decisions,
          lapsed: new Set(["kid1"]),
          opened: new Set(opened),
          status: { size, witnessedTime, isEnded: (index) => ended.includes(index) },
          floor,
          now,
          maximumAge: 50,
        };
        const table = createDecisionTable(view);
        fill(table, "she", view);
        setStatus(table, view);
        for (const purpose of ["dpv:Marketing", "dpv:DirectMarketing", "ex:Unknown"]) {
          const answer = table.check("she", { ...marketing, purpose }, now);
          reasons.add(answer.reason);
          expect(essence(answer)).toEqual(essence(checkRequest({ ...marketing, purpose }, view)));
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect([...reasons].sort()).toEqual(["allowed", "below_floor", "blocked", "ended", "expired", "lapsed", "no_grant", "stale", "unproved"]);
});

test("nothing is allowed before there is a status", () => {
  const table = createDecisionTable({ maximumAge: 1e9 });
  table.add(table.reserve(), "she", grant);
  expect(table.check("she", marketing, 1000)).toEqual({ allowed: false, reason: "unproved", asOf: null, grant: { index: 5, beacon: 4, expires: 2000 } });
});

test("what is taken out counts no more, and its number is used again", () => {
  const table = createDecisionTable({ maximumAge: 100 });
  table.setStatus({ size: 10, bits: new Uint8Array(2), witnessedTime: 1000 });
  const [a, b, c] = [table.reserve(), table.reserve(), table.reserve()];
  table.add(a, "she", grant);
  table.add(b, "she", { ...refusal, index: 7 });
  table.add(c, "she", { ...grant, index: 8, beacon: 7 });
  expect(table.check("she", marketing, 1000)).toMatchObject({ reason: "blocked", grant: { index: 8 }, blocker: { index: 7 } });
  table.remove(b, "she");
  expect(table.check("she", marketing, 1000)).toMatchObject({ allowed: true, grant: { index: 8 } });
  expect([table.decisions, table.scopes, table.reserve()]).toEqual([2, 1, b]);
  table.remove(c, "she");
  table.remove(a, "she");
  expect(table.check("she", marketing, 1000)).toMatchObject({ reason: "no_grant" });
  // A scope of the same number is not taken for the one that was there.
  table.add(b, "she", { ...grant, processes: [{ purposes: ["dpv:RecordManagement"], data: ["pd:Contact"], processing: ["dpv:Use"] }] });
  expect(table.check("she", marketing, 1000)).toMatchObject({ reason: "no_grant" });
});

test("a proof, an opened lock, a lost key and a floor change the answer at once", () => {
  const table = createDecisionTable({ maximumAge: 100 });
  table.setStatus({ size: 10, bits: new Uint8Array(2), witnessedTime: 1000 });
  const id = table.reserve();
  table.add(id, "she", { ...grant, index: null });
  const reason = () => table.check("she", marketing, 1000).reason;
  expect(reason()).toBe("unproved");
  table.prove(id, 5);
  expect(reason()).toBe("allowed");
  table.setFloor("she", 6);
  expect(reason()).toBe("below_floor");
  table.setFloor("she", 4);
  table.setFloorOfAll(5);
  expect(reason()).toBe("below_floor");
  table.setFloorOfAll(0);
  table.setStatus({ size: 10, bits: bitmap(10, (i) => i === 5), witnessedTime: 1000 });
  expect([reason(), table.isEnded(id)]).toEqual(["ended", true]);
  table.setStatus({ size: 10, bits: new Uint8Array(2), witnessedTime: 1000 });
  expect([table.open(id), table.open(id), reason()]).toEqual([true, false, "ended"]);
  table.lapse(id);
  expect(reason()).toBe("lapsed");
});

test("a hundred thousand subjects are told apart, over growth and erasure", () => {
  const table = createDecisionTable({ maximumAge: 100 });
  table.setStatus({ size: 1_000_000, bits: new Uint8Array(125_000), witnessedTime: 1000 });
  const name = (i: number) => `customer-${i}`;
  const ids = Array.from({ length: 100_000 }, (_, i) => {
    const id = table.reserve();
    table.add(id, name(i), { ...(i % 3 === 0 ? refusal : grant), index: i });
    return id;
  });
  for (let i = 0; i < 100_000; i += 7) table.remove(ids[i]!, name(i));
  const wrong = ids.filter((_, i) => {
    const answer = table.check(name(i), marketing, 1000);
    return i % 7 === 0 || i % 3 === 0 ? answer.reason !== "no_grant" : answer.grant?.index !== i;
  });
  expect(wrong).toEqual([]);
  expect(table.check("somebody", marketing, 1000).reason).toBe("no_grant");
});

test("a check without a subject or a term is refused, and never answered", () => {
  const table = createDecisionTable({ maximumAge: 100 });
  expect(() => table.check(undefined as unknown as string, marketing, 1)).toThrow(expect.objectContaining({ code: "argument_invalid" }));
  expect(() => table.check("she", { purpose: "dpv:Marketing", data: "pd:Contact" } as CheckRequest, 1)).toThrow(
    expect.objectContaining({ code: "argument_invalid" }),
  );
});

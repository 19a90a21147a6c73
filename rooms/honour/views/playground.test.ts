import fc from "fast-check";
import { expect, test } from "vitest";
import { checkReasons } from "@freehold/protocol/check";
import { checkingVectors } from "../../../tools/vectors/checking.ts";
import { examples } from "./playground-examples.ts";
import { FATES, judge, readPlay, writePlay } from "./playground.ts";
import type { Play, Played } from "./playground.ts";

const vectors = Object.values(checkingVectors()).filter(({ description }) => description.includes(" | "));

test("the examples are the table of spec/checking.md, row by row, with its answers", () => {
  const rows = new Map(vectors.map(({ description, expect: expected }) => [description.split(" | ").slice(0, 2).join(" | "), expected]));
  expect(Object.keys(examples)).toEqual([...rows.keys()]);
  for (const [row, play] of Object.entries(examples)) {
    const { answer, grant, blocker } = judge(play);
    const index = (at: number | null) => (at === null ? undefined : play.decisions[at]!.index);
    const expected = rows.get(row)!;
    expect([row, answer.allowed, answer.allowed ? undefined : answer.reason]).toEqual([row, expected.allowed, expected.reason]);
    expect([row, index(grant), index(blocker)]).toEqual([row, expected.grantIndex, expected.blockerIndex]);
  }
});

const anyTerm = (...terms: string[]) => fc.constantFrom(...terms);
const anyScope = fc.record({
  purpose: anyTerm("dpv:Marketing", "dpv:Advertising", "dpv:Personalisation", "ex:Loyalty", ""),
  data: anyTerm("pd:Contact", "pd:EmailAddress", ""),
  processing: anyTerm("dpv:Use", "dpv:Profiling", ""),
});
const anyPlayed: fc.Arbitrary<Played> = fc
  .tuple(
    fc.record({
      kind: fc.constantFrom("grant" as const, "refusal" as const),
      index: fc.option(fc.nat(30), { freq: 8 }),
      beacon: fc.nat(30),
      fate: fc.constantFrom("stands" as const, "stands" as const, ...FATES),
    }),
    anyScope,
  )
  .map(([of, scope]) => ({ ...of, ...scope }));
const anyPlay: fc.Arbitrary<Play> = fc.record({
  request: anyScope.map((scope) => ({
    purpose: scope.purpose || "dpv:Marketing",
    data: scope.data || "pd:Contact",
    processing: scope.processing || "dpv:Use",
  })),
  decisions: fc.array(anyPlayed, { maxLength: 6 }),
  size: fc.nat(40),
  age: fc.constantFrom(0, 300, 301),
  floor: fc.nat(10),
});

test("the answer is that of the grant which came furthest, and each grant's conditions lead to it", () => {
  fc.assert(
    fc.property(anyPlay, (play) => {
      const { answer, grant, blocker, judgements } = judge(play);
      const hold = Math.max(0, ...judgements.map((one) => one.hold));
      expect(answer.allowed ? checkReasons.length : checkReasons.indexOf(answer.reason)).toBe(hold);
      if (grant === null) return;
      const named = judgements.find((one) => one.grant === grant)!;
      expect(named.hold).toBe(hold);
      if (blocker !== null) {
        const at = (place: number) => play.decisions[place]!.index;
        expect(at(named.blocker!)).toBe(at(blocker));
      }
    }),
    { numRuns: 2000 },
  );
});

test("a play comes back from its fragment", () => {
  fc.assert(
    fc.property(anyPlay, (play) => {
      expect(readPlay(`#${writePlay(play)}`)).toEqual(play);
    }),
  );
});

test("any fragment is a play or none", () => {
  const whole = writePlay(Object.values(examples)[2]!);
  const damaged = fc.tuple(fc.nat(whole.length), fc.string({ maxLength: 4 })).map(([at, text]) => whole.slice(0, at) + text + whole.slice(at + 1));
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (fragment) => {
      const play = readPlay(fragment);
      if (play !== null) expect(readPlay(writePlay(play))).toEqual(play);
    }),
    { numRuns: 3000 },
  );
});

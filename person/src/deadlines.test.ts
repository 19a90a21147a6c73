import { expect, test } from "vitest";
import fc from "fast-check";
import { addDays } from "./calendar.ts";
import { deadlineOf, followUp } from "./deadlines.ts";
import { sentenceOf } from "./letters/law.ts";
import { answerBy } from "./rows.ts";
import type { LetterState } from "./schema.ts";

const access = { act: "eu-gdpr:A15", regime: "eu" } as const;
const withdrawal = { act: "dpv:ConsentWithdrawn", regime: "eu" } as const;
const marketing = { act: "dpv:ObjectingToProcess", regime: "eu", processes: [{ purposes: ["dpv:Advertising"] }] } as const;
const california = { country: "US", state: "CA" };

/** Regulation 1182/71, Art. 3; the examples of 5 March and 31 August are those of EDPB Guidelines 01/2022. */
test.each([
  ["2027-03-05", false, "2027-04-05"],
  ["2027-08-31", false, "2027-09-30"],
  ["2027-01-31", false, "2027-03-01"], // 28 February 2027 is a Sunday
  ["2028-01-31", false, "2028-02-29"],
  ["2026-11-23", false, "2026-12-23"],
  ["2026-11-23", true, "2027-02-23"],
  ["2026-11-30", true, "2027-03-01"], // 28 February again
  ["2026-10-14", false, "2026-11-16"], // a Saturday
])("an answer to what came on %s (extended: %s) is due on %s", (received, extended, due) => {
  expect(deadlineOf(access, received, extended).answer).toBe(due);
});

test("a period does not end on a public holiday, nor does a broken calendar hang it", () => {
  expect(deadlineOf({ ...access, isHoliday: (day) => day === "2026-12-25" }, "2026-11-25").answer).toBe("2026-12-28");
  expect(deadlineOf({ ...access, isHoliday: () => true }, "2026-11-25").answer).toMatch(/^2027-/);
});

test("withdrawal and objection to marketing take effect at once; only the objection has an answer", () => {
  expect(deadlineOf(withdrawal, "2026-11-23")).toMatchObject({ stop: "2026-11-23", answer: null });
  expect(deadlineOf(marketing, "2026-11-23")).toMatchObject({ stop: "2026-11-23", answer: "2026-12-23" });
  expect(deadlineOf({ act: "dpv:ObjectingToProcess", regime: "eu" }, "2026-11-23").stop).toBe("2026-11-23");
  expect(deadlineOf({ act: "dpv:ObjectingToProcess", regime: "eu", processes: [{ purposes: ["dpv:ServiceUsageAnalytics"] }] }, "2026-11-23").stop).toBeNull();
});

test("California: 15 business days without Thanksgiving, 45 days otherwise, 90 after notice", () => {
  expect(deadlineOf({ act: "dpv:OptingOutFromProcess", regime: "us-ca" }, "2026-11-23")).toMatchObject({ stop: "2026-12-15", answer: null });
  expect(deadlineOf({ act: "us-ca:1798.105", regime: "us-ca" }, "2026-11-23").answer).toBe("2027-01-07");
  expect(deadlineOf({ act: "us-ca:1798.105", regime: "us-ca" }, "2026-11-23", true).answer).toBe("2027-02-21");
});

test("other laws", () => {
  expect(deadlineOf({ act: "us-ca:1798.105", regime: "us-state", residence: { country: "US", state: "IA" } }, "2026-11-23").answer).toBe("2027-02-21");
  expect(deadlineOf({ act: "eu-gdpr:A15", regime: "ch" }, "2026-11-23").answer).toBe("2026-12-23");
  expect(deadlineOf({ act: "dpv:ConsentWithdrawn", regime: "ch" }, "2026-11-23").stop).toBe("2026-11-23");
  expect(deadlineOf({ act: "dpv:ConsentRefused", regime: "eu" }, "2026-11-23")).toEqual({ stop: null, answer: null, law: [] });
  expect(deadlineOf({ act: "dpv:ConsentRefused", regime: "none" }, "2026-11-23").law).toEqual([]);
});

const days = fc.integer({ min: 0, max: 20_000 }).map((n) => addDays("2020-01-01", n));

test("a month is 28 to 31 days and what a weekend adds, never a weekend, and later receipt is never due earlier", () => {
  fc.assert(
    fc.property(days, days, fc.boolean(), (a, b, extended) => {
      const due = deadlineOf(access, a, extended).answer!;
      expect(due >= addDays(a, extended ? 89 : 28) && due <= addDays(a, (extended ? 92 : 31) + 2)).toBe(true);
      expect([0, 6]).not.toContain(new Date(due).getUTCDay());
      const [first, second] = [a, b].sort() as [string, string];
      expect(deadlineOf(access, first).answer! <= deadlineOf(access, second).answer!).toBe(true);
      expect(deadlineOf(access, a, true).answer! > deadlineOf(access, a).answer!).toBe(true);
    }),
  );
});

test("what the list of decisions shows is what is computed here", () => {
  fc.assert(
    fc.property(days, fc.boolean(), (received, extended) => {
      for (const clocked of [
        access,
        withdrawal,
        marketing,
        { act: "us-ca:1798.110", regime: "us-ca" } as const,
        { act: "dpv:OptingOutFromProcess", regime: "us-ca" } as const,
      ]) {
        const { stop, answer } = deadlineOf(clocked, received, extended);
        expect(answerBy(clocked, received, extended)).toBe(stop ?? answer);
      }
    }),
    { numRuns: 50 },
  );
});

test("every sentence that a deadline names exists", () => {
  for (const regime of ["eu", "uk", "ch", "us-ca", "us-state"] as const) {
    const residence = regime === "us-state" ? { country: "US", state: "TX" } : california;
    for (const act of ["dpv:ConsentWithdrawn", "dpv:ObjectingToProcess", "dpv:OptingOutFromProcess", "eu-gdpr:A15", "us-ca:1798.105"] as const)
      deadlineOf({ act, regime, residence }, "2026-11-23").law.map(sentenceOf);
  }
});

const letter = (state: Partial<LetterState>): LetterState => ({ sha256: "0".repeat(64), ...state });
const received = { at: "2026-11-23T10:00:00Z", proven: false };

test("sending starts no clock", () => {
  expect(followUp(access, letter({}), "2026-11-23")).toMatchObject({ state: "unsent", next: [{ step: "send" }] });
  expect(followUp(access, letter({ sent: "2026-11-23T10:00:00Z" }), "2027-11-23")).toMatchObject({
    state: "sent",
    receipt: null,
    deadline: { answer: null },
    next: [{ step: "note-receipt" }],
  });
});

test("waiting, then silent from the day after", () => {
  expect(followUp(access, letter({ received }), "2026-12-23")).toMatchObject({ state: "waiting", receipt: "asserted" });
  expect(followUp(access, letter({ received }), "2026-12-24")).toMatchObject({
    state: "silent",
    next: [
      { step: "remind", from: "2026-12-24" },
      { step: "complain", from: "2026-12-24" },
    ],
  });
});

test("two more months where it said so in time; too late extends nothing", () => {
  expect(followUp(access, letter({ received, extended: "2026-12-23T22:00:00Z" }), "2027-02-23")).toMatchObject({
    state: "extended",
    extendedTooLate: false,
    deadline: { answer: "2027-02-23" },
  });
  expect(followUp(access, letter({ received, extended: "2026-12-24T08:00:00Z" }), "2026-12-28")).toMatchObject({ state: "silent", extendedTooLate: true });
  expect(followUp(withdrawal, letter({ received, extended: "2026-11-24T08:00:00Z" }), "2026-12-28").state).toBe("effective");
});

test("answers: grounds make the difference, and a complaint ends the steps", () => {
  const answered = { at: "2026-12-01T00:00:00Z", result: "rejected" as const };
  expect(followUp(access, letter({ received, answered }), "2026-12-02").state).toBe("rejected-without-grounds");
  expect(followUp(access, letter({ received, answered: { ...answered, grounds: "None of this is about you." } }), "2026-12-02")).toMatchObject({
    state: "rejected",
    next: [{ step: "complain", from: "2026-12-01" }],
  });
  expect(followUp(access, letter({ received, answered: { ...answered, result: "done" } }), "2026-12-02").next).toEqual([]);
  expect(followUp(access, letter({ received, answered, complained: { at: "2026-12-03T00:00:00Z", authority: "A" } }), "2026-12-04").next).toEqual([]);
});

test("what must have stopped is looked at again; in the United Kingdom the controller hears the complaint first", () => {
  expect(followUp(withdrawal, letter({ received }), "2026-11-24")).toMatchObject({
    state: "effective",
    next: [{ step: "check-again", from: "2026-12-07" }, { step: "complain" }],
  });
  expect(followUp({ ...access, regime: "uk" }, letter({ received }), "2027-01-10").next.map(({ step }) => step)).toEqual([
    "remind",
    "complain-to-controller",
    "complain",
  ]);
});

test("once silent, always silent until somebody acts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (a, b) => {
      const [first, second] = [a, b].sort((x, y) => x - y).map((n) => followUp(access, letter({ received }), addDays("2026-11-23", n)).state);
      expect(first === "silent" && second !== "silent").toBe(false);
    }),
    { numRuns: 50 },
  );
});

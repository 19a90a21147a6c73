import { expect, test } from "vitest";
import fc from "fast-check";
import { addDays } from "../calendar.ts";
import { DAILY_LETTERS, asksForMoney, mayWrite } from "./limits.ts";
import type { AskedLetter, PastLetter } from "./limits.ts";

const asked: AskedLetter = { controller: "https://shop.example", acts: ["access"], together: 1, role: "site", named: true };
const today = "2026-11-23";
const answered = { at: "2026-06-20T00:00:00Z", result: "done" as const };
const past = (changes: Partial<PastLetter> = {}): PastLetter => ({ controller: asked.controller, acts: ["access"], sent: "2026-06-01", ...changes });

test.each<[string, AskedLetter, PastLetter[], string, string | null]>([
  ["a vendor that nothing names", { ...asked, role: "vendor", named: false }, [], "not-named", null],
  ["access to many at one go", { ...asked, together: 2 }, [], "in-bulk", null],
  ["erasure to many at one go", { ...asked, acts: ["withdraw", "erase"], together: 200 }, [], "in-bulk", null],
  ["money", { ...asked, words: ["I demand compensation."] }, [], "money", null],
  ["a letter that is open", asked, [past({ sent: "2026-11-10", due: "2026-12-10" })], "open", "2026-12-11"],
  ["a letter that is open, though something is new", { ...asked, newFacts: "a new cookie" }, [past({ sent: "2026-11-10" })], "open", "2026-12-26"],
  ["the same, answered", asked, [past({ answered })], "answered", "2026-12-01"],
  ["the same, silent, within six months", asked, [past({ due: "2026-07-01" })], "too-soon", "2026-12-01"],
  [
    "one more than a day's letters",
    asked,
    Array.from({ length: DAILY_LETTERS }, (_, i) => past({ controller: `https://s${i}.example`, sent: today })),
    "daily",
    "2026-11-24",
  ],
])("not: %s", (_, letter, before, reason, until) => {
  expect(mayWrite(letter, before, today)).toMatchObject({ allowed: false, reason, until });
});

test.each<[string, AskedLetter, PastLetter[]]>([
  ["a first letter", asked, []],
  ["withdrawal to many at one go", { ...asked, acts: ["withdraw", "object-marketing"], together: 200 }, []],
  ["something new after an answer", { ...asked, newFacts: "The cookie is back since 20 November." }, [past({ answered })]],
  ["the same after six months", asked, [past({ sent: "2026-05-23", answered })]],
  ["another act after an answer", { ...asked, acts: ["rectify"] }, [past({ answered })]],
  ["another controller", asked, [past({ controller: "https://other.example", sent: today })]],
])("allowed: %s", (_, letter, before) => {
  expect(mayWrite(letter, before, today)).toEqual({ allowed: true });
});

test.each([
  "I want damages",
  "500 € please",
  "pay me",
  "Schadenersatz",
  "Ich verlange Schadensersatz nach Artikel 82",
  "EUR 1000",
  "une indemnisation",
  "Entschädigung",
])("%s is money", (text) => {
  expect(asksForMoney(text)).toBe(true);
});
test.each(["It damages my reputation as a nurse", "my situation at 82 Main Street", "your 5 cookies"])("%s is not", (text) => {
  expect(asksForMoney(text)).toBe(false);
});

test("what is refused until a day is allowed on that day, if nothing else comes between", () => {
  const history = fc.array(
    fc.record({
      controller: fc.constantFrom("https://shop.example", "https://other.example"),
      acts: fc.constantFrom<PastLetter["acts"]>(["access"], ["erase"], ["withdraw"]),
      sent: fc.integer({ min: 0, max: 300 }).map((n) => addDays("2026-01-01", n)),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(history, (letters) => {
      let day = today;
      for (let i = 0; i < 12; i++) {
        const may = mayWrite(asked, letters, day);
        if (may.allowed) return;
        expect(may.until! > day).toBe(true);
        day = may.until!;
      }
      expect.fail("never allowed");
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { adverseSignal } from "./findings.ts";
import type { RefusedVisit, Review } from "./findings.ts";

const visit = (day: string, more: Partial<RefusedVisit> = {}): RefusedVisit => ({
  record: Number(day.replaceAll("-", "")),
  sha256: `hash of ${day}`,
  at: `${day}T10:00:00Z`,
  country: "DE",
  refused: true,
  requests: 4,
  screenshot: `shot of ${day}`,
  ...more,
});
const visits = [visit("2026-10-12"), visit("2026-10-13"), visit("2026-10-14")];
const review = (more: Partial<Review> = {}): Review => ({
  publication: "aa",
  records: ["hash of 2026-10-12"],
  screenshots: ["shot of 2026-10-13"],
  noticeGiven: "2026-10-20",
  reply: null,
  disputed: false,
  ...more,
});
const asked = { organisation: "Acme", site: "shop.example", visits, reviews: [review()], today: "2026-11-23" };
const lacks = (more: Partial<typeof asked>): string[] => {
  const { finding, missing } = adverseSignal({ ...asked, ...more });
  expect(finding === null).toBe(missing.length > 0);
  return missing;
};

test("all of it is there: what was seen, in words without a judgement", () => {
  expect(adverseSignal(asked)).toEqual({
    finding: {
      site: "shop.example",
      words: "In 3 of 3 visits to shop.example (2026-10-12, 2026-10-13, 2026-10-14; from DE), requests reached Acme after Reject.",
      records: [20261012, 20261013, 20261014],
      reviews: ["aa"],
      noticeGiven: "2026-10-20",
      reply: null,
      disputed: false,
    },
    missing: [],
  });
});

test("each condition alone keeps the name away", () => {
  expect(lacks({ visits: visits.slice(1) })).toEqual([
    "It was met in 2 visits after a refusal; at least 3 are needed.",
    "No person has checked a screenshot.",
    "The organisation has not been told.",
  ]);
  expect(lacks({ visits: visits.map((one, i) => ({ ...one, at: `2026-10-12T1${i}:00:00Z` })) })).toEqual(["The visits lie on 1 days; at least 2 are needed."]);
  expect(lacks({ visits: [...visits, visit("2026-10-15", { requests: 0 })] })).toEqual(["The last visit did not meet it."]);
  expect(lacks({ reviews: [review({ screenshots: ["another"] })] })).toEqual(["No person has checked a screenshot."]);
  expect(lacks({ visits: visits.map((one) => ({ ...one, screenshot: null })) })).toEqual(["No person has checked a screenshot."]);
  expect(lacks({ reviews: [review({ noticeGiven: null })] })).toEqual(["The organisation has not been told."]);
  expect(lacks({ reviews: [review({ noticeGiven: "2026-11-10" })] })).toEqual(["The organisation was told on 2026-11-10; 14 days must pass."]);
  expect(lacks({ reviews: [review({ noticeGiven: "2026-11-09" })] })).toEqual([]);
  expect(lacks({ reviews: [review({ noticeGiven: "2027-11-09" })] })).toHaveLength(1);
  expect(lacks({ reviews: [review({ records: ["of something else"] })] })).toEqual([
    "No person has checked a screenshot.",
    "The organisation has not been told.",
  ]);
  expect(lacks({ visits: [], reviews: [] })).toHaveLength(4);
});

test("visits that met nothing are counted; those without a refusal and those of long ago are not", () => {
  const more = [visit("2026-10-11", { requests: 0, country: null }), visit("2026-10-10", { refused: false }), visit("2026-01-01")];
  const { finding } = adverseSignal({ ...asked, visits: [...visits, ...more] });
  expect(finding!.words).toBe(
    "In 3 of 4 visits to shop.example (2026-10-11, 2026-10-12, 2026-10-13, 2026-10-14; country not stated), requests reached Acme after Reject.",
  );
  expect(finding!.records).toHaveLength(4);
});

test("the last reply stands beside it, and one dispute marks it", () => {
  const reviews = [
    review(),
    review({ publication: "bb", reply: { on: "2026-10-25", words: "We disagree." }, disputed: true }),
    review({ publication: "cc", reply: { on: "2026-10-22", words: "We look into it." } }),
  ];
  expect(adverseSignal({ ...asked, reviews }).finding).toMatchObject({ reply: { words: "We disagree." }, disputed: true, reviews: ["aa", "bb", "cc"] });
});

test("never by fewer than three visits on two days, whatever else is there", () => {
  const any = fc.array(fc.record({ day: fc.integer({ min: 10, max: 14 }), refused: fc.boolean(), requests: fc.nat(2) }), { maxLength: 6 });
  fc.assert(
    fc.property(any, (list) => {
      const made = list.map(({ day, refused, requests }) => visit(`2026-10-${day}`, { refused, requests }));
      const { finding } = adverseSignal({
        ...asked,
        visits: made,
        reviews: [review({ records: made.map(({ sha256 }) => sha256), screenshots: made.map(({ screenshot }) => screenshot!) })],
      });
      const met = made.filter(({ refused, requests }) => refused && requests > 0);
      if (finding !== null) expect([met.length >= 3, new Set(met.map(({ at }) => at.slice(0, 10))).size >= 2]).toEqual([true, true]);
    }),
  );
});

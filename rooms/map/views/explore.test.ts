import fc from "fast-check";
import { expect, test } from "vitest";
import type { CompanyRow } from "../card-schema.ts";
import { encodeRows, slugOf } from "../explore-schema.ts";
import { COLUMNS, HAS, prepare, readQuestion, select, windowOf, writeQuestion } from "./explore.ts";
import type { Question } from "./explore.ts";

const words = { country: (code: string) => code, source: (id: string) => id };
const row = (change: Partial<CompanyRow>): CompanyRow => ({
  id: slugOf(change.name ?? "acme"),
  name: "Acme",
  country: null,
  sectors: [],
  sources: ["tcf-gvl"],
  consent: 0,
  legitimateInterest: 0,
  purposes: [],
  retentionDays: null,
  cookieDays: null,
  sitesSeen: 0,
  reach: null,
  declared: false,
  observed: false,
  contact: false,
  newest: "2026-01-22",
  stale: false,
  ...change,
});
const ask = (change: Partial<Question>): Question => ({ ...readQuestion(""), ...change });
const rows = [
  row({ name: "Zürich Media", country: "CH", sectors: ["ad"], declared: true, purposes: ["tcf:purpose 1"], consent: 1, retentionDays: 30, contact: true }),
  row({ name: "acme", id: "acme-2", country: "DE", sectors: ["ad", "cdn"], observed: true, sitesSeen: 12 }),
  row({
    name: "Beta",
    country: "DE",
    sources: ["prebid", "tcf-gvl"],
    declared: true,
    observed: true,
    purposes: ["tcf:purpose 2"],
    legitimateInterest: 4,
    sitesSeen: 3,
  }),
];
const prepared = prepare(encodeRows(rows), words);
const namesFor = (change: Partial<Question>) => [...select(prepared, ask(change))].map((at) => prepared.data.names[at]);

test("rows keep name, id and what is known; silence is null", () => {
  const { data } = prepared;
  expect(data.names).toEqual(["acme", "Beta", "Zürich Media"]);
  expect(data.ids).toEqual(["acme-2", 0, 0]);
  expect([0, 1, 2].map((at) => prepared.idOf(at))).toEqual(["acme-2", "beta", "zurich-media"]);
  expect(data.consent).toEqual([null, 0, 1]);
  expect(data.sites).toEqual([12, 3, null]);
});

test.each([
  [{ q: "ZURICH" }, ["Zürich Media"]],
  [{ q: "me a" }, ["acme", "Zürich Media"]],
  [{ country: "DE" }, ["acme", "Beta"]],
  [{ country: "FR" }, []],
  [{ sector: "cdn" }, ["acme"]],
  [{ source: "prebid" }, ["Beta"]],
  [{ has: "both" }, ["Beta"]],
  [{ has: "neither" }, []],
  [{ has: "no-contact", country: "DE" }, ["acme", "Beta"]],
  [{ sort: "sites", descending: true }, ["acme", "Beta", "Zürich Media"]],
  [{ sort: "sites" }, ["Beta", "acme", "Zürich Media"]],
  [{ sort: "retention" }, ["Zürich Media", "acme", "Beta"]],
  [{ sort: "name", descending: true }, ["Zürich Media", "Beta", "acme"]],
] as const)("%j", (change, expected) => {
  expect(namesFor(change)).toEqual(expected);
});

test("the unknown comes last in both directions, and equals stay in the order of names", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(5), { nil: null }), { maxLength: 40 }), fc.constantFrom(...COLUMNS), fc.boolean(), (values, sort, descending) => {
      const many = prepare(
        encodeRows(
          values.map((value, i) => row({ name: `n${i}`, retentionDays: value, cookieDays: value, sitesSeen: value ?? 0, declared: true, consent: 1 })),
        ),
        words,
      );
      const order = [...select(many, ask({ sort, descending }))];
      expect(order.toSorted((a, b) => a - b)).toEqual(values.map((_, i) => i));
      const shown = order.map((at) => many.data.retention[at]!);
      if (sort !== "retention") return;
      const known = shown.filter((value) => value !== null);
      expect(shown.slice(0, known.length)).toEqual(known);
      expect(known).toEqual(known.toSorted((a, b) => (descending ? b - a : a - b)));
      for (let i = 1; i < order.length; i++) if (shown[i] === shown[i - 1]) expect(order[i]).toBeGreaterThan(order[i - 1]!);
    }),
  );
});

test("a question survives its URL; what is no question is left out", () => {
  fc.assert(
    fc.property(
      fc.record({
        q: fc.string({ maxLength: 60 }),
        country: fc.string({ maxLength: 2 }),
        sector: fc.string({ maxLength: 20 }),
        source: fc.string({ maxLength: 20 }),
        has: fc.constantFrom("" as const, ...HAS),
        sort: fc.constantFrom(...COLUMNS),
        descending: fc.boolean(),
      }),
      (question) => {
        expect(readQuestion(writeQuestion(question))).toEqual(question);
      },
    ),
  );
  expect(readQuestion("?has=everything&sort=-colour&x=1")).toEqual({ ...ask({}), descending: true });
  expect(writeQuestion(ask({}))).toBe("");
  expect(writeQuestion(ask({ q: "a", sort: "sites", descending: true }), true)).toBe("?q=a");
});

test("a window never leaves the table", () => {
  fc.assert(
    fc.property(fc.nat(30_000), fc.integer({ min: -500, max: 2_000_000 }), fc.nat(2000), fc.integer({ min: 8, max: 90 }), (total, top, height, rowHeight) => {
      const [first, end] = windowOf(total, { top, height, rowHeight, spare: 12 });
      expect(first).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThanOrEqual(total);
      if (top >= 0 && top + height <= total * rowHeight) expect(end * rowHeight).toBeGreaterThanOrEqual(Math.min(top + height, total * rowHeight));
    }),
  );
});

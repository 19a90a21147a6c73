/** Each rule of spec/signals.md on cards made by hand. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CompanyCard, StoredRecord } from "../card-schema.ts";
import { cardOf, dataOf, emptyCard, practiceOf, recordOf, vendorOf } from "../cards/card-testkit.ts";
import { exposuresOf } from "./exposure.ts";
import { firstMethod } from "./method.ts";
import { noticesOf } from "./notices.ts";
import type { Basis } from "../schema.ts";
import { indicatorIds } from "../signals-schema.ts";
import type { IndicatorId, Method } from "../signals-schema.ts";
import { signalContext, signalsOf } from "./signals.ts";
import type { SignalContext } from "./signals.ts";
import { placeOf, weightingsOf } from "./weightings.ts";

const context = signalContext(firstMethod);
const scoreOf = (of: CompanyCard, id: IndicatorId, by: SignalContext = context): number | null => signalsOf(of, by).answers.find((one) => one.id === id)!.score;
const appliesTo = (of: CompanyCard, id: IndicatorId): boolean => signalsOf(of, context).answers.find((one) => one.id === id)!.applies;

test("a card of which nothing is known has no answer, no band and nothing that applies", () => {
  const { answers, coverage, band, contradictions, method } = signalsOf(emptyCard, context);
  expect(answers.map(({ id }) => id)).toEqual(indicatorIds);
  expect(answers.every(({ applies, score, records }) => !applies && score === null && records.length === 0)).toBe(true);
  expect({ coverage, band, contradictions, method }).toEqual({ coverage: 0, band: null, contradictions: [], method: "1" });
});

test("the worked example of spec/signals.md", () => {
  const { answers, coverage, band } = signalsOf(
    vendorOf({
      rights: [{ value: { deletionUrl: "https://acme.example", difficulty: "medium" }, records: [2] }],
      records: [recordOf(1), recordOf(2, { source: "justdeleteme" })],
    }),
    context,
  );
  const found = Object.fromEntries(answers.map(({ id, score }) => [id, score === null ? null : Math.round(score * 100) / 100]));
  expect(found).toEqual({ choice: 50, minimise: 81.82, restraint: 83.33, retention: 85, storage: 15, exit: 60, channel: null, exposure: null, notice: null });
  expect(coverage).toBe(1);
  expect(band).toMatchObject({ at: 3, low: 2, high: 3, capped: false });
  expect(band!.score).toBeCloseTo((50 + 900 / 11 + 500 / 6 + 85 + 15 + 60) / 6, 9);
});

describe("choice", () => {
  const purposes = (...bases: [string, Basis][]): CompanyCard => vendorOf({ practices: bases.map(([code, basis]) => practiceOf(code, basis)) });
  test.each([
    [[["purpose 1", "consent"]], 100],
    [[["purpose 1", "legitimate-interest"]], 0],
    [
      [
        ["purpose 1", "consent"],
        ["purpose 1", "legitimate-interest"],
      ],
      0,
    ],
    [
      [
        ["purpose 1", "consent"],
        ["purpose 2", "contract"],
      ],
      100,
    ],
    [[["purpose 2", "contract"]], null],
    [[["special-purpose 1", "unstated"]], null],
  ] as [[string, Basis][], number | null][])("%j", (bases, score) => expect(scoreOf(purposes(...bases), "choice")).toBe(score));

  test("the newest record that answers is read, not one of who left the list or was dropped", () => {
    const practices = [practiceOf("purpose 1", "consent"), practiceOf("purpose 1", "legitimate-interest", { record: 2 })];
    const of = (second: Partial<StoredRecord>, ended: CompanyCard["ended"] = []): number | null =>
      scoreOf(vendorOf({ practices, records: [recordOf(1), recordOf(2, second)], ended }), "choice");
    expect(of({ dated: "2026-03-01", source: "prebid" })).toBe(0);
    expect(of({ dated: "2025-03-01" })).toBe(100);
    expect(of({ dated: "2026-03-01", gone: "v2" })).toBe(100);
    expect(of({ dated: "2026-03-01" }, [{ value: { reason: "left" }, records: [2] }])).toBe(100);
  });
});

test("minimise: categories that the list does not have do not count; none named is not known", () => {
  expect(scoreOf(vendorOf({ data: dataOf(1, 2008) }), "minimise")).toBeCloseTo(1000 / 11, 9);
  expect(scoreOf(vendorOf({ data: dataOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) }), "minimise")).toBe(0);
  expect(scoreOf(vendorOf({ data: [] }), "minimise")).toBeNull();
  expect(appliesTo(vendorOf({ data: [] }), "minimise")).toBe(true);
});

test("restraint: a source without features does not answer", () => {
  expect(scoreOf(vendorOf({ practices: [practiceOf("purpose 1", "consent")] }), "restraint")).toBe(100);
  const all = ["special-feature 1", "special-feature 2", "feature 1", "feature 3", "purpose 3", "purpose 5"].map((code) =>
    practiceOf(code.replace("-", " "), "unstated"),
  );
  expect(scoreOf(vendorOf({ practices: all }), "restraint")).toBe(0);
  expect(scoreOf(vendorOf({ records: [recordOf(1, { source: "prebid" })] }), "restraint")).toBeNull();
});

describe("retention", () => {
  const of = (standard: number | null | undefined, ...single: (number | undefined)[]): number | null =>
    scoreOf(
      vendorOf({
        practices: single.map((days, i) => practiceOf(`purpose ${i + 1}`, "consent", days === undefined ? {} : { retentionDays: days })),
        retention: standard === undefined ? [] : [{ value: standard, records: [1] }],
      }),
      "retention",
    );
  test.each([
    [0, 100],
    [30, 100],
    [31, 85],
    [90, 85],
    [180, 70],
    [395, 50],
    [730, 25],
    [731, 0],
  ])("a standard of %i days: %i", (days, score) => expect(of(days, undefined)).toBe(score));
  test("the longest period counts, a single purpose's too", () => expect([of(30, 400, undefined), of(400, 30)]).toEqual([25, 25]));
  test("left empty is not known, and not nought", () =>
    expect([of(null, undefined), of(null, 30, undefined), of(undefined, undefined)]).toEqual([null, null, null]));
  test("a period for each purpose needs no standard", () => expect(of(null, 30, 90)).toBe(85));
});

describe("storage", () => {
  const of = (value: CompanyCard["storage"][number]["value"]): number | null => scoreOf(vendorOf({ storage: [{ value, records: [1] }] }), "storage");
  test.each([
    [{ cookies: true, maxAgeDays: 396 }, 50],
    [{ cookies: true, maxAgeDays: 396, refreshed: true }, 40],
    [{ cookies: true, maxAgeDays: 9999, refreshed: true }, 0],
    [{ cookies: true, maxAgeDays: 0 }, 100],
    [{ cookies: true, maxAgeDays: null }, null],
    [{ cookies: true }, null],
    [{ cookies: false, otherThanCookies: false }, 100],
    [{ cookies: false, otherThanCookies: true }, null],
    [{ cookies: false }, null],
    [{ items: [], firstPartyOnly: true as const }, null],
    [{}, null],
  ])("%j: %s", (value, score) => expect(of(value)).toBe(score));
});

describe("exit", () => {
  const of = (...rights: CompanyCard["rights"]) => signalsOf(cardOf({ rights }), context).answers.find(({ id }) => id === "exit")!;
  test("by JustDeleteMe's words, the mean of several services", () => {
    expect(of({ value: { difficulty: "easy" }, records: [1, 2] }, { value: { difficulty: "impossible" }, records: [3, 4] })).toMatchObject({
      score: 50,
      records: [1, 2, 3, 4],
      words: "Leaving is easy, as volunteers found it (2 of 4 services); leaving is impossible, as volunteers found it (2 of 4 services).",
    });
  });
  test("a page kept from search engines is concluded from; one that is not hidden says nothing", () => {
    expect(of({ value: { hiddenFromSearch: true, deletionUrl: "https://a.example" }, records: [1] })).toMatchObject({ score: 0, inferred: true });
    expect(of({ value: { hiddenFromSearch: false, deletionUrl: "https://a.example" }, records: [1] })).toMatchObject({ score: null, applies: true });
  });
});

describe("channel", () => {
  const email: CompanyCard["contacts"] = [{ value: { kind: "email", value: "a@b.example", purpose: "rights" }, records: [1], onOwnDomain: true }];
  const of = (contacts: CompanyCard["contacts"], value: CompanyCard["rights"][number]["value"] = {}): number | null =>
    scoreOf(cardOf({ contacts, rights: [{ value, records: [1] }] }), "channel");
  test.each([
    [{}, 100],
    [{ needsIdDocument: false }, 100],
    [{ needsIdDocument: true }, 50],
    [{ needsIdDocument: true, requiredFields: 4 }, 100 / 3],
    [{ needsIdDocument: true, requiredFields: 3 }, 200 / 3],
  ])("an e-mail address and %j: %d", (value, score) => expect(of(email, value)).toBeCloseTo(score, 9));
  test("no way that is named is not known, unless a source says that requests go by letter", () => {
    expect(of([], { needsIdDocument: false })).toBeNull();
    expect(of([], { preferred: "letter" })).toBe(0);
    expect(of([{ ...email[0]!, value: { kind: "post", value: "Street 1", purpose: "rights" } }])).toBeNull();
    expect(of([{ ...email[0]!, value: { kind: "email", value: "", purpose: "general" } }])).toBeNull();
  });
});

describe("exposure", () => {
  const sites = [1, 2, 3, 4].map((mean, i) => ({
    site: `s${mean}.example`,
    categories: [
      { name: "advertising", mean },
      { name: "hosting", mean: 50 - mean },
    ],
    record: i,
  }));
  const counted = signalContext(firstMethod, { exposure: exposuresOf(sites, firstMethod.trackers) });
  const own = (value: string, more: Partial<CompanyCard["domains"][number]> = {}): CompanyCard["domains"][number] => ({
    value,
    records: [1],
    role: "own",
    holder: "own",
    sharedWith: [],
    contradictedBy: [],
    ...more,
  });
  test("the share of counted sites with more, hosts not counted", () => {
    expect(scoreOf(cardOf({ domains: [own("s1.example")] }), "exposure", counted)).toBe(75);
    expect(scoreOf(cardOf({ domains: [own("s1.example"), own("s4.example")] }), "exposure", counted)).toBe(37.5);
    expect(exposuresOf(sites, ["hosting"])("s4.example")).toEqual({ mean: 46, shareAbove: 0.75, record: 3 });
  });
  test("not of who is met on other sites, nor of a domain that is shared or listed", () => {
    const domains = [own("s1.example")];
    const answer = signalsOf(cardOf({ domains, reach: [{ value: { seen: 9, unit: "pages" }, records: [1] }] }), counted).answers.find(
      ({ id }) => id === "exposure",
    );
    expect(answer).toMatchObject({ score: null, applies: false, records: [0], site: "s1.example" });
    expect(scoreOf(vendorOf({ domains }), "exposure", counted)).toBeNull();
    for (const more of [{ sharedWith: ["other"] }, { role: "listed" as const }, { holder: "single-source" as const }])
      expect(scoreOf(cardOf({ domains: [own("s1.example", more)] }), "exposure", counted)).toBeNull();
  });
});

test("notice: shown, and not counted", () => {
  const facts = [{ record: { id: 7 }, facts: { noticeChanges: ["2020-01-01", "2026-08-01", "2024-01-01"] } }];
  const by = signalContext(firstMethod, { noticeChanges: noticesOf(facts, 3, "2026-11-23") });
  const { answers, coverage, band } = signalsOf(cardOf({ records: [recordOf(7)] }), by);
  expect(answers.at(-1)).toMatchObject({
    score: 100,
    weight: 0,
    records: [7],
    words: "Others keep the versions of its privacy notice: 2 changes in 3 years, the last on 2026-08-01.",
  });
  expect([coverage, band]).toEqual([0, null]);
  expect(noticesOf(facts, 1, "2028-01-01")({ records: [recordOf(7)] })).toBeUndefined();
});

describe("bands", () => {
  test("none below 60 % of what applies, none from one answer", () => {
    // Of five that apply, choice and restraint.
    expect(signalsOf(vendorOf({ data: [], retention: [], storage: [] }), context)).toMatchObject({ coverage: 0.4, band: null });
    expect(signalsOf(vendorOf({ data: [], storage: [] }), context)).toMatchObject({ coverage: 0.6 });
    expect(signalsOf(vendorOf({ data: [], storage: [] }), context).band).not.toBeNull();
    expect(signalsOf(cardOf({ rights: [{ value: { difficulty: "easy" }, records: [1] }] }), context)).toMatchObject({ coverage: 1, band: null });
  });

  const parts = {
    data: dataOf(1, 2),
    retention: [{ value: 90, records: [1] }],
    storage: [{ value: { cookies: true, maxAgeDays: 10 }, records: [1] }],
    rights: [{ value: { difficulty: "hard" as const }, records: [1] }],
  };
  const cards = fc
    .record({
      consent: fc.nat(11),
      interest: fc.nat(11),
      data: fc.integer({ min: 1, max: 11 }),
      retention: fc.nat(900),
      storage: fc.nat(900),
      features: fc.subarray(["special feature 1", "special feature 2", "feature 1", "feature 3"]),
    })
    .map((it) =>
      vendorOf({
        ...parts,
        practices: [
          ...Array.from({ length: it.consent }, (_, i) => practiceOf(`purpose ${i + 1}`, "consent")),
          ...Array.from({ length: it.interest }, (_, i) => practiceOf(`purpose ${i + 12}`, "legitimate-interest")),
          ...it.features.map((code) => practiceOf(code, "unstated")),
          practiceOf("special purpose 1", "unstated", { element: "special-purpose" }),
        ],
        data: dataOf(...Array.from({ length: it.data }, (_, i) => i + 1)),
        retention: [{ value: it.retention, records: [1] }],
        storage: [{ value: { cookies: true, maxAgeDays: it.storage }, records: [1] }],
      }),
    );
  const removals: Record<string, { without: Partial<CompanyCard>; id: IndicatorId }> = {
    data: { without: { data: [] }, id: "minimise" },
    retention: { without: { retention: [{ value: null, records: [1] }] }, id: "retention" },
    storage: { without: { storage: [{ value: { cookies: true, maxAgeDays: null }, records: [1] }] }, id: "storage" },
    rights: { without: { rights: [] }, id: "exit" },
  };

  test("what becomes unknown changes no other answer, and is never counted as nought", () => {
    fc.assert(
      fc.property(cards, fc.constantFrom(...Object.values(removals)), (before, { without, id }) => {
        const [had, has] = [signalsOf(before, context), signalsOf({ ...before, ...without }, context)];
        const [was, is] = [had, has].map(({ answers }) => answers.find((one) => one.id === id)!);
        expect(is!.score).toBeNull();
        const others = (of: typeof had) => of.answers.filter((one) => one.id !== id && one.id !== "channel");
        expect(others(has)).toEqual(others(had));
        if (had.band === null || has.band === null) return;
        const known = others(has).flatMap(({ score, weight }) => (score === null || weight === 0 ? [] : [score]));
        expect(has.band.score).toBeCloseTo(known.reduce((a, b) => a + b, 0) / known.length, 9);
        // As nought it would have lowered the mean; and without an answer that lay below the mean it is no lower.
        expect(has.band.score).toBeGreaterThanOrEqual((known.reduce((a, b) => a + b, 0) + 0) / (known.length + 1));
        if (was!.score! <= had.band.score) expect(has.band.score).toBeGreaterThanOrEqual(had.band.score - 1e-9);
      }),
    );
  });

  test("the interval holds the band, and the same card always gives the same", () => {
    fc.assert(
      fc.property(cards, (one) => {
        const { band, ...rest } = signalsOf(one, context);
        expect(signalsOf(one, signalContext(firstMethod))).toEqual({ band, ...rest });
        if (band === null) return;
        expect(band.low).toBeLessThanOrEqual(band.at);
        expect(band.high).toBeGreaterThanOrEqual(band.at);
      }),
    );
  });

  test("the interval is that of the sorted means, the tails left out", () => {
    fc.assert(
      fc.property(cards, (one) => {
        const { answers, band } = signalsOf(one, context);
        if (band === null) return;
        const known = answers.filter(({ score, weight, applies }) => applies && weight > 0 && score !== null);
        const means = Array.from({ length: 500 }, (_, draw) => {
          const weights = known.map(({ id }) => context.weightings[placeOf[id]]![draw]!);
          return known.reduce((sum, { score }, i) => sum + score! * weights[i]!, 0) / weights.reduce((a, b) => a + b, 0);
        }).sort((a, b) => a - b);
        const at = (value: number): number => Math.min(4, Math.floor((value + 1e-9) / 20));
        expect([band.low, band.high]).toEqual([Math.min(at(means[25]!), band.at), Math.max(at(means[474]!), band.at)]);
      }),
      { numRuns: 50 },
    );
  });
});

test("weightings: even over all, the same for everybody, times the method's weights", () => {
  const even: Method = { ...firstMethod, weights: Object.fromEntries(indicatorIds.map((id) => [id, 1])) as Method["weights"] };
  const weightings = weightingsOf(even);
  expect(weightings).toEqual(weightingsOf(even));
  for (let draw = 0; draw < 500; draw++) expect(weightings.reduce((sum, column) => sum + column[draw]!, 0)).toBeCloseTo(1, 12);
  // Each has 1/9 on average, with the variance of a Dirichlet distribution with parameter 1.
  for (const column of weightings) {
    const mean = column.reduce((a, b) => a + b, 0) / 500;
    expect(Math.abs(mean - 1 / 9)).toBeLessThan(0.015);
    expect(Math.abs(column.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 500 - 8 / 810)).toBeLessThan(0.003);
  }
  // What others must draw too: the first weighting, in 12 digits.
  expect(weightings.map((column) => column[0]!.toFixed(12))).toMatchInlineSnapshot(`
    [
      "0.230391459772",
      "0.030651516048",
      "0.177961647278",
      "0.082180581288",
      "0.010159027297",
      "0.065055799671",
      "0.122268014820",
      "0.275732812239",
      "0.005599141587",
    ]
  `);
  expect([...weightingsOf(firstMethod)[placeOf.notice]!].every((one) => one === 0)).toBe(true);
});

import { expect, test } from "vitest";
import fc from "fast-check";
import { parseRecord } from "@freehold/protocol/record";
import type { JsonValue } from "@freehold/protocol/canonical";
import { actIdOf, actsFor, europeanRows } from "./acts.ts";
import type { ActId, DeclaredUse, Ground } from "./acts.ts";
import { sentenceOf, statementOf } from "./letters/law.ts";
import { stateLaws } from "./letters/law-us.ts";
import { regimeOf } from "./regime.ts";

const germany = { residence: { country: "DE" } };
const ads = ["dpv:PersonalisedAdvertising"];
const other = ["dpv:ServiceUsageAnalytics"];
const grounds: Ground[] = ["consent", "legitimate-interest", "contract", "legal-obligation", "public-task", "vital-interests", "unstated"];
const always: ActId[] = ["recipients", "access", "rectify"];

/** What each ground gives, before the requests that anybody may make. The law of each act, in the order of the letter. */
const TABLE: [ground: Ground, consent: DeclaredUse["consent"], purposes: string[], acts: { [I in ActId]?: string }][] = [
  ["consent", "given", ads, { withdraw: "gdpr-7-3 cjeu-129-21", erase: "gdpr-17-1-b" }],
  ["consent", "given", other, { withdraw: "gdpr-7-3 cjeu-129-21", erase: "gdpr-17-1-b" }],
  ["consent", "never", ads, { refuse: "gdpr-4-11 gdpr-7-1 eprivacy-5-3", erase: "gdpr-17-1-d" }],
  ["consent", "never", other, { refuse: "gdpr-4-11 gdpr-7-1 eprivacy-5-3", erase: "gdpr-17-1-d" }],
  ["consent", "unknown", ads, { withdraw: "gdpr-7-3 cjeu-129-21", refuse: "gdpr-4-11 gdpr-7-1 eprivacy-5-3", erase: "gdpr-17-1-b gdpr-17-1-d" }],
  ["consent", undefined, other, { withdraw: "gdpr-7-3 cjeu-129-21", refuse: "gdpr-4-11 gdpr-7-1 eprivacy-5-3", erase: "gdpr-17-1-b gdpr-17-1-d" }],
  ["legitimate-interest", undefined, ads, { "object-marketing": "gdpr-21-2 gdpr-21-3 gdpr-21-1", erase: "gdpr-17-1-c" }],
  ["legitimate-interest", undefined, other, { object: "gdpr-21-1", restrict: "gdpr-18-1-d", erase: "gdpr-17-1-c" }],
  ["public-task", undefined, ads, { "object-marketing": "gdpr-21-2 gdpr-21-3 gdpr-21-1", erase: "gdpr-17-1-c" }],
  ["public-task", undefined, other, { object: "gdpr-21-1", restrict: "gdpr-18-1-d", erase: "gdpr-17-1-c" }],
  ["contract", undefined, ads, { "object-marketing": "gdpr-21-2 gdpr-21-3 gdpr-21-1", erase: "gdpr-17-1-c" }],
  ["contract", undefined, other, { erase: "gdpr-17-1-a" }],
  ["legal-obligation", undefined, ads, { "object-marketing": "gdpr-21-2 gdpr-21-3 gdpr-21-1", erase: "gdpr-17-1-c" }],
  ["legal-obligation", undefined, other, { erase: "gdpr-17-1-a" }],
  ["vital-interests", undefined, ads, { "object-marketing": "gdpr-21-2 gdpr-21-3 gdpr-21-1", erase: "gdpr-17-1-c" }],
  ["vital-interests", undefined, other, { erase: "gdpr-17-1-a" }],
  [
    "unstated",
    undefined,
    ads,
    {
      withdraw: "gdpr-7-3 cjeu-129-21",
      refuse: "gdpr-4-11 gdpr-7-1 eprivacy-5-3",
      "object-marketing": "gdpr-21-2 gdpr-21-3 gdpr-21-1",
      erase: "gdpr-17-1-b gdpr-17-1-c gdpr-17-1-d",
    },
  ],
  [
    "unstated",
    undefined,
    other,
    {
      withdraw: "gdpr-7-3 cjeu-129-21",
      refuse: "gdpr-4-11 gdpr-7-1 eprivacy-5-3",
      object: "gdpr-21-1",
      restrict: "gdpr-18-1-d",
      erase: "gdpr-17-1-b gdpr-17-1-c gdpr-17-1-d",
    },
  ],
];

test.each(TABLE)("%s, consent %s, %s: the acts and their law", (ground, consent, purposes, expected) => {
  const { acts } = actsFor([{ ground, purposes, ...(consent && { consent }) }], germany);
  const found = acts.filter(({ id }) => !always.includes(id) && id !== "port");
  expect(Object.fromEntries(found.map(({ id, law }) => [id, law.join(" ")]))).toEqual(expected);
  expect(acts.some(({ id }) => id === "port")).toBe(["consent", "contract", "unstated"].includes(ground));
  expect(always.every((id) => acts.some((act) => act.id === id))).toBe(true);
});

test("the table speaks of every row of the rule", () => {
  for (const row of europeanRows)
    expect(
      TABLE.filter(([ground, consent]) => ground === row.ground && (row.consent === undefined || (consent ?? "unknown") === row.consent)).length,
      `${row.ground} ${row.consent}`,
    ).toBeGreaterThanOrEqual(2);
});

test("acts are in the alternative where the ground is not known, and only then", () => {
  for (const ground of grounds) {
    const { acts } = actsFor([{ ground, purposes: ads, consent: "given" }], germany);
    expect(acts.filter(({ alternative }) => alternative).map(({ id }) => id)).toEqual(ground === "unstated" ? ["withdraw", "refuse", "object-marketing"] : []);
  }
  expect(
    actsFor([{ ground: "consent", purposes: ads }], germany)
      .acts.filter(({ alternative }) => alternative)
      .map(({ id }) => id),
  ).toEqual(["withdraw", "refuse"]);
  const both = actsFor(
    [
      { ground: "consent", purposes: ads, consent: "given" },
      { ground: "unstated", purposes: other },
    ],
    germany,
  );
  expect(both.acts.find(({ id }) => id === "withdraw")?.alternative).toBe(false);
});

test("headings name act and article", () => {
  const { acts } = actsFor(
    [
      { ground: "consent", consent: "given", purposes: ads },
      { ground: "legitimate-interest", purposes: [...ads, ...other] },
    ],
    germany,
  );
  expect(Object.fromEntries(acts.map(({ id, heading }) => [id, [heading.en, heading.de]]))).toMatchObject({
    withdraw: ["I withdraw consent, Art. 7(3)", "Ich widerrufe meine Einwilligung, Art. 7 Abs. 3"],
    "object-marketing": [
      "I object to direct marketing and its profiling, Art. 21(2); alternatively Art. 21(1)",
      "Ich widerspreche der Direktwerbung und dem Profiling dafür, Art. 21 Abs. 2; hilfsweise Art. 21 Abs. 1",
    ],
    erase: ["Erase what you have about me, Art. 17(1)(b), (c)", "Löschen Sie, was Sie über mich haben, Art. 17 Abs. 1 lit. b, lit. c"],
  });
  expect(acts.find(({ id }) => id === "withdraw")?.processes).toEqual([{ purposes: ads, ground: "eu-gdpr:A6-1-a" }]);
  expect(acts.find(({ id }) => id === "object")?.processes).toEqual([{ purposes: other, ground: "eu-gdpr:A6-1-f" }]);
});

test("who does not say what for is refused everything", () => {
  const { acts } = actsFor([], germany);
  expect(acts.find(({ id }) => id === "refuse")?.processes).toBeUndefined();
  expect(acts.map(({ id }) => id)).toEqual([
    "withdraw",
    "refuse",
    "object-marketing",
    "object",
    "erase",
    "restrict",
    "recipients",
    "access",
    "rectify",
    "port",
  ]);
});

test.each([
  [{ country: "DE" }, undefined, "eu"],
  [{ country: "NO" }, "US", "eu"],
  [{ country: "GB" }, "FR", "uk"],
  [{ country: "CH" }, undefined, "ch"],
  [{ country: "US", state: "CA" }, "FR", "us-ca"],
  [{ country: "US", state: "TX" }, undefined, "us-state"],
  [{ country: "US", state: "WY" }, undefined, "none"],
  [{ country: "US", state: "WY" }, "IE", "eu"],
  [{ country: "BR" }, "GB", "uk"],
  [{ country: "BR" }, "BR", "none"],
] as const)("%j towards an organisation in %s: %s", (residence, country, regime) => {
  expect(regimeOf(residence, country)).toBe(regime);
});

test("an organisation in the Union is told why the GDPR holds for somebody elsewhere", () => {
  expect(actsFor([{ ground: "unstated", purposes: ads }], { residence: { country: "BR" }, controllerCountry: "FR" }).acts[0]?.law[0]).toBe("gdpr-3-1");
  expect(actsFor([{ ground: "unstated", purposes: ads }], germany).acts[0]?.law).not.toContain("gdpr-3-1");
});

test("a country that is no code is refused", () => {
  expect(() => regimeOf({ country: "Germany" })).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
});

test("in the United States the signal and the state's mechanism come first", () => {
  const california = actsFor([{ ground: "unstated", purposes: ads }], { residence: { country: "US", state: "CA" } });
  expect(california.first.map(({ id }) => id)).toEqual(["global-privacy-control", "state-mechanism"]);
  expect(california.acts.map(({ id, term, preset }) => [id, term, preset])).toEqual([
    ["opt-out", "dpv:OptingOutFromProcess", true],
    ["limit", "dpv:OptingOutFromProcess", false],
    ["delete", "us-ca:1798.105", false],
    ["correct", "us-ca:1798.106", false],
    ["know", "us-ca:1798.110", false],
  ]);
  for (const { code, correct } of stateLaws) {
    const { first, acts } = actsFor([], { residence: { country: "US", state: code } });
    expect(first.map(({ id }) => id)).toEqual(["global-privacy-control"]);
    expect(acts.map(({ id }) => id)).toEqual(["opt-out", "delete", ...(correct ? ["correct"] : []), "know"]);
  }
});

test("every act of every situation has a record, law that exists, and is preset only where it costs nobody work", () => {
  const uses = fc.array(
    fc.record({
      ground: fc.constantFrom(...grounds),
      purposes: fc.subarray([...ads, ...other, "dpv:Marketing", "ex:Strange"]),
      consent: fc.constantFrom("given" as const, "never" as const, "unknown" as const),
    }),
    { maxLength: 5 },
  );
  const residences = [
    { country: "DE" },
    { country: "GB" },
    { country: "CH" },
    { country: "BR" },
    { country: "US", state: "CA" },
    { country: "US", state: "IA" },
  ];
  fc.assert(
    fc.property(uses, fc.constantFrom(...residences), (declared, residence) => {
      const { acts } = actsFor(declared, { residence });
      expect(acts.length).toBeGreaterThan(0);
      expect(new Set(acts.map(({ id }) => id)).size).toBe(acts.length);
      for (const { id, term, processes, law, preset, heading } of acts) {
        const record = {
          "@context": "urn:freehold:record:1",
          act: term,
          beacon: { origin: "r.example/log", root: "0".repeat(64), size: 1 },
          controller: { id: "https://a.example", name: "A" },
          lock: "1".repeat(64),
          ...(processes && { processes }),
        };
        parseRecord(record as unknown as JsonValue);
        for (const sentence of law) statementOf(sentenceOf(sentence), "de");
        if (preset) expect(["withdraw", "refuse", "object-marketing", "opt-out"]).toContain(id);
        expect(heading.de).not.toMatch(/alternatively|\(\d\)/);
      }
    }),
    { numRuns: 100 },
  );
});

test("where no law is known to give rights, there is a plain notice, without law", () => {
  const { acts, first } = actsFor([{ ground: "consent", purposes: ads }], { residence: { country: "BR" } });
  expect(acts.map(({ id, law, preset, processes }) => ({ id, law, preset, processes }))).toEqual([
    { id: "refuse", law: [], preset: true, processes: [{ purposes: ads }] },
  ]);
  expect(first).toEqual([]);
});

test("a record's term is named by its act", () => {
  expect(actIdOf("dpv:ObjectingToProcess")).toBe("object");
  expect(actIdOf("dpv:OptingOutFromProcess")).toBe("opt-out");
  expect(actIdOf("dpv:ConsentGiven")).toBeUndefined();
});

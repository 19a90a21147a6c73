import { expect, test } from "vitest";
import { changesOf, decilesOf, distributionsOf, overviewCsv } from "./overview.ts";
import type { VendorListVersion } from "./overview.ts";
import { firstMethod } from "./method.ts";
import type { Basis, OrganisationFacts } from "../schema.ts";
import type { Overview } from "../overview-schema.ts";
import { indicatorIds } from "../signals-schema.ts";
import type { Signals } from "../signals-schema.ts";
import { openTestMap } from "../testkit.ts";
import { tcfGvl } from "../importers/tcf-gvl.ts";
import { takeIn } from "../intake/intake.ts";
import { vendorLists } from "./vendor-lists.ts";

const signals = (choice: number | null, at: number | null): Signals => ({
  method: "1",
  answers: indicatorIds.map((id) => ({
    id,
    score: id === "choice" ? choice : null,
    applies: id === "choice" || id === "exit",
    words: "",
    weight: 1,
    records: [],
  })),
  coverage: 1,
  band: at === null ? null : { at, low: at, high: at, score: 0, bounds: firstMethod.bands, capped: false },
  contradictions: [],
});

test("distributions: what is not known and what does not apply are in no figure but their own", () => {
  const all = [0, 9.99, 10, 50, 60, 70, 80, 90, 99, 100, null].map((score, i) => ({ id: `o${i}`, signals: signals(score, score === 100 ? 4 : null) }));
  const {
    organisations,
    signals: [choice, minimise, , , , exit],
    bands,
    example,
  } = distributionsOf(all.values(), firstMethod);
  expect(organisations).toBe(11);
  expect(choice).toMatchObject({ id: "choice", applies: 11, answered: 10, parts: [2, 1, 0, 0, 0, 1, 1, 1, 1, 3] });
  expect(choice!.mean).toBeCloseTo(56.899, 9);
  expect(choice!.deciles).toHaveLength(9);
  expect(minimise).toMatchObject({ applies: 0, answered: 0, mean: null, deciles: null });
  expect(exit).toMatchObject({ applies: 11, answered: 0, mean: null, deciles: null });
  expect(bands).toEqual({ counts: [0, 0, 0, 0, 1], none: 10 });
  expect(example).toBe("o9");
  expect(distributionsOf([], firstMethod).example).toBeNull();
});

test("deciles", () => {
  expect(decilesOf(Array.from({ length: 11 }, (_, i) => 10 - i))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(decilesOf([0, 1])).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((one) => expect.closeTo(one, 12)));
});

const vendor = (name: string, purposes: [number, Basis][], more: Partial<OrganisationFacts> = {}): OrganisationFacts => ({
  kind: "organisation",
  name,
  domains: [],
  identifiers: [],
  contacts: [],
  declared: {
    practices: purposes.map(([id, basis]) => ({
      term: { scheme: "tcf", code: `purpose ${id}`, name: "" },
      element: "purpose",
      basis,
      purposes: [],
      quote: "",
    })),
    notices: [],
  },
  ...more,
});
const ended = { ended: { reason: "deleted" } };
const version = (name: string, whole: boolean, vendors: number, said: Record<string, OrganisationFacts | null>): VendorListVersion => ({
  version: name,
  dated: null,
  whole,
  vendors,
  said: new Map(Object.entries(said)),
});

const versions = [
  version("v1", true, 5, {
    1: vendor("One", [
      [1, "consent"],
      [7, "legitimate-interest"],
    ]),
    2: vendor("Two", [[2, "consent"]]),
    3: vendor("Three", [[2, "consent"]]),
    4: vendor("Four", [[2, "consent"]], ended),
    5: vendor("Five", [[2, "consent"]]),
  }),
  version("v2", true, 5, {
    1: vendor("One", [
      [1, "consent"],
      [7, "consent"],
    ]),
    2: vendor("Two", [[2, "consent"]], ended),
    3: null,
    6: vendor("Six", []),
  }),
  version("v3", false, 2, {
    1: vendor("One", [
      [1, "consent"],
      [7, "legitimate-interest"],
    ]),
  }),
];

test("changes from version to version: joined, left, moved, and silence", () => {
  const { versions: rows, moves, declares } = changesOf(versions, (id) => (id === "1" ? "one" : null));
  expect(
    rows.map(({ version: name, joined, left, compared, changed, purposes, droppedInterest, tookUpInterest }) => [
      name,
      joined,
      left,
      compared,
      changed,
      purposes,
      droppedInterest,
      tookUpInterest,
    ]),
  ).toEqual([
    ["v1", 0, 0, 0, 0, 0, 0, 0],
    // One changed, Five is there unchanged; Two was marked, Three dropped, Six is new, Four was marked before.
    ["v2", 1, 2, 2, 1, 1, 1, 0],
    ["v3", 0, 0, 2, 1, 1, 0, 1],
  ]);
  expect(moves.map(({ vendor: id, organisation, purpose, to, before, after }) => [id, organisation, purpose, to, before, after])).toEqual([
    ["1", "one", 7, "consent", "v1", "v2"],
    ["1", "one", 7, "legitimate-interest", "v2", "v3"],
  ]);
  // Of an extract nobody knows who of the others was in the list.
  expect(declares.map(({ version: name, active, counts }) => [name, active, counts["interest-7"]])).toEqual([
    ["v1", 4, 1],
    ["v2", 3, 0],
  ]);
});

test("tables as CSV: the first version has nothing to be compared with, and a name is no formula", () => {
  const overview: Overview = { method: "1", ...distributionsOf([{ id: "a", signals: signals(50, 2) }], firstMethod), ...changesOf(versions) };
  overview.moves[0]!.name = "=HYPERLINK(1)";
  expect(overviewCsv(overview, "versions").split("\r\n").slice(0, 3)).toEqual([
    "version,dated,extract,vendors,joined,left,compared,changed,purposes,data,storage,retention,features,dropped_interest,took_up_interest",
    "v1,,false,5,,,,,,,,,,,",
    "v2,,true,5,1,2,2,1,1,0,0,0,0,1,0".replace("true", "false"),
  ]);
  expect(overviewCsv(overview, "moves")).toContain("1,'=HYPERLINK(1),,7,consent,v1,v2,");
  expect(overviewCsv(overview, "bands")).toBe("band,organisations\r\n1,0\r\n2,0\r\n3,1\r\n4,0\r\n5,0\r\nnone,0\r\n");
  expect(overviewCsv(overview, "signals").split("\r\n")[1]).toBe("choice,1,1,0,50,,,,,,,,,,0,0,0,0,0,1,0,0,0,0");
  expect(overviewCsv(overview, "declares").split("\r\n")[1]).toMatch(/^v1,,4,1,0,1,/);
});

test("the versions of the store are those of the lists", () => {
  const list = (number: number, day: string, vendors: Record<number, { purposes: number[]; legIntPurposes: number[]; deletedDate?: string }>) => ({
    name: `${number}.json`,
    bytes: new TextEncoder().encode(
      JSON.stringify({
        gvlSpecificationVersion: 3,
        vendorListVersion: number,
        lastUpdated: `${day}T16:00:00Z`,
        vendors: Object.fromEntries(
          Object.entries(vendors).map(([id, one]) => [
            id,
            {
              id: Number(id),
              name: `Vendor ${id}`,
              flexiblePurposes: [],
              specialPurposes: [],
              features: [],
              specialFeatures: [],
              usesCookies: false,
              usesNonCookieAccess: false,
              dataRetention: { stdRetention: 30 },
              dataDeclaration: [1],
              ...one,
            },
          ]),
        ),
      }),
    ),
  });
  const map = openTestMap();
  try {
    const files = [
      list(1, "2026-01-01", { 1: { purposes: [1], legIntPurposes: [7] }, 2: { purposes: [1], legIntPurposes: [] }, 3: { purposes: [1], legIntPurposes: [] } }),
      list(2, "2026-02-01", {
        1: { purposes: [1, 7], legIntPurposes: [] },
        2: { purposes: [1], legIntPurposes: [] },
        4: { purposes: [1], legIntPurposes: [] },
      }),
    ];
    takeIn(map.store, tcfGvl, files, { retrievedAt: "2026-03-01T00:00:00Z" });
    const { versions: rows, moves } = changesOf(vendorLists(map.store.basis));
    expect(rows[1]).toMatchObject({ version: "v2", vendors: 3, joined: 1, left: 1, compared: 2, changed: 1, droppedInterest: 1 });
    expect(moves).toMatchObject([{ vendor: "1", purpose: 7, to: "consent", before: "v1", after: "v2", dated: "2026-02-01" }]);
  } finally {
    map.remove();
  }
});

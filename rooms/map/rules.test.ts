import { expect, test } from "vitest";
import { inferences, observableData, storage } from "./cards/inference.ts";
import { type CitedPractice, dataMatrix, observedData, type ObservedPurpose, observedPurposes, purposeMatrix } from "./rules.ts";
import type { Observation } from "./cards/observations.ts";
import type { Practice } from "./schema.ts";

function tcf(number: number, basis: Practice["basis"] = "consent", element: Practice["element"] = "purpose"): CitedPractice {
  return { term: { scheme: "tcf", code: `${element.replace("-", " ")} ${number}`, name: "theirs" }, element, basis, purposes: [], quote: "", record: 1 };
}

function dpv(purpose: string): CitedPractice {
  return { term: { scheme: "fides", code: "x", name: "x" }, element: "purpose", basis: "contract", purposes: [purpose], quote: "", record: 2 };
}

function seen(purpose: string): ObservedPurpose {
  return {
    inference: purpose === "storage" ? storage : inferences[purpose]!,
    sites: 3,
    unanswered: 2,
    refused: 1,
    records: [9],
    inferredFrom: "ads.com is filed under “ad” by a list",
  };
}

function marks(practices: CitedPractice[], observed: ObservedPurpose[] | null): [string, string][] {
  return purposeMatrix(practices, observed).rows.map(({ id, mark }) => [id, mark]);
}

function observation(domains: string[], cookies: Observation["seen"]["states"][number]["cookies"] = [], techniques: string[] = []): Observation {
  return {
    seen: { site: "site.org", record: 9, at: "2026-01-01T00:00:00Z", tool: "t", states: [{ state: "unanswered", requests: 1, domains, cookies, techniques }] },
    unanswered: new Set(domains),
    refused: new Set(),
  };
}

test("grounds stand in columns, and what was not observed is null", () => {
  const { columns, rows } = purposeMatrix([tcf(7), tcf(7, "legitimate-interest"), tcf(1), tcf(1, "unstated", "special-purpose")], null);
  expect(columns).toEqual(["consent", "legitimate-interest", "unstated"]);
  expect(rows.map(({ id, name }) => [id, name])).toEqual([
    ["tcf:purpose 1", "Keep or read something on your device"],
    ["tcf:purpose 7", "Measure how ads work"],
    ["tcf:special purpose 1", "Security, fraud and faults"],
  ]);
  expect(rows[1]!.cells.map(({ declared }) => declared)).toEqual([[0], [1], []]);
  expect(rows.every(({ observed, mark }) => observed === null && mark === "declared")).toBe(true);
});

test("an observed purpose marks the declared ones within it, and accuses of nothing that it cannot tell apart", () => {
  expect(marks([tcf(2), tcf(7), tcf(10)], [seen("dpv:Advertising")])).toEqual([
    ["tcf:purpose 2", "both"],
    ["tcf:purpose 7", "both"],
    ["tcf:purpose 10", "declared"],
  ]);
  expect(purposeMatrix([tcf(10)], [seen("dpv:Advertising")]).rows[0]!.observed).toMatchObject({ sites: 0 });
});

test("observed and not declared: only where the declarations could have said it", () => {
  expect(marks([tcf(10)], [seen("dpv:Advertising")])[1]).toEqual(["dpv:Advertising", "observed-not-declared"]);
  // A neighbour is declared.
  expect(marks([tcf(9)], [seen("dpv:Advertising")])[1]).toEqual(["dpv:Advertising", "observed"]);
  // The vendor list has no word for it.
  expect(marks([tcf(2)], [seen("dpv:CustomerCare")])[1]).toEqual(["dpv:CustomerCare", "observed"]);
  // The source has no special purposes at all.
  expect(marks([tcf(2)], [seen("dpv:EnforceSecurity")])[1]).toEqual(["dpv:EnforceSecurity", "observed"]);
  expect(marks([tcf(2), tcf(2, "unstated", "special-purpose")], [seen("dpv:EnforceSecurity")]).at(-1)).toEqual([
    "dpv:EnforceSecurity",
    "observed-not-declared",
  ]);
});

test("without any declaration an observation is only observed", () => {
  expect(marks([], [seen("dpv:Advertising"), seen("storage")])).toEqual([["dpv:Advertising", "observed"]]);
  expect(marks([], null)).toEqual([]);
});

test("terms of DPV meet up and down", () => {
  expect(marks([dpv("dpv:TargetedAdvertising")], [seen("dpv:Advertising")])).toEqual([["dpv:TargetedAdvertising", "both"]]);
  expect(marks([dpv("dpv:Marketing")], [seen("dpv:Advertising")])).toEqual([["dpv:Marketing", "both"]]);
  expect(marks([dpv("dpv:PaymentManagement")], [seen("dpv:Advertising")])).toContainEqual(["dpv:Advertising", "observed-not-declared"]);
});

test("a cookie of a vendor that does not declare purpose 1", () => {
  expect(marks([tcf(2)], [seen("storage")])).toEqual([
    ["tcf:purpose 1", "observed-not-declared"],
    ["tcf:purpose 2", "declared"],
  ]);
  expect(marks([tcf(1)], [seen("storage")])).toEqual([["tcf:purpose 1", "both"]]);
});

test("purposes are inferred from the words about domains and cookies, and from nothing else", () => {
  const words = (domain: string) =>
    domain === "ads.com"
      ? [{ category: "ad", source: "a list", record: 4 }]
      : domain === "social.com"
        ? [{ category: "social", source: "a list", record: 4 }]
        : [];
  const found = observedPurposes([observation(["ads.com", "social.com", "else.com"], [{ name: "_ga", days: 400, domain: "else.com" }])], words, (name) =>
    name === "_ga" ? { category: "Analytics", purposes: ["dpv:ServiceUsageAnalytics"], record: 5 } : undefined,
  );
  expect(found.map(({ inference, records, unanswered }) => [inference.id, records, unanswered])).toEqual([
    ["dpv:Advertising", [4, 9], 1],
    ["dpv:ServiceUsageAnalytics", [5, 9], 1],
    ["tcf:purpose 1", [9], 1],
  ]);
});

test("data that was had", () => {
  const cookies = [{ name: "a", days: null, domain: "x.com" }];
  expect(observedData([observation(["x.com"], cookies)]).map(({ data }) => data.id)).toEqual(["contact"]);
  const more = observedData([observation(["x.com"], [{ name: "b", days: 3, domain: "x.com" }], ["canvas-fingerprinting", "key-logging", "other"])]);
  expect(more.map(({ data }) => data.id)).toEqual(["contact", "characteristics", "cookie", "input"]);
});

test("the data matrix: declared, seen, both; not declared only where a list of data was given", () => {
  const ip = { term: { scheme: "tcf", code: "data category 1", name: "IP addresses" }, terms: ["pd:IPAddress"], records: [1] };
  const profile = { term: { scheme: "tcf", code: "data category 10", name: "Users’ profiles" }, terms: [], records: [1] };
  const observed = [
    { data: observableData.contact, sites: 1, records: [9] },
    { data: observableData.cookie, sites: 2, records: [9] },
  ];
  const matrix = dataMatrix([], [ip, profile], true, observed)!;
  expect(matrix.columns.map(({ name }) => name)).toEqual(["IP addresses", "Users’ profiles", "Device identifiers"]);
  expect(matrix.rows.map(({ cells }) => cells.map(({ mark }) => mark))).toEqual([["both", "declared", "observed-not-declared"]]);
  expect(dataMatrix([], [], false, observed)!.rows[0]!.cells.map(({ mark }) => mark)).toEqual(["observed", "observed"]);
  expect(dataMatrix([], [], false, [])).toBeNull();
  const perPurpose = dataMatrix([{ ...tcf(2), data: [ip] }, tcf(3)], [profile], true, [])!;
  expect(perPurpose.rows.map(({ id, cells }) => [id, cells.map(({ mark }) => mark)])).toEqual([
    ["all", ["declared", "declared"]],
    ["tcf:purpose 2", ["declared", "none"]],
  ]);
});

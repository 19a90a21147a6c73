import { expect, test } from "vitest";
import { diffRecords } from "./history.ts";
import type { Declared, OrganisationFacts, Practice } from "../schema.ts";

function practice(number: number, basis: Practice["basis"], element: Practice["element"] = "purpose", flexible?: true): Practice {
  const code = `${element.replace("-", " ")} ${number}`;
  return { term: { scheme: "tcf", code, name: "words of the list" }, element, basis, purposes: [], quote: code, ...(flexible && { flexible }) };
}

function facts(declared: Partial<Declared> = {}, rest: Partial<OrganisationFacts> = {}): OrganisationFacts {
  return { kind: "organisation", name: "Acme", domains: [], identifiers: [], contacts: [], declared: { practices: [], notices: [], ...declared }, ...rest };
}

test("nothing changed, nothing said", () => {
  expect(diffRecords(facts(), facts())).toEqual([]);
  const reworded = { ...practice(7, "consent"), term: { scheme: "tcf", code: "purpose 7", name: "other words" } };
  expect(diffRecords(facts({ practices: [practice(7, "consent")] }), facts({ practices: [reworded] }))).toEqual([]);
});

test("left the list, and came back", () => {
  expect(diffRecords(facts(), null)).toEqual(["Left the list"]);
  expect(diffRecords(facts(), facts({}, { ended: { on: "2026-01-02", reason: "Deleted from the list" } }))).toEqual(["Deleted from the list, on 2026-01-02"]);
  expect(diffRecords(facts({}, { ended: { reason: "Deleted" } }), facts())).toEqual(["Is in the list again"]);
});

test("grounds", () => {
  const before = facts({
    practices: [
      practice(2, "consent"),
      practice(7, "consent"),
      practice(7, "legitimate-interest"),
      practice(9, "consent"),
      practice(10, "consent", "purpose", true),
    ],
  });
  const after = facts({
    practices: [
      practice(2, "legitimate-interest"),
      practice(7, "consent"),
      practice(8, "consent"),
      practice(10, "consent"),
      practice(1, "unstated", "special-feature"),
    ],
  });
  expect(diffRecords(before, after)).toEqual([
    "Now legitimate interest for purpose 2, Pick ads without a profile, before consent",
    "Dropped legitimate interest for purpose 7, Measure how ads work",
    "Now declares purpose 8, Measure how content is used, on consent",
    "Sites may no longer choose the ground for purpose 10, Build better services",
    "Now declares special feature 1, Exact location",
    "Dropped consent for purpose 9, Describe audiences from several sources",
  ]);
});

test("retention, data and storage; what is not stated is said so", () => {
  const data = (code: number, name: string) => ({ term: { scheme: "tcf", code: `data category ${code}`, name }, terms: [] });
  const before = facts({
    retentionDays: 180,
    data: [data(1, "IP addresses")],
    storage: { cookies: true, maxAgeDays: 390, items: [{ name: "uid", type: "cookie", maxAgeDays: 30, purposes: [] }] },
  });
  const after = facts({
    retentionDays: 390,
    data: [data(1, "IP addresses"), data(9, "Precise location data")],
    storage: {
      cookies: true,
      maxAgeDays: null,
      items: [
        { name: "uid", type: "cookie", maxAgeDays: 1, purposes: [] },
        { name: "x", type: "web", purposes: [] },
      ],
    },
  });
  expect(diffRecords(before, after)).toEqual([
    "Retention 390 days, before 180 days",
    "Now declares precise location data",
    "Longest life of a cookie not stated, before 390 days",
    "Added storage entry x",
    "Life of uid 1 day, before 30 days",
  ]);
});

test("contacts are spoken of without their values", () => {
  const before = facts({}, { contacts: [{ kind: "email", value: "jane.doe@acme.com", purpose: "rights", person: true }], rights: { difficulty: "hard" } });
  const after = facts({}, { contacts: [{ kind: "email", value: "dpo@acme.com", purpose: "rights" }], rights: { difficulty: "easy" }, name: "Acme 2" });
  const sentences = diffRecords(before, after);
  expect(sentences).toEqual(["Now called Acme 2, before Acme", "Another e-mail address", "Getting out is easy, before hard"]);
});

test("observations have no history", () => {
  const cookie = { kind: "cookie", name: "a", prefix: false, platform: "p", category: "c", purposes: [] } as const;
  expect(diffRecords({ ...cookie, purposes: [] }, { ...cookie, purposes: [], category: "d" })).toEqual([]);
});

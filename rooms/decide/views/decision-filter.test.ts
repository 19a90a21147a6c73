/** What the filter of "My decisions" lets through. */
import { expect, test } from "vitest";
import type { DecisionRow } from "@freehold/person/schema";
import { filterRows, noFilter, termsIn } from "./decision-filter.ts";
import type { Filter } from "./decision-filter.ts";

const row = (name: string, more: Partial<DecisionRow> = {}): DecisionRow => ({
  item: {} as DecisionRow["item"],
  controller: { id: `https://${name.toLowerCase()}.example`, name },
  act: "dpv:ConsentGiven",
  processes: [{ purposes: ["dpv:PersonalisedAdvertising"], data: ["pd:EmailAddress"] }],
  state: "granted",
  since: "2026-11-01T09:00:00Z",
  until: "2027-02-01T00:00:00Z",
  acknowledged: "no",
  due: [],
  ...more,
});
const rows = [
  row("Acme"),
  row("Beta", { state: "refused", until: null, processes: null, acknowledged: "proven", since: "2026-11-20T09:00:00Z" }),
  row("Gamma", { processes: [{ purposes: ["dpv:ServiceProvision"] }], due: [{ on: "2026-11-22", what: "answer", overdue: true }] }),
];
const names = (filter: Partial<Filter>) => filterRows(rows, { ...noFilter, ...filter }, "2026-11-23").map(({ controller }) => controller.name);

test.each<[Partial<Filter>, string[]]>([
  [{}, ["Acme", "Beta", "Gamma"]],
  [{ organisation: " ACME" }, ["Acme"]],
  [{ organisation: "beta.example" }, ["Beta"]],
  [{ purpose: "dpv:Marketing" }, ["Acme", "Beta"]],
  [{ purpose: "dpv:ServiceProvision" }, ["Beta", "Gamma"]],
  [{ data: "pd:EmailAddress" }, ["Acme", "Beta", "Gamma"]],
  [{ data: "pd:Location" }, ["Beta", "Gamma"]],
  [{ state: "refused" }, ["Beta"]],
  [{ acknowledged: "proven" }, ["Beta"]],
  [{ since: "2026-11-10" }, ["Beta"]],
  [{ until: "2027-02-01" }, ["Acme", "Beta", "Gamma"]],
  [{ until: "2027-02-02" }, ["Beta"]],
  [{ due: true }, ["Gamma"]],
  [{ state: "granted", organisation: "gam" }, ["Gamma"]],
])("%o lets through %j", (filter, expected) => expect(names(filter)).toEqual(expected));

test("the choices are the terms that her decisions name", () => {
  expect(termsIn(rows, "purposes")).toEqual(["dpv:PersonalisedAdvertising", "dpv:ServiceProvision"]);
  expect(termsIn(rows, "data")).toEqual(["pd:EmailAddress"]);
});

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { OrganisationFacts } from "../schema.ts";
import { art30Csv } from "./art30-csv.ts";
import type { Imported } from "./importer.ts";

const read = (text: string): Imported => art30Csv.read([{ name: "ropa.csv", bytes: new TextEncoder().encode(text) }])[0]!;
const spec = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "../../../spec/record-of-processing.md"), "utf8");
const example = /```csv\n([\s\S]*?)```/.exec(spec)![1]!;

test("the example of the specification", () => {
  const imported = read(example);
  expect(imported.problems).toEqual([]);
  expect(imported.counts).toEqual({ controllers: 1, activities: 3, practices: 4 });
  expect(imported.records[0]!.key).toBe("example shop ltd");
  const facts = imported.records[0]!.facts as OrganisationFacts;
  expect(facts).toMatchObject({
    name: "Example Shop Ltd",
    website: "https://shop.example/",
    domains: [{ host: "shop.example", role: "own" }],
    contacts: [{ kind: "email", value: "privacy@shop.example", purpose: "rights" }],
    declared: { safeguards: ["standard contractual clauses"], transfers: ["United States"], notices: [] },
  });
  expect(facts.declared!.practices).toEqual([
    {
      term: { scheme: "dpv", code: "dpv:DeliveryOfGoods", name: "Delivery of goods" },
      element: "purpose",
      basis: "contract",
      purposes: ["dpv:DeliveryOfGoods"],
      data: [
        { term: { scheme: "dpv", code: "pd:Name", name: "Name" }, terms: ["pd:Name"] },
        { term: { scheme: "dpv", code: "pd:PhysicalAddress", name: "Physical address" }, terms: ["pd:PhysicalAddress"] },
      ],
      retentionDays: 1095,
      recipients: ["Parcel Ltd"],
      subjects: ["customers"],
      quote: "dpv:DeliveryOfGoods · contract · retention P3Y",
    },
    expect.objectContaining({ basis: "consent", purposes: ["dpv:DirectMarketing"], subjects: ["customers", "visitors"] }),
    expect.objectContaining({ basis: "consent", purposes: [], term: { scheme: "art30", code: "newsletter", name: "newsletter" } }),
    expect.objectContaining({
      basis: "legal-obligation",
      retentionDays: 3650,
      data: [{ term: { scheme: "art30", code: "invoices", name: "invoices" }, terms: [] }],
    }),
  ]);
  expect(facts.declared!.practices[1]).not.toHaveProperty("retentionDays");
  // Security measures are not kept.
  expect(JSON.stringify(imported)).not.toContain("access by role");
});

test("two columns are enough; what is missing is not stated", () => {
  const imported = read("purpose,controller\nadvertising,A\n");
  expect(imported.problems).toEqual([]);
  expect((imported.records[0]!.facts as OrganisationFacts).declared).toEqual({
    practices: [
      { term: { scheme: "art30", code: "advertising", name: "advertising" }, element: "purpose", basis: "unstated", purposes: [], quote: "advertising" },
    ],
    notices: [],
  });
});

test("one practice for each purpose on each ground, and one record for each controller", () => {
  const imported = read("controller,purpose,legal_basis\nA,x; y,consent; contract; consent\nB,z,\n a ,w,\n");
  expect(imported.counts).toEqual({ controllers: 2, activities: 3, practices: 6 });
  expect(imported.records.map((record) => record.key)).toEqual(["a", "b"]);
});

test.each([
  ["no purpose column", "controller\nA", { line: 1, message: /no column purpose/ }],
  ["a term that is none", "controller,purpose\nA,dpv:Marketting", { line: 2, field: "purpose", value: '"dpv:Marketting"', message: /no purpose of DPV/ }],
  ["a term of another kind", "controller,purpose,data_categories\nA,x,dpv:Marketing", { field: "data_categories", message: /no category of personal data/ }],
  ["a ground that is unknown", "controller,purpose,legal_basis\nA,x,because", { field: "legal_basis", value: '"because"', message: /letter of Art. 6/ }],
  ["no controller", "controller,purpose\n ,x", { field: "controller", message: /no name/ }],
  ["no purpose", "controller,purpose\nA, ; ", { field: "purpose", message: /no purpose/ }],
  ["a website that is none", "controller,purpose,website\nA,x,javascript:alert(1)", { field: "website", message: /http or https/ }],
  ["a cell that is too large", `controller,purpose\nA,${"x;".repeat(300)}`, { field: "purpose", message: /200 entries/ }],
  ["a row that is too short", "controller,purpose\nA", { line: 2, message: /1 fields/ }],
])("%s is a problem and no record", (_, text, problem) => {
  const imported = read(text);
  expect(imported.records).toEqual([]);
  expect(imported.problems[0]).toMatchObject({ file: "ropa.csv", ...problem, message: expect.stringMatching(problem.message) });
});

test("rows that multiply are refused, not built", () => {
  const row = `A,${Array.from({ length: 199 }, (_, i) => i).join(";")},consent;contract;6.1.c;6.1.d;6.1.e;6.1.f,${Array.from({ length: 199 }, (_, i) => i).join(";")}`;
  const imported = read(`controller,purpose,legal_basis,data_categories\n${`${row}\n`.repeat(300)}`);
  expect(imported.problems.map((problem) => problem.message).join()).toMatch(/say more than can be read/);
});

test("never throws", () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom("dpv:Marketing", '"', ";", "consent", "P1Y", "=1+1", "<script>", "\u202e"));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell, cell, cell)), (rows) => {
      const { records } = read(`controller,purpose,legal_basis,retention,dpo\n${rows.map((row) => row.join(",")).join("\n")}`);
      for (const { facts } of records) expect((facts as OrganisationFacts).name.length).toBeLessThanOrEqual(200);
    }),
  );
});

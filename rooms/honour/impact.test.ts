import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { impact } from "./impact.ts";

const root = new URL("../../", import.meta.url);

test.each(impact.map((row) => [row.id, row] as const))("%s: every test that is named exists", (_, { tests }) => {
  for (const { file, name } of tests) expect(readFileSync(new URL(file, root), "utf8"), `${file} has no test that begins "${name}"`).toMatch(`test("${name}`);
});

test("rows are told apart, and each says what remains", () => {
  expect(new Set(impact.map(({ id }) => id)).size).toBe(impact.length);
  for (const { id, risk, measure, remains } of impact) for (const sentence of [risk, measure, remains]) expect(sentence, id).toMatch(/^[A-Z].{15,}\.$/);
});

test("only what a host alone can keep is without a test", () => {
  expect(impact.filter(({ tests }) => tests.length === 0).map(({ id }) => id)).toEqual(["addresses"]);
});

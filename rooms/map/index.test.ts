import { afterEach, expect, test } from "vitest";
import { MIN_SHARD, shardNumber, shardsOf } from "./index.ts";
import { openTestMap, takeLists } from "./testkit.ts";
import type { TestMap } from "./testkit.ts";

const opened: TestMap[] = [];
afterEach(() => {
  for (const made of opened.splice(0)) made.remove();
});

test("every organisation is in the part that its id says, and no part tells who is looked for", () => {
  const made = openTestMap();
  opened.push(made);
  const list = Object.fromEntries(Array.from({ length: 2600 }, (_, i) => [`${i}`, { name: `Firm ${i}`, domains: [`firm${i}.example`] }]));
  takeLists(made.store, [{ version: "v1", list }]);
  const { bits, parts } = shardsOf(made.store);
  expect(bits).toBeGreaterThan(0);
  expect(parts.flat()).toHaveLength(2600);
  for (const part of parts) expect(part.length).toBeGreaterThanOrEqual(MIN_SHARD);
  expect(parts[shardNumber("firm-7", bits)]).toContainEqual(expect.objectContaining({ id: "firm-7", domains: ["firm7.example"] }));
});

test("a domain leads to its organisation, from any host below it; a vendor id too; an unknown one to none", () => {
  const made = openTestMap();
  opened.push(made);
  takeLists(made.store, [{ version: "v1", list: { a: { name: "Alpha", domains: ["alpha.example"] } } }]);
  expect(made.store.organisationOfDomain("cdn.alpha.example")?.organisations).toEqual([{ id: "alpha", name: "Alpha" }]);
  expect(made.store.organisationOfDomain("beta.example")).toBeUndefined();
  expect(made.store.organisationOfDomain("localhost")).toBeUndefined();
  expect(made.store.organisationsOfTcf([91]).size).toBe(0);
});

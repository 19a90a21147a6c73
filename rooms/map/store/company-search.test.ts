import { afterEach, expect, test } from "vitest";
import { FreeholdError } from "@freehold/protocol/errors";
import { openTestMap, takeLists } from "../testkit.ts";
import type { List, TestMap } from "../testkit.ts";
import type { MapStore } from "../store.ts";

const opened: TestMap[] = [];
function open(list: List): MapStore {
  const made = openTestMap();
  opened.push(made);
  takeLists(made.store, [{ version: "v1", dated: "2026-01-01", list }]);
  return made.store;
}
afterEach(() => {
  for (const made of opened.splice(0)) made.remove();
});

const firms = (count: number): List =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, { name: `Firm ${String((i * 3) % count).padStart(3, "0")}` }]));
const names = (store: MapStore, q: string) => store.rows({ q }).rows.map(({ name }) => name);

test("words are found at their beginnings in names, domains and ids, whatever their case and accents", () => {
  const store = open({
    a: { name: "Übermaß GmbH", domains: ["ads.uebermass.example"] },
    b: { name: "Data & Co", domains: ["data-co.example"] },
    c: { name: "The Data House" },
    d: { name: "Criteo", domains: ["criteo.example"] },
  });
  expect(names(store, "uber")).toEqual(["Übermaß GmbH"]);
  expect(names(store, "ÜBERMASS.example")).toEqual([]);
  expect(names(store, "uebermass.example")).toEqual(["Übermaß GmbH"]);
  expect(names(store, "data")).toEqual(["Data & Co", "The Data House"]);
  expect(names(store, "house data")).toEqual(["The Data House"]);
  expect(names(store, "rite")).toEqual([]);
  for (const odd of ['"', "*", '" OR "1', "NEAR(", "name:crit", "-", "crit\0eo", "😀", "a".repeat(500), "col : x AND NOT y"])
    expect(store.rows({ q: odd }).total, odd).toBeLessThanOrEqual(1);
});

test("names that begin with the text come first, and pages go on over that border", () => {
  const list = { ...firms(7), x: { name: "A firm" }, y: { name: "Best firm" } };
  const store = open(list);
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page: ReturnType<MapStore["rows"]> = store.rows({ q: "firm", ...(after !== null && { after }) }, 2);
    expect(page.total).toBe(9);
    found.push(...page.rows.map(({ name }) => name));
    after = page.next;
  } while (after !== null);
  expect(found).toEqual([...Array.from({ length: 7 }, (_, i) => `Firm 00${i}`), "A firm", "Best firm"]);
});

test.each(["name", "seen", "newest"])("pages by %s are complete while the map changes between them", (sort) => {
  const store = open(firms(100));
  const seen: string[] = [];
  let after: string | null = null;
  let round = 0;
  do {
    const page: ReturnType<MapStore["rows"]> = store.rows({ sort, ...(after !== null && { after }) }, 9);
    seen.push(...page.rows.map(({ id }) => id));
    after = page.next;
    // Others come in before and behind what was read.
    takeLists(store, [{ version: `w${round}`, dated: "2026-01-01", list: { [`n${round}`]: { name: `Firm ${round}a` } } }], { extent: "part" });
    round++;
  } while (after !== null);
  expect(new Set(seen).size).toBe(seen.length);
  const old = Array.from({ length: 100 }, (_, i) => `firm-${String(i).padStart(3, "0")}`);
  expect(seen.filter((id) => old.includes(id))).toEqual(old);
});

test("a cursor that is none, or of another order, is refused", () => {
  const store = open(firms(10));
  const { next } = store.rows({}, 3);
  for (const after of ["", "x", "e30", next!.slice(0, -4), `${next}A`])
    expect(() => store.rows({ after }, 3), after).toThrow(expect.objectContaining({ code: "cursor_malformed" }) as FreeholdError);
  expect(() => store.rows({ after: next!, sort: "seen" }, 3)).toThrow(FreeholdError);
});

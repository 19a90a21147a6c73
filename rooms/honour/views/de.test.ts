/** The German tables are complete: every sentence that a page of this room can say is in them, with the same places for values. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { impact } from "../impact.ts";
import { german } from "./de.ts";
import { germanImpact } from "./de-impact.ts";
import { germanPlayground } from "./de-playground.ts";
import { germanPrivacy } from "./de-privacy.ts";

const tables = [german, germanImpact, germanPlayground, germanPrivacy];
const translated = new Map(tables.flatMap((table) => Object.entries(table)));
const texts = readdirSync(import.meta.dirname)
  .filter((name) => /(?:-page|-island|-words)\.tsx?$/.test(name))
  .map((name) => readFileSync(`${import.meta.dirname}/${name}`, "utf8"));
const said = new Set([
  ...texts.flatMap((text) => [...text.matchAll(/\btx?\(\s*"([^"]*)"/g)].map(([, key]) => key!)),
  ...texts.flatMap((text) => [...text.matchAll(/\btn\(\s*[\w.]+,\s*"([^"]*)",\s*"([^"]*)"/g)].flatMap(([, one, many]) => [one!, many!])),
  ...impact.flatMap(({ risk, measure, remains }) => [risk, measure, remains]),
]);
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort((a, b) => (a < b ? -1 : 1));

test("every sentence has its German", () => {
  expect(said.size).toBeGreaterThan(300);
  // A sentence of nothing but a value needs none.
  expect([...said].filter((key) => !translated.has(key) && !/^\{\w+\}\.?$/.test(key) && key !== "Webhooks")).toEqual([]);
});

test("nothing is translated that nobody says, and each sentence once", () => {
  expect([...translated.keys()].filter((key) => !said.has(key))).toEqual([]);
  expect(tables.reduce((sum, table) => sum + Object.keys(table).length, 0)).toBe(translated.size);
});

test("values have their places", () => {
  for (const [key, text] of translated) expect([key, places(text)]).toEqual([key, places(key)]);
});

import { expect, test } from "vitest";
import { countryOfAddress, countryOfCode } from "./country.ts";

test("codes are read in either case; reserved ones that mean a country become it", () => {
  expect(["de", "US", " uk ", "EL"].map(countryOfCode)).toEqual(["DE", "US", "GB", "GR"]);
  expect(["ko", "all", "", "DEU", "__proto__", "constructor"].map(countryOfCode)).toEqual(Array(6).fill(undefined));
});

test.each([
  ["Hauptstraße 1\n10115 Berlin\nDeutschland", "DE"],
  ["Rue 1\nParis\nFRANCE.", "FR"],
  ["Street 1\nThe Netherlands \n", "NL"],
  ["Gate 1\nUnited States of America", "US"],
  ["Cesta 1\nO\u0308sterreich", "AT"],
  ["Road 1\nLos Angeles\nCA", undefined],
  ["Germany\nNowhere", undefined],
  ["", undefined],
])("the last line of %j names %s", (address, country) => {
  expect(countryOfAddress(address)).toBe(country);
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nameKeys, normaliseName, slugOf } from "./names.ts";

test.each([
  ["Criteo SA", "criteo"],
  ["Criteo S.A.", "criteo"],
  ["CRITEO  s. a.", "criteo"],
  ["The Trade Desk, Inc.", "tradedesk"],
  ["33 Across", "33across"],
  ["Ströer Digital Media GmbH & Co. KG", "stroerdigitalmedia"],
  ["Booking.com B.V.", "booking"],
  ["ZAO „Жёлтый“", "zaoжелтыи"],
  ["PayPal (Europe) S.à r.l. et Cie, S.C.A.", "paypaleuropesarletcie"],
  ["Allegro Sp. z o.o.", "allegro"],
  ["Łódź ApS", "lodz"],
  ["The Group", "the"],
  ["!!!", ""],
])("%s is compared as %s", (name, normalised) => {
  expect(normaliseName(name)).toBe(normalised);
});

test("brackets and other names give keys of their own", () => {
  expect(nameKeys(["ADITION (Virtual Minds GmbH)"])).toEqual(["aditionvirtualminds", "adition"]);
  expect(nameKeys(["Exponential Interactive, Inc d/b/a VDX.tv"])).toEqual(expect.arrayContaining(["exponentialinteractive", "vdx"]));
  expect(nameKeys(["X", ""])).toEqual([]);
});

test("slugs", () => {
  expect(slugOf("Ströer Digital Media GmbH")).toBe("stroer-digital-media-gmbh");
  expect(slugOf("我要啦")).toBeUndefined();
  expect(slugOf("O’Reilly & Sons")).toBe("oreilly-and-sons");
});

test("any text: no error, bounded, and what is compared is compared alike", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
      expect(normaliseName(name.toUpperCase()).length).toBeLessThanOrEqual(2_000);
      nameKeys([name]);
      expect(slugOf(name) ?? "x").toMatch(/^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$/);
    }),
  );
});

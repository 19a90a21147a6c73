import fc from "fast-check";
import { expect, test } from "vitest";
import { looksPersonal } from "./person.ts";

test.each([
  "jane.doe@example.com",
  "Jane.Doe@example.com",
  "j.doe@example.com",
  "j.van-der-berg@example.com",
  "jane_doe@example.com",
  "jürgen.müller@example.de",
  "hans-peter.schmidt@example.de",
  "anna.maria.rossi@example.it",
  "k.albrecht@example.de",
  "w.schuler@example.de",
  "yann.legall@example.fr",
  "xiaoming.zhang@example.cn",
  "joe.smith2@example.com",
  "dr.weber@example.de",
  "emanuel@example.com",
  "michael+privacy-requests@example.com",
  "niederjohann@gmail.com",
  "sonnenblume77@gmx.de",
  "ha\u00adns.meier@example.de",
])("%s looks personal", (email) => {
  expect(looksPersonal(email)).toBe(true);
});

test.each([
  "privacy@example.com",
  "dpo@example.com",
  "datenschutz@example.de",
  "daten\u00adschutz@example.de",
  "datenschutzbeauftragter.deutschland@example.de",
  "info@example.com",
  "info@gmail.com",
  "data.protection@example.com",
  "privacy.officer@example.com",
  "customer.service@example.com",
  "contact.us@example.com",
  "dp.department@example.com",
  "eu-privacy@example.com",
  "gs.gartenstadt@example.de",
  "buero.goslar@example.de",
  "goslar.pfa@example.de",
  "hans-mueller-schule@example.de",
  "prebid-dev@example.com",
  "header_bidding@example.com",
  "tietosuoja@example.fi",
  "iod@example.pl",
  "privacidad@example.es",
  "hello@example.com",
  "kundenservice@example.de",
  "kinder-jugendpraxis@gmx.de",
  "acme@example.com",
  "163@example.com",
  "@example.com",
  "jane.doe",
  "",
])("%s does not", (email) => {
  expect(looksPersonal(email)).toBe(false);
});

test("any text is answered", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 400 }),
      (text) => typeof looksPersonal(text) === "boolean" && typeof looksPersonal(`${text}@gmail.com`) === "boolean",
    ),
  );
  expect(looksPersonal(`${"a.".repeat(1_000_000)}@example.com`)).toBe(false);
});

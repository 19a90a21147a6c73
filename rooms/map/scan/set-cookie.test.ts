import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSetCookie } from "./set-cookie.ts";

const now = Date.UTC(2026, 10, 23);

test.each<[text: string, expected: object | undefined]>([
  ["a=1", { name: "a", domain: "www.shop.example", days: null }],
  ["a=1; Max-Age=86400; Expires=Wed, 23 Nov 2050 00:00:00 GMT", { days: 1 }],
  ["a=1; expires=Tue, 24 Nov 2026 12:00:00 GMT", { days: 1.5 }],
  ["a=1; expires=Tue, 24-Nov-2026 12:00:00 GMT", { days: 1.5 }],
  ["a=1; expires=0", { name: "a" }],
  ["a=1; expires=never", { days: null }],
  ["a=1; max-age=-1", { days: expect.toSatisfy((days: number) => days <= 0) }],
  ["a=1; max-age=soon", { days: null }],
  ["a=b=c; Domain=.Shop.Example; domain=", { name: "a", domain: "shop.example" }],
  ["value only", { name: "" }],
  [" ; max-age=5", undefined],
])("%s", (text, expected) => {
  const parsed = parseSetCookie(text, "www.shop.example", now);
  if (expected === undefined) expect(parsed).toBeUndefined();
  else expect(parsed).toMatchObject(expected);
});

test("any text is read or ignored", () => {
  fc.assert(fc.property(fc.string(), (text) => void parseSetCookie(text, "a.test", now)));
});

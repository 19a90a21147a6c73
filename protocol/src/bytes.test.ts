import fc from "fast-check";
import { expect, test } from "vitest";
import { bigEndian, fromBase64, fromBase64url, fromBigEndian, fromHex, toBase64, toBase64url, toHex } from "./bytes.ts";

test("each text form comes back as the same bytes and agrees with Node's", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      expect(fromHex(toHex(bytes))).toEqual(bytes);
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
    }),
  );
});

test.each(["A", "AB", "AB=", "AB==C", "A===", "AA=A", "AAA=AAAA", "AB==", "A-==", " AAA"])("base64 refuses %j", (text) => {
  expect(() => fromBase64(text)).toThrow(expect.objectContaining({ code: "encoding_invalid" }));
});

test.each(["A", "AB", "AA==", "A+", "A/", "AA\n"])("base64url refuses %j", (text) => {
  expect(() => fromBase64url(text)).toThrow(expect.objectContaining({ code: "encoding_invalid" }));
});

test.each(["a", "AA", "0x", "zz", "aa "])("hexadecimal refuses %j", (text) => {
  expect(() => fromHex(text)).toThrow(expect.objectContaining({ code: "encoding_invalid" }));
});

test("big-endian integers are exact up to 2^53-1 and refused above", () => {
  fc.assert(fc.property(fc.maxSafeNat(), (n) => fromBigEndian(bigEndian(n, 8)) === n));
  expect(() => fromBigEndian(new Uint8Array(8).fill(255))).toThrow(expect.objectContaining({ code: "encoding_invalid" }));
  expect(() => bigEndian(256, 1)).toThrow(expect.objectContaining({ code: "argument_invalid" }));
});

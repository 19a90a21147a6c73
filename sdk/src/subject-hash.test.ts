import { expect, test } from "vitest";
import { createSubjectHash } from "./subject-hash.ts";

const key = Uint32Array.of(0x03020100, 0x07060504);
const out = { low: 0, high: 0 };
const hashOf = (text: string, by = key) => {
  createSubjectHash(by)(text, out);
  return `${out.low.toString(16)} ${out.high.toString(16)}`;
};

test("names that differ anywhere, in length only, or in one half of a character have different hashes", () => {
  const names = [
    "",
    "\0",
    "\0\0",
    "\0\0\0",
    "a",
    "aa",
    "ab",
    "ba",
    "a\0",
    "\u0100",
    "\u0001",
    "ü",
    "\ud83d\ude00",
    "\ude00\ud83d",
    "customer-1",
    "customer-10",
    "customer-1\0",
  ];
  for (let i = 0; i < 50_000; i++) names.push(`${i}`, `customer-${i}@shop.example`);
  expect(new Set(names.map((name) => hashOf(name))).size).toBe(names.length);
});

test("the same name by another key has another hash, and by the same key the same", () => {
  expect(hashOf("customer-7")).toBe(hashOf("customer-7"));
  expect(hashOf("customer-7")).not.toBe(hashOf("customer-7", Uint32Array.of(0x03020101, 0x07060504)));
  expect(hashOf("customer-7")).not.toBe(hashOf("customer-7", Uint32Array.of(0x03020100, 0x07060505)));
});

test("every bit of both halves is set in half of the hashes", () => {
  const counts = new Float64Array(64);
  const names = 20_000;
  for (let i = 0; i < names; i++) {
    hashOf(`customer-${i}`);
    for (let bit = 0; bit < 32; bit++) {
      counts[bit]! += (out.low >>> bit) & 1;
      counts[32 + bit]! += (out.high >>> bit) & 1;
    }
  }
  for (const count of counts) expect(Math.abs(count / names - 0.5)).toBeLessThan(0.02);
});

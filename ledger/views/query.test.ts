import { expect, test } from "vitest";
import fc from "fast-check";
import { fromHex, toBase64, toHex } from "@freehold/protocol/bytes";
import { formatCode } from "@freehold/protocol/lock";
import { readQuery } from "./query.ts";

const hash = fromHex("00ff".repeat(16));

test.each([
  ["4101", { kind: "index", index: 4101 }],
  [" #0 ", { kind: "index", index: 0 }],
  [toHex(hash), { kind: "hash", hash }],
  [`0x${toHex(hash).toUpperCase()}`, { kind: "hash", hash }],
  [toBase64(hash), { kind: "hash", hash }],
  [formatCode(hash), { kind: "code" }],
  [formatCode(hash).toLowerCase().replaceAll("-", " "), { kind: "code" }],
  [formatCode(hash).slice(0, -3), { kind: "code" }],
  ["", { kind: "unreadable" }],
  ["-1", { kind: "unreadable" }],
  ["007", { kind: "unreadable" }],
  ["9007199254740993", { kind: "unreadable" }],
  [toHex(hash).slice(1), { kind: "unreadable" }],
])("%j", (typed, query) => {
  expect(readQuery(typed)).toEqual(query);
});

test("no text makes it throw", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (typed) => readQuery(typed).kind !== undefined));
});

import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { toBase64url } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { fromStatusList, toStatusList } from "./token-status-list.ts";

const malformed = expect.objectContaining({ name: "FreeholdError", code: "status_malformed" });
const maxBytes = 2 ** 20;

test("the draft's example of one bit: statuses 1 0 0 1 1 1 0 1 1 1 0 0 0 1 0 1", async () => {
  expect(await fromStatusList({ bits: 1, lst: "eNrbuRgAAhcBXQ" }, { maxBytes: 2 })).toEqual(Uint8Array.of(0xb9, 0xa3));
});

test("the draft's test vector of 2^20 entries (appendix C)", async () => {
  const lst =
    "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAAAAAAADjelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb";
  const bitmap = await fromStatusList({ bits: 1, lst }, { maxBytes: 131_072 });
  expect(bitmap.length).toBe(131_072);
  const set: number[] = [];
  for (const [at, byte] of bitmap.entries()) for (let bit = 0; bit < 8; bit++) if ((byte >> bit) & 1) set.push(8 * at + bit);
  expect(set).toEqual([0, 1993, 25460, 159495, 495669, 554353, 645645, 723232, 854545, 934534, 1000345]);
});

test("every bitmap comes back, an empty one too", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bitmap) => {
      expect(await fromStatusList(await toStatusList(bitmap), { maxBytes: bitmap.length })).toEqual(bitmap);
    }),
  );
});

test("a bitmap of a megabyte comes back", async () => {
  const bitmap = Uint8Array.from({ length: maxBytes }, (_, i) => (i * i) >> 3);
  expect(await fromStatusList(await toStatusList(bitmap), { maxBytes })).toEqual(bitmap);
});

test("a list that unpacks to more than the limit is refused, be it by one byte or by 256 MiB", async () => {
  const list = { bits: 1, lst: toBase64url(deflateSync(new Uint8Array(1000))) };
  await expect(fromStatusList(list, { maxBytes: 999 })).rejects.toThrow(malformed);
  const bomb = { bits: 1, lst: toBase64url(deflateSync(new Uint8Array(2 ** 28))) };
  await expect(fromStatusList(bomb, { maxBytes })).rejects.toThrow(malformed);
});

test.each([
  ["null", null],
  ["two bits", { bits: 2, lst: "eNo76fITAAPfAgc" }],
  ["an unknown member", { bits: 1, lst: "eNrbuRgAAhcBXQ", ttl: 1 }],
  ["an empty lst", { bits: 1, lst: "" }],
  ["padding", { bits: 1, lst: "eNrbuRgAAhcBXQ==" }],
  ["raw deflate", { bits: 1, lst: "27kYAA" }],
  ["a cut off lst", { bits: 1, lst: "eNrbuRgAAhcB" }],
  ["a wrong checksum", { bits: 1, lst: "eNrbuRgAAhcBYQ" }],
])("a status list with %s is refused", async (_name, list) => {
  await expect(fromStatusList(list, { maxBytes })).rejects.toThrow(malformed);
});

test("any bytes are unpacked or refused, never anything else", async () => {
  const packed = deflateSync(Uint8Array.from({ length: 200 }, (_, i) => i % 17));
  const damaged = fc.tuple(fc.nat(packed.length - 1), fc.nat(255)).map(([at, byte]) => Uint8Array.from(packed).with(at, byte));
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), damaged), async (bytes) => {
      try {
        await fromStatusList({ bits: 1, lst: toBase64url(bytes) }, { maxBytes: 200 });
      } catch (error) {
        expect(error).toBeInstanceOf(FreeholdError);
      }
    }),
    { numRuns: 500 },
  );
});

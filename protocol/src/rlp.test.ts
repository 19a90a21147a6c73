import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { decodeRlp, encodeRlp, MAX_RLP_BYTES, type RlpItem, rlpInteger } from "./rlp.ts";

const refused = expect.objectContaining({ name: "FreeholdError", code: "encoding_invalid" });
const lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";

/** The examples of ethereum.org's page on RLP and of ethereum/tests, RLPTests/rlptest.json. */
test.each<[string, RlpItem, string]>([
  ["the string dog", utf8("dog"), "83646f67"],
  ["the list cat, dog", [utf8("cat"), utf8("dog")], "c88363617483646f67"],
  ["the empty string", utf8(""), "80"],
  ["the empty list", [], "c0"],
  ["the integer 0", rlpInteger(0), "80"],
  ["the byte 00", Uint8Array.of(0), "00"],
  ["the integer 15", rlpInteger(15), "0f"],
  ["the integer 127", rlpInteger(127), "7f"],
  ["the integer 128", rlpInteger(128), "8180"],
  ["the integer 1024", rlpInteger(1024), "820400"],
  ["the integer 2^53-1", rlpInteger(Number.MAX_SAFE_INTEGER), "871fffffffffffff"],
  ["the set-theoretical three", [[], [[]], [[], [[]]]], "c7c0c1c0c3c0c1c0"],
  ["55 bytes", utf8(lorem.slice(1)), `b7${toHex(utf8(lorem.slice(1)))}`],
  ["56 bytes", utf8(lorem), `b838${toHex(utf8(lorem))}`],
  ["1024 bytes", new Uint8Array(1024), `b90400${"00".repeat(1024)}`],
  ["a list of 60 bytes", Array(4).fill([utf8("asdf"), utf8("qwer"), utf8("zxcv")]), `f840${"cf84617364668471776572847a786376".repeat(4)}`],
])("%s", (_name, item, hex) => {
  expect(toHex(encodeRlp(item))).toBe(hex);
  expect(decodeRlp(fromHex(hex))).toEqual(item);
});

test.each([
  ["nothing", ""],
  ["a byte after the item", "8000"],
  ["a string that is cut off", "83646f"],
  ["a list that is cut off", "c28363"],
  ["an item longer than its list", "c283646f67"],
  ["a byte below 0x80 with a length", "8100"],
  ["a byte below 0x80 with a length, in a list", "c2817f"],
  ["a long form for 55 bytes", `b837${"00".repeat(55)}`],
  ["a long form for a list of 0 bytes", "f800"],
  ["a length with a leading zero", `b90038${"00".repeat(56)}`],
  ["a length that is cut off", "b9"],
  ["a length of 2^64-1", "bfffffffffffffffff"],
  ["a list with a length of 2^64-1", "ffffffffffffffffff"],
  ["a length that overflows 32 bits", "bb80000000"],
  ["17 lists in lists", toHex(encodeRlp(nested(17)))],
])("%s is refused", (_name, hex) => {
  expect(() => decodeRlp(fromHex(hex))).toThrow(refused);
});

test("16 lists in lists are read, and neither more bytes than the limit nor a million brackets cost anything", () => {
  expect(decodeRlp(encodeRlp(nested(16)))).toEqual(nested(16));
  expect(() => decodeRlp(new Uint8Array(MAX_RLP_BYTES + 1))).toThrow(refused);
  expect(() => decodeRlp(new Uint8Array(MAX_RLP_BYTES).fill(0xff))).toThrow(refused);
  expect(() => decodeRlp(new Uint8Array(MAX_RLP_BYTES).fill(0xc1))).toThrow(refused);
});

const item: fc.Arbitrary<RlpItem> = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof({ maxDepth: 6 }, fc.uint8Array({ maxLength: 70 }), fc.array(tie("item"), { maxLength: 5 })),
})).item;

test("every item comes back", () => {
  fc.assert(
    fc.property(item, (value) => {
      expect(decodeRlp(encodeRlp(value))).toEqual(value);
    }),
  );
});

test("whatever is read was the one encoding of its value; everything else is refused", () => {
  const damaged = fc.tuple(item, fc.nat(), fc.nat(255), fc.boolean()).map(([value, at, byte, cut]) => {
    const bytes = encodeRlp(value);
    const i = at % bytes.length;
    return cut ? concat(bytes.subarray(0, i), bytes.subarray(i + 1)) : bytes.with(i, byte);
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged), (bytes) => {
      let value: RlpItem;
      try {
        value = decodeRlp(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(FreeholdError);
        return;
      }
      expect(encodeRlp(value)).toEqual(bytes);
    }),
    { numRuns: 5000 },
  );
});

/** That many lists, each in the next. */
function nested(depth: number): RlpItem {
  let value: RlpItem = [];
  for (let i = 1; i < depth; i++) value = [value];
  return value;
}

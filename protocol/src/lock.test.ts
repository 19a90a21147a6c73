import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { lockVectors } from "../../tools/vectors/lock.ts";
import { fromHex, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { formatCode, lockOf, opens, parseCode } from "./lock.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const counting = Uint8Array.from({ length: 32 }, (_, i) => i);

test("every vector of spec/vectors/lock holds and is what tools/vectors writes", () => {
  const expected = lockVectors();
  const found: string[] = [];
  for (const kind of ["valid", "invalid"]) {
    const folder = new URL(`../../spec/vectors/lock/${kind}/`, import.meta.url);
    for (const name of readdirSync(folder)) {
      found.push(`lock/${kind}/${name}`);
      const vector = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      expect(vector, name).toEqual(expected[`lock/${kind}/${name}`]);
      if (kind === "invalid") expect(() => parseCode(vector.text), name).toThrow(expect.objectContaining({ name: "FreeholdError", code: vector.code }));
      else {
        expect(toHex(lockOf(fromHex(vector.secret))), name).toBe(vector.lock);
        expect(formatCode(fromHex(vector.secret)), name).toBe(vector.text);
        expect(toHex(parseCode(vector.text)), name).toBe(vector.secret);
        if (vector.typed !== undefined) expect(toHex(parseCode(vector.typed)), name).toBe(vector.secret);
      }
    }
  }
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

test("the code that spec/lock.md shows is that of the bytes 0 to 31", () => {
  expect(readFileSync(new URL("../../spec/lock.md", import.meta.url), "utf8")).toContain(`\n${formatCode(counting)}\n`);
});

test("lock and code are those of the specification, computed another way", () => {
  fc.assert(
    fc.property(secrets, (secret) => {
      expect(lockOf(secret)).toEqual(new Uint8Array(createHash("sha256").update(secret).digest()));
      const check = createHash("sha256").update("\x10freehold/code/v1").update(secret).digest().subarray(0, 3);
      let number = BigInt(`0x${toHex(secret)}${check.toString("hex")}`);
      let symbols = "";
      for (let i = 0; i < 56; i++, number /= 32n) symbols = ALPHABET[Number(number % 32n)] + symbols;
      expect(formatCode(secret).replaceAll("-", "")).toBe(symbols);
      expect(formatCode(secret)).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){13}$/);
    }),
  );
});

test("a code comes back however it is spaced, and in small letters, O, I, L", () => {
  const variants: Record<string, string[]> = { 0: ["0", "O", "o"], 1: ["1", "I", "i", "L", "l"] };
  const separator = fc.string({ unit: fc.constantFrom(" ", "-", "\n", "\r", "\t", "\u00a0", "\u2013", "\u2212"), maxLength: 3 });
  fc.assert(
    fc.property(secrets, fc.infiniteStream(fc.nat(4)), fc.infiniteStream(separator), (secret, choices, separators) => {
      let typed = separators.next().value;
      for (const symbol of formatCode(secret)) {
        const ways = variants[symbol] ?? [symbol, symbol.toLowerCase()];
        typed += ways[choices.next().value! % ways.length]! + separators.next().value;
      }
      expect(parseCode(typed)).toEqual(secret);
    }),
  );
});

test("every mistyped symbol and every swap of neighbours in a code is found", () => {
  const code = formatCode(counting).replaceAll("-", "");
  const refused = expect.objectContaining({ code: "code_checksum" });
  for (let i = 0; i < 56; i++) {
    for (const symbol of ALPHABET) {
      if (symbol !== code[i]) expect(() => parseCode(code.slice(0, i) + symbol + code.slice(i + 1))).toThrow(refused);
    }
    if (i > 0 && code[i] !== code[i - 1]) expect(() => parseCode(code.slice(0, i - 1) + code[i] + code[i - 1] + code.slice(i + 1))).toThrow(refused);
  }
});

test("the message names the symbol and its place, or the length", () => {
  expect(() => parseCode("01-U2")).toThrow('Symbol 3 of the code is "U"');
  expect(() => parseCode("01 \u{1f600}")).toThrow('Symbol 3 of the code is "\u{1f600}"');
  expect(() => parseCode("0123 4567")).toThrow("this one has 8");
});

test("a secret opens its lock, and nothing else does", () => {
  fc.assert(
    fc.property(secrets, fc.nat(255), (secret, bit) => {
      const lock = lockOf(secret);
      expect(opens(secret, lock)).toBe(true);
      const other = secret.slice();
      other[bit >> 3]! ^= 1 << (bit % 8);
      expect(opens(other, lock)).toBe(false);
      expect(opens(secret, other)).toBe(false);
      expect(opens(secret, lock.subarray(1))).toBe(false);
    }),
  );
  // The lock is SHA-256 of any 32 bytes: what has another length is no secret, whatever it hashes to.
  expect(opens(utf8("test"), fromHex("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"))).toBe(false);
});

test.each([0, 31, 33])("lockOf and formatCode refuse a secret of %d bytes", (length) => {
  const refused = expect.objectContaining({ code: "argument_invalid" });
  expect(() => lockOf(new Uint8Array(length))).toThrow(refused);
  expect(() => formatCode(new Uint8Array(length))).toThrow(refused);
});

test("10,000 random and damaged codes are refused or read", () => {
  const code = formatCode(counting);
  const odd = fc.string({
    unit: fc.constantFrom(..."0OoIiLlUuZz-_ \n".split(""), "\u0131", "\u0130", "\u00df", "\ufb01", "\ud800", "\udc00", "\u{1f600}", "\u0301", "\u200b", "\0"),
    maxLength: 70,
  });
  const damaged = fc
    .tuple(fc.nat(code.length), fc.nat(3), fc.string({ unit: "binary", maxLength: 3 }))
    .map(([at, count, insert]) => code.slice(0, at) + insert + code.slice(at + count));
  fc.assert(
    fc.property(fc.oneof(damaged, odd, fc.string({ unit: "binary" })), (text) => {
      try {
        expect(parseCode(text)).toEqual(counting);
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
        expect(["code_malformed", "code_checksum"]).toContain(error.code);
        expect(error.message.length).toBeLessThan(200);
      }
    }),
    { numRuns: 10_000 },
  );
});

// A reader that looked back for each symbol would need hours for these.
test.each(["-", " ", "\n", "0", "O", "l", "z", "\u00df", "\ufb03", "\ud800", "\u{1f600}", "- ", "0\u0301"])("a million of %j are refused", (unit) => {
  expect(() => parseCode(unit.repeat(1_000_000))).toThrow(expect.objectContaining({ code: "code_malformed" }));
});

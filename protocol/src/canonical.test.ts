import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalVectors } from "../../tools/vectors/canonical.ts";
import { canonicalize, MAX_DEPTH, parseCanonical } from "./canonical.ts";
import { FreeholdError } from "./errors.ts";

const refused = expect.objectContaining({ name: "FreeholdError", code: "canonical_invalid" });
const others = new URL("../../../shared/data/vectors/jcs/", import.meta.url);
const ours = new URL("../../spec/vectors/canonical/", import.meta.url);

test.skipIf(!process.env["CI"] && !existsSync(others))("the vectors of cyberphone/json-canonicalization come out byte for byte", () => {
  const names = readdirSync(new URL("input/", others));
  expect(names.length).toBeGreaterThan(3);
  for (const name of names) {
    const expected = readFileSync(new URL(`output/${name}`, others), "utf8");
    expect(canonicalize(JSON.parse(readFileSync(new URL(`input/${name}`, others), "utf8")))).toBe(expected);
    expect(canonicalize(parseCanonical(expected))).toBe(expected);
  }
});

test.each([
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
])("RFC 8785, appendix B: the double %s is %s", (bits, text) => {
  expect(canonicalize(Buffer.from(bits, "hex").readDoubleBE())).toBe(text);
});

class Point {
  x = 1;
}
const cycle: unknown[] = [];
cycle.push(cycle);
let deep: unknown = 1;
for (let i = 0; i <= MAX_DEPTH; i++) deep = [deep];

test.each([
  ["undefined", undefined],
  ["a member that is undefined", { a: undefined }],
  ["a function", () => 1],
  ["a symbol", Symbol("a")],
  ["a big integer", 1n],
  ["NaN", [Number.NaN]],
  ["infinity", -Infinity],
  ["a lone high surrogate", "a\ud800"],
  ["a lone low surrogate", ["\udc00\ud800"]],
  ["a lone surrogate in a key", { "\ud800": 1 }],
  ["a cycle", cycle],
  ["nesting deeper than 64", deep],
  ["an instance of a class", new Point()],
  ["a date", new Date(0)],
  ["a map", new Map()],
  ["bytes", new Uint8Array(2)],
  ["a boxed number", Object(1)],
  ["an object with toJSON", { toJSON: () => 1 }],
  ["an object with a prototype of its own", Object.create({ a: 1 })],
  ["a symbol as key", { [Symbol("a")]: 1 }],
  ["an array with a hole", Array(1)],
  ["an array with a property", Object.assign([1], { a: 1 })],
  ["an array of a class", new (class List extends Array {})()],
])("canonicalize refuses %s", (_name, value) => {
  expect(() => canonicalize(value)).toThrow(refused);
});

test("the message says where, and is bounded whatever the keys are", () => {
  expect(() => canonicalize({ a: [0, { b: undefined }] })).toThrow("JSON has no undefined; there is one at $.a[1].b.");
  const message = String((attempt(() => canonicalize({ ["k".repeat(1e6)]: 1n })) as Error).message);
  expect(message.length).toBeLessThan(300);
});

test("a key __proto__ is an own property and touches no prototype", () => {
  const text = '{"__proto__":{"admin":true},"a":1}';
  const value = parseCanonical(text) as Record<string, unknown>;
  expect(canonicalize(value)).toBe(text);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(value["admin"]).toBeUndefined();
});

test("a canonical text parses to its value, and only the canonical text does", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.integer({ min: 1, max: 4 }), (value, indent) => {
      const text = canonicalize(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalize(parseCanonical(text))).toBe(text);
      const spaced = JSON.stringify(value, null, indent);
      if (spaced !== text) expect(() => parseCanonical(spaced)).toThrow(refused);
    }),
  );
});

test("the order in which members were added does not matter", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.integer()), (value) => {
      expect(canonicalize(Object.fromEntries(Object.entries(value).reverse()))).toBe(canonicalize(value));
    }),
  );
});

test("10,000 damaged texts are refused or read, never anything else", () => {
  const text = canonicalize({ a: [1, -0.5, "€\n", { "": null }], b: { c: true, d: "\u{1f600}" } });
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(3), fc.string({ unit: "binary", maxLength: 4 }), (from, count, insert) => {
      const damaged = text.slice(0, from) + insert + text.slice(from + count);
      const result = attempt(() => canonicalize(parseCanonical(damaged)));
      if (result instanceof Error) expect(result).toBeInstanceOf(FreeholdError);
      else expect(result).toBe(damaged);
    }),
    { numRuns: 10_000 },
  );
});

test("a million brackets are refused", () => {
  expect(() => parseCanonical("[".repeat(1e6))).toThrow(refused);
  expect(() => parseCanonical("[".repeat(1e6) + "]".repeat(1e6))).toThrow(refused);
});

test("every vector of spec/vectors/canonical holds and is what tools/vectors writes", () => {
  const expected = canonicalVectors();
  const found: string[] = [];
  for (const kind of ["valid", "invalid"]) {
    for (const name of readdirSync(new URL(`${kind}/`, ours))) {
      found.push(`canonical/${kind}/${name}`);
      const vector = JSON.parse(readFileSync(new URL(`${kind}/${name}`, ours), "utf8"));
      expect(vector, name).toEqual(expected[`canonical/${kind}/${name}`]);
      if (kind === "valid") {
        expect(canonicalize(JSON.parse(vector.json)), name).toBe(vector.canonical);
        expect(canonicalize(parseCanonical(vector.canonical)), name).toBe(vector.canonical);
        expect(createHash("sha256").update(vector.canonical).digest("hex"), name).toBe(vector.sha256);
      } else {
        expect(() => parseCanonical(vector.text), name).toThrow(expect.objectContaining({ code: vector.code }));
      }
    }
  }
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

function attempt<T>(run: () => T): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

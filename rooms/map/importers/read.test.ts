import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Problem } from "../schema.ts";
import {
  type Problems,
  cleanText,
  conform,
  createProblems,
  domainOf,
  emailOf,
  hostOf,
  isDay,
  listOf,
  readCsv,
  readJson,
  readNdjson,
  readText,
  readYaml,
  urlOf,
  withoutQuery,
} from "./read.ts";
import { shown } from "./shown.ts";

const file = (content: string | Uint8Array): { name: string; bytes: Uint8Array } => ({
  name: "x",
  bytes: typeof content === "string" ? new TextEncoder().encode(content) : content,
});

function tried<T>(read: (problems: Problems) => T): { value: T; problems: Problem[] } {
  const problems = createProblems();
  return { value: read(problems), problems: problems.list };
}

test("of the problems the first thousand are kept and all are counted", () => {
  const problems = createProblems();
  for (let i = 0; i < 1500; i += 1) problems.add({ file: "x", line: i + 1, message: "Something." });
  expect([problems.list.length, problems.count]).toEqual([1000, 1500]);
});

test("text is unpacked and loses its byte order mark", () => {
  expect(readText(file(gzipSync("\ufeffaä")), createProblems())).toBe("aä");
});

test("bytes that are not UTF-8 are named with their line, wherever they stand", () => {
  const before = fc.string({ unit: "grapheme", maxLength: 50 });
  const invalid = fc.constantFrom([0xff], [0xc3, 0x28], [0xe2, 0x82], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]);
  fc.assert(
    fc.property(before, invalid, before, (start, bad, rest) => {
      const prefix = new TextEncoder().encode(start);
      const { value, problems } = tried((p) => readText(file(new Uint8Array([...prefix, ...bad, 0x20, ...new TextEncoder().encode(rest)])), p));
      expect(value).toBeUndefined();
      const [, at] = /^Byte (\d+) is not UTF-8/.exec(problems[0]!.message)!;
      expect(Number(at)).toBeGreaterThanOrEqual(prefix.length);
      expect(Number(at)).toBeLessThanOrEqual(prefix.length + bad.length);
      expect(problems[0]!.line).toBe(start.split("\n").length);
    }),
  );
});

test("JSON: line, column and what stood there", () => {
  expect(tried((p) => readJson(file('{"a":[1,2,\n  3,],"b":1}'), p)).problems).toEqual([
    { file: "x", line: 2, column: 5, value: '"],\\"b\\":1}"', message: "This cannot stand here in JSON (RFC 8259)." },
  ]);
  expect(tried((p) => readJson(file("[1"), p)).problems[0]).toMatchObject({ line: 1, column: 3, value: "the end" });
  expect(tried((p) => readJson(file('{"a":[1e400]}'), p)).problems[0]).toMatchObject({
    field: "a[0]",
    message: "The number is too large or not a number; numbers must be finite.",
  });
  expect(tried((p) => readJson(file('["\\ud800"]'), p)).problems[0]?.message).toMatch(/surrogate/);
  expect(tried((p) => readJson(file("[".repeat(1e6)), p)).problems[0]).toMatchObject({
    column: 61,
    message: "Values lie deeper in one another than 60; that is the most that is read.",
  });
  expect(tried((p) => readJson(file(`[${"1,".repeat(5e6)}1]`), p)).problems[0]?.message).toMatch(/^There are more than 5000000 values/);
});

test("NDJSON: a line that is none does not hide the others", () => {
  expect(tried((p) => readNdjson(file('{"a":1}\r\n\n{"b":}\n[2]'), p))).toEqual({
    value: [
      { line: 1, value: { a: 1 } },
      { line: 4, value: [2] },
    ],
    problems: [{ file: "x", line: 3, column: 6, value: '"}"', message: "This cannot stand here in JSON (RFC 8259)." }],
  });
});

test("CSV: lines are those on which a row begins, with any line break", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const text = ["a,b", '1,"x', 'y"', "", "2,3,4", "5", "__proto__,6"].join(end);
    expect(tried((p) => readCsv(file(text), p, ["a"]))).toEqual({
      value: [
        { line: 2, row: { a: "1", b: "x\ny" } },
        { line: 7, row: { a: "__proto__", b: "6" } },
      ],
      problems: [
        { file: "x", line: 5, value: '"2,3,4"', message: "The row has 3 fields; the header has 2." },
        { file: "x", line: 6, value: '"5"', message: "The row has 1 fields; the header has 2." },
      ],
    });
  }
});

test("CSV: columns are named that are missing or there twice; a broken quote is said where it is", () => {
  expect(tried((p) => readCsv(file("a,b\n1,2"), p, ["a", "c", "d"])).problems).toEqual([
    { file: "x", line: 1, value: '"a,b"', message: "The header has no column c, d; the columns a, c, d must be there." },
  ]);
  expect(tried((p) => readCsv(file("a,a\n1,2"), p, ["a"])).problems[0]?.message).toMatch(/^Two columns have this name/);
  const { value, problems } = tried((p) => readCsv(file('a,b\n1,2\n3,"4"5\n6,7'), p, ["a"]));
  expect(value).toEqual([{ line: 2, row: { a: "1", b: "2" } }]);
  expect(problems).toMatchObject([{ line: 3, message: expect.stringMatching(/^The table cannot be read from here on: Invalid Closing Quote/) }]);
});

test("YAML: documents with their lines; no tags, no bombs", () => {
  expect(tried((p) => readYaml(file("a: 1\n---\nb: [yes, 2020-01-01]\n"), p))).toEqual({
    value: [
      { line: 1, value: { a: 1 } },
      { line: 2, value: { b: ["yes", "2020-01-01"] } },
    ],
    problems: [],
  });
  const bomb = [
    "a: &a [1,1,1,1,1,1,1,1,1]",
    ..."bcdefghi".split("").map((name, i) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]`),
  ].join("\n");
  for (const [text, problem] of [
    ["x: 1\na: !!js/function 'x'", { line: 2, column: 4, message: expect.stringMatching(/Unresolved tag/) }],
    ["a: 1\na: 2", { line: 2, column: 1, message: expect.stringMatching(/unique/) }],
    ["a: .inf", { line: 1, field: "a", message: expect.stringMatching(/finite/) }],
    ["a: &a [*a]", { line: 1, message: expect.stringMatching(/deeper/) }],
    [bomb, { message: expect.stringMatching(/alias/) }],
    ["- ".repeat(1e4), { message: expect.stringMatching(/cannot be read/) }],
    ["---\n".repeat(20_000), { message: "There are more than 10000 documents; that is the most that is read." }],
  ] as const) {
    const found = tried((p) => readYaml(file(text), p));
    expect(found.value).toEqual([]);
    expect(found.problems[0]).toMatchObject(problem);
  }
});

test("what does not conform is said with field, value and what is allowed", () => {
  const shape = z.object({ a: z.number().max(5), b: listOf(z.string().max(3), 2), c: z.enum(["x", "y"]), d: z.int(), e: z.string() });
  const { value, problems } = tried((p) => conform(shape, { a: 1e300, b: ["ok", "too long"], c: "z\u202e", d: 1.5 }, { file: "f", field: "vendors.91" }, p));
  expect(value).toBeUndefined();
  expect(problems).toEqual([
    { file: "f", field: "vendors.91.a", value: "1e+300", message: "The number is too large; at most 5 is allowed." },
    { file: "f", field: "vendors.91.b[1]", value: '"too long"', message: "The text is too large; at most 3 characters are allowed." },
    { file: "f", field: "vendors.91.c", value: '"z\\u202e"', message: 'This is none of the allowed values: "x", "y".' },
    { file: "f", field: "vendors.91.d", value: "1.5", message: "This is of another kind; it must be a whole number." },
    { file: "f", field: "vendors.91.e", value: "nothing", message: "This is missing; it must be a text." },
  ]);
  expect(conform(z.object({ a: z.number() }), { a: 1, more: 2 }, { file: "f" }, createProblems())).toEqual({ a: 1 });
  expect(tried((p) => conform(listOf(z.string(), 10), Array(1e6).fill(1), { file: "f" }, p)).problems).toEqual([
    { file: "f", value: "a list of 1000000", message: "The list is too large; at most 10 entries are allowed." },
  ]);
});

test("text for people obeys nothing and is bounded", () => {
  expect(cleanText("  Acme\u202e \n\u0000 L\u200btd\u2028 e\u0301 <b> ")).toBe("Acme Ltd é <b>");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 2, max: 20 }), (text, max) => {
      for (const cleaned of [cleanText(text, max), shown(text)]) {
        expect(cleaned.length).toBeLessThanOrEqual(cleaned === shown(text) ? 80 : max);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
      expect(cleanText(cleanText(text, max), max)).toBe(cleanText(text, max));
    }),
  );
});

test("addresses, hosts, domains, e-mail addresses and days", () => {
  expect(hostOf("https://www.Shop.example.:8443/a?b")).toBe("shop.example");
  expect(hostOf("http://BÜCHER.example/")).toBe("xn--bcher-kva.example");
  for (const no of ["javascript:alert(1)", "//x.example", "https://localhost/", "https://{{.Host}}.x.example/", "https://u:p@x.example/", ""])
    expect(hostOf(no)).toBeUndefined();
  expect(urlOf("https://x.example/a b")).toBe("https://x.example/a%20b");
  expect(urlOf(`https://x.example/${"a".repeat(2000)}`)).toBeUndefined();
  expect([domainOf("a.b.co.uk"), domainOf("a.github.io"), domainOf("co.uk"), domainOf("127.0.0.1")]).toEqual(["b.co.uk", "github.io", undefined, undefined]);
  expect([withoutQuery("https://x.example/a?b#c"), withoutQuery("no address?b")]).toEqual(["https://x.example/a", "no address"]);
  expect([emailOf(" mailto:Anna.B@Shop.EXAMPLE "), emailOf("a@b"), emailOf("a b@c.example"), emailOf("a@c.example, d@c.example")]).toEqual([
    "Anna.B@shop.example",
    undefined,
    undefined,
    undefined,
  ]);
  expect([isDay("2024-02-29"), isDay("2023-02-29"), isDay("2023-2-9"), isDay(20230209)]).toEqual([true, false, false, false]);
});

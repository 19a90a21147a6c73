import { expect, test } from "vitest";
import { encodeEntry } from "@freehold/protocol/entry";
import { TYPE_COSIGNATURE, formatVkey, makeNoteKey } from "@freehold/protocol/note";
import { parsePolicy } from "@freehold/protocol/policy";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { fieldsOf, isSelfSufficient, quorumInWords } from "./words.ts";

const witness = (name: string) => `witness ${name} ${formatVkey(makeNoteKey(`${name}.example`, bytesOf(name), TYPE_COSIGNATURE).vkey)}`;
const policy = (...lines: string[]) =>
  parsePolicy([`log ${formatVkey(makeNoteKey("register.example/log", bytesOf("log")).vkey)}`, ...["a", "b", "c", "d"].map(witness), ...lines, ""].join("\n"));

test.each([
  [["quorum none"], null],
  [["quorum a"], "a.example"],
  [["group g all a", "quorum g"], "a.example"],
  [["group g all a b c", "quorum g"], "a.example, b.example and c.example"],
  [["group g 2 a b c", "quorum g"], "any 2 of 3: a.example, b.example or c.example"],
  [["group g any b c", "group h all a g", "quorum h"], "a.example and (any 1 of 2: b.example or c.example)"],
])("%j in words", (lines, words) => {
  expect(quorumInWords(policy(...lines))).toBe(words);
});

test("a register is self-sufficient where its own witnesses satisfy the quorum", () => {
  const rows = (...own: string[]) => ["a", "b", "c", "d"].map((name) => ({ name: `${name}.example`, independent: !own.includes(name) }));
  const two = policy("group g 2 a b c", "quorum g");
  expect(isSelfSufficient(two, rows("a"))).toBe(false);
  expect(isSelfSufficient(two, rows("a", "d"))).toBe(false);
  expect(isSelfSufficient(two, rows("a", "b"))).toBe(true);
  expect(isSelfSufficient(policy("quorum none"), rows())).toBe(true);
});

test("the fields of an entry are those of its kind, in order", () => {
  const names = (entry: Parameters<typeof encodeEntry>[0]) => fieldsOf(encodeEntry(entry)).map(({ name, value }) => `${name} ${value.slice(0, 16)}`);
  const [one, two] = [bytesOf("1"), bytesOf("2")];
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").slice(0, 16);
  expect(names({ kind: "record", commitment: one, lock: two })).toEqual(["Version 1", "Kind 1, a record", `Commitment ${hex(one)}`, `Lock ${hex(two)}`]);
  expect(names({ kind: "withdrawal", secret: one })).toEqual(["Version 1", "Kind 2, a withdrawal", `Secret ${hex(one)}`]);
  expect(names({ kind: "publication", hash: one })).toEqual(["Version 1", "Kind 3, a publication", `Document ${hex(one)}`]);
  expect(names({ kind: "status", size: 4101, root: one })).toEqual(["Version 1", "Kind 4, a status", "Size 4101", `Root ${hex(one)}`]);
});

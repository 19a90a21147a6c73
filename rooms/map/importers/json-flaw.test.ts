import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonFlaw } from "./json-flaw.ts";

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test("finds a flaw in exactly what JSON.parse refuses", () => {
  const pieces = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"',
    "\\",
    "\\u00e4",
    "\\x",
    "1",
    "-",
    "01",
    "1.5e-3",
    ".5",
    "true",
    "nul",
    " ",
    "\n",
    "\u00a0",
    "\ufeff",
    "\u0001",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (list) => (jsonFlaw(list.join(""), 100, 100) === undefined) === parses(list.join(""))),
    { numRuns: 5000 },
  );
  fc.assert(fc.property(fc.json(), (text) => jsonFlaw(text, 1000, 1e6) === undefined));
});

test("says where it is", () => {
  expect(jsonFlaw("[1, 2,, 3]", 10, 100)).toEqual({ at: 6, kind: "syntax" });
  expect(jsonFlaw('{"a" 1}', 10, 100)).toEqual({ at: 5, kind: "syntax" });
  expect(jsonFlaw('["a\nb"]', 10, 100)).toEqual({ at: 3, kind: "syntax" });
  expect(jsonFlaw("[1] x", 10, 100)).toEqual({ at: 4, kind: "syntax" });
  expect(jsonFlaw('{"a": [', 10, 100)).toEqual({ at: 7, kind: "syntax" });
  expect(jsonFlaw("[[[]]]", 2, 100)).toEqual({ at: 2, kind: "depth" });
  expect(jsonFlaw("[1,2,3]", 2, 3)).toEqual({ at: 5, kind: "size" });
});

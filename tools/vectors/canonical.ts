/** Vectors of the canonical form (RFC 8785). A path here is relative to spec/vectors. */
import { createHash } from "node:crypto";
import { canonicalize } from "../../protocol/src/canonical.ts";

/** Texts of JSON values, in any form; the vector adds their canonical text. */
const valid: Record<string, string> = {
  "keys-by-utf16-units": '{"\u20ac":1,"\\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7,"a":8,"A":9,"":10,"aa":11}',
  "nested-and-spaced": ' { "b" : [ 1 , { "d" : [ ] , "c" : { } } , "x" ] ,\n "a" : null } ',
  "numbers-written-otherwise": "[1E3,1.0,-0,0.000001,1e-7,4.50,2e-3,9007199254740993,1e21,123456789012345680000,5e-324,1.7976931348623157e308]",
  "string-escapes": '"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\\\/\\u007f\\u2028\\u00e9\\ud83d\\ude00"',
  "key-named-proto": '{"a":1,"__proto__":{"b":[2]}}',
  "not-normalised": '["e\u0301","\u00e9"]',
  "nested-64-deep": `${"[".repeat(64)}${"]".repeat(64)}`,
  "number-alone": "-1e-0",
  "string-alone": '"x"',
  "null-alone": "null",
};

/** Texts that a reader of canonical texts refuses. */
const invalid: Record<string, string> = {
  "space-before": " 1",
  "newline-after": "1\n",
  "space-after-colon": '{"a": 1}',
  "byte-order-mark": "\ufeff1",
  "keys-out-of-order": '{"b":1,"a":2}',
  "keys-by-code-point": '{"\ufb33":1,"\ud83d\ude00":2}',
  "key-twice": '{"a":1,"a":1}',
  "key-twice-by-escape": '{"a":1,"\\u0061":2}',
  "proto-twice": '{"__proto__":{},"__proto__":{}}',
  "number-with-exponent": "1e3",
  "number-with-zero-fraction": "1.0",
  "number-with-capital-exponent": "1E+21",
  "number-minus-zero": "-0",
  "number-too-precise": "9007199254740993",
  "number-too-large": "1e400",
  "number-leading-zero": "01",
  "number-leading-plus": "+1",
  "number-not-a-number": "NaN",
  "escape-not-needed": '"\\u0061"',
  "escape-capital-hex": '"\\u001F"',
  "escape-long-form": '"\\u000a"',
  "escape-solidus": '"\\/"',
  "surrogate-alone-high": '"\\ud800"',
  "surrogate-alone-low": '"\\udc00"',
  "surrogate-pair-escaped": '"\\ud83d\\ude00"',
  "surrogate-alone-in-key": '{"\\ud800":1}',
  "control-character-raw": '"\u0001"',
  "nested-65-deep": `${"[".repeat(65)}${"]".repeat(65)}`,
  "trailing-comma": "[1,]",
  "two-values": "1 2",
  comment: "1/**/",
  "single-quotes": "'a'",
  unclosed: '{"a":1',
  empty: "",
};

/** All vectors of this format, by path below spec/vectors. */
export function canonicalVectors(): Record<string, object> {
  const out: Record<string, object> = {};
  for (const [name, json] of Object.entries(valid)) {
    const canonical = canonicalize(JSON.parse(json));
    out[`canonical/valid/${name}.json`] = {
      json,
      canonical,
      sha256: createHash("sha256").update(canonical, "utf8").digest("hex"),
    };
  }
  for (const [name, text] of Object.entries(invalid)) out[`canonical/invalid/${name}.json`] = { text, code: "canonical_invalid" };
  return out;
}

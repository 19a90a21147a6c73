/** How problems say what was there and what is allowed: in words, cut, with nothing in them that a terminal or a page would obey. */
import type { z } from "zod";

/** What a schema found, as a sentence that says what is allowed. */
export function sentenceOf(issue: z.core.$ZodIssue, got: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return `${got === undefined ? "This is missing" : "This is of another kind"}; it must be ${kindWords[issue.expected] ?? issue.expected}.`;
    case "too_big":
    case "too_small": {
      const [bound, most] = issue.code === "too_big" ? [issue.maximum, "at most"] : [issue.minimum, "at least"];
      const [what, unit] =
        issue.origin === "string"
          ? ["The text is", " characters"]
          : issue.origin === "array" || issue.origin === "set"
            ? ["The list is", " entries"]
            : ["The number is", ""];
      return `${what} ${issue.code === "too_big" ? "too large" : "too small"}; ${most} ${bound}${unit} ${unit === "" ? "is" : "are"} allowed.`;
    }
    case "invalid_value":
      return `This is none of the allowed values: ${cut(issue.values.map((allowed) => shown(allowed)).join(", "), 200)}.`;
    case "invalid_format":
      return `The text has another form; it must be ${issue.format === "regex" ? `of the form ${cut(issue.pattern ?? "", 100)}` : `a valid ${issue.format}`}.`;
    case "custom":
      return issue.message;
    default:
      return `The value is not allowed here (${issue.code.replaceAll("_", " ")}).`;
  }
}

const kindWords: { [kind: string]: string } = {
  string: "a text",
  number: "a finite number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};

/** `vendors.91.purposes[2]`. */
export function fieldOf(path: readonly (string | number)[]): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : `${i > 0 ? "." : ""}${shown(step).slice(1, -1)}`)).join("");
}

/**
 * A value as problems show it: at most 80 characters, nothing in it that a terminal or a page would obey.
 *
 * @example
 * ```ts
 * shown("a\u202eb"); // '"a\\u202eb"'
 * shown([1, 2]); // "a list of 2"
 * ```
 */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(typeof value === "string" ? value.slice(0, 80) : value) ?? typeof value;
  return cut(
    text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`),
    80,
  );
}

/** At most `max` UTF-16 code units, the last of which is `…` where something was left out; no character is cut in half. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}

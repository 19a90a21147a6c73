/** Where a text stops being JSON that we read. JSON.parse does not always say where it stopped, and has no bounds. */

export interface JsonFlaw {
  /** Offset in UTF-16 code units; the length of the text where it ends too early. */
  at: number;
  kind: "syntax" | "depth" | "size";
}

/** What may stand next. */
type Next = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end";

const [QUOTE, BACKSLASH, COMMA, COLON, BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x22, 0x5c, 0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d] as const;
const WORD = /true|false|null|-?(?:0|[1-9][0-9]{0,400})(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,9})?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * The first place at which a text is no JSON (RFC 8259), or is nested deeper than `maxDepth`, or has more than `maxValues` values.
 * Undefined where there is none: then JSON.parse reads it.
 *
 * @example
 * ```ts
 * jsonFlaw("[1, 2,, 3]", 10, 100); // { at: 6, kind: "syntax" }
 * jsonFlaw("[[[]]]", 2, 100); // { at: 2, kind: "depth" }
 * ```
 */
export function jsonFlaw(text: string, maxDepth: number, maxValues: number): JsonFlaw | undefined {
  /** The code of the bracket that ends each open array or object. */
  const open: number[] = [];
  let next: Next = "value";
  let values = 0;
  let at = skipSpace(text, 0);
  if (at === text.length) return { at, kind: "syntax" };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (next === "colon") {
      if (code !== COLON) return { at, kind: "syntax" };
      next = "value";
      at += 1;
    } else if ((next === "value-or-end" || next === "key-or-end" || next === "comma-or-end") && open.length > 0 && code === open.at(-1)) {
      open.pop();
      next = "comma-or-end";
      at += 1;
    } else if (next === "comma-or-end") {
      if (code !== COMMA || open.length === 0) return { at, kind: "syntax" };
      next = open.at(-1) === BRACE_END ? "key" : "value";
      at += 1;
    } else if (next === "key" || next === "key-or-end") {
      const end = code === QUOTE ? stringEnd(text, at) : -at - 1;
      if (end < 0) return { at: -end - 1, kind: "syntax" };
      next = "colon";
      at = end;
    } else {
      if (++values > maxValues) return { at, kind: "size" };
      if (code === BRACKET || code === BRACE) {
        if (open.length >= maxDepth) return { at, kind: "depth" };
        open.push(code === BRACKET ? BRACKET_END : BRACE_END);
        next = code === BRACKET ? "value-or-end" : "key-or-end";
        at += 1;
      } else {
        const end = code === QUOTE ? stringEnd(text, at) : wordEnd(text, at);
        if (end < 0) return { at: -end - 1, kind: "syntax" };
        next = "comma-or-end";
        at = end;
      }
    }
    at = skipSpace(text, at);
  }
  return next === "comma-or-end" && open.length === 0 ? undefined : { at, kind: "syntax" };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; code = text.charCodeAt(at)) at += 1;
  return at;
}

/** The offset behind the string that begins at `from`; where it has a flaw at x, -x - 1. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 0x20) return -at - 1;
    if (code === BACKSLASH) {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return -at - 1;
      at = ESCAPE.lastIndex - 1;
    }
  }
  return -text.length - 1;
}

/** As {@link stringEnd}, for numbers and the three words. */
function wordEnd(text: string, from: number): number {
  WORD.lastIndex = from;
  return WORD.test(text) ? WORD.lastIndex : -from - 1;
}

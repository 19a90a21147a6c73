import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { expect, test } from "vitest";
import { markup } from "./markup.ts";

const HOSTILE = `"><script>alert('1')</script>&amp;<img src=x onerror=alert(1)>`;

test("strings are escaped in text, in attributes and within lists", () => {
  const html = renderToString(markup`<a href="${HOSTILE}">${HOSTILE}</a>${[HOSTILE, markup`<b>${HOSTILE}</b>`]}`);
  expect(html).not.toMatch(/<(script|img)/);
  expect(html.match(/<\w+/g)).toEqual(["<a", "<b"]);
  expect(html.match(/"/g)).toHaveLength(2);
});

test("no string makes an element or leaves its attribute", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."<>\"'&=/ a;#") }), (text) => {
      const html = renderToString(markup`<a href="${text}">${text}</a>`);
      expect(html.match(/</g)).toHaveLength(2);
      expect(html.match(/"/g)).toHaveLength(2);
    }),
  );
});

test("nothing is nothing, and numbers are themselves", () => {
  expect(renderToString(markup`<p>${null}${undefined}${false}${true}${0}${1.5}</p>`)).toBe("<p>01.5</p>");
});

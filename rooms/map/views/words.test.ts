import { expect, test } from "vitest";
import type { CompanyCard } from "../card-schema.ts";
import { cut, known, life, webAddress } from "./words.ts";

test.each(["javascript:alert(1)", "data:text/html,x", " https://a.example", 'https://a.example/"x', "//a.example", "mailto:a@b.example", ""])(
  "%j is no address of the web",
  (url) => {
    expect(webAddress(url)).toBeUndefined();
  },
);

test("an address of the web is left as it is", () => {
  expect(webAddress("https://a.example/b?c=d#e")).toBe("https://a.example/b?c=d#e");
});

test("text is cut between letters, not within", () => {
  expect(cut("abc", 3)).toBe("abc");
  expect(cut("a👍👍b", 3)).toBe("a👍…");
});

test("a life of nothing is the session", () => {
  expect([life(null), life(0), life(1), life(389.6)]).toEqual(["the session", "the session", "1 day", "390 days"]);
});

test("what is not known is counted as nothing, and its days are empty", () => {
  const card = { purposeMatrix: { columns: [], rows: [] }, practices: [], records: [], seenOn: [] } as unknown as CompanyCard;
  expect(known(card)).toEqual({ purposes: 0, consent: 0, legitimateInterest: 0, sources: [], newest: "", sites: 0, newestScan: "", undeclared: 0 });
});

import { isKnown, kindOf } from "@freehold/protocol/vocabulary";
import { expect, test } from "vitest";
import { basisOf, daysOf } from "./activity.ts";
import { fidesCategories, fidesUses } from "./fides-terms.ts";

test.each([
  ["consent", "consent"],
  ["Explicit consent", "consent"],
  ["dpv:Consent", "consent"],
  ["eu-gdpr:A9-2-a", "consent"],
  ["Contract", "contract"],
  ["Art. 6(1)(b) GDPR", "contract"],
  ["Legal obligations", "legal-obligation"],
  ["6(1)(c)", "legal-obligation"],
  ["6.1.d", "vital-interests"],
  ["eu-gdpr:A6-1-e-official-authority", "public-task"],
  ["Public interest", "public-task"],
  ["Article 6 (1) lit. f", "legitimate-interest"],
  ["Legitimate interests", "legitimate-interest"],
  ["eu-gdpr:A9-2-h", "unstated"],
  ["dpv:Marketing", undefined],
  ["because", undefined],
  ["", undefined],
])("ground %s", (text, basis) => {
  expect(basisOf(text)).toBe(basis);
});

test.each([
  ["P3Y", 1095],
  ["P1Y6M", 545],
  ["P2W", 14],
  ["P0D", 0],
  ["30 days", 30],
  ["1 year", 365],
  ["6 Months", 180],
  ["P", undefined],
  ["PT5H", undefined],
  ["P99999Y", undefined],
  ["1e9 days", undefined],
  ["-3 days", undefined],
  ["until withdrawn", undefined],
])("period %s", (text, days) => {
  expect(daysOf(text)).toBe(days);
});

test("every term of our table for fideslang is pinned, and of a kind that its place asks for", () => {
  for (const [key, { terms }] of fidesUses)
    for (const term of terms) expect([key, term, ["purpose", "processing"].includes(kindOf(term) ?? "")]).toEqual([key, term, true]);
  for (const [key, { terms }] of fidesCategories) for (const term of terms) expect([key, term, kindOf(term)]).toEqual([key, term, "personalData"]);
  expect([fidesUses.size, fidesCategories.size, isKnown("dpv:Marketing")]).toEqual([54, 85, true]);
});

import { FreeholdError } from "@freehold/protocol/errors";
import type { JsonValue } from "@freehold/protocol/canonical";
import { expect, test } from "vitest";
import { firstMethod, methodBody, readMethod } from "./method.ts";

const body = (): { [key: string]: JsonValue } => JSON.parse(methodBody(firstMethod)) as { [key: string]: JsonValue };

test("a method comes out of its publication as it went in, and always as the same bytes", () => {
  expect(readMethod(body())).toEqual(firstMethod);
  expect(methodBody(readMethod(body()))).toBe(methodBody(firstMethod));
  expect(methodBody(firstMethod)).toMatch(/^\{"@context":"urn:freehold:method:signals:1","bands":\[20,40,60,80\],/);
});

test.each([
  ["another context", { "@context": "urn:freehold:method:signals:2" }, "body.@context"],
  ["a weight is missing", { weights: { choice: 1 } }, "body.weights"],
  ["a weight is negative", { weights: { ...firstMethod.weights, exit: -1 } }, "body.weights.exit"],
  ["all weights are 0", { weights: Object.fromEntries(Object.keys(firstMethod.weights).map((id) => [id, 0])) }, "body.weights"],
  ["an indicator that this version does not read", { weights: { ...firstMethod.weights, kindness: 1 } }, "body.weights"],
  ["bands fall", { bands: [40, 20] }, "body.bands"],
  [
    "steps fall",
    {
      retentionDays: [
        [90, 10],
        [30, 20],
      ],
    },
    "body.retentionDays",
  ],
  ["a score above 100", { exit: { ...firstMethod.exit, easy: 101 } }, "body.exit.easy"],
  ["a member more", { surprise: true }, "body"],
  ["a million weightings", { weightings: 1_000_000 }, "body.weightings"],
  ["half is cut at both ends", { tail: 0.5 }, "body.tail"],
])("refused: %s", (_, change, at) => {
  const wrong = () => readMethod({ ...body(), ...(change as { [key: string]: JsonValue }) });
  expect(wrong).toThrow(FreeholdError);
  expect(wrong).toThrow(at);
});

test.each([null, 1, "x", [], {}])("refused: %j", (value) => expect(() => readMethod(value)).toThrow(FreeholdError));

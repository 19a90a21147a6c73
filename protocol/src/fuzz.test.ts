import { expect, test } from "vitest";
import { fuzz } from "../testkit/fuzz.ts";
import { parsers } from "../testkit/parsers.ts";

test.each(parsers.map((parser) => [parser.name, parser] as const))(
  "%s takes an honest input, and of 10,000 others each or throws a FreeholdError",
  async (_, parser) => {
    const { foreign, accepted, codes } = await fuzz(parser, { inputs: 10_000, seed: 1 });
    expect(foreign.slice(0, 3)).toEqual([]);
    expect(accepted + [...codes.values()].reduce((sum, count) => sum + count, 0)).toBe(10_000);
  },
);

/** Random histories for the rule of spec/checking.md, and how often each kind of event comes. */
import fc from "fast-check";
import type { CheckRequest } from "../src/check.ts";
import type { Process } from "../src/record.ts";
import type { Event, History } from "./check-history.ts";
import { modelTerms, strangeTerms } from "./check-model.ts";

const often = <T>(value: T, weight: number, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(value) }, ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })));
// Any term may come, but mostly few do, so that scopes meet.
type Dimension = keyof typeof modelTerms;
const term = (dimension: Dimension, top: boolean, usual: string[]): fc.Arbitrary<string> => {
  const all = [...Object.keys(modelTerms[dimension]).slice(top ? 0 : 1), ...strangeTerms[dimension]];
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...all) });
};
const oneOrTwo = (dimension: Dimension, top: boolean, usual: string[]) => fc.uniqueArray(term(dimension, top, usual), { minLength: 1, maxLength: 2 });
const scope = (top: boolean) => ({
  purposes: oneOrTwo("purposes", top, ["dpv:Marketing", "dpv:Advertising", "dpv:Personalisation"]),
  data: oneOrTwo("data", top, ["pd:Contact", "pd:Location"]),
  processing: oneOrTwo("processing", top, ["dpv:Use"]),
});
const granted = fc.array(fc.record(scope(false)), { minLength: 1, maxLength: 2 });
const someDimensions = fc.record(scope(true), { requiredKeys: [] }) as fc.Arbitrary<Process>;
const refused = fc.option(fc.array(someDimensions, { minLength: 1, maxLength: 2 }), { freq: 8 });
const small = fc.nat({ max: 30 });
const device = fc.constantFrom(0, 1);

const signing = {
  do: fc.constant("sign" as const),
  device,
  life: often(100_000, 3, 50, 300),
  clone: often(false, 15, true),
  sync: often(true, 2, false),
  log: often(true, 3, false),
  deliver: often<"not" | "bare" | "proved">("proved", 4, "not", "bare"),
  refresh: often(true, 2, false),
};

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ...signing, kind: fc.constant("grant" as const), processes: granted }) },
  { weight: 5, arbitrary: fc.record({ ...signing, kind: fc.constant("refusal" as const), processes: refused }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("sync" as const), device }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("log" as const), records: fc.array(small, { maxLength: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("deliver" as const), record: small, proof: fc.option(fc.nat({ max: 3 }), { freq: 3 }) }) },
  { weight: 4, arbitrary: fc.constant({ do: "refresh" as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("open" as const), record: small, channel: fc.constantFrom("log" as const, "desk" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 40, 120) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rotate" as const), device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), device }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("erase" as const), decision: small }) },
  { weight: 1, arbitrary: fc.constant({ do: "backup" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "restore" as const }) },
);

const anyRequest: fc.Arbitrary<CheckRequest> = fc.record({
  purpose: term("purposes", true, ["dpv:Advertising", "dpv:PersonalisedAdvertising", "dpv:DirectMarketing"]),
  data: term("data", true, ["pd:EmailAddress", "pd:PhysicalAddress"]),
  processing: term("processing", true, ["dpv:Profiling", "dpv:Use"]),
});

/** Histories of at most 16 events, each asked three requests. */
export const anyHistory: fc.Arbitrary<History> = fc.record({
  events: fc.array(anyEvent, { maxLength: 16, size: "max" }),
  skew: often(0, 4, -60, 60),
  requests: fc.array(anyRequest, { minLength: 3, maxLength: 3 }),
});

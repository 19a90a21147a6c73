import fc from "fast-check";
import { expect, test } from "vitest";
import { formatVkey, makeNoteKey, TYPE_COSIGNATURE } from "./note.ts";
import { isSatisfied, parsePolicy, witnessedTime } from "./policy.ts";

const WITNESSES = Array.from(
  { length: 8 },
  (_, i) => `witness W${i} ${formatVkey(makeNoteKey(`w${i}.example`, new Uint8Array(32).fill(i + 1), TYPE_COSIGNATURE).vkey)}\n`,
).join("");
/** At least two of the first four, and (the fifth, or both of the sixth and seventh); the eighth has no say. */
const NESTED = parsePolicy(`${WITNESSES}group a 2 W0 W1 W2 W3\ngroup b all W5 W6\ngroup c any W4 b\ngroup d all a c\nquorum d\n`);
const satisfies = (names: ReadonlySet<string>) =>
  ["W0", "W1", "W2", "W3"].filter((name) => names.has(name)).length >= 2 && (names.has("W4") || (names.has("W5") && names.has("W6")));

const cosignatures = fc.array(fc.record({ name: fc.nat(9).map((i) => `W${i}`), time: fc.nat(20) }), { maxLength: 14 });

test("the quorum is what its groups say", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(9).map((i) => `W${i}`)), (names) => {
      expect(isSatisfied(NESTED, names)).toBe(satisfies(new Set(names)));
    }),
    { numRuns: 500 },
  );
});

test("the witnessed time is the largest t that the cosignatures not older than t vouch for", () => {
  fc.assert(
    fc.property(cosignatures, (given) => {
      const since = (t: number) => satisfies(new Set(given.filter(({ time }) => time >= t).map(({ name }) => name)));
      if (!since(0)) {
        expect(() => witnessedTime(NESTED, given)).toThrow(expect.objectContaining({ code: "policy_quorum" }));
      } else {
        const t = witnessedTime(NESTED, given)!;
        expect([since(t), since(t + 1)]).toEqual([true, false]);
      }
    }),
    { numRuns: 500 },
  );
});

test("without a quorum no time is witnessed, which is not the same as a quorum that is not reached", () => {
  const none = parsePolicy(`${WITNESSES}quorum none\n`);
  expect([isSatisfied(none, []), witnessedTime(none, []), witnessedTime(none, [{ name: "W0", time: 5 }])]).toEqual([true, null, null]);
  expect(() => witnessedTime(NESTED, [])).toThrow(expect.objectContaining({ code: "policy_quorum" }));
});

test("32 logs, 32 witnesses and 32 groups are read, with their URLs", () => {
  const many = Array.from({ length: 32 }, (_, i) => i);
  const logs = many.map((i) => `log ${formatVkey(makeNoteKey(`log${i}.example`, new Uint8Array(32).fill(i + 1)).vkey)} https://log${i}.example/\n`);
  const witnesses = many.map(
    (i) => `witness w${i} ${formatVkey(makeNoteKey(`w${i}.example`, new Uint8Array(32).fill(i + 1), TYPE_COSIGNATURE).vkey)} https://w${i}.example/\n`,
  );
  const groups = many.map((i) => `group g${i} all w${i}${i === 0 ? "" : ` g${i - 1}`}\n`);
  const policy = parsePolicy([...logs, ...witnesses, ...groups, "quorum g31\n"].join(""));
  expect([policy.logs.length, policy.witnesses.length, policy.groups.length, policy.logs[5]!.url, policy.witnesses[6]!.url]).toEqual([
    32,
    32,
    32,
    "https://log5.example/",
    "https://w6.example/",
  ]);
  expect(
    isSatisfied(
      policy,
      many.map((i) => `w${i}`),
    ),
  ).toBe(true);
  expect(
    isSatisfied(
      policy,
      many.slice(1).map((i) => `w${i}`),
    ),
  ).toBe(false);
});

test("any other text is refused with one code", () => {
  const item = fc.constantFrom("log", "witness", "group", "quorum", "none", "any", "all", "1", "W0", "g", "#", "\t", "\u00a0", "__proto__");
  const line = fc.array(item, { maxLength: 5 }).map((items) => `${items.join(" ")}\n`);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(line).map((lines) => WITNESSES + lines.join("")),
      ),
      (text) => {
        try {
          parsePolicy(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "policy_malformed" });
        }
      },
    ),
    { numRuns: 500 },
  );
});

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { entryVectors } from "../../tools/vectors/entry.ts";
import { fromHex, toHex } from "./bytes.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { FreeholdError } from "./errors.ts";

const refused = expect.objectContaining({ name: "FreeholdError", code: "entry_malformed" });
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const entries: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant("record" as const), commitment: bytes32, lock: bytes32 }),
  fc.record({ kind: fc.constant("withdrawal" as const), secret: bytes32 }),
  fc.record({ kind: fc.constant("publication" as const), hash: bytes32 }),
  fc.record({ kind: fc.constant("status" as const), size: fc.maxSafeNat(), root: bytes32 }),
);

test("every vector of spec/vectors/entry holds and is what tools/vectors writes", () => {
  const expected = entryVectors();
  const found: string[] = [];
  for (const kind of ["valid", "invalid"]) {
    const folder = new URL(`../../spec/vectors/entry/${kind}/`, import.meta.url);
    for (const name of readdirSync(folder)) {
      found.push(`entry/${kind}/${name}`);
      const vector = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      expect(vector, name).toEqual(expected[`entry/${kind}/${name}`]);
      const bytes = fromHex(vector.bytes);
      if (kind === "invalid") expect(() => decodeEntry(bytes), name).toThrow(expect.objectContaining({ code: vector.code }));
      else {
        const entry = decodeEntry(bytes);
        expect(inHex(entry), name).toEqual(vector.entry);
        expect(toHex(encodeEntry(entry)), name).toBe(vector.bytes);
      }
    }
  }
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

test("an entry comes back from its bytes, and they have the length of their kind", () => {
  const lengths = { record: 66, withdrawal: 34, publication: 34, status: 42 };
  fc.assert(
    fc.property(entries, (entry) => {
      const bytes = encodeEntry(entry);
      expect(decodeEntry(bytes)).toEqual(entry);
      expect(bytes.length).toBe(lengths[entry.kind]);
    }),
  );
});

const [short, right, long] = [new Uint8Array(31), new Uint8Array(32), new Uint8Array(33)];
test.each<[string, Entry]>([
  ["a short commitment before a long lock, together 64 bytes", { kind: "record", commitment: short, lock: long }],
  ["a long commitment before a short lock", { kind: "record", commitment: long, lock: short }],
  ["a short commitment", { kind: "record", commitment: short, lock: right }],
  ["a long lock", { kind: "record", commitment: right, lock: long }],
  ["a short secret", { kind: "withdrawal", secret: short }],
  ["a long hash", { kind: "publication", hash: long }],
  ["a short root", { kind: "status", size: 1, root: short }],
  ["a long root", { kind: "status", size: 1, root: long }],
  ["a size of 2^53", { kind: "status", size: 2 ** 53, root: right }],
  ["a negative size", { kind: "status", size: -1, root: right }],
  ["half a size", { kind: "status", size: 0.5, root: right }],
  ["a size that is no number", { kind: "status", size: Number.NaN, root: right }],
])("encodeEntry refuses %s", (_name, entry) => {
  expect(() => encodeEntry(entry)).toThrow(refused);
});

test("10,000 random and damaged entries are refused, or read as what they are", () => {
  const damaged = fc.tuple(entries, fc.nat(65), fc.nat(255), fc.integer({ min: -3, max: 3 })).map(([entry, at, byte, more]) => {
    const bytes = encodeEntry(entry);
    bytes[at % bytes.length] = byte;
    return more < 0 ? bytes.slice(0, more) : Uint8Array.from([...bytes, ...Array<number>(more).fill(byte)]);
  });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 70 })), (bytes) => {
      try {
        expect(encodeEntry(decodeEntry(bytes))).toEqual(bytes);
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
        expect(error.code).toBe("entry_malformed");
      }
    }),
    { numRuns: 10_000 },
  );
});

function inHex(entry: Entry): Record<string, string | number> {
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value]));
}

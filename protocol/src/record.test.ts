import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { recordVectors } from "../../tools/vectors/record.ts";
import type { RecordVector } from "../../tools/vectors/record.ts";
import { forge } from "../testkit/forge.ts";
import { advertising, personKey, shop } from "../testkit/story.ts";
import { canonicalize } from "./canonical.ts";
import type { JsonValue } from "./canonical.ts";
import { FreeholdError } from "./errors.ts";
import { hashOf, thumbprint } from "./jws.ts";
import { acts, classOf, decodeRecord, parseRecord, verifyRecord } from "./record.ts";
import type { Record } from "./record.ts";
import { publicJwk, signRecord } from "./sign.ts";

const folder = new URL("../../spec/vectors/record/", import.meta.url);
const files = ["valid", "invalid"].flatMap((kind) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as RecordVector;

const grant: Record = {
  "@context": "urn:freehold:record:1",
  act: "dpv:ConsentGiven",
  beacon: { origin: "register.example/log", root: "8".repeat(64), size: 4096 },
  controller: shop,
  expires: "2027-02-22T00:00:00Z",
  lock: "9".repeat(64),
  offer: "4".repeat(64),
  processes: [advertising],
};

test("the vectors on disk are those that the generator makes", () => {
  const made = recordVectors();
  expect(files.map((file) => `record/${file}`).sort()).toEqual(Object.keys(made).sort());
  for (const file of files) expect(read(file), file).toEqual(JSON.parse(JSON.stringify(made[`record/${file}`])));
});

test.each(files)("%s", async (file) => {
  const { jws, key, expect: expected, code } = read(file);
  if (code !== undefined) return expect(verifyRecord(jws, key)).rejects.toMatchObject({ name: "FreeholdError", code });
  const verified = await verifyRecord(jws, key);
  expect(verified).toEqual({ ...expected, hash: hashOf(jws) });
  expect(signRecord(verified.record, personKey)).toBe(jws);
});

test("what is signed can be read, and says who signed it", async () => {
  const jws = signRecord(grant, personKey);
  expect(decodeRecord(jws)).toEqual({ record: grant, kid: thumbprint(publicJwk(personKey)), hash: hashOf(jws) });
  await expect(verifyRecord(jws, publicJwk(personKey))).resolves.toEqual(decodeRecord(jws));
});

test("a record that would be refused is not signed", () => {
  expect(() => signRecord({ ...grant, lock: "" }, personKey)).toThrow(expect.objectContaining({ code: "record_malformed" }));
});

test("every act has a class, and each class the members of the table", () => {
  const members = { grant: [], refusal: ["expires"], request: ["expires", "offer"] };
  for (const act of acts) {
    const record = Object.fromEntries(Object.entries({ ...grant, act }).filter(([member]) => !(members[classOf(act)] as string[]).includes(member)));
    expect(parseRecord(record as JsonValue)).toEqual(record);
  }
});

test("any JSON value in any member is a record or is refused, and nothing else happens", () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
  const refusedOrSame = (input: JsonValue) => {
    try {
      expect(parseRecord(input)).toBe(input);
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      expect(error.code).toBe("record_malformed");
      expect(error.message).toMatch(/^record/);
      expect(error.message.length).toBeLessThan(600);
    }
  };
  fc.assert(fc.property(value, refusedOrSame));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(grant), "constructor", "__proto__", "x".repeat(10_000)), value, (member, changed) =>
      refusedOrSame(JSON.parse(`{${JSON.stringify(member)}:${JSON.stringify(changed)},${canonicalize(grant).slice(1)}`) as JsonValue),
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(advertising), "toString"), value, (member, changed) =>
      refusedOrSame({ ...grant, processes: [{ ...advertising, [member]: changed }] } as unknown as JsonValue),
    ),
  );
});

test("a message names the place that is wrong", () => {
  expect(() =>
    decodeRecord(
      forge({ type: "freehold-record+jws", payload: { ...grant, processes: [advertising, { ...advertising, purposes: ["dpv:Purpose"] }] }, key: personKey }),
    ),
  ).toThrow("record.processes[1].purposes must not name dpv:Purpose: consent is specific.");
});

test("a document is read up to 65,536 characters", () => {
  const padded = (length: number) => forge({ type: "freehold-record+jws", payload: { a: "x".repeat(length) }, key: personKey });
  expect(padded(48_982)).toHaveLength(65_535);
  expect(() => decodeRecord(padded(48_982))).toThrow(expect.objectContaining({ code: "record_malformed" }));
  expect(() => decodeRecord(padded(48_983))).toThrow(expect.objectContaining({ code: "jws_malformed" }));
});

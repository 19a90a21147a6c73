import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { publicationVectors } from "../../tools/vectors/publication.ts";
import type { PublicationVector } from "../../tools/vectors/publication.ts";
import { forge, payloadOf } from "../testkit/forge.ts";
import { claimOf, shopKey } from "../testkit/story.ts";
import { FreeholdError } from "./errors.ts";
import { decodeClaim, decodePublication, verifyClaim, verifyPublication } from "./publication.ts";
import type { Publication } from "./publication.ts";
import { signPublication } from "./sign.ts";

const folder = new URL("../../spec/vectors/publication/", import.meta.url);
const files = ["valid", "invalid"].flatMap((kind) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as PublicationVector;

test("the vectors on disk are those that the generator makes", () => {
  const made = publicationVectors();
  expect(files.map((file) => `publication/${file}`).sort()).toEqual(Object.keys(made).sort());
  for (const file of files) expect(read(file), file).toEqual(JSON.parse(JSON.stringify(made[`publication/${file}`])));
});

test.each(files)("%s", async (file) => {
  const { document, keys, predecessor, expect: expected, code } = read(file);
  const run = async () =>
    keys !== undefined ? verifyPublication(document, keys) : verifyClaim(document, predecessor === undefined ? undefined : decodeClaim(predecessor).claim);
  if (code !== undefined) return expect(run()).rejects.toMatchObject({ name: "FreeholdError", code });
  expect(await run()).toEqual(expected!.publication);
  expect(decodePublication(document).publication).toEqual(expected!.publication);
});

test("what would be refused is not signed", () => {
  const claim = payloadOf(claimOf()) as unknown as Publication;
  expect(signPublication(claim, shopKey)).toBe(claimOf());
  expect(() => signPublication({ ...claim, body: {} }, shopKey)).toThrow(expect.objectContaining({ code: "publication_malformed" }));
});

test("any JSON value in any member is a claim or is refused, and nothing else happens", async () => {
  const claim = payloadOf(claimOf()) as { body: object };
  const member = (of: object) => fc.constantFrom(...Object.keys(of), "constructor");
  const run = async (payload: unknown) => {
    try {
      await verifyClaim(forge({ type: "freehold-publication+jws", payload, key: shopKey }));
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
    }
  };
  await fc.assert(fc.asyncProperty(member(claim), fc.jsonValue(), (name, value) => run({ ...claim, [name]: value })));
  await fc.assert(fc.asyncProperty(member(claim.body), fc.jsonValue(), (name, value) => run({ ...claim, body: { ...claim.body, [name]: value } })));
});

import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { offerVectors } from "../../tools/vectors/offer.ts";
import type { OfferVector } from "../../tools/vectors/offer.ts";
import { forge, payloadOf } from "../testkit/forge.ts";
import { advertising, offerOf, personKey, shopKey, tellStory } from "../testkit/story.ts";
import type { JsonValue } from "./canonical.ts";
import { FreeholdError } from "./errors.ts";
import { hashOf } from "./jws.ts";
import { decodeDocument, verifyFits } from "./offer.ts";
import type { Offer } from "./offer.ts";
import { parseRecord } from "./record.ts";
import { parents, purposes } from "./vocabulary.ts";
import { signDocument } from "./sign.ts";

const folder = new URL("../../spec/vectors/offer/", import.meta.url);
const files = ["valid", "invalid"].flatMap((kind) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as OfferVector;
const types = ["freehold-offer+jws", "freehold-binding+jws", "freehold-rotation+jws", "freehold-acknowledgement+jws"] as const;

test("the vectors on disk are those that the generator makes", () => {
  const made = offerVectors();
  expect(files.map((file) => `offer/${file}`).sort()).toEqual(Object.keys(made).sort());
  for (const file of files) expect(read(file), file).toEqual(JSON.parse(JSON.stringify(made[`offer/${file}`])));
});

test.each(files)("%s", (file) => {
  const { type, jws, fits, expect: expected, code } = read(file);
  const run = () => {
    if (jws !== undefined) {
      const { document, decoded } = decodeDocument(type!, jws);
      return { document, kid: decoded.kid };
    }
    const { record, offer, beaconTime } = fits!;
    verifyFits(parseRecord(record as JsonValue), { offerJws: offer, offer: decodeDocument("freehold-offer+jws", offer).document, beaconTime });
    return {};
  };
  if (code === undefined) expect(run()).toEqual(expected);
  else expect(run).toThrow(expect.objectContaining({ name: "FreeholdError", code }));
});

test("a document of one type is none of another", () => {
  const story = tellStory(undefined, 0);
  const documents = [story.offer, story.binding.jws, story.acknowledgement.jws, story.record.jws, story.claims[0]!];
  for (const type of types) {
    const accepted = documents.filter((jws) => {
      try {
        return decodeDocument(type, jws);
      } catch (error) {
        expect(error).toMatchObject({ code: "jws_header" });
        return false;
      }
    });
    expect(accepted).toHaveLength(type === "freehold-rotation+jws" ? 0 : 1);
  }
});

test("what would be refused is not signed", () => {
  const offer = payloadOf(offerOf()) as unknown as Offer;
  expect(signDocument("freehold-offer+jws", offer, shopKey)).toBe(offerOf());
  expect(() => signDocument("freehold-offer+jws", { ...offer, expires: offer.issued }, shopKey)).toThrow(expect.objectContaining({ code: "offer_malformed" }));
});

test("a grant fits iff each purpose lies within one that was offered", () => {
  const under = (term: string, above: string): boolean => term === above || parents(term).some((parent) => under(parent, above));
  const purpose = fc.constantFrom(...purposes.filter((term) => term !== "dpv:Purpose"));
  fc.assert(
    fc.property(fc.uniqueArray(purpose, { minLength: 1, maxLength: 3 }), fc.uniqueArray(purpose, { minLength: 1, maxLength: 3 }), (offered, granted) => {
      const jws = offerOf({ processes: [{ ...advertising, purposes: offered }] });
      const story = payloadOf(tellOnce.record.jws);
      const record = parseRecord({ ...story, offer: hashOf(jws), processes: [{ ...advertising, purposes: granted }] } as unknown as JsonValue);
      const fits = () => verifyFits(record, { offerJws: jws, offer: decodeDocument("freehold-offer+jws", jws).document, beaconTime: 0 });
      if (granted.every((term) => offered.some((above) => under(term, above)))) fits();
      else expect(fits).toThrow(expect.objectContaining({ code: "receipt_offer" }));
    }),
  );
});
const tellOnce = tellStory(undefined, 0);

test("any JSON value is a document or is refused, and nothing else happens", () => {
  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
  const valid = Object.values(offerVectors()).filter(({ jws, code }) => jws !== undefined && code === undefined);
  fc.assert(
    fc.property(fc.constantFrom(...valid), value, fc.nat(), (vector, changed, at) => {
      const payload = payloadOf(vector.jws!);
      const member = Object.keys(payload)[at % Object.keys(payload).length]!;
      try {
        decodeDocument(vector.type!, forge({ type: vector.type!, payload: { ...payload, [member]: changed }, key: personKey }));
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
      }
    }),
  );
});

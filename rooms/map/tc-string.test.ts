import { FreeholdError } from "@freehold/protocol/errors";
import { GVL, PurposeRestriction, TCModel, TCString, type Vector, type VendorList } from "@iabtechlabtcf/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeTcString, summarise, type TcString } from "./tc-string.ts";

const VENDORS = 400;

/** A vendor list in which every vendor may do everything on both grounds: the peer drops nothing that the model has. */
function vendorList(): GVL {
  const purposes = Array.from({ length: 11 }, (_, i) => i + 1);
  const vendors = Object.fromEntries(
    Array.from({ length: VENDORS }, (_, i) => [
      String(i + 1),
      {
        id: i + 1,
        name: `Vendor ${i + 1}`,
        purposes,
        legIntPurposes: purposes,
        flexiblePurposes: purposes,
        specialPurposes: [],
        features: [],
        specialFeatures: [],
      },
    ]),
  );
  const list = { gvlSpecificationVersion: 3, vendorListVersion: 143, tcfPolicyVersion: 5, lastUpdated: "2026-01-22T16:00:00Z", vendors };
  const purposeTable = Object.fromEntries(purposes.map((id) => [id, { id, name: "", description: "", illustrations: [] }]));
  const none = { specialPurposes: {}, features: {}, specialFeatures: {}, stacks: {}, dataCategories: {} };
  return new GVL({ ...list, ...none, purposes: purposeTable } as unknown as VendorList);
}

const ids = (vector: Vector): number[] => [...vector].filter(([, set]) => set).map(([id]) => id);
const seconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
const vendorIds = fc.oneof(
  fc.uniqueArray(fc.integer({ min: 1, max: VENDORS }), { maxLength: 12 }),
  fc
    .tuple(fc.integer({ min: 1, max: VENDORS }), fc.integer({ min: 0, max: VENDORS }))
    .map(([from, length]) => Array.from({ length: Math.min(length, VENDORS - from + 1) }, (_, i) => from + i)),
);
const purposeIds = fc.uniqueArray(fc.integer({ min: 1, max: 24 }), { maxLength: 24 });
const text = fc
  .record({
    day: fc.integer({ min: 1, max: 40_000 }),
    cmpId: fc.integer({ min: 2, max: 4095 }),
    cmpVersion: fc.integer({ min: 1, max: 4095 }),
    consentScreen: fc.integer({ min: 0, max: 63 }),
    country: fc.stringMatching(/^[A-Z]{2}$/),
    policyVersion: fc.integer({ min: 2, max: 63 }),
    flags: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    features: fc.uniqueArray(fc.integer({ min: 1, max: 12 })),
    consents: purposeIds,
    interests: purposeIds,
    vendorConsents: vendorIds,
    vendorInterests: vendorIds,
    disclosed: vendorIds,
    publisher: fc.tuple(purposeIds, purposeIds, fc.uniqueArray(fc.integer({ min: 1, max: 20 }))),
    restrictions: fc.array(fc.tuple(fc.integer({ min: 1, max: 11 }), fc.constantFrom(0, 1, 2), vendorIds), { maxLength: 6 }),
  })
  .map((from) => {
    const model = new TCModel(vendorList());
    Object.assign(model, { cmpId: from.cmpId, cmpVersion: from.cmpVersion, consentScreen: from.consentScreen, publisherCountryCode: from.country });
    [model.isServiceSpecific, model.useNonStandardTexts, model.purposeOneTreatment] = from.flags;
    model.policyVersion = from.policyVersion;
    model.specialFeatureOptins.set(from.features);
    model.purposeConsents.set(from.consents);
    model.purposeLegitimateInterests.set(from.interests);
    model.vendorConsents.set(from.vendorConsents);
    model.vendorLegitimateInterests.set(from.vendorInterests);
    model.vendorsDisclosed.set(from.disclosed);
    model.publisherConsents.set(from.publisher[0]);
    model.publisherLegitimateInterests.set(from.publisher[1]);
    model.numCustomPurposes = 20;
    model.publisherCustomConsents.set(from.publisher[2]);
    for (const [purpose, type, vendors] of from.restrictions) {
      for (const vendor of vendors) model.publisherRestrictions.add(vendor, new PurposeRestriction(purpose, type));
    }
    model.created = model.lastUpdated = new Date(from.day * 86_400_000 + 1_234_500);
    return TCString.encode(model);
  });

test("reads what the peer wrote as the peer reads it", () => {
  fc.assert(
    fc.property(text, (string) => {
      const ours = decodeTcString(string);
      const peer = TCString.decode(string);
      expect(ours).toEqual({
        created: seconds(peer.created),
        updated: seconds(peer.lastUpdated),
        cmpId: peer.cmpId,
        cmpVersion: peer.cmpVersion,
        consentScreen: peer.consentScreen,
        consentLanguage: peer.consentLanguage,
        vendorListVersion: peer.vendorListVersion,
        policyVersion: peer.policyVersion,
        isServiceSpecific: peer.isServiceSpecific,
        useNonStandardStacks: peer.useNonStandardTexts,
        specialFeatureOptIns: ids(peer.specialFeatureOptins),
        purposesConsent: ids(peer.purposeConsents),
        purposesLegitimateInterest: ids(peer.purposeLegitimateInterests),
        purposeOneTreatment: peer.purposeOneTreatment,
        publisherCountryCode: peer.publisherCountryCode,
        vendorsConsent: ids(peer.vendorConsents),
        vendorsLegitimateInterest: ids(peer.vendorLegitimateInterests),
        publisherRestrictions: expect.any(Array),
        disclosedVendors: ids(peer.vendorsDisclosed),
        allowedVendors: null,
        publisherTc: peer.isServiceSpecific
          ? {
              purposesConsent: ids(peer.publisherConsents),
              purposesLegitimateInterest: ids(peer.publisherLegitimateInterests),
              customPurposes: 20,
              customConsent: ids(peer.publisherCustomConsents),
              customLegitimateInterest: [],
            }
          : null,
      });
      const restricted = (restrictions: [purpose: number, type: number, vendors: number[]][]) => restrictions.map(String).toSorted();
      expect(restricted(ours.publisherRestrictions.map(({ purpose, type, vendors }) => [purpose, type, vendors.flatMap(expand)]))).toEqual(
        restricted(peer.publisherRestrictions.getRestrictions().map((r) => [r.purposeId, r.restrictionType, peer.publisherRestrictions.getVendors(r)])),
      );
    }),
    { numRuns: 60 },
  );
});

const expand = ([from, to]: readonly [number, number]): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("sums up as the rules read, vendor by vendor", () => {
  fc.assert(
    fc.property(text, (string) => {
      const tc = decodeTcString(string);
      const answers = new Map(summarise(tc).map((answer) => [answer.vendor, answer]));
      for (let vendor = 1; vendor <= VENDORS + 1; vendor++) {
        const shown = tc.policyVersion < 5 || tc.disclosedVendors!.includes(vendor);
        const restriction = (purpose: number, types: number[]) =>
          tc.publisherRestrictions.some(
            (r) => r.purpose === purpose && types.includes(r.type) && r.vendors.some(([from, to]) => from <= vendor && vendor <= to),
          );
        const consent = tc.purposesConsent.filter((p) => shown && tc.vendorsConsent.includes(vendor) && !restriction(p, [0, 2]));
        const legitimateInterest = tc.purposesLegitimateInterest.filter(
          (p) => shown && tc.vendorsLegitimateInterest.includes(vendor) && p !== 1 && !(tc.policyVersion >= 4 && p >= 3 && p <= 6) && !restriction(p, [0, 1]),
        );
        const some = consent.length + legitimateInterest.length > 0;
        expect(answers.get(vendor)).toEqual(some ? { vendor, consent, legitimateInterest } : undefined);
      }
    }),
    { numRuns: 30 },
  );
});

test("the example of the libraries: a bit field and ranges", () => {
  const tc = decodeTcString(" COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA\n");
  expect(tc).toMatchObject({ created: "2020-02-20T23:57:39Z", cmpId: 27, cmpVersion: 0, consentLanguage: "EN", vendorListVersion: 15, policyVersion: 2 });
  expect([tc.purposesConsent, tc.vendorsConsent, tc.vendorsLegitimateInterest]).toEqual([
    [1, 2, 3],
    [2, 6, 8],
    [2, 6, 8],
  ]);
  expect([tc.disclosedVendors, tc.allowedVendors, tc.publisherTc, tc.publisherRestrictions]).toEqual([null, null, null, []]);
});

test("a string with a segment of the publisher", () => {
  const tc = decodeTcString("CLcVDxRMWfGmWAVAHCENAXCkAKDAADnAABRgA5mdfCKZuYJez-NQm0TBMYA4oCAAGQYIAAAAAAEAIAEgAA.argAC0gAAAAAAAAAAAA");
  expect(tc).toMatchObject({ cmpId: 21, cmpVersion: 7, consentScreen: 2, consentLanguage: "EN", vendorListVersion: 23, purposesConsent: [1, 3, 9, 10] });
  expect([tc.created, tc.updated].map((instant) => Date.parse(instant) / 1000)).toEqual([1_228_644_257, 1_326_215_413]);
  expect([tc.vendorsConsent.length, tc.vendorsConsent.at(-1)]).toEqual([56, 115]);
  expect(tc.specialFeatureOptIns).toEqual([2]);
  expect(tc.publisherTc).toMatchObject({ purposesConsent: [2, 4, 6, 8, 9, 10] });
});

test.each([
  ["", /empty/],
  ["BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", /TCF v1.*ended in 2020/],
  ["DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", /GPP string/],
  ["EOvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA", /Core, Version, bit 0: 4/],
  ["COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.", /Segment 2, SegmentType, bit 0: the segment ends after 0 bits/],
  ["COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IAA", /Disclosed vendors, DisclosedVendors.MaxVendorId, bit 3/],
  ["COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IAAA.IAAA", /"disclosed vendors" is there twice/],
  ["COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.A", /Segment 2, SegmentType, bit 0: 0/],
  ["COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.-", /bit 0: 7/],
  ["COvFyGBOvFyG+AbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA", /Core: character 13 is "\+"/],
  ["COvFyGBOvFyG\u202e", /Core: character 13 is U\+202E/],
  ["COvFyGBOvFyGBAbAAAENAPCAAO", /Core, PurposesConsent, bit 152/],
  ["COvFyGBOvFyGBAbAAA__APCAAOAAAAAAAAAAAEEUACCKAAA", /Core, ConsentLanguage, bit 108: 63 is no letter/],
])("refuses %s", (string, sentence) => {
  expect(errorOf(string)).toMatch(sentence);
});

/** A string from bits, padded. */
function fromBits(bits: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return bits.padEnd(Math.ceil(bits.length / 6) * 6, "0").replace(/.{6}/g, (six) => alphabet[Number.parseInt(six, 2)]!);
}
const bin = (value: number, width: number): string => value.toString(2).padStart(width, "0");
const HEAD = bin(2, 6) + bin(0, 144 - 6 + 24 + 24 + 12 + 9);
const EMPTY = bin(0, 17);

test("says which range is wrong", () => {
  const ranges = (...entries: string[]) => bin(65_535, 16) + "1" + bin(entries.length, 12) + entries.join("");
  expect(HEAD.length).toBe(213);
  expect(errorOf(fromBits(HEAD + ranges("1" + bin(9, 16) + bin(3, 16))))).toMatch(
    /VendorConsent.Range\[0\].EndVendorId, bit 259: 3, which is below the start 9/,
  );
  expect(errorOf(fromBits(HEAD + ranges("0" + bin(0, 16))))).toMatch(/StartOrOnlyVendorId, bit 243: 0; vendor ids are counted from 1/);
  expect(errorOf(fromBits(HEAD + EMPTY + EMPTY + bin(1, 12) + bin(0, 6)))).toMatch(/PubRestriction\[0\].PurposeId/);
  expect(errorOf(fromBits(HEAD + EMPTY + EMPTY + bin(1, 12) + bin(2, 6) + "11"))).toMatch(/RestrictionType.*3, which is not used/);
});

test("ranges that repeat do not blow up", () => {
  const all = "1" + bin(1, 16) + bin(65_535, 16);
  const section = bin(65_535, 16) + "1" + bin(4_095, 12) + all.repeat(4_095);
  const restriction = (i: number) => bin((i % 63) + 1, 6) + bin(i % 3, 2) + bin(40, 12) + all.repeat(40);
  const restrictions = bin(4_000, 12) + Array.from({ length: 4_000 }, (_, i) => restriction(i)).join("");
  const tc = decodeTcString(fromBits(HEAD + section + section + restrictions).slice(0, 1_000_000));
  expect(tc.vendorsConsent.length).toBe(65_535);
  expect(tc.publisherRestrictions.length).toBe(63);
  expect(tc.publisherRestrictions[0]!.vendors).toEqual([[1, 65_535]]);
  expect(summarise(tc)).toEqual([]);
  expect(errorOf("C".repeat(1_000_001))).toMatch(/at most 1000000/);
  expect(errorOf("C" + ".".repeat(999_999))).toMatch(/Core, Created/);
});

test("damaged strings give our error or a string, nothing else", () => {
  fc.assert(
    fc.property(text, fc.array(fc.tuple(fc.nat(), fc.constantFrom(..."AZaz09-_.~= é\u0000"))), fc.nat(), (string, changes, cut) => {
      const characters = [...string];
      for (const [at, character] of changes) characters[at % characters.length] = character;
      survives(characters.join("").slice(0, 1 + (cut % (2 * characters.length))));
    }),
    { numRuns: 300 },
  );
  fc.assert(fc.property(fc.string(), (string) => survives(string)));
  for (const value of [null, undefined, 7, {}, []]) expect(errorOf(value as unknown as string)).toMatch(/is a text/);
});

function survives(string: string): void {
  let tc: TcString;
  try {
    tc = decodeTcString(string);
  } catch (error) {
    expect(error).toBeInstanceOf(FreeholdError);
    expect((error as FreeholdError).code).toBe("tc_string_malformed");
    return;
  }
  expect(summarise(tc).length).toBeLessThanOrEqual(65_535);
}

function errorOf(string: string): string {
  try {
    decodeTcString(string);
  } catch (error) {
    if (error instanceof FreeholdError && error.code === "tc_string_malformed") return error.message;
    throw error;
  }
  return "no error";
}

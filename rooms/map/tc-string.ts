/**
 * IAB Europe's TC string, version 2 (TCF v2.0 to v2.3), read. The register makes none: it only shows people what such a string says.
 * Pure and without dependencies, so that a person's own string stays in her browser.
 */
import { FreeholdError } from "@freehold/protocol/errors";

/** A range of vendor ids, both ends included. */
export type VendorRange = readonly [from: number, to: number];

/**
 * - 0: not allowed at all;
 * - 1: only on consent;
 * - 2: only on legitimate interest.
 */
export interface PublisherRestriction {
  purpose: number;
  type: 0 | 1 | 2;
  /** Ascending and apart. Kept as ranges: the same vendors may stand in many restrictions. */
  vendors: readonly VendorRange[];
}

/** Fields of the segment in which a publisher keeps answers for itself. */
export interface PublisherTc {
  purposesConsent: number[];
  purposesLegitimateInterest: number[];
  customPurposes: number;
  customConsent: number[];
  customLegitimateInterest: number[];
}

/** What a TC string says. Ids ascend. Segments that the string does not have are null: unknown, not empty. */
export interface TcString {
  /** Instants `YYYY-MM-DDTHH:MM:SSZ`; since v2.2 at midnight, the day only. */
  created: string;
  updated: string;
  cmpId: number;
  cmpVersion: number;
  consentScreen: number;
  /** Two letters, upper case. */
  consentLanguage: string;
  vendorListVersion: number;
  /** 2 with TCF v2.0 and v2.1, 4 with v2.2, 5 with v2.3. */
  policyVersion: number;
  isServiceSpecific: boolean;
  useNonStandardStacks: boolean;
  specialFeatureOptIns: number[];
  purposesConsent: number[];
  /** Made known on legitimate interest, and not objected to. */
  purposesLegitimateInterest: number[];
  /** True: purpose 1 was not shown at all, by the law of the publisher's country. */
  purposeOneTreatment: boolean;
  publisherCountryCode: string;
  vendorsConsent: number[];
  vendorsLegitimateInterest: number[];
  publisherRestrictions: PublisherRestriction[];
  /** Required since v2.3. */
  disclosedVendors: number[] | null;
  allowedVendors: number[] | null;
  publisherTc: PublisherTc | null;
}

/** How long a string may be, in characters. Real ones have up to a few thousand. */
const MAX_LENGTH = 1_000_000;

const SEGMENTS = ["core", "disclosed vendors", "allowed vendors", "publisher TC"] as const;

/** Fields of one segment, one after the other; every error says which field and at which bit of the segment. */
interface Bits {
  /** An unsigned number of at most 36 bits. */
  number(field: string, width: number): number;
  flag(field: string): boolean;
  /** The positions (from 1) of the bits that are set. */
  set(field: string, width: number): number[];
  wrong(field: string, what: string): FreeholdError;
}

/**
 * Reads a TC string of version 2. Purposes are numbers of TCF, vendors are ids of the Global Vendor List.
 *
 * Strict about the form: a field that is cut off, a range that runs backwards, a vendor 0, a segment twice are refused. Bits after the
 * last field (padding) are not looked at, and ids above a list's own `MaxVendorId` are taken as they stand, as all decoders do.
 *
 * @param text the string, at most 1,000,000 characters; white space around it is left out.
 * @throws `tc_string_malformed`, with the segment, the field and the bit where it went wrong.
 * @see IAB Tech Lab, "Transparency and Consent String with Global Vendor & CMP List Formats", TC String Format
 * @example
 * ```ts
 * const tc = decodeTcString("COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA");
 * tc.cmpId; // 27
 * tc.purposesConsent; // [1, 2, 3]
 * tc.vendorsConsent; // [2, 6, 8]
 * ```
 */
export function decodeTcString(text: string): TcString {
  if (typeof text !== "string") throw malformed("A TC string is a text.");
  if (text.length > MAX_LENGTH) throw malformed(`The text has ${text.length} characters; a TC string has at most ${MAX_LENGTH}.`);
  const trimmed = text.trim();
  if (trimmed === "") throw malformed("The text is empty.");
  if (trimmed.includes("~")) {
    throw malformed(
      "This is a GPP string, which holds strings of several laws; paste the section of the TCF alone (it stands between two ~ and begins with C).",
    );
  }
  const [core, ...others] = trimmed.split(".");
  const tc = readCore(bitsOf("core", core!));
  const seen = new Set<number>();
  for (const [at, part] of others.entries()) {
    // The first three bits say which segment it is, so its name is known only then.
    const type = bitsOf(`segment ${at + 2}`, part.slice(0, 1)).number("SegmentType", 3);
    const name = SEGMENTS[type];
    if (type === 0 || name === undefined) {
      throw malformed(`Segment ${at + 2}, SegmentType, bit 0: ${type}; after the core come 1 (disclosed vendors), 2 (allowed vendors) or 3 (publisher TC).`);
    }
    if (seen.has(type)) throw malformed(`Segment ${at + 2}, SegmentType, bit 0: the segment "${name}" is there twice.`);
    seen.add(type);
    const bits = bitsOf(name, part);
    bits.number("SegmentType", 3);
    if (type === 1) tc.disclosedVendors = readVendors(bits, "DisclosedVendors");
    else if (type === 2) tc.allowedVendors = readVendors(bits, "AllowedVendors");
    else tc.publisherTc = readPublisherTc(bits);
  }
  return tc;
}

/** What the string says yes to for one vendor. */
export interface VendorAnswer {
  vendor: number;
  /** Purposes for which both the purpose and the vendor have consent. */
  consent: number[];
  /** Purposes on legitimate interest, for which neither the purpose nor the vendor was objected to. */
  legitimateInterest: number[];
}

/**
 * For each vendor, the purposes that the string says yes to, by ground. Vendors without any are left out.
 *
 * - Consent needs the bit of the purpose and of the vendor; legitimate interest the same in its own fields.
 * - Publisher restrictions are applied: 0 takes the purpose from both grounds, 1 from legitimate interest, 2 from consent.
 * - Purpose 1 is never on legitimate interest, and under policy 4 and later (TCF v2.2) purposes 3 to 6 neither, whatever their bits say.
 * - Under policy 5 and later (v2.3) a vendor outside the disclosed vendors was not shown and has nothing.
 *
 * It is an upper bound: a vendor may do only what it declares in the Global Vendor List, which the string does not hold. Special purposes
 * and features need no yes and are not in it. A string without the segment of disclosed vendors is read without that last rule.
 *
 * @returns ascending by vendor id.
 * @see the same document, "What are publisher restrictions?"; TCF Policies, appendix A
 * @example
 * ```ts
 * summarise(decodeTcString("COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA"))[0]; // { vendor: 2, consent: [1, 2, 3], legitimateInterest: [] }
 * ```
 */
export function summarise(tc: TcString): VendorAnswer[] {
  const never = tc.policyVersion >= 4 ? [1, 3, 4, 5, 6] : [1];
  const consent = masks(tc.vendorsConsent, tc.purposesConsent);
  const interest = masks(
    tc.vendorsLegitimateInterest,
    tc.purposesLegitimateInterest.filter((purpose) => !never.includes(purpose)),
  );
  for (const { purpose, type, vendors } of tc.publisherRestrictions) {
    if (purpose > 24) continue;
    for (const [from, to] of vendors) {
      for (let vendor = from; vendor <= to; vendor++) {
        if (type !== 1) consent[vendor]! &= ~bitOf(purpose);
        if (type !== 2) interest[vendor]! &= ~bitOf(purpose);
      }
    }
  }
  const disclosed = tc.policyVersion >= 5 && tc.disclosedVendors !== null ? new Set(tc.disclosedVendors) : null;
  const answers: VendorAnswer[] = [];
  for (let vendor = 1; vendor <= 0xffff; vendor++) {
    if ((consent[vendor]! | interest[vendor]!) === 0 || disclosed?.has(vendor) === false) continue;
    answers.push({ vendor, consent: purposesOf(consent[vendor]!), legitimateInterest: purposesOf(interest[vendor]!) });
  }
  return answers;
}

const bitOf = (purpose: number): number => 1 << (purpose - 1);

/** For each vendor the purposes as bits, purpose 1 the lowest. */
function masks(vendors: readonly number[], purposes: readonly number[]): Int32Array {
  const mask = purposes.reduce((bits, purpose) => bits | bitOf(purpose), 0);
  const out = new Int32Array(0x10000);
  for (const vendor of vendors) out[vendor] = mask;
  return out;
}

function purposesOf(mask: number): number[] {
  const purposes: number[] = [];
  for (let purpose = 1; purpose <= 24; purpose++) if ((mask & bitOf(purpose)) !== 0) purposes.push(purpose);
  return purposes;
}

function readCore(bits: Bits): TcString {
  const version = bits.number("Version", 6);
  if (version === 1) {
    throw malformed(
      "This is a consent string of TCF v1, which ended in 2020: no vendor may rely on it, and it is not read here. Strings of TCF v2 begin with C.",
    );
  }
  if (version !== 2) throw malformed(`Core, Version, bit 0: ${version}; the version is 2, and the string begins with C.`);
  return {
    created: readInstant(bits, "Created"),
    updated: readInstant(bits, "LastUpdated"),
    cmpId: bits.number("CmpId", 12),
    cmpVersion: bits.number("CmpVersion", 12),
    consentScreen: bits.number("ConsentScreen", 6),
    consentLanguage: readLetters(bits, "ConsentLanguage"),
    vendorListVersion: bits.number("VendorListVersion", 12),
    policyVersion: bits.number("TcfPolicyVersion", 6),
    isServiceSpecific: bits.flag("IsServiceSpecific"),
    useNonStandardStacks: bits.flag("UseNonStandardStacks"),
    specialFeatureOptIns: bits.set("SpecialFeatureOptIns", 12),
    purposesConsent: bits.set("PurposesConsent", 24),
    purposesLegitimateInterest: bits.set("PurposesLITransparency", 24),
    purposeOneTreatment: bits.flag("PurposeOneTreatment"),
    publisherCountryCode: readLetters(bits, "PublisherCC"),
    vendorsConsent: readVendors(bits, "VendorConsent"),
    vendorsLegitimateInterest: readVendors(bits, "VendorLegitimateInterest"),
    publisherRestrictions: readRestrictions(bits),
    disclosedVendors: null,
    allowedVendors: null,
    publisherTc: null,
  };
}

function readPublisherTc(bits: Bits): PublisherTc {
  const purposesConsent = bits.set("PubPurposesConsent", 24);
  const purposesLegitimateInterest = bits.set("PubPurposesLITransparency", 24);
  const customPurposes = bits.number("NumCustomPurposes", 6);
  return {
    purposesConsent,
    purposesLegitimateInterest,
    customPurposes,
    customConsent: bits.set("CustomPurposesConsent", customPurposes),
    customLegitimateInterest: bits.set("CustomPurposesLITransparency", customPurposes),
  };
}

/** Tenths of a second since 1970; 36 bits of them end in the year 2187, so every value is an instant. */
function readInstant(bits: Bits, field: string): string {
  return `${new Date(bits.number(field, 36) * 100).toISOString().slice(0, 19)}Z`;
}

function readLetters(bits: Bits, field: string): string {
  let letters = "";
  for (let i = 0; i < 2; i++) {
    const letter = bits.number(field, 6);
    if (letter > 25) throw bits.wrong(field, `${letter} is no letter (0 for A to 25 for Z)`);
    letters += String.fromCharCode(65 + letter);
  }
  return letters;
}

function readVendors(bits: Bits, section: string): number[] {
  const max = bits.number(`${section}.MaxVendorId`, 16);
  if (!bits.flag(`${section}.IsRangeEncoding`)) return bits.set(`${section}.BitField`, max);
  const vendors: number[] = [];
  for (const [from, to] of readRanges(bits, section)) for (let vendor = from; vendor <= to; vendor++) vendors.push(vendor);
  return vendors;
}

function readRestrictions(bits: Bits): PublisherRestriction[] {
  const found = new Map<number, { purpose: number; type: 0 | 1 | 2; ranges: VendorRange[] }>();
  const count = bits.number("NumPubRestrictions", 12);
  for (let i = 0; i < count; i++) {
    const field = `PubRestriction[${i}]`;
    const purpose = bits.number(`${field}.PurposeId`, 6);
    if (purpose === 0) throw bits.wrong(`${field}.PurposeId`, "0; purposes are counted from 1");
    const type = bits.number(`${field}.RestrictionType`, 2);
    if (type === 3) throw bits.wrong(`${field}.RestrictionType`, "3, which is not used; 0, 1 and 2 are");
    const key = purpose * 4 + type;
    const restriction = found.get(key) ?? { purpose, type: type as 0 | 1 | 2, ranges: [] };
    found.set(key, restriction);
    for (const range of readRanges(bits, field)) restriction.ranges.push(range);
  }
  return [...found.values()].map(({ purpose, type, ranges }) => ({ purpose, type, vendors: merge(ranges) }));
}

function readRanges(bits: Bits, section: string): VendorRange[] {
  const ranges: VendorRange[] = [];
  const count = bits.number(`${section}.NumEntries`, 12);
  for (let i = 0; i < count; i++) {
    const field = `${section}.Range[${i}]`;
    const isRange = bits.flag(`${field}.IsARange`);
    const from = bits.number(`${field}.StartOrOnlyVendorId`, 16);
    if (from === 0) throw bits.wrong(`${field}.StartOrOnlyVendorId`, "0; vendor ids are counted from 1");
    const to = isRange ? bits.number(`${field}.EndVendorId`, 16) : from;
    if (to < from) throw bits.wrong(`${field}.EndVendorId`, `${to}, which is below the start ${from}`);
    ranges.push([from, to]);
  }
  return merge(ranges);
}

/** The same ids in ascending ranges that neither meet nor touch: however many ranges there were, no id comes twice. */
function merge(ranges: readonly VendorRange[]): VendorRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SEXTETS: ReadonlyMap<string, number> = new Map([...ALPHABET].map((character, value) => [character, value]));

function bitsOf(segment: string, text: string): Bits {
  const sextets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const value = SEXTETS.get(text[i]!);
    if (value === undefined) {
      throw malformed(
        `${capital(segment)}: character ${i + 1} is ${visible(text[i]!)}; a TC string has letters, digits, - and _ (base64url), and dots between segments.`,
      );
    }
    sextets[i] = value;
  }
  const end = sextets.length * 6;
  let at = 0;
  let start = 0;
  const need = (field: string, width: number) => {
    start = at;
    if (at + width > end) throw malformed(`${capital(segment)}, ${field}, bit ${at}: the segment ends after ${end} bits, and the field has ${width}.`);
  };
  const next = (): number => {
    const bit = (sextets[(at / 6) | 0]! >> (5 - (at % 6))) & 1;
    at++;
    return bit;
  };
  return {
    number(field, width) {
      need(field, width);
      let value = 0;
      for (let i = 0; i < width; i++) value = value * 2 + next();
      return value;
    },
    flag(field) {
      need(field, 1);
      return next() === 1;
    },
    set(field, width) {
      need(field, width);
      const ids: number[] = [];
      for (let id = 1; id <= width; id++) if (next() === 1) ids.push(id);
      return ids;
    },
    wrong: (field, what) => malformed(`${capital(segment)}, ${field}, bit ${start}: ${what}.`),
  };
}

/** A character that a message may hold: others by their number. */
const visible = (character: string): string =>
  /^[!-~]$/.test(character) ? `"${character}"` : `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const malformed = (message: string): FreeholdError => new FreeholdError("tc_string_malformed", message);

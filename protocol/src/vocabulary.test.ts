import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsv, readVocabulary, writeTrees } from "../../tools/vocabulary.ts";
import {
  haveCommonDescendant,
  isKnown,
  isWithin,
  kindOf,
  labelOf,
  legalBases,
  parents,
  personalData,
  processing,
  purposes,
  tcfFeatures,
  tcfPurposes,
  tcfSpecialFeatures,
  tcfSpecialPurposes,
} from "./vocabulary.ts";
import * as data from "./vocabulary-data.ts";

const all = [...purposes, ...personalData, ...processing, ...legalBases];
const anyTerm = fc.constantFrom(...all);
const dpv = fileURLToPath(new URL("../../../shared/data/w3c-dpv", import.meta.url));
const skip = !process.env["CI"] && !existsSync(dpv);

/** The relation as it is defined, slowly. */
const within = (term: string, ancestor: string): boolean => term === ancestor || parents(term).some((parent) => within(parent, ancestor));

test.skipIf(skip)("terms, kinds and relations are those of DPV's files", () => {
  const theirs = readVocabulary(dpv);
  const ours = new Map(all.map((term) => [term, { kind: kindOf(term), parents: parents(term) }]));
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  const trees = writeTrees(theirs);
  expect({ ...data }).toEqual({
    purposeTree: trees.purpose,
    personalDataTree: trees.personalData,
    processingTree: trees.processing,
    legalBasisTree: trees.legalBasis,
  });
});

test.skipIf(skip)("by another way: each row of DPV names the parents that we have, and others only outside the kind", () => {
  const prefix = (iri: string) =>
    iri.replace("https://w3id.org/dpv/legal/eu/gdpr#", "eu-gdpr:").replace("https://w3id.org/dpv/pd#", "pd:").replace("https://w3id.org/dpv#", "dpv:");
  const seen = new Set<string>();
  for (const file of ["dpv_dpv.csv", "pd_pd.csv", "legal_eu_gdpr_eu-gdpr.csv"]) {
    for (const row of parseCsv(readFileSync(`${dpv}/${file}`, "utf8"))) {
      const term = prefix(row["iri"]!);
      if (!isKnown(term)) continue;
      seen.add(term);
      const broader = row["hasbroader"]!.split(";").filter(Boolean).map(prefix);
      expect(parents(term)).toEqual(broader.filter((parent) => kindOf(parent) === kindOf(term)));
    }
  }
  expect(seen.size).toBe(all.length);
});

test("the table is as large as it should be", () => {
  expect([purposes.length, personalData.length, processing.length, legalBases.length]).toEqual([133, 234, 56, 79]);
  expect(new Set(all).size).toBe(all.length);
});

test("there is no cycle, and every term lies under the root of its kind and under no other", () => {
  const roots = {
    purpose: "dpv:Purpose",
    personalData: "dpv:PersonalData",
    processing: "dpv:Processing",
    legalBasis: "dpv:LegalBasis",
  };
  const climb = (term: string, below: readonly string[]): void => {
    expect(below).not.toContain(term);
    if (parents(term).length === 0) expect(term).toBe(roots[kindOf(below[0] ?? term)!]);
    for (const parent of parents(term)) climb(parent, [...below, term]);
  };
  for (const term of all) climb(term, []);
});

test.each([
  ["dpv:PersonalisedAdvertising", ["dpv:Advertising", "dpv:Personalisation"]],
  ["dpv:CommercialResearch", ["dpv:CommercialPurpose", "dpv:ResearchAndDevelopment"]],
  ["pd:PhysicalAddress", ["pd:Contact", "pd:Location"]],
  ["pd:Biometric", ["dpv:SpecialCategoryPersonalData", "pd:Identifying"]],
  ["eu-gdpr:A6-1-a", ["dpv:ExpressedConsent", "eu-gdpr:Consent"]],
  ["eu-gdpr:A6-1-a-explicit-consent", ["dpv:ExplicitlyExpressedConsent", "eu-gdpr:A6-1-a", "eu-gdpr:Consent"]],
  ["dpv:Purpose", []],
])("%s has the parents %j", (term, expected) => {
  expect(parents(term)).toEqual(expected);
});

test("every pair: isWithin and haveCommonDescendant are what their definitions say", () => {
  const below = new Map(all.map((term) => [term, new Set(all.filter((t) => within(t, term)))]));
  for (const a of all) {
    for (const b of all) {
      if (isWithin(a, b) !== below.get(b)!.has(a)) expect.unreachable(`isWithin ${a} ${b}`);
      if (haveCommonDescendant(a, b) !== [...below.get(a)!].some((t) => below.get(b)!.has(t))) expect.unreachable(`haveCommonDescendant ${a} ${b}`);
    }
  }
});

test("two terms overlap without either lying under the other", () => {
  expect(isWithin("dpv:Advertising", "dpv:Personalisation")).toBe(false);
  expect(isWithin("dpv:Personalisation", "dpv:Advertising")).toBe(false);
  expect(haveCommonDescendant("dpv:Advertising", "dpv:Personalisation")).toBe(true);
  expect(haveCommonDescendant("pd:Contact", "pd:Location")).toBe(true);
  expect(haveCommonDescendant("pd:Contact", "pd:Financial")).toBe(false);
  expect(haveCommonDescendant("dpv:Purpose", "dpv:Processing")).toBe(false);
});

test.each([
  "",
  "Marketing",
  "DPV:Marketing",
  "dpv:marketing",
  "dpv:Marketing ",
  "ex:New",
  "__proto__",
  "constructor",
  "dpv:",
  "pd:Marketing",
  "dpv:Data",
  "dpv:InferredPersonalData",
  "dpv:Sector",
])("%j is unknown: within itself only, and overlapping everything", (unknown) => {
  expect(isKnown(unknown)).toBe(false);
  expect(kindOf(unknown)).toBeUndefined();
  expect(isWithin(unknown, unknown)).toBe(true);
  expect(() => parents(unknown)).toThrow(expect.objectContaining({ code: "vocabulary_unknown" }));
  fc.assert(
    fc.property(anyTerm, (term) => {
      expect([isWithin(unknown, term), isWithin(term, unknown)]).toEqual([false, false]);
      expect([haveCommonDescendant(unknown, term), haveCommonDescendant(term, unknown)]).toEqual([true, true]);
    }),
  );
});

test.each([
  ["dpv:PersonalisedAdvertising", "Personalised advertising"],
  ["dpv:ImproveInternalCRMProcesses", "Improve internal CRM processes"],
  ["dpv:ProtectionOfIPR", "Protection of IPR"],
  ["dpv:B2B2CContract", "B2B2C contract"],
  ["dpv:NonCommercialResearch", "Non-commercial research"],
  ["dpv:EULA", "EULA"],
  ["pd:DNACode", "DNA code"],
  ["pd:MACAddress", "MAC address"],
  ["pd:OfficialID", "Official ID"],
  ["pd:TVViewingBehaviour", "TV viewing behaviour"],
  ["eu-gdpr:Consent", "Consent"],
  ["eu-gdpr:A6-1-a", "GDPR Art. 6(1)(a)"],
  ["eu-gdpr:A6-1-f-third-party", "GDPR Art. 6(1)(f): third party"],
])("the label of %s is %s", (term, label) => {
  expect(labelOf(term)).toBe(label);
});

test("every label is words that begin with a capital", () => {
  for (const term of all) expect(labelOf(term)).toMatch(/^[A-Z][A-Za-z0-9]*(?:[ -][A-Za-z0-9]+)*$|^GDPR Art\. \d\(\d\)\([a-z]\)(?:: [a-z ]+)?$/);
});

test("TCF elements are numbered as in TCF and map to pinned terms", () => {
  for (const [elements, count] of [
    [tcfPurposes, 11],
    [tcfSpecialPurposes, 3],
    [tcfFeatures, 3],
    [tcfSpecialFeatures, 2],
  ] as const) {
    expect(elements.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    for (const { terms } of elements) expect(terms.filter(isKnown)).toEqual(terms);
  }
  for (const { id, terms } of tcfPurposes) if (id > 1) expect(terms.some((term) => kindOf(term) === "purpose")).toBe(true);
});

test("spec/vocabulary.md states these counts, relations and TCF elements", () => {
  const spec = readFileSync(new URL("../../spec/vocabulary.md", import.meta.url), "utf8");
  for (const list of [purposes, personalData, processing, legalBases]) expect(spec).toContain(`| \`${list[0]}\` | ${list.length} |`);
  expect(spec).toContain(`${all.filter((term) => parents(term).length > 1).length} terms have several parents`);
  for (const [, a, b, within, overlap] of spec.matchAll(/^\| `(\S+)` \| `(\S+)` \| (yes|no) \| (yes|no)\b/gm)) {
    expect([isWithin(a!, b!), haveCommonDescendant(a!, b!)]).toEqual([within === "yes", overlap === "yes"]);
  }
  const elements = {
    purpose: tcfPurposes,
    "special purpose": tcfSpecialPurposes,
    feature: tcfFeatures,
    "special feature": tcfSpecialFeatures,
  };
  for (const [kind, list] of Object.entries(elements)) {
    for (const { id, name, terms } of list) expect(spec).toContain(`| ${kind} ${id} | ${name} | ${terms.map((term) => `\`${term}\``).join(", ")} |`);
  }
});

test("the reader of CSV understands quotation marks", () => {
  expect(parseCsv('"a","b"\r\n"1,2","say ""x""\nthere"\n3,\n')).toEqual([
    { a: "1,2", b: 'say "x"\nthere' },
    { a: "3", b: "" },
  ]);
});

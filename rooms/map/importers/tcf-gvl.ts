/** IAB Europe's Global Vendor List, specifications 2 and 3: what each vendor of the Transparency and Consent Framework declares. */
import type { JsonValue } from "@freehold/protocol/canonical";
import { z } from "zod";
import type { Declared, OrganisationFacts, Practice } from "../schema.ts";
import type { ImportFile, Imported, Importer } from "./importer.ts";
import { cleanText, conform, createProblems, hostOf, isDay, listOf, readJson, urlOf } from "./read.ts";
import { collect } from "./records.ts";
import { tcfData } from "./tcf-data.ts";
import { elementIds, tcfPractices } from "./tcf-practices.ts";
import { versionOf } from "./version.ts";

const MAX_VENDORS = 65_536;
/** Lists of 2023 have a cookie of 2,000 years in them, a slip of its vendor; what is far beyond that is a slip of the file. */
const seconds = z.number().min(0).max(1e12);
const days = z.number().min(0).max(1e6);
const text = z.string().max(2_000);
const day = z
  .string()
  .max(40)
  .refine((instant) => isDay(instant.slice(0, 10)), "The text has another form; it must be an instant, YYYY-MM-DDTHH:MM:SSZ.");

const named = z.record(z.string().max(10), z.object({ name: text })).optional();
const list = z.object({
  gvlSpecificationVersion: z.int().min(2).max(3),
  vendorListVersion: z.int().min(1).max(1e6),
  lastUpdated: day,
  purposes: named,
  specialPurposes: named,
  features: named,
  specialFeatures: named,
  dataCategories: named,
  vendors: z
    .record(z.string().max(10), z.unknown())
    .refine((vendors) => Object.keys(vendors).length <= MAX_VENDORS, `The list is too large; at most ${MAX_VENDORS} vendors are allowed.`),
});
type List = z.infer<typeof list>;

const periods = z.record(z.string().max(10), days).optional();
const vendor = z.object({
  id: z.int().min(1).max(65_535),
  name: z.string().min(1).max(1_000),
  purposes: elementIds,
  legIntPurposes: elementIds,
  flexiblePurposes: elementIds,
  specialPurposes: elementIds,
  features: elementIds,
  specialFeatures: elementIds,
  policyUrl: text.optional(),
  urls: listOf(z.object({ langId: z.string().max(35).optional(), privacy: text.optional(), legIntClaim: text.optional() }), 100).optional(),
  usesCookies: z.boolean().optional(),
  cookieMaxAgeSeconds: seconds.nullish(),
  cookieRefresh: z.boolean().optional(),
  usesNonCookieAccess: z.boolean().optional(),
  dataRetention: z.object({ stdRetention: days.nullish(), purposes: periods, specialPurposes: periods }).optional(),
  dataDeclaration: elementIds.optional(),
  deviceStorageDisclosureUrl: text.nullish(),
  deletedDate: day.optional(),
});
type Vendor = z.infer<typeof vendor>;

/** One record per vendor, its key the vendor's id. */
export const tcfGvl: Importer = {
  source: {
    id: "tcf-gvl",
    name: "IAB Europe: Global Vendor List",
    home: "https://iabeurope.eu/vendor-list-tcf/",
    licence: { id: "LicenseRef-IAB-Europe-TCF", url: "https://iabeurope.eu/iab-europe-transparency-consent-framework-terms-conditions/" },
    gives: ["identity", "declared"],
    caution:
      "What vendors of advertising technology declare of themselves, for sites and apps that ask through a TCF banner. IAB Europe publishes the list under terms of its own, which are not an open licence; the register shows dated versions of it.",
  },
  takes: "the list as JSON (specification 2 or 3), or a folder with several versions of it; a file named …vendors-1-249.json is read as an extract",
  accepts: (name) => /\.json(?:\.gz)?$/.test(name),
  live: {
    urls: ["https://vendor-list.consensu.org/v3/vendor-list.json"],
    note: "A new version comes out weekly, on Thursdays. Older ones are at v3/archives/vendor-list-v{number}.json.",
  },

  read(files, report) {
    const read = files.map((file, i) => {
      const imported = readList(file);
      report?.((i + 1) / files.length);
      return { file, imported };
    });
    read.sort(
      (a, b) => (a.imported.dated ?? "").localeCompare(b.imported.dated ?? "") || a.imported.version.localeCompare(b.imported.version, "en", { numeric: true }),
    );
    for (const [i, { file, imported }] of read.entries()) {
      const other = read.slice(0, i).find((earlier) => earlier.imported.version === imported.version);
      if (other !== undefined)
        imported.problems.push({
          file: file.name,
          message: `Version ${imported.version} is in ${cleanText(other.file.name)} too; each version may be there once.`,
        });
    }
    return read.map(({ imported }) => imported);
  },
};

function readList(file: ImportFile): Imported {
  const problems = createProblems();
  const out = collect(problems);
  const counts = { vendors: 0, active: 0, withLegitimateInterest: 0, usesCookies: 0, withoutRetention: 0 };
  const json = readJson(file, problems);
  const found = json === undefined ? undefined : conform(list, json, { file: file.name }, problems);
  if (found === undefined) return { version: versionOf([file]), records: [], problems: problems.list, counts };

  const dated = found.lastUpdated.slice(0, 10);
  for (const [key, raw] of Object.entries(found.vendors)) {
    const at = { file: file.name, field: `vendors.${key}` };
    const one = conform(vendor, raw, at, problems);
    if (one === undefined) continue;
    if (String(one.id) !== key) {
      problems.add({ ...at, value: String(one.id), message: "The vendor has another id than its place in the list says; the two must be the same." });
      continue;
    }
    if (!out.add({ key, dated, raw: raw as JsonValue, facts: factsOf(one, found) }, at)) continue;
    counts.vendors += 1;
    if (one.deletedDate !== undefined) continue;
    counts.active += 1;
    if (one.legIntPurposes.length > 0) counts.withLegitimateInterest += 1;
    if (one.usesCookies === true) counts.usesCookies += 1;
    if (found.gvlSpecificationVersion >= 3 && typeof one.dataRetention?.stdRetention !== "number") counts.withoutRetention += 1;
  }
  return {
    // Both specifications count their versions from 1.
    version: `${found.gvlSpecificationVersion === 2 ? "specification 2, " : ""}v${found.vendorListVersion}`,
    dated,
    records: out.records,
    problems: problems.list,
    ...(/vendors-\d+-\d+\.json(?:\.gz)?$/.test(file.name) && { part: true }),
    counts,
  };
}

function factsOf(one: Vendor, of: List): OrganisationFacts {
  const urls = [...(one.urls ?? []), ...(one.policyUrl === undefined ? [] : [{ privacy: one.policyUrl }])];
  const addresses = [
    ...urls.flatMap(({ privacy, ...rest }) => [privacy, "legIntClaim" in rest ? rest.legIntClaim : undefined]),
    one.deviceStorageDisclosureUrl,
  ];
  const hosts = addresses.map((address) => hostOf(address ?? "")).filter((host) => host !== undefined);
  return {
    kind: "organisation",
    name: cleanText(one.name),
    domains: [...new Set(hosts)].map((host) => ({ host, role: "own" })),
    identifiers: [{ scheme: "tcf", id: String(one.id) }],
    contacts: [],
    declared: declaredOf(one, of, urls),
    ...(one.deletedDate !== undefined && { ended: { on: one.deletedDate.slice(0, 10), reason: "IAB Europe marked it as deleted in the list" } }),
  };
}

const tables = { purpose: "purposes", "special-purpose": "specialPurposes", feature: "features", "special-feature": "specialFeatures" } as const;

function declaredOf(
  one: Vendor,
  of: List,
  urls: readonly { langId?: string | undefined; privacy?: string | undefined; legIntClaim?: string | undefined }[],
): Declared {
  const nameIn = (table: List["purposes"], id: number): string | undefined => cleanText(table?.[String(id)]?.name ?? "") || undefined;
  const nameOf = (element: Practice["element"], id: number): string | undefined => nameIn(of[tables[element]], id);
  const notice = (kind: Declared["notices"][number]["kind"], address: string | null | undefined, language?: string): Declared["notices"] => {
    const url = urlOf(address ?? "");
    return url === undefined ? [] : [{ kind, url, ...(language !== undefined && { language: cleanText(language) }) }];
  };
  const storage = storageOf(one);
  return {
    practices: tcfPractices(one, nameOf),
    ...(one.dataDeclaration && { data: [...new Set(one.dataDeclaration)].map((id) => tcfData(id, nameIn(of.dataCategories, id))) }),
    ...(of.gvlSpecificationVersion >= 3 && { retentionDays: one.dataRetention?.stdRetention ?? null }),
    ...(storage && { storage }),
    notices: [
      ...urls.flatMap(({ langId, privacy, legIntClaim }) => [...notice("privacy", privacy, langId), ...notice("legitimate-interest", legIntClaim, langId)]),
      ...notice("storage", one.deviceStorageDisclosureUrl),
    ],
  };
}

function storageOf(one: Vendor): Declared["storage"] {
  const members = ["usesCookies", "cookieMaxAgeSeconds", "cookieRefresh", "usesNonCookieAccess"] as const;
  const stated = members.filter((member) => one[member] !== undefined);
  if (stated.length === 0) return undefined;
  return {
    ...(one.usesCookies !== undefined && { cookies: one.usesCookies }),
    ...(one.cookieMaxAgeSeconds !== undefined && { maxAgeDays: daysOf(one.cookieMaxAgeSeconds) }),
    ...(one.cookieRefresh !== undefined && { refreshed: one.cookieRefresh }),
    ...(one.usesNonCookieAccess !== undefined && { otherThanCookies: one.usesNonCookieAccess }),
    quote: stated.map((member) => `${member}: ${one[member]}`).join("; "),
  };
}

/** Whole days, rounded up. */
export function daysOf(seconds: number | null): number | null {
  return seconds === null ? null : Math.ceil(seconds / 86_400);
}

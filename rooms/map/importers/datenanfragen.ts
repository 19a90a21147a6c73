/**
 * Datenrequests.org's directory of whom to write to: companies with their channel for requests, supervisory authorities, and records
 * that were withdrawn, with the reason.
 */
import { z } from "zod";
import type { AuthorityFacts, Contact, OrganisationFacts, RightsChannel, SourceRecord } from "../schema.ts";
import { emailContact, webAddress } from "./contact.ts";
import { countryOfAddress, countryOfCode } from "./country.ts";
import type { Importer, ImportFile } from "./importer.ts";
import { type Place, type Problems, cleanText, conform, createProblems, hostOf, listOf, readJson, readNdjson } from "./read.ts";
import { collect } from "./records.ts";
import { versionOf } from "./version.ts";

const text = z.string().max(5_000);
const slug = z.string().regex(/^[a-z0-9-]{1,180}$/);
const codes = listOf(z.string().regex(/^(?:[a-z]{2}|all)$/), 300);
const language = z.string().regex(/^[a-z]{2}$/);

const company = z.object({
  slug,
  name: text.min(1),
  address: text.optional(),
  "relevant-countries": codes.optional(),
  categories: listOf(text, 50).optional(),
  runs: listOf(text, 1_000).optional(),
  email: text.optional(),
  webform: text.optional(),
  phone: text.optional(),
  fax: text.optional(),
  web: text.optional(),
  "required-elements": listOf(z.object({ optional: z.boolean().optional() }), 100).optional(),
  "request-language": language.optional(),
  "needs-id-document": z.boolean().optional(),
  "suggested-transport-medium": z.enum(["fax", "letter", "email", "webform"]).optional(),
});

const authority = company.extend({ "complaint-language": language.optional() });

/** Our words for the source's reasons. */
const reasons = {
  "company-acquired": "was taken over by another company",
  "company-defunct": "does no business any more",
  "company-merged": "was merged into another company",
  duplicate: "is covered by another record",
  "gdpr-not-applicable": "is not under the GDPR, as the directory found",
  "out-of-scope": "is outside what the directory covers",
} as const;

const obsolete = z.object({
  slug,
  name: text.min(1),
  reason: z.enum(Object.keys(reasons) as (keyof typeof reasons)[]),
  "redirect-to": slug.optional(),
});

type Kind = "company" | "authority" | "obsolete";

/** One record per company and withdrawn company (key: its slug) and per authority (key: `authority/` and its slug). */
export const datenanfragen: Importer = {
  source: {
    id: "datenanfragen",
    name: "Datenanfragen.de company database",
    home: "https://github.com/datenanfragen/data",
    licence: { id: "CC0-1.0", url: "https://creativecommons.org/publicdomain/zero/1.0/" },
    gives: ["identity", "contact"],
    mayNamePeople: true,
    caution:
      "Collected by volunteers, mostly from privacy policies, each record at its own time. The country is that of the postal address; where the address does not tell it, the one country that the record was made for.",
  },
  takes:
    "companies.ndjson, supervisory-authorities.ndjson or obsolete-records.ndjson, one record of upstream as JSON, or a folder of these (a checkout of datenanfragen/data)",
  accepts: (name) => /(?:^|\/)(?:companies|supervisory-authorities|obsolete-records)(?:\.ndjson|\/[^/]+\.json)$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const counts = { companies: 0, authorities: 0, obsolete: 0 };
    for (const [i, file] of files.entries()) {
      for (const { at, value } of valuesOf(file, problems)) {
        const kind = kindOf(file.name, value);
        const record =
          kind === "obsolete"
            ? obsoleteRecord(value, at, problems)
            : kind === "authority"
              ? authorityRecord(value, at, problems)
              : companyRecord(value, at, problems);
        if (record !== undefined && out.add({ ...record, raw: value }, at))
          counts[kind === "company" ? "companies" : kind === "authority" ? "authorities" : "obsolete"] += 1;
      }
      report?.((i + 1) / files.length);
    }
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

function valuesOf(file: ImportFile, problems: Problems): { at: Place; value: SourceRecord["raw"] }[] {
  if (!file.name.endsWith(".json")) return readNdjson(file, problems).map(({ line, value }) => ({ at: { file: file.name, line }, value }));
  const value = readJson(file, problems);
  return value === undefined ? [] : [{ at: { file: file.name }, value }];
}

/** By the folder or the file's name as upstream has them; a single record of another name by what only such a record has. */
function kindOf(name: string, value: unknown): Kind {
  if (name.includes("supervisory-authorities")) return "authority";
  if (name.includes("obsolete-records")) return "obsolete";
  if (name.includes("companies") || typeof value !== "object" || value === null) return "company";
  return "reason" in value ? "obsolete" : "complaint-language" in value ? "authority" : "company";
}

function companyRecord(value: unknown, at: Place, problems: Problems): Made | undefined {
  const found = conform(company, value, at, problems);
  if (found === undefined) return undefined;
  const country = countryOf(found);
  const website = found.web === undefined ? undefined : webAddress(found.web);
  const host = website === undefined ? undefined : hostOf(website);
  const rights = rightsOf(found);
  const facts: OrganisationFacts = {
    kind: "organisation",
    name: cleanText(found.name),
    ...(found.runs && { otherNames: found.runs.map((name) => cleanText(name)).filter((name) => name !== "") }),
    ...(country !== undefined && { country }),
    ...(found.categories && { sectors: found.categories.map((name) => cleanText(name, 100)) }),
    ...(website !== undefined && { website }),
    domains: host === undefined ? [] : [{ host, role: "own" }],
    identifiers: [{ scheme: "datenanfragen", id: found.slug }],
    contacts: contactsOf(found, "rights"),
    ...(Object.keys(rights).length > 0 && { rights }),
  };
  return { key: found.slug, facts };
}

function authorityRecord(value: unknown, at: Place, problems: Problems): Made | undefined {
  const found = conform(authority, value, at, problems);
  if (found === undefined) return undefined;
  const website = found.web === undefined ? undefined : webAddress(found.web);
  const facts: AuthorityFacts = {
    kind: "authority",
    name: cleanText(found.name),
    countries: (found["relevant-countries"] ?? []).map(countryOfCode).filter((code) => code !== undefined),
    ...(website !== undefined && { website }),
    contacts: contactsOf(found, "general"),
    ...(found["complaint-language"] !== undefined && { complaintLanguages: [found["complaint-language"]] }),
  };
  return { key: `authority/${found.slug}`, facts };
}

function obsoleteRecord(value: unknown, at: Place, problems: Problems): Made | undefined {
  const found = conform(obsolete, value, at, problems);
  if (found === undefined) return undefined;
  const successor = found["redirect-to"];
  const facts: OrganisationFacts = {
    kind: "organisation",
    name: cleanText(found.name),
    domains: [],
    identifiers: [{ scheme: "datenanfragen", id: found.slug }],
    contacts: [],
    ended: { reason: `${reasons[found.reason]}${successor === undefined ? "" : `; the directory leads on to ${successor}`}` },
  };
  return { key: found.slug, facts };
}

type Made = Omit<SourceRecord, "raw">;
type Company = z.infer<typeof company>;

function countryOf(found: Company): string | undefined {
  const relevant = found["relevant-countries"] ?? [];
  return countryOfAddress(found.address ?? "") ?? (relevant.length === 1 ? countryOfCode(relevant[0]!) : undefined);
}

function contactsOf(found: Company, purpose: Contact["purpose"]): Contact[] {
  const contacts: Contact[] = [];
  const email = found.email === undefined ? undefined : emailContact(found.email, purpose);
  if (email !== undefined) contacts.push(email);
  const form = found.webform === undefined ? undefined : webAddress(found.webform);
  if (form !== undefined) contacts.push({ kind: "form", value: form, purpose });
  if (found.address !== undefined) contacts.push({ kind: "post", value: lines(found.address), purpose });
  for (const kind of ["phone", "fax"] as const) {
    if (found[kind] !== undefined) contacts.push({ kind, value: cleanText(found[kind], 60), purpose });
  }
  return contacts.filter((contact) => contact.value !== "");
}

/** A postal address keeps its lines. */
function lines(address: string): string {
  return address
    .split("\n", 12)
    .map((line) => cleanText(line, 200))
    .filter((line) => line !== "")
    .join("\n");
}

function rightsOf(found: Company): RightsChannel {
  const medium = found["suggested-transport-medium"];
  // Elements marked as optional need not be named. An empty list says nothing: it is how the directory's editor saves "not looked at".
  const required = found["required-elements"]?.filter((element) => element.optional !== true).length ?? 0;
  return {
    ...(found["needs-id-document"] !== undefined && { needsIdDocument: found["needs-id-document"] }),
    ...(medium !== undefined && { preferred: medium === "webform" ? "form" : medium }),
    ...(found["request-language"] !== undefined && { language: found["request-language"] }),
    ...(required > 0 && { requiredFields: required }),
  };
}

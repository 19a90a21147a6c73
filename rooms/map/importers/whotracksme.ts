/** WhoTracks.me's database of trackers: which company is behind which domain, and whom to ask there. */
import type { JsonValue } from "@freehold/protocol/canonical";
import type { OrganisationFacts, SourceRecord } from "../schema.ts";
import { contactsIn, webAddress } from "./contact.ts";
import { countryOfCode } from "./country.ts";
import type { Imported, Importer, ImportFile } from "./importer.ts";
import { type Problems, cleanText, createProblems, hostOf, readText } from "./read.ts";
import { collect } from "./records.ts";
import { shown } from "./shown.ts";
import { type SqlRow, readSqlDump } from "./sql-dump.ts";
import { versionOf } from "./version.ts";
import { monthOf, whotracksmeTerms } from "./whotracksme-terms.ts";

/** One record per company (key: its id) with its trackers, and per tracker without a company (key: `tracker/` and its id). */
export const whotracksme: Importer = {
  source: {
    id: "whotracksme",
    name: "WhoTracks.me tracker database",
    ...whotracksmeTerms,
    gives: ["identity", "contact"],
    mayNamePeople: true,
    caution:
      "A tracker's domain is filed under a company by the editors' judgement. Contacts and policies were last looked at when their entry was, many before 2018. The names of kinds of trackers are the source's own.",
  },
  takes: "trackerdb.sql of whotracks.me (as trackerdb-YYYY-MM.sql, so that its month is known), or a folder of versions",
  accepts: (name) => /(?:^|\/)trackerdb[^/]*\.sql$/.test(name),

  read(files, report) {
    const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return sorted.map((file, i) => {
      const imported = importedOf(file);
      report?.((i + 1) / sorted.length);
      return imported;
    });
  },
};

type Rows = { line: number; row: SqlRow }[];

/** Columns that are read; descriptions and the editors' notes are texts of others and stay behind. */
const needed = {
  categories: ["id", "name"],
  companies: ["id", "name", "privacy_url", "website_url", "country", "privacy_contact"],
  trackers: ["id", "name", "category_id", "website_url", "company_id"],
  tracker_domains: ["tracker", "domain"],
} as const;

function importedOf(file: ImportFile): Imported {
  const problems = createProblems();
  const { version, dated } = monthOf(file.name) ?? { version: versionOf([file]), dated: undefined };
  const text = readText(file, problems);
  const tables = readSqlDump(text ?? "", file.name, Object.keys(needed), problems);
  if (text?.startsWith("BEGIN TRANSACTION;") === true && !/COMMIT;\s{0,9}$/.test(text.slice(-20)))
    problems.add({ file: file.name, message: "The dump begins with BEGIN TRANSACTION and does not end with COMMIT; a part of it is missing." });
  const rowsOf = (table: keyof typeof needed): Rows => sound(tables.get(table)!, table, file.name, problems);

  const categories = new Map(rowsOf("categories").map(({ row }) => [row["id"], plain(row["name"])]));
  const domains = groupBy(rowsOf("tracker_domains"), ({ row }) => plain(row["tracker"]));
  const trackers = rowsOf("trackers");
  const trackersOf = groupBy(trackers, ({ row }) => plain(row["company_id"]));
  const companies = rowsOf("companies");

  const trackerOf = ({ row }: Rows[number]): Tracker => ({
    id: plain(row["id"]),
    name: plain(row["name"]),
    category: categories.get(row["category_id"] ?? null) ?? null,
    website_url: textOf(row["website_url"]),
    domains: (domains.get(plain(row["id"])) ?? []).map((found) => plain(found.row["domain"])).sort(),
  });
  const out = collect(problems);
  const add = (record: SourceRecord, line: number): boolean => out.add({ ...record, ...(dated !== undefined && { dated }) }, { file: file.name, line });

  const counts = { companies: 0, trackers: trackers.length, domains: 0, withPolicy: 0, withContact: 0, trackersWithoutCompany: 0 };
  for (const list of domains.values()) counts.domains += list.length;
  for (const { line, row } of companies) {
    const company = companyOf(row);
    const own = (trackersOf.get(company.id) ?? []).map(trackerOf).sort((a, b) => (a.id < b.id ? -1 : 1));
    const raw = { company, trackers: own } as unknown as JsonValue;
    if (!add({ key: cleanText(company.id, 200), raw, facts: factsOf(company, own) }, line)) continue;
    counts.companies += 1;
    if (company.privacy_url !== null) counts.withPolicy += 1;
    if (company.privacy_contact !== null) counts.withContact += 1;
  }
  const known = new Set(companies.map(({ row }) => plain(row["id"])));
  for (const found of trackers.filter(({ row }) => !known.has(plain(row["company_id"])))) {
    const tracker = trackerOf(found);
    const facts = factsOf({ ...nobody, id: `tracker/${tracker.id}`, name: tracker.name, website_url: tracker.website_url }, [tracker]);
    const record = { key: cleanText(`tracker/${tracker.id}`, 200), raw: { tracker } as unknown as JsonValue, facts };
    if (add(record, found.line)) counts.trackersWithoutCompany += 1;
  }
  return { version, ...(dated !== undefined && { dated }), records: out.records, problems: problems.list, counts };
}

interface Tracker {
  id: string;
  name: string;
  category: string | null;
  website_url: string | null;
  domains: string[];
}

interface Company {
  id: string;
  name: string;
  privacy_url: string | null;
  website_url: string | null;
  country: string | null;
  privacy_contact: string | null;
}

const nobody = { privacy_url: null, country: null, privacy_contact: null };

function companyOf(row: SqlRow): Company {
  return {
    id: plain(row["id"]),
    name: plain(row["name"]),
    privacy_url: textOf(row["privacy_url"]),
    website_url: textOf(row["website_url"]),
    country: textOf(row["country"]),
    privacy_contact: textOf(row["privacy_contact"]),
  };
}

function factsOf(company: Company, trackers: readonly Tracker[]): OrganisationFacts {
  const country = company.country === null ? undefined : countryOfCode(company.country);
  const website = company.website_url === null ? undefined : webAddress(company.website_url);
  const policy = company.privacy_url === null ? undefined : webAddress(company.privacy_url);
  const own = new Set([website, policy].map((url) => (url === undefined ? undefined : hostOf(url))).filter((host) => host !== undefined));
  const listed = new Set(trackers.flatMap((tracker) => tracker.domains.map((domain) => hostOf(`https://${domain}`))).filter((host) => host !== undefined));
  const name = cleanText(company.name);
  const otherNames = new Set(trackers.map((tracker) => cleanText(tracker.name)).filter((other) => other !== name && other !== ""));
  const sectors = new Set(trackers.map((tracker) => tracker.category).filter((category) => category !== null && category !== "unknown"));
  return {
    kind: "organisation",
    name,
    ...(otherNames.size > 0 && { otherNames: [...otherNames].slice(0, 500) }),
    ...(country !== undefined && { country }),
    ...(sectors.size > 0 && { sectors: [...(sectors as Set<string>)].map((sector) => cleanText(sector, 100)).sort() }),
    ...(website !== undefined && { website }),
    domains: [
      ...[...own].map((host) => ({ host, role: "own" as const })),
      ...[...listed].filter((host) => !own.has(host)).map((host) => ({ host, role: "listed" as const })),
    ],
    identifiers: [{ scheme: "whotracksme", id: cleanText(company.id, 200) }],
    contacts: company.privacy_contact === null ? [] : contactsIn(company.privacy_contact, "rights"),
    ...(policy !== undefined && { declared: { practices: [], notices: [{ kind: "privacy" as const, url: policy }] } }),
  };
}

/** The rows that have the columns, and texts where texts belong; a problem for each other row, one for a table without rows. */
function sound(rows: Rows, table: keyof typeof needed, file: string, problems: Problems): Rows {
  if (rows.length === 0 && problems.count === 0) problems.add({ file, message: `There are no rows of the table ${table}; the dump must have some.` });
  return rows.filter(({ line, row }) => {
    const missing = needed[table].find((column) => !Object.hasOwn(row, column));
    const [id, ...required] = table === "tracker_domains" ? needed[table] : needed[table].slice(0, 2);
    const empty = missing === undefined ? [id!, ...required].find((column) => row[column] === null || row[column] === "") : undefined;
    const long = missing === undefined ? needed[table].find((column) => String(row[column] ?? "").length > 5_000) : undefined;
    const field = missing ?? empty ?? long;
    if (field === undefined) return true;
    const message =
      missing !== undefined
        ? `The table ${table} has no column ${missing}; it must be there.`
        : empty !== undefined
          ? `The column ${empty} of ${table} is empty; it must not be.`
          : `The text is too large; at most 5000 characters are allowed.`;
    problems.add({ file, line, field: `${table}.${field}`, value: shown(row[field]), message });
    return false;
  });
}

/** SQLite lets numbers stand where texts belong: a company `163`. */
function plain(value: SqlRow[string] | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

function textOf(value: SqlRow[string] | undefined): string | null {
  return value === null || value === undefined || value === "" ? null : String(value);
}

function groupBy(rows: Rows, keyOf: (row: Rows[number]) => string): Map<string, Rows> {
  return Map.groupBy(rows, keyOf);
}

/**
 * Data brokers of California's registry (2025), with the page that each registered for requests, as The Markup and CalMatters looked at
 * it: whether search engines were told to leave it out.
 */
import type { OrganisationFacts } from "../schema.ts";
import { webAddress } from "./contact.ts";
import type { Importer } from "./importer.ts";
import { type Place, type Problems, cleanText, createProblems, domainOf, hostOf, isDay, readCsv } from "./read.ts";
import { collect } from "./records.ts";
import { shown } from "./shown.ts";
import { versionOf } from "./version.ts";

const columns = [
  "company_name",
  "hiding_found",
  "hiding_stopped_confirmed_at",
  "url_original",
  "url_checked",
  "status",
  "collects_minors_data",
  "collects_location_data",
  "collects_reproductive_data",
] as const;
type Row = Record<(typeof columns)[number], string>;

/** What brokers must declare to the registry with yes or no; our words for it. */
const declarations = {
  collects_minors_data: "collects data of minors",
  collects_location_data: "collects precise location",
  collects_reproductive_data: "collects data of reproductive health",
} as const;

const ofHiding = [...Object.keys(declarations), "hiding_found"] as (keyof Row)[];

/** One record per broker; its key is the name in the registry. */
export const caDataBrokers: Importer = {
  source: {
    id: "ca-data-brokers",
    name: "California data broker registry, opt-out pages (The Markup, CalMatters)",
    home: "https://github.com/the-markup/investigation-data-broker-opt-out-pages",
    licence: { id: "Apache-2.0", url: "https://github.com/the-markup/investigation-data-broker-opt-out-pages/blob/HEAD/LICENSE.md" },
    attribution: "The Markup and CalMatters, from the registry of the California Privacy Protection Agency",
    gives: ["identity", "declared", "contact"],
    caution:
      "What brokers collect is what they declared to the registry in 2025. Whether a page was kept out of search engines is what reporters saw between June and August 2025.",
  },
  takes: "data-broker-opt-out-pages.csv",
  accepts: (name) => /(?:^|\/)data-broker-opt-out-pages\.csv$/.test(name),

  read(files) {
    const problems = createProblems();
    const out = collect(problems);
    const counts = { brokers: 0, hidden: 0, minors: 0, location: 0, reproductive: 0 };
    let newest: string | undefined;
    for (const file of files) {
      for (const { line, row } of readCsv(file, problems, columns)) {
        const at = { file: file.name, line };
        const found = row as Row;
        if (!isRow(found, at, problems) || !out.add({ key: cleanText(found.company_name, 200), raw: row, facts: factsOf(found) }, at)) continue;
        counts.brokers += 1;
        if (found.hiding_found === "TRUE") counts.hidden += 1;
        if (found.collects_minors_data === "TRUE") counts.minors += 1;
        if (found.collects_location_data === "TRUE") counts.location += 1;
        if (found.collects_reproductive_data === "TRUE") counts.reproductive += 1;
        const day = found.hiding_stopped_confirmed_at;
        if (day !== "" && (newest === undefined || day > newest)) newest = day;
      }
    }
    // The only dates in the file are those on which a page was looked at once more; the newest dates the file.
    const records = newest === undefined ? out.records : out.records.map((record) => ({ ...record, dated: newest }));
    return [{ version: newest ?? versionOf(files), ...(newest !== undefined && { dated: newest }), records, problems: problems.list, counts }];
  },
};

function isRow(row: Row, at: Place, problems: Problems): boolean {
  const flaws = ofHiding.filter((field) => row[field] !== "TRUE" && row[field] !== "FALSE");
  for (const field of flaws) problems.add({ ...at, field, value: shown(row[field]), message: "The field must be TRUE or FALSE." });
  const day = row.hiding_stopped_confirmed_at;
  if (day === "" || isDay(day)) return flaws.length === 0;
  problems.add({ ...at, field: "hiding_stopped_confirmed_at", value: shown(day), message: "The field must be empty or a day, YYYY-MM-DD." });
  return false;
}

function factsOf(row: Row): OrganisationFacts {
  const registered = webAddress(row.url_original);
  const checked = webAddress(row.url_checked);
  const deletionUrl = checked ?? registered;
  const host = registered === undefined ? undefined : hostOf(registered);
  const hidden = row.hiding_found === "TRUE";
  const stopped = row.hiding_stopped_confirmed_at;
  return {
    kind: "organisation",
    name: cleanText(row.company_name),
    sectors: ["data broker"],
    // Forms are often rented (privacyportal.example.com): only the front host of a domain is taken for the broker's website.
    ...(host !== undefined && host === domainOf(host) && { website: `${new URL(registered!).origin}/` }),
    domains: host === undefined ? [] : [{ host, role: "own" }],
    identifiers: [],
    contacts: deletionUrl === undefined ? [] : [{ kind: "form", value: deletionUrl, purpose: "rights" }],
    rights: {
      ...(deletionUrl !== undefined && { deletionUrl }),
      // A page that could not be loaded was not seen to be hidden, and not seen to be found either.
      ...((hidden || row.status === "success") && { hiddenFromSearch: hidden }),
    },
    flags: [
      ...Object.entries(declarations).map(([field, words]) => ({ field, words, value: row[field as keyof Row] === "TRUE" })),
      ...(stopped === "" ? [] : [{ field: "hiding_stopped_confirmed_at", words: `no longer kept out of search engines on ${stopped}`, value: true }]),
    ],
  };
}

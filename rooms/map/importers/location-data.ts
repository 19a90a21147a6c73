/** The Markup's list of companies that trade in location data (2021). */
import type { OrganisationFacts } from "../schema.ts";
import { contactsIn, webAddress } from "./contact.ts";
import type { Importer } from "./importer.ts";
import { type Place, type Problems, cleanText, createProblems, hostOf, readCsv } from "./read.ts";
import { collect } from "./records.ts";
import { shown } from "./shown.ts";

/** The list was published once, with an article; its files carry no date. */
const published = "2021-09-30";

/** What the record keeps: the article's prose about a company and the answers of named spokespeople are not facts of ours. */
const columns = ["name", "website", "privacy_email", "privacy_policy", "CA_broker", "VT_broker"] as const;
type Row = Record<(typeof columns)[number], string>;

/** One record per company; its key is the name. */
export const locationData: Importer = {
  source: {
    id: "location-data",
    name: "The Markup, companies that trade in location data",
    home: "https://github.com/the-markup/location-data-industry",
    licence: { id: "BSD-3-Clause", url: "https://github.com/the-markup/location-data-industry#readme" },
    attribution: "The Markup, 2021",
    gives: ["identity", "declared", "contact"],
    caution:
      "As of 30 September 2021; the list has not been kept since. That a company stands in it is the reporters' judgement; some of the companies answered that it does not fit them.",
  },
  takes: "location-data-companies.csv",
  accepts: (name) => /(?:^|\/)location-data-companies\.csv$/.test(name),

  read(files) {
    const problems = createProblems();
    const out = collect(problems);
    const counts = { companies: 0, californiaBrokers: 0, vermontBrokers: 0 };
    for (const file of files) {
      for (const { line, row } of readCsv(file, problems, columns)) {
        const at = { file: file.name, line };
        const raw = Object.fromEntries(columns.map((column) => [column, row[column]!])) as Row;
        if (!isRow(raw, at, problems) || !out.add({ key: cleanText(raw.name, 200), dated: published, raw, facts: factsOf(raw) }, at)) continue;
        counts.companies += 1;
        if (raw.CA_broker === "TRUE") counts.californiaBrokers += 1;
        if (raw.VT_broker === "TRUE") counts.vermontBrokers += 1;
      }
    }
    return [{ version: published, dated: published, records: out.records, problems: problems.list, counts }];
  },
};

function isRow(row: Row, at: Place, problems: Problems): boolean {
  const flaws = (["CA_broker", "VT_broker"] as const).filter((field) => row[field] !== "TRUE" && row[field] !== "FALSE");
  for (const field of flaws) problems.add({ ...at, field, value: shown(row[field]), message: "The field must be TRUE or FALSE." });
  return flaws.length === 0;
}

function factsOf(row: Row): OrganisationFacts {
  const website = webAddress(row.website);
  const policy = webAddress(row.privacy_policy);
  const hosts = new Set([website, policy].map((url) => (url === undefined ? undefined : hostOf(url))).filter((host) => host !== undefined));
  return {
    kind: "organisation",
    name: cleanText(row.name),
    sectors: ["location data"],
    ...(website !== undefined && { website }),
    domains: [...hosts].map((host) => ({ host, role: "own" })),
    identifiers: [],
    contacts: contactsIn(row.privacy_email, "rights"),
    ...(policy !== undefined && { declared: { practices: [], notices: [{ kind: "privacy", url: policy }] } }),
    flags: [
      { field: "CA_broker", words: "registered as a data broker in California", value: row.CA_broker === "TRUE" },
      { field: "VT_broker", words: "registered as a data broker in Vermont", value: row.VT_broker === "TRUE" },
    ],
  };
}

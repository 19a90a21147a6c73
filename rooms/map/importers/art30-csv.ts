/** A record of processing activities (GDPR Art. 30(1)) as a table, one activity in each row: spec/record-of-processing.md. */
import { kindOf } from "@freehold/protocol/vocabulary";
import type { Basis, OrganisationFacts, Practice, SourceRecord } from "../schema.ts";
import { basisOf, dataTermOf, daysOf, distinctTexts, isTerm, ofKind, practicesOn, termOf, withoutRepeats } from "./activity.ts";
import { contactsIn, webAddress } from "./contact.ts";
import type { Importer } from "./importer.ts";
import { type Place, type Problems, cleanText, createProblems, hostOf, readCsv } from "./read.ts";
import { collect, MAX_RECORD } from "./records.ts";
import { cut, shown } from "./shown.ts";
import { versionOf } from "./version.ts";

/** `security` of the format is not among them: records are public, and it would help an attacker more than a reader. */
const REQUIRED = ["controller", "purpose"] as const;
const OPTIONAL = [
  "website",
  "contact",
  "dpo",
  "legal_basis",
  "data_subjects",
  "data_categories",
  "recipients",
  "transfers",
  "safeguards",
  "retention",
] as const;
const COLUMNS = [...REQUIRED, ...OPTIONAL];
/** Characters of a cell, and entries of one. */
const MAX_CELL = 10_000;
const MAX_ENTRIES = 200;
/** What all rows may say taken together, each purpose counted with all that is said of it. */
const MAX_WEIGHT = 5_000_000;

type Row = { [column in (typeof COLUMNS)[number]]?: string };

export const art30Csv: Importer = {
  source: {
    id: "art30-csv",
    name: "Records of processing activities (table)",
    home: "https://eur-lex.europa.eu/eli/reg/2016/679/art_30/oj",
    licence: { id: "LicenseRef-own", url: "https://eur-lex.europa.eu/eli/reg/2016/679/art_30/oj" },
    gives: ["identity", "declared", "contact"],
    mayNamePeople: true,
    caution:
      "An organisation's account of itself, as the operator of this register was given it. Words that are no DPV terms stand as they are and are compared with nothing.",
  },
  adds: true,
  takes: "a CSV file with the columns of spec/record-of-processing.md, or a folder of them",
  accepts: (name) => /\.csv(?:\.gz)?$/i.test(name),

  read(files, report) {
    const problems = createProblems();
    const controllers = new Map<string, { rows: Row[]; size: number; facts: OrganisationFacts; at: Place }>();
    const counts = { controllers: 0, activities: 0, practices: 0 };
    let weight = 0;
    for (const [i, file] of files.entries()) {
      for (const { line, row: cells } of readCsv(file, problems, REQUIRED)) {
        const at = { file: file.name, line };
        const row = rowOf(cells, at, problems);
        weight += row === undefined ? 1 : weightOf(row);
        if (weight > MAX_WEIGHT) {
          problems.add({ ...at, message: "The rows up to here say more than can be read in one go; the table may be cut in several." });
          break;
        }
        const read = row && readRow(row, at, problems);
        if (row === undefined || read === undefined) continue;
        const key = read.name.toLowerCase();
        const known = controllers.get(key);
        const size = JSON.stringify(row).length;
        if (known === undefined) controllers.set(key, { rows: [row], size, facts: read, at });
        else {
          known.rows.push(row);
          known.size += size;
          // A record that is too large is refused below; its facts need not grow until then.
          if (known.size <= MAX_RECORD) join(known.facts, read);
        }
      }
      report?.((i + 1) / files.length);
    }
    const out = collect(problems);
    for (const [key, { rows, facts, at }] of controllers) {
      if (!out.add({ key, raw: { rows } as SourceRecord["raw"], facts: withoutRepeats(facts) }, at)) continue;
      counts.controllers += 1;
      counts.activities += rows.length;
      counts.practices += facts.declared!.practices.length;
    }
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

/** The columns that the format has, those of them that say something. */
function rowOf(cells: Record<string, string>, at: Place, problems: Problems): Row | undefined {
  const row: Row = {};
  for (const column of COLUMNS) {
    const text = cells[column] ?? "";
    if (text.length > MAX_CELL || text.split(";").length > MAX_ENTRIES) {
      problems.add({
        ...at,
        field: column,
        value: shown(text),
        message: `The cell is too large; at most ${MAX_CELL} characters and ${MAX_ENTRIES} entries between semicolons are allowed.`,
      });
      return undefined;
    }
    if (text.trim() !== "") row[column] = text.trim();
  }
  return row;
}

function weightOf(row: Row): number {
  const said = [row.data_categories, row.recipients, row.data_subjects].reduce((sum, cell) => sum + entries(cell).length, 1);
  return said * Math.max(1, entries(row.purpose).length) * Math.max(1, Math.min(6, entries(row.legal_basis).length));
}

function readRow(row: Row, at: Place, problems: Problems): OrganisationFacts | undefined {
  const name = cleanText(row.controller ?? "", 200);
  const purposes = entries(row.purpose);
  const before = problems.count;
  const problem = (field: string, value: string, message: string) => problems.add({ ...at, field, value: shown(value), message });
  if (name === "") problem("controller", row.controller ?? "", "The controller has no name; each row must name one.");
  if (purposes.length === 0) problem("purpose", row.purpose ?? "", "The row names no purpose; at least one is needed, as a DPV term or in words.");
  for (const [column, kind, what] of [
    ["purpose", "purpose", "purpose"],
    ["data_categories", "personalData", "category of personal data"],
  ] as const) {
    for (const entry of entries(row[column])) {
      if (isTerm(entry) && kindOf(entry) !== kind)
        problem(column, entry, `This is written as a DPV term and is no ${what} of DPV 2.3; a term of that kind or plain words are allowed.`);
    }
  }
  const bases = entries(row.legal_basis).map((entry): Basis => {
    const basis = basisOf(entry);
    if (basis === undefined)
      problem(
        "legal_basis",
        entry,
        "This ground is not known; a letter of Art. 6(1), a DPV legal basis or one of the names in spec/record-of-processing.md is allowed.",
      );
    return basis ?? "unstated";
  });
  const website = row.website === undefined ? undefined : webAddress(row.website);
  if (row.website !== undefined && website === undefined) problem("website", row.website, "This is no address; one of http or https is allowed.");
  if (problems.count > before) return undefined;

  const host = website === undefined ? undefined : hostOf(website);
  const transfers = entries(row.transfers);
  const safeguards = entries(row.safeguards);
  return {
    kind: "organisation",
    name,
    ...(website !== undefined && { website }),
    domains: host === undefined ? [] : [{ host, role: "own" }],
    identifiers: [],
    contacts: [...contactsIn(row.dpo ?? "", "rights"), ...contactsIn(row.contact ?? "", "general")],
    declared: {
      practices: purposesOf(purposes, row).flatMap((practice) => practicesOn(bases, practice)),
      notices: [],
      ...(safeguards.length > 0 && { safeguards }),
      ...(transfers.length > 0 && { transfers }),
    },
  };
}

function purposesOf(purposes: readonly string[], row: Row): Omit<Practice, "basis">[] {
  const days = row.retention === undefined ? undefined : daysOf(row.retention);
  const recipients = entries(row.recipients);
  const subjects = entries(row.data_subjects);
  const quote = [row.purpose, row.legal_basis, row.retention && `retention ${row.retention}`].filter((part) => part !== undefined).join(" · ");
  const said = {
    element: "purpose" as const,
    ...(row.data_categories !== undefined && { data: entries(row.data_categories).map((entry) => dataTermOf(entry, "art30")) }),
    ...(days !== undefined && { retentionDays: days }),
    ...(recipients.length > 0 && { recipients }),
    ...(subjects.length > 0 && { subjects }),
    quote: cut(cleanText(quote, 1_000), 200),
  };
  return purposes.map((purpose) => {
    const term = termOf(purpose, "art30");
    return { term, purposes: ofKind([term.code], "purpose"), ...said };
  });
}

function join(into: OrganisationFacts, more: OrganisationFacts): void {
  into.domains.push(...more.domains);
  into.contacts.push(...more.contacts);
  if (into.website === undefined && more.website !== undefined) into.website = more.website;
  const [declared, further] = [into.declared!, more.declared!];
  declared.practices.push(...further.practices);
  for (const list of ["safeguards", "transfers"] as const) {
    if (further[list] !== undefined) declared[list] = distinctTexts([...(declared[list] ?? []), ...further[list]]);
  }
}

const entries = (cell: string | undefined): string[] => distinctTexts((cell ?? "").split(";"));

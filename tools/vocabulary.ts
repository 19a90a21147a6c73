/**
 * Writes protocol/src/vocabulary-data.ts from the CSV files of W3C DPV:
 * `node --conditions=source tools/vocabulary.ts <folder with dpv_dpv.csv, pd_pd.csv, legal_eu_gdpr_eu-gdpr.csv>`.
 * Only facts are taken: the names of terms and what they lie under.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A term, its kind, and its parents of the same kind in the order of the CSV. */
export interface Term {
  readonly kind: keyof typeof ROOTS;
  readonly parents: readonly string[];
}

const ROOTS = {
  purpose: "dpv:Purpose",
  personalData: "dpv:PersonalData",
  processing: "dpv:Processing",
  legalBasis: "dpv:LegalBasis",
} as const;
const NAMESPACES: readonly (readonly [string, string])[] = [
  ["https://w3id.org/dpv/legal/eu/gdpr#", "eu-gdpr:"],
  ["https://w3id.org/dpv/pd#", "pd:"],
  ["https://w3id.org/dpv#", "dpv:"],
];

/**
 * The terms that we pin (spec/vocabulary.md, "Which terms"). A parent outside the kind is left out, and with it every
 * relation to what is not pinned.
 */
export function readVocabulary(folder: string): Map<string, Term> {
  const all = new Map<string, string[]>();
  for (const file of ["dpv_dpv.csv", "pd_pd.csv", "legal_eu_gdpr_eu-gdpr.csv"]) {
    for (const row of parseCsv(readFileSync(join(folder, file), "utf8"))) {
      if (row["type"] === "class") all.set(shorten(row["iri"]!), row["hasbroader"]!.split(";").filter(Boolean).map(shorten));
    }
  }
  const ancestors = (term: string): Set<string> => new Set((all.get(term) ?? []).flatMap((parent) => [parent, ...ancestors(parent)]));
  const abovePd = new Set([...all.keys()].filter((term) => term.startsWith("pd:")).flatMap((term) => [...ancestors(term)]));
  const pinned = (term: string): boolean =>
    term.startsWith("pd:") ||
    (term.startsWith("dpv:") && (!(ancestors(term).has(ROOTS.personalData) || term === ROOTS.personalData) || abovePd.has(term))) ||
    /^eu-gdpr:(A[69]-|Consent$)/.test(term);

  const out = new Map<string, Term>();
  for (const kind of Object.keys(ROOTS) as (keyof typeof ROOTS)[]) {
    const terms = [...all.keys()].filter((term) => pinned(term) && (term === ROOTS[kind] || ancestors(term).has(ROOTS[kind]))).sort();
    for (const term of terms) {
      if (out.has(term)) throw new Error(`${term} lies under two roots.`);
      out.set(term, { kind, parents: all.get(term)!.filter((parent) => terms.includes(parent)) });
    }
  }
  return out;
}

/** One text per kind: a term, its further parents each after `&`, the terms whose first parent it is in brackets. */
export function writeTrees(terms: ReadonlyMap<string, Term>): Record<Term["kind"], string> {
  const trees = {} as Record<Term["kind"], string>;
  for (const kind of Object.keys(ROOTS) as Term["kind"][]) {
    const usual = kind === "personalData" ? "pd:" : "dpv:";
    const name = (term: string): string => (term.startsWith(usual) ? term.slice(usual.length) : term);
    const branch = (term: string): string => {
      const below = [...terms.keys()].filter((t) => terms.get(t)!.parents[0] === term).map(branch);
      const label = [term, ...terms.get(term)!.parents.slice(1)].map(name).join("&");
      return below.length > 0 ? `${label}(${below.join(term === ROOTS[kind] ? "\n" : " ")})` : label;
    };
    trees[kind] = branch(ROOTS[kind]);
  }
  return trees;
}

function shorten(iri: string): string {
  const found = NAMESPACES.find(([namespace]) => iri.startsWith(namespace));
  return found === undefined ? iri : found[1] + iri.slice(found[0].length);
}

/** RFC 4180: every field in quotation marks or none, `""` for one inside. */
export function parseCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (end !== ",") rows.push([]);
  }
  const [head, ...body] = rows;
  return body.filter((row) => row.length === head!.length).map((row) => Object.fromEntries(head!.map((name, i) => [name, row[i]!])));
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("usage: vocabulary.ts <folder of the DPV CSV files>");
  const exports = Object.entries(writeTrees(readVocabulary(folder))).map(([kind, tree]) => `export const ${kind}Tree = \`${tree}\`;\n`);
  writeFileSync(
    join(import.meta.dirname, "../protocol/src/vocabulary-data.ts"),
    `/**
 * The terms of W3C DPV 2.3 that we pin and what they lie under, as trees: a term, its further parents each after \`&\`,
 * the terms below it in brackets. Without a prefix: \`pd:\` in personalDataTree, \`dpv:\` elsewhere. Names and
 * relations only (facts); their definitions are at https://w3id.org/dpv. Written by tools/vocabulary.ts.
 */
${exports.join("\n")}`,
  );
}

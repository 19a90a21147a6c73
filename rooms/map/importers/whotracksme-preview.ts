/** WhoTracks.me: how many trackers of which category it saw on the pages of a site, without their names. */
import { z } from "zod";
import type { SiteFacts } from "../schema.ts";
import type { Imported, Importer, ImportFile } from "./importer.ts";
import { type Problems, cleanText, conform, createProblems, hostOf, listOf, readCsv, readJson } from "./read.ts";
import { collect } from "./records.ts";
import { shown } from "./shown.ts";
import { versionOf } from "./version.ts";
import { monthOf, whotracksmeTerms } from "./whotracksme-terms.ts";

const preview = z.object({
  categories: listOf(z.string().min(1).max(100), 100),
  trackers: z.record(z.string().max(300), z.unknown()),
});

/** One record per site; its key is the host. Each file of counts is a version, oldest first. */
export const whotracksmePreview: Importer = {
  source: {
    id: "whotracksme-preview",
    name: "WhoTracks.me, trackers per site",
    ...whotracksmeTerms,
    gives: ["observed"],
    caution:
      "Mean numbers of trackers on the pages of a site, as seen by people who use Ghostery and share statistics, in whole numbers: 0 may stand for a few. It counts third parties only: a company that tracks on its own site does not appear.",
  },
  takes: "trackers-preview.json of whotracks.me, or a folder with it and site_categories.csv (kinds of sites)",
  accepts: (name) => /(?:^|\/)(?:trackers-preview[^/]*\.json|site_categories\.csv)$/.test(name),

  read(files) {
    const problems = createProblems();
    const sectors = new Map<string, string>();
    for (const file of files.filter(({ name }) => name.endsWith(".csv"))) {
      for (const { row } of readCsv(file, problems, ["site", "category"])) sectors.set(row["site"]!, cleanText(row["category"]!, 100));
    }
    const versions = files.filter(({ name }) => !name.endsWith(".csv")).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (versions.length === 0) {
      problems.add({ file: files[0]?.name ?? "trackers-preview.json", message: "There is no file of counts; trackers-preview.json must be there." });
      return [{ version: versionOf(files), records: [], problems: problems.list, counts: { sites: 0, categories: 0, withKind: 0 } }];
    }
    return versions.map((file, i) => importedOf(file, sectors, i === 0 ? problems : createProblems()));
  },
};

function importedOf(file: ImportFile, sectors: ReadonlyMap<string, string>, problems: Problems): Imported {
  const { version, dated } = monthOf(file.name) ?? { version: versionOf([file]), dated: undefined };
  const out = collect(problems);
  const value = readJson(file, problems);
  const found = value === undefined ? undefined : conform(preview, value, { file: file.name }, problems);
  const numbers = listOf(z.number().min(0).max(1_000_000), 100);
  for (const [name, list] of Object.entries(found?.trackers ?? {})) {
    const at = { file: file.name, field: `trackers.${shown(name).slice(1, -1)}` };
    const means = conform(numbers, list, at, problems);
    if (means === undefined || found === undefined) continue;
    const site = hostOf(`https://${name}`);
    if (site === undefined || means.length !== found.categories.length) {
      const message =
        site === undefined
          ? "This is no host."
          : `The list has ${means.length} numbers; there are ${found.categories.length} categories, one number is needed for each.`;
      problems.add({ ...at, value: shown(site === undefined ? name : means), message });
      continue;
    }
    const sector = sectors.get(name);
    const categories = found.categories.map((category, i) => ({ name: cleanText(category, 100), mean: means[i]! }));
    const facts: SiteFacts = { kind: "site", site, categories, ...(sector !== undefined && sector !== "" && { sector }) };
    const raw = {
      site: name,
      trackers: Object.fromEntries(found.categories.map((category, i) => [category, means[i]!])),
      ...(sector !== undefined && { category: sector }),
    };
    out.add({ key: site, ...(dated !== undefined && { dated }), raw, facts }, at);
  }
  const counts = {
    sites: out.records.length,
    categories: found?.categories.length ?? 0,
    withKind: out.records.filter(({ facts }) => facts.kind === "site" && facts.sector !== undefined).length,
  };
  return { version, ...(dated !== undefined && { dated }), records: out.records, problems: problems.list, counts };
}

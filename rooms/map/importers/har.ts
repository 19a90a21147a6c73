/** HAR 1.2 files, one scan in each. What is kept of a file is whom the page contacted: no values of cookies, no queries, no contents. */
import { FreeholdError } from "@freehold/protocol/errors";
import { readHar } from "../har.ts";
import type { SourceRecord } from "../schema.ts";
import type { Importer } from "./importer.ts";
import { createProblems, domainOf, readJson } from "./read.ts";
import { collect } from "./records.ts";
import { scanCounts, scanKey, scanVersion } from "./scan.ts";

export const har: Importer = {
  source: {
    id: "har",
    name: "HAR files",
    home: "http://www.softwareishard.com/blog/har-12-spec/",
    licence: { id: "LicenseRef-own", url: "http://www.softwareishard.com/blog/har-12-spec/" },
    gives: ["observed"],
    caution:
      "What one browser contacted on one visit. A HAR does not say whether a consent banner was answered, and holds no cookies that scripts set; some tools leave out all headers that set cookies.",
  },
  adds: true,
  takes: "a HAR file (HTTP Archive 1.2, from a browser's developer tools), or a folder of them",
  accepts: (name) => /\.har(?:\.gz)?$/i.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const keys = new Set<string>();
    const counts = { entries: 0, unreadable: 0, elsewhere: 0 };
    for (const [i, file] of files.entries()) {
      const json = readJson(file, problems);
      report?.((i + 1) / files.length);
      if (json === undefined) continue;
      try {
        const { facts, counts: found } = readHar(json, { domainOf });
        const at = facts.visits[0]!.at;
        const key = scanKey(facts.site, at, keys);
        // The file itself is no record: it holds the cookies of whoever saved it.
        const raw = { site: facts.site, url: facts.url, tool: facts.tool, ...facts.visits[0] } as unknown as SourceRecord["raw"];
        if (!out.add({ key, dated: at.slice(0, 10), raw, facts }, { file: file.name })) continue;
        for (const name of ["entries", "unreadable", "elsewhere"] as const) counts[name] += found[name];
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
        problems.add({ file: file.name, message: error.message });
      }
    }
    return [{ ...scanVersion(files, out.records), records: out.records, problems: problems.list, counts: { ...scanCounts(out.records), ...counts } }];
  },
};

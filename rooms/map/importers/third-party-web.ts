/** third-party-web: which domains belong to which company's service, and how much of the web loads them. */
import { z } from "zod";
import type { JsonValue } from "@freehold/protocol/canonical";
import type { Domain, OrganisationFacts } from "../schema.ts";
import type { Importer } from "./importer.ts";
import { cleanText, conform, createProblems, hostOf, listOf, readJson, urlOf } from "./read.ts";
import { collect } from "./records.ts";
import { versionOf } from "./version.ts";

const entity = z.object({
  name: z.string().min(1).max(200),
  company: z.string().max(300).optional(),
  homepage: z.string().max(2_000).optional(),
  category: z.string().max(100).optional(),
  domains: listOf(z.string().max(300), 5_000),
  totalOccurrences: z.number().min(0).max(1e12).optional(),
});

/** One record per entity; its key is the entity's name. */
export const thirdPartyWeb: Importer = {
  source: {
    id: "third-party-web",
    name: "third-party-web",
    home: "https://www.thirdpartyweb.today/",
    licence: { id: "MIT", url: "https://github.com/patrickhulce/third-party-web/blob/main/LICENSE" },
    gives: ["identity", "observed"],
    caution:
      "Which patterns of domains volunteers file under which service; some are filed under a service that only uses them. Counts are of pages in HTTP Archive's crawl on which the service was seen, where they have one.",
  },
  takes: "entities.json of the package third-party-web (its folder dist), or the package's folder",
  accepts: (name) => /(?:^|\/)(?:entities|package)\.json$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const counts = { entities: 0, patterns: 0, withReach: 0 };
    let release: string | undefined;
    for (const [i, file] of files.entries()) {
      const json = readJson(file, problems);
      if (/(?:^|\/)package\.json$/.test(file.name)) {
        release = conform(z.object({ version: z.string().regex(/^[0-9A-Za-z.+-]{1,60}$/) }), json ?? {}, { file: file.name }, problems)?.version;
        continue;
      }
      const list = json === undefined ? [] : (conform(listOf(z.unknown(), 200_000), json, { file: file.name }, problems) ?? []);
      for (const [place, raw] of list.entries()) {
        const at = { file: file.name, field: `[${place}]` };
        const found = conform(entity, raw, at, problems);
        if (found === undefined || !out.add({ key: found.name, raw: raw as JsonValue, facts: factsOf(found) }, at)) continue;
        counts.entities += 1;
        counts.patterns += found.domains.length;
        if (hasReach(found)) counts.withReach += 1;
      }
      report?.((i + 1) / files.length);
    }
    return [{ version: release ?? versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

/** Without a count in the crawl the package leaves the member out or says 0: either way it was not counted. */
function hasReach(found: z.infer<typeof entity>): boolean {
  return found.totalOccurrences !== undefined && found.totalOccurrences > 0;
}

function factsOf(found: z.infer<typeof entity>): OrganisationFacts {
  const entityName = cleanText(found.name);
  // An entity may be one product of a company: then the organisation is the company.
  const name = cleanText(found.company ?? "") || entityName;
  const website = urlOf(found.homepage ?? "");
  const home = hostOf(website ?? "");
  const listed = found.domains.map((pattern) => hostOf(`https://${pattern.replace(/^\*\./, "")}`)).filter((host) => host !== undefined);
  const domains: Domain[] = [
    ...(home === undefined ? [] : [{ host: home, role: "own" as const }]),
    ...[...new Set(listed)].map((host) => ({ host, role: "listed" as const })),
  ];
  return {
    kind: "organisation",
    name,
    ...(name !== entityName && { otherNames: [entityName] }),
    ...(found.category && { sectors: [cleanText(found.category)] }),
    ...(website !== undefined && { website }),
    domains,
    identifiers: [{ scheme: "third-party-web", id: entityName }],
    contacts: [],
    ...(hasReach(found) && { reach: { seen: found.totalOccurrences!, unit: "pages, as counted by HTTP Archive" } }),
  };
}

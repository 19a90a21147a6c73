/** JustDeleteMe: how one gets out of a service, and how hard its contributors found it. */
import type { JsonValue } from "@freehold/protocol/canonical";
import { z } from "zod";
import type { OrganisationFacts } from "../schema.ts";
import { emailContact, webAddress } from "./contact.ts";
import type { Importer } from "./importer.ts";
import { cleanText, conform, createProblems, hostOf, listOf, readJson } from "./read.ts";
import { collect } from "./records.ts";
import { versionOf } from "./version.ts";

const difficulties = ["easy", "medium", "limited", "hard", "impossible"] as const;

const service = z.object({
  name: z.string().min(1).max(1_000),
  url: z.string().max(2_000),
  difficulty: z.enum(difficulties),
  domains: listOf(z.string().max(1_000), 1_000),
  email: z.string().max(1_000).optional(),
});

/** One record per service; its key is the name, with the first domain behind it where several services have the name. */
export const justdeleteme: Importer = {
  source: {
    id: "justdeleteme",
    name: "JustDeleteMe",
    home: "https://justdeleteme.xyz/",
    licence: { id: "MIT", url: "https://github.com/jdm-contrib/jdm/blob/HEAD/LICENSE" },
    gives: ["identity", "contact"],
    mayNamePeople: true,
    caution:
      "How hard it is to delete an account, as volunteers found it, each entry at its own time. It speaks of a service's accounts, not of all that its operator does.",
  },
  takes: "sites.json of jdm-contrib/jdm (its folder _data)",
  accepts: (name) => /(?:^|\/)sites\.json$/.test(name),
  live: { urls: ["https://raw.githubusercontent.com/jdm-contrib/jdm/HEAD/_data/sites.json"] },

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const domains = new Set<string>();
    const counts = { services: 0, domains: 0, easy: 0, medium: 0, limited: 0, hard: 0, impossible: 0, withEmail: 0 };
    for (const [i, file] of files.entries()) {
      const value = readJson(file, problems);
      const list = value === undefined ? [] : (conform(listOf(z.unknown(), 200_000), value, { file: file.name }, problems) ?? []);
      const repeated = repeatedNames(list);
      for (const [place, entry] of list.entries()) {
        const at = { file: file.name, field: `[${place}]` };
        const found = conform(service, entry, at, problems);
        if (found === undefined) continue;
        const name = cleanText(found.name, 100);
        const key = repeated.has(found.name) ? `${name} (${cleanText(found.domains[0] ?? "no domain", 90)})` : name;
        if (!out.add({ key, raw: entry as JsonValue, facts: factsOf(found) }, at)) continue;
        counts.services += 1;
        for (const domain of found.domains) domains.add(domain);
        counts[found.difficulty] += 1;
        if (found.email !== undefined) counts.withEmail += 1;
      }
      counts.domains = domains.size;
      report?.((i + 1) / files.length);
    }
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

function factsOf(found: z.infer<typeof service>): OrganisationFacts {
  const deletionUrl = webAddress(found.url);
  const email = found.email === undefined ? undefined : emailContact(found.email, "rights");
  // Some entries are a path, a slip or in capitals; what is no host in the end is left to the raw record.
  const hosts = new Set(found.domains.map((domain) => hostOf(`https://${domain.trim()}`)).filter((host) => host !== undefined && /^[a-z0-9.-]+$/.test(host)));
  return {
    kind: "organisation",
    name: cleanText(found.name),
    domains: [...(hosts as Set<string>)].map((host) => ({ host, role: "own" })),
    identifiers: [],
    contacts: email === undefined ? [] : [email],
    rights: { ...(deletionUrl !== undefined && { deletionUrl }), difficulty: found.difficulty },
  };
}

function repeatedNames(list: readonly unknown[]): Set<string> {
  const once = new Set<string>();
  const repeated = new Set<string>();
  for (const value of list) {
    if (typeof value !== "object" || value === null || !("name" in value) || typeof value.name !== "string") continue;
    (once.has(value.name) ? repeated : once).add(value.name);
  }
  return repeated;
}

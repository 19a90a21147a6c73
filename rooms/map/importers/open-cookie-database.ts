/** The Open Cookie Database: what cookies are for, by name. */
import type { CookieFacts } from "../schema.ts";
import { webAddress } from "./contact.ts";
import type { Importer } from "./importer.ts";
import { cleanText, createProblems, hostOf, readCsv } from "./read.ts";
import { collect } from "./records.ts";
import { shown } from "./shown.ts";
import { versionOf } from "./version.ts";

const columns = ["ID", "Platform", "Category", "Cookie / Data Key name", "Domain", "Retention period", "Data Controller", "Wildcard match"] as const;
const portal = "User Privacy & GDPR Rights Portals";
type Row = Record<(typeof columns)[number] | typeof portal, string>;

/** Its categories in DPV. They are wide: a functional cookie may keep a choice of language or a shopping basket. */
const purposes: { readonly [category: string]: readonly string[] } = {
  Necessary: ["dpv:RequestedServiceProvision"],
  Functional: ["dpv:ServiceProvision"],
  Analytics: ["dpv:ServiceUsageAnalytics"],
  Marketing: ["dpv:Marketing"],
  Security: ["dpv:EnforceSecurity"],
  Personalization: ["dpv:Personalisation"],
};

/** One record per row; its key is the row's own id, which names nothing and does not change when the row is corrected. */
export const openCookieDatabase: Importer = {
  source: {
    id: "open-cookie-database",
    name: "Open Cookie Database",
    home: "https://github.com/jkwakman/Open-Cookie-Database",
    licence: { id: "Apache-2.0", url: "https://github.com/jkwakman/Open-Cookie-Database/blob/HEAD/LICENSE" },
    gives: ["declared"],
    caution:
      "What volunteers wrote a cookie of this name is for; many sites use a name for something else. Categories are wide, and a category is no ground in law.",
  },
  takes: "open-cookie-database.csv",
  accepts: (name) => /(?:^|\/)open-cookie-database\.csv$/.test(name),
  live: { urls: ["https://raw.githubusercontent.com/jkwakman/Open-Cookie-Database/HEAD/open-cookie-database.csv"] },

  read(files) {
    const problems = createProblems();
    const out = collect(problems);
    const counts: { [name: string]: number } = { cookies: 0, prefixes: 0 };
    for (const file of files) {
      for (const { line, row } of readCsv(file, problems, columns)) {
        const at = { file: file.name, line };
        const found = row as Row;
        if (found["Wildcard match"] !== "0" && found["Wildcard match"] !== "1") {
          problems.add({ ...at, field: "Wildcard match", value: shown(found["Wildcard match"]), message: "The field must be 0 or 1." });
          continue;
        }
        const facts = factsOf(found);
        if (facts.name === "") {
          problems.add({ ...at, field: "Cookie / Data Key name", value: shown(found["Cookie / Data Key name"]), message: "The cookie must have a name." });
          continue;
        }
        if (!out.add({ key: cleanText(found.ID, 200), raw: row, facts }, at)) continue;
        counts["cookies"]! += 1;
        if (facts.prefix) counts["prefixes"]! += 1;
      }
    }
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

function factsOf(row: Row): CookieFacts {
  const name = cleanText(row["Cookie / Data Key name"]);
  const hosts = hostsIn(row.Domain);
  const privacyUrl = row[portal] === undefined ? undefined : webAddress(row[portal]);
  const category = cleanText(row.Category, 100);
  const controller = cleanText(row["Data Controller"]);
  const retention = cleanText(row["Retention period"], 200);
  return {
    kind: "cookie",
    // Some rows write the star and leave the column at 0.
    name: name.replace(/\*+$/, ""),
    prefix: row["Wildcard match"] === "1" || name.endsWith("*"),
    platform: cleanText(row.Platform),
    category,
    purposes: Object.hasOwn(purposes, category) ? [...purposes[category]!] : [],
    // A row for two domains names neither for certain.
    ...(hosts.length === 1 && { domain: hosts[0]! }),
    ...(controller !== "" && { controller }),
    ...(retention !== "" && { retention }),
    ...(privacyUrl !== undefined && { privacyUrl }),
  };
}

/** `.bing.com (3rd party) or .microsoft.com (3rd party)`. */
function hostsIn(text: string): string[] {
  const words = cleanText(text, 500)
    .replaceAll(/\([^()]*\)/g, " ")
    .split(/[\s,;]+/);
  const hosts = words.map((word) => hostOf(`https://${word.replace(/^\./, "")}`)).filter((host) => host !== undefined && /^[a-z0-9_.-]+$/.test(host));
  return [...new Set(hosts as string[])];
}

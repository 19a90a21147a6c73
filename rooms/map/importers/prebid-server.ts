/** Prebid Server: the hosts at which bidders are called, and their ids in the vendor list. */
import type { JsonValue } from "@freehold/protocol/canonical";
import { z } from "zod";
import type { OrganisationFacts } from "../schema.ts";
import { emailContact } from "./contact.ts";
import type { ImportFile, Importer } from "./importer.ts";
import { type Place, type Problems, conform, createProblems, hostOf, readNdjson, readYaml } from "./read.ts";
import { collect } from "./records.ts";
import { versionOf } from "./version.ts";

const url = z.string().max(4_000).nullish();
const bidderShape = z.object({
  bidder: z.string().regex(/^[0-9A-Za-z_.-]{1,100}$/),
  endpoint: url,
  gvlVendorID: z.int().min(0).max(65_535).nullish(),
  maintainer: z.object({ email: z.string().max(400).nullish() }).nullish(),
  userSync: z.object({ iframe: z.object({ url }).nullish(), redirect: z.object({ url }).nullish() }).nullish(),
});
type Bidder = z.infer<typeof bidderShape>;

/**
 * One record per bidder, its key the bidder's name there. An alias (`aliasOf`) is a record of its own, and the name behind it stays in the
 * raw record: an alias calls another bidder's adapter, which says nothing of who owns whom.
 */
export const prebidServer: Importer = {
  source: {
    id: "prebid-server",
    name: "Prebid Server: bidder information",
    home: "https://docs.prebid.org/prebid-server/overview/prebid-server-overview.html",
    licence: { id: "Apache-2.0", url: "https://github.com/prebid/prebid-server/blob/master/LICENSE" },
    gives: ["identity", "contact"],
    mayNamePeople: true,
    caution: "Hosts, vendor ids and addresses as those who wrote the adapter filed them. An e-mail address is for developers, not for requests about data.",
  },
  takes: "the folder static/bidder-info of prebid-server (YAML), or the same as one bidder per line (.ndjson)",
  accepts: (name) => /\.(?:ya?ml|ndjson)$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const ids = new Set<number>();
    const counts = { bidders: 0, withVendorId: 0, distinctVendorIds: 0, aliases: 0 };
    for (const [i, file] of files.entries()) {
      for (const { at, raw } of biddersOf(file, problems)) {
        const found = conform(bidderShape, raw, at, problems);
        if (found === undefined || !out.add({ key: found.bidder, raw, facts: factsOf(found) }, at)) continue;
        counts.bidders += 1;
        if (typeof raw === "object" && raw !== null && "aliasOf" in raw) counts.aliases += 1;
        if (!found.gvlVendorID) continue;
        counts.withVendorId += 1;
        ids.add(found.gvlVendorID);
      }
      report?.((i + 1) / files.length);
    }
    counts.distinctVendorIds = ids.size;
    return [{ version: versionOf(files), records: out.records, problems: problems.list, counts }];
  },
};

/** A YAML file is one bidder, named by its file; in a line the name stands beside the rest. Both make the same record. */
function biddersOf(file: ImportFile, problems: Problems): { at: Place; raw: JsonValue }[] {
  if (!/\.ya?ml$/.test(file.name)) return readNdjson(file, problems).map(({ line, value }) => ({ at: { file: file.name, line }, raw: value }));
  const bidder = file.name.replace(/^.*\//, "").replace(/\.ya?ml$/, "");
  return readYaml(file, problems).flatMap(({ line, value }) => {
    const at = { file: file.name, line };
    if (isObject(value)) return [{ at, raw: { bidder, ...value } }];
    problems.add({ ...at, message: "This is of another kind; it must be an object." });
    return [];
  });
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function factsOf(found: Bidder): OrganisationFacts {
  const hosts = [found.endpoint, found.userSync?.iframe?.url, found.userSync?.redirect?.url]
    .map((address) => plainHost(address ?? ""))
    .filter((host) => host !== undefined);
  const contact = emailContact(found.maintainer?.email ?? "", "general");
  return {
    kind: "organisation",
    name: found.bidder,
    domains: [...new Set(hosts)].map((host) => ({ host, role: "service" })),
    identifiers: [...(found.gvlVendorID ? [{ scheme: "tcf", id: String(found.gvlVendorID) }] : []), { scheme: "prebid-server", id: found.bidder }],
    contacts: contact === undefined ? [] : [contact],
  };
}

/** The host of an address; undefined where a part of it is filled in later: `{{.Host}}`, `#{REGION}#`, `REGION`. */
function plainHost(address: string): string | undefined {
  const authority = /^https?:\/\/([^/?]+)/.exec(address)?.[1];
  return authority === undefined || /[^\w.:-]|[A-Z]{4}/.test(authority) ? undefined : hostOf(`https://${authority}`);
}

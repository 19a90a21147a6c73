/** Prebid.js: what its build reads, for each of its modules, from the vendor list and from the vendors' own storage disclosures. */
import type { JsonValue } from "@freehold/protocol/canonical";
import { z } from "zod";
import type { OrganisationFacts, StorageItem } from "../schema.ts";
import type { ImportFile, Importer } from "./importer.ts";
import { type Place, type Problems, cleanText, conform, createProblems, domainOf, hostOf, isDay, listOf, readJson, readNdjson } from "./read.ts";
import { sharedHosts } from "../join/shared-hosts.ts";
import { collect } from "./records.ts";
import { readTarball } from "./tarball.ts";
import { elementIds, tcfPractices } from "./tcf-practices.ts";
import { daysOf } from "./tcf-gvl.ts";
import { versionOf } from "./version.ts";

/** A package has about a thousand modules, a module at most a few dozen components. */
const MAX_MODULES = 20_000;
const text = z.string().max(2_000);

const entry = z.object({
  identifier: text,
  type: z.enum(["cookie", "web", "app"]),
  maxAgeSeconds: z.number().min(0).max(1e12).nullish(),
  purposes: elementIds.optional(),
});
const disclosure = z.object({ timestamp: text.nullish(), disclosures: listOf(z.unknown(), 2_000).nullish() });
const declaration = z.object({ purposes: elementIds, legIntPurposes: elementIds, flexiblePurposes: elementIds, specialFeatures: elementIds });
const component = z.object({
  componentType: z.string().max(50),
  componentName: z.string().min(1).max(100),
  aliasOf: z.string().max(100).nullish(),
  // Some modules write it as a text.
  gvlid: z.union([z.int().min(1).max(65_535), z.string().regex(/^[1-9]\d{0,4}$/)]).nullish(),
  disclosureURL: text.nullish(),
});
const few = <T>(values: z.ZodType<T>): z.ZodType<{ [key: string]: T }> =>
  z.record(z.string().max(2_000), values).refine((members) => Object.keys(members).length <= 500, "The object is too large; at most 500 members are allowed.");
const moduleShape = z.object({ disclosures: few(disclosure), purposes: few(declaration), components: listOf(component, 500) });

/** What is disclosed at one address: the list as the source has it, null where Prebid did not get it, and the day it was read. */
interface Disclosed {
  raw: JsonValue;
  entries: z.infer<typeof entry>[] | null;
  on: string | undefined;
}

/** What the modules that name one vendor say together. */
interface Vendor {
  declaration: z.infer<typeof declaration>;
  /** As the source has it. */
  purposes: JsonValue;
  components: z.infer<typeof component>[];
  disclosures: Map<string, Disclosed>;
}

/** One record per vendor id of the TCF, merged over the modules that name it; modules without one give no record. */
export const prebid: Importer = {
  source: {
    id: "prebid",
    name: "Prebid.js: module metadata",
    home: "https://docs.prebid.org/",
    licence: { id: "Apache-2.0", url: "https://github.com/prebid/Prebid.js/blob/master/LICENSE" },
    gives: ["identity", "declared"],
    caution:
      "Purposes as Prebid read them from the vendor list. Of storage it keeps only what vendors disclose for the site's own domain: an empty list means that no first-party storage is declared, not that nothing is declared.",
  },
  takes: "the package prebid.js (.tgz, as npm pack prebid.js makes it), its folder metadata/modules, or the same as one module per line (.ndjson)",
  accepts: (name) => /\.(?:json|ndjson|tgz)$/.test(name) && !/(?:^|\/)(?:package|modules|core)\.json$/.test(name),

  read(files, report) {
    const problems = createProblems();
    const out = collect(problems);
    const vendors = new Map<string, Vendor>();
    const disclosed = new Map<string, Disclosed>();
    const counts = { modules: 0, vendors: 0, storageEntries: 0, web: 0, cookie: 0, withoutVendorId: 0 };
    const { modules, release } = modulesOf(files, problems);
    if (modules.length > MAX_MODULES) problems.add({ file: files[0]!.name, message: `There are ${modules.length} modules; at most ${MAX_MODULES} are read.` });
    for (const { at, value } of modules.slice(0, MAX_MODULES)) {
      const found = conform(moduleShape, value, at, problems);
      if (found === undefined) continue;
      counts.modules += 1;
      if (Object.keys(found.purposes).length === 0) counts.withoutVendorId += 1;
      mergeModule(vendors, disclosed, found, value as unknown as RawModule, at, problems);
    }
    report?.(0.5);

    for (const [id, vendor] of [...vendors].sort(([a], [b]) => Number(a) - Number(b))) {
      const at = { file: files[0]!.name, field: `purposes.${id}` };
      const names = namesOf(vendor.components);
      const raw = {
        gvlid: Number(id),
        purposes: vendor.purposes,
        components: [...names].sort(),
        // Without the times of fetching: what has not changed stays the same record.
        disclosures: Object.fromEntries([...vendor.disclosures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([url, one]) => [url, one.raw])),
      };
      const dated = latest([...vendor.disclosures.values()].map(({ on }) => on));
      out.add({ key: id, ...(dated !== undefined && { dated }), raw, facts: factsOf(id, names, vendor) }, at);
    }
    counts.vendors = out.records.length;
    const entries = [...disclosed.values()].flatMap((one) => one.entries ?? []);
    counts.storageEntries = entries.length;
    counts.web = entries.filter(({ type }) => type === "web").length;
    counts.cookie = entries.filter(({ type }) => type === "cookie").length;
    const dated = latest([...disclosed.values()].map(({ on }) => on));
    return [{ version: release ?? dated ?? versionOf(files), ...(dated !== undefined && { dated }), records: out.records, problems: problems.list, counts }];
  },
};

interface RawModule {
  purposes: { [id: string]: JsonValue };
  disclosures: { [url: string]: { disclosures?: JsonValue } };
}

function mergeModule(
  vendors: Map<string, Vendor>,
  disclosed: Map<string, Disclosed>,
  found: z.infer<typeof moduleShape>,
  raw: RawModule,
  at: Place,
  problems: Problems,
): void {
  const here = new Map<string, Disclosed>();
  for (const [url, { timestamp, disclosures }] of Object.entries(found.disclosures)) {
    const field = `disclosures.${cleanText(url, 100)}.disclosures`;
    const entries = disclosures == null ? null : conform(listOf(entry, 2_000), disclosures, { ...at, field }, problems);
    if (entries === undefined) continue;
    const on = timestamp?.slice(0, 10);
    here.set(url, { raw: raw.disclosures[url]!.disclosures ?? null, entries, on: isDay(on) ? on : undefined });
    disclosed.set(url, here.get(url)!);
  }
  for (const [id, declared] of Object.entries(found.purposes)) {
    const field = `purposes.${cleanText(id, 20)}`;
    const components = found.components.filter(({ gvlid }) => String(gvlid) === id);
    const known = vendors.get(id);
    if (components.length === 0) {
      problems.add({ ...at, field, message: "No component of the module has this vendor id; one must have it." });
    } else if (known !== undefined && JSON.stringify(known.declaration) !== JSON.stringify(declared)) {
      problems.add({ ...at, field, message: "Another module says something else of this vendor id; all must say the same, for they are read from one list." });
    } else {
      const vendor: Vendor = known ?? { declaration: declared, purposes: raw.purposes[id]!, components: [], disclosures: new Map() };
      vendors.set(id, vendor);
      vendor.components.push(...components);
      for (const { disclosureURL } of components) {
        const one = here.get(disclosureURL ?? "");
        if (one !== undefined) vendor.disclosures.set(disclosureURL!, one);
      }
    }
  }
}

/** The last of some days. */
function latest(days: readonly (string | undefined)[]): string | undefined {
  return days
    .filter((day) => day !== undefined)
    .sort()
    .at(-1);
}

interface ModuleAt {
  at: { file: string; line?: number };
  value: JsonValue;
}

function modulesOf(files: readonly ImportFile[], problems: Problems): { modules: ModuleAt[]; release?: string } {
  const modules: ModuleAt[] = [];
  let release: string | undefined;
  for (const file of files) {
    if (file.name.endsWith(".tgz")) {
      for (const inner of readTarball(file, (name) => /^package\/(?:metadata\/modules\/[^/]+|package)\.json$/.test(name), problems)) {
        const value = readJson(inner, problems);
        if (value === undefined) continue;
        if (inner.name.endsWith("package/package.json"))
          release = conform(z.object({ version: z.string().regex(/^[0-9A-Za-z.+-]{1,60}$/) }), value, { file: inner.name }, problems)?.version;
        else modules.push({ at: { file: inner.name }, value });
      }
    } else if (file.name.endsWith(".json")) {
      const value = readJson(file, problems);
      if (value !== undefined) modules.push({ at: { file: file.name }, value });
    } else modules.push(...readNdjson(file, problems).map(({ line, value }) => ({ at: { file: file.name, line }, value })));
  }
  return { modules, ...(release !== undefined && { release }) };
}

/** Names of components, each once: a bidder's own name first, then the rest; among equals the shortest, then in the order of the alphabet. */
function namesOf(components: Vendor["components"]): string[] {
  const rank = ({ componentType, aliasOf }: Vendor["components"][number]): number => (aliasOf != null ? 2 : componentType === "bidder" ? 0 : 1);
  const sorted = [...components].sort(
    (a, b) => rank(a) - rank(b) || a.componentName.length - b.componentName.length || (a.componentName < b.componentName ? -1 : 1),
  );
  return [...new Set(sorted.map(({ componentName }) => cleanText(componentName)))];
}

/** Shorter names of components are codes (`adf`, `ttd`): whose policy lies on one domain of its own is called like that domain. */
const CODE = 4;

function calledBy(names: readonly string[], hosts: readonly string[]): string[] {
  const [domain, ...others] = new Set(hosts.map(domainOf));
  const label = domain === undefined || others.length > 0 || sharedHosts.has(domain) ? "" : domain.slice(0, domain.indexOf("."));
  return names[0]!.length <= CODE && label.length > CODE ? [label, ...names.filter((name) => name !== label)] : [...names];
}

function factsOf(id: string, components: string[], vendor: Vendor): OrganisationFacts {
  const hosts = [...vendor.disclosures.keys()].map(hostOf).filter((host) => host !== undefined);
  const [name, ...otherNames] = calledBy(components, hosts);
  const lists = [...vendor.disclosures.values()].map(({ entries }) => entries).filter((entries) => entries !== null);
  return {
    kind: "organisation",
    name: name!,
    ...(otherNames.length > 0 && { otherNames }),
    domains: [...new Set(hosts)].sort().map((host) => ({ host, role: "own" })),
    identifiers: [{ scheme: "tcf", id }, ...components.map((component) => ({ scheme: "prebid", id: component }))],
    contacts: [],
    declared: {
      practices: tcfPractices(vendor.declaration),
      ...(lists.length > 0 && { storage: { items: lists.flat().map(itemOf), firstPartyOnly: true as const } }),
      notices: [],
    },
  };
}

function itemOf({ identifier, type, maxAgeSeconds, purposes }: z.infer<typeof entry>): StorageItem {
  return { name: cleanText(identifier), type, ...(maxAgeSeconds !== undefined && { maxAgeDays: daysOf(maxAgeSeconds) }), purposes: purposes ?? [] };
}

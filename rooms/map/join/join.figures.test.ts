/**
 * The join over the data that the map is seeded with, held against the figures that were measured on the same data before the map was built.
 * Where a figure differs, the comment says by how much and why.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { StoredRecord } from "../card-schema.ts";
import { makeCards } from "../cards/card.ts";
import { registrable } from "../domain.ts";
import { blacklight } from "../importers/blacklight.ts";
import { caDataBrokers } from "../importers/ca-data-brokers.ts";
import { datenanfragen } from "../importers/datenanfragen.ts";
import type { Importer } from "../importers/importer.ts";
import { justdeleteme } from "../importers/justdeleteme.ts";
import { openCookieDatabase } from "../importers/open-cookie-database.ts";
import { prebidServer } from "../importers/prebid-server.ts";
import { prebid } from "../importers/prebid.ts";
import { tcfGvl } from "../importers/tcf-gvl.ts";
import { thirdPartyWeb } from "../importers/third-party-web.ts";
import { whotracksmePreview } from "../importers/whotracksme-preview.ts";
import { whotracksme } from "../importers/whotracksme.ts";
import { joinRecords } from "./join.ts";
import type { MapRecords, OrganisationRecord } from "./joined.ts";
import { nameKeys } from "./names.ts";
import { makeFigures, makeRow } from "../cards/rows.ts";
import type { Facts, OrganisationFacts } from "../schema.ts";
import { sharedHosts } from "./shared-hosts.ts";
import { makeSiteCards } from "../cards/sites.ts";

type Row<F> = { record: StoredRecord; facts: F };

/** The current records of all sources, numbered in the order in which they are read. */
function readAll(): { records: MapRecords; of: (source: string) => OrganisationRecord[] } {
  const rows: Row<Facts>[] = [];
  const take = (importer: Importer, paths: readonly string[]): void => {
    const latest = new Map<string, Row<Facts>>();
    for (const path of paths) {
      const files = walk(sharedData(path)).filter((file) => file === sharedData(path) || (importer.accepts?.(file) ?? true));
      for (const { records, version, dated } of importer.read(files.map((file) => ({ name: relative(sharedData(""), file), bytes: readFileSync(file) })))) {
        for (const { key, facts, dated: day } of records) {
          const record = {
            id: 0,
            source: importer.source.id,
            key,
            version,
            dated: day ?? dated ?? null,
            retrievedAt: "2026-11-22T00:00:00Z",
            predecessor: null,
            current: true,
            gone: null,
          };
          latest.set(key, { record, facts });
        }
      }
    }
    rows.push(...latest.values());
  };
  take(tcfGvl, ["iab-gvl/vendor-list-v17-2023-09-07.json", "iab-gvl/vendor-list-v143-2026-01-22-vendors-1-249.json"]);
  take(prebid, ["prebid-metadata/modules.ndjson"]);
  take(prebidServer, ["prebid-server/bidder-info.ndjson"]);
  take(datenanfragen, ["datenanfragen"]);
  take(caDataBrokers, ["ca-data-brokers/data-broker-opt-out-pages.csv"]);
  take(whotracksme, ["whotracksme/trackerdb-2022-08.sql"]);
  take(thirdPartyWeb, ["third-party-web/entities.json"]);
  take(justdeleteme, ["justdeleteme/sites.json"]);
  take(whotracksmePreview, ["whotracksme"]);
  take(openCookieDatabase, ["open-cookie-database"]);
  take(blacklight, ["markup-blacklight/healthcare-exchanges-2025"]);
  for (const [i, { record }] of rows.entries()) record.id = i + 1;
  const kind = <K extends Facts["kind"]>(name: K) => rows.filter((row): row is Row<Extract<Facts, { kind: K }>> => row.facts.kind === name);
  const organisations = kind("organisation");
  return {
    records: { organisations, scans: kind("scan"), sites: kind("site"), cookies: kind("cookie"), today: "2026-11-23" },
    of: (source) => organisations.filter(({ record }) => record.source === source),
  };
}

function walk(path: string): string[] {
  return statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => walk(join(path, name)))
    : [path];
}

function domainsOf(rows: readonly { facts: OrganisationFacts }[], ...roles: string[]): Set<string> {
  return new Set(
    rows.flatMap(({ facts }) => facts.domains.filter(({ role }) => roles.length === 0 || roles.includes(role)).map(({ host }) => registrable(host))),
  );
}

function common(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((one) => b.has(one)).length;
}

describeShared("over the data of the seed", () => {
  const { records, of } = readAll();
  const joined = joinRecords({ records: records.organisations });
  const byRecord = new Map(records.organisations.map((row) => [row.record.id, row]));
  const vendorIdsOf = (members: readonly { record: number }[]): Set<string> =>
    new Set(
      members.flatMap(({ record }) =>
        byRecord
          .get(record)!
          .facts.identifiers.filter(({ scheme }) => scheme === "tcf")
          .map(({ id }) => id),
      ),
    );
  const pairs = records.scans
    .flatMap(({ facts }) => facts.visits.flatMap(({ thirdParties }) => thirdParties.map(({ domain }) => domain)))
    .filter((domain) => domain.includes(".") && registrable(domain) === domain && !/^[\d.]+$/.test(domain));

  test("764 active vendors in v17, v143 and Prebid together", () => {
    const active = of("tcf-gvl").filter(({ facts }) => facts.ended === undefined);
    const ids = new Set([...active, ...of("prebid")].flatMap(({ facts }) => facts.identifiers.filter(({ scheme }) => scheme === "tcf").map(({ id }) => id)));
    expect(ids.size).toBe(764);
  });

  test("every record is in one organisation, no organisation has two vendor ids, no vendor id two organisations", () => {
    expect(joined.organisations.reduce((sum, { members }) => sum + members.length, 0)).toBe(records.organisations.length);
    expect(new Set(joined.organisations.flatMap(({ members }) => members.map(({ record }) => record))).size).toBe(records.organisations.length);
    const ids = joined.organisations.flatMap(({ members }) => {
      const found = vendorIdsOf(members);
      expect(found.size).toBeLessThanOrEqual(1);
      return [...found];
    });
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(joined.organisations.map(({ id }) => id)).size).toBe(joined.organisations.length);
  });

  test("Aniview is not under Tealium, and both cards say so", () => {
    const holder = joined.holders.get("aniview.com")!;
    expect(holder.why).toBe("own");
    const [aniview] = holder.organisations;
    expect(aniview).toMatch(/aniview/);
    expect(holder.contradictedBy).toMatchObject([{ organisation: "tealium" }]);
    const cards = new Map([...makeCards(records, joined)].map((card) => [card.id, card]));
    expect(cards.get("tealium")!.domains.find(({ value }) => value === "aniview.com")).toMatchObject({
      role: "listed",
      holder: "own",
      contradictedBy: [{ organisation: aniview }, {}, {}],
    });
    expect(cards.get(aniview!)!.domains.find(({ value }) => value === "aniview.com")).toMatchObject({
      role: "own",
      contradictedBy: [{ organisation: "tealium" }],
    });
    expect(cards.get("tealium")!.related.map(({ id }) => id)).toContain(aniview);
  });

  test("448 pairs of site and domain: 86.6 % reach a company by the database of 2022 alone, 90 % by all sources", () => {
    expect(pairs.length).toBe(448);
    const share = (has: (domain: string) => boolean): number => Math.round((pairs.filter(has).length / pairs.length) * 1000) / 10;
    const database = domainsOf(of("whotracksme"));
    expect(Math.abs(share((domain) => database.has(domain)) - 86.6)).toBeLessThan(1);
    // The report's 93 % needs the database of 2026, which is not shipped.
    expect(share((domain) => joined.holders.has(domain))).toBeGreaterThan(90);
    // The report's 57 % used list v106 with 902 vendors; here are 764 of 2023 to 2026.
    const vendors = new Set(joined.organisations.filter(({ members }) => vendorIdsOf(members).size > 0).map(({ id }) => id));
    expect(share((domain) => joined.holders.get(domain)?.organisations.some((id) => vendors.has(id)) === true)).toBeGreaterThan(54);
  });

  test("overlaps by registrable domain", () => {
    const [jdm, da, sites] = [
      domainsOf(of("justdeleteme")),
      domainsOf(of("datenanfragen")),
      new Set(records.sites.map(({ facts }) => registrable(facts.site))),
    ];
    // Report: 1,072, 432 and 296. One more or less: hosts that are written oddly.
    expect(Math.abs(common(jdm, sites) - 1072)).toBeLessThanOrEqual(1);
    expect(Math.abs(common(da, sites) - 432)).toBeLessThanOrEqual(1);
    expect(Math.abs(common(da, jdm) - 296)).toBeLessThanOrEqual(1);
  });

  /**
   * Which domains the figures speak of: declared are the domains of vendors (list, Prebid, prebid-server with an id), of California's
   * brokers and of cookies; contact, those of datenanfragen, JustDeleteMe, California, and the trackers of companies with a policy in
   * WhoTracks.me; observed, the counted sites, third-party-web's services with a count, and the trackers of companies in WhoTracks.me.
   */
  test("19,265 domains, 273 of them declared, with contact and observed, 3,540 with contact and observed", () => {
    const bidders = of("prebid-server").filter(({ facts }) => facts.identifiers.some(({ scheme }) => scheme === "tcf"));
    const trackers = of("whotracksme").filter(({ record }) => !record.key.startsWith("tracker/"));
    const brokers = domainsOf(of("ca-data-brokers"));
    const cookies = records.cookies.flatMap(({ facts }) => (facts.domain === undefined ? [] : [registrable(facts.domain)]));
    const declared = new Set([...domainsOf([...of("tcf-gvl"), ...of("prebid"), ...bidders]), ...brokers, ...cookies]);
    const contact = new Set([
      ...domainsOf([...of("datenanfragen"), ...of("justdeleteme")]),
      ...brokers,
      ...domainsOf(
        trackers.filter(({ facts }) => facts.declared !== undefined),
        "listed",
      ),
    ]);
    const observed = new Set([
      ...records.sites.map(({ facts }) => registrable(facts.site)),
      ...domainsOf(of("third-party-web").filter(({ facts }) => facts.reach !== undefined)),
      ...domainsOf(trackers, "listed"),
    ]);
    const all = new Set([...declared, ...contact, ...observed]);
    const withContact = [...declared].filter((domain) => contact.has(domain));
    const off = (ours: number, report: number): number => Math.abs(ours / report - 1);
    expect(off(all.size, 19_265)).toBeLessThan(0.01);
    expect(off(withContact.filter((domain) => observed.has(domain)).length, 273)).toBeLessThan(0.01);
    expect(off(common(contact, observed), 3_540)).toBeLessThan(0.01);
    // The report's 414 "declared and contact" we do not meet: without the observed ones there are about 480, because all of California counts on both sides.
    expect(withContact.filter((domain) => !observed.has(domain)).length).toBeGreaterThan(414);
  });

  /** Vendors that a source knows: by own domain, by name, by either, and how often both keys lead to the same record. */
  function ratesOf(source: string): { domain: number; name: number; either: number; both: number; agree: number } {
    const rows = of(source).map(({ facts }) => ({ domains: domainsOf([{ facts }]), names: new Set(nameKeys([facts.name])) }));
    const [byDomain, byName] = [new Map<string, Set<number>>(), new Map<string, Set<number>>()];
    const put = (map: Map<string, Set<number>>, key: string, i: number): void => void (map.get(key) ?? map.set(key, new Set()).get(key)!).add(i);
    for (const [i, { domains, names }] of rows.entries()) {
      for (const domain of domains) put(byDomain, domain, i);
      for (const name of names) put(byName, name, i);
    }
    const vendors = new Map<string, { domains: Set<string>; names: Set<string> }>();
    for (const { facts } of [...of("tcf-gvl").filter((row) => row.facts.ended === undefined), ...of("prebid")]) {
      const id = facts.identifiers.find(({ scheme }) => scheme === "tcf")!.id;
      const one = vendors.get(id) ?? vendors.set(id, { domains: new Set(), names: new Set() }).get(id)!;
      for (const domain of domainsOf([{ facts }], "own")) if (!sharedHosts.has(domain)) one.domains.add(domain);
      for (const name of nameKeys([facts.name])) one.names.add(name);
    }
    const out = { domain: 0, name: 0, either: 0, both: 0, agree: 0 };
    for (const { domains, names } of vendors.values()) {
      const found = new Set([...domains].flatMap((domain) => [...(byDomain.get(domain) ?? [])]));
      const named = new Set([...names].flatMap((name) => [...(byName.get(name) ?? [])]));
      if (found.size > 0) out.domain += 1;
      if (named.size > 0) out.name += 1;
      if (found.size + named.size > 0) out.either += 1;
      if (found.size > 0 && named.size > 0) out.both += 1;
      if ([...named].some((i) => found.has(i))) out.agree += 1;
    }
    return out;
  }

  // The report has 31.5, 24.9, 21.5, 17.1, 7.9 and 2.8 % found, and 97.2, 85.9, 91.9, 92.1 and 100 % agreement. It measured against 902 vendors of
  // list v106 (2025); here are the 764 of v17, v143 and Prebid, which are the older and larger ones, so more are found. More agree because brackets
  // and "d/b/a" are read, and because third-party-web's names are those of the companies.
  test.each([
    ["whotracksme", 36.6, 98.7],
    ["third-party-web", 29.2, 90.6],
    ["prebid-server", 24.9, 97.9],
    ["datenanfragen", 18.5, 98.8],
    ["ca-data-brokers", 8.4, 100],
    ["justdeleteme", 3.3, 83.3],
  ])("of the vendors, %s has %d %%, and name and domain agree in %d %%", (source, share, agreement) => {
    const { either, agree, both } = ratesOf(source);
    expect((either / 764) * 100).toBeCloseTo(share, 0);
    expect((agree / both) * 100).toBeCloseTo(agreement, 0);
  });

  test("the whole derivation: cards, rows, sites and figures agree with each other", () => {
    const rows = [...makeCards(records, joined)].map((card) => ({ row: makeRow(card, records.today), has: card.has, card }));
    const sites = [...makeSiteCards(records, joined)];
    const figures = makeFigures(
      rows,
      [...records.organisations, ...records.scans, ...records.sites, ...records.cookies].map(({ record }) => record),
      sites.length,
    );
    expect(figures.organisations).toBe(joined.organisations.length);
    expect(figures.withDeclarations + figures.withObservations - figures.withBoth + figures.withNeither).toBe(figures.organisations);
    expect(sites.length).toBeGreaterThanOrEqual(10_000);
    for (const { card, row } of rows) {
      const known = new Set([...card.records, ...(card.evidence ?? [])].map(({ id }) => id));
      for (const { observed, mark } of card.purposeMatrix.rows) {
        if (mark === "observed-not-declared") expect(row.declared, card.id).toBe(true);
        for (const record of observed?.records ?? []) expect(known.has(record), card.id).toBe(true);
      }
    }
    expect(JSON.stringify(joinRecords({ records: records.organisations }).organisations)).toBe(JSON.stringify(joined.organisations));
  });
});

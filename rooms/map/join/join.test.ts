import { expect, test } from "vitest";
import type { StoredRecord } from "../card-schema.ts";
import { holderOf } from "./holders.ts";
import { joinRecords } from "./join.ts";
import type { EditorDecision, Joined, OrganisationRecord } from "./joined.ts";
import type { Contact, Domain, OrganisationFacts } from "../schema.ts";

function stored(id: number, source: string, key: string): StoredRecord {
  return { id, source, key, version: "1", dated: null, retrievedAt: "2026-11-23T00:00:00Z", predecessor: null, current: true, gone: null };
}

/** A record by hand. Domains: `own.example`, `service:…`, `listed:…`. */
function row(
  id: number,
  source: string,
  name: string,
  domains: string[] = [],
  rest: Partial<OrganisationFacts> & { tcf?: string; email?: string } = {},
): OrganisationRecord {
  const { tcf, email, ...facts } = rest;
  return {
    record: stored(id, source, name),
    facts: {
      kind: "organisation",
      name,
      domains: domains.map((text): Domain => {
        const [role, host] = text.includes(":") ? text.split(":") : ["own", text];
        return { host: host!, role: role as Domain["role"] };
      }),
      identifiers: tcf === undefined ? [] : [{ scheme: "tcf", id: tcf }],
      contacts: email === undefined ? [] : [{ kind: "email", value: email, purpose: "rights" } satisfies Contact],
      ...facts,
    },
  };
}

function join(records: OrganisationRecord[], decisions: EditorDecision[] = []): Joined {
  return joinRecords({ records, decisions });
}

/** The records of each organisation: `[[1, 3], [2]]`. */
function sets(joined: Joined): number[][] {
  return joined.organisations.map(({ members }) => members.map(({ record }) => record)).sort((a, b) => a[0]! - b[0]!);
}

function keyOf(joined: Joined, record: number): string | undefined {
  return joined.organisations.flatMap(({ members }) => members).find((link) => link.record === record)?.key;
}

test("k1: the same vendor id joins, whatever the names; two ids never meet, even on one domain", () => {
  const joined = join([
    row(1, "tcf-gvl", "Acme SA", ["acme.example.com"], { tcf: "7" }),
    row(2, "prebid", "acmeBidder", [], { tcf: "7" }),
    row(3, "prebid-server", "zzz", ["service:rtb.acme-ads.com"], { tcf: "7" }),
    row(4, "tcf-gvl", "Acme Video SA", ["acme.example.com"], { tcf: "8" }),
  ]);
  expect(sets(joined)).toEqual([[1, 2, 3], [4]]);
  expect(keyOf(joined, 2)).toBe("k1-id");
  expect(joined.related.get("acme-sa")).toEqual([{ id: "acme-video-sa", name: "Acme Video SA", words: expect.stringContaining("each vendor id") }]);
  expect(joined.holders.get("acme-ads.com")).toEqual({
    domain: "acme-ads.com",
    organisations: ["acme-sa"],
    why: "explicit-id",
    records: [3],
    contradictedBy: [],
  });
});

test("k2: the own domain joins, with several holders only the one whose name agrees, else none", () => {
  const vendors = [row(1, "tcf-gvl", "Magna, Inc.", ["magna.com"], { tcf: "1" }), row(2, "tcf-gvl", "SpotZ, Inc.", ["magna.com"], { tcf: "2" })];
  expect(sets(join([...vendors, row(3, "whotracksme", "SpotZ", ["magna.com"])]))).toEqual([[1], [2, 3]]);
  // No name agrees, but one of the two is named like the domain.
  expect(sets(join([...vendors, row(3, "whotracksme", "Ruby Project", ["magna.com"])]))).toEqual([[1, 3], [2]]);
  const others = [
    row(1, "tcf-gvl", "One", ["group.com"], { tcf: "1" }),
    row(2, "tcf-gvl", "Two", ["group.com"], { tcf: "2" }),
    row(3, "whotracksme", "Three", ["group.com"]),
  ];
  expect(sets(join(others))).toEqual([[1], [2], [3]]);
  expect(
    join(others)
      .related.get("three")
      ?.map(({ id }) => id),
  ).toEqual(["one", "two"]);
});

test("a shared host says nothing, but for whom it is named after", () => {
  const joined = join([
    row(1, "tcf-gvl", "Acme", ["bucket.s3.amazonaws.com"], { tcf: "1" }),
    row(2, "whotracksme", "Other", ["other.s3.amazonaws.com"]),
    row(3, "whotracksme", "Dropbox", ["dropbox.com"]),
    row(4, "justdeleteme", "Dropbox, Inc.", ["dropbox.com"]),
    row(5, "justdeleteme", "Somebody", ["dropbox.com"]),
  ]);
  expect(sets(joined)).toEqual([[1], [2], [3, 4], [5]]);
  expect(joined.holders.has("amazonaws.com")).toBe(false);
});

test("k3: a list that files an own domain elsewhere joins nothing and contradicts; with the name it joins", () => {
  const joined = join([
    row(1, "tcf-gvl", "Anivue LTD", ["anivue.com"], { tcf: "780" }),
    row(2, "third-party-web", "Teal", ["teal.com", "listed:anivue.com", "listed:tealcdn.com"]),
    row(3, "third-party-web", "Anivue", ["listed:anivue.com", "listed:cdn-anivue.net"]),
  ]);
  expect(sets(joined)).toEqual([[1, 3], [2]]);
  expect(joined.holders.get("anivue.com")).toEqual({
    domain: "anivue.com",
    organisations: ["anivue-ltd"],
    why: "own",
    records: [1, 3],
    contradictedBy: [{ record: 2, organisation: "teal" }],
  });
  expect(holderOf(joined.holders, "player.anivue.com")?.organisations).toEqual(["anivue-ltd"]);
  expect(joined.related.get("teal")?.[0]?.words).toContain("anivue.com is the own domain of Anivue LTD");
});

test("k3: a second domain by another source corroborates, unless the record's home is elsewhere", () => {
  const vendor = [row(1, "tcf-gvl", "Wide GmbH", ["wide.com"], { tcf: "1" }), row(2, "prebid-server", "wide", ["service:ib.widecdn.net"], { tcf: "1" })];
  expect(sets(join([...vendor, row(3, "third-party-web", "Broad", ["listed:wide.com", "listed:widecdn.net"])]))).toEqual([[1, 2, 3]]);
  expect(sets(join([...vendor, row(3, "third-party-web", "Broad", ["broad.com", "listed:wide.com", "listed:widecdn.net"])]))).toEqual([[1, 2], [3]]);
});

test("k4 and k5: a name alone is not enough", () => {
  const first = row(1, "datenanfragen", "Smart AG", ["smart.ch"], { country: "CH", email: "privacy@smart-group.com" });
  expect(sets(join([first, row(2, "justdeleteme", "Smart", ["smart.com"])]))).toEqual([[1], [2]]);
  expect(join([first, row(2, "justdeleteme", "Smart", ["smart.com"])]).related.get("smart-ag")?.[0]?.words).toContain("the same name");
  expect(keyOf(join([first, row(2, "whotracksme", "Smart", ["smart.com"], { country: "CH" })]), 2)).toBe("k4-name");
  expect(keyOf(join([first, row(2, "justdeleteme", "Smart", ["smart-group.com"])]), 2)).toBe("k5-email");
  expect(sets(join([first, row(2, "justdeleteme", "Dumb", ["smart-group.com"])]))).toEqual([[1], [2]]);
});

test("a brand's name does not bring its parent in", () => {
  const joined = join([
    row(1, "tcf-gvl", "Yoho Ltd", ["yoho.com"], { tcf: "25" }),
    row(2, "whotracksme", "Horizon", ["horizon.com", "listed:yoho.com"], { otherNames: ["Yoho"], country: "US" }),
  ]);
  expect(sets(joined)).toEqual([[1], [2]]);
  expect(joined.holders.get("yoho.com")?.contradictedBy).toEqual([{ record: 2, organisation: "horizon" }]);
});

test("one record of a source, unless own domain and name agree, or it is a branch, or the source names the company", () => {
  const vendor = row(1, "tcf-gvl", "Pix", ["pix.com"], { tcf: "1" });
  // Two that only share the domain cancel each other out.
  expect(sets(join([vendor, row(2, "justdeleteme", "Alpha", ["pix.com"]), row(3, "justdeleteme", "Beta", ["pix.com"])]))).toEqual([[1], [2], [3]]);
  expect(sets(join([vendor, row(2, "justdeleteme", "Pix", ["pix.com"]), row(3, "justdeleteme", "Beta", ["pix.com"])]))).toEqual([[1, 2], [3]]);
  expect(sets(join([vendor, row(2, "datenanfragen", "Pix GmbH", ["pix.com"]), row(3, "datenanfragen", "Pix Ltd", ["pix.com"])]))).toEqual([[1, 2, 3]]);
  expect(sets(join([row(1, "datenanfragen", "Zon Core SARL", ["zonshop.de"]), row(2, "datenanfragen", "Zon Core SARL", ["zonshop.fr"])]))).toEqual([[1, 2]]);
  expect(
    sets(join([row(1, "third-party-web", "Goo", ["goo.com"]), row(2, "third-party-web", "Goo", ["listed:goofonts.com"], { otherNames: ["Goo Fonts"] })])),
  ).toEqual([[1, 2]]);
});

test("editors override every key, and the last decision on a pair counts", () => {
  const records = [
    row(1, "tcf-gvl", "Acme", ["acme.com"], { tcf: "1" }),
    row(2, "whotracksme", "Acme", ["acme.com"]),
    row(3, "justdeleteme", "Quite Else", ["else.org"]),
  ];
  const same = (a: number, b: number): EditorDecision => ({ decision: "same", records: [a, b], publication: "aa" });
  const different = (a: number, b: number): EditorDecision => ({ decision: "different", records: [a, b], publication: "bb" });
  expect(sets(join(records, [same(1, 3)]))).toEqual([[1, 2, 3]]);
  expect(keyOf(join(records, [same(1, 3)]), 3)).toBe("editor");
  expect(sets(join(records, [different(1, 2)]))).toEqual([[1], [2], [3]]);
  expect(join(records, [different(1, 2)]).related.get("acme")?.[0]?.words).toContain("bb");
  expect(sets(join(records, [different(2, 1), same(1, 2)]))).toEqual([[1, 2], [3]]);
  expect(sets(join(records, [same(1, 3), different(3, 1)]))).toEqual([[1, 2], [3]]);
  expect(sets(join(records, [same(2, 3), different(1, 3)]))).toEqual([[1], [2, 3]]);
  expect(sets(join(records, [same(1, 99), same(2, 2)]))).toEqual([[1, 2], [3]]);
});

test("ids stay when later records join or change, and lead on when a record joins an older organisation", () => {
  const alone = join([row(1, "third-party-web", "Acme", ["acme.com"]), row(2, "justdeleteme", "Acme", ["acme.org"])]);
  expect(alone.organisations.map(({ id }) => id)).toEqual(["acme", "acme-2"]);
  const later = join([
    row(2, "justdeleteme", "Acme", ["acme.org"]),
    row(3, "tcf-gvl", "Acme Holding NV", ["acme.com"], { tcf: "4" }),
    { ...row(4, "third-party-web", "Acme Reborn", ["acme.com"]), first: { id: 1, name: "Acme" } },
  ]);
  expect(later.organisations.map(({ id, name }) => [id, name])).toEqual([
    ["acme", "Acme Holding NV"],
    ["acme-2", "Acme"],
  ]);
  expect([...later.aliases]).toEqual([["acme-holding-nv", "acme"]]);
});

test("whose a domain is: own, then the id, then two sources, then one", () => {
  const joined = join([
    row(1, "tcf-gvl", "Aaa", ["aaa.com"], { tcf: "1" }),
    row(2, "prebid-server", "aaa", ["service:x.serve.net"], { tcf: "1" }),
    row(3, "third-party-web", "Bbb", ["bbb.com", "listed:serve.net", "listed:two.net", "listed:one.net", "listed:maps.host.net"]),
    row(4, "whotracksme", "Bbb", ["bbb.com", "listed:two.net"]),
    row(5, "whotracksme", "Ccc", ["ccc.com", "listed:one.net", "listed:two.net"]),
  ]);
  expect(joined.holders.get("serve.net")).toMatchObject({ organisations: ["aaa"], why: "explicit-id", contradictedBy: [{ record: 3 }] });
  expect(joined.holders.get("two.net")).toMatchObject({ organisations: ["bbb"], why: "two-sources", contradictedBy: [{ record: 5 }] });
  expect(joined.holders.get("one.net")).toMatchObject({ organisations: ["bbb", "ccc"], why: "single-source", contradictedBy: [] });
  expect(holderOf(joined.holders, "a.maps.host.net")?.organisations).toEqual(["bbb"]);
  expect(holderOf(joined.holders, "host.net")).toBeUndefined();
});

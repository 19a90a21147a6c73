import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRecord } from "@freehold/protocol/record";
import { shardNumber } from "../../../map/index.ts";
import { actsOf, draftsOf, offeredTo, usesOf } from "./choices.ts";
import { shardOf } from "./shards.ts";
import type { Organisations } from "./shards.ts";
import { EXAMPLE_TC, fromHar, fromSite, fromTcString } from "./sources.ts";
import { noSitting, reachable } from "./state.ts";
import type { ShardOrganisation } from "../../schema.ts";

const practice = (number: number, basis: "consent" | "legitimate-interest") => ({
  term: { scheme: "tcf", code: `purpose ${number}`, name: `purpose ${number}` },
  element: "purpose" as const,
  basis,
  purposes: number === 1 ? [] : ["dpv:PersonalisedAdvertising"],
});
const organisation: ShardOrganisation = {
  id: "adco",
  name: "AdCo",
  controller: "https://adco.example",
  country: "FR",
  website: null,
  domains: ["adco.example"],
  tcf: [52],
  contacts: [],
  rights: [],
  practices: [practice(1, "consent"), practice(4, "consent"), practice(7, "legitimate-interest")],
  data: [],
  notices: [],
  declaration: null,
};
const organisations: Organisations = {
  byId: async (ids) => (ids.includes("adco") ? [organisation] : []),
  ofVendors: async (vendors) => new Map(vendors.filter((vendor) => vendor === 52).map((vendor) => [vendor, "adco"])),
  ofHost: async (host) => (host.endsWith("adco.example") ? { domain: "adco.example", organisations: ["adco"] } : undefined),
  site: async () => undefined,
  search: async () => [],
};

test("a part is found in the browser as the server cuts it", () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 0, max: 12 }), (name, bits) => shardOf(name, bits) === shardNumber(name, bits)));
});

test("the example is a consent string; vendors that the map does not know are named", async () => {
  const { found, unknown } = await fromTcString(EXAMPLE_TC, organisations);
  expect(found.map(({ organisation: { id } }) => id)).toEqual(["adco"]);
  expect(found[0]!.yes!.consent).toContain(4);
  expect(unknown).toContain("IAB 755");
});

test("what is declared and said yes to is withdrawn from; a purpose that names nothing does not make it everything", async () => {
  const { found } = await fromTcString(EXAMPLE_TC, organisations);
  expect(usesOf(found[0]!)).toEqual([
    { ground: "consent", purposes: ["dpv:PersonalisedAdvertising"], consent: "given" },
    { ground: "legitimate-interest", purposes: ["dpv:PersonalisedAdvertising"] },
  ]);
  const home = { country: "DE" };
  const sitting = { ...noSitting, found, chosen: ["adco"] };
  expect(offeredTo(sitting, home).filter(({ act }) => act.preset)).toHaveLength(2);
  const drafts = draftsOf(sitting, home).map(({ draft }) => draft);
  expect(drafts.map(({ act }) => act)).toEqual(["dpv:ConsentWithdrawn", "dpv:ObjectingToProcess"]);
  for (const draft of drafts) {
    const record = {
      "@context": "urn:freehold:record:1",
      ...draft,
      beacon: { origin: "r.example/log", root: "00".repeat(32), size: 1 },
      lock: "00".repeat(32),
    };
    expect(() => parseRecord(JSON.parse(JSON.stringify(record)))).not.toThrow();
  }
});

test("what needs a sentence of hers is not signed without one", () => {
  const found = [{ organisation }];
  const home = { country: "DE" };
  const needing = actsOf(found[0]!, home)
    .filter(({ words }) => words === "needed")
    .map(({ id }) => id);
  expect(needing.length).toBeGreaterThan(0);
  const sitting = { ...noSitting, found, chosen: ["adco"], acts: needing };
  expect(draftsOf(sitting, home)).toEqual([]);
  expect(draftsOf({ ...sitting, words: "It concerns my health." }, home)).toHaveLength(needing.length);
});

test("a HAR names whom it contacted and keeps no values; files that are none are refused", async () => {
  const entry = (url: string) => ({
    startedDateTime: "2026-11-20T10:00:00Z",
    request: { url, headers: [] },
    response: { status: 200, headers: [], content: { mimeType: "text/html" } },
  });
  const har = {
    log: {
      version: "1.2",
      creator: { name: "t", version: "1" },
      entries: ["https://www.news.co.uk/", "https://px.adco.example/?uid=secret", "https://other.example/"].map(entry),
    },
  };
  const named = await fromHar(new File([JSON.stringify(har)], "x.har"), organisations);
  expect(named.found[0]!.contacted).toEqual({ domains: ["adco.example"], requests: 1 });
  expect(named.unknown).toEqual(["other.example"]);
  expect(JSON.stringify(named)).not.toContain("secret");
  await expect(fromHar(new File(["{"], "x.har"), organisations)).rejects.toMatchObject({ code: "har_malformed" });
});

test("a site that was never scanned is not looked at for her", async () => {
  await expect(fromSite("https://www.example.org/a?b", organisations)).rejects.toThrow("No scan of example.org");
  await expect(fromSite("nonsense", organisations)).rejects.toMatchObject({ code: "argument_invalid" });
});

test("a sitting goes as far as what it has", () => {
  expect(reachable(noSitting)).toBe("source");
  expect(reachable({ ...noSitting, found: [{ organisation }] })).toBe("whom");
  expect(reachable({ ...noSitting, found: [{ organisation }], chosen: ["adco"] })).toBe("sign");
  expect(reachable({ ...noSitting, signed: ["x"] })).toBe("done");
});

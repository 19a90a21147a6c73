import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { OrganisationFacts } from "../schema.ts";
import type { ImportFile } from "./importer.ts";
import { prebidServer } from "./prebid-server.ts";

const file = (name: string, text: string): ImportFile => ({ name, bytes: new TextEncoder().encode(text) });
const factsOf = (bidder: object): OrganisationFacts =>
  prebidServer.read([file("bidder-info.ndjson", JSON.stringify({ bidder: "acme", ...bidder }))])[0]!.records[0]!.facts as OrganisationFacts;

test("a YAML file and a line make the same record", () => {
  const yaml = "endpoint: https://bid.acme.example/rtb\ngvlVendorID: 7\nuserSync:\n  iframe:\n    url: https://sync.acme.example/?g={{.GDPR}}\n";
  const line = {
    bidder: "acme",
    endpoint: "https://bid.acme.example/rtb",
    gvlVendorID: 7,
    userSync: { iframe: { url: "https://sync.acme.example/?g={{.GDPR}}" } },
  };
  const [fromYaml] = prebidServer.read([file("static/bidder-info/acme.yaml", yaml)]);
  const [fromLine] = prebidServer.read([file("bidder-info.ndjson", JSON.stringify(line))]);
  expect(fromYaml!.problems).toEqual([]);
  expect(fromYaml!.records).toEqual(fromLine!.records);
  expect(fromLine!.records[0]!.facts).toMatchObject({
    domains: [
      { host: "bid.acme.example", role: "service" },
      { host: "sync.acme.example", role: "service" },
    ],
    identifiers: [
      { scheme: "tcf", id: "7" },
      { scheme: "prebid-server", id: "acme" },
    ],
  });
});

test.each([
  ["https://bid.acme.example/{{.ID}}?x={{.Y}}", ["bid.acme.example"]],
  ["http://USeast2.acme.example:8080/rtb", ["useast2.acme.example"]],
  ["https://{{.Host}}.acme.example/rtb", []],
  ["https://#{REGION}#.acme.example/rtb", []],
  ["https://mp-REGION.acme.example/rtb", []],
  ["{{.Host}}", []],
  ["javascript:alert(1)", []],
])("hosts that are filled in later are none: %s", (endpoint, hosts) => {
  expect(factsOf({ endpoint }).domains.map(({ host }) => host)).toEqual(hosts);
});

test("no vendor id is 0; no address is none; an alias stays a bidder of its own", () => {
  const facts = factsOf({ gvlVendorID: 0, maintainer: { email: "none" }, aliasOf: "other" });
  expect(facts).toEqual({ kind: "organisation", name: "acme", domains: [], identifiers: [{ scheme: "prebid-server", id: "acme" }], contacts: [] });
  expect(factsOf({ maintainer: { email: "anna.meier@acme.example" } }).contacts).toEqual([
    { kind: "email", value: "anna.meier@acme.example", purpose: "general", person: true },
  ]);
});

describeShared("bidder-info of August 2026", () => {
  test("counts are those that it is known by, and read again it is the same", () => {
    const files = (): ImportFile[] => [{ name: "bidder-info.ndjson", bytes: new Uint8Array(readFileSync(sharedData("prebid-server/bidder-info.ndjson"))) }];
    const [imported] = prebidServer.read(files());
    expect(imported).toMatchObject({ problems: [], counts: { bidders: 385, withVendorId: 215, distinctVendorIds: 182, aliases: 113 } });
    expect(prebidServer.read(files())).toEqual([imported]);
  });
});

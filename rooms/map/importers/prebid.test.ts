import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { Problem, OrganisationFacts } from "../schema.ts";
import type { ImportFile, Imported } from "./importer.ts";
import { prebid } from "./prebid.ts";

const url = "https://acme.example/d.json";
const declared = { purposes: [1], legIntPurposes: [7], flexiblePurposes: [], specialFeatures: [] };
const entry = { identifier: "acme_*", type: "cookie", maxAgeSeconds: 86_401, purposes: [1] };
const component = (componentType: string, componentName: string, more: object = {}): object => ({
  componentType,
  componentName,
  gvlid: 7,
  disclosureURL: url,
  ...more,
});
const bidder = {
  disclosures: { [url]: { timestamp: "2026-02-03T10:00:00Z", disclosures: [entry] } },
  purposes: { 7: declared },
  components: [
    component("bidder", "other", { aliasOf: "acme" }),
    component("bidder", "acme"),
    component("bidder", "stranger", { gvlid: null, aliasOf: "acme", disclosureURL: null }),
  ],
};
const userId = {
  disclosures: { [url]: { timestamp: "2026-02-04T10:00:00Z", disclosures: [entry] } },
  purposes: { 7: declared },
  components: [component("userId", "acmeId", { gvlid: "7" })],
};

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const read = (...modules: unknown[]): Imported => prebid.read(modules.map((value, i) => ({ name: `${i}.json`, bytes: bytes(value) })))[0]!;

test("the modules that name a vendor make one record", () => {
  const { records, version, dated, counts, problems } = read(bidder, userId, { disclosures: {}, purposes: {}, components: [] });
  expect({ version, dated, counts, problems }).toEqual({
    version: "2026-02-04",
    dated: "2026-02-04",
    counts: { modules: 3, vendors: 1, storageEntries: 1, web: 0, cookie: 1, withoutVendorId: 1 },
    problems: [],
  });
  expect(records).toMatchObject([
    { key: "7", dated: "2026-02-04", raw: { gvlid: 7, purposes: declared, components: ["acme", "acmeId", "other"], disclosures: { [url]: [entry] } } },
  ]);
  expect(records[0]!.facts).toMatchObject({
    name: "acme",
    otherNames: ["acmeId", "other"],
    domains: [{ host: "acme.example", role: "own" }],
    identifiers: [{ scheme: "tcf", id: "7" }, ...["acme", "acmeId", "other"].map((id) => ({ scheme: "prebid", id }))],
    declared: { storage: { items: [{ name: "acme_*", type: "cookie", maxAgeDays: 2, purposes: [1] }], firstPartyOnly: true } },
  });
});

test("fetched again without change, in another order, the record is the same", () => {
  const later = { ...bidder, disclosures: { [url]: { timestamp: "2026-09-09T10:00:00Z", disclosures: [entry] } } };
  expect(read(userId, later).records[0]!.raw).toEqual(read(bidder, userId).records[0]!.raw);
});

test("a list that Prebid did not get says nothing of storage; an empty one says something", () => {
  const storage = (disclosures: unknown): unknown =>
    (read({ ...bidder, disclosures: { [url]: { timestamp: "2026-02-03T10:00:00Z", disclosures } } }).records[0]!.facts as OrganisationFacts).declared!.storage;
  expect(storage(null)).toBeUndefined();
  expect(storage([])).toEqual({ items: [], firstPartyOnly: true });
});

test("modules that contradict one another are a problem", () => {
  expect(read(bidder, { ...userId, purposes: { 7: { ...declared, purposes: [2] } } }).problems).toMatchObject([{ file: "1.json", field: "purposes.7" }]);
  expect(read({ ...userId, purposes: { 8: declared } }).problems).toMatchObject([
    { file: "0.json", field: "purposes.8", message: "No component of the module has this vendor id; one must have it." },
  ]);
});

/** A tar file in which every size is what the caller says. */
function tar(files: { [name: string]: Uint8Array }, sizeOf = (content: Uint8Array) => content.length.toString(8).padStart(11, "0")): Uint8Array {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const header = new Uint8Array(512);
    header.set(new TextEncoder().encode(name), 0);
    header.set(new TextEncoder().encode(sizeOf(content)), 124);
    header[156] = 0x30;
    const padded = new Uint8Array(Math.ceil(content.length / 512) * 512);
    padded.set(content);
    return [header, padded];
  });
  return Buffer.concat([...blocks, new Uint8Array(1024)]);
}
const packed = (archive: Uint8Array): ImportFile[] => [{ name: "prebid.js.tgz", bytes: gzipSync(archive) }];

test("the package's archive is read, of it only the metadata of modules, and its version", () => {
  const files = {
    "package/package.json": bytes({ version: "11.36.0" }),
    "package/dist/metadata/modules/x.json": bytes("not read"),
    "package/metadata/modules/acmeBidAdapter.json": bytes(bidder),
    "package/metadata/modules/acmeIdSystem.json": bytes(userId),
  };
  const [imported] = prebid.read(packed(tar(files)));
  expect(imported).toEqual({ ...read(bidder, userId), version: "11.36.0" });
});

test("an archive that is damaged, or lies about its sizes, is a problem", () => {
  const good = tar({ "package/metadata/modules/a.json": bytes(bidder) });
  const problemsOf = (archive: Uint8Array): Problem[] => prebid.read(packed(archive))[0]!.problems;
  const damaged = [{ file: "prebid.js.tgz", message: "The archive cannot be read: it is no tar file, or it is cut off or damaged." }];
  for (let end = 1; end < good.length - 1024; end += 97) expect(problemsOf(good.subarray(0, end))).toEqual(damaged);
  for (const size of ["-0000001000", "77777777777", "0x000000010", "", "           "])
    expect(problemsOf(tar({ "package/metadata/modules/a.json": bytes(bidder) }, () => size))).toEqual(damaged);
});

describeShared("prebid.js 11.36.0", () => {
  const files = (): ImportFile[] => [{ name: "modules.ndjson", bytes: new Uint8Array(readFileSync(sharedData("prebid-metadata/modules.ndjson"))) }];
  const [imported] = prebid.read(files());

  test("counts are those that the package is known by, and read again it is the same", () => {
    expect(imported).toMatchObject({
      version: "2026-09-28",
      dated: "2026-09-28",
      problems: [],
      counts: { modules: 725, vendors: 261, storageEntries: 686, web: 379, cookie: 307 },
    });
    expect(imported!.records.length).toBe(261);
    expect(prebid.read(files())).toEqual([imported]);
  });

  test("Criteo", () => {
    const facts = imported!.records.find(({ key }) => key === "91")!.facts as OrganisationFacts;
    expect(facts).toMatchObject({
      name: "criteo",
      domains: [{ host: "privacy.criteo.com", role: "own" }],
      identifiers: [
        { scheme: "tcf", id: "91" },
        { scheme: "prebid", id: "criteo" },
      ],
    });
    expect(facts.declared!.practices.map(({ term, basis, flexible }) => [term.code, basis, flexible])).toEqual(
      [1, 2, 3, 4, 7, 9, 10].map((id) => [`purpose ${id}`, "consent", id === 10 ? true : undefined]),
    );
    expect(facts.declared!.storage!.items![0]).toEqual({ name: "cto_bundle", type: "cookie", maxAgeDays: 390, purposes: [1, 2, 3, 4, 7, 9, 10] });
  });
});

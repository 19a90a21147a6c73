import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createTar } from "nanotar";
import { afterEach, expect, test } from "vitest";
import { FreeholdError } from "@freehold/protocol/errors";
import { download } from "./download.ts";
import { fetchPart } from "./npm-package.ts";
import { needsSeed, prebidPart, seed } from "./seed.ts";
import { openTestMap, AT } from "../testkit.ts";
import type { TestMap } from "../testkit.ts";

const opened: TestMap[] = [];
function open(): TestMap {
  const made = openTestMap();
  opened.push(made);
  return made;
}
afterEach(() => {
  for (const made of opened.splice(0)) made.remove();
});

/** A package as the npm client lays it down, with a file that nobody wants. */
const tarball = gzipSync(
  createTar([
    { name: "package/package.json", data: JSON.stringify({ name: "prebid.js", version: "1.2.3" }) },
    { name: "package/build/dist/prebid.js", data: "code" },
    {
      name: "package/metadata/modules/exampleBidAdapter.json",
      data: JSON.stringify({
        NOTICE: "do not edit",
        disclosures: {},
        purposes: { 91: { purposes: [1], legIntPurposes: [7], flexiblePurposes: [], specialFeatures: [] } },
        components: [{ componentType: "bidder", componentName: "example", aliasOf: null, gvlid: 91, disclosureURL: null }],
      }),
    },
  ]),
);
const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
const part = { ...prebidPart, version: "1.2.3", integrity };
const lay = async (_: string, folder: string) => writeFileSync(join(folder, "prebid.js-1.2.3.tgz"), tarball);
const offline = async () => {
  throw new FreeholdError("source_unreachable", "The package prebid.js could not be had: no network.");
};

test("of a package only the wanted part is kept, the same bytes each time, and asked for once", async () => {
  const [a, b] = [open().folder, open().folder];
  let asked = 0;
  const counted = async (spec: string, folder: string) => {
    asked++;
    await lay(spec, folder);
  };
  const { bytes: kept } = await fetchPart(part, a, counted);
  const bytes = Buffer.from(kept);
  const again = async (folder: string) => bytes.equals((await fetchPart(part, folder, counted)).bytes);
  expect(await again(a)).toBe(true);
  expect(asked).toBe(1);
  expect(await again(b)).toBe(true);
  // Half a file is none.
  writeFileSync(join(a, "prebid.js-1.2.3-part.tgz"), bytes.subarray(0, 100));
  expect(await again(a)).toBe(true);
  expect(asked).toBe(3);
});

test("a package with other bytes than those expected is not read", async () => {
  await expect(fetchPart({ ...part, integrity: prebidPart.integrity! }, open().folder, lay)).rejects.toMatchObject({ code: "source_unreachable" });
  const broken = async (_: string, folder: string) => writeFileSync(join(folder, "x.tgz"), tarball.subarray(0, 50));
  const { integrity: _, ...unpinned } = part;
  await expect(fetchPart(unpinned, open().folder, broken)).rejects.toMatchObject({ code: "source_unreachable" });
});

test("without a network the rest is there, and it is said how to get what is missing", async () => {
  const { store, folder } = open();
  expect(needsSeed(store)).toBe(true);
  const { taken, notes } = await seed(store, { folder, now: AT, cache: join(folder, "cache"), fetch: offline });
  expect(taken.map(({ source, taken: written }) => [source, written])).toEqual([["third-party-web", true]]);
  expect(notes).toEqual([expect.stringContaining("map sync prebid") as string]);
  expect(needsSeed(store)).toBe(false);
  expect(store.figures().organisations).toBeGreaterThan(1000);
});

test("a download is bounded, follows redirects to allowed addresses only, and is not repeated before it is stale", async () => {
  const server = createServer((request, response) => {
    const to = (path: string) => response.writeHead(302, { location: path }).end();
    if (request.url === "/list") {
      if (request.headers["if-none-match"] === '"1"') response.writeHead(304, { "cache-control": "max-age=600" }).end();
      else response.writeHead(200, { etag: '"1"', "cache-control": "public, max-age=3600" }).end("[]");
    } else if (request.url === "/moved") to("/list");
    else if (request.url === "/away") to("http://other.example/list");
    else if (request.url === "/loop") to("/loop");
    else if (request.url === "/large") response.end("x".repeat(2000));
    else if (request.url === "/slow") response.write("x");
    else response.writeHead(500).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { now: 0, allows: (url: URL) => url.hostname === "127.0.0.1", maxBytes: 1000, timeout: 500 };
  try {
    const first = await download(`${base}/moved`, options);
    expect(first).toMatchObject({ etag: '"1"', freshUntil: "1970-01-01T01:00:00.000Z" });
    expect(new TextDecoder().decode(first.bytes!)).toBe("[]");
    expect(await download(`${base}/list`, { ...options, known: first })).toMatchObject({ bytes: null, etag: '"1"' });
    for (const path of ["/away", "/loop", "/large", "/slow", "/broken"])
      await expect(download(base + path, options), path).rejects.toMatchObject({ code: "source_unreachable" });
    await expect(download(`${base}/list`, { now: 0 })).rejects.toThrow("no https address");
    await expect(download("http://127.0.0.1:1/", options)).rejects.toMatchObject({ code: "source_unreachable" });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("the folder keeps what was fetched, for anyone to compare", async () => {
  const { store, folder } = open();
  const { taken, notes } = await seed(store, { folder, now: AT, cache: join(folder, "cache"), part, fetch: lay });
  expect(notes).toEqual([]);
  expect(taken.map(({ source, versions }) => [source, versions[0]!.version])).toEqual([
    ["third-party-web", "0.30.0"],
    ["prebid", "1.2.3"],
  ]);
  expect(store.organisationsOfTcf([91]).get(91)?.name).toBe("example");
  const name = "prebid.js-1.2.3-part.tgz";
  expect(readFileSync(join(folder, "sources", name)).equals(readFileSync(join(folder, "cache", name)))).toBe(true);
});

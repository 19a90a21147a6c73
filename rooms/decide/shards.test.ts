import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { OpenAPIHono } from "@hono/zod-openapi";
import { afterEach, expect, test } from "vitest";
import { problemOf } from "../../server/errors.ts";
import { MIN_SHARD, shardNumber } from "../map/index.ts";
import { openTestMap, takeLists } from "../map/testkit.ts";
import { createDecideRoutes } from "./routes.ts";
import type { Shard, ShardIndex, ShardNames } from "./schema.ts";
import { openPeopleStore } from "./store.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

function open(shardsEvery = 60_000) {
  const map = openTestMap();
  const folder = mkdtempSync(join(tmpdir(), "freehold-people-"));
  const store = openPeopleStore(folder);
  ends.push(() => {
    map.remove();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const app = new OpenAPIHono();
  app.route("/", createDecideRoutes({ store, map: map.store, limit: { take: () => {} }, addressOf: () => "", capacity: 0, shardsEvery }));
  app.onError((error, c) => c.json(problemOf(error, c.req.method), problemOf(error, c.req.method).status as 400));
  return { app, map: map.store };
}

const firms = (count: number, note = "") =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `${i}`,
      {
        name: `Firm ${i}${note}`,
        domains: [`firm${i}.example`],
        contacts: [{ kind: "email" as const, value: `privacy@firm${i}.example`, purpose: "rights" as const }],
      },
    ]),
  );

test("every organisation, domain and name is found in the browser; no part has fewer than 500; parts are immutable under their address", async () => {
  const { app, map } = open();
  takeLists(map, [{ version: "v1", list: firms(2300) }]);
  const index = (await (await app.request("/v1/shards")).json()) as ShardIndex;
  expect(index.bits).toBeGreaterThan(0);
  expect(index.parts).toHaveLength(2 ** index.bits);
  let total = 0;
  for (const [n, address] of index.parts.entries()) {
    const answer = await app.request(address);
    expect(answer.headers.get("cache-control")).toContain("immutable");
    const part = (await answer.json()) as Shard;
    expect(part.organisations.length).toBeGreaterThanOrEqual(MIN_SHARD);
    for (const { id } of part.organisations) expect(shardNumber(id, index.bits)).toBe(n);
    for (const [domain, ids] of Object.entries(part.domains)) {
      expect(shardNumber(domain, index.bits)).toBe(n);
      expect(ids).toEqual([`firm-${domain.slice(4).replace(".example", "")}`]);
    }
    total += part.organisations.length;
  }
  expect(total).toBe(2300);
  const { names } = (await (await app.request(index.names)).json()) as ShardNames;
  expect(names).toContainEqual(["firm-7", "Firm 7", "firm7.example"]);
  const home = (await (await app.request(index.parts[shardNumber("firm-7", index.bits)]!)).json()) as Shard;
  expect(home.organisations.find(({ id }) => id === "firm-7")).toMatchObject({
    controller: "https://firm7.example",
    domains: ["firm7.example"],
    contacts: [{ kind: "email", value: "privacy@firm7.example", onOwnDomain: true }],
    declaration: null,
  });
});

test("parts come compressed to who takes that, with a tag; an old address gives what is there now, for a moment only; one too many is unknown", async () => {
  const { app, map } = open(0);
  takeLists(map, [{ version: "v1", list: firms(3) }]);
  const before = (await (await app.request("/v1/shards")).json()) as ShardIndex;
  expect(before.parts).toHaveLength(1);
  const zipped = await app.request(before.parts[0]!, { headers: { "accept-encoding": "gzip" } });
  expect([zipped.headers.get("content-encoding"), zipped.headers.get("vary")]).toEqual(["gzip", "accept-encoding"]);
  const etag = zipped.headers.get("etag")!;
  expect((await app.request(before.parts[0]!, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect((await app.request("/v1/shards", { headers: { "if-none-match": `"${before.version}"` } })).status).toBe(304);
  expect((await app.request("/v1/shards/1")).status).toBe(404);

  takeLists(map, [{ version: "v2", list: firms(3, " renamed") }]);
  let after = before;
  while (after.version === before.version) {
    await breathe(); // they are made while the old ones are served
    after = (await (await app.request("/v1/shards")).json()) as ShardIndex;
  }
  const old = await app.request(before.parts[0]!);
  expect(old.headers.get("cache-control")).toBe("no-cache");
  expect(JSON.stringify(await old.json())).toContain("renamed");
});

test("an empty map has one empty part", async () => {
  const { app } = open();
  const index = (await (await app.request("/v1/shards")).json()) as ShardIndex;
  expect(await (await app.request(index.parts[0]!)).json()).toEqual({ organisations: [], domains: {}, sites: {} });
});

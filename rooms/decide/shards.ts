/**
 * The map in parts that everyone gets alike (schema.ts, {@link ShardIndex}). Made when they are first asked for, and again when the map has
 * changed; in slices, because reading all cards takes seconds and the register has others to serve.
 */
import { createHash } from "node:crypto";
import { setImmediate as breathe } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { partsOf, shardNumber, shortForm } from "../map/index.ts";
import type { MapStore, ShardOrganisation } from "../map/index.ts";
import type { Shard, ShardIndex, ShardNames, ShardSite } from "./schema.ts";

/** What is served: JSON, compressed once, under a tag that is made from its content. */
export interface Packed {
  tag: string;
  gzipped: Uint8Array;
}

export interface Shards {
  index: ShardIndex;
  parts: readonly Packed[];
  names: Packed;
}

type MapReading = Pick<MapStore, "dataVersion" | "allRows" | "card" | "places" | "organisationOfDomain" | "sites" | "site">;

export interface ShardsOptions {
  map: MapReading;
  /** Milliseconds. */
  now?: () => number;
  /** Milliseconds for which parts are served before it is looked whether the map has changed. */
  every?: number;
}

/** Milliseconds of work before others are served. */
const SLICE = 10;

/**
 * Keeps the parts. `current` gives those that are there, and waits only where there are none yet.
 *
 * @example
 * ```ts
 * const shards = keepShards({ map });
 * const { index, parts } = await shards.current();
 * ```
 */
export function keepShards({ map, now = Date.now, every = 60_000 }: ShardsOptions): { current(): Promise<Shards> } {
  let kept: { shards: Shards; version: number; looked: number } | undefined;
  let making: Promise<Shards> | undefined;
  const make = async () => {
    const version = map.dataVersion();
    const shards = await makeShards(map);
    kept = { shards, version, looked: now() };
    return shards;
  };
  return {
    async current() {
      if (kept !== undefined && (now() - kept.looked < every || map.dataVersion() === kept.version)) return kept.shards;
      making ??= make().finally(() => (making = undefined));
      if (kept === undefined) return making;
      making.catch(() => {}); // those that are there are as good; it is tried again at the next look
      return kept.shards;
    },
  };
}

/** Reads the whole map. Each organisation is as it was at one moment; the whole may lie over several. */
async function makeShards(map: MapReading): Promise<Shards> {
  const turn = takeTurns();
  const gathered: ShardOrganisation[] = [];
  const hosts = new Set<string>();
  for (const { id } of map.allRows()) {
    const card = map.card(id);
    if (card === undefined) continue;
    gathered.push(shortForm(card, map));
    for (const { value } of card.domains) hosts.add(value);
    await turn();
  }
  const { bits, parts: organisations } = partsOf(gathered);
  const parts: Shard[] = organisations.map((one) => ({ organisations: one, domains: {}, sites: {} }));
  const partOf = (name: string) => parts[shardNumber(name, bits)]!;
  for (const domain of hosts) {
    const found = map.organisationOfDomain(domain);
    if (found !== undefined && found.organisations.length > 0) partOf(domain).domains[domain] = found.organisations.map(({ id }) => id);
    await turn();
  }
  for (const { site } of map.sites()) {
    const seen = siteOf(map, site);
    if (seen !== undefined) partOf(site).sites[site] = seen;
    await turn();
  }
  const names: ShardNames = { names: gathered.map(({ id, name, domains }) => [id, name, domains[0] ?? ""]) };
  const packedNames = await pack(names);
  const packed: Packed[] = [];
  for (const part of parts) packed.push(await pack(part));
  const vendors = Object.fromEntries(gathered.flatMap(({ id, tcf }) => tcf.map((vendor) => [vendor, id])));
  const hash = createHash("sha256").update(JSON.stringify(vendors));
  for (const { tag } of [packedNames, ...packed]) hash.update(tag);
  const version = hash.digest("hex").slice(0, 32);
  return {
    index: {
      version,
      bits,
      parts: packed.map(({ tag }, n) => `/v1/shards/${n}?v=${tag}`),
      names: `/v1/shards/names?v=${packedNames.tag}`,
      vendors,
    },
    parts: packed,
    names: packedNames,
  };
}

function siteOf(map: MapReading, site: string): ShardSite | undefined {
  const card = map.site(site);
  const newest = card?.scans.reduce((a, b) => (b.at > a.at ? b : a));
  if (card === undefined || newest === undefined) return undefined;
  const seen = new Map<string, ShardSite["thirdParties"][number]>();
  for (const { state, thirdParties } of newest.visits) {
    for (const { domain, organisations } of thirdParties) {
      const one = seen.get(domain) ?? { domain, organisations: organisations.map(({ id }) => id), states: [] };
      if (!one.states.includes(state)) one.states.push(state);
      seen.set(domain, one);
    }
  }
  return { at: newest.at, tool: newest.tool, organisation: card.organisation?.id ?? null, thirdParties: [...seen.values()] };
}

const compressed = promisify(gzip);

async function pack(value: unknown): Promise<Packed> {
  const text = JSON.stringify(value);
  const tag = createHash("sha256").update(text).digest("hex").slice(0, 32);
  return { tag, gzipped: await compressed(text) };
}

/** A function that lets others be served when it is their turn. */
function takeTurns(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < SLICE) return undefined;
    return breathe().then(() => {
      since = performance.now();
    });
  };
}

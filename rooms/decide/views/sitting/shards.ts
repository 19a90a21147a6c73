/**
 * Organisations, fetched in parts of at least 500 (rooms/decide/schema.ts) and searched here: the register is never asked for one of them.
 * A part that was fetched stays in the browser's cache.
 */
import { utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Shard, ShardIndex, ShardNames, ShardOrganisation, ShardSite } from "../../schema.ts";

export interface Organisations {
  /** Those that the map has under these ids; others are left out. */
  byId(ids: readonly string[], progress?: (done: number, of: number) => void): Promise<ShardOrganisation[]>;
  /** The ids of organisations by their ids in IAB Europe's list. */
  ofVendors(vendors: readonly number[]): Promise<Map<number, string>>;
  /** Whose a host is: of the closest domain above it that the map knows. */
  ofHost(host: string): Promise<{ domain: string; organisations: string[] } | undefined>;
  site(host: string): Promise<ShardSite | undefined>;
  /** Organisations whose name or domain has the text, at most `limit`. */
  search(text: string, limit: number): Promise<{ id: string; name: string; domain: string }[]>;
}

export function openOrganisations(): Organisations {
  const index = once(() => get<ShardIndex>("/v1/shards"));
  const names = once(async () => (await get<ShardNames>((await index()).names)).names);
  const parts = new Map<number, Promise<Shard>>();
  const part = async (number: number) => {
    const there = parts.get(number) ?? get<Shard>((await index()).parts[number]!);
    parts.set(number, there);
    there.catch(() => parts.delete(number));
    return there;
  };
  const partOf = async (name: string) => part(shardOf(name, (await index()).bits));
  return {
    async byId(ids, progress) {
      const { bits } = await index();
      const numbers = [...new Set(ids.map((id) => shardOf(id, bits)))];
      const wanted = new Set(ids);
      const found: ShardOrganisation[] = [];
      for (const [i, number] of numbers.entries()) {
        found.push(...(await part(number)).organisations.filter(({ id }) => wanted.has(id)));
        progress?.(i + 1, numbers.length);
      }
      return found;
    },
    async ofVendors(vendors) {
      const { vendors: all } = await index();
      return new Map(vendors.flatMap((vendor) => (all[vendor] === undefined ? [] : [[vendor, all[vendor]!]])));
    },
    async ofHost(host) {
      for (let domain = host; domain.includes("."); domain = domain.slice(domain.indexOf(".") + 1)) {
        const organisations = (await partOf(domain)).domains[domain];
        if (organisations !== undefined) return { domain, organisations };
      }
      return undefined;
    },
    site: async (host) => (await partOf(host)).sites[host],
    async search(text, limit) {
      const sought = fold(text);
      const found = (await names()).filter(([id, name, domain]) => [id, name, domain].some((one) => fold(one).includes(sought)));
      const first = (name: string) => (fold(name).startsWith(sought) ? 0 : 1);
      return found
        .sort((a, b) => first(a[1]) - first(b[1]) || (a[1] < b[1] ? -1 : 1))
        .slice(0, limit)
        .map(([id, name, domain]) => ({ id, name, domain }));
    },
  };
}

/** The first bits of SHA-256 of a name. */
export function shardOf(name: string, bits: number): number {
  const hash = sha256(utf8(name));
  return bits === 0 ? 0 : new DataView(hash.buffer, hash.byteOffset).getUint32(0) >>> (32 - bits);
}

const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/\p{Mn}/gu, "")
    .toLowerCase();

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    made.catch(() => (made = undefined));
    return made;
  };
}

async function get<T>(path: string): Promise<T> {
  let response: Response | undefined;
  try {
    response = await fetch(path, { credentials: "omit" });
  } catch (cause) {
    throw new FreeholdError("unavailable", "The register does not answer.", { cause });
  }
  if (!response.ok) throw new FreeholdError("unavailable", `The register does not give its lists of organisations now (status ${response.status}).`);
  return (await response.json()) as T;
}

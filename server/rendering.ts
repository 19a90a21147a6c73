/** The built pages (ui/build.ts): the renderers of each room, and the files that pages load. */
import { readFileSync, readdirSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { Hono } from "hono";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Pages } from "../ledger/views/props.ts";
import type { HonourPages } from "../rooms/honour/views/props.ts";
import type { DecidePages } from "../rooms/decide/views/props.ts";
import type { MapPages } from "../rooms/map/views/props.ts";

const built = new URL("../build/ui/", import.meta.url);

/** What ui/build.ts makes, by name. */
interface Renderers {
  log: Pages;
  map: MapPages;
  decide: DecidePages;
  honour: HonourPages;
}

/** The renderers of a room. Throws `unavailable` where they have not been built. */
export async function loadPages<K extends keyof Renderers>(name: K): Promise<Renderers[K]> {
  try {
    return (await import(new URL(`${name}.js`, built).href)) as Renderers[K];
  } catch (cause) {
    throw new FreeholdError("unavailable", "The pages have not been built; start with `npm start`, or build them with `node ui/build.ts`.", { cause });
  }
}

/** The files that pages load. Their names change with their content, so that they can be kept for ever. */
export function createAssets(): Hono {
  const routes = new Hono();
  for (const name of assetNames()) {
    const bytes = readFileSync(new URL(`assets/${name}`, built));
    const headers = { "content-type": typeOf(name), "cache-control": "public, max-age=31536000, immutable" };
    // Made when it is first asked for, as small as can be: it is sent for as long as the register runs.
    let brotli: Uint8Array<ArrayBuffer> | undefined;
    routes.get(`/assets/${name}`, (c) => {
      if (name.endsWith(".woff2") || !/\bbr\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(bytes, 200, headers);
      brotli ??= Uint8Array.from(brotliCompressSync(bytes));
      return c.body(brotli, 200, { ...headers, "content-encoding": "br", vary: "accept-encoding" });
    });
  }
  return routes;
}

function assetNames(): string[] {
  try {
    return readdirSync(new URL("assets/", built));
  } catch {
    return [];
  }
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  woff2: "font/woff2",
  svg: "image/svg+xml",
  json: "application/json",
};

function typeOf(name: string): string {
  return TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}

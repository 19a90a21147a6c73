/** The pages of decisions over a register in memory, and a shop that asks, takes records and withdrawals: two hosts of this machine. */
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { lockOf } from "@freehold/protocol/lock";
import type { Acknowledgement } from "@freehold/protocol/offer";
import { verifyReceipt } from "@freehold/protocol/receipt";
import { formatInstant } from "@freehold/protocol/shape";
import { signDocument } from "@freehold/protocol/sign";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { DecidePages } from "../rooms/decide/views/props.ts";
import { bytesOf } from "../protocol/testkit/register.ts";
import { createSite } from "../protocol/testkit/site.ts";
import type { Site } from "../protocol/testkit/site.ts";
import { advertising, claimOf, offerOf, shopKey } from "../protocol/testkit/story.ts";
import { buildUi } from "../ui/build.ts";
import { ROOT } from "./register.ts";

/** As strict as the server's, but for the companies that these pages speak to. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self' https: http://localhost:* http://127.0.0.1:*; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const TYPES: { [ending: string]: string } = { js: "text/javascript", css: "text/css", woff2: "font/woff2" };

const RENDERERS: { readonly [path: string]: keyof DecidePages } = {
  "/me": "renderMe",
  "/me/keys": "renderKeys",
  "/me/decisions": "renderDecisions",
  "/me/receipts": "renderReceipts",
  "/me/decide": "renderQuestion",
  "/me/letters": "renderLetters",
  "/receipt": "renderReceipt",
  "/withdraw": "renderWithdraw",
};

export interface Shop {
  id: string;
  name: string;
  /** Bodies that it was sent, by path. */
  received: { path: string; body: string }[];
  /** Answers 503 while set. */
  down: boolean;
  /** The address of the page on which she answers its question. */
  ask(changes?: Parameters<typeof offerOf>[0]): string;
}

export interface DecideSite {
  url: string;
  site: Site;
  shop: Shop;
  /** The register answers 503 to submissions while set. */
  down: boolean;
  /** Paths that were asked for, without assets. */
  asked: string[];
  /** What the map declares of the shop: the page compares. */
  declares: string[];
  close(): Promise<void>;
}

export async function serveDecide(built = join(ROOT, "build/ui")): Promise<DecideSite> {
  if (built.startsWith(ROOT)) await buildUi();
  const pages = (await import(pathToFileURL(join(built, "decide.js")).href)) as DecidePages;
  const assets = new Map(readdirSync(join(built, "assets")).map((name) => [`/assets/${name}`, readFileSync(join(built, "assets", name))]));
  const now = Math.floor(Date.now() / 1000);
  const state = { down: false, asked: [] as string[], declares: ["Advertising: consent"] };

  const server = await listen(async (request, body) => {
    const { pathname } = new URL(request.url!, url());
    if (!pathname.startsWith("/assets/")) state.asked.push(`${request.method} ${request.url}`);
    const headers = { "content-security-policy": CSP, "cache-control": "no-store" };
    const asset = assets.get(pathname);
    if (asset !== undefined) return new Response(asset, { headers: { ...headers, "content-type": TYPES[pathname.split(".").at(-1)!]! } });
    const renderer = RENDERERS[pathname];
    if (renderer !== undefined)
      return new Response(pages[renderer]({ site: { origin: site.register.origin, url: url() } }), {
        headers: { ...headers, "content-type": "text/html; charset=utf-8" },
      });
    if (pathname === "/.well-known/freehold.json")
      return Response.json({
        origin: site.register.origin,
        vkey: "vkey",
        policy: site.register.policyText,
        chain: [{ chainId: 31_337, contract: "5f".repeat(20), register: "f3".repeat(20), confirmations: 1 }],
      });
    if (pathname.startsWith("/v1/shards")) return shards(pathname);
    if (pathname.startsWith("/v1/locks/")) return Response.json(locked(pathname.slice("/v1/locks/".length)));
    if (state.down && request.method === "POST") return new Response("{}", { status: 503 });
    return site.fetch(url() + request.url, {
      method: request.method!,
      headers: headersOf(request),
      ...(body.length > 0 && { body: body as Uint8Array<ArrayBuffer> }),
    });
  });
  const url = () => `http://localhost:${(server.address() as AddressInfo).port}`;
  const site = createSite({ url: url(), origin: "register.example/log", start: now - 30 });
  for (let i = 0; i < 40; i++) site.register.append({ kind: "record", commitment: bytesOf(`c ${i}`), lock: bytesOf(`l ${i}`) });

  const { shop, server: shopServer } = await openShop(site, url());
  site.publishDocument(claimOf(shop));

  const organisation = () => ({
    id: "acme",
    name: shop.name,
    controller: shop.id,
    country: "DE",
    website: shop.id,
    domains: ["shop.example"],
    tcf: [],
    contacts: [{ kind: "email", value: "privacy@shop.example", onOwnDomain: true }],
    rights: [],
    practices: state.declares.map((line) => ({
      term: { code: line, name: line.split(":")[0] },
      element: "purpose",
      basis: line.split(": ")[1],
      purposes: ["dpv:Advertising"],
    })),
    data: [],
    notices: [],
    declaration: toHex(bytesOf(state.declares.join())),
  });
  const shards = (path: string) =>
    path === "/v1/shards"
      ? Response.json({ version: "1", bits: 0, parts: ["/v1/shards/0"], names: "/v1/shards/names", vendors: { 52: "acme" } })
      : path === "/v1/shards/names"
        ? Response.json({ names: [["acme", shop.name, "shop.example"]] })
        : Response.json({ organisations: [organisation()], domains: { "shop.example": ["acme"], "127.0.0.1": ["acme"] }, sites: {} });
  const locked = (lock: string) => {
    const records = site.register.entries.flatMap((entry, i) => (entry[1] === 1 && toHex(entry.subarray(34)) === lock ? [i] : []));
    return { records, count: records.length };
  };

  return Object.assign(state, {
    get url() {
      return url();
    },
    site,
    shop,
    async close() {
      await Promise.all(
        [server, shopServer].map(
          (one) =>
            new Promise<void>((resolve) => {
              one.close(() => resolve());
              one.closeAllConnections();
            }),
        ),
      );
    },
  }) as DecideSite;
}

/** A company: claim at its host, its endpoint, its address for withdrawals. */
async function openShop(site: Site, register: string): Promise<{ shop: Shop; server: Server }> {
  let count = 0;
  const policy = parseTrustPolicy(site.register.policyText);
  const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type", "access-control-allow-methods": "GET, POST" };
  const acknowledge = (members: Partial<Acknowledgement>) => {
    const lock = toHex(bytesOf(`acknowledgement ${count++}`));
    const document = {
      "@context": "urn:freehold:acknowledgement:1",
      answer: "dpv:RequestAcknowledged",
      controller: { id: shop.id, name: shop.name },
      issued: formatInstant(Math.floor(Date.now() / 1000)),
      lock,
      ...members,
    };
    const sealed = site.register.seal(signDocument("freehold-acknowledgement+jws", document as Acknowledgement, shopKey), lock);
    const at = site.publish();
    const path = site.register.inclusion(sealed.index, at).map(toHex);
    return { acknowledgement: { entry: toHex(sealed.entry), index: sealed.index, jws: sealed.jws, opening: toHex(sealed.opening), path }, checkpoint: at.note };
  };
  const server = await listen(async (request, body) => {
    if (request.method === "OPTIONS") return new Response(null, { status: 204, headers: cors });
    if (shop.down) return new Response(null, { status: 503, headers: cors });
    const path = request.url!;
    if (request.method === "GET") return Response.json({ claim: claimOf(shop) }, { headers: cors });
    const text = new TextDecoder().decode(body);
    shop.received.push({ path, body: text });
    if (path === "/freehold/withdraw") {
      const { secret } = JSON.parse(text) as { secret: string };
      return Response.json({ lock: toHex(lockOf(fromHex(secret))), ...acknowledge({ secret }) }, { headers: cors });
    }
    const { receipt } = JSON.parse(text) as { receipt: object };
    const { hash } = await verifyReceipt(JSON.stringify(receipt), { policy, now: Date.now() / 1000, controller: shop.id });
    return Response.json({ record: hash, ...acknowledge({ record: hash }) }, { headers: cors });
  });
  const shop: Shop = {
    id: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    name: "Acme Shop Ltd",
    received: [],
    down: false,
    ask(changes = {}) {
      const at = Math.floor(Date.now() / 1000);
      const offer = offerOf({
        controller: { id: shop.id, name: shop.name },
        issued: formatInstant(at - 10),
        expires: formatInstant(at + 7200),
        nonce: toHex(bytesOf(`nonce ${count++}`)),
        processes: [advertising],
        ...changes,
      });
      return `${register}/me/decide#offer=${offer}&reference=7Qm3&return=${encodeURIComponent(`${shop.id}/account`)}`;
    },
  };
  return { shop, server };
}

async function listen(answer: (request: IncomingMessage, body: Uint8Array) => Response | Promise<Response>): Promise<Server> {
  const server = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on("data", (part: Uint8Array) => parts.push(part));
    request.on("end", () => {
      void (async () => {
        try {
          const made = await answer(request, Buffer.concat(parts));
          response.writeHead(made.status, Object.fromEntries(made.headers));
          response.end(new Uint8Array(await made.arrayBuffer()));
        } catch (error) {
          response.writeHead(500, { "content-type": "text/plain" });
          response.end(String(error));
        }
      })();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, resolve);
  });
  return server;
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).filter(
      (pair): pair is [string, string] => typeof pair[1] === "string" && !["host", "connection", "content-length"].includes(pair[0]),
    ),
  );
}

/**
 * The register in memory over HTTP, as a `fetch`: its log, submissions, documents, and copies by spec/backup.md. The real library on every side; no
 * network, no store. A checkpoint is made when one is asked for and something is new.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { fromHex, toHex, utf8 } from "../src/bytes.ts";
import { FreeholdError } from "../src/errors.ts";
import { hashOf } from "../src/jws.ts";
import { leafHash } from "../src/merkle.ts";
import { formatProof } from "../src/proof.ts";
import { statusRoot } from "../src/status.ts";
import { appendTiles, encodeBundle, parseTilePath, tilePath } from "../src/tile.ts";
import { createRegister } from "./register.ts";
import type { Published, Register } from "./register.ts";

export interface Site {
  readonly url: string;
  readonly register: Register;
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** What was asked: method and path. */
  readonly asked: string[];
  /** Blobs by their ids. */
  readonly backups: Map<string, Uint8Array>;
  readonly documents: Map<string, string>;
  /** Other hosts, by their origin. */
  readonly hosts: Map<string, (request: Request) => Response | Promise<Response>>;
  /** Set to answer instead of the site, where it returns something. */
  fault: ((request: Request) => Response | undefined | Promise<Response | undefined>) | undefined;
  publish(): Published;
  /** Logs a document that the site then serves. */
  publishDocument(document: string): number;
}

/** A site of a register in memory. Its clock starts at `start` seconds and goes on by one with each checkpoint. */
export function createSite({
  url = "https://register.example",
  origin = "register.example/log",
  start = 1_793_523_600,
  register = createRegister(origin),
} = {}): Site {
  let published: Published | undefined;
  let time = start;
  let tiles = new Map<string, Uint8Array>();
  const backups = new Map<string, Uint8Array>();
  const publish = (): Published => {
    if (published !== undefined && published.size === register.entries.length) return published;
    published = register.publish(time++);
    const leafHashes = register.entries.map(leafHash);
    tiles = new Map(
      appendTiles({ size: 0, leafHashes, readTile: () => new Uint8Array() }).map(({ tile, bytes }): [string, Uint8Array] => [tilePath(tile), bytes]),
    );
    return published;
  };
  const site: Site = {
    url,
    register,
    asked: [],
    backups,
    documents: new Map(),
    hosts: new Map(),
    fault: undefined,
    publish,
    publishDocument(document) {
      site.documents.set(hashOf(document), document);
      return register.publishDocument(document);
    },
    async fetch(address, init) {
      const request = new Request(address, init as RequestInit);
      site.asked.push(`${request.method} ${address.startsWith(url) ? address.slice(url.length) : address}`);
      const failing = await site.fault?.(request);
      if (failing !== undefined) return failing;
      const host = site.hosts.get(new URL(address).origin);
      if (host !== undefined) return host(request);
      if (!address.startsWith(`${url}/`)) throw new TypeError("fetch failed");
      return answer(request, new URL(address).pathname);
    },
  };

  const answer = async (request: Request, path: string): Promise<Response> => {
    if (path === "/log/checkpoint") return new Response(publish().note);
    if (path === "/log/status/bits") return bits();
    if (path.startsWith("/log/tile/")) return tileOf(path.slice("/log/".length));
    if (path.startsWith("/documents/")) return textOr404(site.documents.get(path.slice("/documents/".length)));
    if (path.startsWith("/v1/backups/")) return backup(request, path.slice("/v1/backups/".length));
    if (path === "/v1/entries" && request.method === "POST")
      return submitted(new Uint8Array(await request.arrayBuffer()), request.url.includes("wait=published"));
    return problem(404, "not_found");
  };
  const bits = (): Response => {
    const size = publish().size - 1;
    const bitmap = register.fold.bits.slice(0, Math.ceil(size / 8));
    const headers = { "freehold-size": String(size), "freehold-root": toHex(statusRoot(register.fold.bits, size)) };
    return new Response(bitmap as Uint8Array<ArrayBuffer>, { headers });
  };
  const tileOf = (path: string): Response => {
    const tile = parseTilePath(path);
    const at = tile.index * 256;
    if (tile.level === "entries") {
      if (at + tile.width > (published?.size ?? 0)) return problem(404, "index_unknown");
      return new Response(encodeBundle(register.entries.slice(at, at + tile.width)) as Uint8Array<ArrayBuffer>);
    }
    const newest = [...tiles].find(([name]) => {
      const { level, index, width } = parseTilePath(name);
      return level === tile.level && index === tile.index && width >= tile.width;
    });
    return newest === undefined ? problem(404, "index_unknown") : new Response(newest[1].slice(0, 32 * tile.width) as Uint8Array<ArrayBuffer>);
  };
  const submitted = (entry: Uint8Array, waits: boolean): Response => {
    const known = register.entries.findIndex((one) => toHex(one) === toHex(entry));
    try {
      const index = known >= 0 ? known : register.append(entry.slice());
      const at = waits ? publish() : undefined;
      const proof = at && formatProof({ index, hashes: register.inclusion(index, at), checkpoint: at.note });
      return Response.json({ index, state: waits ? "published" : "sequenced", ...(proof && { proof }) }, { status: known >= 0 ? 200 : 201 });
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      return problem(409, "lock_unknown");
    }
  };
  const backup = async (request: Request, id: string): Promise<Response> => {
    const known = backups.get(id);
    const etag = known && `"${toHex(sha256(known))}"`;
    if (request.method === "GET")
      return known === undefined ? problem(404, "backup_unknown") : new Response(known as Uint8Array<ArrayBuffer>, { headers: { etag: etag! } });
    const [, token = ""] = /^Bearer ([0-9a-f]{64})$/.exec(request.headers.get("authorization") ?? "") ?? [];
    if (token === "" || toHex(sha256(fromHex(token))) !== id) return problem(401, "argument_invalid");
    if (request.method === "DELETE") return new Response(null, { status: backups.delete(id) ? 204 : 404 });
    const allowed = known === undefined ? request.headers.get("if-none-match") === "*" : request.headers.get("if-match") === etag;
    if (!allowed) return problem(412, "backup_conflict");
    const blob = new Uint8Array(await request.arrayBuffer());
    if (blob.length !== 65_536) return problem(413, "too_large");
    backups.set(id, blob);
    return new Response(null, { status: known === undefined ? 201 : 204 });
  };
  return site;
}

function textOr404(text: string | undefined): Response {
  return text === undefined ? problem(404, "document_unknown") : new Response(utf8(text) as Uint8Array<ArrayBuffer>);
}

function problem(status: number, code: string): Response {
  return new Response(JSON.stringify({ code, detail: `${code}.`, status }), { status, headers: { "content-type": "application/problem+json" } });
}

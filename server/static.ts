/** What is served as it is: the log's tiles and checkpoint, the status, documents (spec/register.md, "The log"). */
import { gzipSync } from "node:zlib";
import { Hono } from "hono";
import type { Context } from "hono";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { parseTilePath } from "@freehold/protocol/tile";
import { toStatusList } from "@freehold/protocol/token-status-list";
import type { Log } from "../ledger/log.ts";
import type { PublishedCheckpoint } from "../ledger/published.ts";
import { statusRootOf } from "../ledger/status-tree.ts";
import type { Store } from "../ledger/store.ts";
import { statusProofOf } from "./api.ts";
import { problem } from "./errors.ts";

const IMMUTABLE = "public, max-age=31536000, immutable";
const FRESH = "public, max-age=1";

export function createStatic({ log, store }: { log: Log; store: Store }): Hono {
  const routes = new Hono();

  const published = (): PublishedCheckpoint => {
    if (log.published === null) throw new FreeholdError("unavailable", "Nothing has been published yet.");
    return log.published;
  };
  /** What is said of the served bitmap, that of the last status entry. */
  const status = (checkpoint: PublishedCheckpoint) => ({ size: checkpoint.status.size, root: toHex(statusRootOf(checkpoint.status)) });
  const list = perCheckpoint(async (checkpoint) => ({ ...status(checkpoint), status_list: await toStatusList(checkpoint.bits) }));

  routes.get("/log/checkpoint", (c) => c.body(published().note, 200, { "content-type": "text/plain; charset=utf-8", "cache-control": FRESH }));

  routes.get("/log/tile/*", (c) => {
    const tile = parseTilePath(c.req.path.slice("/log/".length));
    const bytes = log.tile(tile);
    if (bytes === undefined) throw new FreeholdError("index_unknown", "The published log is not that large.");
    const headers = { "content-type": "application/octet-stream", "cache-control": IMMUTABLE, ...(tile.level === "entries" && { vary: "accept-encoding" }) };
    if (tile.level !== "entries" || !/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) return c.body(bytes as Uint8Array<ArrayBuffer>, 200, headers);
    return c.body(gzipSync(bytes, { level: 1 }), 200, { ...headers, "content-encoding": "gzip" });
  });

  routes.get("/log/status/bits", (c) => {
    const { size, root } = status(published());
    return conditional(c, root, () =>
      c.body(published().bits as Uint8Array<ArrayBuffer>, 200, {
        "content-type": "application/octet-stream",
        "freehold-size": String(size),
        "freehold-root": root,
      }),
    );
  });
  routes.get("/log/status/list", async (c) => {
    const body = await list(published());
    return conditional(c, body.root, () => c.json(body));
  });
  routes.get("/log/status/:index{[0-9]+}", async (c) => {
    const at = Number(c.req.param("index"));
    return c.json({ checkpoint: published().note, status: await statusProofOf(log, at) }, 200, { "cache-control": FRESH });
  });

  routes.get("/documents/:sha256{[0-9a-f]+}", (c) => {
    const hash = c.req.param("sha256");
    const document = hash.length === 64 ? store.document(fromHex(hash)) : undefined;
    if (document === undefined) throw new FreeholdError("document_unknown", "The register has no document with this hash.");
    if (document.withheld !== null) return c.json(problem("withheld", 451, document.withheld), 451, { "content-type": "application/problem+json" });
    return c.body(document.bytes as Uint8Array<ArrayBuffer>, 200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${hash}"`,
      "cache-control": IMMUTABLE,
    });
  });

  return routes;
}

function conditional(c: Context, tag: string, respond: () => Response): Response {
  c.header("etag", `"${tag}"`);
  c.header("cache-control", FRESH);
  return c.req.header("if-none-match")?.includes(`"${tag}"`) === true ? c.body(null, 304) : respond();
}

/** Remembers what was made for the newest checkpoint. */
function perCheckpoint<T>(make: (checkpoint: PublishedCheckpoint) => T): (checkpoint: PublishedCheckpoint) => T {
  let last: { checkpoint: PublishedCheckpoint; made: T } | undefined;
  return (checkpoint) => {
    if (last?.checkpoint !== checkpoint) last = { checkpoint, made: make(checkpoint) };
    return last.made;
  };
}

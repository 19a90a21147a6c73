/** Opens the map beside the log: store, first data, publishing, pages. */
import { join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { fromHex, utf8 } from "@freehold/protocol/bytes";
import { canonicalize } from "@freehold/protocol/canonical";
import { hashOf } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { decodePublication } from "@freehold/protocol/publication";
import { formatInstant } from "@freehold/protocol/shape";
import type { Anchoring } from "../ledger/anchoring.ts";
import { readOrMakeSeed } from "../ledger/keys.ts";
import type { Log } from "../ledger/log.ts";
import type { Store } from "../ledger/store.ts";
import { createPublishing, createProgress, createSigner, methodBody, deriveIfOutdated, needsSeed, openMapStore, seed } from "../rooms/map/index.ts";
import type { MapStore, Signer } from "../rooms/map/index.ts";
import { createMapRoutes } from "../rooms/map/routes.ts";
import type { Config } from "./config.ts";
import { loadPages } from "./rendering.ts";

export interface OpenMap {
  routes: OpenAPIHono;
  store: MapStore;
  /** Signs with the publishing key. */
  signer: Signer;
  /** What verifies the register's own publications. */
  publishing: Jwk;
  notes: readonly string[];
  close(): Promise<void>;
}

export interface MapSurroundings {
  config: Config;
  log: Log;
  ledger: Store;
  anchoring: Anchoring;
  siteUrl: () => string;
  warn: (message: string, cause: unknown) => void;
}

export async function openMap({ config, log, ledger, anchoring, siteUrl, warn }: MapSurroundings): Promise<OpenMap> {
  const store = openMapStore(config.data);
  try {
    const notes: string[] = [];
    const now = () => Date.now();
    const progress = createProgress(process.stderr);
    if (config.seed === "default" && needsSeed(store)) {
      const seeded = await seed(store, { folder: config.data, now: formatInstant(Math.floor(now() / 1000)), report: progress.report });
      notes.push(...seeded.notes);
    } else deriveIfOutdated(store, { today: new Date(now()).toISOString().slice(0, 10), report: progress.report });
    progress.end();
    if (config.corrections === undefined && config.url !== undefined && !/^https?:\/\/(localhost|127\.|\[::1\])/.test(config.url))
      notes.push("No contact for corrections is set (--corrections): a public register must have one.");
    const key = readOrMakeSeed(join(config.data, "publishing.key"));
    const publishing = createPublishing({
      store,
      log,
      key,
      withhold: (document, reason) => ledger.withholdDocument(document, reason),
      warn,
    });
    publishing.start();
    const signer = createSigner(key);
    const method = publishMethod({ body: methodBody(store.derived.method()), log, ledger, signer, issued: formatInstant(Math.floor(now() / 1000)), warn });
    const anchored = () => Math.max(0, ...anchoring.chains().map((chain) => chain.anchored)) || null;
    const routes = createMapRoutes({ store, log, pages: await loadPages("map"), corrections: config.corrections ?? null, siteUrl, anchored, method });
    return {
      routes,
      store,
      signer,
      publishing: publishing.jwk,
      notes,
      async close() {
        await publishing.close();
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** The setting of the ledger's store that holds the last publication of a method, so that its bytes are the same after a crash. */
const METHOD = "method";

/** Publishes the method by which signals are read, where it is another than the last one that was published. Returns where it stands. */
function publishMethod({
  body,
  log,
  ledger,
  signer,
  issued,
  warn,
}: Pick<MapSurroundings, "log" | "ledger" | "warn"> & { body: string; signer: Signer; issued: string }): () => { sha256: string; index: number | null } {
  let document = ledger.setting(METHOD);
  if (document === undefined || canonicalize(decodePublication(document).publication.body) !== body) {
    const predecessor = document === undefined ? {} : { predecessor: hashOf(document) };
    const publication = {
      "@context": "urn:freehold:publication:1" as const,
      author: log.origin,
      body: JSON.parse(body) as never,
      issued,
      ...predecessor,
      type: "method",
    };
    document = signer.sign(publication);
    ledger.putSetting(METHOD, document);
  }
  const sha256 = hashOf(document);
  log.publishDocuments([utf8(document)]).catch((error: unknown) => warn("the method of signals could not be published; it will be at the next start", error));
  return () => {
    const index = log.findPublication(fromHex(sha256));
    return { sha256, index: index >= 0 && index < (log.published?.size ?? 0) ? index : null };
  };
}

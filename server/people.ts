/** Opens what the register keeps for people and companies: sealed copies, mailboxes, claims and notices; and the pages of both. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Log } from "../ledger/log.ts";
import type { Store } from "../ledger/store.ts";
import { eraseIdleCopies, openPeopleStore } from "../rooms/decide/index.ts";
import { createDecidePages } from "../rooms/decide/pages.ts";
import { createDecideRoutes } from "../rooms/decide/routes.ts";
import { createWebhooks, openCompaniesStore, openPublications, reach } from "../rooms/honour/index.ts";
import type { Reach } from "../rooms/honour/index.ts";
import { createHonourPages } from "../rooms/honour/pages.ts";
import { createHonourRoutes } from "../rooms/honour/routes.ts";
import type { MapStore, Signer } from "../rooms/map/index.ts";
import type { Config } from "./config.ts";
import { createRateLimit } from "./limits.ts";
import { loadPages } from "./rendering.ts";

export interface OpenPeople {
  rooms: OpenAPIHono[];
  close(): Promise<void>;
}

export interface PeopleSurroundings {
  config: Config;
  log: Log;
  ledger: Store;
  map: MapStore;
  signer: Signer;
  siteUrl: () => string;
  addressOf: (c: Context) => string;
  /** The application's own OpenAPI document, as it serves it. */
  openapi: () => Promise<never>;
  warn: (message: string, cause: unknown) => void;
}

/** Kilobytes that one address may leave a second in the long run, and at once. */
const LEFT = { rate: 4, burst: 65_536 };

export async function openPeople({ config, log, ledger, map, signer, siteUrl, addressOf, openapi, warn }: PeopleSurroundings): Promise<OpenPeople> {
  const people = openPeopleStore(config.data);
  const companies = openCompaniesStore(config.data);
  const close = () => (people.close(), companies.close());
  try {
    const limit = createRateLimit(config.rate === 0 ? { ...LEFT, rate: 0 } : LEFT);
    const local = isLocal(config);
    const reachHere: Reach = (url, options) => reach(url, { ...options, local });
    const publications = openPublications({ store: companies, log, documents: ledger });
    const webhooks = createWebhooks({ store: companies, reach: reachHere, warn });
    const host = config.host === undefined || config.contact === undefined ? null : { name: config.host, contact: config.contact };
    const capacity = config.capacity * 2 ** 20;
    await publications.catchUp();
    webhooks.start();
    const stopErasing = eraseIdleCopies({ store: people, warn });
    return {
      rooms: [
        createDecideRoutes({ store: people, map, limit, addressOf, capacity }),
        createDecidePages({ log, pages: await loadPages("decide"), siteUrl }),
        createHonourRoutes({
          store: companies,
          publications,
          webhooks,
          log,
          map,
          reach: reachHere,
          sign: (bytes) => signer.signBytes(bytes),
          limit,
          addressOf,
          local,
          most: { mailbox: Math.min(2 ** 29, capacity), all: capacity },
        }),
        createHonourPages({
          pages: await loadPages("honour"),
          origin: log.origin,
          siteUrl,
          logSize: () => log.published?.size ?? 0,
          host,
          corrections: config.corrections ?? null,
          openapi,
        }),
      ],
      async close() {
        stopErasing();
        await webhooks.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A register that names no public address is tried on one machine: companies may be there too. */
export function isLocal({ url }: Pick<Config, "url">): boolean {
  return url === undefined || /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(url);
}

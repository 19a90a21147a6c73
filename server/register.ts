/** Opens a register: folder, keys, log, witnesses, application, port. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import pino from "pino";
import { toHex } from "@freehold/protocol/bytes";
import { TYPE_COSIGNATURE, formatVkey, parseVkey } from "@freehold/protocol/note";
import type { NoteKey, Vkey } from "@freehold/protocol/note";
import { parsePolicy } from "@freehold/protocol/policy";
import type { Anchoring } from "../ledger/anchoring.ts";
import { readOrMakeKey } from "../ledger/keys.ts";
import { openLog } from "../ledger/log.ts";
import type { Log, LogOptions } from "../ledger/log.ts";
import { openStore } from "../ledger/store.ts";
import { builtinWitness, httpWitness } from "../ledger/witness.ts";
import { noAnchoring } from "./anchors.ts";
import { addressOf, createApp } from "./app.ts";
import { openChains } from "./chains.ts";
import type { Chains } from "./chains.ts";
import { ConfigError } from "./config.ts";
import type { Config } from "./config.ts";
import { createMetrics } from "./metrics.ts";
import { createRateLimit } from "./limits.ts";
import { openMap } from "./map.ts";
import type { OpenMap } from "./map.ts";
import { isLocal, openPeople } from "./people.ts";
import type { OpenPeople } from "./people.ts";
import { loadPages } from "./rendering.ts";
import { createSubmission } from "./submission.ts";

export interface Register {
  url: string;
  log: Log;
  anchoring: Anchoring;
  /** What the operator should know at the start. */
  notes: readonly string[];
  /** Stops taking, finishes what was taken, closes the folder. */
  close(): Promise<void>;
}

/** Opens a register and serves it. `at` is for tests of crashes. */
export async function openRegister(config: Config, { at }: Pick<LogOptions, "at"> = {}): Promise<Register> {
  const logger = pino({ level: config.log, base: null }, pino.destination({ dest: 2, sync: true }));
  const warn = (message: string, cause: unknown) => logger.warn({ cause: cause instanceof Error ? cause.message : undefined }, message);
  const store = openStore(config.data);
  let chains: Chains | undefined;
  let anchoring: Anchoring | undefined;
  let map: OpenMap | undefined;
  let people: OpenPeople | undefined;
  try {
    chains = await openChains(config, warn);
    // viem is not loaded where there is no chain.
    const { openAnchoring } = chains.settings.length === 0 ? { openAnchoring: () => noAnchoring } : await import("../ledger/anchoring.ts");
    const origin = config.origin ?? store.setting("origin") ?? `localhost/${toHex(randomBytes(4))}`;
    const key = readOrMakeKey(join(config.data, "log.key"), origin);
    const builtin = readOrMakeKey(join(config.data, "witness.key"), `${origin}/built-in-witness`, TYPE_COSIGNATURE);
    const others = config.witnesses
      .split(",")
      .map((item) => item.trim())
      .filter(Boolean)
      .map(readWitness);
    const tlog = config.policy === undefined ? policyText(key, builtin, others) : readPolicy(config.policy);
    const log = await openLog({
      store,
      key,
      policy: parsePolicy(tlog),
      witnesses: [
        builtinWitness({ key: builtin, store, logs: [key.vkey] }),
        ...others.map(({ vkey, url }) => httpWitness({ name: vkey.name, url, timeout: 5000 })),
      ],
      interval: config.interval,
      refresh: config.refresh,
      ...(at && { at }),
      warn,
    });
    await log.publish().catch((error: unknown) => logger.warn({ cause: String(error) }, "the first checkpoint could not be published"));
    const anchored = (anchoring = openAnchoring({ store, log, chains: chains.settings, warn }));
    const policy = `${JSON.stringify({ "@context": "urn:freehold:trust-policy:1", anchors: anchored.trusted, maximumAge: Math.max(300, 3 * config.refresh), tlog }, null, 2)}\n`;
    let url = config.url ?? "";
    const app: { fetch?: OpenAPIHono["request"] } = {};
    const opened = (map = await openMap({ config, log, ledger: store, anchoring: anchored, siteUrl: () => url, warn }));
    const discovery = {
      origin,
      vkey: formatVkey(key.vkey),
      policy,
      publishing: opened.publishing,
      chain:
        chains.settings.length === 0
          ? null
          : anchored
              .chains()
              .map(({ chainId, contract, register, confirmations, independent }) => ({ chainId, contract, register, confirmations, independent })),
      get log() {
        return `${url}/log/`;
      },
      get documents() {
        return `${url}/documents/`;
      },
      get api() {
        return `${url}/openapi.json`;
      },
    };
    const openapi = async () => (await app.fetch!("/openapi.json")).json() as Promise<never>;
    const kept = (people = await openPeople({
      config,
      log,
      ledger: store,
      map: opened.store,
      signer: opened.signer,
      siteUrl: () => url,
      addressOf,
      openapi,
      warn,
    }));
    const limit = createRateLimit(config);
    const metrics = createMetrics();
    const made = createApp({
      log,
      store,
      anchoring: anchored,
      pages: await loadPages("log"),
      rooms: [opened.routes, ...kept.rooms],
      local: isLocal(config),
      siteUrl: () => url,
      discovery,
      policy,
      limit,
      metrics,
      logger,
    });
    app.fetch = made.request;
    const answer = getRequestListener(made.fetch, { hostname: config.listen });
    const submit = createSubmission({ log, limit, metrics, failed: (error) => logger.error({ error: (error as Error).stack }, "request failed") });
    const server = await listen((request, response) => void (submit(request, response) || answer(request, response)), config);
    const { port } = server.address() as { port: number };
    url ||= `http://${config.listen.includes(":") ? `[${config.listen}]` : config.listen}:${port}`;
    const { embedded } = chains;
    return {
      url,
      log,
      anchoring: anchored,
      notes: [
        ...(chains.missing === null ? [] : [chains.missing]),
        ...opened.notes,
        ...(embedded === null ? [] : ["It anchors on a chain of its own: enough to try everything, no proof to third parties."]),
      ],
      async close() {
        await kept.close();
        await opened.close();
        await anchored.close();
        await embedded?.close();
        await close(server, log, store);
      },
    };
  } catch (error) {
    await people?.close();
    await map?.close();
    await anchoring?.close();
    await chains?.embedded?.close();
    store.close();
    throw error;
  }
}

/** Listens with limits against slow and abandoned requests. */
function listen(answer: RequestListener, config: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(
      { requestTimeout: 1000 * config.timeout, headersTimeout: 1000 * Math.min(10, config.timeout), keepAliveTimeout: 5000, connectionsCheckingInterval: 1000 },
      answer,
    );
    server.maxConnections = config.connections;
    server.once("listening", () => resolve(server));
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new ConfigError(`Port ${config.port} is in use. Choose another with --port, or stop what listens there.`) : error),
    );
    server.listen(config.port, config.listen);
  });
}

async function close(server: Server, log: Log, store: { close(): void }): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), 50); // those that are answered meanwhile
  await log.close();
  const deadline = setTimeout(() => server.closeAllConnections(), 5000);
  await closed;
  clearTimeout(deadline);
  clearInterval(idle);
  store.close();
}

function readWitness(text: string): { vkey: Vkey; url: string } {
  const [vkey, url, ...rest] = text.split(/\s+/);
  try {
    if (vkey !== undefined && url !== undefined && rest.length === 0 && /^https?:\/\//.test(url)) return { vkey: parseVkey(vkey), url };
  } catch {
    // no vkey
  }
  throw new ConfigError(`The setting "witnesses" has ${JSON.stringify(text)}; each is a vkey, a space, and an address that begins with http:// or https://.`);
}

function readPolicy(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    parsePolicy(text);
    return text;
  } catch (error) {
    throw new ConfigError(`The setting "policy" names ${file}, which cannot be read as a C2SP policy: ${(error as Error).message}`);
  }
}

/** The policy of a register without one: a majority of the other witnesses, or the built-in one where there are none. */
function policyText(key: NoteKey, builtin: NoteKey, others: readonly { vkey: Vkey; url: string }[]): string {
  const log = `log ${formatVkey(key.vkey)}`;
  if (others.length === 0) return `${log}\nwitness built-in ${formatVkey(builtin.vkey)}\nquorum built-in\n`;
  const names = others.map((_, i) => `witness-${i + 1}`);
  return [
    log,
    ...others.map(({ vkey, url }, i) => `witness ${names[i]} ${formatVkey(vkey)} ${url}`),
    `group majority ${Math.floor(others.length / 2) + 1} ${names.join(" ")}`,
    "quorum majority",
    "",
  ].join("\n");
}

/** Companies for tests: a real log, real routes, and hosts on 127.0.0.1 that serve claims and webhooks. */
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash, randomBytes } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk, signJws, signPublication } from "@freehold/protocol/sign";
import type { Publication } from "@freehold/protocol/publication";
import { openTestLog } from "../../ledger/testkit.ts";
import type { TestLog } from "../../ledger/testkit.ts";
import { createSigner } from "../map/index.ts";
import { openPublications } from "./publications.ts";
import type { Publications } from "./publications.ts";
import { reach } from "./reach.ts";
import { createHonourRoutes } from "./routes.ts";
import type { HonourParts } from "./routes.ts";
import { mailboxOf } from "./rules.ts";
import { openCompaniesStore } from "./store.ts";
import type { CompaniesStore } from "./store.ts";
import { createWebhooks } from "./webhooks.ts";
import type { Webhooks } from "./webhooks.ts";

export const AT = 1_795_428_000;

export interface TestHonour {
  app: OpenAPIHono;
  log: TestLog;
  store: CompaniesStore;
  publications: Publications;
  webhooks: Webhooks;
  clock: { now: number };
  publishing: ReturnType<typeof createSigner>;
  close(): Promise<void>;
}

/** `onError` makes the answers of errors: that of the server. */
export async function openHonour(onError: (error: unknown, method: string) => { status: number }, parts: Partial<HonourParts> = {}): Promise<TestHonour> {
  const log = await openTestLog({ interval: 10 });
  const store = openCompaniesStore(log.folder);
  const clock = { now: AT };
  const now = () => clock.now;
  const reachLocal: HonourParts["reach"] = (url, options) => reach(url, { ...options, timeout: Math.min(options.timeout, 1000), local: true });
  const publications = openPublications({ store, log: log.log, documents: log.store });
  const webhooks = createWebhooks({ store, reach: reachLocal, now });
  const publishing = createSigner(new Uint8Array(32).fill(3));
  const app = new OpenAPIHono();
  app.route(
    "/",
    createHonourRoutes({
      store,
      publications,
      webhooks,
      log: log.log,
      map: { organisationOfDomain: () => undefined },
      reach: reachLocal,
      sign: (bytes) => publishing.signBytes(bytes),
      limit: { take: () => {} },
      addressOf: () => "192.0.2.7",
      local: true,
      most: { mailbox: 2 ** 24, all: 2 ** 26 },
      now,
      ...parts,
    }),
  );
  app.onError((error, c) => {
    const made = onError(error, c.req.method);
    if (made.status === 500) throw error;
    return c.json(made, made.status as 400);
  });
  return {
    app,
    log,
    store,
    publications,
    webhooks,
    clock,
    publishing,
    async close() {
      await webhooks.close();
      store.close();
      await log.remove();
    },
  };
}

/** A company's host: serves what `claim` is set to, and keeps what its webhook is told. */
export interface Host {
  origin: string;
  host: string;
  mailbox: string;
  /** The body of /.well-known/freehold.json; undefined is 404. */
  claim: string | undefined;
  told: { headers: IncomingMessage["headers"]; body: string }[];
  /** What the webhook answers. */
  status: number;
  close(): void;
}

export async function openHost(): Promise<Host> {
  const server: Server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url === "/.well-known/freehold.json")
      return response.writeHead(host.claim === undefined ? 404 : 200).end(host.claim === undefined ? "" : JSON.stringify({ claim: host.claim }));
    let body = "";
    for await (const part of request) body += String(part);
    host.told.push({ headers: request.headers, body });
    return response.writeHead(host.status).end();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const host: Host = {
    origin,
    host: origin.slice("http://".length),
    mailbox: mailboxOf(origin),
    claim: undefined,
    told: [],
    status: 204,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return host;
}

export const keyOf = (label: string): Uint8Array => createHash("sha256").update(`key ${label}`).digest();

/** A claim, signed by `signer` or its own first key. */
export function claimOf(
  author: string,
  { keys = ["a"], signer = keys[0]!, predecessor, body = {} }: { keys?: string[]; signer?: string; predecessor?: string; body?: object } = {},
): string {
  const claim: Publication = {
    "@context": "urn:freehold:publication:1",
    author,
    body: { keys: keys.map((key) => publicJwk(keyOf(key))), name: "Acme Shop Ltd", ...body },
    issued: formatInstant(AT),
    ...(predecessor !== undefined && { predecessor }),
    type: "claim",
  };
  return signPublication(claim, keyOf(signer));
}

export function noticeOf(author: string, { signer = "a", predecessor, body = {} }: { signer?: string; predecessor?: string; body?: object } = {}): string {
  const notice: Publication = {
    "@context": "urn:freehold:publication:1",
    author,
    body: { language: "en", text: "What we do with your data.", title: "Privacy notice", ...body },
    issued: formatInstant(AT),
    ...(predecessor !== undefined && { predecessor }),
    type: "notice",
  };
  return signPublication(notice, keyOf(signer));
}

/** The header that a company signs to read its mailbox. */
export function signedFor(
  controller: string,
  asked: { method: string; path: string; expires?: number; origin: string },
  signer = "a",
): { authorization: string } {
  const { method, path, origin, expires = AT + 60 } = asked;
  return {
    authorization: `Freehold ${signJws({ type: "freehold-mailbox+jws", payload: { controller, expires: formatInstant(expires), method, origin, path }, secretKey: keyOf(signer) })}`,
  };
}

/** A message of the right form that nobody can open. */
export function messageFor(kid: string, { size = 32_768, header = {}, kind = "ECDH-ES" }: { size?: number; header?: object; kind?: string } = {}): string {
  const head = { alg: kind, enc: "A256GCM", epk: publicJwk(keyOf("ephemeral")), kid, ...header };
  const part = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64url");
  return [part(Buffer.from(JSON.stringify(head))), "", part(randomBytes(12)), part(randomBytes(size)), part(randomBytes(16))].join(".");
}

/** The register for companies: claims, notices, mailboxes and webhooks over HTTP (spec/publication.md, spec/delivery.md). */
import { createHash } from "node:crypto";
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import type { Log } from "../../ledger/log.ts";
import type { MapStore } from "../map/index.ts";
import { createTaking } from "./claims.ts";
import type { Taken } from "./claims.ts";
import { companyOf, joinedCompanies } from "./companies.ts";
import { createMailboxes } from "./mailbox.ts";
import type { Publications } from "./publications.ts";
import type { Reach } from "./reach.ts";
import { MAX_MESSAGE, checkSecret, checkWebhookUrl } from "./rules.ts";
import type { JoinedCompany } from "./schema.ts";
import type { CompaniesStore } from "./store.ts";
import { makeSecret } from "./webhooks.ts";
import type { Webhooks } from "./webhooks.ts";

export interface HonourParts {
  store: CompaniesStore;
  publications: Publications;
  webhooks: Webhooks;
  log: Pick<Log, "origin" | "published" | "whenPublished" | "proof">;
  map: Pick<MapStore, "organisationOfDomain">;
  reach: Reach;
  /** Signs with the register's publishing key (rooms/map/intake/signer.ts). */
  sign: (bytes: Uint8Array) => Uint8Array;
  /** What one address, or one company, may leave: `take` throws `rate_limited`. A message costs its kilobytes, a look at a host 256, a publication 1,024. */
  limit: { take(of: string, cost: number): void };
  /** The caller's address, for the limit alone. */
  addressOf: (c: Context) => string;
  /** Also takes companies of this machine: for demonstrations. */
  local: boolean;
  /** Bytes that one mailbox, and all together, may hold. */
  most: { mailbox: number; all: number };
  /** Seconds since 1970. */
  now?: () => number;
}

const LOOK_COST = 256;
const PUBLICATION_COST = 1024;
/** Messages in one list. */
const LISTED = 100;

const hexadecimal = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
/** The schema is the server's (server/api.ts): one for all answers of this kind. */
const problem = { description: "a problem (RFC 9457)", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
const problems = (...codes: number[]) => Object.fromEntries(codes.map((code) => [code, problem]));
const json = (schema: z.ZodType, description: string) => ({ description, content: { "application/json": { schema } } });
const jose = { required: true, content: { "application/jose": { schema: z.string() } } };
const signed = z.object({
  authorization: z.string().optional().openapi({ description: "Freehold and a JWS of type freehold-mailbox+jws", example: "Freehold eyJhbGciOiJFUzI1NiIs…" }),
});
const mailboxInPath = z.object({ id: hexadecimal.openapi({ description: "SHA-256 of the controller id", example: "3f0c".repeat(16) }) });
const messageInPath = mailboxInPath.extend({ message: hexadecimal.openapi({ description: "SHA-256 of the message", example: "b194".repeat(16) }) });
const hostInPath = z.object({ host: z.string().min(1).max(255).openapi({ example: "shop.example" }) });

const Publication = z
  .object({ sha256: hexadecimal, index: z.number().int(), standing: z.boolean(), proof: z.string(), document: z.string() })
  .openapi("TakenPublication", {
    example: {
      sha256: "b194".repeat(16),
      index: 4107,
      standing: true,
      proof: "c2sp.org/tlog-proof@v1\nindex 4107\n…",
      document: `/documents/${"b194".repeat(16)}`,
    },
  });
const Company = z.looseObject({ controller: z.string(), name: z.string() }).openapi("Company", { description: "shapes: rooms/honour/schema.ts" });
const Deposit = z
  .object({ addressee: hexadecimal, checkpoint: z.string(), deposited: z.string(), message: hexadecimal, signature: z.string() })
  .openapi("Deposit", { description: "the register's word, signed, that the message was left (spec/delivery.md)" });
const Messages = z
  .object({ messages: z.array(z.object({ message: hexadecimal, deposited: z.string() })), next: z.string(), more: z.boolean() })
  .openapi("Messages", { example: { messages: [{ message: "b194".repeat(16), deposited: "2026-11-23T10:00:00Z" }], next: "17", more: false } });
const ClaimBody = z
  .object({ origin: z.string().max(255) })
  .strict()
  .openapi("ClaimRequest", { example: { origin: "https://shop.example" } });
const WebhookBody = z
  .object({ url: z.string().max(2000), secret: z.string().max(200).optional() })
  .strict()
  .openapi("WebhookRequest", { example: { url: "https://shop.example/freehold/hook" } });
const Webhook = z
  .object({ url: z.string(), secret: z.string().optional(), waiting: z.number().int().optional(), failed: z.number().int().optional() })
  .openapi("Webhook");
const Test = z
  .object({ delivered: z.boolean(), status: z.number().int().optional(), detail: z.string() })
  .openapi("WebhookTest", { example: { delivered: true, status: 204, detail: "The webhook answered with status 204." } });

const postClaim = createRoute({
  method: "post",
  path: "/v1/claims",
  summary: "Ask the register to read a company's claim at its host, and to publish it",
  request: { body: { required: true, content: { "application/json": { schema: ClaimBody } } } },
  responses: { 200: json(Publication, "it was published already"), 201: json(Publication, "published, with its proof"), ...problems(400, 409, 422, 429, 503) },
});
const postNotice = createRoute({
  method: "post",
  path: "/v1/notices",
  summary: "Publish a notice",
  request: { body: jose },
  responses: {
    200: json(Publication, "it was published already"),
    201: json(Publication, "published, with its proof"),
    ...problems(400, 404, 409, 413, 429, 503),
  },
});
const getCompanies = createRoute({
  method: "get",
  path: "/v1/companies",
  summary: "All companies that have joined, with their claims; the same for everyone",
  responses: { 200: json(z.object({ companies: z.array(Company) }), "each with the chain of its claims"), 304: { description: "nothing has changed since" } },
});
const getCompany = createRoute({
  method: "get",
  path: "/v1/companies/{host}",
  summary: "What a company has claimed and published",
  request: { params: hostInPath },
  responses: { 200: json(Company, "its claim, notices and endpoints"), ...problems(400, 404) },
});
const postMessage = createRoute({
  method: "post",
  path: "/v1/mailboxes/{id}",
  summary: "Leave a sealed message for a company",
  request: { params: mailboxInPath, body: jose },
  responses: { 201: json(Deposit, "the deposit"), ...problems(400, 404, 413, 429, 503, 507) },
});
const listMessages = createRoute({
  method: "get",
  path: "/v1/mailboxes/{id}",
  summary: "Messages that were not fetched yet, oldest first",
  request: {
    params: mailboxInPath,
    headers: signed,
    query: z.object({
      after: z
        .string()
        .regex(/^[0-9]{1,15}$/, "a cursor")
        .default("0"),
    }),
  },
  responses: { 200: json(Messages, "at most 100"), ...problems(400, 401) },
});
const getMessage = createRoute({
  method: "get",
  path: "/v1/mailboxes/{id}/{message}",
  summary: "A sealed message, for whoever names its hash",
  request: { params: messageInPath },
  responses: { 200: { description: "the JWE", content: { "application/jose": { schema: z.string() } } }, ...problems(400, 404) },
});
const deleteMessage = createRoute({
  method: "delete",
  path: "/v1/mailboxes/{id}/{message}",
  summary: "Say that a message was fetched",
  request: { params: messageInPath, headers: signed },
  responses: { 204: { description: "it is served for 30 days more" }, ...problems(400, 401, 404) },
});
const webhookPath = "/v1/mailboxes/{id}/webhook";
const putWebhook = createRoute({
  method: "put",
  path: webhookPath,
  summary: "Set the webhook of a mailbox",
  request: { params: mailboxInPath, headers: signed, body: { required: true, content: { "application/json": { schema: WebhookBody } } } },
  responses: { 200: json(Webhook, "it, with its secret"), ...problems(400, 401) },
});
const getWebhook = createRoute({
  method: "get",
  path: webhookPath,
  summary: "The webhook of a mailbox, and how it fares",
  request: { params: mailboxInPath, headers: signed },
  responses: { 200: json(Webhook, "how many calls wait, and how many were given up"), ...problems(400, 401, 404) },
});
const deleteWebhook = createRoute({
  method: "delete",
  path: webhookPath,
  summary: "End the webhook of a mailbox",
  request: { params: mailboxInPath, headers: signed },
  responses: { 204: { description: "it is called no more" }, ...problems(400, 401) },
});
const testWebhook = createRoute({
  method: "post",
  path: `${webhookPath}/test`,
  summary: "Call the webhook once, now",
  request: { params: mailboxInPath, headers: signed },
  responses: { 200: json(Test, "what it answered"), ...problems(400, 401, 429) },
});

/**
 * The routes, to be mounted at the root.
 *
 * @example
 * ```ts
 * app.route("/", createHonourRoutes(parts));
 * ```
 */
export function createHonourRoutes(parts: HonourParts): OpenAPIHono {
  const { store, publications, webhooks, log, map, reach, sign, limit, addressOf, local, most, now = () => Math.floor(Date.now() / 1000) } = parts;
  const taking = createTaking({ publications, reach, local });
  const mailboxes = createMailboxes({ store, publications, log, sign, most });
  const routes = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      throw new FreeholdError("argument_invalid", `The request is wrong at /${issue!.path.map(String).join("/")}: ${issue!.message}.`);
    },
  });
  /** The body as text, bounded. */
  const textOf = async (c: Context, max: number): Promise<string> => {
    const text = (await c.req.text()).trim();
    if (text.length > max) throw new FreeholdError("too_large", `The body has at most ${max} characters here.`);
    return text;
  };
  const answerTaken = async (c: Context, { publication, repeated }: Taken) => {
    const { sha256, index, author, type } = publication;
    await log.whenPublished(index, c.req.raw.signal);
    const chains = publications.chains(author, type).filter((_, n) => type === "notice" || n === 0);
    const standing = chains.some(({ links }) => links.at(-1)!.sha256 === sha256);
    return c.json({ sha256, index, standing, proof: await log.proof(index), document: `/documents/${sha256}` }, repeated ? 200 : 201);
  };
  const authorise = (c: Context, mailbox: string) =>
    mailboxes.authorise(mailbox, c.req.header("authorization"), { method: c.req.method, path: c.req.path }, now());

  routes.openapi(postClaim, async (c) => {
    const { origin } = c.req.valid("json");
    limit.take(addressOf(c), LOOK_COST);
    limit.take(origin, LOOK_COST);
    const taken = await taking.takeClaim(origin);
    return (await answerTaken(c, taken)) as never;
  });
  routes.openAPIRegistry.registerPath(postNotice);
  routes.post(postNotice.path, async (c) => {
    limit.take(addressOf(c), PUBLICATION_COST);
    return answerTaken(c, await taking.takeNotice(await textOf(c, 65_536)));
  });

  let joined: { key: string; tag: string; body: string } | undefined;
  routes.openapi(getCompanies, async (c) => {
    await publications.catchUp();
    const size = log.published?.size ?? 0;
    const { count, last } = store.extent();
    const key = `${count} ${Math.min(last, size - 1)}`;
    if (joined?.key !== key) {
      const companies: JoinedCompany[] = joinedCompanies(publications, { size, organisationOf: (host) => organisationOf(map, host) });
      const body = JSON.stringify({ companies });
      joined = { key, body, tag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"` };
    }
    const headers = { etag: joined.tag, "cache-control": "no-cache", "content-type": "application/json" };
    if (c.req.header("if-none-match")?.includes(joined.tag) === true) return c.body(null, 304, headers) as never;
    return c.body(joined.body, 200, headers) as never;
  });
  routes.openapi(getCompany, async (c) => {
    await publications.catchUp();
    const { host } = c.req.valid("param");
    const company = companyOf(publications, `https://${host}`) ?? (local ? companyOf(publications, `http://${host}`) : undefined);
    if (company === undefined) throw new FreeholdError("claim_unknown", "No company has claimed this host here.");
    return c.json(company, 200, { "cache-control": "no-cache" }) as never;
  });

  const MAILBOX = "/v1/mailboxes/:id{[0-9a-f]{64}}";
  for (const route of [postMessage, getMessage, deleteMessage]) routes.openAPIRegistry.registerPath(route);
  routes.post(MAILBOX, async (c) => {
    const jwe = await textOf(c, MAX_MESSAGE);
    limit.take(addressOf(c), Math.ceil(jwe.length / 1024));
    await publications.catchUp();
    const deposit = mailboxes.deposit(c.req.param("id"), jwe, now());
    webhooks.nudge();
    return c.json(deposit, 201);
  });
  routes.openapi(listMessages, async (c) => {
    const { id } = c.req.valid("param");
    await authorise(c, id);
    const after = Number(c.req.valid("query").after);
    const found = store.waiting(id, after, LISTED + 1);
    const messages = found.slice(0, LISTED);
    const next = String(messages.at(-1)?.n ?? after);
    return c.json(
      { messages: messages.map(({ message, deposited }) => ({ message, deposited: formatInstant(deposited) })), next, more: found.length > LISTED },
      200,
    );
  });
  routes.get(`${MAILBOX}/:message{[0-9a-f]{64}}`, (c) => {
    const found = store.message(c.req.param("id"), c.req.param("message"));
    if (found === undefined) throw unknownMessage();
    return c.body(found.jwe, 200, { "content-type": "application/jose", "cache-control": "no-store" });
  });
  routes.delete(`${MAILBOX}/:message{[0-9a-f]{64}}`, async (c) => {
    const { id, message } = c.req.param();
    await authorise(c, id);
    if (!store.setFetched(id, message, now())) throw unknownMessage();
    return c.body(null, 204);
  });

  routes.openapi(putWebhook, async (c) => {
    const { id } = c.req.valid("param");
    const controller = await authorise(c, id);
    const { url, secret = makeSecret() } = c.req.valid("json");
    checkWebhookUrl(url, controller);
    checkSecret(secret);
    store.setWebhook(id, { url, secret });
    return c.json({ url, secret }, 200);
  });
  routes.openapi(getWebhook, async (c) => {
    const { id } = c.req.valid("param");
    await authorise(c, id);
    const hook = store.webhook(id);
    if (hook === undefined) throw new FreeholdError("mailbox_unknown", "No webhook is set for this mailbox.");
    return c.json({ url: hook.url, waiting: hook.waiting, failed: hook.failed }, 200);
  });
  routes.openapi(deleteWebhook, async (c) => {
    const { id } = c.req.valid("param");
    await authorise(c, id);
    store.removeWebhook(id);
    return c.body(null, 204);
  });
  routes.openapi(testWebhook, async (c) => {
    const { id } = c.req.valid("param");
    await authorise(c, id);
    limit.take(id, LOOK_COST);
    return c.json(await webhooks.test(id), 200);
  });
  return routes;
}

function unknownMessage(): FreeholdError {
  return new FreeholdError("mailbox_unknown", "There is no such message here, or not any more.");
}

/** The organisation of the map that alone holds a host. */
function organisationOf(map: Pick<MapStore, "organisationOfDomain">, host: string): string | null {
  const organisations = map.organisationOfDomain(host)?.organisations ?? [];
  return organisations.length === 1 ? organisations[0]!.id : null;
}

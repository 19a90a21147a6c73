/** What the register keeps for people and hands to them: sealed copies (spec/backup.md), and the map in parts. No request says who asks, or about whom. */
import { gunzipSync } from "node:zlib";
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { FreeholdError } from "@freehold/protocol/errors";
import { checkToken, expectedOf, monthOf } from "./rules.ts";
import { BLOB_BYTES } from "./schema.ts";
import { keepShards } from "./shards.ts";
import type { Packed, ShardsOptions } from "./shards.ts";
import type { PeopleStore } from "./store.ts";

export interface DecideParts {
  store: PeopleStore;
  map: ShardsOptions["map"];
  /** What one address may write: `take` throws `rate_limited`. A new copy costs 64 (its kilobytes), a copy in place of another 8, a deletion 1. */
  limit: { take(address: string, cost: number): void };
  /** The caller's address, for the limit alone. */
  addressOf: (c: Context) => string;
  /** Copies are taken as long as they are together at most so many bytes. */
  capacity: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** See {@link ShardsOptions.every}. */
  shardsEvery?: number;
}

const NEW_COST = 64;
const CHANGE_COST = 8;

const idInPath = z.object({
  id: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits")
    .openapi({ description: "SHA-256 of the copy's token", example: "5e0c9ab1".repeat(8) }),
});
const authorization = z
  .string()
  .optional()
  .openapi({ description: "Bearer and the token, 64 hexadecimal digits", example: `Bearer ${"7c21".repeat(16)}` });
const tag = (description: string) => z.string().optional().openapi({ description });
const blob = { "application/octet-stream": { schema: z.string().openapi({ type: "string", format: "binary", minLength: BLOB_BYTES, maxLength: BLOB_BYTES }) } };
/** The schema is the server's (server/api.ts): one for all answers of this kind. */
const problem = { description: "a problem (RFC 9457)", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } };
const problems = (...codes: number[]) => Object.fromEntries(codes.map((code) => [code, problem]));
const json = (schema: z.ZodType, description: string) => ({ description, content: { "application/json": { schema } } });

const Index = z
  .object({ version: z.string(), bits: z.number().int(), parts: z.array(z.string()), names: z.string(), vendors: z.record(z.string(), z.string()) })
  .openapi("ShardIndex", {
    example: { version: "9f…", bits: 4, parts: ["/v1/shards/0?v=31…", "/v1/shards/1?v=c4…"], names: "/v1/shards/names?v=0d…", vendors: { "91": "criteo" } },
  });
const Part = z.looseObject({ organisations: z.array(z.looseObject({ id: z.string() })) }).openapi("Shard", { description: "shapes: rooms/decide/schema.ts" });
const Names = z.object({ names: z.array(z.array(z.string())) }).openapi("ShardNames", { example: { names: [["criteo", "Criteo SA", "criteo.com"]] } });
const version = z.object({ v: z.string().max(64).optional().openapi({ description: "of the index: what it names never changes" }) });

const getBackup = createRoute({
  method: "get",
  path: "/v1/backups/{id}",
  summary: "A sealed copy",
  request: { params: idInPath, headers: z.object({ "if-none-match": tag("the ETag that is known") }) },
  responses: { 200: { description: "the copy, with its ETag", content: blob }, 304: { description: "nothing has changed since" }, ...problems(400, 404) },
});
const putBackup = createRoute({
  method: "put",
  path: "/v1/backups/{id}",
  summary: "Leave a sealed copy",
  request: {
    params: idInPath,
    headers: z.object({ authorization, "if-match": tag("the ETag of the copy that is replaced"), "if-none-match": tag("* for a new copy") }),
    body: { required: true, content: blob },
  },
  responses: {
    201: { description: "a new copy; its ETag" },
    204: { description: "it is in place of the other; its ETag" },
    ...problems(400, 403, 412, 429, 507),
  },
});
const deleteBackup = createRoute({
  method: "delete",
  path: "/v1/backups/{id}",
  summary: "Delete a sealed copy",
  request: { params: idInPath, headers: z.object({ authorization }) },
  responses: { 204: { description: "nothing of it is kept" }, ...problems(400, 403, 404, 429) },
});
const getIndex = createRoute({
  method: "get",
  path: "/v1/shards",
  summary: "How the map is cut into parts of at least 500 organisations",
  responses: { 200: json(Index, "addresses of the parts"), 304: { description: "nothing has changed since" } },
});
const getNames = createRoute({
  method: "get",
  path: "/v1/shards/names",
  summary: "The names of all organisations",
  request: { query: version },
  responses: { 200: json(Names, "id, name and main domain of each"), 304: { description: "nothing has changed since" } },
});
const getPart = createRoute({
  method: "get",
  path: "/v1/shards/{n}",
  summary: "One part of the map",
  request: {
    params: z.object({
      n: z
        .string()
        .regex(/^(?:0|[1-9][0-9]{0,5})$/, "a whole number")
        .openapi({ type: "integer", example: 0 }),
    }),
    query: version,
  },
  responses: { 200: json(Part, "its organisations, domains and sites"), 304: { description: "nothing has changed since" }, ...problems(400, 404) },
});

/**
 * The routes, to be mounted at the root.
 *
 * @example
 * ```ts
 * app.route("/", createDecideRoutes({ store, map, limit, addressOf, capacity: 10 * 2 ** 30 }));
 * ```
 */
export function createDecideRoutes({ store, map, limit, addressOf, capacity, now = Date.now, shardsEvery }: DecideParts): OpenAPIHono {
  const routes = new OpenAPIHono();
  const month = () => monthOf(new Date(now()));
  const shards = keepShards({ map, now, ...(shardsEvery !== undefined && { every: shardsEvery }) });
  // Bodies are bytes and ids are checked here; the document is made from the routes above.
  for (const route of [getBackup, putBackup, deleteBackup, getIndex, getNames, getPart]) routes.openAPIRegistry.registerPath(route);
  const params = <T extends z.ZodType>(c: Context, schema: T): z.infer<T> => {
    const parsed = schema.safeParse(c.req.param());
    if (parsed.success) return parsed.data;
    throw new FreeholdError("argument_invalid", `The address is wrong at ${parsed.error.issues[0]!.path.join(".")}: ${parsed.error.issues[0]!.message}.`);
  };

  routes.get("/v1/backups/:id", (c) => {
    const { id } = params(c, idInPath);
    const found = store.read(id, month());
    if (found === undefined) throw new FreeholdError("backup_unknown", "There is no copy under this id.");
    const headers = { etag: `"${found.tag}"`, "cache-control": "no-cache, no-transform" };
    if (c.req.header("if-none-match")?.includes(`"${found.tag}"`) === true) return c.body(null, 304, headers);
    return c.body(found.blob as Uint8Array<ArrayBuffer>, 200, { ...headers, "content-type": "application/octet-stream" });
  });

  routes.put("/v1/backups/:id", async (c) => {
    const { id } = params(c, idInPath);
    checkToken(id, c.req.header("authorization"));
    const expected = expectedOf(c.req.header("if-match"), c.req.header("if-none-match"));
    limit.take(addressOf(c), expected.tag === null ? NEW_COST : CHANGE_COST);
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    if (bytes.length !== BLOB_BYTES)
      throw new FreeholdError("backup_malformed", `A copy has ${BLOB_BYTES} bytes, whatever is in it; this one has ${bytes.length}.`);
    const written = store.write(id, bytes, { expected, month: month(), most: Math.floor(capacity / BLOB_BYTES) });
    return c.body(null, written.created ? 201 : 204, { etag: `"${written.tag}"` });
  });

  routes.delete("/v1/backups/:id", (c) => {
    const { id } = params(c, idInPath);
    checkToken(id, c.req.header("authorization"));
    limit.take(addressOf(c), 1);
    if (!store.remove(id)) throw new FreeholdError("backup_unknown", "There is no copy under this id.");
    return c.body(null, 204);
  });

  routes.get("/v1/shards", async (c) => {
    const { index } = await shards.current();
    const headers = { etag: `"${index.version}"`, "cache-control": "no-cache" };
    return c.req.header("if-none-match")?.includes(`"${index.version}"`) === true ? c.body(null, 304, headers) : c.json(index, 200, headers);
  });
  routes.get("/v1/shards/names", async (c) => serve(c, (await shards.current()).names));
  routes.get("/v1/shards/:n", async (c) => {
    const { n } = params(c, getPart.request.params);
    const part = (await shards.current()).parts[Number(n)];
    if (part === undefined) throw new FreeholdError("shard_unknown", "The map has fewer parts than that. Ask /v1/shards which there are.");
    return serve(c, part);
  });
  return routes;
}

/** Under the address of the index it never changes; under any other it may. */
function serve(c: Context, { tag, gzipped }: Packed): Response {
  const headers = {
    etag: `"${tag}"`,
    "cache-control": c.req.query("v") === tag ? "public, max-age=31536000, immutable" : "no-cache",
    "content-type": "application/json",
    vary: "accept-encoding",
  };
  if (c.req.header("if-none-match")?.includes(`"${tag}"`) === true) return c.body(null, 304, headers);
  if (/\bgzip\b/.test(c.req.header("accept-encoding") ?? ""))
    return c.body(gzipped as Uint8Array<ArrayBuffer>, 200, { ...headers, "content-encoding": "gzip" });
  return c.body(gunzipSync(gzipped), 200, headers);
}

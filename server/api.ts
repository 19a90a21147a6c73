/** The JSON interface under /v1 (spec/register.md). The schemas here check the requests and make the OpenAPI document. */
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { fromBase64, fromHex, toBase64, toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { leafHash } from "@freehold/protocol/merkle";
import { isEnded } from "@freehold/protocol/status";
import type { StatusProof } from "@freehold/protocol/status";
import type { Log } from "../ledger/log.ts";
import { statusProofFrom } from "../ledger/status-tree.ts";
import { RequestInvalid } from "./errors.ts";
import { MAX_BATCH } from "./limits.ts";
import type { RateLimit } from "./limits.ts";
import { entriesOf, submitEntries, submitEntry } from "./submission.ts";

export interface ApiParts {
  log: Log;
  limit: RateLimit;
  /** The caller's address, for the rate limit alone. */
  addressOf: (c: Context) => string;
}

const index = z.number().int().min(0).openapi({ example: 4101 });
const indexInPath = z
  .string()
  .regex(/^[0-9]{1,15}$/, "a whole number")
  .transform(Number)
  .openapi({ type: "integer", minimum: 0, example: 4101 });
const hexadecimal = z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");
const base64 = z.string().max(100_000).openapi({ example: "AgAAAA…" });
const state = z.enum(["sequenced", "published"]).openapi({ description: "sequenced: durable at its index; published: under a witnessed checkpoint" });
const proof = z.string().openapi({ description: "a C2SP tlog-proof" });
const wait = z.object({ wait: state.default("sequenced") });
const statusProof = z.object({ chunk: z.string(), inclusion: z.array(z.string()).readonly(), path: z.array(z.string()).readonly(), root: z.string() });

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");
const Submitted = z.object({ index, state, proof: proof.optional() }).openapi("Submitted");
const BatchResult = z
  .object({
    results: z.array(z.union([z.object({ index }), z.object({ error: z.object({ code: z.string(), detail: z.string() }) })])),
    state,
    checkpoint: z.string().optional(),
  })
  .openapi("BatchResult");
const LoggedEntry = z
  .object({ index, entry: base64, hash: hexadecimal, proof, ended: z.boolean().optional(), status: statusProof.optional() })
  .openapi("LoggedEntry");
const Lock = z
  .object({
    lock: hexadecimal,
    opened: z.boolean(),
    records: z.array(index),
    count: z.number().int(),
    withdrawal: index.nullable(),
    proofs: z.array(z.object({ index, proof })),
  })
  .openapi("Lock");

export const failures = (...codes: number[]) =>
  Object.fromEntries(codes.map((code) => [code, { description: "a problem (RFC 9457)", content: { "application/problem+json": { schema: Problem } } }]));
const ok = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { "application/json": { schema } } });
const octets = { schema: z.string().openapi({ type: "string", format: "binary" }) };
const EntryBody = z.object({ entry: base64 }).strict();
const EntriesBody = z.object({ entries: z.array(base64).min(1).max(MAX_BATCH) }).strict();

const submitEntryRoute = createRoute({
  method: "post",
  path: "/v1/entries",
  summary: "Submit an entry",
  request: { query: wait, body: { required: true, content: { "application/octet-stream": octets, "application/json": { schema: EntryBody } } } },
  responses: {
    200: ok(Submitted, "the same entry was in the log already"),
    201: ok(Submitted, "the entry is in the log"),
    ...failures(400, 409, 413, 429, 503),
  },
});
const submitEntriesRoute = createRoute({
  method: "post",
  path: "/v1/entries/batch",
  summary: "Submit many entries",
  request: { query: wait, body: { required: true, content: { "application/octet-stream": octets, "application/json": { schema: EntriesBody } } } },
  responses: { 200: ok(BatchResult, "one result for each entry, in their order"), ...failures(400, 413, 429, 503) },
});
const findEntry = createRoute({
  method: "get",
  path: "/v1/entries",
  summary: "Find an entry by its leaf hash",
  request: { query: z.object({ hash: hexadecimal }) },
  responses: { 200: ok(LoggedEntry, "the entry, with its proof"), ...failures(400, 404) },
});
const getEntry = createRoute({
  method: "get",
  path: "/v1/entries/{index}",
  summary: "An entry of the published log, with its proof",
  request: { params: z.object({ index: indexInPath }) },
  responses: { 200: ok(LoggedEntry, "the entry, with its proof"), ...failures(400, 404) },
});
const getLock = createRoute({
  method: "get",
  path: "/v1/locks/{lock}",
  summary: "The records of a lock, and whether it is open",
  request: { params: z.object({ lock: hexadecimal }) },
  responses: { 200: ok(Lock, "what the published log says of the lock"), ...failures(400, 404) },
});

/** Records of one lock that are listed; the count is always complete. */
const LISTED = 64;

export function createApi({ log, limit, addressOf }: ApiParts): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result) => {
      if (!result.success) throw new RequestInvalid(result.error.issues);
    },
  });

  // The two that take bytes read their bodies themselves: in the document as they are, checked by the same schemas.
  api.openAPIRegistry.registerPath(submitEntryRoute);
  api.openAPIRegistry.registerPath(submitEntriesRoute);

  api.post(submitEntryRoute.path, async (c) => {
    limit.take(addressOf(c), 1);
    const entry = await bodyBytes(c, (json) => fromBase64(parse(EntryBody, json).entry));
    const { status, location, body } = await submitEntry(log, entry, waitsFor(c), c.req.raw.signal);
    return c.json(body, status, { location });
  });

  api.post(submitEntriesRoute.path, async (c) => {
    const waited = waitsFor(c);
    const entries = await bodyEntries(c);
    limit.take(addressOf(c), entries.length);
    return c.json(await submitEntries(log, entries, waited, c.req.raw.signal));
  });

  api.openapi(findEntry, async (c) => {
    const at = await log.findLeaf(fromHex(c.req.valid("query").hash));
    if (at < 0) throw new FreeholdError("hash_unknown", "No entry of the published log has this leaf hash.");
    return c.json(await loggedEntry(log, at), 200);
  });

  api.openapi(getEntry, async (c) => c.json(await loggedEntry(log, c.req.valid("param").index), 200));

  api.openapi(getLock, async (c) => {
    const { lock } = c.req.valid("param");
    const size = log.published?.size ?? 0;
    const found = log.lock(fromHex(lock));
    const records = found.records.filter((at) => at < size);
    const withdrawal = found.withdrawal !== null && found.withdrawal < size ? found.withdrawal : null;
    if (records.length === 0) throw new FreeholdError("lock_unknown", "No record of the published log has this lock.");
    const listed = records.slice(0, LISTED);
    const proofs = await Promise.all([...listed, ...(withdrawal === null ? [] : [withdrawal])].map(async (at) => ({ index: at, proof: await log.proof(at) })));
    return c.json({ lock, opened: withdrawal !== null, records: listed, count: records.length, withdrawal, proofs }, 200);
  });

  return api;
}

/** An entry of the published log with all that can be shown of it. Throws `index_unknown`. */
async function loggedEntry(log: Log, at: number): Promise<z.infer<typeof LoggedEntry>> {
  const tlogProof = await log.proof(at);
  const bytes = log.entry(at)!;
  const base = { index: at, entry: toBase64(bytes), hash: toHex(leafHash(bytes)), proof: tlogProof };
  if (decodeEntry(bytes).kind !== "record" || at >= log.published!.size - 1) return base;
  return { ...base, ended: isEnded(log.published!.bits, log.published!.size - 1, at), status: await statusProofOf(log, at) };
}

/** The status proof of a record under the published checkpoint. Throws `index_unknown`. */
export async function statusProofOf(log: Log, at: number): Promise<StatusProof> {
  const { size, status } = log.published!;
  if (at >= size - 1) throw new FreeholdError("index_unknown", `The published status covers the entries 0 to ${size - 2}.`);
  return statusProofFrom(status, at, await log.inclusion(size - 1, size));
}

/** The state that the caller waits for. */
function waitsFor(c: Context): z.infer<typeof state> {
  return parse(wait, c.req.query()).wait;
}

async function bodyBytes(c: Context, fromJson: (json: unknown) => Uint8Array): Promise<Uint8Array> {
  const type = c.req.header("content-type") ?? "";
  if (type.startsWith("application/octet-stream")) return new Uint8Array(await c.req.arrayBuffer());
  return fromJson(await jsonBody(c, type));
}

async function bodyEntries(c: Context): Promise<Uint8Array[]> {
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("application/octet-stream")) return parse(EntriesBody, await jsonBody(c, type)).entries.map(fromBase64);
  return entriesOf(new Uint8Array(await c.req.arrayBuffer()));
}

async function jsonBody(c: Context, type: string): Promise<unknown> {
  if (!type.startsWith("application/json")) throw new FreeholdError("argument_invalid", "The body must be application/octet-stream or application/json.");
  try {
    return await c.req.json();
  } catch (cause) {
    throw new FreeholdError("argument_invalid", "The body is not JSON.", { cause });
  }
}

function parse<T extends z.ZodType>(schema: T, json: unknown): z.infer<T> {
  const result = schema.safeParse(json);
  if (!result.success) throw new RequestInvalid(result.error.issues);
  return result.data;
}

/** The HTTP interface of a running register, as spec/register.md says it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { equal, fromBase64, toBase64, toHex } from "@freehold/protocol/bytes";
import { decodeEntry, encodeEntry } from "@freehold/protocol/entry";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash, rootHash } from "@freehold/protocol/merkle";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import type { Policy } from "@freehold/protocol/policy";
import { verifyProof } from "@freehold/protocol/proof";
import { emptyFold, foldEntry, foldedRoot, statusRoot, verifyStatus } from "@freehold/protocol/status";
import type { StatusProof } from "@freehold/protocol/status";
import { decodeBundle, rootFromTiles } from "@freehold/protocol/tile";
import { fromStatusList } from "@freehold/protocol/token-status-list";
import { bytesOf, openTestLog, recordOf, secretOf, withdrawalOf } from "../ledger/testkit.ts";
import { createAnchorApi } from "../server/anchors.ts";
import { createApi } from "../server/api.ts";
import { batchOf, checkpointOf, indexesOf, policyOf, post, submit, submitAll, tilesOf } from "./client.ts";
import { endAll, startRegister, temporaryFolder } from "./register.ts";

let url: string;
let policy: Policy;
const documents: Record<"served" | "withheld", Uint8Array> = { served: new Uint8Array(), withheld: new Uint8Array() };

beforeAll(async () => {
  const folder = temporaryFolder();
  // Documents come in through the register's operator: here, before it starts.
  const { log, store } = await openTestLog({}, folder);
  documents.served = (await log.publishDocument(Buffer.from("a public document"))).sha256;
  documents.withheld = (await log.publishDocument(Buffer.from("a document that names a person"))).sha256;
  store.withholdDocument(documents.withheld, "Its author asked for it.");
  store.close();
  ({ url } = await startRegister({ folder, flags: "--interval 50" }));
  policy = await policyOf(url);
});
afterAll(endAll);

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${url}${path}`, { headers, redirect: "manual" });
const json = async (response: Response) => (await response.json()) as Record<string, never>;

/** Requires a problem (RFC 9457) with a code and a sentence. */
async function expectProblem(response: Response, status: number, code: string) {
  const body = await json(response);
  expect({ status: response.status, ...body }).toMatchObject({
    status,
    code,
    type: `/problems/${code}`,
    title: expect.stringMatching(/^[A-Z]/),
    detail: expect.stringMatching(/\w.*[.?]$/s),
  });
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return body;
}

test("an entry is answered with its index, as octets or as JSON; again, with the first index", async () => {
  const [a, b] = [recordOf("a"), recordOf("b")];
  const first = await post(`${url}/v1/entries`, a);
  expect(first.status).toBe(201);
  const { index, ...rest } = await json(first);
  expect(rest).toEqual({ state: "sequenced" });
  expect(first.headers.get("location")).toBe(`/v1/entries/${index}`);
  const second = await post(`${url}/v1/entries`, { entry: toBase64(b) });
  expect([second.status, (await json(second))["index"]]).toEqual([201, expect.any(Number)]);
  const again = await post(`${url}/v1/entries`, { entry: toBase64(a) });
  expect([again.status, await json(again)]).toEqual([200, { index, state: "sequenced" }]);
});

test("who waits for `published` gets a proof that verifies under the served policy", async () => {
  const entry = recordOf("published");
  const { index, state, proof } = await submit(url, entry, "published");
  expect(state).toBe("published");
  const proven = await verifyProof(proof!, leafHash(entry), policy);
  expect(proven.index).toBe(index);
  expect(proven.checkpoint.witnessedTime).toBeGreaterThan(1_700_000_000);
  const repeated = await post(`${url}/v1/entries?wait=published`, entry);
  expect([repeated.status, await json(repeated)]).toEqual([200, { index, state: "published", proof: expect.stringContaining("c2sp.org/tlog-proof@v1") }]);
});

test.each(["a bundle", "JSON"])("a batch as %s: each entry has its result, and those that are refused hold up no others", async (form) => {
  const entries = [
    recordOf(`${form} 1`),
    Uint8Array.of(1, 9),
    withdrawalOf("nobody"),
    recordOf(`${form} 2`),
    withdrawalOf(`${form} 1`),
    recordOf(`${form} 2`),
    encodeEntry({ kind: "publication", hash: bytesOf("x") }),
  ];
  const response = await post(`${url}/v1/entries/batch?wait=published`, form === "JSON" ? { entries: entries.map(toBase64) } : batchOf(entries));
  expect(response.status).toBe(200);
  const { results, state, checkpoint } = (await response.json()) as Awaited<ReturnType<typeof submitAll>>;
  expect(state).toBe("published");
  const error = (code: string) => ({ error: { code, detail: expect.stringMatching(/\w.*[.?]$/s) } });
  const [one, two, ended] = [0, 3, 4].map((i) => (results[i] as { index: number }).index);
  expect(results).toEqual([
    { index: one },
    error("entry_malformed"),
    error("lock_unknown"),
    { index: two },
    { index: ended },
    { index: two },
    error("entry_kind"),
  ]);
  expect((await verifyCheckpoint(checkpoint!, policy)).size).toBeGreaterThan(ended!);
  expect(await json(await get(`/v1/entries/${one}`))).toMatchObject({ ended: true });
});

test("a batch of which nothing is taken is answered as well, and so is one that nobody waits for", async () => {
  expect(await submitAll(url, [withdrawalOf("nobody")], "published")).toMatchObject({ results: [{ error: { code: "lock_unknown" } }], state: "published" });
  expect(await submitAll(url, [recordOf("no wait")])).toEqual({ results: [{ index: expect.any(Number) }], state: "sequenced" });
});

const status = encodeEntry({ kind: "status", size: 0, root: bytesOf("root") });
const publication = encodeEntry({ kind: "publication", hash: bytesOf("document") });
test.each<[what: string, path: string, body: Uint8Array | string | object, status: number, code: string]>([
  ["an entry of no kind", "/v1/entries", Uint8Array.of(1, 9, 3), 400, "entry_malformed"],
  ["an empty entry", "/v1/entries", new Uint8Array(), 400, "entry_malformed"],
  ["a record that is too short", "/v1/entries", recordOf("short").subarray(1), 400, "entry_malformed"],
  ["a status", "/v1/entries", status, 400, "entry_kind"],
  ["a publication", "/v1/entries", publication, 400, "entry_kind"],
  ["a withdrawal of nothing", "/v1/entries", withdrawalOf("nobody at all"), 409, "lock_unknown"],
  ["no JSON", "/v1/entries", "{", 400, "argument_invalid"],
  ["JSON without an entry", "/v1/entries", { entrie: "AA==" }, 400, "argument_invalid"],
  ["JSON with a foreign member", "/v1/entries", { entry: "AA==", time: 1 }, 400, "argument_invalid"],
  ["base64 that is none", "/v1/entries", { entry: "A" }, 400, "encoding_invalid"],
  ["an unknown state to wait for", "/v1/entries?wait=integrated", recordOf("a"), 400, "argument_invalid"],
  ["a bundle that ends early", "/v1/entries/batch", Uint8Array.of(0, 66, 1), 400, "tile_invalid"],
  ["no entries", "/v1/entries/batch", { entries: [] }, 400, "argument_invalid"],
  ["too many entries", "/v1/entries/batch", batchOf(Array<Uint8Array>(8193).fill(Uint8Array.of(1))), 413, "too_large"],
  ["a body of more than a mebibyte", "/v1/entries/batch", new Uint8Array(1_048_577), 413, "too_large"],
])("what is no submission is refused with its code: %s", async (_, path, body, statusCode, code) => {
  await expectProblem(await post(`${url}${path}`, body), statusCode, code);
});

test("a body of another type is refused, and one of a mebibyte is not too large", async () => {
  await expectProblem(await post(`${url}/v1/entries`, "entry=1", { "content-type": "application/x-www-form-urlencoded" }), 400, "argument_invalid");
  await expectProblem(await post(`${url}/v1/entries`, new Uint8Array(1_048_576)), 400, "entry_malformed");
});

test("a request that its schema refuses says every place where it is wrong", async () => {
  const { errors } = await expectProblem(await post(`${url}/v1/entries/batch`, { entries: ["AA==", 1, null], wait: 3 }), 400, "argument_invalid");
  expect((errors! as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(["/entries/1", "/entries/2", "/"]);
});

test("entries are found by index and by leaf hash, with their proof and status", async () => {
  const entry = recordOf("looked up");
  const { index } = await submit(url, entry, "published");
  const found = await json(await get(`/v1/entries/${index}`));
  const hash = toHex(leafHash(entry));
  expect(found).toMatchObject({ index, entry: toBase64(entry), hash, ended: false });
  const { checkpoint } = await verifyProof(found["proof"]!, leafHash(entry), policy);
  expect(verifyStatus(found["status"]!, { index, checkpoint })).toEqual({ ended: false });
  expect(await json(await get(`/v1/entries?hash=${hash}`))).toMatchObject({ index, entry: toBase64(entry) });
});

test("a lock lists its records and its withdrawal, each with a proof", async () => {
  const records = ["x", "y", "z"].map((label) => recordOf(label, "shared"));
  const lock = toHex(lockOf(secretOf("shared")));
  const indexes = await indexesOf(url, records, "published");
  expect(await json(await get(`/v1/locks/${lock}`))).toMatchObject({ lock, records: indexes, count: 3, withdrawal: null, opened: false });
  const { index: withdrawal } = await submit(url, withdrawalOf("shared"), "published");
  const found = await json(await get(`/v1/locks/${lock}`));
  expect(found).toMatchObject({ records: indexes, count: 3, withdrawal, opened: true });
  const proofs = found["proofs"]! as { index: number; proof: string }[];
  expect(proofs.map((one) => one.index)).toEqual([...indexes, withdrawal]);
  for (const [i, entry] of [...records, withdrawalOf("shared")].entries())
    expect((await verifyProof(proofs[i]!.proof, leafHash(entry), policy)).index).toBe(proofs[i]!.index);
});

test("a lock with many records lists the first 64", async () => {
  await indexesOf(
    url,
    Array.from({ length: 100 }, (_, i) => recordOf(`crowd ${i}`, "crowd")),
    "published",
  );
  expect(await json(await get(`/v1/locks/${toHex(lockOf(secretOf("crowd")))}`))).toMatchObject({ count: 100, records: { length: 64 }, proofs: { length: 64 } });
});

const unknown = "ab".repeat(32);
test.each([
  ["/v1/entries/100000", 404, "index_unknown"],
  ["/v1/entries/9007199254740993", 400, "argument_invalid"],
  ["/v1/entries/-1", 400, "argument_invalid"],
  ["/v1/entries/first", 400, "argument_invalid"],
  [`/v1/entries?hash=${unknown}`, 404, "hash_unknown"],
  ["/v1/entries?hash=abc", 400, "argument_invalid"],
  ["/v1/entries", 400, "argument_invalid"],
  [`/v1/locks/${unknown}`, 404, "lock_unknown"],
  [`/v1/locks/${unknown.toUpperCase()}`, 400, "argument_invalid"],
  ["/log/status/100000", 404, "index_unknown"],
  ["/log/tile/0/x999/999", 404, "index_unknown"],
  ["/log/tile/entries/000.p/256", 400, "tile_invalid"],
  ["/log/tile/64/000", 400, "tile_invalid"],
  [`/documents/${unknown}`, 404, "document_unknown"],
  ["/documents/abc", 404, "document_unknown"],
  ["/v2/entries", 404, "not_found"],
])("%s is a problem: %i %s", async (path, statusCode, code) => {
  await expectProblem(await get(path), statusCode, code);
  const page = await get(path, { accept: "text/html,application/xhtml+xml" });
  expect([page.status, page.headers.get("content-type")]).toEqual([statusCode, "text/html; charset=UTF-8"]);
  expect(await page.text()).toMatch(/^<!doctype html>/i);
});

test("tiles and bundles recompute the root and the status of the published checkpoint", async () => {
  await indexesOf(
    url,
    Array.from({ length: 600 }, (_, i) => recordOf(`many ${i}`)),
  );
  await submit(url, withdrawalOf("many 7"), "published");
  const { size, root } = await checkpointOf(url, policy);
  expect(size).toBeGreaterThan(600);
  const readTile = tilesOf(url);
  const entries: Uint8Array[] = [];
  for (let index = 0; entries.length < size; index++) {
    const width = Math.min(256, size - entries.length);
    entries.push(...decodeBundle(await readTile({ level: "entries", index, width }), width));
  }
  expect(toHex(rootHash(entries.map(leafHash)))).toBe(toHex(root));
  expect(toHex(await rootFromTiles({ size, readTile }))).toBe(toHex(root));
  const fold = emptyFold();
  for (const entry of entries.slice(0, -1)) foldEntry(fold, entry);
  expect(decodeEntry(entries.at(-1)!)).toEqual({ kind: "status", size: size - 1, root: foldedRoot(fold) });
});

test("the status is served as bits, as a Token Status List and as proofs, all of the published status entry", async () => {
  const [ended, open] = await indexesOf(url, [recordOf("ended"), recordOf("open")]);
  await submit(url, withdrawalOf("ended"), "published");
  const checkpoint = await checkpointOf(url, policy);
  const size = checkpoint.size - 1;

  const response = await get("/log/status/bits");
  const bits = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get("freehold-size")).toBe(String(size));
  const root = response.headers.get("freehold-root")!;
  expect([toHex(statusRoot(bits, size)), bits.length]).toEqual([root, Math.ceil(size / 8)]);

  const list = await json(await get("/log/status/list"));
  expect(list).toMatchObject({ size, root });
  const fromList = await fromStatusList(list["status_list"], { maxBytes: 1000 });
  expect(equal(fromList.subarray(0, bits.length), bits)).toBe(true);

  for (const [index, isEnded] of [
    [ended!, true],
    [open!, false],
  ] as const) {
    const proven = (await (await get(`/log/status/${index}`)).json()) as { checkpoint: string; status: StatusProof };
    expect(verifyStatus(proven.status, { index, checkpoint: await verifyCheckpoint(proven.checkpoint, policy) })).toEqual({ ended: isEnded });
  }
});

test("what cannot change may be kept for ever; what changes has an ETag or lasts a second", async () => {
  const { size } = await checkpointOf(url, policy);
  const immutable = "public, max-age=31536000, immutable";
  for (const path of [`/log/tile/0/000.p/${Math.min(size, 255)}`, "/log/tile/entries/000.p/1", `/documents/${toHex(documents.served)}`]) {
    expect([path, (await get(path)).headers.get("cache-control")]).toEqual([path, immutable]);
  }
  expect((await get("/log/checkpoint")).headers.get("cache-control")).toBe("public, max-age=1");
  for (const path of ["/log/status/bits", "/log/status/list"]) {
    const tag = (await get(path)).headers.get("etag")!;
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    for (const sent of [tag, `W/${tag}`, `"other", ${tag}`]) {
      const unchanged = await get(path, { "if-none-match": sent });
      expect([unchanged.status, (await unchanged.arrayBuffer()).byteLength]).toEqual([304, 0]);
    }
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
  }
});

test("bundles are compressed for who accepts it; tiles of hashes never", async () => {
  const plain = await get("/log/tile/entries/000.p/8", { "accept-encoding": "identity" });
  const packed = await get("/log/tile/entries/000.p/8", { "accept-encoding": "gzip, br" });
  expect([plain.headers.get("content-encoding"), packed.headers.get("content-encoding")]).toEqual([null, "gzip"]);
  expect([plain.headers.get("vary"), packed.headers.get("vary")]).toEqual(["accept-encoding", "accept-encoding"]);
  expect(Buffer.from(await packed.arrayBuffer()).equals(Buffer.from(await plain.arrayBuffer()))).toBe(true); // fetch has unpacked it
  expect((await get("/log/tile/0/000.p/8", { "accept-encoding": "gzip" })).headers.get("content-encoding")).toBeNull();
});

test("documents come as attachments; one that is withheld says why, and its entry stays", async () => {
  const served = await get(`/documents/${toHex(documents.served)}`);
  expect([served.status, await served.text()]).toEqual([200, "a public document"]);
  expect([served.headers.get("content-type"), served.headers.get("content-disposition")]).toEqual([
    "application/octet-stream",
    expect.stringMatching(/^attachment/),
  ]);
  expect(await expectProblem(await get(`/documents/${toHex(documents.withheld)}`), 451, "withheld")).toMatchObject({ detail: "Its author asked for it." });
  expect(decodeEntry(fromBase64((await json(await get("/v1/entries/1")))["entry"]!))).toEqual({
    kind: "publication",
    hash: Uint8Array.from(documents.withheld),
  });
});

test("every answer may be read from other origins, and can neither be sniffed, framed nor run as a script", async () => {
  for (const path of ["/log", "/log/checkpoint", "/v1/entries/0", "/v1/entries/100000", "/nothing", "/openapi.json", "/healthz"]) {
    const { headers } = await get(path);
    expect({
      path,
      origin: headers.get("access-control-allow-origin"),
      sniff: headers.get("x-content-type-options"),
      frame: headers.get("x-frame-options"),
      referrer: headers.get("referrer-policy"),
    }).toEqual({ path, origin: "*", sniff: "nosniff", frame: "DENY", referrer: "no-referrer" });
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'; script-src 'self';.*frame-ancestors 'none'/);
    expect(headers.get("set-cookie")).toBeNull();
  }
  const preflight = await fetch(`${url}/v1/entries`, {
    method: "OPTIONS",
    headers: { origin: "https://shop.example", "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-methods"), preflight.headers.get("access-control-allow-headers")]).toEqual([
    204,
    "GET, POST, PUT, DELETE",
    "authorization, content-type, if-match, if-none-match",
  ]);
});

test("a register says what it is, that it lives, that it can write, and how much", async () => {
  const { origin } = await checkpointOf(url, policy);
  const discovery = await json(await get("/.well-known/freehold.json"));
  expect(discovery).toEqual({
    origin,
    log: `${url}/log/`,
    vkey: expect.stringContaining(origin),
    policy: expect.any(String),
    documents: `${url}/documents/`,
    chain: null,
    publishing: { crv: "P-256", kty: "EC", x: expect.any(String), y: expect.any(String) },
    api: `${url}/openapi.json`,
  });
  expect(await (await get("/healthz")).text()).toBe("ok\n");
  expect(await (await get("/readyz")).text()).toBe("ready\n");
  const metrics = await get("/metrics");
  expect(metrics.headers.get("content-type")).toMatch(/^text\/plain; version=0.0.4/);
  const text = await metrics.text();
  const { size } = await checkpointOf(url, policy);
  expect(text).toContain(`\nfreehold_published_size ${size}\n`);
  for (const name of [
    "freehold_log_size",
    "freehold_requests_total",
    "freehold_request_seconds_bucket",
    "freehold_entries_waiting",
    "freehold_witness_size",
    "freehold_process_resident_memory_bytes",
  ])
    expect(text).toContain(`\n${name}`);
});

test("the OpenAPI document has every route of /v1, and all that it refers to", async () => {
  const text = await (await get("/openapi.json")).text();
  const document = JSON.parse(text) as {
    openapi: string;
    info: object;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object> };
  };
  expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\.\d$/), info: { title: expect.any(String), version: expect.any(String) } });
  const described = Object.entries(document.paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
  // The routes of the application itself; its handlers are not called.
  const routes = [
    ...createApi({ log: undefined as never, limit: undefined as never, addressOf: () => "" }).routes,
    ...createAnchorApi(undefined as never).routes,
  ];
  const own = routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
  expect(described).toEqual(expect.arrayContaining(own));
  for (const room of ["/v1/map/organisations", "/v1/shards", "/v1/backups/{id}", "/v1/claims", "/v1/mailboxes/{id}"])
    expect(
      described.some((one) => one.endsWith(` ${room}`)),
      room,
    ).toBe(true);

  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations)) {
      expect(operation.summary).toMatch(/\w/);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect((operation.parameters ?? []).filter((one) => one.in === "path" && one.required).map((one) => one.name)).toEqual(named);
      expect(Object.keys(operation.responses).some((code) => code.startsWith("2"))).toBe(true);
      for (const [code, response] of Object.entries(operation.responses)) {
        expect(response.description).toMatch(/\w/);
        if (Number(code) >= 400) expect(Object.keys(response.content ?? { "application/problem+json": {} })).toEqual(["application/problem+json"]);
      }
    }
  }
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) expect(document.components.schemas).toHaveProperty(name!);
});

interface Operation {
  summary: string;
  parameters?: { in: string; name: string; required: boolean }[];
  responses: Record<string, { description: string; content?: Record<string, object> }>;
}

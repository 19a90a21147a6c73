import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { OpenAPIHono } from "@hono/zod-openapi";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { fetchWrapped, leaveWrapped, removeWrapped } from "@freehold/person/backup";
import { problemOf } from "../../server/errors.ts";
import { createRateLimit } from "../../server/limits.ts";
import { openMapStore } from "../map/index.ts";
import type { MapStore } from "../map/index.ts";
import { createDecideRoutes } from "./routes.ts";
import type { DecideParts } from "./routes.ts";
import { erasedBefore, expectedOf, monthOf } from "./rules.ts";
import { BLOB_BYTES, IDLE_MONTHS } from "./schema.ts";
import { PEOPLE_FILE, openPeopleStore } from "./store.ts";
import type { PeopleStore } from "./store.ts";

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
});

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), "freehold-people-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Opened {
  app: OpenAPIHono;
  store: PeopleStore;
  map: MapStore;
  folder: string;
}

function open(parts: Partial<DecideParts> = {}): Opened {
  const folder = folderOf();
  const store = openPeopleStore(folder);
  const map = openMapStore(folder);
  ends.push(() => {
    map.close();
    store.close();
  });
  const limit = { take: () => {} };
  const app = new OpenAPIHono();
  app.route("/", createDecideRoutes({ store, map, limit, addressOf: () => "192.0.2.7", capacity: 2 ** 30, ...parts }));
  app.onError((error, c) => c.json(problemOf(error, c.req.method), problemOf(error, c.req.method).status as 400));
  return { app, store, map, folder };
}

function slot(): { token: string; path: string; headers: { authorization: string } } {
  const token = randomBytes(32);
  const id = createHash("sha256").update(token).digest("hex");
  return { token: token.toString("hex"), path: `/v1/backups/${id}`, headers: { authorization: `Bearer ${token.toString("hex")}` } };
}
const blob = () => randomBytes(BLOB_BYTES);
const NEW = { "if-none-match": "*" };
const put = async (app: OpenAPIHono, path: string, headers: Record<string, string>, body: Uint8Array = blob()) =>
  app.request(path, { method: "PUT", headers, body: body as BodyInit });
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

test("a copy is written, read, replaced and deleted; its tag changes with it", async () => {
  const { app } = open();
  const { path, headers } = slot();
  const first = blob();
  const made = await put(app, path, { ...headers, ...NEW }, first);
  expect(made.status).toBe(201);
  const read = await app.request(path);
  expect(Buffer.from(await read.arrayBuffer()).equals(first)).toBe(true);
  expect(read.headers.get("etag")).toBe(made.headers.get("etag"));
  expect((await app.request(path, { headers: { "if-none-match": read.headers.get("etag")! } })).status).toBe(304);
  const replaced = await put(app, path, { ...headers, "if-match": `W/${read.headers.get("etag")!}` });
  expect(replaced.status).toBe(204);
  expect(replaced.headers.get("etag")).not.toBe(made.headers.get("etag"));
  expect((await app.request(path, { method: "DELETE", headers })).status).toBe(204);
  expect(await codeOf(await app.request(path))).toEqual([404, "backup_unknown"]);
  expect(await codeOf(await app.request(path, { method: "DELETE", headers }))).toEqual([404, "backup_unknown"]);
});

test("who has not the token writes and deletes nothing; who does not say what is there overwrites nothing; every copy has one size", async () => {
  const { app, store } = open();
  const { path, headers } = slot();
  await put(app, path, { ...headers, ...NEW });
  expect(await codeOf(await put(app, path, { ...slot().headers, ...NEW }))).toEqual([403, "backup_refused"]);
  expect(await codeOf(await put(app, path, NEW))).toEqual([403, "backup_refused"]);
  expect(await codeOf(await app.request(path, { method: "DELETE", headers: slot().headers }))).toEqual([403, "backup_refused"]);
  expect(await codeOf(await put(app, path, headers))).toEqual([400, "argument_invalid"]);
  expect(await codeOf(await put(app, path, { ...headers, "if-match": "*" }))).toEqual([400, "argument_invalid"]);
  const other = slot();
  for (const size of [0, BLOB_BYTES - 1, BLOB_BYTES + 1])
    expect(await codeOf(await put(app, other.path, { ...other.headers, ...NEW }, new Uint8Array(size)))).toEqual([400, "backup_malformed"]);
  expect(await codeOf(await app.request("/v1/backups/abc"))).toEqual([400, "argument_invalid"]);
  expect(store.count).toBe(1);
});

test("of two devices that write at once one is told to read again; the same copy twice is no conflict", async () => {
  const { app } = open();
  const { path, headers } = slot();
  const created = await Promise.all([put(app, path, { ...headers, ...NEW }), put(app, path, { ...headers, ...NEW })]);
  expect(created.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 412]);
  const tag = (await app.request(path)).headers.get("etag")!;
  const bodies = [blob(), blob()];
  const replaced = await Promise.all(bodies.map((body) => put(app, path, { ...headers, "if-match": tag }, body)));
  expect(replaced.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 412]);
  expect(await codeOf(replaced.find(({ status }) => status === 412)!)).toEqual([412, "backup_conflict"]);
  // An answer that was lost on the way: the same is sent again, under the old tag.
  const winner = bodies[replaced.findIndex(({ status }) => status === 204)]!;
  expect((await put(app, path, { ...headers, "if-match": tag }, winner)).status).toBe(204);
  await app.request(path, { method: "DELETE", headers });
  expect(await codeOf(await put(app, path, { ...headers, "if-match": tag }))).toEqual([412, "backup_conflict"]);
});

test("copies are taken up to the capacity, and from one address as fast as the limit says", async () => {
  let time = 0;
  const limit = createRateLimit({ rate: 1, burst: 200, now: () => time });
  const { app } = open({ limit, capacity: 2 * BLOB_BYTES + 1 });
  const slots = [slot(), slot(), slot(), slot()];
  const write = ({ path, headers }: ReturnType<typeof slot>) => put(app, path, { ...headers, ...NEW });
  expect((await write(slots[0]!)).status).toBe(201);
  expect((await write(slots[1]!)).status).toBe(201);
  expect(await codeOf(await write(slots[2]!))).toEqual([507, "storage_full"]);
  expect(await codeOf(await write(slots[3]!))).toEqual([429, "rate_limited"]);
  time += 64;
  const { path, headers } = slots[0]!;
  expect((await app.request(path, { method: "DELETE", headers })).status).toBe(204);
  time += 64;
  expect((await write(slots[3]!)).status).toBe(201);
});

test("a copy lives while it is read or written, and is erased after 36 months in which it was not", async () => {
  let now = Date.UTC(2026, 10, 23);
  const { app, store } = open({ now: () => now });
  const [read, idle] = [slot(), slot()];
  for (const { path, headers } of [read, idle]) await put(app, path, { ...headers, ...NEW });
  now = Date.UTC(2028, 0, 1);
  expect((await app.request(read.path)).status).toBe(200);
  expect(store.eraseIdle(monthOf(new Date(Date.UTC(2029, 10, 30))))).toBe(0); // 36 months have begun, and are not over
  expect(store.eraseIdle(monthOf(new Date(Date.UTC(2029, 11, 1))))).toBe(1);
  expect([(await app.request(read.path)).status, (await app.request(idle.path)).status]).toEqual([200, 404]);
});

test("never less than 36 months lie between the last use and the erasure", () => {
  const day = fc.date({ min: new Date(Date.UTC(2020, 0, 1)), max: new Date(Date.UTC(2090, 0, 1)), noInvalidDate: true });
  fc.assert(
    fc.property(day, day, (used, at) => {
      if (monthOf(used) >= erasedBefore(monthOf(at))) return;
      const earliest = new Date(used);
      earliest.setUTCMonth(earliest.getUTCMonth() + IDLE_MONTHS);
      expect(at.getTime()).toBeGreaterThanOrEqual(earliest.getTime() - 3 * 86_400_000); // setUTCMonth overflows at the ends of months
    }),
  );
});

test("what is deleted is in no file any more, and nothing says when or in which order copies came", async () => {
  const { app, folder, store } = open();
  const { path, headers } = slot();
  const marker = randomBytes(64);
  const body = Buffer.concat([marker, blob().subarray(64)]);
  await put(app, path, { ...headers, ...NEW }, body);
  const stands = () => readdirSync(folder).some((file) => file.startsWith(PEOPLE_FILE) && readFileSync(join(folder, file)).includes(marker));
  expect(stands()).toBe(true);
  await app.request(path, { method: "DELETE", headers });
  expect(stands()).toBe(false);
  const copy = join(folderOf(), PEOPLE_FILE);
  await put(app, path, { ...headers, ...NEW }, body);
  store.copyTo(copy);
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(copy, { readOnly: true });
  const columns = db.prepare("SELECT name FROM pragma_table_info('backup')").all();
  expect(columns.map(({ name }) => name)).toEqual(["id", "tag", "used", "blob"]);
  expect(() => db.prepare("SELECT rowid FROM backup").all()).toThrow("rowid");
  db.close();
});

test("a copy that was answered is there after kill -9", async () => {
  const folder = folderOf();
  const script = `
    import { randomBytes } from "node:crypto";
    import { openPeopleStore } from ${JSON.stringify(new URL("store.ts", import.meta.url).href)};
    const store = openPeopleStore(${JSON.stringify(folder)});
    for (;;) {
      const id = randomBytes(32).toString("hex");
      const { tag } = store.write(id, randomBytes(65536), { expected: { tag: null }, month: 1, most: 1e6 });
      process.stdout.write(id + " " + tag + "\\n");
      await new Promise((resolve) => setImmediate(resolve));
    }`;
  const child = spawn(process.execPath, ["--conditions=source", "--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const answered: string[] = [];
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface(child.stdout)) {
    answered.push(line);
    if (answered.length === 12) child.kill("SIGKILL");
  }
  await ended;
  const store = openPeopleStore(folder);
  ends.push(() => store.close());
  expect(store.count).toBeGreaterThanOrEqual(answered.length);
  for (const line of answered) {
    const [id, tag] = line.split(" ") as [string, string];
    const found = store.read(id, 1)!;
    expect(found.tag).toBe(tag);
    expect(createHash("sha256").update(found.blob).digest("hex").slice(0, 32)).toBe(tag);
  }
});

test("a person's client leaves, finds and takes back its copies", async () => {
  const { app, store } = open();
  const [seed, secret, credentialId] = [randomBytes(32), randomBytes(32), randomBytes(16)];
  const place = {
    url: "http://register.example",
    fetch: (url: string, init?: RequestInit) => Promise.resolve(app.request(url, init)),
    origin: "register.example/log",
  };
  await leaveWrapped({ ...place, seed, secret, credentialId });
  await leaveWrapped({ ...place, seed, secret, credentialId }); // in place of the first
  expect(store.count).toBe(1);
  expect(await fetchWrapped({ ...place, secret, credentialId })).toEqual(new Uint8Array(seed));
  await removeWrapped({ ...place, secret });
  expect(await fetchWrapped({ ...place, secret, credentialId })).toBeUndefined();
});

test("what a writer expects is read from one header or the other, strictly", () => {
  const tag = "0123456789abcdef".repeat(2);
  expect(expectedOf(`"${tag}"`, undefined)).toEqual({ tag });
  expect(expectedOf(undefined, "*")).toEqual({ tag: null });
  for (const [match, noneMatch] of [
    [`"${tag}"`, "*"],
    [undefined, `"${tag}"`],
    ["*", undefined],
    [undefined, undefined],
    [`"${tag}", "${tag}"`, undefined],
  ])
    expect(() => expectedOf(match, noneMatch)).toThrow(expect.objectContaining({ code: "argument_invalid" }));
});

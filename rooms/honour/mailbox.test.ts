import { spawn } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { compactDecrypt, importJWK } from "jose";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";
import { sealFor, verifyDeposit } from "@freehold/person/mailbox";
import { hashOf, thumbprint } from "@freehold/protocol/jws";
import { publicJwk } from "@freehold/protocol/sign";
import { problemOf } from "../../server/errors.ts";
import type { HonourParts } from "./routes.ts";
import { AGAIN_AFTER, KEPT_FETCHED, KEPT_UNFETCHED, depositBytes, mailboxOf } from "./rules.ts";
import type { Deposit } from "./schema.ts";
import { openCompaniesStore } from "./store.ts";
import { AT, claimOf, keyOf, messageFor, openHonour, openHost, signedFor } from "./testkit.ts";
import type { Host, TestHonour } from "./testkit.ts";

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const sealing = publicJwk(keyOf("mailbox"));
const kid = thumbprint(sealing);

/** A company that has joined, with a mailbox. */
async function open(parts: Partial<HonourParts> = {}): Promise<TestHonour & { host: Host; path: string; origin: string }> {
  const made = await openHonour(problemOf, parts);
  const host = await openHost();
  ends.push(
    () => made.close(),
    () => host.close(),
  );
  host.claim = claimOf(host.origin, { body: { mailbox: sealing } });
  await made.app.request("/v1/claims", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ origin: host.origin }) });
  return { ...made, host, path: `/v1/mailboxes/${host.mailbox}`, origin: made.log.log.origin };
}

const leave = (app: TestHonour["app"], path: string, body: string) =>
  app.request(path, { method: "POST", headers: { "content-type": "application/jose" }, body });
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code];

test("a message is left, and the register signs that it was; the same again has the same deposit; whoever names its hash reads it", async () => {
  const { app, path, host, publishing, clock, log } = await open();
  const jwe = messageFor(kid);
  const answer = await leave(app, path, jwe);
  expect(answer.status).toBe(201);
  const deposit = (await answer.json()) as Deposit;
  expect(deposit).toMatchObject({ addressee: host.mailbox, checkpoint: log.log.published!.note });
  const key = { key: createPublicKey({ key: { ...publishing.jwk }, format: "jwk" }), dsaEncoding: "ieee-p1363" as const };
  expect(verify("sha256", depositBytes(deposit), key, Buffer.from(deposit.signature, "base64url"))).toBe(true);
  expect(verify("sha256", depositBytes({ ...deposit, addressee: mailboxOf("https://other.example") }), key, Buffer.from(deposit.signature, "base64url"))).toBe(
    false,
  );
  clock.now += 100;
  expect(await (await leave(app, path, jwe)).json()).toEqual(deposit);
  const read = await app.request(`${path}/${deposit.message}`);
  expect([read.headers.get("content-type"), await read.text()]).toEqual(["application/jose", jwe]);
});

test("a person's client seals, and verifies what it gets for it; the company opens", async () => {
  const { app, path, host, publishing } = await open();
  const jwe = await sealFor(sealing, '{"@context":"urn:freehold:delivery:1"}');
  const deposit: unknown = await (await leave(app, path, jwe)).json();
  const { message } = verifyDeposit(deposit, { jwe, controller: host.origin, key: publishing.jwk });
  const secret = await importJWK({ ...sealing, d: Buffer.from(keyOf("mailbox")).toString("base64url") }, "ECDH-ES");
  const { plaintext } = await compactDecrypt(await (await app.request(`${path}/${message}`)).text(), secret);
  expect(new TextDecoder().decode(plaintext).trim()).toBe('{"@context":"urn:freehold:delivery:1"}');
});

test("only what a company could open, and cannot be told apart by its length, is taken", async () => {
  const { app, path } = await open();
  const malformed = [
    "nonsense",
    "a.b.c.d.e",
    messageFor("another key".padEnd(43, "A")),
    messageFor(kid, { size: 32_767 }),
    messageFor(kid, { size: 0 }),
    messageFor(kid, { kind: "RSA-OAEP" }),
    messageFor(kid, { header: { zip: "DEF" } }),
    messageFor(kid, { header: { epk: null } }),
    messageFor(kid).replace("..", ".AAAA."),
    messageFor(kid).slice(0, -4),
  ];
  for (const jwe of malformed) expect(await codeOf(await leave(app, path, jwe)), jwe.slice(0, 60)).toEqual([400, "deposit_malformed"]);
  expect(await codeOf(await leave(app, path, messageFor(kid, { size: 9 * 32_768 })))).toEqual([413, "too_large"]);
  expect((await leave(app, path, messageFor(kid, { size: 8 * 32_768 }))).status).toBe(201);
  expect(await codeOf(await leave(app, `/v1/mailboxes/${mailboxOf("https://nobody.example")}`, messageFor(kid)))).toEqual([404, "mailbox_unknown"]);
});

test("a mailbox holds so much, and no more; what was taken stays", async () => {
  const { app, path } = await open({ most: { mailbox: 100_000, all: 2 ** 30 } });
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await leave(app, path, messageFor(kid))).status);
  expect(statuses).toEqual([201, 201, 507]);
});

test("only the company reads: with a key of its newest claim, for this path, this register and a short time", async () => {
  const { app, path, host, origin, log } = await open();
  const { message } = (await (await leave(app, path, messageFor(kid))).json()) as Deposit;
  const list = (headers: Record<string, string>, at = path) => app.request(at, { headers });
  const good = { method: "GET", path, origin };
  const answer = await list(signedFor(host.origin, good));
  expect(await answer.json()).toEqual({ messages: [{ message, deposited: "2026-11-23T10:00:00Z" }], next: "1", more: false });
  const refused = [
    {},
    { authorization: "Bearer 12" },
    { authorization: "Freehold a.b.c" },
    signedFor(host.origin, good, "stranger"),
    signedFor(host.origin, { ...good, expires: AT }),
    signedFor(host.origin, { ...good, expires: AT + 301 }),
    signedFor(host.origin, { ...good, path: `${path}/webhook` }),
    signedFor(host.origin, { ...good, method: "DELETE" }),
    signedFor(host.origin, { ...good, origin: "other.example/log" }),
    signedFor("https://other.example", good),
    { authorization: `Freehold ${claimOf(host.origin)}` },
  ];
  for (const headers of refused) expect(await codeOf(await list(headers)), JSON.stringify(headers)).toEqual([401, "mailbox_refused"]);
  // Another company, that has joined too, with its own key, for this mailbox.
  const other = await openHost();
  ends.push(() => other.close());
  other.claim = claimOf(other.origin, { keys: ["other"], body: { mailbox: sealing } });
  await app.request("/v1/claims", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ origin: other.origin }) });
  expect(await codeOf(await list(signedFor(other.origin, good, "other")))).toEqual([401, "mailbox_refused"]);
  // A key that a newer claim has left out.
  host.claim = claimOf(host.origin, { keys: ["b"], signer: "a", predecessor: hashOf(host.claim!), body: { mailbox: sealing } });
  await app.request("/v1/claims", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ origin: host.origin }) });
  expect(await codeOf(await list(signedFor(host.origin, good)))).toEqual([401, "mailbox_refused"]);
  expect((await list(signedFor(host.origin, good, "b"))).status).toBe(200);
  expect(log.log.published).not.toBeNull();
});

test("messages are listed in order, from a cursor on; what was fetched is listed no more, and served for 30 days", async () => {
  const { app, path, host, origin, store } = await open();
  const left: string[] = [];
  for (let i = 0; i < 3; i++) left.push(((await (await leave(app, path, messageFor(kid))).json()) as Deposit).message);
  const list = async (after?: string) => {
    const answer = await app.request(`${path}${after === undefined ? "" : `?after=${after}`}`, {
      headers: signedFor(host.origin, { method: "GET", path, origin }),
    });
    return (await answer.json()) as { messages: { message: string }[]; next: string };
  };
  const all = await list();
  expect(all.messages.map(({ message }) => message)).toEqual(left);
  expect((await list(all.next)).messages).toEqual([]);
  const one = `${path}/${left[0]}`;
  expect((await app.request(one, { method: "DELETE" })).status).toBe(401);
  expect((await app.request(one, { method: "DELETE", headers: signedFor(host.origin, { method: "DELETE", path: one, origin }) })).status).toBe(204);
  expect((await list()).messages.map(({ message }) => message)).toEqual(left.slice(1));
  expect((await app.request(one)).status).toBe(200);
  store.eraseOld(AT + KEPT_FETCHED);
  expect((await app.request(one)).status).toBe(200);
  store.eraseOld(AT + KEPT_FETCHED + 1);
  expect((await app.request(one)).status).toBe(404);
  expect((await list()).messages).toHaveLength(2); // nobody has fetched these
  store.eraseOld(AT + KEPT_UNFETCHED + 1);
  expect((await list()).messages).toEqual([]);
  const after = (await (await leave(app, path, messageFor(kid))).json()) as Deposit;
  expect((await list(all.next)).messages.map(({ message }) => message)).toEqual([after.message]); // numbers are not used again
});

/** Sets the webhook; returns its secret. */
async function hook({ app, path, host, origin }: Awaited<ReturnType<typeof open>>, body: object = { url: `${host.origin}/hook` }) {
  const at = `${path}/webhook`;
  const answer = await app.request(at, {
    method: "PUT",
    headers: { ...signedFor(host.origin, { method: "PUT", path: at, origin }), "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, ...((await answer.json()) as { secret: string; code: string }) };
}

test("a webhook is told, in the form of Standard Webhooks, and again until it hears; the clock is the schedule's", async () => {
  const made = await open();
  const { app, path, host, webhooks, clock, store } = made;
  const { secret } = await hook(made);
  host.status = 500;
  const { message } = (await (await leave(app, path, messageFor(kid))).json()) as Deposit;
  expect(await webhooks.callDue()).toBe(1);
  for (const wait of AGAIN_AFTER.slice(0, 3)) {
    clock.now += wait - 1;
    expect(await webhooks.callDue()).toBe(0);
    clock.now += 1;
    expect(await webhooks.callDue()).toBe(1);
  }
  host.status = 204;
  clock.now += AGAIN_AFTER[3];
  expect(await webhooks.callDue()).toBe(1);
  clock.now += 100_000;
  expect(await webhooks.callDue()).toBe(0);
  expect(host.told).toHaveLength(5);
  for (const [i, { headers, body }] of host.told.entries()) {
    const id = headers["webhook-id"] as string;
    expect(id).toBe(`msg_${message}`); // the same each time: who has heard it once knows it again
    const at = Number(headers["webhook-timestamp"]);
    expect(at).toBe(AT + [0, 5, 65, 665, 4265][i]!);
    expect(headers["webhook-signature"]).toBe(new Webhook(secret).sign(id, new Date(at * 1000), body));
    expect(JSON.parse(body)).toEqual({ type: "mailbox.received", timestamp: "2026-11-23T10:00:00Z", data: { message } });
  }
  expect(store.webhook(host.mailbox)).toMatchObject({ waiting: 0, failed: 0 });
});

test("a webhook that never hears is given up after a day, and that is shown; 410 ends it; a message that was fetched is not told of", async () => {
  const made = await open();
  const { app, path, host, webhooks, clock, origin, store } = made;
  await hook(made);
  host.status = 503;
  await leave(app, path, messageFor(kid));
  await webhooks.callDue();
  for (const wait of AGAIN_AFTER) {
    clock.now += wait;
    await webhooks.callDue();
  }
  expect(host.told).toHaveLength(1 + AGAIN_AFTER.length);
  const at = `${path}/webhook`;
  const shown = await app.request(at, { headers: signedFor(host.origin, { method: "GET", path: at, origin, expires: clock.now + 60 }) });
  expect(await shown.json()).toEqual({ url: `${host.origin}/hook`, waiting: 0, failed: 1 });

  const { message } = (await (await leave(app, path, messageFor(kid))).json()) as Deposit;
  const one = `${path}/${message}`;
  await app.request(one, { method: "DELETE", headers: signedFor(host.origin, { method: "DELETE", path: one, origin, expires: clock.now + 60 }) });
  expect(await webhooks.callDue()).toBe(0);

  host.status = 410;
  await leave(app, path, messageFor(kid));
  await webhooks.callDue();
  expect(store.webhook(host.mailbox)).toBeUndefined();
});

test("what waits survives a restart; the test button calls at once; a webhook is on the company's host", async () => {
  const made = await open();
  const { app, path, host, store, log, origin, clock } = made;
  expect(await hook(made, { url: "https://elsewhere.example/hook" })).toMatchObject({ code: "webhook_refused" });
  expect(await hook(made, { url: `${host.origin}/hook`, secret: "short" })).toMatchObject({ code: "webhook_refused" });
  await hook(made);
  await leave(app, path, messageFor(kid));
  const again = openCompaniesStore(log.folder);
  ends.push(() => again.close());
  expect(again.dueCalls(clock.now, 10)).toHaveLength(1);
  expect(store.dueCalls(clock.now - 1, 10)).toHaveLength(0);
  const at = `${path}/webhook/test`;
  const test = async () => (await app.request(at, { method: "POST", headers: signedFor(host.origin, { method: "POST", path: at, origin }) })).json();
  expect(await test()).toEqual({ delivered: true, status: 204, detail: "The webhook answered with status 204." });
  expect(JSON.parse(host.told[0]!.body)).toMatchObject({ type: "mailbox.test" });
  host.close();
  expect(await test()).toMatchObject({ delivered: false });
});

test("a deposit that was answered is there after kill -9, with the call of its webhook", async () => {
  const folder = mkdtempSync(join(tmpdir(), "freehold-companies-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const script = `
    import { randomBytes } from "node:crypto";
    import { openCompaniesStore } from ${JSON.stringify(new URL("store.ts", import.meta.url).href)};
    const store = openCompaniesStore(${JSON.stringify(folder)});
    store.setWebhook("box", { url: "https://shop.example/hook", secret: "whsec_" });
    for (;;) {
      const sha256 = randomBytes(32).toString("hex");
      store.deposit("box", { sha256, jwe: "x".repeat(50000), deposit: "{}", deposited: 1 }, { mailbox: 1e12, all: 1e12 });
      process.stdout.write(sha256 + "\\n");
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
  const store = openCompaniesStore(folder);
  ends.push(() => store.close());
  for (const sha256 of answered) expect(store.message("box", sha256)?.jwe).toHaveLength(50_000);
  expect(store.waiting("box", 0, 1000).length).toBe(store.webhook("box")!.waiting);
  expect(store.waiting("box", 0, 1000).length).toBeGreaterThanOrEqual(answered.length);
});

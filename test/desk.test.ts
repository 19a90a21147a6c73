/** A company's desk at the register as it really runs: what it takes is logged and proved there, also over the register's end and return. */
import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, expect, test } from "vitest";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { commit } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { hashOf } from "@freehold/protocol/jws";
import { lockOf } from "@freehold/protocol/lock";
import { decodeDocument } from "@freehold/protocol/offer";
import { parseCheckpoint } from "@freehold/protocol/checkpoint";
import { parseNote } from "@freehold/protocol/note";
import type { Act } from "@freehold/protocol/record";
import { publicJwk, signRecord } from "@freehold/protocol/sign";
import { bytesOf, openingOf } from "../protocol/testkit/register.ts";
import { shopKey } from "../protocol/testkit/story.ts";
import { createDesk } from "../sdk/src/desk.ts";
import { createEndpoints } from "../sdk/src/middleware-fetch.ts";
import { makeClaim } from "../sdk/src/publish.ts";
import { openReception } from "../sdk/src/reception.ts";
import { createMemoryStore } from "../sdk/src/store-memory.ts";
import { endAll, startRegister } from "./register.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(endAll);

const flags = "--interval 50";
const personKey = bytesOf("somebody's key");
personKey[0]! &= 0x7f;

test("a request is acknowledged and answered in the log; what comes while the register is down is logged when it is back", async () => {
  let register = await startRegister({ flags });
  const { folder } = register;
  const said = (await (await fetch(`${register.url}/.well-known/freehold.json`)).json()) as { origin: string; policy: string };
  let handler: (request: Request) => Promise<Response | null> = async () => null;
  const server = serve({ fetch: async (request) => (await handler(request)) ?? new Response(null, { status: 404 }), port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  const controller = { id: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, name: "Acme Shop Ltd" };
  const desk = await createDesk({
    store: createMemoryStore(),
    keys: { signing: shopKey, accounts: bytesOf("accounts") },
    policy: said.policy,
    register: "https://register.test",
    controller: controller.id,
    // The register comes back at another port.
    fetch: (url, init) => fetch(url.replace("https://register.test", register.url), init),
    poll: 100,
  });
  const claim = makeClaim({
    controller: controller.id,
    name: controller.name,
    keys: [shopKey],
    deliver: `${controller.id}/freehold/records`,
    withdraw: `${controller.id}/freehold/withdraw`,
    issued: 1_795_000_000,
  });
  const reception = await openReception(desk, { name: controller.name, claim, retry: 50 });
  ends.push(
    () => desk.close(),
    () => reception.close(),
  );
  handler = createEndpoints(reception, { patience: 10_000 });

  const { root, size } = parseCheckpoint(parseNote(await (await fetch(`${register.url}/log/checkpoint`)).text()).text);
  const unproved = (act: Act, label: string) => {
    const secret = bytesOf(`secret ${label}`);
    const lock = toHex(lockOf(secret));
    const jws = signRecord({ "@context": "urn:freehold:record:1", act, beacon: { origin: said.origin, root: toHex(root), size }, controller, lock }, personKey);
    const opening = openingOf(jws);
    const entry = toHex(encodeEntry({ kind: "record", commitment: commit(jws, opening), lock: fromHex(lock) }));
    return { secret, id: hashOf(jws), unproved: { entry, jws, key: publicJwk(personKey), opening: toHex(opening) } };
  };
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${controller.id}/freehold/${path}`, { method: "POST", body: JSON.stringify(body) });
    return { status: answer.status, ...((await answer.json()) as { acknowledgement?: { jws: string }; binding?: object; code?: string }) };
  };
  const bring = ({ unproved: record }: ReturnType<typeof unproved>, reference?: string) =>
    post("records", { "@context": "urn:freehold:delivery:1", unproved: record, ...(reference !== undefined && { reference }) });

  const access = unproved("eu-gdpr:A15", "access");
  const taken = await bring(access, await reception.reference({ subject: "customer-7" }));
  expect(taken).toMatchObject({ status: 200, acknowledgement: {}, binding: {} });
  await reception.inbox.answer({ record: access.id, answer: "fulfilled", document: "cd".repeat(32) });
  await reception.flush();
  const answered = await bring(access);
  expect(decodeDocument("freehold-acknowledgement+jws", answered.acknowledgement!.jws).document).toMatchObject({
    answer: "dpv:RequestFulfilled",
    record: access.id,
  });

  await register.stop("SIGKILL");
  handler = createEndpoints(reception, { patience: 0 });
  const refusal = unproved("dpv:ConsentRefused", "refusal");
  expect(await bring(refusal)).toMatchObject({ status: 202 });
  expect((await reception.answerTo(refusal.id))!.subject).toBe("customer-7");
  expect(await post("withdraw", { secret: toHex(refusal.secret) })).toMatchObject({ status: 202 });
  expect(await post("withdraw", { secret: "ab".repeat(32) })).toMatchObject({ status: 503, code: "unavailable" });
  const explained = async () =>
    (await desk.explain({ subject: "customer-7", purpose: "dpv:Marketing", data: "pd:EmailAddress", processing: "dpv:Use" })).decisions;
  expect(await explained()).toMatchObject([{ decision: { record: refusal.id, index: null }, against: true }]);

  register = await startRegister({ folder, flags });
  await reception.flush();
  handler = createEndpoints(reception, { patience: 10_000 });
  expect(await bring(refusal)).toMatchObject({ status: 200 });
  expect(await post("withdraw", { secret: toHex(refusal.secret) })).toMatchObject({ status: 200, acknowledgement: {} });
  const [{ decision } = { decision: { index: null } }] = await explained();
  const entry = (await (await fetch(`${register.url}/v1/entries/${decision.index}`)).json()) as { entry: string; ended: boolean };
  expect([Buffer.from(entry.entry, "base64").toString("hex"), entry.ended]).toEqual([refusal.unproved.entry, true]);
});

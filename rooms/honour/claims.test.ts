import { afterEach, expect, test } from "vitest";
import { hashOf } from "@freehold/protocol/jws";
import { leafHash } from "@freehold/protocol/merkle";
import { encodeEntry } from "@freehold/protocol/entry";
import { fromHex } from "@freehold/protocol/bytes";
import { verifyProof } from "@freehold/protocol/proof";
import { problemOf } from "../../server/errors.ts";
import { createRateLimit } from "../../server/limits.ts";
import type { HonourParts } from "./routes.ts";
import type { CompanyAnswer, JoinedCompany } from "./schema.ts";
import { openPublications } from "./publications.ts";
import { openCompaniesStore } from "./store.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AT, claimOf, noticeOf, openHonour, openHost } from "./testkit.ts";
import type { Host, TestHonour } from "./testkit.ts";

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function open(parts: Partial<HonourParts> = {}): Promise<TestHonour & { host: Host }> {
  const made = await openHonour(problemOf, parts);
  const host = await openHost();
  ends.push(
    () => made.close(),
    () => host.close(),
  );
  return { ...made, host };
}

const claim = async ({ app }: TestHonour, origin: string) => {
  const answer = await app.request("/v1/claims", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ origin }) });
  return { status: answer.status, ...((await answer.json()) as { code: string; sha256: string; index: number; standing: boolean; proof: string }) };
};
const notice = async ({ app }: TestHonour, document: string) => {
  const answer = await app.request("/v1/notices", { method: "POST", headers: { "content-type": "application/jose" }, body: document });
  return { status: answer.status, ...((await answer.json()) as { code: string; sha256: string; index: number; standing: boolean }) };
};
const company = async ({ app }: TestHonour, host: string) => (await (await app.request(`/v1/companies/${host}`)).json()) as CompanyAnswer;

test("the register reads a claim at its host and publishes it; the answer proves that; the same again is no second one", async () => {
  const made = await open();
  const { host, log } = made;
  host.claim = claimOf(host.origin, { body: { deliver: `${host.origin}/records` } });
  const answer = await claim(made, host.origin);
  expect(answer).toMatchObject({ status: 201, sha256: hashOf(host.claim), standing: true });
  await verifyProof(answer.proof, leafHash(encodeEntry({ kind: "publication", hash: fromHex(answer.sha256) })), log.policy);
  expect(await claim(made, host.origin)).toMatchObject({ status: 200, index: answer.index, standing: true });
  expect(await company(made, host.host)).toMatchObject({
    controller: host.origin,
    name: "Acme Shop Ltd",
    claim: answer.sha256,
    deliver: `${host.origin}/records`,
    notices: [],
  });
  const { companies } = (await (await made.app.request("/v1/companies")).json()) as { companies: JoinedCompany[] };
  expect(companies).toEqual([{ controller: host.origin, name: "Acme Shop Ltd", organisation: null, claims: [{ document: host.claim, index: answer.index }] }]);
});

test("what a host does not serve is not published: nothing there, another's claim, a forged one, too much, no JSON", async () => {
  const made = await open();
  const { host, log } = made;
  expect(await claim(made, host.origin)).toMatchObject({ status: 422, code: "claim_unreachable" });
  host.claim = claimOf("https://shop.example");
  expect(await claim(made, host.origin)).toMatchObject({ code: "claim_mismatch" });
  host.claim = claimOf(host.origin, { keys: ["a"], signer: "stranger" });
  expect(await claim(made, host.origin)).toMatchObject({ code: "jws_header" });
  const good = claimOf(host.origin);
  host.claim = `${good.slice(0, -4)}${good.endsWith("AAAA") ? "BBBB" : "AAAA"}`;
  expect(await claim(made, host.origin)).toMatchObject({ code: "jws_signature" });
  host.claim = "x".repeat(300_000);
  expect(await claim(made, host.origin)).toMatchObject({ code: "claim_unreachable" });
  for (const origin of [
    "https://shop.example/path",
    "http://shop.example",
    "https://10.0.0.1",
    "urn:freehold:organisation:acme",
    "nonsense",
    "https://SHOP.example",
  ])
    expect(await claim(made, origin), origin).toMatchObject({ status: 400, code: "origin_refused" });
  expect(log.log.size).toBeLessThanOrEqual(1); // its own status entry
});

test("a host of this machine is refused where the register is not for demonstrations", async () => {
  const made = await open({ local: false });
  made.host.claim = claimOf(made.host.origin);
  expect(await claim(made, made.host.origin)).toMatchObject({ code: "origin_refused" });
});

test("a successor is signed by a key of its predecessor, and replaces it; one that is not is refused", async () => {
  const made = await open();
  const { host } = made;
  host.claim = claimOf(host.origin, { keys: ["a"] });
  const first = await claim(made, host.origin);
  host.claim = claimOf(host.origin, { keys: ["b"], predecessor: first.sha256 });
  expect(await claim(made, host.origin)).toMatchObject({ code: "jws_header" });
  host.claim = claimOf(host.origin, { keys: ["b"], signer: "a", predecessor: "00".repeat(32) });
  expect(await claim(made, host.origin)).toMatchObject({ status: 409, code: "publication_conflict" });
  host.claim = claimOf(host.origin, { keys: ["b"], signer: "a", predecessor: first.sha256 });
  const second = await claim(made, host.origin);
  expect(second).toMatchObject({ status: 201, standing: true });
  expect((await company(made, host.host)).claim).toBe(second.sha256);
  // Another successor of the first, by a key that was stolen: it is public, and does not stand.
  host.claim = claimOf(host.origin, { keys: ["thief"], signer: "a", predecessor: first.sha256 });
  const fork = await claim(made, host.origin);
  // A claim that begins anew neither.
  host.claim = claimOf(host.origin, { keys: ["thief"] });
  const anew = await claim(made, host.origin);
  expect([fork.standing, anew.standing]).toEqual([false, false]);
  const { claims, claim: standing } = await company(made, host.host);
  expect(standing).toBe(second.sha256);
  expect(claims.map(({ sha256, standing, aside }) => [sha256, standing, aside])).toEqual([
    [anew.sha256, false, "second-chain"],
    [fork.sha256, false, "fork"],
    [second.sha256, true, undefined],
    [first.sha256, false, undefined],
  ]);
  const { companies } = (await (await made.app.request("/v1/companies")).json()) as { companies: JoinedCompany[] };
  expect(companies[0]!.claims.map(({ index }) => index)).toEqual([first.index, second.index]);
});

test("a notice is signed by a key of the newest claim; a new version names the last one", async () => {
  const made = await open();
  const { host } = made;
  expect(await notice(made, noticeOf(host.origin))).toMatchObject({ status: 404, code: "claim_unknown" });
  host.claim = claimOf(host.origin);
  await claim(made, host.origin);
  expect(await notice(made, noticeOf(host.origin, { signer: "stranger" }))).toMatchObject({ code: "jws_header" });
  expect(await notice(made, host.claim)).toMatchObject({ code: "publication_malformed" });
  expect(await notice(made, noticeOf(host.origin, { body: { text: "" } }))).toMatchObject({ code: "publication_malformed" });
  expect(await notice(made, noticeOf(host.origin, { body: { url: "https://elsewhere.example/" } }))).toMatchObject({ code: "publication_malformed" });
  const first = await notice(made, noticeOf(host.origin));
  expect(first).toMatchObject({ status: 201, standing: true });
  expect(await notice(made, noticeOf(host.origin))).toMatchObject({ status: 200, index: first.index });
  const second = await notice(made, noticeOf(host.origin, { predecessor: first.sha256, body: { text: "What we do now." } }));
  expect(second).toMatchObject({ status: 201, standing: true });
  expect(await notice(made, noticeOf(host.origin, { predecessor: first.sha256, body: { text: "Or this." } }))).toMatchObject({
    status: 409,
    code: "publication_conflict",
  });
  const german = await notice(made, noticeOf(host.origin, { body: { language: "de", title: "Hinweise" } }));
  expect(german.standing).toBe(true);
  const { notices } = await company(made, host.host);
  expect(notices.map(({ language, standing }) => [language, standing])).toEqual([
    ["de", true],
    ["en", true],
    ["en", false],
  ]);
});

test("what companies have published is read from the log again where the store is lost; what is withheld speaks for nobody", async () => {
  const made = await open();
  const { host, log } = made;
  host.claim = claimOf(host.origin);
  const claimed = await claim(made, host.origin);
  await notice(made, noticeOf(host.origin));
  const folder = mkdtempSync(join(tmpdir(), "freehold-companies-"));
  const store = openCompaniesStore(folder);
  ends.push(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const again = openPublications({ store, log: log.log, documents: log.store });
  await Promise.all([again.catchUp(), again.catchUp()]);
  expect(again.standing(host.origin)).toMatchObject({ sha256: claimed.sha256, index: claimed.index });
  expect(again.chains(host.origin, "notice")).toEqual(made.publications.chains(host.origin, "notice"));
  // A ledger that was restored from an older copy than this store.
  store.addPublications(
    [{ sha256: "ff".repeat(32), author: host.origin, type: "claim", predecessor: claimed.sha256, issued: "2026-11-23T10:00:00Z", index: 9000 }],
    9001,
  );
  const restored = openPublications({ store, log: log.log, documents: log.store });
  await restored.catchUp();
  expect(restored.standing(host.origin)?.sha256).toBe(claimed.sha256);
  log.store.withholdDocument(fromHex(claimed.sha256), "asked for");
  expect(again.standing(host.origin)).toBeUndefined();
  expect((await made.app.request(`/v1/companies/${host.host}`)).status).toBe(404);
});

test("one address makes the register look only so often", async () => {
  const limit = createRateLimit({ rate: 1, burst: 600, now: () => AT });
  const made = await open({ limit });
  const codes = [];
  for (let i = 0; i < 3; i++) codes.push((await claim(made, made.host.origin)).code);
  expect(codes).toEqual(["claim_unreachable", "claim_unreachable", "rate_limited"]);
});

/** The demonstration shop beside the real register, over HTTP: a person who decides with her own client, a withdrawal, requests, the mailbox, and five cheats. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fromHex } from "@freehold/protocol/bytes";
import { hashOf } from "@freehold/protocol/jws";
import { formatCode } from "@freehold/protocol/lock";
import { decodeDocument } from "@freehold/protocol/offer";
import { verifyReceipt } from "@freehold/protocol/receipt";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { openBook } from "@freehold/person/book";
import { findCompany, verifyOffer } from "@freehold/person/company";
import { acceptAnswer, deliver } from "@freehold/person/deliver";
import { readLog, unreadLog } from "@freehold/person/log-reader";
import type { LogState } from "@freehold/person/log-reader";
import { prepare } from "@freehold/person/prepare";
import { makeReceipt, secretOf } from "@freehold/person/receipts";
import { learnRegister } from "@freehold/person/register";
import type { Book, Draft, Item } from "@freehold/person/schema";
import { sign } from "@freehold/person/sign";
import { takeSnapshot } from "@freehold/person/snapshot";
import { submit } from "@freehold/person/submit";
import { withdraw } from "@freehold/person/withdraw";
import { openShop } from "../demo/shop.ts";
import type { Shop } from "../demo/shop.ts";
import { cheats } from "../demo/cheat.ts";
import { overflow, violations } from "./axe.ts";
import { startChromium } from "./chromium.ts";
import { endAll, startRegister, temporaryFolder, until } from "./register.ts";
import type { RunningRegister } from "./register.ts";

let register: Pick<RunningRegister, "url">;
let shop: Shop;
const told: string[] = [];

beforeAll(async () => {
  const started = await startRegister({ flags: "--interval 50" });
  // Passkeys belong to a name, and an address in numbers is none.
  register = { url: started.url.replace("127.0.0.1", "localhost") };
  shop = await openShop({
    register: register.url,
    folder: join(temporaryFolder(), "shop"),
    port: 0,
    poll: 100,
    jobs: 100,
    log: (message) => told.push(message),
  });
  await shop.company.whenJoined;
});
afterAll(async () => {
  await shop?.close();
  await endAll();
});

/** Somebody with a browser at the shop, and a client at the register. */
interface Person {
  cookie: string;
  customer: string;
  book: Book;
  log: LogState;
  seed: Uint8Array;
}

const source = () => ({ url: register.url, policy: parseTrustPolicy(shop.company.policy), fetch });
const now = () => Date.now() / 1000;

async function post(path: string, fields: Record<string, string>, { cookie = "", origin = shop.url } = {}): Promise<Response> {
  return fetch(shop.url + path, { method: "POST", body: new URLSearchParams(fields), headers: { cookie, origin }, redirect: "manual" });
}
async function read(path: string, { cookie = "" } = {}): Promise<string> {
  const answer = await fetch(shop.url + path, { headers: { cookie } });
  expect(answer.status, path).toBe(200);
  return answer.text();
}

async function joinShop(name: string, number: number): Promise<Person> {
  const answer = await post("/sign-up", { name, email: "kim@example.org" });
  expect(answer.status).toBe(303);
  const cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
  const [customer] = /customer-[0-9a-f]{8}/.exec(await read("/account", { cookie }))!;
  const seed = new Uint8Array(32).fill(number);
  const info = await learnRegister(register.url, fetch);
  const book = openBook(info, number);
  return { cookie, customer, book, seed, log: await readLog({ state: unreadLog(info.origin), book, seed, ...source() }) };
}

/** Follows the shop's link and answers; what she keeps of it. */
async function decide(person: Person, draftsOf: (offer: string) => Draft[], { by }: { by: "endpoint" | "mailbox" } = { by: "endpoint" }): Promise<Item[]> {
  const asked = await fetch(`${shop.url}/account/ask`, { headers: { cookie: person.cookie }, redirect: "manual" });
  const link = new URL(asked.headers.get("location")!);
  expect(link.href.startsWith(`${register.url}/me/decide#`)).toBe(true);
  const fields = new URLSearchParams(link.hash.slice(1));
  expect(fields.get("return")).toBe(`${shop.url}/account`);
  const offer = fields.get("offer")!;
  person.log = await readLog({ state: person.log, book: person.book, seed: person.seed, ...source() });
  const company = await findCompany({ controller: shop.url, log: person.log, fetch });
  await verifyOffer(offer, { company, log: person.log, now: now() });

  const drafts = draftsOf(offer);
  const prepared = prepare({ book: person.book, log: person.log, seed: person.seed, drafts, now: now() });
  const signed = await sign({
    seed: person.seed,
    book: person.book,
    prepared,
    gesture: async () => null,
    now: now(),
    also: () => ({ claims: company.documents }),
  });
  Object.assign(person, await submit({ ...source(), book: signed.book, log: person.log, seed: person.seed, now, poll: 20 }));
  const items: Item[] = [];
  for (const { id } of signed.items) {
    const item = person.book.items.find((one) => one.id === id)!;
    const { text } = await makeReceipt({ item, snapshot: await takeSnapshot(source()), policy: source().policy, now: now() });
    const { deliver: _, ...mailboxOnly } = company.claim.body;
    const to = by === "endpoint" ? company : { ...company, claim: { ...company.claim, body: mailboxOnly } };
    const brought = await deliver({
      item,
      receipt: text,
      company: to,
      fetch,
      now: now(),
      register: { url: register.url },
      reference: fields.get("reference")!,
      attempts: 5,
    });
    expect(brought.delivery).toMatchObject({ by });
    expect(brought.delivery.error).toBeUndefined();
    const answered =
      brought.answer &&
      (await acceptAnswer({ item, answer: brought.answer, company, snapshot: await takeSnapshot(source()), policy: source().policy, now: now() }));
    items.push(answered ?? item);
  }
  return items;
}

const party = () => ({ id: shop.url, name: "Kettle & Leaf (demonstration)" });
const answerOf =
  (of: number, act: "allow" | "refuse") =>
  (offer: string): Draft => {
    const process = decodeDocument("freehold-offer+jws", offer).document.processes[of]!;
    return act === "allow"
      ? { act: "dpv:ConsentGiven", controller: party(), processes: [process], offer, expires: "2035-01-01T00:00:00Z" }
      : { act: "dpv:ConsentRefused", controller: party(), processes: [{ purposes: process.purposes! }], offer };
  };
/** What the jobs say of a use, as the page has it. */
async function saidOf(person: Person, use: string): Promise<string> {
  return new RegExp(`data-use="${use}"[\\s\\S]*?data-answer>([^<]+)<`).exec(await read("/account", person))![1]!;
}

test("an offer is answered: what she allowed is done, what she refused is not; a withdrawal at the register ends it", async () => {
  const kim = await joinShop("Kim <b>Example</b>", 11);
  expect(await read("/account", kim)).toContain("Kim &lt;b&gt;Example");
  expect(await saidOf(kim, "newsletter")).toBe("not allowed (no_grant): you have not allowed it");

  const [newsletter, advertising] = (await decide(kim, (offer) => [answerOf(0, "allow")(offer), answerOf(2, "refuse")(offer)])) as [Item, Item];
  expect(newsletter.acknowledgements).toHaveLength(1);
  expect(newsletter.binding ?? advertising.binding).toBeDefined();
  expect(await saidOf(kim, "newsletter")).toBe(`allowed by entry ${newsletter.index}`);
  expect(await saidOf(kim, "advertising")).toMatch(/^not allowed \(no_grant\)/);
  expect(await saidOf(kim, "recommendations")).toBe("not allowed (no_grant): you have not allowed it");
  await until(async () => /newsletter sent; allowed by entry/.test(await read("/account", kim)));
  expect(await read("/account", kim)).toContain("nothing given to AdCo");

  const live = await fetch(`${shop.url}/live`, { headers: { cookie: kim.cookie } });
  const reader = live.body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  expect(
    JSON.parse(
      new TextDecoder()
        .decode(value)
        .replace(/^data: /, "")
        .trim(),
    ),
  ).toMatchObject({ answers: [{ use: "newsletter", allowed: true }, {}, { use: "advertising", allowed: false }] });

  const outcomes = await withdraw({ secret: secretOf(newsletter, kim.seed), fetch, register: source() });
  expect(outcomes).toMatchObject([{ by: "register", done: true }]);
  await until(async () => (await saidOf(kim, "newsletter")) === "not allowed (ended): you have withdrawn it");
});

test("a code withdraws at the shop, at once; nobody else can send its forms, or read another's data", async () => {
  const kim = await joinShop("Kim", 12);
  const [grant] = (await decide(kim, (offer) => [answerOf(1, "allow")(offer)])) as [Item];
  expect(await saidOf(kim, "recommendations")).toBe(`allowed by entry ${grant.index}`);
  expect(await read("/", kim)).toContain("Teas for you, Kim");
  const code = formatCode(secretOf(grant, kim.seed));
  expect((await post("/account/withdraw", { code }, { ...kim, origin: "http://evil.example" })).status).toBe(403);
  expect((await post("/account/withdraw", { code: "nonsense" }, kim)).status).toBe(400);
  expect((await post("/account/withdraw", { code }, kim)).status).toBe(303);
  expect(await saidOf(kim, "recommendations")).toBe("not allowed (ended): you have withdrawn it");
  expect((await fetch(`${shop.url}/account/ask`, { redirect: "manual" })).status).toBe(400);
});

test("an access request that was left in the mailbox is answered with the export, whose hash the acknowledgement names", async () => {
  const kim = await joinShop("Kim", 13);
  const [request] = (await decide(kim, () => [{ act: "eu-gdpr:A15", controller: party() }], { by: "mailbox" })) as [Item];
  await until(async () => /eu-gdpr:A15/.test(await read("/account", kim)));
  expect(await read("/staff")).toMatch(/\d{4}-\d\d-\d\d \((?:2[6-9]|3[01]) days\)/);
  expect((await post("/staff/answer", { record: request.id, answer: "rejected", grounds: "" })).status).toBe(400);
  expect((await post("/staff/answer", { record: request.id, answer: "export" })).status).toBe(303);

  const [path, sha256] = /\/account\/exports\/([0-9a-f]{64})/.exec(await read("/account", kim))!;
  const text = await read(path, kim);
  expect(hashOf(text)).toBe(sha256);
  expect(JSON.parse(text)).toMatchObject({ of: shop.url, customer: { id: kim.customer, name: "Kim" }, requests: [{ act: "eu-gdpr:A15" }] });
  expect((await fetch(shop.url + path)).status).toBe(400);

  const answers = async () => (await (await fetch(`${shop.url}/freehold/records/${request.id}`)).json()) as { acknowledgement?: { jws: string } };
  await until(async () => {
    const { acknowledgement } = await answers();
    return acknowledgement !== undefined && decodeDocument("freehold-acknowledgement+jws", acknowledgement.jws).document.document === sha256;
  });
  expect((await post("/staff/erase", { subject: kim.customer })).status).toBe(303);
  expect((await fetch(`${shop.url}/account`, { headers: { cookie: kim.cookie }, redirect: "manual" })).status).toBe(302);
});

const CAUGHT: { [name: string]: (string | undefined)[] } = {
  forge: ["jws_signature", "jws_header", undefined, "kid_unbound"],
  relog: [undefined, undefined, "status_mismatch", undefined],
  stale: [undefined, "status_mismatch", "stale", undefined],
  puppet: ["binding_previous", undefined, undefined],
  deny: [undefined, "receipt_controller", undefined],
};

test.each(cheats)("the cheat “$title” is tried, and caught", async ({ name }) => {
  expect((await post(`/cheats/${name}`, {})).status).toBe(303);
  const html = await read("/cheats");
  const section = html.slice(html.indexOf(`id="${name}"`)).split("</section>")[0]!;
  expect(section).toContain("not allowed</strong>");
  expect(section).not.toContain("NOT ended");
  const items = [...section.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, text]) => text!);
  expect(items.map((text) => /with <code>(\w+)<\/code>/.exec(text)?.[1])).toEqual(CAUGHT[name]);
  for (const [, file] of section.matchAll(/href="(\/cheats\/[^"]+\.json)"/g)) {
    const receipt = await read(file!);
    const { policy } = source();
    const code = await verifyReceipt(receipt, { policy, now: now() }).then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    expect(section, file).toContain(code === undefined ? file : `with <code>${code}</code>`);
  }
});

test("every page says that it is a demonstration; nothing of a person is in what the shop tells its log", async () => {
  for (const path of ["/", "/staff", "/cheats"]) expect(await read(path), path).toContain("<strong>Demonstration.</strong>");
  const { claim } = JSON.parse(await read("/.well-known/freehold.json")) as { claim: string };
  expect(claim).toBe(shop.company.reception.claim);
  expect(told.join("\n")).not.toMatch(/Kim|kim@example\.org|customer-/);
  expect(fromHex(shop.company.joined!.notice.sha256)).toHaveLength(32);
});

test("in a browser: join, decide at the register, see it obeyed, withdraw there, and see that too", async () => {
  const browser = await startChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const wrong: string[] = [];
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("console", (message) => message.type() === "error" && !message.text().includes("status of") && wrong.push(message.text()));
    page.on("response", (response) => response.status() >= 400 && response.url().startsWith(shop.url) && wrong.push(`${response.status()} ${response.url()}`));
    const session = await context.newCDPSession(page);
    await session.send("WebAuthn.enable");
    const authenticator = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true } as const;
    await session.send("WebAuthn.addVirtualAuthenticator", {
      options: { ...authenticator, hasPrf: true, isUserVerified: true, automaticPresenceSimulation: true },
    });

    await page.goto(shop.url);
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByRole("link", { name: "Decide at my register" }).click();
    for (const [i, word] of ["Allow", "Refuse", "Refuse"].entries()) {
      await page.getByText(`Question ${i + 1} of 3`).waitFor();
      await page.getByRole("button", { name: word, exact: true }).click();
    }
    await page.getByRole("button", { name: /^Sign and send/ }).click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    await page.getByRole("link", { name: /^Back to Kettle/ }).click();
    await page.locator("[data-use=newsletter] .yes").waitFor();
    await page.locator("#lines .yes").first().waitFor();
    expect(await page.locator("[data-use=advertising] [data-answer]").innerText()).toMatch(/^not allowed/);

    // The shop in a window of its own, which is not loaded again.
    const watching = await context.newPage();
    await watching.goto(`${shop.url}/account`);
    await watching.locator("[data-use=newsletter] .yes").waitFor();
    await page.goto(`${register.url}/me/decisions`);
    await page.getByText("Up to date with the log").waitFor();
    const row = page.getByRole("list", { name: "Decisions" }).getByRole("listitem").filter({ hasText: "Allowed" }).first();
    await row.getByRole("button", { name: /^Withdraw/ }).click();
    await row.getByRole("button", { name: "End it" }).click();
    await watching.locator("[data-use=newsletter]").getByText("not allowed (ended): you have withdrawn it").waitFor();
    await watching.close();

    await page.goto(`${shop.url}/cheats`);
    await page.getByRole("button", { name: "Forge a grant" }).click();
    await page.locator("#forge .result .no").waitFor();

    for (const path of ["/", "/account", "/staff", "/cheats"])
      for (const width of [390, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(shop.url + path);
        expect(await violations(page), path).toEqual([]);
        expect(await overflow(page), path).toBe(0);
      }
    expect(wrong).toEqual([]);
  } finally {
    await browser.close();
  }
}, 120_000);

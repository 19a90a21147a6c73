/** One sitting and the page of her key in Chromium, with and without passkeys: what is asked, what is signed, what leaves, what stays. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { looks, overflow, violations } from "./axe.ts";
import { startChromium } from "./chromium.ts";
import { serveDecide } from "./decide-site.ts";
import type { DecideSite } from "./decide-site.ts";

let browser: Browser;
let site: DecideSite;
beforeAll(async () => {
  [browser, site] = await Promise.all([startChromium(), serveDecide(process.env["DECIDE_UI"])]);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});

interface Opened {
  page: Page;
  wrong: string[];
  context: BrowserContext;
}

/** A profile of its own. `prf: null` for one without an authenticator. */
async function open(path: string, { prf = true, ...options }: BrowserContextOptions & { prf?: boolean | null } = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on(
    "console",
    (message) => ["error", "warning"].includes(message.type()) && !/status of 404|pubKeyCredParams/.test(message.text()) && wrong.push(message.text()),
  );
  page.on("pageerror", (error) => wrong.push(error.message));
  if (prf !== null) {
    const session = await context.newCDPSession(page);
    await session.send("WebAuthn.enable");
    await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        hasPrf: prf,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  }
  await page.goto(site.url + path);
  return { page, wrong, context };
}

const at = (page: Page, step: string) => page.locator(`[data-step=${step}]`).waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name }).click();
const signed = /^Sign \d+ statement/;

/** From an example string to the texts. */
async function toCheck(page: Page): Promise<void> {
  await page.getByLabel("Nothing: show me an example").check();
  await press(page, "Continue");
  await at(page, "whom");
  await press(page, "Continue");
  await page.getByLabel("Where do you live?").selectOption("DE");
  await press(page, "Continue");
  await page.locator(".two-answers").waitFor();
}

/** From the texts to the receipts, with a new passkey. */
async function signNew(page: Page): Promise<void> {
  await press(page, "Sign");
  await press(page, "Make a passkey");
  await press(page, signed);
  await at(page, "done");
}

/** All that this origin has stored in the browser, as text. */
const stored = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("freehold");
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error!));
    });
    if (!db.objectStoreNames.contains("kept")) return "";
    const values = await new Promise<unknown[]>((resolve, reject) => {
      const request = db.transaction("kept").objectStore("kept").getAll();
      request.addEventListener("success", () => resolve(request.result as unknown[]));
      request.addEventListener("error", () => reject(request.error!));
    });
    return JSON.stringify(values) + JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage });
  });

describe("one sitting", () => {
  test("from an example string to verified receipts: the register learns neither whom nor what", async () => {
    const before = site.asked.length;
    const { page, wrong, context } = await open("/me");
    await toCheck(page);
    expect(await page.locator(".counts").innerText()).toMatch(/^\d statements? to 1 organisation$/);
    expect(await page.locator("main").innerText()).toContain("with an example, not with anything of yours");
    expect(await page.locator(".answers .code").first().innerText()).toContain(`"id": "${site.shop.id}"`);
    const [yes, no] = await page.locator(".two-answers button").evaluateAll((buttons) =>
      buttons.map((button) => {
        const { width, height } = button.getBoundingClientRect();
        const { color, backgroundColor, borderColor, fontWeight } = getComputedStyle(button);
        return { width, height, color, backgroundColor, borderColor, fontWeight };
      }),
    );
    expect(yes).toEqual(no);
    await signNew(page);
    expect(await page.locator("h2").first().innerText()).toMatch(/^Signed, and in the log: \d receipts?$/);
    await page
      .getByRole("button", { name: /^Verify in this browser: / })
      .first()
      .click();
    await page.locator(".verified").waitFor();
    expect(await page.locator(".verified").innerText()).toMatch(/Verified in your browser\.\s+\d+ steps/);
    const asked = site.asked.slice(before).join("\n");
    expect(asked).toContain("POST /v1/entries");
    for (const word of ["acme", encodeURIComponent(site.shop.id), "DE", "Advertising"]) expect(asked).not.toContain(word);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("back, forward and a reload lose nothing; a step that cannot be yet is not shown", async () => {
    const { page, context } = await open("/me#sign");
    await at(page, "source");
    await page.getByLabel("Nothing: show me an example").check();
    await press(page, "Continue");
    await at(page, "whom");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("step-title");
    await press(page, "Continue");
    await at(page, "acts");
    await page.goBack();
    await at(page, "whom");
    await page.reload();
    await at(page, "whom");
    await press(page, "Back to: What do you have?");
    await at(page, "source");
    await context.close();
  });

  test("a HAR is read here; a string that is none is told what is wrong with it", async () => {
    const { page, context } = await open("/me");
    await page.getByLabel("A consent string").check();
    await page.getByRole("textbox", { name: "Consent string" }).fill("no string!");
    await press(page, "Continue");
    expect(await page.locator(".refused").innerText()).toContain("character 3");
    await page.getByLabel("A recording of my browser").check();
    const entry = (url: string) => ({
      startedDateTime: "2026-11-20T10:00:00.000Z",
      time: 1,
      request: { url, headers: [] },
      response: { status: 200, headers: [], content: { mimeType: "text/html" } },
    });
    const har = {
      log: {
        version: "1.2",
        creator: { name: "test", version: "1" },
        entries: ["https://news.example.org/", "https://px.shop.example/p?uid=secret-value"].map(entry),
      },
    };
    await page.locator("#har").setInputFiles({ name: "x.har", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(har)) });
    await press(page, "Continue");
    await at(page, "whom");
    expect(await page.locator(".whom").innerText()).toContain("Contacted: shop.example. 1 request.");
    expect(await stored(page)).not.toContain("secret-value");
    await context.close();
  });

  test("without PRF nothing leaves before the key is kept; then a passphrase opens it", async () => {
    const { page, context } = await open("/me", { prf: false });
    await toCheck(page);
    const before = site.asked.length;
    await press(page, "Sign");
    await press(page, "Make a passkey");
    await press(page, signed);
    await at(page, "keep");
    expect(site.asked.slice(before).filter((one) => !one.startsWith("GET"))).toEqual([]);
    await page.getByLabel(/^Passphrase/).fill("correct horse battery");
    await page.getByLabel("The same again").fill("correct horse battery");
    await press(page, "Keep it under this passphrase");
    await at(page, "done");
    await page.goto(`${site.url}/me/keys`);
    await page.getByLabel("Passphrase", { exact: true }).fill("another horse battery");
    await press(page, "Open");
    expect(await page.locator(".refused").innerText()).toContain("This is not the passphrase.");
    await page.getByLabel("Passphrase", { exact: true }).fill("correct horse battery");
    await press(page, "Open");
    await page.locator("#kit").waitFor();
    await context.close();
  });

  test("a demonstration key is marked, and gone with its tab", async () => {
    const { page, context } = await open("/me", { prf: null });
    await toCheck(page);
    await press(page, "Sign");
    await page.getByLabel("A demonstration key").check();
    await press(page, signed);
    await at(page, "done");
    expect(await page.locator(".caution").first().innerText()).toContain("Demonstration key.");
    expect(await stored(page)).toContain('"demonstration":true');
    const other = await context.newPage();
    await other.goto(`${site.url}/me/keys`);
    expect(await other.locator("[role=alert]").filter({ hasText: "demonstration key" }).innerText()).toContain("is gone with the tab");
    await context.close();
  });

  test("a register that does not take it: all is kept, and submitted later", async () => {
    const { page, context } = await open("/me", { prf: null });
    await toCheck(page);
    await press(page, "Sign");
    await page.getByLabel("A demonstration key").check();
    site.down = true;
    await press(page, signed);
    await page.getByText("Nothing is lost").waitFor();
    site.down = false;
    await press(page, /^Submit \d statements? again/);
    await page.getByRole("heading", { name: /^Signed, and in the log/ }).waitFor();
    await context.close();
  });
});

describe("her key", () => {
  test("the kit recovers everything in a fresh profile; erasing leaves nothing", async () => {
    const first = await open("/me");
    await toCheck(first.page);
    await signNew(first.page);
    await press(first.page, "Show the recovery kit");
    const words = await first.page.locator(".kit ol li").allInnerTexts();
    expect(words).toHaveLength(24);
    expect(await first.page.locator("svg.qr path").count()).toBe(2);
    const kept = await stored(first.page);
    for (const text of [words.join(" "), words.slice(0, 3).join(" ")]) expect(kept).not.toContain(text);
    const count = Number(/\d+/.exec(await first.page.locator("h2").first().innerText()));
    await first.context.close();

    const { page, context } = await open("/me/keys");
    await page.getByLabel("The 24 words of your kit").fill(words.join(" "));
    await press(page, "Recover");
    await page.locator("#found").waitFor({ timeout: 110_000 });
    expect(await page.locator("#found").innerText()).toBe(`${count} decisions found`);
    await press(page, "Make a passkey");
    await page.locator("#here").waitFor();
    await press(page, "Open with your passkey");
    await page.locator("#kit").waitFor();
    const copies = site.site.backups.size;
    await page.getByLabel("I understand").check();
    await press(page, "Erase me");
    await page.locator("#by-words").waitFor();
    expect(site.site.backups.size).toBeLessThan(copies);
    expect(await stored(page)).not.toContain("wrapped");
    await context.close();
  }, 240_000);

  test("a browser to which her passkey was synchronised joins by one gesture", async () => {
    const { page, context } = await open("/me");
    await toCheck(page);
    await signNew(page);
    const count = Number(/\d+/.exec(await page.locator("h2").first().innerText()));
    // The same passkeys, another browser: all that this one stored is gone.
    await page.goto(`${site.url}/log/checkpoint`);
    await page.evaluate(async () => {
      sessionStorage.clear();
      await new Promise((resolve) => indexedDB.deleteDatabase("freehold").addEventListener("success", resolve));
    });
    await page.goto(`${site.url}/me/keys`);
    await press(page, "Join with my passkey");
    await page.locator("#found").waitFor();
    expect(await page.locator("#found").innerText()).toBe(`${count} decisions found`);
    await context.close();
  });

  test("an export holds everything but the key, and is taken in again", async () => {
    const { page, context } = await open("/me");
    await toCheck(page);
    await signNew(page);
    await page.goto(`${site.url}/me/keys`);
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Export")]);
    const path = await download.path();
    await press(page, "Open with your passkey");
    await page.locator("#import").setInputFiles(path);
    await page.getByText("0 decisions taken in.").waitFor();
    await context.close();
  });
});

describe("for everyone", () => {
  test("without JavaScript both pages say what else there is", async () => {
    const { page, context } = await open("/me", { javaScriptEnabled: false, prf: null });
    expect(await page.locator("main").innerText()).toContain("This page needs JavaScript");
    await page.goto(`${site.url}/me/keys`);
    expect(await page.locator("main").innerText()).toContain("npx freehold key");
    await context.close();
  });

  test.each(looks)("nothing that axe finds, %s at %i", async (colorScheme, width) => {
    const { page, wrong, context } = await open("/me", { colorScheme, viewport: { width, height: 800 } });
    const fine = async () => {
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
    };
    await at(page, "source");
    for (const name of ["A consent string", "A recording of my browser", "The address of a site", "I pick organisations"]) {
      await page.getByLabel(name).check();
      await fine();
    }
    await toCheck(page);
    await fine();
    await press(page, "Back to: What do you say?");
    await fine();
    await page.goBack();
    await page.locator(".two-answers").waitFor();
    await signNew(page);
    await press(page, "Show the recovery kit");
    await fine();
    await page.goto(`${site.url}/me/keys`);
    await press(page, "Open with your passkey");
    await page.locator("#kit").waitFor();
    await fine();
    expect(wrong).toEqual([]);
    await context.close();
  });
});

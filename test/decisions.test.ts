/** The pages of decisions in Chromium, with a passkey: the single question, what follows from it, receipts, letters, and withdrawal by code. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { formatCode } from "@freehold/protocol/lock";
import { receiptOf, tellStory } from "../protocol/testkit/story.ts";
import { formatReceipt } from "@freehold/protocol/receipt";
import { bytesOf } from "../protocol/testkit/register.ts";
import { looks, overflow, violations } from "./axe.ts";
import { startChromium } from "./chromium.ts";
import { serveDecide } from "./decide-site.ts";
import type { DecideSite } from "./decide-site.ts";

let browser: Browser;
let site: DecideSite;
beforeAll(async () => {
  [browser, site] = await Promise.all([startChromium(), serveDecide()]);
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

/** A profile of its own with an authenticator; `prf: null` for a browser without one. */
async function open(path: string, { prf = true, ...options }: BrowserContextOptions & { prf?: boolean | null } = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on(
    "console",
    (message) =>
      ["error", "warning"].includes(message.type()) && !/status of [45]\d\d|ERR_|pubKeyCredParams/.test(message.text()) && wrong.push(message.text()),
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
  await page.goto(path.startsWith("http") ? path : site.url + path);
  return { page, wrong, context };
}

const main = (page: Page) => page.locator("main").innerText();

/** Answers the shop's question, and waits for the end. */
async function answer(page: Page, word: "Allow" | "Refuse"): Promise<void> {
  await page.getByRole("button", { name: word, exact: true }).click();
  await page.getByRole("heading", { name: "Check your answer" }).waitFor();
  const opening = page.getByRole("button", { name: "Open my key" });
  if (await opening.isVisible()) await opening.click();
  await page.getByRole("button", { name: "Sign and send" }).click();
  await page.getByRole("heading", { name: "Done" }).waitFor();
}

describe("one question", () => {
  test("says who, what, why, how long, on what ground and with whom; the two answers are equal", async () => {
    const { page, wrong, context } = await open(site.shop.ask());
    await page.getByRole("group", { name: "Your answer" }).waitFor();
    const text = await main(page);
    for (const words of ["Acme Shop Ltd", "email address", "personalised advertising", "12 months", "your consent (GDPR, Art. 6(1)(a))", "AdCo SAS", "Ireland"])
      expect(text).toContain(words);
    const looksOf = (name: string) =>
      page.getByRole("button", { name, exact: true }).evaluate((button) => {
        const { width, height } = button.getBoundingClientRect();
        const { color, backgroundColor, borderColor, borderWidth, fontSize, fontWeight } = getComputedStyle(button);
        return { width, height, color, backgroundColor, borderColor, borderWidth, fontSize, fontWeight };
      });
    expect(await looksOf("Allow")).toEqual(await looksOf("Refuse"));
    expect(text).toContain("drawn by lot in your browser");
    expect(wrong).toEqual([]);
    // Nothing that the register was asked names the question.
    expect(site.asked.join()).not.toContain(encodeURIComponent(site.shop.id));
    await context.close();
  });

  test("refused with the keyboard alone: signed with a new passkey, logged, delivered, acknowledged", async () => {
    const { page, wrong, context } = await open(site.shop.ask());
    await page.getByRole("button", { name: "Refuse", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Check your answer" }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Check your answer");
    const exact = await page.getByRole("group", { name: "The exact text that you sign" }).innerText();
    expect(JSON.parse(exact)).toMatchObject({
      act: "dpv:ConsentRefused",
      controller: { id: site.shop.id },
      processes: [{ purposes: ["dpv:PersonalisedAdvertising"] }],
    });
    await page.getByRole("button", { name: "Sign and send" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Done" }).waitFor();
    expect(await main(page)).toContain("Acme Shop Ltd has signed that it received it");
    const delivered = JSON.parse(site.shop.received.at(-1)!.body) as object;
    expect(delivered).toMatchObject({ reference: "7Qm3" });
    expect(JSON.stringify(delivered)).not.toContain('"code"');
    expect(await page.getByRole("link", { name: "Back to Acme Shop Ltd" }).getAttribute("href")).toBe(`${site.shop.id}/account`);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("allowed, then withdrawn from the list in no more presses; register and company know", async () => {
    const { page, wrong, context } = await open(site.shop.ask());
    await answer(page, "Allow");
    await page.goto(`${site.url}/me/decisions`);
    const row = page.getByRole("list", { name: "Decisions" }).getByRole("listitem").first();
    await row.getByText("Allowed", { exact: true }).waitFor();
    expect(await row.innerText()).toContain("Proven: signed and logged by the company");
    const before = site.shop.received.length;
    await page.getByText("Up to date with the log").waitFor();
    await row.getByRole("button", { name: /^Withdraw/ }).click();
    await row.getByRole("button", { name: "End it" }).click();
    await row.getByText("Withdrawn", { exact: true }).waitFor();
    expect(site.shop.received.slice(before).map(({ path }) => path)).toEqual(["/freehold/withdraw"]);
    expect(wrong).toEqual([]);

    // Its receipt still proves what it was, and that it has ended.
    await row.getByRole("link", { name: /^Receipt/ }).click();
    await page.getByText("Verified in your browser.").waitFor();
    expect(await main(page)).toContain("It has ended: it allows nothing any more.");
    await context.close();
  });

  test("without PRF a passphrase keeps the key, and opens it the next time", async () => {
    const { page, context } = await open(site.shop.ask(), { prf: false });
    await page.getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByRole("button", { name: "Sign and send" }).click();
    await page.getByLabel("Your passphrase, at least 12 characters").fill("correct horse battery");
    const before = site.site.register.entries.length;
    await page.getByRole("button", { name: "Keep my key and send" }).click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    expect(site.site.register.entries.length).toBeGreaterThan(before);
    await page.goto(`${site.url}/me/decisions`);
    const row = page.getByRole("list", { name: "Decisions" }).getByRole("listitem").first();
    await page.getByText("Up to date with the log").waitFor();
    await row.getByRole("button", { name: /^Take back/ }).click();
    await row.getByLabel("Your passphrase", { exact: true }).fill("wrong horse battery");
    await row.getByRole("button", { name: "End it" }).click();
    await row.getByText("It has not ended.").waitFor();
    await row.getByLabel("Your passphrase", { exact: true }).fill("correct horse battery");
    await row.getByRole("button", { name: "End it" }).click();
    await row.getByText("Withdrawn", { exact: true }).waitFor();
    await context.close();
  });

  test.each([
    ["expired", () => site.shop.ask({ issued: "2026-11-01T09:00:00Z", expires: "2026-11-01T10:00:00Z" }), "receipt_offer"],
    ["forged", () => site.shop.ask().replace(/&reference/, "A&reference"), "jws_"],
    ["missing", () => `${site.url}/me/decide`, "offer_malformed"],
  ] as const)("that is %s is not asked", async (_, address, code) => {
    const { page, context } = await open(address());
    await page.getByText("This question cannot be answered here.").waitFor();
    const text = await main(page);
    expect(text).toContain(code);
    expect(text).toContain("Not answering is no consent.");
    expect(await page.getByRole("button", { name: "Allow" }).count()).toBe(0);
    await context.close();
  });
});

describe("my decisions", () => {
  test("filters, reminds, and shows what was declared otherwise since", async () => {
    const { page, wrong, context } = await open(site.shop.ask());
    await answer(page, "Refuse");
    site.declares.push("Selling data: legitimate-interest");
    await page.goto(`${site.url}/me/decisions`);
    await page.getByText("1 decision of 1").waitFor();
    await page.getByText("new: Selling data: legitimate-interest").waitFor();
    await page.getByLabel("State").selectOption("granted");
    await page.getByText("0 decisions of 1").waitFor();
    await page.getByLabel("State").selectOption("");
    await page.getByLabel("Organisation").fill("acme");
    await page.getByText("1 decision of 1").waitFor();
    await page.getByText("Remind me").click();
    await page.getByLabel("On this day, when I open this page").fill("2026-01-02");
    await page.getByRole("button", { name: "Keep the reminder" }).click();
    await page.getByText("1 thing is due.").waitFor();
    // A standing instruction decides nothing alone.
    await page.getByText("New instruction").click();
    await page.getByRole("button", { name: "Keep the instruction" }).click();
    await page.getByRole("button", { name: "See what it would decide now" }).click();
    await page.getByText("It would decide towards 1 organisation.").waitFor();
    await page.getByRole("button", { name: "Sign 1 decision" }).click();
    await page.getByText("2 decisions of 2").waitFor();
    expect(wrong).toEqual([]);
    await context.close();
  });
});

describe("receipts", () => {
  const given = () => {
    const story = tellStory();
    return formatReceipt(receiptOf(story) as never);
  };

  test("one of a log that shows another history here is refused, by the name of the step", async () => {
    const { page, wrong, context } = await open("/receipt");
    await page.getByLabel("Or paste the receipt, or its link").fill(given());
    await page.getByRole("button", { name: "Verify in this browser" }).click();
    await page.getByText("Not verified.").waitFor();
    expect(await main(page)).toContain("State now: what the register says today");
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("what is no receipt says so", async () => {
    const { page, context } = await open("/receipt#receipt=AAAA");
    await page.getByText("This is no receipt that can be read.").waitFor();
    await context.close();
  });

  test("a link carries the receipt behind the sign #, without its code; one changed bit is caught", async () => {
    const { page, context } = await open(site.shop.ask());
    await answer(page, "Refuse");
    await page.getByRole("link", { name: "I do not consent" }).click();
    await page.getByText("Verified in your browser.").waitFor();
    await page.getByRole("button", { name: "Add the withdrawal code" }).click();
    await page.getByText("My withdrawal code, on paper").click();
    const code = (await page.getByRole("group", { name: "Withdrawal code" }).innerText()).trim();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as a file to give away" }).click();
    const text = await (await saving).createReadStream().then(async (stream) => {
      let all = "";
      for await (const part of stream) all += String(part);
      return all;
    });
    expect(text).not.toContain(code);
    site.asked.length = 0;
    const other = await open("/receipt");
    await other.page.getByLabel("Or paste the receipt, or its link").fill(text);
    await other.page.getByRole("button", { name: "Verify in this browser" }).click();
    await other.page.getByText("Verified in your browser.").waitFor();
    expect(await main(other.page)).toContain("It stands: it has not ended.");
    // The whole bitmap and tiles: no request says which entry it is about.
    expect(
      site.asked.every((line) => /^GET (\/receipt|\/\.well-known\/freehold\.json|\/log\/(checkpoint|status\/bits|tile\/))/.test(line)),
      site.asked.join("\n"),
    ).toBe(true);
    await other.page
      .getByLabel("Or paste the receipt, or its link")
      .fill(text.replace(/("opening":")(.)/, (_, start: string, digit: string) => start + (digit === "0" ? "1" : "0")));
    await other.page.getByRole("button", { name: "Verify in this browser" }).click();
    await other.page.getByText("Not verified.").waitFor();
    expect(await main(other.page)).toContain("receipt_acknowledgement");

    // And anybody with the code ends it.
    await other.page.goto(`${site.url}/withdraw#code=${code.toLowerCase()}`);
    expect(new URL(other.page.url()).hash).toBe("");
    await other.page.getByRole("button", { name: "Check the code" }).click();
    await other.page.getByRole("button", { name: "End it" }).click();
    await other.page.getByText("It has ended.").waitFor();
    await context.close();
    await other.context.close();
  });
});

describe("withdrawal by code", () => {
  const secret = bytesOf("a secret of nobody");
  test("a mistyped code is noticed before anything is sent; by keyboard alone", async () => {
    site.asked.length = 0;
    const { page, wrong, context } = await open("/withdraw");
    const code = formatCode(secret);
    await page.getByLabel("Withdrawal code").focus();
    await page.keyboard.type(`${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("its check does not fit").waitFor();
    expect(site.asked.filter((line) => line.startsWith("POST"))).toEqual([]);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("a code of nothing is refused by the register, and the chain is named when the register is silent", async () => {
    const { page, context } = await open(`/withdraw#code=${formatCode(secret)}`);
    await page.getByRole("button", { name: "Check the code" }).click();
    await page.getByRole("button", { name: "End it" }).click();
    await page.getByText("opens no record of this register").waitFor();
    site.down = true;
    try {
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByText("The register has not taken it.").waitFor();
      expect(await main(page)).toContain("npx freehold withdraw --on-chain --rpc NODE --chain-id 31337");
    } finally {
      site.down = false;
    }
    await context.close();
  });

  test("without JavaScript the page says what does it", async () => {
    const { page, context } = await open("/withdraw", { javaScriptEnabled: false, prf: null });
    const text = await main(page);
    expect(text).toContain("it does not take the code");
    expect(text).toContain(`npx freehold withdraw --register ${site.url}`);
    expect(text).toContain(`${site.url}/v1/entries`);
    await context.close();
  });
});

describe("a letter", () => {
  test("says what it discloses, goes once, is followed up, and its evidence keeps proven and stated apart", async () => {
    const { page, wrong, context } = await open(site.shop.ask());
    await answer(page, "Refuse");
    await page.goto(`${site.url}/me/letters`);
    await page.getByLabel(/^Where do you live/).selectOption("DE");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("link", { name: "Acme Shop Ltd" }).click();
    await page.getByText("By what it can find you, and where it answers").click();
    await page.getByLabel("Name of its cookie").fill("visitor");
    await page.getByLabel("Its value").fill("v-12345");
    await page.getByLabel("Language: that of the site").selectOption("en");
    await page.getByRole("button", { name: "Show the letter" }).click();
    const letter = page.getByRole("group", { name: "The letter" });
    await letter.waitFor();
    const text = await letter.innerText();
    expect(text).toContain("Acme Shop Ltd");
    expect(text).toContain("v-12345");
    expect(await page.getByRole("link", { name: /my mail program/ }).getAttribute("href")).toMatch(/^mailto:privacy@shop\.example\?subject=/);
    // Printed, it has no address of its own: what names her is left out, and said.
    await page.getByLabel("Where it goes").selectOption("");
    await page.getByRole("button", { name: "Show the letter" }).click();
    await page.getByText("visitor: the letter goes to an address that is not on the recipient’s own domain").waitFor();
    expect(await letter.innerText()).not.toContain("v-12345");
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save it: you need it for a complaint" }).click();
    const file = await (await saving).path();
    await page.getByRole("button", { name: "I have sent it" }).click();
    await page.getByText("Sent; whether it arrived is not known").waitFor();
    await page.getByLabel("It arrived on").fill("2026-11-01");
    await page.getByRole("button", { name: "Note it" }).click();
    await page.getByText("stated by you").nth(1).waitFor();
    await page.getByLabel("The file of the letter").setInputFiles({ name: "other.txt", mimeType: "text/plain", buffer: Buffer.from("other") });
    await page.getByText("This is another text.").waitFor();
    await page.getByLabel("The file of the letter").setInputFiles(file);
    await page.getByText("Reminder", { exact: true }).click();
    await page.getByText("Complaint to an authority, with the evidence").click();
    await page.getByLabel("Name of the authority").fill("Authority of Somewhere");
    await page.getByRole("button", { name: "Make the complaint" }).click();
    await page.getByRole("heading", { name: "Proven, from the files" }).waitFor();
    expect(await page.getByRole("group", { name: "The complaint" }).innerText()).toContain("Authority of Somewhere");
    expect(wrong).toEqual([]);
    // No letter left the browser: the register was asked for static files alone.
    expect(site.asked.join("\n")).not.toMatch(/v-12345|Authority/);
    await context.close();
  });
});

describe("every page", () => {
  test.each(looks)("in %s at %i pixels: axe finds nothing, nothing overflows", async (colorScheme, width) => {
    const { page, wrong, context } = await open(site.shop.ask(), { colorScheme, viewport: { width, height: 900 } });
    const look = async (name: string) => {
      expect(await violations(page), name).toEqual([]);
      expect(await overflow(page), name).toBe(0);
    };
    await page.getByRole("group", { name: "Your answer" }).waitFor();
    await look("question");
    await page.getByRole("button", { name: "Refuse", exact: true }).click();
    await page.getByRole("heading", { name: "Check your answer" }).waitFor();
    await look("check");
    await page.getByRole("button", { name: "Sign and send" }).click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    await look("done");
    await page.goto(`${site.url}/me/decisions`);
    await page.getByText("Up to date with the log").waitFor();
    await page.getByRole("button", { name: /^Take back/ }).click();
    await look("decisions");
    await page.getByRole("link", { name: /^Letter/ }).click();
    await page.getByLabel(/^Where do you live/).selectOption("DE");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Show the letter" }).click();
    await page.getByRole("heading", { name: "The letter" }).waitFor();
    await look("letters");
    await page.goto(`${site.url}/me/receipts`);
    await page.getByRole("link", { name: "Acme Shop Ltd" }).click();
    await page.getByText("Verified in your browser.").waitFor();
    await look("receipt");
    await page.goto(`${site.url}/withdraw`);
    await page.getByLabel("Withdrawal code").fill(formatCode(bytesOf("x")));
    await look("withdraw");
    expect(wrong).toEqual([]);
    await context.close();
  });
});

/** The pages for companies and /privacy in Chromium: what they say, that they come from what runs, and that everybody can use them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BrowserContextOptions } from "playwright-core";
import { examples } from "../rooms/honour/views/playground-examples.ts";
import { impact } from "../rooms/honour/impact.ts";
import { looks, overflow, violations } from "./axe.ts";
import { openHonourReader } from "./honour-site.ts";
import type { HonourReader } from "./honour-site.ts";
import { endAll } from "./register.ts";

const PAGES = ["/developers", "/developers/api", "/developers/playground", "/privacy", "/privacy/impact"];

let reader: HonourReader;
beforeAll(async () => {
  reader = await openHonourReader();
});
afterAll(async () => {
  await reader?.close();
  await endAll();
});
const open = (path: string, options?: BrowserContextOptions) => reader.open(path, options);

describe.each(PAGES)("%s", (path) => {
  test("is complete without JavaScript, and its links within the page lead somewhere", async () => {
    const { page, wrong, context } = await open(path, { javaScriptEnabled: false });
    expect(await page.locator("h1").count()).toBe(1);
    for (const href of await page.locator("main a[href^='#']").evaluateAll((links) => links.map((link) => link.getAttribute("href")!))) {
      if (!href.startsWith("#ask=")) expect(await page.locator(`[id="${href.slice(1)}"]`).count(), href).toBe(1);
    }
    expect(wrong).toEqual([]);
    await context.close();
  });

  test.each(looks)("%s at %i pixels has nothing that axe finds, and fits", async (colorScheme, width) => {
    const { page, wrong, context } = await open(path, { colorScheme, viewport: { width, height: 900 } });
    if (path.endsWith("playground")) await page.locator("[data-playground] fieldset").first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("in German it says nothing of its own in English", async () => {
    const { page, context } = await open(`${path}?lang=de`, { javaScriptEnabled: false });
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    const text = await page.locator("main").evaluate((main) => {
      for (const foreign of main.querySelectorAll("[lang=en], code, pre")) foreign.remove();
      return (main as HTMLElement).innerText;
    });
    expect(text.match(/\b(the|and|what|which|with|are|is not)\b/g) ?? []).toEqual([]);
    await context.close();
  });
});

describe("API reference", () => {
  test("has every request of the running register's document", async () => {
    const { page, context } = await open("/developers/api");
    const text = await page.locator("main").innerText();
    const heads = await page.locator("article.operation > h3").allInnerTexts();
    expect(heads).toContain("POST /v1/entries");
    expect(heads).toContain("GET /v1/locks/{lock}");
    expect(new Set(heads).size).toBe(heads.length);
    expect(text).toContain("a problem (RFC 9457)");
    expect(await page.locator("#shape-Problem").count()).toBe(1);
    await context.close();
  });
});

describe("playground", () => {
  const answer = (page: Awaited<ReturnType<typeof open>>["page"]) => page.locator("[data-playground] [role=status]");

  test("each example answers what the table says", async () => {
    const { page, wrong, context } = await open("/developers/playground");
    for (const row of await page.locator("section[aria-labelledby=examples] tbody tr").all()) {
      const expected = (await row.locator("td").last().innerText()).trim();
      await row.locator("a").click();
      const said = await answer(page).innerText();
      if (expected.startsWith("allowed")) expect(said).toContain("Allowed, by grant");
      else expect(said).toContain(expected.split(" by ")[0]!);
    }
    expect(Object.keys(examples)).toHaveLength(await page.locator("section[aria-labelledby=examples] tbody tr").count());
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("by keyboard: a refusal is added and blocks, and the link to it says the same", async () => {
    const { page, context } = await open(
      "/developers/playground#ask=dpv:Advertising,pd:EmailAddress,dpv:Profiling&size=100&age=60&floor=0&grant=5,4,stands,dpv:Marketing,pd:Contact,dpv:Use",
    );
    expect(await answer(page).innerText()).toContain("Allowed, by grant 5.");
    await page.getByRole("button", { name: "Add a refusal" }).focus();
    await page.keyboard.press("Enter");
    const second = page.locator("fieldset").nth(1);
    await second.getByLabel("Purpose").focus();
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("dpv:Advertising");
    expect(await answer(page).innerText()).toMatch(/Not allowed: blocked\. Closest is grant 5; refusal \d+ speaks against it\./);
    expect(await page.locator(".rule").first().innerText()).toMatch(/does not hold: refusal/);
    await page.waitForFunction(() => location.hash.includes("refusal="));
    const { page: other, context: others } = await open(`/developers/playground${new URL(page.url()).hash}`);
    expect(await answer(other).innerText()).toBe(await answer(page).innerText());
    await others.close();
    await context.close();
  });

  test("a stale status, an unproved grant and a broken address are said", async () => {
    const { page, context } = await open(
      "/developers/playground#ask=dpv:Advertising,pd:EmailAddress,dpv:Profiling&size=100&age=301&floor=0&grant=5,4,stands,dpv:Marketing,pd:Contact,dpv:Use",
    );
    expect(await answer(page).innerText()).toContain("Not allowed: stale.");
    await page.getByLabel("Place in the log").fill("");
    expect(await answer(page).innerText()).toContain("Not allowed: unproved.");
    await page.goto("about:blank");
    await page.goto(`${reader.url}/developers/playground#ask=%3Cscript%3E`);
    expect(await page.locator("[data-playground] .caution").innerText()).toContain("no history that can be read");
    await context.close();
  });

  test("speaks German where the page does", async () => {
    const { page, context } = await open("/developers/playground?lang=de");
    expect(await answer(page).innerText()).toContain("Nicht erlaubt");
    await context.close();
  });
});

describe("/privacy", () => {
  test("names the host, or says that there is none", async () => {
    const { page, context } = await open("/privacy");
    expect(await page.locator("main").innerText()).toContain("The host is Land registry of data, host@register.example.");
    const { host } = reader.said;
    reader.said.host = null;
    try {
      await page.reload();
      expect(await page.locator("main").innerText()).toContain("This is not a public host.");
    } finally {
      reader.said.host = host;
    }
    await context.close();
  });

  test("the impact assessment leads to its tests, and to no other file", async () => {
    const { page, context } = await open("/privacy/impact");
    expect(await page.locator("article.impact").count()).toBe(impact.length);
    for (const href of new Set(await page.locator("article.impact a").evaluateAll((links) => links.map((link) => link.getAttribute("href")!)))) {
      const answer = await fetch(reader.url + href);
      expect([href, answer.status, answer.headers.get("content-type")]).toEqual([href, 200, "text/plain; charset=UTF-8"]);
    }
    for (const path of ["package.json", "../package.json", "%2e%2e/package.json", "test/axe.ts"])
      expect((await fetch(`${reader.url}/privacy/tests/${path}`)).ok, path).toBe(false);
    await context.close();
  });
});

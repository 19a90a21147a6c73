/** The pages of the log for everybody: by keyboard, on paper, on a phone, with other people's eyes and ears, over a slow line. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BrowserContextOptions } from "playwright-core";
import { toHex } from "@freehold/protocol/bytes";
import { leafHash } from "@freehold/protocol/merkle";
import { looks, overflow, violations } from "./axe.ts";
import { openReader, verdict, verify } from "./log-reader.ts";
import type { Reader } from "./log-reader.ts";
import type { LogSite } from "./log-site.ts";

let reader: Reader;
let site: LogSite;
let places: LogSite["log"]["places"];
beforeAll(async () => {
  reader = await openReader();
  ({ site } = reader);
  ({ places } = site.log);
});
afterAll(() => reader.close());
const open = (path: string, options?: BrowserContextOptions) => reader.open(path, options);

describe("for everybody", () => {
  test("works by keyboard alone", async () => {
    const { page, context } = await open(`/log/${places.current}`);
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).innerText?.trim() || document.activeElement!.id);
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement!.id)).toBe("content");
    for (let i = 0; (await focused()) !== "Verify in this browser" && i < 20; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("With a policy of your own");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("policy");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    expect(await verdict(page)).toBe("Verified in your browser.");
    await context.close();
  });

  test("a short hash is copied whole", async () => {
    const { page, context } = await open("/log");
    const copied = await page
      .locator("tbody .hash-short")
      .first()
      .evaluate((code) => {
        getSelection()!.selectAllChildren(code);
        return getSelection()!.toString();
      });
    expect(copied).toBe(toHex(leafHash(site.log.register.entries[places.status]!)));
    await context.close();
  });

  test("prints dark on white, without menu and forms", async () => {
    const { page, context } = await open("/log", { colorScheme: "dark" });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(255, 255, 255)");
    expect(await page.getByRole("navigation", { name: "Main" }).isVisible()).toBe(false);
    expect(await page.getByRole("search").isVisible()).toBe(false);
    await context.close();
  });

  test.each(looks)("axe finds nothing, and nothing overflows: %s, %i px", async (colorScheme, width) => {
    const { page, wrong, context } = await open("/log", { colorScheme, viewport: { width, height: 844 } });
    for (const [name, path] of Object.entries(reader.paths)) {
      await page.goto(site.url + path);
      if (name === "record") {
        await page.getByText("With a policy of your own").click();
        await verify(page);
      }
      expect(await violations(page), `${name}, ${colorScheme}, ${width} px`).toEqual([]);
      expect(await overflow(page), `${name} at ${width} px`).toBeLessThanOrEqual(0);
    }
    site.lies.set(`/log/status/${places.current}`, () => "{}");
    await page.goto(`${site.url}/log/${places.current}`);
    await verify(page);
    expect(await violations(page), "not verified").toEqual([]);
    site.lies.clear();
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("reflows at 320 px", async () => {
    const { page, context } = await open("/log", { viewport: { width: 320, height: 800 } });
    for (const path of Object.values(reader.paths)) {
      await page.goto(site.url + path);
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
    }
    await context.close();
  });
});

test.each(["log", "record", "withdrawal", "publication"] as const)("a first visit is at most 110 KiB, its own scripts included: %s", async (name) => {
  site.sent.clear();
  const { context, page } = await open(reader.paths[name]!);
  await page.waitForLoadState("networkidle");
  const total = [...site.sent.values()].reduce((sum, bytes) => sum + bytes, 0);
  expect(total).toBeLessThanOrEqual(110 * 1024);
  const scripts = () => [...site.sent].filter(([path]) => path.endsWith(".js")).reduce((sum, [, bytes]) => sum + bytes, 0);
  if (name === "log") expect(scripts()).toBe(0);
  else await verify(page);
  expect(scripts(), "the island with its verifier").toBeLessThanOrEqual(40_000);
  await context.close();
});

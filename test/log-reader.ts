/** Someone who reads the pages of the log in Chromium. */
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { toHex } from "@freehold/protocol/bytes";
import { formatCode, lockOf } from "@freehold/protocol/lock";
import { startChromium } from "./chromium.ts";
import { serveLog } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";

export interface Reader {
  site: LogSite;
  /** A page of each sort. */
  paths: { readonly [name: string]: string };
  /** Opens a page in a browser profile of its own; whatever is wrong with it ends up in `wrong`. */
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; wrong: string[]; context: BrowserContext }>;
  close(): Promise<void>;
}

export async function openReader(): Promise<Reader> {
  const [browser, site] = await Promise.all([startChromium(), serveLog()]);
  const { places, secret } = site.log;
  return {
    site,
    paths: {
      log: "/log",
      "log below": "/log?before=40",
      record: `/log/${places.current}`,
      "ended record": `/log/${places.ended}`,
      "record born ended": `/log/${places.bornEnded}`,
      withdrawal: `/log/${places.withdrawal}`,
      publication: `/log/${places.publication}`,
      "withheld publication": `/log/${places.withheld}`,
      status: `/log/${places.status}`,
      lock: `/log?q=${toHex(lockOf(secret))}`,
      nothing: "/log?q=99999",
      code: `/log?q=${formatCode(secret)}`,
      unreadable: "/log?q=what",
      missing: "/nowhere",
    },
    async open(path, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const wrong: string[] = [];
      // Chromium also reports the status of an error page itself. A breach of the content security policy is an error in the console.
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && !/status of 4\d\d/.test(message.text()) && wrong.push(message.text()));
      page.on("pageerror", (error) => wrong.push(error.message));
      await page.goto(site.url + path);
      return { page, wrong, context };
    },
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

/** Presses the button, and waits for the verdict. */
export async function verify(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Verify in this browser" }).click();
  await verdict(page);
}

/** The words of the verdict, once there is one. */
export async function verdict(page: Page): Promise<string> {
  const line = page.getByRole("status").locator("strong").first();
  await line.waitFor();
  return line.innerText();
}

/** Each step of a verification as its state and title. */
export function steps(page: Page): Promise<string[]> {
  return page
    .locator(".steps > li")
    .evaluateAll((items) =>
      items.map((item) => `${(item.querySelector(".step-head .mark") as HTMLElement).innerText.trim()}: ${item.querySelector("h3")!.textContent}`),
    );
}

/** The pages of companies over the OpenAPI document of a running register, and someone who reads them in Chromium. */
import { serve } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import { secureHeaders } from "hono/secure-headers";
import type { AddressInfo } from "node:net";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { createHonourPages } from "../rooms/honour/pages.ts";
import type { HonourPagesParts } from "../rooms/honour/pages.ts";
import { createAssets, loadPages } from "../server/rendering.ts";
import { buildUi } from "../ui/build.ts";
import { startChromium } from "./chromium.ts";
import { startRegister } from "./register.ts";

export interface HonourReader {
  url: string;
  /** What the host has said of itself: may be changed between pages. */
  said: Pick<HonourPagesParts, "host" | "corrections">;
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; wrong: string[]; context: BrowserContext }>;
  close(): Promise<void>;
}

export async function openHonourReader(): Promise<HonourReader> {
  await buildUi();
  const [browser, register] = await Promise.all([startChromium(), startRegister({ flags: "--seed none --chain none" })]);
  const openapi = (await (await fetch(`${register.url}/openapi.json`)).json()) as object;
  const said: HonourReader["said"] = {
    host: { name: "Land registry of data", contact: "mailto:host@register.example" },
    corrections: "mailto:map@register.example",
  };
  let url = "";
  const pages = await loadPages("honour");
  const app = new OpenAPIHono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
      },
    }),
  );
  app.route("/", createAssets());
  app.all("*", (c) => {
    const routes = createHonourPages({ pages, origin: "register.example", siteUrl: () => url, logSize: () => 4102, ...said, openapi: () => openapi });
    routes.onError((error, of) => of.text(error.message, 404));
    return routes.fetch(c.req.raw);
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    said,
    async open(path, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      const wrong: string[] = [];
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(message.text()));
      page.on("pageerror", (error) => wrong.push(error.message));
      await page.goto(url + path);
      return { page, wrong, context };
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await register.stop();
    },
  };
}

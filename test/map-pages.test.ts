/** The pages of the map in Chromium, over the open data at hand: finding, filtering, reading, comparing; for everybody; with hostile text. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BrowserContextOptions } from "playwright-core";
import { looks, overflow, violations } from "./axe.ts";
import { openMapReader } from "./map-site.ts";
import type { MapReader } from "./map-site.ts";
import { endAll, until } from "./register.ts";
import { describeShared } from "./shared-data.ts";

describeShared("the map in Chromium", () => {
  let reader: MapReader;
  beforeAll(async () => {
    reader = await openMapReader();
  });
  afterAll(async () => {
    await reader?.close();
    await endAll();
  });
  const open = (path: string, options?: BrowserContextOptions) => reader.open(path, options);
  const get = (path: string, headers: Record<string, string> = {}) => fetch(reader.register.url + path, { headers, redirect: "manual" });
  const data = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
  interface Rows {
    total: number;
    next: string | null;
    rows: { id: string; name: string; declared: boolean; observed: boolean; country: string | null }[];
  }
  const first = async (query: string) => (await data<Rows>(`/v1/map/organisations?${query}`)).rows[0]!;

  test("all records are published", async () => {
    const records = (await data<{ records: number }>("/v1/map/figures")).records;
    await until(async () => Number((await (await get("/log/checkpoint")).text()).split("\n")[1]) > records);
  });

  test("search, open, matrix, records, without JavaScript", async () => {
    const { page, wrong, context } = await open("/", { javaScriptEnabled: false });
    expect(await page.locator("script").count()).toBe(0);
    expect(await page.locator("main").innerText()).toMatch(/10,\d\d\d/);
    await page.getByLabel("Find an organisation").fill("criteo");
    await page.keyboard.press("Enter");
    await page
      .getByRole("link", { name: /^criteo/i })
      .first()
      .click();
    const text = await page.locator("main").innerText();
    expect(text).toContain("purposes: 1, 2, 3, 4, 7, 9, 10");
    expect(text).toMatch(/Declares \d+ purposes in \d+ sources, newest of 28 Sept 2026/);
    expect(await page.locator("table.matrix tbody tr").count()).toBeGreaterThan(6);
    // Every cell that declares leads to what it rests on, and each of those to its record.
    for (const href of await page.locator("table.matrix a[href^='#practice']").evaluateAll((links) => links.map((link) => link.getAttribute("href")!))) {
      expect(await page.locator(`[id="${href.slice(1)}"]`).count(), href).toBe(1);
    }
    const cited = await page.locator(".cite a[href^='#record-']").evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href")!))]);
    expect(cited.length).toBeGreaterThan(1);
    for (const href of cited) expect(await page.locator(`[id="${href.slice(1)}"]`).count(), href).toBe(1);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("filters are links and forms, and agree with the data", async () => {
    const { page, context } = await open("/companies?has=both&sort=seen", { javaScriptEnabled: false });
    const { total, rows } = await data<Rows>("/v1/map/organisations?has=both&sort=seen&limit=50");
    expect(await page.locator("main").innerText()).toContain(`${total} organisations`);
    expect(rows.every(({ declared, observed }) => declared && observed)).toBe(true);
    expect(await page.locator("main tbody tr").count()).toBe(Math.min(50, total));
    await page.getByRole("link", { name: /next/i }).click();
    expect(page.url()).toContain("after=");
    await context.close();
  });

  test("pages of the list are complete, and none is twice", async () => {
    const seen = new Set<string>();
    let after: string | null = "";
    let total = 0;
    do {
      const page: Rows = await data(`/v1/map/organisations?limit=500&after=${encodeURIComponent(after)}`);
      for (const { id } of page.rows) expect(seen.has(id) || !seen.add(id)).toBe(false);
      ({ total } = page);
      after = page.next;
    } while (after !== null);
    expect(seen.size).toBe(total);
    const csv = await (await get("/v1/map/organisations.csv?country=DE")).text();
    expect(csv.trim().split("\n").length - 1).toBe((await data<Rows>("/v1/map/organisations?country=DE")).total);
  });

  test("answers have a version: the same one is not sent twice", async () => {
    const { id } = await first("q=criteo");
    for (const path of [`/v1/map/organisations/${id}`, `/companies/${id}`, "/v1/map/organisations?q=a", "/", "/v1/map/explore"]) {
      const answer = await get(path);
      const tag = answer.headers.get("etag")!;
      expect(tag, path).toBeTruthy();
      await answer.arrayBuffer();
      expect((await get(path, { "if-none-match": tag })).status, path).toBe(304);
    }
    expect((await get("/v1/map/organisations?basis=none")).status).toBe(400);
    expect((await get("/v1/map/organisations?after=zzz")).status).toBe(400);
    expect((await get("/v1/map/organisations/none")).status).toBe(404);
    expect((await get("/companies/none", { accept: "text/html" })).status).toBe(404);
  });

  test("a record is what its publication says", async () => {
    const { id } = await first("q=criteo");
    const { places } = await data<{ places: Record<string, { sha256: string; salt: string; index: number | null; publication: string | null }> }>(
      `/v1/map/organisations/${id}`,
    );
    const { sha256, publication } = Object.values(places).find((place) => place.publication !== null)!;
    const { salt, record } = await data<{ salt: string; record: unknown }>(`/v1/map/records/${sha256}`);
    const { canonicalize } = await import("@freehold/protocol/canonical");
    const { createHash } = await import("node:crypto");
    expect(
      createHash("sha256")
        .update(Buffer.from(salt, "hex"))
        .update(canonicalize(record as never))
        .digest("hex"),
    ).toBe(sha256);
    const document = await (await get(`/documents/${publication}`)).text();
    const { decodePublication, verifyPublication } = await import("@freehold/protocol/publication");
    expect(decodePublication(document).publication.body).toMatchObject({ sha256 });
    const { publishing } = await data<{ publishing: never }>("/.well-known/freehold.json");
    await verifyPublication(document, [publishing]);
  });

  test("compare puts up to four side by side", async () => {
    const { rows } = await data<Rows>("/v1/map/organisations?has=both&sort=seen&limit=3");
    const { page, wrong, context } = await open(`/compare?ids=${rows.map(({ id }) => id).join(",")}`, { javaScriptEnabled: false });
    for (const { name } of rows) expect(await page.locator("main").innerText()).toContain(name);
    expect(await page.locator("main").innerText()).toMatch(/differ/);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("explore filters, sorts and scrolls all rows, and the address says how", async () => {
    const { page, wrong, context } = await open("/explore");
    const count = page.getByRole("status");
    await expect.poll(() => count.innerText()).toMatch(/10,\d\d\d of 10,\d\d\d/);
    expect(await page.locator(".explore-body [role=row]").count()).toBeLessThan(120);
    await page.getByLabel("Name").fill("google");
    await expect.poll(() => page.url()).toContain("q=google");
    await expect.poll(() => count.innerText()).toMatch(/^\d{1,2} of/);
    await page.getByRole("button", { name: "Seen on sites" }).click();
    await page.reload();
    await expect.poll(() => count.innerText()).toMatch(/^\d{1,2} of/);
    expect(await page.getByLabel("Name").inputValue()).toBe("google");
    await page.getByLabel("Name").fill("");
    await page.locator(".explore-scroll").focus();
    await page.keyboard.press("End");
    await expect.poll(() => page.locator(".explore-body [role=row]").last().getAttribute("aria-rowindex").then(Number)).toBeGreaterThan(10_000);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("Tealium does not have Aniview's domain", async () => {
    const card = await data<{ name: string; domains: { value: string; contradictedBy: unknown[] }[] }>(
      `/v1/map/organisations/${(await first("q=aniview")).id}`,
    );
    expect(card.name).toMatch(/aniview/i);
    expect(card.domains.find(({ value }) => value === "aniview.com")!.contradictedBy.length).toBeGreaterThan(0);
  });

  test("hostile text is text", async () => {
    const { id } = await first("q=document.title");
    for (const path of [
      `/companies/${id}`,
      "/companies?source=art30-csv",
      `/compare?ids=${id},criteo`,
      "/explore",
      "/sources",
      "/companies?q=%3Cscript%3Edocument.title%3D1%3C/script%3E",
    ]) {
      const { page, wrong, context } = await open(path);
      await page.waitForLoadState("networkidle");
      expect(await page.title(), path).not.toBe("caught");
      expect(await page.locator("main iframe, main img, main script").count(), path).toBe(0);
      expect(wrong, path).toEqual([]);
      await context.close();
    }
  });

  test.each(looks)("axe finds nothing, and nothing overflows: %s, %i px", async (colorScheme, width) => {
    const { page, wrong, context } = await open("/", { colorScheme, viewport: { width, height: 844 } });
    const seen = (await data<Rows>("/v1/map/organisations?has=both&sort=seen&limit=2")).rows.map(({ id }) => id);
    const long = (await first("q=unbroken")).id;
    const paths = [
      "/",
      "/companies",
      "/companies?q=nothing-at-all",
      `/companies/${seen[0]}`,
      `/companies/${long}`,
      `/compare?ids=${seen.join(",")},${long}`,
      "/sites/pennie.com",
      "/sites/nowhere.example",
      "/explore",
      "/sources",
    ];
    for (const path of paths) {
      await page.goto(reader.register.url + path);
      await page.waitForLoadState("networkidle");
      expect(await violations(page), `${path}, ${colorScheme}, ${width} px`).toEqual([]);
      expect(await overflow(page), `${path} at ${width} px`).toBeLessThanOrEqual(0);
    }
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("a first visit is at most 110 KiB, and reading pages have no script", async () => {
    const { id } = await first("has=both&sort=seen");
    for (const path of ["/", "/companies", `/companies/${id}`, "/sites/pennie.com", "/sources"]) {
      const { page, context } = await open("/healthz");
      let bytes = 0;
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      session.on("Network.loadingFinished", ({ encodedDataLength }) => void (bytes += encodedDataLength));
      await page.goto(reader.register.url + path);
      await page.waitForLoadState("networkidle");
      expect(bytes, path).toBeLessThanOrEqual(110 * 1024);
      expect(await page.locator("script").count(), path).toBe(0);
      await context.close();
    }
  });

  test("the way to an organisation by keyboard alone", async () => {
    const { page, context } = await open("/");
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).name)).toBe("q");
    await page.keyboard.type("criteo");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=criteo/);
    const focused = () => page.evaluate(() => document.activeElement!.getAttribute("href") ?? "");
    for (let i = 0; !(await focused()).startsWith("/companies/") && i < 60; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/companies\//);
    expect(await page.locator("h1").innerText()).toMatch(/criteo/i);
    await context.close();
  });
});

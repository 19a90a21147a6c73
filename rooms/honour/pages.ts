/** The pages of companies over HTTP: /developers, its reference and playground; /privacy and its impact assessment. None of them needs a store. */
import { readFileSync } from "node:fs";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { FreeholdError } from "@freehold/protocol/errors";
import { languages } from "../../ui/text.ts";
import type { Language } from "../../ui/text.ts";
import { IDLE_MONTHS } from "../decide/schema.ts";
import { REVISED, impact } from "./impact.ts";
import { quickStartOf } from "./quick-start.ts";
import { referenceOf } from "./reference.ts";
import type { OpenApiDocument } from "./reference.ts";
import { KEPT_FETCHED, KEPT_UNFETCHED } from "./rules.ts";
import type { Host, HonourPages } from "./views/props.ts";

export interface HonourPagesParts {
  pages: HonourPages;
  /** The origin line of the log. */
  origin: string;
  siteUrl: () => string;
  /** Entries of the published log. */
  logSize: () => number;
  /** Null where the operator has named nobody: the page then says that this is no public host. */
  host: Host | null;
  corrections: string | null;
  /** The document that /openapi.json serves. */
  openapi: () => OpenApiDocument | Promise<OpenApiDocument>;
}

const root = new URL("../../", import.meta.url);
const DAY = 86_400;
const MONTH = 30.4375 * DAY;
/** How long what is kept: the page says what the program does. */
const kept = { mailDays: KEPT_FETCHED / DAY, mailMonths: Math.round(KEPT_UNFETCHED / MONTH), backupMonths: IDLE_MONTHS };

export function createHonourPages({ pages, origin, siteUrl, logSize, host, corrections, openapi }: HonourPagesParts): OpenAPIHono {
  const routes = new OpenAPIHono();
  const quickStart = quickStartOf(textOf("sdk/README.md") ?? "");
  const frame = (c: Context) => ({ site: { origin, url: siteUrl() }, language: languageOf(c) });
  const answer = (c: Context, html: string) => c.html(html, 200, { "cache-control": "no-cache" });

  routes.get("/developers", (c) => answer(c, pages.renderDevelopers({ ...frame(c), quickStart })));
  routes.get("/developers/api", async (c) => answer(c, pages.renderApi({ ...frame(c), reference: referenceOf(await openapi(), siteUrl()) })));
  routes.get("/developers/playground", (c) => answer(c, pages.renderPlayground(frame(c))));
  routes.get("/privacy", (c) => answer(c, pages.renderPrivacy({ ...frame(c), host, corrections, ...kept, logSize: logSize() })));
  routes.get("/privacy/impact", (c) => answer(c, pages.renderImpact({ ...frame(c), host, revised: REVISED, rows: impact })));

  // The tests that the assessment names, and no other file.
  const named = new Set(impact.flatMap(({ tests }) => tests.map(({ file }) => file)));
  routes.get("/privacy/tests/*", (c) => {
    const file = c.req.path.slice("/privacy/tests/".length);
    const text = named.has(file) ? textOf(file) : null;
    if (text === null) throw new FreeholdError("document_unknown", "The impact assessment names no such test, or this copy came without its tests.");
    return c.text(text, 200, { "cache-control": "no-cache" });
  });
  return routes;
}

function languageOf(c: Context): Language {
  const asked = c.req.query("lang");
  return languages.find((language) => language === asked) ?? "en";
}

/** A file of this program; null where this copy has none. */
function textOf(path: string): string | null {
  try {
    return readFileSync(new URL(path, root), "utf8");
  } catch {
    return null;
  }
}

/** The map over HTTP: its pages, and the same as JSON and CSV under /v1/map. Every answer carries the version of the map as its ETag. */
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Log } from "../../ledger/log.ts";
import type { CompanyCard } from "./card-schema.ts";
import { encodeRows } from "./explore-schema.ts";
import { csvOf } from "./export.ts";
import { importers } from "./importers/all.ts";
import { overviewCsv } from "./signals/overview.ts";
import { overviewTables } from "./overview-schema.ts";
import type { Overview } from "./overview-schema.ts";
import type { Source } from "./schema.ts";
import type { MapStore } from "./store.ts";
import type { CompaniesQuery, MapPages } from "./views/props.ts";

export interface MapParts {
  store: MapStore;
  log: Log;
  pages: MapPages;
  /** Null where no contact for corrections is set. */
  corrections: string | null;
  siteUrl: () => string;
  /** The size of the last confirmed anchor; null where there is none. */
  anchored: () => number | null;
  /** The publication of the method by which signals are read; null where there is none yet. */
  method: () => { sha256: string; index: number | null } | null;
  /** Seconds since 1970. */
  now?: () => number;
}

/** Rows of one page of the list. */
const ROWS = 50;
const COMPARED = 4;
const EXAMPLES = 6;
const SITES = 24;

const text = z.string().max(200).optional();
const listQuery = z.object({
  q: text.openapi({ description: "text in a name, domain or identifier" }),
  country: z.string().max(2).optional().openapi({ description: "ISO 3166-1 alpha-2" }),
  sector: text,
  source: text,
  purpose: text.openapi({ description: "a purpose of TCF by its number, or a DPV term" }),
  basis: z.enum(["consent", "legitimate-interest", ""]).optional(),
  has: z.enum(["declarations", "observations", "both", "neither", "contact", "no-contact", "no-contact-on-own-domain", ""]).optional(),
  sort: z.enum(["name", "seen", "newest", ""]).optional(),
  after: z.string().max(2000).optional().openapi({ description: "the `next` of the page before" }),
});
const limit = z.coerce.number().int().min(1).max(500).default(ROWS);
const Row = z
  .object({
    id: z.string(),
    name: z.string(),
    country: z.string().nullable(),
    sectors: z.array(z.string()),
    sources: z.array(z.string()),
    consent: z.number(),
    legitimateInterest: z.number(),
    purposes: z.array(z.string()),
    retentionDays: z.number().nullable(),
    cookieDays: z.number().nullable(),
    sitesSeen: z.number(),
    reach: z.number().nullable(),
    declared: z.boolean(),
    observed: z.boolean(),
    contact: z.boolean(),
    newest: z.string(),
    stale: z.boolean(),
  })
  .openapi("OrganisationRow");
const Rows = z.object({ total: z.number(), rows: z.array(Row), next: z.string().nullable() }).openapi("Organisations");
const Card = z
  .looseObject({ id: z.string(), name: z.string() })
  .openapi("Organisation", { description: "all that the map derives of an organisation; shapes: rooms/map/card-schema.ts" });
const SiteData = z.looseObject({ site: z.string() }).openapi("ObservedSite");
const Served = z.object({ salt: z.string(), record: z.unknown() }).openapi("SourceRecord");
const idInPath = z.object({ id: z.string().max(200).openapi({ example: "criteo" }) });

const json = (schema: z.ZodType, description: string) => ({ description, content: { "application/json": { schema } } });
const missing = { 404: { description: "no such organisation, site or record (problem details)" } };
const cached = { 304: { description: "nothing has changed since" } };

export function createMapRoutes(parts: MapParts): OpenAPIHono {
  const { store, log, pages, now = () => Math.floor(Date.now() / 1000) } = parts;
  const routes = new OpenAPIHono();
  const today = () => new Date(now() * 1000).toISOString().slice(0, 10);
  const frame = () => ({ site: { origin: log.origin, url: parts.siteUrl() }, sources: sourcesOf(store), corrections: parts.corrections });

  /** Answers 304 to who has this version already. Pages also change with the log and the day. */
  const versioned = (c: Context, respond: () => Response | Promise<Response>, extra = ""): Response | Promise<Response> => {
    const tag = `"m${store.dataVersion()}${extra}"`;
    c.header("etag", tag);
    c.header("cache-control", "no-cache");
    return c.req.header("if-none-match")?.includes(tag) === true ? c.body(null, 304) : respond();
  };
  const page = (c: Context, render: () => string, status: 200 | 404 = 200) =>
    versioned(c, () => c.html(render(), status), `-${log.published?.size ?? 0}-${today()}`);

  routes.get("/", (c) =>
    page(c, () => {
      const examples = store.rows({ has: "both", sort: "seen" }, EXAMPLES).rows;
      const { published } = log;
      return pages.renderHome({
        ...frame(),
        figures: store.figures(),
        log: { size: published?.size ?? 0, time: published?.time ?? null, anchored: parts.anchored() },
        examples,
        sites: store.sites().slice(0, SITES),
      });
    }),
  );

  routes.get("/companies", (c) => {
    const query = queryOf(c);
    return page(c, () => pages.renderCompanies({ ...frame(), query, ...store.rows(query, ROWS), choices: store.choices(), figures: store.figures() }));
  });

  routes.get("/companies/:id", (c) => {
    const id = c.req.param("id");
    const card = cardOf(store, id, (to) => c.redirect(`/companies/${encodeURIComponent(to)}`, 301));
    if (card instanceof Response) return card;
    return page(c, () =>
      pages.renderCompany({
        ...frame(),
        card,
        places: store.places([...card.records, ...(card.evidence ?? [])].map((one) => one.id)),
        signals: card.signals ?? null,
        logSize: log.published?.size ?? 0,
        scannedSites: store.sites().length,
        today: today(),
      }),
    );
  });

  routes.get("/compare", (c) => {
    const ids = [
      ...new Set(
        (c.req.queries("ids") ?? [])
          .flatMap((part) => part.split(","))
          .map((id) => id.trim())
          .filter(Boolean),
      ),
    ].slice(0, COMPARED);
    return page(c, () => {
      const found = ids.map((id) => store.card(id) ?? store.card(store.alias(id) ?? ""));
      return pages.renderCompare({
        ...frame(),
        cards: found.filter((card) => card !== undefined),
        unknown: ids.filter((_, i) => found[i] === undefined),
        today: today(),
      });
    });
  });

  routes.get("/sites/:domain", (c) => {
    const domain = hostOf(c.req.param("domain"));
    const card = store.site(domain) ?? null;
    return page(
      c,
      () =>
        pages.renderSite({
          ...frame(),
          domain,
          card,
          places: store.places([...(card?.scans ?? []), ...(card?.counts ?? [])].map(({ record }) => record)),
          today: today(),
        }),
      card === null ? 404 : 200,
    );
  });

  routes.get("/explore", (c) => page(c, () => pages.renderExplore({ ...frame(), figures: store.figures(), data: `/v1/map/explore?v=${store.dataVersion()}` })));

  routes.get("/sources", (c) =>
    page(c, () => {
      const rows = store.sourceRows();
      const read = new Set(rows.filter(({ removed }) => removed === null).map(({ source }) => source));
      const available = importers.filter(({ source }) => !read.has(source.id)).map(({ source, takes, live }) => ({ source, takes, live: live !== undefined }));
      return pages.renderSources({ ...frame(), rows, available });
    }),
  );

  routes.get("/methodology", (c) =>
    page(c, () => {
      const card = store.card(store.overview()?.example ?? "");
      return pages.renderMethodology({
        ...frame(),
        method: store.derived.method(),
        publication: parts.method(),
        example: card?.signals === undefined ? null : { card, signals: card.signals },
      });
    }),
  );
  routes.get("/overviews", (c) => page(c, () => pages.renderOverviews({ ...frame(), overview: overviewOf(store) })));
  routes.get("/v1/map/overview", (c) => versioned(c, () => c.json(overviewOf(store))));
  for (const table of overviewTables) {
    routes.get(`/v1/map/overview/${table}.csv`, (c) =>
      versioned(c, () =>
        c.body(overviewCsv(overviewOf(store), table), 200, {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": `attachment; filename="${table}.csv"`,
        }),
      ),
    );
  }

  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/map/organisations",
      summary: "Organisations, filtered, in pages",
      request: { query: listQuery.extend({ limit }) },
      responses: { 200: json(Rows, "one page; `next` is the cursor of the following one"), ...cached },
    }),
    (c) => versioned(c, () => c.json(store.rows(queryOf(c), c.req.valid("query").limit))) as never,
  );
  routes.get("/v1/map/organisations.csv", (c) =>
    versioned(c, () =>
      c.body(csvOf(allOf(store, queryOf(c))), 200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="organisations.csv"',
      }),
    ),
  );
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/map/organisations/{id}",
      summary: "One organisation with all its facts, each with its records",
      request: { params: idInPath },
      responses: { 200: json(Card, "its card"), 301: { description: "it has another id now" }, ...cached, ...missing },
    }),
    (c) => {
      const card = cardOf(store, c.req.valid("param").id, (to) => c.redirect(`/v1/map/organisations/${encodeURIComponent(to)}`, 301));
      if (card instanceof Response) return card as never;
      return versioned(c, () => c.json({ ...card, places: store.places(card.records.map((one) => one.id)) })) as never;
    },
  );
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/map/sites/{domain}",
      summary: "What was seen on a site",
      request: { params: z.object({ domain: z.string().max(253).openapi({ example: "example.org" }) }) },
      responses: { 200: json(SiteData, "scans and counts"), ...cached, ...missing },
    }),
    (c) => {
      const card = store.site(hostOf(c.req.valid("param").domain));
      if (card === undefined) throw new FreeholdError("site_unknown", "Nothing is known of this site.");
      return versioned(c, () => c.json(card)) as never;
    },
  );
  routes.openapi(
    createRoute({
      method: "get",
      path: "/v1/map/records/{sha256}",
      summary: "A source's record with its salt (spec/practice.md)",
      request: { params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits") }) },
      responses: { 200: json(Served, "SHA-256(salt || record) is the hash"), 451: { description: "withheld, with the reason" }, ...missing },
    }),
    (c) => {
      const found = store.record(c.req.valid("param").sha256);
      if ("withheld" in found) throw new FreeholdError("withheld", found.withheld);
      return c.json(found) as never;
    },
  );
  routes.get("/v1/map/sources", (c) =>
    versioned(c, () => {
      const sources = sourcesOf(store);
      return c.json({ sources: store.sourceRows().map((row) => ({ ...row, description: sources[row.source] ?? null })) });
    }),
  );
  routes.get("/v1/map/figures", (c) => versioned(c, () => c.json(store.figures())));

  // All rows at once, for the page that filters them in the browser; made once for each version.
  let explored: { version: number; body: string } | undefined;
  routes.get("/v1/map/explore", (c) =>
    versioned(c, () => {
      const version = store.dataVersion();
      if (explored?.version !== version) explored = { version, body: JSON.stringify(encodeRows(store.allRows())) };
      return c.body(explored.body, 200, { "content-type": "application/json" });
    }),
  );
  return routes;
}

/** The descriptions of all sources: of those that were read as they were then, of the others as this version of the program has them. */
function sourcesOf(store: MapStore): { [id: string]: Source } {
  return { ...Object.fromEntries(importers.map(({ source }) => [source.id, source])), ...store.descriptions() };
}

function overviewOf(store: MapStore): Overview {
  const overview = store.overview();
  if (overview === null) throw new FreeholdError("unavailable", "Nothing has been read into the map yet.");
  return overview;
}

/** The question of a list, without members that say nothing. Throws `argument_invalid`. */
function queryOf(c: Context): CompaniesQuery {
  const asked = listQuery.safeParse(c.req.query());
  if (!asked.success) {
    const [issue] = asked.error.issues;
    throw new FreeholdError("argument_invalid", `The question is wrong at ${issue!.path.join(".")}: ${issue!.message}.`);
  }
  return Object.fromEntries(Object.entries(asked.data).filter(([, value]) => value !== undefined && value !== "")) as CompaniesQuery;
}

function* allOf(store: MapStore, asked: CompaniesQuery) {
  const { after: _from, ...query } = asked;
  let after: string | null | undefined;
  do {
    const { rows, next } = store.rows(after == null ? query : { ...query, after }, 500);
    yield* rows;
    after = next;
  } while (after !== null);
}

/** The card of an id, or what `moved` answers where the organisation has another one now. Throws `organisation_unknown`. */
function cardOf(store: MapStore, id: string, moved: (to: string) => Response): CompanyCard | Response {
  const card = store.card(id);
  if (card !== undefined) return card;
  const alias = store.alias(id);
  if (alias !== undefined) return moved(alias);
  throw new FreeholdError(
    "organisation_unknown",
    "The map has no organisation under this address. It may have been removed with its source; look for its name at /companies.",
  );
}

function hostOf(domain: string): string {
  return domain.toLowerCase().replace(/^www\./, "");
}

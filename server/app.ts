/** One HTTP application over a log: interface, static files, pages, health, and what all answers have in common. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { getConnInfo } from "@hono/node-server/conninfo";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import type { Context } from "hono";
import type { Logger } from "pino";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Anchoring } from "../ledger/anchoring.ts";
import { createAnchorApi } from "./anchors.ts";
import { createApi } from "./api.ts";
import { problem, problemOf } from "./errors.ts";
import type { Problem } from "./errors.ts";
import { MAX_BODY, RateLimited } from "./limits.ts";
import type { RateLimit } from "./limits.ts";
import type { Metrics } from "./metrics.ts";
import { compress } from "hono/compress";
import { createPages, problemPage } from "./pages.ts";
import type { PageParts } from "./pages.ts";
import { createAssets } from "./rendering.ts";
import { createStatic } from "./static.ts";

export interface AppParts extends PageParts {
  /** Companies of this machine are reached too. */
  local: boolean;
  /** The rooms, each with its pages and its part of the interface. */
  rooms: readonly OpenAPIHono[];
  /** What /.well-known/freehold.json says. */
  discovery: object;
  anchoring: Anchoring;
  limit: RateLimit;
  metrics: Metrics;
  logger: Logger;
}

export function createApp(parts: AppParts): OpenAPIHono {
  const { log, store, discovery, anchoring, limit, metrics, logger, rooms, local } = parts;
  const app = new OpenAPIHono();

  app.use(async (c, next) => {
    const done = metrics.request();
    await next();
    done(c.req.method, c.res.status);
    c.header("access-control-allow-origin", "*");
    c.header("access-control-expose-headers", "location, freehold-size, freehold-root, retry-after, etag");
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        // A person's own page asks companies for their claims, and brings them what she decided.
        connectSrc: ["'self'", "https:", ...(local ? ["http://localhost:*", "http://127.0.0.1:*"] : [])],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      crossOriginResourcePolicy: "cross-origin",
      strictTransportSecurity: false, // a promise of TLS is the operator's to make, where TLS ends
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
      permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
    }),
  );
  app.options("*", (c) =>
    c.body(null, 204, {
      "access-control-allow-methods": "GET, POST, PUT, DELETE",
      "access-control-allow-headers": "authorization, content-type, if-match, if-none-match",
      "access-control-max-age": "86400",
    }),
  );
  const answer = (c: Context, made: Problem): Response =>
    c.req.header("accept")?.includes("text/html") === true
      ? c.html(problemPage(parts, made), made.status as 400)
      : c.body(JSON.stringify(made), made.status as 400, { "content-type": "application/problem+json" });
  const tooLarge = (c: Context) => {
    c.header("connection", "close"); // the rest of the body is not read
    return answer(c, problem("too_large", 413, `A body has at most ${MAX_BODY} bytes.`));
  };
  app.use(bodyLimit({ maxSize: MAX_BODY, onError: tooLarge }));

  app.get("/healthz", (c) => c.text("ok\n"));
  app.get("/readyz", (c) => {
    const reason = log.refusal?.message ?? (log.published === null && log.size > 0 ? "No checkpoint has been published yet." : null);
    if (reason !== null) return c.text(`${reason}\n`, 503);
    return c.text(["ready", ...anchoring.chains().flatMap(({ alarm }) => (alarm === null ? [] : `note: ${alarm}`)), ""].join("\n"));
  });
  app.get("/metrics", async (c) => c.text(await metrics.text(log, anchoring), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }));
  app.get("/.well-known/freehold.json", (c) => c.json(discovery, 200, { "cache-control": "public, max-age=60" }));
  app.get("/problems/:code", (c) =>
    c.text(
      `${problem(c.req.param("code"), 0, "").title}\n\nAn error code of this register; the detail of the answer says what was wrong. Codes: spec/register.md.\n`,
    ),
  );

  const api = createApi({ log, limit, addressOf });
  api.route("/", createAnchorApi(anchoring));
  app.route("/", api);
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Freehold register",
      version: "1",
      description: "Entries, proofs and lookups of a public register of who may use a person's data. Formats: spec/.",
    },
    servers: [{ url: "/" }],
  });
  app.route("/", createStatic({ log, store }));
  // What machines read has strong tags of its own; what follows is compressed.
  app.use(compress());
  app.route("/", createAssets());
  app.route("/", createPages(parts));
  for (const room of rooms) app.route("/", room);

  app.notFound((c) => answer(c, problem("not_found", 404, `There is nothing at ${c.req.path}.`)));
  app.onError((error, c) => {
    if (c.req.raw.signal.aborted) return c.body(null, 400); // the client is gone: no fault of ours, and nobody to answer
    const made = problemOf(error, c.req.method);
    if (made.status >= 500 && !(error instanceof FreeholdError)) logger.error({ error: error.stack }, "request failed");
    if (error instanceof RateLimited) c.header("retry-after", String(error.retryAfter));
    return answer(c, made);
  });
  return app;
}

/** The caller's address, for rate limits alone. */
export function addressOf(c: Context): string {
  return getConnInfo(c).remote.address ?? "unknown";
}

/** The pages of decide. The server fills in nothing but its own name: what they show is made in the browser. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Log } from "../../ledger/log.ts";
import type { DecidePages } from "./views/props.ts";

export interface DecidePageParts {
  log: Pick<Log, "origin">;
  pages: DecidePages;
  siteUrl: () => string;
}

export function createDecidePages({ log, pages, siteUrl }: DecidePageParts): OpenAPIHono {
  const routes = new OpenAPIHono();
  const page = () => ({ site: { origin: log.origin, url: siteUrl() } });
  routes.get("/me", (c) => c.html(pages.renderMe(page())));
  routes.get("/me/keys", (c) => c.html(pages.renderKeys(page())));
  routes.get("/me/decisions", (c) => c.html(pages.renderDecisions(page())));
  routes.get("/me/receipts", (c) => c.html(pages.renderReceipts(page())));
  routes.get("/me/decide", (c) => c.html(pages.renderQuestion(page())));
  routes.get("/me/letters", (c) => c.html(pages.renderLetters(page())));
  routes.get("/receipt", (c) => c.html(pages.renderReceipt(page())));
  routes.get("/withdraw", (c) => c.html(pages.renderWithdraw(page())));
  return routes;
}

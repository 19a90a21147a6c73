/** What the browser tells of a visit, kept with the instant of each: requests, cookies, storage, techniques. */
import type { BrowserContext, CDPSession, Page, Request } from "playwright-core";
import { watchPage } from "./page-script.ts";
import type { PageNote } from "./page-script.ts";
import type { Limits, Stop } from "./limits.ts";
import { parseSetCookie } from "./set-cookie.ts";
import type { CookieWish } from "./set-cookie.ts";

/** One request. Instants in milliseconds since 1970. */
export interface SeenRequest {
  at: number;
  ended?: number;
  method: string;
  url: string;
  host: string;
  type: string;
  headers: Record<string, string>;
  response?: { status: number; statusText: string; headers: { name: string; value: string }[] };
  /** The browser's word for why there is no response. */
  failure?: string;
}

export interface Recording {
  readonly requests: SeenRequest[];
  readonly cookies: (CookieWish & { at: number; by: "response" | "script" })[];
  readonly storage: { origin: string; key: string; at: number }[];
  readonly techniques: { name: Exclude<PageNote["kind"], "cookie">; script: string; at: number }[];
  /** The last address that the page itself led to. */
  readonly document: string | undefined;
  readonly aside: { dialogs: number; downloads: number; popups: number };
  /** Resolves when what is under way has been noted. */
  settled(): Promise<void>;
}

/** Things noted of one visit besides requests; a page that makes more is not worth listening to. */
const MAX_NOTES = 5000;
/** Failures before anything was sent to the host. */
const NOT_SENT =
  /^(csp|mixed-content|origin|inspector|subresource-filter|net::ERR_(BLOCKED|NAME_NOT|NAME_RES|CONNECTION_REFUSED|ADDRESS|TUNNEL|PROXY|CERT|SSL|UNSAFE_PORT|TOO_MANY_RED|INSECURE))/;

/** Whether a request went out to its host. */
export function wasSent({ failure, response }: SeenRequest): boolean {
  return response !== undefined || failure === undefined || !NOT_SENT.test(failure);
}

/** Begins to record; call before the page is loaded. */
export async function record(context: BrowserContext, page: Page, cdp: CDPSession, options: { gpc: boolean; limits: Limits; stop: Stop }): Promise<Recording> {
  const { gpc, limits, stop } = options;
  const seen = new Map<Request, SeenRequest>();
  const pending = new Set<Promise<void>>();
  let documents = 0;
  let document: string | undefined;
  const recording: Recording = {
    requests: [],
    cookies: [],
    storage: [],
    techniques: [],
    get document() {
      return document;
    },
    aside: { dialogs: 0, downloads: 0, popups: 0 },
    settled: async () => void (await Promise.all(pending)),
  };
  const { requests, cookies, storage, techniques, aside } = recording;

  const isOfPage = (request: Request): boolean => {
    try {
      return request.frame().page() === page;
    } catch {
      // Of a window that was closed before it had a page.
      return false;
    }
  };
  context.on("request", (request) => {
    const url = request.url();
    if (!/^(https?|wss?):/.test(url) || !isOfPage(request) || requests.length > limits.requests) return;
    const entry = { at: Date.now(), method: request.method(), url, host: new URL(url).hostname, type: request.resourceType(), headers: request.headers() };
    seen.set(request, entry);
    requests.push(entry);
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) {
      document = url;
      if (++documents > limits.redirects + 1) stop("redirects");
    }
    if (requests.length > limits.requests) stop("requests");
  });
  context.on("response", (response) => {
    const entry = seen.get(response.request());
    if (entry === undefined) return;
    const at = Date.now();
    entry.response = { status: response.status(), statusText: response.statusText(), headers: [] };
    const noted = response
      .headersArray()
      .then((headers) => {
        entry.response!.headers = headers;
        for (const { name, value } of headers) {
          const wish = name.toLowerCase() === "set-cookie" && cookies.length < MAX_NOTES ? parseSetCookie(value, entry.host, at) : undefined;
          if (wish !== undefined) cookies.push({ ...wish, at, by: "response" });
        }
      })
      .catch(() => {})
      .finally(() => pending.delete(noted));
    pending.add(noted);
  });
  context.on("requestfinished", (request) => {
    const entry = seen.get(request);
    if (entry !== undefined) entry.ended = Date.now();
  });
  context.on("requestfailed", (request) => {
    const entry = seen.get(request);
    if (entry !== undefined) Object.assign(entry, { ended: Date.now(), failure: request.failure()?.errorText ?? "failed" });
  });
  context.on("page", (other) => {
    if (other === page) return;
    aside.popups += 1;
    void other.close().catch(() => {});
  });
  page.on("websocket", (socket) => {
    const url = socket.url();
    if (requests.length <= limits.requests && URL.canParse(url))
      requests.push({ at: Date.now(), method: "GET", url, host: new URL(url).hostname, type: "websocket", headers: {} });
  });
  page.on("dialog", (dialog) => {
    aside.dialogs += 1;
    void dialog.dismiss().catch(() => {});
  });
  page.on("download", (download) => {
    aside.downloads += 1;
    void download.cancel().catch(() => {});
  });
  page.on("crash", () => stop("crashed"));

  cdp.on("DOMStorage.domStorageItemAdded", ({ storageId: { isLocalStorage, securityOrigin, storageKey }, key }) => {
    const origin = securityOrigin ?? storageKey?.replace(/\/$/, "") ?? "";
    if (isLocalStorage && storage.length < MAX_NOTES) storage.push({ origin, key: key.slice(0, 1000), at: Date.now() });
  });
  await cdp.send("Page.enable");
  await cdp.send("DOMStorage.enable");

  const binding = `f${crypto.randomUUID().replaceAll("-", "")}`;
  let notes = 0;
  cdp.on("Runtime.bindingCalled", ({ name, payload }) => {
    if (name !== binding || ++notes > MAX_NOTES) return;
    const at = Date.now();
    const { kind, script, origin, text } = JSON.parse(payload) as PageNote;
    if (kind !== "cookie") techniques.push({ name: kind, script, at });
    else {
      // The script may be another's; the cookie is the document's.
      const wish = URL.canParse(origin) ? parseSetCookie(text ?? "", new URL(origin).hostname, at) : undefined;
      if (wish !== undefined) cookies.push({ ...wish, at, by: "script" });
    }
  });
  await cdp.send("Runtime.addBinding", { name: binding });
  await cdp.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${watchPage.toString()})(${JSON.stringify(binding)}, ${gpc})` });
  return recording;
}

/**
 * HAR 1.2, what a browser's developer tools save: whom a page contacted and which cookies were set. Pure and free of `node:`, so that
 * a person can read her own file in her browser; it holds her cookies and addresses, and {@link readHar} gives none of their values.
 */
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import type { ObservedCookie, ScanFacts, ThirdParty } from "./schema.ts";

export interface HarOptions {
  /** The registrable domain of a host; undefined where it has none. */
  domainOf(host: string): string | undefined;
}

export interface HarScan {
  facts: ScanFacts;
  /** All entries, those without an address that can be read, and those of pages on another site. */
  counts: { entries: number; unreadable: number; elsewhere: number };
}

/** How many entries are read; a file with more is refused. */
const MAX_ENTRIES = 500_000;

const DAY = 86_400_000;

/**
 * The days a cookie lives from the moment it was seen, a day that has begun counted whole, as declared lives are rounded: so a cookie of
 * 390 days that was looked at some seconds later is not taken for one of 391.
 *
 * @param expires and `seen` in milliseconds since 1970.
 * @returns 0 where it had ended.
 */
export function lifeInDays(expires: number, seen: number): number {
  return Math.max(0, Math.ceil((expires - seen) / DAY));
}

/**
 * Reads a HAR as a scan of one site, the one of its first page: of its first document that was not a redirection, or of the page's title
 * where that is an address and the document another's, else of the first request. One visit, state `unknown`: a HAR does not say what was clicked.
 *
 * A third party has another registrable domain than the site. Cookies are those set by responses (header `Set-Cookie`, else the
 * list `cookies`), one for each name, host and path, without those that were deleted; cookies set by scripts are not in a HAR. Requests of
 * pages on other sites are left out and counted.
 *
 * @param json the file, parsed.
 * @throws `har_malformed` where it is no HAR, or names no request with an address.
 * @see http://www.softwareishard.com/blog/har-12-spec/
 * @example
 * ```ts
 * const entry = (url: string) => ({ startedDateTime: "2026-01-01T10:00:00.000Z", request: { url, headers: [] }, response: { status: 200, headers: [], content: {} } });
 * const json = { log: { version: "1.2", creator: { name: "example", version: "1" }, entries: [entry("https://shop.example/"), entry("https://ads.example/pixel?id=7")] } };
 * readHar(json, { domainOf: (host) => host }).facts.visits[0].thirdParties; // [{ domain: "ads.example", hosts: ["ads.example"], requests: 1 }]
 * ```
 */
export function readHar(json: JsonValue, options: HarOptions): HarScan {
  const { log, entries, total, unreadable } = entriesOf(json);
  const page = pageOf(log, entries);
  const ownDomain = (host: string): string => options.domainOf(host) ?? host;
  const site = ownDomain(page.url.hostname);
  const otherPages = pagesElsewhere(log, entries, (url) => ownDomain(url.hostname) !== site);

  const parties = new Map<string, { hosts: Set<string>; requests: number }>();
  const cookies = new Map<string, ObservedCookie>();
  let elsewhere = 0;
  for (const entry of entries) {
    if (otherPages.has(entry.page)) {
      elsewhere++;
      continue;
    }
    const host = entry.url.hostname;
    const domain = ownDomain(host);
    if (domain !== site) {
      const party = parties.get(domain) ?? { hosts: new Set(), requests: 0 };
      parties.set(domain, party);
      party.hosts.add(host);
      party.requests++;
    }
    for (const cookie of cookiesSet(entry)) {
      const owner = ownDomain(cookie.host);
      const key = JSON.stringify([cookie.name, cookie.host, cookie.path]);
      if (cookie.days === 0) cookies.delete(key);
      else cookies.set(key, { name: plain(cookie.name), domain: owner, thirdParty: owner !== site, days: cookie.days });
    }
  }
  const thirdParties = [...parties]
    .map(([domain, { hosts, requests }]): ThirdParty => ({ domain, hosts: [...hosts].toSorted(), requests }))
    .toSorted((a, b) => compare(a.domain, b.domain));
  return {
    facts: {
      kind: "scan",
      site: page.url.hostname.replace(/^www\.(?=.+\.)/, ""),
      url: withoutQuery(page.url),
      tool: toolOf(log),
      visits: [
        {
          state: "unknown",
          at: page.at,
          thirdParties,
          cookies: [...cookies.values()].toSorted((a, b) => compare(a.domain, b.domain) || compare(a.name, b.name)),
        },
      ],
    },
    counts: { entries: total, unreadable, elsewhere },
  };
}

/** Something by which an organisation can find a browser or a person again. */
export interface HarIdentifier {
  kind: "cookie" | "parameter";
  name: string;
  value: string;
  /** Where it was sent to or set by. */
  hosts: string[];
}

/** Names of parameters that carry an id of a device, a browser or a person, in lower case. */
const ID_PARAMETERS = new Set(
  `adid advertising_id advertisingid aaid android_id anonymous_id anonymousid auid browser_id browserid cid ciid client_id clientid cookie_id
  cookieid dclid device_id deviceid distinct_id em external_id fbc fbclid fbp ga_cid gaid gbraid gclid google_gid gpid guid idfa idfv idl ifa kuid
  li_fat_id msclkid muid ob_click_id partner_uid partneruid puid rdid sharedid suid tdid ttclid ttp tuid ud[em] ud[external_id] uid uid2 uids umid
  user_id userid uuid viewer_id visitor_id visitorid wbraid xuid zuid _fbc _fbp _ga`.split(/\s+/),
);

const MAX_VALUE = 1_000;
/** A parameter with fewer characters tells nobody apart. */
const MIN_PARAMETER = 6;
const MAX_IDENTIFIERS = 1_000;

/**
 * The cookies that the HAR holds for one domain, sent or set, and the parameters of requests to it that by their name carry an id: what
 * a person can put into a letter so that the organisation finds her data. Values are hers; they are for her eyes and leave the
 * browser only in her letter.
 *
 * @param domain registrable domain, lower case; its subdomains are included.
 * @returns at most 1,000, cookies first, each name and value once; values of at most 1,000 characters, longer ones are left out.
 * @throws `har_malformed` where it is no HAR.
 * @example
 * ```ts
 * const request = { url: "https://px.ads.example/p?uid=abc123&w=300", headers: [{ name: "Cookie", value: "u=42" }] };
 * const json = { log: { entries: [{ startedDateTime: "2026-01-01T10:00:00Z", request, response: { headers: [] } }] } };
 * identifiersFor(json, "ads.example").map(({ name, value }) => `${name}=${value}`); // ["u=42", "uid=abc123"]
 * ```
 */
export function identifiersFor(json: JsonValue, domain: string): HarIdentifier[] {
  const found = new Map<string, HarIdentifier>();
  const add = (kind: HarIdentifier["kind"], name: string, value: string, host: string) => {
    if (name === "" || value === "" || name.length > 200 || value.length > MAX_VALUE) return;
    const key = JSON.stringify([kind, name, value]);
    const known = found.get(key);
    if (known === undefined && found.size < MAX_IDENTIFIERS) found.set(key, { kind, name: plain(name), value: plain(value), hosts: [host] });
    else if (known !== undefined && !known.hosts.includes(host) && known.hosts.length < 20) known.hosts.push(host);
  };
  for (const entry of entriesOf(json).entries) {
    const host = entry.url.hostname;
    for (const cookie of cookiesSet(entry)) if (isUnder(cookie.host, domain)) add("cookie", cookie.name, cookie.value, cookie.host);
    if (!isUnder(host, domain)) continue;
    for (const [name, value] of cookiesSent(entry)) add("cookie", name, value, host);
    for (const [name, value] of parametersOf(entry))
      if (ID_PARAMETERS.has(name.toLowerCase()) && value.length >= MIN_PARAMETER) add("parameter", name, value, host);
  }
  return [...found.values()].toSorted((a, b) => compare(a.kind, b.kind) || compare(a.name, b.name));
}

const isUnder = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/** One request, with what is read often. */
interface Entry {
  url: URL;
  /** Milliseconds since 1970 at which the answer was there; NaN where the file does not say. */
  at: number;
  page: string | undefined;
  request: JsonObject;
  response: JsonObject;
  isDocument: boolean;
}

type JsonObject = { readonly [key: string]: JsonValue };

function entriesOf(json: JsonValue): { log: JsonObject; entries: Entry[]; total: number; unreadable: number } {
  const log = objectOf(objectOf(json)?.["log"]);
  const list = log?.["entries"];
  if (log === undefined || !isList(list)) throw malformed("This is no HAR file: it has no log with entries (HAR 1.2, log.entries).");
  if (list.length > MAX_ENTRIES) throw malformed(`log.entries has ${list.length} entries; at most ${MAX_ENTRIES} are read.`);
  const entries: Entry[] = [];
  let unreadable = 0;
  for (const value of list) {
    const entry = objectOf(value);
    const request = objectOf(entry?.["request"]);
    const address = textOf(request?.["url"]);
    if (entry === undefined || request === undefined || !URL.canParse(address)) {
      unreadable++;
      continue;
    }
    const url = new URL(address);
    // data:, blob: and pages of the browser itself contact nobody.
    if (!/^(?:https?|wss?):$/.test(url.protocol) || url.hostname.length > 253) continue;
    const response = objectOf(entry["response"]) ?? {};
    const time = entry["time"];
    entries.push({
      url,
      at: Date.parse(textOf(entry["startedDateTime"])) + (typeof time === "number" && time > 0 ? time : 0),
      page: typeof entry["pageref"] === "string" ? entry["pageref"] : undefined,
      request,
      response,
      isDocument: entry["_resourceType"] === "document" || /^(?:text\/html|application\/xhtml)/i.test(textOf(objectOf(response["content"])?.["mimeType"])),
    });
  }
  return { log, entries, total: list.length, unreadable };
}

/** The page that the file is of, and the instant at which it was opened. */
function pageOf(log: JsonObject, entries: readonly Entry[]): { url: URL; at: string } {
  const pages = isList(log["pages"]) ? log["pages"] : [];
  const first = objectOf(pages[0]);
  const ofPage = entries.filter((entry) => first === undefined || entry.page === undefined || entry.page === first["id"]);
  const begun = ofPage.find((one) => one.isDocument);
  const entry = ofPage.find((one) => one.isDocument && !isRedirection(one)) ?? begun ?? ofPage[0] ?? entries[0];
  if (entry === undefined) throw malformed("The HAR file names no request with an address of http or https.");
  const title = textOf(first?.["title"]);
  const titled = /^https?:\/\//.test(title) && URL.canParse(title) ? new URL(title) : undefined;
  // Where the page itself came from a cache, the first document in the file is a frame of somebody else.
  const isFrame = titled !== undefined && begun?.url.hostname !== titled.hostname;
  const times = [Date.parse(textOf(first?.["startedDateTime"])), entry.at, ...entries.slice(0, 1).map((one) => one.at)];
  const at = times.find((time) => time >= 0 && time < Date.UTC(10_000, 0));
  if (at === undefined) throw malformed("The HAR file does not say when the page was opened (pages[0].startedDateTime, entries[].startedDateTime).");
  return { url: isFrame ? titled : entry.url, at: `${new Date(at).toISOString().slice(0, 19)}Z` };
}

const isRedirection = ({ response }: Entry): boolean => typeof response["status"] === "number" && response["status"] >= 300 && response["status"] < 400;

/** The pages (by their id) whose first document is not of the site; the first page is of it in any case. */
function pagesElsewhere(log: JsonObject, entries: readonly Entry[], isOther: (url: URL) => boolean): Set<string | undefined> {
  const documents = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.page !== undefined && entry.isDocument && !isRedirection(entry) && !documents.has(entry.page)) documents.set(entry.page, entry);
  }
  documents.delete(textOf(objectOf(listOf(log["pages"])[0])?.["id"]));
  return new Set([...documents].filter(([, entry]) => isOther(entry.url)).map(([page]) => page));
}

function toolOf(log: JsonObject): ScanFacts["tool"] {
  const tool = objectOf(log["creator"]) ?? objectOf(log["browser"]);
  const version = plain(textOf(tool?.["version"]));
  return { name: plain(textOf(tool?.["name"])) || "HAR file", ...(version !== "" && { version }) };
}

interface SetCookie {
  name: string;
  value: string;
  host: string;
  path: string;
  /** Null of the session; 0 where the cookie is deleted. */
  days: number | null;
}

function cookiesSet(entry: Entry): SetCookie[] {
  const lines = headers(entry.response, "set-cookie").flatMap((value) => value.split("\n"));
  const set = lines.length > 0 ? lines.map((line) => fromHeader(line)) : listOf(entry.response["cookies"]).map(fromList);
  return set.flatMap((cookie) => {
    if (cookie === undefined || cookie.name === "" || cookie.name.length > 200) return [];
    const host = cookie.domain.replace(/^\./, "").toLowerCase() || entry.url.hostname;
    const expires = Date.parse(cookie.expires);
    const maxAge = /^-?\d{1,15}$/.test(cookie.maxAge) ? Number(cookie.maxAge) : undefined;
    const days = maxAge !== undefined ? lifeInDays(maxAge * 1000, 0) : Number.isNaN(expires) || Number.isNaN(entry.at) ? null : lifeInDays(expires, entry.at);
    // A host may set cookies for itself and what it lies under, nothing else (RFC 6265, section 5.3).
    return isUnder(entry.url.hostname, host) ? [{ name: cookie.name, value: cookie.value, host, path: cookie.path, days }] : [];
  });
}

interface RawCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  expires: string;
  maxAge: string;
}

/** RFC 6265, section 5.2; dates as browsers read them. */
function fromHeader(line: string): RawCookie | undefined {
  const [pair = "", ...attributes] = line.slice(0, 10_000).split(";");
  const equals = pair.indexOf("=");
  if (equals < 1) return undefined;
  const attribute = (name: string): string => {
    const found = attributes.findLast((text) => text.trim().toLowerCase().startsWith(`${name}=`));
    return found === undefined ? "" : found.slice(found.indexOf("=") + 1).trim();
  };
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    domain: attribute("domain"),
    path: attribute("path"),
    expires: attribute("expires"),
    maxAge: attribute("max-age"),
  };
}

function fromList(value: JsonValue): RawCookie | undefined {
  const cookie = objectOf(value);
  if (cookie === undefined) return undefined;
  const text = (name: string) => textOf(cookie[name]);
  return { name: text("name"), value: text("value"), domain: text("domain"), path: text("path"), expires: text("expires"), maxAge: "" };
}

function cookiesSent(entry: Entry): [name: string, value: string][] {
  const lines = headers(entry.request, "cookie");
  if (lines.length === 0) {
    return listOf(entry.request["cookies"]).map((cookie) => [textOf(objectOf(cookie)?.["name"]), textOf(objectOf(cookie)?.["value"])]);
  }
  return lines
    .flatMap((line) => line.split(";"))
    .filter((pair) => pair.includes("="))
    .map((pair) => [pair.slice(0, pair.indexOf("=")).trim(), pair.slice(pair.indexOf("=") + 1).trim()]);
}

/** Of the address, and of a form that was sent. */
function parametersOf(entry: Entry): [name: string, value: string][] {
  const post = objectOf(entry.request["postData"]);
  const isForm = /^application\/x-www-form-urlencoded/i.test(textOf(post?.["mimeType"]));
  const form = isForm ? [...new URLSearchParams(textOf(post?.["text"]).slice(0, 1_000_000))] : [];
  return [...entry.url.searchParams, ...form];
}

function headers(message: JsonObject, name: string): string[] {
  return listOf(message["headers"])
    .map(objectOf)
    .filter((header) => textOf(header?.["name"]).toLowerCase() === name)
    .map((header) => textOf(header?.["value"]))
    .filter((value) => value !== "");
}

const withoutQuery = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`;
/** For people: without control characters and what turns the direction of writing. */
const plain = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .trim()
    .slice(0, MAX_VALUE);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);
const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (isList(value) ? value : []);
const textOf = (value: JsonValue | undefined): string => (typeof value === "string" ? value : "");
const objectOf = (value: JsonValue | undefined): JsonObject | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
const malformed = (message: string): FreeholdError => new FreeholdError("har_malformed", message);

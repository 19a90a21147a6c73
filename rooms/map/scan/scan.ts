/** Scans one page: a visit for each state of its banner. What this visits is what the caller names, and what that page loads; nothing else. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FreeholdError } from "@freehold/protocol/errors";
import { registrable } from "../domain.ts";
import { withoutQuery } from "../importers/read.ts";
import { isPublicAddress } from "./address.ts";
import { autoconsent } from "./banner.ts";
import { startBrowser } from "./browser.ts";
import type { BrowserOptions } from "./browser.ts";
import { LIMITS, WAITS } from "./limits.ts";
import type { Limits, Stop, Waits } from "./limits.ts";
import { INTERNET } from "./network.ts";
import type { Network } from "./network.ts";
import { STATES } from "./scan-file.ts";
import type { ScanResult, ScanVisit, State } from "./scan-file.ts";
import { visitPage } from "./visit.ts";

export interface ScanOptions {
  /** All three where left out. */
  states?: readonly State[];
  /** Whether Global Privacy Control is sent; with `both` each state is visited without and with it. */
  gpc?: "off" | "on" | "both";
  /** Folder that takes HAR files, screenshots and `scan.json`; made where it is not there. Without one nothing is kept. */
  evidence?: string;
  /** Addresses of private networks may be visited. */
  allowPrivate?: boolean;
  /** Appended to the browser's own User-Agent: who scans, and where to ask. */
  userAgentSuffix?: string;
  /** BCP 47. */
  language?: string;
  limits?: Partial<Limits>;
  waits?: Partial<Waits>;
  /** Visits side by side, 1 to 3. */
  sideBySide?: number;
  browser?: Partial<BrowserOptions>;
  network?: Network;
  /** Called when a visit has ended. */
  onVisit?: (visit: ScanVisit) => void;
}

const TOOL = { name: "freehold", version: "0.1.0" };

/** Scans that are under way, by registrable domain: one at a time for each. */
const underWay = new Map<string, Promise<unknown>>();

/**
 * Scans a page (spec/scan.md).
 *
 * @param url with http or https, without user name.
 * @throws {FreeholdError} `argument_invalid` where the address is none that may be visited, `unavailable` without a browser. What a page does
 * never throws: visits say how they ended.
 * @example
 * ```ts
 * const { visits } = await scanSite("https://shop.example/", { evidence: "scans/shop.example" });
 * visits.find(({ state }) => state === "refused")?.thirdParties.filter(({ after }) => after > 0);
 * ```
 */
export async function scanSite(url: string, options: ScanOptions = {}): Promise<ScanResult> {
  const target = checkUrl(url);
  const site = registrable(target.hostname);
  const before = underWay.get(site) ?? Promise.resolve();
  const scan = before.then(
    () => scanNow(target, options),
    () => scanNow(target, options),
  );
  underWay.set(site, scan);
  try {
    return await scan;
  } finally {
    if (underWay.get(site) === scan) underWay.delete(site);
  }
}

async function scanNow(target: URL, options: ScanOptions): Promise<ScanResult> {
  const { network = INTERNET, allowPrivate = false, gpc = "off", language = "en-GB", sideBySide = 2 } = options;
  const limits = { ...LIMITS, ...options.limits };
  const waits = { ...WAITS, ...options.waits };
  checkWords(language, options.userAgentSuffix);
  if (!allowPrivate) await checkAddress(target.hostname, network);
  if (options.evidence !== undefined) await mkdir(options.evidence, { recursive: true, mode: 0o700 });
  const { browser, diskUse, close } = await startBrowser({ sandbox: true, ...options.browser });
  const stops = new Set<Stop>();
  const disk = setInterval(() => void diskUse().then((used) => used > limits.disk && stops.forEach((stop) => stop("disk"))), 500);
  try {
    const agent = await userAgentOf(browser);
    const userAgent = options.userAgentSuffix === undefined ? agent : `${agent} ${options.userAgentSuffix}`;
    const states = STATES.filter((state) => options.states?.includes(state) ?? true);
    const plans = states.flatMap((state) => (gpc === "both" ? [false, true] : [gpc === "on"]).map((sent) => ({ state, gpc: sent })));
    const visits: ScanVisit[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let i = next++; i < plans.length; i = next++) {
        visits[i] = await visitPage(
          browser,
          { url: target.href, ...plans[i]!, network, allowPrivate, limits, waits, userAgent, language, evidence: options.evidence, creator: TOOL },
          (stop) => stops.add(stop),
        );
        options.onVisit?.(visits[i]!);
      }
    };
    await Promise.all(Array.from({ length: Math.min(Math.max(1, sideBySide), 3, plans.length) }, work));
    const result: ScanResult = {
      format: "freehold-scan",
      version: 1,
      site: target.hostname.replace(/^www\.(?=.+\.)/, ""),
      url: withoutQuery(target.href),
      tool: { ...TOOL, browser: `Chromium ${browser.version()}`, rules: `autoconsent ${autoconsent().version}` },
      conditions: { userAgent, language, answerAfterSeconds: waits.answerAfter, observeSeconds: waits.observe },
      visits,
    };
    if (options.evidence !== undefined) await writeFile(join(options.evidence, "scan.json"), `${JSON.stringify(result, null, 2)}\n`, { mode: 0o600 });
    return result;
  } finally {
    clearInterval(disk);
    await close();
  }
}

function checkUrl(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol) || target.username !== "" || target.password !== "" || url.length > 2000)
    throw new FreeholdError(
      "argument_invalid",
      `"${url.slice(0, 100)}" cannot be scanned; an address with http or https, without user name, of at most 2,000 characters, can.`,
    );
  return target;
}

/** Both are sent with every request. */
function checkWords(language: string, suffix: string | undefined): void {
  if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(language))
    throw new FreeholdError("argument_invalid", `"${language.slice(0, 50)}" is no language; a tag such as "en-GB" is (BCP 47).`);
  if (suffix !== undefined && !/^[\x20-\x7e]{1,200}$/.test(suffix))
    throw new FreeholdError("argument_invalid", "The User-Agent suffix must be 1 to 200 printable ASCII characters.");
}

/** What a person has typed is refused at once; what a page leads to, in the visit. */
async function checkAddress(hostname: string, network: Network): Promise<void> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const addresses = /^[\d.]+$|:/.test(host) ? [host] : await network.lookup(host).catch(() => []);
  if (addresses.length > 0 && !addresses.some(isPublicAddress))
    throw new FreeholdError("argument_invalid", `${hostname} is at ${addresses[0]}, an address of a private network; only public sites are scanned.`);
}

async function userAgentOf(browser: {
  newBrowserCDPSession(): Promise<{ send(method: "Browser.getVersion"): Promise<{ userAgent: string }>; detach(): Promise<void> }>;
}) {
  const session = await browser.newBrowserCDPSession();
  const { userAgent } = await session.send("Browser.getVersion");
  await session.detach();
  return userAgent;
}

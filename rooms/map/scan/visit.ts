/** One visit: a page, once, in a clean profile, with one answer to its banner. It ends by itself or at a limit, and says what it has seen. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { formatInstant } from "@freehold/protocol/shape";
import { registrable } from "../domain.ts";
import { withoutQuery } from "../importers/read.ts";
import { watchBanner } from "./banner.ts";
import type { BannerWatch } from "./banner.ts";
import { openGate } from "./gate.ts";
import type { Gate } from "./gate.ts";
import { harOf } from "./har-file.ts";
import { createStop, within, wordsOf } from "./limits.ts";
import type { Limits, Stop, Waits } from "./limits.ts";
import type { Network } from "./network.ts";
import { readForms } from "./page-script.ts";
import { record, wasSent } from "./recorder.ts";
import type { Recording } from "./recorder.ts";
import type { Ending, ScanVisit, State } from "./scan-file.ts";
import { cookiesOf, distinct, phaseOf, thirdPartiesOf } from "./third-parties.ts";
import type { Answer, KeptCookie, Parties } from "./third-parties.ts";

export interface VisitPlan {
  url: string;
  state: State;
  gpc: boolean;
  network: Network;
  allowPrivate: boolean;
  limits: Limits;
  waits: Waits;
  userAgent: string;
  language: string;
  /** Folder for HAR and screenshot; nothing is kept where it is left out. */
  evidence?: string | undefined;
  creator: { name: string; version: string };
}

/** What the steps of a visit leave behind as they go, so that a limit finds it. */
interface Progress {
  page: { url: string; status: number; loaded: boolean } | null;
  banner: ScanVisit["banner"];
  answer?: Answer;
  jarBefore: { cookies: KeptCookie[]; at: number };
  detail?: string | undefined;
}

/** Seconds for anything that is asked of the browser at the end of a visit. */
const PATIENCE = 5;

/** Visits a page. Never throws for anything that the page or the browser does. `onStop` is given the way to end the visit from outside. */
export async function visitPage(browser: Browser, plan: VisitPlan, onStop: (stop: Stop) => void = () => {}): Promise<ScanVisit> {
  const { limits } = plan;
  const startedAt = Date.now();
  const stop = createStop();
  onStop(stop);
  const gone = () => stop("browser-ended");
  browser.once("disconnected", gone);
  const timer = setTimeout(() => stop("time"), limits.seconds * 1000);
  const gate = await openGate({ network: plan.network, allowPrivate: plan.allowPrivate, maxBytes: limits.bytes, onTooMuch: () => stop("bytes") });
  const progress: Progress = { page: null, banner: { found: false, answered: false }, jarBefore: { cookies: [], at: startedAt } };
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  let recording: Recording | undefined;
  try {
    let ended: Ending = await Promise.race([
      stop.reason,
      (async (): Promise<Ending> => {
        context = await browser.newContext({
          proxy: { server: gate.url },
          acceptDownloads: false,
          serviceWorkers: "block",
          userAgent: plan.userAgent,
          locale: plan.language,
          viewport: { width: 1366, height: 768 },
          ...(plan.gpc && { extraHTTPHeaders: { "Sec-GPC": "1" } }),
        });
        // Whatever a page asks leave for is denied, without a prompt.
        await context.grantPermissions([]);
        page = await context.newPage();
        const cdp = await context.newCDPSession(page);
        recording = await record(context, page, cdp, { gpc: plan.gpc, limits, stop });
        const banner = await watchBanner(cdp);
        const reached = await open(page, plan, gate, recording, progress);
        return reached ?? (await watch(context, page, banner, plan, progress));
      })().catch((): Ending => (browser.isConnected() ? "crashed" : "browser-ended")),
    ]);
    clearTimeout(timer);
    if (ended !== "browser-ended" && !browser.isConnected()) ended = "browser-ended";
    const end = await lookBack(context, page, recording);
    const evidence = await keep(plan, startedAt, recording, end.screenshot);
    return await resultOf(plan, { ended, startedAt, gate, recording, progress, ...end, evidence });
  } finally {
    clearTimeout(timer);
    browser.off("disconnected", gone);
    gate.close();
    if (context !== undefined) await within(PATIENCE, context.close());
  }
}

/** Opens the page; says why not where that fails. */
async function open(page: Page, plan: VisitPlan, gate: Gate, recording: Recording, progress: Progress): Promise<Ending | undefined> {
  let message = "";
  const response = await page.goto(plan.url, { waitUntil: "commit", timeout: 0 }).catch((error: Error) => void (message = error.message));
  const last = URL.canParse(recording.document ?? plan.url) ? new URL(recording.document ?? plan.url).hostname : "";
  if (gate.refused.has(last)) return "private-address";
  if (!response || !gate.reached.has(last)) {
    const code = /net::(ERR_[A-Z_]+)/.exec(message)?.[1];
    progress.detail = code;
    if (/Download is starting/.test(message) || recording.aside.downloads > 0) return "download";
    if (code !== undefined && /^ERR_(CERT|SSL)_/.test(code)) return "tls";
    return code === "ERR_TOO_MANY_REDIRECTS" ? "redirects" : "unreachable";
  }
  progress.page = { url: page.url(), status: response.status(), loaded: false };
  const loaded = page.waitForLoadState("load", { timeout: 0 }).then(() => true);
  progress.page = { ...progress.page, loaded: (await within(plan.waits.load, loaded)) === true, url: page.url() };
  return undefined;
}

/** Watches the loaded page, and answers its banner where the state asks for that. */
async function watch(context: BrowserContext, page: Page, banner: BannerWatch, { state, waits }: VisitPlan, progress: Progress): Promise<Ending> {
  const loadedAt = Date.now();
  const noteBanner = () => {
    if (banner.provider !== undefined) Object.assign(progress.banner, { found: true, provider: banner.provider.slice(0, 100) });
  };
  const until = async (seconds: number) => sleep(Math.max(0, loadedAt + seconds * 1000 - Date.now()));
  if (state === "unanswered") await until(waits.answerAfter + waits.observe);
  else {
    await until(waits.answerAfter);
    await Promise.race([banner.found, until(waits.banner)]);
    noteBanner();
    if (banner.answerable) {
      progress.jarBefore = { cookies: (await within(PATIENCE, context.cookies())) ?? [], at: Date.now() };
      const began = Date.now();
      const outcome = await within(waits.answer, banner.answer(state));
      if (outcome?.answered === true) {
        progress.answer = { began, done: Date.now() };
        Object.assign(progress.banner, outcome);
      }
    }
    await (progress.answer === undefined ? until(waits.answerAfter + waits.observe) : sleep(waits.observe * 1000));
  }
  noteBanner();
  return page.isClosed() ? "crashed" : "complete";
}

/** The last look: what the browser kept, the forms, a picture. Each is tried, none is waited for long. */
async function lookBack(context: BrowserContext | undefined, page: Page | undefined, recording: Recording | undefined) {
  const endAt = Date.now();
  await within(2, recording?.settled() ?? Promise.resolve());
  const [cookies, forms, screenshot] = await Promise.all([
    context && within(PATIENCE, context.cookies()),
    page && within(2, page.evaluate(readForms)),
    page && within(PATIENCE, page.screenshot({ timeout: PATIENCE * 1000 })),
  ]);
  return { endAt, cookies: cookies ?? [], forms, screenshot };
}

/** Writes the evidence, and says what it hashes to. */
async function keep(plan: VisitPlan, startedAt: number, recording: Recording | undefined, screenshot: Buffer | undefined): Promise<ScanVisit["evidence"]> {
  if (plan.evidence === undefined) return [];
  const name = `${plan.state}${plan.gpc ? "-gpc" : ""}`;
  const har = harOf({ title: plan.url, startedAt, requests: recording?.requests ?? [], creator: plan.creator });
  const files = [{ file: `${name}.har`, content: Buffer.from(har) }, ...(screenshot === undefined ? [] : [{ file: `${name}.png`, content: screenshot }])];
  return Promise.all(
    files.map(async ({ file, content }) => {
      await writeFile(join(plan.evidence!, file), content, { mode: 0o600 });
      return { file, sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
    }),
  );
}

interface Seen {
  ended: Ending;
  startedAt: number;
  gate: Gate;
  recording: Recording | undefined;
  progress: Progress;
  endAt: number;
  cookies: KeptCookie[];
  forms: { sendsTo: string; fields: Record<string, number> }[] | undefined;
  evidence: ScanVisit["evidence"];
}

async function resultOf(plan: VisitPlan, seen: Seen): Promise<ScanVisit> {
  const { gate, recording, progress } = seen;
  const { state, gpc } = plan;
  const phase = (at: number) => phaseOf(at, state, progress.answer);
  const pageHost = new URL(progress.page?.url.startsWith("http") ? progress.page.url : plan.url).hostname;
  const firstParty = new Set([registrable(new URL(plan.url).hostname), registrable(pageHost)]);
  const sent = (recording?.requests ?? []).filter((request) => gate.reached.has(request.host) && wasSent(request));
  const { aliases, unknown } = await aliasesOf([pageHost, ...gate.reached.keys()], firstParty, plan.network);
  const parties: Parties = { firstParty, pageHost, aliases };
  const isThird = (host: string) => !firstParty.has(registrable(host));
  const hostIn = (address: string) => (URL.canParse(address) ? new URL(address).hostname : "");
  const counted = new Map<string, ScanVisit["requests"][number]>();
  for (const { url, type, at } of sent) {
    const one = { url: withoutQuery(url.replace(/^ws/, "http")), type, phase: phase(at) };
    const key = JSON.stringify([one.phase, one.url, type]);
    counted.set(key, { ...one, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return {
    state,
    gpc,
    at: formatInstant(Math.floor(seen.startedAt / 1000)),
    ended: seen.ended,
    words: wordsOf(seen.ended, plan.limits, progress.detail),
    page: progress.page === null ? null : { ...progress.page, url: withoutQuery(progress.page.url) },
    banner: progress.banner,
    thirdParties: thirdPartiesOf(sent, gate.reached, parties, phase),
    cookies: cookiesOf(
      { before: progress.jarBefore.cookies, beforeAt: progress.jarBefore.at, end: seen.cookies, endAt: seen.endAt },
      recording?.cookies ?? [],
      firstParty,
      phase,
    ),
    storage: distinct(
      (recording?.storage ?? []).map(({ origin, key, at }) => ({ origin, key, thirdParty: isThird(hostIn(origin)), phase: phase(at) })),
      ({ origin, key }) => JSON.stringify([origin, key]),
    ),
    techniques: distinct(
      (recording?.techniques ?? []).flatMap(({ name, script, at }) => (hostIn(script) === "" ? [] : [{ name, host: hostIn(script), phase: phase(at) }])),
      ({ name, host }) => `${name} ${host}`,
    ),
    forms: seen.forms?.map(({ sendsTo, fields }) => ({ sendsTo: hostIn(sendsTo) || null, fields })) ?? null,
    requests: [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    aside: {
      bytes: gate.bytes,
      ...(recording?.aside ?? { dialogs: 0, downloads: 0, popups: 0 }),
      refusedHosts: [...gate.refused].sort(),
      aliasesUnknown: unknown,
    },
    evidence: seen.evidence,
  };
}

/** Asks DNS what hosts of the first party stand for; of others it would tell nothing. */
async function aliasesOf(hosts: readonly string[], firstParty: ReadonlySet<string>, network: Network) {
  const own = [...new Set(hosts)].filter((host) => firstParty.has(registrable(host))).slice(0, 100);
  const aliases = new Map<string, readonly string[]>();
  const unknown: string[] = [];
  await Promise.all(
    own.map(async (host) => {
      const names = await within(PATIENCE, network.aliases(host));
      if (names === undefined) unknown.push(host);
      else aliases.set(host, names);
    }),
  );
  return { aliases, unknown: unknown.sort() };
}

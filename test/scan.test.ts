/** The scanner in the installed Chromium, against a served web of which everything is known. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeholdScan } from "../rooms/map/importers/freehold-scan.ts";
import { scanCommand } from "../rooms/map/scan/command.ts";
import { scanFile } from "../rooms/map/scan/scan-file.ts";
import type { ScanResult, ScanVisit } from "../rooms/map/scan/scan-file.ts";
import { scanSite } from "../rooms/map/scan/scan.ts";
import type { ScanOptions } from "../rooms/map/scan/scan.ts";
import { ROOT, run } from "./register.ts";
import { ADDRESSES, ALIASES, BROKEN, ENDS, SITES, TRUTH } from "./scan-sites/sites.ts";
import type { Truth } from "./scan-sites/sites.ts";
import { serveWeb } from "./scan-sites/web.ts";
import type { Web } from "./scan-sites/web.ts";

let web: Web;
beforeAll(async () => {
  web = await serveWeb({ sites: SITES, addresses: ADDRESSES, aliases: ALIASES, broken: BROKEN });
});
const folders: string[] = [];
afterAll(() => {
  web.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const scan = (url: string, options: ScanOptions = {}) =>
  scanSite(url, { network: web.network, ...options, waits: { answer: 4, ...options.waits }, browser: { sandbox: false, args: web.args } });
/** For pages of which only the end matters. */
const BRIEF = { waits: { load: 3, answerAfter: 0.2, banner: 0.2, observe: 0.5 }, states: ["unanswered"] } as const;
/** Longer than any limit: only a limit ends the visit. */
const LONG = { load: 20, observe: 20 };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "freehold-test-"));
  folders.push(folder);
  return folder;
}

describe("what is served is found, and nothing else", () => {
  const byUrl = Map.groupBy(TRUTH, ({ url }) => url);
  test.each([...byUrl])("%s", async (url, truths) => {
    // Where nothing is answered and nothing comes late, there is nothing to wait for.
    const brief = truths.every(({ state }) => state === "unanswered");
    const result = await scan(url, { states: truths.map(({ state }) => state), ...(brief && { waits: { answerAfter: 0.5, observe: 1.5 } }) });
    expect(scanFile.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.visits.map(truthOf(url))).toEqual(truths);
    expect(result.visits.map(({ ended }) => ended)).toEqual(truths.map(() => "complete"));
  });

  function truthOf(url: string) {
    return ({ state, banner, thirdParties, cookies }: ScanVisit): Truth => ({
      url,
      state,
      banner,
      parties: Object.fromEntries(thirdParties.map(({ domain, before, after }) => [domain, [before, after]])),
      cookies: Object.fromEntries(
        cookies.map(({ name, domain, days, phase, by }) => [`${name} ${domain}`, [days, phase === "before-answer" ? "before" : "after", by!]]),
      ),
    });
  }
});

test("a page's scripts in frames of others are watched from their first line on; forms are read by kind", async () => {
  const [visit] = (await scan("https://finger.test/", { states: ["unanswered"], waits: BRIEF.waits })).visits;
  expect(visit!.techniques).toEqual([
    { name: "audio-fingerprinting", host: "cdn.fp.test", phase: "before-answer" },
    { name: "canvas-fingerprinting", host: "cdn.fp.test", phase: "before-answer" },
    { name: "key-listening", host: "k.keys.test", phase: "before-answer" },
  ]);
  expect(visit!.forms).toEqual([{ sendsTo: "desk.keys.test", fields: { email: 1, password: 1, "street-address": 1, textarea: 1 } }]);
});

test("a name of the site's own that stands for a third party is named with all its aliases", async () => {
  const [visit] = (await scan("https://www.cloaked.test/", BRIEF)).visits;
  expect(visit!.thirdParties).toEqual([
    { domain: "tracker-c.test", hosts: ["stats.cloaked.test"], before: 1, after: 0, aliases: ["eu.collect.test", "in.tracker-c.test"] },
  ]);
});

test("with Global Privacy Control, servers and scripts are told; without it, neither", async () => {
  const { visits } = await scan("https://gpc.test/", { ...BRIEF, gpc: "both" });
  expect(visits.map(({ gpc, cookies }) => [gpc, cookies.map(({ name }) => name)])).toEqual([
    [false, ["header-none", "navigator-undefined"]],
    [true, ["header-1", "navigator-true"]],
  ]);
});

test.each(ENDS)("%s ends with: %s", async (url, ended, reached) => {
  const [visit] = (await scan(url, { ...BRIEF, waits: LONG, limits: { seconds: 6, bytes: 2_000_000, requests: 60, redirects: 5 } })).visits;
  expect(visit).toMatchObject({ ended, words: expect.stringMatching(/\.( \(ERR_[A-Z_]+\))?$/) });
  expect(visit!.page !== null).toBe(reached);
});

test("the room on disk is a limit too", async () => {
  const [visit] = (await scan("https://slow.test/", { states: ["unanswered"], limits: { disk: 1 } })).visits;
  expect(visit!.ended).toBe("disk");
});

test("dialogs are dismissed, windows and permissions denied, downloads cancelled; the visit goes on", async () => {
  web.asked.clear();
  const [visit] = (await scan("https://talk.test/", { ...BRIEF, waits: { ...BRIEF.waits, observe: 2 } })).visits;
  expect(visit).toMatchObject({ ended: "complete", aside: { dialogs: 3, downloads: 1, popups: 0 } });
  expect(visit!.storage.map(({ key }) => key)).toEqual(["notification-denied", "place-error-1"]);
  expect(web.asked.has("popup.test")).toBe(false);
});

test("private addresses are not visited: not by name, not by redirect, not by what a page loads", async () => {
  for (const url of ["http://internal.test/", "http://127.0.0.1/", "http://localhost:8080/", "http://[::1]/", "http://[::ffff:10.0.0.1]/"])
    await expect(scan(url, BRIEF)).rejects.toMatchObject({ code: "argument_invalid" });
  for (const url of ["file:///etc/passwd", "ftp://first.test/", "https://a:b@first.test/", "first.test", "javascript:1"])
    await expect(scan(url, BRIEF)).rejects.toMatchObject({ code: "argument_invalid" });
  const [visit] = (await scan("https://nosy.test/", { ...BRIEF, waits: { ...BRIEF.waits, observe: 1 } })).visits;
  expect(visit!.ended).toBe("complete");
  expect(visit!.thirdParties).toEqual([]);
  expect(visit!.aside.refusedHosts).toEqual(["127.0.0.1", "169.254.169.254", "[::1]", "internal.test"]);
});

test("evidence is kept, and the result says what it hashes to; nothing that is published has a query", async () => {
  const evidence = join(temporaryFolder(), "first.test");
  const result = await scan("https://first.test/?q=secret", { ...BRIEF, evidence });
  expect(readdirSync(evidence).toSorted()).toEqual(["scan.json", "unanswered.har", "unanswered.png"]);
  for (const { file, sha256, bytes } of result.visits[0]!.evidence) {
    const content = readFileSync(join(evidence, file));
    expect([bytes, sha256]).toEqual([content.length, createHash("sha256").update(content).digest("hex")]);
    expect(statSync(join(evidence, file)).mode & 0o077).toBe(0);
  }
  const har = JSON.parse(readFileSync(join(evidence, "unanswered.har"), "utf8"));
  expect(har.log.entries.map((entry: { request: { url: string } }) => entry.request.url)).toEqual([
    "https://first.test/?q=secret",
    "https://px.ignore.test/p.gif?person=1",
  ]);
  const text = readFileSync(join(evidence, "scan.json"), "utf8");
  expect(JSON.parse(text)).toEqual(result);
  expect(text).not.toMatch(/secret|person/);
});

test("a scan file is imported as facts", async () => {
  const result = await scan("https://first.test/", { states: ["refused"] });
  const [imported] = freeholdScan.read([{ name: "scan.json", bytes: Buffer.from(JSON.stringify(result)) }]);
  expect(imported).toMatchObject({ problems: [], counts: { scans: 1, unreached: 0 } });
  expect(imported!.records[0]!.facts).toMatchObject({
    kind: "scan",
    site: "first.test",
    visits: [
      {
        state: "refused",
        gpc: false,
        banner: { found: true, provider: "cookieconsent3", answered: true },
        thirdParties: [
          { domain: "ignore.test", requests: 1, phase: "before-answer" },
          { domain: "ignore.test", requests: 1, phase: "after-answer" },
        ],
      },
    ],
  });
});

test("the browser is killed: the visit says so, and what it has seen stays", async () => {
  const before = new Set(scanFolders());
  const under = scan("https://drip.test/", { ...BRIEF, limits: { seconds: 30 }, waits: { load: 20 } });
  const folder = await until(() => scanFolders().find((name) => !before.has(name) && processesOf(name).length > 3));
  await until(() => web.asked.has("drip.test"));
  await sleep(500);
  const [main] = processesOf(folder);
  process.kill(main!, "SIGKILL");
  const [visit] = (await under).visits;
  expect(visit!.ended).toBe("browser-ended");
  expect(visit!.requests.map(({ url }) => url)).toEqual(["https://drip.test/"]);
  await until(() => processesOf(folder).length === 0);
  expect(scanFolders()).not.toContain(folder);
});

test("the scanner is killed: no process stays, and the next scan removes the folder", async () => {
  const child = run([join(ROOT, "test/scan-sites/hung-scan.ts")]);
  const folder = await until(() => scanFolders().find((name) => name.startsWith(`freehold-scan-${child.process.pid}-`) && processesOf(name).length > 3));
  await until(() => child.stdout.includes("asked"));
  await child.stop("SIGKILL");
  await until(() => processesOf(folder).length === 0);
  expect(scanFolders()).toContain(folder);
  await scan("https://nowhere.test/", BRIEF);
  expect(scanFolders()).not.toContain(folder);
});

test.each<[what: string, args: string[], sentence: RegExp]>([
  ["no address", [], /^No address was given/],
  ["a state", ["https://first.test/", "--states", "refused,angry"], /^"angry" is no state; unanswered, refused, accepted are/],
  ["a number", ["https://first.test/", "--per-minute", "0"], /^--per-minute is a whole number/],
  ["an option", ["https://first.test/", "--fast"], /--fast/],
])("the command says what is wrong: %s", async (_, args, sentence) => {
  const written: string[] = [];
  const error = console.error;
  console.error = (text: string) => void written.push(text);
  try {
    expect(await scanCommand(args)).toBe(2);
  } finally {
    console.error = error;
  }
  expect(written.join("\n")).toMatch(sentence);
});

test("the command scans, and its output is a scan file", async () => {
  const child = run([join(ROOT, "test/scan-sites/command.ts"), "--json", "--no-sandbox", "--states", "unanswered", "http://nowhere.invalid/"]);
  expect(await child.ended).toBe(1);
  const result = scanFile.parse(JSON.parse(child.stdout)) as ScanResult;
  expect(result.visits).toMatchObject([{ state: "unanswered", ended: "unreachable", page: null }]);
});

function scanFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("freehold-scan-"));
}

/** Ids of the processes that speak of a folder, the oldest first. Linux. */
function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, "utf8").includes(folder);
      } catch {
        return false;
      }
    })
    .toSorted((a, b) => a - b);
}

async function until<T>(what: () => T | undefined | false): Promise<T> {
  for (;;) {
    const found = what();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
}

/** The browser of a scan: the installed Chromium with a folder of its own, of which nothing is left behind, however the scan ends. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FreeholdError } from "@freehold/protocol/errors";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const PREFIX = "freehold-scan-";
const PROCESS = /^freehold-scan-(\d+)-/;

/**
 * All frames of a page in one process: then one session sees all of them, from their first line on. Nothing that a site could take from
 * another is in a profile that is thrown away; the sandbox stays.
 */
const ARGUMENTS = [
  "--disable-site-isolation-trials",
  "--disable-quic",
  // Nothing by UDP, which would go around the gate.
  "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
];

/**
 * Visits run in private windows, which by default block what ordinary ones allow: cookies of third parties. And forms are not to be asked about at
 * the browser's maker.
 */
const PREFERENCES = {
  profile: { cookie_controls_mode: 0 },
  autofill: { profile_enabled: false, credit_card_enabled: false },
  credentials_enable_service: false,
};

export interface ScanBrowser {
  readonly browser: Browser;
  /** Bytes that its folder holds. */
  readonly diskUse: () => Promise<number>;
  readonly close: () => Promise<void>;
}

export interface BrowserOptions {
  /** Of Chromium; found where systems put it when left out. */
  executable?: string | undefined;
  /** False where the system allows none (root, some containers): then a page that breaks the browser has the rights of this process. */
  sandbox: boolean;
  /** Further arguments, for tests. */
  args?: readonly string[] | undefined;
}

/**
 * Starts the browser, after it has removed what scans that were killed have left.
 *
 * @throws {FreeholdError} `unavailable` where there is no Chromium, or it does not start.
 */
export async function startBrowser({ executable, sandbox, args = [] }: BrowserOptions): Promise<ScanBrowser> {
  const executablePath = executable ?? process.env["CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined || !existsSync(executablePath))
    throw new FreeholdError("unavailable", "Scanning needs Chromium: install it (Debian: apt-get install -y chromium), or set CHROMIUM to its path.");
  sweep();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.once("exit", remove);
  const end = () => {
    process.off("exit", remove);
    remove();
  };
  const [profile, artifactsDir, temporary] = ["profile", "artifacts", "tmp"].map((name) => join(folder, name)) as [string, string, string];
  for (const part of [artifactsDir, temporary, join(profile, "Default")]) mkdirSync(part, { recursive: true });
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(PREFERENCES));
  try {
    const main = await chromium.launchPersistentContext(profile, {
      executablePath,
      artifactsDir,
      chromiumSandbox: sandbox,
      args: [...ARGUMENTS, ...args],
      ignoreDefaultArgs: ["--disable-popup-blocking"],
      // What the browser does of itself goes nowhere; each visit has a gate of its own.
      proxy: { server: "http://127.0.0.1:9" },
      env: { ...process.env, TMPDIR: temporary, HOME: folder } as Record<string, string>,
    });
    const browser = main.browser()!;
    return {
      browser,
      diskUse: () => sizeOf(folder),
      async close() {
        await main.close().catch(() => {});
        end();
      },
    };
  } catch (cause) {
    end();
    const [line = ""] = String((cause as Error).message).split("\n");
    throw new FreeholdError("unavailable", `Chromium (${executablePath}) did not start: ${line.slice(0, 300)}`, { cause });
  }
}

/** Removes the folders of scans whose process is no more. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const process = PROCESS.exec(name)?.[1];
    if (process === undefined || isAlive(Number(process))) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Of another user: his scans remove it.
    }
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

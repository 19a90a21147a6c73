/** `scan URL…`: scans pages from the command line. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FreeholdError } from "@freehold/protocol/errors";
import { createPace } from "./pace.ts";
import { STATES } from "./scan-file.ts";
import type { ScanResult, ScanVisit, State } from "./scan-file.ts";
import { scanSite } from "./scan.ts";

const USAGE = `usage: npm run operator -- scan URL… [options]
Visits each page once for each state of its consent banner, and says what was loaded and set.
  --out FOLDER             keep HAR files, screenshots and scan.json there, in a folder for each scan; keep it private
  --states LIST            some of ${STATES.join(",")} (default: all)
  --gpc                    visit each state with Global Privacy Control too
  --json                   the scan files to standard output, one to a line
  --user-agent-suffix TEXT appended to the browser's User-Agent: who scans, and where to ask
  --language TAG           what the browser asks for (default: en-GB)
  --per-minute N           scans begun in a minute at most (default: 6)
  --allow-private          addresses of private networks too
  --no-sandbox             run the browser without its sandbox, where the system allows none (root, some containers)`;

/** Runs the command. Exit code 0 where every page was reached, 1 where one was not, 2 for wrong arguments. */
export async function scanCommand(args: readonly string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        states: { type: "string" },
        gpc: { type: "boolean" },
        json: { type: "boolean" },
        "user-agent-suffix": { type: "string" },
        language: { type: "string" },
        "per-minute": { type: "string" },
        "allow-private": { type: "boolean" },
        "no-sandbox": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    return wrong((error as Error).message);
  }
  const { values, positionals: urls } = parsed;
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const states = values.states?.split(",") ?? [...STATES];
  const unknown = states.find((state) => !STATES.includes(state as State));
  const perMinute = Number(values["per-minute"] ?? 6);
  if (urls.length === 0) return wrong("No address was given.");
  if (unknown !== undefined) return wrong(`"${unknown}" is no state; ${STATES.join(", ")} are.`);
  if (!Number.isInteger(perMinute) || perMinute < 1 || perMinute > 60) return wrong(`--per-minute is a whole number from 1 to 60.`);
  const sandbox = values["no-sandbox"] !== true;
  if (sandbox && process.getuid?.() === 0) return wrong("The browser's sandbox does not work for root: scan as an ordinary user, or say --no-sandbox.");

  const pace = createPace(perMinute);
  let failed = false;
  for (const url of urls) {
    await pace();
    try {
      const result = await scanSite(url, {
        states: states as State[],
        gpc: values.gpc === true ? "both" : "off",
        allowPrivate: values["allow-private"] === true,
        browser: { sandbox },
        onVisit: (visit) => process.stderr.isTTY && process.stderr.write(`${url}: ${nameOf(visit)}\n`),
        ...(values.out !== undefined && { evidence: folderOf(values.out, url) }),
        ...(values["user-agent-suffix"] !== undefined && { userAgentSuffix: values["user-agent-suffix"] }),
        ...(values.language !== undefined && { language: values.language }),
      });
      console.log(values.json === true ? JSON.stringify(result) : summaryOf(result));
      failed ||= result.visits.some(({ page }) => page === null);
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      console.error(error.message);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

function wrong(sentence: string): number {
  console.error(`${sentence}\n\n${USAGE}`);
  return 2;
}

function folderOf(out: string, url: string): string {
  const host = URL.canParse(url) ? new URL(url).hostname.replaceAll(/[^a-z0-9.-]/g, "_") : "none";
  return join(out, host, new Date().toISOString().replaceAll(/[:.]/g, "-"));
}

function nameOf({ state, gpc }: ScanVisit): string {
  return gpc ? `${state}, with Global Privacy Control` : state;
}

/** A scan in a few lines, for people. */
function summaryOf({ url, visits }: ScanResult): string {
  const lines = visits.flatMap((visit) => {
    const { banner, thirdParties, cookies, techniques, ended, words } = visit;
    const after = thirdParties.filter((party) => party.after > 0);
    const notice = !banner.found
      ? "no banner was recognised"
      : `banner of ${banner.provider ?? "an unknown maker"} ${banner.answered ? `answered: ${visit.state}` : visit.state === "unanswered" ? "left alone" : "not answered"}`;
    return [
      `  ${nameOf(visit)}: ${notice}`,
      ...(ended === "complete" ? [] : [`    ${words}`]),
      `    ${thirdParties.length} third parties reached${list(thirdParties.map(({ domain }) => domain))}`,
      ...(banner.answered
        ? [`    ${after.length} of them ${visit.state === "refused" ? "after refusal" : "after acceptance"}${list(after.map(({ domain }) => domain))}`]
        : []),
      `    ${cookies.length} cookies set, ${cookies.filter(({ thirdParty }) => thirdParty).length} of them by third parties`,
      ...(techniques.length === 0 ? [] : [`    seen: ${techniques.map(({ name, host }) => `${name} (${host})`).join(", ")}`]),
    ];
  });
  return [url, ...lines].join("\n");
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "" : `: ${names.slice(0, 12).join(", ")}${names.length > 12 ? ` and ${names.length - 12} more` : ""}`;
}

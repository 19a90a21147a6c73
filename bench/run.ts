/** Runs the benchmarks, each in a process of its own: all, or those named. The figures of the documents come from here. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Name, and what it measures. Each can be run alone: `npm run bench NAME [arguments]`. */
const BENCHES: Readonly<Record<string, string>> = {
  merkle: "appending, proofs from tiles, size of status proofs",
  receipt: "a receipt verified in Node and in Chromium; the bundle that does it",
  check: "check() in process with a million live decisions: p50, p99, a second, memory",
  "desk-store": "decisions taken durably, a desk opened, a withdrawal that reaches it",
  "check-histories": "the rule of checking against 100,000 random histories",
  "receipt-bits": "every single-bit change of a receipt is refused",
  fuzz: "a million inputs to all parsers",
  submit: "entries per second over HTTP in batches, to two million; memory, disk",
  "submit-single": "one entry per request, 128 connections",
  hypercore: "the ledger beside hypercore, same entries, same durability",
  start: "from spawn to ready, empty and with a million entries",
  audit: "replaying two million entries from outside",
  gas: "gas of the contract beside EAS, and on a second EVM (needs the npm registry)",
  "desk-receive": "bundles that a desk receives, verifies and stores",
  sitting: "one decision and two hundred of them in Chromium, and the log read before",
  kills: "500 kill -9 under load",
  "map-import": "all sources of ../shared/data read into a map: time and memory",
  "map-search": "search and filters over 25,000 organisations",
  "map-explore": "/explore with 25,000 rows in Chromium: filter to paint, scrolling",
  "map-start": "the first start with the default map, and later ones",
  "map-pages": "pages of organisations rendered",
  signals: "signals of 25,000 organisations (needs ../shared/data)",
  scan: "a site with 30 third parties scanned in three states of its banner (needs Chromium)",
};

const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && !Object.hasOwn(BENCHES, name)) {
  console.error(
    `There is no benchmark ${name}. Benchmarks:\n${Object.entries(BENCHES)
      .map(([one, what]) => `  ${one.padEnd(18)}${what}`)
      .join("\n")}`,
  );
  process.exit(2);
}
let failed = 0;
for (const one of name === undefined ? Object.keys(BENCHES) : [name]) {
  const { status } = spawnSync(
    process.execPath,
    ["--conditions=source", "--disable-warning=ExperimentalWarning", "--expose-gc", join(here, `${one}.ts`), ...rest],
    { stdio: "inherit" },
  );
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);

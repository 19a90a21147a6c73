/**
 * The speed and memory of `freehold audit`, as a person runs it: the built command, in a process of its own, over loopback. The limit
 * that it is held against is the hashing of the same entries and nothing else, measured here in the same run.
 *
 *     node --conditions=source bench/audit.ts [--entries N]
 */
import { fork, spawn } from "node:child_process";
import { cpus } from "node:os";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { leafHash } from "../protocol/src/merkle.ts";
import { entriesOf } from "./log-of.ts";
import { report, thousands } from "./report.ts";

const { values } = parseArgs({ options: { entries: { type: "string", default: "2000000" } } });
const size = Number(values.entries);
const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const server = fork(path("./audit-server.ts"), [String(size)], { execArgv: ["--conditions=source"] });
const { port } = await new Promise<{ port: number }>((resolve, reject) => {
  server.once("message", (message) => resolve(message as { port: number }));
  server.once("exit", (code) => reject(new Error(`the register ended with ${code}`)));
});

const raw = hashAll();
const { seconds, cpu, megabytes } = await auditOnce(`http://127.0.0.1:${port}`);
server.disconnect();

const rate = (taken: number) => `${thousands(size / taken)} entries/s (${taken.toFixed(1)} s)`;
const against = (audited: number, hashed: number) => `hashing the leaves alone: ${rate(hashed)}; ratio ${(audited / hashed).toFixed(1)}`;
report(
  `freehold audit: ${thousands(size)} entries, 1 % withdrawals, a status entry after every 1,000; ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`,
  [
    {
      figure: "replay over loopback",
      measured: rate(seconds),
      against: against(seconds, raw.seconds),
      goal: "200,000 entries/s",
      met: size / seconds >= 200_000,
    },
    { figure: "the same, CPU time", measured: rate(cpu), against: `${against(cpu, raw.cpu)} (a tree needs 2)` },
    { figure: "peak memory", measured: `${Math.round(megabytes)} MB`, goal: "300 MB at 2,000,000", met: megabytes <= 300 },
  ],
);

/** Seconds, by the clock and of CPU, to hash all entries, which are made before. */
function hashAll(): { seconds: number; cpu: number } {
  let seconds = 0;
  let cpu = 0;
  let batch: Uint8Array[] = [];
  const hashBatch = () => {
    const begun = performance.now();
    const before = process.cpuUsage();
    for (const entry of batch) leafHash(entry);
    seconds += (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1e6;
    batch = [];
  };
  for (const entry of entriesOf(size)) if (batch.push(entry) === 65_536) hashBatch();
  hashBatch();
  return { seconds, cpu };
}

/** Runs the command: seconds by its own clock, seconds of CPU, and the largest resident set that the system saw. */
async function auditOnce(url: string): Promise<{ seconds: number; cpu: number; megabytes: number }> {
  // Only the process itself knows what it used: a parent is told the sum over all its children.
  const probe = 'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, JSON.stringify(process.resourceUsage())));';
  const args = ["--import", `data:text/javascript,${encodeURIComponent(probe)}`, path("../cli/bin/freehold.mjs"), "audit", url, "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit", "pipe"] });
  const texts = ["", ""];
  for (const [i, stream] of [child.stdio[1], child.stdio[3]].entries())
    (stream as Readable).setEncoding("utf8").on("data", (text: string) => (texts[i] += text));
  const exit = await new Promise((resolve) => child.once("close", resolve));
  if (exit !== 0) throw new Error(`the audit ended with ${String(exit)}\n${texts[0]}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(texts[1]!) as NodeJS.ResourceUsage;
  return { seconds: (JSON.parse(texts[0]!) as { seconds: number }).seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
}

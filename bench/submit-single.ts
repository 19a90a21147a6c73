/** Submitting one entry with each request over many connections, every answer durable: rate and latency, against an empty reply of node:http. `--entries N`. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startRegister, startServer, withFolder } from "./process.ts";
import type { ServerProcess } from "./process.ts";
import { report, thousands } from "./report.ts";
import { bundleOf, entriesOf, post, send } from "./traffic.ts";
import type { Exchange } from "./traffic.ts";

const CONNECTIONS = 128;
const { values } = parseArgs({ options: { entries: { type: "string", default: "200000" } } });
const entries = Number(values.entries);
const BARE = `require("node:http").createServer((request, response) => request.resume().once("end", () => response.end()))
  .listen(0, "localhost", function () { console.log("ready http://localhost:" + this.address().port); })
process.once("SIGTERM", () => process.exit(0))`;

const register = await withFolder(async (folder) => measure(await startRegister(join(folder, "data")), 201));
const bare = await measure(await startServer(["--eval", BARE]), 200);

report(`Submission of ${thousands(entries)} entries, one with each request, over ${CONNECTIONS} connections`, [
  {
    figure: "durable entries per second",
    measured: thousands(register.rate),
    against: `empty reply of node:http: ${thousands(bare.rate)} (${(register.rate / bare.rate).toFixed(2)})`,
    goal: ">= 7,500",
    met: register.rate >= 7500,
  },
  {
    figure: "the same per CPU second of the server",
    measured: thousands(register.perCpu),
    against: `empty reply: ${thousands(bare.perCpu)} (${(register.perCpu / bare.perCpu).toFixed(2)})`,
  },
  {
    figure: "time to the answer, median; 99 of 100",
    measured: `${register.median.toFixed(1)}; ${register.p99.toFixed(1)} ms`,
    against: `empty reply: ${bare.median.toFixed(1)}; ${bare.p99.toFixed(1)} ms`,
    goal: "99 of 100: <= 30 ms",
    met: register.p99 <= 30,
  },
]);

async function measure(server: ServerProcess, expected: number): Promise<{ rate: number; perCpu: number; median: number; p99: number }> {
  await send(server.port, CONNECTIONS, submissions(0, 20_000, expected)); // until the compiler has seen it
  const before = await server.usage();
  const times: number[] = [];
  const seconds = await send(
    server.port,
    CONNECTIONS,
    submissions(20_480, entries, expected, (milliseconds) => times.push(milliseconds)),
  );
  const after = await server.usage();
  await server.stop();
  times.sort((a, b) => a - b);
  return {
    rate: entries / seconds,
    perCpu: entries / (after.cpu - before.cpu),
    median: times[times.length >> 1]!,
    p99: times[Math.floor(times.length * 0.99)]!,
  };
}

function* submissions(from: number, count: number, expected: number, took: (milliseconds: number) => void = () => {}): Generator<Exchange> {
  for (let at = 0; at < count; at += 4096) {
    for (const entry of entriesOf(bundleOf(from + at, Math.min(4096, count - at)))) {
      yield {
        request: post("/v1/entries", entry),
        answered: (status, body, milliseconds) => {
          if (status !== expected) throw new Error(`The server answered ${status}: ${body.toString()}`);
          took(milliseconds);
        },
      };
    }
  }
}

/** Submitting in batches over HTTP, every answer durable: rate, repeats, memory and disk. `--entries N` for a shorter run. */
import { closeSync, fdatasyncSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";
import { startRegister, withFolder } from "./process.ts";
import type { Usage } from "./process.ts";
import { report, thousands } from "./report.ts";
import type { Row } from "./report.ts";
import { bundleOf, entriesOf, post, send } from "./traffic.ts";
import type { Exchange } from "./traffic.ts";

const BATCH = 4096;
const IN_FLIGHT = 4;
const REPEATS = 100_000;
const { values } = parseArgs({ options: { entries: { type: "string", default: "2000000" } } });
const entries = 2 * BATCH * Math.ceil(Number(values.entries) / BATCH / 2);
const million = entries / 1e6;

const rows = await withFolder(async (folder) => {
  const data = join(folder, "data");
  const register = await startRegister(data);
  const empty = await register.usage();

  const indexes = new Uint32Array(entries);
  let seconds = await send(register.port, IN_FLIGHT, submissions(indexes, 0, entries / 2));
  const half = await register.usage();
  seconds += await send(register.port, IN_FLIGHT, submissions(indexes, entries / 2, entries));
  const full = await register.usage();

  let unrecognised = 0;
  const repeated = await send(
    register.port,
    IN_FLIGHT,
    repetitions(indexes, () => unrecognised++),
  );
  const repeatedUsage = await register.usage();
  await register.stop();
  const disk = readdirSync(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0);

  const again = await startRegister(data);
  const reopened = await again.usage();
  await again.stop();

  const file = fileLimit(join(folder, "limit"));
  const sqlite = sqliteLimit(join(folder, "limit.sqlite"));
  const rate = entries / seconds;
  const cpu = full.cpu - empty.cpu;
  const perMillion = (usage: Usage) => (usage.memory.rss - empty.memory.rss) / 1e6 / million;
  const slope = (full.memory.rss - half.memory.rss) / 1e6 / (million / 2);
  return [
    {
      figure: "durable entries per second",
      measured: thousands(rate),
      against: `a file, fdatasync per batch: ${thousands(file)} (${(rate / file).toFixed(2)}); SQLite, a row each: ${thousands(sqlite)} (${(rate / sqlite).toFixed(2)})`,
      goal: ">= 60,000",
      met: rate >= 60_000,
    },
    { figure: "the same per CPU second of the server", measured: thousands(entries / cpu), against: `share of the CPU: ${(cpu / seconds).toFixed(2)}` },
    {
      figure: `repeats per second, ${thousands(REPEATS)} from all over the log`,
      measured: thousands(REPEATS / repeated),
      against: `per CPU second: ${thousands(REPEATS / (repeatedUsage.cpu - full.cpu))}`,
      goal: "all recognised",
      met: unrecognised === 0,
    },
    {
      figure: "memory for each further million entries, from half to full",
      measured: `${slope.toFixed(1)} MB`,
      against: inside(full, half, "those at half"),
      goal: "<= 16 MB",
      met: slope <= 16,
    },
    {
      figure: "memory per million entries above the empty process, process that took them",
      measured: `${perMillion(full).toFixed(1)} MB`,
      against: inside(full, empty, "the empty process"),
      goal: "<= 16 MB",
      met: perMillion(full) <= 16,
    },
    {
      figure: "the same, process started on the full log",
      measured: `${perMillion(reopened).toFixed(1)} MB`,
      against: inside(reopened, empty, "the empty process"),
      goal: "<= 16 MB",
      met: perMillion(reopened) <= 16,
    },
    { figure: "disk per million records", measured: `${(disk / 1e6 / million).toFixed(0)} MB`, goal: "<= 250 MB", met: disk / 1e6 / million <= 250 },
  ] satisfies Row[];
});
report(`Submission of ${thousands(entries)} entries in batches of ${thousands(BATCH)}, ${IN_FLIGHT} in flight`, rows);

function* submissions(indexes: Uint32Array, begin: number, end: number): Generator<Exchange> {
  for (let from = begin; from < end; from += BATCH) {
    yield {
      request: post("/v1/entries/batch", bundleOf(from, BATCH)),
      answered: (status, body) => {
        for (const [i, index] of indexesOf(status, body).entries()) indexes[from + i] = index;
      },
    };
  }
}

/** Each batch has entries from all over the log, so that none is found where the last one was. */
function* repetitions(indexes: Uint32Array, unrecognised: () => void): Generator<Exchange> {
  for (let sent = 0; sent < REPEATS; sent += BATCH) {
    const size = Math.min(BATCH, REPEATS - sent);
    const chosen = Array.from({ length: size }, (_, i) => Math.floor(Math.abs(Math.sin(sent + i + 1)) * entries));
    const frames = chosen.map((at) => bundleOf(at - (at % 16), 16).subarray((at % 16) * 68, (at % 16) * 68 + 68));
    yield {
      request: post("/v1/entries/batch", Buffer.concat(frames)),
      answered: (status, body) => {
        for (const [i, index] of indexesOf(status, body).entries()) if (index !== indexes[chosen[i]!]) unrecognised();
      },
    };
  }
}

function indexesOf(status: number, body: Buffer): number[] {
  if (status !== 200) throw new Error(`The register answered ${status}: ${body.toString()}`);
  return (JSON.parse(body.toString()) as { results: { index: number }[] }).results.map(({ index }) => index);
}

function inside({ memory, busy }: Usage, { memory: before }: Usage, what: string): string {
  const mb = (name: keyof NodeJS.MemoryUsage) => `${((memory[name] - before[name]) / 1e6).toFixed(0)}`;
  return `MB above ${what}: resident ${mb("rss")} (${((busy - before.rss) / 1e6).toFixed(0)} while busy), external ${mb("external")}, of it array buffers ${mb("arrayBuffers")}, heap ${mb("heapUsed")}`;
}

/** The same bytes appended to a file, each batch made durable. Entries per second. */
function fileLimit(path: string): number {
  const handle = openSync(path, "w");
  const seconds = timed(() => {
    for (let from = 0; from < entries; from += BATCH) {
      writeSync(handle, bundleOf(from, BATCH));
      fdatasyncSync(handle);
    }
  });
  closeSync(handle);
  return entries / seconds;
}

/** A row for each entry, each batch a durable transaction, in the journal mode of the register. Entries per second. */
function sqliteLimit(path: string): number {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
  const insert = db.prepare("INSERT INTO entry (bytes) VALUES (?)");
  const seconds = timed(() => {
    for (let from = 0; from < entries; from += BATCH) {
      db.exec("BEGIN IMMEDIATE");
      for (const entry of entriesOf(bundleOf(from, BATCH))) insert.run(entry);
      db.exec("COMMIT");
    }
  });
  db.close();
  return entries / seconds;
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

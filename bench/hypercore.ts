/**
 * Appending in process, each batch durable before the next: our log against hypercore, the append-only log of npm that is most like it (signed
 * Merkle tree). Hypercore writes to the journal of RocksDB and has no setting that makes it durable, so its journal is synced from outside after each
 * append: as if RocksDB were told to. It is no dependency: npm installs it (200 MB, no scripts) into a temporary folder. `--entries N` per batch size.
 */
import { spawnSync } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, readdirSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TYPE_COSIGNATURE, formatVkey } from "@freehold/protocol/note";
import { parsePolicy } from "@freehold/protocol/policy";
import { readOrMakeKey } from "../ledger/keys.ts";
import { openLog } from "../ledger/log.ts";
import { openStore } from "../ledger/store.ts";
import { builtinWitness } from "../ledger/witness.ts";
import { withFolder } from "./process.ts";
import { report, thousands } from "./report.ts";
import type { Row } from "./report.ts";
import { bundleOf, entriesOf } from "./traffic.ts";

/** The latest whose dependencies the registry has. */
const VERSION = "11.37.1";
/** Batches of 1 are many waits for the disk: fewer entries do. */
const SIZES = [1, 100, 1000];
const { values } = parseArgs({ options: { entries: { type: "string", default: "200000" } } });

interface Cost {
  seconds: number;
  /** Seconds of CPU, all threads of the process. */
  cpu: number;
}

interface Hypercore {
  ready(): Promise<void>;
  append(blocks: Buffer[]): Promise<unknown>;
  close(): Promise<void>;
}

const rows = await withFolder(async (folder) => {
  const { status } = spawnSync("npm", ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--silent", `hypercore@${VERSION}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("npm could not install hypercore.");
  const Hypercore = createRequire(join(folder, "package.json"))("hypercore") as new (folder: string) => Hypercore;
  const rows: Row[] = [];
  for (const size of SIZES) {
    const count = size === 1 ? Math.ceil(Number(values.entries) / 20) : Number(values.entries);
    const batches = batchesOf(count, size);
    // One after the other, twice, and the better of both: the disk is not only ours.
    const [ours, theirs, unsynced]: [Cost[], Cost[], Cost[]] = [[], [], []];
    for (let round = 0; round < 2; round++) {
      const name = join(folder, `${size}-${round}`);
      ours.push(await appendOurs(`${name}-ours`, batches));
      theirs.push(await appendTheirs(new Hypercore(`${name}-theirs`), batches, `${name}-theirs`));
      unsynced.push(await appendTheirs(new Hypercore(`${name}-unsynced`), batches));
    }
    const rate = (costs: readonly Cost[], of: keyof Cost = "seconds") => count / Math.min(...costs.map((cost) => cost[of]));
    const limit = count / appendToFile(join(folder, `${size}-file`), batches);
    rows.push({
      figure: `durable entries per second, batches of ${thousands(size)}`,
      measured: thousands(rate(ours)),
      against: `hypercore, synced: ${thousands(rate(theirs))} (${(rate(ours) / rate(theirs)).toFixed(1)} times); as it is, not durable: ${thousands(rate(unsynced))}; a file, fdatasync: ${thousands(limit)}`,
      goal: ">= 3 times",
      met: rate(ours) / rate(theirs) >= 3,
    });
    rows.push({
      figure: "  per CPU second",
      measured: thousands(rate(ours, "cpu")),
      against: `hypercore, synced: ${thousands(rate(theirs, "cpu"))} (${(rate(ours, "cpu") / rate(theirs, "cpu")).toFixed(1)} times)`,
    });
  }
  return rows;
});
report(`Append of entries of 66 bytes in process, against hypercore ${VERSION}`, rows);

function batchesOf(count: number, size: number): Buffer[][] {
  const all = entriesOf(bundleOf(0, Math.ceil(count / 16) * 16));
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => all.slice(i * size, Math.min(count, (i + 1) * size)));
}

/** Our log as a register opens it, with its built-in witness; it publishes at the usual interval meanwhile. */
async function appendOurs(folder: string, batches: readonly Buffer[][]): Promise<Cost> {
  const store = openStore(folder);
  const key = readOrMakeKey(join(folder, "log.key"), "bench.example/log");
  const witness = readOrMakeKey(join(folder, "witness.key"), "bench.example/witness", TYPE_COSIGNATURE);
  const policy = parsePolicy(`log ${formatVkey(key.vkey)}\nwitness built-in ${formatVkey(witness.vkey)}\nquorum built-in\n`);
  const log = await openLog({ store, key, policy, witnesses: [builtinWitness({ key: witness, store, logs: [key.vkey] })], interval: 1000, refresh: 60 });
  const cost = await timed(batches, (batch) => log.submitAll(batch));
  await log.close();
  store.close();
  return cost;
}

/** With a folder, its newest journal is synced after each append. */
async function appendTheirs(core: Hypercore, batches: readonly Buffer[][], folder?: string): Promise<Cost> {
  await core.ready();
  let open: { name: string; handle: number } | undefined;
  const sync = (path: string) => {
    const name = readdirSync(path)
      .filter((file) => file.endsWith(".log"))
      .toSorted()
      .at(-1)!;
    if (open?.name !== name) {
      if (open !== undefined) closeSync(open.handle);
      open = { name, handle: openSync(join(path, name), "r+") };
    }
    fdatasyncSync(open.handle);
  };
  const cost = await timed(batches, async (batch) => {
    await core.append(batch);
    if (folder !== undefined) sync(join(folder, "db"));
  });
  if (open !== undefined) closeSync(open.handle);
  await core.close();
  return cost;
}

/** What the disk alone allows: each batch written to a file and synced. Seconds. */
function appendToFile(path: string, batches: readonly Buffer[][]): number {
  const handle = openSync(path, "w");
  const start = performance.now();
  for (const batch of batches) {
    writeSync(handle, Buffer.concat(batch));
    fdatasyncSync(handle);
  }
  closeSync(handle);
  return (performance.now() - start) / 1000;
}

async function timed(batches: readonly Buffer[][], append: (batch: Buffer[]) => Promise<unknown>): Promise<Cost> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  for (const batch of batches) await append(batch);
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

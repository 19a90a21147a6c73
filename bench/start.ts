/** Time from the start of the process to `ready`: an empty folder, and a full one. `--entries N`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startRegister, withFolder } from "./process.ts";
import { median, report, thousands } from "./report.ts";
import { bundleOf, post, send } from "./traffic.ts";

const ROUNDS = 7;
const BATCH = 4096;
const { values } = parseArgs({ options: { entries: { type: "string", default: "1000000" } } });
const entries = Number(values.entries);

const nothing = median(
  Array.from({ length: ROUNDS }, () => {
    const before = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    return performance.now() - before;
  }),
);
const { first, empty, full } = await withFolder(async (folder) => {
  // As `npm start` does it: what Node has compiled once is kept.
  const env = { NODE_COMPILE_CACHE: join(folder, "cache") };
  const [first] = await starts(() => join(folder, "first"), env, 1);
  const empty = await starts((round) => join(folder, String(round)), env, ROUNDS);
  const data = join(folder, "full");
  const register = await startRegister(data, env);
  await send(register.port, 4, submissions());
  await register.stop();
  return { first: first!, empty: middle(empty), full: middle(await starts(() => data, env, ROUNDS)) };
});

interface Start {
  milliseconds: number;
  /** Seconds of CPU until then. */
  cpu: number;
}
const against = ({ milliseconds, cpu }: Start) =>
  `${(1000 * cpu).toFixed(0)} ms of CPU; node -e 0: ${nothing.toFixed(0)} ms (${(milliseconds / nothing).toFixed(1)} times)`;
const row = (figure: string, start: Start, goal: number) => ({
  figure,
  measured: `${start.milliseconds.toFixed(0)} ms`,
  against: against(start),
  goal: `<= ${thousands(goal)} ms`,
  met: start.milliseconds <= goal,
});
report(`Start of a register, median of ${ROUNDS}`, [
  row("ready, empty folder, nothing compiled yet", first, 1000),
  row("ready, empty folder", empty, 1000),
  row(`ready, ${thousands(entries)} entries`, full, 1500),
]);

/** Starts and stops a register several times. */
async function starts(folderOf: (round: number) => string, env: NodeJS.ProcessEnv, rounds: number): Promise<Start[]> {
  const made: Start[] = [];
  for (let round = 0; round < rounds; round++) {
    const register = await startRegister(folderOf(round), env);
    made.push({ milliseconds: register.started, cpu: (await register.usage()).cpu });
    await register.stop();
  }
  return made;
}

function middle(starts: readonly Start[]): Start {
  return { milliseconds: median(starts.map(({ milliseconds }) => milliseconds)), cpu: median(starts.map(({ cpu }) => cpu)) };
}

function* submissions() {
  for (let from = 0; from < entries; from += BATCH) {
    yield {
      request: post("/v1/entries/batch", bundleOf(from, BATCH)),
      answered: (status: number) => {
        if (status !== 200) throw new Error(`The register answered ${status}.`);
      },
    };
  }
}

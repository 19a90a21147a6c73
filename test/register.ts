/** The real register as a process of its own, for tests of the whole product: on a free port of 127.0.0.1, in a temporary folder. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { buildUi } from "../ui/build.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** How a TypeScript file of this tree is run. */
const NODE = [process.execPath, "--conditions=source", "--disable-warning=ExperimentalWarning"] as const;

export interface Running {
  readonly process: ChildProcess;
  /** All that it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Sends a signal, and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | NodeJS.Signals>;
}

export interface RunningRegister extends Running {
  readonly url: string;
  readonly folder: string;
}

export interface RegisterOptions {
  /** The data folder; a new temporary one where it is left out. */
  folder?: string;
  /** Settings, such as `--interval 20`, separated by spaces. */
  flags?: string;
  env?: NodeJS.ProcessEnv;
  /** A command in front of Node's: one that limits what the process can do. */
  under?: readonly string[];
}

/** A chain of its own only where a test is about chains: it is another process each time; a map only where a test is about the map. Compiled code is kept, which halves the time of a start. */
const DEFAULTS = { FREEHOLD_CHAIN: "none", FREEHOLD_SEED: "none", NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/compiled") };

const running = new Set<Running>();
const folders = new Set<string>();

/** Starts a process; `args` begin with the file to run. Its end is that of the tests at the latest. */
export function run(args: readonly string[], { env = {}, under = [] }: Pick<RegisterOptions, "env" | "under"> = {}): Running {
  const [command, ...rest] = [...under, ...NODE, ...args] as [string, ...string[]];
  const child = spawn(command, rest, { cwd: ROOT, env: { ...clean(process.env), ...DEFAULTS, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].setEncoding("utf8").on("data", (text: string) => (written[name] += text));
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", kill);
      running.delete(made);
      resolve(code ?? signal!);
    });
  });
  const made: Running = {
    process: child,
    get stdout() {
      return written.stdout;
    },
    get stderr() {
      return written.stderr;
    },
    ended,
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
  running.add(made);
  return made;
}

/** Runs the register's program to its end: `words` are a command and its settings. */
export async function operate(
  words: readonly string[],
  options: Pick<RegisterOptions, "env" | "under"> = {},
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const program = run(["server/main.ts", ...words], options);
  const code = await program.ended;
  return { code, stdout: program.stdout, stderr: program.stderr };
}

/** Runs the command `freehold` from its sources. */
export function freehold(words: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const script = `import { main } from ${JSON.stringify(new URL("../cli/src/main.ts", import.meta.url).href)}; process.exitCode = await main(process.argv.slice(1));`;
  return run(["--input-type=module", "-e", script, "--", ...words], { env });
}

/** Starts an external witness of a log: a process of `freehold witness` with its memory in a folder. What it returns is the setting `witnesses`. */
export async function startWitness(folder: string, vkey: string): Promise<Running & { setting: string }> {
  const started = freehold([
    "witness",
    "--key",
    join(folder, "witness.key"),
    "--state",
    join(folder, "state"),
    "--log",
    vkey,
    "--port",
    "0",
    "--rate",
    "1000000",
  ]);
  const url = await ready(started);
  return Object.assign(started, { setting: `${/^vkey (\S+)$/m.exec(started.stdout)![1]!} ${url}` });
}

/** Starts a register, and waits until it is ready. */
export async function startRegister({ folder = temporaryFolder(), flags = "", ...options }: RegisterOptions = {}): Promise<RunningRegister> {
  await buildUi();
  return whenReady(launchRegister({ folder, flags, ...options }), folder);
}

/** Starts a register without waiting for it. The pages must have been built. */
export function launchRegister({ folder, flags = "", ...options }: RegisterOptions & { folder: string }): Running {
  const settings = flags.split(" ").filter(Boolean);
  return run(["server/main.ts", "--listen", "127.0.0.1", "--port", "0", "--data", folder, ...settings], options);
}

export async function whenReady(started: Running, folder: string): Promise<RunningRegister> {
  const url = await ready(started);
  return Object.assign(started, { url, folder });
}

/** The address from the line in which a process says that it serves. Throws with what it wrote where it ends before. */
function ready(started: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = /^ready (\S+)$/m.exec(started.stdout);
      if (found !== null) resolve(found[1]!);
    };
    started.process.stdout!.on("data", look);
    look();
    started.ended.then((code) => reject(new Error(`The process ended (${code}) before it was ready.\n${started.stdout}${started.stderr}`)), reject);
  });
}

/** Waits for something to become true: for as long as the test may take. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10);
}

/** A new folder, removed by {@link endAll}. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "freehold-test-"));
  folders.add(folder);
  return folder;
}

export async function killAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.stop("SIGKILL")));
}

/** Kills what still runs and removes the temporary folders: to be called after each test, or after the last. */
export async function endAll(): Promise<void> {
  await killAll();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}

/** The environment without the settings of a register of the person who runs the tests. */
function clean(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name !== "PORT" && !name.startsWith("FREEHOLD_") && !name.startsWith("VITEST") && name !== "NODE_OPTIONS"),
  );
}

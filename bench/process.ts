/** A server as a process of its own, for benchmarks: started, measured from inside, stopped. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Usage {
  /** Seconds of CPU since its start, all threads. */
  cpu: number;
  /** Bytes, after garbage and spare pages were given back. */
  memory: NodeJS.MemoryUsage;
  /** Resident bytes before that. */
  busy: number;
}

export interface ServerProcess {
  port: number;
  /** Milliseconds from its start to the line "ready". */
  started: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Starts Node with these arguments and waits for "ready http://…:PORT". */
export async function startServer(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const before = performance.now();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--expose-gc", "--import", file("probe.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let text = "";
    child.stdout!.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const ready = /^ready http:.*:(\d+)$/m.exec(text);
      if (ready !== null) resolve(Number(ready[1]));
    });
    child.once("exit", (code) => reject(new Error(`The server ended with code ${code}.`)));
  });
  return {
    port,
    started: performance.now() - before,
    usage: () =>
      new Promise((resolve) => {
        child.once("message", (usage) => resolve(usage as Usage));
        child.send("usage");
      }),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Starts a register on a folder, without a limit for one address. */
export function startRegister(data: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  return startServer(["--conditions=source", file("../server/main.ts"), "--data", data, "--port", "0", "--rate", "0", "--log", "error"], {
    FREEHOLD_SEED: "none",
    ...env,
  });
}

/** Runs work with a temporary folder, and deletes it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "freehold-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

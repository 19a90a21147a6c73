/**
 * The chain that comes with a register: anvil as a process of its own, on loopback, its state in the data folder. It lets everything be
 * tried as on any other chain, and proves nothing to anybody else: whoever runs it can write any history.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { copyFileSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { FreeholdError } from "@freehold/protocol/errors";

export const EMBEDDED_CHAIN_ID = 31_337;

export interface EmbeddedChain {
  /** Where it listens now; after it was killed it is started again, elsewhere. */
  url(): string;
  close(): Promise<void>;
}

/** Its state is one file, read at the start and written whole each second: above this size (some 7,000 anchors) it begins anew at the next start, and what is missing is anchored again. */
const MAX_STATE = 2 ** 24;
/** Blocks whose transactions and events are kept. */
const KEPT_BLOCKS = 1000;
const READY_WITHIN = 10_000;

/** The program, or undefined where npm has no package of it for this platform. */
export function findAnvil(): string | undefined {
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  try {
    return createRequire(import.meta.url).resolve(
      `@foundry-rs/anvil-${process.platform}-${architecture}/bin/anvil${process.platform === "win32" ? ".exe" : ""}`,
    );
  } catch {
    return undefined;
  }
}

/** Starts the chain of a folder. `port` 0 takes a free one. Throws `unavailable` where it does not start. */
export async function startEmbeddedChain({
  folder,
  program,
  port = 0,
  warn = () => {},
}: {
  folder: string;
  program: string;
  port?: number;
  warn?: (message: string, cause: unknown) => void;
}): Promise<EmbeddedChain> {
  const file = join(folder, "chain.json");
  const copy = `${file}.copy`;
  if (existsSync(file) && statSync(file).size > MAX_STATE) for (const old of [file, copy]) rmSync(old, { force: true });
  let closed = false;
  let started: { child: ChildProcess; url: string };

  const begin = async () => {
    if (closed) throw new FreeholdError("unavailable", "The embedded chain is closed.");
    try {
      started = await startAnvil({ program, file, port });
    } catch (error) {
      // Killed while it wrote its state? The copy is that of the last start.
      if (!existsSync(file)) throw error;
      warn("the embedded chain cannot read its state; it goes on with an older one, or anew, and what is missing is anchored again", error);
      renameSync(file, `${file}.damaged`);
      if (existsSync(copy)) renameSync(copy, file);
      started = await startAnvil({ program, file, port });
    }
    if (existsSync(file)) copyFileSync(file, copy);
    started.child.once("close", () => {
      if (closed) return;
      warn("the embedded chain has ended; it is started again", undefined);
      const again = () => void begin().catch((error: unknown) => (warn("the embedded chain does not start", error), setTimeout(again, 5000).unref()));
      again();
    });
  };
  await begin();
  return {
    url: () => started.url,
    async close() {
      closed = true;
      await stop(started.child);
    },
  };
}

function startAnvil({ program, file, port }: { program: string; file: string; port: number }): Promise<{ child: ChildProcess; url: string }> {
  const args = [
    "--host",
    "127.0.0.1",
    "--port",
    String(port),
    "--no-cors",
    "--accounts",
    "0",
    "--hardfork",
    "osaka",
    "--state",
    file,
    "--state-interval",
    "1",
    "--prune-history",
    "--transaction-block-keeper",
    String(KEPT_BLOCKS),
  ];
  // Where this process is killed, a pipe from it ends: a shell that waits for that stops the chain. In a group of its own, so that Ctrl-C reaches this process alone.
  const watched = 'exec 3<&0; "$@" 3<&- </dev/null & chain=$!; { read -r end <&3; kill -TERM $chain; } & watch=$!; exec 3<&-; wait $chain; kill $watch';
  const [command, words] = process.platform === "win32" ? [program, args] : ["/bin/sh", ["-c", watched, "sh", program, ...args]];
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"], detached: process.platform !== "win32" });
  return new Promise((resolve, reject) => {
    let written = "";
    const fail = (why: string) => {
      void stop(child);
      reject(new FreeholdError("unavailable", `The embedded chain does not start: ${why}.`));
    };
    const deadline = setTimeout(() => fail(`it was not ready within ${READY_WITHIN} ms`), READY_WITHIN);
    const read = (text: string) => {
      if (written.length < 100_000) written += text;
      const found = /Listening on (127\.0\.0\.1:\d+)/.exec(written);
      if (found === null) return;
      clearTimeout(deadline);
      child.off("close", early);
      resolve({ child, url: `http://${found[1]!}` });
    };
    const early = () => {
      clearTimeout(deadline);
      fail(written.trim().split("\n").at(-1) ?? "it ended");
    };
    child.once("error", (error) => fail(error.message));
    child.once("close", early);
    child.stdin!.on("error", () => {}); // it has ended
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", read);
  });
}

/** Lets it write its state. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin!.end();
  if (process.platform === "win32") child.kill();
  const deadline = setTimeout(() => child.kill("SIGKILL"), 5000);
  await ended;
  clearTimeout(deadline);
}

/** Foundry's programs as npm installs them, for tests and benchmarks. They are called directly: npm's own way to forge exits with 0 when tests fail. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of forge or anvil. Throws where npm has installed none. */
export function foundry(program: "anvil" | "forge"): string {
  const name = `@foundry-rs/${program}-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const path = fileURLToPath(new URL(`../node_modules/${name}/bin/${program}${process.platform === "win32" ? ".exe" : ""}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${name} is not installed: npm install --no-save ${name}@1.7.1`);
  return path;
}

export interface ChainProcess {
  /** Of its JSON-RPC. */
  url: string;
  stop(): Promise<void>;
}

/** Starts anvil on a free port of this machine, with the rules of Osaka. */
export function startAnvil(...args: string[]): Promise<ChainProcess> {
  return startChain(foundry("anvil"), ["--host", "127.0.0.1", "--port", "0", "--hardfork", "osaka", ...args]);
}

/** Starts a development chain and waits until it says where it listens. */
export function startChain(command: string, args: readonly string[], cwd?: string): Promise<ChainProcess> {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const address = /127\.0\.0\.1:\d+/.exec(text);
      if (address !== null) resolve({ url: `http://${address[0]}`, stop });
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with code ${code}:\n${text}`)));
  });
}

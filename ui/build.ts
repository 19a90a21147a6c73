/**
 * Builds what people see: `build/ui/log.js`, `build/ui/map.js`, …, which render pages, and `build/ui/assets`, which they load. Run it with Node >= 24:
 * `node --conditions=source ui/build.ts`. Nothing is done where nothing has changed since the last build.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { InlineConfig, Rolldown } from "vite";
import type { Assets } from "./assets.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const OUT = join(root, "build", "ui");

/** What pages are made from: newer than the build, it is built again. */
const SOURCES = ["ui", "ledger/views", "rooms", "protocol/src", "person/src", "package-lock.json"];
/** What renders the pages: of the log, and of each room. */
const PAGES: { readonly [name: string]: string } = {
  log: "ledger/views/pages.tsx",
  map: "rooms/map/views/pages.tsx",
  decide: "rooms/decide/views/pages.tsx",
  honour: "rooms/honour/views/pages.tsx",
};
const STYLE = "ui/theme.css";
const ISLANDS: { readonly [name: string]: string } = {
  verify: "ledger/views/verify-island.tsx",
  explore: "rooms/map/views/explore-island.ts",
  me: "rooms/decide/views/me-island.tsx",
  keys: "rooms/decide/views/keys-island.tsx",
  decisions: "rooms/decide/views/decisions-island.tsx",
  receipt: "rooms/decide/views/receipt-island.tsx",
  question: "rooms/decide/views/question-island.tsx",
  letters: "rooms/decide/views/letters-island.tsx",
  withdraw: "rooms/decide/views/withdraw-island.tsx",
  playground: "rooms/honour/views/playground-island.tsx",
};
/** Written last: a build that has it is whole. */
const STAMP = "assets.json";
/** Fonts that every page shows above the fold. */
const PRELOADED = ["ibm-plex-sans-latin-400-normal", "ibm-plex-serif-latin-600-normal"];

/** Whether anything was built. */
export async function buildUi(): Promise<boolean> {
  if (!isStale()) return false;
  const begun = new Date();
  mkdirSync(dirname(OUT), { recursive: true });
  // In a folder of its own, then put in place at once: whoever starts meanwhile finds the old build or the new one.
  const made = mkdtempSync(`${OUT}-`);
  const old = `${made}-old`;
  try {
    const assets = await buildClient(made);
    await buildServer(made, assets);
    writeFileSync(join(made, STAMP), `${JSON.stringify(assets, null, 2)}\n`);
    // A source that changes while we build is newer than this.
    utimesSync(join(made, STAMP), begun, begun);
    chmodSync(made, 0o755);
    if (existsSync(OUT)) renameSync(OUT, old);
    renameSync(made, OUT);
  } catch (error) {
    // Another process may have put the same in place first.
    if (isStale()) throw error;
  } finally {
    for (const folder of [made, old]) rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

const shared: InlineConfig = {
  root,
  configFile: false,
  publicDir: false,
  logLevel: "warn",
  mode: "production",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
};

async function buildClient(outDir: string): Promise<Assets> {
  const result = (await build({
    ...shared,
    resolve: { conditions: ["source", "browser", "module", "import", "default"] },
    css: { postcss: { plugins: [woff2Only] } },
    build: {
      outDir,
      emptyOutDir: false,
      assetsDir: "assets",
      assetsInlineLimit: 0,
      modulePreload: false,
      target: "es2022",
      rolldownOptions: { input: { theme: join(root, STYLE), ...Object.fromEntries(Object.entries(ISLANDS).map(([name, file]) => [name, join(root, file)])) } },
    },
  })) as Rolldown.RolldownOutput;
  const names = result.output.map(({ fileName }) => fileName);
  const find = (what: (name: string) => boolean, label: string) => {
    const name = names.find(what);
    if (name === undefined) throw new Error(`The build made no ${label}.`);
    return `/${name}`;
  };
  return {
    style: find((name) => name.endsWith(".css"), "style sheet"),
    fonts: PRELOADED.map((font) => find((name) => name.includes(font), font)),
    islands: Object.fromEntries(
      Object.keys(ISLANDS).map((island) => [island, `/${result.output.find((one) => one.type === "chunk" && one.isEntry && one.name === island)!.fileName}`]),
    ),
  };
}

async function buildServer(outDir: string, assets: Assets): Promise<void> {
  await build({
    ...shared,
    define: { FREEHOLD_ASSETS: JSON.stringify(assets) },
    ssr: { noExternal: true, resolve: { conditions: ["source", "node", "module", "import", "default"] } },
    build: {
      outDir,
      emptyOutDir: false,
      ssr: true,
      target: "es2024",
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(PAGES).map(([name, file]) => [name, join(root, file)])),
        output: { entryFileNames: "[name].js", chunkFileNames: "shared/[name]-[hash].js" },
      },
    },
  });
}

/** @fontsource names WOFF after WOFF2; every browser that reads our style sheet reads WOFF2. */
const woff2Only = {
  postcssPlugin: "woff2-only",
  Declaration: {
    src: (declaration: { value: string }) => {
      declaration.value = declaration.value.replace(/,\s*url\([^)]*\.woff\)\s*format\((['"]?)woff\1\)/g, "");
    },
  },
};

function isStale(): boolean {
  const built = join(OUT, STAMP);
  return !existsSync(built) || SOURCES.some((source) => newest(join(root, source)) > statSync(built).mtimeMs);
}

/** The latest change in a file or folder. A folder's own time tells of what was removed from it. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    stat.mtimeMs,
    ...readdirSync(path)
      .filter((name) => !name.endsWith(".test.ts"))
      .map((name) => newest(join(path, name))),
  );
}

if (import.meta.main) {
  const start = performance.now();
  console.error((await buildUi()) ? `built build/ui in ${Math.round(performance.now() - start)} ms` : "build/ui is up to date");
}

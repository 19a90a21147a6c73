/** The law of direction (ARCHITECTURE.md): what each part may import. The table is the law; this file reads every import and holds it against the table. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseSync } from "vite";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Files (first that matches), and what they may import: paths from the root, or `pkg:` and a package's name. */
const LAW: readonly [files: RegExp, may: RegExp][] = [
  [/\.test\.ts$|^protocol\/testkit\/|^(test|bench|tools)\/|^vitest\.config\.ts$/, /./],
  [/^protocol\/src\/platform\/node\.ts$/, /^(protocol\/src\/platform\/|pkg:node:crypto$)/],
  [/^protocol\/src\//, /^(protocol\/src\/|pkg:@noble\/|pkg:@scure\/bip39)/],
  [/^ledger\/views\//, /^(ledger\/views\/|ui\/|protocol\/src\/|pkg:(preact|hono))/],
  [/^ledger\/(chain|receipt-proof)\.ts$/, /^(ledger\/(?!views)|protocol\/src\/|contracts\/abi\.ts$|pkg:(node:|viem|@noble\/))/],
  [/^contracts\//, /^(contracts\/|pkg:)/],
  [/^ledger\//, /^(ledger\/(?!views)|protocol\/src\/|pkg:node:)/],
  [
    /^rooms\/decide\/views\//,
    /^(rooms\/(decide|map)\/(views\/|[\w-]*schema\.ts$)|rooms\/map\/(tc-string|har|domain|importers\/samples)\.ts$|ui\/|protocol\/src\/|person\/src\/|pkg:(preact|hono|tldts|qrcode-generator$|@noble\/hashes))/,
  ],
  [/^rooms\/\w+\/views\//, /^(rooms\/\w+\/(views\/|[\w-]*schema\.ts$)|ui\/|protocol\/src\/|pkg:(preact|hono|d3-sankey))/],
  [/^rooms\/map\//, /^(rooms\/map\/(?!views\/(?!(props|explore)\.ts))|ledger\/(?!views)|protocol\/src\/|ui\/(paths|site|text)\.ts$|pkg:)/],
  [
    /^rooms\/(decide|honour)\//,
    /^(rooms\/(decide|honour)\/(?!views\/(?!props\.ts))|rooms\/map\/(index|[\w-]*schema)\.ts$|ledger\/(?!views)|protocol\/src\/|ui\/(paths|site|text)\.ts$|pkg:)/,
  ],
  [/^person\/src\//, /^(person\/src\/|protocol\/src\/|pkg:(jose$|fflate$|@noble\/))/],
  [/^sdk\/src\/store-sqlite\.ts$/, /^(sdk\/src\/|protocol\/src\/|pkg:node:(sqlite|fs|path))/],
  [/^sdk\/src\//, /^(sdk\/src\/|protocol\/src\/|pkg:(jose$|standardwebhooks$|node:crypto$))/],
  [/^demo\//, /^(demo\/|sdk\/src\/|protocol\/src\/|pkg:)/],
  [/^ui\//, /^(ui\/|ledger\/views\/|protocol\/src\/|pkg:(preact|vite$|node:|@digdir\/|@fontsource\/))/],
  [
    /^server\//,
    /^(server\/|ledger\/(?!views)|ledger\/views\/(props|query)\.ts$|rooms\/\w+\/(index|routes|pages|commands|views\/props)\.ts$|rooms\/map\/scan\/command\.ts$|ui\/text\.ts$|build\/ui\/|protocol\/src\/|pkg:)/,
  ],
  [/^cli\/src\/chain\.ts$/, /^(cli\/|person\/src\/|protocol\/src\/|pkg:(node:|@noble\/))/],
  [/^cli\//, /^(cli\/|person\/src\/|protocol\/src\/|pkg:(node:|commander$))/],
];

const SKIPPED = new Set(["node_modules", "dist", "build", ".git", "data"]);
const sources = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs)$/.test(entry.name))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .filter((file) => !file.split("/").some((part) => SKIPPED.has(part)));

/** The specifiers of all static imports, re-exports and `import()`s of a file. */
function imports(file: string): string[] {
  const { module, errors } = parseSync(file, readFileSync(join(root, file), "utf8"));
  expect(errors, file).toEqual([]);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => readFileSync(join(root, file), "utf8").slice(start, end));
  const fixed = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) => one.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
  ];
  return [...fixed, ...dynamic.map((text) => text.replace(/^["'`]|["'`]$/g, ""))];
}

/** Where a specifier leads: a path from the root, or `pkg:` and the package. */
function resolve(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return relative(root, join(root, dirname(file), specifier));
  if (specifier === "#platform") return "protocol/src/platform/web.ts";
  const [, packed, noun] = /^@freehold\/(protocol|person|sdk)\/(.+)$/.exec(specifier) ?? [];
  if (packed !== undefined) return `${packed}/src/${noun}.ts`;
  return `pkg:${specifier}`;
}

test.each(sources)("%s imports only what the law allows", (file) => {
  const law = LAW.find(([files]) => files.test(file));
  expect(law, `no row of the law speaks of ${file}: add one, or move the file`).toBeDefined();
  for (const specifier of imports(file)) expect(resolve(file, specifier), `${file} imports ${specifier}`).toMatch(law![1]);
});

/** Writes spec/vectors anew from their generators (tools/vectors/*.ts), or with --check says which files differ. Deterministic: the same code gives the same files. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "spec", "vectors");
const onlyCheck = process.argv.includes("--check");

let files = 0;
const differing: string[] = [];
for (const name of readdirSync(join(here, "vectors"))
  .filter((entry) => entry.endsWith(".ts"))
  .sort()) {
  const generator = (await import(join(here, "vectors", name))) as Record<string, () => unknown>;
  const [, make] = Object.entries(generator).find(([exported]) => exported.endsWith("Vectors"))!;
  for (const [path, vector] of Object.entries((await make()) as Record<string, object>)) {
    const file = join(target, path);
    const text = `${JSON.stringify(vector, null, 2)}\n`;
    files++;
    if (read(file) === text) continue;
    differing.push(path);
    if (onlyCheck) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
console.error(`${files} vectors, ${differing.length} ${onlyCheck ? "differ" : "written"}${differing.map((path) => `\n  ${path}`).join("")}`);
if (onlyCheck && differing.length > 0) process.exit(1);

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

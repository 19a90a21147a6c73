/** The snippets of sdk/README.md, run as they stand: one program, against a real register. */
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { KEYS } from "./desk-kit.ts";
import { ROOT, endAll, run, startRegister, temporaryFolder } from "./register.ts";

afterEach(endAll);

test("the snippets of the SDK's README run", async () => {
  const { url } = await startRegister({ flags: "--interval 50" });
  const { policy } = (await (await fetch(`${url}/.well-known/freehold.json`)).json()) as { policy: string };
  const readme = readFileSync(join(ROOT, "sdk/README.md"), "utf8");
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1]!);
  expect(snippets.length).toBeGreaterThan(4);
  const folder = temporaryFolder();
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "policy.json"), policy);
  for (const [name, key] of Object.entries(KEYS)) writeFileSync(join(folder, `${name}.key`), key);
  const program = join(folder, "snippets.mts");
  writeFileSync(program, `process.chdir(${JSON.stringify(folder)});\n${snippets.join("\n").replaceAll("https://register.example", url)}`);
  const ran = run([program]);
  expect(await ran.ended, ran.stderr).toBe(0);
  expect(ran.stdout).toBe("not allowed: no_grant\nerased; left is 0\n");
  expect(ran.stderr).toBe("");
});

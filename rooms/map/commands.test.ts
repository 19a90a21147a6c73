import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestLog } from "../../ledger/testkit.ts";
import { mapCommand } from "./commands.ts";
import { createPublishing } from "./intake/publishing.ts";
import { openMapStore } from "./store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "freehold-map-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  const to = (name: "out" | "err") => ({ write: (text: string) => (written[name] += text) });
  const code = await mapCommand(args, {
    folderOf: (flags) => flags[1] ?? join(folder, "data"),
    out: to("out"),
    err: to("err"),
    now: () => Date.UTC(2026, 10, 23),
  });
  return { code, ...written };
}
function file(name: string, value: unknown): string {
  mkdirSync(join(folder, "in"), { recursive: true });
  const path = join(folder, "in", name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}
const service = (name: string, more: object = {}) => ({ name, url: `https://${name}.example/bye`, difficulty: "easy", domains: [`${name}.example`], ...more });
const sites = () => file("sites.json", [service("alpha", { email: "hello@alpha.example" }), service("beta")]);

test("a source is read from a file; again, nothing is new; progress is on standard error", async () => {
  const first = await run("import", "justdeleteme", sites());
  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^justdeleteme \w+: 2 records, 2 new, 0 changed, 0 gone\n$/) as string });
  expect(first.err).toContain("making cards");
  expect(await run("import", "justdeleteme", sites())).toMatchObject({ code: 0, out: "justdeleteme: nothing new\n" });
  expect(JSON.parse((await run("import", "justdeleteme", sites(), "--json")).out)).toMatchObject({ taken: [{ taken: false }], figures: { organisations: 2 } });
  expect(JSON.parse((await run("sources", "--json")).out)).toContainEqual(
    expect.objectContaining({ id: "justdeleteme", state: expect.stringContaining("2 records") as string }),
  );
});

test("bad data are named by place, no input and wrong commands by what would be right; each has its exit code", async () => {
  const bad = file("sites.json", [service("alpha"), ...Array.from({ length: 30 }, () => ({ name: 7 }))]);
  const refused = await run("import", "justdeleteme", bad);
  expect(refused.code).toBe(65);
  expect(refused.err).toMatch(/sites\.json:/);
  expect(refused.err).toMatch(/… and \d+ more/);
  expect(refused.err).toContain("Nothing was written");
  expect(await run("import", "justdeleteme", bad, "--accept-partial")).toMatchObject({ code: 0, out: expect.stringContaining("1 new") as string });

  expect((await run("import", "justdeleteme", join(folder, "nowhere"))).code).toBe(66);
  mkdirSync(join(folder, "empty"));
  expect((await run("import", "justdeleteme", join(folder, "empty"))).code).toBe(66);
  for (const wrong of [
    ["fly"],
    ["import", "justdeleteme"],
    ["import", "nonsense", bad],
    ["import", "justdeleteme", bad, "--reason", "x"],
    ["--nonsense"],
    ["redact", "--reason", "x"],
    ["remove", "justdeleteme"],
    ["export", "--format", "xml"],
  ])
    expect(await run(...wrong), wrong.join(" ")).toMatchObject({ code: 2, out: "" });
  expect(await run("help")).toMatchObject({ code: 0, err: "" });
});

test("what is known is exported whole, as JSON and as CSV", async () => {
  await run("import", "justdeleteme", sites());
  const { organisations } = JSON.parse((await run("export")).out) as { organisations: { name: string }[] };
  expect(organisations.map(({ name }) => name)).toEqual(["alpha", "beta"]);
  const csv = join(folder, "all.csv");
  expect(await run("export", csv)).toMatchObject({ code: 0, out: "" });
  expect(readFileSync(csv, "utf8").split("\r\n")).toHaveLength(4);
});

test("editors join, the operator redacts, withholds and removes, while the register runs or not", async () => {
  await run("import", "justdeleteme", sites());
  const data = join(folder, "data");
  const ledger = await openTestLog({}, data);
  const store = openMapStore(data);
  const publishing = createPublishing({
    store,
    log: ledger.log,
    key: new Uint8Array(32).fill(1),
    withhold: (hash, reason) => ledger.store.withholdDocument(hash, reason),
  });
  try {
    const [a, b] = Object.values(store.places([1, 2])).map(({ sha256 }) => sha256) as [string, string];
    const joined = await run("join", "same", a, b, "--reason", "One house.");
    expect(joined.out).toMatch(/^[0-9a-f]{64}\n$/);
    expect(store.rows({}).total).toBe(1);
    await publishing.publish();
    expect((await run("withhold", joined.out.trim(), "--reason", "names a person")).code).toBe(0);
    await publishing.publish();
    expect(ledger.store.document(Buffer.from(joined.out.trim(), "hex"))?.withheld).toBe("names a person");

    expect((await run("redact", "--contact", "hello@alpha.example", "--reason", "asked for")).out).toMatch(/^1 versions/);
    expect((await run("redact", "--record", b, "--reason", "asked for")).out).toMatch(/^1 versions/);
    expect(store.record(b)).toEqual({ withheld: "asked for" });
    expect((await run("rebuild")).out).toContain('"organisations": 1');
    expect((await run("remove", "justdeleteme", "--reason", "licence")).code).toBe(0);
    expect(store.rows({}).total).toBe(0);
    await expect(run("withhold", "0".repeat(64), "--reason", "x")).rejects.toThrow("no document");
  } finally {
    await publishing.close();
    store.close();
    await ledger.remove();
  }
});

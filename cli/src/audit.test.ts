// Against registers that lie, in this process; the real one is audited in test/audit.test.ts.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AT, crimes, policyText, serve, siteOf, soundLog } from "../../test/malicious-register.ts";
import type { Served, Site } from "../../test/malicious-register.ts";
import { runAudit } from "./audit/run.ts";
import { audit } from "./audit.ts";
import type { AuditOptions } from "./audit.ts";
import { Failure } from "./exit.ts";
import { openRemote } from "./remote.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-audit-"));
const policy = join(folder, "policy.json");
const from = join(folder, "earlier.checkpoint");
const page = { width: 80, colour: false };
const sound = siteOf(soundLog());
let register: Served;

beforeAll(async () => {
  writeFileSync(policy, policyText);
  // The policies of whoever runs the tests are not those of the tests.
  process.env["XDG_CONFIG_HOME"] = folder;
  delete process.env["FREEHOLD_POLICY"];
  register = await serve(sound);
});
afterAll(async () => {
  await register.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  register.site = sound;
  rmSync(from, { force: true });
});

async function auditJson(options: AuditOptions = {}): Promise<{ exit: number; document: any }> {
  const { exit, stdout } = await audit(register.url, { json: true, policy, ...options }, page);
  return { exit, document: JSON.parse(stdout) };
}

async function failure(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Failure);
  return error as Failure;
}

describe("a sound register", () => {
  test("exit 0, everything counted, no disagreement", async () => {
    const { exit, document } = await auditJson();
    expect(document.disagreements).toEqual([]);
    expect(exit).toBe(0);
    expect(document.sound).toBe(true);
    expect(document.checked).toEqual({
      entries: { record: 681, withdrawal: 2, publication: 2, status: 15, malformed: 0 },
      tiles: 4,
      status: 700,
      ended: 4,
      documents: { served: 1, withheld: 1 },
    });
    expect(document.witnesses.map(({ name, independence }: { name: string; independence: string }) => [name, independence])).toEqual([
      ["W1", "policy"],
      ["W2", "policy"],
      ["W3", "policy"],
    ]);
    expect(document.policy).toEqual({ file: policy, trustOnFirstUse: false });
  });

  test("in words; without a policy it says that it trusts on first use, and that the witnesses' independence is unknown", async () => {
    const { exit, stdout } = await audit(register.url, {}, page);
    expect(exit).toBe(0);
    expect(stdout).toContain("Sound. The log of 700 entries");
    expect(stdout).toContain("Trust on first use");
    expect(stdout).toContain("independence unknown");
    expect(stdout).toContain("1 withheld (451)");
    expect(stdout).not.toContain("✗");
    const judged = await audit(register.url, { policy }, page);
    expect(judged.stdout).not.toContain("Trust on first use");
    expect(judged.stdout).toContain("chosen by the policy");
  });

  test.each([1, 2, 255, 256, 257, 258, 512, 513])("of %i entries", async (size) => {
    register.site = siteOf(soundLog(size));
    const { exit, document } = await auditJson();
    expect(document.disagreements).toEqual([]);
    expect(exit).toBe(0);
  });

  test("of more than 256 bundles, with more than 256 chunks of status", async () => {
    register.site = siteOf(soundLog(65_536 + 300));
    const { exit, document } = await auditJson();
    expect(document.disagreements).toEqual([]);
    expect(exit).toBe(0);
    expect(document.checked.tiles).toBe(258 + 2 + 1);
  });

  test("--from: begins a file, then extends it; the file holds the newest checkpoint and nothing is left beside it", async () => {
    let [existed, previous] = [false, 0];
    for (const size of [400, 400, 450, 700]) {
      register.site = siteOf(soundLog(size));
      const { exit, document } = await auditJson({ from });
      expect(exit).toBe(0);
      expect(document.earlier?.size).toBe(existed ? previous : undefined);
      [existed, previous] = [true, size];
      expect(readFileSync(from, "utf8")).toBe(register.site["/log/checkpoint"]!.body);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith("earlier"))).toEqual(["earlier.checkpoint"]);
  });

  test("compressed, redirected and slow to answer, it is the same", async () => {
    const seen: string[] = [];
    register.site = (path, times) => {
      const answer = sound[path] ?? sound[path.replace("/moved", "")];
      if (answer === undefined) return {};
      if (times === 1 && path.endsWith("000")) return { [path]: { status: 503, body: "", headers: { "retry-after": "0" } } };
      if (path.startsWith("/log/tile/0/")) return { [path]: { status: 302, body: "", headers: { location: `/moved${path}` } } };
      seen.push(path);
      return { [path]: { ...answer, body: gzipSync(answer.body), headers: { ...answer.headers, "content-encoding": "gzip" } } };
    };
    const { exit } = await auditJson();
    expect(exit).toBe(0);
    expect(seen).toContain("/moved/log/tile/0/001");
  });

  test("that publishes while it is asked gives a bitmap and a checkpoint that belong together in the end", async () => {
    const older = siteOf(soundLog(400));
    register.site = (path, times) => (path === "/log/status/bits" && times === 1 ? older : sound);
    expect((await auditJson()).exit).toBe(0);
  });
});

describe("crimes", () => {
  test.each(Object.entries(crimes))("%s", async (_, { site, says, earlier }) => {
    if (earlier !== undefined) writeFileSync(from, earlier()["/log/checkpoint"]!.body);
    const before = earlier?.()["/log/checkpoint"]!.body;
    register.site = site();
    const { exit, document } = await auditJson(earlier === undefined ? {} : { from });
    const firsts = new Map<string, number | null>();
    for (const { code, index } of document.disagreements) if (!firsts.has(code)) firsts.set(code, index);
    expect(Object.fromEntries(firsts)).toEqual(Object.fromEntries(says));
    expect(exit).toBe(3);
    if (before !== undefined) expect(readFileSync(from, "utf8")).toBe(before);

    const { stdout } = await audit(register.url, { policy }, page);
    if (earlier === undefined) for (const [code, index] of says) expect(stdout).toMatch(new RegExp(`^✗ ${code}${index === null ? "" : ` ${index}`}: `, "m"));
  });

  test("a bundle is another when it is fetched again, as it is where the log does not fit into memory", async () => {
    const other = crimes["a bundle is rewritten"]!.site();
    register.site = (path, times) => (path === "/log/tile/entries/000" && times === 2 ? other : sound);
    const remote = openRemote({ connections: 4 });
    const quiet = { show: () => {}, end: () => {} };
    const { findings } = await runAudit({ url: register.url, from: undefined, policy, memory: 0 }, remote, quiet);
    remote.close();
    expect(findings.counts).toEqual({ bundle_changed: 1 });
  });

  test("a rewritten history that no earlier checkpoint contradicts is sound: only --from can tell", async () => {
    register.site = crimes["history is rewritten, signed and cosigned anew"]!.site();
    expect((await auditJson()).exit).toBe(0);
  });

  test("many disagreements of one code: the first 20 are listed, all are counted", async () => {
    const entries = Array.from({ length: 299 }, (_, i) => new TextEncoder().encode(`entry ${i}`));
    const { entries: real, ...rest } = soundLog(300);
    register.site = siteOf({ ...rest, entries: [...entries, real.at(-1)!] });
    const { document } = await auditJson();
    expect(document.counts.entry_malformed).toBe(299);
    expect(document.disagreements.filter(({ code }: { code: string }) => code === "entry_malformed")).toHaveLength(20);
    expect((await audit(register.url, { policy }, page)).stdout).toContain("entry_malformed: and 279 more");
  });

  test("text of the register cannot move the cursor", async () => {
    const site: Site = {
      ...sound,
      "/.well-known/freehold.json": {
        body: JSON.stringify({ ...JSON.parse(sound["/.well-known/freehold.json"]!.body as string), origin: "evil\u001b[2Klog" }),
      },
    };
    register.site = site;
    expect((await audit(register.url, { policy }, page)).stdout).not.toContain("\u001b");
  });
});

describe("what is no audit", () => {
  test("no answer: 69", async () => {
    const closed = await serve({});
    await closed.close();
    const { exit, code } = await failure(audit(closed.url, {}, page));
    expect([exit, code]).toEqual([69, "unreachable"]);
  });

  test("an answer that stops before anything is found: 69; after, 3 with what was found", async () => {
    const broken = (site: Site) => serve({ ...site, "/log/tile/entries/001": { status: 500, body: "" } });
    const [before, after] = await Promise.all([broken(sound), broken(crimes["the quorum is missing"]!.site())]);
    const [failed, { exit, stdout }] = await Promise.all([failure(audit(before.url, { policy }, page)), audit(after.url, { policy, json: true }, page)]);
    await Promise.all([before.close(), after.close()]);
    expect([failed.exit, failed.code]).toEqual([69, "unreachable"]);
    expect(failed.message).toContain("/log/tile/entries/001");
    expect(exit).toBe(3);
    const { counts, interrupted } = JSON.parse(stdout);
    expect(counts).toEqual({ quorum: 1 });
    expect(interrupted).toContain("/log/tile/entries/001");
  });

  test.each([
    ["nothing there", {}],
    ["no JSON", { "/.well-known/freehold.json": { body: "<html>" } }],
    ["another service", { "/.well-known/freehold.json": { body: '{"issuer":"https://example.com"}' } }],
    [
      "an address that is none",
      { "/.well-known/freehold.json": { body: JSON.stringify({ origin: "a", policy: "b", log: "file:///etc/", documents: "/documents/" }) } },
    ],
  ])("no register: 65 (%s)", async (_, site) => {
    register.site = site;
    expect((await failure(auditJson())).exit).toBe(65);
  });

  test("an address that is none: 2; a policy or checkpoint that is none: 65; a folder that is not there: 66", async () => {
    expect((await failure(audit("register.example", {}, page))).exit).toBe(2);
    expect((await failure(audit("ftp://register.example", {}, page))).exit).toBe(2);
    writeFileSync(from, "no checkpoint\n");
    expect((await failure(auditJson({ from }))).exit).toBe(65);
    expect((await failure(auditJson({ policy: from }))).exit).toBe(65);
    expect((await failure(auditJson({ from: join(folder, "nowhere", "file") }))).exit).toBe(66);
    expect(existsSync(join(folder, "nowhere"))).toBe(false);
  });

  test("a checkpoint of another log in --from: 65", async () => {
    writeFileSync(from, (sound["/log/checkpoint"]!.body as string).replace("register.test/log\n", "other.test/log\n"));
    const { exit, message } = await failure(auditJson({ from }));
    expect(exit).toBe(65);
    expect(message).toContain("other.test/log");
  });
});

test("the sound log has what its places promise", () => {
  const { entries } = soundLog();
  expect(entries[AT.status]![1]).toBe(4);
  expect(entries[AT.withdrawal]![1]).toBe(2);
});

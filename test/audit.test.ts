// The two commands of the outside against the real register: what one part writes, another code path recomputes.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { formatCode, lockOf } from "@freehold/protocol/lock";
import { bytesOf } from "../protocol/testkit/register.ts";
import { indexesOf, submit } from "./client.ts";
import { ROOT, endAll, startRegister, temporaryFolder } from "./register.ts";
import type { RunningRegister } from "./register.ts";

const folder = temporaryFolder();
const from = join(folder, "register.checkpoint");
const policy = join(folder, "policy.json");
let register: RunningRegister;

const secretOf = (i: number | string) => bytesOf(`secret ${i}`);
const record = (i: number | string, lock = lockOf(secretOf(i))) => encodeEntry({ kind: "record", commitment: bytesOf(`commitment ${i}`), lock });
const withdrawal = (i: number | string) => encodeEntry({ kind: "withdrawal", secret: secretOf(i) });

beforeAll(async () => {
  register = await startRegister({ flags: "--interval 20 --rate 0" });
  const { policy: proposed } = (await (await fetch(`${register.url}/.well-known/freehold.json`)).json()) as { policy: string };
  writeFileSync(policy, proposed);
});
afterAll(endAll);

/** Submits records and withdrawals in as many bundles as they need. */
async function log(entries: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < entries.length; at += 256)
    await indexesOf(register.url, entries.slice(at, at + 256), at + 256 < entries.length ? "sequenced" : "published");
}

/** The command as a person runs it. */
async function freehold(
  args: readonly string[],
  { stdin = "", env = {} }: { stdin?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(ROOT, "cli/bin/freehold.mjs"), ...args], { env: { PATH: process.env["PATH"], HOME: folder, ...env } });
  const ran = { exit: null as number | null, stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
  child.stdin.on("error", () => {}).end(stdin);
  ran.exit = await new Promise((resolve) => child.once("close", resolve));
  return ran;
}

async function audit(args: readonly string[] = []): Promise<any> {
  const { exit, stdout, stderr } = await freehold(["audit", register.url, "--json", ...args]);
  const document = JSON.parse(stdout);
  expect([exit, document.disagreements, document.error], stderr).toEqual([0, [], undefined]);
  return document;
}

test("a register with one record is sound", async () => {
  await submit(register.url, record("first"), "published");
  const { checked, policy: used, witnesses } = await audit(["--from", from]);
  expect(checked.entries).toMatchObject({ record: 1, withdrawal: 0, malformed: 0 });
  expect(used.trustOnFirstUse).toBe(true);
  expect(witnesses).toMatchObject([{ name: "built-in", independence: "none" }]);
});

test("a register with many bundles, withdrawals, shared locks and records born ended is sound, and extends what it was", async () => {
  const shared = lockOf(secretOf("shared"));
  await log(Array.from({ length: 1000 }, (_, i) => record(i)));
  await log([record("a", shared), record("b", shared), withdrawal("shared"), withdrawal(3), withdrawal(700)]);
  await log([record("born", lockOf(secretOf(3))), ...Array.from({ length: 500 }, (_, i) => record(1000 + i))]);
  const { checked, earlier } = await audit(["--from", from, "--policy", policy]);
  expect(earlier.size).toBeLessThan(10);
  expect(checked.entries).toMatchObject({ record: 1504, withdrawal: 3, malformed: 0 });
  expect(checked.ended).toBe(5);
});

test("withdraw: logs the withdrawal and verifies the proof; again it says that it was withdrawn already; the audit counts it", async () => {
  const code = `${formatCode(secretOf("first"))}\n`;
  const first = await freehold(["withdraw", "-", "--register", register.url, "--policy", policy], { stdin: code });
  expect([first.exit, first.stderr]).toEqual([0, ""]);
  const entry = /^Withdrawn, entry (\d+)\./.exec(first.stdout)?.[1];
  expect(first.stdout).toContain("cosigned by built-in");

  const again = await freehold(["withdraw"], { stdin: code, env: { FREEHOLD_REGISTER: register.url } });
  expect(again.exit).toBe(0);
  expect(again.stdout).toContain(`This code was withdrawn already, entry ${entry}.`);
  expect(again.stdout.replaceAll(/\s+/g, " ")).toContain("Not verified: who signed that.");

  const { checked } = await audit(["--from", from, "--policy", policy]);
  expect(checked.ended).toBe(6);
  expect(readFileSync(from, "utf8")).toMatch(/\n— /);
});

test("withdraw: the register's own sentence for a lock that it does not know, exit 1", async () => {
  const { exit, stdout, stderr } = await freehold(["withdraw", "--register", register.url, "--json"], { stdin: formatCode(secretOf("of another register")) });
  expect(exit).toBe(1);
  expect(stderr).toContain("opens the lock of no record");
  expect(JSON.parse(stdout)).toMatchObject({ withdrawn: false, error: { code: "lock_unknown" } });
});

test("submit: logs an entry and verifies the proof; again it says that it was there; the register's sentence for one that it refuses", async () => {
  const args = (entry: Uint8Array) => ["submit", toHex(entry), "--register", register.url, "--policy", policy];
  const first = await freehold(args(record("submitted")));
  expect([first.exit, first.stderr]).toEqual([0, ""]);
  const entry = /^A record logged, entry (\d+)\./.exec(first.stdout)?.[1];
  const again = await freehold([...args(record("submitted")), "--json"]);
  expect(JSON.parse(again.stdout)).toMatchObject({ submitted: true, already: true, kind: "record", index: Number(entry), verdict: { state: "verified" } });
  const refused = await freehold(args(withdrawal("of another register")));
  expect([refused.exit, refused.stdout]).toEqual([1, ""]);
});

test("the audit in words, with progress on standard error only", async () => {
  const { exit, stdout, stderr } = await freehold(["audit", register.url, "--policy", policy]);
  expect([exit, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^Sound\./m);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("No independent witness has cosigned");
});

test("more than 32,768 entries of which none has ended lately", async () => {
  for (let batch = 0; batch < 5; batch++) await log(Array.from({ length: 8000 }, (_, i) => record(`large ${batch} ${i}`)));
  const { checkpoint } = await audit(["--from", from, "--policy", policy]);
  expect(checkpoint.size).toBeGreaterThan(40_000);
});

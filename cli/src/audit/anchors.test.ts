// A register from memory against what a real chain holds of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWalletClient, http } from "viem";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { waitForTransactionReceipt, writeContract } from "viem/actions";
import { anvil } from "viem/chains";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freeholdAbi, freeholdAddress } from "../../../contracts/abi.ts";
import { deploy } from "../../../contracts/deploy.ts";
import { startAnvil } from "../../../contracts/foundry.ts";
import type { ChainProcess } from "../../../contracts/foundry.ts";
import { toHex } from "../../../protocol/src/bytes.ts";
import { encodeEntry } from "../../../protocol/src/entry.ts";
import { lockOf } from "../../../protocol/src/lock.ts";
import { leafHash, rootHash } from "../../../protocol/src/merkle.ts";
import { bytesOf } from "../../../protocol/testkit/register.ts";
import { AT, policyText, serve, siteOf, soundLog } from "../../../test/malicious-register.ts";
import type { Served } from "../../../test/malicious-register.ts";
import { audit } from "../audit.ts";
import type { AuditOptions } from "../audit.ts";
import { Failure } from "../exit.ts";

const folder = mkdtempSync(join(tmpdir(), "freehold-anchors-"));
const page = { width: 80, colour: false };
const log = soundLog();
const secretOf = (i: number | string) => bytesOf(`secret ${i}`);
const hex = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`;
const rootAt = (size: number) => hex(rootHash(log.entries.slice(0, size).map(leafHash)));
const relayer = privateKeyToAccount("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
const operator = privateKeyToAccount("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d");
const address = operator.address.toLowerCase() as Hex;

let chain: ChainProcess;
let register: Served;

type Call = [account: typeof relayer, name: "anchor" | "withdraw" | "submit", ...args: unknown[]];

/** A new chain, an hour old, with these calls in its blocks; its time is the present from `now` on. */
async function auditWith(
  calls: readonly Call[],
  options: AuditOptions & { confirmations?: number; now?: readonly Call[] } = {},
): Promise<{ exit: number; document: any; stdout: string }> {
  const { confirmations = 1, now = [], ...rest } = options;
  chain = await startAnvil("--timestamp", String(Math.floor(Date.now() / 1000) - 3600));
  try {
    const client = createWalletClient({ account: relayer, chain: anvil, transport: http(chain.url) });
    const call = async ([account, functionName, ...args]: Call) => {
      const hash = await writeContract(client, { account, address: freeholdAddress, abi: freeholdAbi, functionName, args } as never);
      await waitForTransactionReceipt(client, { hash, pollingInterval: 10 });
    };
    await deploy(client);
    for (const one of calls) await call(one);
    if (now.length > 0) await client.request({ method: "evm_setTime", params: [Math.floor(Date.now() / 1000)] } as never);
    for (const one of now) await call(one);
    const policy = join(folder, "policy.json");
    const anchors = [{ chainId: 31337, confirmations, contract: freeholdAddress.slice(2), register: address.slice(2) }];
    const tlog = policyText.startsWith("{") ? (JSON.parse(policyText) as { tlog: string }).tlog : policyText;
    writeFileSync(policy, JSON.stringify({ "@context": "urn:freehold:trust-policy:1", anchors, tlog }));
    const { exit, stdout } = await audit(register.url, { policy, rpc: chain.url, json: true, ...rest }, page);
    return { exit, stdout, document: rest.json === false ? undefined : JSON.parse(stdout) };
  } finally {
    await chain.stop();
  }
}

const found = (document: any) => document.disagreements.map(({ code, index }: { code: string; index: number | null }) => [code, index]);
const anchor = (size: number, root = rootAt(size)): Call => [operator, "anchor", BigInt(size), root];
const withdraw = (i: number | string, beside: Hex = address): Call => [relayer, "withdraw", beside, hex(secretOf(i))];
const submit = (entry: Uint8Array, beside: Hex = address): Call => [relayer, "submit", beside, hex(entry)];
const foreign = encodeEntry({ kind: "record", commitment: bytesOf("commitment of nobody"), lock: lockOf(secretOf("nobody")) });

beforeAll(async () => {
  process.env["XDG_CACHE_HOME"] = process.env["XDG_CONFIG_HOME"] = folder;
  delete process.env["FREEHOLD_POLICY"];
  register = await serve(siteOf(log));
});
afterAll(async () => {
  await register.close();
  rmSync(folder, { recursive: true });
});

test("anchors of the log, its withdrawals and entries, and junk: sound", async () => {
  const calls = [
    anchor(50),
    withdraw(AT.record),
    withdraw("shared"),
    withdraw("of no lock"),
    submit(log.entries[7]!),
    anchor(600),
    submit(foreign, relayer.address),
    anchor(700),
  ];
  const other: Call = [relayer, "anchor", 9n, hex(bytesOf("another register"))];
  const { exit, document } = await auditWith([...calls, other, submit(encodeEntry({ kind: "withdrawal", secret: secretOf("also of no lock") }))]);
  expect(document.disagreements).toEqual([]);
  expect(exit).toBe(0);
  expect(document.chain).toMatchObject({ chainId: 31337, anchors: 3, newest: 700, withdrawals: 4, submissions: 1, excused: 0 });
});

test("an anchor with another root, and one of a larger log", async () => {
  const { exit, document } = await auditWith([anchor(50), anchor(51, rootAt(50)), anchor(701, rootAt(700))]);
  expect([exit, found(document)]).toEqual([
    3,
    [
      ["anchor_mismatch", null],
      ["anchor_beyond_log", null],
    ],
  ]);
});

test("a withdrawal and a submission that the operator failed to log: by any channel, beside any register's address", async () => {
  const secret = secretOf(2);
  const { exit, document } = await auditWith([anchor(50), withdraw(1, relayer.address), submit(encodeEntry({ kind: "withdrawal", secret })), submit(foreign)]);
  expect([exit, found(document)]).toEqual([
    3,
    [
      ["withdrawal_not_logged", 1],
      ["withdrawal_not_logged", 2],
      ["submission_not_logged", null],
    ],
  ]);
});

test("no breach: before the first anchor, without confirmations, confirmed a moment ago", async () => {
  const { document } = await auditWith([withdraw(1), anchor(50)], { now: [withdraw(2)] });
  expect([document.disagreements, document.chain.excused]).toEqual([[], 2]);
  const unconfirmed = await auditWith([anchor(50), withdraw(1)], { confirmations: 2 });
  expect([unconfirmed.document.disagreements, unconfirmed.document.chain]).toMatchObject([[], { anchors: 1, withdrawals: 0, excused: 0 }]);
});

test("in words", async () => {
  const { stdout } = await auditWith([anchor(50), withdraw(1)], { json: false });
  expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
    /chain 31337, up to block \d+ by the node 127\.0\.0\.1:\d+: 1 anchor, the last in block \d+ with 50 of 700 entries; 1 withdrawal and 0 submitted records/,
  );
  expect(stdout).toContain("✗ withdrawal_not_logged 1: ");
});

test("a chain that the policy does not name: 65; a node that does not answer: 69", async () => {
  const policy = join(folder, "none.json");
  writeFileSync(policy, policyText);
  const node = await startAnvil();
  const exitOf = (rpc: string) => audit(register.url, { policy, rpc }, page).catch((error: unknown) => (error as Failure).exit);
  expect(await exitOf(node.url)).toBe(65);
  await node.stop();
  expect(await exitOf(node.url)).toBe(69);
});

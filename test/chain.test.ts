/** The register and its chain as processes: what is anchored, what comes from the chain, and what is left after each of them was killed. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { parseAnchor, verifyAnchor } from "@freehold/protocol/anchor";
import type { Anchor } from "@freehold/protocol/anchor";
import { toHex } from "@freehold/protocol/bytes";
import { lockOf } from "@freehold/protocol/lock";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { freeholdAddress } from "../contracts/abi.ts";
import { jsonRpc } from "../ledger/json-rpc.ts";
import type { Rpc } from "../ledger/json-rpc.ts";
import { bytesOf, recordOf, secretOf } from "../ledger/testkit.ts";
import { callContract, endChains, startMeddler } from "./anvil.ts";
import { checkpointOf, policyOf, submit } from "./client.ts";
import { endAll, freehold, operate, run, startRegister, temporaryFolder, whenReady } from "./register.ts";
import type { RunningRegister } from "./register.ts";

afterEach(async () => {
  await endAll();
  endChains();
});

interface Anchors {
  chains: { head: number; register: string; independent: boolean; trouble: boolean }[];
  anchors: { size: number; state: string; block: number; blockHash: string }[];
}

const ask = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
const anchorsOf = (url: string) => ask<Anchors>(`${url}/v1/anchors`);

/** Asks until there is something. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const anchorOf = (url: string, index: number) =>
  until(async () => {
    const response = await fetch(`${url}/v1/entries/${index}/anchor`);
    return response.ok ? parseAnchor(await response.json()) : undefined;
  });

/** The embedded chain, alone. */
async function startChain(folder = temporaryFolder()): Promise<RunningRegister & { setting: string; rpc: Rpc }> {
  const chain = await whenReady(run(["server/main.ts", "chain", "--data", folder, "--port", "0"]), folder);
  return Object.assign(chain, { setting: /--chain "(.*)"/.exec(chain.stdout)![1]!, rpc: jsonRpc({ url: () => chain.url, timeout: 5000 }) });
}

/** Calls the contract as somebody who is not the register. */
async function callAsOther(rpc: Rpc, ...call: Parameters<typeof callContract>[1]): Promise<void> {
  const key = bytesOf("a relayer");
  const { privateKeyToAddress } = await import("viem/accounts");
  await rpc("anvil_setBalance", privateKeyToAddress(`0x${toHex(key)}`), "0xde0b6b3a7640000");
  await callContract(rpc, call, key);
}

async function requireProved(url: string, rpc: Rpc, index: number): Promise<Anchor> {
  const { policy } = await ask<{ policy: string }>(`${url}/.well-known/freehold.json`);
  const trust = parseTrustPolicy(policy);
  for (;;) {
    const checkpoint = await checkpointOf(url, trust.tlog);
    const anchor = parseAnchor(await ask(`${url}/v1/entries/${index}/anchor?size=${checkpoint.size}`));
    const block = (await rpc("eth_getBlockByNumber", `0x${anchor.block.toString(16)}`, false)) as { hash: string };
    expect(verifyAnchor({ anchor, checkpoint, index, anchors: trust.anchors, blocks: () => block.hash.slice(2) })).toMatchObject({ state: "proved" });
    return anchor;
  }
}

/** The anvil of a process: child of the shell that watches over it. */
function anvilOf(pid: number): number {
  const children = (of: number) => readFileSync(`/proc/${of}/task/${of}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  const shell = children(pid).find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").startsWith("/bin/sh"))!;
  return children(shell).find((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0")[0]!.endsWith("anvil"))!;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("an anchor is proved to whoever has the chain; discovery names the chain, the policy the register's address", async () => {
  const chain = await startChain();
  const { url } = await startRegister({ env: { FREEHOLD_CHAIN: chain.setting, FREEHOLD_ANCHOR_INTERVAL: "1" } });
  const { index } = await submit(url, recordOf("person"), "published");
  await anchorOf(url, index);
  const anchor = await requireProved(url, chain.rpc, index);
  const { chain: named } = await ask<{ chain: object[] }>(`${url}/.well-known/freehold.json`);
  expect(named).toEqual([{ chainId: 31_337, contract: anchor.contract, register: anchor.register, confirmations: 1, independent: false }]);
  expect((await anchorsOf(url)).chains).toMatchObject([{ trouble: false, register: anchor.register }]);
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^freehold_anchored_size\{chain="31337"\} [1-9]/m);
  expect((await fetch(`${url}/v1/entries/99999/anchor`)).status).toBe(404);
});

test("a withdrawal on the chain while the register is stopped is logged when it returns, and its status shows it", async () => {
  const chain = await startChain();
  const env = { FREEHOLD_CHAIN: chain.setting, FREEHOLD_ANCHOR_INTERVAL: "1" };
  const first = await startRegister({ env });
  const { index } = await submit(first.url, recordOf("person"), "published");
  const { register } = await anchorOf(first.url, index);
  expect(await first.stop("SIGTERM")).toBe(0);
  await callAsOther(chain.rpc, "withdraw", `0x${register}`, `0x${toHex(secretOf("person"))}`);
  await callAsOther(chain.rpc, "submit", `0x${register}`, `0x${toHex(recordOf("other"))}`);
  const { url } = await startRegister({ env, folder: first.folder });
  const { withdrawal } = await until(async () => {
    const lock = await ask<{ withdrawal: number | null }>(`${url}/v1/locks/${toHex(lockOf(secretOf("person")))}`);
    return lock.withdrawal === null ? undefined : lock;
  });
  expect(withdrawal).toBeGreaterThan(index);
  expect(await ask(`${url}/v1/entries/${index}`)).toMatchObject({ ended: true });
  const lock = toHex(lockOf(secretOf("other")));
  expect(await until(async () => ((await fetch(`${url}/v1/locks/${lock}`)).ok ? ask(`${url}/v1/locks/${lock}`) : undefined))).toMatchObject({
    count: 1,
    opened: false,
  });
});

test("`freehold overlay` lists the locks that were opened, from the chain alone", async () => {
  const chain = await startChain();
  await callAsOther(chain.rpc, "withdraw", `0x${"11".repeat(20)}`, `0x${toHex(secretOf("person"))}`);
  await callAsOther(chain.rpc, "submit", `0x${"11".repeat(20)}`, `0x${toHex(recordOf("no withdrawal"))}`);
  const words = ["overlay", "--rpc", chain.url, "--contract", freeholdAddress, "--confirmations", "1", "--json"];
  const asked = freehold([...words, "--chain", "31337"]);
  expect(await asked.ended).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({
    chain: 31_337,
    from: 0,
    locks: [{ lock: toHex(lockOf(secretOf("person"))), secret: toHex(secretOf("person")) }],
  });
  const wrong = freehold([...words, "--chain", "1"]);
  expect(await wrong.ended).toBe(65);
  expect(wrong.stdout).toMatch(/serves chain 31337, and chain 1 is wanted/);
});

test("over kill -9 of the register, at any moment, no anchor is lost or made twice", async () => {
  const chain = await startChain();
  const env = { FREEHOLD_CHAIN: chain.setting, FREEHOLD_ANCHOR_INTERVAL: "1" };
  const folder = temporaryFolder();
  let last = 0;
  for (let i = 0; i < 5; i++) {
    const register = await startRegister({ env, folder });
    ({ index: last } = await submit(register.url, recordOf(`entry ${i}`), "published"));
    await new Promise((resolve) => setTimeout(resolve, 137 * i));
    await register.stop("SIGKILL");
  }
  const { url } = await startRegister({ env, folder });
  await anchorOf(url, last);
  await requireProved(url, chain.rpc, last);
  const { anchors, chains } = await anchorsOf(url);
  expect(chains).toMatchObject([{ trouble: false }]);
  for (const { state, block, blockHash } of anchors.filter(({ block: at }) => at !== null)) {
    expect(state).toBe("confirmed");
    expect(((await chain.rpc("eth_getBlockByNumber", `0x${block.toString(16)}`, false)) as { hash: string }).hash).toBe(`0x${blockHash}`);
  }
});

test("a node that is away or serves another chain holds up neither start nor submissions nor the end", async () => {
  const chain = await startChain();
  const node = await startMeddler({ rpc: chain.rpc, url: chain.url, process: chain.process });
  node.meddle = "hang";
  const env = { FREEHOLD_CHAIN: chain.setting.replace(/^\S+/, node.url), FREEHOLD_ANCHOR_INTERVAL: "1" };
  const register = await startRegister({ env });
  const { index } = await submit(register.url, recordOf("person"), "published");
  expect((await fetch(`${register.url}/readyz`)).status).toBe(200);
  expect(await register.stop("SIGTERM")).toBe(0);
  node.meddle = (method, _params, forward) => (method === "eth_chainId" ? "0x1" : forward());
  const again = await startRegister({ env, folder: register.folder });
  expect(await until(async () => ((await anchorsOf(again.url)).chains[0]!.trouble ? "trouble" : undefined))).toBe("trouble");
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
  expect(again.stderr).toContain("serves chain 1");
  expect(again.stderr).not.toContain(node.url);
  node.meddle = null;
  await anchorOf(again.url, index);
  await requireProved(again.url, chain.rpc, index);
});

test.runIf(process.platform === "linux")(
  "the embedded chain starts and ends with the register, and goes on where it was after kill -9 of either or both",
  async () => {
    const folder = temporaryFolder();
    const flags = "--chain embedded --anchor-interval 1";
    const first = await startRegister({ folder, flags });
    expect(first.stdout).toMatch(/chain of its own.*no proof to third parties/);
    const { index } = await submit(first.url, recordOf("a"), "published");
    await anchorOf(first.url, index);
    expect((await anchorsOf(first.url)).chains).toMatchObject([{ independent: false }]);

    // The chain alone.
    const killed = anvilOf(first.process.pid!);
    process.kill(killed, "SIGKILL");
    const { index: second } = await submit(first.url, recordOf("b"), "published");
    await anchorOf(first.url, second);

    // The register: its chain does not stay behind. Then both.
    const left = anvilOf(first.process.pid!);
    expect(left).not.toBe(killed);
    await first.stop("SIGKILL");
    await until(async () => (isAlive(left) ? undefined : true));
    const third = await startRegister({ folder, flags });
    const { index: last } = await submit(third.url, recordOf("c"), "published");
    await anchorOf(third.url, last);
    process.kill(anvilOf(third.process.pid!), "SIGKILL");
    await third.stop("SIGKILL");
    writeFileSync(join(folder, "chain.json"), readFileSync(join(folder, "chain.json")).subarray(0, 1000)); // as if it was being written

    const fourth = await startRegister({ folder, flags });
    await until(async () => ((await anchorsOf(fourth.url)).anchors.some(({ size, state }) => size > last && state === "confirmed") ? true : undefined));
    await anchorOf(fourth.url, index);
    const ended = anvilOf(fourth.process.pid!);
    expect(await fourth.stop("SIGTERM")).toBe(0);
    expect(isAlive(ended)).toBe(false);
  },
);

test("a register without a chain says so", async () => {
  const { url } = await startRegister({ flags: "--chain none" });
  const { index } = await submit(url, recordOf("a"), "published");
  expect(await ask(`${url}/.well-known/freehold.json`)).toMatchObject({ chain: null });
  expect(await anchorsOf(url)).toEqual({ chains: [], anchors: [] });
  expect(await ask(`${url}/v1/entries/${index}/anchor`)).toMatchObject({ code: "anchor_unknown", status: 404 });
  expect((await policyOf(url)).logs).toHaveLength(1);
});

test("one chain runs in a folder, and what is wrong with the setting is said without the node's address", async () => {
  const chain = await startChain();
  expect(await operate(["--data", chain.folder, "--port", "0", "--chain", "embedded"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/runs alone, with a process of its own/) as string,
  });
  for (const item of [
    "http://node.example/secret",
    "http://node.example/secret 1 key",
    "ftp://node.example/secret 1 key 1",
    "http://node.example/secret 1 nowhere.key 1",
  ]) {
    const { code, stderr } = await operate(["--data", temporaryFolder(), "--port", "0", "--chain", item]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^The setting "chain"/);
    expect(stderr).not.toContain("secret");
  }
  expect((await operate(["config", "--chain", "http://node.example/secret 1 key 1"])).stdout).not.toContain("secret");
});

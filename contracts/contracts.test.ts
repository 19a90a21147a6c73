import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createWalletClient, getCreate2Address, http, keccak256, publicActions } from "viem";
import type { Hex, RpcTransactionReceipt } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { afterEach, expect, test } from "vitest";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { anchoredTopic, eventLogFromRpc, parseAnchored, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "@freehold/protocol/event";
import { deploymentProxy, freeholdAbi, freeholdAddress, freeholdCreationCode, freeholdSalt } from "./abi.ts";
import { abiFile } from "./build.ts";
import { deploy } from "./deploy.ts";
import { type ChainProcess, foundry, startAnvil } from "./foundry.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const account = mnemonicToAccount("test test test test test test test test test test test junk");
const contract = freeholdAddress.slice(2);
const root = "a3e23b32ccb6bf96d092d165d8aa546e09829de8f03b0e8957581d1e16b92bdf";

let chain: ChainProcess | undefined;
afterEach(async () => {
  await chain?.stop();
  chain = undefined;
});

async function start(...args: string[]) {
  chain = await startAnvil(...args);
  return createWalletClient({ account, chain: anvil, transport: http(chain.url), pollingInterval: 10 }).extend(publicActions);
}

test("the tests in Solidity pass: rules, vectors, fuzzing, invariants, gas; and forge compiles to the code in abi.ts", { timeout: 600_000 }, () => {
  const { status, stdout, stderr, error } = spawnSync(foundry("forge"), ["test", "--color", "never"], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });
  const output = `${error?.message ?? ""}${stdout}${stderr}`;
  expect(status, output).toBe(0);
  expect(output).toMatch(/ [1-9]\d* tests passed, 0 failed, 0 skipped/);
  const artifact = JSON.parse(read("../build/contracts/out/Freehold.sol/Freehold.json")) as { bytecode: { object: string } };
  expect(artifact.bytecode.object).toBe(freeholdCreationCode);
});

test("abi.ts is what the source compiles to", async () => {
  expect(read("abi.ts"), "contracts/src has changed: run node contracts/build.ts, and mind that the address changes").toBe(await abiFile());
});

test("the address follows from proxy, salt and code, and the specification names it", () => {
  const bytecodeHash = keccak256(freeholdCreationCode);
  expect(getCreate2Address({ from: deploymentProxy, salt: freeholdSalt, bytecodeHash }).toLowerCase()).toBe(freeholdAddress);
  const specification = read("../spec/anchor.md");
  for (const value of [freeholdAddress, deploymentProxy, bytecodeHash]) expect(specification).toContain(value.slice(2));
  for (const topic of [anchoredTopic, withdrawnTopic, submittedTopic]) expect(specification).toContain(toHex(topic));
});

test.each([
  ["with", []],
  ["without", ["--disable-default-create2-deployer"]],
])("it is deployed to its address on a chain %s the proxy, once", async (_, args) => {
  const client = await start(...args);
  expect(await client.getCode({ address: freeholdAddress })).toBeUndefined();
  expect(await deploy(client)).toBeLessThan(400_000n);
  expect(freeholdCreationCode).toContain((await client.getCode({ address: freeholdAddress }))!.slice(2));
  expect(await deploy(client)).toBeUndefined();
});

test("the library reads the events that it emits, and what it refuses has a name", async () => {
  const client = await start();
  await deploy(client);
  const register = account.address;
  const call = { address: freeholdAddress, abi: freeholdAbi } as const;
  const event = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash });
    expect(receipt.logs).toHaveLength(1);
    const raw = (await client.transport.request({ method: "eth_getTransactionReceipt", params: [hash] })) as RpcTransactionReceipt;
    return eventLogFromRpc(raw.logs[0]);
  };
  const key = register.slice(2).toLowerCase();

  const anchored = await event(await client.writeContract({ ...call, functionName: "anchor", args: [7n, `0x${root}`] }));
  expect(parseAnchored(anchored)).toEqual({ contract, register: key, size: 7, root: fromHex(root) });
  expect(await client.readContract({ ...call, functionName: "latest", args: [register] })).toEqual([7n, `0x${root}`]);
  await expect(client.simulateContract({ ...call, functionName: "anchor", args: [7n, `0x${root}`] })).rejects.toThrow(
    /SizeNotAbove\(uint64 last, uint64 size\)\s+\(7, 7\)/,
  );

  const withdrawn = await event(await client.writeContract({ ...call, functionName: "withdraw", args: [register, `0x${root}`] }));
  expect(parseWithdrawn(withdrawn)).toEqual({ contract, register: key, secret: fromHex(root) });

  for (const entry of [`0101${root}${root}`, `0102${root}`]) {
    const submitted = await event(await client.writeContract({ ...call, functionName: "submit", args: [register, `0x${entry}`] }));
    expect(parseSubmitted(submitted)).toEqual({ contract, register: key, entry: fromHex(entry) });
  }
  await expect(client.simulateContract({ ...call, functionName: "submit", args: [register, `0x0103${root}`] })).rejects.toThrow(
    /EntryRefused\(bytes2 start, uint256 length\)\s+\(0x0103, 34\)/,
  );
});

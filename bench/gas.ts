/**
 * Gas of the contract beside EAS 1.9 on the same chain, and whether two implementations of the EVM agree on the contract: anvil (revm's), which npm
 * installs with this repository, and Hardhat's EDR. The repository does not depend on Hardhat or EAS: npm fetches them into a temporary folder here.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  BaseError,
  concat,
  ContractFunctionRevertedError,
  createWalletClient,
  encodeFunctionData,
  http,
  keccak256,
  numberToHex,
  publicActions,
  zeroAddress,
  zeroHash,
} from "viem";
import type { Abi, Hex, TransactionReceipt } from "viem";
import { mnemonicToAccount } from "viem/accounts";
import { anvil } from "viem/chains";
import { freeholdAbi, freeholdAddress } from "../contracts/abi.ts";
import { deploy } from "../contracts/deploy.ts";
import { startAnvil, startChain } from "../contracts/foundry.ts";
import { withFolder } from "./process.ts";
import { report, thousands } from "./report.ts";

const HARDHAT = "3.18.0";
const EDR = "0.22.0";
const EAS = "1.9.0";
const ROUNDS = 20;
const BATCH = 100;
/** Nothing but non-zero bytes, as most hashes: each zero byte would be cheaper. */
const hashes = Array.from({ length: 3 * BATCH }, (_, i) => keccak256(numberToHex(i)).replaceAll("00", "01") as Hex);
const account = mnemonicToAccount("test test test test test test test test test test test junk");

type Client = ReturnType<typeof connect>;
function connect(url: string) {
  return createWalletClient({ account, chain: anvil, transport: http(url), pollingInterval: 5 }).extend(publicActions);
}

async function send(client: Client, to: Hex | null, data: Hex): Promise<TransactionReceipt> {
  const receipt = await client.waitForTransactionReceipt({ hash: await client.sendTransaction({ to, data, gas: 16_000_000n }) });
  if (receipt.status !== "success") throw new Error(`A transaction failed: ${data.slice(0, 74)}`);
  return receipt;
}

/** Everything that the contract does, with the gas of each transaction, its events and the state after it. */
async function ours(client: Client) {
  const deployment = await deploy(client);
  const gas = { deployment: Number(deployment), first: 0, steady: 0, withdraw: 0, record: 0, withdrawal: 0 };
  const events: unknown[] = [];
  const transact = async (name: keyof typeof gas, data: Hex) => {
    const { gasUsed, logs } = await send(client, freeholdAddress, data);
    gas[name] = Math.max(gas[name], Number(gasUsed));
    events.push(logs.map(({ address, topics, data }) => ({ address, topics, data })));
    return client.readContract({ address: freeholdAddress, abi: freeholdAbi, functionName: "latest", args: [account.address] });
  };
  const latest = [];
  for (let i = 0; i <= ROUNDS; i++) {
    const size = 0x01010101n + BigInt(i);
    latest.push(await transact(i === 0 ? "first" : "steady", encodeFunctionData({ abi: freeholdAbi, functionName: "anchor", args: [size, hashes[i]!] })));
  }
  const [a, b] = [hashes[100]!, hashes[101]!];
  await transact("withdraw", encodeFunctionData({ abi: freeholdAbi, functionName: "withdraw", args: [account.address, a] }));
  await transact("record", encodeFunctionData({ abi: freeholdAbi, functionName: "submit", args: [account.address, concat(["0x0101", a, b])] }));
  await transact("withdrawal", encodeFunctionData({ abi: freeholdAbi, functionName: "submit", args: [account.address, concat(["0x0102", a])] }));
  const call = { address: freeholdAddress, abi: freeholdAbi, account } as const;
  const refusals = [
    await refusal(client.simulateContract({ ...call, functionName: "anchor", args: [7n, a] })),
    await refusal(client.simulateContract({ ...call, functionName: "submit", args: [account.address, concat(["0x0103", a])] })),
    await refusal(client.simulateContract({ ...call, functionName: "submit", args: [account.address, "0x"] })),
  ];
  return { gas, events, latest, refusals, code: await client.getCode({ address: freeholdAddress }) };
}

async function refusal(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => new Error("not refused"),
    (reason: unknown) => reason,
  );
  const reverted = error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
  if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
  return [reverted.data?.errorName, reverted.data?.args];
}

/** EAS, deployed and used for the same ends: `folder` is that of its package. */
async function theirs(client: Client, folder: string) {
  const artifact = (name: string) =>
    JSON.parse(readFileSync(join(folder, `artifacts/contracts/${name}.sol/${name}.json`), "utf8")) as { abi: Abi; bytecode: Hex };
  const create = async (name: string, ...args: Hex[]) => {
    const hash = await client.deployContract({ ...artifact(name), args, gas: 16_000_000n });
    return (await client.waitForTransactionReceipt({ hash })).contractAddress!;
  };
  const registry = await create("SchemaRegistry");
  const eas = await create("EAS", registry);
  const { abi } = artifact("EAS");
  const call = (functionName: string, args: unknown[]) => send(client, eas, encodeFunctionData({ abi, functionName, args }));
  const registered = await send(
    client,
    registry,
    encodeFunctionData({ abi: artifact("SchemaRegistry").abi, functionName: "register", args: ["bytes32 commitment", zeroAddress, true] }),
  );
  const schema = registered.logs[0]!.topics[1]!;

  let timestamp = 0;
  for (const root of hashes.slice(0, ROUNDS)) timestamp = Math.max(timestamp, Number((await call("timestamp", [root])).gasUsed));
  const data = hashes
    .slice(0, BATCH)
    .map((commitment) => ({ recipient: zeroAddress, expirationTime: 0n, revocable: true, refUID: zeroHash, data: commitment, value: 0n }));
  const attested = await call("multiAttest", [[{ schema, data }]]);
  if (attested.logs.length !== BATCH) throw new Error("multiAttest made another number of attestations");
  const revoked = await call("revoke", [{ schema, data: { uid: attested.logs[0]!.data, value: 0n } }]);
  return { timestamp, attestation: Number(attested.gasUsed) / BATCH, revoke: Number(revoked.gasUsed) };
}

function npm(folder: string, ...args: string[]): void {
  const { status, error } = spawnSync("npm", [...args, "--no-fund", "--no-audit", "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed. This benchmark needs the npm registry.`, { cause: error });
}

async function on<T>(chain: Awaited<ReturnType<typeof startChain>>, work: (client: Client) => Promise<T>): Promise<T> {
  try {
    return await work(connect(chain.url));
  } finally {
    await chain.stop();
  }
}

await withFolder(async (folder) => {
  console.error(`fetching Hardhat ${HARDHAT} and EAS ${EAS} from the npm registry into ${folder}, which is deleted at the end`);
  const network = { type: "edr-simulated", chainId: anvil.id, hardfork: "osaka" };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "hardhat.config.js"), `export default ${JSON.stringify({ networks: { node: network } })};`);
  // EDR's binary is named because npm leaves it out where it takes the host for another platform. EAS is fetched without its dependencies (Hardhat 2).
  const libc = process.platform === "linux" ? "-gnu" : process.platform === "win32" ? "-msvc" : "";
  npm(folder, "install", `hardhat@${HARDHAT}`, `@nomicfoundation/edr-${process.platform}-${process.arch}${libc}@${EDR}`);
  npm(folder, "pack", `@ethereum-attestation-service/eas-contracts@${EAS}`);
  if (spawnSync("tar", ["xzf", `ethereum-attestation-service-eas-contracts-${EAS}.tgz`], { cwd: folder }).status !== 0) throw new Error("tar failed");

  const [revm, eas] = await on(await startAnvil(), async (client) => [await ours(client), await theirs(client, join(folder, "package"))] as const);
  const hardhat = ["node_modules/hardhat/dist/src/cli.js", "node", "--hostname", "127.0.0.1", "--port", "0"];
  const edr = await on(await startChain(process.execPath, hardhat, folder), ours);

  const { first, steady, withdraw, record, withdrawal, deployment } = revm.gas;
  const perDecision = (batch: number, goal: number) => ({
    figure: `gas for each decision in batches of ${thousands(batch)}`,
    measured: (steady / batch).toPrecision(3),
    against: `EAS multiAttest of ${BATCH}, each: ${thousands(eas.attestation)} (${thousands((eas.attestation * batch) / steady)}x)`,
    goal: `<= ${goal}`,
    met: steady / batch <= goal,
  });
  const same = isDeepStrictEqual(revm, edr);
  report("Gas of whole transactions, rules of Osaka, anvil", [
    {
      figure: "anchor, not the first of its register",
      measured: thousands(steady),
      against: `EAS timestamp of one root: ${thousands(eas.timestamp)} (${(eas.timestamp / steady).toFixed(2)}x)`,
      goal: "<= 34,500; EAS >= 1.2x",
      met: steady <= 34_500 && eas.timestamp >= 1.2 * steady,
    },
    { figure: "anchor, the first", measured: thousands(first) },
    perDecision(100, 350),
    perDecision(10_000, 4),
    perDecision(100_000, 0.4),
    {
      figure: "withdraw",
      measured: thousands(withdraw),
      against: `EAS revoke: ${thousands(eas.revoke)} (${(eas.revoke / withdraw).toFixed(2)}x)`,
      goal: "<= 26,000",
      met: withdraw <= 26_000,
    },
    { figure: "submit of a record, 66 bytes", measured: thousands(record), against: `EAS attestation in a batch: ${thousands(eas.attestation)}` },
    { figure: "submit of a withdrawal, 34 bytes", measured: thousands(withdrawal) },
    { figure: "deployment, once for each chain", measured: thousands(deployment) },
    { figure: "anvil and EDR: gas, events, state, refusals, code", measured: same ? "the same" : "DIFFER", goal: "the same", met: same },
  ]);
  console.log(`
  Anchor and timestamp are the largest of ${ROUNDS}. An anchor replaces the root before and demands a larger size; a timestamp keeps each root for ever.
  A decision in a batch costs its share of one anchor: it lies in the register's log, and on the chain is the root. An attestation is itself stored
  on the chain (32 bytes of data, no recipient), at the price of that, and can be read by other contracts. Withdraw stores nothing; revoke does.`);
  if (!same) console.error("anvil", revm, "\nEDR", edr);
});

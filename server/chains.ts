/** The setting "chain": which chains a register anchors on, the embedded one among them. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import type { ChainSetting } from "../ledger/chain-follower.ts";
import { EMBEDDED_CHAIN_ID, findAnvil, startEmbeddedChain } from "../ledger/embedded-chain.ts";
import type { EmbeddedChain } from "../ledger/embedded-chain.ts";
import { jsonRpc } from "../ledger/json-rpc.ts";
import { readOrMakeSeed } from "../ledger/keys.ts";
import { lockFile } from "../ledger/store.ts";
import { ConfigError } from "./config.ts";
import type { Config } from "./config.ts";

export interface Chains {
  settings: ChainSetting[];
  /** Null where there is none, and then `missing` may say why. */
  embedded: EmbeddedChain | null;
  missing: string | null;
}

/** Milliseconds for an answer of a node. */
const TIMEOUT = 15_000;
/** Milliseconds between looks at a chain, at most. */
const POLL = 15_000;
/** Seconds between anchors where the setting does not say. */
const INTERVAL = { embedded: 60, others: 3600 };
/** What the register's address gets on its own chain: enough for ever. */
const MONEY = `0x${(10n ** 24n).toString(16)}`;

/** Reads the setting, and starts the embedded chain where it names it. Throws {@link ConfigError}. */
export async function openChains(config: Config, warn: (message: string, cause: unknown) => void): Promise<Chains> {
  const items = config.chain === "none" ? [] : config.chain.split(",").map((item) => item.trim());
  const others = items.filter((item) => item !== "embedded").map((item) => readChain(item, config));
  const chains: Chains = { settings: others, embedded: null, missing: null };
  if (!items.includes("embedded")) return chains;
  const program = findAnvil();
  if (program === undefined)
    return { ...chains, missing: `There is no embedded chain for ${process.platform} on ${process.arch}: the register runs without one.` };
  try {
    const unlock = lockFile(
      join(config.data, "chain.lock"),
      () => new ConfigError(`The chain of ${config.data} runs alone, with a process of its own: name it with the setting "chain", or stop it.`),
    );
    const started = await startEmbeddedChain({ folder: config.data, program, warn });
    const embedded = { ...started, close: () => started.close().finally(unlock) };
    return { ...chains, embedded, settings: [...others, embeddedSetting(embedded, config)] };
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    warn("the register runs without its embedded chain", error);
    return { ...chains, missing: (error as Error).message };
  }
}

/** How the register anchors on its own chain: with a key of its own, money from nowhere, and a contract that it deploys itself. */
function embeddedSetting(embedded: EmbeddedChain, config: Config): ChainSetting {
  const rpc = jsonRpc({ url: () => embedded.url(), timeout: TIMEOUT });
  return {
    ...clock(config, INTERVAL.embedded),
    url: () => embedded.url(),
    chainId: EMBEDDED_CHAIN_ID,
    key: readOrMakeSeed(join(config.data, "chain.key")),
    confirmations: 1,
    independent: false,
    deploy: true,
    prepare: async (register) => void (await rpc("anvil_setBalance", `0x${register}`, MONEY)),
  };
}

/** Runs the embedded chain of a folder alone. Throws {@link ConfigError} where there is no program for it. */
export async function runEmbeddedChain(config: Config, port: number): Promise<{ url: string; setting: string; close(): Promise<void> }> {
  const program = findAnvil();
  if (program === undefined) throw new ConfigError(`There is no embedded chain for ${process.platform} on ${process.arch}.`);
  mkdirSync(config.data, { recursive: true });
  const unlock = lockFile(join(config.data, "chain.lock"), () => new ConfigError(`The chain of ${config.data} runs already.`));
  const embedded = await startEmbeddedChain({ folder: config.data, program, port, warn: (message) => console.error(message) });
  const { openChain } = await import("../ledger/chain.ts");
  const { url, chainId, key, confirmations, prepare } = embeddedSetting(embedded, config);
  const chain = openChain({ rpc: jsonRpc({ url, timeout: TIMEOUT }), chainId, key, deploy: true });
  await prepare!(chain.register);
  await chain.check();
  return {
    url: embedded.url(),
    setting: `${embedded.url()} ${chainId} ${join(config.data, "chain.key")} ${confirmations}`,
    async close() {
      await embedded.close();
      unlock();
    },
  };
}

function clock(config: Config, usual: number): Pick<ChainSetting, "interval" | "poll" | "patience" | "timeout"> {
  const interval = config["anchor-interval"] ?? usual;
  return { interval, poll: Math.min(POLL, 250 * interval), patience: Math.max(2, Math.min(180, interval)), timeout: TIMEOUT };
}

function readChain(item: string, config: Config): ChainSetting {
  const [url = "", chainId = "", file = "", confirmations = "", ...rest] = item.split(/\s+/);
  const wrong = !/^https?:\/\//.test(url) || !/^[1-9][0-9]{0,14}$/.test(chainId) || file === "" || !/^[1-9][0-9]{0,5}$/.test(confirmations) || rest.length > 0;
  // The address may hold a key of the node's operator: it is not shown.
  if (wrong)
    throw new ConfigError(
      'The setting "chain" has an item that cannot be read; each is "embedded", or an address that begins with http:// or https://, the chain\'s id, a file with the register\'s private key, and a number of confirmations, with spaces between. "none" stands alone.',
    );
  return {
    ...clock(config, INTERVAL.others),
    url: () => url,
    chainId: Number(chainId),
    key: readKey(file),
    confirmations: Number(confirmations),
    independent: Number(chainId) !== EMBEDDED_CHAIN_ID,
  };
}

function readKey(file: string): Uint8Array {
  try {
    const key = fromHex(readFileSync(file, "utf8").trim().replace(/^0x/, ""), 32);
    if (/^0+$/.test(toHex(key))) throw new Error("it is zero");
    return key;
  } catch (error) {
    throw new ConfigError(
      `The setting "chain" names the key file ${file}, which cannot be read: ${(error as Error).message} It holds 64 hexadecimal digits, such as \`openssl rand -hex 32\` writes.`,
    );
  }
}

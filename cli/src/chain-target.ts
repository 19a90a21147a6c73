/** Which contract, on which chain, by which node: from the options, from what the register says of itself, or from what it said before. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fromUtf8 } from "@freehold/protocol/bytes";
import { EXIT, Failure } from "./exit.ts";
import { openRemote, registerUrl } from "./remote.ts";

/** A chain of a register, as /.well-known/freehold.json names it. Nothing of it is verified. */
export interface RegisterChain {
  chainId: number;
  /** Addresses, 40 hexadecimal digits. */
  contract: string;
  register: string;
  confirmations: number;
  /** Of a public node, where the register names one. */
  rpc?: string;
}

export interface ChainOptions {
  rpc?: string;
  contract?: string;
  registerAddress?: string;
  chainId?: number;
  /** Seconds to wait for a block. */
  wait: number;
}

export interface Target {
  chainId: number;
  contract: string;
  register: string;
  rpc: string;
  /** Undefined where only options said what the target is. */
  confirmations: number | undefined;
  /** Where it was learnt: from the options, the register, or what was remembered of it. */
  source: "options" | "register" | "remembered";
}

const MAX_DISCOVERY = 1_048_576;
/** Milliseconds: the register may be down, which is why one comes here. */
const TIMEOUT = 5000;
/** Where the contract is on every chain to which it was deployed in the usual way (spec/anchor.md, "Its address"). */
const USUAL_CONTRACT = "e8fdca9b9dfdac68862e01e9a9742bb4c1cc88f9";

/**
 * Settles the target. `register` is the register's web address, or its address on the chain. Throws {@link Failure} (2) where something is
 * not known, with what to say.
 */
export async function findTarget(register: string, options: ChainOptions): Promise<Target> {
  const address = addressIn(register);
  const wanted = { contract: options.contract, register: options.registerAddress ?? address, chainId: options.chainId };
  const rpc = options.rpc ?? (process.env["FREEHOLD_RPC"] || undefined);
  if (wanted.register !== undefined && wanted.chainId !== undefined && rpc !== undefined)
    return {
      chainId: wanted.chainId,
      contract: wanted.contract ?? USUAL_CONTRACT,
      register: wanted.register,
      rpc: nodeUrl(rpc),
      confirmations: undefined,
      source: "options",
    };
  const known = address === undefined ? await chainsOf(registerUrl(register)) : { chains: [], source: "options" as const };
  const fitting = known.chains.filter((chain) => wanted.chainId === undefined || chain.chainId === wanted.chainId);
  const chain = fitting[0];
  if (fitting.length > 1) throw usage(`The register is on the chains ${fitting.map(({ chainId }) => chainId).join(", ")}: say which with --chain-id.`);
  if (chain === undefined && known.chains.length > 0)
    throw usage(`The register is not on chain ${wanted.chainId}; it is on ${known.chains.map(({ chainId }) => chainId).join(", ")}.`);
  const chainId = wanted.chainId ?? chain?.chainId;
  const registerAddress = wanted.register ?? chain?.register;
  const node = rpc ?? chain?.rpc;
  const missing = [
    ...(node === undefined ? ["the chain's node (--rpc URL or FREEHOLD_RPC)"] : []),
    ...(registerAddress === undefined ? ["the register's address on the chain (--register-address ADDRESS)"] : []),
    ...(chainId === undefined ? ["the chain (--chain-id NUMBER)"] : []),
  ];
  if (node === undefined || registerAddress === undefined || chainId === undefined)
    throw usage(
      `${known.source === "options" || known.chains.length > 0 ? "" : `${register} does not say on which chain it is, or cannot be reached, and nothing is remembered of it. `}Not known: ${missing.join(", ")}.`,
    );
  const contract = wanted.contract ?? chain?.contract ?? USUAL_CONTRACT;
  return { chainId, contract, register: registerAddress, rpc: nodeUrl(node), confirmations: chain?.confirmations, source: known.source };
}

/** The chains that a register's discovery document names; what is none is left out. */
export function parseChains(said: unknown): RegisterChain[] {
  return (Array.isArray(said) ? said : []).flatMap((value: unknown) => {
    const { chainId, contract, register, confirmations, rpc } = (value ?? {}) as { [member: string]: unknown };
    const isWhole = (number: unknown): number is number => Number.isSafeInteger(number) && (number as number) >= 1;
    const isAddress = (text: unknown): text is string => typeof text === "string" && /^[0-9a-f]{40}$/.test(text);
    if (!isWhole(chainId) || !isWhole(confirmations) || !isAddress(contract) || !isAddress(register)) return [];
    return [{ chainId, contract, register, confirmations, ...(typeof rpc === "string" && /^https?:/.test(rpc) && URL.canParse(rpc) ? { rpc } : {}) }];
  });
}

/** Keeps a register's chains for a day on which it is down. That it cannot be kept is no failure. */
export function rememberChains(url: string, chains: readonly RegisterChain[]): void {
  if (chains.length === 0) return;
  const file = fileOf(url);
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, `${JSON.stringify({ url, chain: chains }, null, 2)}\n`);
    renameSync(draft, file);
  } catch {
    // It is a cache.
  }
}

/** Lower-case, without 0x; undefined for anything else. */
function addressIn(text: string): string | undefined {
  const address = text.toLowerCase().replace(/^0x/, "");
  return /^[0-9a-f]{40}$/.test(address) ? address : undefined;
}

async function chainsOf(url: string): Promise<{ chains: RegisterChain[]; source: "register" | "remembered" }> {
  const remote = openRemote({ connections: 1 });
  try {
    const { status, body } = await remote.ask(`${url}/.well-known/freehold.json`, { max: MAX_DISCOVERY, timeout: TIMEOUT });
    const chains = status === 200 ? parseChains((JSON.parse(fromUtf8(body)) as { chain?: unknown } | null)?.chain) : [];
    rememberChains(url, chains);
    if (chains.length > 0) return { chains, source: "register" };
  } catch {
    // Down, or no register any more: what it said before may do.
  } finally {
    remote.close();
  }
  return { chains: remembered(url), source: "remembered" };
}

function remembered(url: string): RegisterChain[] {
  try {
    const kept = JSON.parse(readFileSync(fileOf(url), "utf8")) as { url?: unknown; chain?: unknown };
    return kept.url === url ? parseChains(kept.chain) : []; // two addresses may share a name
  } catch {
    return [];
  }
}

function fileOf(url: string): string {
  const xdg = process.env["XDG_CACHE_HOME"] ?? "";
  const cache = isAbsolute(xdg) ? xdg : join(homedir(), ".cache"); // a relative one is to be ignored (XDG Base Directory)
  return join(cache, "freehold", "registers", `${url.replace(/^https?:\/\//, "").replace(/[^\p{L}\p{N}.-]/gu, "_")}.json`);
}

function nodeUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw usage("What was given as the chain's node is no web address: it must be one such as http://localhost:8545.");
}

function usage(message: string): Failure {
  return new Failure(EXIT.usage, "argument_invalid", message);
}

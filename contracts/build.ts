/** Compiles the contract and writes abi.ts: `node contracts/build.ts`. The same source gives the same bytes, whatever machine and folder. */
import { readFileSync, writeFileSync } from "node:fs";
import { format } from "oxfmt";
import solc from "solc";
import { getCreate2Address, keccak256, zeroHash } from "viem";
import type { Hex } from "viem";

/** The proxy that is at this address on nearly every chain, and deploys what it is sent by CREATE2. */
const PROXY = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
const SALT = zeroHash;

const SETTINGS = {
  optimizer: { enabled: true, runs: 1_000_000 },
  viaIR: true,
  // The oldest rules for which the compiler writes the code that it writes for the newest (Osaka): so nothing newer is asked of a chain. Before
  // Shanghai there is no PUSH0.
  evmVersion: "shanghai",
  // Nothing but code, so that the address depends neither on paths nor on comments.
  metadata: { appendCBOR: false, bytecodeHash: "none" },
  outputSelection: { "src/Freehold.sol": { Freehold: ["abi", "evm.bytecode.object"] } },
};

interface Output {
  errors?: { formattedMessage: string }[];
  contracts?: { "src/Freehold.sol": { Freehold: { abi: unknown; evm: { bytecode: { object: string } } } } };
}

/** The text of abi.ts. */
export async function abiFile(): Promise<string> {
  const source = (name: string) => ({ content: readFileSync(new URL(name, import.meta.url), "utf8") });
  const input = {
    language: "Solidity",
    sources: { "src/Freehold.sol": source("src/Freehold.sol"), "src/IFreehold.sol": source("src/IFreehold.sol") },
    settings: SETTINGS,
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)) as string) as Output;
  if (errors.length > 0 || contracts === undefined) throw new Error(errors.map((error) => error.formattedMessage).join("\n"));
  const { abi, evm } = contracts["src/Freehold.sol"].Freehold;
  const creationCode: Hex = `0x${evm.bytecode.object}`;
  const address = getCreate2Address({ from: PROXY, salt: SALT, bytecodeHash: keccak256(creationCode) }).toLowerCase();
  const text = `/** Written by contracts/build.ts from contracts/src. Do not edit. */

/** For viem, which reads its types from it. */
export const freeholdAbi = ${JSON.stringify(abi)} as const;

/** Where the contract is on every chain to which it has been deployed with what follows. */
export const freeholdAddress = "${address}";

/** The code that deploys the contract: it takes no arguments. */
export const freeholdCreationCode = "${creationCode}";

/** With the proxy and this salt, CREATE2 gives the address above (EIP-1014). The proxy is sent salt and code, as one. */
export const freeholdSalt = "${SALT}";

export const deploymentProxy = "${PROXY}";
`;
  const options = JSON.parse(readFileSync(new URL("../.oxfmtrc.json", import.meta.url), "utf8")) as { printWidth: number };
  return (await format("abi.ts", text, { printWidth: options.printWidth })).code;
}

if (import.meta.main) writeFileSync(new URL("abi.ts", import.meta.url), await abiFile());

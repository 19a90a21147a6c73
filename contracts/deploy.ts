import { concat, parseEther } from "viem";
import type { Account, Chain, Client, Hex, Transport } from "viem";
import { getCode, sendRawTransaction, sendTransaction, waitForTransactionReceipt } from "viem/actions";
import { deploymentProxy, freeholdAddress, freeholdCreationCode, freeholdSalt } from "./abi.ts";

/**
 * The transaction that creates the deployment proxy on a chain that has none yet. Nobody has its key: the signature was chosen and the sender
 * computed from it, so it can only ever do this. Source: github.com/Arachnid/deterministic-deployment-proxy.
 */
const PROXY_SENDER = "0x3fab184622dc19b6109349b94811493bf2a45362";
const PROXY_TRANSACTION =
  "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222";

/**
 * Deploys the contract to its one address (spec/anchor.md), where it is not there yet; the account pays. Where the proxy is missing too, it is
 * sent 0.01 of the chain's coin for its own transaction, which is older than EIP-155: a node must accept such.
 *
 * @returns the gas of the deployment, or undefined if the contract was there.
 * @example
 * await deploy(createWalletClient({ account, chain: anvil, transport: http() }));
 */
export async function deploy(client: Client<Transport, Chain, Account>): Promise<bigint | undefined> {
  const has = async (address: Hex) => (await getCode(client, { address })) !== undefined;
  const done = async (hash: Hex) => {
    const receipt = await waitForTransactionReceipt(client, { hash });
    if (receipt.status !== "success") throw new Error(`Transaction ${hash} of the deployment failed.`);
    return receipt.gasUsed;
  };
  if (await has(freeholdAddress)) return undefined;
  if (!(await has(deploymentProxy))) {
    await done(await sendTransaction(client, { to: PROXY_SENDER, value: parseEther("0.01") }));
    await done(await sendRawTransaction(client, { serializedTransaction: PROXY_TRANSACTION }));
  }
  const gas = await done(await sendTransaction(client, { to: deploymentProxy, data: concat([freeholdSalt, freeholdCreationCode]) }));
  if (!(await has(freeholdAddress))) throw new Error(`The deployment left no contract at ${freeholdAddress}.`);
  return gas;
}

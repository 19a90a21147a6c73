import { expect, test } from "vitest";
import { concat, toHex } from "@freehold/protocol/bytes";
import { withdrawnTopic } from "@freehold/protocol/event";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { decisionOn, marketing, openDesk, serveSite } from "../../test/desk-kit.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { chainSource } from "./chain.ts";
import { createMemoryStore } from "./store-memory.ts";

const CONTRACT = "e8fdca9b9dfdac68862e01e9a9742bb4c1cc88f9";

/** A node: blocks with the secrets that they open. It answers as a real one does, and remembers what it was asked. */
function createNode() {
  const blocks: Uint8Array[][] = [[]];
  const asked: [from: number, to: number][] = [];
  const node = { chainId: 31337, blocks, asked, isDown: false };
  const event = (secret: Uint8Array) => ({
    address: `0x${CONTRACT}`,
    topics: [`0x${toHex(withdrawnTopic)}`, `0x${toHex(concat(new Uint8Array(12), bytesOf("any register").slice(0, 20)))}`],
    data: `0x${toHex(secret)}`,
    removed: false,
  });
  const fetch = async (_: string, init?: RequestInit): Promise<Response> => {
    if (node.isDown) throw new TypeError("fetch failed");
    const { method, params } = JSON.parse(init!.body as string) as { method: string; params: [{ fromBlock: string; toBlock: string; address: string }] };
    const number = (value: number) => Response.json({ jsonrpc: "2.0", id: 1, result: `0x${value.toString(16)}` });
    if (method === "eth_chainId") return number(node.chainId);
    if (method === "eth_blockNumber") return number(node.blocks.length - 1);
    const [{ fromBlock, toBlock, address }] = params;
    asked.push([Number(fromBlock), Number(toBlock)]);
    expect(address).toBe(`0x${CONTRACT}`);
    return Response.json({ jsonrpc: "2.0", id: 1, result: node.blocks.slice(Number(fromBlock), Number(toBlock) + 1).flatMap((secrets) => secrets.map(event)) });
  };
  return Object.assign(node, { fetch });
}

async function withChain(confirmations = 2) {
  const site = serveSite();
  const entry = site.record("hers");
  site.publish(0);
  const node = createNode();
  const store = createMemoryStore();
  const options = {
    store,
    rpc: { url: "https://node.example/key", chainId: 31337, contract: CONTRACT, confirmations },
    fetch: (url: string, init?: RequestInit) => (url.startsWith("https://node.example") ? node.fetch(url, init) : site.fetch(url)),
  };
  const desk = await openDesk(site, options);
  await desk.bindSubject({ subject: "she", kid: "kid-of-her" });
  await desk.refresh();
  const reason = () => desk.check({ subject: "she", ...marketing }).reason;
  return { site, entry, node, store, options, desk, reason };
}

test("withdrawn on a chain: not allowed after the next look, with the register down", async () => {
  const { desk, entry, node, site, reason } = await withChain();
  await desk.addDecision({ decision: decisionOn(entry), evidence: "" });
  expect(reason()).toBe("allowed");
  const told: unknown[] = [];
  desk.on("withdrawn", (about) => told.push(about));
  site.replace.set("/log/status/0", undefined);
  node.blocks.push([bytesOf("somebody's secret"), entry.secret]);
  await expect(desk.refresh()).rejects.toMatchObject({ code: "unavailable" });
  expect(reason()).toBe("ended");
  expect(told).toMatchObject([{ subject: "she", by: "chain" }]);
});

test("a withdrawal that comes before its decision holds, also after a new start", async () => {
  const { desk, entry, node, site, options } = await withChain();
  node.blocks.push([entry.secret]);
  await desk.refresh();
  await desk.close();
  const again = await openDesk(site, options);
  await again.addDecision({ decision: decisionOn(entry), evidence: "" });
  expect(again.check({ subject: "she", ...marketing }).reason).toBe("ended");
});

test("blocks that may still be reorganised are read again, older ones are not", async () => {
  const { desk, entry, node, reason } = await withChain(2);
  await desk.addDecision({ decision: decisionOn(entry), evidence: "" });
  for (let i = 0; i < 10; i++) node.blocks.push([]);
  await desk.refresh();
  node.asked.length = 0;
  node.blocks[9] = [entry.secret]; // another block took its place
  await desk.refresh();
  expect(node.asked).toEqual([[9, 10]]);
  expect(reason()).toBe("ended");
});

test("of a long chain a thousand blocks at a time; a shorter one is read anew", async () => {
  const { desk, node, entry, reason } = await withChain();
  await desk.addDecision({ decision: decisionOn(entry), evidence: "" });
  node.blocks.push(...Array.from({ length: 2500 }, () => []));
  node.asked.length = 0;
  await desk.refresh();
  expect(node.asked).toEqual([
    [0, 999],
    [1000, 1999],
    [2000, 2500],
  ]);
  node.blocks.splice(1, 2500, [entry.secret]);
  await desk.refresh();
  expect(reason()).toBe("ended");
});

test("the node of another chain, one that is down, and one that answers nonsense change nothing", async () => {
  const { desk, node, entry, reason } = await withChain();
  await desk.addDecision({ decision: decisionOn(entry), evidence: "" });
  node.chainId = 1;
  await expect(desk.refresh()).rejects.toMatchObject({ code: "chain_mismatch" });
  node.chainId = 31337;
  node.isDown = true;
  await expect(desk.refresh()).rejects.toMatchObject({ code: "unavailable", message: "node.example does not answer." });
  node.isDown = false;
  node.blocks.push([bytesOf("garbage").slice(0, 5)]);
  await desk.refresh();
  expect(reason()).toBe("allowed");
});

test("the contract comes from the setting or from the policy", () => {
  const { policyText } = serveSite().register;
  const anchors = [{ chainId: 7, confirmations: 3, contract: CONTRACT, register: "aa".repeat(20) }];
  const policy = parseTrustPolicy(JSON.stringify({ ...(JSON.parse(policyText) as object), anchors }));
  expect(chainSource({ url: "https://node.example", chainId: 7 }, policy, fetch)).toMatchObject({ contract: CONTRACT, confirmations: 3, from: 0 });
  expect(() => chainSource({ url: "https://node.example", chainId: 8 }, policy, fetch)).toThrow(expect.objectContaining({ code: "argument_invalid" }));
});

import { afterEach, expect, test } from "vitest";
import { verifyAnchor } from "@freehold/protocol/anchor";
import type { AnchorState } from "@freehold/protocol/anchor";
import { toHex } from "@freehold/protocol/bytes";
import { lockOf } from "@freehold/protocol/lock";
import { freeholdAddress } from "../contracts/abi.ts";
import { callContract, endChains, mine, startAnvil, startMeddler } from "../test/anvil.ts";
import type { Anvil } from "../test/anvil.ts";
import { openAnchoring } from "./anchoring.ts";
import type { Anchoring } from "./anchoring.ts";
import type { ChainSetting } from "./chain-follower.ts";
import { bytesOf, openTestLog, recordOf, secretOf, withdrawalOf } from "./testkit.ts";
import type { TestLog } from "./testkit.ts";

const opened: (TestLog | Anchoring)[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await ("remove" in one ? one.remove() : one.close());
  endChains();
});

const KEY = bytesOf("the register's key");
const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;

interface Anchored extends TestLog {
  chain: Anvil;
  anchoring: Anchoring;
  warnings: string[];
  /** The clock, in seconds. */
  clock: { now: number };
  register: `0x${string}`;
  /** Logs an entry and publishes. */
  grow(label?: string): Promise<number>;
  /** Looks at the chain after so many seconds. */
  look(seconds?: number): Promise<void>;
  /** What a verifier with this chain at hand finds of an entry. */
  verify(index: number): Promise<AnchorState>;
}

let labels = 0;

/** A log that anchors on a real chain; it looks there only when told to. */
async function openAnchored(setting: Partial<ChainSetting> = {}, { chain, on }: { chain?: Anvil; on?: TestLog } = {}): Promise<Anchored> {
  chain ??= await startAnvil();
  const { rpc, url } = chain;
  const base = on ?? (await openTestLog());
  if (on === undefined) opened.push(base);
  const warnings: string[] = [];
  const clock = { now: 1_800_000_000 };
  const prepare = async (register: string) => void (await rpc("anvil_setBalance", `0x${register}`, "0xde0b6b3a7640000"));
  const usual: ChainSetting = {
    url: () => url,
    chainId: 31_337,
    key: KEY,
    confirmations: 1,
    independent: false,
    interval: 60,
    poll: 2 ** 30,
    patience: 120,
    timeout: 1000,
    deploy: true,
    prepare,
    ...setting,
  };
  const anchoring = openAnchoring({ store: base.store, log: base.log, chains: [usual], warn: (message) => warnings.push(message), now: () => clock.now });
  opened.push(anchoring);
  await anchoring.look();
  const made: Anchored = {
    ...base,
    chain,
    anchoring,
    warnings,
    clock,
    register: `0x${anchoring.chains()[0]!.register}`,
    async grow(label = `entry ${labels++}`) {
      const { index } = await base.log.submit(recordOf(label));
      await base.log.publish();
      return index;
    },
    async look(seconds = 0) {
      clock.now += seconds;
      await anchoring.look();
      // What was sent is in a block a moment later, unless the test has stopped that.
      for (let i = 0; i < 20 && ((await rpc("txpool_status")) as { pending: string }).pending !== "0x0"; i++)
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async verify(index) {
      const anchor = await anchoring.anchorOf(index);
      const block = (await rpc("eth_getBlockByNumber", `0x${anchor.block.toString(16)}`, false)) as { hash: string } | null;
      const head = Number(await rpc("eth_blockNumber"));
      const blocks = (_chain: number, number: number, confirmations: number) => (head - number + 1 >= confirmations ? block?.hash.slice(2) : undefined);
      return verifyAnchor({ anchor, checkpoint: base.log.published!, index, anchors: anchoring.trusted, blocks });
    },
  };
  return made;
}

const states = ({ anchoring }: Anchored) => anchoring.anchors(100).map(({ size, state }) => [size, state]);

test("an anchor is confirmed after its confirmations, and proved to whoever sees the chain, for receipts older and newer than it", async () => {
  const all = await openAnchored({ confirmations: 3 });
  const first = await all.grow();
  await all.look();
  const { size } = all.log.published!;
  await all.look();
  expect(all.anchoring.anchors(9)).toMatchObject([{ size, state: "included", confirmations: 1 }]);
  await expect(all.anchoring.anchorOf(first)).rejects.toMatchObject({ code: "anchor_unknown" });
  await mine(all.chain.rpc, 2);
  await all.look();
  expect(all.anchoring.anchors(9)).toMatchObject([{ size, state: "confirmed", confirmations: 3, cost: expect.stringMatching(/^[1-9]\d+$/) as string }]);
  expect(await all.verify(first)).toMatchObject({ state: "proved", confirmations: 3 });
  const older = { size: all.log.published!.size, root: all.log.published!.root };
  const second = await all.grow();
  expect(await all.verify(first)).toMatchObject({ state: "proved" });
  await expect(all.anchoring.anchorOf(second)).rejects.toMatchObject({ code: "anchor_unknown" });
  // An anchor that is newer than the receipt's checkpoint.
  await all.look(60);
  await mine(all.chain.rpc, 2);
  await all.look();
  const newer = { ...(await all.anchoring.anchorOf(second)), path: (await all.log.consistency(older.size, all.log.published!.size)).map(toHex) };
  expect(verifyAnchor({ anchor: newer, checkpoint: older, index: first, anchors: all.anchoring.trusted })).toMatchObject({ state: "claimed" });
  await expect(all.anchoring.anchorOf(99)).rejects.toMatchObject({ code: "index_unknown" });
  expect(all.warnings).toEqual([]);
});

test("it anchors once in an interval, and only what has grown", async () => {
  const all = await openAnchored();
  await all.grow();
  await all.look();
  await all.look();
  await all.grow();
  await all.look(59);
  await all.look();
  expect(states(all)).toHaveLength(1);
  await all.look(1);
  await all.look(600);
  await all.look(600);
  expect(states(all).map(([, state]) => state)).toEqual(["confirmed", "confirmed"]);
});

test.each([1, 2, 3, 5, 8, 13, 20])("a reorganisation of %i blocks is noticed, and the anchor made again", async (depth) => {
  const all = await openAnchored({ confirmations: Math.min(depth, 3) });
  await all.grow();
  await all.look();
  await all.look();
  await mine(all.chain.rpc, 25);
  await all.look();
  const index = await all.grow();
  await all.look(60);
  await mine(all.chain.rpc, depth - 1);
  await all.look();
  const before = await all.anchoring.anchorOf(index);
  await all.chain.rpc("anvil_reorg", depth, []);
  await all.look(300);
  for (let i = 0; i < 4; i++) {
    await mine(all.chain.rpc);
    await all.look(300);
  }
  const anchor = await all.anchoring.anchorOf(index);
  expect(anchor.event!.header).not.toBe(before.event!.header);
  expect(await all.verify(index)).toMatchObject({ state: "proved" });
  expect(() => verifyAnchor({ anchor: before, checkpoint: all.log.published!, index, anchors: all.anchoring.trusted, blocks: () => "00".repeat(32) })).toThrow(
    expect.objectContaining({ code: "anchor_mismatch" }),
  );
});

test("a chain that was rolled back, or begins anew, is anchored on again", async () => {
  const chain = await startAnvil();
  let node = chain;
  const prepare = async (register: string) => void (await node.rpc("anvil_setBalance", `0x${register}`, "0xde0b6b3a7640000"));
  const all = await openAnchored({ url: () => node.url, prepare }, { chain });
  const index = await all.grow();
  await all.look();
  await all.look();
  expect(await all.verify(index)).toMatchObject({ state: "proved" });
  await all.chain.rpc("anvil_rollback", 1);
  await all.look();
  await all.look();
  expect(await all.verify(index)).toMatchObject({ state: "proved" });
  // Another chain behind the same address: not even the contract is there.
  const anew = await startAnvil();
  node = anew;
  for (let i = 0; i < 3; i++) await all.look();
  expect(states(all)).toEqual([[all.log.published!.size, "confirmed"]]);
  const { blockHash } = all.anchoring.anchors(1)[0]!;
  expect(await anew.rpc("eth_getBlockByHash", `0x${blockHash}`, false)).not.toBeNull();
});

test("a transaction that the node has dropped is sent again, and one that is stuck is replaced with higher fees and the newest tree", async () => {
  const all = await openAnchored();
  const { rpc } = all.chain;
  await rpc("evm_setAutomine", false);
  await all.grow();
  await all.look();
  const [sent] = all.anchoring.anchors(1);
  expect(sent).toMatchObject({ state: "sent" });
  await rpc("anvil_dropTransaction", `0x${sent!.tx}`);
  await all.look(30);
  expect(all.anchoring.anchors(1)).toEqual([sent]);
  await all.look(60);
  const [again] = all.anchoring.anchors(1);
  expect(again).toMatchObject({ state: "sent", size: sent!.size });
  expect(again!.tx).not.toBe(sent!.tx);

  const index = await all.grow();
  await all.look(119);
  expect(states(all)).toEqual([[sent!.size, "sent"]]);
  const before = all.store.chains.anchors({ limit: 1 })[0]!;
  await all.look(1);
  const after = all.store.chains.anchors({ limit: 1 })[0]!;
  expect(states(all)).toEqual([
    [all.log.published!.size, "sent"],
    [sent!.size, "replaced"],
  ]);
  expect(after.nonce).toBe(before.nonce);
  expect(Number(after.maxFee)).toBeGreaterThanOrEqual(1.1 * Number(before.maxFee));
  expect(Number(after.tip)).toBeGreaterThanOrEqual(1.1 * Number(before.tip));
  await mine(rpc);
  await all.look();
  expect(states(all)).toEqual([
    [all.log.published!.size, "confirmed"],
    [sent!.size, "replaced"],
  ]);
  expect(await all.verify(index)).toMatchObject({ state: "proved" });
});

test("a node that is down for hours costs anchors, and nothing else", async () => {
  const chain = await startAnvil();
  const node = await startMeddler(chain);
  const all = await openAnchored({ url: () => node.url, timeout: 200 }, { chain });
  for (const meddle of ["close", "hang"] as const) {
    node.meddle = meddle;
    const looking = all.look(3600);
    const index = await all.grow();
    expect(all.log.published!.size).toBeGreaterThan(index);
    await looking;
    expect(all.anchoring.chains()[0]!.trouble).toMatch(/gave no answer/);
  }
  expect(all.warnings).toHaveLength(2);
  node.meddle = null;
  await all.look();
  await all.look();
  expect(all.anchoring.chains()[0]!.trouble).toBeNull();
  expect(await all.verify(0)).toMatchObject({ state: "proved" });
});

test("a node of another chain is sent nothing and believed nothing", async () => {
  const chain = await startAnvil();
  const node = await startMeddler(chain);
  const asked: string[] = [];
  node.meddle = (method, _params, forward) => (asked.push(method), method === "eth_chainId" ? "0x1" : forward());
  const all = await openAnchored({ url: () => node.url }, { chain });
  await all.grow();
  await all.look();
  expect(new Set(asked)).toEqual(new Set(["eth_chainId"]));
  expect(all.anchoring.chains()[0]!.trouble).toMatch(/serves chain 1, and chain 31337 is wanted/);
});

test("answers of any kind from a node change nothing that is logged", async () => {
  const chain = await startAnvil();
  const node = await startMeddler(chain);
  const all = await openAnchored({ url: () => node.url, timeout: 200 }, { chain });
  await all.grow();
  const { size } = all.log;
  const junk: unknown[] = [
    null,
    0,
    "",
    "0x",
    "0xzz",
    `0x${"ff".repeat(40)}`,
    [],
    {},
    [null],
    [{}],
    "x".repeat(1000),
    { hash: 1 },
    { hash: `0x${"00".repeat(32)}` },
  ];
  const methods = [
    "eth_chainId",
    "eth_getCode",
    "eth_blockNumber",
    "eth_getBlockByNumber",
    "eth_getLogs",
    "eth_call",
    "eth_getTransactionCount",
    "eth_estimateGas",
    "eth_maxPriorityFeePerGas",
    "eth_sendRawTransaction",
  ];
  for (const method of methods) {
    for (const answer of junk) {
      node.meddle = (asked, _params, forward) => (asked === method ? answer : forward());
      await all.look(600);
    }
  }
  node.meddle = null;
  expect(all.log.size).toBe(size);
  await all.grow();
  await all.look(600);
  await all.look(600);
  await all.look(600);
  expect(await all.verify(0)).toMatchObject({ state: "proved" });
});

test("receipts and headers that do not hash to the block make no proof", async () => {
  const chain = await startAnvil();
  const node = await startMeddler(chain);
  node.meddle = async (method, _params, forward) => {
    const answer = await forward();
    return method === "eth_getBlockReceipts" ? (answer as object[]).map((receipt) => ({ ...receipt, cumulativeGasUsed: "0x1" })) : answer;
  };
  const all = await openAnchored({ url: () => node.url }, { chain });
  const index = await all.grow();
  await all.look();
  await all.look();
  expect((await all.anchoring.anchorOf(index)).event).toBeUndefined();
  expect(await all.verify(index)).toMatchObject({ state: "claimed" });
  expect(all.warnings).toContainEqual(expect.stringMatching(/without a proof/));
});

test("logs that a node invents are junk: what opens no lock and decodes to no entry changes nothing", async () => {
  const chain = await startAnvil();
  const node = await startMeddler(chain);
  const all = await openAnchored({ url: () => node.url }, { chain });
  const index = await all.grow("person");
  const size = all.log.size;
  const word = (label: string) => toHex(bytesOf(label));
  const at = { address: freeholdAddress, blockHash: `0x${word("block")}`, transactionHash: `0x${word("tx")}`, transactionIndex: "0x0", logIndex: "0x0" };
  const topics = {
    anchored: "0cd48d2f0de2b26babeaa563bc19f67e7b14bb998edeaabe4592e8b4472dda6b",
    withdrawn: "6ecbc70c26b02b821204839571ea973742fdc445dbfd00b71c513370f5d458ad",
    submitted: "f6a230e3eb4c67694320ea6f456f09de9bbce3f1c6ac39fcb7f91d19ad95c14c",
  };
  const who = `0x${all.register.slice(2).padStart(64, "0")}`;
  node.meddle = async (method, params, forward) => {
    if (method !== "eth_getLogs") return forward();
    const [{ fromBlock: blockNumber }] = params as [{ fromBlock: string }];
    return [
      ...Array.from({ length: 100 }, (_, i) => ({ ...at, blockNumber, topics: [`0x${topics.withdrawn}`, who], data: `0x${word(`junk ${i}`)}` })),
      { ...at, blockNumber, topics: [`0x${topics.submitted}`, who], data: `0x${"20".padStart(64, "0")}${"2".padStart(64, "0")}${"01".padEnd(64, "0")}` },
      { ...at, blockNumber, topics: [], data: "0x" },
      { ...at, blockNumber, topics: [`0x${topics.anchored}`, who], data: `0x${"1".padStart(64, "0")}${word("a root")}` },
      { ...at, blockNumber, removed: true, topics: [`0x${topics.withdrawn}`, who], data: `0x${toHex(secretOf("person"))}` },
      null,
      7,
    ];
  };
  await mine(chain.rpc);
  await all.look();
  expect(all.log.size).toBe(size);
  expect(all.log.lock(lockOf(secretOf("person")))).toEqual({ records: [index], withdrawal: null });
  expect(all.anchoring.chains()[0]).toMatchObject({ trouble: null, alarm: null });
});

test("a stolen key stops the anchors, is told to the operator, and nothing else", async () => {
  const all = await openAnchored();
  const first = await all.grow();
  await all.look();
  await all.look();
  await callContract(all.chain.rpc, ["anchor", 2n ** 64n - 1n, hex(bytesOf("any"))], KEY);
  await all.look();
  expect(all.anchoring.chains()[0]!.alarm).toMatch(/size 18446744073709551615.*Somebody else has the key/);
  expect(all.warnings).toEqual([all.anchoring.chains()[0]!.alarm]);
  const index = await all.grow();
  await all.look(600);
  expect(all.anchoring.chains()[0]!.trouble).toBeNull();
  expect(await all.verify(first)).toMatchObject({ state: "proved" });
  await expect(all.anchoring.anchorOf(index)).rejects.toMatchObject({ code: "anchor_unknown" });

  // Another key: both addresses are in the trust policy, and anchors are made again.
  await all.anchoring.close();
  const again = await openAnchored({ key: bytesOf("another key") }, { chain: all.chain, on: all });
  await again.look(600);
  await again.look();
  expect(again.anchoring.trusted.map(({ register }) => `0x${register}`)).toEqual([all.register, again.register]);
  expect(await again.verify(index)).toMatchObject({ state: "proved" });
});

test("a foreign anchor below the log's size is told as well, after a restart too, and the register goes on above it", async () => {
  const all = await openAnchored();
  for (let i = 0; i < 3; i++) await all.grow();
  await all.look();
  await all.look();
  await all.grow();
  await callContract(all.chain.rpc, ["anchor", BigInt(all.log.published!.size) - 1n, hex(bytesOf("any"))], KEY);
  await all.look();
  expect(all.anchoring.chains()[0]!.alarm).not.toBeNull();
  await all.look(600);
  await all.look();
  expect(states(all)[0]).toEqual([all.log.published!.size, "confirmed"]);
  await all.anchoring.close();
  const again = await openAnchored({}, { chain: all.chain, on: all });
  expect(again.anchoring.chains()[0]!.alarm).not.toBeNull();
});

test("what others publish on the chain is logged once it is confirmed; junk is passed over", async () => {
  const all = await openAnchored({ confirmations: 2 });
  const { rpc } = all.chain;
  const other = `0x${"11".repeat(20)}`;
  const index = await all.grow("person");
  await callContract(rpc, ["withdraw", all.register, hex(bytesOf("opens nothing"))]);
  await callContract(rpc, ["withdraw", other, hex(secretOf("person"))]);
  await callContract(rpc, ["submit", all.register, hex(recordOf("submitted"))]);
  await callContract(rpc, ["submit", other, hex(recordOf("for another register"))]);
  await callContract(rpc, ["submit", all.register, hex(withdrawalOf("submitted"))]);
  await all.look();
  expect(all.log.lock(lockOf(secretOf("submitted"))).withdrawal).toBeNull();
  await mine(rpc);
  await all.look();
  expect(all.log.lock(lockOf(secretOf("person")))).toMatchObject({ records: [index], withdrawal: expect.any(Number) as number });
  expect(all.log.find(recordOf("submitted"))).toBeGreaterThan(0);
  expect(all.log.lock(lockOf(secretOf("submitted"))).withdrawal).toBe(all.log.find(recordOf("submitted")) + 1);
  expect(all.log.find(recordOf("for another register"))).toBe(-1);
  const { size } = all.log;
  await all.look();
  expect(all.log.size).toBe(size);
});

test("a withdrawal that comes before its record is logged in the record's batch, after a restart too", async () => {
  const all = await openAnchored();
  await callContract(all.chain.rpc, ["withdraw", all.register, hex(secretOf("early"))]);
  await all.look();
  expect(all.log.size).toBeLessThanOrEqual(1);
  await all.anchoring.close();
  const reopened = await all.reopen();
  opened.push(reopened);
  const answers = await reopened.log.submitAll([recordOf("before"), recordOf("early"), recordOf("after"), recordOf("again", "early")]);
  const [, early, after, again] = answers as { index: number }[];
  expect(reopened.log.lock(lockOf(secretOf("early")))).toEqual({ records: [early!.index, again!.index], withdrawal: early!.index + 1 });
  expect(after!.index).toBe(early!.index + 2);
  expect(reopened.store.chains.rememberedSecret(lockOf(secretOf("early")))).toBeUndefined();
});

test("an anchor that this folder has forgotten is found on the chain", async () => {
  const all = await openAnchored();
  const index = await all.grow();
  await all.look();
  await all.look();
  await all.anchoring.close();
  for (const anchor of all.store.chains.anchors()) all.store.chains.putAnchor({ ...anchor, state: "lost" });
  all.store.chains.putCursor(1, -1, null);
  const again = await openAnchored({}, { chain: all.chain, on: all });
  expect(await again.verify(index)).toMatchObject({ state: "proved" });
});

test("a proof is made in a block of many transactions too", async () => {
  const all = await openAnchored();
  const { rpc } = all.chain;
  await rpc("evm_setAutomine", false);
  const index = await all.grow();
  const [from] = (await rpc("eth_accounts")) as string[];
  for (let i = 0; i < 140; i++)
    await rpc("eth_sendTransaction", {
      from,
      to: from,
      value: "0x1",
      gas: "0x5208",
      maxPriorityFeePerGas: `0x${(2e9 + (i % 2) * -1.5e9).toString(16)}`,
      maxFeePerGas: "0x2540be400",
    });
  await all.look();
  await mine(rpc);
  await all.look();
  const anchor = await all.anchoring.anchorOf(index);
  expect(anchor.event!.proof.length).toBeGreaterThan(1);
  expect(await all.verify(index)).toMatchObject({ state: "proved" });
});

test("a node that gives few blocks at once is asked for few", async () => {
  const chain = await startAnvil();
  await mine(chain.rpc, 300);
  const node = await startMeddler(chain);
  node.meddle = (method, params, forward) => {
    const [range] = params as [{ fromBlock: string; toBlock: string }];
    if (method === "eth_getLogs" && Number(range.toBlock) - Number(range.fromBlock) >= 50) throw new Error("block range too large");
    return forward();
  };
  const all = await openAnchored({ url: () => node.url }, { chain });
  expect(all.warnings).toEqual([]);
  const index = await all.grow("person");
  await callContract(chain.rpc, ["withdraw", all.register, hex(secretOf("person"))]);
  await all.look();
  expect(all.log.lock(lockOf(secretOf("person")))).toMatchObject({ records: [index], withdrawal: index + 2 });
});

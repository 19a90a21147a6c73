/** What a chain knows of a register, held against the log: its anchors, and the events that it must have logged (spec/anchor.md, spec/entry.md). */
import { equal, toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { anchoredTopic, eventLogFromRpc, parseAnchored, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "@freehold/protocol/event";
import type { EventLog } from "@freehold/protocol/event";
import { lockOf } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { eventsBetween, hexOf, openNode, quantity } from "../chain.ts";
import type { Rpc } from "../chain.ts";
import { EXIT, Failure } from "../exit.ts";
import type { Findings } from "./disagreement.ts";
import { createKeySet } from "./key-set.ts";
import type { KeySet } from "./key-set.ts";

interface AnchorSeen {
  size: number;
  root: Uint8Array;
  block: number;
  register: string;
}

/** An event that the register must log: a withdrawal by the number of its lock, a record by its leaf hash. */
interface Duty {
  block: number;
  sought: Uint8Array;
}

/** The confirmed events of a chain, and what the replay finds of them in the log. */
export interface ChainSeen {
  chainId: number;
  /** Of the node. */
  host: string;
  /** The last block that has its confirmations. */
  to: number;
  /** The earliest first. */
  anchors: AnchorSeen[];
  withdrawals: Duty[];
  submissions: Duty[];
  /** Events that came too lately to be a breach, or before the register's first anchor, when it need not have looked. */
  excused: number;
}

/** What the replay is to look for: the roots at some sizes, the records with some locks, the entries with some leaf hashes. */
export interface Watch {
  roots: Map<number, Uint8Array | undefined>;
  locks: KeySet;
  leaves: KeySet;
  /** By number in `locks` and `leaves`: the index of the first such entry. */
  recordOf: Map<number, number>;
  indexOf: Map<number, number>;
}

/** Seconds after its confirmation within which an event need not be in the log: a register looks at a chain now and then. */
const GRACE = 600;

/**
 * Reads the confirmed events of the policy's registers on the chain that the node serves. Do so before the checkpoint is fetched: a register
 * anchors what it has published. Throws {@link Failure}: 69 where the node does not answer, 65 where the policy names no register on its chain.
 */
export async function readChain(url: string, policy: TrustPolicy): Promise<ChainSeen> {
  const node = openNode(url);
  try {
    const chainId = quantity(await node.rpc("eth_chainId"), "eth_chainId");
    const trusted = policy.anchors.filter((anchor) => anchor.chainId === chainId);
    if (trusted.length === 0)
      throw new Failure(EXIT.badData, "chain_mismatch", `The node at ${node.host} serves chain ${chainId}; the trust policy names no register there.`);
    const head = quantity(await node.rpc("eth_blockNumber"), "eth_blockNumber");
    const seen: ChainSeen = { chainId, host: node.host, to: -1, anchors: [], withdrawals: [], submissions: [], excused: 0 };
    for (const contract of new Set(trusted.map((anchor) => anchor.contract))) {
      const registers = new Set(trusted.filter((anchor) => anchor.contract === contract).map((anchor) => anchor.register));
      const confirmations = Math.max(...trusted.filter((anchor) => anchor.contract === contract).map((anchor) => anchor.confirmations));
      await readContract(node.rpc, { contract, registers, confirmations, to: head - confirmations + 1 }, seen);
    }
    return seen;
  } finally {
    node.close();
  }
}

/** What the replay must look for. */
export function watchFor(seen: ChainSeen): Watch {
  const watch: Watch = { roots: new Map(), locks: createKeySet(), leaves: createKeySet(), recordOf: new Map(), indexOf: new Map() };
  for (const { size } of seen.anchors) watch.roots.set(size, undefined);
  for (const { sought } of seen.withdrawals) watch.locks.add(sought);
  for (const { sought } of seen.submissions) watch.leaves.add(sought);
  return watch;
}

/** Holds the log of this size against the chain. `opened`: the locks that its withdrawals open. `isWhole`: whether every entry could be read. */
export function compareWithChain(
  { chainId, anchors, withdrawals, submissions }: ChainSeen,
  watch: Watch,
  { size, opened, isWhole }: { size: number; opened: KeySet; isWhole: boolean },
  findings: Findings,
): void {
  for (const anchor of anchors) {
    const where = `Register ${anchor.register} anchored ${anchor.size} entries with the root ${toHex(anchor.root)} in block ${anchor.block} of chain ${chainId}`;
    const root = watch.roots.get(anchor.size);
    if (anchor.size > size) findings.add("anchor_beyond_log", null, `${where}; the published log has ${size}.`);
    else if (root !== undefined && !equal(root, anchor.root))
      findings.add(
        "anchor_mismatch",
        null,
        `${where}; the log has the root ${toHex(root)} there. It is another history, or somebody else has the register's key: keep the event and the checkpoint.`,
      );
  }
  if (!isWhole) return; // what is missing may be in what could not be read
  for (const { block, sought } of withdrawals) {
    const record = watch.recordOf.get(watch.locks.find(sought, 0));
    if (record !== undefined && opened.find(sought, 0) < 0)
      findings.add(
        "withdrawal_not_logged",
        record,
        `Block ${block} of chain ${chainId} withdraws the record at index ${record} (lock ${toHex(sought)}); no withdrawal of it is in the log.`,
      );
  }
  for (const { block, sought } of submissions)
    if (!watch.indexOf.has(watch.leaves.find(sought, 0)))
      findings.add(
        "submission_not_logged",
        null,
        `Block ${block} of chain ${chainId} submits the entry with the leaf hash ${toHex(sought)}; it is not in the log.`,
      );
}

async function readContract(
  rpc: Rpc,
  { contract, registers, confirmations, to }: { contract: string; registers: ReadonlySet<string>; confirmations: number; to: number },
  seen: ChainSeen,
): Promise<void> {
  seen.to = Math.max(seen.to, to);
  const logs = await eventsBetween(rpc, { contract, topics: [anchoredTopic, withdrawnTopic, submittedTopic], from: 0, to });
  const events = logs.flatMap((log) => readEvent(log, contract, registers) ?? []).filter(({ block }) => block <= to);
  const anchors = events.flatMap((event) => (event.kind === "anchored" ? event : []));
  const duties = events.flatMap((event) => (event.kind === "anchored" ? [] : event));
  seen.anchors.push(...anchors);
  if (duties.length === 0) return;
  const since = Math.min(...anchors.map(({ block }) => block), Number.MAX_SAFE_INTEGER);
  const until = (await firstBlockAfter(rpc, Date.now() / 1000 - GRACE, to + confirmations - 1)) - confirmations;
  for (const { kind, ...duty } of duties) {
    if (duty.block < since || duty.block > until) seen.excused++;
    else (kind === "withdrawn" ? seen.withdrawals : seen.submissions).push(duty);
  }
}

type Event = ({ kind: "anchored" } & AnchorSeen) | ({ kind: "withdrawn" | "submitted" } & Duty);

/** What an event says to these registers; undefined for what says nothing. A `Withdrawn` counts beside any register's address (spec/lock.md). */
function readEvent(log: unknown, contract: string, registers: ReadonlySet<string>): Event | undefined {
  try {
    const event: EventLog = eventLogFromRpc(log);
    const block = quantity((log as { blockNumber?: unknown }).blockNumber, "eth_getLogs");
    if (toHex(event.address) !== contract) return undefined;
    const topic = event.topics[0] ?? new Uint8Array();
    if (equal(topic, withdrawnTopic)) return { kind: "withdrawn", block, sought: lockOf(parseWithdrawn(event).secret) };
    if (equal(topic, anchoredTopic)) {
      const { register, size, root } = parseAnchored(event);
      return registers.has(register) ? { kind: "anchored", register, size, root, block } : undefined;
    }
    const submitted = parseSubmitted(event);
    if (!registers.has(submitted.register)) return undefined;
    const entry = decodeEntry(submitted.entry);
    if (entry.kind === "withdrawal") return { kind: "withdrawn", block, sought: lockOf(entry.secret) };
    return entry.kind === "record" ? { kind: "submitted", block, sought: leafHash(submitted.entry) } : undefined;
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return undefined;
  }
}

/** The first block with a time above this one; that after `head` where there is none. Times only grow along a chain. */
async function firstBlockAfter(rpc: Rpc, time: number, head: number): Promise<number> {
  let [low, high] = [0, head + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const block = (await rpc("eth_getBlockByNumber", hexOf(middle), false)) as { timestamp?: unknown } | null;
    if (quantity(block?.timestamp, "eth_getBlockByNumber") > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

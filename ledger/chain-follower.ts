/**
 * Follows one chain: writes the published checkpoint there, follows it until it is confirmed, and takes from there what others have published for the log.
 *
 * What is an anchor is read from the contract's events, not from memory: whatever was sent, replaced, dropped, reorganised away or made
 * by a process that was killed, an anchor is where its event stands.
 */
import { parseAnchor, verifyAnchor } from "@freehold/protocol/anchor";
import type { Anchor } from "@freehold/protocol/anchor";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { rootFromTiles } from "@freehold/protocol/tile";
import type { AnchorAddress, AnchorStatus, StoredAnchor } from "./anchor-store.ts";
import { CONTRACT, openChain } from "./chain.ts";
import type { Chain, ChainEvent, Fees } from "./chain.ts";
import { RpcRefusal, jsonRpc } from "./json-rpc.ts";
import type { Log } from "./log.ts";
import type { Store } from "./store.ts";

export interface ChainSetting {
  /** The node's address; asked for anew at each call. */
  url: () => string;
  chainId: number;
  /** The private key of the register's address, 32 bytes. */
  key: Uint8Array;
  /** How many blocks an event has from it to the head, itself included, before it counts. */
  confirmations: number;
  /** Whether the chain is run by others: only then an anchor is worth something to third parties. */
  independent: boolean;
  /** Seconds between anchors, as long as the log grows. */
  interval: number;
  /** Milliseconds between looks at the chain. */
  poll: number;
  /** Seconds after which a transaction that is in no block is replaced by one with higher fees. */
  patience: number;
  /** Milliseconds for an answer of the node. */
  timeout: number;
  /** Deploy the contract where it is missing. */
  deploy?: boolean;
  /** Called before the first look, and before one that follows a failure: for the embedded chain's money. */
  prepare?: (register: string) => Promise<void>;
}

/** What is known of a chain, for the operator and for everybody. */
export interface ChainState {
  chainId: number;
  contract: string;
  register: string;
  confirmations: number;
  independent: boolean;
  /** The newest block that was seen, and when (seconds since 1970); null before the first answer. */
  head: number | null;
  seen: number | null;
  /** The size of the last confirmed anchor; 0 before the first. */
  anchored: number;
  /** Why the chain is not followed at the moment. */
  trouble: string | null;
  /** What the operator must look at: the register's key is used by somebody else. */
  alarm: string | null;
}

export interface FollowerParts {
  store: Store;
  log: Log;
  warn: (message: string, cause: unknown) => void;
  now: () => number;
}

export interface Follower {
  state(): ChainState;
  address: AnchorAddress;
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Blocks whose events are asked for at once; fewer where the node refuses so many. */
const SPAN = 2000;
/** Blocks that are read again where the chain has changed below what was confirmed. */
const REWIND = 128;
const SUBMITTED_AT_ONCE = 1000;
/** How often a proof is tried. */
const MAX_TRIES = 5;
/** The longest pause after failures, in milliseconds. */
const MAX_PAUSE = 300_000;
/** Follows one chain for ever: one look after another, with a longer pause after each that fails. */
export function followChain(setting: ChainSetting, { store, log, warn, now }: FollowerParts): Follower {
  const { chainId, confirmations, independent, interval, patience } = setting;
  const closing = new AbortController();
  const rpc = jsonRpc({ url: setting.url, timeout: setting.timeout, closing: closing.signal });
  const chain: Chain = openChain({ rpc, chainId, key: setting.key, deploy: setting.deploy === true });
  const { register } = chain;
  const address = store.chains.putAddress({ chainId, contract: CONTRACT, register, confirmations, block: -1 });
  let cursor = { block: address.block, hash: address.blockHash };
  let span = SPAN;
  let head: number | null = null;
  let seen: number | null = null;
  let trouble: string | null = null;
  let alarm: string | null = null;
  /** By size: how often the proof of a confirmed anchor could not be made from what the node tells. */
  const unproved = new Map<number, number>();

  const anchors = (state?: AnchorStatus, limit?: number) => store.chains.anchors({ address: address.id, ...(state && { state }), ...(limit && { limit }) });
  const rootAt = (size: number) => rootFromTiles({ size, readTile: (tile) => log.tile(tile)! });
  const isOurs = async (size: number | bigint, root: string) => size > 0 && size <= (log.published?.size ?? 0) && toHex(await rootAt(Number(size))) === root;
  const setCursor = (block: number, hash: string | null) => {
    cursor = { block, hash };
    store.chains.putCursor(address.id, block, hash);
  };
  const raise = (what: string) => {
    if (alarm !== null) return;
    alarm = `${what} Somebody else has the key of the register's address ${register} on chain ${chainId}, or this folder is older than what was anchored. Nothing else is affected; give the register another key for its chain (setting "chain").`;
    warn(alarm, undefined);
  };

  /** One look: what is new on the chain, then what is to be sent. */
  const lookOnce = async () => {
    if (seen === null || trouble !== null) await setting.prepare?.(register);
    await chain.check();
    head = await chain.head();
    seen = now();
    // A register's address is told to nobody before it is used.
    if (cursor.block < 0 && independent) setCursor(Math.max(-1, head - confirmations - REWIND), null);
    await rewindIfReorganised(head);
    await readEvents(head);
    await proveConfirmed();
    if (trouble !== null) {
      warn(`chain ${chainId} is followed again`, undefined);
      trouble = null;
    }
    await anchorIfDue();
  };

  /** Where the chain is another one than it was below the confirmed blocks, reads again from before. */
  const rewindIfReorganised = async (to: number) => {
    let gone = 0;
    for (;;) {
      const [anchor] = anchors("confirmed", 1);
      if (anchor === undefined || (anchor.block! <= to && (await chain.blockHash(anchor.block!)) === anchor.blockHash)) break;
      gone++;
      store.chains.putAnchor({ ...anchor, state: "lost", block: null, blockHash: null, event: null });
    }
    if (gone > 0)
      warn(
        `confirmed blocks of chain ${chainId} are gone, and with them ${gone} confirmed ${gone === 1 ? "anchor" : "anchors"}; the log is anchored again`,
        undefined,
      );
    if (cursor.block < 0 || (cursor.block <= to && (cursor.hash === null || (await chain.blockHash(cursor.block)) === cursor.hash))) return;
    setCursor(Math.max(-1, Math.min(cursor.block, to) - REWIND - 2 * confirmations), null);
  };

  const readEvents = async (to: number) => {
    const confirmed = to - confirmations + 1;
    const registers = store.chains
      .addresses()
      .filter((one) => one.chainId === chainId && one.contract === CONTRACT)
      .map((one) => one.register);
    /** Sizes of our anchors that stand somewhere. */
    const standing = new Set<number>();
    for (let last = cursor.block; last < confirmed;) {
      const end = Math.min(last + span, confirmed);
      let events: ChainEvent[];
      try {
        events = await chain.events({ from: last + 1, to: end, registers });
      } catch (error) {
        // Too many blocks or events for this node?
        if (!(error instanceof RpcRefusal) || span === 1) throw error;
        span = Math.ceil(span / 8);
        continue;
      }
      const hash = (await chain.blockHash(end)) ?? null;
      await takeEntries(events);
      for (const event of events) if (event.kind === "anchored") await takeAnchor(event, "confirmed", standing);
      setCursor(end, hash);
      last = end;
      span = Math.min(SPAN, 2 * span);
    }
    if (confirmed < to) {
      const events = await chain.events({ from: Math.max(0, confirmed + 1), to, registers });
      for (const event of events) if (event.kind === "anchored") await takeAnchor(event, "included", standing);
    }
    for (const anchor of anchors("included")) {
      if (!standing.has(anchor.size)) store.chains.putAnchor({ ...anchor, state: "sent", block: null, blockHash: null });
    }
  };

  const takeAnchor = async (event: ChainEvent & { kind: "anchored" }, state: "included" | "confirmed", standing: Set<number>) => {
    if (event.register !== register) return;
    const { size, block, blockHash, tx } = event;
    const root = toHex(event.root);
    const known = store.chains.anchor(address.id, size);
    if (!(await isOurs(size, root))) {
      if (state !== "confirmed" || !(await stands(event, { size, root }))) return;
      raise(`An anchor of size ${size} that this register did not make is on the chain.`);
      store.chains.putAnchor({ ...blank, address: address.id, size, root, state: "foreign", tx, sent: now(), block, blockHash });
      return;
    }
    standing.add(size);
    if (known?.state === state && known.blockHash === blockHash) return;
    store.chains.putAnchor({ ...blank, sent: now(), ...known, address: address.id, size, root, state, tx, block, blockHash, event: null });
  };

  /** Whether the block holds the event, as far as its hashes show. */
  const stands = async (event: ChainEvent, anchored: { size: number; root: string }): Promise<boolean> => {
    try {
      await chain.prove(event, anchored);
      return true;
    } catch (error) {
      if (isAway(error)) throw error;
      return false;
    }
  };

  /** Logs what the events hold. The secrets are remembered first, so that no record with their lock slips in between. */
  const takeEntries = async (events: readonly ChainEvent[]) => {
    const entries = events.flatMap((event) =>
      event.kind === "withdrawn" ? encodeEntry({ kind: "withdrawal", secret: event.secret }) : event.kind === "submitted" ? event.entry : [],
    );
    for (let at = 0; at < entries.length; at += SUBMITTED_AT_ONCE) {
      const some = entries.slice(at, at + SUBMITTED_AT_ONCE);
      const secrets = some.map((entry) => (isWithdrawal(entry) ? entry.subarray(2) : undefined));
      store.transaction(() => {
        for (const secret of secrets) if (secret !== undefined) store.chains.rememberSecret(lockOf(secret), secret);
      });
      const answers = await log.submitAll(some);
      store.transaction(() => {
        for (const [i, secret] of secrets.entries())
          if (secret !== undefined && !(answers[i] instanceof FreeholdError)) store.chains.forgetSecret(lockOf(secret));
      });
      const failed = answers.find((answer) => answer instanceof FreeholdError && answer.code === "unavailable");
      if (failed !== undefined) throw failed as FreeholdError;
    }
  };

  /** Keeps the proof of each confirmed anchor, so that it can be served when the chain cannot be asked. One that does not hold is not kept. */
  const proveConfirmed = async () => {
    for (const anchor of anchors("confirmed", 8)) {
      const { size, root, blockHash, tx } = anchor;
      const failed = unproved.get(size) ?? 0;
      if (anchor.event !== null || failed === MAX_TRIES) continue;
      try {
        const { event, gas, cost } = await chain.prove({ blockHash: blockHash!, tx: tx! }, { size, root });
        const made = { ...anchor, event: JSON.stringify(event), gas, cost };
        const trusted = { chainId, contract: CONTRACT, register, confirmations };
        const checkpoint = { size, root: fromHex(root) };
        verifyAnchor({ anchor: anchorFrom(made, address, []), checkpoint, index: 0, anchors: [trusted], blocks: () => blockHash! });
        store.chains.putAnchor(made);
      } catch (error) {
        if (isAway(error)) throw error;
        unproved.set(size, failed + 1);
        if (failed === 0) warn(`the anchor of size ${size} on chain ${chainId} is served without a proof of its event`, error);
      }
    }
  };

  const anchorIfDue = async () => {
    const { published } = log;
    if (published === null || log.refusal?.code === "rolled_back") return;
    const latest = await chain.latest();
    if (latest.size > 0n && !(await isOurs(latest.size, latest.root)))
      raise(`The contract's last anchor of this register has size ${latest.size}, and is none of this log.`);
    if (latest.size >= BigInt(published.size)) return;
    const nonce = await chain.nonce();
    const [waiting] = anchors("sent");
    let above: Fees | undefined;
    if (waiting !== undefined && waiting.nonce !== null && waiting.nonce >= nonce) {
      const age = now() - waiting.sent;
      const isDropped = waiting.tx === null || !(await chain.knows(waiting.tx));
      if (age < (isDropped ? Math.min(patience, interval) : patience)) return;
      if (waiting.nonce === nonce && waiting.maxFee !== null && waiting.tip !== null) above = { maxFee: BigInt(waiting.maxFee), tip: BigInt(waiting.tip) };
    } else {
      const last = Math.max(0, ...[...anchors("included", 1), ...anchors("confirmed", 1)].map(({ sent }) => sent));
      if (now() - last < interval) return;
    }
    const { size, root } = published;
    const { tx, raw, fees } = await chain.sign({ size, root, nonce, above });
    if (fees.maxFee === above?.maxFee) return; // it has cost enough
    store.transaction(() => {
      for (const old of anchors("sent")) store.chains.putAnchor({ ...old, state: "replaced" });
      store.chains.putAnchor({
        ...blank,
        address: address.id,
        size,
        root: toHex(root),
        state: "sent",
        tx,
        nonce,
        maxFee: String(fees.maxFee),
        tip: String(fees.tip),
        sent: now(),
      });
    });
    await chain.send(raw);
  };

  let looking: Promise<void> | null = null;
  let failures = 0;
  const look = (): Promise<void> =>
    (looking ??= lookOnce().then(
      () => void ((failures = 0), (looking = null)),
      (error: unknown) => {
        looking = null;
        failures++;
        if (closing.signal.aborted) return;
        const message = error instanceof FreeholdError ? error.message : "Something went wrong.";
        if (trouble !== message) warn(`chain ${chainId} is not followed at the moment`, error);
        trouble = message;
      },
    ));
  let timer: NodeJS.Timeout;
  const again = () => {
    timer = setTimeout(
      () => void look().then(() => closing.signal.aborted || again()),
      failures === 0 ? setting.poll : Math.min(MAX_PAUSE, setting.poll * 2 ** Math.min(failures, 12)),
    );
    timer.unref();
  };
  for (const { size } of anchors("foreign", 1)) raise(`An anchor of size ${size} that this register did not make is on the chain.`);
  void look().then(() => closing.signal.aborted || again());

  return {
    address,
    state: () => ({
      chainId,
      contract: CONTRACT,
      register,
      confirmations,
      independent,
      head,
      seen,
      anchored: anchors("confirmed", 1)[0]?.size ?? 0,
      trouble,
      alarm,
    }),
    look,
    async close() {
      closing.abort();
      clearTimeout(timer);
      await looking;
    },
  };
}

const blank = { tx: null, nonce: null, maxFee: null, tip: null, block: null, blockHash: null, gas: null, cost: null, event: null };

/** Whether no answer came at all: later one may. */
function isAway(error: unknown): boolean {
  return error instanceof FreeholdError && error.code === "unavailable" && !(error instanceof RpcRefusal);
}

function isWithdrawal(entry: Uint8Array): boolean {
  return entry.length === 34 && entry[0] === 1 && entry[1] === 2;
}

/** The anchor of a stored one that stands in a block (spec/anchor.md), with the path to a checkpoint. */
export function anchorFrom({ block, root, size, event }: StoredAnchor, { chainId, contract, register }: AnchorAddress, path: readonly string[]): Anchor {
  return parseAnchor({ block, chainId, contract, ...(event !== null && { event: JSON.parse(event) as unknown }), path, register, root, size });
}

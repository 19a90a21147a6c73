/**
 * Anchoring on several chains, each on a clock of its own. Nothing waits for it: a chain that is down costs its anchors, and no submission.
 */
import type { Anchor, TrustedAnchor } from "@freehold/protocol/anchor";
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { AnchorStatus, StoredAnchor } from "./anchor-store.ts";
import { anchorFrom, followChain } from "./chain-follower.ts";
import type { ChainSetting, ChainState, FollowerParts } from "./chain-follower.ts";
import type { Log } from "./log.ts";
import type { Store } from "./store.ts";

export interface ListedAnchor {
  chainId: number;
  contract: string;
  register: string;
  size: number;
  root: string;
  state: AnchorStatus;
  tx: string | null;
  block: number | null;
  blockHash: string | null;
  confirmations: number;
  gas: number | null;
  cost: string | null;
  sent: number;
}

export interface Anchoring {
  /** What a trust policy lists: the addresses of today and those of before. */
  readonly trusted: readonly TrustedAnchor[];
  chains(): ChainState[];
  /** The newest first. */
  anchors(limit: number): ListedAnchor[];
  /** The anchor that covers an entry, joined to the checkpoint of `size` (by default the published one). Throws `anchor_unknown`, `index_unknown`. */
  anchorOf(index: number, size?: number): Promise<Anchor>;
  /** Looks at all chains now; for tests and for the operator who does not want to wait. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** A trust policy has room for so many. */
const MAX_TRUSTED = 16;

export function openAnchoring({
  store,
  log,
  chains,
  warn = () => {},
  now = () => Math.floor(Date.now() / 1000),
}: { store: Store; log: Log; chains: readonly ChainSetting[] } & Partial<FollowerParts>): Anchoring {
  const parts = { store, log, warn, now };
  const followers = chains.map((setting) => followChain(setting, parts));
  const addresses = new Map(store.chains.addresses().map((address) => [address.id, address]));
  const listed = (anchor: StoredAnchor): ListedAnchor => {
    const { chainId, contract, register } = addresses.get(anchor.address)!;
    const { size, root, state, tx, block, blockHash, gas, cost, sent } = anchor;
    const head = followers.find(({ address }) => address.chainId === chainId)?.state().head ?? null;
    return {
      chainId,
      contract,
      register,
      size,
      root,
      state,
      tx,
      block,
      blockHash,
      confirmations: block === null || head === null ? 0 : Math.max(0, head - block + 1),
      gas,
      cost,
      sent,
    };
  };
  /** Chains of others first: an anchor on one's own proves nothing. */
  const preferred = () => {
    const own = new Set(followers.filter((one) => !one.state().independent).map(({ address }) => address.chainId));
    return [...addresses.values()].sort((a, b) => Number(own.has(a.chainId)) - Number(own.has(b.chainId)) || b.id - a.id);
  };

  return {
    trusted: [...addresses.values()]
      .slice(-MAX_TRUSTED)
      .map(({ chainId, confirmations, contract, register }) => ({ chainId, confirmations, contract, register })),
    chains: () => followers.map((follower) => follower.state()),
    anchors: (limit) => store.chains.anchors({ limit }).map(listed),
    async anchorOf(index, size = log.published?.size ?? 0) {
      if (!(index < size && size <= (log.published?.size ?? 0)))
        throw new FreeholdError("index_unknown", `There is no published checkpoint of size ${size} that holds the entry ${index}.`);
      for (const address of preferred()) {
        const found = store.chains.anchorOver(address.id, index);
        if (found !== undefined) return anchorFrom(found, address, await pathBetween(log, found.size, size));
      }
      throw new FreeholdError("anchor_unknown", `No confirmed anchor holds the entry ${index}. The next one may.`);
    },
    look: async () => void (await Promise.all(followers.map((follower) => follower.look()))),
    close: async () => void (await Promise.all(followers.map((follower) => follower.close()))),
  };
}

async function pathBetween(log: Log, a: number, b: number): Promise<string[]> {
  return a === b ? [] : (await log.consistency(Math.min(a, b), Math.max(a, b))).map(toHex);
}

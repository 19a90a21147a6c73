/** What the register knows of its chains, in its store: its addresses, how far events are read, its anchors, and secrets that open no lock yet. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** An address from which the register anchors, or once did, and how far the contract's events have been read for it. */
export interface AnchorAddress {
  id: number;
  chainId: number;
  /** 40 hexadecimal digits, as `register`. */
  contract: string;
  register: string;
  confirmations: number;
  /** The last block whose events are confirmed and taken; its hash, or null where it is not known. */
  block: number;
  blockHash: string | null;
}

/**
 * `sent`: in no block yet. `included`: in a block with too few confirmations. `confirmed`: with enough. `replaced`: another one was
 * sent in its place. `lost`: its block is gone, or its transaction came to nothing. `foreign`: somebody else made it with the register's key.
 */
export type AnchorStatus = "sent" | "included" | "confirmed" | "replaced" | "lost" | "foreign";

export interface StoredAnchor {
  /** Of its {@link AnchorAddress}. */
  address: number;
  size: number;
  /** 64 hexadecimal digits, as `tx` and `blockHash`. */
  root: string;
  state: AnchorStatus;
  tx: string | null;
  nonce: number | null;
  /** Wei for a unit of gas, in decimal. */
  maxFee: string | null;
  tip: string | null;
  /** Seconds since 1970. */
  sent: number;
  block: number | null;
  blockHash: string | null;
  /** Gas that the transaction used. */
  gas: number | null;
  /** Wei that it cost, in decimal. */
  cost: string | null;
  /** The member `event` of its anchor (spec/anchor.md) as JSON. */
  event: string | null;
}

export interface AnchorStore {
  addresses(): AnchorAddress[];
  /** Adds an address, or renews its confirmations. A new one begins to read where the last one for this contract is, or else after `block`. */
  putAddress(address: Pick<AnchorAddress, "chainId" | "contract" | "register" | "confirmations" | "block">): AnchorAddress;
  putCursor(id: number, block: number, blockHash: string | null): void;
  /** Newest first; of all addresses, or of one, or of those in a state. */
  anchors(of?: { address?: number; state?: AnchorStatus; limit?: number }): StoredAnchor[];
  /** The smallest confirmed anchor of an address that holds the entry. */
  anchorOver(address: number, index: number): StoredAnchor | undefined;
  anchor(address: number, size: number): StoredAnchor | undefined;
  putAnchor(anchor: StoredAnchor): void;
  /** Secrets that a chain has shown, and that no record in the log was locked with. */
  rememberSecret(lock: Uint8Array, secret: Uint8Array): void;
  forgetSecret(lock: Uint8Array): void;
  rememberedSecret(lock: Uint8Array): Uint8Array | undefined;
}

const ADDRESS = "id, chain_id AS chainId, contract, register, confirmations, block, block_hash AS blockHash";
const ANCHOR = "address, size, root, state, tx, nonce, max_fee AS maxFee, tip, sent, block, block_hash AS blockHash, gas, cost, event";

export function anchorStoreOver(db: DatabaseSync): AnchorStore {
  const sql = (text: string) => db.prepare(text);
  const rows = <T>(text: string, ...values: SQLInputValue[]) =>
    sql(text)
      .all(...values)
      .map((row) => ({ ...row }) as T);
  const getSecret = sql("SELECT secret FROM remembered_secret WHERE lock = ?");
  /** Asked for each record that is logged: mostly there is nothing to look up. */
  let remembers: boolean | undefined;

  return {
    addresses: () => rows(`SELECT ${ADDRESS} FROM anchor_address ORDER BY id`),
    putAddress({ chainId, contract, register, confirmations, block }) {
      const [before] = rows<AnchorAddress>(`SELECT ${ADDRESS} FROM anchor_address WHERE chain_id = ? AND contract = ? ORDER BY block DESC`, chainId, contract);
      sql(
        `INSERT INTO anchor_address (chain_id, contract, register, confirmations, block, block_hash) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (chain_id, contract, register) DO UPDATE SET confirmations = excluded.confirmations`,
      ).run(chainId, contract, register, confirmations, before?.block ?? block, before?.blockHash ?? null);
      return rows<AnchorAddress>(`SELECT ${ADDRESS} FROM anchor_address WHERE chain_id = ? AND contract = ? AND register = ?`, chainId, contract, register)[0]!;
    },
    putCursor: (id, block, blockHash) => void sql("UPDATE anchor_address SET block = ?, block_hash = ? WHERE id = ?").run(block, blockHash, id),
    anchors: ({ address, state, limit = -1 } = {}) =>
      rows(
        `SELECT ${ANCHOR} FROM anchor WHERE (?1 IS NULL OR address = ?1) AND (?2 IS NULL OR state = ?2) ORDER BY size DESC, address LIMIT ?3`,
        address ?? null,
        state ?? null,
        limit,
      ),
    anchorOver: (address, index) =>
      rows<StoredAnchor>(`SELECT ${ANCHOR} FROM anchor WHERE address = ? AND state = 'confirmed' AND size > ? ORDER BY size LIMIT 1`, address, index)[0],
    anchor: (address, size) => rows<StoredAnchor>(`SELECT ${ANCHOR} FROM anchor WHERE address = ? AND size = ?`, address, size)[0],
    putAnchor({ address, size, root, state, tx, nonce, maxFee, tip, sent, block, blockHash, gas, cost, event }) {
      sql(
        "INSERT OR REPLACE INTO anchor (address, size, root, state, tx, nonce, max_fee, tip, sent, block, block_hash, gas, cost, event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ).run(address, size, root, state, tx, nonce, maxFee, tip, sent, block, blockHash, gas, cost, event);
    },
    rememberSecret(lock, secret) {
      sql("INSERT INTO remembered_secret (lock, secret) VALUES (?, ?) ON CONFLICT (lock) DO NOTHING").run(lock, secret);
      remembers = true;
    },
    forgetSecret: (lock) => void sql("DELETE FROM remembered_secret WHERE lock = ?").run(lock),
    rememberedSecret(lock) {
      remembers ??= sql("SELECT 1 FROM remembered_secret LIMIT 1").get() !== undefined;
      return remembers ? (getSecret.get(lock) as { secret: Uint8Array } | undefined)?.secret : undefined;
    },
  };
}

/**
 * The rules of the log (spec/entry.md) while it grows: what may be appended, and which records have ended. Entry bits and lookups in memory,
 * derived from the store; the entries themselves stay there.
 */
import { hash as digest } from "node:crypto";
import { equal, toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { TILE_WIDTH } from "@freehold/protocol/tile";
import { createKeyIndex } from "./key-index.ts";
import type { Store } from "./store.ts";
import { entryStarts, openTree } from "./tree.ts";
import type { Tree } from "./tree.ts";

/** Bytes of a stored page of the status bitmap: 32,768 entries. */
const PAGE = 4096;

// Where things stand in an entry (spec/entry.md). All that is in the log was decoded once; a million entries are read at each start, and are not decoded again.
const RECORD = 1;
const WITHDRAWAL = 2;
const PUBLICATION = 3;
/** Of a record's lock; of a withdrawal's secret and a publication's hash. */
const LOCK = 34;
const FIELD = 2;

/** What the log knows of a lock. */
export interface LockState {
  /** Indexes of the records with it, lowest first. */
  records: number[];
  /** The index of the withdrawal that opened it, or null. */
  withdrawal: number | null;
}

export interface State {
  readonly tree: Tree;
  /** One bit for each entry (spec/status.md); longer than the log needs. */
  readonly bits: Uint8Array;
  /** Appends an entry whose form has been checked, or finds that it is there already. Throws `lock_unknown`. In memory only, until `flush`. */
  append(bytes: Uint8Array): { index: number; repeated: boolean };
  /** The index of the same entry, or -1. */
  find(bytes: Uint8Array): number;
  lock(lock: Uint8Array): LockState;
  /** The index of a document's publication, or -1. */
  findPublication(sha256: Uint8Array): number;
  /** Writes what was appended: to be called inside a transaction. */
  flush(): void;
}

export function openState(store: Store): State {
  const tree = openTree(store);
  const index = createKeyIndex(1.02 * tree.size);
  /** Records that share a lock with an earlier one: all records of that lock, the first included. Normally empty. */
  const shared = new Map<string, number[]>();
  let bits = new Uint8Array(PAGE);
  const dirty = new Set<number>();

  /** The first record with a lock, and the withdrawal that opened it; -1 where there is none. */
  const ofLock = (bytes: Uint8Array, at: number) => {
    const found = { record: -1, withdrawal: -1 };
    index.find(bytes, at, (i) => {
      const entry = tree.entry(i);
      if (entry[1] === RECORD && equalAt(entry, LOCK, bytes, at)) found.record = i;
      if (entry[1] === WITHDRAWAL && equalAt(lockOf(entry.subarray(FIELD)), 0, bytes, at)) found.withdrawal = i;
      return found.record >= 0 && found.withdrawal >= 0;
    });
    return found;
  };
  const recordsOf = (lock: Uint8Array): number[] => {
    const all = shared.get(toHex(lock));
    if (all !== undefined) return all;
    const { record } = ofLock(lock, 0);
    return record < 0 ? [] : [record];
  };
  const same = (bytes: Uint8Array) => (i: number) => equal(tree.entry(i), bytes);

  const reserve = (entries: number) => {
    const bytes = Math.ceil(entries / 8);
    if (bytes <= bits.length) return;
    const grown = new Uint8Array(Math.max(Math.ceil(bits.length * 1.25), bytes + PAGE));
    grown.set(bits);
    bits = grown;
  };
  const setBit = (i: number) => {
    reserve(i + 1);
    const at = Math.floor(i / 8);
    bits[at]! |= 1 << (i & 7);
    dirty.add(Math.floor(at / PAGE));
  };

  const findEntry = (bytes: Uint8Array): number => {
    switch (bytes[1]) {
      case RECORD: {
        const { record } = ofLock(bytes, LOCK);
        return record < 0 || equal(tree.entry(record), bytes) ? record : index.find(wholeKey(bytes), 0, same(bytes));
      }
      case WITHDRAWAL:
        return ofLock(lockOf(bytes.subarray(FIELD)), 0).withdrawal;
      case PUBLICATION:
        return index.find(bytes, FIELD, same(bytes));
      default:
        return -1;
    }
  };

  /** Enters the entry at `at` of `bytes`, which is in the tree at `i`, into the lookups; where it is `fresh`, also its consequences into the bits. */
  const enter = (bytes: Uint8Array, at: number, i: number, fresh: boolean) => {
    switch (bytes[at + 1]) {
      case RECORD: {
        const { record, withdrawal } = ofLock(bytes, at + LOCK);
        if (record < 0) {
          index.add(bytes, at + LOCK, i);
        } else {
          const entry = bytes.subarray(at, at + LOCK + 32);
          const lock = toHex(entry.subarray(LOCK));
          const all = shared.get(lock);
          if (all === undefined) shared.set(lock, [record, i]);
          else all.push(i);
          index.add(wholeKey(entry), 0, i);
        }
        if (fresh && withdrawal >= 0) setBit(i);
        break;
      }
      case WITHDRAWAL: {
        const lock = lockOf(bytes.subarray(at + FIELD, at + FIELD + 32));
        if (fresh) for (const record of recordsOf(lock)) setBit(record);
        index.add(lock, 0, i);
        break;
      }
      case PUBLICATION:
        index.add(bytes, at + FIELD, i);
        break;
      default:
    }
  };

  for (const { index: number, bytes } of store.bundles()) {
    const starts = entryStarts(bytes, number);
    for (let i = 0; i < TILE_WIDTH; i++) enter(bytes, starts[i]!, number * TILE_WIDTH + i, false);
  }
  for (let i = tree.size - (tree.size % TILE_WIDTH); i < tree.size; i++) enter(tree.entry(i), 0, i, false);
  for (const { page, bits: stored } of store.statusPages()) {
    reserve((page + 1) * PAGE * 8);
    bits.set(stored, page * PAGE);
  }

  return {
    tree,
    get bits() {
      reserve(tree.size);
      return bits;
    },
    append(bytes) {
      const there = findEntry(bytes);
      if (there >= 0) return { index: there, repeated: true };
      if (bytes[1] === WITHDRAWAL && recordsOf(lockOf(bytes.subarray(FIELD))).length === 0) {
        throw new FreeholdError(
          "lock_unknown",
          "This secret opens the lock of no record in the log. Is it a code of another register, or has the record not been logged yet?",
        );
      }
      const i = tree.append(bytes);
      enter(bytes, 0, i, true);
      return { index: i, repeated: false };
    },
    find(bytes) {
      decodeEntry(bytes);
      return findEntry(bytes);
    },
    lock(lock) {
      const { withdrawal } = ofLock(lock, 0);
      return { records: recordsOf(lock), withdrawal: withdrawal < 0 ? null : withdrawal };
    },
    findPublication: (sha256) =>
      index.find(sha256, 0, (i) => {
        const entry = tree.entry(i);
        return entry[1] === PUBLICATION && equalAt(entry, FIELD, sha256, 0);
      }),
    flush() {
      tree.flush();
      for (const page of dirty) {
        const bytes = new Uint8Array(PAGE);
        bytes.set(bits.subarray(page * PAGE, (page + 1) * PAGE));
        store.putStatusPage(page, bytes);
      }
      dirty.clear();
    },
  };
}

/** The key of a record whose lock is taken in the index by an earlier record. */
function wholeKey(bytes: Uint8Array): Uint8Array {
  return Buffer.from(digest("sha256", bytes, "hex"), "hex");
}

/** Whether the 32 bytes from these places on are the same. */
function equalAt(a: Uint8Array, at: number, b: Uint8Array, bAt: number): boolean {
  for (let i = 0; i < 32; i++) if (a[at + i] !== b[bAt + i]) return false;
  return true;
}

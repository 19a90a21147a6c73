/**
 * Finds entries by a 32-byte key (lock, document hash, leaf hash) in about 11 bytes of memory an entry: a table of indexes and 32-bit
 * hashes, open addressing. The keys themselves stay in the log: `confirm` looks there whether a candidate is meant.
 */
import { randomFillSync } from "node:crypto";

/** The key is the 32 bytes of `bytes` from `at` on: most keys are fields of entries, and a view of each would cost more than the search. */
export interface KeyIndex {
  /** Adds an index under a key. The same pair may be added once only. */
  add(bytes: Uint8Array, at: number, index: number): void;
  /** The first index under this key that `confirm` accepts, or -1. */
  find(bytes: Uint8Array, at: number, confirm: (index: number) => boolean): number;
  readonly size: number;
}

const MAX_LOAD = 0.8;
const GROWTH = 1.15;
/** Parts that grow each for itself, so that nobody waits while millions of slots are filled anew. */
const PARTS = 64;
const HASHES = 2 ** 32 / PARTS;

/** An empty index. Indexes are below 2^32 - 1. */
export function createKeyIndex(expected = 1024): KeyIndex {
  // Secret multipliers, drawn at each start: whoever submits entries cannot aim them at one place of the table.
  const secret = randomFillSync(new Uint32Array(16));
  // Slots of two: index + 1 (0 is empty), and hash. Side by side, so that a search touches one line of the processor's cache.
  const parts = Array.from({ length: PARTS }, () => ({ slots: slotsFor(expected / PARTS), size: 0 }));

  // Pairwise multiplication (Carter and Wegman), eight 32-bit words, the upper half kept.
  const hashOf = (bytes: Uint8Array, at: number): number => {
    let high = 0;
    for (let i = 0; i < 16; i += 2, at += 4) {
      const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      high = (Math.imul(high ^ (word + secret[i]!), secret[i + 1]! | 1) ^ (high >>> 15)) >>> 0;
    }
    high = Math.imul(high ^ (high >>> 16), 0x85ebca6b);
    return (high ^ (high >>> 13)) >>> 0;
  };
  const partOf = (hash: number) => parts[Math.floor(hash / HASHES)]!;

  return {
    add(bytes, at, index) {
      const hash = hashOf(bytes, at);
      const part = partOf(hash);
      if (2 * (part.size + 1) > part.slots.length * MAX_LOAD) part.slots = grown(part.slots);
      put(part.slots, hash, index + 1);
      part.size++;
    },
    find(bytes, at, confirm) {
      const hash = hashOf(bytes, at);
      const { slots } = partOf(hash);
      for (let slot = homeOf(slots, hash); slots[slot] !== 0; slot = after(slots, slot)) {
        if (slots[slot + 1] === hash && confirm(slots[slot]! - 1)) return slots[slot]! - 1;
      }
      return -1;
    },
    get size() {
      return parts.reduce((sum, part) => sum + part.size, 0);
    },
  };
}

/** Empty slots for so many entries. */
function slotsFor(entries: number): Uint32Array {
  return new Uint32Array(2 * Math.ceil((entries + 8) / MAX_LOAD));
}

function homeOf(slots: Uint32Array, hash: number): number {
  return 2 * Math.floor(((hash % HASHES) / HASHES) * (slots.length / 2));
}

function after(slots: Uint32Array, slot: number): number {
  return slot + 2 === slots.length ? 0 : slot + 2;
}

function put(slots: Uint32Array, hash: number, stored: number): void {
  let slot = homeOf(slots, hash);
  while (slots[slot] !== 0) slot = after(slots, slot);
  slots[slot] = stored;
  slots[slot + 1] = hash;
}

function grown(old: Uint32Array): Uint32Array {
  const slots = slotsFor((old.length / 2) * MAX_LOAD * GROWTH);
  for (let slot = 0; slot < old.length; slot += 2) if (old[slot] !== 0) put(slots, old[slot + 1]!, old[slot]!);
  return slots;
}

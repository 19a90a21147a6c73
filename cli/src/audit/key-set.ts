/** A set of 32-byte keys in little memory: about 44 bytes each. Every key has a number, from 0 in the order of their coming. */
import { createHashList } from "./hash-list.ts";

export interface KeySet {
  readonly size: number;
  /** Adds a key, if it is not there. */
  add(key: Uint8Array): void;
  /** The number of the key that stands in `bytes` at `at`, or -1. */
  find(bytes: Uint8Array, at: number): number;
}

export function createKeySet(): KeySet {
  const keys = createHashList();
  let slots = new Int32Array(64).fill(-1);
  // Whoever chooses keys must not be able to choose where they fall.
  const [a, b, c, d] = Array.from(crypto.getRandomValues(new Uint32Array(4)), (random) => random | 1) as [number, number, number, number];

  const slotOf = (bytes: Uint8Array, at: number): number => {
    const mixed = Math.imul(word(bytes, at), a) + Math.imul(word(bytes, at + 4), b) + Math.imul(word(bytes, at + 8), c) + Math.imul(word(bytes, at + 12), d);
    return (mixed | 0) >>> (Math.clz32(slots.length) + 1);
  };
  /** The slot that holds the key or, where it is not there, is free for it. */
  const search = (bytes: Uint8Array, at: number): number => {
    let slot = slotOf(bytes, at);
    for (; slots[slot]! >= 0; slot = (slot + 1) % slots.length) if (same(keys.get(slots[slot]!), bytes, at)) return slot;
    return slot;
  };
  const rehash = () => {
    slots = new Int32Array(2 * slots.length).fill(-1);
    for (let i = 0; i < keys.length; i++) slots[search(keys.get(i), 0)] = i;
  };

  return {
    get size() {
      return keys.length;
    },
    add(key) {
      const slot = search(key, 0);
      if (slots[slot]! >= 0) return;
      slots[slot] = keys.length;
      keys.push(key);
      if (2 * keys.length > slots.length) rehash();
    },
    find: (bytes, at) => slots[search(bytes, at)]!,
  };
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function same(key: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 32; i++) if (key[i] !== bytes[at + i]) return false;
  return true;
}

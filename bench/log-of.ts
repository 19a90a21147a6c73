/** The entries of a log for benchmarks, made one after another and the same for the same size. */
import { encodeEntry } from "../protocol/src/entry.ts";
import { lockOf } from "../protocol/src/lock.ts";

/** Records before a withdrawal and a status entry. */
const WITHDRAWAL_EVERY = 100;
const STATUS_EVERY = 1000;

/** What the log needs from a fold: to hear what ends, and to be told the root. Left out, the roots are zero. */
export interface Fold {
  end: (index: number) => void;
  root: (size: number) => Uint8Array;
}

/** Records, one withdrawal in a hundred of a record anywhere before it, one status entry in a thousand and at the end. */
export function* entriesOf(size: number, { end, root }: Fold = { end: () => {}, root: () => new Uint8Array(32) }): Generator<Uint8Array> {
  for (let i = 0; i < size; i++) {
    if (i === size - 1 || i % STATUS_EVERY === STATUS_EVERY - 1) {
      yield encodeEntry({ kind: "status", size: i, root: root(i) });
    } else if (i % WITHDRAWAL_EVERY === WITHDRAWAL_EVERY - 2) {
      const index = withdrawn(i);
      end(index);
      yield encodeEntry({ kind: "withdrawal", secret: secretOf(index) });
    } else {
      yield encodeEntry({ kind: "record", commitment: bytes(2 * i), lock: i % WITHDRAWAL_EVERY < 2 ? lockOf(secretOf(i)) : bytes(2 * i + 1) });
    }
  }
}

/** The record that the withdrawal at `i` ends, each another: one of the same hundred and, every second time, one half the log away. */
function withdrawn(i: number): number {
  const hundred = Math.floor(i / WITHDRAWAL_EVERY);
  return hundred % 2 === 0 ? WITHDRAWAL_EVERY * hundred + 1 : (WITHDRAWAL_EVERY * (hundred - 1)) / 2;
}

function secretOf(index: number): Uint8Array {
  return bytes(-1 - index);
}

/** 32 bytes that look like any, by a generator of 32 bits (xorshift): hashing them would cost more than the audit. */
function bytes(seed: number): Uint8Array {
  const words = new Uint32Array(8);
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995 || 1;
  for (let i = 0; i < 8; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer);
}

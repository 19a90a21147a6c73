/** Many hashes in little memory: 32 bytes each, in one array that grows. */

export interface HashList {
  readonly length: number;
  push(hash: Uint8Array): void;
  /** Replaces one that is there. */
  set(i: number, hash: Uint8Array): void;
  /** A view of one: it changes when that is set. */
  get(i: number): Uint8Array;
  /** The bytes of those from `start` up to `end`, joined; a view. */
  bytes(start: number, end: number): Uint8Array;
}

export function createHashList(): HashList {
  let all = new Uint8Array(32 * 64);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(hash) {
      if (32 * length === all.length) all = grown(all);
      all.set(hash, 32 * length++);
    },
    set: (i, hash) => all.set(hash, 32 * i),
    get: (i) => all.subarray(32 * i, 32 * i + 32),
    bytes: (start, end) => all.subarray(32 * start, 32 * Math.min(end, length)),
  };
}

/** A copy with twice the room. */
export function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(2 * bytes.length);
  out.set(bytes);
  return out;
}

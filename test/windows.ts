/** Searches large files for any piece of a large corpus: a set of all windows of nine bytes, exact, in ten bytes of memory each. */

/** Bytes of a window: what is as long as this and the same is no accident. */
export const WINDOW = 9;

const FREE = 0;
const ALLOWED = 512;

export interface Windows {
  /** Adds all windows of these bytes. */
  add(bytes: Uint8Array): void;
  /** Takes all windows of these bytes out again. */
  allow(bytes: Uint8Array): void;
  /** Where in these bytes windows of the set begin: the first few places. */
  find(bytes: Uint8Array): number[];
  readonly size: number;
}

/** @param bits the table has room for 2^bits windows; a half of them should be used. */
export function createWindows(bits: number): Windows {
  const mask = 2 ** bits - 1;
  const first = new Uint32Array(2 ** bits);
  const second = new Uint32Array(2 ** bits);
  /** The ninth byte and 1, or {@link FREE}; with {@link ALLOWED} for what was taken out. */
  const last = new Uint16Array(2 ** bits);
  let size = 0;

  /** Calls `visit` with the slot of each window: its own, or the free one where it would be. */
  const each = (bytes: Uint8Array, visit: (slot: number, a: number, b: number, c: number, at: number) => boolean | void) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + WINDOW <= bytes.length; at++) {
      const a = view.getUint32(at);
      const b = view.getUint32(at + 4);
      const c = bytes[at + 8]! + 1;
      let slot = Math.imul(Math.imul(a, 0x9e3779b1) ^ (b + c), 0x85ebca6b);
      slot = (slot ^ (slot >>> 15) ^ Math.imul(b, 0xc2b2ae35)) & mask;
      while (last[slot] !== FREE && !(first[slot] === a && second[slot] === b && (last[slot]! & ~ALLOWED) === c)) slot = (slot + 1) & mask;
      if (visit(slot, a, b, c, at) === true) return;
    }
  };

  return {
    add: (bytes) =>
      each(bytes, (slot, a, b, c) => {
        if (last[slot] !== FREE) return;
        if (++size > mask * 0.9) throw new Error("The table of windows is full.");
        first[slot] = a;
        second[slot] = b;
        last[slot] = c;
      }),
    allow: (bytes) =>
      each(bytes, (slot) => {
        if (last[slot] !== FREE) last[slot]! |= ALLOWED;
      }),
    find(bytes) {
      const found: number[] = [];
      each(bytes, (slot, _a, _b, _c, at) => last[slot] !== FREE && (last[slot]! & ALLOWED) === 0 && found.push(at) >= 5);
      return found;
    },
    get size() {
      return size;
    },
  };
}

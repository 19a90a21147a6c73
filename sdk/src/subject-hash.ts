/** A keyed 64-bit hash of a subject's name, so that a desk need not keep the names of millions in memory. */

/** Where {@link SubjectHash} leaves its result: an array of its own would cost more than the hash. */
export interface HashOut {
  low: number;
  high: number;
}

/** Hashes a text; the two halves, unsigned, are left in `out`. */
export type SubjectHash = (text: string, out: HashOut) => void;

/**
 * HalfSipHash-1-3 with 64 bits of output (J.-P. Aumasson, D. J. Bernstein; as `hsiphash` in Linux), over UTF-16 code units two at a time. `key`: two words of
 * 32 bits, drawn anew at each start, so that whoever picks names cannot aim them at each other: of a million names some two are taken for one with a probability of 3e-8.
 *
 * @example
 * ```ts
 * const hash = createSubjectHash(crypto.getRandomValues(new Uint32Array(2)));
 * hash("customer-7", out);
 * ```
 */
export function createSubjectHash(key: Uint32Array): SubjectHash {
  const k0 = key[0]! | 0;
  const k1 = key[1]! | 0;
  return (text, out) => {
    let a = k0;
    let b = k1 ^ 0xee;
    let c = 0x6c796765 ^ k0;
    let d = 0x74656462 ^ k1;
    const { length } = text;
    const rest = length & 1;
    for (let i = 0; i <= length; i += 2) {
      // The last word holds the code unit that is left over, and the length, so that no text is another's beginning.
      const word = i + 1 < length ? text.charCodeAt(i) | (text.charCodeAt(i + 1) << 16) : rest === 1 ? text.charCodeAt(i) | (length << 16) : length << 16;
      d ^= word;
      a = (a + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ a;
      a = (a << 16) | (a >>> 16);
      c = (c + d) | 0;
      d = ((d << 8) | (d >>> 24)) ^ c;
      a = (a + d) | 0;
      d = ((d << 7) | (d >>> 25)) ^ a;
      c = (c + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ c;
      c = (c << 16) | (c >>> 16);
      a ^= word;
    }
    c ^= 0xee;
    for (let i = 0; i < 6; i++) {
      if (i === 3) {
        out.low = (b ^ d) >>> 0;
        b ^= 0xdd;
      }
      a = (a + b) | 0;
      b = ((b << 5) | (b >>> 27)) ^ a;
      a = (a << 16) | (a >>> 16);
      c = (c + d) | 0;
      d = ((d << 8) | (d >>> 24)) ^ c;
      a = (a + d) | 0;
      d = ((d << 7) | (d >>> 25)) ^ a;
      c = (c + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ c;
      c = (c << 16) | (c >>> 16);
    }
    out.high = (b ^ d) >>> 0;
  };
}

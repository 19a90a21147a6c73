/** Which entries may stand in a log twice, found with 8 bytes of memory for each. */

/** Looked into at most. An honest log has none; a log of repetitions is unsound long before. */
const MAX_SUSPECTS = 65_536;

export interface Fingerprints {
  /** Takes the leaf hash of the next entry. */
  add(leafHash: Uint8Array): void;
  /** The fingerprints that came more than once, as {@link fingerprintOf} writes them. Call it once, at the end: it sorts in place. */
  suspects(): ReadonlySet<string>;
}

/**
 * A fingerprint is the first 8 bytes of a leaf hash: the same for the same entry. The same for two entries by chance (2^-64 for each pair) or by
 * design (for 2^32 hashes), too; so it only says where to look, and the entries themselves decide.
 */
export function createFingerprints(): Fingerprints {
  let words = new Uint32Array(2 * 4096);
  let length = 0;
  return {
    add(hash) {
      if (length === words.length) {
        const twice = new Uint32Array(2 * words.length);
        twice.set(words);
        words = twice;
      }
      words[length++] = word(hash, 0);
      words[length++] = word(hash, 4);
    },
    suspects() {
      new BigUint64Array(words.buffer, 0, length / 2).sort();
      const found = new Set<string>();
      for (let i = 2; i < length && found.size < MAX_SUSPECTS; i += 2) {
        if (words[i] === words[i - 2] && words[i + 1] === words[i - 1]) found.add(`${words[i]} ${words[i + 1]}`);
      }
      return found;
    },
  };
}

/** The fingerprint of a leaf hash. */
export function fingerprintOf(hash: Uint8Array): string {
  return `${word(hash, 0)} ${word(hash, 4)}`;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

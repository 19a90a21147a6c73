/** What a person's one seed gives: pairwise keys, secrets of locks, recovery words (spec/lock.md, "Seed and derivations"). */
import { p256 } from "@noble/curves/nist.js";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { bigEndian, concat, lengthPrefixed, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { lockOf } from "./lock.ts";

const SALT = utf8("freehold");
const LOCK_DOMAIN = lengthPrefixed("freehold/lock/v1");
const KEY_DOMAIN = lengthPrefixed("freehold/key/v1");

/** Device numbers are below this. */
export const DEVICES = 2 ** 20;

/** A client uses no counter more than this far above the highest one that it has seen published. */
export const COUNTER_GAP = 64;

/** A fresh seed: 32 bytes from the system's generator. */
export function newSeed(): Uint8Array {
  return randomBytes(32);
}

/** A fresh device number, for an installation, an import or a restored copy. */
export function newDevice(): number {
  const [a, b, c] = randomBytes(3);
  return (a! * 65536 + b! * 256 + c!) % DEVICES;
}

/** Which secret of a seed: the log's origin line, the device (below 2^20), the counter (below 2^32). */
export interface SecretPath {
  origin: string;
  device: number;
  counter: number;
}

/**
 * The secret (32 bytes) of the lock at a path. Throws `seed_malformed`, `argument_invalid`.
 *
 * @example
 * ```ts
 * const secret = lockSecret(seed, { origin: "register.example/log", device: 7, counter: 0 });
 * const lock = lockOf(secret);
 * ```
 */
export function lockSecret(seed: Uint8Array, path: SecretPath): Uint8Array {
  return secretFrom(pseudoRandomKey(seed), path);
}

function secretFrom(key: Uint8Array, { origin, device, counter }: SecretPath): Uint8Array {
  if (!Number.isSafeInteger(device) || device < 0 || device >= DEVICES)
    throw new FreeholdError("argument_invalid", `A device number is from 0 to ${DEVICES - 1}; this is ${device}.`);
  return expand(sha256, key, concat(LOCK_DOMAIN, lengthPrefixed(origin), bigEndian(device, 3), bigEndian(counter, 4)), 32);
}

/** The private key (32 bytes) that a person uses towards one controller (its id, spec/record.md) and nobody else; `epoch` counts rotations. */
export function pairwiseKey(seed: Uint8Array, input: { controller: string; epoch?: number }): Uint8Array {
  const okm = expand(sha256, pseudoRandomKey(seed), concat(KEY_DOMAIN, lengthPrefixed(input.controller), bigEndian(input.epoch ?? 0, 4)), 48);
  const order = p256.Point.Fn.ORDER;
  return p256.Point.Fn.toBytes((BigInt(`0x${toHex(okm)}`) % (order - 1n)) + 1n);
}

/** A lock of this seed that the log holds. */
export interface FoundLock extends SecretPath {
  lock: Uint8Array;
}

/**
 * Finds the locks of a seed in a log, with nothing but the seed: tries counter 0 of all 2^20 devices, then goes on
 * in each device found until 64 counters in a row are absent. `isLogged` says whether the log has a record with this lock (asked
 * about a million times: answer from memory). `progress`, where given, is called now and then with the share done, 0 to 1.
 */
export function findLocks(
  seed: Uint8Array,
  input: { origin: string; isLogged: (lock: Uint8Array) => boolean; devices?: Iterable<number>; progress?: (share: number) => void },
): FoundLock[] {
  const key = pseudoRandomKey(seed);
  const found: FoundLock[] = [];
  const look = (device: number, counter: number): boolean => {
    const path = { origin: input.origin, device, counter };
    const lock = lockOf(secretFrom(key, path));
    if (!input.isLogged(lock)) return false;
    found.push({ ...path, lock });
    return true;
  };
  for (const device of input.devices ?? allDevices(input.progress)) {
    if (!look(device, 0)) continue;
    for (let counter = 1, absent = 0; absent < COUNTER_GAP; counter++) absent = look(device, counter) ? 0 : absent + 1;
  }
  return found;
}

function* allDevices(progress?: (share: number) => void): Iterable<number> {
  for (let device = 0; device < DEVICES; device++) {
    if (device % 16_384 === 0) progress?.(device / DEVICES);
    yield device;
  }
  progress?.(1);
}

/** The seed as 24 words (BIP-39, English). */
export function seedToWords(seed: Uint8Array): string {
  return entropyToMnemonic(checked(seed), wordlist);
}

/** The seed of 24 words, however spaced or capitalised. Throws `words_malformed`, naming the first word that is not in the list, or the check. */
export function wordsToSeed(text: string): Uint8Array {
  if (text.length > 1000)
    throw new FreeholdError("words_malformed", `The recovery words have at most 1000 characters with all spaces; this text has ${text.length}.`);
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s,]+/);
  if (words.length !== 24) throw new FreeholdError("words_malformed", `The recovery words are 24; there are ${words.length}.`);
  const wrong = words.findIndex((word) => !wordlist.includes(word));
  if (wrong >= 0) throw new FreeholdError("words_malformed", `Word ${wrong + 1}, "${words[wrong]}", is not in the list.`);
  try {
    return mnemonicToEntropy(words.join(" "), wordlist);
  } catch (cause) {
    throw new FreeholdError("words_malformed", "Each word is in the list, but their check does not fit: one is another word, or two have changed places.", {
      cause,
    });
  }
}

function pseudoRandomKey(seed: Uint8Array): Uint8Array {
  return extract(sha256, checked(seed), SALT);
}

function checked(seed: Uint8Array): Uint8Array {
  if (seed.length !== 32) throw new FreeholdError("seed_malformed", `A seed has 32 bytes; this one has ${seed.length}.`);
  return seed;
}

/** The sealed blobs of a backup: names, tokens and keys from the seed, all of one size (spec/backup.md). */
import { gcm } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { bigEndian, concat, fromHex, fromUtf8, lengthPrefixed, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";

/** Bytes of a blob, and of the text in it. */
export const BLOB_BYTES = 65_536;
export const SLOT_BYTES = 65_507;
const VERSION = 1;
const NONCE_BYTES = 12;

/** Where a slot is, and what opens it. */
export interface SlotKeys {
  /** SHA-256 of the token, hexadecimal: its name at the register. */
  id: string;
  /** 32 bytes in hexadecimal: the right to write it. */
  token: string;
  key: Uint8Array;
}

/**
 * Names and keys of a slot. `seed` is the person's, or for the wrapped seed of a passkey what its PRF gave (32 bytes each).
 *
 * @throws `seed_malformed`, `argument_invalid`.
 * @see spec/backup.md
 * @example
 * ```ts
 * const { id } = slotKeys(seed, { origin: "register.example/log", slot: 0 });
 * ```
 */
export function slotKeys(seed: Uint8Array, { origin, slot }: { origin: string; slot: number }): SlotKeys {
  if (seed.length !== 32) throw new FreeholdError("seed_malformed", `A seed has 32 bytes; this one has ${seed.length}.`);
  const derive = (name: string) => hkdf(sha256, seed, utf8("freehold"), concat(lengthPrefixed(name), lengthPrefixed(origin), bigEndian(slot, 4)), 32);
  const token = derive("freehold/backup-token/v1");
  return { id: toHex(sha256(token)), token: toHex(token), key: derive("freehold/backup-key/v1") };
}

/** The blob of a text, 65,536 bytes, another each time. Throws `too_large` where the text has more than 65,507 bytes. */
export function sealSlot(text: string, { id, key }: SlotKeys): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length > SLOT_BYTES) throw new FreeholdError("too_large", `A slot holds ${SLOT_BYTES} bytes; this text has ${bytes.length}.`);
  const plaintext = new Uint8Array(SLOT_BYTES).fill(0x20);
  plaintext.set(bytes);
  const nonce = randomBytes(NONCE_BYTES);
  return concat(Uint8Array.of(VERSION), nonce, gcm(key, nonce, fromHex(id)).encrypt(plaintext));
}

/** The text of a blob, without its padding. Throws `backup_malformed`; `backup_mismatch` where it is of another key or slot, or was changed. */
export function openSlot(blob: Uint8Array, { id, key }: SlotKeys): string {
  if (blob.length !== BLOB_BYTES || blob[0] !== VERSION)
    throw new FreeholdError("backup_malformed", `A blob has ${BLOB_BYTES} bytes and begins with its version, ${VERSION}.`);
  let plaintext: Uint8Array;
  try {
    plaintext = gcm(key, blob.subarray(1, 1 + NONCE_BYTES), fromHex(id)).decrypt(blob.subarray(1 + NONCE_BYTES));
  } catch (cause) {
    throw new FreeholdError("backup_mismatch", "This copy was not made with your key, or it was changed at the register.", { cause });
  }
  return fromUtf8(plaintext).trimEnd();
}

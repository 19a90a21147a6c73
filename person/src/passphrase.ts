/** The seed under a passphrase, where no passkey gives a secret (spec/passkey.md, "Passphrase"). */
import { fromHex, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { unwrapSeed, wrapSeed } from "@freehold/protocol/wrap";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { randomBytes } from "@noble/hashes/utils.js";

/** Plain data for the browser's own store. Bytes are hexadecimal. */
export interface PassphraseWrap {
  salt: string;
  wrapped: string;
}

/** 128 MiB of memory and about a second for each guess. */
const COST = { N: 2 ** 17, r: 8, p: 1, dkLen: 32 };

/** The fewest characters of a passphrase. */
export const PASSPHRASE_LENGTH = 12;

/**
 * Wraps a seed under a passphrase. `progress` is called with the share done.
 *
 * @throws `argument_invalid` for a passphrase of fewer than 12 characters.
 * @see RFC 7914; spec/passkey.md, "Passphrase"
 * @example
 * ```ts
 * const kept = await wrapUnderPassphrase(seed, "correct horse battery staple");
 * ```
 */
export async function wrapUnderPassphrase(seed: Uint8Array, passphrase: string, progress?: (share: number) => void): Promise<PassphraseWrap> {
  if (Array.from(normal(passphrase)).length < PASSPHRASE_LENGTH)
    throw new FreeholdError(
      "argument_invalid",
      `A passphrase has at least ${PASSPHRASE_LENGTH} characters: four words that nobody would say together are good.`,
    );
  const salt = randomBytes(16);
  const secret = await secretOf(passphrase, salt, progress);
  return { salt: toHex(salt), wrapped: toHex(wrapSeed({ seed, secret, credentialId: salt })) };
}

/** The seed. Throws `wrap_mismatch` for another passphrase, `wrap_malformed`, `encoding_invalid`. */
export async function unwrapWithPassphrase({ salt, wrapped }: PassphraseWrap, passphrase: string, progress?: (share: number) => void): Promise<Uint8Array> {
  const bytes = fromHex(salt, 16);
  const secret = await secretOf(passphrase, bytes, progress);
  try {
    return unwrapSeed({ wrapped: fromHex(wrapped), secret, credentialId: bytes });
  } catch (cause) {
    if (cause instanceof FreeholdError && cause.code === "wrap_mismatch") throw new FreeholdError("wrap_mismatch", "This is not the passphrase.", { cause });
    throw cause;
  }
}

function secretOf(passphrase: string, salt: Uint8Array, onProgress?: (share: number) => void): Promise<Uint8Array> {
  return scryptAsync(utf8(normal(passphrase)), salt, { ...COST, maxmem: 2 ** 28, ...(onProgress && { onProgress }) });
}

/** One text for what looks the same, however a keyboard writes it. */
function normal(passphrase: string): string {
  return passphrase.normalize("NFKC").trim();
}

/** The seed at rest: encrypted under what one passkey's PRF gives at a gesture (spec/passkey.md, "Wrapped seed"). */
import { gcm } from "@noble/ciphers/aes.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { sha256 } from "#platform";
import { concat, lengthPrefixed, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

const VERSION = 1;
const NONCE_LENGTH = 12;
const WRAPPED_LENGTH = 61;

/**
 * What a passkey's PRF is evaluated on (32 bytes), the same for everyone: each passkey answers it with another secret.
 *
 * @see WebAuthn Level 3, section 10.1.4
 * @example
 * ```ts
 * navigator.credentials.get({ publicKey: { challenge, userVerification: "required", extensions: { prf: { eval: { first: prfInput() } } } } });
 * ```
 */
export function prfInput(): Uint8Array {
  return sha256(lengthPrefixed("freehold/prf/v1"));
}

/** The passkey under which a seed is wrapped. */
export interface Wrapping {
  /** The PRF's output on {@link prfInput}: 32 bytes, never stored. */
  readonly secret: Uint8Array;
  /** 1 to 1,023 bytes. */
  readonly credentialId: Uint8Array;
}

/**
 * Wraps a seed (32 bytes) for one passkey: version || nonce[12] || ciphertext[48], 61 bytes, another text each time.
 *
 * @throws `argument_invalid` when seed, secret or credential id has another length.
 * @example
 * ```ts
 * const wrapped = wrapSeed({ seed, secret: new Uint8Array(results.first), credentialId: new Uint8Array(credential.rawId) });
 * ```
 */
export function wrapSeed({ seed, ...passkey }: Wrapping & { readonly seed: Uint8Array }): Uint8Array {
  if (seed.length !== 32) throw new FreeholdError("argument_invalid", `A seed has 32 bytes; this has ${seed.length}.`);
  const nonce = randomBytes(NONCE_LENGTH);
  return concat(Uint8Array.of(VERSION), nonce, cipher(passkey, nonce).encrypt(seed));
}

/**
 * The seed in a wrapped form.
 *
 * @throws `wrap_malformed` when the form is not one of {@link wrapSeed}; `wrap_mismatch` when it was wrapped under
 *   another passkey, or changed; `argument_invalid` as above.
 * @example
 * ```ts
 * const seed = unwrapSeed({ wrapped, secret: new Uint8Array(results.first), credentialId: new Uint8Array(credential.rawId) });
 * ```
 */
export function unwrapSeed({ wrapped, ...passkey }: Wrapping & { readonly wrapped: Uint8Array }): Uint8Array {
  if (wrapped.length !== WRAPPED_LENGTH || wrapped[0] !== VERSION) {
    throw new FreeholdError("wrap_malformed", `A wrapped seed has ${WRAPPED_LENGTH} bytes and begins with its version, ${VERSION}.`);
  }
  const decipher = cipher(passkey, wrapped.subarray(1, 1 + NONCE_LENGTH));
  try {
    return decipher.decrypt(wrapped.subarray(1 + NONCE_LENGTH));
  } catch (cause) {
    throw new FreeholdError("wrap_mismatch", "This passkey does not open the wrapped seed: it was wrapped under another, or changed.", { cause });
  }
}

/** The credential's id is in the key and in the associated data: a wrapped seed cannot pass for another passkey's. */
function cipher({ secret, credentialId }: Wrapping, nonce: Uint8Array): ReturnType<typeof gcm> {
  if (secret.length !== 32) throw new FreeholdError("argument_invalid", `A PRF output has 32 bytes; this has ${secret.length}.`);
  if (credentialId.length < 1 || credentialId.length > 1023)
    throw new FreeholdError("argument_invalid", `A credential id has 1 to 1,023 bytes; this has ${credentialId.length}.`);
  const info = concat(lengthPrefixed("freehold/wrap/v1"), lengthPrefixed(sha256(credentialId)));
  return gcm(hkdf(nobleSha256, secret, utf8("freehold"), info, 32), nonce, info);
}

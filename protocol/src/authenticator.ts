/** What an authenticator says beside its signature: authenticator data (WebAuthn Level 3, section 6.1) and the public key of a credential. */
import { p256 } from "@noble/curves/nist.js";
import { concat, equal, fromHex } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

/** Authenticator data, taken apart. */
export interface AuthenticatorData {
  /** SHA-256 of the domain to which the credential is bound: 32 bytes. */
  readonly rpIdHash: Uint8Array;
  /** UP: someone touched the authenticator. */
  readonly userPresent: boolean;
  /** UV: it has checked, by PIN or body, that this someone is its owner. */
  readonly userVerified: boolean;
  /** Only at registration: the new credential, its id (1 to 1,023 bytes) and public key (uncompressed, 65 bytes). */
  readonly credential?: { readonly id: Uint8Array; readonly publicKey: Uint8Array };
}

const UP = 0x01;
const UV = 0x04;
const BE = 0x08;
const BS = 0x10;
const AT = 0x40;
const ED = 0x80;

/**
 * Takes authenticator data apart. The signature counter, the model (AAGUID) and the contents of extensions are not
 * read; the two reserved flags are left to later versions of WebAuthn.
 *
 * @throws `passkey_malformed` when the length does not fit the flags, the flags contradict one another, or the key
 *   is not one of {@link coseToPublicKey}.
 * @see WebAuthn Level 3, section 6.1; spec/passkey.md, "Authenticator data"
 * @example
 * ```ts
 * const { credential } = parseAuthenticatorData(new Uint8Array(response.getAuthenticatorData()));
 * if (credential) await store(credential.id, credential.publicKey);
 * ```
 */
export function parseAuthenticatorData(bytes: Uint8Array): AuthenticatorData {
  if (bytes.length < 37) throw malformed(`Authenticator data has at least 37 bytes; this has ${bytes.length}.`);
  const flags = bytes[32]!;
  if ((flags & BS) !== 0 && (flags & BE) === 0) throw malformed("The flags say that the passkey is backed up (BS) and that it cannot be (BE).");
  let end = 37;
  let credential: { id: Uint8Array; publicKey: Uint8Array } | undefined;
  if ((flags & AT) !== 0) {
    const idLength = bytes.length < 55 ? 0 : bytes[53]! * 256 + bytes[54]!;
    if (idLength < 1 || idLength > 1023) throw malformed("The id of a credential has 1 to 1,023 bytes.");
    const keyAt = 55 + idLength;
    end = keyAt + COSE_LENGTH;
    credential = {
      id: bytes.slice(55, keyAt),
      publicKey: coseToPublicKey(bytes.subarray(keyAt, end)),
    };
  }
  // Extensions are one CBOR map (major type 5); which ones does not concern us.
  const extensions = (flags & ED) !== 0;
  if (extensions ? bytes.length === end || bytes[end]! >> 5 !== 5 : bytes.length !== end) {
    throw malformed(`The flags announce ${extensions ? "extensions" : "nothing"} after byte ${end}, and the data have ${bytes.length} bytes.`);
  }
  return {
    rpIdHash: bytes.slice(0, 32),
    userPresent: (flags & UP) !== 0,
    userVerified: (flags & UV) !== 0,
    ...(credential === undefined ? {} : { credential }),
  };
}

// A P-256 key for ES256 has one encoding, for WebAuthn demands CTAP2's canonical CBOR and no optional members: the map
// {1: 2, 3: -7, -1: 1, -2: x, -3: y} in this order. So there is nothing to parse.
const BEFORE_X = /* @__PURE__ */ fromHex("a5010203262001215820");
const BEFORE_Y = /* @__PURE__ */ fromHex("225820");
const COSE_LENGTH = 77;

/**
 * The uncompressed public key (65 bytes, a point of P-256) in a COSE_Key for ES256.
 *
 * @throws `passkey_malformed` for any other algorithm, curve or encoding, and for what is no point of the curve.
 * @see WebAuthn Level 3, sections 5.8.5 and 6.5.1.1; RFC 9053, section 7.1
 * @example
 * ```ts
 * coseToPublicKey(fromHex(`a5010203262001215820${x}225820${y}`)); // 04 || x || y
 * ```
 */
export function coseToPublicKey(cose: Uint8Array): Uint8Array {
  if (cose.length !== COSE_LENGTH || !equal(cose.subarray(0, 10), BEFORE_X) || !equal(cose.subarray(42, 45), BEFORE_Y)) {
    throw malformed("Not the COSE_Key of an ES256 key in canonical CBOR (77 bytes).");
  }
  const publicKey = concat(Uint8Array.of(4), cose.subarray(10, 42), cose.subarray(45));
  if (!p256.utils.isValidPublicKey(publicKey, false)) throw malformed("The public key is no point of P-256.");
  return publicKey;
}

function malformed(message: string): FreeholdError {
  return new FreeholdError("passkey_malformed", message);
}

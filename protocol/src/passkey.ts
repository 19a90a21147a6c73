/** The gesture: one assertion of a passkey over a batch of signed documents (spec/passkey.md). */
import { p256 } from "@noble/curves/nist.js";
import { sha256, verifyP256 } from "#platform";
import { parseAuthenticatorData } from "./authenticator.ts";
import { concat, equal, fromUtf8, lengthPrefixed, toBase64url, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { leafHash, rootHash } from "./merkle.ts";

const BATCH_DOMAIN = /* @__PURE__ */ lengthPrefixed("freehold/batch/v1");

/**
 * The challenge (32 bytes) of a gesture over these documents, in this order:
 * SHA-256(lp("freehold/batch/v1") || RFC 6962 root over the compact JWSs).
 *
 * @throws `argument_invalid` when there is none.
 * @see spec/passkey.md, "Challenge"
 * @example
 * ```ts
 * navigator.credentials.get({ publicKey: { challenge: challengeFor([refusal, grant]), userVerification: "required" } });
 * ```
 */
export function challengeFor(jwsList: readonly string[]): Uint8Array {
  if (jwsList.length === 0) throw new FreeholdError("argument_invalid", "A gesture is over at least one document.");
  return sha256(BATCH_DOMAIN, rootHash(jwsList.map((jws) => leafHash(utf8(jws)))));
}

/** What a browser returned for a gesture, and what it must be. */
export interface Assertion {
  /** Of the credential: uncompressed P-256, 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  readonly authenticatorData: Uint8Array;
  /** ECDSA in DER, as authenticators give it. */
  readonly signature: Uint8Array;
  /** What was asked to be signed ({@link challengeFor}). */
  readonly challenge: Uint8Array;
  /** Web origins whose pages may ask, such as `https://freehold.example`; compared as texts. */
  readonly origins: readonly string[];
  /** The domain to which the passkey is bound, such as `freehold.example`. */
  readonly rpId: string;
  /** Whether the authenticator must have checked who touched it; true unless said otherwise. */
  readonly userVerification?: boolean;
  /** Origins of top-level pages that may hold ours in a frame; none unless given. */
  readonly topOrigins?: readonly string[];
}

/**
 * Verifies a gesture; returns when it is good. The signature counter is ignored (spec/passkey.md, "Security").
 *
 * @throws `passkey_malformed` when a part cannot be read or contradicts itself; `passkey_mismatch` when it is about
 *   another type, challenge, origin or domain, or lacks the presence or verification asked for; `passkey_signature`
 *   when the signature is not by this key.
 * @see WebAuthn Level 3, section 7.2
 * @example
 * ```ts
 * await verifyAssertion({ publicKey, clientDataJSON, authenticatorData, signature, challenge: challengeFor(batch),
 *   origins: ["https://freehold.example"], rpId: "freehold.example" });
 * ```
 */
export async function verifyAssertion(assertion: Assertion): Promise<void> {
  const client = parseClientData(assertion.clientDataJSON);
  const authenticator = parseAuthenticatorData(assertion.authenticatorData);
  const signature = derToRaw(assertion.signature);
  if (authenticator.credential !== undefined) throw malformed("Authenticator data of an assertion carry no new credential.");

  if (client.type !== "webauthn.get") throw mismatch(`The ceremony must be webauthn.get, not ${quote(client.type)}.`);
  if (client.challenge !== toBase64url(assertion.challenge)) throw mismatch("The challenge is not the one of these documents.");
  if (!assertion.origins.includes(client.origin)) throw mismatch(`The origin ${quote(client.origin)} may not ask for gestures.`);
  if (client.crossOrigin && !(client.topOrigin !== undefined && assertion.topOrigins?.includes(client.topOrigin) === true)) {
    throw mismatch("The gesture was made in a frame of another origin that is not allowed to hold it.");
  }
  if (!equal(authenticator.rpIdHash, sha256(utf8(assertion.rpId)))) throw mismatch(`The passkey is not bound to ${quote(assertion.rpId)}.`);
  if (!authenticator.userPresent) throw mismatch("Nobody touched the authenticator (flag UP).");
  if (assertion.userVerification !== false && !authenticator.userVerified) throw mismatch("The authenticator did not verify its user (flag UV).");

  if (!(await isSigned(assertion, signature))) throw new FreeholdError("passkey_signature", "The signature is not by this passkey over this gesture.");
}

async function isSigned({ publicKey, authenticatorData, clientDataJSON }: Assertion, signature: Uint8Array): Promise<boolean> {
  if (!p256.utils.isValidPublicKey(publicKey, false)) throw malformed("The public key is not an uncompressed point of P-256 (65 bytes).");
  return verifyP256(publicKey, concat(authenticatorData, sha256(clientDataJSON)), signature);
}

interface ClientData {
  readonly type: string;
  readonly challenge: string;
  readonly origin: string;
  readonly crossOrigin: boolean;
  readonly topOrigin?: string;
}

/** CollectedClientData (WebAuthn Level 3, section 5.8.1): members of later versions are allowed and ignored. */
function parseClientData(bytes: Uint8Array): ClientData {
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(fromUtf8(bytes)) as Record<string, unknown>;
  } catch (cause) {
    throw malformed("The client data are not JSON in UTF-8.", cause);
  }
  if (typeof data !== "object" || data === null) throw malformed("The client data are not a JSON object.");
  const { type, challenge, origin, crossOrigin = false, topOrigin } = data;
  if (typeof type !== "string" || typeof challenge !== "string" || typeof origin !== "string" || typeof crossOrigin !== "boolean") {
    throw malformed("The client data lack type, challenge or origin, or one of them is of another type.");
  }
  if (topOrigin === undefined) return { type, challenge, origin, crossOrigin };
  if (typeof topOrigin !== "string" || !crossOrigin) throw malformed("The client data name a topOrigin, but are not crossOrigin.");
  return { type, challenge, origin, crossOrigin, topOrigin };
}

/**
 * An ECDSA signature in DER as r || s (64 bytes, as WebCrypto and JOSE want it). Strict: one DER for one pair.
 *
 * @throws `passkey_malformed` for BER, padding, negative or longer numbers, and bytes left over.
 * @see RFC 3279, section 2.2.3; ITU-T X.690, sections 8.3 and 10.1
 * @example
 * ```ts
 * derToRaw(rawToDer(raw)); // raw
 * ```
 */
export function derToRaw(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const first = der[at + 2] ?? 0;
    const padded = first === 0 && length > 1;
    const digits = der.subarray(at + (padded ? 3 : 2), at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || length > 33 || first > 127 || (padded && (digits[0] ?? 0) < 128) || digits.length > 32) {
      throw malformed("Not a DER signature: two positive integers of at most 32 bytes, in their shortest form, are allowed.");
    }
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  if (der[0] !== 0x30 || der[1] !== at - 2 || der.length !== at)
    throw malformed("Not a DER signature: one sequence of the length that it states is allowed, and nothing after it.");
  return raw;
}

/**
 * The DER form of a signature r || s (64 bytes).
 *
 * @throws `passkey_malformed` when it has another length.
 * @example
 * ```ts
 * rawToDer(raw); // 30 44 02 20 … 02 20 …, 8 to 72 bytes
 * ```
 */
export function rawToDer(raw: Uint8Array): Uint8Array {
  if (raw.length !== 64) throw malformed(`A signature r || s has 64 bytes; this has ${raw.length}.`);
  const body = concat(derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32)));
  return concat(Uint8Array.of(0x30, body.length), body);
}

function derInteger(bytes: Uint8Array): Uint8Array {
  const zeros = bytes.findIndex((byte) => byte !== 0);
  const digits = zeros < 0 ? bytes.subarray(31) : bytes.subarray(zeros);
  const sign = digits[0]! > 127 ? Uint8Array.of(0) : new Uint8Array(0);
  return concat(Uint8Array.of(0x02, sign.length + digits.length), sign, digits);
}

/**
 * The same signature with the lower of the two s that verify, s and n - s. Half of all signatures by authenticators have
 * the higher one, which a record's JWS may not have.
 *
 * @param raw r || s, 64 bytes, both from 1 to n - 1.
 * @throws `passkey_malformed` for anything else.
 * @example
 * ```ts
 * toLowS(derToRaw(new Uint8Array(response.signature)));
 * ```
 */
export function toLowS(raw: Uint8Array): Uint8Array {
  if (raw.length !== 64) throw malformed(`A signature r || s has 64 bytes; this has ${raw.length}.`);
  const n = p256.Point.Fn.ORDER;
  const r = BigInt(`0x${toHex(raw.subarray(0, 32))}`);
  const s = BigInt(`0x${toHex(raw.subarray(32))}`);
  if (r < 1n || r >= n || s < 1n || s >= n) throw malformed("r and s of a P-256 signature are from 1 to n - 1.");
  return s > n / 2n ? concat(raw.subarray(0, 32), p256.Point.Fn.toBytes(n - s)) : raw.slice();
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}

function mismatch(message: string): FreeholdError {
  return new FreeholdError("passkey_mismatch", message);
}

function malformed(message: string, cause?: unknown): FreeholdError {
  return new FreeholdError("passkey_malformed", message, cause === undefined ? undefined : { cause });
}

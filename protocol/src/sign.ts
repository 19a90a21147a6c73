/**
 * Signing of documents (spec/record.md, "JWS"). Apart from what verifies them, so that a page which only verifies carries no code
 * that signs.
 */
import { p256 } from "@noble/curves/nist.js";
import { toBase64url, utf8 } from "./bytes.ts";
import { canonicalize } from "./canonical.ts";
import type { JsonValue } from "./canonical.ts";
import { jwkOf, thumbprint } from "./jws.ts";
import type { Jwk, JwsType } from "./jws.ts";
import { parseDocument } from "./offer.ts";
import type { Formats } from "./offer.ts";
import { parsePublication } from "./publication.ts";
import type { Publication } from "./publication.ts";
import { parseRecord } from "./record.ts";
import type { Record } from "./record.ts";

/** A private key (32 bytes) as the JWK of its public key. */
export function publicJwk(secretKey: Uint8Array): Jwk {
  return jwkOf(p256.getPublicKey(secretKey, false));
}

/**
 * Signs any payload that RFC 8785 can express, with a private key of 32 bytes. The forms of Freehold have functions of their own,
 * below, which check what they sign.
 */
export function signJws(input: { type: JwsType; payload: JsonValue; secretKey: Uint8Array }): string {
  const header = canonicalize({ alg: "ES256", kid: thumbprint(publicJwk(input.secretKey)), typ: input.type });
  const signed = `${toBase64url(utf8(header))}.${toBase64url(utf8(canonicalize(input.payload)))}`;
  return `${signed}.${toBase64url(p256.sign(utf8(signed), input.secretKey))}`;
}

/**
 * Signs a record with the pairwise key of its controller. Throws `record_malformed`.
 *
 * @example
 * ```ts
 * const secretKey = pairwiseKey(seed, { controller: record.controller.id });
 * const jws = signRecord(record, secretKey);
 * ```
 */
export function signRecord(record: Record, secretKey: Uint8Array): string {
  const payload = record as unknown as JsonValue;
  parseRecord(payload);
  return signJws({ type: "freehold-record+jws", payload, secretKey });
}

/**
 * Signs an offer, binding, rotation or acknowledgement with a company's key (a rotation: with the person's former key).
 * Throws the `…_malformed` code of the type.
 *
 * @example
 * ```ts
 * const offerJws = signDocument("freehold-offer+jws", offer, secretKey);
 * ```
 */
export function signDocument<T extends keyof Formats & JwsType>(type: T, document: Formats[T], secretKey: Uint8Array): string {
  const payload = document as unknown as JsonValue;
  parseDocument(type, payload);
  return signJws({ type, payload, secretKey });
}

/**
 * Signs a publication; the result is its document, whose SHA-256 the entry holds. Throws `publication_malformed`.
 *
 * @example
 * ```ts
 * const document = signPublication({ "@context": "urn:freehold:publication:1", author, body, issued, type: "notice" }, secretKey);
 * const entry = encodeEntry({ kind: "publication", hash: fromHex(hashOf(document)) });
 * ```
 */
export function signPublication(publication: Publication, secretKey: Uint8Array): string {
  const payload = publication as unknown as JsonValue;
  parsePublication(payload);
  return signJws({ type: "freehold-publication+jws", payload, secretKey });
}

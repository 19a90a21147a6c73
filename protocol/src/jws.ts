/** The one form of a signed document: compact JWS, ES256, canonical header and payload, low s (spec/record.md, "JWS"). */
import { verifyP256, sha256 } from "#platform";
import { concat, fromBase64url, fromUtf8, toBase64url, toHex, utf8 } from "./bytes.ts";
import { canonicalize, parseCanonical } from "./canonical.ts";
import type { JsonValue } from "./canonical.ts";
import { FreeholdError } from "./errors.ts";
import { check, matching, object, oneOf } from "./shape.ts";
import type { Shaped } from "./shape.ts";

/** The longest document that is read, in bytes. */
export const MAX_JWS = 65_536;

/** The last digit has two unused bits, which are zero: one text for one key. */
const coordinate = matching(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 43, "32 bytes in strict base64url");

/** A P-256 public key as a JWK (RFC 7517), with these four members and no other. */
export const jwkShape = object({ crv: oneOf("P-256"), kty: oneOf("EC"), x: coordinate, y: coordinate });
export type Jwk = Shaped<typeof jwkShape>;

/** The types of signed documents. */
export type JwsType =
  | "freehold-record+jws"
  | "freehold-offer+jws"
  | "freehold-binding+jws"
  | "freehold-rotation+jws"
  | "freehold-acknowledgement+jws"
  | "freehold-publication+jws"
  | "freehold-guardian+jws"
  | "freehold-mailbox+jws";

/** An uncompressed public key (65 bytes) as a JWK. */
export function jwkOf(publicKey: Uint8Array): Jwk {
  if (publicKey.length !== 65 || publicKey[0] !== 4) throw new FreeholdError("key_malformed", "An uncompressed P-256 key has 65 bytes and begins with 04.");
  return { crv: "P-256", kty: "EC", x: toBase64url(publicKey.subarray(1, 33)), y: toBase64url(publicKey.subarray(33)) };
}

/** The uncompressed public key of a JWK. Throws `key_malformed`. That it is a point of the curve is checked where it is used: no signature verifies under one that is not. */
export function publicKeyOf(jwk: Jwk): Uint8Array {
  const { x, y } = check(jwkShape, jwk, "key", "key_malformed");
  return concat(Uint8Array.of(4), fromBase64url(x), fromBase64url(y));
}

/** RFC 7638 thumbprint (SHA-256, base64url, 43 characters): the kid of a key. */
export function thumbprint(jwk: Jwk): string {
  return toBase64url(sha256(utf8(canonicalize({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))));
}

/** SHA-256 of the ASCII bytes of a JWS, by which other documents name it. Hexadecimal. */
export function hashOf(jws: string): string {
  return toHex(sha256(utf8(jws)));
}

/** A JWS taken apart, its signature not yet verified. */
export interface DecodedJws {
  kid: string;
  payload: JsonValue;
  signed: Uint8Array;
  signature: Uint8Array;
}

/** Half of the order of P-256 (SEC 2, section 2.4.2), rounded down. */
const HALF_ORDER = 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n;

/**
 * Takes a JWS apart and checks its form. Throws `jws_malformed` (not three strict base64url parts, payload not
 * canonical, too long, high s) or `jws_header` (anything but ES256, this type and a kid).
 */
export function decodeJws(jws: string, type: JwsType): DecodedJws {
  if (typeof jws !== "string" || jws.length > MAX_JWS) throw new FreeholdError("jws_malformed", `A JWS is a text of at most ${MAX_JWS} characters.`);
  const parts = jws.split(".");
  if (parts.length !== 3) throw new FreeholdError("jws_malformed", `A compact JWS has three parts; this one has ${parts.length}.`);
  const [head, body, tail] = parts as [string, string, string];
  const kid = kidOf(head, type);
  const payload = canonicalPart(body, "payload");
  const signature = strict(tail, "signature");
  if (signature.length !== 64) throw new FreeholdError("jws_malformed", `An ES256 signature has 64 bytes; this one has ${signature.length}.`);
  if (BigInt(`0x${toHex(signature.subarray(32))}`) > HALF_ORDER)
    throw new FreeholdError("jws_malformed", "The signature has a high s; the low form of the same signature is required.");
  return { kid, payload, signed: utf8(`${head}.${body}`), signature };
}

/** Verifies a JWS under a key. Throws as {@link decodeJws} and {@link verifySignature}. */
export async function verifyJws(jws: string, input: { type: JwsType; key: Jwk }): Promise<DecodedJws> {
  const decoded = decodeJws(jws, input.type);
  await verifySignature(decoded, input.key);
  return decoded;
}

/** Verifies the signature of a JWS that was taken apart. Throws `key_malformed`, `jws_header` (another kid) or `jws_signature`. */
export async function verifySignature({ kid, signed, signature }: DecodedJws, key: Jwk): Promise<void> {
  const publicKey = publicKeyOf(key);
  if (thumbprint(key) !== kid) throw new FreeholdError("jws_header", "The kid of the JWS is not the thumbprint of the key.");
  if (!(await verifyP256(publicKey, signed, signature))) throw new FreeholdError("jws_signature", "The signature does not verify under the key.");
}

/** The kid in a header, which has one form only. */
function kidOf(head: string, type: JwsType): string {
  const header = canonicalize(canonicalPart(head, "header"));
  const [, kid, typ] = /^\{"alg":"ES256","kid":"([A-Za-z0-9_-]{43})","typ":"([^"]*)"\}$/.exec(header) ?? [];
  if (kid === undefined || typ !== type) throw new FreeholdError("jws_header", `The header must be {"alg":"ES256","kid":…,"typ":"${type}"}, and nothing else.`);
  return kid;
}

function canonicalPart(part: string, name: string): JsonValue {
  try {
    return parseCanonical(fromUtf8(strict(part, name)));
  } catch (cause) {
    throw new FreeholdError("jws_malformed", `The ${name} of the JWS is not canonical JSON (RFC 8785) in strict base64url.`, { cause });
  }
}

function strict(part: string, name: string): Uint8Array {
  try {
    return fromBase64url(part);
  } catch (cause) {
    throw new FreeholdError("jws_malformed", `The ${name} of the JWS is not strict base64url.`, { cause });
  }
}

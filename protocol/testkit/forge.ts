/** Documents as no honest client writes them, correctly signed: what a verifier must refuse for its form alone. */
import { p256 } from "@noble/curves/nist.js";
import { fromBase64url, fromUtf8, toBase64url, utf8 } from "../src/bytes.ts";
import { canonicalize } from "../src/canonical.ts";
import { thumbprint } from "../src/jws.ts";
import { publicJwk } from "../src/sign.ts";

interface Forgery {
  /** The text of the header; where absent, the one that the type asks for. */
  header?: string;
  type: string;
  /** A text, or a value that is put in canonical form. */
  payload: unknown;
  key: Uint8Array;
}

/** The header that a type and a key ask for. */
export function headerOf(type: string, key: Uint8Array): string {
  return canonicalize({ alg: "ES256", kid: thumbprint(publicJwk(key)), typ: type });
}

/** A JWS with any header and payload. */
export function forge({ type, payload, key, header = headerOf(type, key) }: Forgery): string {
  const signed = [header, typeof payload === "string" ? payload : canonicalize(payload)].map((text) => toBase64url(utf8(text))).join(".");
  return `${signed}.${toBase64url(p256.sign(utf8(signed), key))}`;
}

/** The same JWS with its signature changed. */
export function withSignature(jws: string, change: (signature: Uint8Array) => Uint8Array): string {
  const [header, payload, signature] = jws.split(".") as [string, string, string];
  return `${header}.${payload}.${toBase64url(change(fromBase64url(signature)))}`;
}

/** The payload of a JWS, unverified. */
export function payloadOf(jws: string): { [member: string]: unknown } {
  return JSON.parse(fromUtf8(fromBase64url(jws.split(".")[1]!))) as { [member: string]: unknown };
}

/** The other s that verifies: n - s. */
export function otherS(signature: Uint8Array): Uint8Array {
  const { Fn } = p256.Point;
  const out = signature.slice();
  out.set(Fn.toBytes(Fn.neg(Fn.fromBytes(signature.subarray(32)))), 32);
  return out;
}

/** These bytes with one bit changed: bit `at` mod 8, most significant first, of byte `at` / 8. */
export function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const out = bytes.slice();
  out[at >> 3]! ^= 0x80 >> (at & 7);
  return out;
}

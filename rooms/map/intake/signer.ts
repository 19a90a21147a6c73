/** Signs many publications: the form of `signPublication` (protocol), by OpenSSL, which is twenty times as fast. */
import { createPrivateKey, sign } from "node:crypto";
import { fromHex, toBase64url, toHex, utf8 } from "@freehold/protocol/bytes";
import { canonicalize } from "@freehold/protocol/canonical";
import { thumbprint } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { parsePublication } from "@freehold/protocol/publication";
import type { Publication } from "@freehold/protocol/publication";
import { publicJwk } from "@freehold/protocol/sign";

/** The order of P-256 (SEC 2, section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface Signer {
  readonly jwk: Jwk;
  /** A compact JWS. Throws `publication_malformed`. */
  sign(publication: Publication): string;
  /** ES256 over bytes: r || s, of low s. */
  signBytes(bytes: Uint8Array): Uint8Array;
}

/**
 * A signer with the key that 32 bytes give.
 *
 * @example
 * ```ts
 * const { jwk, sign } = createSigner(readOrMakeSeed(join(folder, "publishing.key")));
 * ```
 */
export function createSigner(seed: Uint8Array): Signer {
  // All but one number in 2^32 is a key as it is; none may be left out.
  const secretKey = fromHex(((BigInt(`0x${toHex(seed)}`) % (ORDER - 1n)) + 1n).toString(16).padStart(64, "0"));
  const jwk = publicJwk(secretKey);
  const key = createPrivateKey({ key: { ...jwk, d: toBase64url(secretKey) }, format: "jwk" });
  const signBytes = (bytes: Uint8Array) => lowS(sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" }));
  const header = toBase64url(utf8(canonicalize({ alg: "ES256", kid: thumbprint(jwk), typ: "freehold-publication+jws" })));
  return {
    jwk,
    sign(publication) {
      parsePublication(publication as never);
      const signed = `${header}.${toBase64url(utf8(canonicalize(publication)))}`;
      return `${signed}.${toBase64url(signBytes(Buffer.from(signed)))}`;
    },
    signBytes,
  };
}

/** Of the two signatures that verify, the one that documents have (spec/record.md, "JWS"). */
function lowS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${toHex(signature.subarray(32))}`);
  if (s > ORDER / 2n) signature.set(fromHex((ORDER - s).toString(16).padStart(64, "0")), 32);
  return signature;
}

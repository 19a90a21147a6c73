/**
 * Hashing and signature checks where there is no `node:crypto`: SHA-256 by noble, signatures by WebCrypto
 * where the page has it (secure contexts), else by noble. node.ts exports the same names for Node; the
 * import map of package.json ("#platform") chooses.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

/** The part of WebCrypto that is used here, typed by hand: this package is built without the DOM's types. */
interface Subtle {
  importKey(format: "raw", key: Uint8Array, algorithm: object, extractable: false, usages: readonly ["verify"]): Promise<unknown>;
  verify(algorithm: object, key: unknown, signature: Uint8Array, data: Uint8Array): Promise<boolean>;
}

const subtle = (globalThis as { crypto?: { subtle?: Subtle } }).crypto?.subtle;
let ed25519InSubtle = subtle !== undefined;

/** SHA-256 of the concatenation of `a` and, where given, `b`. */
export function sha256(a: Uint8Array, b?: Uint8Array): Uint8Array {
  if (b === undefined) return nobleSha256(a);
  return nobleSha256.create().update(a).update(b).digest();
}

const pair = new Uint8Array(65);
pair[0] = 1;

/** SHA-256(0x01 || left || right), both of 32 bytes (RFC 6962, section 2.1). */
export function hashChildren(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1);
  pair.set(right, 33);
  return nobleSha256(pair);
}

/** ES256: `publicKey` uncompressed (65 bytes), `signature` r || s (64 bytes). False also where the key is no point of the curve. */
export async function verifyP256(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (signature.length !== 64) return false;
  try {
    if (subtle === undefined) {
      // Only pages without a secure context need it: loaded when the first signature is checked.
      const { p256 } = await import("@noble/curves/nist.js");
      return p256.verify(signature, message, publicKey, { lowS: false });
    }
    const key = await subtle.importKey("raw", publicKey, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
    return await subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, message);
  } catch {
    return false;
  }
}

/** Ed25519 (RFC 8032): `publicKey` 32 bytes, `signature` 64 bytes. */
export async function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (subtle !== undefined && ed25519InSubtle) {
    try {
      const key = await subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
      return await subtle.verify({ name: "Ed25519" }, key, signature, message);
    } catch (error) {
      if ((error as Error).name !== "NotSupportedError") return false; // a public key that is no point
      ed25519InSubtle = false;
    }
  }
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

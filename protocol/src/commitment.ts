/** Pedersen commitments in ristretto255: how an entry binds to a document without saying anything of it (spec/commitment.md). */
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { concat, equal, lengthPrefixed, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

const { Point } = ristretto255;
type Element = InstanceType<typeof Point>;

/** The standard generator, without noble's own tables: building those costs more than opening one commitment. */
const G = Point.fromBytes(Point.BASE.toBytes());

/** The order of the group. */
const Q = Point.Fn.ORDER;

/** The second generator: nobody knows its logarithm, because it is a hash of a public string (RFC 9380, appendix B). */
const H = ristretto255_hasher.hashToCurve(utf8("H"), { DST: "freehold/commit/v1/ristretto255_XMD:SHA-512_R255MAP_RO_" }) as Element;

const DOMAIN = lengthPrefixed("freehold/commit/v1");

/**
 * A fresh opening: 32 bytes, little-endian, uniform below the order of the group, from the system's generator.
 * Exact rejection, not a reduction: hiding is perfect because this is uniform.
 */
export function newOpening(): Uint8Array {
  for (;;) {
    const bytes = randomBytes(32);
    bytes[31]! &= 0x1f;
    if (fromLittleEndian(bytes) < Q) return bytes;
  }
}

/**
 * The commitment (32 bytes) to a document, the ASCII text of a JWS. Throws `opening_malformed`, `jws_malformed` (see {@link messageScalar}).
 *
 * @example
 * ```ts
 * const opening = newOpening();
 * const commitment = commit(jws, opening);
 * ```
 */
export function commit(document: string, opening: Uint8Array): Uint8Array {
  return combine(H, document, opening);
}

/** {@link commit} with another second generator (32 bytes), for the tests of hiding, which need one whose logarithm they know. */
export function commitWith(generator: Uint8Array, document: string, opening: Uint8Array): Uint8Array {
  return combine(Point.fromBytes(generator), document, opening);
}

function combine(h: Element, document: string, opening: Uint8Array): Uint8Array {
  const r = parseOpening(opening);
  makeTables();
  return times(G, messageScalar(document)).add(times(h, r)).toBytes();
}

/** The scalar of a document: SHA-512 under the domain string, little-endian, mod the order. Throws `jws_malformed` where it is not ASCII. */
export function messageScalar(document: string): bigint {
  const bytes = utf8(document);
  // Lone surrogates all become U+FFFD: without this, some texts would share a scalar, and a commitment.
  if (bytes.length !== document.length) throw new FreeholdError("jws_malformed", "A document is the ASCII text of a JWS; this text has other characters.");
  return fromLittleEndian(sha512(concat(DOMAIN, bytes))) % Q;
}

/** Checks that an opening opens a commitment to a document. Throws `opening_malformed`, `commitment_mismatch`, `jws_malformed` (see {@link messageScalar}). */
export function verifyOpening(input: { commitment: Uint8Array; document: string; opening: Uint8Array }): void {
  const r = parseOpening(input.opening);
  makeTables();
  // Not constant-time: whoever verifies an opening has it, and the document too.
  const opened = G.multiplyUnsafe(messageScalar(input.document)).add(H.multiplyUnsafe(r));
  if (!equal(opened.toBytes(), input.commitment)) throw new FreeholdError("commitment_mismatch", "The opening does not open the commitment to this document.");
}

function parseOpening(opening: Uint8Array): bigint {
  const r = opening.length === 32 ? fromLittleEndian(opening) : Q;
  if (r >= Q) throw new FreeholdError("opening_malformed", "An opening has 32 bytes, little-endian, and is below the order of ristretto255.");
  return r;
}

/** Tables make a product several times as fast and cost 50 ms to build: worth it for a desk and for a sitting with many decisions, not for one receipt in a page. */
const TABLES_FROM = 32;
let used = 0;

function makeTables(): void {
  if (++used === TABLES_FROM) for (const generator of [G, H]) generator.precompute(8, false);
}

function times(point: Element, scalar: bigint): Element {
  return scalar === 0n ? Point.ZERO : point.multiply(scalar);
}

function fromLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

/** Vectors of commitments (spec/commitment.md). A path here is relative to spec/vectors. */
import { fromHex, toHex } from "../../protocol/src/bytes.ts";
import { commit, messageScalar } from "../../protocol/src/commitment.ts";

const Q = 2n ** 252n + 27742317777372353535851937790883648493n;
const DOCUMENT = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl";
const OTHER = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoyfQ.c2lnbmF0dXJl";

const openings: Record<string, [description: string, document: string, opening: bigint]> = {
  "opening-0": ["r = 0: C = m·G, the scalar alone", DOCUMENT, 0n],
  "opening-1": ["r = 1: the opening is little-endian", DOCUMENT, 1n],
  "opening-2-248": ["the last byte of the opening is its highest", DOCUMENT, 2n ** 248n],
  "opening-q-minus-1": ["the largest opening: C = m·G - H", DOCUMENT, Q - 1n],
  "opening-each-byte": [
    "each byte of the opening at its place",
    DOCUMENT,
    BigInt(`0x${Array.from({ length: 32 }, (_, i) => (i < 1 ? "0f" : ((17 * i) % 256).toString(16).padStart(2, "0"))).join("")}`),
  ],
  "document-other": ["another document, the same opening", OTHER, 1n],
  "document-empty": ["the empty text", "", 1n],
  "document-long": ["a document of 20,000 characters", "x".repeat(20_000), 1n],
};

/** All vectors of this format, by path below spec/vectors. */
export function commitmentVectors(): Record<string, object> {
  const out: Record<string, object> = {
    "commitment/valid/second-generator.json": {
      description: "H, the hash of a public string; an opening of 1 less an opening of 0",
      message: "H",
      dst: "freehold/commit/v1/ristretto255_XMD:SHA-512_R255MAP_RO_",
      element: "8aaa1fdaf65a5dcbe8892107cba6110501f5f9e15e22ee4bbee56555baf4120a",
    },
  };
  for (const [name, [description, document, r]] of Object.entries(openings)) {
    const opening = littleEndian(r);
    out[`commitment/valid/${name}.json`] = {
      description,
      document,
      scalar: littleEndian(messageScalar(document)),
      opening,
      commitment: toHex(commit(document, fromHex(opening))),
    };
  }
  const opening = littleEndian(12345678901234567890n);
  const commitment = toHex(commit(DOCUMENT, fromHex(opening)));
  const refuse = (name: string, code: string, description: string, change: { document?: string; opening?: string; commitment?: string }) => {
    out[`commitment/invalid/${name}.json`] = { description, document: DOCUMENT, opening, commitment, ...change, code };
  };
  const malformed = "opening_malformed";
  refuse("opening-q", malformed, "r = q would open what r = 0 opens", { opening: littleEndian(Q), commitment: toHex(commit(DOCUMENT, new Uint8Array(32))) });
  refuse("opening-q-plus-r", malformed, "the opening plus the order", { opening: littleEndian(Q + 12345678901234567890n) });
  refuse("opening-2-253", malformed, "the three upper bits are not ignored", { opening: littleEndian(2n ** 253n + 12345678901234567890n) });
  refuse("opening-2-256-minus-1", malformed, "all bits set", { opening: "ff".repeat(32) });
  refuse("opening-empty", malformed, "no bytes", { opening: "" });
  refuse("opening-one-byte-short", malformed, "31 bytes", { opening: opening.slice(0, -2) });
  refuse("opening-one-byte-long", malformed, "33 bytes", { opening: `${opening}00` });
  const mismatch = "commitment_mismatch";
  refuse("opening-of-another", mismatch, "an opening one too high", { opening: littleEndian(12345678901234567891n) });
  refuse("opening-negated", mismatch, "q - r", { opening: littleEndian(Q - 12345678901234567890n) });
  refuse("opening-big-endian", mismatch, "r = 256 written big-endian reads as 2^240", {
    opening: toHex(fromHex(littleEndian(256n)).reverse()),
    commitment: toHex(commit(DOCUMENT, fromHex(littleEndian(256n)))),
  });
  refuse("document-of-another", mismatch, "another document", { document: OTHER });
  refuse("document-newline-after", mismatch, "the document with a line break after it", { document: `${DOCUMENT}\n` });
  refuse("document-not-ascii", "jws_malformed", "a document is ASCII", { document: `${DOCUMENT}\u00e9` });
  refuse("commitment-without-opening", mismatch, "C = m·G, shown with an opening that is not 0", { commitment: toHex(commit(DOCUMENT, new Uint8Array(32))) });
  refuse("commitment-bit", mismatch, "one bit of the commitment", { commitment: (commitment[0] === "0" ? "1" : "0") + commitment.slice(1) });
  refuse("commitment-high-bit", mismatch, "the unused highest bit set: the same element for a careless decoder", {
    commitment: commitment.slice(0, -2) + (Number.parseInt(commitment.slice(-2), 16) | 128).toString(16),
  });
  refuse("commitment-no-element", mismatch, "bytes that are no element open to nothing", { commitment: "ff".repeat(32) });
  refuse("commitment-cut-off", mismatch, "31 bytes", { commitment: commitment.slice(0, -2) });
  refuse("commitment-empty", mismatch, "no bytes", { commitment: "" });
  return out;
}

function littleEndian(value: bigint): string {
  return toHex(fromHex(value.toString(16).padStart(64, "0")).reverse());
}

/** The evidence of a gesture over a batch, kept with each record of it (spec/passkey.md). It is hers: it is shown in a dispute, and sent nowhere. */
import { fromBase64url, fromHex, toBase64url, toHex, utf8, concat, lengthPrefixed } from "@freehold/protocol/bytes";
import { canonicalize } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { inclusionProof, leafHash, rootHash, verifyInclusion } from "@freehold/protocol/merkle";
import { verifyAssertion } from "@freehold/protocol/passkey";
import { check, hex, integer, list, object, text } from "@freehold/protocol/shape";
import { sha256 } from "@noble/hashes/sha2.js";

/** What an authenticator answered to the challenge of a batch; bytes. */
export interface GestureAnswer {
  publicKey: Uint8Array;
  clientDataJSON: Uint8Array;
  authenticatorData: Uint8Array;
  signature: Uint8Array;
}

const evidenceShape = object({
  authenticatorData: text(1, 4096),
  clientDataJSON: text(1, 8192),
  index: integer(0),
  path: list(hex(32), 0, 64),
  publicKey: text(1, 100),
  root: hex(32),
  signature: text(1, 200),
  size: integer(1),
});

/** The evidence for each document of a batch: the answer, and the way from the document to the root that was signed. Canonical JSON each. */
export function gestureEvidence(documents: readonly string[], answer: GestureAnswer): string[] {
  const leaves = documents.map((document) => leafHash(utf8(document)));
  const root = toHex(rootHash(leaves));
  const common = {
    authenticatorData: toBase64url(answer.authenticatorData),
    clientDataJSON: toBase64url(answer.clientDataJSON),
    publicKey: toBase64url(answer.publicKey),
    root,
    signature: toBase64url(answer.signature),
    size: documents.length,
  };
  return documents.map((_, index) => canonicalize({ ...common, index, path: inclusionProof(leaves, index).map(toHex) }));
}

/**
 * Verifies that a gesture was over a document, among others, in a page of one of these origins and with a passkey of this domain.
 *
 * @throws `passkey_malformed`, `passkey_mismatch`, `passkey_signature`; `inclusion_invalid` where the document was not among them.
 * @example
 * ```ts
 * await verifyGesture(item.gesture, item.jws, { origins: ["https://register.example"], rpId: "register.example" });
 * ```
 */
export async function verifyGesture(evidence: string, document: string, { origins, rpId }: { origins: readonly string[]; rpId: string }): Promise<void> {
  const { index, size, path, root, ...answer } = check(evidenceShape, parse(evidence), "gesture", "passkey_malformed");
  const signed = fromHex(root);
  verifyInclusion({ leafHash: leafHash(utf8(document)), index, size, root: signed, proof: path.map((hash) => fromHex(hash)) });
  await verifyAssertion({
    authenticatorData: fromBase64url(answer.authenticatorData),
    clientDataJSON: fromBase64url(answer.clientDataJSON),
    publicKey: fromBase64url(answer.publicKey),
    signature: fromBase64url(answer.signature),
    challenge: sha256(concat(lengthPrefixed("freehold/batch/v1"), signed)),
    origins,
    rpId,
  });
}

function parse(evidence: string): unknown {
  try {
    return JSON.parse(evidence);
  } catch (cause) {
    throw new FreeholdError("passkey_malformed", "The evidence of a gesture is JSON.", { cause });
  }
}

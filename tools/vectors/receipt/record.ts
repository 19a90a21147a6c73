/** Receipts whose text, record, commitment, lock or place in the log is wrong. */
import { fromHex, toHex } from "../../../protocol/src/bytes.ts";
import { canonicalize } from "../../../protocol/src/canonical.ts";
import { commit } from "../../../protocol/src/commitment.ts";
import { encodeEntry } from "../../../protocol/src/entry.ts";
import type { FreeholdErrorCode } from "../../../protocol/src/errors.ts";
import { thumbprint } from "../../../protocol/src/jws.ts";
import { parseProof } from "../../../protocol/src/proof.ts";
import { flipBit, forge, otherS, payloadOf, withSignature } from "../../../protocol/testkit/forge.ts";
import { bytesOf, createRegister, openingOf } from "../../../protocol/testkit/register.ts";
import { START, lockFor, personKey, shopKey } from "../../../protocol/testkit/story.ts";
import type { Story } from "../../../protocol/testkit/story.ts";
import { tell, attackerKey, receipt, complete, invalid, reprove, flip } from "./shared.ts";
import type { ReceiptVector, Change } from "./shared.ts";
import { publicJwk } from "../../../protocol/src/sign.ts";

export function badForm(): Record<string, ReceiptVector> {
  const story = tell();
  const text = canonicalize(receipt(story, complete));
  const form = (description: string, change: Change | string, code: FreeholdErrorCode = "receipt_malformed") =>
    invalid("form", code, description, story, change);
  return {
    "text-with-a-space": form("no white space", text.replace(",", ", ")),
    "text-in-another-order": form("members in the order of RFC 8785", text.replace(/("@context":"[^"]*"),("acknowledgements":.*?\]),("beacon")/, "$2,$1,$3")),
    "text-with-a-key-twice": form("each member once", text.replace('"code":', '"code":"","code":')),
    "text-cut-off": form("JSON is required", text.slice(0, -1)),
    "text-with-a-line-break-after-it": form("nothing after it", `${text}\n`),
    "text-empty": form("JSON is required", ""),
    "is-a-list": form("an object", `[${text}]`),
    "context-of-a-later-version": form("a version that nobody knows", text.replace("receipt:1", "receipt:2")),
    "policy-in-the-receipt": form("the policy comes from the verifier", () => ({ policy: story.register.policyText })),
    "member-proto": form("a member like any other", text.replace('"acknowledgements"', '"__proto__":{},"acknowledgements"')),
    "record-missing": form("required", () => ({ record: undefined })),
    "status-missing": form("required", () => ({ status: undefined })),
    "status-with-a-size": form("the size is that of the checkpoint", ({ status }) => ({ status: { ...status, size: 9 } })),
    "opening-in-capitals": form("lower case", ({ opening }) => ({ opening: opening.toUpperCase() })),
    "entry-of-65-bytes": form("66 bytes", ({ entry }) => ({ entry: entry.slice(2) })),
    "beacon-path-too-long": form("64 hashes at most", ({ beacon }) => ({ beacon: { ...beacon, path: Array.from({ length: 65 }, () => "0".repeat(64)) } })),
    "claims-empty": form("absent, or 1 to 4", () => ({ claims: [] })),
    "claims-five": form("absent, or 1 to 4", ({ claims }) => ({ claims: Array.from({ length: 5 }, () => claims![0]) })),
    "claim-at-a-negative-index": form("0 at least", ({ claims }) => ({ claims: [{ ...claims![0]!, index: -1 }] })),
    "claim-at-2-53": form("2^53-1 at most", ({ claims }) => ({ claims: [{ ...claims![0]!, index: 2 ** 53 }] })),
    "key-with-a-kid": form("four members, and no other", ({ key }) => ({ key: { ...key, kid: thumbprint(key) } })),
    "code-as-a-person-types-it": form("the canonical form: one text for one secret", ({ code }) => ({ code: code!.toLowerCase() })),
    "proof-of-another-version": form("c2sp.org/tlog-proof@v1", ({ proof }) => ({ proof: proof.replace("@v1", "@v2") }), "proof_malformed"),
    "proof-without-note": form("a checkpoint is needed", ({ proof }) => ({ proof: proof.slice(0, proof.indexOf("\n\n") + 1) }), "proof_malformed"),
    "proof-with-an-unsigned-note": form("signature lines are needed", ({ proof }) => ({ proof: proof.slice(0, proof.indexOf("—")) }), "note_malformed"),
    "proof-of-a-note-with-an-extension": form(
      "extension lines are not allowed",
      ({ proof }) => ({ proof: proof.replace("\n\n—", "\nextension\n\n—") }),
      "checkpoint_malformed",
    ),
  };
}

export function badRecord(): Record<string, ReceiptVector> {
  const story = tell();
  const other = tell({ record: { lock: toHex(bytesOf("other lock")) } });
  const jws = story.record.jws;
  const byAttacker = tell({ personKey: attackerKey });
  const beacon = { ...(payloadOf(jws)["beacon"] as object), origin: "other.example/log" };
  const elsewhere = createRegister("other.example/log");
  const replayed = replay(elsewhere, story);
  return {
    "signature-bit": invalid("signature", "jws_signature", "a bit of r", story, () => ({ record: withSignature(jws, (bytes) => flipBit(bytes, 9)) })),
    "signature-with-high-s": invalid("signature", "jws_malformed", "n - s verifies too, and is refused", story, () => ({ record: withSignature(jws, otherS) })),
    "key-of-an-attacker": invalid("signature", "jws_header", "the kid is of another key", story, () => ({ key: publicJwk(attackerKey) })),
    "record-signed-again-by-an-attacker": invalid(
      "commitment",
      "commitment_mismatch",
      "a second signature by an attacker's key is another document than the entry's",
      story,
      () => ({ key: publicJwk(attackerKey), record: byAttacker.record.jws }),
    ),
    "record-that-is-an-offer": invalid("signature", "jws_header", "a document of another type", story, () => ({
      record: story.offer,
      key: publicJwk(shopKey),
    })),
    "record-with-its-expiry-removed": invalid("signature", "record_malformed", "signed by her, and no record", story, () => ({
      record: forge({ type: "freehold-record+jws", payload: { ...payloadOf(jws), expires: null }, key: personKey }),
    })),
    "opening-bit": invalid("commitment", "commitment_mismatch", "a bit of the opening", story, ({ opening }) => ({ opening: flip(opening, 3) })),
    "opening-above-the-order": invalid(
      "commitment",
      "opening_malformed",
      "the opening and the order of the group: the same scalar, another text",
      story,
      ({ opening }) => ({ opening: plusOrder(opening) }),
    ),
    "commitment-bit": invalid("commitment", "commitment_mismatch", "a bit of the entry's commitment", story, ({ entry }) => ({ entry: flip(entry, 20) })),
    "entry-of-another-record": invalid("commitment", "commitment_mismatch", "the entry of a stranger", story, () => ({
      entry: toHex(story.register.entries[1]!),
    })),
    "entry-of-a-later-version": invalid("commitment", "entry_malformed", "a version that nobody knows", story, ({ entry }) => ({
      entry: `02${entry.slice(2)}`,
    })),
    "entry-of-another-kind": invalid("commitment", "entry_malformed", "a publication of 66 bytes", story, ({ entry }) => ({ entry: `0103${entry.slice(4)}` })),
    "another-lock-in-the-entry": invalid("lock", "lock_mismatch", "the company logs the grant under a lock that nobody can open", ...relocked(story)),
    "code-of-another-record": invalid("lock", "lock_mismatch", "a code that opens another lock", story, () => ({ code: lockFor(story.register, 1).code })),
    "code-with-a-wrong-check": invalid("lock", "code_checksum", "a symbol of the code", story, ({ code }) => ({
      code: `${code!.startsWith("0") ? "1" : "0"}${code!.slice(1)}`,
    })),
    "proof-from-another-register": invalid(
      "origin",
      "receipt_origin",
      "the same entries in another register, which signs them too",
      story,
      () => receipt(replayed),
      { policy: elsewhere.policyText },
    ),
    "record-for-another-register": invalid(
      "origin",
      "receipt_origin",
      "a record whose beacon is of another register",
      tell({ record: { beacon: beacon as never } }),
    ),
    "entry-that-is-not-in-the-log": invalid("inclusion", "inclusion_invalid", "another opening, not logged", story, () => {
      const opening = openingOf("never logged");
      return {
        opening: toHex(opening),
        entry: toHex(encodeEntry({ kind: "record", commitment: commit(jws, opening), lock: fromHex(payloadOf(jws)["lock"] as string) })),
      };
    }),
    "entry-at-another-index": invalid("inclusion", "inclusion_invalid", "the index of a stranger", story, (whole) => ({
      proof: reprove(whole, { index: story.record.index + 1 }),
    })),
    "entry-at-an-index-above-the-size": invalid("inclusion", "inclusion_invalid", "an index that the tree has not", story, (whole) => ({
      proof: reprove(whole, { index: story.at.size }),
    })),
    "proof-hash-bit": invalid("inclusion", "inclusion_invalid", "a bit of the inclusion proof", story, (whole) => ({
      proof: reprove(whole, { hashes: parseProof(whole.proof).hashes.map((hash, i) => (i === 1 ? flipBit(hash, 7) : hash)) }),
    })),
    "proof-of-another-record": invalid("inclusion", "inclusion_invalid", "the proof of the other story's entry", story, () => ({
      proof: receipt(other).proof,
    })),
  };
}

/** The same scalar, not below the order of the group. */
function plusOrder(opening: string): string {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const sum = BigInt(`0x${toHex(fromHex(opening).reverse())}`) + order;
  return toHex(fromHex(sum.toString(16).padStart(64, "0")).reverse());
}

/** A register that logs all entries of a story's, and publishes at the same sizes. */
function replay(register: Story["register"], story: Story): Story {
  const entries = story.register.entries;
  for (const claim of story.claims) register.publishDocument(claim);
  for (const entry of entries.slice(story.claims.length, story.beacon.size - 1)) register.append(entry);
  const beacon = register.publish(START + 120);
  for (const entry of entries.slice(story.beacon.size, story.at.size - 1)) register.append(entry);
  const at = register.publish(START + 360);
  return { ...story, register, beacon, at };
}

/** The record's commitment under another lock, logged and proved. */
function relocked(story: Story): [Story, Change] {
  const { register } = story;
  const entry = encodeEntry({ kind: "record", commitment: story.record.entry.subarray(2, 34), lock: bytesOf("a lock of the company") });
  const index = register.append(entry);
  const at = register.publish(START + 400);
  return [{ ...story, record: { ...story.record, entry, index }, at }, () => ({})];
}

/** The file that proves one record, and its verification (spec/receipt.md). */
import { anchorShape, verifyAnchor } from "./anchor.ts";
import type { Anchor, AnchorState, TrustedBlocks } from "./anchor.ts";
import { fromHex, toHex, utf8 } from "./bytes.ts";
import { canonicalize, parseCanonical } from "./canonical.ts";
import type { JsonValue } from "./canonical.ts";
import { verifyOpening } from "./commitment.ts";
import { decodeEntry, encodeEntry } from "./entry.ts";
import { FreeholdError } from "./errors.ts";
import type { FreeholdErrorCode } from "./errors.ts";
import { hashOf, jwkShape, thumbprint, verifySignature } from "./jws.ts";
import type { DecodedJws, Jwk } from "./jws.ts";
import { opens, parseCode } from "./lock.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "./merkle.ts";
import { decodeDocument, verifyFits } from "./offer.ts";
import type { Acknowledgement, Binding, Offer } from "./offer.ts";
import { verifyCheckpoint } from "./policy.ts";
import type { WitnessedCheckpoint } from "./policy.ts";
import { parseProof } from "./proof.ts";
import { decodeClaim, verifyClaim } from "./publication.ts";
import type { Claim } from "./publication.ts";
import { classOf, verifyRecord } from "./record.ts";
import type { Record, SignedRecord } from "./record.ts";
import { check, hex, integer, list, matching, object, oneOf, seconds, text } from "./shape.ts";
import type { Shaped } from "./shape.ts";
import { statusProofShape, verifyStatus } from "./status.ts";
import type { TrustPolicy } from "./trust-policy.ts";

/** The longest receipt that is read, in bytes. */
export const MAX_RECEIPT = 262_144;

const jws = text(1, 65_536);
const note = text(1, 65_536);
const path = list(hex(32), 0, 64);
const sealedShape = object({ entry: hex(66), index: integer(0), jws, opening: hex(32), path });
type Sealed = Shaped<typeof sealedShape>;
/** As `formatCode` writes it, and not as a person may type it: one text for one secret. */
const withdrawalCode = matching(/^[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){13}$/, 69, "a withdrawal code in 14 groups of 4 capitals and digits");

const receiptShape = object(
  {
    "@context": oneOf("urn:freehold:receipt:1"),
    beacon: object({ checkpoint: note, path }),
    entry: hex(66),
    key: jwkShape,
    opening: hex(32),
    proof: note,
    record: jws,
    status: statusProofShape,
  },
  {
    acknowledgements: list(sealedShape, 1, 16),
    anchor: anchorShape,
    binding: sealedShape,
    claims: list(object({ document: jws, index: integer(0), path }), 1, 4),
    code: withdrawalCode,
    offer: jws,
  },
);
export type Receipt = Shaped<typeof receiptShape>;

/** The steps of {@link verifyReceipt}, in their order. */
export const receiptSteps = [
  "form",
  "signature",
  "commitment",
  "lock",
  "origin",
  "checkpoint",
  "inclusion",
  "beacon",
  "claims",
  "offer",
  "controller",
  "binding",
  "acknowledgement",
  "anchor",
  "status",
] as const;
export type ReceiptStep = (typeof receiptSteps)[number];

export interface ReceiptOptions {
  /** Whom the verifier believes; never taken from the receipt. */
  policy: TrustPolicy;
  /** The verifier's clock, in seconds since 1970. */
  now: number;
  /** At a desk: its own controller id, which the record must name. */
  controller?: string;
  /** Blocks that the verifier trusts (spec/anchor.md). */
  blocks?: TrustedBlocks;
  /** Called as each step passes, with what it found. A step that fails throws instead. */
  onStep?: (step: ReceiptStep, finding: string) => void;
}

/** What a verified receipt says. Instants are seconds since 1970. */
export interface VerifiedReceipt extends SignedRecord {
  index: number;
  checkpoint: WitnessedCheckpoint;
  /** When the beacon was witnessed: the record was signed in knowledge of it. Witnesses cosign an idle log anew, so it may be later than the first time. Null where the policy asks for no witness. */
  notBefore: number | null;
  /** By the status, or because an acknowledgement carries the secret. */
  ended: boolean;
  /** By the status alone: what the log of this checkpoint says. */
  endedInLog: boolean;
  /** At the later of `now` and the checkpoint's witnessed time. */
  expired: boolean;
  offer?: Offer;
  binding?: Binding;
  acknowledgements: readonly Acknowledgement[];
  anchor?: { anchor: Anchor; state: AnchorState };
}

/** The receipt of a text. Throws `receipt_malformed`, naming the member. */
export function parseReceipt(source: string): Receipt {
  if (typeof source !== "string" || source.length > MAX_RECEIPT || utf8(source).length > MAX_RECEIPT)
    throw new FreeholdError("receipt_malformed", `A receipt is a text of at most ${MAX_RECEIPT} bytes.`);
  let value: JsonValue;
  try {
    value = parseCanonical(source);
  } catch (cause) {
    throw new FreeholdError("receipt_malformed", `A receipt is JSON in the form of RFC 8785. ${(cause as Error).message}`, { cause });
  }
  return check(receiptShape, value, "receipt", "receipt_malformed");
}

/** The text of a receipt. Throws `receipt_malformed`. */
export function formatReceipt(receipt: Receipt): string {
  return canonicalize(check(receiptShape, receipt, "receipt", "receipt_malformed") as unknown as JsonValue);
}

/**
 * Verifies a receipt, step by step; the first step that fails throws, with its code. Nothing is fetched.
 *
 * @example
 * ```ts
 * const policy = parseTrustPolicy(policyText);
 * const { record, index, ended } = await verifyReceipt(receiptText, { policy, now: Date.now() / 1000 });
 * ```
 */
export async function verifyReceipt(source: string, options: ReceiptOptions): Promise<VerifiedReceipt> {
  const { policy, now, controller, blocks, onStep } = options;
  const passed = (step: ReceiptStep, finding: string) => onStep?.(step, finding);
  // A clock that is none would make nothing expire.
  if (!Number.isFinite(now)) throw new FreeholdError("argument_invalid", `The clock must be seconds since 1970; this is ${now}.`);

  const receipt = parseReceipt(source);
  const { index, hashes: proof, checkpoint: checkpointNote } = parseProof(receipt.proof);
  passed("form", `${source.length} characters, ${index === 0 ? "first entry" : `entry ${index}`}`);

  const signed = await verifyRecord(receipt.record, receipt.key);
  const { record } = signed;
  passed("signature", `${record.act} towards ${record.controller.name}, signed by key ${signed.kid}`);

  const entryBytes = fromHex(receipt.entry);
  const entry = decodeEntry(entryBytes);
  if (entry.kind !== "record") throw new FreeholdError("entry_malformed", `The entry is a ${entry.kind}, not a record.`);
  verifyOpening({ commitment: entry.commitment, document: receipt.record, opening: fromHex(receipt.opening) });
  passed("commitment", "the opening opens the entry to this record");

  verifyLock(receipt, record, entry.lock);
  passed("lock", receipt.code === undefined ? "the entry has the record's lock" : "the entry has the record's lock, and the code opens it");

  const origin = checkpointNote.slice(0, checkpointNote.indexOf("\n"));
  if (origin !== record.beacon.origin)
    throw new FreeholdError("receipt_origin", `The record is for the register ${record.beacon.origin}, the proof from ${origin}.`);
  passed("origin", origin);

  const checkpoint = await verifyCheckpoint(checkpointNote, policy.tlog);
  passed("checkpoint", `size ${checkpoint.size}, ${witnessed(checkpoint)}`);

  const at: Place = { size: checkpoint.size, root: checkpoint.root };
  verifyInclusion({ leafHash: leafHash(entryBytes), index, proof, ...at });
  passed("inclusion", `entry ${index} of ${checkpoint.size}`);

  const beacon = await verifyBeacon(receipt, record, index, at, policy);
  passed("beacon", `size ${beacon.size}, ${witnessed(beacon)}`);

  const claims = await verifyClaims(receipt, at);
  passed("claims", claims.length === 0 ? "none" : `${claims.length} by ${claims[0]!.claim.author}`);

  const keys: Speaking = (below, kid) => keyFor(claims, record.controller.id, below, kid);
  const offer = await verifyOffer(receipt, record, beacon, keys);
  passed("offer", offer === undefined ? "none" : `of ${offer.issued}, the record fits it`);

  if (controller !== undefined && controller !== record.controller.id)
    throw new FreeholdError("receipt_controller", `The record is for ${record.controller.id}, not for ${controller}.`);
  passed("controller", record.controller.id);

  const binding = receipt.binding && (await verifyBinding(receipt.binding, signed, at, keys));
  passed("binding", binding === undefined ? "none" : `entry ${receipt.binding!.index}, of ${binding.issued}`);

  const acknowledgements: Acknowledgement[] = [];
  for (const sealed of receipt.acknowledgements ?? []) acknowledgements.push(await verifyAcknowledgement(sealed, signed, at, keys));
  passed("acknowledgement", acknowledgements.map(({ answer, issued }) => `${answer}, ${issued}`).join("; ") || "none");

  const state = receipt.anchor && verifyAnchor({ anchor: receipt.anchor, checkpoint: at, index, anchors: policy.anchors, ...(blocks && { blocks }) });
  passed("anchor", state === undefined ? "none" : `${state.state}: block ${receipt.anchor!.block} of chain ${receipt.anchor!.chainId}`);

  const status = verifyStatus(receipt.status, { index, checkpoint: at });
  // Whoever has seen the secret knows that the record has ended, whether the log shows it yet or not (spec/lock.md).
  const ended = status.ended || acknowledgements.some(({ secret }) => secret !== undefined);
  const expired = record.expires !== undefined && seconds(record.expires) <= Math.max(now, checkpoint.witnessedTime ?? 0);
  passed("status", ended ? "ended" : expired ? "not ended, expired" : "not ended");

  return {
    ...signed,
    index,
    checkpoint,
    notBefore: beacon.witnessedTime,
    ended,
    endedInLog: status.ended,
    expired,
    acknowledgements,
    ...(offer && { offer }),
    ...(binding && { binding }),
    ...(state && { anchor: { anchor: receipt.anchor!, state } }),
  };
}

/** A checkpoint's size and root. */
interface Place {
  size: number;
  root: Uint8Array;
}

function witnessed({ cosignatures }: WitnessedCheckpoint): string {
  return cosignatures.length === 0 ? "no witness asked for" : `cosigned by ${cosignatures.map(({ name }) => name).join(", ")}`;
}

function verifyLock(receipt: Receipt, record: Record, lock: Uint8Array): void {
  if (toHex(lock) !== record.lock)
    throw new FreeholdError("lock_mismatch", "The entry has another lock than the record: ending the record would not end the entry.");
  if (receipt.code !== undefined && !opens(parseCode(receipt.code), lock))
    throw new FreeholdError("lock_mismatch", "The withdrawal code in the receipt does not open the record's lock.");
}

async function verifyBeacon(receipt: Receipt, record: Record, index: number, checkpoint: Place, policy: TrustPolicy): Promise<WitnessedCheckpoint> {
  const beacon = await verifyCheckpoint(receipt.beacon.checkpoint, policy.tlog);
  const { origin, size, root } = record.beacon;
  if (beacon.origin !== origin || beacon.size !== size || toHex(beacon.root) !== root)
    throw new FreeholdError("receipt_beacon", "The beacon's note is of another checkpoint than the record names.");
  if (size > index) throw new FreeholdError("receipt_beacon", `The beacon has size ${size}; a record at index ${index} cannot have seen it.`);
  await part("receipt_beacon", "The beacon and the checkpoint are not shown to be of one history.", () =>
    verifyConsistency({ size1: size, root1: beacon.root, size2: checkpoint.size, root2: checkpoint.root, proof: hashes(receipt.beacon.path) }),
  );
  return beacon;
}

interface PublishedClaim {
  claim: Claim;
  index: number;
}

/** The claims of the receipt, each verified under its own keys or those of its predecessor, which must be in the receipt too. */
async function verifyClaims(receipt: Receipt, checkpoint: Place): Promise<PublishedClaim[]> {
  const all = receipt.claims ?? [];
  const verify = async ({ document, index, path: proof }: (typeof all)[number]): Promise<PublishedClaim> => {
    const { predecessor } = decodeClaim(document).claim;
    const before = all.find((other) => hashOf(other.document) === predecessor);
    if (predecessor !== undefined && !(before !== undefined && before.index < index))
      throw new FreeholdError("receipt_controller", "Its predecessor is not in the receipt, or was published later.");
    const claim = await verifyClaim(document, before && decodeClaim(before.document).claim);
    const entry = encodeEntry({ kind: "publication", hash: fromHex(hashOf(document)) });
    verifyInclusion({ leafHash: leafHash(entry), index, proof: hashes(proof), ...checkpoint });
    return { claim, index };
  };
  const claims: PublishedClaim[] = [];
  for (const one of all) claims.push(await part("receipt_controller", "A claim in the receipt does not verify.", () => verify(one)));
  return claims;
}

/** The key with this kid that spoke for the controller before an index; throws where there is none. */
type Speaking = (below: number, kid: string) => Jwk;

function keyFor(claims: readonly PublishedClaim[], author: string, below: number, kid: string): Jwk {
  for (const { claim, index } of claims) {
    if (claim.author !== author || index >= below) continue;
    const key = claim.body.keys.find((candidate) => thumbprint(candidate) === kid);
    if (key !== undefined) return key;
  }
  throw new FreeholdError("receipt_controller", `No claim of ${author} that was published in time has the key ${kid}.`);
}

async function verifyOffer(receipt: Receipt, record: Record, beacon: WitnessedCheckpoint, keys: Speaking): Promise<Offer | undefined> {
  if (receipt.offer === undefined) {
    if (classOf(record.act) === "grant") throw new FreeholdError("receipt_offer", "A grant is the answer to an offer; the receipt has none.");
    return undefined;
  }
  const { document, decoded } = decodeDocument("freehold-offer+jws", receipt.offer);
  await verifyPart("receipt_offer", decoded, keys(beacon.size, decoded.kid));
  verifyFits(record, { offerJws: receipt.offer, offer: document, beaconTime: beacon.witnessedTime });
  return document;
}

async function verifyBinding(sealed: Sealed, signed: SignedRecord, checkpoint: Place, keys: Speaking): Promise<Binding> {
  const { document, decoded } = decodeDocument("freehold-binding+jws", sealed.jws);
  await verifySealed("receipt_binding", sealed, document.lock, checkpoint);
  await verifyPart("receipt_binding", decoded, keys(sealed.index, decoded.kid));
  if (document.kid !== signed.kid || document.controller.id !== signed.record.controller.id)
    throw new FreeholdError("receipt_binding", "The binding is for another key or another controller.");
  await verifyRotation(document);
  return document;
}

/** Where a binding says that the person has changed keys: that her former key says so too. */
async function verifyRotation({ previous, kid, controller }: Binding): Promise<void> {
  if (previous?.rotation === undefined) return;
  const { document, decoded } = decodeDocument("freehold-rotation+jws", previous.rotation.jws);
  await verifyPart("receipt_binding", decoded, previous.rotation.key);
  if (thumbprint(previous.rotation.key) !== previous.kid || document.kid !== kid || document.controller.id !== controller.id)
    throw new FreeholdError("receipt_binding", "The rotation in the binding is of other keys or for another controller.");
}

async function verifyAcknowledgement(sealed: Sealed, signed: SignedRecord, checkpoint: Place, keys: Speaking): Promise<Acknowledgement> {
  const { document, decoded } = decodeDocument("freehold-acknowledgement+jws", sealed.jws);
  await verifySealed("receipt_acknowledgement", sealed, document.lock, checkpoint);
  await verifyPart("receipt_acknowledgement", decoded, keys(sealed.index, decoded.kid));
  const answers = document.record === signed.hash || (document.secret !== undefined && opens(fromHex(document.secret), fromHex(signed.record.lock)));
  if (!answers || document.controller.id !== signed.record.controller.id)
    throw new FreeholdError("receipt_acknowledgement", "The acknowledgement answers another record, or is by another controller.");
  return document;
}

/** Checks that a sealed document is of its entry, and the entry in the log (spec/offer.md, "Sealed documents"). */
async function verifySealed(code: FreeholdErrorCode, sealed: Sealed, lock: string, checkpoint: Place): Promise<void> {
  await part(code, "A sealed document in the receipt does not verify.", () => {
    const bytes = fromHex(sealed.entry);
    const entry = decodeEntry(bytes);
    if (entry.kind !== "record" || toHex(entry.lock) !== lock) throw new FreeholdError("lock_mismatch", "The entry has another lock than the document.");
    verifyOpening({ commitment: entry.commitment, document: sealed.jws, opening: fromHex(sealed.opening) });
    verifyInclusion({ leafHash: leafHash(bytes), index: sealed.index, proof: hashes(sealed.path), ...checkpoint });
  });
}

/** Verifies the signature of a document in the receipt whose form has been checked. */
async function verifyPart(code: FreeholdErrorCode, decoded: DecodedJws, key: Jwk): Promise<void> {
  await part(code, "A signature in the receipt does not verify.", () => verifySignature(decoded, key));
}

/** Verifies a part of the receipt: whatever is wrong with it has this code. */
async function part<T>(code: FreeholdErrorCode, sentence: string, verify: () => T | Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    throw new FreeholdError(code, `${sentence} ${cause.message}`, { cause });
  }
}

function hashes(list: readonly string[]): Uint8Array[] {
  return list.map((hash) => fromHex(hash));
}

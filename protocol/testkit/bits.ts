/** Every single-bit change of a receipt that has every part, and what verification may answer to it. */
import { fromHex, toHex } from "../src/bytes.ts";
import type { FreeholdErrorCode } from "../src/errors.ts";
import { FreeholdError } from "../src/errors.ts";
import { hashOf, thumbprint } from "../src/jws.ts";
import { pairwiseKey } from "../src/keys.ts";
import { formatReceipt, verifyReceipt } from "../src/receipt.ts";
import type { Receipt, VerifiedReceipt } from "../src/receipt.ts";
import { parseTrustPolicy } from "../src/trust-policy.ts";
import type { TrustPolicy } from "../src/trust-policy.ts";
import { flipBit, forge, payloadOf } from "./forge.ts";
import { bytesOf } from "./register.ts";
import { START, claimOf, offerOf, personKey, receiptOf, seed, shop, shopKey, tellStory } from "./story.ts";
import { publicJwk } from "../src/sign.ts";

/** When the receipt is verified, in seconds. */
export const NOW = START + 1000;

/** A receipt with every part (two claims, a rotation, an anchor that is claimed), and a policy under which it verifies. */
export function everyPart(padding = 2): { receipt: Receipt; policy: TrustPolicy; policyText: string } {
  const nextKey = bytesOf("next shop key");
  nextKey[0]! &= 0x7f;
  const formerKey = pairwiseKey(seed, { controller: shop.id, epoch: 9 });
  const rotation = forge({
    type: "freehold-rotation+jws",
    payload: { "@context": "urn:freehold:rotation:1", controller: shop, kid: thumbprint(publicJwk(personKey)) },
    key: formerKey,
  });
  const successor = forge({ type: "freehold-publication+jws", payload: payloadOf(claimOf(shop, nextKey, { predecessor: hashOf(claimOf()) })), key: shopKey });
  const story = tellStory("register.example/log", padding, {
    claims: [claimOf(), successor],
    offer: offerOf({}, nextKey),
    binding: { previous: { kid: thumbprint(publicJwk(formerKey)), rotation: { jws: rotation, key: publicJwk(formerKey) } } },
  });
  const { register, at } = story;
  const whole = receiptOf(story);
  register.append({ kind: "record", commitment: bytesOf("commitment"), lock: bytesOf("lock") });
  const later = register.publish(START + 900);
  const trusted = { chainId: 31_337, contract: "5f".repeat(20), register: "f3".repeat(20) };
  const anchor = { ...trusted, block: 20, path: register.consistency(at, later).map(toHex), root: toHex(later.root), size: later.size };
  const policyText = JSON.stringify({ ...(JSON.parse(register.policyText) as object), anchors: [{ ...trusted, confirmations: 12 }] });
  return { receipt: { ...whole, anchor }, policy: parseTrustPolicy(policyText), policyText };
}

/** Where a bit lies: the path of a member, such as `claims.0.document`, or `structure` for the names of members and what joins them. */
interface BitChange {
  part: string;
  bit: number;
  /** The receipt with this bit changed. */
  text: string;
  /** Whether the bit is one of "Bytes without meaning" (spec/receipt.md). */
  isWithoutMeaning: boolean;
}

/** A part of a receipt, and how to change each of its bits. */
interface Part {
  name: string;
  bits: number;
  change(bit: number): BitChange;
}

/**
 * The parts of a receipt: hexadecimal texts bit by bit of their bytes, numbers bit by bit of 53, all other texts bit by bit of
 * their characters (8, of those beyond ASCII 16), and the structure in the same way.
 */
export function partsOf(receipt: Receipt): Part[] {
  const text = formatReceipt(receipt);
  return [...members(receipt, []), structure(text)];

  function* members(value: object, path: readonly string[]): Generator<Part> {
    for (const [key, member] of Object.entries(value) as [string, unknown][]) {
      const here = [...path, key];
      if (typeof member === "object" && member !== null) yield* members(member, here);
      else yield leaf(here, member as string | number);
    }
  }

  function leaf(path: readonly string[], value: string | number): Part {
    const name = path.join(".");
    const { bits, flip } = flipper(value);
    const mute = typeof value === "string" ? muteCharacters(value) : new Set<number>();
    const change = (bit: number): BitChange => ({
      part: name,
      bit,
      text: replace(path, flip(bit)),
      isWithoutMeaning: claimedOnly.has(name) || mute.has(Math.floor(bit / 8)),
    });
    return { name, bits, change };
  }

  function replace(path: readonly string[], value: string | number): string {
    const changed = structuredClone(receipt);
    let at = changed as unknown as { [key: string]: unknown };
    for (const key of path.slice(0, -1)) at = at[key] as typeof at;
    at[path.at(-1)!] = value;
    return sorted(changed);
  }
}

/** The canonical text, without the checks of `formatReceipt`: what an attacker writes. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

function flipper(value: string | number): { bits: number; flip: (bit: number) => string | number } {
  if (typeof value === "number") return { bits: 53, flip: (bit) => Number(BigInt(value) ^ (1n << BigInt(bit))) };
  if (/^(?:[0-9a-f]{2}){20,}$/.test(value)) return { bits: 4 * value.length, flip: (bit) => toHex(flipBit(fromHex(value), bit)) };
  return { bits: 8 * value.length, flip: (bit) => flipCharacter(value, Math.floor(bit / 8), bit % 8) };
}

function flipCharacter(text: string, at: number, bit: number): string {
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
}

function structure(text: string): Part {
  const places: number[] = [];
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const isValue = token.startsWith('"') && text[index + token.length] !== ":";
    for (let i = 0; i < token.length; i++) if (!isValue || i === 0 || i === token.length - 1) places.push(index + i);
  }
  const change = (bit: number): BitChange => ({
    part: "structure",
    bit,
    text: flipCharacter(text, places[Math.floor(bit / 8)]!, bit % 8),
    isWithoutMeaning: false,
  });
  return { name: "structure", bits: 8 * places.length, change };
}

/** Of an anchor without event nobody has signed these. (Consistency does not bind the larger of two sizes: trees of 12 and of 14 leaves have proofs of one form.) */
const claimedOnly = new Set(["anchor.block", "anchor.size"]);

/** The characters of a note that say of which witness a line is: with them changed it is of nobody known, and two others satisfy the quorum. */
function muteCharacters(text: string): Set<number> {
  const out = new Set<number>();
  // The key id is 4 bytes: five characters and a part of the sixth.
  for (const { index } of text.matchAll(/— witness-\d\.example .{6}/g))
    for (let i = index + 2; i < index + 2 + "witness-1.example ".length + 6; i++) out.add(i);
  return out;
}

const NOTE: readonly FreeholdErrorCode[] = ["note_malformed", "checkpoint_malformed", "note_signature_invalid", "policy_log_unknown"];
const JWS: readonly FreeholdErrorCode[] = ["jws_malformed", "jws_header"];

/** Which codes a change of a part may end in. The first row that matches counts. */
export const codesOfPart: readonly (readonly [part: RegExp, codes: readonly FreeholdErrorCode[]])[] = [
  [/^(?:structure|@context)$/, ["receipt_malformed"]],
  [/^record$/, [...JWS, "jws_signature"]],
  [/^key\./, ["receipt_malformed", "jws_header"]],
  [/^opening$/, ["commitment_mismatch", "opening_malformed"]],
  [/^entry$/, ["entry_malformed", "commitment_mismatch", "lock_mismatch"]],
  [/^code$/, ["receipt_malformed", "code_checksum"]],
  [/^proof$/, [...NOTE, "proof_malformed", "receipt_origin", "inclusion_invalid"]],
  [/^beacon\.checkpoint$/, [...NOTE]],
  [/^beacon\.path\./, ["receipt_beacon"]],
  [/^claims\./, ["receipt_controller"]],
  [/^offer$/, [...JWS, "offer_malformed", "receipt_controller", "receipt_offer"]],
  [/^binding\.jws$/, [...JWS, "binding_malformed", "receipt_binding"]],
  [/^binding\./, ["receipt_binding"]],
  [/^acknowledgements\.\d\.jws$/, [...JWS, "acknowledgement_malformed", "receipt_acknowledgement"]],
  [/^acknowledgements\./, ["receipt_acknowledgement"]],
  [/^anchor\./, ["anchor_mismatch"]],
  [/^status\./, ["status_mismatch"]],
];

/** Verifies a change. Says what is wrong with the answer; undefined where it is one that is allowed. */
export async function judge(change: BitChange, policy: TrustPolicy, unchanged: VerifiedReceipt): Promise<string | undefined> {
  const where = `bit ${change.bit} of ${change.part}`;
  try {
    const verified = await verifyReceipt(change.text, { policy, now: NOW });
    if (!change.isWithoutMeaning) return `${where} verifies`;
    return conclusions(verified) === conclusions(unchanged) ? undefined : `${where} changes what the receipt says`;
  } catch (error) {
    if (!(error instanceof FreeholdError)) return `${where} throws ${String(error)}`;
    const codes = codesOfPart.find(([part]) => part.test(change.part))?.[1] ?? [];
    return codes.includes(error.code) ? undefined : `${where} ends in ${error.code}`;
  }
}

/** All that a verified receipt says, but who cosigned, and block and size of an anchor that is only claimed. */
function conclusions({ checkpoint, anchor, ...rest }: VerifiedReceipt): string {
  const { origin, size, root, witnessedTime } = checkpoint;
  return JSON.stringify([rest, origin, size, toHex(root), witnessedTime, anchor?.state, { ...anchor?.anchor, block: 0, size: 0 }]);
}

/** What the vectors of receipts are made with: a story in which one thing is otherwise (protocol/testkit/story.ts). */
import { fromHex, toHex } from "../../../protocol/src/bytes.ts";
import { canonicalize } from "../../../protocol/src/canonical.ts";
import type { FreeholdErrorCode } from "../../../protocol/src/errors.ts";
import { hashOf, thumbprint } from "../../../protocol/src/jws.ts";
import { pairwiseKey } from "../../../protocol/src/keys.ts";
import { formatNote, parseNote } from "../../../protocol/src/note.ts";
import { formatProof, parseProof } from "../../../protocol/src/proof.ts";
import type { Proof } from "../../../protocol/src/proof.ts";
import type { Receipt, ReceiptStep } from "../../../protocol/src/receipt.ts";
import { flipBit, payloadOf } from "../../../protocol/testkit/forge.ts";
import { bytesOf } from "../../../protocol/testkit/register.ts";
import type { Published } from "../../../protocol/testkit/register.ts";
import { START, receiptOf, seed, shop, tellStory } from "../../../protocol/testkit/story.ts";
import type { Changes, Story } from "../../../protocol/testkit/story.ts";

/** One case: what goes into `verifyReceipt`, and what it answers, or where and with which code it ends. */
export interface ReceiptVector {
  description: string;
  receipt: string;
  policy: string;
  /** Seconds since 1970. */
  now: number;
  controller?: string;
  expect?: {
    kid: string;
    hash: string;
    index: number;
    size: number;
    notBefore: number | null;
    witnessedTime: number | null;
    ended: boolean;
    endedInLog: boolean;
    expired: boolean;
    offer?: object;
    binding?: object;
    acknowledgements: object[];
    anchor?: object;
  };
  step?: ReceiptStep;
  code?: FreeholdErrorCode;
}

export type Change = (receipt: Receipt, story: Story) => object | void;

export const ORIGIN = "register.example/log";
const NOW = START + 1000;
export const EXPIRY = START + 100 * 86_400;

export const tell = (changes: Changes = {}) => tellStory(ORIGIN, 2, changes);
export const adco = { id: "https://adco.example", name: "AdCo SAS" };
export const adcoKey = lowKey("adco key");
export const nextKey = lowKey("next shop key");
export const attackerKey = pairwiseKey(bytesOf("seed of an attacker"), { controller: shop.id });
export const formerKey = pairwiseKey(seed, { controller: shop.id, epoch: 9 });
export const refusal = { act: "dpv:ConsentRefused", expires: undefined, offer: undefined } as const;

function lowKey(label: string): Uint8Array {
  const key = bytesOf(label);
  key[0]! &= 0x7f; // below the order of P-256
  return key;
}

/** The receipt of a story with members changed (undefined takes one out); without what it need not have, unless the change keeps it. */
export function receipt(story: Story, change: Change = () => ({}), at = story.at): Receipt {
  const { binding: _, acknowledgements: __, code: ___, ...plain } = receiptOf(story, at);
  const members = Object.entries({ ...plain, ...change(receiptOf(story, at), story) }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members) as unknown as Receipt;
}

/** Every member that a receipt may have, but the anchor. */
export const complete: Change = (whole) => whole;

export interface Context {
  now?: number;
  controller?: string;
  policy?: string;
}

export function valid(
  description: string,
  story: Story,
  change: Change,
  expected: Partial<ReceiptVector["expect"]> = {},
  { at = story.at, time = START + 360, ...context }: Context & { at?: Published; time?: number } = {},
): ReceiptVector {
  const made = receipt(story, change, at);
  return {
    description,
    receipt: canonicalize(made),
    policy: story.register.policyText,
    now: NOW,
    ...context,
    expect: {
      kid: thumbprint(made.key),
      hash: hashOf(made.record),
      index: parseProof(made.proof).index,
      size: at.size,
      notBefore: START + 120,
      witnessedTime: time,
      ended: false,
      endedInLog: "ended" in expected && expected.ended === true,
      expired: false,
      ...(made.offer !== undefined && { offer: payloadOf(made.offer) }),
      ...(made.binding && { binding: payloadOf(made.binding.jws) }),
      acknowledgements: (made.acknowledgements ?? []).map(({ jws }) => payloadOf(jws)),
      ...expected,
    },
  };
}

export function invalid(
  step: ReceiptStep,
  code: FreeholdErrorCode,
  description: string,
  story: Story,
  change: Change | string = () => ({}),
  context: Context = {},
): ReceiptVector {
  const text = typeof change === "string" ? change : canonicalize(receipt(story, change));
  return { description, receipt: text, policy: story.register.policyText, now: NOW, ...context, step, code };
}

/** The proof of a receipt with parts of it changed. */
export function reprove({ proof }: Receipt, changes: Partial<Proof>): string {
  return formatProof({ ...parseProof(proof), ...changes });
}

/** A note without the signature lines of these names. */
export function unsigned(note: string, ...names: string[]): string {
  const { text, signatures } = parseNote(note);
  return formatNote({ text, signatures: signatures.filter(({ name }) => !names.includes(name)) });
}

/** A note with the last bit of a signature changed. */
export function spoiled(note: string, signer: string): string {
  const { text, signatures } = parseNote(note);
  return formatNote({
    text,
    signatures: signatures.map((line) => (line.name === signer ? { ...line, signature: flipBit(line.signature, 8 * line.signature.length - 1) } : line)),
  });
}

export function flip(hexadecimal: string, bit: number): string {
  return toHex(flipBit(fromHex(hexadecimal), bit));
}

export const withoutWitnesses = (policy: string) => policy.replace("quorum two-of-three", "quorum none");

const trusted = { chainId: 31_337, confirmations: 12, contract: "5f".repeat(20), register: "f3".repeat(20) };

export function anchoring(policy: string): string {
  return JSON.stringify({ ...(JSON.parse(policy) as object), anchors: [trusted] });
}

/** An anchor of the receipt's own checkpoint, without an event. */
export function anchorOf(_: Receipt, { at }: Story): NonNullable<Receipt["anchor"]> {
  return { block: 20, chainId: trusted.chainId, contract: trusted.contract, path: [], register: trusted.register, root: toHex(at.root), size: at.size };
}

/** Receipts: what she keeps and what the register publishes become one file that proves a record alone (spec/receipt.md). */
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockSecret } from "@freehold/protocol/keys";
import { formatCode } from "@freehold/protocol/lock";
import { formatProof } from "@freehold/protocol/proof";
import { formatReceipt, parseReceipt, verifyReceipt } from "@freehold/protocol/receipt";
import type { Receipt, ReceiptStep, VerifiedReceipt } from "@freehold/protocol/receipt";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { recordIn } from "./item.ts";
import type { Item, Sealed } from "./schema.ts";
import type { Snapshot } from "./snapshot.ts";

export interface Assembling {
  item: Item;
  snapshot: Snapshot;
  policy: TrustPolicy;
  /** The client's clock, in seconds. */
  now: number;
  /** For her own copy: puts the withdrawal code in. Leave it out of whatever is given to others. */
  seed?: Uint8Array;
  onStep?: (step: ReceiptStep, finding: string) => void;
}

/** A receipt as it was made and verified. */
export interface MadeReceipt {
  text: string;
  verified: VerifiedReceipt;
}

/**
 * Makes the receipt of an item under a snapshot, and verifies it as any verifier would. To refresh one, make it again from a newer snapshot.
 *
 * @throws `index_unknown` where the item is not in the log yet, or not in this snapshot; what `verifyReceipt` throws; `range_invalid`,
 *   `tile_invalid`, `unavailable` where tiles are missing.
 * @see spec/receipt.md
 * @example
 * ```ts
 * const { text, verified } = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy, now: Date.now() / 1000 });
 * ```
 */
export async function makeReceipt({ item, snapshot, policy, now, seed, onStep }: Assembling): Promise<MadeReceipt> {
  const { index } = item;
  const { size } = snapshot.checkpoint;
  if (index === undefined || index >= size - 1) throw new FreeholdError("index_unknown", "The record is not in the published log yet.");
  const { beacon } = recordIn(item);
  const hexed = async (path: Promise<Uint8Array[]>) => (await path).map(toHex);
  const sealed = async ({ entry, index: at, jws, opening }: Sealed) => ({
    entry,
    index: at,
    jws,
    opening,
    path: await hexed(snapshot.inclusion(requireIn(at, size))),
  });
  const receipt: Receipt = {
    "@context": "urn:freehold:receipt:1",
    beacon: { checkpoint: item.beacon, path: await hexed(snapshot.consistency(beacon.size)) },
    entry: item.entry,
    key: item.key,
    opening: item.opening,
    proof: formatProof({ index, hashes: await snapshot.inclusion(index), checkpoint: snapshot.note }),
    record: item.jws,
    status: await snapshot.status(index),
    ...(item.offer !== undefined && { offer: item.offer }),
    ...(item.claims?.length && {
      claims: await Promise.all(
        item.claims.map(async ({ document, index: at }) => ({ document, index: at, path: await hexed(snapshot.inclusion(requireIn(at, size))) })),
      ),
    }),
    ...(item.binding && { binding: await sealed(item.binding) }),
    ...(item.acknowledgements?.length && { acknowledgements: await Promise.all(item.acknowledgements.slice(-16).map(sealed)) }),
    ...(seed && { code: codeOf(item, seed) }),
  };
  const text = formatReceipt(receipt);
  return { text, verified: await verifyReceipt(text, { policy, now, ...(onStep && { onStep }) }) };
}

function requireIn(index: number, size: number): number {
  if (index >= size) throw new FreeholdError("index_unknown", "A document of the company is not in the published log yet.");
  return index;
}

/** The withdrawal code of an item (spec/lock.md). Whoever has it can end the record, and nothing else. */
export function codeOf(item: Pick<Item, "jws" | "path">, seed: Uint8Array): string {
  return formatCode(secretOf(item, seed));
}

/** The secret of an item's lock, 32 bytes. */
export function secretOf(item: Pick<Item, "jws" | "path">, seed: Uint8Array): Uint8Array {
  return lockSecret(seed, { origin: recordIn(item).beacon.origin, ...item.path });
}

/** A receipt without its withdrawal code: what may be given away. Throws `receipt_malformed`. */
export function withoutCode(text: string): string {
  const { code: _, ...receipt } = parseReceipt(text);
  return formatReceipt(receipt);
}

/** The form of what people bring to a desk (spec/delivery.md). */
import { fromUtf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { jwkShape } from "@freehold/protocol/jws";
import { formatReceipt, parseReceipt } from "@freehold/protocol/receipt";
import type { Receipt } from "@freehold/protocol/receipt";
import { anyObject, check, hex, list, matching, object, oneOf, text } from "@freehold/protocol/shape";
import type { Shaped } from "@freehold/protocol/shape";

/** The longest delivery, in bytes. */
export const MAX_DELIVERY = 262_144;

const unprovedShape = object({ entry: hex(66), jws: text(1, 65_536), key: jwkShape, opening: hex(32) });
const identifierShape = object({ kind: oneOf("cookie", "storage", "advertising-id", "account"), name: text(1, 200), value: text(1, 4096) });
const deliveryShape = object(
  { "@context": oneOf("urn:freehold:delivery:1") },
  {
    identifiers: list(identifierShape, 1, 16),
    receipt: anyObject,
    reference: matching(/^[A-Za-z0-9_-]+$/, 200, "a reference of 1 to 200 characters"),
    reply: matching(/^mailto:[^\s"<>\\^`{|}]+$/, 2000, "a mailto: address"),
    rotation: object({ jws: text(1, 8192), key: jwkShape }),
    unproved: unprovedShape,
  },
);

export type Unproved = Shaped<typeof unprovedShape>;
export type Identifier = Shaped<typeof identifierShape>;

export interface Delivery extends Omit<Shaped<typeof deliveryShape>, "receipt" | "unproved"> {
  /** The record's JWS, not verified. */
  jws: string;
  brought: { receipt: Receipt; text: string } | { unproved: Unproved };
}

/**
 * The delivery of a body. Throws `too_large`; `delivery_malformed`, naming the member; `delivery_code` where a withdrawal code is inside: it is hers alone;
 * `receipt_malformed`.
 */
export function parseDelivery(body: Uint8Array | string): Delivery {
  if (body.length > MAX_DELIVERY) throw new FreeholdError("too_large", `A delivery has at most ${MAX_DELIVERY} bytes.`);
  let value: unknown;
  try {
    value = JSON.parse(typeof body === "string" ? body : fromUtf8(body));
  } catch (cause) {
    throw new FreeholdError("delivery_malformed", "A delivery is JSON.", { cause });
  }
  const { receipt, unproved, ...rest } = check(deliveryShape, value, "delivery", "delivery_malformed");
  if ((receipt === undefined) === (unproved === undefined))
    throw new FreeholdError("delivery_malformed", "A delivery has either a receipt, or a record that is unproved.");
  if (unproved !== undefined) return { ...rest, jws: unproved.jws, brought: { unproved } };
  if (Object.hasOwn(receipt!, "code"))
    throw new FreeholdError("delivery_code", "The receipt holds the withdrawal code, which is for the person alone. Leave it out.");
  const written = formatReceipt(receipt as Receipt);
  return { ...rest, jws: (receipt as Receipt).record, brought: { receipt: parseReceipt(written), text: written } };
}

/** Offers, and the link that brings a person with one to her register (spec/offer.md; spec/delivery.md, "Offer by link"). */
import { randomBytes } from "node:crypto";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Offer } from "@freehold/protocol/offer";
import type { Party, Process } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { signDocument } from "@freehold/protocol/sign";

export interface OfferInput {
  /** As the claim has it. */
  company: Party;
  /** The key of its claim, 32 bytes. */
  signing: Uint8Array;
  /** What she is asked to allow: one offer for each purpose that she can decide by itself. */
  processes: readonly Process[];
  /** SHA-256 of the notice's publication, hexadecimal. */
  notice: string;
  /** BCP 47. */
  language: string;
  /** Seconds since 1970. */
  now: number;
  /** Seconds for which it stands: a day at most, and unless told. */
  life?: number;
}

const DAY = 86_400;

/**
 * Makes an offer: a JWS of its own for each person, because its nonce is.
 *
 * @throws `offer_malformed`, naming the member; `argument_invalid` for a life that is longer than a day.
 * @see spec/offer.md
 * @example
 * ```ts
 * const offer = makeOffer({ company, signing, processes: [newsletter], notice, language: "en", now: Date.now() / 1000 });
 * ```
 */
export function makeOffer({ company, signing, processes, notice, language, now, life = DAY }: OfferInput): string {
  if (!(life >= 1 && life <= DAY)) throw new FreeholdError("argument_invalid", `An offer stands for at most a day (${DAY} seconds), not ${life}.`);
  const issued = Math.floor(now);
  const offer: Offer = {
    "@context": "urn:freehold:offer:1",
    controller: company,
    expires: formatInstant(issued + Math.floor(life)),
    issued: formatInstant(issued),
    language,
    nonce: randomBytes(32).toString("hex"),
    notice,
    processes,
  };
  return signDocument("freehold-offer+jws", offer, signing);
}

/**
 * The link to a person's register. Everything stands in the fragment, which browsers do not send.
 *
 * @example
 * ```ts
 * const link = offerLink({ register: "https://register.example", offer, reference, returnTo: "https://shop.example/welcome" });
 * ```
 */
export function offerLink({ register, offer, reference, returnTo }: { register: string; offer: string; reference?: string; returnTo: string }): string {
  const fragment = new URLSearchParams({ offer, ...(reference !== undefined && { reference }), return: returnTo });
  return `${register.replace(/\/+$/, "")}/me/decide#${fragment}`;
}

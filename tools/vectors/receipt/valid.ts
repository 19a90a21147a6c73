/** Receipts that verify. */
import { toHex } from "../../../protocol/src/bytes.ts";
import { hashOf, thumbprint } from "../../../protocol/src/jws.ts";
import { formatInstant } from "../../../protocol/src/shape.ts";
import { forge, payloadOf } from "../../../protocol/testkit/forge.ts";
import { bytesOf, openingOf } from "../../../protocol/testkit/register.ts";
import type { Published } from "../../../protocol/testkit/register.ts";
import { START, claimOf, lockFor, offerOf, personKey, shop, shopKey, withdraw } from "../../../protocol/testkit/story.ts";
import type { Story } from "../../../protocol/testkit/story.ts";
import { EXPIRY, tell, nextKey, formerKey, refusal, complete, valid, reprove, unsigned, withoutWitnesses, anchoring, anchorOf } from "./shared.ts";
import type { ReceiptVector, Change } from "./shared.ts";
import { publicJwk } from "../../../protocol/src/sign.ts";

export function good(): Record<string, ReceiptVector> {
  const story = tell();
  const refused = tell({ record: refusal });
  const ended = tell();
  const later = withdraw(ended.register, ended.secret);
  const quiet = tell();
  quiet.register.append({ kind: "record", commitment: bytesOf("later commitment"), lock: bytesOf("later lock") });
  const refreshed = quiet.register.publish(START + 9000);
  const rotationJws = forge({
    type: "freehold-rotation+jws",
    payload: { "@context": "urn:freehold:rotation:1", controller: shop, kid: thumbprint(publicJwk(personKey)) },
    key: formerKey,
  });
  const previous = { kid: thumbprint(publicJwk(formerKey)) };
  const secretAnswered = tell({ acknowledgement: { secret: toHex(lockFor(story.register, 0).secret) } });
  const successor = claimOf(shop, nextKey, { predecessor: hashOf(claimOf()) });
  const chained = tell({
    claims: [claimOf(), forge({ type: "freehold-publication+jws", payload: payloadOf(successor), key: shopKey })],
    offer: offerOf({}, nextKey),
  });
  return {
    complete: valid("every member, but an anchor", story, complete),
    "at-the-desk": valid("the verifier is the controller", story, complete, {}, { controller: shop.id }),
    "without-optional-members": valid("a grant with what it must have", story, () => ({})),
    "refusal-without-offer": valid("nothing was offered: an offer and claims are not needed", refused, () => ({ offer: undefined, claims: undefined })),
    "refusal-of-an-offer": valid("a refusal that names an offer shows it", tell({ record: { ...refusal, offer: hashOf(offerOf()) } }), () => ({})),
    "refusal-when-the-offer-had-expired": valid(
      "no refusal is too late",
      tell({
        record: { ...refusal, offer: hashOf(offerOf({ expires: formatInstant(START + 90) })), processes: [{ purposes: ["dpv:Marketing"] }] },
        offer: offerOf({ expires: formatInstant(START + 90) }),
      }),
      () => ({}),
    ),
    "request-for-access": valid("requests answer no offer", tell({ record: { ...refusal, act: "eu-gdpr:A15" } }), ({ acknowledgements }) => ({
      acknowledgements,
      offer: undefined,
    })),
    ended: valid("withdrawn, and then refreshed", ended, complete, { ended: true }, { at: later, time: START + 3600 }),
    "ended-and-not-refreshed": valid("an older receipt does not know of the withdrawal: its witnessed time says how old it is", ended, complete),
    expired: valid("at the second of expiry, by the verifier's clock", story, complete, { expired: true }, { now: EXPIRY }),
    "not-yet-expired": valid("a second before", story, complete, {}, { now: EXPIRY - 1 }),
    "expired-by-witnessed-time": valid(
      "the verifier's clock is slow, the witnesses know better",
      tell({ record: { expires: formatInstant(START + 360) } }),
      complete,
      { expired: true },
      { now: START },
    ),
    refreshed: valid("the same record under a later checkpoint", quiet, complete, {}, { at: refreshed, time: START + 9000 }),
    "withdrawn-and-logged-again": valid("a grant that was withdrawn and logged again under a re-randomised commitment is born ended", ...loggedAgain()),
    "two-of-three-witnesses": valid("the quorum is satisfied without one of them", story, (whole) => ({
      proof: reprove(whole, { checkpoint: unsigned(story.at.note, "witness-2.example") }),
    })),
    "proof-with-an-extra-line": valid("bytes that nobody signed", story, (whole) => ({ proof: reprove(whole, { extra: Uint8Array.of(1, 2, 3) }) })),
    "binding-after-rotation": valid(
      "the former key has signed the new one",
      tell({ binding: { previous: { ...previous, rotation: { jws: rotationJws, key: publicJwk(formerKey) } } } }),
      complete,
    ),
    "binding-after-loss": valid("the former key was declared lost", tell({ binding: { previous } }), complete),
    "acknowledgement-of-the-secret": valid(
      "the company has seen the secret: the record has ended, though the log does not show it yet",
      secretAnswered,
      complete,
      { ended: true, endedInLog: false },
    ),
    "claim-of-a-successor": valid("the offer is signed by a key that the shop introduced later", chained, () => ({})),
    "refusal-where-no-witness-is-asked-for": valid(
      "nothing is witnessed",
      refused,
      () => ({ offer: undefined, claims: undefined }),
      { notBefore: null, witnessedTime: null },
      { policy: withoutWitnesses(story.register.policyText) },
    ),
    "anchor-claimed": valid(
      "a root on a chain, taken at the word of whoever made the receipt",
      story,
      (whole) => ({ anchor: anchorOf(whole, story) }),
      { anchor: { state: "claimed", confirmations: 12 } },
      { policy: anchoring(story.register.policyText) },
    ),
  };
}

/** A grant, its withdrawal, and then the same document under another opening. */
function loggedAgain(): [Story, Change, object, { at: Published; time: number }] {
  const story = tell();
  withdraw(story.register, story.secret);
  const again = story.register.seal(story.record.jws, payloadOf(story.record.jws)["lock"] as string, openingOf("another opening"));
  const at = story.register.publish(START + 4000);
  return [{ ...story, record: again }, () => ({}), { ended: true }, { at, time: START + 4000 }];
}

/** Receipts whose claims, offer, binding or acknowledgements are wrong. */
import { toHex } from "../../../protocol/src/bytes.ts";
import type { FreeholdErrorCode } from "../../../protocol/src/errors.ts";
import { hashOf, thumbprint } from "../../../protocol/src/jws.ts";
import { formatInstant } from "../../../protocol/src/shape.ts";
import { flipBit, forge, payloadOf, withSignature } from "../../../protocol/testkit/forge.ts";
import { bytesOf, createRegister } from "../../../protocol/testkit/register.ts";
import { START, advertising, claimOf, lockFor, offerOf, personKey, shop, shopKey } from "../../../protocol/testkit/story.ts";
import type { Changes, Story } from "../../../protocol/testkit/story.ts";
import { ORIGIN, tell, adco, adcoKey, nextKey, attackerKey, formerKey, refusal, complete, invalid, flip, withoutWitnesses } from "./shared.ts";
import type { ReceiptVector, Change, Context } from "./shared.ts";
import { publicJwk, signPublication } from "../../../protocol/src/sign.ts";

export function badClaims(): Record<string, ReceiptVector> {
  const story = tell();
  const bad = (description: string, told: Story, change?: Change) => invalid("claims", "receipt_controller", description, told, change);
  const successor = claimOf(shop, nextKey, { predecessor: hashOf(claimOf()) });
  const introduced = forge({ type: "freehold-publication+jws", payload: payloadOf(successor), key: shopKey });
  const byNext = (claims: string[]) => tell({ claims, offer: offerOf({}, nextKey) });
  const notice = signPublication(
    {
      "@context": "urn:freehold:publication:1",
      author: shop.id,
      body: { keys: [publicJwk(attackerKey)], name: shop.name },
      issued: formatInstant(START),
      type: "notice",
    },
    attackerKey,
  );
  const afterNotice = claimOf(shop, attackerKey, { predecessor: hashOf(notice) });
  const ofAdco = claimOf(adco, adcoKey);
  const afterAdco = claimOf(shop, adcoKey, { predecessor: hashOf(ofAdco) });
  const unnamed = forge({ type: "freehold-publication+jws", payload: payloadOf(claimOf()), key: attackerKey });
  return {
    "claim-that-is-not-in-the-log": bad("a claim that the register never published", story, ({ claims }) => ({
      claims: [{ ...claims![0]!, document: claimOf(shop, attackerKey) }],
    })),
    "claim-at-another-index": bad(
      "an index before the true one would let a key speak earlier",
      tell({ claims: [claimOf(adco, adcoKey), claimOf()] }),
      ({ claims }) => ({ claims: [{ ...claims![1]!, index: 0 }] }),
    ),
    "claim-path-bit": bad("a bit of the inclusion proof", story, ({ claims }) => ({
      claims: [{ ...claims![0]!, path: claims![0]!.path.map((hash, i) => (i === 0 ? flip(hash, 0) : hash)) }],
    })),
    "claim-signed-by-a-key-that-it-does-not-name": bad("a claim in another's name, in the log", tell({ claims: [unnamed] })),
    "claim-that-is-an-offer": bad("a document of another type", story, ({ claims }) => ({ claims: [{ ...claims![0]!, document: story.offer }] })),
    "claim-that-is-a-notice": bad("a publication of another type that names keys", tell({ claims: [notice] })),
    "claim-without-its-predecessor": bad("who introduced its key is not shown", byNext([claimOf(), introduced]), ({ claims }) => ({
      claims: claims!.slice(1),
    })),
    "claim-not-signed-by-its-predecessor": bad("a successor that its own key has signed", byNext([claimOf(), successor])),
    "claim-before-its-predecessor": bad("a successor is published after its predecessor", byNext([introduced, claimOf()])),
    "claim-after-a-notice": bad(
      "the keys that a notice names are no keys of a claim",
      tell({ claims: [notice, afterNotice], offer: offerOf({}, attackerKey) }),
      ({ claims }) => ({ claims: [claims![1], claims![0]] }),
    ),
    "claim-after-a-claim-of-another": bad("the predecessor is another author's", tell({ claims: [ofAdco, afterAdco], offer: offerOf({}, adcoKey) })),
  };
}

export function badOffer(): Record<string, ReceiptVector> {
  const bad = (description: string, changes: Changes, change: Change = () => ({}), code: FreeholdErrorCode = "receipt_offer", context: Context = {}) =>
    invalid("offer", code, description, tell(changes), change, context);
  const unfit = (description: string, changes: Parameters<typeof offerOf>[0]) => bad(description, { offer: offerOf(changes) });
  const chained = forge({ type: "freehold-publication+jws", payload: payloadOf(claimOf(shop, nextKey, { predecessor: hashOf(claimOf()) })), key: shopKey });
  const spoiledOffer = withSignature(offerOf(), (bytes) => flipBit(bytes, 9));
  return {
    "offer-missing": bad("a grant is the answer to an offer", {}, () => ({ offer: undefined })),
    "offer-swapped": bad("another offer of the shop, signed and unexpired", {}, () => ({ offer: offerOf({ nonce: toHex(bytesOf("another nonce")) }) })),
    "offer-that-had-expired": unfit("it expired at the second of the beacon's witnessed time", { expires: formatInstant(START + 120) }),
    "offer-of-less": unfit("the record allows what was not offered", { processes: [{ ...advertising, purposes: ["dpv:TargetedAdvertising"] }] }),
    "offer-of-shorter-retention": unfit("the record allows longer than was offered", { processes: [{ ...advertising, retention: "P1M" }] }),
    "offer-under-another-name": unfit("the name that she read is not the record's", { controller: { ...shop, name: "Acme Charity" } }),
    "offer-with-a-spoiled-signature": bad("a bit of the signature of the offer that she named", { offer: spoiledOffer }),
    "offer-in-another-order": bad(
      "signed, and not canonical",
      {
        offer: forge({ type: "freehold-offer+jws", payload: JSON.stringify(payloadOf(offerOf()), Object.keys(payloadOf(offerOf())).reverse()), key: shopKey }),
      },
      () => ({}),
      "jws_malformed",
    ),
    "offer-that-is-a-claim": bad("a document of another type", { offer: claimOf() }, () => ({}), "jws_header"),
    "offer-by-an-attacker": bad("a key that no claim names", { offer: offerOf({}, attackerKey) }, () => ({}), "receipt_controller"),
    "offer-by-another-controller": bad(
      "a claim in another's name: the key speaks for its own author only",
      { claims: [claimOf(adco, adcoKey)], offer: offerOf({}, adcoKey) },
      () => ({}),
      "receipt_controller",
    ),
    "offer-without-claims": bad("no claim is shown", {}, () => ({ claims: undefined }), "receipt_controller"),
    "offer-by-a-key-that-was-claimed-later": invalid(
      "offer",
      "receipt_controller",
      "an offer signed by a key that a claim names only after the beacon",
      ...claimedLater(chained),
    ),
    "offer-where-no-witness-is-asked-for": bad("nothing dates the record", {}, () => ({}), "receipt_offer", {
      policy: withoutWitnesses(createRegister(ORIGIN).policyText),
    }),
    "refusal-with-another-offer": invalid(
      "offer",
      "receipt_offer",
      "a refusal shows the offer that it names",
      tell({ record: { ...refusal, offer: hashOf(offerOf({ nonce: toHex(bytesOf("another nonce")) })) } }),
    ),
    "at-another-desk": invalid("controller", "receipt_controller", "a record for the shop, at AdCo's desk", tell(), complete, { controller: adco.id }),
    "at-a-desk-of-another-port": invalid("controller", "receipt_controller", "ids are compared as texts", tell(), complete, { controller: `${shop.id}:8443` }),
  };
}

/** An offer by the shop's next key, whose claim is logged after the record, and a receipt under a later checkpoint. */
function claimedLater(successor: string): [Story, Change] {
  const story = tell({ offer: offerOf({}, nextKey) });
  story.register.publishDocument(successor);
  const at = story.register.publish(START + 400);
  return [{ ...story, claims: [...story.claims, successor], at }, () => ({})];
}

export function badBinding(): Record<string, ReceiptVector> {
  const withBinding: Change = ({ binding }) => ({ binding });
  const bad = (description: string, changes: Changes, change: Change = withBinding, code: FreeholdErrorCode = "receipt_binding") =>
    invalid("binding", code, description, tell(changes), change);
  const former = thumbprint(publicJwk(formerKey));
  const rotation = { "@context": "urn:freehold:rotation:1", controller: shop, kid: thumbprint(publicJwk(personKey)) };
  const rotated = (description: string, payload: object, key: Uint8Array, shown = key, code: FreeholdErrorCode = "receipt_binding") =>
    bad(
      description,
      { binding: { previous: { kid: former, rotation: { jws: forge({ type: "freehold-rotation+jws", payload, key }), key: publicJwk(shown) } } } },
      withBinding,
      code,
    );
  return {
    "binding-for-another-key": bad("the company took another key for the account", { binding: { kid: former } }),
    "binding-for-the-key-of-the-victim": bad("an attacker's grant, and the binding of the person whose account it is", {
      personKey: attackerKey,
      binding: { kid: thumbprint(publicJwk(personKey)) },
    }),
    "binding-by-another-controller": bad("signed by a key of the shop, for AdCo", { binding: { controller: adco } }),
    "binding-by-an-attacker": bad("a key that no claim names", { bindingKey: attackerKey }, withBinding, "receipt_controller"),
    "binding-by-the-person": bad("she cannot bind herself", { bindingKey: personKey }, withBinding, "receipt_controller"),
    "binding-with-a-spoiled-signature": bad("a bit of the signature", {}, ({ binding }) => ({
      binding: { ...binding!, jws: withSignature(binding!.jws, (bytes) => flipBit(bytes, 9)) },
    })),
    "binding-with-another-lock": bad("the entry has another lock than the document", { binding: { lock: toHex(bytesOf("unlogged lock")) } }, ({ binding }) => ({
      binding: { ...binding!, entry: `${binding!.entry.slice(0, 68)}${"0".repeat(64)}` },
    })),
    "binding-with-another-opening": bad("a bit of the opening", {}, ({ binding }) => ({ binding: { ...binding!, opening: flip(binding!.opening, 100) } })),
    "binding-at-another-index": bad("the index of a stranger", {}, ({ binding }) => ({ binding: { ...binding!, index: binding!.index + 1 } })),
    "binding-that-is-not-in-the-log": bad("a bit of the inclusion proof", {}, ({ binding }) => ({
      binding: { ...binding!, path: binding!.path.map((hash, i) => (i === 0 ? flip(hash, 5) : hash)) },
    })),
    "binding-of-another-kind": bad("a withdrawal of 66 bytes", {}, ({ binding }) => ({ binding: { ...binding!, entry: `0102${binding!.entry.slice(4)}` } })),
    "binding-that-is-an-acknowledgement": bad("a document of another type", {}, ({ acknowledgements }) => ({ binding: acknowledgements![0] }), "jws_header"),
    "rotation-not-signed-by-the-former-key": rotated("signed by an attacker, under the former key's name", rotation, attackerKey, formerKey),
    "rotation-by-an-attacker": rotated("signed by an attacker, who shows his own key", rotation, attackerKey),
    "rotation-to-another-key": rotated("the former key has signed another one", { ...rotation, kid: former }, formerKey),
    "rotation-for-another-controller": rotated("signed for AdCo", { ...rotation, controller: adco }, formerKey),
    "rotation-with-a-time": rotated("no other member", { ...rotation, issued: formatInstant(START) }, formerKey, formerKey, "binding_malformed"),
  };
}

export function badAcknowledgement(): Record<string, ReceiptVector> {
  const shown: Change = ({ acknowledgements }) => ({ acknowledgements });
  const bad = (description: string, changes: Changes, change: Change = shown, code: FreeholdErrorCode = "receipt_acknowledgement") =>
    invalid("acknowledgement", code, description, tell(changes), change);
  return {
    "acknowledgement-for-another-record": bad("the hash of another record", { acknowledgement: { record: toHex(bytesOf("another record")) } }),
    "acknowledgement-of-another-secret": bad("a secret that opens another lock", { acknowledgement: { secret: toHex(bytesOf("another secret")) } }),
    "acknowledgement-by-another-controller": bad("signed by a key of the shop, for AdCo", {
      acknowledgement: { controller: adco, secret: toHex(lockFor(createRegister(ORIGIN), 0).secret) },
    }),
    "acknowledgement-by-an-attacker": bad("a key that no claim names", { acknowledgementKey: attackerKey }, shown, "receipt_controller"),
    "acknowledgement-that-is-not-in-the-log": bad("a bit of the inclusion proof", {}, ({ acknowledgements: [one] = [] }) => ({
      acknowledgements: [{ ...one!, path: one!.path.map((hash, i) => (i === 0 ? flip(hash, 5) : hash)) }],
    })),
    "acknowledgement-with-another-lock": bad("the entry has another lock than the document", {}, ({ acknowledgements: [one] = [] }) => ({
      acknowledgements: [{ ...one!, entry: `${one!.entry.slice(0, 68)}${"0".repeat(64)}` }],
    })),
    "acknowledgement-that-is-a-binding": bad("a document of another type", {}, ({ binding }) => ({ acknowledgements: [binding] }), "jws_header"),
    "acknowledgements-of-which-the-second-is-wrong": bad("each must hold", {}, ({ acknowledgements: [one] = [] }) => ({
      acknowledgements: [one, { ...one!, opening: flip(one!.opening, 9) }],
    })),
  };
}

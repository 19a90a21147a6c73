/** Vectors of offers, bindings, rotations and acknowledgements, and of when a record fits an offer. A path here is relative to spec/vectors. */
import { toHex } from "../../protocol/src/bytes.ts";
import { hashOf, thumbprint } from "../../protocol/src/jws.ts";
import { forge, headerOf } from "../../protocol/testkit/forge.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { START, advertising, personKey, shop, shopKey } from "../../protocol/testkit/story.ts";
import { publicJwk } from "../../protocol/src/sign.ts";

/** `jws`: what goes into `decodeDocument`. `fits`: what goes into `verifyFits`. */
export interface OfferVector {
  description: string;
  type?: "freehold-offer+jws" | "freehold-binding+jws" | "freehold-rotation+jws" | "freehold-acknowledgement+jws";
  jws?: string;
  fits?: { record: unknown; offer: string; beaconTime: number | null };
  expect?: { document?: unknown; kid?: string };
  code?: string;
}

type Type = NonNullable<OfferVector["type"]>;

const H = (digit: string) => digit.repeat(64);
const kid = thumbprint(publicJwk(personKey));
const formerKey = bytesOf("former key of the person");
const former = thumbprint(publicJwk(formerKey));

const offer = {
  "@context": "urn:freehold:offer:1",
  controller: shop,
  expires: "2026-11-01T11:00:00Z",
  issued: "2026-11-01T09:01:00Z",
  language: "en",
  nonce: toHex(bytesOf("nonce")),
  notice: toHex(bytesOf("notice")),
  processes: [advertising],
};
const binding = { "@context": "urn:freehold:binding:1", account: H("a"), controller: shop, issued: "2026-11-01T09:00:30Z", kid, lock: H("b") };
const rotation = { "@context": "urn:freehold:rotation:1", controller: shop, kid };
const rotationJws = forge({ type: "freehold-rotation+jws", payload: rotation, key: formerKey });
const acknowledgement = {
  "@context": "urn:freehold:acknowledgement:1",
  answer: "dpv:RequestAcknowledged",
  controller: shop,
  issued: "2026-11-01T09:05:00Z",
  lock: H("c"),
  record: H("d"),
};
const grant = {
  "@context": "urn:freehold:record:1",
  act: "dpv:ConsentGiven",
  beacon: { origin: "register.example/log", root: H("8"), size: 4096 },
  controller: shop,
  expires: "2027-02-22T00:00:00Z",
  lock: H("9"),
  processes: [advertising],
};

const without = (object: object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
const valid = (description: string, type: Type, document: object, key = shopKey): OfferVector => ({
  description,
  type,
  jws: forge({ type, payload: document, key }),
  expect: { document, kid: thumbprint(publicJwk(key)) },
});
const wrong = (description: string, type: Type, document: unknown, code: string): OfferVector => ({
  description,
  type,
  jws: forge({ type, payload: document, key: shopKey }),
  code,
});

/** All vectors of this format, by path below spec/vectors. */
export function offerVectors(): Record<string, OfferVector> {
  const out: Record<string, OfferVector> = {};
  for (const [name, vector] of Object.entries({ ...good(), ...fitting() })) out[`offer/valid/${name}.json`] = vector;
  for (const [name, vector] of Object.entries({ ...badOffer(), ...badBinding(), ...badAcknowledgement(), ...misfits() }))
    out[`offer/invalid/${name}.json`] = vector;
  return out;
}

function good(): Record<string, OfferVector> {
  const answers = ["RequestActionDelayed", "RequestFulfilled", "RequestUnfulfilled", "RequestRejected"];
  return {
    offer: valid("an offer", "freehold-offer+jws", offer),
    "offer-for-a-day": valid("the longest life", "freehold-offer+jws", { ...offer, expires: "2026-11-02T09:01:00Z" }),
    "offer-in-another-script": valid("a language tag with script and region", "freehold-offer+jws", { ...offer, language: "zh-Hant-TW" }),
    binding: valid("a first binding", "freehold-binding+jws", binding),
    "binding-after-rotation": valid("the former key has signed the new one", "freehold-binding+jws", {
      ...binding,
      previous: { kid: former, rotation: { jws: rotationJws, key: publicJwk(formerKey) } },
    }),
    "binding-after-loss": valid("the former key was declared lost", "freehold-binding+jws", { ...binding, previous: { kid: former } }),
    rotation: valid("a rotation, signed by the former key", "freehold-rotation+jws", rotation, formerKey),
    "acknowledgement-of-a-record": valid("by the hash of its JWS", "freehold-acknowledgement+jws", acknowledgement),
    "acknowledgement-of-a-secret": valid(
      "a withdrawal that came in",
      "freehold-acknowledgement+jws",
      without({ ...acknowledgement, record: undefined, secret: H("e") }),
    ),
    "acknowledgement-with-a-document": valid("the answer's hash", "freehold-acknowledgement+jws", {
      ...acknowledgement,
      answer: "dpv:RequestFulfilled",
      document: H("f"),
    }),
    ...Object.fromEntries(
      answers.map((answer) => [
        `acknowledgement-${answer}`,
        valid(`the answer ${answer}`, "freehold-acknowledgement+jws", { ...acknowledgement, answer: `dpv:${answer}` }),
      ]),
    ),
  };
}

function badOffer(): Record<string, OfferVector> {
  const bad = (description: string, changes: object) => wrong(description, "freehold-offer+jws", without({ ...offer, ...changes }), "offer_malformed");
  const process = (changes: object) => ({ processes: [without({ ...advertising, ...changes })] });
  return {
    "offer-of-the-type-of-a-record": {
      ...wrong("signed for another purpose", "freehold-offer+jws", offer, "jws_header"),
      jws: forge({ type: "freehold-offer+jws", payload: offer, key: shopKey, header: headerOf("freehold-record+jws", shopKey) }),
    },
    "offer-with-the-context-of-a-record": bad("another format", { "@context": "urn:freehold:record:1" }),
    "offer-for-more-than-a-day": bad("24 hours and a second", { expires: "2026-11-02T09:01:01Z" }),
    "offer-that-expires-when-issued": bad("expires is later", { expires: offer.issued }),
    "offer-that-expires-before": bad("expires is later", { expires: "2026-10-31T11:00:00Z" }),
    "offer-without-nonce": bad("a nonce is required", { nonce: undefined }),
    "offer-with-a-short-nonce": bad("32 bytes", { nonce: "00" }),
    "offer-without-notice": bad("nobody is informed without", { notice: undefined }),
    "offer-without-processes": bad("something is offered", { processes: [] }),
    "offer-in-no-language": bad("a language tag", { language: "" }),
    "offer-with-an-underscore-in-its-language": bad("a language tag", { language: "en_IE" }),
    "offer-with-a-member-unknown": bad("no other member", { discount: "5 %" }),
    "offer-of-legitimate-interest": bad("a process as in a grant", process({ ground: "eu-gdpr:A6-1-f" })),
    "offer-of-any-purpose": bad("consent is specific", process({ purposes: ["dpv:Purpose"] })),
    "offer-without-data": bad("consent is specific", process({ data: undefined })),
    "offer-is-null": wrong("an object", "freehold-offer+jws", null, "offer_malformed"),
  };
}

function badBinding(): Record<string, OfferVector> {
  const bad = (description: string, changes: object) => wrong(description, "freehold-binding+jws", without({ ...binding, ...changes }), "binding_malformed");
  const rotated = (changes: object) => ({ previous: { kid: former, rotation: without({ jws: rotationJws, key: publicJwk(formerKey), ...changes }) } });
  return {
    "binding-with-an-account-name": bad("a keyed hash of it", { account: "alice@example.com" }),
    "binding-with-a-short-kid": bad("43 characters", { kid: kid.slice(1) }),
    "binding-without-lock": bad("each entry has a lock", { lock: undefined }),
    "binding-that-expires": bad("no other member", { expires: "2027-02-22T00:00:00Z" }),
    "binding-with-previous-empty": bad("a kid is required", { previous: {} }),
    "binding-with-previous-null": bad("absent, or an object", { previous: null }),
    "binding-with-a-rotation-without-key": bad("jws and key", rotated({ key: undefined })),
    "binding-with-a-rotation-by-a-private-key": bad("the public key, nothing more", rotated({ key: { ...publicJwk(formerKey), d: "A".repeat(43) } })),
    "binding-with-a-rotation-by-an-rsa-key": bad("P-256", rotated({ key: { e: "AQAB", kty: "RSA", n: "A".repeat(43) } })),
    "binding-with-a-rotation-key-in-two-texts": bad(
      "the unused bits of a coordinate are zero",
      rotated({ key: { ...publicJwk(formerKey), x: `${publicJwk(formerKey).x.slice(0, -1)}B` } }),
    ),
    "binding-as-a-rotation": wrong("members of another format", "freehold-rotation+jws", binding, "binding_malformed"),
    "rotation-for-every-controller": wrong("one controller", "freehold-rotation+jws", without({ ...rotation, controller: undefined }), "binding_malformed"),
    "rotation-of-the-type-of-a-binding": {
      ...wrong("signed for another purpose", "freehold-rotation+jws", rotation, "jws_header"),
      jws: forge({ type: "freehold-binding+jws", payload: rotation, key: formerKey }),
    },
  };
}

function badAcknowledgement(): Record<string, OfferVector> {
  const bad = (description: string, changes: object) =>
    wrong(description, "freehold-acknowledgement+jws", without({ ...acknowledgement, ...changes }), "acknowledgement_malformed");
  return {
    "acknowledgement-of-nothing": bad("a record or a secret", { record: undefined }),
    "acknowledgement-of-record-and-secret": bad("one of the two", { secret: H("e") }),
    "acknowledgement-with-an-answer-unknown": bad("an answer of the list", { answer: "dpv:RequestStatus" }),
    "acknowledgement-in-free-text": bad("no other member", { text: "We have received your request." }),
    "acknowledgement-with-a-document-in-capitals": bad("lower case", { document: H("F") }),
    "acknowledgement-without-time": bad("issued is required", { issued: undefined }),
  };
}

const offerJws = forge({ type: "freehold-offer+jws", payload: offer, key: shopKey });
const expiry = START + 7200;

/** A record of this process in answer to the offer. */
function answer(changes: object, record: object = {}) {
  const { offer: hash = hashOf(offerJws), ...rest } = record as { offer?: string };
  return without({ ...grant, offer: hash, processes: [without({ ...advertising, ...changes })], ...rest });
}

function fitting(): Record<string, OfferVector> {
  const fits = (description: string, record: unknown, beaconTime: number | null = START + 120): OfferVector => ({
    description,
    fits: { record, offer: offerJws, beaconTime },
    expect: {},
  });
  const wide = forge({
    type: "freehold-offer+jws",
    payload: { ...offer, processes: [advertising, { ...advertising, data: ["pd:Contact"], purposes: ["dpv:Marketing"], retention: "P1M" }] },
    key: shopKey,
  });
  const refusal = (changes: object, more: object = {}) => answer(changes, { act: "dpv:ConsentRefused", expires: undefined, ...more });
  return {
    "fits-as-offered": fits("the terms of the offer", answer({})),
    "fits-at-the-last-second": fits("the beacon was witnessed a second before the offer expired", answer({}), expiry - 1),
    "fits-narrowed": {
      ...fits(
        "terms under those of the offer",
        answer({ data: ["pd:EmailAddress"], purposes: ["dpv:PersonalisedAdvertising", "dpv:TargetedAdvertising"], retention: "P1M" }, { offer: hashOf(wide) }),
      ),
      fits: {
        record: answer(
          { data: ["pd:EmailAddress"], purposes: ["dpv:PersonalisedAdvertising", "dpv:TargetedAdvertising"], retention: "P1M" },
          { offer: hashOf(wide) },
        ),
        offer: wide,
        beaconTime: START,
      },
    },
    "fits-refused": fits("a refusal of what was offered", refusal({})),
    "fits-refused-altogether": fits("a refusal may go beyond the offer", refusal({}, { processes: undefined })),
    "fits-refused-late": fits("a refusal may come when the offer has expired", refusal({}), expiry + 1),
    "fits-refused-at-no-time": fits("a refusal needs no witness", refusal({}), null),
  };
}

function misfits(): Record<string, OfferVector> {
  const unfit = (description: string, record: unknown, beaconTime: number | null = START + 120): OfferVector => ({
    description,
    fits: { record, offer: offerJws, beaconTime },
    code: "receipt_offer",
  });
  return {
    "fits-another-offer": unfit("the hash is of another offer", answer({}, { offer: H("4") })),
    "fits-when-it-expired": unfit("the beacon was witnessed at the second of expiry", answer({}), expiry),
    "fits-long-after-it-expired": unfit("an old offer and a fresh beacon", answer({}), expiry + 86_400),
    "fits-at-no-time": unfit("nothing dates the record", answer({}), null),
    "fits-another-controller": unfit("a record for another controller", answer({}, { controller: { id: "https://adco.example", name: "AdCo SAS" } })),
    "fits-another-name": unfit("the same id under another name", answer({}, { controller: { ...shop, name: "Acme Charity" } })),
    "fits-with-a-wider-purpose": unfit("a term above the one offered", answer({ purposes: ["dpv:Marketing"] })),
    "fits-with-another-purpose": unfit("one purpose as offered, and another", answer({ purposes: ["dpv:PersonalisedAdvertising", "dpv:RecordManagement"] })),
    "fits-with-wider-data": unfit("a term above the one offered", answer({ data: ["pd:Contact"] })),
    "fits-with-other-processing": unfit("a term that was not offered", answer({ processing: ["dpv:Share"] })),
    "fits-with-an-unknown-term": unfit("a term that the vocabulary does not know lies under none", answer({ purposes: ["ex:Advertising"] })),
    "fits-with-another-ground": unfit("explicit consent was not asked for", answer({ ground: "eu-gdpr:A9-2-a" })),
    "fits-with-other-recipients": unfit(
      "more recipients",
      answer({ recipients: [...advertising.recipients, { id: "https://broker.example", name: "Broker" }] }),
    ),
    "fits-without-recipients": unfit("nobody named means anybody", answer({ recipients: undefined })),
    "fits-with-longer-retention": unfit("P24M in place of P12M", answer({ retention: "P24M" })),
    "fits-without-storage": unfit("no country named means any", answer({ storage: undefined })),
    "fits-with-a-process-more": unfit("a second process that was not offered", answer({}, { processes: [advertising, { ...advertising, retention: "P24M" }] })),
    "refusal-of-another-offer": unfit("refusals name the offer that they show", answer({}, { act: "dpv:ConsentRefused", expires: undefined, offer: H("4") })),
  };
}

/** What a company signs: offers, bindings, acknowledgements (spec/offer.md). */
import { canonicalize } from "./canonical.ts";
import type { JsonValue } from "./canonical.ts";
import type { FreeholdErrorCode } from "./errors.ts";
import { FreeholdError } from "./errors.ts";
import { decodeJws, hashOf, jwkShape } from "./jws.ts";
import type { DecodedJws, JwsType } from "./jws.ts";
import { classOf, consentProcessShape, dimensions, partyShape } from "./record.ts";
import type { Dimension, Process, Record } from "./record.ts";
import { check, hex, instant, list, matching, object, oneOf, seconds, text } from "./shape.ts";
import type { Shape, Shaped } from "./shape.ts";
import { isWithin } from "./vocabulary.ts";

const kid = matching(/^[A-Za-z0-9_-]{43}$/, 43, "a key thumbprint (43 characters)");

export const offerShape = object({
  "@context": oneOf("urn:freehold:offer:1"),
  controller: partyShape,
  expires: instant,
  issued: instant,
  language: matching(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/, 35, "a language tag (BCP 47)"),
  nonce: hex(32),
  notice: hex(32),
  processes: list(consentProcessShape, 1, 64),
});
export type Offer = Shaped<typeof offerShape>;

export const bindingShape = object(
  { "@context": oneOf("urn:freehold:binding:1"), account: hex(32), controller: partyShape, issued: instant, kid, lock: hex(32) },
  { previous: object({ kid }, { rotation: object({ jws: text(1, 8192), key: jwkShape }) }) },
);
export type Binding = Shaped<typeof bindingShape>;

export const rotationShape = object({ "@context": oneOf("urn:freehold:rotation:1"), controller: partyShape, kid });
export type Rotation = Shaped<typeof rotationShape>;

const answers = oneOf("dpv:RequestAcknowledged", "dpv:RequestActionDelayed", "dpv:RequestFulfilled", "dpv:RequestUnfulfilled", "dpv:RequestRejected");

export const acknowledgementShape = object(
  { "@context": oneOf("urn:freehold:acknowledgement:1"), answer: answers, controller: partyShape, issued: instant, lock: hex(32) },
  { document: hex(32), record: hex(32), secret: hex(32) },
);
export type Acknowledgement = Shaped<typeof acknowledgementShape>;

/** The longest time from an offer's issue to its expiry, in seconds. */
const OFFER_LIFE = 86_400;

/** The documents of a company, by the type of their JWS. */
export interface Formats {
  "freehold-offer+jws": Offer;
  "freehold-binding+jws": Binding;
  "freehold-rotation+jws": Rotation;
  "freehold-acknowledgement+jws": Acknowledgement;
}

const formats: { [T in keyof Formats]: { shape: Shape<Formats[T]>; name: string; code: FreeholdErrorCode } } = {
  "freehold-offer+jws": { shape: offerShape, name: "offer", code: "offer_malformed" },
  "freehold-binding+jws": { shape: bindingShape, name: "binding", code: "binding_malformed" },
  "freehold-rotation+jws": { shape: rotationShape, name: "rotation", code: "binding_malformed" },
  "freehold-acknowledgement+jws": { shape: acknowledgementShape, name: "acknowledgement", code: "acknowledgement_malformed" },
};

/** The document of a JWS, and the JWS taken apart; the signature is not verified. Throws `jws_…` and the `…_malformed` code of the type. */
export function decodeDocument<T extends keyof Formats & JwsType>(type: T, jws: string): { document: Formats[T]; decoded: DecodedJws } {
  const decoded = decodeJws(jws, type);
  return { document: parseDocument(type, decoded.payload), decoded };
}

/** Checks that a JSON value is a document of this type. Throws the `…_malformed` code of the type. */
export function parseDocument<T extends keyof Formats>(type: T, value: JsonValue): Formats[T] {
  const { shape, name, code } = formats[type];
  const document = check(shape, value, name, code);
  if (type === "freehold-offer+jws") {
    const life = seconds((document as Offer).expires) - seconds((document as Offer).issued);
    if (life <= 0 || life > OFFER_LIFE) throw new FreeholdError(code, "offer.expires must be after offer.issued, by at most 24 hours.");
  }
  if (type === "freehold-acknowledgement+jws" && "record" in document === "secret" in document) {
    throw new FreeholdError(code, "An acknowledgement names either the record or the secret that it answers.");
  }
  return document;
}

/**
 * Checks that a record answers an offer: hash and controller. A grant must also keep its terms, and the offer must not have expired
 * at `beaconTime`, the witnessed time of the record's beacon (seconds; null, where none is witnessed, fits no grant). A refusal
 * may go beyond the offer and come late. Throws `receipt_offer`.
 */
export function verifyFits(record: Record, input: { offerJws: string; offer: Offer; beaconTime: number | null }): void {
  const { offer, offerJws, beaconTime } = input;
  const refuse = (message: string): never => {
    throw new FreeholdError("receipt_offer", message);
  };
  if (record.offer !== hashOf(offerJws)) refuse("The record names another offer by its hash.");
  if (canonicalize(record.controller) !== canonicalize(offer.controller)) refuse("The record and the offer name different controllers.");
  if (classOf(record.act) !== "grant") return;
  if (beaconTime === null) return refuse("The policy asks for no witness, so nothing dates the record: whether the offer had expired is not known.");
  if (beaconTime >= seconds(offer.expires)) refuse(`The offer expired at ${offer.expires}, before the record's beacon was witnessed.`);
  for (const [i, process] of (record.processes ?? []).entries()) {
    if (!offer.processes.some((offered) => narrows(process, offered))) refuse(`Process ${i} of the record is not within any process of the offer.`);
  }
}

/** Whether a process is one that was offered, with its terms kept or narrowed. */
function narrows(process: Process, offered: Process): boolean {
  const rest = ({ ground, recipients, retention, storage }: Process) =>
    canonicalize([ground ?? null, recipients ?? null, retention ?? null, storage ?? null] as unknown as JsonValue);
  const within = (dimension: Dimension) => (process[dimension] ?? []).every((term) => (offered[dimension] ?? []).some((wider) => isWithin(term, wider)));
  return rest(process) === rest(offered) && (Object.keys(dimensions) as Dimension[]).every(within);
}

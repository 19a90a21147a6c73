/** One story that has every part of a receipt: a shop claims, offers, binds; a person grants; the shop acknowledges; she withdraws. */
import { toHex } from "../src/bytes.ts";
import { hashOf, thumbprint } from "../src/jws.ts";
import { lockSecret, pairwiseKey } from "../src/keys.ts";
import { formatCode, lockOf } from "../src/lock.ts";
import type { Acknowledgement, Binding, Offer } from "../src/offer.ts";
import type { Publication } from "../src/publication.ts";
import type { Record } from "../src/record.ts";
import { formatInstant } from "../src/shape.ts";
import { bytesOf, createRegister } from "./register.ts";
import type { Published, Register, SealedEntry } from "./register.ts";
import { publicJwk, signDocument, signPublication, signRecord } from "../src/sign.ts";

/** 1 November 2026, 09:00 UTC, in seconds: when the stories begin. */
export const START = 1_793_523_600;

export const shop = { id: "https://shop.example", name: "Acme Shop Ltd" };
export const shopKey = bytesOf("shop key");
shopKey[0]! &= 0x7f; // below the order of P-256
export const seed = bytesOf("seed of the person");
export const personKey = pairwiseKey(seed, { controller: shop.id });

export const advertising = {
  data: ["pd:EmailAddress"],
  ground: "eu-gdpr:A6-1-a",
  processing: ["dpv:Use"],
  purposes: ["dpv:PersonalisedAdvertising"],
  recipients: [{ id: "https://adco.example", name: "AdCo SAS" }],
  retention: "P12M",
  storage: ["IE"],
};

export function claimOf(controller = shop, key = shopKey, changes: Partial<Publication> = {}): string {
  const body = {
    deliver: `${controller.id}/freehold/records`,
    keys: [{ ...publicJwk(key) }],
    name: controller.name,
    withdraw: `${controller.id}/freehold/withdraw`,
  };
  return signPublication(
    { "@context": "urn:freehold:publication:1", author: controller.id, body, issued: formatInstant(START), type: "claim", ...changes },
    key,
  );
}

export function offerOf(changes: Partial<Offer> = {}, key = shopKey): string {
  const offer: Offer = {
    "@context": "urn:freehold:offer:1",
    controller: shop,
    expires: formatInstant(START + 7200),
    issued: formatInstant(START + 60),
    language: "en",
    nonce: toHex(bytesOf("nonce")),
    notice: toHex(bytesOf("notice")),
    processes: [advertising],
    ...changes,
  };
  return signDocument("freehold-offer+jws", offer, key);
}

/** The secret, lock and code of the person's record number `counter`. */
export function lockFor(register: Register, counter: number): { secret: Uint8Array; lock: string; code: string } {
  const secret = lockSecret(seed, { origin: register.origin, device: 7, counter });
  return { secret, lock: toHex(lockOf(secret)), code: formatCode(secret) };
}

export function beaconOf(register: Register, at: Published): Record["beacon"] {
  return { origin: register.origin, root: toHex(at.root), size: at.size };
}

export interface Story {
  register: Register;
  claims: readonly string[];
  offer: string;
  beacon: Published;
  record: SealedEntry;
  /** The key that signed the record. */
  signer: Uint8Array;
  secret: Uint8Array;
  code: string;
  binding: SealedEntry;
  acknowledgement: SealedEntry;
  /** The checkpoint under which everything is proven. */
  at: Published;
}

/** What is otherwise in a story; the rest stays as it is. */
export interface Changes {
  register?: Register;
  claims?: readonly string[];
  offer?: string;
  /** Members of the record; undefined takes one out. */
  record?: { [M in keyof Record]?: Record[M] | undefined };
  personKey?: Uint8Array;
  binding?: Partial<Binding>;
  bindingKey?: Uint8Array;
  /** Members of the acknowledgement, in place of the record's hash. */
  acknowledgement?: Partial<Acknowledgement>;
  acknowledgementKey?: Uint8Array;
}

/** Tells the story up to the acknowledgement; `padding` entries of strangers come before and after the grant. */
export function tellStory(origin = "register.example/log", padding = 20, changes: Changes = {}): Story {
  const { register = createRegister(origin), claims = [claimOf()], offer = offerOf(), personKey: signer = personKey } = changes;
  const strangers = (label: string) => {
    for (let i = 0; i < padding; i++) register.append({ kind: "record", commitment: bytesOf(`${label} commitment ${i}`), lock: bytesOf(`${label} lock ${i}`) });
  };
  const sealed = (label: string, type: "freehold-binding+jws" | "freehold-acknowledgement+jws", document: object, key = shopKey) => {
    const lock = toHex(bytesOf(`${label} lock`));
    return register.seal(signDocument(type, { controller: shop, lock, ...document } as Binding & Acknowledgement, key), lock);
  };
  for (const claim of claims) register.publishDocument(claim);
  strangers("before");
  const kid = thumbprint(publicJwk(signer));
  const binding = sealed(
    "binding",
    "freehold-binding+jws",
    { "@context": "urn:freehold:binding:1", account: toHex(bytesOf("account")), issued: formatInstant(START + 30), kid, ...changes.binding },
    changes.bindingKey,
  );
  const beacon = register.publish(START + 120);
  const { secret, lock, code } = lockFor(register, 0);
  const grant = {
    "@context": "urn:freehold:record:1",
    act: "dpv:ConsentGiven",
    beacon: beaconOf(register, beacon),
    controller: shop,
    expires: formatInstant(START + 100 * 86_400),
    lock,
    offer: hashOf(offer),
    processes: [advertising],
    ...changes.record,
  };
  const given = Object.fromEntries(Object.entries(grant).filter(([, value]) => value !== undefined)) as unknown as Record;
  const record = register.seal(signRecord(given, signer), given.lock);
  strangers("after");
  const answered = changes.acknowledgement ?? { record: hashOf(record.jws) };
  const acknowledgement = sealed(
    "acknowledgement",
    "freehold-acknowledgement+jws",
    { "@context": "urn:freehold:acknowledgement:1", answer: "dpv:RequestAcknowledged", issued: formatInstant(START + 300), ...answered },
    changes.acknowledgementKey,
  );
  const at = register.publish(START + 360);
  return { register, claims, offer, beacon, record, signer, secret, code, binding, acknowledgement, at };
}

/** The complete receipt of a story, under its checkpoint or a later one. */
export function receiptOf(story: Story, at = story.at): ReturnType<Register["receipt"]> {
  const { register, claims, offer, beacon, record, signer, code, binding, acknowledgement } = story;
  return register.receipt({ record, key: publicJwk(signer), beacon, at, offer, claims, binding, acknowledgements: [acknowledgement], code });
}

/** Logs the withdrawal of a secret and publishes; the new checkpoint. */
export function withdraw(register: Register, secret: Uint8Array, time = START + 3600): Published {
  register.append({ kind: "withdrawal", secret });
  return register.publish(time);
}

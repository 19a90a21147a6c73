/** What a person signs (spec/record.md). */
import type { JsonValue } from "./canonical.ts";
import { decodeJws, hashOf, verifyJws } from "./jws.ts";
import type { DecodedJws, Jwk } from "./jws.ts";
import { check, hex, instant, integer, list, matching, object, oneOf, refuse } from "./shape.ts";
import type { Shape, Shaped } from "./shape.ts";
import { isWithin, kindOf } from "./vocabulary.ts";
import type { TermKind } from "./vocabulary.ts";

const ACTS = {
  "dpv:ConsentGiven": "grant",
  "dpv:ConsentRefused": "refusal",
  "dpv:ConsentWithdrawn": "refusal",
  "dpv:ObjectingToProcess": "refusal",
  "dpv:OptingOutFromProcess": "refusal",
  "eu-gdpr:A15": "request",
  "eu-gdpr:A16": "request",
  "eu-gdpr:A17": "request",
  "eu-gdpr:A18": "request",
  "eu-gdpr:A19": "request",
  "eu-gdpr:A20": "request",
  "eu-gdpr:A22": "request",
  "us-ca:1798.105": "request",
  "us-ca:1798.106": "request",
  "us-ca:1798.110": "request",
} as const;

export type Act = keyof typeof ACTS;
export type ActClass = (typeof ACTS)[Act];

/** All acts, in the order of the specification. */
export const acts = Object.keys(ACTS) as Act[];

/** Whether an act grants, refuses (which blocks) or requests (which does neither). */
export function classOf(act: Act): ActClass {
  return ACTS[act];
}

/** The three dimensions of a scope, by the name of the member that holds their terms; each with its top term. */
export const dimensions = { purposes: "dpv:Purpose", data: "dpv:PersonalData", processing: "dpv:Processing" } as const;
export type Dimension = keyof typeof dimensions;

const term = matching(/^[a-z][a-z0-9-]{0,31}:[A-Za-z0-9][A-Za-z0-9._-]*$/, 128, "a term such as dpv:Marketing");

/** A term of one kind. A term that the vocabulary does not know may be of any: it covers only itself and overlaps everything. */
function termOf(kind: TermKind): Shape<string> {
  return (value, at) => {
    const known = kindOf(term(value, at));
    if (known !== undefined && known !== kind) refuse(at, `must be of the kind ${kind}; ${String(value)} is of the kind ${known}`);
    return value as string;
  };
}
const termsOf = (kind: TermKind) => list(termOf(kind), 1, 256, true);

/** One text for one host: no default port, and no address in numbers, which URLs write in many ways. */
const CONTROLLER_ID =
  /^(?:https:\/\/(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?::(?!443$)[1-9][0-9]{0,4})?|http:\/\/(?:localhost|127\.0\.0\.1):(?!80$)[1-9][0-9]{0,4}|urn:freehold:organisation:[a-z0-9.-]{1,128})$/;

/** A controller's id: its https origin, a local one with a port, or urn:freehold:organisation:…. */
export const controllerId = matching(CONTROLLER_ID, 255, "a controller id: https://host, http://localhost:port or urn:freehold:organisation:name");

/** A name that is shown to people, on terminals too: nothing in it moves the cursor or turns the direction of writing. */
export const nameShape = matching(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]+$/u, 200, "a name of 1 to 200 characters, none of them for control or direction");

/** An organisation as records and offers name it. */
export const partyShape = object({ id: controllerId, name: nameShape });
export type Party = Shaped<typeof partyShape>;

/** The origin line of a log (a C2SP key name). */
export const originShape = matching(/^[^\s+\p{Cc}]+$/u, 255, "an origin: no spaces, no plus, no control characters");

/** What is done with which data, why, on what ground. */
export const processShape = object(
  {},
  {
    data: termsOf("personalData"),
    ground: termOf("legalBasis"),
    processing: termsOf("processing"),
    purposes: termsOf("purpose"),
    recipients: list(partyShape, 1, 256),
    retention: matching(/^P(?:(?=\d)(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,5}D)?|\d{1,4}W)$/, 20, "a duration such as P12M"),
    storage: list(matching(/^[A-Z]{2}$/, 2, "a country code (ISO 3166-1 alpha-2)"), 1, 64, true),
  },
);
export type Process = Shaped<typeof processShape>;

/** A process that can be consented to: all dimensions named, specific, on the ground of consent. */
export const consentProcessShape: Shape<Process> = (value, at) => {
  const process = processShape(value, at);
  for (const [dimension, top] of Object.entries(dimensions) as [Dimension, string][]) {
    const named = process[dimension] ?? refuse(`${at}.${dimension}`, "is missing: consent names its purposes, data and processing");
    if (named.includes(top)) refuse(`${at}.${dimension}`, `must not name ${top}: consent is specific`);
  }
  const { ground = "" } = process;
  if (!isWithin(ground, "dpv:ExpressedConsent"))
    refuse(`${at}.ground`, "must be consent that was expressed: eu-gdpr:A6-1-a, eu-gdpr:A9-2-a, or another within dpv:ExpressedConsent");
  return process;
};

const common = {
  "@context": oneOf("urn:freehold:record:1"),
  act: oneOf(...acts),
  beacon: object({ origin: originShape, root: hex(32), size: integer(1) }),
  controller: partyShape,
  lock: hex(32),
};
const grantShape = object({ ...common, expires: instant, offer: hex(32), processes: list(consentProcessShape, 1, 64) });
const refusalShape = object(common, { letter: hex(32), offer: hex(32), processes: list(processShape, 1, 64) });
const requestShape = object(common, { letter: hex(32), processes: list(processShape, 1, 64) });

/** A record. `expires` and `offer` are there in every grant; see the table of the specification. */
export interface Record {
  "@context": "urn:freehold:record:1";
  act: Act;
  beacon: { origin: string; root: string; size: number };
  controller: Party;
  expires?: string;
  letter?: string;
  lock: string;
  offer?: string;
  processes?: readonly Process[];
}

/** Checks that a JSON value is a record. Throws `record_malformed`, naming the member. */
export function parseRecord(value: JsonValue): Record {
  const act = typeof value === "object" && value !== null && "act" in value ? value.act : undefined;
  // An act that is none, or no text, is refused by whichever shape reads it.
  const shape = { grant: grantShape, refusal: refusalShape, request: requestShape }[
    typeof act === "string" && Object.hasOwn(ACTS, act) ? ACTS[act as Act] : "request"
  ];
  return check<Record>(shape as Shape<Record>, value, "record", "record_malformed");
}

/** A record whose signature has been verified. `hash` is SHA-256 of its JWS, hexadecimal. */
export interface SignedRecord {
  record: Record;
  kid: string;
  hash: string;
}

/** The record of a JWS, its signature not verified. Throws `jws_malformed`, `jws_header`, `record_malformed`. */
export function decodeRecord(jws: string): SignedRecord {
  return signedRecord(jws, decodeJws(jws, "freehold-record+jws"));
}

/** Verifies a record's JWS under its key. Throws as {@link decodeRecord}, and `jws_signature`, `key_malformed`. */
export async function verifyRecord(jws: string, key: Jwk): Promise<SignedRecord> {
  return signedRecord(jws, await verifyJws(jws, { type: "freehold-record+jws", key }));
}

function signedRecord(jws: string, { kid, payload }: DecodedJws): SignedRecord {
  return { record: parseRecord(payload), kid, hash: hashOf(jws) };
}

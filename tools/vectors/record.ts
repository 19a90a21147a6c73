/** Vectors of records, and of the form of every JWS. A path here is relative to spec/vectors. */
import { fromBase64url } from "../../protocol/src/bytes.ts";
import { canonicalize } from "../../protocol/src/canonical.ts";
import { thumbprint } from "../../protocol/src/jws.ts";
import type { Jwk } from "../../protocol/src/jws.ts";
import { acts, classOf } from "../../protocol/src/record.ts";
import { flipBit, forge, headerOf, otherS, withSignature } from "../../protocol/testkit/forge.ts";
import { advertising, personKey, shop, shopKey } from "../../protocol/testkit/story.ts";
import { publicJwk } from "../../protocol/src/sign.ts";

/** One case: what goes into `verifyRecord`, and the record that it answers, or the code that it throws. */
export interface RecordVector {
  description: string;
  jws: string;
  key: Jwk;
  expect?: { record: unknown; kid: string };
  code?: string;
}

const TYPE = "freehold-record+jws";
const key = publicJwk(personKey);
const kid = thumbprint(key);
const H = (digit: string) => digit.repeat(64);

const refusal = {
  "@context": "urn:freehold:record:1",
  act: "dpv:ConsentRefused",
  beacon: { origin: "register.example/log", root: H("8"), size: 4096 },
  controller: shop,
  lock: H("9"),
};
const grant = { ...refusal, act: "dpv:ConsentGiven", expires: "2027-02-22T00:00:00Z", offer: H("4"), processes: [advertising] };

const valid = (description: string, record: unknown): RecordVector => ({
  description,
  jws: forge({ type: TYPE, payload: record, key: personKey }),
  key,
  expect: { record, kid },
});
const wrong = (description: string, payload: unknown, code = "record_malformed"): RecordVector => ({
  description,
  jws: forge({ type: TYPE, payload, key: personKey }),
  key,
  code,
});
const process = (changes: object) => ({ ...grant, processes: [without({ ...advertising, ...changes })] });
const party = (changes: object) => ({ ...grant, controller: { ...shop, ...changes } });
const beacon = (changes: object) => ({ ...grant, beacon: without({ ...grant.beacon, ...changes }) });

/** An object without the members that are undefined. */
function without(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** All vectors of this format, by path below spec/vectors. */
export function recordVectors(): Record<string, RecordVector> {
  const out: Record<string, RecordVector> = {};
  for (const [name, vector] of Object.entries(good())) out[`record/valid/${name}.json`] = vector;
  for (const [name, vector] of Object.entries({ ...badJws(), ...badRecord(), ...badProcess() })) out[`record/invalid/${name}.json`] = vector;
  return out;
}

function good(): Record<string, RecordVector> {
  const requests = acts
    .filter((act) => classOf(act) === "request")
    .map((act) => [`request-${act.split(":")[1]!.toLowerCase()}`, valid(`a request: ${act}`, { ...refusal, act })]);
  return {
    grant: valid("a grant with every member", grant),
    "grant-of-sensitive-data": valid("explicit consent", process({ ground: "eu-gdpr:A9-2-a" })),
    "grant-of-an-unknown-term": valid("a term that the vocabulary does not know", process({ purposes: ["ex:Anything"] })),
    "grant-without-optional-members": valid(
      "a process with what it must have only",
      process({ recipients: undefined, retention: undefined, storage: undefined }),
    ),
    "grant-in-weeks": valid("a retention in weeks", process({ retention: "P6W" })),
    "refusal-of-everything": valid("without processes a refusal concerns everything", refusal),
    "refusal-of-a-purpose": valid("a dimension that is missing means all", { ...refusal, processes: [{ purposes: ["dpv:Marketing"] }] }),
    "refusal-of-an-offer": valid("a refusal may answer an offer", { ...refusal, offer: H("4") }),
    "withdrawal-of-consent-given-elsewhere": valid("Art. 7(3)", { ...refusal, act: "dpv:ConsentWithdrawn", letter: H("c") }),
    objection: valid("Art. 21", { ...refusal, act: "dpv:ObjectingToProcess", processes: [{ ground: "eu-gdpr:A6-1-f", purposes: ["dpv:Marketing"] }] }),
    "opting-out": valid("sale and sharing", { ...refusal, act: "dpv:OptingOutFromProcess" }),
    "controller-with-port": valid("a port that is not the default one", party({ id: "https://shop.example:8443" })),
    "controller-on-this-machine": valid("for demonstrations", party({ id: "http://localhost:8080" })),
    "controller-without-host": valid("an organisation that cannot claim its id", {
      ...refusal,
      controller: { id: "urn:freehold:organisation:lei.5299000j2n45ddngcu63", name: "Ärger & Söhne 株式会社" },
    }),
    ...Object.fromEntries(requests),
  };
}

function badJws(): Record<string, RecordVector> {
  const { jws } = valid("", grant);
  const [head, body, tail] = jws.split(".") as [string, string, string];
  const changed = (description: string, text: string, code = "jws_malformed"): RecordVector => ({ description, jws: text, key, code });
  const header = (description: string, text: string, code = "jws_header") =>
    changed(description, forge({ type: TYPE, payload: grant, key: personKey, header: text }), code);
  const plain = headerOf(TYPE, personKey);
  const withMember = (member: string) =>
    header(
      `the member ${member} is refused, whatever it says`,
      canonicalize({ ...(JSON.parse(plain) as object), [member]: member === "crit" ? ["exp"] : member === "jwk" ? key : member === "b64" ? true : "x" }),
    );
  const text = canonicalize(grant);
  return {
    "header-algorithm-none": changed(
      "an unsigned JWS",
      forge({ type: TYPE, payload: grant, key: personKey, header: plain.replace("ES256", "none") }).replace(/[^.]*$/, ""),
      "jws_header",
    ),
    "header-algorithm-hs256": header("the public key as a secret", plain.replace("ES256", "HS256")),
    "header-algorithm-es384": header("another curve", plain.replace("ES256", "ES384")),
    "header-type-of-an-offer": header("signed for another purpose", plain.replace("record", "offer")),
    "header-type-missing": header("a type is required", canonicalize({ alg: "ES256", kid })),
    "header-kid-missing": header("a kid is required", canonicalize({ alg: "ES256", typ: TYPE })),
    "header-kid-too-short": header("a thumbprint has 43 characters", plain.replace(kid, kid.slice(1))),
    "header-kid-of-another-key": header("the kid is not the thumbprint of the key", plain.replace(kid, thumbprint(publicJwk(shopKey)))),
    "header-is-an-array": header("an object is required", "[]"),
    "header-with-crit": withMember("crit"),
    "header-with-jwk": withMember("jwk"),
    "header-with-b64": withMember("b64"),
    "header-with-x5u": withMember("x5u"),
    "header-in-another-order": header("members in the order of RFC 8785", `{"typ":"${TYPE}","alg":"ES256","kid":"${kid}"}`, "jws_malformed"),
    "header-with-a-space": header("no white space", plain.replace(",", ", "), "jws_malformed"),
    "header-with-a-key-twice": header("each member once", plain.replace("{", '{"alg":"none",'), "jws_malformed"),
    "header-is-no-json": header("JSON is required", "ES256", "jws_malformed"),
    "payload-with-a-space": wrong("no white space", text.replace(",", ", "), "jws_malformed"),
    "payload-in-another-order": wrong("members in the order of RFC 8785", text.replace(/^\{("@context":"[^"]*"),("act":"[^"]*")/, "{$2,$1"), "jws_malformed"),
    "payload-with-a-key-twice": wrong("each member once", text.replace('"act":', '"act":"dpv:ConsentRefused","act":'), "jws_malformed"),
    "payload-with-another-number": wrong("4096, and not 4.096e3", text.replace("4096", "4.096e3"), "jws_malformed"),
    "payload-with-an-escape": wrong("a solidus has no escape", text.replaceAll("https://shop", "https:\\/\\/shop"), "jws_malformed"),
    "payload-with-a-byte-order-mark": wrong("not even at the beginning", `\ufeff${text}`, "jws_malformed"),
    "payload-nested-too-deep": wrong("65 arrays inside one another", "[".repeat(65) + "]".repeat(65), "jws_malformed"),
    "payload-not-utf8": changed("a byte that is no UTF-8", `${head}.gA.${tail}`),
    "payload-empty": changed("nothing signed", `${head}..${tail}`),
    "part-with-padding": changed("base64url without padding", `${head}.${body}.${tail}==`),
    "part-with-unused-bits": changed(
      "the unused bits of the last character are zero",
      `${head}.${body}.${tail.slice(0, -1)}${tail.endsWith("A") ? "B" : tail.endsWith("Q") ? "R" : tail.endsWith("g") ? "h" : "x"}`,
    ),
    "part-in-base64": changed("no plus and no solidus", `${head}.${body}.+${tail.slice(1)}`),
    "part-with-a-line-break": changed("no white space", `${head}.\n${body}.${tail}`),
    "two-parts": changed("three parts", `${head}.${body}`),
    "four-parts": changed("three parts", `${jws}.`),
    "signature-bit": changed(
      "a bit of r",
      withSignature(jws, (signature) => flipBit(signature, 9)),
      "jws_signature",
    ),
    "signature-by-another-key": changed(
      "signed by the shop, named as hers",
      withSignature(jws, () => fromBase64url(forge({ type: TYPE, payload: grant, key: shopKey }).split(".")[2]!)),
      "jws_signature",
    ),
    "signature-of-another-payload": changed(
      "signature and payload do not belong together",
      `${head}.${body}.${wrong("", { ...grant, lock: H("0") }).jws.split(".")[2]!}`,
      "jws_signature",
    ),
    "signature-with-high-s": changed("n - s verifies too, and is refused", withSignature(jws, otherS)),
    "signature-of-zeros": changed(
      "r and s are 0",
      withSignature(jws, () => new Uint8Array(64)),
      "jws_signature",
    ),
    "signature-in-der": changed(
      "r || s, and not ASN.1",
      withSignature(jws, (signature) => Uint8Array.of(0x30, 0x44, 2, 32, ...signature.subarray(0, 32), 2, 32, ...signature.subarray(32))),
    ),
    "signature-too-short": changed(
      "64 bytes",
      withSignature(jws, (signature) => signature.subarray(1)),
    ),
    "key-not-on-the-curve": { ...wrong("", grant), description: "x and y are no point", key: { ...key, y: key.x }, code: "jws_header" },
    "key-with-unused-bits": {
      ...wrong("", grant),
      description: "one text for one key: the unused bits of a coordinate are zero",
      key: { ...key, x: key.x.slice(0, -1) + (key.x.endsWith("w") ? "x" : "B") },
      code: "key_malformed",
    },
    "key-of-another": { ...wrong("", grant), description: "the key of the shop", key: publicJwk(shopKey), code: "jws_header" },
    "key-not-on-the-curve-with-its-kid": offCurve(),
  };
}

/** A point that is none, with a header that names it: an implementation that does not look computes on another curve. */
function offCurve(): RecordVector {
  const bad = { ...key, y: key.x };
  const header = canonicalize({ alg: "ES256", kid: thumbprint(bad), typ: TYPE });
  return {
    description: "x and y are no point, and the kid is their thumbprint",
    jws: forge({ type: TYPE, payload: grant, key: personKey, header }),
    key: bad,
    code: "jws_signature",
  };
}

function badRecord(): Record<string, RecordVector> {
  const id = (description: string, text: string) => wrong(description, party({ id: text }));
  return {
    "context-of-an-offer": wrong("another format", { ...grant, "@context": "urn:freehold:offer:1" }),
    "context-of-a-later-version": wrong("a version that nobody knows", { ...grant, "@context": "urn:freehold:record:2" }),
    "act-unknown": wrong("an act of the table", { ...grant, act: "dpv:ConsentRequested" }),
    "act-named-like-a-method": wrong("names of JavaScript's own objects are no acts", { ...grant, act: "constructor" }),
    "act-in-a-list": wrong("a text", { ...grant, act: ["dpv:ConsentGiven"] }),
    "act-is-an-object": wrong("a text", { ...grant, act: { toString: 1, valueOf: 1 } }),
    "act-missing": wrong("an act is required", without({ ...grant, act: undefined })),
    "record-is-a-list": wrong("an object", [grant]),
    "record-is-null": wrong("an object", null),
    "member-unknown": wrong("no free text", { ...grant, comment: "" }),
    "member-proto": wrong(
      "a member __proto__ is a member like any other",
      canonicalize(grant).replace('"act"', '"__proto__":{"act":"dpv:ConsentGiven"},"act"'),
    ),
    "grant-without-offer": wrong("a grant answers an offer", without({ ...grant, offer: undefined })),
    "grant-without-expiry": wrong("a grant expires", without({ ...grant, expires: undefined })),
    "grant-without-processes": wrong("a grant says what it allows", without({ ...grant, processes: undefined })),
    "grant-of-no-process": wrong("a grant says what it allows", { ...grant, processes: [] }),
    "grant-of-65-processes": wrong("64 at most", { ...grant, processes: Array.from({ length: 65 }, () => advertising) }),
    "grant-with-a-letter": wrong("a grant answers an offer, and no letter", { ...grant, letter: H("c") }),
    "refusal-that-expires": wrong("only grants expire", { ...refusal, expires: grant.expires }),
    "request-with-an-offer": wrong("requests answer none", { ...refusal, act: "eu-gdpr:A15", offer: H("4") }),
    "expiry-not-in-utc": wrong("Z, and no offset", { ...grant, expires: "2027-02-22T00:00:00+00:00" }),
    "expiry-with-fraction": wrong("whole seconds", { ...grant, expires: "2027-02-22T00:00:00.000Z" }),
    "expiry-on-no-day": wrong("30 February", { ...grant, expires: "2027-02-30T00:00:00Z" }),
    "expiry-at-24-hours": wrong("00:00:00 of the next day", { ...grant, expires: "2027-02-22T24:00:00Z" }),
    "expiry-before-2000": wrong("2000 to 9999", { ...grant, expires: "1999-12-31T23:59:59Z" }),
    "expiry-is-a-number": wrong("a text", { ...grant, expires: 1_800_000_000 }),
    "lock-in-capitals": wrong("lower case", { ...grant, lock: "A".repeat(64) }),
    "lock-too-short": wrong("32 bytes", { ...grant, lock: "9".repeat(62) }),
    "lock-is-null": wrong("a text", { ...grant, lock: null }),
    "offer-with-prefix": wrong("no 0x", { ...grant, offer: `0x${"4".repeat(62)}` }),
    "beacon-without-root": wrong("origin, size and root", beacon({ root: undefined })),
    "beacon-of-size-0": wrong("an empty log has nothing to look at", beacon({ size: 0 })),
    "beacon-of-size-2-53": wrong("2^53-1 at most", beacon({ size: 2 ** 53 })),
    "beacon-of-half-an-entry": wrong("whole numbers", beacon({ size: 1.5 })),
    "beacon-size-is-a-text": wrong("a number", beacon({ size: "4096" })),
    "beacon-origin-with-a-line-break": wrong("one line", beacon({ origin: "register.example/log\n1" })),
    "beacon-origin-empty": wrong("a name", beacon({ origin: "" })),
    "beacon-with-a-time": wrong("no other member", beacon({ time: "2026-11-01T09:00:00Z" })),
    "controller-with-a-path": id("no path", "https://shop.example/"),
    "controller-in-capitals": id("lower case", "https://Shop.example"),
    "controller-with-the-default-port": id("one host has one id", "https://shop.example:443"),
    "controller-by-its-address": id("no address in numbers", "https://192.0.2.1"),
    "controller-by-its-address-in-hexadecimal": id("no address in numbers", "https://shop.0x7f000001"),
    "controller-of-one-label": id("a host name has two labels at least", "https://shop"),
    "controller-with-a-final-dot": id("one host has one id", "https://shop.example."),
    "controller-with-a-user": id("no user", "https://shop.example@evil.example"),
    "controller-by-http": id("https", "http://shop.example"),
    "controller-in-another-script": id("xn--…", "https://шоп.example"),
    "controller-on-this-machine-without-port": id("a port is required", "http://localhost"),
    "controller-of-another-urn": id("urn:freehold:organisation:…", "urn:isbn:9780262510875"),
    "controller-too-long": id("255 bytes", `https://${"a.".repeat(124)}example`),
    "controller-without-name": wrong("a name is required", { ...grant, controller: { id: shop.id } }),
    "controller-with-an-empty-name": wrong("1 to 200", party({ name: "" })),
    "controller-name-too-long": wrong("1 to 200", party({ name: "x".repeat(201) })),
    "controller-name-with-an-escape-sequence": wrong("a name that rewrites a terminal", party({ name: "Acme\u001b[2K" })),
    "controller-name-with-a-line-break": wrong("one line", party({ name: "Acme\nverified" })),
    "controller-name-that-turns-direction": wrong("U+202E", party({ name: "Acme \u202etld pohS" })),
    "letter-too-long": wrong("32 bytes", { ...refusal, letter: "c".repeat(66) }),
  };
}

function badProcess(): Record<string, RecordVector> {
  return {
    "consent-without-purposes": wrong("consent is specific", process({ purposes: undefined })),
    "consent-without-data": wrong("consent is specific", process({ data: undefined })),
    "consent-without-processing": wrong("consent is specific", process({ processing: undefined })),
    "consent-to-no-purpose": wrong("1 to 256 terms", process({ purposes: [] })),
    "consent-to-any-purpose": wrong("consent is specific", process({ purposes: ["dpv:Purpose"] })),
    "consent-to-all-data": wrong("consent is specific", process({ data: ["pd:EmailAddress", "dpv:PersonalData"] })),
    "consent-to-all-processing": wrong("consent is specific", process({ processing: ["dpv:Processing"] })),
    "consent-on-legitimate-interest": wrong("consent is the ground", process({ ground: "eu-gdpr:A6-1-f" })),
    "consent-without-ground": wrong("consent is the ground", process({ ground: undefined })),
    "purpose-twice": wrong("distinct terms", process({ purposes: ["dpv:Marketing", "dpv:Marketing"] })),
    "purpose-without-prefix": wrong("a term has a prefix", process({ purposes: ["Marketing"] })),
    "purpose-too-long": wrong("128 characters at most", process({ purposes: [`ex:${"a".repeat(126)}`] })),
    "purpose-that-is-data": wrong("a term of another kind", process({ purposes: ["pd:EmailAddress"] })),
    "retention-of-nothing": wrong("a number is required", process({ retention: "P" })),
    "retention-in-hours": wrong("years, months, days or weeks", process({ retention: "PT12H" })),
    "retention-of-weeks-and-days": wrong("weeks stand alone", process({ retention: "P1W1D" })),
    "storage-in-small-letters": wrong("ISO 3166-1 alpha-2", process({ storage: ["ie"] })),
    "storage-twice": wrong("distinct codes", process({ storage: ["IE", "IE"] })),
    "recipient-without-name": wrong("id and name", process({ recipients: [{ id: "https://adco.example" }] })),
    "recipients-empty": wrong("absent, or 1 to 256", process({ recipients: [] })),
    "process-with-a-member-unknown": wrong("no other member", process({ note: "" })),
    "process-is-a-text": wrong("an object", { ...grant, processes: ["dpv:Marketing"] }),
  };
}

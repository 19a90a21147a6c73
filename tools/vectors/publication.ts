/** Vectors of publications and claims. A path here is relative to spec/vectors. */
import { thumbprint } from "../../protocol/src/jws.ts";
import type { Jwk } from "../../protocol/src/jws.ts";
import { forge, headerOf, otherS, withSignature } from "../../protocol/testkit/forge.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { personKey, shop, shopKey } from "../../protocol/testkit/story.ts";
import { publicJwk } from "../../protocol/src/sign.ts";

/** With `keys`: what goes into `verifyPublication`. Without: into `verifyClaim`, with its `predecessor` where there is one. */
export interface PublicationVector {
  description: string;
  document: string;
  keys?: Jwk[];
  predecessor?: string;
  expect?: { publication: unknown };
  code?: string;
}

const TYPE = "freehold-publication+jws";
const nextKey = bytesOf("next shop key");
nextKey[0]! &= 0x7f;
const strangerKey = personKey;

const notice = {
  "@context": "urn:freehold:publication:1",
  author: shop.id,
  body: { en: "We send you advertising." },
  issued: "2026-11-01T09:00:00Z",
  type: "notice",
};
const claim = {
  ...notice,
  body: { deliver: "https://shop.example/freehold/records", keys: [publicJwk(shopKey)], name: shop.name, withdraw: "https://shop.example/freehold/withdraw" },
  type: "claim",
};
const first = forge({ type: TYPE, payload: claim, key: shopKey });
const successor = { ...claim, body: { ...claim.body, keys: [publicJwk(nextKey)] }, predecessor: "0".repeat(64) };

const without = (object: object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** All vectors of this format, by path below spec/vectors. */
export function publicationVectors(): Record<string, PublicationVector> {
  const out: Record<string, PublicationVector> = {};
  for (const [name, vector] of Object.entries(good())) out[`publication/valid/${name}.json`] = vector;
  for (const [name, vector] of Object.entries({ ...badPublications(), ...badClaims() })) out[`publication/invalid/${name}.json`] = vector;
  return out;
}

function good(): Record<string, PublicationVector> {
  const published = (description: string, payload: object): PublicationVector => ({
    description,
    document: forge({ type: TYPE, payload, key: shopKey }),
    keys: [publicJwk(shopKey)],
    expect: { publication: payload },
  });
  const claimed = (description: string, payload: object, key = shopKey, predecessor?: string): PublicationVector => ({
    description,
    document: forge({ type: TYPE, payload, key }),
    ...(predecessor && { predecessor }),
    expect: { publication: payload },
  });
  return {
    notice: published("a notice", notice),
    "notice-that-replaces-another": published("a predecessor by its hash", { ...notice, predecessor: "7".repeat(64) }),
    "resolution-of-a-register": published("the author is a register, by its origin", { ...notice, author: "register.example/log", type: "resolution" }),
    "type-unknown": published("a reader that does not know a type can show it", { ...notice, type: "weather-2", body: { any: [1, null, { deep: true }] } }),
    "signed-by-the-second-key": { ...published("one of several keys", notice), keys: [publicJwk(nextKey), publicJwk(shopKey)] },
    claim: claimed("a first claim, signed by its own key", claim),
    "claim-with-contact": claimed("an address for people", { ...claim, body: { ...claim.body, contact: "mailto:privacy@shop.example" } }),
    "claim-with-two-keys": claimed("signed by one of them", { ...claim, body: { ...claim.body, keys: [publicJwk(nextKey), publicJwk(shopKey)] } }),
    "claim-of-a-demonstration": claimed("http on this machine", {
      ...claim,
      author: "http://localhost:8080",
      body: { ...claim.body, deliver: "http://localhost:8080/records", withdraw: "http://localhost:8080/withdraw" },
    }),
    "claim-of-a-successor": claimed("a new key, introduced by the former one", successor, shopKey, first),
  };
}

function badPublications(): Record<string, PublicationVector> {
  const bad = (description: string, payload: unknown, code = "publication_malformed"): PublicationVector => ({
    description,
    document: forge({ type: TYPE, payload, key: shopKey }),
    keys: [publicJwk(shopKey)],
    code,
  });
  const changed = (description: string, changes: object) => bad(description, without({ ...notice, ...changes }));
  const plain = forge({ type: TYPE, payload: notice, key: shopKey });
  return {
    "signed-by-a-stranger": { ...bad("none of the author's keys", notice, "jws_header"), document: forge({ type: TYPE, payload: notice, key: strangerKey }) },
    "signed-by-a-stranger-in-its-name": {
      ...bad("the kid of the author, the signature of another", notice, "jws_signature"),
      document: forge({ type: TYPE, payload: notice, key: strangerKey, header: headerOf(TYPE, shopKey) }),
    },
    "signed-as-an-offer": {
      ...bad("signed for another purpose", notice, "jws_header"),
      document: forge({ type: "freehold-offer+jws", payload: notice, key: shopKey }),
    },
    "signed-with-high-s": { ...bad("n - s is refused", notice, "jws_malformed"), document: withSignature(plain, otherS) },
    "no-keys": { ...bad("an author without keys has signed nothing", notice, "jws_header"), keys: [] },
    "body-is-a-list": changed("an object", { body: [] }),
    "body-is-a-text": changed("an object", { body: "<h1>Notice</h1>" }),
    "body-missing": changed("an object", { body: undefined }),
    "author-with-a-path": changed("a controller id, or an origin", { author: "https://shop.example/" }),
    "author-in-capitals": changed("lower case", { author: "https://SHOP.example" }),
    "author-with-a-space": changed("an origin has none", { author: "register example" }),
    "author-missing": changed("somebody says it", { author: undefined }),
    "type-in-capitals": changed("small letters, digits, hyphens", { type: "Notice" }),
    "type-beginning-with-a-digit": changed("a letter first", { type: "2-notice" }),
    "type-too-long": changed("64 characters at most", { type: "a".repeat(65) }),
    "predecessor-by-address": changed("a hash", { predecessor: "/documents/7777" }),
    "issued-in-local-time": changed("UTC", { issued: "2026-11-01T09:00:00" }),
    "issued-on-no-day": changed("31 November", { issued: "2026-11-31T09:00:00Z" }),
    "member-unknown": changed("no other member outside of body", { title: "Notice" }),
    "context-of-a-later-version": changed("a version that nobody knows", { "@context": "urn:freehold:publication:2" }),
    "is-a-list": bad("an object", [notice]),
  };
}

function badClaims(): Record<string, PublicationVector> {
  const bad = (description: string, payload: object, code = "publication_malformed", key = shopKey): PublicationVector => ({
    description,
    document: forge({ type: TYPE, payload, key }),
    code,
  });
  const body = (description: string, changes: object) => bad(description, { ...claim, body: without({ ...claim.body, ...changes }) });
  return {
    "claim-that-is-a-notice": bad("another type", notice),
    "claim-signed-by-a-key-that-it-does-not-name": bad("a claim in another's name: whoever signs it is not in it", claim, "jws_header", strangerKey),
    "claim-of-a-successor-signed-by-its-own-key": { ...bad("a key that nobody introduced", successor, "jws_header", nextKey), predecessor: first },
    "claim-of-a-successor-by-another-author": {
      ...bad("a successor has the author of its predecessor", {
        ...successor,
        author: "https://adco.example",
        body: { keys: [publicJwk(nextKey)], name: "AdCo SAS" },
      }),
      predecessor: first,
    },
    "claim-by-a-register": bad("an origin is no host", { ...claim, author: "register.example/log", body: { keys: claim.body.keys, name: "Register" } }),
    "claim-by-an-organisation-without-host": bad("nothing can be compared there", {
      ...claim,
      author: "urn:freehold:organisation:acme",
      body: { keys: claim.body.keys, name: shop.name },
    }),
    "claim-without-keys": body("1 to 16 keys", { keys: [] }),
    "claim-with-17-keys": body("1 to 16 keys", {
      keys: Array.from({ length: 17 }, (_, i) => publicJwk(bytesOf(`shop key ${i}`).map((byte, at) => (at === 0 ? byte & 0x7f : byte)))),
    }),
    "claim-with-a-key-twice": body("distinct keys", { keys: [publicJwk(shopKey), publicJwk(shopKey)] }),
    "claim-with-a-private-key": body("public keys, nothing more", { keys: [{ ...publicJwk(shopKey), d: "A".repeat(43) }] }),
    "claim-with-a-key-id": body("four members, and no other", { keys: [{ ...publicJwk(shopKey), kid: thumbprint(publicJwk(shopKey)) }] }),
    "claim-with-a-key-of-another-curve": body("P-256", { keys: [{ ...publicJwk(shopKey), crv: "secp256k1" }] }),
    "claim-without-name": body("a name is required", { name: undefined }),
    "claim-with-an-escape-sequence-in-its-name": body("a name that rewrites a terminal", { name: "Acme\u001b[1A" }),
    "claim-that-delivers-elsewhere": body("the author's own host", { deliver: "https://evil.example/records" }),
    "claim-that-delivers-to-a-host-that-begins-alike": body("the author's own host", { deliver: "https://shop.example.evil.example/records" }),
    "claim-that-delivers-to-a-user-of-another-host": body("the author's own host", { deliver: "https://shop.example@evil.example/records" }),
    "claim-that-delivers-to-another-port": body("the author's own host and port", { deliver: "https://shop.example:8443/records" }),
    "claim-that-delivers-by-http": body("https", { deliver: "http://shop.example/records" }),
    "claim-with-withdrawals-elsewhere": body("the author's own host", { withdraw: "https://evil.example/withdraw" }),
    "claim-with-a-contact-elsewhere": body("the author's own host, or mailto:", { contact: "https://evil.example/login" }),
    "claim-with-a-contact-by-script": body("a URL or mailto:", { contact: "javascript:alert(1)" }),
    "claim-with-a-quote-in-its-address": body("a URL", { deliver: 'https://shop.example/"><script>' }),
    "claim-with-a-member-unknown": body("no other member", { phone: "+353 1 000" }),
  };
}

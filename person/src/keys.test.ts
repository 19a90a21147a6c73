/** What she holds her key with: kit, passphrase, capability, gesture; and files and links that others may have written. */
import { generateKeyPairSync, sign as signWith } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deflateSync } from "fflate";
import { concat, toBase64url, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { thumbprint } from "@freehold/protocol/jws";
import { newSeed, pairwiseKey } from "@freehold/protocol/keys";
import { challengeFor } from "@freehold/protocol/passkey";
import { acts, classOf } from "@freehold/protocol/record";
import { publicJwk } from "@freehold/protocol/sign";
import { sha256 } from "@noble/hashes/sha2.js";
import { seed, shop } from "../../protocol/testkit/story.ts";
import { formatBook, parseBook } from "./book-file.ts";
import { openBook } from "./book.ts";
import { gestureEvidence, verifyGesture } from "./gesture.ts";
import { actsUnder, mayUnder, signCapability, verifyCapability } from "./guardian.ts";
import type { Capability } from "./guardian.ts";
import { makeKit, readKit } from "./kit.ts";
import { unwrapWithPassphrase, wrapUnderPassphrase } from "./passphrase.ts";
import { readReceiptLink } from "./receipt-link.ts";

const codeOf = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (error instanceof FreeholdError) return error.code;
    throw error;
  }
  return "nothing thrown";
};
const now = 1_793_523_600;
const register = { url: "https://register.example", origin: "register.example/log", vkey: "vkey", policy: "policy" };

test("a kit gives the seed back, from its words and from its QR code, which fits the alphanumeric mode", () => {
  const kit = makeKit(seed, register, now);
  expect(kit.words).toHaveLength(24);
  expect(kit).toMatchObject({ made: "2026-11-01", register: { url: register.url, origin: register.origin } });
  expect(kit.qr).toMatch(/^[A-Z ]+$/);
  expect(readKit(kit.words.join("\n"))).toEqual(seed);
  expect(readKit(kit.qr)).toEqual(seed);
  expect(() => readKit(kit.words.slice(1).join(" "))).toThrow("24");
});

test("a passphrase opens what it closed, however its letters are written, and no other does", async () => {
  const kept = await wrapUnderPassphrase(seed, "fünf Kätzchen tanzen");
  expect(await unwrapWithPassphrase(kept, " fu\u0308nf Ka\u0308tzchen tanzen")).toEqual(seed);
  expect(await codeOf(() => unwrapWithPassphrase(kept, "Fünf Kätzchen tanzen"))).toBe("wrap_mismatch");
  expect(await codeOf(() => wrapUnderPassphrase(seed, "short"))).toBe("argument_invalid");
  expect(await codeOf(() => unwrapWithPassphrase({ ...kept, salt: "00" }, "fünf Kätzchen tanzen"))).toBe("encoding_invalid");
}, 60_000);

test("a guardian may refuse, withdraw and ask within limits, and never grant", async () => {
  const guardian = thumbprint(publicJwk(pairwiseKey(newSeed(), { controller: shop.id })));
  const secretKey = pairwiseKey(seed, { controller: shop.id });
  const capability: Capability = { "@context": "urn:freehold:guardian:1", controller: shop, expires: "2027-11-01T00:00:00Z", guardian, may: ["refuse", "ask"] };
  const jws = signCapability(capability, { secretKey, now });
  const key = publicJwk(secretKey);
  expect(await verifyCapability(jws, key, now)).toEqual({ capability, bySelf: false });
  for (const act of acts) {
    expect(mayUnder(capability, { act, controller: shop }, now)).toBe(classOf(act) !== "grant");
    expect(mayUnder({ ...capability, may: ["refuse", "withdraw", "ask"] }, { act, controller: shop }, now)).toBe(classOf(act) !== "grant");
    expect(mayUnder({ ...capability, may: ["withdraw"] }, { act, controller: shop }, now)).toBe(false);
    expect(mayUnder(capability, { act, controller: { id: "https://other.example", name: "O" } }, now)).toBe(false);
    expect(mayUnder(capability, { act, controller: shop }, now + 400 * 86_400)).toBe(false);
  }
  expect(actsUnder({ ...capability, may: ["ask"] }, acts).every((act) => classOf(act) === "request")).toBe(true);
  expect(await codeOf(() => verifyCapability(jws, key, now + 400 * 86_400))).toBe("guardian_refused");
  expect(await codeOf(() => verifyCapability(jws, publicJwk(pairwiseKey(newSeed(), { controller: shop.id })), now))).toBe("jws_header");
  expect(await codeOf(() => signCapability({ ...capability, expires: "2036-11-01T00:00:00Z" }, { secretKey, now }))).toBe("guardian_malformed");
  expect(await codeOf(() => signCapability({ ...capability, may: ["grant"] as never }, { secretKey, now }))).toBe("guardian_malformed");
});

test("the evidence of one gesture proves each document of its batch, and no other", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" }) as { x: string; y: string };
  const documents = Array.from({ length: 5 }, (_, i) => `header.payload${i}.signature`);
  const client = { type: "webauthn.get", challenge: toBase64url(challengeFor(documents)), origin: "https://register.example", crossOrigin: false };
  const clientDataJSON = utf8(JSON.stringify(client));
  const authenticatorData = concat(sha256(utf8("register.example")), Uint8Array.of(0x05, 0, 0, 0, 0));
  const signature = new Uint8Array(signWith("sha256", concat(authenticatorData, sha256(clientDataJSON)), privateKey));
  const raw = concat(Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url"));
  const evidence = gestureEvidence(documents, { publicKey: raw, clientDataJSON, authenticatorData, signature });
  const asked = { origins: ["https://register.example"], rpId: "register.example" };
  for (const [i, document] of documents.entries()) await verifyGesture(evidence[i]!, document, asked);
  expect(await codeOf(() => verifyGesture(evidence[0]!, documents[1]!, asked))).toBe("inclusion_invalid");
  expect(await codeOf(() => verifyGesture(evidence[0]!, documents[0]!, { ...asked, rpId: "other.example" }))).toBe("passkey_mismatch");
  expect(await codeOf(() => verifyGesture(evidence[0]!.replace(/"size":5/, '"size":3'), documents[0]!, asked))).toBe("inclusion_invalid");
  expect(await codeOf(() => verifyGesture("{", documents[0]!, asked))).toBe("passkey_malformed");
});

test("a link that unpacks to gigabytes, was cut, or is no link, is refused", async () => {
  const bomb = toBase64url(deflateSync(new Uint8Array(200_000_000), { level: 9 }));
  expect(await codeOf(() => readReceiptLink(`https://register.example/receipt#receipt=${bomb}`))).toBe("receipt_malformed");
  for (const text of ["", "#", "#receipt=", "#receipt=!!", "#receipt=AAAA", `#receipt=${bomb.slice(0, 100)}`, `#receipt=${"A".repeat(300_000)}`])
    expect(await codeOf(() => readReceiptLink(text)), text.slice(0, 30)).toBe("receipt_malformed");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect(["receipt_malformed", "nothing thrown"]).toContain(await codeOf(() => readReceiptLink(`#receipt=${toBase64url(bytes)}`)));
    }),
  );
});

test("a file that is no book is refused, naming where", async () => {
  const text = formatBook(openBook(register, 5));
  expect(parseBook(`${text}\n`)).toMatchObject({ device: 5, items: [] });
  for (const wrong of [
    "",
    "{}",
    text.replace('"device":5', '"device":1048576'),
    text.replace("{", "{ "),
    text.replace('"items":[]', '"items":[{}]'),
    `${text}x`,
  ])
    expect(await codeOf(() => parseBook(wrong)), wrong.slice(0, 40)).toBe("book_malformed");
});

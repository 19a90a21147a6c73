/** What a company makes and signs of itself, its offers and links, and the calls that it verifies. */
import { expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { hashOf } from "@freehold/protocol/jws";
import { decodeDocument } from "@freehold/protocol/offer";
import { decodeClaim, verifyClaim, verifyPublication } from "@freehold/protocol/publication";
import { publicJwk } from "@freehold/protocol/sign";
import { seconds } from "@freehold/protocol/shape";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { START, advertising, shop, shopKey } from "../../protocol/testkit/story.ts";
import { deadlineOf } from "./deadlines.ts";
import { makeOffer, offerLink } from "./offers.ts";
import { makeClaim, makeNotice, publishClaim, publishNotice } from "./publish.ts";
import { verifyWebhook } from "./webhook.ts";

const code = (expected: string) => expect.objectContaining({ name: "FreeholdError", code: expected });
const claimed = { controller: shop.id, name: shop.name, deliver: `${shop.id}/freehold/records`, withdraw: `${shop.id}/freehold/withdraw`, issued: START };

test("a claim is signed by its own key, a successor by the one before; an address elsewhere is refused", async () => {
  const next = bytesOf("next key");
  next[0]! &= 0x7f;
  const first = makeClaim({ ...claimed, keys: [shopKey] });
  expect((await verifyClaim(first)).body).toMatchObject({ name: shop.name, keys: [publicJwk(shopKey)] });
  const second = makeClaim({ ...claimed, keys: [next], mailbox: next, predecessor: { document: first, signing: shopKey } });
  expect((await verifyClaim(second, decodeClaim(first).claim)).predecessor).toBe(hashOf(first));
  expect(() => makeClaim({ ...claimed, keys: [] })).toThrow(code("argument_invalid"));
  expect(() => makeClaim({ ...claimed, keys: [shopKey], deliver: "https://elsewhere.example/x" })).toThrow(code("publication_malformed"));
  const notice = makeNotice({ controller: shop.id, signing: shopKey, language: "en", title: "Privacy", text: "What we do.", issued: START });
  expect((await verifyPublication(notice, [publicJwk(shopKey)])).type).toBe("notice");
});

test("claim and notice go to the register, which says where they stand; what it refuses is told by its code", async () => {
  const asked: string[] = [];
  const register = async (url: string, init?: RequestInit) => {
    asked.push(`${init!.method} ${url} ${init!.body as string}`);
    return url.endsWith("/claims")
      ? Response.json({ sha256: "ab".repeat(32), index: 7 }, { status: 201 })
      : Response.json({ code: "claim_unknown", detail: "Join first." }, { status: 404 });
  };
  expect(await publishClaim({ register: "https://register.example", controller: shop.id, fetch: register })).toEqual({ sha256: "ab".repeat(32), index: 7 });
  await expect(publishNotice({ register: "https://register.example", notice: "a.b.c", fetch: register })).rejects.toEqual(code("claim_unknown"));
  expect(asked).toEqual([`POST https://register.example/v1/claims {"origin":"${shop.id}"}`, "POST https://register.example/v1/notices a.b.c"]);
});

test("an offer stands for a day and has a nonce of its own; the link has all in its fragment", () => {
  const make = (life?: number) =>
    makeOffer({
      company: shop,
      signing: shopKey,
      processes: [advertising],
      notice: "cd".repeat(32),
      language: "en",
      now: START + 0.5,
      ...(life !== undefined && { life }),
    });
  const { document } = decodeDocument("freehold-offer+jws", make());
  expect(seconds(document.expires) - seconds(document.issued)).toBe(86_400);
  expect(decodeDocument("freehold-offer+jws", make()).document.nonce).not.toBe(document.nonce);
  expect(() => make(86_401)).toThrow(code("argument_invalid"));
  expect(() => make(Number.NaN)).toThrow(code("argument_invalid"));
  const link = new URL(offerLink({ register: "https://register.example/", offer: "a.b.c", reference: "7Qm3", returnTo: "https://shop.example/welcome?x=1" }));
  expect(`${link.origin}${link.pathname}${link.search}`).toBe("https://register.example/me/decide");
  expect(Object.fromEntries(new URLSearchParams(link.hash.slice(1)))).toEqual({
    offer: "a.b.c",
    reference: "7Qm3",
    return: "https://shop.example/welcome?x=1",
  });
});

test("a call counts when it is signed with the webhook's secret, and new", () => {
  const secret = `whsec_${Buffer.from(bytesOf("webhook")).toString("base64")}`;
  const call = (body: object, { at = new Date(), by = secret } = {}) => {
    const text = JSON.stringify(body);
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(by).sign("msg_1", at, text),
    };
    return () => verifyWebhook({ secret, headers: new Headers(headers), body: text });
  };
  const message = "ab".repeat(32);
  expect(call({ type: "mailbox.received", timestamp: "2026-11-01T09:00:00Z", data: { message } })()).toEqual({ type: "mailbox.received", message });
  expect(call({ type: "mailbox.test", data: {} })()).toEqual({ type: "mailbox.test" });
  expect(call({ type: "mailbox.received", data: {} })).toThrow(code("webhook_refused"));
  expect(call({ type: "mailbox.test" }, { by: `whsec_${Buffer.from(bytesOf("another")).toString("base64")}` })).toThrow(code("webhook_refused"));
  expect(call({ type: "mailbox.test" }, { at: new Date(Date.now() - 3_600_000) })).toThrow(code("webhook_refused"));
});

test.each([
  ["eu-gdpr:A15", "2026-01-31", false, "2026-02-28"],
  ["eu-gdpr:A17", "2026-11-23", false, "2026-12-23"],
  ["eu-gdpr:A20", "2026-11-30", true, "2027-02-28"],
  ["us-ca:1798.105", "2026-11-01", false, "2026-12-16"],
  ["us-ca:1798.110", "2026-11-01", true, "2027-01-30"],
] as const)("a request %s of %s (extended: %s) is due on %s", (act, from, extended, due) => {
  expect(new Date(deadlineOf(act, Date.parse(from) / 1000, extended) * 1000).toISOString().slice(0, 10)).toBe(due);
});

/** A company that reads its mailbox, at the register's own routes; what people left there was sealed by their client. */
import { afterEach, expect, test } from "vitest";
import { utf8 } from "@freehold/protocol/bytes";
import { decodeClaim } from "@freehold/protocol/publication";
import { publicJwk } from "@freehold/protocol/sign";
import { openHonour } from "../../rooms/honour/testkit.ts";
import { problemOf } from "../../server/errors.ts";
import { granting, meet, openShop } from "../../test/reception-kit.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { claimOf, shop, shopKey } from "../../protocol/testkit/story.ts";
import { createMailboxReader } from "./mailbox-reader.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const mailboxKey = bytesOf("mailbox key");
mailboxKey[0]! &= 0x7f;

/** The shop, which has a mailbox and an endpoint that is away; the register in memory has the mailboxes of the real one. */
async function openAway() {
  const claim = claimOf(shop, shopKey, { body: { ...decodeClaim(claimOf()).claim.body, mailbox: { ...publicJwk(mailboxKey) } } });
  const made = await openShop({ claim });
  const body = utf8(JSON.stringify({ claim }));
  const honour = await openHonour(problemOf, {
    reach: async () => ({ status: 200, body }),
    now: () => made.clock.now,
  });
  ends.push(
    () => honour.close(),
    () => made.desk.close(),
    () => made.reception.close(),
  );
  const joined = await honour.app.request("/v1/claims", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ origin: shop.id }),
  });
  expect(joined.status).toBe(201);
  const { fault } = made.site;
  made.site.fault = async (asked) => (new URL(asked.url).pathname.startsWith("/v1/mailboxes/") ? honour.app.request(asked) : fault!(asked));
  // The register's mailboxes are at a log of another name than the one in memory.
  const parts = { ...made.desk.parts, origin: honour.log.log.origin };
  return { made, parts, reception: { ...made.reception, desk: { ...made.desk, parts } } };
}

test("left, read, taken in and taken out; what is of no use is taken out too; the desk that cannot write leaves it there", async () => {
  const { made, reception } = await openAway();
  const reader = createMailboxReader(reception, mailboxKey);
  const her = await meet(made, "her");
  const stranger = await meet(made, "a stranger");
  const { offer, reference } = await made.offer("customer-7");
  const item = await her.decide(granting(offer));
  made.down.company = true;
  const { delivery } = await her.bring(item, { reference: reference!, register: { url: made.site.url } });
  expect(delivery).toMatchObject({ by: "mailbox" });
  expect(delivery.error).toBeUndefined();
  const write = made.store.write.bind(made.store);
  made.store.write = () => Promise.reject(new Error("disk full"));
  await expect(reader.read()).rejects.toMatchObject({ code: "unavailable" });
  made.store.write = write;
  expect(await reader.read()).toEqual({ taken: 1, refused: 0 });
  expect(await made.reception.answerTo(item.id)).toMatchObject({ subject: "customer-7" });
  expect(await reader.read()).toEqual({ taken: 0, refused: 0 });

  const second = await stranger.decide(granting((await made.offer()).offer));
  await stranger.bring(second, { register: { url: made.site.url } });
  expect(await reader.read()).toEqual({ taken: 0, refused: 1 });
  expect(made.logged.at(-1)).toContain("kid_unbound");
});

test("who has not the company's key reads nothing; a webhook is set with it", async () => {
  const { made, parts, reception } = await openAway();
  const reader = createMailboxReader(reception, mailboxKey);
  expect(await reader.setWebhook(`${shop.id}/freehold/hook`)).toMatch(/^whsec_/);
  await expect(reader.setWebhook("https://elsewhere.example/hook")).rejects.toMatchObject({ code: "webhook_refused" });
  const keys = { ...parts.keys, signing: mailboxKey };
  const thief = createMailboxReader({ ...made.reception, desk: { ...made.desk, parts: { ...parts, keys } } }, mailboxKey);
  await expect(thief.read()).rejects.toMatchObject({ code: "mailbox_refused" });
});

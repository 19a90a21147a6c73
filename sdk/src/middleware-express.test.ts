/** The endpoints in Express 5, over real HTTP. */
import { afterAll, expect, test } from "vitest";
import { endAll, run } from "../../test/register.ts";

afterAll(endAll);

test("claim, delivery, withdrawal and problems; everything else goes on to the shop, its body unread", async () => {
  const shop = run(["test/express-shop.ts"]);
  expect([await shop.ended, shop.stderr]).toEqual([0, ""]);
  const { answers, record, claim } = JSON.parse(shop.stdout) as { answers: Record<string, object>; record: string; claim: string };
  expect(answers).toMatchObject({
    claim: { status: 200, headers: { "access-control-allow-origin": "*" }, body: { claim } },
    basket: { status: 418, body: { apples: 3 } },
    preflight: { status: 204, headers: { "access-control-allow-headers": "content-type" } },
    get: { status: 405 },
    unknown: { status: 404, body: { code: "request_unknown" } },
    delivery: { status: 200, body: { record, acknowledgement: {}, binding: {}, checkpoint: expect.any(String) as string } },
    again: { status: 200, body: { record, acknowledgement: {} } },
    malformed: { status: 400, headers: { "content-type": "application/problem+json" }, body: { code: "delivery_malformed", status: 400 } },
    long: { status: 413, body: { code: "too_large" } },
    withdrawal: { status: 202, headers: { "retry-after": "2" } },
  });
});

import { expect, test } from "vitest";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { ORIGIN, REGISTER, serveSite } from "../../test/desk-kit.ts";
import type { Site } from "../../test/desk-kit.ts";
import { START } from "../../protocol/testkit/story.ts";
import { fetchStatus, verifyWholeStatus } from "./status.ts";
import type { Status } from "./status.ts";

const code = (expected: string) => expect.objectContaining({ name: "FreeholdError", code: expected });
const look = (site: Site, before: Status | null = null, policyText = site.register.policyText) =>
  fetchStatus({ url: REGISTER, policy: parseTrustPolicy(policyText), origin: ORIGIN, fetch: site.fetch }, before);
const served = async (site: Site, path: string) => new Uint8Array(await (await site.fetch(`${REGISTER}${path}`)).arrayBuffer());

function withEntries(count: number): Site & { secrets: Uint8Array[] } {
  const site = serveSite();
  const secrets = Array.from({ length: count }, (_, i) => site.record(`${i}`).secret);
  site.publish(0);
  return Object.assign(site, { secrets });
}

test("of a log without entries, one, and several hundred", async () => {
  const empty = serveSite();
  empty.publish(0);
  expect(await look(empty)).toMatchObject({ size: 0, witnessedTime: START });
  expect(await look(withEntries(1))).toMatchObject({ size: 1 });
  expect(await look(withEntries(600))).toMatchObject({ size: 600, bitmap: { bits: new Uint8Array(75) } });
});

test("the bitmap is asked for only where it has changed", async () => {
  const site = withEntries(10);
  const first = await look(site);
  site.asked.length = 0;
  expect(await look(site, first)).toMatchObject({ size: 10, bitmap: first.bitmap });
  expect(site.asked).toEqual(["/log/status/0"]);
  site.record("one more, in the same chunk");
  site.publish(1);
  const second = await look(site, first);
  expect(second).toMatchObject({ size: 12, witnessedTime: START + 1 });
  expect(second.bitmap).toBe(first.bitmap);
  site.register.append({ kind: "withdrawal", secret: site.secrets[3]! });
  site.publish(2);
  const third = await look(site, second);
  expect(third.bitmap.bits[0]).toBe(8);
  expect(site.asked.filter((path) => path === "/log/status/bits")).toHaveLength(1);
});

test("an idle log that is cosigned anew is fresher, the same as an older time of it is not", async () => {
  const site = withEntries(3);
  const first = await look(site);
  site.publish(50);
  const second = await look(site, first);
  expect(second.witnessedTime).toBe(START + 50);
  site.publish(20);
  expect(await look(site, second)).toBe(second);
});

test("what is published between two requests is asked for again", async () => {
  const site = withEntries(300);
  let turn = 0;
  const old = await served(site, "/log/status/0");
  site.replace.set("/log/status/0", () => (turn++ === 0 ? new Response(old) : new Response(proof)));
  site.register.append({ kind: "withdrawal", secret: site.secrets[3]! });
  site.publish(1);
  const proof = await (async () => {
    const kept = site.replace.get("/log/status/0");
    site.replace.clear();
    const bytes = await served(site, "/log/status/0");
    site.replace.set("/log/status/0", kept);
    return bytes;
  })();
  const status = await look(site);
  expect([status.size, status.bitmap.bits[0], turn]).toEqual([302, 8, 2]);
});

test("bits that are not those of the checkpoint are refused: one set, one cleared, cut short, too long, none", async () => {
  const site = withEntries(300);
  site.register.append({ kind: "withdrawal", secret: site.secrets[3]! });
  site.publish(1);
  const good = await served(site, "/log/status/bits");
  const wrong: [string, Uint8Array][] = [
    ["one set", good.with(7, 4)],
    ["one cleared", good.with(0, 0)],
    ["cut short", good.slice(0, 0)],
    ["of zeros", new Uint8Array(good.length)],
  ];
  for (const [name, bits] of wrong) {
    site.replace.set("/log/status/bits", () => new Response(bits as Uint8Array<ArrayBuffer>));
    await expect(look(site), name).rejects.toEqual(code("status_mismatch"));
  }
  site.replace.set("/log/status/bits", () => new Response(new Uint8Array(2 ** 21)));
  await expect(look(site)).rejects.toEqual(code("too_large"));
});

test("a status of an older checkpoint does not do for a newer one, nor the policy of others", async () => {
  const site = withEntries(5);
  const { status } = JSON.parse(new TextDecoder().decode(await served(site, "/log/status/0"))) as { status: object };
  site.record("more");
  site.publish(1);
  site.replace.set("/log/status/0", () => Response.json({ checkpoint: site.published().note, status }));
  await expect(look(site)).rejects.toEqual(code("status_mismatch"));
  site.replace.clear();
  const other = serveSite("other.example/log");
  other.publish(0);
  await expect(look(site, null, other.register.policyText)).rejects.toEqual(code("policy_log_unknown"));
  site.replace.set("/log/status/0", () => Response.json({ checkpoint: other.published().note, status }));
  await expect(look(site)).rejects.toEqual(code("receipt_origin"));
});

test("two trees of one size are evidence, and neither is taken", async () => {
  const site = withEntries(3);
  const first = await look(site);
  const fork = serveSite();
  for (let i = 0; i < 3; i++) fork.record(`other ${i}`);
  fork.publish(1);
  await expect(look(fork, first)).rejects.toEqual(code("log_diverged"));
});

test("a log with entries that proves no status is not taken for an empty one; what is no register says so", async () => {
  const site = withEntries(3);
  site.replace.set("/log/status/0", 404);
  await expect(look(site)).rejects.toEqual(code("status_mismatch"));
  for (const [answer, expected] of [
    [500, "unavailable"],
    [undefined, "unavailable"],
    [() => new Response("hello"), "unavailable"],
    [() => Response.json({ checkpoint: "x", status: {} }), "status_malformed"],
    [() => new Response("x".repeat(200_000)), "too_large"],
  ] as const) {
    site.replace.set("/log/status/0", answer);
    await expect(look(site)).rejects.toEqual(code(expected));
  }
});

test("a status from a file is verified as one that is fetched", async () => {
  const site = withEntries(300);
  const { checkpoint: note, status: proof } = JSON.parse(new TextDecoder().decode(await served(site, "/log/status/0")));
  const bits = await served(site, "/log/status/bits");
  const trust = { policy: parseTrustPolicy(site.register.policyText), origin: ORIGIN };
  expect(await verifyWholeStatus({ note, proof, bits }, trust)).toMatchObject({ size: 300 });
  await expect(verifyWholeStatus({ note, proof, bits: bits.with(3, 1) }, trust)).rejects.toEqual(code("status_mismatch"));
});

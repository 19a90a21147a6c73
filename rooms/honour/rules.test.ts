import fc from "fast-check";
import { expect, test } from "vitest";
import { AGAIN_AFTER, chainsOf, checkSecret, checkWebhookUrl, nextCall, published } from "./rules.ts";
import type { Link } from "./rules.ts";

const link = (sha256: string, index: number, predecessor: string | null = null): Link => ({ sha256, index, issued: "2026-11-23T10:00:00Z", predecessor });

test("a successor replaces its predecessor; of two the one with the lower index; what has no predecessor begins a second chain", () => {
  const claims = [link("a", 1), link("c", 9, "a"), link("b", 5, "a"), link("d", 12, "b"), link("e", 14, "c"), link("z", 3)];
  const [first, second, ...rest] = chainsOf(claims);
  expect(first!.links.map(({ sha256 }) => sha256)).toEqual(["a", "b", "d"]);
  expect(first!.forks.map(({ sha256 }) => sha256)).toEqual(["c", "e"]);
  expect(second!.links.map(({ sha256 }) => sha256)).toEqual(["z"]);
  expect(rest).toEqual([]);
  const listed = (type: "claim" | "notice") =>
    published(chainsOf(claims), type)
      .filter(({ standing }) => standing)
      .map(({ sha256 }) => sha256);
  expect(listed("claim")).toEqual(["d"]);
  expect(listed("notice")).toEqual(["d", "z"]);
});

test("every publication stands in one chain, once; what comes later never changes what stood before it", () => {
  const history = fc.array(fc.nat({ max: 20 }), { maxLength: 20 }).map((picks) => picks.map((pick, i) => link(`p${i}`, i, pick < i ? `p${pick}` : null)));
  fc.assert(
    fc.property(history, fc.nat({ max: 20 }), (all, cut) => {
      const chains = chainsOf(all);
      expect(
        chains
          .flatMap(({ links, forks }) => [...links, ...forks])
          .map(({ sha256 }) => sha256)
          .sort(),
      ).toEqual(all.map(({ sha256 }) => sha256).sort());
      for (const [n, { links }] of chainsOf(all.slice(0, cut)).entries()) expect(chains[n]!.links.slice(0, links.length)).toEqual(links);
      expect(chainsOf(all.toReversed())).toEqual(chains);
    }),
  );
});

test("a webhook is called again after 5 seconds, a minute, ten, an hour, six and a day, and then no more", () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((failed) => nextCall(failed, 1000))).toEqual([...AGAIN_AFTER.map((wait) => 1000 + wait), null]);
});

test("a webhook is on the company's own host, whatever its address looks like", () => {
  checkWebhookUrl("https://shop.example/hook?x=1", "https://shop.example");
  for (const url of [
    "https://shop.example.evil.example/hook",
    "https://shop.example@evil.example/",
    "http://shop.example/hook",
    "https://shop.example:8443/hook",
    "https://evil.example/",
    "nonsense",
  ])
    expect(() => checkWebhookUrl(url, "https://shop.example"), url).toThrow(expect.objectContaining({ code: "webhook_refused" }));
});

test("a secret is of Standard Webhooks", () => {
  checkSecret(`whsec_${Buffer.alloc(24, 7).toString("base64")}`);
  checkSecret(`whsec_${Buffer.alloc(64, 7).toString("base64")}`);
  for (const secret of [
    "",
    "whsec_",
    `whsec_${Buffer.alloc(23).toString("base64")}`,
    `whsec_${Buffer.alloc(65).toString("base64")}`,
    Buffer.alloc(32).toString("base64"),
  ])
    expect(() => checkSecret(secret), secret).toThrow(expect.objectContaining({ code: "webhook_refused" }));
});

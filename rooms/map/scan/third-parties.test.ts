import fc from "fast-check";
import { expect, test } from "vitest";
import { cookiesOf, phaseOf, thirdPartiesOf, thirdPartyOf } from "./third-parties.ts";
import type { Parties } from "./third-parties.ts";

const parties = (aliases: Record<string, string[]> = {}, pageHost = "www.shop.example"): Parties => ({
  firstParty: new Set(["shop.example"]),
  pageHost,
  aliases: new Map(Object.entries(aliases)),
});

test.each<[host: string, aliases: Record<string, string[]>, expected: ReturnType<typeof thirdPartyOf>]>([
  ["shop.example", {}, undefined],
  ["img.shop.example", {}, undefined],
  ["shop.example.org", {}, { domain: "example.org", cloaked: false }],
  ["px.ads.co.uk", {}, { domain: "ads.co.uk", cloaked: false }],
  ["192.0.2.7", {}, { domain: "192.0.2.7", cloaked: false }],
  ["m.shop.example", { "m.shop.example": ["x.shop.example"] }, undefined],
  ["m.shop.example", { "m.shop.example": ["x.shop.example", "eu.stats.example.net"] }, { domain: "example.net", cloaked: true }],
  ["m.shop.example", { "m.shop.example": ["a.host.net"], "www.shop.example": ["b.host.net"] }, undefined],
  ["www.shop.example", { "www.shop.example": ["b.host.net"] }, undefined],
])("whose %s is, with aliases %j", (host, aliases, expected) => {
  expect(thirdPartyOf(host, parties(aliases))).toEqual(expected);
});

test("what happens while an answer is given is laid before a refusal and after an acceptance", () => {
  const answer = { began: 10, done: 20 };
  const phases = (state: "unanswered" | "refused" | "accepted") => [9, 10, 15, 20, 21].map((at) => phaseOf(at, state, answer).slice(0, 1)).join("");
  expect([phases("refused"), phases("accepted")]).toEqual(["bbbba", "baaaa"]);
  expect(phaseOf(1e12, "refused", undefined)).toBe("before-answer");
});

test("third parties are counted by domain and phase; a connection without a request counts as none, and is there", () => {
  const requests = [
    { host: "b.ads.test", at: 1 },
    { host: "a.ads.test", at: 30 },
    { host: "www.shop.example", at: 1 },
    { host: "m.shop.example", at: 30 },
  ];
  const reached = new Map([
    ["a.ads.test", 1],
    ["fonts.test", 1],
  ]);
  const found = thirdPartiesOf(requests, reached, parties({ "m.shop.example": ["in.stats.test"] }), (at) => phaseOf(at, "refused", { began: 10, done: 20 }));
  expect(found).toEqual([
    { domain: "ads.test", hosts: ["a.ads.test", "b.ads.test"], before: 1, after: 1 },
    { domain: "fonts.test", hosts: ["fonts.test"], before: 0, after: 0 },
    { domain: "stats.test", hosts: ["m.shop.example"], before: 0, after: 1, aliases: ["in.stats.test"] },
  ]);
});

test("the order of requests does not matter, and none is lost", () => {
  const request = fc.record({ host: fc.constantFrom("a.test", "b.a.test", "c.test", "www.shop.example"), at: fc.nat(40) });
  fc.assert(
    fc.property(fc.array(request), (requests) => {
      const find = (list: typeof requests) => thirdPartiesOf(list, new Map(), parties(), (at) => phaseOf(at, "accepted", { began: 10, done: 20 }));
      const found = find(requests);
      expect(find(requests.toReversed())).toEqual(found);
      expect(found.reduce((sum, { before, after }) => sum + before + after, 0)).toBe(requests.filter(({ host }) => host !== "www.shop.example").length);
    }),
  );
});

test("cookies: those that were kept, with the life and the instant of their setting", () => {
  const day = 86_400_000;
  const jars = {
    before: [{ name: "early", domain: ".ads.test", expires: -1 }],
    beforeAt: 15,
    end: [
      { name: "early", domain: ".ads.test", expires: -1 },
      { name: "long", domain: "www.shop.example", expires: (400 * day) / 1000 },
      { name: "unseen", domain: "x.shop.example", expires: (3 * day) / 1000 },
      { name: "late", domain: "shop.example", expires: -1 },
    ],
    endAt: day,
  };
  const wishes = [
    { name: "long", domain: "www.shop.example", days: 800, at: 5, by: "script" as const },
    { name: "long", domain: "www.shop.example", days: 10, at: 50, by: "response" as const },
    { name: "refused", domain: "ads.test", days: 1, at: 5, by: "response" as const },
    { name: "late", domain: "shop.example", days: 0, at: 5, by: "script" as const },
    { name: "late", domain: "shop.example", days: null, at: 50, by: "script" as const },
  ];
  const found = cookiesOf(jars, wishes, new Set(["shop.example"]), (at) => phaseOf(at, "refused", { began: 10, done: 20 }));
  expect(found).toEqual([
    { name: "early", domain: "ads.test", thirdParty: true, days: null, phase: "before-answer", by: null },
    { name: "late", domain: "shop.example", thirdParty: false, days: null, phase: "after-answer", by: "script" },
    { name: "long", domain: "shop.example", thirdParty: false, days: 800, phase: "before-answer", by: "script" },
    { name: "unseen", domain: "shop.example", thirdParty: false, days: 2, phase: "after-answer", by: null },
  ]);
});

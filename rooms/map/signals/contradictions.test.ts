import { describe, expect, test } from "vitest";
import type { CompanyCard, SeenOn } from "../card-schema.ts";
import { dataOf, practiceOf, recordOf, vendorOf } from "../cards/card-testkit.ts";
import { firstMethod } from "./method.ts";
import { signalContext, signalsOf } from "./signals.ts";

const context = signalContext(firstMethod);

describe("contradictions", () => {
  const domain = (more: Partial<CompanyCard["domains"][number]> = {}): CompanyCard["domains"] => [
    { value: "acme.example", records: [1], role: "own", holder: "own", sharedWith: [], contradictedBy: [], ...more },
  ];
  const seen = (more: Partial<SeenOn> = {}, days: number | null = 900): SeenOn[] => [
    {
      site: "shop.example",
      record: 9,
      at: "2026-02-03T10:00:00Z",
      tool: "a tool",
      states: [{ state: "refused", requests: 1, domains: ["acme.example"], cookies: [{ name: "id", days, domain: "acme.example" }], techniques: [] }],
      ...more,
    },
  ];
  const good = {
    practices: [practiceOf("purpose 1", "consent")],
    data: dataOf(1),
    retention: [{ value: 10, records: [1] }],
    storage: [{ value: { cookies: true, maxAgeDays: 400, refreshed: false }, records: [1] }],
  };
  const none = { storage: [{ value: { cookies: false, otherThanCookies: false }, records: [1] }] };
  const read = (more: Partial<CompanyCard>) => signalsOf(vendorOf({ ...good, domains: domain(), seenOn: seen(), ...more }), context);

  test("a cookie that lives longer than declared caps the band, and is said with both dates", () => {
    const { band, contradictions } = read({});
    expect(band).toMatchObject({ at: 2, capped: true });
    expect(band!.high).toBeLessThanOrEqual(2);
    expect(band!.score).toBeGreaterThan(80);
    expect(contradictions).toEqual([
      {
        words:
          "Its declaration of 2026-01-22 says that it keeps cookies for at most 400 days; on 2026-02-03 a cookie of 900 days of its domain acme.example was seen on shop.example.",
        declared: 1,
        observed: 9,
        days: 12,
      },
    ]);
  });
  test("any cookie, where none is declared; also a session's", () => {
    expect(read({ ...none, seenOn: seen({}, null) }).contradictions[0]?.words).toContain("says that it sets no cookies; on 2026-02-03 a cookie of its domain");
  });
  test.each<[string, Partial<CompanyCard>]>([
    ["more than 180 days lie between", { seenOn: seen({ at: "2026-07-25T00:00:00Z" }) }],
    ["more than 180 days lie between, the scan first", { seenOn: seen({ at: "2025-07-01T00:00:00Z" }) }],
    ["the domain is shared", { domains: domain({ sharedWith: ["other"] }) }],
    ["the domain is only listed", { domains: domain({ role: "listed", holder: "single-source" }) }],
    ["two lists agree on the domain, and nothing else", { domains: domain({ role: "listed", holder: "two-sources" }) }],
    ["a record files the domain under someone else", { domains: domain({ contradictedBy: [{ record: 5, organisation: "other" }] }) }],
    ["it was seen on its own site", { seenOn: seen({ site: "www.acme.example" }) }],
    ["the life is a day off", { seenOn: seen({}, 401) }],
    ["a session cookie, and a life declared", { seenOn: seen({}, null) }],
    ["the life is not declared", { storage: [{ value: { cookies: true, maxAgeDays: null }, records: [1] }] }],
    ["only first-party storage is declared", { storage: [{ value: { cookies: false, firstPartyOnly: true }, records: [1] }] }],
    ["it left the list", { ended: [{ value: { reason: "left" }, records: [1] }] }],
    ["the record was dropped", { records: [recordOf(1, { gone: "v2" })] }],
  ])("none where %s", (_, more) => expect(read(more).contradictions).toEqual([]));
  test("180 days are near enough, and a domain given beside the vendor id is certain", () => {
    expect(read({ seenOn: seen({ at: "2026-07-21T00:00:00Z" }), domains: domain({ role: "service", holder: "explicit-id" }) }).contradictions).toMatchObject([
      { days: 180 },
    ]);
  });
  test("a cap lifts nothing", () => {
    const low = read({
      data: dataOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
      retention: [{ value: 9999, records: [1] }],
      practices: [practiceOf("purpose 1", "legitimate-interest"), practiceOf("feature 1", "unstated")],
    });
    expect(low.contradictions).toHaveLength(1);
    expect(low.band).toMatchObject({ capped: false });
    expect(low.band!.at).toBeLessThan(3);
  });
});

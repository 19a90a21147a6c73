import { readFileSync } from "node:fs";
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../test/shared-data.ts";
import { identifiersFor, lifeInDays, readHar } from "./har.ts";
import { har } from "./importers/har.ts";
import type { ImportFile } from "./importers/importer.ts";
import { domainOf } from "./importers/read.ts";
import type { ScanFacts } from "./schema.ts";

const options = { domainOf };
type Json = { [name: string]: JsonValue };

function entry(url: string, { page = "page_1", set = [], more = {} }: { page?: string; set?: string[]; more?: Json } = {}): Json {
  const { request = {}, response = {}, ...rest } = more as { request?: Json; response?: Json };
  return {
    pageref: page,
    startedDateTime: "2026-05-01T12:00:01.000+02:00",
    time: 500,
    request: { method: "GET", url, headers: [], ...request },
    response: { status: 200, headers: set.map((value) => ({ name: "Set-Cookie", value })), content: { mimeType: "image/gif" }, ...response },
    ...rest,
  };
}
const document = { response: { content: { mimeType: "text/html; charset=utf-8" } } };
const harOf = (entries: JsonValue[], pages: JsonValue[] = [{ id: "page_1", startedDateTime: "2026-05-01T10:00:00.250Z", title: "Shop" }]): Json => ({
  log: { version: "1.2", creator: { name: "Firefox", version: "150.0" }, pages, entries },
});
const scan = (json: JsonValue): ScanFacts => readHar(json, options).facts;

test("whom a page contacted, and what was set", () => {
  const { facts, counts } = readHar(
    harOf([
      entry("http://shop.example.com/", { more: { response: { status: 301, content: { mimeType: "text/html" } } } }),
      entry("https://www.shop.example.com/start?customer=7#x", { more: document, set: ["own=1; Path=/\nlang=en; Max-Age=60"] }),
      entry("https://px.tracker.example.net/p?uid=1", { set: ["id=abc; Domain=.example.net; Expires=Wed, 26 May 2027 10:00:00 GMT", "gone=; Max-Age=0"] }),
      entry("https://px.tracker.example.net/q"),
      entry("wss://live.example.org/socket"),
      entry("https://192.0.2.9/x"),
      entry("data:image/gif;base64,R0lGOD"),
      entry("https://"),
      entry("https://other.example/", { page: "page_2", more: document }),
      entry("https://px.tracker.example.net/r", { page: "page_2" }),
    ]),
    options,
  );
  expect(facts).toEqual({
    kind: "scan",
    site: "shop.example.com",
    url: "https://www.shop.example.com/start",
    tool: { name: "Firefox", version: "150.0" },
    visits: [
      {
        state: "unknown",
        at: "2026-05-01T10:00:00Z",
        thirdParties: [
          { domain: "192.0.2.9", hosts: ["192.0.2.9"], requests: 1 },
          { domain: "example.net", hosts: ["px.tracker.example.net"], requests: 2 },
          { domain: "example.org", hosts: ["live.example.org"], requests: 1 },
        ],
        cookies: [
          { name: "lang", domain: "example.com", thirdParty: false, days: 1 },
          { name: "own", domain: "example.com", thirdParty: false, days: null },
          { name: "id", domain: "example.net", thirdParty: true, days: 390 },
        ],
      },
    ],
  });
  expect(counts).toEqual({ entries: 10, unreadable: 1, elsewhere: 2 });
});

test("the site: a page's address where its document came from a cache, else the first document, else the first request", () => {
  const frame = entry("https://ads.example.net/frame.html", { more: document });
  expect(scan(harOf([frame], [{ id: "page_1", title: "https://shop.example.com/a?b" }])).url).toBe("https://shop.example.com/a");
  expect(scan(harOf([entry("https://cdn.example.net/x.js"), entry("https://shop.example.com/", { more: document })])).site).toBe("shop.example.com");
  expect(scan(harOf([entry("https://cdn.example.net/x.js")], [])).site).toBe("cdn.example.net");
});

test("a response's list of cookies where its headers name none; nobody sets cookies for others", () => {
  const cookies = [{ name: "a", value: "1", domain: ".example.com", path: "/", expires: "2026-05-03T10:00:01Z" }];
  const list = entry("https://shop.example.com/", { more: { response: { cookies, content: { mimeType: "text/html" } } } });
  expect(scan(harOf([list])).visits[0]!.cookies).toEqual([{ name: "a", domain: "example.com", thirdParty: false, days: 2 }]);
  expect(scan(harOf([entry("https://shop.example.com/", { set: ["evil=1; Domain=bank.example"] })])).visits[0]!.cookies).toEqual([]);
});

test("a day that has begun counts whole, and a life of 390 days that is seen later is one of 390", () => {
  const day = 86_400_000;
  expect([lifeInDays(390 * day, 0), lifeInDays(390 * day, 59_000), lifeInDays(60_000, 0), lifeInDays(0, day)]).toEqual([390, 390, 1, 0]);
});

test("ids for one domain", () => {
  const json = harOf([
    entry("https://shop.example.com/?uid=not-theirs-1"),
    entry("https://px.tracker.example/p?UID=abc123&w=300&uid=7", {
      set: ["tuid=t-1; Domain=tracker.example"],
      more: { request: { headers: [{ name: "cookie", value: "tuid=t-0; s=2" }] } },
    }),
    entry("https://tracker.example/form", {
      more: { request: { cookies: [{ name: "s", value: "2" }], postData: { mimeType: "application/x-www-form-urlencoded", text: "idfa=0000-1111&name=Jo" } } },
    }),
    entry("https://nottracker.example/p?uid=abc999"),
  ]);
  expect(identifiersFor(json, "tracker.example")).toEqual([
    { kind: "cookie", name: "s", value: "2", hosts: ["px.tracker.example", "tracker.example"] },
    { kind: "cookie", name: "tuid", value: "t-1", hosts: ["tracker.example"] },
    { kind: "cookie", name: "tuid", value: "t-0", hosts: ["px.tracker.example"] },
    { kind: "parameter", name: "UID", value: "abc123", hosts: ["px.tracker.example"] },
    { kind: "parameter", name: "idfa", value: "0000-1111", hosts: ["tracker.example"] },
  ]);
  expect(identifiersFor(json, "example.com").map(({ value }) => value)).toEqual(["not-theirs-1"]);
});

test("the importer keeps no value, no query and no header", () => {
  const secret = entry("https://px.example.net/p?uid=secret-query", {
    set: ["a=secret-cookie"],
    more: { request: { headers: [{ name: "Authorization", value: "secret-header" }], postData: { text: "secret-body" } } },
  });
  const json = harOf([entry("https://shop.example.com/?secret-path-query", { more: document }), secret]);
  const [imported] = har.read([file(JSON.stringify(json), "a.har"), file(JSON.stringify(json), "b.har")]);
  expect(imported!.problems).toEqual([]);
  expect(imported).toMatchObject({ version: "2026-05-01", counts: { scans: 2, entries: 4, unreadable: 0, thirdPartyDomains: 1, cookies: 2 } });
  expect(imported!.records.map((record) => record.key)).toEqual(["shop.example.com/2026-05-01", "shop.example.com/2026-05-01T10:00:00Z"]);
  expect(JSON.stringify(imported!.records)).not.toContain("secret");
});

test.each<[string, unknown]>([
  ["null", null],
  ["a text", '"har"'],
  ["no log", {}],
  ["a list for a log", { log: [] }],
  ["no entries", { log: { version: "1.2" } }],
  ["entries that are none", { log: { entries: [1, null, "x", [], {}, { request: {} }, { request: { url: 7 } }] } }],
  ["no time", { log: { entries: [{ request: { url: "https://a.example/" } }] } }],
  ["a time that is none", { log: { entries: [{ startedDateTime: "+275760-09-13", request: { url: "https://a.example/" } }] } }],
])("%s is a problem and no record", (_, json) => {
  expect(codeOf(() => readHar(json as JsonValue, options))).toBe("har_malformed");
  const [imported] = har.read([file(JSON.stringify(json), "x.har")]);
  expect(imported!.records).toEqual([]);
  expect(imported!.problems).toMatchObject([{ file: "x.har", message: expect.stringMatching(/HAR/) }]);
});

test("never another error, whatever stands in it", () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom("https://a.example/", "text/html", "a=b; Max-Age=99999999999999999999", "\u202e=\u0000", -1, 1e300));
  const members = [
    "pageref",
    "startedDateTime",
    "time",
    "request",
    "response",
    "url",
    "headers",
    "cookies",
    "content",
    "status",
    "title",
    "id",
    "pages",
    "creator",
  ];
  fc.assert(
    fc.property(fc.constantFrom(...members), value, (member, changed) => {
      const text = JSON.stringify(
        harOf([entry("https://shop.example.com/", { more: document, set: ["a=b; Expires=x"] }), entry("https://x.example.net/?uid=1234567")]),
      );
      const json = JSON.parse(text, (name: string, old: JsonValue) => (name === member ? changed : old)) as JsonValue;
      expect(["har_malformed", undefined]).toContain(codeOf(() => readHar(json, options)));
      expect(["har_malformed", undefined]).toContain(codeOf(() => identifiersFor(json, "example.net")));
    }),
  );
});

describeShared("real files", () => {
  const folder = "markup-blacklight/healthcare-exchanges-2025";
  const name = "georgia-georgiaaccess.gov";

  test("a HAR of Blacklight names the third parties of the inspection beside it", () => {
    const read = (path: string) => readFileSync(sharedData(`${folder}/${name}/${path}`));
    const [imported] = har.read([{ name: "requests.har", bytes: read("requests.har") }]);
    expect(imported!.problems).toEqual([]);
    const facts = imported!.records[0]!.facts as ScanFacts;
    expect(facts).toMatchObject({ site: "georgiaaccess.gov", tool: { name: "chrome-har", version: "0.11.12" } });
    const inspection = JSON.parse(read("inspection.json").toString()) as { hosts: { requests: { third_party: string[] } } };
    const listed = new Set(inspection.hosts.requests.third_party.map((host) => domainOf(host)));
    const found = facts.visits[0]!.thirdParties.map((party) => party.domain);
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((domain) => !listed.has(domain))).toEqual([]);
  });
});

function file(text: string, name: string): ImportFile {
  return { name, bytes: new TextEncoder().encode(text) };
}

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof FreeholdError) return error.code;
    throw error;
  }
  return undefined;
}

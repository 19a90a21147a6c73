import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { ScanFacts } from "../schema.ts";
import { blacklight } from "./blacklight.ts";
import type { ImportFile, Imported } from "./importer.ts";

const file = (value: unknown, name = "inspection.json"): ImportFile => ({
  name,
  bytes: new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value)),
});
const read = (...values: unknown[]): Imported => blacklight.read(values.map((value, i) => file(value, `${i}/inspection.json`)))[0]!;
const scanOf = (imported: Imported, i = 0): ScanFacts => imported.records[i]!.facts as ScanFacts;

function folder(path: string): ImportFile[] {
  return readdirSync(sharedData(path), { recursive: true, encoding: "utf8" })
    .filter((name) => blacklight.accepts!(name))
    .toSorted()
    .map((name) => ({ name, bytes: readFileSync(join(sharedData(path), name)) }));
}

const BLACKLIGHT = {
  title: "Blacklight Inspection",
  uri_ins: "http://www.shop.example.com/?visitor=7",
  uri_dest: "https://shop.example.net/start?visitor=7#top",
  script: { version: { npm: "3.11.0" } },
  start_time: "2026-05-01T10:00:00.100Z",
  end_time: "2026-05-01T10:01:00.000Z",
  hosts: { requests: { first_party: ["shop.example.net"], third_party: ["a.tracker.example", "B.tracker.example", "192.0.2.7", "cdn.example.net"] } },
  reports: {
    cookies: [
      { name: "long", value: "secret-value", domain: ".tracker.example", expires: "2027-05-26T10:00:30.000Z", session: false, third_party: true },
      { name: "session", value: "x", domain: "www.example.net", expires: -1, session: true, third_party: false },
    ],
    canvas_fingerprinters: { fingerprinters: ["https://static.tracker.example/fp.js?id=1"] },
    session_recorders: { "recorder.example": ["cdn.recorder.example/r.js"] },
    key_logging: { "keys.example": [{ post_data: "typed@example.com" }] },
    fb_pixel_events: [{ raw: "https://www.facebook.com/tr/?id=1&ud[em]=hash" }],
    third_party_trackers: [{ url: "https://stats.g.doubleclick.net/j/collect?tid=UA-1-1&cid=2.3" }, { url: "https://other.example/p?tid=UA-1-1" }],
  },
};

const WEC = {
  title: "Website Evidence Collection",
  uri_ins: "https://museum.example.org/",
  uri_dest: "https://museum.example.org/en/",
  script: { version: { npm: "2.1.1", commit: null } },
  start_time: "2026-05-02T08:00:00.000Z",
  end_time: "2026-05-02T08:00:10.000Z",
  hosts: { requests: { firstParty: ["museum.example.org"], thirdParty: ["static.example.org", "video.example.com"] } },
  cookies: [
    { name: "id", value: "abc", domain: "video.example.com", path: "/", expires: 1_785_830_405, session: false, firstPartyStorage: false },
    { name: "js", value: "1", domain: "", path: "/", expires: -1, session: true, firstPartyStorage: true },
    { name: "gone", domain: "museum.example.org", path: "/", log: { type: "Cookie.JS" } },
  ],
};

test("a scan of Blacklight", () => {
  const imported = read(BLACKLIGHT);
  expect(imported.problems).toEqual([]);
  expect(imported).toMatchObject({ version: "2026-05-01", dated: "2026-05-01" });
  expect(imported.records[0]).toMatchObject({ key: "shop.example.com/2026-05-01", dated: "2026-05-01" });
  expect(scanOf(imported)).toEqual({
    kind: "scan",
    site: "shop.example.com",
    url: "https://shop.example.net/start",
    tool: { name: "Blacklight", version: "3.11.0" },
    visits: [
      {
        state: "unknown",
        at: "2026-05-01T10:00:00Z",
        thirdParties: [
          { domain: "192.0.2.7", hosts: ["192.0.2.7"], requests: 1 },
          { domain: "tracker.example", hosts: ["a.tracker.example", "b.tracker.example"], requests: 2 },
        ],
        cookies: [
          { name: "long", domain: "tracker.example", thirdParty: true, days: 390 },
          { name: "session", domain: "example.net", thirdParty: false, days: null },
        ],
        techniques: [
          { name: "canvas-fingerprinting", hosts: ["static.tracker.example"] },
          { name: "session-recording", hosts: ["cdn.recorder.example"] },
          { name: "key-logging", hosts: ["keys.example"] },
          { name: "facebook-pixel", hosts: ["facebook.com"] },
          { name: "google-remarketing", hosts: ["stats.g.doubleclick.net"] },
        ],
      },
    ],
  });
  expect(imported.counts).toEqual({ scans: 1, sites: 1, thirdPartyDomains: 1, siteDomainPairs: 1, cookies: 2, thirdPartyCookies: 1 });
});

test("no value of a cookie, no query and nothing that was typed is kept", () => {
  const kept = JSON.stringify(read(BLACKLIGHT).records);
  for (const secret of ["secret-value", "visitor=7", "typed@example.com", "hash", "cid"]) expect(kept).not.toContain(secret);
});

test("a scan of the Website Evidence Collector: other hosts of the same domain are no third parties", () => {
  const imported = read(WEC);
  expect(imported.problems).toEqual([]);
  expect(scanOf(imported)).toEqual({
    kind: "scan",
    site: "museum.example.org",
    url: "https://museum.example.org/en/",
    tool: { name: "Website Evidence Collector", version: "2.1.1" },
    visits: [
      {
        state: "unknown",
        at: "2026-05-02T08:00:00Z",
        thirdParties: [{ domain: "example.com", hosts: ["video.example.com"], requests: 1 }],
        cookies: [
          { name: "id", domain: "example.com", thirdParty: true, days: 94 },
          { name: "js", domain: "example.org", thirdParty: false, days: null },
        ],
      },
    ],
  });
});

test("two scans of a site on one day are two records", () => {
  const later = { ...WEC, start_time: "2026-05-02T09:00:00.000Z" };
  expect(read(WEC, later).records.map((record) => record.key)).toEqual(["museum.example.org/2026-05-02", "museum.example.org/2026-05-02T09:00:00Z"]);
});

test("only inspection.json is read of a folder", () => {
  const names = ["x/inspection.json", "inspection.json", "x/blacklight-inspection-result.json", "x/browser-cookies.json", "x/requests.har"];
  expect(names.filter((name) => blacklight.accepts!(name))).toEqual(["x/inspection.json", "inspection.json"]);
});

test.each([
  ["the texts of Blacklight's page", [{ title: "Blacklight Inspection Result", cards: [] }], /no scan: it is in the inspection.json/],
  ["a text", '"scan"', /must be an object/],
  ["cut off", JSON.stringify(WEC).slice(0, 100), /ends too early/],
  ["no hosts", { ...WEC, hosts: {} }, /missing/],
  ["no list of hosts", { ...WEC, hosts: { requests: {} } }, /list of contacted hosts is missing/],
  ["hosts that are none", { ...WEC, hosts: { requests: { thirdParty: ["<script>"] } } }, /another form/],
  ["an address of a file", { ...WEC, uri_ins: "file:///etc/passwd" }, /must be one of http or https/],
  ["a time that is none", { ...WEC, start_time: "yesterday" }, /no instant/],
  ["a life that is none", { ...WEC, cookies: [{ name: "a", domain: "b", expires: 1e300 }] }, /.+/],
  ["cookies of another kind", { ...BLACKLIGHT, reports: { cookies: { name: "a" } } }, /must be a list/],
])("%s is a problem, and no record", (_, value, sentence) => {
  const imported = read(value);
  expect(imported.records).toEqual([]);
  expect(imported.problems[0]!.file).toBe("0/inspection.json");
  expect(imported.problems.map((problem) => problem.message).join()).toMatch(sentence);
});

test("never throws, whatever stands where", () => {
  const members = ["uri_ins", "uri_dest", "start_time", "end_time", "script", "hosts", "cookies", "reports"];
  fc.assert(
    fc.property(fc.constantFrom<object>(BLACKLIGHT, WEC), fc.constantFrom(...members), fc.jsonValue(), (scan, member, value) => {
      const { records, problems } = read({ ...scan, [member]: value });
      expect(records.length + Math.min(problems.length, 1)).toBe(1);
    }),
  );
  fc.assert(fc.property(fc.json(), (text) => void read(text)));
});

describeShared("real scans", () => {
  test("19 exchanges of 2025: the figures of the study", () => {
    const [imported] = blacklight.read(folder("markup-blacklight/healthcare-exchanges-2025"));
    expect(imported!.problems).toEqual([]);
    expect(imported!.counts).toEqual({ scans: 19, sites: 19, thirdPartyDomains: 150, siteDomainPairs: 448, cookies: 785, thirdPartyCookies: 422 });
    expect(imported!.version).toBe("2025-04-28");
    const techniques = imported!.records.map(
      ({ key, facts }) => [key, (facts as ScanFacts).visits[0]!.techniques!.map((technique) => technique.name)] as const,
    );
    const sitesWith = (name: string) => techniques.filter(([, names]) => names.some((one) => one === name)).map(([key]) => key.replace(/\/.*/, ""));
    // As the cards of blacklight-inspection-result.json say it.
    expect(sitesWith("canvas-fingerprinting")).toEqual(["nj.gov", "dchealthlink.com"]);
    expect(sitesWith("session-recording")).toEqual(["yourhealthidaho.org", "nevadahealthlink.com", "nystateofhealth.ny.gov"]);
    expect(sitesWith("google-remarketing")).toEqual(["yourhealthidaho.org", "healthsourceri.com"]);
    expect(sitesWith("key-logging")).toEqual([]);
    expect(sitesWith("facebook-pixel").length).toBe(15);
  });

  test("7 nonprofits of 2021, and the same twice over", () => {
    const files = folder("markup-blacklight/nonprofits-2021");
    const [imported] = blacklight.read(files);
    expect(imported!.problems).toEqual([]);
    expect(imported!.counts).toEqual({ scans: 7, sites: 7, thirdPartyDomains: 156, siteDomainPairs: 352, cookies: 449, thirdPartyCookies: 288 });
    expect(imported!.records.map((record) => record.key)).toContainEqual(expect.stringMatching(/^ppgulfcoast\.org\/2021-10-/));
    expect(blacklight.read(files)).toEqual([imported]);
  });
});

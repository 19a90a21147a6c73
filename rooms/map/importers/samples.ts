/** For tests: one small valid file for each importer, typed by hand. */

/** How a sample is taken apart: JSON by its values, a table by its cells, the rest by its characters. */
export type Form = "json" | "ndjson" | "csv" | "text";
export interface Sample {
  name: string;
  form: Form;
  text: string;
}

const json = (name: string, value: unknown): Sample => ({ name, form: "json", text: JSON.stringify(value) });
const ndjson = (name: string, ...values: unknown[]): Sample => ({ name, form: "ndjson", text: values.map((value) => `${JSON.stringify(value)}\n`).join("") });
const csv = (name: string, ...rows: string[]): Sample => ({ name, form: "csv", text: `${rows.join("\n")}\n` });

export const samples: { [id: string]: Sample } = {
  "tcf-gvl": json("vendor-list.json", {
    gvlSpecificationVersion: 3,
    vendorListVersion: 9,
    lastUpdated: "2026-02-03T16:00:00Z",
    purposes: { 1: { id: 1, name: "Keep things" } },
    dataCategories: { 1: { id: 1, name: "Addresses" } },
    vendors: {
      7: {
        id: 7,
        name: "Acme Ltd",
        purposes: [1, 2],
        legIntPurposes: [7],
        flexiblePurposes: [7],
        specialPurposes: [1],
        features: [1],
        specialFeatures: [],
        usesCookies: true,
        cookieMaxAgeSeconds: 86_401,
        cookieRefresh: false,
        usesNonCookieAccess: true,
        dataRetention: { stdRetention: 30, purposes: { 2: 10 }, specialPurposes: {} },
        dataDeclaration: [1, 6],
        urls: [{ langId: "en", privacy: "https://acme.example/privacy", legIntClaim: "https://acme.example/li" }],
        deviceStorageDisclosureUrl: "https://acme.example/storage.json",
        deletedDate: "2026-01-01T00:00:00Z",
      },
    },
  }),
  prebid: ndjson("modules.ndjson", {
    module: "acmeBidAdapter",
    disclosures: {
      "https://acme.example/d.json": {
        timestamp: "2026-02-03T10:00:00Z",
        disclosures: [{ identifier: "acme_*", type: "cookie", maxAgeSeconds: 10, cookieRefresh: false, purposes: [1] }],
      },
    },
    purposes: { 7: { purposes: [1], legIntPurposes: [7], flexiblePurposes: [], specialFeatures: [1] } },
    components: [{ componentType: "bidder", componentName: "acme", aliasOf: null, gvlid: 7, disclosureURL: "https://acme.example/d.json" }],
  }),
  "prebid-server": ndjson("bidder-info.ndjson", {
    bidder: "acme",
    endpoint: "https://bid.acme.example/rtb?x={{.AccountID}}",
    gvlVendorID: 7,
    maintainer: { email: "prebid@acme.example" },
    userSync: { iframe: { url: "https://sync.acme.example/i?g={{.GDPR}}" } },
  }),
  "third-party-web": json("entities.json", [
    { name: "Acme Ads", company: "Acme", homepage: "https://acme.example", category: "ad", domains: ["*.acme.example", "cdn.acme.test"], totalOccurrences: 12 },
  ]),
  datenanfragen: ndjson("companies.ndjson", {
    slug: "acme",
    name: "Acme",
    address: "Hauptstraße 1\n10115 Berlin\nDeutschland",
    "relevant-countries": ["de"],
    email: "datenschutz@acme.example",
    web: "https://acme.example",
    "needs-id-document": false,
    "required-elements": [{ desc: "Name", type: "name", optional: true }],
  }),
  justdeleteme: json("sites.json", [
    { name: "Acme", url: "https://acme.example/delete", difficulty: "hard", domains: ["acme.example"], email: "privacy@acme.example" },
  ]),
  "ca-data-brokers": csv(
    "data-broker-opt-out-pages.csv",
    "company_name,hiding_found,hiding_stopped_confirmed_at,url_original,url_checked,status,collects_minors_data,collects_location_data,collects_reproductive_data",
    "Acme LLC,TRUE,2025-08-01,https://acme.example/out,https://acme.example/out,success,FALSE,TRUE,FALSE",
  ),
  "location-data": csv(
    "location-data-companies.csv",
    "name,website,privacy_email,privacy_policy,CA_broker,VT_broker",
    "Acme,https://acme.example,privacy@acme.example,https://acme.example/privacy,TRUE,FALSE",
  ),
  "open-cookie-database": csv(
    "open-cookie-database.csv",
    "ID,Platform,Category,Cookie / Data Key name,Domain,Description,Retention period,Data Controller,User Privacy & GDPR Rights Portals,Wildcard match",
    "1,Acme,Marketing,_acme,acme.example,Counts,1 year,Acme Ltd,https://acme.example/privacy,1",
  ),
  whotracksme: {
    name: "trackerdb-2022-08.sql",
    form: "text",
    text: `BEGIN TRANSACTION;
CREATE TABLE categories(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
INSERT INTO "categories" VALUES(4,'advertising');
CREATE TABLE companies (id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT, privacy_url TEXT, website_url TEXT, country VARCHAR (2), privacy_contact TEXT);
INSERT INTO "companies" VALUES('acme','Acme',NULL,'https://acme.example/privacy','https://acme.example','de','privacy@acme.example');
CREATE TABLE trackers (id TEXT NOT NULL UNIQUE, name TEXT, category_id INTEGER, website_url TEXT, company_id TEXT);
INSERT INTO "trackers" VALUES('acme_ads','Acme Ads',4,'https://ads.acme.example','acme');
CREATE TABLE tracker_domains (tracker TEXT NOT NULL, domain TEXT UNIQUE NOT NULL);
INSERT INTO "tracker_domains" VALUES('acme_ads','ads.acme.example');
COMMIT;
`,
  },
  "whotracksme-preview": json("trackers-preview.json", { trackers: { "acme.example": [4, 0.5] }, categories: ["advertising", "cdn"] }),
  fides: {
    name: "systems.yml",
    form: "text",
    text: `organization:
  - fides_key: acme
    name: Acme
system:
  - fides_key: shop
    name: Shop
    organization_fides_key: acme
    privacy_declarations:
      - name: orders
        data_categories: [user.contact]
        data_use: essential.service
        data_subjects: [customer]
`,
  },
  "art30-csv": csv(
    "record.csv",
    "controller,website,dpo,purpose,legal_basis,data_categories,recipients,retention",
    "Acme,https://acme.example,privacy@acme.example,dpv:DirectMarketing; letters,consent,pd:EmailAddress,Post Ltd,P1Y",
  ),
  "dpv-jsonld": json("record.jsonld", {
    "@context": { dpv: "https://w3id.org/dpv#", pd: "https://w3id.org/dpv/pd#" },
    "@id": "https://acme.example/#us",
    "@type": "dpv:DataController",
    "dpv:hasName": "Acme",
    "dpv:hasProcess": [{ "dpv:hasPurpose": { "@id": "dpv:DirectMarketing" }, "dpv:hasPersonalData": { "@id": "pd:EmailAddress" } }],
  }),
  "freehold-scan": json("scan.json", {
    format: "freehold-scan",
    version: 1,
    site: "shop.example",
    url: "https://shop.example/",
    tool: { name: "freehold scan", version: "0.1.0", browser: "Chromium 156", rules: "autoconsent 16.23.0" },
    conditions: { userAgent: "Mozilla/5.0", language: "en", answerAfterSeconds: 3, observeSeconds: 10 },
    visits: [
      {
        state: "unanswered",
        gpc: false,
        at: "2026-11-20T10:00:00Z",
        ended: "complete",
        words: "complete",
        page: { url: "https://shop.example/", status: 200, loaded: true },
        banner: { found: true, provider: "x", answered: false },
        thirdParties: [{ domain: "acme.example", hosts: ["ads.acme.example"], before: 2, after: 0 }],
        cookies: [{ name: "a", domain: "acme.example", thirdParty: true, days: 30, phase: "before-answer", by: "response" }],
        storage: [],
        techniques: [{ name: "canvas-fingerprinting", host: "ads.acme.example", phase: "before-answer" }],
        forms: null,
        requests: [{ url: "https://ads.acme.example/a.js", type: "script", phase: "before-answer", count: 2 }],
        aside: { bytes: 10, dialogs: 0, downloads: 0, popups: 0, refusedHosts: [], aliasesUnknown: [] },
        evidence: [],
      },
    ],
  }),
  blacklight: json("inspection.json", {
    title: "Blacklight Inspection",
    uri_ins: "https://shop.example/",
    uri_dest: "https://shop.example/home",
    start_time: "2025-04-28T15:22:25.692Z",
    end_time: "2025-04-28T15:23:00.000Z",
    hosts: { requests: { first_party: ["shop.example"], third_party: ["ads.acme.example"] } },
    reports: {
      cookies: [{ name: "a", domain: ".acme.example", path: "/", value: "1", expires: "2026-04-28T15:22:25.692Z" }],
      canvas_fingerprinters: { fingerprinters: ["https://ads.acme.example/fp.js"] },
    },
  }),
  har: json("visit.har", {
    log: {
      version: "1.2",
      creator: { name: "WebInspector", version: "1" },
      pages: [{ id: "p", title: "https://shop.example/", startedDateTime: "2026-01-02T03:04:05.000Z" }],
      entries: [
        {
          pageref: "p",
          startedDateTime: "2026-01-02T03:04:05.000Z",
          request: { method: "GET", url: "https://shop.example/", headers: [] },
          response: { status: 200, headers: [] },
        },
        {
          pageref: "p",
          startedDateTime: "2026-01-02T03:04:06.000Z",
          request: { method: "GET", url: "https://ads.acme.example/a.js?id=1", headers: [] },
          response: { status: 200, headers: [{ name: "Set-Cookie", value: "a=1; Max-Age=86400" }] },
        },
      ],
    },
  }),
  "open-terms-archive": csv("privacy-policy-changes.csv", "service,changed_at", "Acme,2026-08-22T13:07:16+00:00"),
};

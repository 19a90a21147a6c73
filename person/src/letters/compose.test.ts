import { expect, test } from "vitest";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { actsFor } from "../acts.ts";
import type { DeclaredUse } from "../acts.ts";
import type { Residence } from "../regime.ts";
import { composeLetter, composeReminder } from "./compose.ts";
import type { Composed, Composing, Recipient } from "./compose.ts";
import { identifiersFor, isAt } from "./identifiers.ts";
import type { HeldIdentifier } from "./identifiers.ts";
import { law, statementOf } from "./law.ts";
import { draftOf, largePrint, mailtoOf } from "./letter.ts";
import { asksForMoney } from "./limits.ts";

const site: Recipient = { id: "https://news.example", name: "News Example GmbH", role: "site", domains: ["news.example"] };
const vendor: Recipient = { id: "https://adco.example", name: "AdCo SAS", role: "vendor", domains: ["adco.example"] };
const uses: DeclaredUse[] = [
  { ground: "consent", consent: "given", purposes: ["dpv:PersonalisedAdvertising"] },
  { ground: "legitimate-interest", purposes: ["dpv:Advertising", "dpv:ServiceUsageAnalytics"] },
];
const held: HeldIdentifier[] = [
  { kind: "cookie", name: "_uid", value: "visitor-8842", domain: "www.news.example", on: "2026-11-22" },
  { kind: "cookie", name: "sessionid", value: "keeps-me-in", domain: "news.example" },
  { kind: "cookie", name: "IDE", value: "adco-1177", domain: ".adco.example", on: "2026-11-22" },
];

function letterTo(recipient: Recipient, changes: Partial<Composing> = {}, residence: Residence = { country: "DE" }): Composed {
  const { acts, regime } = actsFor(uses, { residence });
  const said = acts.map((act) => ({ act, ...(act.words !== "no" && { words: "It makes me recognisable in my profession." }) }));
  return composeLetter({
    language: "en",
    recipient,
    to: `privacy@${recipient.domains[0]}`,
    site: "news.example",
    visited: ["2026-11-20", "2026-11-22"],
    evidence: recipient.role === "vendor" ? [{ kind: "contacted", on: "2026-11-22", host: "px.adco.example" }] : [],
    regime,
    residence,
    said,
    today: "2026-11-23",
    identifiers: held,
    consentString: { value: "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", on: "2026-11-22" },
    reply: "alias@mail.example",
    ...changes,
  });
}
const flat = (text: string) => text.replaceAll(/\s+/g, " ");

test("the letter to the site names controller, site, dates, acts and articles, and asks it to pass them on and to name the recipients", () => {
  const text = flat(letterTo(site).text);
  for (const part of [
    "News Example GmbH",
    "https://news.example",
    "20 November 2026 and 22 November 2026",
    "I withdraw every consent",
    "(Art. 7(3) GDPR)",
    "I object to the processing of data about me for direct marketing",
    "(Art. 21(2) GDPR)",
    "pass on what it declares",
    "name these recipients to me",
    "(Case C-154/21, Österreichische Post, Court of Justice of the EU)",
    "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA",
    "alias@mail.example",
    "(Art. 11(2) GDPR)",
    "(Art. 12(2) GDPR)",
    "(Art. 12(6) GDPR)",
  ])
    expect(text).toContain(part);
});

test("in German it is German", () => {
  const { text, language } = letterTo(site, { language: "de-DE" });
  expect(language).toBe("de");
  expect(flat(text)).toContain("Ich widerrufe jede Einwilligung");
  expect(flat(text)).toContain("(Art. 21 Abs. 2 DSGVO)");
  expect(text).not.toMatch(/\b(?:the|consent|Court)\b/);
});

test("another language is a whole English letter with a note of its own", () => {
  const { text, note, language } = letterTo(site, { language: "fr" });
  expect([language, note]).toEqual(["en", expect.stringContaining("en anglais")]);
  expect(flat(text)).toContain(note!);
});

test("each recipient gets its own identifiers, and no other's; credentials never", () => {
  const toSite = letterTo(site);
  const toVendor = letterTo(vendor);
  expect(toSite.text).toContain("visitor-8842");
  expect(toVendor.text).toContain("adco-1177");
  expect(toSite.text).not.toMatch(/adco-1177|keeps-me-in/);
  expect(toVendor.text).not.toMatch(/visitor-8842|keeps-me-in/);
  expect(toSite.withheld.map(({ name, why }) => [name, why])).toEqual([
    ["sessionid", "credential"],
    ["IDE", "another"],
  ]);
});

test.each(["privacy@agency.example", "privacy@news.example.evil.example", "http://news.example/form", "https://news.example@evil.example/", undefined])(
  "no identifier goes to %s, and the letter says so",
  (to) => {
    const letter = composeLetter({ ...inputOf(site), ...(to !== undefined && { to }) });
    expect(letter.text).not.toContain("visitor-8842");
    expect(flat(letter.text)).toContain("I leave them out");
    expect(letter.withheld.some(({ why }) => why === "address-elsewhere")).toBe(true);
  },
);

function inputOf(recipient: Recipient): Composing {
  const { acts, regime } = actsFor(uses, { residence: { country: "DE" } });
  return {
    language: "en",
    recipient,
    site: "news.example",
    regime,
    residence: { country: "DE" },
    said: acts.filter(({ preset }) => preset).map((act) => ({ act })),
    today: "2026-11-23",
    identifiers: held,
  };
}

test("a form of its own over https gets them", () => {
  expect(composeLetter({ ...inputOf(site), to: "https://privacy.news.example/form" }).text).toContain("visitor-8842");
});

test("law is stated in the words of law.ts alone", () => {
  for (const residence of [
    { country: "DE" },
    { country: "GB" },
    { country: "CH" },
    { country: "US", state: "CA" },
    { country: "US", state: "IA" },
    { country: "BR" },
  ]) {
    for (const language of ["en", "de"] as const) {
      for (const recipient of [site, vendor]) {
        const letter = letterTo(recipient, { language }, residence);
        const lawful = letter.law.map((sentence) => statementOf(sentence, language));
        const cited = letter.blocks
          .filter(({ kind }) => kind === "law")
          .map(({ text }) => text)
          .join(" ");
        expect(lawful.join(" ")).toBe(cited);
        const rest = letter.blocks
          .filter(({ kind }) => kind !== "law")
          .map(({ text }) => text)
          .join("\n");
        expect(rest, residence.country).not.toMatch(/\bArt\.|§|GDPR|DSGVO|\breg\./);
        for (const sentence of letter.law) expect(law).toContain(sentence);
      }
    }
  }
});

test("no name, no money, and no article of another country's law", () => {
  for (const language of ["en", "de"]) {
    expect(asksForMoney(letterTo(site, { language }).text)).toBe(false);
    expect(letterTo(site, { language }).text).not.toMatch(/Name:|Mein Name ist/);
    expect(letterTo(site, { language }, { country: "US", state: "CA" }).text).not.toMatch(/GDPR|DSGVO/);
    expect(flat(letterTo(site, { language }, { country: "GB" }).text)).not.toMatch(/[^K] GDPR\)|Court of Justice|EuGH/);
  }
});

test("a vendor that nothing names gets no letter, and an act that needs her words is not sent without", () => {
  expect(() => composeLetter(inputOf(vendor))).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
  expect(() => composeLetter({ ...inputOf(site), said: [] })).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
  const object = actsFor(uses, { residence: { country: "DE" } }).acts.find(({ id }) => id === "object")!;
  expect(() => composeLetter({ ...inputOf(site), said: [{ act: object, words: " \n" }] })).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
  expect(() => composeLetter({ ...inputOf(site), today: "yesterday" })).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
});

test("without grounds of hers, the objection in the alternative is not made", () => {
  expect(composeLetter(inputOf(site)).law.map(({ id }) => id)).not.toContain("gdpr-21-1");
  expect(letterTo(site).law.map(({ id }) => id)).toContain("gdpr-21-1");
});

test("what is not known is said in the alternative", () => {
  const { acts, regime } = actsFor([], { residence: { country: "DE" } });
  const said = acts.filter(({ preset }) => preset).map((act) => ({ act }));
  const text = flat(composeLetter({ ...inputOf(site), regime, said }).text);
  expect(text).toContain("In case you rely on consent that I gave: I withdraw");
  expect(text).toContain("Whatever ground you rely on: I object");
});

test("a bare refusal to a vendor is a notice", () => {
  const { acts } = actsFor([{ ground: "consent", consent: "never", purposes: ["dpv:Advertising"] }], { residence: { country: "DE" } });
  const text = flat(composeLetter({ ...inputOf(vendor), evidence: [{ kind: "cookie", on: "2026-11-22" }], said: [{ act: acts[0]! }] }).text);
  expect(text).toContain("This is a notice.");
  expect(text).not.toContain("one month");
});

test("whatever others write into names, values and words stays text on its line, and the same input gives the same hash", () => {
  const strange = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(strange, strange, strange, (name, value, words) => {
      const letter = letterTo(
        { ...site, name: `A ${name}` },
        {
          identifiers: [{ kind: "cookie", name, value, domain: "news.example" }],
          said: actsFor(uses, { residence: { country: "DE" } }).acts.map((act) => ({ act, words: `x ${words}` })),
        },
      );
      expect(letter.text).toMatch(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]*$/mu);
      expect(letter.subject).not.toContain("\n");
      expect(createHash("sha256").update(letter.text, "utf8").digest("hex")).toBe(letter.sha256);
      expect(largePrint(letter)).not.toMatch(/<script|<img|<(?!\/?(?:html|head|meta|title|style|body|h1|h2|p|br|!doctype)\b)/i);
    }),
    { numRuns: 60 },
  );
});

test("a mailto link holds what fits, and nothing can add to it", () => {
  const short = mailtoOf({ subject: "Ä & b", text: "one\ntwo\n" }, "privacy@news.example");
  expect(short).toEqual({ href: "mailto:privacy@news.example?subject=%C3%84%20%26%20b&body=one%0D%0Atwo%0D%0A", complete: true });
  const long = mailtoOf(letterTo(site), "privacy@news.example");
  expect([long.complete, long.href.length < 2000]).toEqual([false, true]);
  for (const address of ["a@b.example?bcc=c@d.example", "a@b.example,c@d.example", "a@b.example\r\nBcc: c@d.example", "nobody", "a b@c.example"])
    expect(() => mailtoOf(letterTo(site), address)).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
});

test("a draft for mail programs holds the whole letter", () => {
  const letter = letterTo(site, { language: "de" });
  const [head, ...body] = draftOf(letter, "privacy@news.example").split("\r\n\r\n");
  expect(Buffer.from(body.join(""), "base64").toString("utf8").replaceAll("\r\n", "\n")).toBe(letter.text);
  const words = [...head!.matchAll(/=\?utf-8\?B\?([^?]*)\?=/g)].map(([, word]) => Buffer.from(word!, "base64").toString("utf8"));
  expect(words.join("")).toBe(letter.subject);
  for (const line of head!.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
});

test("a reminder holds the letter, when it was sent and when an answer was due", () => {
  const { text, subject } = composeReminder(letterTo(site, { language: "de" }), { sent: "2026-11-23", due: "2026-12-23", today: "2026-12-28" });
  expect(subject).toMatch(/^Erinnerung: /);
  expect(flat(text)).toContain("Am 23. November 2026 habe ich Ihnen geschrieben");
  expect(flat(text)).toContain("am 23. Dezember 2026 fällig");
  expect(flat(text)).toContain("Ich widerrufe jede Einwilligung");
});

test("domains: its own and those under it, no more", () => {
  expect(isAt("px.adco.example", ["adco.example"])).toBe(true);
  expect(isAt("notadco.example", ["adco.example"])).toBe(false);
  expect(isAt("adco.example", ["example"])).toBe(false);
  expect(isAt(undefined, ["adco.example"])).toBe(false);
  const many = Array.from({ length: 20 }, (_, i): HeldIdentifier => ({ kind: "cookie", name: `c${i}`, value: "v", domain: "adco.example" }));
  expect(identifiersFor(vendor, many, "privacy@adco.example").own).toHaveLength(16);
});

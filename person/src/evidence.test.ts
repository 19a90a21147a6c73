import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { unzipSync } from "fflate";
import { formatReceipt, parseReceipt } from "@freehold/protocol/receipt";
import { publicJwk } from "@freehold/protocol/sign";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { START, shop, tellStory } from "../../protocol/testkit/story.ts";
import { evidenceFiles, evidenceZip } from "./evidence.ts";
import { actsFor } from "./acts.ts";
import { authoritiesFor, complaintLanguageOf, composeComplaint, composeMandate, factsOf } from "./letters/complaint.ts";
import type { Authority, Case } from "./letters/complaint.ts";
import { composeLetter } from "./letters/compose.ts";

const residence = { country: "AT" };
const { acts, regime } = actsFor([{ ground: "consent", consent: "given", purposes: ["dpv:PersonalisedAdvertising"] }], { residence });
const withdraw = acts[0]!;
const letter = composeLetter({
  language: "de",
  recipient: { ...shop, role: "site", domains: ["shop.example"] },
  site: "shop.example",
  regime,
  residence,
  said: [{ act: withdraw }],
  today: "2026-11-02",
});
const story = tellStory("register.example/log", 3, {
  record: { act: "dpv:ConsentWithdrawn", expires: undefined, offer: undefined, processes: [...withdraw.processes!], letter: letter.sha256 },
});
const { register, claims, record, signer, beacon, at, binding, acknowledgement, code } = story;
const receipt = formatReceipt(register.receipt({ record, key: publicJwk(signer), beacon, at, claims, binding, acknowledgements: [acknowledgement], code }));
const options = { language: "de", policy: parseTrustPolicy(register.policyText), now: START + 1000 };
const theCase: Case = {
  controller: shop,
  regime,
  residence,
  items: [
    {
      receipt,
      letter: letter.text,
      state: {
        sha256: letter.sha256,
        sent: "2026-11-02T09:00:00Z",
        received: { at: "2026-11-02T09:00:00Z", proven: false },
        answered: { at: "2026-11-20T09:00:00Z", result: "rejected" },
      },
      deliveries: [{ at: "2026-11-02T09:00:00Z", by: "mail", to: "privacy@shop.example" }],
    },
  ],
  statements: [{ says: "Das Cookie _uid war am 22. November 2026 wieder da.", from: "die Cookies meines Browsers" }],
  law: letter.law.map(({ id }) => id),
  today: "2026-11-23",
};
const authority: Authority = {
  name: "Österreichische Datenschutzbehörde",
  countries: ["AT"],
  contacts: [{ kind: "email", value: "dsb@dsb.gv.at" }],
  complaintLanguages: ["de"],
};
const facts = await factsOf(theCase, options);
const complaint = composeComplaint({ theCase, facts, authority, competence: "residence" });
const mandate = composeMandate({ body: "Verein für Datenschutz", controller: shop, language: "de" });
const files = evidenceFiles({ facts, complaint, mandate, policy: register.policyText });

const folder = mkdtempSync(join(tmpdir(), "freehold-evidence-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("proven is what the receipt proves, and nothing else", () => {
  expect(facts.proven.map(({ file }) => file)).toEqual(["receipts/1.json", "receipts/1.json", "letters/1.txt", "receipts/1.json"]);
  expect(facts.proven[0]?.says).toContain("Widerruf der Einwilligung (dpv:ConsentWithdrawn)");
  const proven = facts.proven.map(({ says }) => says).join("\n");
  for (const stated of ["abgesandt", "ging am", "geantwortet: abgelehnt", "Cookie"]) {
    expect(
      facts.asserted.some(({ says }) => says.includes(stated)),
      stated,
    ).toBe(true);
    expect(proven).not.toContain(stated);
  }
});

test("another letter than the one that was signed is not called proven", async () => {
  const { proven, files: its } = await factsOf({ ...theCase, items: [{ ...theCase.items[0]!, letter: `${letter.text} ` }] }, options);
  expect(proven.map(({ file }) => file)).not.toContain("letters/1.txt");
  expect(its.has("letters/1.txt")).toBe(true);
});

test("a receipt that does not verify, or is of another controller, makes no case", async () => {
  const forged = formatReceipt({ ...parseReceipt(receipt), opening: "0".repeat(64) });
  await expect(factsOf({ ...theCase, items: [{ receipt: forged }] }, options)).rejects.toMatchObject({ code: "commitment_mismatch" });
  await expect(factsOf({ ...theCase, controller: { id: "https://other.example", name: "Other" } }, options)).rejects.toMatchObject({
    code: "argument_invalid",
  });
});

test("silence is stated and never proven, and the authority is told when an answer was due", async () => {
  const object = tellStory("register.example/log", 2, {
    record: { act: "dpv:ObjectingToProcess", expires: undefined, offer: undefined, processes: [{ purposes: ["dpv:Advertising"] }] },
  });
  const its = formatReceipt(object.register.receipt({ record: object.record, key: publicJwk(object.signer), beacon: object.beacon, at: object.at }));
  const state = { sha256: letter.sha256, received: { at: "2026-11-02T09:00:00Z", proven: true } };
  const silent = await factsOf(
    { ...theCase, items: [{ receipt: its, state }], today: "2026-12-10" },
    { ...options, policy: parseTrustPolicy(object.register.policyText), language: "en" },
  );
  expect(silent.asserted.map(({ says }) => says)).toContain("No answer had come by 10 December 2026; it was due on 2 December 2026.");
  expect(silent.proven.map(({ says }) => says).join()).not.toMatch(/No answer|received on/);
  expect(silent.law).toContain("gdpr-12-3");
});

test("the complaint keeps the two apart, in its own language, with a place for her name and none of it filled in", () => {
  const [before, after] = complaint.text.split("Was ich angebe\n");
  expect(before).toContain("Was bewiesen ist");
  expect(before).not.toContain("abgesandt");
  expect(after).toContain("abgesandt");
  expect(complaint.text.replaceAll(/\s+/g, " ")).toContain("Sie sind die Aufsichtsbehörde an meinem Wohnort.");
  expect(complaint.text).toContain("________");
  expect(complaint.text.replaceAll(/\s+/g, " ")).toContain("(Art. 77 Abs. 1 DSGVO)");
  expect(mandate.text.replaceAll(/\s+/g, " ")).toContain("(Art. 80 Abs. 1 DSGVO)");
});

test("the page has two columns, and no fact is in the wrong one", () => {
  const html = files.get("index.html")!;
  const [proven, asserted] = [/<td class="proven">(.*?)<\/td>/s.exec(html)![1]!, /<td class="asserted">(.*?)<\/td>/s.exec(html)![1]!];
  expect(proven.match(/<li>/g)).toHaveLength(facts.proven.length);
  expect(asserted.match(/<li>/g)).toHaveLength(facts.asserted.length);
  expect(proven).not.toContain("Cookie");
  expect(asserted).not.toContain("signiert");
  expect(html).not.toMatch(/<script|src=|https?:\/\/[^"]*"\s*>/);
});

test("a fact that is called proven by a file that is not there is refused", () => {
  const wrong = { ...facts, proven: [...facts.proven, { kind: "proven" as const, says: "Nobody answered.", file: "silence.txt" }] };
  expect(() => evidenceFiles({ facts: wrong, complaint, policy: register.policyText })).toThrowError(expect.objectContaining({ code: "argument_invalid" }));
});

test("the withdrawal code is nowhere in the bundle", () => {
  expect(receipt).toContain(code);
  for (const [name, text] of files) expect(text, name).not.toContain(code);
});

test("the ZIP is the same bytes again, in every time zone, and holds the files", () => {
  const zip = evidenceZip(files);
  const zone = process.env["TZ"];
  process.env["TZ"] = "Pacific/Auckland";
  expect(Buffer.from(evidenceZip(evidenceFiles({ facts, complaint, mandate, policy: register.policyText }))).equals(Buffer.from(zip))).toBe(true);
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  const found = Object.entries(unzipSync(zip)).map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]);
  expect(new Map(found as [string, string][])).toEqual(files);
});

test("the commands of VERIFY.txt do what it says, and only the second needs anything of ours", () => {
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const commands = [...files.get("VERIFY.txt")!.matchAll(/^ {3}(sha256sum|node|cat|npx) (.*)$/gm)].map(([, program, rest]) => `${program} ${rest}`);
  expect(commands).toHaveLength(5);
  const run = (command: string) =>
    execFileSync("sh", ["-c", command], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"]}` },
    });
  expect(run(commands[0]!)).not.toContain("FAILED");
  const cli = join(import.meta.dirname, "../../cli/src/main.ts");
  expect(
    run(
      commands[1]!.replace(
        "npx freehold",
        `node --conditions=source --input-type=module -e 'import { main } from "${cli}"; process.exitCode = await main(process.argv.slice(1));' --`,
      ),
    ),
  ).toContain("Acme Shop");
  expect(run(commands[2]!)).toBe("true\n");
  expect((JSON.parse(run(commands[4]!)) as { letter: string }).letter).toBe(run(commands[3]!).slice(0, 64));
  writeFileSync(join(folder, "letters/1.txt"), readFileSync(join(folder, "letters/1.txt"), "utf8").replace("shop", "shoq"));
  expect(() => run(`${commands[0]!} 2>&1`)).toThrow();
});

test("law.txt says of each sentence where it stands and when it was checked", () => {
  for (const sentence of letter.law) expect(files.get("law.txt")).toContain(sentence.source.url);
  expect(files.get("law.txt")!.match(/geprüft: 20/g)!.length).toBe(new Set(facts.law).size);
});

test("authorities: of residence, of work, of the infringement; by region where it is known", () => {
  const bavaria: Authority = { name: "BayLDA", countries: ["DE"], regions: ["de-by"], contacts: [] };
  const berlin: Authority = { name: "BlnBDI", countries: ["DE"], regions: ["de-be"], contacts: [] };
  const all = [authority, bavaria, berlin];
  expect(authoritiesFor({ residence: { country: "DE", region: "DE-BY" }, infringement: { country: "AT" } }, all)).toEqual([
    { authority: bavaria, competence: "residence" },
    { authority, competence: "infringement" },
  ]);
  expect(authoritiesFor({ work: { country: "DE" } }, all).map(({ authority: { name } }) => name)).toEqual(["BayLDA", "BlnBDI"]);
  expect(complaintLanguageOf(authority, "en")).toBe("de");
  expect(complaintLanguageOf({ complaintLanguages: ["en", "fr"] }, "fr-BE")).toBe("fr-BE");
  expect(complaintLanguageOf({}, "de")).toBe("en");
});

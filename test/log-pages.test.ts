/** The pages of the log in a real browser: what they say, that they verify, and that they catch a register that lies. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BrowserContextOptions } from "playwright-core";
import { toHex } from "@freehold/protocol/bytes";
import { hashOf } from "@freehold/protocol/jws";
import { formatCode } from "@freehold/protocol/lock";
import { leafHash } from "@freehold/protocol/merkle";
import { bytesOf, createRegister } from "../protocol/testkit/register.ts";
import { openReader, steps, verdict, verify } from "./log-reader.ts";
import type { Reader } from "./log-reader.ts";
import { anchorsOf, flip, witnessRows } from "./log-site.ts";
import type { LogSite } from "./log-site.ts";

let reader: Reader;
let site: LogSite;
let places: LogSite["log"]["places"];
beforeAll(async () => {
  reader = await openReader();
  ({ site } = reader);
  ({ places } = site.log);
});
afterAll(() => reader.close());
const open = (path: string, options?: BrowserContextOptions) => reader.open(path, options);

describe("without JavaScript", () => {
  test("the log is complete, and has no script", async () => {
    const { page, context } = await open("/log", { javaScriptEnabled: false });
    const text = await page.locator("main").innerText();
    expect(text).toContain("npx freehold audit http://127.0.0.1");
    expect(text).toMatch(/Not independent:\s+run by this register, proves nothing to third parties/);
    expect(text).toContain("any 2 of 3: witness-1.example, witness-2.example or witness-3.example");
    expect(await page.locator("section[aria-labelledby=entries] tbody tr").count()).toBe(20);
    expect(await page.locator("script").count()).toBe(0);
    await context.close();
  });

  test.each([
    ["current", /A record\. .*known only to those who hold its opening\.[^]*It has not ended/],
    ["ended", /It has ended: entry 255 opened its lock\. The same lock is on the entries 253 and 256/],
    ["bornEnded", /It was born ended: entry 255 had opened its lock before/],
    ["withdrawal", /A withdrawal\. .*ended the entries 42, 253 and 256\./],
    ["publication", /A publication: .*The document has \d+ bytes\.[^]*a claim by Acme Shop Ltd, https:\/\/shop\.example/],
    ["withheld", /withholds the document; the reason that it gives: its author asked for it/],
    ["status", /which of the 265 entries before it had ended/],
  ] as const)("an entry says what it is: %s", async (place, words) => {
    const { page, context } = await open(`/log/${places[place]}`, { javaScriptEnabled: false });
    expect(await page.locator(".lede").innerText()).toMatch(words);
    const text = await page.locator("main").innerText();
    expect(text).toContain(toHex(site.log.register.entries[places[place]]!));
    expect(text).toContain(toHex(leafHash(site.log.register.entries[places[place]]!)));
    expect(text).toContain("c2sp.org/tlog-proof@v1");
    expect(text).toContain("Your browser runs no script here");
    expect(text).toContain("npx freehold audit");
    await context.close();
  });
});

describe("the register that can satisfy its own quorum", () => {
  test("is told so on the log, and after a verification", async () => {
    site.rows = witnessRows(site.log).map((row) => ({ ...row, independent: false }));
    try {
      const { page, context } = await open("/log");
      expect(await page.locator("section[aria-labelledby=witnesses] .caution").innerText()).toContain("This register can satisfy that quorum alone.");
      await page.goto(`${site.url}/log/${places.current}`);
      await verify(page);
      expect(await page.locator("[role=status] .caution").innerText()).toContain("not that it shows everyone the same log");
      await context.close();
    } finally {
      site.rows = witnessRows(site.log);
    }
  });
});

describe("anchors", () => {
  test("are listed as claims, the register's own chain as no trust for others", async () => {
    const { page, context } = await open("/log", { javaScriptEnabled: false });
    const part = page.locator("section[aria-labelledby=anchors]");
    expect(await part.innerText()).toMatch(/claimed by the operator[^]*proved once a block that you trust yourself holds it/);
    const rows = (await part.locator("tbody tr").allInnerTexts()).map((row) => row.replaceAll(/\s+/g, " "));
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^Ethereum, chain 1 Pending In no block yet \d.* UTC 266 none 0 not known$/);
    expect(rows[1]).toMatch(/^Embedded, chain 31337 Run by this register: no third-party trust Confirmed \d.* UTC 254 118 4 29,871 gwei 29,871 gas$/);
    expect(rows[4]).toMatch(/^Ethereum, chain 1 Confirmed \d.* UTC 41 23801870 44 53,782 gwei 46,971 gas$/);
    expect(await part.locator(".caution").innerText()).toContain("Embedded, chain 31337 does not answer as it should");
    expect(await page.locator(".facts").innerText()).toContain("2 more waiting; 41 anchored");
    await context.close();
  });

  test.each([
    ["current", /claimed by the operator[^]*when the log had 41 entries[^]*Ethereum, chain 1/],
    ["twin", /claimed by the operator[^]*when the log had 254 entries[^]*Embedded, chain 31337\s+Run by this register:\s+no third-party trust/],
    ["status", /No confirmed anchor covers this entry yet/],
  ] as const)("that cover an entry are named on its page: %s", async (place, words) => {
    const { page, context } = await open(`/log/${places[place]}`);
    const part = page.locator("section[aria-labelledby=anchor]");
    expect(await part.innerText()).toMatch(words);
    expect(await part.locator(`a[href="/v1/entries/${places[place]}/anchor"]`).count()).toBe(place === "status" ? 0 : 1);
    await context.close();
  });

  test("are not missed where there is no chain", async () => {
    site.anchors = null;
    try {
      const { page, context } = await open("/log");
      expect(await page.locator("section[aria-labelledby=anchors]").innerText()).toContain("This register anchors on no chain");
      await page.goto(`${site.url}/log/${places.current}`);
      expect(await page.locator("section[aria-labelledby=anchor]").count()).toBe(0);
      await context.close();
    } finally {
      site.anchors = anchorsOf(site.log);
    }
  });
});

describe("search", () => {
  test("leads to the entry, by number, leaf hash or document", async () => {
    const { page, wrong, context } = await open("/log");
    const found: [string, number][] = [
      ["#7", 7],
      [toHex(leafHash(site.log.register.entries[5]!)), 5],
      [hashOf(site.log.claim), places.publication],
    ];
    for (const [typed, index] of found) {
      await page.goto(`${site.url}/log`);
      await page.getByLabel("Entry number or hash").fill(typed);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${site.url}/log/${index}`);
    }
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("lists the records of a lock, and warns of a code", async () => {
    const { page, context } = await open(reader.paths["lock"]!);
    expect(await page.locator(".lede").innerText()).toContain("3 records have this lock. Entry 255 opened it: all of them have ended");
    await page.goto(site.url + reader.paths["code"]!);
    expect(await page.locator("main").innerText()).toContain("Do not enter a withdrawal code into a search field.");
    expect(await page.content()).not.toContain(formatCode(site.log.secret));
    await context.close();
  });
});

describe("verification in the browser", () => {
  test.each([
    ["current", "Holds: Status: has the record ended?"],
    ["ended", "Holds: Status: has the record ended?"],
    ["bornEnded", "Holds: Status: has the record ended?"],
    ["withdrawal", "Holds: Lock: what the secret opens"],
    ["publication", "Holds: Document: its hash is the one in the entry"],
    ["withheld", "Note: Document: its hash is the one in the entry"],
    ["status", "Holds: The checkpoint that everyone is served"],
  ] as const)("goes green: %s", async (place, last) => {
    const { page, wrong, context } = await open(`/log/${places[place]}`);
    await verify(page);
    expect(await verdict(page)).toBe("Verified in your browser.");
    const done = await steps(page);
    expect(done.slice(0, 10)).toEqual([
      "Note: Policy: whom to believe",
      "Holds: Entry: fetched, and the same as on this page",
      "Holds: Leaf hash",
      "Holds: Signature of the log",
      "Holds: Witness witness-1.example",
      "Holds: Witness witness-2.example",
      "Holds: Witness witness-3.example",
      "Holds: Quorum",
      "Holds: Inclusion: the leaf hash leads to the signed root",
      "Holds: The checkpoint that everyone is served",
    ]);
    expect(done.at(-1)).toBe(last);
    expect(await page.locator(".verified").count()).toBe(1);
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("folds each hash of the proof, up to the root", async () => {
    const { page, context } = await open(`/log/${places.current}`);
    await verify(page);
    const table = page.getByRole("table", { name: "From the entry up to the root" });
    const { register, published } = site.log;
    const hashes = await table
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => Array.from(row.querySelectorAll("code"), (code) => code.textContent)));
    expect(hashes.slice(1).map(([neighbour]) => neighbour)).toEqual(register.inclusion(places.current, published).map(toHex));
    expect(hashes[0]).toEqual([toHex(leafHash(register.entries[places.current]!))]);
    expect(hashes.at(-1)![1]).toBe(toHex(published.root));
    await context.close();
  });

  test("takes a policy of the reader's own", async () => {
    const { page, context } = await open(`/log/${places.current}`);
    await page.getByText("With a policy of your own").click();
    const field = page.getByLabel("Your trust policy");
    await field.fill(site.log.register.policyText);
    await verify(page);
    expect((await steps(page))[0]).toBe("Holds: Policy: whom to believe");
    expect(await page.locator("[role=status] .caution").count()).toBe(0);

    await field.fill(createRegister("other.example/log").policyText);
    await verify(page);
    await page.locator(".refused").waitFor();
    expect((await steps(page)).at(-1)).toBe("Fails: Signature of the log");

    await field.fill("witness nobody");
    await page.getByRole("button", { name: "Verify in this browser" }).click();
    await expect.poll(() => steps(page)).toEqual(["Fails: Policy: whom to believe"]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);
    await context.close();
  });

  test("says that a status is old, by the reader's clock", async () => {
    const { page, context } = await open(`/log/${places.current}`);
    await page.clock.setFixedTime(Date.now() + 86_400_000);
    await verify(page);
    const done = await steps(page);
    expect(done).toContain("Note: Quorum");
    expect(done.at(-1)).toBe("Note: Status: has the record ended?");
    expect(await page.locator(".steps > li").last().innerText()).toContain("by now it may have");
    await context.close();
  });

  const json = (edit: (answer: { [member: string]: string }) => void) => (body: string) => {
    const answer = JSON.parse(body) as { [member: string]: string };
    edit(answer);
    return JSON.stringify(answer);
  };
  const line = (note: string, name: string) => note.split("\n").find((one) => one.startsWith(`— ${name} `))!;
  const forged = (note: string, name: string) => flip(note, line(note, name).split(" ")[2]!, 30);
  const without = (note: string, ...names: string[]) => names.reduce((rest, name) => rest.replace(`${line(rest, name)}\n`, ""), note);
  const proof = (edit: (text: string) => string) => json((answer) => void (answer["proof"] = edit(answer["proof"]!)));
  const entryOf = () => `/v1/entries/${places.current}`;
  const statusOf = () => `/log/status/${places.current}`;
  /** The same register, with another history of the same size: every signature is right. */
  const split = () => {
    const { register, published, at } = site.log;
    const other = createRegister(register.origin);
    for (let i = 0; i < published.size - 1; i++) other.append({ kind: "record", commitment: bytesOf(`other ${i}`), lock: bytesOf(`other lock ${i}`) });
    return other.publish(at).note;
  };
  test.each<[what: string, path: () => string, lie: (body: string) => string, step: string, says: string]>([
    [
      "another number",
      entryOf,
      json((answer) => void ((answer as { [member: string]: unknown })["index"] = 3)),
      "Entry: fetched, and the same as on this page",
      "answered with 3",
    ],
    [
      "another entry",
      entryOf,
      json((answer) => void (answer["entry"] = flip(answer["entry"]!, answer["entry"]!, 40))),
      "Entry: fetched, and the same as on this page",
      "other bytes",
    ],
    ["another leaf hash", entryOf, json((answer) => void (answer["hash"] = "00".repeat(32))), "Leaf hash", "another leaf hash"],
    ["no JSON", entryOf, () => "<html>", "Entry: fetched, and the same as on this page", "no JSON"],
    ["no proof", entryOf, json((answer) => void delete answer["proof"]), "Signature of the log", 'no text "proof"'],
    ["a proof for another entry", entryOf, proof((text) => text.replace(/^index .*$/m, "index 2")), "Signature of the log", "one for entry 2"],
    ["a forged signature of the log", entryOf, proof((text) => forged(text, "register.example/log")), "Signature of the log", "is wrong"],
    ["a larger size", entryOf, proof((text) => text.replace("\n266\n", "\n267\n")), "Signature of the log", "is wrong"],
    ["a forged cosignature", entryOf, proof((text) => forged(text, "witness-2.example")), "Witness witness-2.example", "is wrong"],
    ["too few witnesses", entryOf, proof((text) => without(text, "witness-1.example", "witness-3.example")), "Quorum", "does not satisfy the quorum"],
    ["a forged neighbour", entryOf, proof((text) => flip(text, text.split("\n")[4]!)), "Inclusion: the leaf hash leads to the signed root", "another root"],
    [
      "a neighbour too few",
      entryOf,
      proof((text) => text.replace(`${text.split("\n")[4]!}\n`, "")),
      "Inclusion: the leaf hash leads to the signed root",
      "needs 9",
    ],
    ["another history for everyone else", () => "/log/checkpoint", () => split(), "The checkpoint that everyone is served", "different histories"],
    [
      "a checkpoint that nobody signed",
      () => "/log/checkpoint",
      (note) => forged(note, "register.example/log"),
      "The checkpoint that everyone is served",
      "is wrong",
    ],
    ["a changed status", statusOf, (body) => body.replace(/"chunk":"0/, '"chunk":"1'), "Status: has the record ended?", "not that of the last entry"],
    ["an older status", statusOf, () => olderStatus(site.log), "Status: has the record ended?", "older than that of the proof"],
    ["no status", statusOf, () => "{}", "Status: has the record ended?", 'no text "checkpoint"'],
  ])("turns red and names the step: %s", async (_, path, lie, step, says) => {
    site.lies.set(path(), lie);
    try {
      const { page, wrong, context } = await open(`/log/${places.current}`);
      await verify(page);
      expect(await verdict(page)).toBe("Not verified.");
      expect(await page.locator("[role=status]").innerText()).toContain(`The step “${step}” failed.`);
      const done = await steps(page);
      expect(done.at(-1)).toBe(`Fails: ${step}`);
      expect(done.filter((one) => one.startsWith("Fails"))).toHaveLength(1);
      expect(await page.locator(".steps > li").last().innerText()).toContain(says);
      expect(await page.locator(".verified").count()).toBe(0);
      expect(wrong).toEqual([]);
      await context.close();
    } finally {
      site.lies.clear();
    }
  });

  test("turns red where the document is another", async () => {
    site.lies.set(`/documents/${hashOf(site.log.claim)}`, (body) => `${body} `);
    const { page, context } = await open(`/log/${places.publication}`);
    await verify(page);
    expect((await steps(page)).at(-1)).toBe("Fails: Document: its hash is the one in the entry");
    site.lies.clear();
    await context.close();
  });
});

/** The answer for the status of a record as it would have been given earlier. */
function olderStatus({ register, places: { current } }: LogSite["log"]): string {
  const early = createRegister(register.origin);
  for (const entry of register.entries.slice(0, 41)) early.append(entry);
  const at = early.publish(Math.floor(Date.now() / 1000) - 30);
  return JSON.stringify({
    checkpoint: at.note,
    status: early.receipt({
      record: { index: current, jws: "", opening: new Uint8Array(32), entry: early.entries[current]! },
      key: {} as never,
      beacon: at,
      at,
    }).status,
  });
}

/** A person with a terminal and the real register: her key, a refusal, what follows from it; and what the register hears of it. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseBook } from "@freehold/person/book-file";
import { letterHash } from "@freehold/person/letters/letter";
import { parseReceipt } from "@freehold/protocol/receipt";
import { openMapStore } from "../rooms/map/store.ts";
import { takeLists } from "../rooms/map/testkit.ts";
import { endAll, startRegister, temporaryFolder } from "./register.ts";
import type { RunningRegister } from "./register.ts";

const SHOP = "https://shop.example";
let register: RunningRegister;
let between: Server;
/** The register, reached through a listener that writes down all that it is sent. */
let url: string;
let heard: string[] = [];

beforeAll(async () => {
  const folder = temporaryFolder();
  const map = openMapStore(folder);
  const list = {
    shop: {
      name: "Shop Example",
      domains: ["shop.example"],
      contacts: [{ kind: "email" as const, value: "privacy@shop.example", purpose: "rights" as const }],
    },
    twin: { name: "Twin One", domains: ["twin.example"] },
  };
  takeLists(map, [{ version: "1", list }]);
  map.close();
  register = await startRegister({ folder, flags: "--interval 50" });
  between = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    const pass = async () => {
      const body = Buffer.concat(chunks);
      heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body.toString("latin1")}`);
      const { host: _, connection: _c, "content-length": _l, "transfer-encoding": _t, ...headers } = request.headers as Record<string, string>;
      const bare = request.method === "GET" || request.method === "HEAD";
      const answer = await fetch(register.url + request.url, { method: request.method!, headers, ...(!bare && { body }) });
      const { "content-encoding": _e, "content-length": _n, "transfer-encoding": _f, ...rest } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, rest).end(Buffer.from(await answer.arrayBuffer()));
    };
    request.on("end", () => void pass());
  });
  await new Promise<void>((resolve) => between.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
});
afterAll(async () => {
  between.close();
  between.closeAllConnections();
  await endAll();
});

interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
}

const SCRIPT = `import { main } from ${JSON.stringify(new URL("../cli/src/main.ts", import.meta.url).href)}; process.exitCode = await main(process.argv.slice(1));`;

/** Somebody with a home folder of her own. */
function person(home = temporaryFolder()) {
  return {
    home,
    file: (name: string) => join(home, name),
    book: join(home, "state/freehold/book.json"),
    async run(words: string, { stdin = "", env = {} }: { stdin?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ran> {
      const args = ["--conditions=source", "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", SCRIPT, "--", ...words.split(" ")];
      const child = spawn(process.execPath, args, { cwd: home, env: { PATH: process.env["PATH"], HOME: home, XDG_STATE_HOME: join(home, "state"), ...env } });
      const ran: Ran = { exit: null, stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (ran.stderr += text));
      child.stdin.on("error", () => {}).end(stdin);
      ran.exit = await new Promise((resolve) => child.on("close", resolve));
      return ran;
    },
    async json(words: string, options: { stdin?: string; env?: NodeJS.ProcessEnv } = {}): Promise<any> {
      const { stdout, stderr } = await this.run(`${words} --json`, options);
      expect(stdout, stderr).toMatch(/^\{/);
      return JSON.parse(stdout);
    },
  };
}

test("from no key to a decision that is logged, proven, written as a letter, withdrawn", async () => {
  const her = person();
  expect(await her.json("list")).toMatchObject({ error: { code: "input_missing" } });
  expect(existsSync(her.book)).toBe(false);
  expect((await her.run("key new")).exit).toBe(0);
  expect(statSync(her.book).mode & 0o777).toBe(0o600);
  expect(await her.run("key new")).toMatchObject({ exit: 2, stdout: "" });

  // Nobody to ask, and nobody said yes.
  const shy = await her.run(`refuse shop-example --register ${url}`);
  expect(shy).toMatchObject({ exit: 2, stdout: "" });
  expect(shy.stderr).toContain('"act": "dpv:ConsentRefused"');
  expect((await her.json("list")).decisions).toEqual([]);

  heard = [];
  const said = await her.run("refuse shop.example --purpose dpv:Advertising --yes");
  expect(said.exit, said.stderr).toBe(0);
  expect(said.stderr).toContain(`"id": "${SHOP}"`);
  expect(said.stdout).toMatch(/^Signed, and in the log: entry \d+\.\n/);
  for (const secret of ["shop", "Shop", "ConsentRefused", "Advertising"]) expect(heard.join("\n")).not.toContain(secret);
  expect(heard.some((one) => one.startsWith("GET /v1/shards"))).toBe(true);

  const { decisions } = await her.json("list");
  expect(decisions).toMatchObject([
    { controller: { id: SHOP, name: "Shop Example" }, act: "dpv:ConsentRefused", state: "refused", processes: [{ purposes: ["dpv:Advertising"] }] },
  ]);
  const id: string = decisions[0].item;
  const short = id.slice(0, 6);
  expect((await her.run("list")).stdout).toContain(id.slice(0, 16));

  // The receipt that was kept, and one made anew; without code, and for herself with it.
  const kept = her.file(`state/freehold/receipts/${id.slice(0, 16)}.json`);
  expect(parseReceipt(readFileSync(kept, "utf8")).code).toBeUndefined();
  writeFileSync(her.file("policy.txt"), parseBook(`${(await her.run("export -")).stdout}`).register.policy);
  expect(await her.json(`verify ${kept} --policy policy.txt`)).toMatchObject({ verified: true, result: { state: "in force" } });
  expect((await her.run(`receipt ${short} --out receipt.json --with-code`)).stderr).toContain("can end the record");
  expect(await her.json("verify receipt.json --policy policy.txt")).toMatchObject({ verified: true, holdsCode: true });
  expect(await her.json("receipt ffff")).toMatchObject({ receipt: null, error: { code: "argument_invalid" } });

  // The letter, and that it was sent.
  expect((await her.run(`letter ${short}`)).stderr).toContain("--home DE");
  heard = [];
  const letter = await her.run(`letter ${short} --home DE --language de --out letter.txt`);
  expect(letter.exit, letter.stderr).toBe(0);
  expect(letter.stderr).toContain("privacy@shop.example");
  const text = readFileSync(her.file("letter.txt"), "utf8");
  expect(text).toContain("Shop Example");
  expect(text).toContain("willige nicht ein");
  expect(heard.join("\n")).not.toMatch(/shop/i);
  expect(await her.json(`letter ${short} --sent letter.txt`)).toMatchObject({ sha256: letterHash(text) });
  expect((await her.json("list")).decisions).toMatchObject([{ acknowledged: "asserted", letter: { sha256: letterHash(text) } }]);
  expect((await her.run(`letter ${short}`)).stderr).toMatch(/still\s+open/);

  const ended = await her.json(`withdraw --item ${short}`);
  expect(ended).toMatchObject({ withdrawn: true, already: false, register: url, verdict: { state: "verified", policy: her.book } });
  expect((await her.json("list")).decisions).toMatchObject([{ state: "withdrawn", withdrawn: { by: ["register"] } }]);
  expect(await her.json(`verify receipt.json --policy policy.txt`)).toMatchObject({ result: { state: "in force" } });
  await her.run(`receipt ${short} --out ended.json`);
  expect(await her.json("verify ended.json --policy policy.txt")).toMatchObject({ result: { state: "ended" } });
});

test("two computers with one key: words, copies and an exported file", async () => {
  const [one, two, stranger] = [person(), person(), person()];
  const passphrase = { env: { FREEHOLD_PASSPHRASE: "four words nobody says" } };
  await one.run("key new --passphrase", passphrase);
  expect(readFileSync(one.book, "utf8")).not.toContain('"seed"');
  expect(await one.json("key")).toEqual({ file: one.book, passphrase: true, register: null, decisions: 0 });
  const first = await one.run(`refuse ${SHOP} --act object --yes --json --register ${url}`, { stdin: "four words nobody says\n" });
  expect(first.exit, first.stderr).toBe(0);
  expect(await one.json("key words", { env: { FREEHOLD_PASSPHRASE: "four words somebody says" } })).toMatchObject({ error: { code: "wrap_mismatch" } });
  const words = (await one.run("key words", passphrase)).stdout;
  expect(words.trim().split(" ")).toHaveLength(24);
  expect((await one.run("export mine.json", passphrase)).exit).toBe(0);
  expect((await one.run("export mine.json")).exit).toBe(2);
  // The file needs no key to be read.
  expect((await stranger.json(`list ${one.file("mine.json")}`)).decisions).toMatchObject([{ state: "objected" }]);

  // Another key does not take it in.
  await stranger.run("key new");
  expect(await stranger.json(`import ${one.file("mine.json")}`)).toMatchObject({ error: { code: "book_mismatch" } });

  // The words alone find everything again: the entry in the log, its text in the sealed copies.
  expect((await two.run("key import", { stdin: words.toUpperCase() })).exit).toBe(0);
  expect((await two.json(`list --refresh --register ${url}`)).decisions).toMatchObject([{ state: "objected", controller: { id: SHOP } }]);
  expect(await two.json(`import ${one.file("mine.json")}`)).toMatchObject({ taken: 0, decisions: 1 });
  expect(await two.json("refuse twin-one --yes")).toMatchObject({ signed: true, copies: null });

  // The first sees what the second did, by the copies.
  const { decisions } = await one.json("list --refresh", passphrase);
  expect(decisions.map(({ state }: { state: string }) => state).sort()).toEqual(["objected", "refused"]);

  // All of it as a file, for a third that asks nobody.
  expect(await two.json("export all.json")).toEqual({ file: "all.json", decisions: 2 });
  const third = person();
  await third.run("key import", { stdin: words });
  expect(await third.json(`import ${two.file("all.json")}`)).toMatchObject({ taken: 2, decisions: 2 });
  expect((await third.run("export -")).stdout).toContain(decisions[0].item);
});

test("what cannot be worked with says so, and leaves the book as it was", async () => {
  const her = person();
  expect(await her.json("key import", { stdin: "not the words" })).toMatchObject({ error: { code: "words_malformed" } });
  await her.run("key new");
  const before = readFileSync(her.book, "utf8");
  const at = `--yes --register ${url}`;
  expect(await her.json(`refuse nobody-at-all ${at}`)).toMatchObject({ signed: false, error: { code: "organisation_unknown" } });
  expect((await her.json(`refuse twi ${at}`)).error.message).toContain("(Twin One)");
  expect(await her.json(`refuse shop-example ${at} --purpose dpv:Nonsense`)).toMatchObject({ error: { code: "vocabulary_unknown" } });
  expect(await her.json("refuse shop-example --yes --register http://127.0.0.1:9")).toMatchObject({ error: { code: "unavailable" } });
  expect((await her.json("list")).decisions).toEqual([]);
  expect(JSON.parse(before).key).toEqual(JSON.parse(readFileSync(her.book, "utf8")).key);
  // A company that is not on the map is named by its address.
  expect(await her.json(`refuse https://elsewhere.example --name Elsewhere ${at}`)).toMatchObject({ signed: true });
  expect(await her.json("withdraw --item 0000")).toMatchObject({ withdrawn: false, error: { code: "argument_invalid" } });

  // Another process has the book open.
  writeFileSync(`${her.book}.lock`, String(process.pid));
  expect(await her.run("list --refresh")).toMatchObject({ exit: 75 });
  writeFileSync(`${her.book}.lock`, "999999999");
  expect((await her.run("list --refresh")).exit).toBe(0);
  expect(existsSync(`${her.book}.lock`)).toBe(false);

  writeFileSync(her.book, "{}");
  expect(await her.json("list")).toMatchObject({ error: { code: "book_malformed" } });
});

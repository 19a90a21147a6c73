/** What a register gets to know: of ten thousand decisions, nothing but commitments and locks. Not in its files, its tiles, its pages or its log. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { fromBase64url, toBase64, toBase64url, toHex, utf8 } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { bytesOf, recordOf, withdrawalOf } from "../ledger/testkit.ts";
import { checkpointOf, indexesOf, policyOf, post, submitAll, tilesOf } from "./client.ts";
import { makeDecisions, randomWord } from "./decisions.ts";
import type { Company, Person } from "./decisions.ts";
import { endAll, startRegister } from "./register.ts";
import type { RunningRegister } from "./register.ts";
import { WINDOW, createWindows } from "./windows.ts";
import type { Windows } from "./windows.ts";

afterEach(endAll);

const PEOPLE = 100;
const COMPANIES = 20;
/** Decisions of one person about one company. */
const EACH = 5;
const ORIGIN = "register.example/privacy";

/** Everything that a register has written or shows, by name. */
async function tracesOf({ folder, url, stdout, stderr }: RunningRegister): Promise<Map<string, Uint8Array>> {
  const traces = new Map<string, Uint8Array>([
    ["standard output", utf8(stdout)],
    ["log lines", utf8(stderr)],
  ]);
  for (const file of readdirSync(folder)) traces.set(file, readFileSync(join(folder, file)));
  const { size } = await checkpointOf(url, await policyOf(url));
  const readTile = tilesOf(url);
  for (let index = 0; index * 256 < size; index++) {
    for (const level of ["entries", 0] as const)
      traces.set(`tile ${level}/${index}`, await readTile({ level, index, width: Math.min(256, size - index * 256) }));
  }
  for (const path of ["/log", "/log/5", "/log/checkpoint", "/log/status/bits", "/log/status/list", "/metrics", "/readyz", "/.well-known/freehold.json"]) {
    traces.set(path, new Uint8Array(await (await fetch(`${url}${path}`)).arrayBuffer()));
  }
  return traces;
}

/** A secret value as it could be written down. */
function addBytes(windows: Windows, bytes: Uint8Array): void {
  for (const form of [bytes, utf8(toHex(bytes)), utf8(toBase64(bytes)), utf8(toBase64url(bytes))]) windows.add(form);
}

/** All that nobody but the person and the company may know. Secrets of withdrawals are known to all. */
function addCorpus(windows: Windows, people: readonly Person[], companies: readonly Company[], isPublished: (secret: Uint8Array) => boolean): void {
  for (const { id, name, offer } of companies) for (const text of [id, name, offer]) windows.add(utf8(text));
  for (const { name, seed, words, keys, decisions } of people) {
    for (const text of [name, words]) windows.add(utf8(text));
    addBytes(windows, seed);
    for (const { secret, x, y } of keys) for (const bytes of [secret, fromBase64url(x), fromBase64url(y)]) addBytes(windows, bytes);
    for (const { jws, opening, secret, code } of decisions) {
      windows.add(utf8(jws));
      for (const part of jws.split(".")) windows.add(fromBase64url(part)); // header and record as JSON, the signature as bytes
      addBytes(windows, opening);
      if (isPublished(secret)) continue;
      addBytes(windows, secret);
      windows.add(utf8(code));
    }
  }
}

/** What a clumsy client sends along or sends by mistake: where it must not be, it must not stay either. */
async function blunder(url: string, { name, decisions }: Person, company: Company): Promise<void> {
  const { entry, jws, secret, opening, code } = decisions[0]!;
  const headers = { "user-agent": name, referer: `${company.id}/`, cookie: `name=${name}; record=${jws}`, "x-forwarded-for": name };
  await post(`${url}/v1/entries`, entry, headers);
  await post(`${url}/v1/entries`, utf8(jws), headers);
  await post(`${url}/v1/entries`, { entry: toBase64(utf8(jws)), record: jws, opening: toHex(opening) }, headers);
  await post(`${url}/v1/entries`, jws, { ...headers, "content-type": "text/plain" });
  await post(`${url}/v1/entries/batch`, { entries: [toBase64(secret), jws, code] }, headers);
  for (const text of [jws, code, name, company.id, toHex(secret), toHex(opening)]) {
    for (const path of ["/log?q=", "/log/", "/v1/entries/", "/v1/entries?hash=", "/v1/locks/", "/documents/", "/"])
      await fetch(`${url}${path}${encodeURIComponent(text)}`, { headers });
  }
}

test("of ten thousand decisions, a register holds no piece longer than eight bytes of what they say, who made them, or how they open", async () => {
  const flags = `--origin ${ORIGIN} --rate 0 --interval 100 --log debug`;
  const register = await startRegister({ flags });
  const { url } = register;
  const beacon = await checkpointOf(url, await policyOf(url));
  const companies = Array.from({ length: COMPANIES }, (): Company => ({
    id: `https://${randomWord()}.example`,
    name: `${randomWord()} Ltd`,
    offer: toHex(bytesOf(randomWord())),
  }));
  const people = await makeDecisions({ people: PEOPLE, companies, each: EACH, beacon: { origin: ORIGIN, root: toHex(beacon.root), size: beacon.size } });
  const decisions = people.flatMap((person) => person.decisions);
  expect(decisions).toHaveLength(10_000);

  // As octets, as JSON, and one by one; then a tenth is withdrawn.
  const entries = decisions.map(({ entry }) => entry);
  for (const person of people.slice(0, 10)) await blunder(url, person, companies[0]!);
  for (let at = 0; at < 5000; at += 500) await submitAll(url, entries.slice(at, at + 500));
  for (let at = 5000; at < 9900; at += 490) await post(`${url}/v1/entries/batch`, { entries: entries.slice(at, at + 490).map(toBase64) });
  for (const entry of entries.slice(9900)) await post(`${url}/v1/entries`, entry);
  const withdrawn = decisions.filter((_, i) => i % 10 === 0).map(({ secret }) => secret);
  await indexesOf(
    url,
    withdrawn.map((secret) => encodeEntry({ kind: "withdrawal", secret })),
    "published",
  );
  expect(new Set(await indexesOf(url, entries.slice(0, 8000))).size).toBe(8000); // all of them are there

  const published = new Set(withdrawn.map(toHex));
  const forbidden = createWindows(24);
  addCorpus(forbidden, people, companies, (secret) => published.has(toHex(secret)));
  expect(forbidden.size).toBeGreaterThan(5_000_000);
  // Public by construction: the lock, which is half of the entry; the beacon that a record names; whatever a register writes that never saw a decision.
  for (const { entry } of decisions) forbidden.allow(utf8(`"lock":"${toHex(entry.subarray(34))}"`));
  for (const text of [ORIGIN, toHex(beacon.root)]) forbidden.allow(utf8(text));
  for (const trace of (await strangersOnly(flags)).values()) forbidden.allow(trace);
  forbidden.allow(utf8(ownDocument(register.folder)));

  // The search finds what is there: the secrets of the withdrawals.
  const known = createWindows(17);
  for (const secret of withdrawn) known.add(secret);
  const running = await tracesOf(register);
  expect(known.find(running.get("tile entries/39")!).length).toBeGreaterThan(0);

  expectNothing(forbidden, running);
  expect(await register.stop()).toBe(0);
  const files = readdirSync(register.folder).map((file): [string, Uint8Array] => [file, readFileSync(join(register.folder, file))]);
  expect(known.find(files.find(([file]) => file === "ledger.sqlite")![1]).length).toBeGreaterThan(0);
  expectNothing(forbidden, new Map([...files, ["log lines", utf8(register.stderr)]]));
}, 300_000);

/** What the register itself signed before anybody spoke: the header of its JWS begins as all others do, and the name of its key by chance as somebody's. */
function ownDocument(folder: string): string {
  const db = new DatabaseSync(join(folder, "ledger.sqlite"), { readOnly: true });
  const { value } = db.prepare("SELECT value FROM setting WHERE name = 'method'").get() as { value: string };
  db.close();
  return value;
}

/** A register of the same name that got random entries only. */
async function strangersOnly(flags: string): Promise<Map<string, Uint8Array>> {
  const register = await startRegister({ flags });
  await indexesOf(register.url, [...Array.from({ length: 2000 }, (_, i) => recordOf(randomWord() + i)), recordOf("a"), withdrawalOf("a")], "published");
  const traces = await tracesOf(register);
  await register.stop();
  return traces;
}

function expectNothing(forbidden: Windows, traces: ReadonlyMap<string, Uint8Array>): void {
  for (const [name, bytes] of traces) {
    const found = forbidden.find(bytes).map((at) => Buffer.from(bytes.subarray(at, at + WINDOW)).toString("latin1"));
    expect(found, `in ${name} (${bytes.length} bytes) is a piece of what the register must not know`).toEqual([]);
  }
}

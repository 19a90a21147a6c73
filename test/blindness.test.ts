/**
 * Blindness (/privacy, "What the register sees"): what a register was sent while fifty people took a thousand decisions, what it has stored, what two companies can
 * find out together, and what is left when one person deletes it all.
 */
import { createHash, createHmac } from "node:crypto";
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { p256 } from "@noble/curves/nist.js";
import { ristretto255 } from "@noble/curves/ed25519.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromBase64url, fromHex, toBase64, toBase64url, toHex, utf8 } from "@freehold/protocol/bytes";
import { publicKeyOf, thumbprint } from "@freehold/protocol/jws";
import { verifyReceipt } from "@freehold/protocol/receipt";
import { deleteBackup } from "@freehold/person/backup";
import { eraseItem } from "@freehold/person/book";
import { mailboxOf } from "@freehold/person/mailbox";
import type { Item } from "@freehold/person/schema";
import { slotKeys } from "@freehold/person/slots";
import { createMailboxReader } from "@freehold/sdk/mailbox-reader";
import type { Shard, ShardIndex } from "../rooms/decide/schema.ts";
import { PEOPLE, askJson, filesOf, gather, subjectOf } from "./crowd.ts";
import type { Crowd, Somebody } from "./crowd.ts";
import { FORMS, VARY, forbidden, frameOf, sha256, shortWords } from "./forbidden.ts";
import { refusing } from "./parties.ts";
import type { Company } from "./parties.ts";
import { readings, requestsOf, unpacked } from "./recorder.ts";
import type { Recorded } from "./recorder.ts";
import { endAll, temporaryFolder } from "./register.ts";
import { WINDOW, createWindows } from "./windows.ts";

let crowd: Crowd;
let { register, recorder, before, left, right, boxed, people, published } = {} as Crowd;
beforeAll(async () => {
  crowd = await gather();
  ({ register, recorder, before, left, right, boxed, people, published } = crowd);
}, 240_000);
afterAll(async () => {
  for (const one of [left, right, boxed]) await one?.stop().catch(() => {});
  await recorder?.close();
  await endAll();
});

/** Requests that say something public, or to a mailbox: the stated exceptions. */
const isClaim = ({ path }: Recorded) => path === "/v1/claims";
const isMailbox = ({ path }: Recorded) => path.startsWith("/v1/mailboxes/");
const received = () => recorder.received.flatMap(requestsOf);

describe("what the register receives", () => {
  test("a thousand decisions, one request for each; every request has one of a few forms, and says nothing that is not in its form", () => {
    const decisions = people.flatMap(({ person }) => person.book.items);
    expect(decisions).toHaveLength(1000);
    const requests = received().filter((one) => !isClaim(one) && !isMailbox(one));
    const headers = new Map<string, Set<string>>();
    const entries: string[] = [];
    for (const { method, path, headers: said, body } of requests) {
      const form = FORMS.find((one) => one.test(`${method} ${path}`));
      expect(form, `${method} ${path}`).toBeDefined();
      if (method === "GET") expect(body).toHaveLength(0);
      if (method === "PUT") expect(body).toHaveLength(65_536);
      if (path.startsWith("/v1/entries?")) {
        expect([34, 66]).toContain(body.length);
        entries.push(body.toString("hex"));
      }
      for (const [name, value] of Object.entries(said)) if (!VARY.has(name)) headers.set(name, (headers.get(name) ?? new Set()).add(value));
      expect(said["authorization"] ?? `Bearer ${"0".repeat(64)}`).toMatch(/^Bearer [0-9a-f]{64}$/);
    }
    const sent = new Set(entries);
    expect(decisions.filter(({ entry }) => sent.has(entry))).toHaveLength(1000);
    expect(entries.filter((entry) => entry.length === 132)).toHaveLength(1000);
    // Cookies, referrers, languages: nothing tells one from the other.
    expect(headers.has("cookie") || headers.has("referer") || headers.has("content-encoding")).toBe(false);
    for (const [name, values] of headers)
      expect(values.size, `${name}: ${[...values].join(", ")}`).toBeLessThanOrEqual(name === "content-type" || name === "host" ? 3 : 2);
  });

  test("no piece of any record, key, organisation or purpose, in whatever encoding", async () => {
    const windows = forbidden(crowd);
    expect(windows.size).toBeGreaterThan(1_000_000);
    // The search finds what is there: in the copies themselves, and in disguise.
    const [{ person }] = people as [Somebody];
    const [item] = person.book.items as [Item];
    for (const disguised of [
      utf8(toHex(utf8(item.jws))),
      utf8(`xx${toBase64(fromHex(item.opening))}`),
      utf8(`?q=${encodeURIComponent(JSON.stringify({ ä: item.jws }))}`),
    ])
      expect(readings(disguised).some((bytes) => windows.find(bytes).length > 0)).toBe(true);

    const frame = frameOf(received());
    for (const words of frame) windows.allow(utf8(words));
    const short = shortWords(crowd).filter((word) => !frame.some((words) => words.toLowerCase().includes(word)));
    const found: string[] = [];
    for (const [i, request] of received().entries()) {
      if (isClaim(request)) continue;
      const { method, path, raw, body } = request;
      for (const bytes of [...readings(raw), ...unpacked(body)])
        for (const at of windows.find(bytes)) found.push(`${toHex(bytes.subarray(at, at + WINDOW))} in ${method} ${path}`);
      const text = raw.toString("latin1").toLowerCase();
      found.push(...short.filter((word) => text.includes(word)));
      if (i % 100 === 0) await breathe();
    }
    expect(found).toEqual([]);
  });

  test("organisations came in parts of at least 500", async () => {
    const index = await askJson<ShardIndex>(`${recorder.url}/v1/shards`);
    expect(index.parts.length).toBeGreaterThan(1);
    for (const part of index.parts) expect((await askJson<Shard>(recorder.url + part)).organisations.length).toBeGreaterThanOrEqual(500);
  });
});

describe("the exception: a mailbox", () => {
  test("the register sees for which company and when, as /privacy says; not what, and not by whom", async () => {
    const senders = people.slice(0, 5);
    const earlier = received().length;
    for (const { person } of senders) {
      const [item] = (await person.decide([refusing(boxed)])) as [Item];
      expect((await person.bring(item, boxed)).delivery).toMatchObject({ by: "mailbox", to: `${recorder.url}/v1/mailboxes/${mailboxOf(boxed.id)}` });
    }
    expect(received().length).toBeGreaterThan(earlier);
    const deposits = received().filter(isMailbox);
    expect(deposits.map(({ path }) => path)).toEqual(senders.map(() => `/v1/mailboxes/${mailboxOf(boxed.id)}`));
    expect(new Set(deposits.map(({ body }) => body.length)).size).toBe(1);
    const windows = forbidden(crowd);
    for (const words of [...frameOf(received()), "/v1/mailboxes/", '{"alg":"ECDH-ES","enc":"A256GCM","kid":']) windows.allow(utf8(words));
    for (const { raw, body } of deposits)
      for (const bytes of [...readings(raw), ...unpacked(body)])
        expect(windows.find(bytes).map((at) => Buffer.from(bytes.subarray(at, at + 40)).toString("latin1"))).toEqual([]);
    const html = await (await fetch(`${register.url}/privacy`)).text();
    expect(html).toContain("for a mailbox: which company, and when");
    expect(html).toContain("what was said to it, or by whom");
    const reader = createMailboxReader(boxed.reception, boxed.mailbox);
    expect(await reader.read()).toEqual({ taken: 5, refused: 0 });
  });
});

describe("two companies that pool all they hold", () => {
  /** Members that say when, or where in the log: how they link is the stated limit. */
  const MOMENT = new Set([
    "at",
    "beacon",
    "checkpoint",
    "deposited",
    "due",
    "index",
    "issued",
    "path",
    "proof",
    "received",
    "seen",
    "since",
    "status",
    "claims",
    "origin",
    "id",
  ]);
  /** Everything that stands in a value, taken apart as far as it goes. */
  function* atoms(value: unknown, member = ""): Generator<string> {
    if (MOMENT.has(member)) return;
    if (value instanceof Uint8Array) yield toHex(value);
    else if (typeof value === "object" && value !== null)
      for (const [name, one] of Object.entries(value)) yield* atoms(one, Array.isArray(value) ? member : name);
    else if (typeof value === "number") yield `${member} ${value}`;
    else if (typeof value === "string") {
      if (/^[[{]/.test(value)) return yield* atoms(JSON.parse(value), member);
      if (/^[\w-]+\.[\w-]+\.[\w-]{86}$/.test(value)) {
        const [, payload, signature] = value.split(".") as [string, string, string];
        yield* atoms(Buffer.from(fromBase64url(payload)).toString(), member);
        const bytes = toHex(fromBase64url(signature));
        return yield* [bytes.slice(0, 64), bytes.slice(64)];
      }
      if (/^[0-9a-f]{132}$/.test(value)) return yield* [value.slice(4, 68), value.slice(68)];
      if (/^\d{4}-\d\d-\d\dT/.test(value)) return; // when
      yield /^[\w-]{43}$/.test(value) ? toHex(fromBase64url(value)) : value;
    }
  }

  /** By customer: all that the company's file holds of him, row by row, whatever table it stands in. */
  function holdingsOf({ file }: Company): Map<number, Set<string>> {
    // The desk keeps its file to itself: this is a copy.
    const copy = join(temporaryFolder(), "copy.sqlite");
    for (const end of ["", "-wal"]) cpSync(file + end, copy + end);
    const db = new DatabaseSync(copy);
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    const rows = tables.flatMap(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all() as { [column: string]: unknown }[]);
    db.close();
    const written = rows.map((row) =>
      Object.values(row)
        .map((value) => (value instanceof Uint8Array ? toHex(value) : String(value)))
        .join("\n"),
    );
    return new Map(
      people.map(({ person }, n) => {
        const mine = new Set([
          subjectOf(n),
          ...person.book.items.flatMap((item) => [item.id, item.jws, item.entry.slice(68), thumbprint(item.key), toHex(sha256(thumbprint(item.key)))]),
        ]);
        const held = rows.filter((_, i) => written[i]!.split(/[^\w.:-]+/).some((word) => mine.has(word) || mine.has(word.split("/").at(-1)!)));
        return [n, new Set(held.flatMap((row) => [...atoms(row)]))];
      }),
    );
  }

  /** What at most two customers have in common: with more it is no mark of anybody. */
  function marks(holdings: ReadonlyMap<number, ReadonlySet<string>>): Map<string, number[]> {
    const holders = new Map<string, number[]>();
    for (const [n, values] of holdings) for (const value of values) holders.set(value, [...(holders.get(value) ?? []), n]);
    return new Map([...holders].filter(([, who]) => who.length <= 2));
  }

  test("no value that marks somebody at the one stands anywhere at the other", () => {
    const [one, two] = [holdingsOf(left), holdingsOf(right)];
    // The companies' own names for them are theirs to agree on, or not: here they are the same, to see that the comparison works.
    const shared = [...marks(one)].filter(([value]) => marks(two).has(value) && value.length >= 6);
    expect(shared.map(([value]) => value).filter((value) => !value.startsWith("customer-"))).toEqual([]);
    expect(shared.length).toBeGreaterThanOrEqual(PEOPLE);
    // What is compared is much: her key, and of two records lock, opening, commitment, signature, answers.
    for (const values of [...one.values(), ...two.values()]) expect([...values].filter((value) => /^[0-9a-f]{64}$/.test(value)).length).toBeGreaterThan(12);
  });

  test("nothing computed from her values at the one gives a value at the other: sums, differences, hashes, likeness", () => {
    const of = (n: number, at: 0 | 1) => {
      const [{ item: first }, { item: second }] = people[n]!.delivered.slice(2 * at) as [Somebody["delivered"][number], Somebody["delivered"][number]];
      const { person } = people[n]!;
      const hex = (item: Item) => ({
        lock: item.entry.slice(68),
        opening: item.opening,
        commitment: item.entry.slice(4, 68),
        r: toHex(fromBase64url(item.jws.split(".")[2]!)).slice(0, 64),
      });
      const values = {
        kid: toHex(fromBase64url(thumbprint(first.key))),
        x: toHex(fromBase64url(first.key.x)),
        ...prefixed("first", hex(first)),
        ...prefixed("second", hex(second)),
        ...(n % 5 === 0 && { secret: toHex(person.secret(first)) }),
      };
      return {
        values: Object.entries(values).map(([name, value]) => [name, fromHex(value)] as const),
        key: p256.Point.fromBytes(publicKeyOf(first.key)),
        commitments: [first, second].map((item) => ristretto255.Point.fromHex(item.entry.slice(4, 68))),
      };
    };
    const sides = people.map((_, n) => [of(n, 0), of(n, 1)] as const);

    // A derivation by adding something of the company's would leave the same difference in all pairs; whoever knows one pair would know all.
    const differs = (what: string, valueOf: (pair: (typeof sides)[number]) => string) => expect(new Set(sides.map(valueOf)).size, what).toBe(PEOPLE);
    differs("keys", ([a, b]) => a.key.subtract(b.key).toHex());
    differs("keys, as sums", ([a, b]) => a.key.add(b.key).toHex());
    for (const i of [0, 1]) differs("commitments", ([a, b]) => a.commitments[i]!.subtract(b.commitments[i]!).toHex());
    const number = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`);
    const relations: ((a: Uint8Array, b: Uint8Array) => string)[] = [
      (a, b) => toHex(a.map((byte, i) => byte ^ b[i]!)),
      (a, b) => String(BigInt.asUintN(256, number(a) - number(b))),
      (a, b) => String((((number(a) - number(b)) % p256.Point.Fn.ORDER) + p256.Point.Fn.ORDER) % p256.Point.Fn.ORDER),
    ];
    const hashes = (bytes: Uint8Array) => [
      sha256(bytes),
      sha256(toHex(bytes)),
      sha256(toBase64url(bytes)),
      new Uint8Array(createHash("sha512").update(bytes).digest().subarray(0, 32)),
      ...[left.id, right.id, left.name, right.name].flatMap((id) => [
        sha256(Buffer.concat([bytes, utf8(id)])),
        sha256(Buffer.concat([utf8(id), bytes])),
        new Uint8Array(createHmac("sha256", bytes).update(id).digest()),
      ]),
      bytes.map((byte) => byte ^ 0xff),
      bytes.toReversed(),
    ];
    for (const side of [0, 1] as const) {
      const other = new Set(sides.flatMap((pair) => pair[1 - side]!.values.map(([, bytes]) => toHex(bytes))));
      expect(other.size).toBeGreaterThanOrEqual(PEOPLE * 10);
      const there = sides.flatMap((pair) => pair[side].values.filter(([, bytes]) => hashes(bytes).some((hash) => other.has(toHex(hash)))));
      expect(there.map(([name]) => name)).toEqual([]);
    }

    const names = sides[0]![0].values.map(([name]) => name);
    const distance = (a: Uint8Array, b: Uint8Array) => a.reduce((sum, byte, i) => sum + BITS[byte ^ b[i]!]!, 0);
    for (const [k, name] of names.entries())
      for (const [l, against] of names.entries()) {
        const pairs = sides
          .filter(([a, b]) => a.values[k] !== undefined && b.values[l] !== undefined)
          .map(([a, b]) => [a.values[k]![1], b.values[l]![1]] as const);
        for (const relate of relations) expect(new Set(pairs.map(([a, b]) => relate(a, b))).size, `${name} and ${against}`).toBe(pairs.length);
        // Whoever takes the most alike for the same person is right as often as by chance: once in fifty.
        const hits = pairs.filter(([a], i) => {
          const distances = pairs.map(([, b]) => distance(a, b));
          return distances.indexOf(Math.min(...distances)) === i;
        });
        expect(hits.length, `${name} and ${against}`).toBeLessThan(pairs.length / 3 + 4);
      }
  });

  test("the limit: the moment links. What she signs in one sitting names one checkpoint and stands together, as /privacy says", async () => {
    const beacons = (at: 0 | 1) => people.map(({ delivered }) => (JSON.parse(delivered[2 * at]!.text) as { beacon: { checkpoint: string } }).beacon.checkpoint);
    expect(beacons(0)).toEqual(beacons(1));
    expect(await (await fetch(`${register.url}/privacy`)).text()).toContain("can link neighbouring entries of one moment");
  });
});

const BITS = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
const prefixed = (prefix: string, values: { [name: string]: string }): { [name: string]: string } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix} ${name}`, value]));

describe("deletion, and what is left", () => {
  test("all of one person's data is deleted, at home, at the register and at both companies; every other receipt and answer stands", async () => {
    const [gone, ...others] = people as [Somebody, ...Somebody[]];
    const { policy } = gone.person.source;
    const answers = () => others.map((_, i) => [left.says(subjectOf(i + 1)), right.says(subjectOf(i + 1))]);
    const earlier = answers();
    expect(new Set(earlier.flat())).toEqual(new Set(["allowed", "no_grant", "ended"]));
    const { seed } = gone.person;
    const { origin } = gone.person.log;
    expect(await deleteBackup({ seed, origin, url: recorder.url, fetch })).toBeGreaterThan(0);
    for (const company of [left, right]) expect((await company.reception.erasures.erase({ subject: subjectOf(0) }))?.decisions.length).toBeGreaterThan(0);
    for (const { id } of gone.person.book.items) gone.person.book = eraseItem(gone.person.book, id);
    expect(gone.person.book.items).toEqual([]);

    expect(answers()).toEqual(earlier);
    expect([left.says(subjectOf(0)), right.says(subjectOf(0))]).toEqual(["no_grant", "no_grant"]);
    for (const { person, delivered } of others) {
      for (const { text, item } of delivered) expect((await verifyReceipt(text, { policy, now: Date.now() / 1000 })).index).toBe(item.index);
      // And made anew, under a log in which the others' entries stand with nothing behind them.
      expect((await person.receipt(person.book.items[0]!)).verified.index).toBe(person.book.items[0]!.index);
    }
    for (const company of [left, right]) await company.stop();
    const hers = createWindows(16);
    for (const { item } of gone.delivered)
      for (const value of [item.jws.split(".")[2]!, item.key.x, item.key.y, item.opening, thumbprint(item.key)]) hers.add(utf8(value));
    for (const { file } of [left, right]) for (const [name, bytes] of filesOf(dirname(file))) expect(hers.find(bytes), name).toEqual([]);
    for (let slot = 0; slot < 4; slot++) expect((await fetch(`${register.url}/v1/backups/${slotKeys(seed, { origin, slot }).id}`)).status).toBe(404);
  });

  test("what the register has stored: of all that was said, nothing that was not there before anybody spoke", async () => {
    await boxed.stop();
    await register.stop();
    const after = filesOf(register.folder);
    // The map is full of organisations and purposes. Nothing that people did has changed it.
    expect(after.get("map.sqlite")!.equals(before.get("map.sqlite")!)).toBe(true);
    // The search finds what is there: the secrets that withdrawals have published.
    const known = createWindows(12);
    for (const secret of published) known.add(fromHex(secret));
    expect(known.find(after.get("ledger.sqlite")!).length).toBeGreaterThan(0);
    const windows = forbidden(crowd);
    for (const [name, bytes] of before) if (name !== "map.sqlite") readings(bytes).forEach((reading) => windows.allow(reading)); // the companies' own claims
    const members = '"addressee":"","checkpoint":"","deposited":"","message":"","signature":""'; // of deposits
    windows.allow(utf8(members));
    const short = shortWords(crowd).filter((word) => !members.includes(word));
    for (const [name, bytes] of [...after, ["log lines", utf8(register.stderr)] as const]) {
      if (name === "map.sqlite") continue;
      await breathe();
      for (const reading of readings(bytes)) {
        const found = windows.find(reading).map((at) => Buffer.from(reading.subarray(at, at + 40)).toString("latin1"));
        expect(found, name).toEqual([]);
      }
      const [now, then] = [Buffer.from(bytes), before.get(name) ?? Buffer.alloc(0)].map((one) => one.toString("latin1").toLowerCase()) as [string, string];
      const news = short.filter((word) => now.includes(word) && !then.includes(word));
      expect(news, name).toEqual([]);
    }
  });
});

import { spawnSync } from "node:child_process";
import { createECDH, createHash, createHmac, hkdfSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keysVectors } from "../../tools/vectors/keys.ts";
import { bigEndian, concat, fromHex, lengthPrefixed, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { COUNTER_GAP, DEVICES, findLocks, lockSecret, newDevice, newSeed, pairwiseKey, seedToWords, wordsToSeed } from "./keys.ts";
import { lockOf } from "./lock.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const ORIGIN = "register.example/log";
const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("every vector of spec/vectors/keys holds and is what tools/vectors writes", () => {
  const expected = keysVectors();
  const found: string[] = [];
  for (const kind of ["valid", "invalid"]) {
    const folder = new URL(`../../spec/vectors/keys/${kind}/`, import.meta.url);
    for (const name of readdirSync(folder)) {
      found.push(`keys/${kind}/${name}`);
      const vector = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      expect(vector, name).toEqual(expected[`keys/${kind}/${name}`]);
      const derive = () => {
        if (vector.origin !== undefined) return lockSecret(fromHex(vector.seed), vector);
        if (vector.controller !== undefined) return pairwiseKey(fromHex(vector.seed), vector);
        return wordsToSeed(vector.typed ?? vector.words);
      };
      if (kind === "invalid") {
        expect(derive, name).toThrow(expect.objectContaining({ name: "FreeholdError", code: vector.code }));
        continue;
      }
      expect(toHex(derive()), name).toBe(vector.secret ?? vector.privateKey ?? vector.seed);
      if (vector.words !== undefined) expect(seedToWords(fromHex(vector.seed)), name).toBe(vector.words);
      if (vector.secret !== undefined) {
        expect(toHex(new Uint8Array(hkdfSync("sha256", fromHex(vector.seed), "freehold", fromHex(vector.info), 32))), name).toBe(vector.secret);
        expect(createHash("sha256").update(fromHex(vector.secret)).digest("hex"), name).toBe(vector.lock);
      }
      if (vector.privateKey !== undefined) expect(vector.privateKey, name).toBe(independentKey(fromHex(vector.seed), fromHex(vector.info)));
    }
  }
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

test("secrets are HKDF of RFC 5869, as node:crypto and as two lines of HMAC compute it", () => {
  fc.assert(
    fc.property(seeds, fc.string({ unit: "grapheme", maxLength: 30 }), fc.nat(DEVICES - 1), fc.nat(2 ** 32 - 1), (seed, origin, device, counter) => {
      const info = concat(lengthPrefixed("freehold/lock/v1"), lengthPrefixed(origin), bigEndian(device, 3), bigEndian(counter, 4));
      const secret = lockSecret(seed, { origin, device, counter });
      expect(secret).toEqual(new Uint8Array(hkdfSync("sha256", seed, "freehold", info, 32)));
      expect(secret).toEqual(hkdf(seed, info, 32));
    }),
  );
});

test("pairwise keys are keys of P-256, and those of a BigInt computation", () => {
  fc.assert(
    fc.property(seeds, fc.webUrl({ withFragments: false }), fc.nat(2 ** 32 - 1), (seed, controller, epoch) => {
      fc.pre(utf8(controller).length <= 255);
      const key = pairwiseKey(seed, { controller, epoch });
      const info = concat(lengthPrefixed("freehold/key/v1"), lengthPrefixed(controller), bigEndian(epoch, 4));
      expect(toHex(key)).toBe(independentKey(seed, info));
      const ecdh = createECDH("prime256v1");
      ecdh.setPrivateKey(key);
      expect(toHex(p256.getPublicKey(key, false))).toBe(ecdh.getPublicKey("hex"));
    }),
    { numRuns: 30 },
  );
  expect(pairwiseKey(SEED, { controller: "https://shop.example" })).toEqual(pairwiseKey(SEED, { controller: "https://shop.example", epoch: 0 }));
});

test("seed, register, device and counter each give another secret; controller and epoch another key", () => {
  const all = [
    lockSecret(SEED, { origin: ORIGIN, device: 1, counter: 2 }),
    lockSecret(SEED, { origin: ORIGIN, device: 2, counter: 1 }),
    lockSecret(SEED, { origin: `${ORIGIN}/`, device: 1, counter: 2 }),
    lockSecret(SEED.toReversed(), { origin: ORIGIN, device: 1, counter: 2 }),
    pairwiseKey(SEED, { controller: ORIGIN }),
    pairwiseKey(SEED, { controller: ORIGIN, epoch: 1 }),
    pairwiseKey(SEED, { controller: `${ORIGIN}/` }),
    pairwiseKey(SEED.toReversed(), { controller: ORIGIN }),
  ];
  expect(new Set(all.map(toHex)).size).toBe(all.length);
});

/** Run in a process of its own whose generator gives what we choose. Catches any other source of seeds and device numbers, as in commitment.test.ts. */
test("seed and device are exactly what the system's generator gives", () => {
  const program = `
    let draws;
    globalThis.crypto.getRandomValues = (array) => {
      if (draws === undefined) return array.fill(0x11); // noble probes the generator when it is imported
      if (draws.length === 0) throw new Error("drawn too often");
      array.set(Buffer.from(draws.shift(), "hex"));
      return array;
    };
    Math.random = Date.now = performance.now = crypto.randomUUID = () => { throw new Error("another source than the system's generator"); };
    const { newSeed, newDevice } = await import(${JSON.stringify(new URL("keys.ts", import.meta.url).href)});
    draws = ["${"a7".repeat(32)}", "ffffff", "f00000", "0a0b0c"];
    console.log(JSON.stringify([Buffer.from(newSeed()).toString("hex"), newDevice(), newDevice(), newDevice()]));
  `;
  const run = spawnSync(process.execPath, ["--conditions=source", "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(run.stderr).toBe("");
  expect(JSON.parse(run.stdout)).toEqual(["a7".repeat(32), DEVICES - 1, 0, 0x0a0b0c]);
});

test("devices are below 2^20 and spread over them; seeds have 32 bytes", () => {
  const quarters = [0, 0, 0, 0];
  for (let i = 0; i < 4096; i++) quarters[Math.floor((newDevice() / DEVICES) * 4)]! += 1;
  // Six standard deviations of 28.
  for (const count of quarters) expect(Math.abs(count - 1024)).toBeLessThan(6 * 28);
  expect(new Set(Array.from({ length: 100 }, () => toHex(newSeed()))).size).toBe(100);
  expect(newSeed().length).toBe(32);
});

// Recovery from the seed alone.

/** A log that holds the locks of these devices and counters, and those of other people. */
function logWith(published: Record<number, readonly number[]>, seed = SEED) {
  const locks = new Set<string>();
  for (const [device, counters] of Object.entries(published)) {
    for (const counter of counters) locks.add(toHex(lockOf(lockSecret(seed, { origin: ORIGIN, device: Number(device), counter }))));
  }
  for (let i = 0; i < 100; i++) locks.add(toHex(createHash("sha256").update(`other ${i}`).digest()));
  // A million questions: the first two bytes answer nearly all.
  const starts = new Set([...locks].map((lock) => Number.parseInt(lock.slice(0, 4), 16)));
  return (lock: Uint8Array) => starts.has(lock[0]! * 256 + lock[1]!) && locks.has(toHex(lock));
}

const counters = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const pathsOf = (found: ReturnType<typeof findLocks>) => found.map(({ device, counter }) => [device, counter]);

test("recovery tries all 2^20 devices, with nothing but the seed", () => {
  const isLogged = logWith({ 0: [0], 777_777: [0, 1, 2], [DEVICES - 1]: [0, 5] });
  const shares: number[] = [];
  const found = findLocks(SEED, { origin: ORIGIN, isLogged, progress: (share) => shares.push(share) });
  expect(pathsOf(found)).toEqual([
    [0, 0],
    [777_777, 0],
    [777_777, 1],
    [777_777, 2],
    [DEVICES - 1, 0],
    [DEVICES - 1, 5],
  ]);
  for (const { lock, ...path } of found) expect(lock).toEqual(lockOf(lockSecret(SEED, path)));
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
}, 600_000); // about ten seconds on an idle machine

test("each device is followed to its last lock, in any order of publication and across allowed gaps", () => {
  const published = { 3: counters(0, 200), 9: [0, 64, 128, 192], 12: [0, 1, 65, 66, 130] };
  const found = findLocks(SEED, { origin: ORIGIN, isLogged: logWith(published), devices: counters(0, 20) });
  expect(pathsOf(found)).toEqual(Object.entries(published).flatMap(([device, of]) => of.map((counter) => [Number(device), counter])));
});

test("a counter more than 64 above the last is not found: a client must not use it", () => {
  const isLogged = logWith({ 1: [0, COUNTER_GAP + 1], 2: [0, COUNTER_GAP, 2 * COUNTER_GAP + 1] });
  expect(pathsOf(findLocks(SEED, { origin: ORIGIN, isLogged, devices: [1, 2] }))).toEqual([
    [1, 0],
    [2, 0],
    [2, COUNTER_GAP],
  ]);
});

test("a device whose counter 0 was never published is not found: a client must see it published first", () => {
  expect(findLocks(SEED, { origin: ORIGIN, isLogged: logWith({ 1: [1, 2] }), devices: [1] })).toEqual([]);
});

test("recovery asks no more than the gap beyond the last lock, and once for each absent device", () => {
  let asked = 0;
  const isLogged = logWith({ 4: [0, 1, 2] });
  findLocks(SEED, { origin: ORIGIN, isLogged: (lock) => (asked++, isLogged(lock)), devices: counters(0, 10) });
  expect(asked).toBe(10 + 2 + COUNTER_GAP);
});

test("a cloned profile has the locks of the first: recovery finds each once", () => {
  const first = counters(0, 3);
  const clone = counters(0, 5); // knows the seed and the device, not what the first has published
  const found = findLocks(SEED, { origin: ORIGIN, isLogged: logWith({ 8: [...first, ...clone] }), devices: counters(0, 10) });
  expect(pathsOf(found)).toEqual(clone.map((counter) => [8, counter]));
});

test("another seed and another register find nothing", () => {
  const isLogged = logWith({ 1: [0, 1] });
  expect(findLocks(SEED.toReversed(), { origin: ORIGIN, isLogged, devices: [1] })).toEqual([]);
  expect(findLocks(SEED, { origin: "other.example/log", isLogged, devices: [1] })).toEqual([]);
});

test.each([0, 31, 33])("a seed of %d bytes is refused everywhere", (length) => {
  const seed = new Uint8Array(length);
  const refused = expect.objectContaining({ code: "seed_malformed" });
  expect(() => lockSecret(seed, { origin: ORIGIN, device: 0, counter: 0 })).toThrow(refused);
  expect(() => pairwiseKey(seed, { controller: ORIGIN })).toThrow(refused);
  expect(() => findLocks(seed, { origin: ORIGIN, isLogged: () => false, devices: [] })).toThrow(refused);
  expect(() => seedToWords(seed)).toThrow(refused);
});

// Recovery words.

test("a seed comes back from its words, however they are spaced and capitalised", () => {
  const separator = fc.stringMatching(/^[ \n\r\t,\u00a0]{1,4}$/);
  fc.assert(
    fc.property(seeds, separator, fc.boolean(), (seed, between, capitals) => {
      const words = seedToWords(seed);
      const typed = ` ${words.replaceAll(" ", between)}\n`;
      expect(words.split(" ").length).toBe(24);
      expect(wordsToSeed(capitals ? typed.toUpperCase() : typed)).toEqual(seed);
    }),
  );
});

test("the message names the first word that is not in the list", () => {
  const words = seedToWords(SEED).split(" ");
  expect(() => wordsToSeed([...words.slice(0, 4), "freehold", "hold", ...words.slice(6)].join(" "))).toThrow('Word 5, "freehold", is not in the list.');
  expect(() => wordsToSeed(words.slice(1).join(" "))).toThrow("there are 23");
});

test("10,000 random and damaged phrases are refused, or are the words of their seed", () => {
  const words = seedToWords(SEED);
  const list = words.split(" ");
  const damaged = fc
    .tuple(fc.nat(words.length), fc.nat(9), fc.string({ unit: "binary", maxLength: 3 }))
    .map(([at, count, insert]) => words.slice(0, at) + insert + words.slice(at + count));
  const shuffled = fc
    .array(fc.oneof(fc.constantFrom(...list, "zoo", "art", "abandon"), fc.string({ unit: "binary", maxLength: 8 })), { minLength: 22, maxLength: 26 })
    .map((some) => some.join(" "));
  fc.assert(
    fc.property(fc.oneof(damaged, shuffled, fc.string({ unit: "binary", maxLength: 1200 })), (text) => {
      try {
        expect(seedToWords(wordsToSeed(text)).split(" ").length).toBe(24);
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
        expect(error.code).toBe("words_malformed");
        expect(error.message.length).toBeLessThan(1200);
      }
    }),
    { numRuns: 10_000 },
  );
});

test.each([" ", ",", "zoo ", "\u0130", "\ud800", "\u{1f600} "])("a million of %j are refused", (unit) => {
  expect(() => wordsToSeed(unit.repeat(1_000_000))).toThrow(expect.objectContaining({ code: "words_malformed" }));
});

/** HKDF-SHA-256 with the salt `freehold`, from HMAC alone (RFC 5869, section 2). */
function hkdf(seed: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const key = createHmac("sha256", "freehold").update(seed).digest();
  const blocks: Uint8Array[] = [];
  for (let i = 1; 32 * blocks.length < length; i++) {
    blocks.push(
      createHmac("sha256", key)
        .update(blocks.at(-1) ?? "")
        .update(info)
        .update(Uint8Array.of(i))
        .digest(),
    );
  }
  return concat(...blocks).slice(0, length);
}

/** The order of P-256 (FIPS 186-5; SEC 2, section 2.4.2). */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function independentKey(seed: Uint8Array, info: Uint8Array): string {
  const okm = BigInt(`0x${toHex(hkdf(seed, info, 48))}`);
  return ((okm % (N - 1n)) + 1n).toString(16).padStart(64, "0");
}

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commitmentVectors } from "../../tools/vectors/commitment.ts";
import { concat, fromHex, toHex, utf8 } from "./bytes.ts";
import { commit, commitWith, messageScalar, newOpening, verifyOpening } from "./commitment.ts";
import { FreeholdError } from "./errors.ts";

const { Point } = ristretto255;
const Q = 2n ** 252n + 27742317777372353535851937790883648493n;
const DOCUMENT = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl";
const scalars = fc.bigInt({ min: 0n, max: Q - 1n });
const asciiText = fc.string({ unit: "binary-ascii" });

test("every vector of spec/vectors/commitment holds and is what tools/vectors writes", () => {
  const expected = commitmentVectors();
  const found: string[] = [];
  for (const kind of ["valid", "invalid"]) {
    const folder = new URL(`../../spec/vectors/commitment/${kind}/`, import.meta.url);
    for (const name of readdirSync(folder)) {
      found.push(`commitment/${kind}/${name}`);
      const vector = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      expect(vector, name).toEqual(expected[`commitment/${kind}/${name}`]);
      if (name === "second-generator.json") continue; // has a test of its own
      const input = { document: vector.document, opening: fromHex(vector.opening), commitment: fromHex(vector.commitment) };
      if (kind === "valid") {
        expect(toHex(littleEndian(messageScalar(vector.document))), name).toBe(vector.scalar);
        expect(toHex(commit(input.document, input.opening)), name).toBe(vector.commitment);
        verifyOpening(input);
      } else {
        const refused = expect.objectContaining({ name: "FreeholdError", code: vector.code });
        expect(() => verifyOpening(input), name).toThrow(refused);
        if (vector.code !== "commitment_mismatch") expect(() => commit(input.document, input.opening), name).toThrow(refused);
      }
    }
  }
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

test("m, G, H and C are those of the specification, computed another way", () => {
  const { message, dst, element } = JSON.parse(readFileSync(new URL("../../spec/vectors/commitment/valid/second-generator.json", import.meta.url), "utf8"));
  const H = ristretto255_hasher.deriveToCurve!(expandMessageXmd(utf8(message), utf8(dst), 64));
  expect(toHex(H.toBytes())).toBe(element);
  expect(readFileSync(new URL("../../spec/commitment.md", import.meta.url), "utf8")).toContain(element);
  fc.assert(
    fc.property(asciiText, scalars, (document, r) => {
      const digest = createHash("sha512").update("\x12freehold/commit/v1").update(document, "latin1").digest("hex");
      const m = BigInt(`0x${toHex(fromHex(digest).reverse())}`) % Q;
      expect(messageScalar(document)).toBe(m);
      const C = Point.BASE.multiplyUnsafe(m).add(H.multiplyUnsafe(r)).toBytes();
      expect(commit(document, littleEndian(r))).toEqual(C);
    }),
    { numRuns: 20 },
  );
});

/**
 * Perfect hiding, shown by doing it: whoever knows x = log_G(h) opens any commitment to any document. So for each document there
 * is an opening, and a commitment by itself excludes none. That nobody knows x of H changes who can find it, not that it is there.
 */
test("for every commitment and every other document there is an opening", () => {
  fc.assert(
    fc.property(asciiText, asciiText, scalars, fc.bigInt({ min: 1n, max: Q - 1n }), (document, other, r, x) => {
      const h = Point.BASE.multiply(x).toBytes();
      const commitment = commitWith(h, document, littleEndian(r));
      const difference = messageScalar(document) - messageScalar(other);
      const opening = mod(r + difference * inverse(x));
      expect(commitWith(h, other, littleEndian(opening))).toEqual(commitment);
      if (document !== other) expect(opening).not.toBe(r);
    }),
    { numRuns: 20 },
  );
});

test("the same documents with H: an opening of one does not open the other", () => {
  const opening = newOpening();
  const commitment = commit(DOCUMENT, opening);
  verifyOpening({ commitment, document: DOCUMENT, opening });
  expect(() => verifyOpening({ commitment, document: `${DOCUMENT}.`, opening })).toThrow(expect.objectContaining({ code: "commitment_mismatch" }));
});

test("texts that are not ASCII have no scalar: else two with lone surrogates would share one", () => {
  for (const document of ["\ud800", "\ud801", "\u00e9", "\u{1f600}"])
    expect(() => messageScalar(document)).toThrow(expect.objectContaining({ code: "jws_malformed" }));
});

test("a desk that verifies many (with tables) and a page that verifies one agree", () => {
  for (let i = 0; i < 80; i++) {
    const [document, opening] = [`${DOCUMENT}${i}`, newOpening()];
    const commitment = commit(document, opening);
    verifyOpening({ commitment, document, opening });
    expect(() => verifyOpening({ commitment, document: DOCUMENT, opening })).toThrow(expect.objectContaining({ code: "commitment_mismatch" }));
  }
});

/**
 * What is drawn, when the system's generator gives what we choose. Run in a process of its own, in which the generator is replaced
 * before anything is imported, and every other source of chance or time throws.
 * Catches an opening that is made with Math.random or the clock (throws), is constant, counted or derived from a seed (is not what was
 * drawn), was drawn beforehand or by a generator of its own (same), is reduced instead of rejected (q, 2^253-1 come back), or has another mask.
 */
test("an opening is exactly what the system's generator gives, and what is not below q is drawn again", () => {
  const draws = [
    Q - 1n, // the largest that is let through
    Q, // refused: drawn again
    2n ** 253n - 1n, // refused
    2n ** 256n - 1n, // refused: the three upper bits are cleared, the rest is 2^253-1
    0n,
    7n * 2n ** 253n + 2n ** 252n + 5n, // the three upper bits are cleared, and they only
    BigInt(`0x0f${"a7".repeat(31)}`),
    BigInt(`0x0f${"a7".repeat(31)}`), // the same again: nothing is remembered
  ];
  const program = `
    let draws;
    const asked = [];
    globalThis.crypto.getRandomValues = (array) => {
      if (draws === undefined) return array.fill(0x11); // noble probes the generator when it is imported
      if (draws.length === 0) throw new Error("drawn too often");
      asked.push(array.byteLength);
      array.set(Buffer.from(draws.shift(), "hex"));
      return array;
    };
    const forbidden = () => { throw new Error("another source than the system's generator"); };
    Math.random = Date.now = performance.now = crypto.randomUUID = forbidden;
    const { newOpening } = await import(${JSON.stringify(new URL("commitment.ts", import.meta.url).href)});
    draws = JSON.parse(process.argv[1]);
    const openings = [];
    while (draws.length > 0) openings.push(Buffer.from(newOpening()).toString("hex"));
    console.log(JSON.stringify({ asked, openings }));
  `;
  const run = spawnSync(
    process.execPath,
    [
      "--conditions=source",
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      program,
      JSON.stringify(draws.map((draw) => toHex(littleEndian(draw)))),
    ],
    { encoding: "utf8", timeout: 60_000 },
  );
  expect(run.stderr).toBe("");
  const { asked, openings } = JSON.parse(run.stdout) as { asked: number[]; openings: string[] };
  expect(asked).toEqual(draws.map(() => 32));
  expect(openings).toEqual([draws[0], draws[4], draws[5]! % 2n ** 253n, draws[6], draws[7]].map((draw) => toHex(littleEndian(draw!))));
});

test("openings are canonical, distinct, and each bit is set in half of them", () => {
  const count = 4096;
  const set = Array<number>(256).fill(0);
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const opening = newOpening();
    expect(opening.length).toBe(32);
    expect(BigInt(`0x${toHex(opening.toReversed())}`) < Q).toBe(true);
    seen.add(toHex(opening));
    for (let bit = 0; bit < 256; bit++) set[bit]! += (opening[bit >> 3]! >> (bit % 8)) & 1;
  }
  expect(seen.size).toBe(count);
  // Six standard deviations of 32: one run in a million fails by chance.
  for (let bit = 0; bit < 252; bit++) expect(Math.abs(set[bit]! - count / 2), `bit ${bit}`).toBeLessThan(6 * 32);
  expect(set.slice(252)).toEqual([0, 0, 0, 0]); // q is 2^252 and a little
});

test("10,000 random openings and commitments are refused or hold", () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 32, maxLength: 32 }));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 5 }), bytes, bytes, (document, opening, commitment) => {
      try {
        verifyOpening({ commitment, document, opening });
        expect(commit(document, opening)).toEqual(commitment);
      } catch (error) {
        if (!(error instanceof FreeholdError)) throw error;
        expect(["opening_malformed", "commitment_mismatch", "jws_malformed"]).toContain(error.code);
      }
    }),
    { numRuns: 10_000 },
  );
});

// The library underneath: the vectors of RFC 9496, appendix A.

const MULTIPLES = `0000000000000000000000000000000000000000000000000000000000000000
e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76
6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919
94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259
da80862773358b466ffadfe0b3293ab3d9fd53c5ea6c955358f568322daf6a57
e882b131016b52c1d3337080187cf768423efccbb517bb495ab812c4160ff44e
f64746d3c92b13050ed8d80236a7f0007c3b3f962f5ba793d19a601ebb1df403
44f53520926ec81fbd5a387845beb7df85a96a24ece18738bdcfa6a7822a176d
903293d8f2287ebe10e2374dc1a53e0bc887e592699f02d077d5263cdd55601c
02622ace8f7303a31cafc63f8fc48fdc16e1c8c8d234b2f0d6685282a9076031
20706fd788b2720a1ed2a5dad4952b01f413bcf0e7564de8cdc816689e2db95f
bce83f8ba5dd2fa572864c24ba1810f9522bc6004afe95877ac73241cafdab42
e4549ee16b9aa03099ca208c67adafcafa4c3f3e4e5303de6026e3ca8ff84460
aa52e000df2e16f55fb1032fc33bc42742dad6bd5a8fc0be0167436c5948501f
46376b80f409b29dc2b5f6f0c52591990896e5716f41477cd30085ab7f10301e
e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e`.split("\n");

test("RFC 9496, A.1: multiples of the generator", () => {
  let sum = Point.ZERO;
  for (const [i, encoding] of MULTIPLES.entries()) {
    expect(toHex(sum.toBytes())).toBe(encoding);
    expect(Point.fromBytes(fromHex(encoding)).equals(Point.BASE.multiplyUnsafe(BigInt(i)))).toBe(true);
    sum = sum.add(Point.BASE);
  }
  expect(
    Point.BASE.multiplyUnsafe(Q - 1n)
      .add(Point.BASE)
      .equals(Point.ZERO),
  ).toBe(true);
});

const NOT_ENCODINGS = `00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
0100000000000000000000000000000000000000000000000000000000000000
01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f
ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20
c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562
c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78
47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24
f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72
87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309
26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371
4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f
de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b
bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042
2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08
f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22
8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731
2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b
3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e
a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220
d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e
8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32
32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b
227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165
5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e
445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b
ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f`.split("\n");

test.each(NOT_ENCODINGS)("RFC 9496, A.2: %s is no element", (encoding) => {
  expect(() => Point.fromBytes(fromHex(encoding))).toThrow();
});

test.each([
  [
    "5d1be09e3d0c82fc538112490e35701979d99e06ca3e2b5b54bffe8b4dc772c14d98b696a1bbfb5ca32c436cc61c16563790306c79eaca7705668b47dffe5bb6",
    "3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46",
  ],
  [
    "f116b34b8f17ceb56e8732a60d913dd10cce47a6d53bee9204be8b44f6678b270102a56902e2488c46120e9276cfe54638286b9e4b3cdb470b542d46c2068d38",
    "f26e5b6f7d362d2d2a94c5d0e7602cb4773c95a2e5c31a64f133189fa76ed61b",
  ],
  [
    "8422e1bbdaab52938b81fd602effb6f89110e1e57208ad12d9ad767e2e25510c27140775f9337088b982d83d7fcf0b2fa1edffe51952cbe7365e95c86eaf325c",
    "006ccd2a9e6867e6a2c5cea83d3302cc9de128dd2a9a57dd8ee7b9d7ffe02826",
  ],
  [
    "ac22415129b61427bf464e17baee8db65940c233b98afce8d17c57beeb7876c2150d15af1cb1fb824bbd14955f2b57d08d388aab431a391cfc33d5bafb5dbbaf",
    "f8f0c87cf237953c5890aec3998169005dae3eca1fbb04548c635953c817f92a",
  ],
  [
    "165d697a1ef3d5cf3c38565beefcf88c0f282b8e7dbd28544c483432f1cec7675debea8ebb4e5fe7d6f6e5db15f15587ac4d4d4a1de7191e0c1ca6664abcc413",
    "ae81e7dedf20a497e10c304a765c1767a42d6e06029758d2d7e8ef7cc4c41179",
  ],
  [
    "a836e6c9a9ca9f1e8d486273ad56a78c70cf18f0ce10abb1c7172ddd605d7fd2979854f47ae1ccf204a33102095b4200e5befc0465accc263175485f0e17ea5c",
    "e2705652ff9f5e44d3e841bf1c251cf7dddb77d140870d1ab2ed64f1a9ce8628",
  ],
  [
    "2cdc11eaeb95daf01189417cdddbf95952993aa9cb9c640eb5058d09702c74622c9965a697a3b345ec24ee56335b556e677b30e6f90ac77d781064f866a3c982",
    "80bd07262511cdde4863f8a7434cef696750681cb9510eea557088f76d9e5065",
  ],
])("RFC 9496, A.3: uniform bytes to an element, %#", (uniform, encoding) => {
  expect(toHex(ristretto255_hasher.deriveToCurve!(fromHex(uniform)).toBytes())).toBe(encoding);
});

/** RFC 9380, section 5.3.1, with SHA-512, written out for at most 64 bytes. */
function expandMessageXmd(message: Uint8Array, dst: Uint8Array, length: number): Uint8Array {
  const sha512 = (...parts: Uint8Array[]) =>
    new Uint8Array(
      createHash("sha512")
        .update(concat(...parts))
        .digest(),
    );
  const dstPrime = concat(dst, Uint8Array.of(dst.length));
  const b0 = sha512(new Uint8Array(128), message, Uint8Array.of(0, length, 0), dstPrime);
  return sha512(b0, Uint8Array.of(1), dstPrime).subarray(0, length);
}

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0")).reverse();
}

function mod(value: bigint): bigint {
  return ((value % Q) + Q) % Q;
}

function inverse(value: bigint): bigint {
  let result = 1n;
  for (let base = value, e = Q - 2n; e > 0n; e /= 2n, base = (base * base) % Q) if (e % 2n === 1n) result = (result * base) % Q;
  return result;
}

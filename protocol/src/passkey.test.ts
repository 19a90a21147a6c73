import { existsSync, readdirSync, readFileSync } from "node:fs";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { passkeyVectors } from "../../tools/vectors/passkey.ts";
import { coseToPublicKey, parseAuthenticatorData } from "./authenticator.ts";
import { fromHex, toHex, utf8 } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import type { Assertion } from "./passkey.ts";
import { challengeFor, derToRaw, rawToDer, toLowS, verifyAssertion } from "./passkey.ts";
import * as node from "./platform/node.ts";
import * as web from "./platform/web.ts";
import { prfInput, unwrapSeed } from "./wrap.ts";

const folder = new URL("../../spec/vectors/passkey/", import.meta.url);
const files = ["valid", "invalid"].flatMap((kind) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`));
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8"));
const named = (prefix: string) => files.filter((file) => file.startsWith(prefix)).map((file) => [file, read(file)] as const);
const code = (expected: string) => expect.objectContaining({ name: "FreeholdError", code: expected });

const N = p256.Point.Fn.ORDER;
const scalar = fc.bigInt({ min: 1n, max: N - 1n });
const rawOf = (r: bigint, s: bigint) => fromHex(r.toString(16).padStart(64, "0") + s.toString(16).padStart(64, "0"));

function assertionOf(vector: Record<string, never>): Assertion {
  const { publicKey, clientDataJSON, authenticatorData, signature, challenge, origins, topOrigins = [], rpId, userVerification } = vector;
  return {
    publicKey: fromHex(publicKey!),
    clientDataJSON: fromHex(clientDataJSON!),
    authenticatorData: fromHex(authenticatorData!),
    signature: fromHex(signature!),
    challenge: fromHex(challenge!),
    origins: origins!,
    topOrigins,
    rpId: rpId!,
    userVerification: userVerification!,
  };
}

test("the vectors are what tools/vectors writes, and each is of a known form", () => {
  const expected = passkeyVectors();
  expect(files.map((file) => `passkey/${file}`).sort()).toEqual(Object.keys(expected).sort());
  for (const file of files) {
    expect(file).toMatch(/^(?:valid|invalid)\/(?:assertion|challenge|signature|credential|wrap|prf)-/);
    expect(read(file), file).toEqual(expected[`passkey/${file}`]);
  }
});

test.each(named("valid/assertion-"))("%s verifies, and not with one part changed", async (_file, vector) => {
  const good = assertionOf(vector);
  await verifyAssertion(good);
  if (vector.attestedData !== undefined) {
    const { credential } = parseAuthenticatorData(fromHex(vector.attestedData));
    expect([toHex(credential!.id), toHex(credential!.publicKey)]).toEqual([vector.credentialId, vector.publicKey]);
  }
  const { userVerification: _, ...strict } = good;
  if (!vector.userVerification) await expect(verifyAssertion(strict)).rejects.toThrow(code("passkey_mismatch"));
  await expect(verifyAssertion({ ...good, rpId: "example.com" })).rejects.toThrow(code("passkey_mismatch"));
  await expect(verifyAssertion({ ...good, origins: [] })).rejects.toThrow(code("passkey_mismatch"));
  await expect(verifyAssertion({ ...good, challenge: new Uint8Array(32) })).rejects.toThrow(code("passkey_mismatch"));
  if (vector.topOrigins) await expect(verifyAssertion({ ...good, topOrigins: [] })).rejects.toThrow(code("passkey_mismatch"));
});

test.each(named("invalid/assertion-"))("%s is refused", async (_file, vector) => {
  await expect(verifyAssertion(assertionOf(vector))).rejects.toThrow(code(vector.code));
});

test.each(named("valid/challenge-"))("%s", (_file, vector) => {
  expect(toHex(challengeFor(vector.documents))).toBe(vector.challenge);
});

test("a challenge depends on every document and on their order", () => {
  const distinct = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(
      distinct,
      (list) => toHex(challengeFor(list)) !== toHex(challengeFor([...list].reverse())) && toHex(challengeFor(list)) !== toHex(challengeFor(list.slice(1))),
    ),
  );
  expect(() => challengeFor([])).toThrow(code("argument_invalid"));
});

test.each(named("valid/signature-"))("%s", (_file, vector) => {
  expect(toHex(derToRaw(fromHex(vector.der)))).toBe(vector.raw);
  expect(toHex(rawToDer(fromHex(vector.raw)))).toBe(vector.der);
  expect(toHex(toLowS(fromHex(vector.raw)))).toBe(vector.lowS);
});

test.each(named("invalid/signature-"))("%s is refused", (_file, vector) => {
  expect(() => derToRaw(fromHex(vector.der))).toThrow(code(vector.code));
});

test.each(named("valid/credential-"))("%s", (_file, vector) => {
  expect(toHex(coseToPublicKey(fromHex(vector.cose)))).toBe(vector.publicKey);
});

test.each(named("invalid/credential-"))("%s is refused", (_file, vector) => {
  expect(() => coseToPublicKey(fromHex(vector.cose))).toThrow(code(vector.code));
});

test.each(named("valid/wrap-"))("%s", (_file, vector) => {
  expect(
    toHex(
      unwrapSeed({
        wrapped: fromHex(vector.wrapped),
        secret: fromHex(vector.secret),
        credentialId: fromHex(vector.credentialId),
      }),
    ),
  ).toBe(vector.seed);
});

test.each(named("invalid/wrap-"))("%s is refused", (_file, vector) => {
  const input = {
    wrapped: fromHex(vector.wrapped),
    secret: fromHex(vector.secret),
    credentialId: fromHex(vector.credentialId),
  };
  expect(() => unwrapSeed(input)).toThrow(code(vector.code));
});

test("the input of the PRF is the pinned one", () => {
  expect(toHex(prfInput())).toBe(read("valid/prf-input.json").input);
});

test("DER and r || s are two forms of one signature, as noble writes it", () => {
  fc.assert(
    fc.property(scalar, scalar, (r, s) => {
      const raw = rawOf(r, s);
      expect(rawToDer(raw)).toEqual(new p256.Signature(r, s).toBytes("der"));
      expect(derToRaw(rawToDer(raw))).toEqual(raw);
    }),
  );
  expect(() => rawToDer(new Uint8Array(63))).toThrow(code("passkey_malformed"));
});

test("10,000 changed signatures are refused, or are the one DER of what they say", () => {
  const der = rawToDer(rawOf(N - 5n, 2n ** 240n));
  fc.assert(
    fc.property(fc.nat(der.length), fc.nat(3), fc.uint8Array({ maxLength: 4 }), (from, count, insert) => {
      const changed = Uint8Array.from([...der.subarray(0, from), ...insert, ...der.subarray(from + count)]);
      refusedOr(() => expect(rawToDer(derToRaw(changed))).toEqual(changed));
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => refusedOr(() => expect(rawToDer(derToRaw(bytes))).toEqual(bytes))),
    { numRuns: 5_000 },
  );
});

test("low s: both forms verify, the lower one comes out, and it stays", async () => {
  const secretKey = new Uint8Array(32).fill(7);
  const message = utf8("message");
  const low = p256.sign(message, secretKey, { lowS: true });
  const high = rawOf(p256.Signature.fromBytes(low).r, N - p256.Signature.fromBytes(low).s);
  expect(toLowS(high)).toEqual(low);
  expect(toLowS(low)).toEqual(low);
  for (const raw of [low, high]) expect(await node.verifyP256(p256.getPublicKey(secretKey, false), message, raw)).toBe(true);
  for (const [r, s] of [
    [0n, 1n],
    [1n, 0n],
    [N, 1n],
    [1n, N],
  ] as const)
    expect(() => toLowS(rawOf(r, s))).toThrow(code("passkey_malformed"));
  expect(() => toLowS(new Uint8Array(65))).toThrow(code("passkey_malformed"));
});

const plain = assertionOf(read("valid/assertion-plain.json"));

test("each single bit of what the authenticator signed, or of the signature, counts", async () => {
  for (const part of ["clientDataJSON", "authenticatorData", "signature", "publicKey", "challenge"] as const) {
    for (let bit = 0; bit < plain[part].length * 8; bit++) {
      const bytes = plain[part].slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      await expect(verifyAssertion({ ...plain, [part]: bytes }), `${part} ${bit}`).rejects.toBeInstanceOf(FreeholdError);
    }
  }
});

test("10,000 arbitrary client data and authenticator data are refused, never anything else", async () => {
  const json = fc.oneof(
    fc.json().map(utf8),
    fc.uint8Array(),
    fc
      .record({
        type: fc.constant("webauthn.get"),
        challenge: fc.anything(),
        origin: fc.anything(),
      })
      .map((x) => utf8(String(safeJson(x)))),
  );
  await fc.assert(
    fc.asyncProperty(json, async (clientDataJSON) => {
      await expect(verifyAssertion({ ...plain, clientDataJSON })).rejects.toBeInstanceOf(FreeholdError);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(255), (tail, flags) => {
      refusedOr(() => parseAuthenticatorData(Uint8Array.from([...new Uint8Array(32), flags, 0, 0, 0, 0, ...tail])));
    }),
    { numRuns: 5_000 },
  );
});

const wycheproof = new URL("../../../shared/data/vectors/wycheproof-ecdsa-p256-p1363.json", import.meta.url);
test.skipIf(!process.env["CI"] && !existsSync(wycheproof)).each([
  ["node", node],
  ["web", web],
] as const)("Wycheproof, ECDSA P-256 with r || s: platform/%s", async (_name, platform) => {
  const { testGroups, numberOfTests } = JSON.parse(readFileSync(wycheproof, "utf8"));
  let count = 0;
  for (const { publicKey, tests } of testGroups) {
    for (const { msg, sig, result, tcId, comment } of tests) {
      const verified = await platform.verifyP256(fromHex(publicKey.uncompressed), fromHex(msg), fromHex(sig));
      expect(verified, `${tcId} ${comment}`).toBe(result === "valid");
      count++;
    }
  }
  expect(count).toBe(numberOfTests);
});

function refusedOr(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
  }
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

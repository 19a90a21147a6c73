import fc from "fast-check";
import { expect, test } from "vitest";
import { FreeholdError } from "./errors.ts";
import { unwrapSeed, wrapSeed } from "./wrap.ts";

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const id = fc.uint8Array({ minLength: 1, maxLength: 64 });
const code = (expected: string) => expect.objectContaining({ name: "FreeholdError", code: expected });

test("a wrapped seed opens with its passkey and with no other", () => {
  fc.assert(
    fc.property(bytes32, bytes32, bytes32, id, id, (seed, secret, other, credentialId, otherId) => {
      const wrapped = wrapSeed({ seed, secret, credentialId });
      expect(wrapped.length).toBe(61);
      expect(unwrapSeed({ wrapped, secret, credentialId })).toEqual(seed);
      if (String(other) !== String(secret)) expect(() => unwrapSeed({ wrapped, secret: other, credentialId })).toThrow(code("wrap_mismatch"));
      if (String(otherId) !== String(credentialId)) expect(() => unwrapSeed({ wrapped, secret, credentialId: otherId })).toThrow(code("wrap_mismatch"));
      expect(wrapSeed({ seed, secret, credentialId })).not.toEqual(wrapped);
    }),
  );
});

test("each single bit counts", () => {
  const passkey = { secret: new Uint8Array(32).fill(1), credentialId: new Uint8Array(16).fill(2) };
  const wrapped = wrapSeed({ seed: new Uint8Array(32).fill(3), ...passkey });
  for (let bit = 0; bit < 61 * 8; bit++) {
    const changed = wrapped.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => unwrapSeed({ wrapped: changed, ...passkey })).toThrow(code(bit < 8 ? "wrap_malformed" : "wrap_mismatch"));
  }
});

test("10,000 arbitrary forms are refused, never anything else", () => {
  const passkey = { secret: new Uint8Array(32), credentialId: new Uint8Array(16) };
  const form = fc.oneof(
    fc.uint8Array({ maxLength: 70 }),
    fc.uint8Array({ minLength: 60, maxLength: 60 }).map((rest) => Uint8Array.of(1, ...rest)),
  );
  fc.assert(
    fc.property(form, (wrapped) => {
      expect(() => unwrapSeed({ wrapped, ...passkey })).toThrow(FreeholdError);
    }),
    { numRuns: 10_000 },
  );
});

test.each([
  ["a seed of 31 bytes", { seed: 31, secret: 32, credentialId: 16 }],
  ["a secret of 64 bytes", { seed: 32, secret: 64, credentialId: 16 }],
  ["an empty secret", { seed: 32, secret: 0, credentialId: 16 }],
  ["no credential id", { seed: 32, secret: 32, credentialId: 0 }],
  ["a credential id of 1,024 bytes", { seed: 32, secret: 32, credentialId: 1024 }],
])("%s is refused", (_name, { seed, secret, credentialId }) => {
  const input = {
    seed: new Uint8Array(seed),
    secret: new Uint8Array(secret),
    credentialId: new Uint8Array(credentialId),
  };
  expect(() => wrapSeed(input)).toThrow(code("argument_invalid"));
});

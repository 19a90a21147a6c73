import fc from "fast-check";
import { expect, test } from "vitest";
import { formatCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { rootHash } from "./merkle.ts";

const root = rootHash([]);

test("a checkpoint comes back as it was", () => {
  const origin = fc.string({ minLength: 1 });
  fc.assert(
    fc.property(origin, fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (o, size, hash) => {
      expect(parseCheckpoint(formatCheckpoint({ origin: o, size, root: hash }))).toEqual({ origin: o, size, root: hash });
    }),
  );
  expect(formatCheckpoint({ origin: "register.example/log", size: 0, root })).toBe("register.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
});

test("any text is a checkpoint that is written the same way, or is refused", () => {
  const line = fc.constantFrom("", "a", "0", "1", "01", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(line, { maxLength: 6 }).map((lines) => lines.join("\n")),
      ),
      (text) => {
        try {
          expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "checkpoint_malformed" });
        }
      },
    ),
  );
});

test("what would be refused is not written", () => {
  for (const bad of [
    { origin: "" },
    { origin: "a\n1" },
    { origin: "a\tb" },
    { size: -1 },
    { size: 1.5 },
    { size: 2 ** 53 },
    { size: 1e21 },
    { size: Number.NaN },
    { root: new Uint8Array(31) },
    { root: new Uint8Array(33) },
  ]) {
    expect(() => formatCheckpoint({ origin: "a", size: 1, root, ...bad })).toThrow(expect.objectContaining({ code: "checkpoint_malformed" }));
  }
});

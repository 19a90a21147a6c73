import fc from "fast-check";
import { expect, test } from "vitest";
import { FreeholdError } from "./errors.ts";
import {
  formatNote,
  formatSignatures,
  formatVkey,
  makeNoteKey,
  makeVkey,
  parseNote,
  parseSignatures,
  parseVkey,
  signNote,
  TYPE_COSIGNATURE,
  verifyNote,
} from "./note.ts";

const key = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
const other = makeNoteKey("other.example", new Uint8Array(32).fill(2));

test("what is signed verifies, and names its signers", async () => {
  const text = fc.string({ unit: "grapheme" }).map((s) => `${s.replace(/\p{Control}/gu, "\n")}\n`);
  await fc.assert(
    fc.asyncProperty(text, async (t) => {
      const { text: read, signers } = await verifyNote(signNote(t, [key, other]), [other.vkey, key.vkey]);
      expect(read).toBe(t);
      expect(signers).toEqual([key.vkey, other.vkey]);
    }),
    { numRuns: 20 },
  );
});

test("a note with one bit changed anywhere is refused", async () => {
  const note = signNote("one line\n", [key]);
  const bytes = new TextEncoder().encode(note);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(changed);
    } catch {
      continue;
    }
    await expect(verifyNote(text, [key.vkey])).rejects.toBeInstanceOf(FreeholdError);
  }
});

test("any text is a note that is written the same way, or is refused", () => {
  const line = fc.constantFrom("— a AAAAAAE=", "— a+b AAAAAAE=", "—", "", "text", "— a AAAAAAE= ");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(line).map((lines) => lines.join("\n")),
        fc.array(line).map((lines) => `${lines.join("\n")}\n`),
      ),
      (text) => {
        try {
          expect(formatNote(parseNote(text))).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "note_malformed" });
        }
      },
    ),
  );
});

test("a witness's answer is signature lines alone, without empty lines", () => {
  const lines = formatSignatures(parseNote(signNote("x\n", [key, other])).signatures);
  expect(formatSignatures(parseSignatures(lines))).toBe(lines);
  for (const bad of ["", "\n", lines.replace("\n", "\n\n"), `${lines}\n`, `${"— a AAAAAAE=\n".repeat(100)}\n— a AAAAAAE=\n`]) {
    expect(() => parseSignatures(bad)).toThrow(expect.objectContaining({ code: "note_malformed" }));
  }
});

test("what cannot be a note is not signed", () => {
  for (const text of ["", "no newline", "tab\t\n", "\ud83d\n"])
    expect(() => signNote(text, [key])).toThrow(expect.objectContaining({ code: "note_malformed" }));
  expect(() => signNote("x\n", [])).toThrow(expect.objectContaining({ code: "note_malformed" }));
});

test("keys", async () => {
  const witness = makeNoteKey("w", new Uint8Array(32), TYPE_COSIGNATURE);
  for (const vkey of [key.vkey, witness.vkey]) expect(parseVkey(formatVkey(vkey))).toEqual(vkey);
  expect(() => signNote("x\n", [witness])).toThrow(expect.objectContaining({ code: "note_key_malformed" }));
  await expect(verifyNote(signNote("x\n", [key]), [witness.vkey])).rejects.toMatchObject({ code: "note_key_malformed" });
  expect(() => makeNoteKey("a", new Uint8Array(31))).toThrow(expect.objectContaining({ code: "note_key_malformed" }));
  for (const name of ["", "a b", "a+b", "a\u2003b", "a\nb", "a\u0001b", "\ud83d"])
    expect(() => makeVkey(name, key.vkey.publicKey)).toThrow(expect.objectContaining({ code: "note_key_malformed" }));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((s) => formatVkey(key.vkey) + s),
      ),
      (text) => {
        try {
          expect(formatVkey(parseVkey(text))).toBe(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "note_key_malformed" });
        }
      },
    ),
  );
});

test("a key that is no point of the curve has signed nothing", async () => {
  const vkey = makeVkey(key.vkey.name, new Uint8Array(32).fill(255));
  const { text, signatures } = parseNote(signNote("x\n", [key]));
  const note = formatNote({ text, signatures: signatures.map((line) => ({ ...line, keyId: vkey.keyId })) });
  await expect(verifyNote(note, [vkey])).rejects.toMatchObject({ code: "note_signature_invalid" });
});

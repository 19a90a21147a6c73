import fc from "fast-check";
import { expect, test } from "vitest";
import { utf8 } from "./bytes.ts";
import { formatCheckpoint } from "./checkpoint.ts";
import { cosign } from "./cosignature.ts";
import { FreeholdError } from "./errors.ts";
import { inclusionProof, leafHash, rootHash } from "./merkle.ts";
import { formatNote, formatVkey, makeNoteKey, parseNote, signNote, TYPE_COSIGNATURE } from "./note.ts";
import { parsePolicy } from "./policy.ts";
import { formatProof, parseProof, verifyProof } from "./proof.ts";

const log = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
const witness = makeNoteKey("witness.example/w1", new Uint8Array(32).fill(2), TYPE_COSIGNATURE);
const policy = parsePolicy(`log ${formatVkey(log.vkey)}\nwitness W ${formatVkey(witness.vkey)}\nquorum W\n`);
const leaves = Array.from({ length: 5 }, (_, i) => leafHash(utf8(`${i}`)));
const text = formatCheckpoint({ origin: log.vkey.name, size: 5, root: rootHash(leaves) });
const checkpoint = formatNote({ text, signatures: [...parseNote(signNote(text, [log])).signatures, cosign(text, witness, 1_700_000_000)] });

test("every entry of a log has a proof that verifies, and for no other entry", async () => {
  for (const [index, leaf] of leaves.entries()) {
    const proof = formatProof({ index, hashes: inclusionProof(leaves, index), checkpoint });
    expect(await verifyProof(proof, leaf, policy)).toMatchObject({ index, checkpoint: { size: 5, witnessedTime: 1_700_000_000 } });
    await expect(verifyProof(proof, leaves[(index + 1) % 5]!, policy)).rejects.toMatchObject({ code: "inclusion_invalid" });
    await expect(verifyProof(proof, new Uint8Array(31), policy)).rejects.toMatchObject({ code: "inclusion_invalid" });
  }
});

test("a proof with one bit changed anywhere is refused", async () => {
  const bytes = utf8(formatProof({ index: 2, hashes: inclusionProof(leaves, 2), checkpoint }));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    let proof: string;
    try {
      proof = new TextDecoder("utf-8", { fatal: true }).decode(changed);
    } catch {
      continue;
    }
    await expect(verifyProof(proof, leaves[2]!, policy)).rejects.toBeInstanceOf(FreeholdError);
  }
});

test("the extra line may say anything: the proof holds, and the verified answer leaves it out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (extra) => {
      const proof = formatProof({ index: 2, hashes: inclusionProof(leaves, 2), checkpoint, extra });
      expect(parseProof(proof).extra).toEqual(extra);
      expect(await verifyProof(proof, leaves[2]!, policy)).not.toHaveProperty("extra");
    }),
    { numRuns: 10 },
  );
});

test("any text is a proof that is written the same way, or is refused", () => {
  const line = fc.constantFrom("c2sp.org/tlog-proof@v1", "index 2", "extra AA==", "", "index", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(line).map((lines) => `c2sp.org/tlog-proof@v1\n${lines.join("\n")}\n\n${checkpoint}`),
      ),
      (candidate) => {
        try {
          expect(formatProof(parseProof(candidate))).toBe(candidate);
        } catch (error) {
          expect(error).toBeInstanceOf(FreeholdError);
        }
      },
    ),
  );
});

test("what would be refused is not written", () => {
  const good = { index: 2, hashes: inclusionProof(leaves, 2), checkpoint };
  for (const bad of [
    { index: -1 },
    { index: 2 ** 53 },
    { hashes: [new Uint8Array(31)] },
    { hashes: Array.from({ length: 64 }, () => leaves[0]!) },
    { extra: new Uint8Array(0) },
  ]) {
    expect(() => formatProof({ ...good, ...bad })).toThrow(expect.objectContaining({ code: "proof_malformed" }));
  }
  expect(() => formatProof({ ...good, checkpoint: text })).toThrow(expect.objectContaining({ code: "note_malformed" }));
});

import { createPublicKey, verify } from "node:crypto";
import { expect, test } from "vitest";
import { concat } from "./bytes.ts";
import { formatCheckpoint } from "./checkpoint.ts";
import { cosign, verifyCosignature, verifyCosignatures } from "./cosignature.ts";
import { rootHash } from "./merkle.ts";
import { makeNoteKey, TYPE_COSIGNATURE } from "./note.ts";

const log = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
const witness = makeNoteKey("witness.example/w1", new Uint8Array(32).fill(2), TYPE_COSIGNATURE);
const second = makeNoteKey("witness.example/w2", new Uint8Array(32).fill(3), TYPE_COSIGNATURE);
const text = formatCheckpoint({ origin: log.vkey.name, size: 0, root: rootHash([]) });

test("what is signed is the header, the time and the checkpoint", () => {
  const { signature } = cosign(text, witness, 1_679_315_147);
  const der = concat(Buffer.from("302a300506032b6570032100", "hex"), witness.vkey.publicKey);
  const message = `cosignature/v1\ntime 1679315147\n${text}`;
  expect(Buffer.from(signature.subarray(0, 8)).readBigUInt64BE()).toBe(1_679_315_147n);
  expect(verify(null, Buffer.from(message), createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" }), signature.subarray(8))).toBe(true);
});

test("a cosignature says when, and any bit of it matters", async () => {
  for (const time of [0, 1_700_000_000, Number.MAX_SAFE_INTEGER]) expect(await verifyCosignature(text, cosign(text, witness, time), witness.vkey)).toBe(time);
  const { signature } = cosign(text, witness, 1_700_000_000);
  for (let bit = 0; bit < signature.length * 8; bit++) {
    const changed = signature.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    await expect(verifyCosignature(text, { signature: changed }, witness.vkey)).rejects.toMatchObject({ code: "note_signature_invalid" });
  }
  for (const length of [0, 8, 64, 71, 73])
    await expect(verifyCosignature(text, { signature: new Uint8Array(length) }, witness.vkey)).rejects.toMatchObject({ code: "note_signature_invalid" });
});

test("of several by one witness the latest counts, and one wrong line spoils all", async () => {
  const signatures = [cosign(text, witness, 20), cosign(text, second, 5), cosign(text, witness, 10)];
  expect(await verifyCosignatures({ text, signatures }, [witness.vkey, second.vkey])).toEqual(
    new Map([
      [witness.vkey, 20],
      [second.vkey, 5],
    ]),
  );
  expect(await verifyCosignatures({ text, signatures }, [])).toEqual(new Map());
  const wrong = { ...signatures[1]!, signature: signatures[2]!.signature };
  await expect(verifyCosignatures({ text, signatures: [...signatures, wrong] }, [witness.vkey, second.vkey])).rejects.toMatchObject({
    code: "note_signature_invalid",
  });
});

test("only checkpoints are cosigned, only by keys of witnesses, at times that have a form", async () => {
  expect(() => cosign("some text\n", witness, 1)).toThrow(expect.objectContaining({ code: "checkpoint_malformed" }));
  expect(() => cosign(text, log, 1)).toThrow(expect.objectContaining({ code: "note_key_malformed" }));
  await expect(verifyCosignature(text, cosign(text, witness, 1), log.vkey)).rejects.toMatchObject({ code: "note_key_malformed" });
  for (const time of [-1, 1.5, 2 ** 53, Number.NaN]) expect(() => cosign(text, witness, time)).toThrow(expect.objectContaining({ code: "argument_invalid" }));
});

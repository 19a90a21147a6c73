import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex, toHex, utf8 } from "./bytes.ts";
import { formatCheckpoint, parseCheckpoint, parseTreeHead } from "./checkpoint.ts";
import { cosign } from "./cosignature.ts";
import { FreeholdError } from "./errors.ts";
import { consistencyProof, leafHash, rootHash } from "./merkle.ts";
import { formatSignatures, makeNoteKey, parseNote, parseVkey, signNote, TYPE_COSIGNATURE } from "./note.ts";
import { answerAddCheckpoint, formatAddCheckpoint, parseAddCheckpoint, parseConflict, readCosignatures } from "./witness.ts";
import type { Accepted, Cosigned } from "./witness.ts";

const log = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
const key = makeNoteKey("witness.example/w1", new Uint8Array(32).fill(4), TYPE_COSIGNATURE);
const other = makeNoteKey("witness.example/w2", new Uint8Array(32).fill(5), TYPE_COSIGNATURE);
const T = 1_700_000_000;

const leaves = Array.from({ length: 20 }, (_, i) => leafHash(utf8(`entry ${i}`)));
const forked = leaves.with(2, leafHash(utf8("another entry")));
const textOf = (size: number, of = leaves) => formatCheckpoint({ origin: log.vkey.name, size, root: rootHash(of.slice(0, size)) });
const request = (old: number, size: number, of = leaves) =>
  formatAddCheckpoint({ old, proof: old === 0 || old > size ? [] : consistencyProof(of.slice(0, size), old), checkpoint: signNote(textOf(size, of), [log]) });

/** A witness as it should be built on the rule: memory that is checked and set in one step. */
function makeWitness() {
  let memory: Cosigned | undefined;
  const signed: Accepted[] = [];
  const ask = (body: string) => answerAddCheckpoint(utf8(body), { logs: [log.vkey], latest: () => memory, key, time: T });
  const accept = (accepted: Accepted) => {
    if (memory !== accepted.previous) return false;
    memory = accepted;
    signed.push(accepted);
    return true;
  };
  const add = async (body: string) => {
    for (;;) {
      const answer = await ask(body);
      if (answer.accepted === undefined || accept(answer.accepted)) return answer;
    }
  };
  return { ask, add, accept, signed, latest: () => memory };
}

for (const kind of ["valid", "invalid"]) {
  const folder = new URL(`../../spec/vectors/witness/${kind}/`, import.meta.url);
  test.each(readdirSync(folder))(`witness/${kind}/%s`, async (file) => {
    const v = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const latest = v.latest === null ? undefined : { size: v.latest.size, root: fromHex(v.latest.root) };
    const answer = await answerAddCheckpoint(utf8(v.request), {
      logs: v.logs.map(parseVkey),
      latest: () => latest,
      key: makeNoteKey(v.witness.name, fromHex(v.witness.seed), TYPE_COSIGNATURE),
      time: v.time,
    });
    if (kind === "valid") {
      const { status, body, accepted } = v.expect;
      expect(formatAddCheckpoint(parseAddCheckpoint(v.request))).toBe(v.request);
      expect({ ...answer, accepted: { ...answer.accepted, root: toHex(answer.accepted!.root) } }).toEqual({
        status,
        contentType: "text/plain; charset=utf-8",
        body,
        accepted: { ...accepted, previous: latest },
      });
    } else {
      const { status, code, contentType = "text/plain; charset=utf-8", body = answer.body, splitView } = v;
      expect(answer).toEqual({ status, code, contentType, body, ...(splitView && { splitView }) });
      expect(answer.body).toMatch(/^[^\n]+\n$/);
    }
  });
}

test("a body that is not UTF-8 is malformed, and nothing else makes the rule throw", async () => {
  const witness = { logs: [log.vkey], latest: () => undefined, key, time: T };
  for (const bytes of [Uint8Array.of(0xff), concat(utf8("old 0\n\n"), Uint8Array.of(0xc3, 0x28))])
    expect((await answerAddCheckpoint(bytes, witness)).status).toBe(400);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      expect((await answerAddCheckpoint(bytes, witness)).status).toBe(400);
    }),
  );
  const right = utf8(request(0, 7));
  await fc.assert(
    fc.asyncProperty(fc.nat(right.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const bytes = right.slice();
      bytes[at]! ^= change;
      const { status, accepted } = await answerAddCheckpoint(bytes, witness);
      expect([status === 200, accepted]).toEqual([false, undefined]);
    }),
  );
});

test("wrong keys of the witness's own configuration are no fault of the client's", async () => {
  const ask = (change: object) => answerAddCheckpoint(utf8(request(0, 7)), { logs: [log.vkey], latest: () => undefined, key, time: T, ...change });
  await expect(ask({ key: log })).rejects.toMatchObject({ code: "note_key_malformed" });
  await expect(ask({ logs: [{ ...key.vkey, name: log.vkey.name }] })).rejects.toMatchObject({ code: "note_key_malformed" });
  await expect(ask({ time: 0.5 })).rejects.toMatchObject({ code: "argument_invalid" });
});

test("requests of any order at the same time: no two roots for one size, never back, every answer backed by memory", async () => {
  const step = fc.record({ old: fc.nat(12), size: fc.nat(12), fork: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const witness = makeWitness();
      const answers = await Promise.all(steps.map(({ old, size, fork }) => witness.add(request(old, size, fork ? forked : leaves))));
      const roots = new Map<number, string>();
      let last = 0;
      for (const { size, root } of witness.signed) {
        expect(size).toBeGreaterThanOrEqual(last);
        expect(roots.get(size) ?? toHex(root)).toBe(toHex(root));
        roots.set(size, toHex(root));
        last = size;
      }
      expect(answers.filter(({ status }) => status === 200).length).toBe(witness.signed.length);
      // Beyond the entry where they part, both histories are never signed.
      const large = [...roots].filter(([size]) => size > 2);
      for (const of of [leaves, forked]) {
        const own = large.filter(([size, root]) => toHex(rootHash(of.slice(0, size))) === root).length;
        expect([0, large.length]).toContain(own);
      }
    }),
    { numRuns: 60 },
  );
});

test("without the check, the race that C2SP describes would roll back: the second acceptance is void", async () => {
  const witness = makeWitness();
  await witness.add(request(0, 3));
  const [smaller, larger] = [await witness.ask(request(3, 5)), await witness.ask(request(3, 9))];
  expect([smaller.status, larger.status]).toEqual([200, 200]);
  expect([witness.accept(larger.accepted!), witness.accept(smaller.accepted!)]).toEqual([true, false]);
  expect(await witness.add(request(3, 5))).toMatchObject({ status: 409, body: "9\n" });
});

test("what would be refused is not written", () => {
  const checkpoint = signNote(textOf(7), [log]);
  const bad = (change: object) => () => formatAddCheckpoint({ old: 3, proof: [], checkpoint, ...change });
  for (const change of [
    { old: -1 },
    { old: 1.5 },
    { old: 2 ** 53 },
    { old: 1e21 },
    { proof: [new Uint8Array(31)] },
    { proof: [new Uint8Array(0)] },
    { proof: Array.from({ length: 64 }, () => new Uint8Array(32)) },
    { checkpoint: "" },
    { checkpoint: textOf(7) },
    { checkpoint: `\n${checkpoint}` },
  ])
    expect(bad(change)).toThrow(expect.objectContaining({ code: "witness_malformed" }));
  expect(() => parseAddCheckpoint(undefined as never)).toThrow(FreeholdError);
});

test("of an answer only right cosignatures by known keys are taken, the latest of each", async () => {
  const text = textOf(7);
  const lines = [cosign(text, key, T), cosign(text, other, T), cosign(text, key, T + 5), cosign(text, key, T + 1)];
  expect(await readCosignatures(formatSignatures(lines), text, [key.vkey])).toEqual([lines[2]]);
  expect(await readCosignatures(formatSignatures(lines), text, [])).toEqual([]);
  expect(await readCosignatures(formatSignatures(lines), text, [other.vkey, key.vkey])).toEqual([lines[2], lines[1]]);
  await expect(readCosignatures(formatSignatures(lines), textOf(6), [key.vkey])).rejects.toMatchObject({ code: "note_signature_invalid" });
  for (const body of ["", "\n", "7\n", "— witness.example/w1 AAAA\n"])
    await expect(readCosignatures(body, text, [key.vkey])).rejects.toMatchObject({ code: "note_malformed" });
});

test("the size in a conflict", () => {
  expect(["0\n", "20852014\n", "9007199254740991\n"].map(parseConflict)).toEqual([0, 20_852_014, Number.MAX_SAFE_INTEGER]);
  expect(
    ["", "\n", "7", "07\n", " 7\n", "7\n\n", "-1\n", "0x7\n", "9007199254740992\n", "This witness has cosigned another root.\n"].map(parseConflict),
  ).toEqual(Array.from({ length: 10 }));
});

test("a tree head has extension lines or none, a checkpoint of a register none", () => {
  const text = `${textOf(3)}one\ntwo\n`;
  expect(parseTreeHead(text)).toEqual(parseCheckpoint(textOf(3)));
  expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: "checkpoint_malformed" }));
  for (const wrong of [`${textOf(3)}\n`, `${textOf(3)}one\n\ntwo\n`, `${textOf(3)}one`, textOf(3).slice(0, -1), "a\n3\n"])
    expect(() => parseTreeHead(wrong)).toThrow(expect.objectContaining({ code: "checkpoint_malformed" }));
  expect(cosign(text, key, T).signature).not.toEqual(cosign(textOf(3), key, T).signature);
  expect(parseNote(signNote(text, [log])).text).toBe(text);
});

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { statusVectors } from "../../tools/vectors/status.ts";
import { fromHex, toHex } from "./bytes.ts";
import { encodeEntry } from "./entry.ts";
import type { Entry } from "./entry.ts";
import { FreeholdError } from "./errors.ts";
import { lockOf } from "./lock.ts";
import { inclusionPath, inclusionProof, leafHash, rootHash } from "./merkle.ts";
import { emptyFold, foldEntry, foldedRoot, isEnded, proveStatus, statusRoot, verifyStatus } from "./status.ts";
import type { Fold, StatusProof } from "./status.ts";

const bytes = (name: string) => new Uint8Array(createHash("sha256").update(name).digest());
const record = (commitment: string, lock: string): Entry => ({ kind: "record", commitment: bytes(commitment), lock: lockOf(bytes(lock)) });
const withdrawal = (lock: string): Entry => ({ kind: "withdrawal", secret: bytes(lock) });
const publication = (name: string): Entry => ({ kind: "publication", hash: bytes(name) });

interface Log {
  fold: Fold;
  entries: Uint8Array[];
}

function logOf(...entries: readonly Entry[]): Log {
  const log: Log = { fold: emptyFold(), entries: [] };
  for (const entry of entries) append(log, entry);
  return log;
}

function append(log: Log, entry: Entry): void {
  const encoded = encodeEntry(entry);
  foldEntry(log.fold, encoded);
  log.entries.push(encoded);
}

function appendStatus(log: Log): void {
  append(log, { kind: "status", size: log.fold.size, root: foldedRoot(log.fold) });
}

function checkpointOf({ entries }: Log) {
  return { size: entries.length, root: rootHash(entries.map(leafHash)) };
}

function prove({ entries, fold }: Log, index: number): StatusProof {
  const size = entries.length - 1;
  return proveStatus({ bits: fold.bits, size, index, inclusion: inclusionProof(entries.map(leafHash), size) });
}

const endedIn = ({ fold }: Log) => Array.from({ length: fold.size }, (_, i) => i).filter((i) => isEnded(fold.bits, fold.size, i));

test("every vector of spec/vectors/status holds and is what tools/vectors writes", () => {
  const expected = statusVectors();
  const found: string[] = [];
  for (const kind of ["valid", "invalid"]) {
    const folder = new URL(`../../spec/vectors/status/${kind}/`, import.meta.url);
    for (const name of readdirSync(folder)) {
      found.push(`status/${kind}/${name}`);
      const vector = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      expect(vector, name).toEqual(expected[`status/${kind}/${name}`]);
      const refused = expect.objectContaining({ name: "FreeholdError", code: vector.code });
      if (name.startsWith("fold-")) {
        const fold = emptyFold();
        const entries = (vector.entries as string[]).map((entry) => fromHex(entry));
        if (kind === "valid") {
          for (const entry of entries) foldEntry(fold, entry);
          expect(toHex(fold.bits.subarray(0, Math.ceil(fold.size / 8))), name).toBe(vector.bits);
          expect(toHex(statusRoot(fromHex(vector.bits), entries.length)), name).toBe(vector.root);
          expect(toHex(modelRoot(modelBits(entries))), name).toBe(vector.root);
        } else {
          for (const entry of entries.slice(0, -1)) foldEntry(fold, entry);
          const before = structuredClone(fold);
          expect(() => foldEntry(fold, entries.at(-1)!), name).toThrow(refused);
          expect(fold, name).toEqual(before);
        }
      } else {
        const input = { index: vector.index, checkpoint: { size: vector.checkpoint.size, root: fromHex(vector.checkpoint.root) } };
        if (kind === "valid") expect(verifyStatus(vector.proof, input), name).toEqual({ ended: vector.ended });
        else expect(() => verifyStatus(vector.proof, input), name).toThrow(refused);
      }
    }
  }
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

// The rules, by name.

test("a withdrawal ends every record with its lock, and no other", () => {
  expect(endedIn(logOf(record("a", "1"), record("b", "2"), record("c", "1"), withdrawal("1")))).toEqual([0, 2]);
});

test("a withdrawn record that is logged again is born ended", () => {
  const log = logOf(record("a", "1"), withdrawal("1"));
  // The same bytes are refused; with the commitment re-randomised they are another entry, and ended.
  expect(() => append(log, record("a", "1"))).toThrow(expect.objectContaining({ code: "entry_malformed" }));
  append(log, record("a, re-randomised", "1"));
  expect(endedIn(log)).toEqual([0, 2]);
});

test("the same commitment under another lock is another record, and not ended", () => {
  expect(endedIn(logOf(record("a", "1"), withdrawal("1"), record("a", "2")))).toEqual([0]);
});

test("a bystander's record with the lock of another ends with it and blocks nothing", () => {
  expect(endedIn(logOf(record("bystander", "1"), record("a", "1"), withdrawal("1")))).toEqual([0, 1]);
});

test("a second withdrawal of a lock is refused, also after a record that was born ended", () => {
  const log = logOf(record("a", "1"), withdrawal("1"), record("b", "1"));
  expect(() => append(log, withdrawal("1"))).toThrow("stands in the log already");
});

test("publications, withdrawals and statuses never end", () => {
  const log = logOf(publication("1"), record("a", "1"), withdrawal("1"));
  appendStatus(log);
  append(log, publication("2"));
  expect(endedIn(log)).toEqual([1]);
});

test("two statuses in a row stand, as any index is the size of one", () => {
  const log = logOf(record("a", "1"));
  appendStatus(log);
  appendStatus(log);
  expect(log.fold.size).toBe(3);
  expect(() => foldEntry(log.fold, log.entries[2]!)).toThrow(expect.objectContaining({ code: "status_mismatch" }));
});

test("100,000 records of one lock fold and end like any others", () => {
  const log = logOf();
  const lock = lockOf(bytes("1"));
  for (let i = 0; i < 100_000; i++) foldEntry(log.fold, encodeEntry({ kind: "record", commitment: bytes(`${i}`), lock }));
  foldEntry(log.fold, encodeEntry(withdrawal("1")));
  expect(log.fold.bits.slice(0, 12_500).every((byte) => byte === 0xff)).toBe(true);
  expect(foldedRoot(log.fold)).toEqual(statusRoot(log.fold.bits, log.fold.size));
});

test("an unknown index is refused, not answered with 0", () => {
  const { fold } = logOf(record("a", "1"), record("b", "1"), withdrawal("1"));
  for (const index of [3, 255, -1, 0.5, Number.NaN, 2 ** 53])
    expect(() => isEnded(fold.bits, fold.size, index)).toThrow(expect.objectContaining({ code: "range_invalid" }));
});

test("a bitmap shorter than its stated size is refused, however large the size", () => {
  for (const [length, size] of [
    [0, 1],
    [1, 9],
    [32, 257],
    [32, 2 ** 53 - 1],
    [32, -1],
    [32, 0.5],
  ] as const) {
    expect(() => statusRoot(new Uint8Array(length), size)).toThrow(expect.objectContaining({ code: "range_invalid" }));
  }
  expect(statusRoot(Uint8Array.of(5), 3)).toEqual(statusRoot(Uint8Array.of(5, ...new Uint8Array(31)), 3));
});

// The fold against a model.

/** Each step picks among few locks, commitments and publications, so that they meet often. */
type Step = { kind: "record" | "withdrawal" | "publication" | "status"; of: number; lock: number };
const steps = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ kind: fc.constantFrom("record", "record", "record", "withdrawal", "publication", "status"), of: fc.nat(30), lock: fc.nat(12) }), {
    maxLength,
    size: "max",
  });

/** Folds what is sound of the steps, and checks that the model refuses the rest as well. */
function replay(all: readonly Step[]): Log {
  const log = logOf();
  for (const { kind, of, lock } of all) {
    if (kind === "status") {
      appendStatus(log);
      continue;
    }
    const entry = encodeEntry(kind === "record" ? record(`${of}`, `${lock}`) : kind === "withdrawal" ? withdrawal(`${lock}`) : publication(`${of}`));
    if (modelSound(log.entries, entry)) {
      foldEntry(log.fold, entry);
      log.entries.push(entry);
    } else expect(() => foldEntry(log.fold, entry)).toThrow(expect.objectContaining({ code: "entry_malformed" }));
  }
  return log;
}

test("the fold of a random log is what the definition says, entry by entry", () => {
  fc.assert(
    fc.property(steps(60), (all) => {
      const log = replay(all);
      const fold = emptyFold();
      for (const [i, entry] of log.entries.entries()) {
        foldEntry(fold, entry);
        const bits = modelBits(log.entries.slice(0, i + 1));
        expect(bits.map((_, index) => isEnded(fold.bits, fold.size, index))).toEqual(bits);
        expect(foldedRoot(fold)).toEqual(modelRoot(bits));
      }
    }),
    { numRuns: 100 },
  );
});

test("the root of a log of many chunks is the same by the fold, the bitmap and the definition", () => {
  const log = logOf();
  for (let i = 0; i < 3000; i++) {
    append(log, record(`${i}`, `${i}`));
    if (i % 3 === 0) append(log, withdrawal(`${i / 3}`)); // far behind: chunks of all ages change
    if (log.fold.size % 256 < 2 || i % 97 === 0) expect(foldedRoot(log.fold)).toEqual(statusRoot(log.fold.bits, log.fold.size));
  }
  expect(foldedRoot(log.fold)).toEqual(modelRoot(modelBits(log.entries)));
});

test("every proof of a random log holds and gives the bit of the definition", () => {
  fc.assert(
    fc.property(steps(600), fc.infiniteStream(fc.nat()), (all, picks) => {
      const log = replay(all);
      const bits = modelBits(log.entries);
      appendStatus(log);
      const checkpoint = checkpointOf(log);
      for (let i = 0; i < 5 && bits.length > 0; i++) {
        const index = picks.next().value! % bits.length;
        expect(verifyStatus(prove(log, index), { index, checkpoint })).toEqual({ ended: bits[index] });
      }
      // The chunk of the last known index has room for more: what it says of those is not an answer.
      for (const index of bits.length > 0 ? [bits.length, bits.length + 1] : []) {
        expect(() => verifyStatus(prove(log, bits.length - 1), { index, checkpoint })).toThrow(expect.objectContaining({ code: "status_mismatch" }));
      }
    }),
    { numRuns: 50 },
  );
});

// Proofs that do not hold.

/** 300 records, some ended, and a status: two chunks, so that each part of the proof matters. */
function example(): Log {
  const log = logOf(...Array.from({ length: 300 }, (_, i) => record("a", `${i}`)), withdrawal("7"), withdrawal("260"));
  appendStatus(log);
  return log;
}

test("every flip of one bit of a proof, and of one bit of its text, is refused", () => {
  const log = example();
  const input = { index: 7, checkpoint: checkpointOf(log) };
  const proof = prove(log, 7);
  expect(verifyStatus(proof, input)).toEqual({ ended: true });
  const refused = (changed: StatusProof, code: RegExp) =>
    expect(() => verifyStatus(changed, input)).toThrow(expect.objectContaining({ name: "FreeholdError", code: expect.stringMatching(code) }));
  let flips = 0;
  const flip = (text: string, put: (changed: string) => StatusProof) => {
    for (let bit = 0; bit < 4 * text.length; bit++, flips++) {
      const changed = fromHex(text);
      changed[bit >> 3]! ^= 1 << (bit % 8);
      refused(put(toHex(changed)), /^status_mismatch$/);
    }
    for (let at = 0; at < text.length; at++) {
      for (let bit = 0; bit < 7; bit++)
        refused(put(text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1)), /^status_(mismatch|malformed)$/);
    }
  };
  flip(proof.chunk, (chunk) => ({ ...proof, chunk }));
  flip(proof.root, (root) => ({ ...proof, root }));
  for (const list of ["path", "inclusion"] as const) {
    expect(proof[list].length).toBeGreaterThan(0);
    proof[list].forEach((hash, i) => flip(hash, (changed) => ({ ...proof, [list]: proof[list].with(i, changed) })));
  }
  expect(flips).toBe(256 * (2 + proof.path.length + proof.inclusion.length));
});

test("a flip of one bit of the checkpoint's root, another size, another index: refused", () => {
  const log = example();
  const checkpoint = checkpointOf(log);
  const proof = prove(log, 7);
  const refused = expect.objectContaining({ code: "status_mismatch" });
  for (let bit = 0; bit < 256; bit++) {
    const root = checkpoint.root.slice();
    root[bit >> 3]! ^= 1 << (bit % 8);
    expect(() => verifyStatus(proof, { index: 7, checkpoint: { ...checkpoint, root } })).toThrow(refused);
  }
  for (const size of [0, 1, 2, checkpoint.size - 1, checkpoint.size + 1, 2 * checkpoint.size, 2 ** 53 - 1])
    expect(() => verifyStatus(proof, { index: 7, checkpoint: { ...checkpoint, size } })).toThrow(refused);
  for (const index of [-1, 6.5, Number.NaN, 256, checkpoint.size - 1, checkpoint.size, 2 ** 53])
    expect(() => verifyStatus(proof, { index, checkpoint })).toThrow(refused);
});

test("a stale status, clean and in the tree, does not do under a new checkpoint", () => {
  const log = logOf(record("a", "1"), record("b", "2"));
  appendStatus(log);
  const stale = { bits: log.fold.bits.slice(), size: log.entries.length - 1 };
  const then = checkpointOf(log);
  const old = prove(log, 0);
  append(log, withdrawal("1"));
  appendStatus(log);
  const checkpoint = checkpointOf(log);
  const refused = expect.objectContaining({ code: "status_mismatch" });
  expect(verifyStatus(old, { index: 0, checkpoint: then })).toEqual({ ended: false });
  expect(verifyStatus(prove(log, 0), { index: 0, checkpoint })).toEqual({ ended: true });
  const hashes = log.entries.map(leafHash);
  for (const inclusion of [old.inclusion.map((hash) => fromHex(hash)), inclusionProof(hashes, stale.size), inclusionProof(hashes, log.entries.length - 1)]) {
    expect(() => verifyStatus(proveStatus({ ...stale, index: 0, inclusion }), { index: 0, checkpoint })).toThrow(refused);
  }
});

test("a checkpoint that does not end in a status proves nothing", () => {
  const log = logOf(record("a", "1"));
  appendStatus(log);
  append(log, record("b", "2"));
  const hashes = log.entries.map(leafHash);
  for (const at of [1, 2]) {
    const proof = proveStatus({ bits: log.fold.bits, size: 2, index: 0, inclusion: inclusionProof(hashes, at) });
    expect(() => verifyStatus(proof, { index: 0, checkpoint: checkpointOf(log) })).toThrow(expect.objectContaining({ code: "status_mismatch" }));
  }
});

/** Bytes of a proof: chunk, root and two paths. The numbers stand in spec/status.md. */
test("a proof has 480 bytes right after 2^20 entries, 1,088 right before, 832 on average from there to twice as many", () => {
  const proofBytes = (size: number, index: number) =>
    32 + 32 + 32 * (inclusionPath(Math.floor(index / 256), Math.ceil((size - 1) / 256)).length + inclusionPath(size - 1, size).length);
  expect(proofBytes(2 ** 20 + 1, 0)).toBe(480);
  expect(proofBytes(2 ** 20, 0)).toBe(1088);
  let sum = 0;
  let count = 0;
  for (let size = 2 ** 20 + 1; size <= 2 ** 21; size += 37, count++) sum += proofBytes(size, (size * 7919) % (size - 1));
  expect(Math.round(sum / count)).toBe(832);
});

test("10,000 random and damaged proofs and logs are refused, never anything else", () => {
  const log = example();
  const checkpoint = checkpointOf(log);
  const proof = prove(log, 7);
  const json = JSON.stringify(proof);
  const damaged = fc
    .tuple(fc.nat(json.length - 1), fc.nat(3), fc.string({ unit: fc.constantFrom(...'0fF"[]{},:-'.split("")), maxLength: 3 }))
    .map(([at, count, insert]) => {
      try {
        return JSON.parse(json.slice(0, at) + insert + json.slice(at + count)) as unknown;
      } catch {
        return null;
      }
    });
  const member = fc
    .tuple(fc.constantFrom("chunk", "inclusion", "path", "root", "size", "__proto__"), fc.anything())
    .map(([name, value]) => ({ ...proof, [name]: value }));
  fc.assert(
    fc.property(fc.oneof(damaged, member, fc.anything()), fc.oneof(fc.constant(7), fc.double()), fc.uint8Array({ maxLength: 70 }), (value, index, entry) => {
      for (const attempt of [() => verifyStatus(value as StatusProof, { index, checkpoint }), () => foldEntry(structuredClone(SMALL), entry)]) {
        try {
          const result = attempt();
          // The same chunk answers for all of its 256 indexes.
          if (result !== undefined) expect([value, index >= 0 && index < 256]).toEqual([proof, true]);
        } catch (error) {
          if (!(error instanceof FreeholdError)) throw error;
          expect(["status_mismatch", "status_malformed", "entry_malformed"]).toContain(error.code);
        }
      }
    }),
    { numRuns: 10_000 },
  );
});

const SMALL = logOf(record("a", "1"), withdrawal("1")).fold;

// The definitions of spec/status.md and spec/entry.md, written down as they stand there, with node:crypto.

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function lockOpenedBy(entry: Uint8Array): string | undefined {
  return entry[1] === 2 ? toHex(sha256(entry.subarray(2))) : undefined;
}

/** Bit i: entry i is a record, and its lock is opened by a withdrawal among the entries, before or after i. */
function modelBits(entries: readonly Uint8Array[]): boolean[] {
  const opened = new Set(entries.map(lockOpenedBy));
  return entries.map((entry) => entry[1] === 1 && opened.has(toHex(entry.subarray(34))));
}

function modelSound(before: readonly Uint8Array[], entry: Uint8Array): boolean {
  if (before.some((other) => toHex(other) === toHex(entry))) return false;
  const opened = lockOpenedBy(entry);
  return opened === undefined || before.some((other) => other[1] === 1 && toHex(other.subarray(34)) === opened);
}

function modelRoot(bits: readonly boolean[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bits.length; start += 256) {
    const chunk = new Uint8Array(32);
    bits.slice(start, start + 256).forEach((bit, j) => {
      if (bit) chunk[Math.floor(j / 8)]! += 2 ** (j % 8);
    });
    chunks.push(chunk);
  }
  const root = (some: readonly Uint8Array[]): Uint8Array => {
    if (some.length === 0) return sha256();
    if (some.length === 1) return sha256(Uint8Array.of(0), some[0]!);
    let half = 1;
    while (2 * half < some.length) half *= 2;
    return sha256(Uint8Array.of(1), root(some.slice(0, half)), root(some.slice(half)));
  };
  return root(chunks);
}

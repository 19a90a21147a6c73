import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { toHex, utf8 } from "../../protocol/src/bytes.ts";
import { formatCheckpoint } from "../../protocol/src/checkpoint.ts";
import { leafHash } from "../../protocol/src/merkle.ts";
import { makeNoteKey, signNote } from "../../protocol/src/note.ts";
import type { Accepted, Cosigned } from "../../protocol/src/witness.ts";
import { openWitnessState } from "./witness-state.ts";
import type { CrashPoint } from "./witness-state.ts";

const base = mkdtempSync(join(tmpdir(), "freehold-state-"));
afterAll(() => rmSync(base, { recursive: true }));
let folders = 0;
const newFolder = () => join(base, `state-${folders++}`);

const key = makeNoteKey("register.example/log", new Uint8Array(32).fill(1));
/** A checkpoint of some size; the state does not ask whether it extends another. */
function checkpointOf(size: number, label: string, previous: Cosigned | undefined, origin = key.vkey.name): Accepted {
  const root = leafHash(utf8(label));
  return { origin, size, root, previous, checkpoint: signNote(formatCheckpoint({ origin, size, root }), [key]) };
}
const plain = (cosigned: Cosigned | undefined) => cosigned && [cosigned.size, toHex(cosigned.root)];
const files = (folder: string) => readdirSync(folder).filter((file) => file !== "writer.lock");

test("what was accepted is there after a restart, one file for each log, readable by its owner only", () => {
  const folder = newFolder();
  const state = openWitnessState(folder);
  expect(state.latest(key.vkey.name)).toBeUndefined();
  const first = checkpointOf(3, "a", undefined);
  expect(state.accept(first)).toBe(true);
  expect(state.accept(checkpointOf(7, "b", state.latest(key.vkey.name)))).toBe(true);
  const strange = "Another log/../ü";
  expect(state.accept(checkpointOf(2 ** 53 - 1, "c", undefined, strange))).toBe(true);
  state.close();
  expect(files(folder)).toHaveLength(2);
  for (const file of files(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  const again = openWitnessState(folder);
  expect(plain(again.latest(key.vkey.name))).toEqual([7, toHex(leafHash(utf8("b")))]);
  expect(plain(again.latest(strange))).toEqual([2 ** 53 - 1, toHex(leafHash(utf8("c")))]);
  again.close();
  expect(existsSync(join(folder, "writer.lock"))).toBe(false);
});

test("what was not the last any more is not replaced", () => {
  const state = openWitnessState(newFolder());
  const first = checkpointOf(3, "a", undefined);
  expect([
    state.accept(first),
    state.accept(checkpointOf(5, "b", undefined)),
    state.accept(checkpointOf(5, "b", { size: 3, root: leafHash(utf8("x")) })),
  ]).toEqual([true, false, false]);
  expect(state.accept(checkpointOf(5, "b", first))).toBe(true);
  expect(state.accept(checkpointOf(9, "c", first))).toBe(false);
  expect(state.latest(key.vkey.name)!.size).toBe(5);
  state.close();
});

test("the same checkpoint again writes nothing", () => {
  const folder = newFolder();
  const state = openWitnessState(folder);
  state.accept(checkpointOf(3, "a", undefined));
  const before = files(folder);
  for (let i = 0; i < 3; i++) expect(state.accept(checkpointOf(3, "a", state.latest(key.vkey.name)))).toBe(true);
  expect(files(folder)).toEqual(before);
  state.close();
});

const crashes: readonly [CrashPoint, survives: boolean][] = [
  ["accept:written", false],
  ["accept:linked", true],
  ["accept:durable", true],
];
test.each(crashes)("after an end at %s the new checkpoint survives: %s", (point, survives) => {
  const folder = newFolder();
  let armed = false;
  const state = openWitnessState(folder, {
    at: (reached) => {
      if (armed && reached === point) throw new Error("the end");
    },
  });
  const first = checkpointOf(3, "a", undefined);
  state.accept(first);
  armed = true;
  expect(() => state.accept(checkpointOf(7, "b", first))).toThrow(expect.objectContaining({ code: "unavailable" }));
  state.close();
  const again = openWitnessState(folder);
  expect(again.latest(key.vkey.name)!.size).toBe(survives ? 7 : 3);
  expect(files(folder)).toHaveLength(1);
  again.close();
});

test("while it is not known whether a checkpoint is durable, nothing is accepted, not even the same again", () => {
  const folder = newFolder();
  const state = openWitnessState(folder, {
    at: (reached) => {
      if (reached === "accept:linked") throw new Error("fsync failed");
    },
  });
  const first = checkpointOf(3, "a", undefined);
  expect(() => state.accept(first)).toThrow(expect.objectContaining({ code: "unavailable" }));
  for (const next of [first, checkpointOf(3, "other", undefined), checkpointOf(5, "b", first)])
    expect(() => state.accept(next)).toThrow(expect.objectContaining({ code: "unavailable" }));
  state.close();
});

test("a folder that has gone is no empty memory", () => {
  const folder = newFolder();
  const state = openWitnessState(folder);
  const first = checkpointOf(3, "a", undefined);
  state.accept(first);
  rmSync(folder, { recursive: true });
  expect(() => state.accept(checkpointOf(5, "b", first))).toThrow(expect.objectContaining({ code: "unavailable" }));
  expect(state.latest(key.vkey.name)!.size).toBe(3);
});

test("a damaged memory is refused, never taken for an empty one", () => {
  for (const damage of ["", "rubbish\n", readDamaged("origin"), readDamaged("size")]) {
    const folder = newFolder();
    const state = openWitnessState(folder);
    state.accept(checkpointOf(3, "a", undefined));
    state.close();
    writeFileSync(join(folder, files(folder)[0]!), damage);
    expect(() => openWitnessState(folder)).toThrow(expect.objectContaining({ code: "folder_damaged" }));
    expect(existsSync(join(folder, "writer.lock"))).toBe(false);
  }
});

function readDamaged(what: "origin" | "size"): string {
  const { checkpoint } = checkpointOf(3, "a", undefined);
  return what === "origin" ? checkpoint.replace("register.example/log", "other.example/log") : checkpoint.replace("\n3\n", "\n03\n");
}

test("a folder is served by one process", () => {
  const folder = newFolder();
  const state = openWitnessState(folder);
  expect(() => openWitnessState(folder)).toThrow(expect.objectContaining({ code: "folder_in_use" }));
  state.close();
  openWitnessState(folder).close();
});

test.each([
  ["of a process that has gone", "999999999 5"],
  ["of another process with a number that was used again", `${process.pid} 1`],
  ["that says nothing", ""],
])("a lock %s does not count", (_, content) => {
  const folder = newFolder();
  openWitnessState(folder).close();
  writeFileSync(join(folder, "writer.lock"), content);
  const state = openWitnessState(folder);
  expect(readFileSync(join(folder, "writer.lock"), "utf8")).not.toBe(content);
  state.close();
});

test("even where the lock fails, two writers never accept different checkpoints: each acceptance follows the one before", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ writer: fc.nat(2), grow: fc.nat(3), stale: fc.boolean() }), { maxLength: 25 }), (steps) => {
      const folder = newFolder();
      const writers = [0, 1, 2].map(() => {
        const state = openWitnessState(folder);
        rmSync(join(folder, "writer.lock"));
        return state;
      });
      const accepted: Accepted[] = [];
      for (const [i, { writer, grow }] of steps.entries()) {
        const previous = writers[writer]!.latest(key.vkey.name);
        const next =
          grow === 0 && previous
            ? { ...checkpointOf(previous.size, "", previous), root: previous.root }
            : checkpointOf((previous?.size ?? 0) + grow, `step ${i}`, previous);
        if (writers[writer]!.accept(next)) accepted.push(next);
      }
      for (const [i, { previous }] of accepted.entries()) expect(plain(previous)).toEqual(plain(accepted[i - 1]));
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 60 },
  );
});

test("a second writer is overtaken in the middle of its own step", () => {
  const folder = newFolder();
  const open = (at?: (point: CrashPoint) => void) => {
    const state = openWitnessState(folder, at && { at });
    rmSync(join(folder, "writer.lock"));
    return state;
  };
  const fast = open();
  let overtake = () => {};
  const slow = open((point) => point === "accept:written" && overtake());
  // Far ahead: the name that the slow one takes next was used and is free again.
  overtake = () => {
    overtake = () => {};
    for (const size of [4, 5, 6]) expect(fast.accept(checkpointOf(size, `fast ${size}`, fast.latest(key.vkey.name)))).toBe(true);
  };
  expect(slow.accept(checkpointOf(4, "slow", undefined))).toBe(false);
  expect(plain(slow.latest(key.vkey.name))).toEqual(plain(fast.latest(key.vkey.name)));
  expect(slow.accept(checkpointOf(7, "slow", slow.latest(key.vkey.name)))).toBe(true);
  expect(fast.accept(checkpointOf(6, "fast 6", fast.latest(key.vkey.name)))).toBe(false); // the same again is not the newest any more
  expect(fast.latest(key.vkey.name)!.size).toBe(7);
});

test("the first contradiction of each log is kept", () => {
  const folder = newFolder();
  const state = openWitnessState(folder);
  const split = { origin: key.vkey.name, checkpoint: checkpointOf(3, "b", undefined).checkpoint };
  const file = state.keepSplitView(split)!;
  expect(readFileSync(file, "utf8")).toBe(split.checkpoint);
  expect(state.keepSplitView({ ...split, checkpoint: "later\n" })).toBeUndefined();
  expect(readFileSync(file, "utf8")).toBe(split.checkpoint);
  state.close();
  openWitnessState(folder).close();
});

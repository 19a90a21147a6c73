import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AnchorVector, anchorVectors } from "../../tools/vectors/anchor.ts";
import { type AnchorState, parseAnchor, verifyAnchor } from "./anchor.ts";
import { fromHex } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";

const folder = new URL("../../spec/vectors/anchor/", import.meta.url);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, folder), "utf8")) as AnchorVector;
const names = (kind: string) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`);

function run(vector: AnchorVector): AnchorState {
  return verifyAnchor({
    anchor: parseAnchor(vector.anchor),
    checkpoint: { size: vector.checkpoint.size, root: fromHex(vector.checkpoint.root, 32) },
    index: vector.index,
    anchors: vector.anchors,
    blocks: (chainId, block) => vector.blocks.find((b) => b.chainId === chainId && b.block === block)?.hash,
  });
}

test("the vectors on disk are those that the generator makes", () => {
  const made = anchorVectors();
  expect([...names("valid"), ...names("invalid")].map((name) => `anchor/${name}`).sort()).toEqual(Object.keys(made).sort());
  for (const [path, vector] of Object.entries(made)) expect(read(path.replace("anchor/", ""))).toEqual(JSON.parse(JSON.stringify(vector)));
});

test.each(names("valid"))("%s", (path) => {
  const vector = read(path);
  expect(run(vector)).toEqual(vector.expect);
});

test.each(names("invalid"))("%s", (path) => {
  const vector = read(path);
  expect(() => run(vector)).toThrow(expect.objectContaining({ name: "FreeholdError", code: vector.code }));
});

/** Every hexadecimal text and number of a JSON value, with a setter. */
function* leaves(value: object): Generator<{ at: string | number; value: unknown; set: (value: unknown) => void }> {
  for (const [at, member] of Object.entries(value)) {
    if (typeof member === "object" && member !== null) yield* leaves(member);
    else yield { at, value: member, set: (changed) => void Reflect.set(value, at, changed) };
  }
}

test.each(["valid/anchor-newer-than-checkpoint.json", "valid/block-by-hand.json"])("no bit of %s can be changed without losing `proved`", (path) => {
  const vector = read(path);
  expect(run(vector).state).toBe("proved");
  let changes = 0;
  const refused = (what: string) => {
    changes++;
    let state: string | undefined;
    try {
      ({ state } = run(vector));
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
    }
    if (state !== undefined) expect.fail(`${state} after a change of ${what}`);
  };
  for (const { at, value, set } of leaves(vector.anchor as object)) {
    if (typeof value === "number") {
      for (let bit = 0; bit < 53; bit++) {
        set(Number(BigInt(value) ^ (1n << BigInt(bit))));
        refused(`bit ${bit} of ${at}`);
      }
    } else {
      const hex = value as string;
      for (let bit = 0; bit < 4 * hex.length; bit++) {
        const digit = Number.parseInt(hex[bit >> 2]!, 16) ^ (8 >> (bit & 3));
        set(hex.slice(0, bit >> 2) + digit.toString(16) + hex.slice((bit >> 2) + 1));
        refused(`bit ${bit} of ${at}`);
      }
    }
    set(value);
  }
  expect(run(vector).state).toBe("proved");
  expect(changes).toBeGreaterThan(4000);
});

test("the confirmations of the policy reach the verifier's view of the chain, and a block that has too few is not proved", () => {
  const vector = read("valid/fee-market-receipt.json");
  const [trusted] = vector.anchors;
  const head = 14;
  const blocks = (_chainId: number, block: number, confirmations: number) => (head - block + 1 >= confirmations ? vector.blocks[0]!.hash : undefined);
  const state = (confirmations: number) =>
    verifyAnchor({
      anchor: parseAnchor(vector.anchor),
      checkpoint: { size: vector.checkpoint.size, root: fromHex(vector.checkpoint.root) },
      index: vector.index,
      anchors: [{ ...trusted!, confirmations }],
      blocks,
    }).state;
  expect(state(11)).toBe("proved");
  expect(state(12)).toBe("claimed");
});

test("a header of any fields, a node of any bytes and a JSON value of any kind are refused, never anything else", () => {
  const vector = read("valid/block-by-hand.json");
  const anchor = vector.anchor as { event: object };
  const hex = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString("hex"));
  const refused = (changed: unknown) => {
    try {
      run({ ...vector, anchor: changed });
    } catch (error) {
      if (error instanceof FreeholdError) return;
      throw error;
    }
    expect.fail("accepted");
  };
  fc.assert(fc.property(fc.jsonValue(), refused));
  fc.assert(fc.property(hex, (header) => refused({ ...anchor, event: { ...anchor.event, header } })));
  fc.assert(fc.property(fc.array(hex, { maxLength: 4 }), (proof) => refused({ ...anchor, event: { ...anchor.event, proof } })));
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(anchor)), fc.jsonValue(), (key, value) => {
      if (JSON.stringify(value) !== JSON.stringify(Reflect.get(anchor, key)) && !(key === "path" && JSON.stringify(value) === "[]"))
        refused({ ...anchor, [key]: value });
    }),
  );
});

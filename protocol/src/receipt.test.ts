import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { receiptVectors } from "../../tools/vectors/receipt.ts";
import type { ReceiptVector } from "../../tools/vectors/receipt/shared.ts";
import { NOW, codesOfPart, everyPart, judge, partsOf } from "../testkit/bits.ts";
import { flipBit } from "../testkit/forge.ts";
import { randomOf } from "../testkit/fuzz.ts";
import { bytesOf } from "../testkit/register.ts";
import { START, lockFor, personKey, receiptOf, shop, tellStory, withdraw } from "../testkit/story.ts";
import { toHex } from "./bytes.ts";
import { hashOf, thumbprint } from "./jws.ts";
import { pairwiseKey } from "./keys.ts";
import { formatProof, parseProof } from "./proof.ts";
import { formatReceipt, parseReceipt, receiptSteps, verifyReceipt } from "./receipt.ts";
import type { ReceiptStep } from "./receipt.ts";
import { parseTrustPolicy } from "./trust-policy.ts";
import { publicJwk } from "./sign.ts";

const folder = new URL("../../spec/vectors/receipt/", import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as ReceiptVector;
const files = ["valid", "invalid"].flatMap((kind) => readdirSync(new URL(`${kind}/`, folder)).map((name) => `${kind}/${name}`));

/** What a receipt's verification answers, and the steps that it passed. */
async function verify({ receipt, policy, now, controller }: Pick<ReceiptVector, "receipt" | "policy" | "now" | "controller">) {
  const passed: [ReceiptStep, string][] = [];
  const result = verifyReceipt(receipt, {
    policy: parseTrustPolicy(policy),
    now,
    ...(controller !== undefined && { controller }),
    onStep: (...step) => passed.push(step),
  });
  return { passed, result: await result.catch((error: unknown) => ({ error })) };
}

test("the vectors on disk are those that the generator makes", () => {
  const made = receiptVectors();
  expect(files.map((file) => `receipt/${file}`).sort()).toEqual(Object.keys(made).sort());
  for (const file of files) expect(read(file), file).toEqual(JSON.parse(JSON.stringify(made[`receipt/${file}`])));
});

test.each(files.map((file) => [file, read(file)] as const).map(([file, vector]) => [`${file}: ${vector.description}`, vector] as const))(
  "%s",
  async (_, vector) => {
    const { passed, result } = await verify(vector);
    const steps = passed.map(([step]) => step);
    if (vector.code !== undefined) {
      expect(result).toMatchObject({ error: { name: "FreeholdError", code: vector.code } });
      expect(receiptSteps[steps.length]).toBe(vector.step);
      expect(steps).toEqual(receiptSteps.slice(0, steps.length));
      return;
    }
    expect(result).not.toHaveProperty("error");
    expect(steps).toEqual(receiptSteps);
    const { record, checkpoint, anchor, ...rest } = result as Exclude<typeof result, { error: unknown }>;
    const { size, witnessedTime, ...expected } = vector.expect!;
    expect({ ...rest, ...(anchor && { anchor: anchor.state }) }).toEqual(expected);
    expect(checkpoint).toMatchObject({ size, witnessedTime, origin: record.beacon.origin });
    expect(formatReceipt(parseReceipt(vector.receipt))).toBe(vector.receipt);
  },
);

test("a complete receipt passes every step, and each says what it found", async () => {
  const story = tellStory();
  const { passed } = await verify({ receipt: formatReceipt(receiptOf(story)), policy: story.register.policyText, now: START + 1000, controller: shop.id });
  expect(passed).toEqual([
    ["form", "8719 characters, entry 23"],
    ["signature", `dpv:ConsentGiven towards Acme Shop Ltd, signed by key ${thumbprint(publicJwk(personKey))}`],
    ["commitment", "the opening opens the entry to this record"],
    ["lock", "the entry has the record's lock, and the code opens it"],
    ["origin", "register.example/log"],
    ["checkpoint", "size 46, cosigned by W1, W2, W3"],
    ["inclusion", "entry 23 of 46"],
    ["beacon", "size 23, cosigned by W1, W2, W3"],
    ["claims", "1 by https://shop.example"],
    ["offer", "of 2026-11-01T09:01:00Z, the record fits it"],
    ["controller", "https://shop.example"],
    ["binding", "entry 21, of 2026-11-01T09:00:30Z"],
    ["acknowledgement", "dpv:RequestAcknowledged, 2026-11-01T09:05:00Z"],
    ["anchor", "none"],
    ["status", "not ended"],
  ]);
});

test("a clock that is none is refused: nothing would expire", async () => {
  const story = tellStory(undefined, 0);
  for (const now of [Number.NaN, Number.POSITIVE_INFINITY, "2026-11-01" as unknown as number, undefined as unknown as number]) {
    const { result } = await verify({ receipt: formatReceipt(receiptOf(story)), policy: story.register.policyText, now });
    expect(result).toMatchObject({ error: { code: "argument_invalid" } });
  }
});

test("a receipt has at most 262,144 bytes, and only what the format names is written", () => {
  expect(() => parseReceipt(" ".repeat(262_145))).toThrow("262144 bytes");
  expect(() => parseReceipt(JSON.stringify("é".repeat(131_072)))).toThrow("262144 bytes");
  expect(() => parseReceipt(undefined as unknown as string)).toThrow(expect.objectContaining({ code: "receipt_malformed" }));
  expect(() => formatReceipt({ ...receiptOf(tellStory(undefined, 0)), policy: "mine" } as never)).toThrow(
    expect.objectContaining({ code: "receipt_malformed" }),
  );
});

// That the entry which remains opens to any other document is shown in commitment.test.ts.
test("after one person's record, opening, secret and index are deleted, every other receipt still verifies", async () => {
  const { register, claims, gone } = (() => {
    const { register, claims, record, secret } = tellStory(undefined, 3);
    withdraw(register, secret);
    return { register, claims, gone: [record.jws, toHex(record.opening), hashOf(record.jws), thumbprint(publicJwk(personKey))] };
  })();
  const { lock, code } = lockFor(register, 1);
  const other = tellStory(undefined, 0, { register, claims: [], personKey: pairwiseKey(bytesOf("another seed"), { controller: shop.id }), record: { lock } });
  const receipt = formatReceipt(receiptOf({ ...other, claims, code }, register.publish(START + 5000)));
  const { result } = await verify({ receipt, policy: register.policyText, now: START + 5000 });
  expect(result).toMatchObject({ ended: false, kid: thumbprint(publicJwk(other.signer)) });
  const remains = [receipt, ...register.entries.map(toHex)].join("\n");
  for (const trace of gone) expect(remains).not.toContain(trace);
});

/** Verification costs milliseconds: what a part does not need is left out, and of long or late parts a sample is changed (bench/receipt-bits.ts changes all). */
const { receipt: whole, policy: trust } = everyPart(0);
const { binding: _, ...unbound } = whole;
const { acknowledgements: __, anchor: ___, ...plain } = unbound;
const isShort = /^(?:opening|entry|key|code|status|beacon\.path|claims\.0\.path)(?:\.|$)/;
const parts = [
  ...partsOf(plain).filter(({ name }) => name.startsWith("status")),
  ...partsOf(unbound).filter(({ name }) => name.startsWith("acknowledgements")),
  ...partsOf(whole).filter(({ name }) => !/^(?:status|acknowledgements)/.test(name)),
];
const verifiedWith = Promise.all([plain, unbound, whole].map((receipt) => verifyReceipt(formatReceipt(receipt), { policy: trust, now: NOW })));

test("the changes of bits below reach every part of a complete receipt", () => {
  expect(new Set(parts.map(({ name }) => name))).toEqual(new Set(partsOf(whole).map(({ name }) => name)));
  for (const { name } of parts)
    expect(
      codesOfPart.some(([part]) => part.test(name)),
      name,
    ).toBe(true);
});

test.each(parts.map((part) => [part.name, part] as const))("no bit of %s can be changed without the code of its part", async (name, part) => {
  const [withoutMore, withoutBinding, all] = await verifiedWith;
  const unchanged = name.startsWith("status") ? withoutMore! : name.startsWith("acknowledgements") ? withoutBinding! : all!;
  const random = randomOf(1);
  const step = isShort.test(name) ? 1 : Math.max(1, Math.floor(part.bits / 60));
  for (let from = 0; from < part.bits; from += step) {
    const bit = Math.min(part.bits - 1, from + random.below(step));
    expect(await judge(part.change(bit), trust, unchanged)).toBeUndefined();
  }
});

test("no bit of a hash of the inclusion proof can be changed", async () => {
  const { hashes, index, checkpoint } = parseProof(whole.proof);
  for (let bit = 0; bit < 256 * hashes.length; bit++) {
    const changed = hashes.map((hash, i) => (i === Math.floor(bit / 256) ? flipBit(hash, bit % 256) : hash));
    const receipt = formatReceipt({ ...whole, proof: formatProof({ index, checkpoint, hashes: changed }) });
    await expect(verifyReceipt(receipt, { policy: trust, now: NOW })).rejects.toMatchObject({ code: "inclusion_invalid" });
  }
});

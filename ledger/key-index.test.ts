import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createKeyIndex } from "./key-index.ts";

test("every key is found under its index, whatever the table was made for; others are not", () => {
  const keys = randomBytes(32 * 50_000);
  for (const expected of [0, 50_000]) {
    const index = createKeyIndex(expected);
    for (let i = 0; i < 50_000; i++) index.add(keys, 32 * i, i);
    expect(index.size).toBe(50_000);
    for (let i = 0; i < 50_000; i++) if (index.find(keys, 32 * i, (found) => found === i) !== i) expect.unreachable(`the key ${i} was not found`);
    let candidates = 0;
    for (let i = 0; i < 10_000; i++) index.find(randomBytes(32), 0, () => (candidates++, false));
    expect(candidates).toBeLessThan(10); // 0.1 expected: one in 2^32 for each of 50,000
  }
});

test("several indexes of one key are all offered", () => {
  const index = createKeyIndex();
  const key = randomBytes(32);
  for (let i = 0; i < 100; i++) index.add(key, 0, i);
  const offered = new Set<number>();
  index.find(key, 0, (i) => (offered.add(i), false));
  expect(offered.size).toBe(100);
});

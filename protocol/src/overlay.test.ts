import fc from "fast-check";
import { expect, test } from "vitest";
import { bigEndian, concat, toHex } from "./bytes.ts";
import { encodeEntry } from "./entry.ts";
import { submittedTopic, withdrawnTopic } from "./event.ts";
import { lockOf } from "./lock.ts";
import { openedLocks, overlayFilter } from "./overlay.ts";

const bytes32 = (fill: number) => new Uint8Array(32).fill(fill);
const word = (value: number) => concat(new Uint8Array(24), bigEndian(value, 8));
const rpc = (topic: Uint8Array, data: Uint8Array) => ({
  address: `0x${"5f".repeat(20)}`,
  topics: [`0x${toHex(topic)}`, `0x${"00".repeat(12)}${"f3".repeat(20)}`],
  data: `0x${toHex(data)}`,
  blockNumber: "0x1",
});
const withdrawn = (secret: Uint8Array) => rpc(withdrawnTopic, secret);
const submitted = (entry: Uint8Array) => rpc(submittedTopic, concat(word(32), word(entry.length), entry, new Uint8Array((32 - (entry.length % 32)) % 32)));

test("the locks of withdrawals are opened, whichever event has them; everything else is passed over", () => {
  const opened = openedLocks([
    withdrawn(bytes32(1)),
    submitted(encodeEntry({ kind: "withdrawal", secret: bytes32(2) })),
    submitted(encodeEntry({ kind: "record", commitment: bytes32(3), lock: bytes32(3) })),
    submitted(Uint8Array.of(9)),
    { ...withdrawn(bytes32(4)), removed: true },
    withdrawn(new Uint8Array(31)),
    withdrawn(bytes32(1)),
    null,
    "log",
  ]);
  expect(opened).toEqual(new Map([1, 2].map((fill) => [toHex(lockOf(bytes32(fill))), bytes32(fill)])));
});

test("any secret opens its own lock and no other; any value is survived", () => {
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.array(secret), (secrets) => {
      expect([...openedLocks(secrets.map(withdrawn)).keys()]).toEqual([...new Set(secrets.map((one) => toHex(lockOf(one))))]);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (logs) => {
      expect(openedLocks(logs).size).toBe(0);
    }),
  );
});

test("the filter asks for both events in a range of blocks", () => {
  expect(overlayFilter({ contract: "5f".repeat(20), from: 16, to: 255 })).toEqual({
    address: `0x${"5f".repeat(20)}`,
    fromBlock: "0x10",
    toBlock: "0xff",
    topics: [[`0x${toHex(withdrawnTopic)}`, `0x${toHex(submittedTopic)}`]],
  });
});

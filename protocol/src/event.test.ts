import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import { FreeholdError } from "./errors.ts";
import { anchoredTopic, type EventLog, eventLogFromRpc, parseAnchored, parseSubmitted, parseWithdrawn, submittedTopic, withdrawnTopic } from "./event.ts";

const malformed = expect.objectContaining({ name: "FreeholdError", code: "anchor_malformed" });

// Logs of a contract compiled by solc 0.8.37, as anvil 1.7.1 gave them.
const contract = "5fbdb2315678afecb367f032d93f642f64180aa3";
const register = "f39fd6e51aad88f6f4ce6ab8827279cfffb92266";
const rpc = (topic: string, ...data: string[]) => ({
  address: `0x${contract}`,
  topics: [`0x${topic}`, `0x${"00".repeat(12)}${register}`],
  data: `0x${data.join("")}`,
  blockNumber: "0x4",
  removed: false,
});
const word = (n: number) => n.toString(16).padStart(64, "0");
const secret = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
const root = "a3e23b32ccb6bf96d092d165d8aa546e09829de8f03b0e8957581d1e16b92bdf";
const anchored = rpc("0cd48d2f0de2b26babeaa563bc19f67e7b14bb998edeaabe4592e8b4472dda6b", word(7), root);
const withdrawn = rpc("6ecbc70c26b02b821204839571ea973742fdc445dbfd00b71c513370f5d458ad", secret);
const submitted = (...data: string[]) => rpc("f6a230e3eb4c67694320ea6f456f09de9bbce3f1c6ac39fcb7f91d19ad95c14c", ...data);

test("the topics are those that the compiler wrote", () => {
  expect(`0x${toHex(anchoredTopic)}`).toBe(anchored.topics[0]);
  expect(`0x${toHex(withdrawnTopic)}`).toBe(withdrawn.topics[0]);
  expect(`0x${toHex(submittedTopic)}`).toBe(submitted().topics[0]);
});

test("the three events are read as they were written", () => {
  expect(parseAnchored(eventLogFromRpc(anchored))).toEqual({ contract, register, size: 7, root: fromHex(root) });
  expect(parseWithdrawn(eventLogFromRpc(withdrawn))).toEqual({ contract, register, secret: fromHex(secret) });
  const withdrawal = submitted(word(32), word(34), "0102", secret, "00".repeat(30));
  expect(parseSubmitted(eventLogFromRpc(withdrawal))).toEqual({ contract, register, entry: fromHex(`0102${secret}`) });
  expect(parseSubmitted(eventLogFromRpc(submitted(word(32), word(0)))).entry).toEqual(new Uint8Array());
});

test("one event is not read as another", () => {
  for (const parse of [parseWithdrawn, parseSubmitted]) expect(() => parse(eventLogFromRpc(anchored))).toThrow(malformed);
  for (const parse of [parseAnchored, parseSubmitted]) expect(() => parse(eventLogFromRpc(withdrawn))).toThrow(malformed);
  for (const parse of [parseAnchored, parseWithdrawn]) expect(() => parse(eventLogFromRpc(submitted(word(32), word(0))))).toThrow(malformed);
});

test.each([
  ["no data", ""],
  ["an offset alone", word(32)],
  ["another offset", word(64) + word(0)],
  ["a length above the data", word(32) + word(1)],
  ["a length below the data", word(32) + word(0) + "00".repeat(32)],
  ["a length of 2^53", word(32) + word(2 ** 53)],
  ["a length of 2^256-1", word(32) + "ff".repeat(32)],
  ["padding that is not zero", `${word(32)}${word(1)}01${"00".repeat(30)}01`],
  ["padding that is missing", `${word(32)}${word(1)}01`],
])("a Submitted event with %s is refused", (_name, data) => {
  expect(() => parseSubmitted(eventLogFromRpc(submitted(data)))).toThrow(malformed);
});

test.each([
  ["nothing", undefined],
  ["null", null],
  ["a text", "0x"],
  ["no topics", { ...withdrawn, topics: undefined }],
  ["five topics", { ...withdrawn, topics: Array(5).fill(withdrawn.topics[0]) }],
  ["a topic of 31 bytes", { ...withdrawn, topics: [withdrawn.topics[0], `0x${"00".repeat(31)}`] }],
  ["an address of 32 bytes", { ...withdrawn, address: withdrawn.topics[1] }],
  ["data without 0x", { ...withdrawn, data: secret }],
  ["data of half a byte", { ...withdrawn, data: "0x0" }],
  ["data of more than 65,536 bytes", { ...withdrawn, data: `0x${"00".repeat(65_537)}` }],
  ["removed", { ...withdrawn, removed: true }],
])("a log that is %s is refused", (_name, log) => {
  expect(() => eventLogFromRpc(log)).toThrow(malformed);
});

test("any log is read or refused, never anything else", () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const address = bytes(20).map((last) => Uint8Array.from([...new Uint8Array(12), ...last]));
  const event = fc.tuple(fc.constantFrom(anchoredTopic, withdrawnTopic, submittedTopic), address);
  const log: fc.Arbitrary<EventLog> = fc.record({
    address: bytes(20),
    topics: fc.oneof(event, fc.array(fc.uint8Array({ maxLength: 33 }), { maxLength: 4 })),
    data: fc.uint8Array({ maxLength: 140 }),
  });
  const refusedOrRead = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(FreeholdError);
    }
  };
  fc.assert(
    fc.property(log, (value) => {
      for (const parse of [parseAnchored, parseWithdrawn, parseSubmitted]) refusedOrRead(() => parse(value));
    }),
  );
  const hex = fc.uint8Array({ maxLength: 33 }).map((text) => `0x${toHex(text)}`);
  const rpcLog = fc.record({ address: fc.oneof(hex, fc.jsonValue()), topics: fc.oneof(fc.array(hex), fc.jsonValue()), data: fc.oneof(hex, fc.jsonValue()) });
  fc.assert(fc.property(fc.oneof(rpcLog, fc.jsonValue()), (value) => refusedOrRead(() => eventLogFromRpc(value))));
});

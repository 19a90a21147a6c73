/** The client against the real register: a process, its files, its checkpoints. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newSeed } from "@freehold/protocol/keys";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { endAll, startRegister } from "../../test/register.ts";
import type { RunningRegister } from "../../test/register.ts";
import { openBook, seeLog } from "./book.ts";
import { readLog, unreadLog } from "./log-reader.ts";
import { prepare } from "./prepare.ts";
import { makeReceipt, secretOf } from "./receipts.ts";
import { learnRegister } from "./register.ts";
import { sign } from "./sign.ts";
import { takeSnapshot } from "./snapshot.ts";
import { submit } from "./submit.ts";
import { withdraw } from "./withdraw.ts";

let running: RunningRegister;
beforeAll(async () => {
  running = await startRegister({ flags: "--interval 50" });
});
afterAll(endAll);

const now = () => Date.now() / 1000;

test("eighty decisions are taken, found again, proven and one of them withdrawn", async () => {
  const register = await learnRegister(running.url, fetch);
  const policy = parseTrustPolicy(register.policy);
  const source = { url: register.url, policy, fetch };
  const seed = newSeed();
  const empty = openBook(register);
  const log = await readLog({ ...source, state: unreadLog(register.origin), book: empty, seed });
  const drafts = Array.from({ length: 80 }, (_, i) => ({ act: "dpv:ConsentRefused" as const, controller: { id: `https://c${i}.example`, name: `C ${i}` } }));
  const prepared = prepare({ book: empty, log, seed, drafts, now: now() });
  const signed = await sign({ seed, book: empty, prepared, gesture: async () => null, now: now() });
  const done = await submit({ ...source, book: signed.book, log, seed, now, poll: 20 });
  expect(done.book.items.every(({ index }) => index !== undefined)).toBe(true);
  const item = done.book.items[70]!;
  const made = await makeReceipt({ item, snapshot: await takeSnapshot(source), policy, now: now(), seed });
  expect(made.verified).toMatchObject({ ended: false, index: item.index });
  const [outcome] = await withdraw({ secret: secretOf(item, seed), fetch, register: source });
  expect(outcome).toMatchObject({ by: "register", done: true });
  const after = await readLog({ ...source, state: done.log, book: done.book });
  const seen = seeLog(done.book, after, now());
  expect(seen.items.filter(({ withdrawn }) => withdrawn !== undefined).map(({ id }) => id)).toEqual([item.id]);
  expect((await makeReceipt({ item, snapshot: await takeSnapshot(source), policy, now: now() })).verified.ended).toBe(true);
});

test("nobody, or somebody who is no register, is told from one", async () => {
  await expect(learnRegister("http://127.0.0.1:9", fetch)).rejects.toMatchObject({ code: "unavailable" });
  await expect(learnRegister(running.url, async () => Response.json({ origin: "x" }))).rejects.toMatchObject({ code: "argument_invalid" });
});

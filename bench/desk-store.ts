/** A desk and its disk: how many decisions a second are taken durably, how fast it opens, how long a withdrawal on the register takes to reach it. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toHex } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { lockOf } from "@freehold/protocol/lock";
import { createDesk } from "@freehold/sdk/desk";
import { createMemoryStore } from "@freehold/sdk/store-memory";
import { openSqliteStore } from "@freehold/sdk/store-sqlite";
import type { Change } from "@freehold/sdk/store";
import type { GivenDecision } from "@freehold/sdk/taking";
import { bytesOf } from "../protocol/testkit/register.ts";
import { submit } from "../test/client.ts";
import { KEYS, decisionOn, marketing, openDesk, serveSite } from "../test/desk-kit.ts";
import { startRegister, withFolder } from "./process.ts";
import { median, report, thousands } from "./report.ts";

const TAKEN = Number(process.argv[2] ?? 20_000);
const OPENED = Number(process.argv[3] ?? 200_000);
const ROUNDS = 10;
const IN_FLIGHT = 256;
/** As long as a complete receipt. */
const RECEIPT = "x".repeat(9000);

const hash = (n: number, salt: number) => (n * 1e6 + salt).toString(16).padStart(64, "0");
const decision = (n: number): GivenDecision =>
  decisionOn({ index: n, lock: hash(n, 1) }, { record: hash(n, 2), kid: `kid-${n % 1000}`, beacon: Math.max(1, n) });

const taken = await withFolder(async (folder) => {
  const site = serveSite();
  site.publish(0);
  const desk = await openDesk(site, { store: openSqliteStore(join(folder, "desk.sqlite")) });
  for (let i = 0; i < 1000; i++) await desk.bindSubject({ subject: `customer-${i}`, kid: `kid-${i}` });
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < TAKEN) await desk.addDecision({ decision: decision(next++), evidence: RECEIPT });
    }),
  );
  const perSecond = TAKEN / ((performance.now() - started) / 1000);
  await desk.close();
  return perSecond;
});

/** The same rows, each in a transaction of its own. */
const single = await withFolder(async (folder) => {
  const db = new DatabaseSync(join(folder, "peer.sqlite"));
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE decision (id INTEGER PRIMARY KEY, record TEXT UNIQUE, subject TEXT, receipt TEXT)",
  );
  const insert = db.prepare("INSERT INTO decision (record, subject, receipt) VALUES (?, ?, ?)");
  const count = TAKEN / 10;
  const started = performance.now();
  for (let i = 0; i < count; i++) insert.run(hash(i, 2), `customer-${i % 1000}`, RECEIPT);
  const perSecond = count / ((performance.now() - started) / 1000);
  db.close();
  return perSecond;
});

const opening = await withFolder(async (folder) => {
  const file = join(folder, "desk.sqlite");
  const store = openSqliteStore(file);
  const changes: Change[] = Array.from({ length: OPENED }, (_, i) => ({
    put: "decision",
    decision: { ...decision(i), id: i, subject: `customer-${i >> 1}` },
    evidence: "",
  }));
  for (let at = 0; at < OPENED; at += 10_000) await store.write(changes.slice(at, at + 10_000));
  await store.close();
  const started = performance.now();
  const desk = await openDesk(serveSite(), { store: openSqliteStore(file) });
  const milliseconds = performance.now() - started;
  await desk.close();
  return { milliseconds, bytes: statSync(file).size / OPENED };
});

const reached = await withFolder(async (folder) => {
  const register = await startRegister(folder, { FREEHOLD_CHAIN: "none", FREEHOLD_SEED: "none" });
  const url = `http://127.0.0.1:${register.port}`;
  const { policy, origin } = (await (await fetch(`${url}/.well-known/freehold.json`)).json()) as { policy: string; origin: string };
  const desk = await createDesk({ store: createMemoryStore(), keys: KEYS, policy, register: url, controller: "https://shop.example" });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const secret = bytesOf(`secret ${round}`);
    const lock = lockOf(secret);
    const subject = `customer-${round}`;
    const { index } = await submit(url, encodeEntry({ kind: "record", commitment: bytesOf(`commitment ${round}`), lock }), "published");
    await desk.bindSubject({ subject, kid: `kid-${round}` });
    const given = { kid: `kid-${round}`, origin, beacon: Math.max(1, index), expires: Math.floor(Date.now() / 1000) + 1000 };
    await desk.addDecision({ decision: decisionOn({ index, lock: toHex(lock) }, given), evidence: "" });
    await desk.refresh();
    if (!desk.check({ subject, ...marketing }).allowed) throw new Error("The grant is not allowed.");
    // At any moment of the second in which it is published and looked at.
    await new Promise((resolve) => setTimeout(resolve, (1000 * round) / ROUNDS));
    const told = new Promise<void>((resolve) => {
      const off = desk.on("withdrawn", () => (off(), resolve()));
    });
    const started = performance.now();
    await submit(url, encodeEntry({ kind: "withdrawal", secret }));
    await told;
    if (desk.check({ subject, ...marketing }).allowed) throw new Error("The withdrawal is not obeyed.");
    times.push((performance.now() - started) / 1000);
  }
  await desk.close();
  await register.stop();
  return times;
});

const worst = Math.max(...reached);
report("A desk and its disk", [
  {
    figure: `decisions taken durably a second, ${IN_FLIGHT} at once, receipts of 9 kB`,
    measured: thousands(taken),
    against: `one transaction each ${thousands(single)}`,
  },
  { figure: `opened with ${thousands(OPENED)} decisions`, measured: `${Math.round(opening.milliseconds)} ms` },
  { figure: "on disk for a decision, without its receipt", measured: `${Math.round(opening.bytes)} bytes` },
  {
    figure: `withdrawal on the register to not allowed, ${ROUNDS} times: median, longest`,
    measured: `${median(reached).toFixed(2)} s, ${worst.toFixed(2)} s`,
    goal: "<= 3 s",
    met: worst <= 3,
  },
]);

/**
 * A register that is killed again and again under load. What it acknowledged and published is remembered outside, and held against it
 * after every start. For test/crash.test.ts and bench/kills.ts.
 */
import { randomInt } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toHex } from "@freehold/protocol/bytes";
import { leafHash } from "@freehold/protocol/merkle";
import type { Policy } from "@freehold/protocol/policy";
import { parseProof, verifyProof } from "@freehold/protocol/proof";
import { recordOf, withdrawalOf } from "../ledger/testkit.ts";
import { checkpointOf, policyOf, requireExtends, submit, submitAll } from "./client.ts";
import type { Result, Seen } from "./client.ts";
import { launchRegister, startRegister, startWitness, temporaryFolder, whenReady } from "./register.ts";
import type { RunningRegister } from "./register.ts";

export interface Outcome {
  /** The register as it runs after the last kill. */
  register: RunningRegister;
  policy: Policy;
  acknowledged: number;
  checkpoints: number;
  /** Kills before the register was ready. */
  early: number;
}

/** Entries in one batch, at most. */
const BATCH = 200;
/** Old entries that are asked for again after each start; the new ones all are. */
const SAMPLE = 300;

/** Kills a register that an external witness watches. Throws on the first breach of a promise. */
export async function killAgainAndAgain({
  kills,
  progress = () => {},
}: {
  kills: number;
  progress?: (done: number, outcome: Omit<Outcome, "register" | "policy">) => void;
}): Promise<Outcome> {
  const [folder, witnessFolder] = [temporaryFolder(), temporaryFolder()];
  const first = await startRegister({ folder });
  const { vkey } = (await (await fetch(`${first.url}/.well-known/freehold.json`)).json()) as { vkey: string };
  await first.stop();
  const witness = await startWitness(witnessFolder, vkey);
  // Two are asked: the register's own witness, whose memory is in the folder, and the one outside, which must cosign.
  const options = { folder, flags: "--interval 15 --rate 0", env: { FREEHOLD_WITNESSES: witness.setting } };
  const memory = createMemory();
  let early = 0;
  let startTime = 500;

  for (let done = 0; done < kills; done++) {
    const begun = performance.now();
    const launched = launchRegister(options);
    if (done % 4 === 3) {
      // In the middle of opening the folder, making the first checkpoint, or just behind it.
      await sleep(startTime * (0.5 + Math.random() * 0.6));
      if (!launched.stdout.includes("ready")) early++;
      await launched.stop("SIGKILL");
      continue;
    }
    const register = await whenReady(launched, folder);
    startTime = performance.now() - begun;
    await memory.holdAgainst(register.url, SAMPLE);
    const clients = [submitSingles, submitSingles, submitBatches, submitBatches, awaitPublished, watch];
    const load = Promise.all(clients.map((client) => untilKilled(() => client(register.url, memory))));
    load.catch(() => {}); // thrown below
    await sleep(randomInt(5, 250));
    await register.stop("SIGKILL");
    await load;
    requireSilence(register.stderr);
    progress(done + 1, { ...memory.tally(), early });
  }
  const register = await startRegister(options);
  await memory.holdAgainst(register.url, Infinity);
  const forks = readdirSync(join(witnessFolder, "state")).filter((file) => file.endsWith(".split-view"));
  if (forks.length > 0) throw new Error(`The witness has seen two trees of one size: ${forks.join(", ")}`);
  return { register, policy: memory.policy(), early, ...memory.tally() };
}

/** What clients of the register know, whatever becomes of it. */
function createMemory() {
  const indexes = new Map<string, number>();
  const owners = new Map<number, string>();
  let fresh: string[] = [];
  const records: string[] = [];
  const seen = new Map<number, Seen>();
  let unchecked: Seen[] = [];
  let largest: Seen | undefined;
  let policy: Policy | undefined;
  let next = 0;

  return {
    policy: () => policy!,
    tally: () => ({ acknowledged: indexes.size, checkpoints: seen.size }),
    newRecord(): { label: string; entry: Uint8Array } {
      const label = `${next++}`;
      return { label, entry: recordOf(label) };
    },
    /** A label of a record that was acknowledged, if there is one. */
    someRecord: () => (records.length === 0 ? undefined : records[randomInt(records.length)]),
    acknowledge(entry: Uint8Array, index: number, label?: string): void {
      const hex = toHex(entry);
      const known = indexes.get(hex);
      if (known === index) return;
      if (known !== undefined) throw new Error(`An entry that was acknowledged at ${known} is at ${index} now.`);
      if (owners.has(index)) throw new Error(`The index ${index} was given to two entries.`);
      indexes.set(hex, index);
      owners.set(index, hex);
      fresh.push(hex);
      if (label !== undefined) records.push(label);
    },
    see(checkpoint: Seen): void {
      const known = seen.get(checkpoint.size);
      if (known === undefined) {
        seen.set(checkpoint.size, checkpoint);
        unchecked.push(checkpoint);
      } else if (toHex(known.root) !== toHex(checkpoint.root)) throw new Error(`Two trees of ${checkpoint.size} entries were published.`);
    },
    /** Asks a register for all that was acknowledged since the last time and a sample of the rest, and for a proof that it extends all that was ever published. */
    async holdAgainst(url: string, sample: number): Promise<void> {
      policy ??= await policyOf(url);
      const all = [...indexes.keys()];
      const asked = sample >= all.length ? all : [...new Set([...fresh, ...Array.from({ length: sample }, () => all[randomInt(all.length)]!)])];
      fresh = [];
      for (let at = 0; at < asked.length; at += 8192) {
        const entries = asked.slice(at, at + 8192).map((hex) => Buffer.from(hex, "hex"));
        const { results } = await submitAll(url, entries);
        for (const [i, result] of results.entries()) this.acknowledge(entries[i]!, indexOf(result));
      }
      const now = await checkpointOf(url, policy);
      if (largest !== undefined && now.size < Math.max(...seen.keys()))
        throw new Error(`A checkpoint of ${Math.max(...seen.keys())} entries was published, and ${now.size} are served.`);
      this.see(now);
      unchecked.sort((a, b) => a.size - b.size);
      for (const later of unchecked) {
        if (largest !== undefined) await requireExtends(url, largest, later);
        largest = later;
      }
      unchecked = [];
    },
  };
}

type Memory = ReturnType<typeof createMemory>;

async function submitSingles(url: string, memory: Memory): Promise<void> {
  const { label, entry } = memory.newRecord();
  memory.acknowledge(entry, (await submit(url, entry)).index, label);
}

/** New records, records that are there, and withdrawals of those, in one batch. */
async function submitBatches(url: string, memory: Memory): Promise<void> {
  const items = Array.from({ length: randomInt(1, BATCH) }, () => {
    const old = memory.someRecord();
    const kind = randomInt(10);
    if (old !== undefined && kind === 0) return { entry: recordOf(old) };
    if (old !== undefined && kind === 1) return { entry: withdrawalOf(old) };
    return memory.newRecord() as { entry: Uint8Array; label?: string };
  });
  const { results } = await submitAll(
    url,
    items.map(({ entry }) => entry),
  );
  for (const [i, result] of results.entries()) memory.acknowledge(items[i]!.entry, indexOf(result), items[i]!.label);
}

async function awaitPublished(url: string, memory: Memory): Promise<void> {
  const { label, entry } = memory.newRecord();
  const { index, proof } = await submit(url, entry, "published");
  const proven = await verifyProof(proof!, leafHash(entry), memory.policy());
  if (proven.index !== index) throw new Error(`The proof of ${index} is of ${proven.index}.`);
  memory.acknowledge(entry, index, label);
  memory.see({ ...proven.checkpoint, note: parseProof(proof!).checkpoint });
}

async function watch(url: string, memory: Memory): Promise<void> {
  memory.see(await checkpointOf(url, memory.policy()));
  await sleep(5);
}

/** Repeats until the register is gone: of that, fetch tells in these words. */
async function untilKilled(work: () => Promise<void>): Promise<void> {
  try {
    for (;;) await work();
  } catch (error) {
    if (!(error instanceof TypeError && /^(fetch failed|terminated)$/.test(error.message))) throw error;
  }
}

function indexOf(result: Result): number {
  if ("error" in result) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.index;
}

/** After a kill a witness may know a checkpoint that was cosigned and not yet published (409). There is nothing else that the register could warn of. */
function requireSilence(stderr: string): void {
  const warnings = stderr.split("\n").filter((line) => line !== "" && !line.includes("answered 409"));
  if (warnings.length > 0) throw new Error(`The register warned: ${warnings.join("\n")}`);
}

/** Decisions of people about companies, as a wallet makes them; a worker, because each one takes a few milliseconds. Everything but the beacon is random. */
import { randomBytes } from "node:crypto";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { toHex } from "@freehold/protocol/bytes";
import { commit, newOpening, verifyOpening } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { lockSecret, newSeed, pairwiseKey, seedToWords } from "@freehold/protocol/keys";
import { formatCode, lockOf } from "@freehold/protocol/lock";
import { publicJwk, signRecord } from "@freehold/protocol/sign";
import type { Party, Record } from "@freehold/protocol/record";
import { advertising } from "../protocol/testkit/story.ts";

export interface Company extends Party {
  /** The hash of its offer. */
  offer: string;
}

export interface Decision {
  entry: Uint8Array;
  secret: Uint8Array;
  code: string;
  jws: string;
  /** What is as secret as the record. */
  opening: Uint8Array;
}

export interface Person {
  name: string;
  seed: Uint8Array;
  words: string;
  /** Her private key for each company, and its public half. */
  keys: { secret: Uint8Array; x: string; y: string }[];
  decisions: Decision[];
}

export interface Task {
  people: number;
  companies: readonly Company[];
  /** Decisions of one person about one company. */
  each: number;
  beacon: Record["beacon"];
}

/** A word that occurs nowhere else. */
export const randomWord = () =>
  randomBytes(10)
    .toString("hex")
    .replaceAll(/[0-9]/g, (digit) => "ghijklmnop"[Number(digit)]!);

/** Has the decisions made by two workers. */
export async function makeDecisions(task: Task): Promise<Person[]> {
  const halves = [Math.ceil(task.people / 2), Math.floor(task.people / 2)];
  const made = await Promise.all(
    halves.map(
      (people) =>
        new Promise<Person[]>((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), {
            workerData: { ...task, people },
            execArgv: ["--conditions=source", "--disable-warning=ExperimentalWarning"],
          });
          worker.once("message", resolve).once("error", reject);
        }),
    ),
  );
  return made.flat();
}

const ACTS = ["dpv:ConsentGiven", "dpv:ConsentRefused", "dpv:ObjectingToProcess", "eu-gdpr:A15", "eu-gdpr:A17"] as const;

function personOf({ companies, each, beacon }: Task): Person {
  const seed = newSeed();
  const keys = companies.map(({ id }) => pairwiseKey(seed, { controller: id }));
  const decisions = companies.flatMap(({ id, name, offer }, company) =>
    Array.from({ length: each }, (_, i): Decision => {
      const secret = lockSecret(seed, { origin: beacon.origin, device: 7, counter: company * each + i });
      const act = ACTS[i % ACTS.length]!;
      const isRequest = act.startsWith("eu-gdpr");
      const record: Record = {
        "@context": "urn:freehold:record:1",
        act,
        beacon,
        controller: { id, name },
        lock: toHex(lockOf(secret)),
        ...(act === "dpv:ConsentGiven" && { expires: "2027-02-01T00:00:00Z" }),
        ...(!isRequest && { offer, processes: [advertising] }),
      };
      const jws = signRecord(record, keys[company]!);
      const opening = newOpening();
      const commitment = commit(jws, opening);
      // The company opens what it receives. Of many, the library makes tables, which also make the rest here several times as fast.
      if (company === 0) verifyOpening({ commitment, document: jws, opening });
      return { entry: encodeEntry({ kind: "record", commitment, lock: lockOf(secret) }), secret, code: formatCode(secret), jws, opening };
    }),
  );
  return {
    name: `${randomWord()} ${randomWord()}`,
    seed,
    words: seedToWords(seed),
    keys: keys.map((secret) => ({ secret, x: publicJwk(secret).x, y: publicJwk(secret).y })),
    decisions,
  };
}

if (!isMainThread && parentPort !== null) {
  const task = workerData as Task;
  parentPort.postMessage(Array.from({ length: task.people }, () => personOf(task)));
}

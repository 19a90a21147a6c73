/**
 * What a company answers, and what it has to log: made, handed in and sealed behind the counter, from a queue that survives a crash. A paper is put into the queue in
 * the same transaction as what it answers; the same entry handed in twice is the same entry (spec/offer.md, spec/delivery.md).
 */
import { createHmac, randomBytes } from "node:crypto";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { commit, newOpening } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import type { Acknowledgement, Binding } from "@freehold/protocol/offer";
import type { Party } from "@freehold/protocol/record";
import { formatInstant } from "@freehold/protocol/shape";
import { signDocument } from "@freehold/protocol/sign";
import type { Desk } from "./desk.ts";
import { submitEntries, viewLog } from "./log-client.ts";
import type { Submitted } from "./log-client.ts";
import { drawerOf, writePapers } from "./papers.ts";
import type { Paper } from "./papers.ts";

/** A document and its entry, once the log has published it (spec/offer.md, "Sealed documents"); `checkpoint` is the note under which `path` proves it. */
export interface Answered {
  entry: string;
  index: number;
  jws: string;
  opening: string;
  path: string[];
  checkpoint: string;
}

/** What the wire has of it. */
export type Sealed = Omit<Answered, "checkpoint">;

interface Made {
  jws: string;
  opening: string;
  entry: string;
}

/** Something to be logged. `due`: seconds since 1970, by when the company said that it is. */
type Waiting = { due: number } & (
  | { acknowledge: Pick<Acknowledgement, "answer" | "record" | "secret" | "document">; issued: number; place: string; made?: Made }
  | { bind: Pick<Binding, "kid" | "previous">; subject: string; issued: number; place: string; made?: Made }
  /** A record that came without a proof, or a withdrawal. */
  | { entry: string; record?: string }
);

export interface AnswersOptions {
  desk: Desk;
  /** As the claim has it. */
  company: Party;
  /** Seconds within which the company says that its answers are logged. */
  within: number;
  /** Milliseconds between tries while the register is silent, at first; doubled up to a minute. */
  retry: number;
  onProved: (record: string, index: number) => Promise<void>;
}

export interface Answers {
  /** To be written with what is acknowledged. `nth`: 0 for the first answer, then as many as there were. */
  acknowledge: (about: Pick<Acknowledgement, "answer" | "record" | "secret" | "document">, nth?: number) => Paper;
  bind: (about: { kid: string; subject: string; previous?: NonNullable<Binding["previous"]> }) => Paper;
  /** Entries of others: a record without proof, a withdrawal. */
  log: (entry: Uint8Array, record?: string) => Paper;
  /** All answers to a record or lock, oldest first. Those still under way are not among them. */
  find: (about: { record: string } | { lock: string } | { kid: string }) => Promise<Answered[]>;
  /** Whether there is an answer to a lock, or one under way. */
  hasAnswered: (lock: string) => Promise<boolean>;
  /** The same documents under one checkpoint: what a receipt can take. Throws `unavailable` where they have to be proved anew and the register is silent. */
  underOne: (answers: readonly Answered[]) => Promise<{ sealed: Sealed[]; checkpoint: string }>;
  /** Papers that take out all of a record, key or lock: answers, and what is under way. */
  forget: (about: { record: string } | { lock: string } | { kid: string }) => Promise<Paper[]>;
  /** Hands in what waits, now. Throws where the register is silent; nothing is lost. */
  flush: () => Promise<void>;
  /** How much waits, and how much of it is later than the company said. */
  waiting: () => Promise<{ waiting: number; overdue: number }>;
  /** There is something new to hand in. */
  kick: () => void;
  close: () => Promise<void>;
}

const BATCH = 2048;
const LONGEST = 60_000;
/** The order in which things are handed in: a record comes before the withdrawal that ends it. */
const ORDER = { entry: "1", withdrawal: "2", document: "3" } as const;

export function openAnswers({ desk, company, within, retry, onProved }: AnswersOptions): Answers {
  const { store, keys, clock, log } = desk.parts;
  const outbox = drawerOf<Waiting>(store, "outbox");
  const answered = drawerOf<Answered>(store, "answer");
  const closing = new AbortController();
  const source = { ...desk.parts, signal: closing.signal };

  const account = (subject: string) => createHmac("sha256", keys.accounts).update(subject).digest("hex");
  const make = (waiting: Exclude<Waiting, { entry: string }>): Made => {
    // Nobody knows what opens it, and nothing would come of it: entries are all the same from outside.
    const lock = randomBytes(32).toString("hex");
    const common = { controller: company, issued: formatInstant(Math.floor(waiting.issued)), lock };
    const jws =
      "bind" in waiting
        ? signDocument(
            "freehold-binding+jws",
            { "@context": "urn:freehold:binding:1", account: account(waiting.subject), ...waiting.bind, ...common },
            keys.signing,
          )
        : signDocument("freehold-acknowledgement+jws", { "@context": "urn:freehold:acknowledgement:1", ...waiting.acknowledge, ...common }, keys.signing);
    const opening = newOpening();
    return { jws, opening: toHex(opening), entry: toHex(encodeEntry({ kind: "record", commitment: commit(jws, opening), lock: fromHex(lock) })) };
  };

  /** One batch: documents are made and kept first, so that a crash makes none twice. Says whether there may be more. */
  const post = async (): Promise<boolean> => {
    const batch = await outbox.list({ limit: BATCH });
    if (batch.length === 0) return false;
    const unmade = batch.filter(({ value }) => !("entry" in value) && value.made === undefined);
    for (const one of unmade) Object.assign(one.value, { made: make(one.value as Exclude<Waiting, { entry: string }>) });
    await writePapers(
      store,
      unmade.map(({ key, value }) => outbox.put(key, value)),
    );
    const entries = batch.map(({ value }) => fromHex("entry" in value ? value.entry : value.made!.entry));
    const results = await submitEntries(source, entries);
    const view = await viewLog(source);
    const papers: Paper[] = [];
    for (const [i, { key, value }] of batch.entries()) papers.push(...(await settle(key, value, entries[i]!, results[i]!, view)));
    await writePapers(store, papers);
    return batch.length === BATCH;
  };
  const settle = async (key: string, value: Waiting, entry: Uint8Array, result: Submitted, view: Awaited<ReturnType<typeof viewLog>>): Promise<Paper[]> => {
    if ("refused" in result) {
      // What opens nothing in this log has nothing to end; whatever else was refused will be again.
      if (result.refused !== "lock_unknown") log(`The register refuses an entry: ${result.refused}. ${result.detail}`);
      return result.refused === "unavailable" || result.refused === "rate_limited" ? [] : [outbox.drop(key)];
    }
    const { index } = result;
    const path = await view.prove(index, entry);
    try {
      if ("entry" in value && value.record !== undefined) await onProved(value.record, index);
      if ("bind" in value && value.bind.previous?.rotation !== undefined)
        await desk.bindSubject({ subject: value.subject, kid: value.bind.kid, previous: { kid: value.bind.previous.kid, rotated: index } });
    } catch (error) {
      if (!(error instanceof FreeholdError) || error.code === "unavailable") throw error;
      log(`What was logged at ${index} changes nothing here: ${error.message}`);
    }
    if ("entry" in value) return [outbox.drop(key)];
    return [answered.put(value.place, { ...value.made!, index, path, checkpoint: view.note }), outbox.drop(key)];
  };

  let running: Promise<void> | null = null;
  const flush = () =>
    (running ??= (async () => {
      while (!closing.signal.aborted && (await post()));
    })().finally(() => {
      running = null;
    }));

  let timer: NodeJS.Timeout | undefined;
  let pause = retry;
  let trouble = "";
  const kick = () => {
    if (closing.signal.aborted || timer !== undefined) return;
    // Not at once: what comes together is logged together.
    schedule(0);
  };
  const handIn = async () => {
    try {
      // What is under way may have begun before the newest paper was there.
      if (running !== null) await running.catch(() => {});
      await flush();
      timer = undefined;
      pause = retry;
      trouble = "";
      if ((await outbox.list({ limit: 1 })).length > 0) schedule(retry);
    } catch (error) {
      timer = undefined;
      if (closing.signal.aborted) return;
      const message = error instanceof FreeholdError ? error.message : String(error);
      if (message !== trouble) log(`Answers wait to be logged: ${message}`);
      trouble = message;
      schedule(pause);
      pause = Math.min(LONGEST, 2 * pause);
    }
  };
  const schedule = (delay: number) => {
    timer = setTimeout(() => void handIn(), delay);
    timer.unref();
  };

  const placeOf = (about: { record: string } | { lock: string } | { kid: string }) =>
    "record" in about ? `record/${about.record}/` : "lock" in about ? `lock/${about.lock}/` : `kid/${about.kid}/`;
  const due = () => clock() + within;
  return {
    acknowledge(about, nth = 0) {
      const place = `${about.record === undefined ? `lock/${toHex(lockOf(fromHex(about.secret!)))}/` : `record/${about.record}/`}${String(nth).padStart(6, "0")}`;
      return outbox.put(`${ORDER.document}/${place}`, { acknowledge: about, issued: clock(), place, due: due() });
    },
    bind({ subject, ...bind }) {
      const place = `kid/${bind.kid}/0`;
      return outbox.put(`${ORDER.document}/${place}`, { bind, subject, issued: clock(), place, due: due() });
    },
    log(entry, record) {
      const written = toHex(entry);
      return outbox.put(`${record === undefined ? ORDER.withdrawal : ORDER.entry}/${record ?? written}`, {
        entry: written,
        due: due(),
        ...(record !== undefined && { record }),
      });
    },
    find: async (about) => (await answered.list({ prefix: placeOf(about) })).map(({ value }) => value),
    async hasAnswered(lock) {
      const prefix = placeOf({ lock });
      for (const [drawer, start] of [
        [answered, prefix],
        [outbox, `${ORDER.document}/${prefix}`],
      ] as const)
        if ((await drawer.list({ prefix: start, limit: 1 })).length > 0) return true;
      return false;
    },
    async underOne(answers) {
      const first = answers[0]?.checkpoint ?? "";
      const strip = ({ entry, index, jws, opening, path }: Answered): Sealed => ({ entry, index, jws, opening, path });
      if (answers.every(({ checkpoint }) => checkpoint === first)) return { sealed: answers.map(strip), checkpoint: first };
      const view = await viewLog(source);
      const sealed: Sealed[] = [];
      for (const one of answers) sealed.push({ ...strip(one), path: await view.prove(one.index, fromHex(one.entry)) });
      return { sealed, checkpoint: view.note };
    },
    async forget(about) {
      const prefix = placeOf(about);
      const sealed = await answered.list({ prefix });
      const waits = await outbox.list({ prefix: `${ORDER.document}/${prefix}` });
      return [...sealed.map(({ key }) => answered.drop(key)), ...waits.map(({ key }) => outbox.drop(key))];
    },
    flush,
    async waiting() {
      const all = await outbox.list();
      return { waiting: all.length, overdue: all.filter(({ value }) => value.due < clock()).length };
    },
    kick,
    async close() {
      closing.abort();
      clearTimeout(timer);
      await running?.catch(() => {});
    },
  };
}

/** A company's desk: it takes what people decide, and says, before each use of their data, whether they allow it (spec/checking.md). */
import type { CheckRequest } from "@freehold/protocol/check";
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf } from "@freehold/protocol/lock";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { chainSource, readChain } from "./chain.ts";
import type { ChainSetting, ChainSource } from "./chain.ts";
import { createEmitter } from "./events.ts";
import type { DeskEvents } from "./events.ts";
import type { Answer } from "./decision-table.ts";
import { openMemory } from "./desk-memory.ts";
import { explain } from "./explain.ts";
import type { Explanation } from "./explain.ts";
import type { Fetch } from "./http.ts";
import { fetchStatus, verifyWholeStatus } from "./status.ts";
import type { Status, Trust } from "./status.ts";
import type { KeptDecision, OpenedBy, Store } from "./store.ts";
import { planBinding, planDecision, planErasure, planLapse, planOpened, planRestored, planStatus } from "./taking.ts";
import type { Also, BindingGiven, DecisionGiven, Desktop, Erased, ErasureGiven, Opened, Taken } from "./taking.ts";
import { createWrites } from "./writes.ts";

/** The company's secrets. */
export interface DeskKeys {
  /** The P-256 private key (32 bytes) that its claim names: for bindings and acknowledgements. */
  signing: Uint8Array;
  /** 32 random bytes: under these the accounts are hashed in bindings. */
  accounts: Uint8Array;
}

export interface DeskOptions {
  store: Store;
  keys: DeskKeys;
  /** Whom the company believes (spec/trust-policy.md), as text or read. It asks for at least one witness. */
  policy: string | TrustPolicy;
  /** The address of the register; where the policy names several logs, with the origin of the one that is meant. */
  register: string | { url: string; origin?: string };
  /** Nodes of chains, of the company's own choice. */
  rpc?: ChainSetting | readonly ChainSetting[];
  /** The company's id, as its claim has it. */
  controller: string;
  /** Seconds since 1970. */
  clock?: () => number;
  /** What went wrong in the background; nothing personal is in it. */
  log?: (message: string) => void;
  fetch?: Fetch;
  /** Milliseconds between two looks at the register, and at the chain; null looks only when told ({@link Desk.refresh}). 1000 unless told. */
  poll?: number | null;
}

export interface CheckInput extends CheckRequest {
  /** The name under which the company knows the person. */
  subject: string;
}

export interface Desk {
  /**
   * May this be done with this person's data, on her consent? In process, at once, without any I/O. *Not allowed* does not speak of other legal bases.
   *
   * @throws `argument_invalid` where the subject or a term is no string.
   */
  check(input: CheckInput): Answer;
  /** Why {@link Desk.check} answers what it answers, with the receipts that prove it. */
  explain(input: CheckInput): Promise<Explanation>;
  /** Takes a verified grant or refusal of a bound key. Throws `kid_unbound`, `kid_rotated`, `argument_invalid`, `unavailable`. */
  addDecision(given: DecisionGiven): Promise<Taken>;
  /** Takes the secret of a lock: what has this lock is ended at once. A secret that opens no lock of a decision is not kept. */
  addOpened(secret: Uint8Array, options?: Also & { by?: OpenedBy }): Promise<Opened>;
  /** Says which account a key belongs to. Throws `kid_bound`, `binding_previous`. */
  bindSubject(given: BindingGiven): Promise<void>;
  /** A key is declared lost. Throws `kid_unbound`. */
  lapse(kid: string, options?: Also): Promise<void>;
  /** Erases a decision, or all of a subject; what is left is a floor. Throws `decision_unproved`. */
  erase(given: ErasureGiven): Promise<Erased>;
  /** Takes a status that came in another way than by {@link Desk.refresh}; never an older one. Throws as {@link fetchStatus}. */
  setStatus(given: Parameters<typeof verifyWholeStatus>[0]): Promise<void>;
  /** Looks at the register and at the chains now. Throws `unavailable`, and what is wrong with what they serve. */
  refresh(): Promise<void>;
  /** To be called after the store was restored from a backup: nothing is allowed until the newest checkpoint has been seen, and then only what was signed above it. */
  restored(): Promise<void>;
  on<E extends keyof DeskEvents>(event: E, listener: (about: DeskEvents[E]) => void): () => void;
  /** Ends looking, finishes what waits, closes the store. */
  close(): Promise<void>;
  /** What the status is that checks rest on; null before the first. */
  readonly status: Pick<Status, "note" | "size" | "witnessedTime"> | null;
  readonly size: { decisions: number; subjects: number; scopes: number };
  /** What other parts of the desk need. */
  readonly parts: DeskParts;
}

export interface DeskParts extends Trust {
  store: Store;
  keys: DeskKeys;
  controller: string;
  /** Without a slash at its end. */
  register: string;
  clock: () => number;
  log: (message: string) => void;
  fetch: Fetch;
}

/**
 * Opens a desk on its store, and looks at the register once before it returns. Where the register does not answer the desk opens all the same; a status that was
 * kept is good until it is too old.
 *
 * @throws `policy_malformed`; `argument_invalid` where the policy asks for no witness, does not name the log, or the store is of another log; `unavailable` where the store cannot be read.
 * @example
 * ```ts
 * const desk = await createDesk({ store, keys, policy, register: "https://register.example", controller: "https://shop.example" });
 * if (desk.check({ subject: "customer-7", purpose: "dpv:Marketing", data: "pd:EmailAddress", processing: "dpv:Use" }).allowed) send();
 * ```
 */
export async function createDesk(options: DeskOptions): Promise<Desk> {
  const parts = partsOf(options);
  const { store, policy, origin, clock, log, fetch, register } = parts;
  const { poll = 1000 } = options;
  await requireSameLog(store, origin);
  const memory = await openMemory(store, parts);
  const closing = new AbortController();
  const { signal } = closing;
  const { on, emit } = createEmitter(log);
  const chains = [options.rpc ?? []].flat().map((setting) => chainSource(setting, policy, fetch, signal));

  const writes = await createWrites(store, {
    onDoubt: (inDoubt) => {
      if (inDoubt) log("The store does not answer: nothing is allowed until it does.");
      memory.inDoubt = inDoubt;
      memory.settle();
    },
  });
  const desk: Desktop = { store, memory, origin, now: clock };

  const tellEnded = (decisions: readonly KeptDecision[], by: OpenedBy) => {
    for (const { subject, record, kind, lock } of decisions) emit("withdrawn", { subject, record, kind, lock, by });
  };
  const open = async (
    secrets: readonly Uint8Array[],
    given: Also & { by: OpenedBy; keep?: boolean; marks?: { name: string; value: number }[] },
  ): Promise<Opened[]> => {
    const opened = await writes.run(
      secrets.map((secret) => `lock ${toHex(lockOf(secret))}`),
      () => planOpened(desk, { secrets, ...given }),
    );
    for (const one of opened) if (one.isNew) tellEnded(one.decisions, given.by);
    return opened;
  };

  const takeStatus = async (status: Status, completes = false) => {
    const { ended } = await writes.run(["status"], () => planStatus(desk, { status, completes }));
    // Only to tell of it: checks see the bits already.
    for (let at = 0; at < ended.length; at += 1000) tellEnded(await store.decisionsAt(ended.slice(at, at + 1000)), "log");
    tellAge();
  };
  let wasStale: boolean | null = null;
  const tellAge = () => {
    const asOf = memory.status?.witnessedTime ?? null;
    const isStale = asOf === null || !(Math.abs(clock() - asOf) <= policy.maximumAge);
    if (isStale !== wasStale) emit(isStale ? "stale" : "fresh", { asOf });
    wasStale = isStale;
  };

  const lookAtRegister = async () => {
    const completes = memory.restoring;
    await takeStatus(await fetchStatus({ url: register, policy, origin, fetch, signal }, memory.status), completes);
  };
  const lookAtChain = async (source: ChainSource) => {
    const name = `chain ${source.chainId} ${source.contract}`;
    await readChain(source, (await store.mark(name)) ?? source.from, async (secrets, next) => {
      if (secrets.length > 0 || (await store.mark(name)) !== next) await open(secrets, { by: "chain", keep: true, marks: [{ name, value: next }] });
    });
  };
  // Each has a look of its own, so that a node that does not answer holds up nobody else; two at once would be one too many.
  const looks = [lookAtRegister, ...chains.map((source) => () => lookAtChain(source))].map(oneAtATime);
  const timers = new Set<NodeJS.Timeout>();
  const troubles = new Map<number, string>();
  const follow = async (i: number): Promise<void> => {
    try {
      await looks[i]!();
      troubles.delete(i);
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof FreeholdError ? error.message : String(error);
      if (troubles.get(i) !== message) log(message);
      troubles.set(i, message);
      emit("trouble", { error: error as Error });
    }
    if (i === 0) tellAge();
    if (signal.aborted || poll === null) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void follow(i);
    }, poll);
    timer.unref();
    timers.add(timer);
  };

  if (poll !== null) await Promise.all(looks.map((_, i) => follow(i)));

  return {
    parts,
    on,
    check: ({ subject, ...request }) => memory.check(subject, request, clock()),
    explain: ({ subject, purpose, data, processing }) =>
      writes.run("all", async () => {
        const explained = await explain({ store, memory, maximumAge: policy.maximumAge }, subject, { purpose, data, processing }, clock());
        return { changes: [], apply: () => explained };
      }),
    async addDecision(given) {
      const { record, lock } = given.decision;
      const taken = await writes.run([`record ${record}`, `lock ${lock}`], () => planDecision(desk, given));
      if (taken.news !== "known")
        emit("decision", { subject: taken.decision.subject, record, kind: taken.decision.kind, index: taken.decision.index, news: taken.news });
      return taken;
    },
    addOpened: async (secret, { by = "desk", also } = {}) => (await open([secret], { by, also }))[0]!,
    bindSubject: (given) => writes.run("all", () => planBinding(desk, given)),
    async lapse(kid, { also } = {}) {
      const decisions = await writes.run("all", () => planLapse(desk, { kid, also }));
      for (const { subject, record } of decisions) emit("lapsed", { subject, record });
    },
    async erase(given) {
      const erased = await writes.run("all", () => planErasure(desk, given));
      if (erased.subject !== null) emit("erased", { subject: erased.subject, records: erased.decisions.map(({ record }) => record) });
      return erased;
    },
    setStatus: async (given) => takeStatus(await verifyWholeStatus(given, parts, memory.status)),
    async refresh() {
      for (const outcome of await Promise.allSettled(looks.map((look) => look()))) if (outcome.status === "rejected") throw outcome.reason;
    },
    async restored() {
      await writes.run("all", () => planRestored(desk));
      await looks[0]!();
    },
    async close() {
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(looks.map((look) => look.ended()));
      await writes.idle();
      await store.close();
    },
    get status() {
      return memory.status;
    },
    get size() {
      const { decisions, subjects, scopes } = memory.table;
      return { decisions, subjects, scopes };
    },
  };
}

function partsOf({
  store,
  keys,
  policy: given,
  register,
  controller,
  clock = () => Date.now() / 1000,
  log = () => {},
  fetch = globalThis.fetch,
}: DeskOptions): DeskParts {
  const policy = typeof given === "string" ? parseTrustPolicy(given) : given;
  if (policy.tlog.quorum === null)
    throw new FreeholdError("argument_invalid", "The policy of a desk asks for at least one witness: without one, nothing says how old a status is.");
  const { url, origin = onlyLogOf(policy) } = typeof register === "string" ? { url: register } : register;
  if (!policy.tlog.logs.some((one) => one.vkey.name === origin)) throw new FreeholdError("argument_invalid", `The policy does not name the log ${origin}.`);
  return { store, keys, controller, policy, origin, register: url.replace(/\/+$/, ""), clock, log, fetch };
}

function onlyLogOf({ tlog: { logs } }: TrustPolicy): string {
  const names = new Set(logs.map(({ vkey }) => vkey.name));
  if (names.size > 1)
    throw new FreeholdError("argument_invalid", `The policy names several logs (${[...names].join(", ")}): say which is the desk's, as { url, origin }.`);
  return logs[0]!.vkey.name;
}

/** Indexes and sizes are those of one log: a store is not taken to another. */
async function requireSameLog(store: Store, origin: string): Promise<void> {
  const known = await store.paper("desk", "origin");
  if (known === undefined) await store.write([{ put: "paper", paper: { drawer: "desk", key: "origin", text: origin } }]);
  else if (known !== origin)
    throw new FreeholdError("argument_invalid", `The store is that of the log ${known}, and not of ${origin}: its indexes mean nothing there.`);
}

interface Look {
  (): Promise<void>;
  /** When none is under way. */
  ended(): Promise<void>;
}

/** Whoever asks gets a look that began after he asked: while one is under way all wait for the next. */
function oneAtATime(work: () => Promise<void>): Look {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> =>
    (running = work().finally(() => {
      running = null;
    }));
  const look = (): Promise<void> => {
    if (running === null && next === null) return start();
    next ??= (running ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };
  const ended = async () => {
    while (running !== null || next !== null) await (next ?? running)!.catch(() => {});
  };
  return Object.assign(look, { ended });
}

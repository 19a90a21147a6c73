/**
 * The one queue through which a desk changes: each change is planned, made durable, and only then seen by checks. What waits is written as one batch, so that many
 * deliveries at once cost one flush of the disk; what touches the same things comes one after the other.
 */
import { FreeholdError } from "@freehold/protocol/errors";
import type { Change, Store } from "./store.ts";

/** What one change does: to the store, and then to the memory. `apply` must not throw. */
export interface Plan<T> {
  changes: readonly Change[];
  apply: () => T;
  /** Gives back what the plan had reserved, where nothing came of it. */
  undo?: () => void;
}

/** Names of what a change reads and writes: two that share one are not planned together. "all" is alone. */
export type Touches = readonly string[] | "all";

export interface Writes {
  /** Plans, writes and applies. Throws what the plan throws, and `unavailable` where the store cannot write: then nothing has happened. */
  run<T>(touches: Touches, plan: () => Promise<Plan<T>>): Promise<T>;
  /** When nothing waits any more. */
  idle(): Promise<void>;
}

interface Waiting {
  touches: Touches;
  plan: () => Promise<Plan<unknown>>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

const BATCH = 1024;
/** Counts the batches that were written: after a failure it tells whether the last one was, although no answer came. */
const COUNTER = "batch";

/**
 * A queue over a store. `onDoubt(true)` is called when a write failed and the store does not say either whether it was made: until `onDoubt(false)` memory may lack
 * what is durable, and nothing may be allowed on it.
 */
export async function createWrites(store: Store, { onDoubt, retry = 1000 }: { onDoubt: (inDoubt: boolean) => void; retry?: number }): Promise<Writes> {
  let counter = (await store.mark(COUNTER)) ?? 0;
  let waiting: Waiting[] = [];
  let draining: Promise<void> | null = null;

  const takeBatch = (): Waiting[] => {
    const touched = new Set<string>();
    let end = 0;
    for (const { touches } of waiting) {
      if (end === BATCH || (touches === "all" && end > 0) || (touches !== "all" && touches.some((name) => touched.has(name)))) break;
      end++;
      if (touches === "all") break;
      for (const name of touches) touched.add(name);
    }
    const batch = waiting.slice(0, end);
    waiting = waiting.slice(end);
    return batch;
  };

  /** Whether a batch that failed was written after all. Asks until there is an answer. */
  const wasWritten = async (): Promise<boolean> => {
    for (let tries = 0; ; tries++) {
      try {
        const found = (await store.mark(COUNTER)) ?? 0;
        if (tries > 0) onDoubt(false);
        return found === counter + 1;
      } catch {
        if (tries === 0) onDoubt(true);
        await new Promise((resolve) => setTimeout(resolve, retry));
      }
    }
  };

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = takeBatch();
      const planned = await Promise.allSettled(batch.map(({ plan }) => plan()));
      const changes = planned.flatMap((one) => (one.status === "fulfilled" ? one.value.changes : []));
      let failure: unknown;
      if (changes.length > 0) {
        try {
          await store.write([...changes, { put: "mark", name: COUNTER, value: counter + 1 }]);
          counter++;
        } catch (error) {
          if (await wasWritten()) counter++;
          else failure = error instanceof FreeholdError ? error : new FreeholdError("unavailable", "The desk's store cannot write.", { cause: error });
        }
      }
      for (const [i, one] of planned.entries()) {
        const { resolve, reject } = batch[i]!;
        if (one.status === "rejected") reject(one.reason);
        else if (failure !== undefined && one.value.changes.length > 0) {
          one.value.undo?.();
          reject(failure);
        } else resolve(one.value.apply());
      }
    }
    draining = null;
  };

  return {
    run: <T>(touches: Touches, plan: () => Promise<Plan<T>>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ touches, plan, resolve: resolve as (value: unknown) => void, reject });
        // Not at once: what comes in the same turn goes into the same batch.
        draining ??= Promise.resolve().then(drain);
      }),
    idle: async () => {
      while (draining !== null) await draining;
    },
  };
}

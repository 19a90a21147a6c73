/** What a desk tells those who listen. It is told once, in this process: the authority is check(), which knows before anybody is told. */
import type { OpenedBy } from "./store.ts";

export interface DeskEvents {
  /** A grant or refusal was taken, or proved. */
  decision: { subject: string; record: string; kind: "grant" | "refusal"; index: number | null; news: "new" | "proved" };
  /** A decision has ended: of a grant, the consent is withdrawn. */
  withdrawn: { subject: string; record: string; kind: "grant" | "refusal"; lock: string; by: OpenedBy };
  /** A decision of a key that was declared lost. */
  lapsed: { subject: string; record: string };
  erased: { subject: string; records: string[] };
  /** The status is too old: nothing is allowed until it is fresh. */
  stale: { asOf: number | null };
  fresh: { asOf: number | null };
  /** Register, chain or store did not answer, or with what is wrong. */
  trouble: { error: Error };
}

export interface Emitter {
  /** Listens; what it returns ends that. */
  on: <E extends keyof DeskEvents>(event: E, listener: (about: DeskEvents[E]) => void) => () => void;
  emit: <E extends keyof DeskEvents>(event: E, about: DeskEvents[E]) => void;
}

/** A listener that throws disturbs nobody else: `log` is told. */
export function createEmitter(log: (message: string) => void): Emitter {
  const listeners = new Map<keyof DeskEvents, Set<(about: never) => void>>();
  return {
    on(event, listener) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
      return () => void all.delete(listener);
    },
    emit(event, about) {
      for (const listener of listeners.get(event) ?? []) {
        try {
          (listener as (about: unknown) => void)(about);
        } catch (error) {
          log(`A listener to "${event}" failed: ${String(error)}`);
        }
      }
    },
  };
}

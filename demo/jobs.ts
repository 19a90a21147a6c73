/** The shop's jobs: every few seconds newsletter, recommendations and advertising, each of which asks check() for each customer before it touches her data. */
import type { CheckReason } from "@freehold/protocol/check";
import type { Answer } from "@freehold/sdk/decision-table";
import type { Desk } from "@freehold/sdk/desk";
import type { Customers } from "./customers.ts";
import { uses } from "./uses.ts";
import type { Use } from "./uses.ts";

/** What a job did, or left undone, for one customer. */
export interface Line {
  /** Seconds since 1970. */
  at: number;
  use: Use["id"];
  allowed: boolean;
  words: string;
}

export interface Jobs {
  /** The newest first. */
  lines(customer: string): Line[];
  /** Calls whenever there is news of a customer; what it returns ends that. */
  on(customer: string, listener: () => void): () => void;
  forget(customer: string): void;
  close(): void;
}

const KEPT = 12;
/** Customers of whom the jobs know: enough for a demonstration. */
const CUSTOMERS = 200;

/** The reasons of spec/checking.md, as customers read them. */
const REASONS: { readonly [R in CheckReason]: string } = {
  no_grant: "you have not allowed it",
  lapsed: "you allowed it with a key that you declared lost",
  ended: "you have withdrawn it",
  expired: "what you allowed is over",
  unproved: "what you allowed is not proved yet",
  stale: "we do not know what is new at the register",
  below_floor: "what you allowed is older than what was erased",
  blocked: "you refused it later",
};

/** An answer in words. */
export function sayWhy(answer: Answer): string {
  if (answer.allowed) return `allowed by entry ${answer.grant.index}`;
  const blocker = answer.blocker?.index;
  return `not allowed (${answer.reason}): ${REASONS[answer.reason]}${blocker === undefined || blocker === null ? "" : `, entry ${blocker}`}`;
}

export function startJobs({ desk, customers, every }: { desk: Desk; customers: Customers; every: number }): Jobs {
  const lines = new Map<string, Line[]>();
  const listeners = new Map<string, Set<() => void>>();
  const tell = (customer: string, line: Line) => {
    lines.set(customer, [line, ...(lines.get(customer) ?? [])].slice(0, KEPT));
  };
  const heard = (customer: string) => {
    for (const listener of listeners.get(customer) ?? []) listener();
  };

  const work = () => {
    for (const { id } of customers.newest(CUSTOMERS)) {
      for (const use of uses) {
        const at = Date.now() / 1000;
        // This is the whole of it: ask, for each person, just before each use.
        const answer = desk.check({ subject: id, ...use.request });
        if (answer.allowed) customers.count(id, use.id, at, answer.grant.index!);
        tell(id, { at, use: use.id, allowed: answer.allowed, words: `${answer.allowed ? use.done : use.left}; ${sayWhy(answer)}` });
      }
      heard(id);
    }
  };
  const timer = setInterval(work, every);
  timer.unref();
  // Only to show it at once: the jobs would not have used her data in any case.
  const ends = [desk.on("withdrawn", ({ subject }) => heard(subject)), desk.on("decision", ({ subject }) => heard(subject))];
  return {
    lines: (customer) => lines.get(customer) ?? [],
    on(customer, listener) {
      const all = listeners.get(customer) ?? new Set();
      listeners.set(customer, all.add(listener));
      return () => {
        all.delete(listener);
        if (all.size === 0) listeners.delete(customer);
      };
    },
    forget: (customer) => void lines.delete(customer),
    close() {
      clearInterval(timer);
      for (const end of ends) end();
    },
  };
}

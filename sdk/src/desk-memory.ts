/** What a desk knows while it runs: made from its store at the start, and changed only after the store was (writes.ts). */
import type { CheckRequest } from "@freehold/protocol/check";
import { hashOf } from "@freehold/protocol/jws";
import { createDecisionTable } from "./decision-table.ts";
import type { Answer, DecisionTable } from "./decision-table.ts";
import { reopenStatus } from "./status.ts";
import type { Status, Trust } from "./status.ts";
import type { KeptKid, Store } from "./store.ts";

export interface DeskMemory {
  readonly table: DecisionTable;
  status: Status | null;
  /** The size of the newest checkpoint whose status was taken, also before the last start: no older one is taken again. */
  statusSize: number;
  /** The size of the newest checkpoint that was seen, in a receipt or a status. */
  newest: number;
  /** Set from the moment a backup was restored until the newest checkpoint has been seen: nothing is allowed meanwhile. */
  restoring: boolean;
  /** The floor of all subjects, since a backup was restored. */
  floorOfAll: number;
  /** While it is set nothing is allowed: the store may hold more than this. */
  inDoubt: boolean;
  setStatus(status: Status | null): void;
  /** Brings the table up to `restoring`, `floorOfAll` and `inDoubt`. */
  settle(): void;
  check(subject: string, request: CheckRequest, now: number): Answer;
}

/** Names under which the store keeps numbers. */
export const MARKS = { newest: "newest", floor: "floor", restoring: "restoring" } as const;

const NO_STATUS = { size: 0, bits: new Uint8Array(0), witnessedTime: null };

/** Reads a store. Throws `unavailable`. A stored status that the policy no longer accepts is left aside: a newer one will come, and none older. */
export async function openMemory(store: Store, trust: Trust): Promise<DeskMemory> {
  const table = createDecisionTable({ maximumAge: trust.policy.maximumAge });
  for await (const page of store.all()) for (const decision of page) table.add(decision.id, decision.subject, decision);
  const floors = new Map<string, number>();
  for (const { subject, floor } of await store.kidsWithFloor()) floors.set(subject!, Math.max(floor, floors.get(subject!) ?? 0));
  for (const [subject, floor] of floors) table.setFloor(subject, floor);

  const memory: DeskMemory = {
    table,
    status: null,
    statusSize: 0,
    newest: (await store.mark(MARKS.newest)) ?? 0,
    restoring: ((await store.mark(MARKS.restoring)) ?? 0) === 1,
    floorOfAll: (await store.mark(MARKS.floor)) ?? 0,
    inDoubt: false,
    setStatus(status) {
      memory.status = status;
      memory.statusSize = Math.max(memory.statusSize, status?.checkpoint.size ?? 0);
      memory.newest = Math.max(memory.newest, memory.statusSize);
      memory.settle();
    },
    settle() {
      const { status } = memory;
      table.setFloorOfAll(memory.restoring ? Infinity : memory.floorOfAll);
      table.setStatus(status === null || memory.inDoubt ? NO_STATUS : { size: status.size, bits: status.bitmap.bits, witnessedTime: status.witnessedTime });
    },
    check: (subject, request, now) => table.check(subject, request, now),
  };
  const kept = await store.status();
  memory.statusSize = kept === undefined ? 0 : kept.size + 1;
  memory.setStatus(kept === undefined ? null : await reopenStatus(kept, trust).catch(() => null));
  return memory;
}

/** The name of a kid in the store: its SHA-256, which stays when the kid is erased. */
export function kidHash(kid: string): string {
  return hashOf(kid);
}

/** The floor of a subject: the largest of its kids'. */
export function floorOf(kids: readonly KeptKid[]): number {
  return Math.max(0, ...kids.map(({ floor }) => floor));
}

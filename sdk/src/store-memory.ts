/** A store that forgets everything when the process ends: for tests and trials. */
import type { Change, KeptDecision, KeptKid, KeptLock, KeptPaper, KeptStatus, LoadedDecision, Store } from "./store.ts";

const PAGE = 1024;

/**
 * An empty store in memory.
 *
 * @example
 * ```ts
 * const desk = await createDesk({ store: createMemoryStore(), … });
 * ```
 */
export function createMemoryStore(): Store {
  const decisions = new Map<number, KeptDecision>();
  const evidence = new Map<number, string>();
  const kids = new Map<string, KeptKid>();
  const locks = new Map<string, KeptLock>();
  const marks = new Map<string, number>();
  const papers = new Map<string, KeptPaper>();
  let status: KeptStatus | undefined;
  // A lookup by anything else but the id goes through one of these.
  const by = {
    subject: new Map<string, Set<number>>(),
    record: new Map<string, Set<number>>(),
    lock: new Map<string, Set<number>>(),
    kid: new Map<string, Set<number>>(),
  };
  const names = Object.keys(by) as (keyof typeof by)[];
  const at = new Map<number, number>();

  const forget = (id: number) => {
    const old = decisions.get(id);
    if (old === undefined) return;
    for (const name of names) {
      const ids = by[name].get(old[name])!;
      ids.delete(id);
      if (ids.size === 0) by[name].delete(old[name]);
    }
    if (old.index !== null) at.delete(old.index);
    decisions.delete(id);
    evidence.delete(id);
  };
  const keep = (decision: KeptDecision, text: string) => {
    forget(decision.id);
    decisions.set(decision.id, decision);
    evidence.set(decision.id, text);
    for (const name of names) by[name].set(decision[name], (by[name].get(decision[name]) ?? new Set()).add(decision.id));
    if (decision.index !== null) at.set(decision.index, decision.id);
  };
  const apply = (change: Change) => {
    if ("drop" in change) {
      if (change.drop === "decision") forget(change.id);
      else if (change.drop === "lock") locks.delete(change.lock);
      else papers.delete(paperKey(change));
      return;
    }
    if (change.put === "decision") keep({ ...change.decision }, change.evidence);
    else if (change.put === "index") keep({ ...decisions.get(change.id)!, index: change.index }, change.evidence);
    else if (change.put === "kid") kids.set(change.kid.hash, { ...change.kid });
    else if (change.put === "lock") locks.set(change.lock.lock, { ...change.lock });
    else if (change.put === "status") status = { note: change.note, size: change.size, bits: change.bits ?? status?.bits ?? new Uint8Array(0) };
    else if (change.put === "mark") marks.set(change.name, change.value);
    else papers.set(paperKey(change.paper), { ...change.paper });
  };

  const loaded = ({ id, subject, kid, lock, kind, index, beacon, expires, processes }: KeptDecision): LoadedDecision => {
    const lapsed = [...kids.values()].some((one) => one.lapsed && one.kid === kid);
    return { id, subject, kind, index, beacon, expires, processes, opened: locks.has(lock), lapsed };
  };

  return {
    async write(changes) {
      for (const change of changes) apply(change);
    },
    async *all() {
      const ids = [...decisions.keys()].sort((a, b) => a - b);
      for (let i = 0; i < ids.length; i += PAGE) yield ids.slice(i, i + PAGE).map((id) => loaded(decisions.get(id)!));
    },
    decisions: async (name, value) => [...(by[name].get(value) ?? [])].sort((a, b) => a - b).map((id) => ({ ...decisions.get(id)! })),
    decisionsAt: async (indexes) => indexes.flatMap((index) => (at.has(index) ? { ...decisions.get(at.get(index)!)! } : [])),
    retired: async (before) =>
      [...decisions.values()]
        .filter(({ kind, expires, lock }) => kind === "grant" && ((expires ?? Infinity) <= before || (locks.get(lock)?.since ?? Infinity) <= before))
        .sort((a, b) => a.id - b.id)
        .map((one) => ({ ...one })),
    evidence: async (id) => evidence.get(id),
    kid: async (hash) => copy(kids.get(hash)),
    kidsOf: async (subject) => [...kids.values()].filter((kid) => kid.subject === subject).map((kid) => ({ ...kid })),
    kidsWithFloor: async () => [...kids.values()].filter(({ subject, floor }) => subject !== null && floor > 0).map((kid) => ({ ...kid })),
    lock: async (lock) => copy(locks.get(lock)),
    status: async () => copy(status),
    mark: async (name) => marks.get(name),
    paper: async (drawer, key) => papers.get(paperKey({ drawer, key }))?.text,
    papers: async (drawer, { after = "", limit = 1000 } = {}) =>
      [...papers.values()]
        .filter((paper) => paper.drawer === drawer && paper.key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit)
        .map((paper) => ({ ...paper })),
    close: async () => {},
  };
}

function copy<T extends object>(value: T | undefined): T | undefined {
  return value && { ...value };
}

function paperKey({ drawer, key }: { drawer: string; key: string }): string {
  return `${drawer}\n${key}`;
}

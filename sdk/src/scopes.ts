/**
 * What decisions concern, each scope once: most decisions of a company share the few scopes of its offers. For each request that was asked before, what it has
 * to do with each scope is a byte that is looked up.
 */
import { covers, overlaps } from "@freehold/protocol/check";
import type { CheckRequest } from "@freehold/protocol/check";
import { FreeholdError } from "@freehold/protocol/errors";
import type { Process } from "@freehold/protocol/record";

/** What a scope has to do with a request; 0 is "not worked out yet". */
export const APART = 1;
export const OVERLAPS = 2;
/** And so overlaps too: what covers a request has the requested terms in common with it. */
export const COVERS = 3;

export interface Scopes {
  /** The number of a list of processes (null: everything), which counts as used once more. */
  take(processes: readonly Process[] | null): number;
  /** Counts as used once less; a scope that nothing uses is forgotten, its number given to another. */
  release(scope: number): void;
  /** What scopes have to do with a request, by their number. Use {@link Facts.of}, or read the byte and fall back to it. */
  facts(purpose: string, data: string, processing: string): Facts;
  readonly count: number;
}

export interface Facts {
  /** By scope; may be shorter than there are scopes. */
  bytes: Uint8Array;
  of: (scope: number) => number;
}

/** Above so many bytes, or requests, what was worked out is thrown away and worked out anew. */
const MAX_BYTES = 2 ** 24;
const MAX_REQUESTS = 4096;

/** An empty set of scopes. */
export function createScopes(): Scopes {
  const lists: (readonly Process[] | null | undefined)[] = [];
  const keys: string[] = [];
  const uses: number[] = [];
  const numbers = new Map<string, number>();
  const written = new WeakMap<readonly Process[], string>();
  const free: number[] = [];
  let known = new Map<string, Map<string, Map<string, Facts>>>();
  let all: Facts[] = [];
  let bytes = 0;

  const forget = () => {
    known = new Map();
    all = [];
    bytes = 0;
  };

  const factsOf = (request: CheckRequest): Facts => {
    for (const [name, term] of Object.entries(request))
      if (typeof term !== "string") throw new FreeholdError("argument_invalid", `A request names a ${name}, as a term of the vocabulary in a string.`);
    const facts: Facts = {
      bytes: new Uint8Array(0),
      of(scope) {
        const before = facts.bytes[scope];
        if (before) return before;
        const processes = lists[scope];
        if (processes === undefined) return APART;
        const found = covers({ processes }, request) ? COVERS : overlaps({ processes }, request) ? OVERLAPS : APART;
        if (scope >= facts.bytes.length) {
          const longer = new Uint8Array(Math.max(64, 2 ** Math.ceil(Math.log2(scope + 1))));
          longer.set(facts.bytes);
          bytes += longer.length - facts.bytes.length;
          facts.bytes = longer;
          if (bytes > MAX_BYTES) forget();
        }
        facts.bytes[scope] = found;
        return found;
      },
    };
    return facts;
  };

  return {
    take(processes) {
      const key = keyOf(processes, written);
      let number = numbers.get(key);
      if (number === undefined) {
        number = free.pop() ?? lists.length;
        lists[number] =
          processes === null
            ? null
            : processes.map(({ purposes, data, processing }) => ({ ...(purposes && { purposes }), ...(data && { data }), ...(processing && { processing }) }));
        keys[number] = key;
        uses[number] = 0;
        numbers.set(key, number);
      }
      uses[number]!++;
      return number;
    },
    release(scope) {
      if (--uses[scope]! > 0) return;
      numbers.delete(keys[scope]!);
      lists[scope] = undefined;
      keys[scope] = "";
      for (const { bytes: one } of all) if (scope < one.length) one[scope] = 0;
      free.push(scope);
    },
    facts(purpose, data, processing) {
      const found = known.get(purpose)?.get(data)?.get(processing);
      if (found !== undefined) return found;
      const made = factsOf({ purpose, data, processing });
      if (all.length >= MAX_REQUESTS) forget();
      let byData = known.get(purpose);
      if (byData === undefined) known.set(purpose, (byData = new Map()));
      let byProcessing = byData.get(data);
      if (byProcessing === undefined) byData.set(data, (byProcessing = new Map()));
      byProcessing.set(processing, made);
      all.push(made);
      return made;
    },
    get count() {
      return numbers.size;
    },
  };
}

/** One text for the terms of a list of processes: what else a process says does not concern its scope. A list is written once, however often it comes. */
function keyOf(processes: readonly Process[] | null, written: WeakMap<readonly Process[], string>): string {
  if (processes === null) return "";
  const known = written.get(processes);
  if (known !== undefined) return known;
  const key = JSON.stringify(processes.map(({ purposes, data, processing }) => [purposes ?? null, data ?? null, processing ?? null]));
  written.set(processes, key);
  return key;
}

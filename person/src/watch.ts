/** Which locks are a person's own: those of the next counters of all her installations, known before they are used (spec/lock.md). */
import { fromBigEndian, fromHex, toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { COUNTER_GAP, DEVICES, findLocks, lockSecret } from "@freehold/protocol/keys";
import { lockOf } from "@freehold/protocol/lock";
import { breathe } from "./http.ts";

/** The locks of one installation by their counters, from 0. Whoever has them can tell her entries; nobody can end them. */
export interface Watched {
  device: number;
  locks: string[];
}

/** A lock and where it comes from. */
export interface OwnLock {
  lock: string;
  device: number;
  counter: number;
}

/** Counters that are computed ahead, so that the log can be read for a while without the seed. */
const AHEAD = 4 * COUNTER_GAP;

/** The first locks of an installation. Throws `seed_malformed`, `argument_invalid`. */
export function watchDevice(seed: Uint8Array, origin: string, device: number): Watched {
  return extendWatch({ device, locks: [] }, AHEAD, { seed, origin });
}

/** The locks up to and without counter `end` are known afterwards. */
export function extendWatch({ device, locks }: Watched, end: number, { seed, origin }: { seed: Uint8Array; origin: string }): Watched {
  const more = Array.from({ length: Math.max(0, end - locks.length) }, (_, i) =>
    toHex(lockOf(lockSecret(seed, { origin, device, counter: locks.length + i }))),
  );
  return { device, locks: [...locks, ...more] };
}

/** All 2^20 installations that a seed can have, by the beginning of the lock of their counter 0: 8 MB. */
export type DeviceIndex = Float64Array;

/**
 * Computes the index of all installations: what is needed to find an installation of hers of which nothing is known. About ten seconds;
 * yields to the page in between. `progress` is called with the share done, 0 to 1.
 *
 * @example
 * ```ts
 * const search = await indexDevices(seed, "register.example/log");
 * ```
 */
export async function indexDevices(seed: Uint8Array, origin: string, progress?: (share: number) => void): Promise<DeviceIndex> {
  const index = new Float64Array(DEVICES);
  const chunk = 1024;
  let since = performance.now();
  for (let start = 0; start < DEVICES; start += chunk) {
    let device = start;
    // Nothing is logged here: the locks are looked at as they come by.
    const isLogged = (lock: Uint8Array) => {
      index[device] = fromBigEndian(lock.subarray(0, 4)) * DEVICES + device;
      device++;
      return false;
    };
    findLocks(seed, { origin, isLogged, devices: Array.from({ length: chunk }, (_, i) => start + i) });
    if (start % (16 * chunk) === 0) progress?.(start / DEVICES);
    since = await breathe(since);
  }
  progress?.(1);
  return index.sort();
}

/** The installations whose first lock may be this one: mostly none, and nearly always the right one. */
export function devicesLike(index: DeviceIndex, lock: Uint8Array): number[] {
  const print = fromBigEndian(lock.subarray(0, 4));
  let low = 0;
  for (let high = index.length; low < high;) {
    const middle = (low + high) >> 1;
    if (index[middle]! < print * DEVICES) low = middle + 1;
    else high = middle;
  }
  const found: number[] = [];
  for (; Math.floor((index[low] ?? Number.NaN) / DEVICES) === print; low++) found.push(index[low]! % DEVICES);
  return found;
}

/** What is looked for while the log is read. */
export interface Lookout {
  /** Whose lock this is; undefined for a stranger's. It is called in the order of the log. */
  find: (lock: Uint8Array) => OwnLock | undefined;
  watched: () => Watched[];
}

/**
 * Looks out for the locks of these installations, and for further `locks`. Each that is found moves the window of its installation on: without
 * the seed only as far as was computed before. With `search`, installations that nobody knew of are found by their counter 0.
 *
 * @throws (while looking) `seed_needed` where the window ends.
 */
export function lookOut(input: {
  origin: string;
  watched: readonly Watched[];
  locks: readonly OwnLock[];
  seed?: Uint8Array | undefined;
  search?: DeviceIndex | undefined;
}): Lookout {
  const { origin, seed, search } = input;
  const devices = new Map<number, Watched>();
  const candidates = new Map<number, OwnLock[]>();
  const add = (one: OwnLock) => {
    const print = printOf(fromHex(one.lock));
    const same = candidates.get(print);
    if (same === undefined) candidates.set(print, [one]);
    else if (!same.some(({ lock }) => lock === one.lock)) same.push(one);
  };
  const watch = (next: Watched) => {
    const known = devices.get(next.device)?.locks.length ?? 0;
    devices.set(next.device, next);
    next.locks.slice(known).forEach((lock, i) => add({ lock, device: next.device, counter: known + i }));
  };
  for (const one of input.watched) watch(one);
  for (const one of input.locks) add(one);

  const moveOn = ({ device, counter }: OwnLock) => {
    const known = devices.get(device);
    if (known === undefined || known.locks.length > counter + COUNTER_GAP) return;
    if (seed === undefined) throw new FreeholdError("seed_needed", "So much of yours is in the log that your key is needed to look further.");
    watch(extendWatch(known, counter + 1 + AHEAD, { seed, origin }));
  };
  const searched = (lock: Uint8Array): OwnLock | undefined => {
    if (search === undefined || seed === undefined) return undefined;
    for (const device of devicesLike(search, lock)) {
      if (devices.has(device)) continue;
      const [first] = extendWatch({ device, locks: [] }, 1, { seed, origin }).locks;
      if (first !== toHex(lock)) continue;
      watch(watchDevice(seed, origin, device));
      return { lock: first, device, counter: 0 };
    }
    return undefined;
  };
  return {
    find(lock) {
      const like = candidates.get(printOf(lock));
      const written = like && toHex(lock);
      const found = like?.find((one) => one.lock === written) ?? searched(lock);
      if (found !== undefined) moveOn(found);
      return found;
    },
    watched: () => [...devices.values()],
  };
}

/** The first 6 bytes as a number: quick to make and to look up, and rarely wrong. */
function printOf(lock: Uint8Array): number {
  return (lock[0]! * 256 + lock[1]!) * 0x1_0000_0000 + ((lock[2]! << 24) | (lock[3]! << 16) | (lock[4]! << 8) | lock[5]!) + 0x8000_0000;
}

/** What a visit has seen, made into what the scan file states. Pure: the browser and the clock are elsewhere. */
import { registrable } from "../domain.ts";
import type { ScanVisit, State } from "./scan-file.ts";
import { daysOf } from "./set-cookie.ts";
import type { CookieWish } from "./set-cookie.ts";

export type Phase = "before-answer" | "after-answer";

/** When the banner was answered (milliseconds): the answer began, and was given. */
export interface Answer {
  began: number;
  done: number;
}

/**
 * Whether something at an instant came before or after the answer. Giving an answer takes time, with several clicks a second and more. What happens
 * in between is laid where it accuses nobody: with an acceptance it counts as after it, with a refusal as before it.
 *
 * @example
 * ```ts
 * phaseOf(15, "refused", { began: 10, done: 20 }); // "before-answer"
 * phaseOf(15, "accepted", { began: 10, done: 20 }); // "after-answer"
 * ```
 */
export function phaseOf(at: number, state: State, answer: Answer | undefined): Phase {
  if (answer === undefined) return "before-answer";
  return (state === "accepted" ? at >= answer.began : at > answer.done) ? "after-answer" : "before-answer";
}

/** Whose a host is, seen from a page. */
export interface Parties {
  /** Registrable domains of the address that was asked for, and of the page that it led to. */
  firstParty: ReadonlySet<string>;
  /** The host of that page. */
  pageHost: string;
  /** For hosts of the first party: the names that they are an alias of. */
  aliases: ReadonlyMap<string, readonly string[]>;
}

/**
 * The registrable domain of the third party behind a host, or undefined where it is the first party. A host of the site's own that is by
 * DNS an alias of a name of somebody else's is that third party's, unless the page itself is served from there: then it is where the site
 * is hosted.
 */
export function thirdPartyOf(host: string, parties: Parties): { domain: string; cloaked: boolean } | undefined {
  const domain = registrable(host);
  if (!parties.firstParty.has(domain)) return { domain, cloaked: false };
  const behind = foreign(host, parties);
  const hosting = foreign(parties.pageHost, parties);
  return behind === undefined || behind === hosting ? undefined : { domain: behind, cloaked: true };
}

/** The registrable domain of the last name that a host is an alias of, where it is none of the first party's. */
function foreign(host: string, { aliases, firstParty }: Parties): string | undefined {
  const last = aliases.get(host)?.at(-1);
  const domain = last === undefined ? undefined : registrable(last);
  return domain === undefined || firstParty.has(domain) ? undefined : domain;
}

/** Third parties by domain, sorted. `requests` have been sent; `reached` are connections, with or without a request that the browser showed. */
export function thirdPartiesOf(
  requests: readonly { host: string; at: number }[],
  reached: ReadonlyMap<string, number>,
  parties: Parties,
  phase: (at: number) => Phase,
): ScanVisit["thirdParties"] {
  const found = new Map<string, { hosts: Set<string>; aliases: Set<string>; before: number; after: number }>();
  const entryOf = (host: string) => {
    const party = thirdPartyOf(host, parties);
    if (party === undefined) return undefined;
    const entry = found.get(party.domain) ?? { hosts: new Set<string>(), aliases: new Set<string>(), before: 0, after: 0 };
    found.set(party.domain, entry);
    entry.hosts.add(host);
    if (party.cloaked) for (const name of parties.aliases.get(host) ?? []) entry.aliases.add(name);
    return entry;
  };
  for (const { host, at } of requests) {
    const entry = entryOf(host);
    if (entry !== undefined) entry[phase(at) === "before-answer" ? "before" : "after"] += 1;
  }
  for (const host of reached.keys()) entryOf(host);
  return [...found]
    .map(([domain, { hosts, aliases, before, after }]) => ({
      domain,
      hosts: [...hosts].sort(),
      before,
      after,
      ...(aliases.size > 0 && { aliases: [...aliases].sort() }),
    }))
    .sort(by(({ domain }) => domain));
}

/** A cookie as the browser keeps it: `expires` in seconds since 1970, -1 for the session. */
export interface KeptCookie {
  name: string;
  domain: string;
  expires: number;
}

/**
 * The cookies that the browser kept. When and by what each was set, and for how long it was meant, is known from the setting where that was
 * seen; else from the two looks into the jar: at the answer, and at the end.
 */
export function cookiesOf(
  jars: { before: readonly KeptCookie[]; beforeAt: number; end: readonly KeptCookie[]; endAt: number },
  wishes: readonly (CookieWish & { at: number; by: "response" | "script" })[],
  firstParty: ReadonlySet<string>,
  phase: (at: number) => Phase,
): ScanVisit["cookies"] {
  const found = new Map<string, ScanVisit["cookies"][number]>();
  for (const [jar, lookedAt] of [
    [jars.before, jars.beforeAt],
    [jars.end, jars.endAt],
  ] as const)
    for (const { name, domain: written, expires } of jar) {
      const host = written.replace(/^\./, "");
      const domain = registrable(host);
      const id = JSON.stringify([name, domain]);
      if (found.has(id)) continue;
      const own = wishes.filter((wish) => wish.name === name && wish.domain === host && (wish.days === null || wish.days > 0));
      const first = own[0];
      const lives = own.map(({ days }) => days).filter((days) => days !== null);
      const days = expires < 0 ? null : lives.length > 0 ? Math.max(...lives) : Math.max(0, daysOf(expires * 1000 - lookedAt));
      found.set(id, { name, domain, thirdParty: !firstParty.has(domain), days, phase: phase(first?.at ?? lookedAt), by: first?.by ?? null });
    }
  return [...found.values()].sort(by(({ domain, name }) => `${domain} ${name}`));
}

/** Equal ones once, sorted: what is not counted. */
export function distinct<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].sort(by(key));
}

function by<T>(key: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0);
}

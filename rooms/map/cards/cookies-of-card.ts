/** Cookies that were seen, beside what was declared of them. */
import type { Cited, CompanyCard } from "../card-schema.ts";
import type { CookieWords } from "./cookie-words.ts";
import type { MapRecords } from "../join/joined.ts";
import type { Observation } from "./observations.ts";
import type { Declared, StorageItem } from "../schema.ts";

export interface FirstPartyCookie {
  site: string;
  domain: string;
  days: number | null;
  record: number;
}

type Storage = Cited<NonNullable<Declared["storage"]>>;
type CardCookie = CompanyCard["cookies"][number];

/** First-party cookies of all scans by name. */
export function firstPartyCookies(scans: MapRecords["scans"]): Map<string, FirstPartyCookie[]> {
  const out = new Map<string, FirstPartyCookie[]>();
  for (const { record, facts } of scans) {
    for (const { cookies } of facts.visits) {
      for (const { name, domain, days, thirdParty } of cookies) {
        if (!thirdParty) (out.get(name) ?? out.set(name, []).get(name)!).push({ site: facts.site, domain, days, record: record.id });
      }
    }
  }
  return out;
}

/**
 * Third-party cookies on domains of the organisation, and first-party cookies that bear the name of a declared entry on sites where the
 * organisation was seen. `declaredDays`: of the entry that fits, else the longest life that it declares for its cookies; null where it left that
 * empty, undefined where no declaration speaks of it. Entries that a source keeps for first parties only are held against first-party
 * cookies only.
 */
export function cookiesOf(
  storage: readonly Storage[],
  observations: readonly Observation[],
  firstParty: ReadonlyMap<string, readonly FirstPartyCookie[]>,
  wordsOf: (name: string, domain: string) => CookieWords | undefined,
): CardCookie[] {
  const found = new Map<string, CardCookie & { on: Set<string> }>();
  const see = (name: string, domain: string, days: number | null, site: string, record: number, declaredDays: number | null | undefined): void => {
    const key = `${name}\n${domain}`;
    const one = found.get(key) ?? {
      name,
      domain,
      days,
      declaredDays,
      category: wordsOf(name, domain)?.category ?? null,
      sites: 0,
      records: [],
      on: new Set<string>(),
    };
    found.set(key, one);
    if (days !== null && (one.days === null || days > one.days)) one.days = days;
    one.on.add(site);
    if (!one.records.includes(record)) one.records.push(record);
  };
  const anywhere = storage.filter(({ value }) => value.firstPartyOnly !== true);
  const third = itemsOf(anywhere);
  const general = anywhere.find(({ value }) => value.cookies === true)?.value.maxAgeDays;
  for (const { seen } of observations) {
    for (const { cookies } of seen.states) {
      for (const { name, domain, days } of cookies) {
        const item = third.find(({ fits }) => fits(name));
        see(name, domain, days, seen.site, seen.record, item === undefined ? general : (item.maxAgeDays ?? null));
      }
    }
  }
  const sites = new Set(observations.map(({ seen }) => seen.site));
  if (sites.size > 0) {
    for (const { item, fits, maxAgeDays } of itemsOf(storage)) {
      const names = item.name.includes("*") ? [...firstParty.keys()].filter(fits) : [item.name];
      for (const name of names) {
        for (const { site, domain, days, record } of firstParty.get(name) ?? []) if (sites.has(site)) see(name, domain, days, site, record, maxAgeDays ?? null);
      }
    }
  }
  return [...found.values()]
    .map(({ on, ...cookie }) => ({ ...cookie, sites: on.size, records: cookie.records.sort((a, b) => a - b) }))
    .sort((a, b) => b.sites - a.sites || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.domain < b.domain ? -1 : 1));
}

interface Item {
  item: StorageItem;
  maxAgeDays: number | null | undefined;
  fits: (name: string) => boolean;
}

/** Entries for cookies, with how their names are read: `*` stands for anything, and a name must have two other characters. */
function itemsOf(storage: readonly Storage[]): Item[] {
  return storage.flatMap(({ value }) =>
    (value.items ?? [])
      .filter(({ type, name }) => type === "cookie" && name.replaceAll("*", "").length >= 2)
      .map((item) => {
        const [start = "", ...rest] = item.name.split("*");
        const end = rest.at(-1) ?? "";
        const fits =
          rest.length === 0
            ? (name: string) => name === start
            : (name: string) => name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
        return { item, maxAgeDays: item.maxAgeDays, fits };
      }),
  );
}

/** What a cookie is for by somebody's word, found by its name. */
import type { CookieFacts } from "../schema.ts";

export interface CookieWords {
  category: string;
  purposes: readonly string[];
  record: number;
}

/**
 * A look-up by name and domain. A row that names the cookie's domain comes first; without one, a name of at least three letters of which all rows say
 * the same. A beginning (`_ga_`) counts where no whole name does, the longest first.
 *
 * @example
 * ```ts
 * const wordsOf = cookieWords(cookies);
 * wordsOf("IDE", "doubleclick.net")?.category; // "Marketing"
 * ```
 */
export function cookieWords(cookies: readonly { record: { id: number }; facts: CookieFacts }[]): (name: string, domain: string) => CookieWords | undefined {
  const exact = new Map<string, Row[]>();
  const beginnings = new Map<string, Row[]>();
  for (const { record, facts } of cookies) {
    const map = facts.prefix ? beginnings : exact;
    (map.get(facts.name) ?? map.set(facts.name, []).get(facts.name)!).push({ record: record.id, facts });
  }
  const known = new Map<string, CookieWords | undefined>();
  return (name, domain) => {
    const key = `${name}\n${domain}`;
    if (!known.has(key)) known.set(key, find(name, domain));
    return known.get(key);
  };

  function find(name: string, domain: string): CookieWords | undefined {
    const whole = agreed(exact.get(name), name, domain);
    if (whole !== undefined) return whole;
    for (let length = name.length; length > 0; length -= 1) {
      const found = agreed(beginnings.get(name.slice(0, length)), name.slice(0, length), domain);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

interface Row {
  record: number;
  facts: CookieFacts;
}

function agreed(rows: readonly Row[] | undefined, name: string, domain: string): CookieWords | undefined {
  if (rows === undefined) return undefined;
  const there = rows.filter(({ facts }) => facts.domain !== undefined && (facts.domain === domain || facts.domain.endsWith(`.${domain}`)));
  const candidates = there.length > 0 ? there : name.length >= 3 ? rows : [];
  const first = candidates[0];
  if (first === undefined || candidates.some(({ facts }) => facts.category !== first.facts.category)) return undefined;
  return { category: first.facts.category, purposes: first.facts.purposes, record: first.record };
}

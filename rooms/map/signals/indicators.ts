/** The nine indicators: how each is read from a card. A source that does not say something gives no answer; it never gives a low one. */
import type { CompanyCard } from "../card-schema.ts";
import { indicatorIds } from "../signals-schema.ts";
import type { IndicatorAnswer, IndicatorId, Steps } from "../signals-schema.ts";
import type { SignalContext } from "./signals.ts";

/** What a reader finds; id and weight are put in front of it. `declaring`: the records that declare, the newest day first. */
type Found = Omit<IndicatorAnswer, "id" | "weight">;
type Reader = (card: CompanyCard, context: SignalContext, declaring: readonly number[]) => Found;

/** The answers to all indicators, in their order. */
export function answersOf(card: CompanyCard, context: SignalContext): IndicatorAnswer[] {
  const declaring = declaringRecords(card);
  return indicatorIds.map((id) => ({ id, weight: context.method.weights[id], ...READERS[id](card, context, declaring) }));
}

const READERS: Record<IndicatorId, Reader> = {
  /** Of purposes on consent or on legitimate interest, the share on consent. Other grounds (a contract, a law) leave no such choice to make. */
  choice(card, _, declaring) {
    for (const id of declaring) {
      const purposes = card.practices.filter(({ record, element }) => record === id && element === "purpose");
      const [consent, interest] = [codesOn(purposes, "consent"), codesOn(purposes, "legitimate-interest")];
      const all = new Set([...consent, ...interest]);
      if (all.size === 0) continue;
      const free = [...consent].filter((code) => !interest.has(code)).length;
      return answer(
        (100 * free) / all.size,
        `${free} of ${count(all.size, "purpose")} on consent, ${all.size - free} on legitimate interest, by its declaration.`,
        [id],
      );
    }
    return none(isVendor(card), "No source that we read states purposes of it on consent or on legitimate interest.");
  },

  minimise(card, { method: { dataCategories } }, declaring) {
    for (const id of declaring) {
      const known = card.data.filter(({ term, records }) => term.scheme === "tcf" && records.includes(id) && numberOf(term.code) <= dataCategories);
      if (known.length === 0) continue;
      return answer(
        100 * (1 - known.length / dataCategories),
        `Declares ${known.length} of the ${dataCategories} categories of data that the vendor list has.`,
        [id],
      );
    }
    return none(isVendor(card), "No source that we read states which categories of data it uses.");
  },

  restraint(card, _, declaring) {
    for (const id of declaring) {
      // Only the vendor list has features; a source of purposes alone would say "no" where it says nothing.
      if (card.records.find((record) => record.id === id)!.source !== "tcf-gvl") continue;
      const codes = new Set(card.practices.flatMap(({ record, term }) => (record === id && term.scheme === "tcf" ? [term.code] : [])));
      if (codes.size === 0) continue;
      const used = FAR_REACHING.filter(([code]) => codes.has(code)).map(([, name]) => name);
      const words =
        used.length === 0
          ? `Declares none of ${FAR_REACHING.length} far-reaching practices.`
          : `Declares ${used.length} of ${FAR_REACHING.length} far-reaching practices: ${used.join(", ")}.`;
      return answer(100 * (1 - used.length / FAR_REACHING.length), words, [id]);
    }
    return none(isVendor(card), "No source that we read states its features.");
  },

  /** The longest period that it states. Where some purposes have none, and there is no standard for them, it is not stated. */
  retention(card, { method }, declaring) {
    for (const id of declaring) {
      const standard = card.retention.find(({ records }) => records.includes(id))?.value;
      const purposes = card.practices.filter(({ record, element }) => record === id && (element === "purpose" || element === "special-purpose"));
      const single = purposes.flatMap(({ retentionDays }) => retentionDays ?? []);
      if (standard === undefined && single.length === 0) continue;
      if (standard == null && single.length < purposes.length) {
        const words =
          single.length === 0
            ? "Asked for by the source, and left empty."
            : `Stated for ${single.length} of ${count(purposes.length, "purpose")}, without a standard for the others.`;
        return { ...none(true, words), records: [id] };
      }
      const longest = Math.max(standard ?? 0, ...single);
      return answer(stepOf(method.retentionDays, longest), `Keeps data for at most ${count(longest, "day")}, by its declaration.`, [id]);
    }
    return none(isVendor(card), "No source that we read states how long it keeps data.");
  },

  storage(card, { method }, declaring) {
    for (const id of declaring) {
      const storage = card.storage.find(({ records, value }) => records.includes(id) && value.firstPartyOnly !== true)?.value;
      if (storage?.cookies === undefined) continue;
      if (!storage.cookies) {
        if (storage.otherThanCookies === false) return answer(100, "Declares that it keeps nothing on devices.", [id]);
        return { ...none(true, "Declares no cookies; how long it keeps other things on devices is not asked for."), records: [id] };
      }
      if (typeof storage.maxAgeDays !== "number") return { ...none(true, "How long its cookies live is not stated."), records: [id] };
      const again = storage.refreshed === true;
      const score = stepOf(method.storageDays, storage.maxAgeDays) - (again ? method.refreshed : 0);
      return answer(
        Math.max(0, score),
        `Its cookies live for at most ${count(storage.maxAgeDays, "day")}${again ? ", anew with each visit" : ""}, by its declaration.`,
        [id],
      );
    }
    return none(isVendor(card), "No source that we read states it for all that it keeps on devices.");
  },

  /** Several services: their mean. A page kept from search engines is no statement about leaving: what it counts for is concluded. */
  exit(card, { method }) {
    const found = card.rights.flatMap(({ value: { difficulty, hiddenFromSearch }, records }) =>
      difficulty !== undefined
        ? records.map((record) => ({ score: method.exit[difficulty], words: `leaving is ${difficulty}, as volunteers found it`, record, inferred: false }))
        : hiddenFromSearch === true
          ? records.map((record) => ({ score: method.exit.impossible, words: "its page for deletion was kept from search engines", record, inferred: true }))
          : [],
    );
    if (found.length === 0)
      return none(
        card.rights.some(({ value }) => value.deletionUrl !== undefined),
        "No source that we read says how one leaves.",
      );
    const groups = [...Map.groupBy(found, ({ words }) => words)].map(([words, all]) =>
      found.length === 1 ? words : `${words} (${all.length} of ${found.length} services)`,
    );
    const score = found.reduce((sum, one) => sum + one.score, 0) / found.length;
    const records = found.map(({ record }) => record).sort((a, b) => a - b);
    return { ...answer(score, sentence(groups.join("; ")), records), ...(found.some(({ inferred }) => inferred) && { inferred: true as const }) };
  },

  /** What a source says of the way for requests, each 100 or 0; their mean. A way that no source names is not known, and not absent. */
  channel(card, { method }) {
    const applies = card.rights.length > 0 || card.contacts.some(({ value }) => value.purpose === "rights");
    const direct = card.contacts.filter(({ value }) => value.purpose === "rights" && (value.kind === "email" || value.kind === "form"));
    const found: { good: boolean; words: string; records: number[] }[] = [];
    const post = card.rights.find(({ value }) => value.preferred === "letter" || value.preferred === "fax");
    if (direct.length > 0) found.push({ good: true, words: "an e-mail address or form for requests is known", records: recordsOf(direct) });
    else if (post !== undefined) found.push({ good: false, words: `requests go by ${post.value.preferred}`, records: post.records });
    const identity = card.rights.find(({ value }) => value.needsIdDocument !== undefined);
    if (identity !== undefined) {
      const asked = identity.value.needsIdDocument!;
      found.push({ good: !asked, words: `${asked ? "a" : "no"} copy of an identity document is asked for`, records: identity.records });
    }
    const fields = card.rights.find(({ value }) => value.requiredFields !== undefined);
    if (fields !== undefined) {
      const many = fields.value.requiredFields!;
      found.push({ good: many <= method.requiredFields, words: `a request must name ${count(many, "thing")} about oneself`, records: fields.records });
    }
    // Without the way itself, what it asks for says little.
    if (direct.length === 0 && post === undefined) return none(applies, "No source that we read names an e-mail address or form for requests.");
    return answer((100 * found.filter(({ good }) => good).length) / found.length, sentence(found.map(({ words }) => words).join("; ")), recordsOf(found));
  },

  /** Third parties only are counted: of who is itself a third party elsewhere the count says little, and is not used. */
  exposure(card, { exposure }) {
    const own = card.domains.filter(({ role, holder, sharedWith }) => role === "own" && holder === "own" && sharedWith.length === 0);
    const counted = own.flatMap(({ value }) => {
      const found = exposure(value);
      return found === undefined ? [] : [{ site: value, ...found }];
    });
    const [first] = counted;
    if (first === undefined) return none(false, "None of its sites is among those that were counted.");
    const most = counted.reduce((a, b) => (b.mean > a.mean ? b : a));
    const seen = `${count(round(most.mean), "tracker")} a page on ${most.site}${counted.length > 1 ? `, the most of its ${counted.length} counted sites` : ""}`;
    const rest = { records: [most.record], site: most.site };
    if (card.reach.length > 0 || card.seenOn.length > 0 || isVendor(card))
      return { ...none(false, `${seen}; not used, as it is itself met on other sites, and a count of third parties leaves it out.`), ...rest };
    const share = counted.reduce((sum, { shareAbove }) => sum + shareAbove, 0) / counted.length;
    return { ...answer(100 * share, `${seen}; ${Math.round(100 * most.shareAbove)} % of the counted sites have more.`, []), ...rest };
  },

  notice(card, { method, noticeChanges }) {
    const changes = noticeChanges(card);
    if (changes === undefined) return none(false, "None of the sources that we read keeps the versions of its notice.");
    const times = changes.count === 1 ? "one change" : `${changes.count} changes`;
    return answer(
      100,
      `Others keep the versions of its privacy notice: ${times} in ${count(method.noticeYears, "year")}, the last on ${changes.last}.`,
      changes.records,
    );
  },
};

/** Practices of TCF that reach far: code in the list, and our words. */
const FAR_REACHING: readonly (readonly [code: string, name: string])[] = [
  ["special feature 1", "precise location"],
  ["special feature 2", "scanning devices to recognise them"],
  ["feature 3", "recognising devices by what they send"],
  ["feature 1", "matching data from other sources"],
  ["purpose 3", "profiles for advertising"],
  ["purpose 5", "profiles for content"],
];

/** The records that declare, of the newest day first; not those of who left the list. */
function declaringRecords(card: CompanyCard): number[] {
  const ended = new Set(card.ended.flatMap(({ records }) => records));
  const says = new Set(card.practices.map(({ record }) => record));
  for (const { records } of [...card.data, ...card.retention, ...card.storage]) for (const record of records) says.add(record);
  return card.records
    .filter(({ id, gone }) => says.has(id) && gone === null && !ended.has(id))
    .sort((a, b) => (b.dated ?? b.retrievedAt).localeCompare(a.dated ?? a.retrievedAt) || b.id - a.id)
    .map(({ id }) => id);
}

/** What only vendors of the TCF are asked for is no gap in what others say. */
function isVendor(card: CompanyCard): boolean {
  return card.identifiers.some(({ value }) => value.scheme === "tcf") || card.practices.some(({ term }) => term.scheme === "tcf");
}

function codesOn(practices: CompanyCard["practices"], ground: string): Set<string> {
  return new Set(practices.flatMap(({ basis, term }) => (basis === ground ? [`${term.scheme} ${term.code}`] : [])));
}

/** `data category 8` -> 8. */
function numberOf(code: string): number {
  return Number(/\d+$/.exec(code)?.[0] ?? Number.NaN);
}

function stepOf(steps: Steps, days: number): number {
  return steps.find(([upTo]) => days <= upTo)?.[1] ?? 0;
}

function answer(score: number, words: string, records: number[]): Found {
  return { applies: true, score, words, records };
}

function none(applies: boolean, words: string): Found {
  return { applies, score: null, words, records: [] };
}

function recordsOf(found: readonly { records: number[] }[]): number[] {
  return [...new Set(found.flatMap(({ records }) => records))].sort((a, b) => a - b);
}

/** `1 day`, `390 days`. */
function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}

function round(n: number): number {
  return Math.round(10 * n) / 10;
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}

/** What changed between two versions of a record, in sentences. */
import { tcfFeatures, tcfPurposes, tcfSpecialFeatures, tcfSpecialPurposes } from "@freehold/protocol/vocabulary";
import type { Basis, DataTerm, Declared, Facts, OrganisationFacts, Practice, StorageItem } from "../schema.ts";

const GROUNDS: { [basis in Basis]: string } = {
  consent: "consent",
  "legitimate-interest": "legitimate interest",
  contract: "a contract",
  "legal-obligation": "a legal obligation",
  "public-task": "a public task",
  "vital-interests": "vital interests",
  unstated: "an unstated ground",
};
const NAMES = { purpose: tcfPurposes, "special-purpose": tcfSpecialPurposes, feature: tcfFeatures, "special-feature": tcfSpecialFeatures };

/** Single entries (domains, storage) are named up to here, then counted. */
const NAMED = 5;

/**
 * Sentences about what a source says now and did not say before; none where nothing that we read has changed. Of scans, sites and cookies there
 * are none: they are observations of their day.
 *
 * @param after null where the source dropped the record.
 * @example
 * ```ts
 * diffRecords(before, after); // ["Dropped legitimate interest for purpose 7, Measure how ads work", "Retention 390 days, before 180"]
 * ```
 */
export function diffRecords(before: Facts, after: Facts | null): string[] {
  if (after === null) return ["Left the list"];
  if (before.kind !== "organisation" || after.kind !== "organisation") return [];
  return [
    ...ofIdentity(before, after),
    ...ofPractices(before.declared, after.declared),
    ...ofDeclared(before.declared, after.declared),
    ...ofContacts(before, after),
  ];
}

function ofIdentity(before: OrganisationFacts, after: OrganisationFacts): string[] {
  const out: string[] = [];
  if (after.ended !== undefined && before.ended === undefined) out.push(`${after.ended.reason}${after.ended.on === undefined ? "" : `, on ${after.ended.on}`}`);
  if (after.ended === undefined && before.ended !== undefined) out.push("Is in the list again");
  if (before.name !== after.name) out.push(`Now called ${after.name}, before ${before.name}`);
  if (after.country !== before.country)
    out.push(
      after.country === undefined
        ? `Country no longer stated, before ${before.country}`
        : `Country ${after.country}${before.country === undefined ? "" : `, before ${before.country}`}`,
    );
  const hosts = (facts: OrganisationFacts): string[] => facts.domains.map(({ host }) => host);
  return [...out, ...listed("domain", hosts(before), hosts(after))];
}

function ofPractices(before: Declared | undefined, after: Declared | undefined): string[] {
  const [old, now] = [groundsOf(before), groundsOf(after)];
  const out: string[] = [];
  for (const [id, { name, element, grounds }] of now) {
    const had = old.get(id)?.grounds ?? new Map<Basis, boolean>();
    const added = [...grounds.keys()].filter((basis) => !had.has(basis));
    const dropped = [...had.keys()].filter((basis) => !grounds.has(basis));
    if (element !== "purpose") {
      if (added.length > 0 && had.size === 0) out.push(`Now declares ${name}`);
    } else if (had.size === 0) out.push(`Now declares ${name}, on ${grounded(added)}`);
    else if (added.length > 0 && dropped.length > 0) out.push(`Now ${grounded(added)} for ${name}, before ${grounded(dropped)}`);
    else if (added.length > 0) out.push(`Added ${grounded(added)} for ${name}`);
    else if (dropped.length > 0) out.push(`Dropped ${grounded(dropped)} for ${name}`);
    for (const [basis, flexible] of grounds) {
      if (had.has(basis) && had.get(basis) !== flexible)
        out.push(flexible ? `Sites may now choose the ground for ${name}` : `Sites may no longer choose the ground for ${name}`);
    }
  }
  for (const [id, { name, element, grounds }] of old) {
    if (now.has(id)) continue;
    out.push(element === "purpose" ? `Dropped ${grounded([...grounds.keys()])} for ${name}` : `No longer declares ${name}`);
  }
  return out;
}

interface Grounds {
  name: string;
  element: Practice["element"];
  /** Ground -> flexible. */
  grounds: Map<Basis, boolean>;
}

function groundsOf(declared: Declared | undefined): Map<string, Grounds> {
  const out = new Map<string, Grounds>();
  for (const { term, element, basis, flexible } of declared?.practices ?? []) {
    const id = `${term.scheme} ${element} ${term.code}`;
    const one = out.get(id) ?? { name: nameOf(term, element), element, grounds: new Map() };
    out.set(id, one);
    one.grounds.set(basis, flexible === true);
  }
  return out;
}

/** `purpose 7, Measure how ads work`: our names, so that a source that words its list anew has changed nothing. */
function nameOf(term: Practice["term"], element: Practice["element"]): string {
  const number = term.scheme === "tcf" ? /\d+$/.exec(term.code)?.[0] : undefined;
  if (number === undefined) return term.name;
  return `${element.replace("-", " ")} ${number}, ${NAMES[element].find(({ id }) => String(id) === number)?.name ?? term.name}`;
}

function grounded(bases: readonly Basis[]): string {
  return bases.map((basis) => GROUNDS[basis]).join(" and ");
}

function ofDeclared(before: Declared | undefined, after: Declared | undefined): string[] {
  if (before === undefined || after === undefined) return [];
  const out: string[] = [];
  out.push(...changed("Retention", before.retentionDays, after.retentionDays, days));
  const perPurpose = (declared: Declared): Map<string, number> =>
    new Map(
      declared.practices.flatMap(({ term, element, retentionDays }) => (retentionDays === undefined ? [] : [[nameOf(term, element), retentionDays] as const])),
    );
  const [old, now] = [perPurpose(before), perPurpose(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) out.push(...changed(`Retention for ${name}:`, old.get(name), now.get(name), days));
  out.push(...named("data", dataOf(before), dataOf(after)));
  const [was, is] = [before.storage, after.storage];
  out.push(...changed("Uses cookies:", was?.cookies, is?.cookies, yesNo));
  out.push(...changed("Longest life of a cookie", was?.maxAgeDays, is?.maxAgeDays, (value) => (value === 0 ? "the session" : days(value))));
  out.push(...changed("Renews the life of its cookies:", was?.refreshed, is?.refreshed, yesNo));
  out.push(...changed("Keeps things by other means than cookies:", was?.otherThanCookies, is?.otherThanCookies, yesNo));
  const itemNames = (items: readonly StorageItem[] | undefined): string[] => (items ?? []).map(({ name }) => name);
  out.push(...listed("storage entry", itemNames(was?.items), itemNames(is?.items)));
  const lives = (items: readonly StorageItem[] | undefined): Map<string, number | null | undefined> =>
    new Map((items ?? []).map((item) => [item.name, item.maxAgeDays]));
  const [oldLives, newLives] = [lives(was?.items), lives(is?.items)];
  for (const [name, life] of newLives) if (oldLives.has(name)) out.push(...changed(`Life of ${name}`, oldLives.get(name), life, days));
  for (const kind of ["privacy", "legitimate-interest", "storage", "processing-agreement", "subprocessors", "rights"] as const) {
    const urls = (declared: Declared): string =>
      declared.notices
        .filter((notice) => notice.kind === kind)
        .map(({ url, language }) => `${language ?? ""} ${url}`)
        .sort()
        .join();
    if (urls(before) !== urls(after)) out.push(`Another address of its ${kind === "privacy" ? "privacy notice" : `notice (${kind.replace("-", " ")})`}`);
  }
  out.push(...named("recipients", recipientsOf(before), recipientsOf(after)), ...named("transfers to", before.transfers ?? [], after.transfers ?? []));
  return out;
}

function dataOf(declared: Declared): string[] {
  const names = (list: readonly DataTerm[] | undefined): string[] => (list ?? []).map(({ term }) => lower(term.name));
  return [...new Set([...names(declared.data), ...declared.practices.flatMap(({ data }) => names(data))])];
}

function recipientsOf(declared: Declared): string[] {
  return [...new Set(declared.practices.flatMap(({ recipients }) => recipients ?? []))];
}

function ofContacts(before: OrganisationFacts, after: OrganisationFacts): string[] {
  const out: string[] = [];
  // The value itself may be withheld later: it does not stand in a sentence.
  for (const kind of ["email", "form", "post", "phone"] as const) {
    const values = (facts: OrganisationFacts): string =>
      facts.contacts
        .filter((one) => one.kind === kind)
        .map(({ value }) => value)
        .sort()
        .join("\n");
    const [old, now] = [values(before), values(after)];
    const what = { email: "e-mail address", form: "form", post: "postal address", phone: "telephone number" }[kind];
    if (old !== now)
      out.push(
        old === ""
          ? `Now gives ${kind === "email" ? "an" : "a"} ${what}`
          : now === ""
            ? `No longer gives ${kind === "email" ? "an" : "a"} ${what}`
            : `Another ${what}`,
      );
  }
  out.push(...changed("Getting out is", before.rights?.difficulty, after.rights?.difficulty, (value) => value));
  if (before.rights?.deletionUrl !== after.rights?.deletionUrl) out.push("Another page for deletion");
  out.push(...changed("Deletion page hidden from search engines:", before.rights?.hiddenFromSearch, after.rights?.hiddenFromSearch, yesNo));
  for (const { field, words, value } of after.flags ?? []) {
    const had = before.flags?.find((one) => one.field === field);
    if (had !== undefined && had.value !== value) out.push(`${words}: ${yesNo(value)}, before ${yesNo(had.value)}`);
  }
  return out;
}

/** `Retention 390 days, before 180 days`; silence on either side is "not stated". */
function changed<T>(what: string, before: T | null | undefined, after: T | null | undefined, words: (value: T) => string): string[] {
  if ((before ?? null) === (after ?? null)) return [];
  const say = (value: T | null | undefined): string => (value === null || value === undefined ? "not stated" : words(value));
  return [`${what} ${say(after)}, before ${say(before)}`];
}

function named(what: string, before: readonly string[], after: readonly string[]): string[] {
  const [added, dropped] = difference(before, after);
  const verb = what === "data" ? "" : `${what} `;
  return [...added.map((name) => `Now declares ${verb}${name}`), ...dropped.map((name) => `No longer declares ${verb}${name}`)];
}

function listed(what: string, before: readonly string[], after: readonly string[]): string[] {
  const [added, dropped] = difference(before, after);
  const count = (list: readonly string[]): string =>
    list.length > NAMED
      ? `${list.length} ${what === "storage entry" ? "storage entries" : `${what}s`}`
      : `${list.length === 1 ? what : what === "storage entry" ? "storage entries" : `${what}s`} ${list.join(", ")}`;
  return [...(added.length > 0 ? [`Added ${count(added)}`] : []), ...(dropped.length > 0 ? [`Dropped ${count(dropped)}`] : [])];
}

function difference(before: readonly string[], after: readonly string[]): [added: string[], dropped: string[]] {
  const [old, now] = [new Set(before), new Set(after)];
  return [[...now].filter((one) => !old.has(one)), [...old].filter((one) => !now.has(one))];
}

function days(value: number): string {
  return value === 1 ? "1 day" : `${value} days`;
}

function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}

function lower(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name[0]!.toLowerCase() + name.slice(1) : name;
}

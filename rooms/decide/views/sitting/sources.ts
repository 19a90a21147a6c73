/** From what she has to whom it names. All of it is read here; the register is asked for the same parts of its lists by everyone. */
import type { JsonValue } from "@freehold/protocol/canonical";
import { FreeholdError } from "@freehold/protocol/errors";
import { readHar } from "../../../map/har.ts";
import { decodeTcString, summarise } from "../../../map/tc-string.ts";
import type { Organisations } from "./shards.ts";
import type { Found, Sitting } from "./state.ts";

/** A made-up answer "Accept all" to well-known vendors, dated 1 November 2026. */
export const EXAMPLE_TC =
  "CQtAQoAQtAQoAAfABBENAREgAP_AAEPAAAYgF5wCwAFAAVAA4ACAAFoAMgAaABFACgARwBeYF5wCAAKgAcABAADIAGgAUACOALzAAAAA.IF5wCwAFAAVAA4ACAAFoAMgAaABFACgARwBeYAAA.YAAAAAAAAAAA";

export type Named = Pick<Sitting, "found" | "unknown"> & Partial<Sitting>;
type Progress = (done: number, of: number) => void;

/** Whom a TC string says yes to. Throws `tc_string_malformed`. */
export async function fromTcString(text: string, organisations: Organisations, progress?: Progress): Promise<Named> {
  const answers = summarise(decodeTcString(text));
  const ids = await organisations.ofVendors(answers.map(({ vendor }) => vendor));
  const cards = new Map((await organisations.byId([...new Set(ids.values())], progress)).map((one) => [one.id, one]));
  const found = new Map<string, Found>();
  const unknown: string[] = [];
  for (const { vendor, consent, legitimateInterest } of answers) {
    const organisation = cards.get(ids.get(vendor) ?? "");
    if (organisation === undefined) unknown.push(`IAB ${vendor}`);
    else found.set(organisation.id, { organisation, yes: merged(found.get(organisation.id)?.yes, { consent, legitimateInterest }) });
  }
  return { kind: "tc", tcString: text.trim(), found: byName(found.values()), unknown };
}

/** Two ids of one organisation. */
function merged(a: Found["yes"], b: NonNullable<Found["yes"]>): NonNullable<Found["yes"]> {
  const both = (x: readonly number[], y: readonly number[]) => [...new Set([...x, ...y])].sort((m, n) => m - n);
  return a === undefined ? b : { consent: both(a.consent, b.consent), legitimateInterest: both(a.legitimateInterest, b.legitimateInterest) };
}

/** The most that a HAR may have, in bytes: browsers hold it in memory several times. */
const MAX_HAR = 200_000_000;

/** Whom a page contacted by a HAR. Throws `har_malformed`. */
export async function fromHar(file: File, organisations: Organisations, progress?: Progress): Promise<Named> {
  if (file.size > MAX_HAR) throw new FreeholdError("har_malformed", `The file has ${Math.round(file.size / 1e6)} MB; at most ${MAX_HAR / 1e6} MB are read.`);
  let json: JsonValue;
  try {
    json = JSON.parse(await file.text()) as JsonValue;
  } catch (cause) {
    throw new FreeholdError("har_malformed", "The file is no HAR: it is not JSON.", { cause });
  }
  const { facts } = readHar(json, { domainOf: shortHost });
  const parties = facts.visits.flatMap(({ thirdParties }) => thirdParties);
  const named = await ofParties(
    parties.flatMap(({ hosts, requests }) => hosts.map((host, i) => ({ host, requests: i === 0 ? requests : 0 }))),
    organisations,
    progress,
  );
  return { kind: "har", site: facts.site, ...named };
}

/** Whom our own browser saw contacted on a site, where it was there. */
export async function fromSite(address: string, organisations: Organisations, progress?: Progress): Promise<Named> {
  const host = hostOf(address);
  const seen = (await organisations.site(host)) ?? (await organisations.site(shortHost(host)));
  if (seen === undefined) throw new FreeholdError("record_unknown", `No scan of ${host} is in the map. Use a file of your own browser instead.`);
  const own = new Map<string, string[]>();
  for (const { domain, organisations: ids } of seen.thirdParties) for (const id of ids) own.set(id, [...(own.get(id) ?? []), domain]);
  if (seen.organisation !== null && !own.has(seen.organisation)) own.set(seen.organisation, [host]);
  const cards = await organisations.byId([...own.keys()], progress);
  const unknown = seen.thirdParties.filter(({ organisations: ids }) => ids.length === 0).map(({ domain }) => domain);
  return {
    kind: "site",
    site: host,
    found: byName(cards.map((organisation) => ({ organisation, contacted: { domains: own.get(organisation.id)! } }))),
    unknown,
  };
}

/** Organisations that she named herself. */
export async function fromPicks(ids: readonly string[], organisations: Organisations, progress?: Progress): Promise<Named> {
  return { kind: "pick", found: byName((await organisations.byId(ids, progress)).map((organisation) => ({ organisation }))), unknown: [] };
}

async function ofParties(parties: readonly { host: string; requests: number }[], organisations: Organisations, progress?: Progress) {
  const domains = new Map<string, Set<string>>();
  const requests = new Map<string, number>();
  const unknown = new Set<string>();
  for (const { host, requests: count } of parties) {
    const holder = await organisations.ofHost(host);
    if (holder === undefined) unknown.add(shortHost(host));
    for (const id of holder?.organisations ?? []) {
      domains.set(id, (domains.get(id) ?? new Set()).add(holder!.domain));
      requests.set(id, (requests.get(id) ?? 0) + count);
    }
  }
  const cards = await organisations.byId([...domains.keys()], progress);
  const found = cards.map((organisation): Found => ({
    organisation,
    contacted: { domains: [...domains.get(organisation.id)!], requests: requests.get(organisation.id)! },
  }));
  return { found: byName(found), unknown: [...unknown].sort() };
}

/** The host of what somebody typed as an address. Throws `argument_invalid`. */
function hostOf(address: string): string {
  const url = /^https?:\/\//i.test(address.trim()) ? address.trim() : `https://${address.trim()}`;
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^www\.(?=.+\.)/, "") : "";
  if (!host.includes(".")) throw new FreeholdError("argument_invalid", "That is no address of a site. One looks like example.org.");
  return host;
}

/** A guess at the registrable domain, without the list of public suffixes: it only says which requests of a HAR are of the site itself. */
function shortHost(host: string): string {
  const labels = host.split(".");
  if (labels.length <= 2 || /^[\d.]+$/.test(host)) return host;
  const isShort = labels.at(-1)!.length === 2 && /^(?:ac|co|com|edu|go|gob|gov|ne|net|nom|or|org)$/.test(labels.at(-2)!);
  return labels.slice(isShort ? -3 : -2).join(".");
}

const byName = (found: Iterable<Found>): Found[] => [...found].sort((a, b) => a.organisation.name.localeCompare(b.organisation.name));

/**
 * Who an organisation is, by the map of a register, which does not learn who is meant: it gives its organisations in parts of at least 500, the
 * same for everybody, and the part is searched here. All of it is a register's word: what has not the form that is needed is left out.
 */
import { createHash } from "node:crypto";
import type { Ground, DeclaredUse } from "@freehold/person/acts";
import { Refused, ask, expectStatus, membersOf } from "@freehold/person/http";
import type { Fetch } from "@freehold/person/http";
import type { SeenDeclaration } from "@freehold/person/schema";
import { FreeholdError } from "@freehold/protocol/errors";
import { EXIT, Failure } from "./exit.ts";

export interface Organisation {
  id: string;
  name: string;
  /** By which records name it (spec/record.md). */
  controller: string;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** Its own domains. */
  domains: string[];
  /** `rights`: it is there for requests about data. */
  contacts: { kind: string; value: string; rights: boolean; person: boolean; onOwnDomain: boolean }[];
  practices: { name: string; element: string; basis: Ground; purposes: string[] }[];
  retentionDays: number | null;
  /** Hash over its declarations; null where it made none. */
  declaration: string | null;
}

export interface Place {
  url: string;
  fetch: Fetch;
}

interface Part {
  organisations: Organisation[];
  domains: { readonly [domain: string]: unknown };
}

const MAX_PART = 67_108_864;
const URN = "urn:freehold:organisation:";

/**
 * The organisation that a word names: an id of the map, a domain, or a controller id. Undefined for a controller id that the map does not have.
 *
 * @throws {Failure} 65 where nothing has this name, or several have: it says which.
 * @example
 * ```ts
 * const organisation = await findOrganisation("shop.example", { url, fetch });
 * ```
 */
export async function findOrganisation(word: string, place: Place): Promise<Organisation | undefined> {
  const map = openMap(place);
  if (/^https?:\/\//.test(word)) return (await map.ofHost(hostOf(word))).find(({ controller }) => controller === word);
  if (word.startsWith(URN)) return (await map.byId([word.slice(URN.length)])).find(({ controller }) => controller === word);
  const [named] = await map.byId([word]);
  if (named !== undefined) return named;
  const holders = word.includes(".") ? await map.ofHost(word.toLowerCase()) : [];
  if (holders.length === 1) return holders[0];
  const likely = holders.length > 0 ? holders.map(({ id, name }) => `${id} (${name})`) : await map.like(word);
  const hint = likely.length > 0 ? ` ${holders.length > 0 ? "Several hold this domain" : "Is it one of these"}: ${likely.join(", ")}?` : "";
  throw new Failure(
    EXIT.badData,
    "organisation_unknown",
    `The register's map names nobody by ${word}.${hint} An organisation that is not on the map is named by its address, such as https://shop.example.`,
  );
}

/** The organisation that decisions name like this; undefined where the map has none, or cannot be asked. */
export async function organisationOf(controller: string, place: Place): Promise<Organisation | undefined> {
  try {
    return await findOrganisation(controller, place);
  } catch (error) {
    if (error instanceof FreeholdError) return undefined;
    throw error;
  }
}

/** What it declares, for the choice of acts; whether she had consented is not known here. */
export function usesOf({ practices }: Organisation): DeclaredUse[] {
  return practices
    .filter(({ element, purposes }) => element === "purpose" && purposes.length > 0)
    .map(({ basis: ground, purposes }) => (ground === "consent" ? { ground, purposes, consent: "unknown" } : { ground, purposes }));
}

/** What the map says now, in the form that pages write too, so that both tell later what has changed. */
export function seenOf({ id, declaration, practices, retentionDays }: Organisation, at: string): SeenDeclaration {
  const summary = practices.map(({ name, basis }) => `${name}: ${basis}`);
  if (retentionDays !== null) summary.push(`retention: ${retentionDays} days`);
  return { organisation: id, at, records: declaration === null ? [] : [declaration], summary: [...new Set(summary)].sort().slice(0, 1000) };
}

function openMap(place: Place) {
  let index: Promise<{ bits: number; parts: string[]; names: string } | undefined> | undefined;
  const parts = new Map<number, Promise<Part>>();
  const partOf = async (name: string): Promise<Part> => {
    const known = await (index ??= indexOf(place));
    if (known === undefined) return { organisations: [], domains: {} };
    const number = shardOf(name, known.bits);
    const there = parts.get(number) ?? partAt(known.parts[number] ?? "", place);
    parts.set(number, there);
    return there;
  };
  const byId = async (ids: readonly string[]): Promise<Organisation[]> =>
    (await Promise.all(ids.map(async (id) => (await partOf(id)).organisations.filter((one) => one.id === id)))).flat();
  return {
    byId,
    async ofHost(host: string): Promise<Organisation[]> {
      for (let domain = host; domain.includes("."); domain = domain.slice(domain.indexOf(".") + 1)) {
        const { domains } = await partOf(domain);
        if (Object.hasOwn(domains, domain)) return byId(textsOf(domains[domain]));
      }
      return [];
    },
    async like(word: string): Promise<string[]> {
      const known = await (index ??= indexOf(place));
      if (known === undefined) return [];
      const { names } = await read(known.names, place);
      const sought = word.toLowerCase();
      const like = (Array.isArray(names) ? names : []).map(textsOf).filter((one) => one.some((text) => text.toLowerCase().includes(sought)));
      return like.slice(0, 5).map(([id, name]) => `${id} (${name})`);
    },
  };
}

async function indexOf(place: Place): Promise<{ bits: number; parts: string[]; names: string } | undefined> {
  try {
    const { bits, parts, names } = await read("/v1/shards", place);
    if (!Number.isSafeInteger(bits) || (bits as number) < 0 || (bits as number) > 20 || typeof names !== "string") return undefined;
    return { bits: bits as number, parts: textsOf(parts), names };
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return undefined; // a register without a map
    throw error;
  }
}

async function partAt(path: string, place: Place): Promise<Part> {
  const { organisations, domains } = await read(path, place);
  return {
    organisations: (Array.isArray(organisations) ? organisations : []).flatMap(readOrganisation),
    domains: typeof domains === "object" && domains !== null ? (domains as Part["domains"]) : {},
  };
}

async function read(path: string, { url, fetch }: Place): Promise<{ readonly [member: string]: unknown }> {
  if (!path.startsWith("/v1/shards")) throw new FreeholdError("unavailable", "The register does not say where its lists of organisations are.");
  return membersOf(expectStatus(await ask(fetch, `${url}${path}`, { max: MAX_PART }), [200], `${url}${path}`).body);
}

/** The first bits of SHA-256 of a name. */
function shardOf(name: string, bits: number): number {
  return bits === 0 ? 0 : createHash("sha256").update(name).digest().readUInt32BE(0) >>> (32 - bits);
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname : "";
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
const objectsOf = (value: unknown): { [member: string]: unknown }[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
const GROUNDS: readonly string[] = ["consent", "legitimate-interest", "contract", "legal-obligation", "public-task", "vital-interests", "unstated"];

function readOrganisation(value: unknown): Organisation[] {
  const { id, name, controller, country, domains, contacts, practices, retentionDays, declaration } = (value ?? {}) as { [member: string]: unknown };
  if (typeof id !== "string" || typeof name !== "string" || typeof controller !== "string") return [];
  return [
    {
      id,
      name,
      controller,
      country: typeof country === "string" && /^[A-Z]{2}$/.test(country) ? country : null,
      domains: textsOf(domains),
      contacts: objectsOf(contacts).map((one) => ({
        kind: String(one["kind"]),
        value: String(one["value"]),
        rights: one["purpose"] === "rights",
        person: one["person"] === true,
        onOwnDomain: one["onOwnDomain"] === true,
      })),
      practices: objectsOf(practices).flatMap(({ term, element, basis, purposes }) =>
        GROUNDS.includes(basis as string)
          ? [
              {
                name: String((term as { name?: unknown } | undefined)?.name),
                element: String(element),
                basis: basis as Ground,
                purposes: textsOf(purposes),
              },
            ]
          : [],
      ),
      retentionDays: typeof retentionDays === "number" ? retentionDays : null,
      declaration: typeof declaration === "string" && /^[0-9a-f]{64}$/.test(declaration) ? declaration : null,
    },
  ];
}

/** What other rooms and the server may use of the map. */
import { createHash } from "node:crypto";
import { controllerId } from "@freehold/protocol/record";
import type { CompanyCard } from "./card-schema.ts";
import { hostOf, registrable } from "./domain.ts";
import type { ShardOrganisation } from "./shard-schema.ts";
import type { MapStore } from "./store.ts";

export type { Authority, Named } from "./store/answers.ts";
export { deriveIfOutdated } from "./store/derive.ts";
export { createPublishing } from "./intake/publishing.ts";
export type { Publishing } from "./intake/publishing.ts";
export { methodBody } from "./signals/method.ts";
export { createProgress } from "./intake/progress.ts";
export { createSigner } from "./intake/signer.ts";
export type { Signer } from "./intake/signer.ts";
export { needsSeed, seed } from "./intake/seed.ts";
export { MAP_FILE, openMapStore } from "./store.ts";
export type { MapStore } from "./store.ts";
export type { CompanyCard } from "./card-schema.ts";
export { isPublicAddress } from "./scan/address.ts";
export type { ShardOrganisation } from "./shard-schema.ts";

/**
 * All organisations in parts, for pages that must not tell the register whom a person looks for: who asks for a part asks for at least
 * {@link MIN_SHARD} organisations.
 */
export interface Shards {
  /** An organisation is in the part whose number are the first `bits` bits of SHA-256 of its id. */
  bits: number;
  parts: ShardOrganisation[][];
}

/** The least that a part holds, where there are so many. */
export const MIN_SHARD = 500;

/**
 * Made from all cards: keep it by `store.dataVersion()`.
 *
 * @example
 * ```ts
 * const { bits, parts } = shardsOf(store);
 * parts[shardNumber("criteo", bits)]; // 500 organisations or more, Criteo among them
 * ```
 */
export function shardsOf(store: Pick<MapStore, "cards" | "places">): Shards {
  return partsOf([...store.cards()].map((card) => shortForm(card, store)));
}

/** The same of what was gathered already, one organisation after the other, so that others are served in between. Of two that would have one controller id, neither has it. */
export function partsOf(gathered: readonly ShardOrganisation[]): Shards {
  const named = new Map<string, number>();
  for (const { controller } of gathered) named.set(controller, (named.get(controller) ?? 0) + 1);
  const all = gathered.map((one) => (named.get(one.controller)! > 1 ? { ...one, controller: nameOf(one.id) } : one));
  let bits = Math.max(0, Math.floor(Math.log2(all.length / MIN_SHARD)));
  for (; ; bits--) {
    const parts: ShardOrganisation[][] = Array.from({ length: 2 ** bits }, () => []);
    for (const organisation of all) parts[shardNumber(organisation.id, bits)]!.push(organisation);
    if (bits === 0 || parts.every((part) => part.length >= MIN_SHARD)) return { bits, parts };
  }
}

/** The part in which an organisation is. */
export function shardNumber(id: string, bits: number): number {
  return bits === 0 ? 0 : createHash("sha256").update(id).digest().readUInt32BE(0) >>> (32 - bits);
}

/** An organisation as a shard has it. */
export function shortForm(card: CompanyCard, store: Pick<MapStore, "places">): ShardOrganisation {
  const { id, name, country, website, contacts, rights, domains, identifiers, practices, retention, notices, ended, data } = card;
  const own = domains.filter(({ role }) => role === "own");
  const home = website === null ? undefined : registrable(hostOf(website.value) ?? "");
  const alone = own.filter(({ sharedWith }) => sharedWith.length === 0).map(({ value }) => value);
  const host = home === undefined ? (alone.length === 1 ? alone[0] : undefined) : alone.find((value) => value === home);
  const controller = host && `https://${host}`;
  const newest = retention.at(-1);
  const distinct = new Map(
    practices.map(({ term, element, basis, flexible, purposes, speaksOf }) => [
      `${basis} ${term.scheme} ${term.code}`,
      { term, element, basis, ...(flexible && { flexible }), purposes, ...(speaksOf && { speaksOf }) },
    ]),
  );
  return {
    id,
    name,
    controller: controller !== undefined && isControllerId(controller) ? controller : nameOf(id),
    country: country?.value ?? null,
    website: website?.value ?? null,
    domains: own.map(({ value }) => value),
    tcf: identifiers.filter(({ value }) => value.scheme === "tcf").map(({ value }) => Number(value.id)),
    contacts: contacts
      .filter(({ redacted }) => redacted !== true)
      .map(({ value: { kind, value, purpose, person }, onOwnDomain }) => ({ kind, value, purpose, ...(person && { person }), onOwnDomain })),
    rights: rights.map(({ value }) => value),
    practices: [...distinct.values()],
    data: [...new Set(data.flatMap(({ terms }) => terms))].sort(),
    ...(newest && { retentionDays: newest.value }),
    notices: notices.filter(({ value }) => value.kind === "privacy" || value.kind === "rights").map(({ value }) => value),
    declaration: declarationOf(card, store),
    ...(ended.length > 0 && { ended: true }),
  };
}

function declarationOf({ practices, data, retention, storage }: CompanyCard, store: Pick<MapStore, "places">): string | null {
  const records = new Set([...practices.map(({ record }) => record), ...[...data, ...retention, ...storage].flatMap((fact) => fact.records)]);
  const hashes = Object.values(store.places(records)).map(({ sha256 }) => sha256);
  return hashes.length === 0 ? null : createHash("sha256").update(hashes.sort().join(""), "hex").digest("hex");
}

function nameOf(id: string): string {
  return `urn:freehold:organisation:${id}`;
}

function isControllerId(text: string): boolean {
  try {
    controllerId(text, "");
    return true;
  } catch {
    return false;
  }
}

/** Standing instructions, such as "refuse advertising everywhere": they become drafts, and decisions only when she confirms them. Pure. */
import type { Act, Party } from "@freehold/protocol/record";
import { isWithin } from "@freehold/protocol/vocabulary";
import { recordIn } from "./item.ts";
import type { Book, Draft, Instruction } from "./schema.ts";

/** What an instruction has to know of an organisation. */
export interface InstructedOrganisation {
  party: Party;
  /** ISO 3166-1 alpha-2, where it is known. */
  country?: string;
  sector?: string;
  /** The purposes that it declares; null where it declares none, which is no reason to leave it out. */
  purposes: readonly string[] | null;
}

/** A draft, and the instruction that it follows. */
export interface InstructedDraft {
  draft: Draft;
  instruction: string;
}

const ACT: { readonly [A in Instruction["act"]]: Act } = {
  refuse: "dpv:ConsentRefused",
  object: "dpv:ObjectingToProcess",
  "opt-out": "dpv:OptingOutFromProcess",
};

/**
 * The drafts that an instruction asks for: one for each organisation in its scope that may do what it is about, and towards which she has not said
 * the same already.
 *
 * @example
 * ```ts
 * const drafts = draftsFor(instruction, organisations, book);
 * ```
 */
export function draftsFor(instruction: Instruction, organisations: readonly InstructedOrganisation[], book: Pick<Book, "items">): InstructedDraft[] {
  const { id, act, purposes, scope } = instruction;
  const said = saidAlready(book, ACT[act], purposes);
  return organisations
    .filter(({ party, ...organisation }) => isInScope(scope, organisation) && concerns(purposes, organisation.purposes) && !said.has(party.id))
    .map(({ party }) => ({ draft: { act: ACT[act], controller: party, processes: [{ purposes }] }, instruction: id }));
}

function isInScope(scope: Instruction["scope"], { country, sector }: Omit<InstructedOrganisation, "party">): boolean {
  if (scope === "everywhere") return true;
  return (scope.country === undefined || scope.country === country) && (scope.sector === undefined || scope.sector === sector);
}

function concerns(purposes: readonly string[], declared: readonly string[] | null): boolean {
  return declared === null || declared.some((one) => purposes.some((purpose) => isWithin(one, purpose) || isWithin(purpose, one)));
}

/** The controllers towards which a live decision of this act covers all these purposes. */
function saidAlready({ items }: Pick<Book, "items">, act: Act, purposes: readonly string[]): ReadonlySet<string> {
  const live = items.filter(({ withdrawn }) => withdrawn === undefined).map(recordIn);
  const covering = live.filter(
    (record) =>
      record.act === act &&
      purposes.every((purpose) =>
        // One that is about some data or some processing only leaves the rest open.
        (record.processes ?? [{}]).some(
          ({ data, processing, purposes: named }) => data === undefined && processing === undefined && (named?.some((one) => isWithin(purpose, one)) ?? true),
        ),
      ),
  );
  return new Set(covering.map(({ controller }) => controller.id));
}

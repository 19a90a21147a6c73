/** What she can say to those whom her evidence names: the acts of each by its grounds, together by act, and the drafts of what she chose. Pure. */
import { actsFor } from "@freehold/person/acts";
import type { ActId, DeclaredUse, FirstStep, OfferedAct } from "@freehold/person/acts";
import type { Draft, SeenDeclaration } from "@freehold/person/schema";
import type { Practice } from "../../../map/schema.ts";
import type { Home } from "../keep.ts";
import type { Found, Sitting } from "./state.ts";

/** An act, and to whom it can be said. */
interface OfferedToMany {
  act: OfferedAct;
  to: Found[];
}

/** What an organisation declares, with what her evidence says of consent. Purposes to which her string says yes on a ground that it does not declare are not counted: it may not do those. */
export function usesOf({ organisation, yes }: Found): DeclaredUse[] {
  return organisation.practices
    .filter(({ element, purposes }) => element === "purpose" && purposes.length > 0)
    .flatMap((practice): DeclaredUse[] => {
      const number = Number(/^purpose (\d+)$/.exec(practice.term.code)?.[1] ?? Number.NaN);
      const said = yes === undefined || Number.isNaN(number) ? undefined : yes;
      const { basis: ground, purposes } = practice;
      if (ground === "consent") return [{ ground, purposes, consent: said === undefined ? "unknown" : said.consent.includes(number) ? "given" : "never" }];
      return [{ ground, purposes }];
    });
}

/** The acts that can be said to one of them. */
export function actsOf(found: Found, home: Home): OfferedAct[] {
  const { country } = found.organisation;
  return [...actsFor(usesOf(found), { residence: home, ...(country !== null && /^[A-Z]{2}$/.test(country) && { controllerCountry: country }) }).acts];
}

/** All acts that can be said to some of those chosen, in their order. */
export function offeredTo(sitting: Sitting, home: Home): OfferedToMany[] {
  const byAct = new Map<ActId, OfferedToMany>();
  for (const found of chosenOf(sitting))
    for (const act of actsOf(found, home)) {
      const there = byAct.get(act.id) ?? { act: { ...act }, to: [] };
      there.to.push(found);
      there.act = { ...there.act, alternative: there.act.alternative && act.alternative, preset: there.act.preset || act.preset };
      byAct.set(act.id, there);
    }
  const order: ActId[] = [
    "withdraw",
    "refuse",
    "object-marketing",
    "opt-out",
    "object",
    "limit",
    "restrict",
    "recipients",
    "erase",
    "delete",
    "access",
    "know",
    "rectify",
    "correct",
    "port",
  ];
  return [...byAct.values()].sort((a, b) => order.indexOf(a.act.id) - order.indexOf(b.act.id));
}

/** What to do before any letter, by the law of where she lives. */
export function firstSteps(home: Home): readonly FirstStep[] {
  return actsFor([], { residence: home }).first;
}

function chosenOf({ found, chosen }: Sitting): Found[] {
  const ids = new Set(chosen);
  return found.filter(({ organisation }) => ids.has(organisation.id));
}

/** The acts that she has chosen, or that are preset. */
export function chosenActs(sitting: Sitting, home: Home): ActId[] {
  return sitting.acts ?? offeredTo(sitting, home).flatMap(({ act }) => (act.preset ? [act.id] : []));
}

/** Longer texts belong into a letter of her own. */
export const MAX_WORDS = 2000;

/** A draft, the organisation and the act that it is of. */
export interface NamedDraft {
  draft: Draft;
  found: Found;
  act: OfferedAct;
}

/** One draft for each act and organisation. An objection is one statement for each organisation: to marketing, and alternatively on her grounds. */
export function draftsOf(sitting: Sitting, home: Home): NamedDraft[] {
  const chosen = new Set(chosenActs(sitting, home));
  return chosenOf(sitting).flatMap((found) =>
    actsOf(found, home)
      .filter(({ id, words }) => chosen.has(id) && (words !== "needed" || sitting.words.trim() !== ""))
      .map((act) => ({
        found,
        act,
        draft: {
          act: act.term,
          controller: { id: found.organisation.controller, name: found.organisation.name.slice(0, 200) },
          ...(act.processes !== undefined && { processes: act.processes.map((process) => ({ ...process })) }),
        },
      })),
  );
}

/** What the map says now, to tell later what has changed. */
export function seenOf({ organisation }: Found, at: string): SeenDeclaration {
  const { id, declaration, practices, retentionDays } = organisation;
  const summary = practices.map((practice) => lineOf(practice));
  if (retentionDays !== undefined && retentionDays !== null) summary.push(`retention: ${retentionDays} days`);
  return { organisation: id, at, records: declaration === null ? [] : [declaration], summary: [...new Set(summary)].sort().slice(0, 1000) };
}

/** A line of a declaration, the same for the same practice. */
function lineOf({ term, basis }: Pick<Practice, "term" | "basis">): string {
  return `${term.name}: ${basis}`;
}

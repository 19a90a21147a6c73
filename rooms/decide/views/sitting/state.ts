/** One sitting, as far as she has come: plain data, kept in this tab only, and gone with it. */
import type { ActId } from "@freehold/person/acts";
import type { ShardOrganisation } from "../../schema.ts";

export const steps = ["source", "whom", "acts", "check", "sign", "done"] as const;
export type Step = (typeof steps)[number];

export type SourceKind = "example" | "tc" | "har" | "site" | "pick";

/** An organisation that her evidence names, and what it says of it. */
export interface Found {
  organisation: ShardOrganisation;
  /** Purposes of TCF to which her string says yes, by ground. */
  yes?: { consent: number[]; legitimateInterest: number[] };
  /** What was contacted. */
  contacted?: { domains: string[]; requests?: number };
}

export interface Sitting {
  kind?: SourceKind;
  /** Her evidence, for the letter: the string itself, or the site. Never the HAR. */
  tcString?: string;
  site?: string;
  found: Found[];
  /** What her evidence names and the map does not know. */
  unknown: string[];
  chosen: string[];
  /** Acts that she has chosen; null until she has: then those that are preset. */
  acts: ActId[] | null;
  words: string;
  /** Items that were signed in this sitting. */
  signed: string[];
}

export const noSitting: Sitting = { found: [], unknown: [], chosen: [], acts: null, words: "", signed: [] };

const NAME = "freehold-sitting";

export function readSitting(): Sitting {
  try {
    const kept = sessionStorage.getItem(NAME);
    return kept === null ? noSitting : { ...noSitting, ...(JSON.parse(kept) as Sitting) };
  } catch {
    return noSitting; // no storage, or another version's: she begins anew
  }
}

export function keepSitting(sitting: Sitting): void {
  try {
    sessionStorage.setItem(NAME, JSON.stringify(sitting));
  } catch {
    // Too much for this browser, or none allowed: then a reload begins anew.
  }
}

/** The furthest step that can be shown. */
export function reachable({ found, chosen, signed }: Sitting): Step {
  if (signed.length > 0) return "done";
  if (chosen.length > 0) return "sign";
  return found.length > 0 ? "whom" : "source";
}

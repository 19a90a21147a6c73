/** Which law's words a person may use: by where she lives and, where that gives her none, by where the organisation is. */
import { FreeholdError } from "@freehold/protocol/errors";
import { stateLaws } from "./letters/law-us.ts";
import type { StateLaw } from "./letters/law-us.ts";

export interface Residence {
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string;
  /** Two letters, where the country is US. */
  readonly state?: string;
}

/**
 * - `eu`: the GDPR, in the Union and the EEA; `uk`, `ch`: their own;
 * - `us-ca`, `us-state`: California, and other states whose law we know;
 * - `none`: no law that we know gives her these rights. She can still say what she wants.
 */
export type Regime = "eu" | "uk" | "ch" | "us-ca" | "us-state" | "none";

const EEA = new Set("AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" "));

/** The state's law, where we know it; undefined for California, which has sentences of its own, and for states without one. */
export function stateLawOf({ country, state }: Residence): StateLaw | undefined {
  return country === "US" ? stateLaws.find(({ code }) => code === state) : undefined;
}

/**
 * The law whose words her acts and letters use.
 *
 * @param controllerCountry of the organisation, where it is known: one in the Union is bound towards everybody (GDPR Art. 3(1)).
 * @throws `argument_invalid` where a code is none.
 * @example
 * ```ts
 * regimeOf({ country: "US", state: "CA" }); // "us-ca"
 * regimeOf({ country: "BR" }, "FR"); // "eu"
 * ```
 */
export function regimeOf(residence: Residence, controllerCountry?: string): Regime {
  for (const code of [
    residence.country,
    ...(residence.state === undefined ? [] : [residence.state]),
    ...(controllerCountry === undefined ? [] : [controllerCountry]),
  ]) {
    if (!/^[A-Z]{2}$/.test(code))
      throw new FreeholdError("argument_invalid", `${JSON.stringify(code.slice(0, 20))} is no code of two capitals (ISO 3166-1 alpha-2, or a state).`);
  }
  const own = ofResidence(residence);
  if (own !== "none" || controllerCountry === undefined) return own;
  return EEA.has(controllerCountry) ? "eu" : controllerCountry === "GB" ? "uk" : "none";
}

function ofResidence(residence: Residence): Regime {
  const { country, state } = residence;
  if (EEA.has(country)) return "eu";
  if (country === "GB") return "uk";
  if (country === "CH") return "ch";
  if (country === "US" && state === "CA") return "us-ca";
  return stateLawOf(residence) === undefined ? "none" : "us-state";
}

/** Whether the organisation is bound only because it is established in the Union: then her letter says so. */
export function isBoundByEstablishment(residence: Residence, regime: Regime): boolean {
  return regime === "eu" && !EEA.has(residence.country);
}

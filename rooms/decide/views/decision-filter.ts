/** Which rows of "My decisions" are shown. Pure. */
import type { DecisionRow, DecisionState } from "@freehold/person/schema";
import { isWithin } from "@freehold/protocol/vocabulary";

export interface Filter {
  /** Part of an organisation's name or host. */
  organisation: string;
  /** A term; empty for all. A row about everything is about each. */
  purpose: string;
  data: string;
  state: DecisionState | "";
  acknowledged: DecisionRow["acknowledged"] | "";
  /** Days. */
  since: string;
  until: string;
  /** Only what is due by now or overdue. */
  due: boolean;
}

export const noFilter: Filter = { organisation: "", purpose: "", data: "", state: "", acknowledged: "", since: "", until: "", due: false };

/**
 * The rows that a filter lets through, in their order. `until` is the last day of validity: a decision without an end passes every one.
 *
 * @example
 * ```ts
 * filterRows(decisionRows(book, now), { ...noFilter, state: "granted" }, "2026-11-23");
 * ```
 */
export function filterRows(rows: readonly DecisionRow[], filter: Filter, today: string): DecisionRow[] {
  const sought = filter.organisation.trim().toLowerCase();
  return rows.filter(
    ({ controller, processes, state, acknowledged, since, until, due }) =>
      (sought === "" || `${controller.name} ${controller.id}`.toLowerCase().includes(sought)) &&
      concerns(processes, "purposes", filter.purpose) &&
      concerns(processes, "data", filter.data) &&
      (filter.state === "" || state === filter.state) &&
      (filter.acknowledged === "" || acknowledged === filter.acknowledged) &&
      (filter.since === "" || since.slice(0, 10) >= filter.since) &&
      (filter.until === "" || until === null || until.slice(0, 10) >= filter.until) &&
      (!filter.due || due.some(({ on }) => on <= today)),
  );
}

function concerns(processes: DecisionRow["processes"], dimension: "purposes" | "data", term: string): boolean {
  if (term === "" || processes === null) return true;
  return processes.some((process) => process[dimension]?.some((one) => isWithin(one, term) || isWithin(term, one)) ?? true);
}

/** The terms that her decisions name, for the choices of the filter. */
export function termsIn(rows: readonly DecisionRow[], dimension: "purposes" | "data"): string[] {
  return [...new Set(rows.flatMap(({ processes }) => (processes ?? []).flatMap((process) => process[dimension] ?? [])))].sort();
}

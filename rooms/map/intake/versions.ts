/**
 * Puts a version of a source into the history of its records, wherever it belongs in time. A record has a new version only where its
 * bytes differ from those of the version before. Pure reckoning over small rows; what it decides, intake.ts writes.
 */

/** A version of a record that is there already. */
export interface Point {
  id: number;
  /** The place of its import among the versions of the source, from 0. */
  at: number;
  /** It says that the record was dropped. */
  gone: boolean;
}

/** What is to be done for one record. */
export type Step =
  /** Nothing: what is there already says the same. */
  | { do: "same"; id: number }
  /** The version after it says the same: it is that old already. */
  | { do: "earlier"; id: number }
  /** A new version; `restore`: the version of the source after it said again what was there before, which now needs saying. */
  | { do: "new"; predecessor: number | null; restore: Restore | null };

/** What the next whole version said of the record, silently: what it was before (an id), or that it was not there (null). */
export interface Restore {
  at: number;
  copy: number | null;
  /** Whose publication it replaces; `new`: that of the new version. */
  predecessor: number | "new" | null;
}

export interface Insertion {
  /** The record's versions, oldest first. */
  timeline: readonly Point[];
  /** Where the new version of the source goes: behind what has this place or a lower one. */
  at: number;
  /** The first whole version of the source behind it, where there is one. */
  nextWhole: number | null;
  /** Whether a version has the bytes of the new one; "gone" equals "gone". */
  equals: (point: Point) => boolean;
}

/**
 * What a version of a source means for one of its records.
 *
 * @example
 * ```ts
 * placeVersion({ timeline: [], at: 0, nextWhole: null, equals: () => false }); // { do: "new", predecessor: null, restore: null }
 * ```
 */
export function placeVersion({ timeline, at, nextWhole, equals }: Insertion): Step {
  const before = timeline.findLast((point) => point.at <= at);
  const after = timeline.find((point) => point.at > at);
  if (before !== undefined && equals(before)) return { do: "same", id: before.id };
  const saidAgain = nextWhole !== null && (after === undefined || after.at > nextWhole);
  if (!saidAgain && after !== undefined && equals(after)) return { do: "earlier", id: after.id };
  // What goes into the middle of a history replaces nothing that was published: its publication begins a chain of its own.
  const last = after === undefined;
  const restore = saidAgain
    ? { at: nextWhole, copy: before === undefined || before.gone ? null : before.id, predecessor: last ? (before?.id ?? ("new" as const)) : null }
    : null;
  return { do: "new", predecessor: last && restore === null ? (before?.id ?? null) : null, restore };
}

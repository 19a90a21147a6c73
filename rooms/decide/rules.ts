/** Who may write a copy, and how long it is kept (spec/backup.md). Pure. */
import { createHash, timingSafeEqual } from "node:crypto";
import { FreeholdError } from "@freehold/protocol/errors";
import { IDLE_MONTHS } from "./schema.ts";

/**
 * Checks that `authorization` proves the right to write the copy with this id: SHA-256 of its token. Throws `backup_refused`.
 *
 * @example
 * ```ts
 * checkToken(id, "Bearer 5e0c…");
 * ```
 */
export function checkToken(id: string, authorization: string | undefined): void {
  const [, token] = /^Bearer ([0-9a-f]{64})$/i.exec(authorization ?? "") ?? [];
  const proven = token !== undefined && timingSafeEqual(createHash("sha256").update(token, "hex").digest(), Buffer.from(id, "hex"));
  if (!proven)
    throw new FreeholdError("backup_refused", "Only who has the token of a copy may write or delete it: authorization: Bearer and its 64 hexadecimal digits.");
}

/** Which copy a writer takes to be there: none, or the one with a tag. */
export type Expected = { tag: string | null };

/**
 * What `if-match` and `if-none-match` say. Throws `argument_invalid` where they do not say it: a copy is never overwritten blindly. A tag
 * that something on the way has made a weak one (W/) is the same tag.
 */
export function expectedOf(ifMatch: string | undefined, ifNoneMatch: string | undefined): Expected {
  const [, tag] = /^(?:W\/)?"([0-9a-f]{32})"$/.exec(ifMatch?.trim() ?? "") ?? [];
  if (tag !== undefined && ifNoneMatch === undefined) return { tag };
  if (ifMatch === undefined && ifNoneMatch?.trim() === "*") return { tag: null };
  throw new FreeholdError("argument_invalid", 'Say what is there by now: if-match: "<the ETag that was read>", or if-none-match: * for a new copy.');
}

/** Throws `backup_conflict` where another device was faster. */
export function checkExpected(expected: Expected, there: string | undefined): void {
  if (expected.tag === (there ?? null)) return;
  throw new FreeholdError(
    "backup_conflict",
    there === undefined ? "There is no copy under this id any more." : "Another copy is there by now. Read it, merge it with yours, and write again.",
  );
}

/** Months since the year 0: all that is kept of when a copy was used last. */
export function monthOf(at: Date): number {
  return at.getUTCFullYear() * 12 + at.getUTCMonth();
}

/** Copies that were last used before this month are erased: {@link IDLE_MONTHS} whole months lie between. */
export function erasedBefore(month: number): number {
  return month - IDLE_MONTHS;
}

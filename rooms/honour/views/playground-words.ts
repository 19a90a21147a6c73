/** The words of the rule, for the page and for its island. A function each: the language is that of the moment. */
import type { CheckReason } from "@freehold/protocol/check";
import { t } from "../../../ui/text.ts";
import type { Fate, Played } from "./playground.ts";

/** The eight conditions in the order of the rule: what must hold. */
export const conditions = (): { readonly [R in CheckReason]: string } => ({
  no_grant: t("It covers what is asked: purpose, data and processing each lie within a term of it"),
  lapsed: t("Its key was not declared lost"),
  ended: t("It was not withdrawn"),
  expired: t("It has not expired"),
  unproved: t("It is proved to be in the log, below the size of the status"),
  stale: t("The status is fresh enough"),
  below_floor: t("What she had looked at reaches the floor"),
  blocked: t("All that speaks against it was in the log before she looked"),
});

export const fates = (): { readonly [F in Fate]: string } => ({
  stands: t("stands"),
  withdrawn: t("withdrawn"),
  expired: t("expired"),
  lost: t("of a lost key"),
});

/** What a decision is called: `grant 5`. */
export function nameOf({ kind, index }: Pick<Played, "kind" | "index">): string {
  if (index === null) return kind === "grant" ? t("grant without proof") : t("refusal without proof");
  return kind === "grant" ? t("grant {index}", { index }) : t("refusal {index}", { index });
}

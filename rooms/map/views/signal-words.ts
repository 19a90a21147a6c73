/** What the signals are called, and how the rules of a method read. */
import { t } from "../../../ui/text.ts";
import type { DeclaredId } from "../overview-schema.ts";
import type { Band, IndicatorId, Method, Steps } from "../signals-schema.ts";
import { days } from "./words.ts";

export function signalName(id: IndicatorId): string {
  return {
    choice: t("Choice"),
    minimise: t("Kinds of data"),
    restraint: t("Restraint"),
    retention: t("Kept for"),
    storage: t("Life of cookies"),
    exit: t("Leaving"),
    channel: t("Requests"),
    exposure: t("Own sites"),
    notice: t("Notice kept"),
  }[id];
}

export function signalQuestion(id: IndicatorId): string {
  return {
    choice: t("How many of its purposes wait for consent?"),
    minimise: t("How many categories of data does it use?"),
    restraint: t("How many far-reaching practices does it declare?"),
    retention: t("How long does it keep data?"),
    storage: t("How long do its cookies live?"),
    exit: t("How does one close an account, or have data deleted?"),
    channel: t("How does one ask for one’s data?"),
    exposure: t("How many trackers of others are on its own sites?"),
    notice: t("Can earlier versions of its privacy notice be read?"),
  }[id];
}

/** The rule, with the method's own thresholds. */
export function signalRule(id: IndicatorId, method: Method): string {
  switch (id) {
    case "choice":
      return t(
        "Of the purposes that it declares on consent or on legitimate interest, the share on consent alone. Purposes on other grounds, such as a contract, are not counted: there is no such choice to make.",
      );
    case "minimise":
      return t("The share of the {n} categories of data of the vendor list that it does not declare.", { n: method.dataCategories });
    case "restraint":
      return t(
        "Of six practices, the share that it does not declare: precise location; scanning devices to recognise them; recognising devices by what they send; matching data from other sources; profiles for advertising; profiles for content.",
      );
    case "retention":
      return t(
        "By the longest period that it states, for any purpose ({steps}). Where some purpose has no period, and there is no standard one, it is not known.",
        { steps: stepsInWords(method.retentionDays) },
      );
    case "storage":
      return t(
        "By the longest life of its cookies ({steps}), {n} less where it begins anew with each visit. Nothing kept on devices is 100. No cookies, but other storage: not known.",
        {
          steps: stepsInWords(method.storageDays),
          n: method.refreshed,
        },
      );
    case "exit":
      return t(
        "How hard volunteers found it: easy {easy}, medium {medium}, limited {limited}, hard {hard}, impossible {impossible}; the mean of its services. A page for deletion that was kept from search engines counts as {impossible}: that is inferred.",
        method.exit,
      );
    case "channel":
      return t(
        "The mean of what a source states: an e-mail address or form is known (100), or requests go by letter or fax (0); no copy of an identity document is asked for (100), or one is (0); a request must name at most {n} things about oneself (100), or more (0).",
        {
          n: method.requiredFields,
        },
      );
    case "exposure":
      return t(
        "The share of all counted sites that have more trackers a page ({categories}). Not used for who is met on other sites as a third party: a count of third parties leaves it out.",
        { categories: method.trackers.map((name) => name.replaceAll("_", " ")).join(", ") },
      );
    case "notice":
      return t("Others date and keep the changes of its notice, with one in the last {n} years: 100. Nobody has a lower answer than that.", {
        n: method.noticeYears,
      });
  }
}

/** `up to 30 days: 100; up to 90: 85; …; longer: 0`. */
function stepsInWords(steps: Steps): string {
  const each = steps.map(([upTo, score], i) => t("up to {time}: {score}", { time: i === 0 ? days(upTo) : upTo, score }));
  return [...each, t("longer: 0")].join("; ");
}

/** `band 3 of 5`, counted from 1. */
export function bandName(at: number, bounds: readonly number[]): string {
  return t("band {n} of {m}", { n: at + 1, m: bounds.length + 1 });
}

/** `from 40 to below 60`. */
export function bandBounds(at: number, bounds: readonly number[]): string {
  if (at === 0) return t("below {n}", { n: bounds[0]! });
  if (at === bounds.length) return t("{n} and more", { n: bounds[at - 1]! });
  return t("from {low} to below {high}", { low: bounds[at - 1]!, high: bounds[at]! });
}

/** The band, and between which it lies under other weights. */
export function bandInWords({ at, low, high, bounds, capped }: Band): string {
  const range =
    low === high
      ? t("{band}, also under other weights", { band: bandName(at, bounds) })
      : t("{band}; under other weights between {low} and {high}", { band: bandName(at, bounds), low: low + 1, high: high + 1 });
  return capped ? `${range}; ${t("no higher, as a declaration and an observation differ")}` : range;
}

export function declaredName(id: DeclaredId): string {
  return {
    interest: t("Any purpose on legitimate interest"),
    "interest-2": t("Selecting basic ads (purpose 2) on it"),
    "interest-7": t("Measuring ads (purpose 7) on it"),
    "interest-10": t("Improving services (purpose 10) on it"),
    location: t("Precise location"),
    "retention-12": t("Data kept for more than 12 months"),
    "storage-13": t("Cookies that live for more than 13 months"),
    "retention-unstated": t("No standard period of retention stated"),
  }[id];
}

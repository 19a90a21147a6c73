/** What pages call acts, states, terms and durations: plain words first, the exact term where it is signed. */
import type { Delivery, DecisionRow, DecisionState } from "@freehold/person/schema";
import type { Act, Process } from "@freehold/protocol/record";
import { t, tn } from "../../../ui/text.ts";

/** What she says with an act, in the first person: it stands above the text that is signed. */
export function actSentence(act: Act): string {
  switch (act) {
    case "dpv:ConsentGiven":
      return t("I allow this");
    case "dpv:ConsentRefused":
      return t("I do not consent");
    case "dpv:ConsentWithdrawn":
      return t("I withdraw consent");
    case "dpv:ObjectingToProcess":
      return t("I object");
    case "dpv:OptingOutFromProcess":
      return t("I opt out");
    case "eu-gdpr:A15":
      return t("I ask for access");
    case "eu-gdpr:A16":
      return t("I ask for rectification");
    case "eu-gdpr:A17":
      return t("I ask for erasure");
    case "eu-gdpr:A18":
      return t("I ask for restriction");
    case "eu-gdpr:A19":
      return t("I ask that recipients are told, and who they are");
    case "eu-gdpr:A20":
      return t("I ask for my data in portable form");
    case "eu-gdpr:A22":
      return t("I ask that a person decides");
    case "us-ca:1798.105":
      return t("I ask for deletion");
    case "us-ca:1798.106":
      return t("I ask for correction");
    case "us-ca:1798.110":
      return t("I ask what is known of me");
  }
}

const STATES: readonly DecisionState[] = ["granted", "refused", "objected", "opted-out", "requested", "withdrawn", "expired", "pending"];
export const decisionStates = STATES;

export function stateName(state: DecisionState): string {
  switch (state) {
    case "granted":
      return t("Allowed");
    case "refused":
      return t("Refused");
    case "objected":
      return t("Objected");
    case "opted-out":
      return t("Opted out");
    case "requested":
      return t("Asked");
    case "withdrawn":
      return t("Withdrawn");
    case "expired":
      return t("Expired");
    case "pending":
      return t("Not in the log yet");
  }
}

export function acknowledgedName(acknowledged: DecisionRow["acknowledged"]): string {
  switch (acknowledged) {
    case "proven":
      return t("Proven: signed and logged by the company");
    case "asserted":
      return t("Asserted: sent or said, not signed by the company");
    case "no":
      return t("No");
  }
}

export function dueName(what: DecisionRow["due"][number]["what"]): string {
  switch (what) {
    case "answer":
      return t("answer due");
    case "extended-answer":
      return t("answer due after its extension");
    case "renewal":
      return t("ends soon: renew or let it end");
    case "reminder":
      return t("your reminder");
    case "acknowledgement":
      return t("acknowledgement due");
  }
}

export function deliveryName(by: Delivery["by"]): string {
  return {
    endpoint: t("to its own address for records"),
    mailbox: t("into its mailbox at the register"),
    mail: t("by e-mail"),
    form: t("by its form"),
    post: t("by post"),
    hand: t("by hand"),
  }[by];
}

/** `dpv:PersonalisedAdvertising` as `personalised advertising`; the number of a purpose of IAB Europe's list stays. */
export function termWords(term: string): string {
  const name = term.slice(term.indexOf(":") + 1);
  const grounds: Readonly<Record<string, string>> = {
    "eu-gdpr:A6-1-a": t("your consent (GDPR, Art. 6(1)(a))"),
    "eu-gdpr:A6-1-b": t("a contract with you (GDPR, Art. 6(1)(b))"),
    "eu-gdpr:A6-1-c": t("a legal obligation (GDPR, Art. 6(1)(c))"),
    "eu-gdpr:A6-1-f": t("its legitimate interest (GDPR, Art. 6(1)(f))"),
    "eu-gdpr:A9-2-a": t("your explicit consent (GDPR, Art. 9(2)(a))"),
  };
  if (Object.hasOwn(grounds, term)) return grounds[term]!;
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(" ")
    .map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(" ");
}

export function termsWords(terms: readonly string[] | undefined): string {
  return terms === undefined ? t("everything") : terms.map(termWords).join(", ");
}

/** `P12M` as `12 months`. */
export function durationWords(duration: string): string {
  const parts = [...duration.matchAll(/(\d+)([YMWD])/g)].map(([, count, unit]) => {
    const n = Number(count);
    if (unit === "Y") return tn(n, "{n} year", "{n} years");
    if (unit === "M") return tn(n, "{n} month", "{n} months");
    if (unit === "W") return tn(n, "{n} week", "{n} weeks");
    return tn(n, "{n} day", "{n} days");
  });
  return parts.join(", ");
}

/** The purposes of a decision in a line. */
export function purposesWords(processes: readonly Process[] | null | undefined): string {
  if (processes === null || processes === undefined) return t("everything that it does with my data");
  return processes.map(({ purposes }) => (purposes === undefined ? t("every purpose") : termsWords(purposes))).join("; ");
}

/** An organisation's id as people say it: its host, where it has one. */
export function idWords(id: string): string {
  return id.replace(/^https?:\/\//, "").replace(/^urn:freehold:organisation:/, "");
}

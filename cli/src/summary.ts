/** A verified receipt in words. */
import type { VerifiedReceipt } from "@freehold/protocol/receipt";
import { classOf } from "@freehold/protocol/record";
import type { Act, Party, Process } from "@freehold/protocol/record";
import { seconds } from "@freehold/protocol/shape";
import type { TrustPolicy } from "@freehold/protocol/trust-policy";
import { isKnown, labelOf } from "@freehold/protocol/vocabulary";

/** What each act says, with the company's name put in for `…`. */
const ACT_WORDS: { readonly [A in Act]: string } = {
  "dpv:ConsentGiven": "consent given to …",
  "dpv:ConsentRefused": "consent refused to …",
  "dpv:ConsentWithdrawn": "consent withdrawn from …",
  "dpv:ObjectingToProcess": "objection to processing by …",
  "dpv:OptingOutFromProcess": "opt-out from processing by …",
  "eu-gdpr:A15": "request to … for access (GDPR Art. 15)",
  "eu-gdpr:A16": "request to … for rectification (GDPR Art. 16)",
  "eu-gdpr:A17": "request to … for erasure (GDPR Art. 17)",
  "eu-gdpr:A18": "request to … for restriction (GDPR Art. 18)",
  "eu-gdpr:A19": "request to … for the recipients (GDPR Art. 19)",
  "eu-gdpr:A20": "request to … for portability (GDPR Art. 20)",
  "eu-gdpr:A22": "request to … for human review (GDPR Art. 22)",
  "us-ca:1798.105": "request to … to delete (CCPA 1798.105)",
  "us-ca:1798.106": "request to … to correct (CCPA 1798.106)",
  "us-ca:1798.110": "request to … to know (CCPA 1798.110)",
};

const NO_WITNESS = "nobody knows when: the policy asks for no witness";

/** Why a record no longer counts; undefined where it does, as far as the receipt shows. */
export function endOf({ ended, expired }: VerifiedReceipt): "ended" | "expired" | undefined {
  if (ended) return "ended";
  return expired ? "expired" : undefined;
}

/** What was decided, towards whom, and whether it still counts. */
export function titleOf(receipt: VerifiedReceipt): string {
  const { act, controller } = receipt.record;
  const end = endOf(receipt);
  return `${actWords(act, controller.name)}${end === undefined ? "" : `; it has ${end}`}`;
}

/** An act, with the name of whom it is said to. */
export function actWords(act: Act, name: string): string {
  return ACT_WORDS[act].replace("…", () => name);
}

/** The rows of a summary (name, text), and what the receipt does not prove. `at` is the verifier's clock, in seconds. */
export function summarize(receipt: VerifiedReceipt, trust: { file: string; policy: TrustPolicy; at: number }): { rows: [string, string][]; limits: string } {
  const { record, checkpoint, index, notBefore, anchor } = receipt;
  const rows: [string, string][] = [
    ["towards", partyWords(record.controller)],
    ...scopeRows(receipt),
    ...(record.expires === undefined ? [] : [["until", timeWords(seconds(record.expires))] as [string, string]]),
    ["state", stateWords(receipt, trust)],
    ["", ""],
    ["register", checkpoint.origin],
    ["entry", `${index}, in a log of ${checkpoint.size}`],
    ["signed", notBefore === null ? NO_WITNESS : `not before ${timeWords(notBefore)}`],
    ["logged", checkpoint.witnessedTime === null ? NO_WITNESS : `not after ${timeWords(checkpoint.witnessedTime)}`],
    [
      "anchor",
      anchor === undefined
        ? "none"
        : `${anchor.state.state}: block ${anchor.anchor.block} of chain ${anchor.anchor.chainId}${anchor.state.state === "claimed" ? ", which was not asked" : ""}`,
    ],
    ["policy", trust.file],
  ];
  const limits =
    "It does not prove who the person is, that the person understood what was signed, or that the company keeps to it; " +
    "nor that nothing came later: an end of the record, or another decision of the same person.";
  return { rows, limits };
}

function scopeRows({ record: { act, processes } }: VerifiedReceipt): [string, string][] {
  if (processes === undefined) return [["for", classOf(act) === "refusal" ? "everything: all purposes, data and processing" : "no limit stated"]];
  return processes.flatMap((process, i): [string, string][] => [
    ...(processes.length > 1 ? [[`${i + 1} of ${processes.length}`, ""] as [string, string]] : []),
    ["purposes", termWords(process.purposes)],
    ["data", termWords(process.data)],
    ["processing", termWords(process.processing)],
    ...detailRows(process),
  ]);
}

function detailRows({ ground, recipients, retention, storage }: Process): [string, string][] {
  const countries = new Intl.DisplayNames("en", { type: "region" });
  return [
    ...(ground === undefined ? [] : [["ground", termWords([ground])] as [string, string]]),
    ...(recipients === undefined ? [] : [["recipients", recipients.map(partyWords).join("; ")] as [string, string]]),
    ...(retention === undefined ? [] : [["kept for", durationWords(retention)] as [string, string]]),
    ...(storage === undefined ? [] : [["stored in", storage.map((country) => countries.of(country) ?? country).join(", ")] as [string, string]]),
  ];
}

function stateWords(receipt: VerifiedReceipt, { policy, at }: { policy: TrustPolicy; at: number }): string {
  const { endedInLog, checkpoint, record, acknowledgements } = receipt;
  const { witnessedTime: seen } = checkpoint;
  const end = endOf(receipt);
  if (end === "ended" && !endedInLog)
    return `ended: the company acknowledged the withdrawal on ${timeWords(seconds(acknowledgements.find(({ secret }) => secret !== undefined)!.issued))}; the log did not show it yet`;
  if (end === "ended") return seen === null ? "ended" : `ended by ${timeWords(seen)} at the latest`;
  if (end === "expired") return `expired on ${timeWords(seconds(record.expires!))}`;
  const word = classOf(record.act) === "request" ? "not ended" : "in force";
  if (seen === null) return `${word} when the log had ${checkpoint.size} entries; no witness says when that was`;
  const age = at - seen;
  const stale = age > policy.maximumAge ? `. That is ${spanWords(age)} ago; by the policy it is stale after ${spanWords(policy.maximumAge)}` : "";
  return `${word} on ${timeWords(seen)}${stale}`;
}

export function termWords(terms: readonly string[] | undefined): string {
  return terms?.map((term) => (isKnown(term) ? labelOf(term) : term)).join(", ") ?? "all";
}

export function partyWords({ id, name }: Party): string {
  return `${name}, ${id}`;
}

function timeWords(time: number): string {
  return new Date(time * 1000)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}

/** An ISO 8601 duration of years, months, days or weeks: `P1Y6M` is "1 year, 6 months". */
function durationWords(duration: string): string {
  const units: { [letter: string]: string } = { Y: "year", M: "month", W: "week", D: "day" };
  return Array.from(duration.matchAll(/(\d+)([YMWD])/g), ([, count, letter]) => plural(Number(count), units[letter!]!)).join(", ");
}

/** A span of seconds in its largest whole unit. */
function spanWords(span: number): string {
  const [size, unit] = (
    [
      [86_400, "day"],
      [3600, "hour"],
      [60, "minute"],
    ] as const
  ).find(([length]) => span >= length) ?? [1, "second"];
  return plural(Math.floor(span / size), unit);
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

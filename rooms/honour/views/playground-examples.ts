/** The table of spec/checking.md as plays: its words are the key, and playground.test.ts holds each against its vector. */
import type { Play, Played } from "./playground.ts";

const asked = { purpose: "dpv:Advertising", data: "pd:EmailAddress", processing: "dpv:Profiling" };
const marketing = { purpose: "dpv:Marketing", data: "pd:Contact", processing: "dpv:Use" };
/** Shares something with marketing, and with what is asked. */
const overlapping = { purpose: "dpv:Personalisation", data: "", processing: "" };

const grant = (index: number | null, beacon: number, more: Partial<Played> = {}): Played => ({
  kind: "grant",
  index,
  beacon,
  fate: "stands",
  ...marketing,
  ...more,
});
const refusal = (index: number | null, more: Partial<Played> = {}): Played => ({ kind: "refusal", index, beacon: 1, fate: "stands", ...overlapping, ...more });
const play = (decisions: readonly Played[], more: Partial<Play> = {}): Play => ({ request: asked, decisions, size: 100, age: 60, floor: 0, ...more });

/** By the row of the table: history and request. */
export const examples: { readonly [row: string]: Play } = {
  "5: grant b4 | covered": play([grant(5, 4)]),
  "5: grant b4, 9: withdrawal of 5 | covered": play([grant(5, 4, { fate: "withdrawn" })]),
  "5: grant b4, 8: refusal, overlapping | covered": play([grant(5, 4), refusal(8)]),
  "5: grant b4, 8: refusal, 9: withdrawal of 8 | covered": play([grant(5, 4), refusal(8, { fate: "withdrawn" })]),
  "5: refusal, 8: grant b7 | covered": play([refusal(5), grant(8, 7)]),
  "5: grant b4, 6: grant b4, 9: withdrawal of 5 | covered": play([grant(5, 4, { fate: "withdrawn" }), grant(6, 4)]),
  "5: grant b4, 8: grant b7, 9: withdrawal of 5 | covered": play([grant(5, 4, { fate: "withdrawn" }), grant(8, 7)]),
  "5: grant b4, 8: grant b7, 9: withdrawal of 8 | covered": play([grant(5, 4), grant(8, 7, { fate: "withdrawn" })]),
  "5: grant b4, 8: grant b7 | covered": play([grant(5, 4), grant(8, 7)]),
  "5: refusal, 8: grant b4 (raced on another device) | covered": play([refusal(5), grant(8, 4)]),
  "5: grant b4 for Marketing, 8: refusal of DirectMarketing | Marketing": play([grant(5, 4), refusal(8, { ...marketing, purpose: "dpv:DirectMarketing" })], {
    request: { ...asked, purpose: "dpv:Marketing" },
  }),
  "5: grant b4 for Marketing, 8: refusal of DirectMarketing | another purpose under Marketing, disjoint": play([
    grant(5, 4),
    refusal(8, { ...marketing, purpose: "dpv:DirectMarketing" }),
  ]),
  "refusal received, not proved; 5: grant b4 | covered": play([refusal(null), grant(5, 4)]),
  "5: refusal, 8: grant b7, 20: the refusal again, re-randomised | covered": play([refusal(5), grant(8, 7)]),
  "5: refusal erased at size 10 (floor 10), 8: grant b7 | covered": play([grant(8, 7)], { floor: 10 }),
  "a backup restored at size 10 (floor 11), 10: grant b10 | covered": play([grant(10, 10)], { floor: 11 }),
  "5: grant b4, its kid declared lost, 8: grant b7 by the new kid | covered": play([grant(5, 4, { fate: "lost" }), grant(8, 7)]),
  "5: grant b4 of a term that the vocabulary does not know, 8: any refusal | that term": play([grant(5, 4, { purpose: "ex:Loyalty" }), refusal(8)], {
    request: { ...asked, purpose: "ex:Loyalty" },
  }),
};

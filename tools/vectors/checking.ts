/** Vectors of spec/checking.md: its table row by row (the description is the row), and the edges of each condition. */
import type { ModelAnswer, ModelDecision, ModelRequest, ModelView } from "../../protocol/testkit/check-model.ts";

/** One case: what is asked, what the desk knows, and the answer; decisions in it by their index, null for one without proof. */
export interface CheckingVector {
  description: string;
  request: ModelRequest;
  view: ModelView;
  expect: ModelAnswer;
}

const NOW = 1_800_000_000;
const MAXIMUM_AGE = 300;
const key = (name: string): string => `${name}-key`.padEnd(43, "_");
const lockAt = (number: number): string => number.toString(16).padStart(64, "0");

const marketing = { purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] };
const covered: ModelRequest = { purpose: "dpv:Advertising", data: "pd:EmailAddress", processing: "dpv:Profiling" };
/** Shares a point with `marketing`, and with what is `covered`. */
const overlapping = { purposes: ["dpv:Personalisation"] };

const grant = (index: number | null, beacon: number, more: Partial<ModelDecision> = {}): ModelDecision => ({
  kind: "grant",
  kid: key("first"),
  lock: lockAt(index ?? 999),
  index,
  beacon,
  expires: NOW + 1000,
  processes: [marketing],
  ...more,
});
const refusal = (index: number | null, more: Partial<ModelDecision> = {}): ModelDecision => ({
  kind: "refusal",
  kid: key("first"),
  lock: lockAt(index ?? 998),
  index,
  beacon: 1,
  expires: null,
  processes: [overlapping],
  ...more,
});

type Change = Partial<Omit<ModelView, "decisions" | "status">> & Partial<ModelView["status"]> & { request?: Partial<ModelRequest> };

function vector(description: string, decisions: ModelDecision[], expect: ModelAnswer, change: Change = {}): CheckingVector {
  const { request, size = 100, witnessedTime = NOW - 60, ended = [], ...view } = change;
  return {
    description,
    request: { ...covered, ...request },
    view: { decisions, lapsed: [], opened: [], status: { size, witnessedTime, ended }, floor: 0, now: NOW, maximumAge: MAXIMUM_AGE, ...view },
    expect,
  };
}

const yes = (grantIndex: number): ModelAnswer => ({ allowed: true, grantIndex });
const no = (reason: string, grantIndex?: number | null, blockerIndex?: number | null): ModelAnswer => ({
  allowed: false,
  reason,
  ...(grantIndex !== undefined && { grantIndex }),
  ...(blockerIndex !== undefined && { blockerIndex }),
});

/** All vectors of this format, by path below spec/vectors. */
export function checkingVectors(): Record<string, CheckingVector> {
  const out: Record<string, CheckingVector> = {};
  for (const [name, made] of Object.entries({ ...table(), ...edges(), ...scopes(), ...order() })) {
    out[`checking/${made.expect.allowed ? "valid" : "invalid"}/${name}.json`] = made;
  }
  return out;
}

function table(): Record<string, CheckingVector> {
  const direct = [{ ...marketing, purposes: ["dpv:DirectMarketing"] }];
  const strange = [{ ...marketing, purposes: ["ex:Loyalty"] }];
  return {
    "grant-alone": vector("5: grant b4 | covered | allowed", [grant(5, 4)], yes(5)),
    "grant-withdrawn": vector("5: grant b4, 9: withdrawal of 5 | covered | `ended`", [grant(5, 4)], no("ended", 5), { ended: [5] }),
    "refused-after-grant": vector("5: grant b4, 8: refusal, overlapping | covered | `blocked` by 8", [grant(5, 4), refusal(8)], no("blocked", 5, 8)),
    "refusal-withdrawn": vector("5: grant b4, 8: refusal, 9: withdrawal of 8 | covered | `blocked` by 8", [grant(5, 4), refusal(8)], no("blocked", 5, 8), {
      ended: [8],
    }),
    "granted-after-refusal": vector("5: refusal, 8: grant b7 | covered | allowed", [refusal(5), grant(8, 7)], yes(8)),
    "one-of-two-raced-grants-withdrawn": vector(
      "5: grant b4, 6: grant b4, 9: withdrawal of 5 | covered | `blocked` by 5",
      [grant(5, 4), grant(6, 4)],
      no("blocked", 6, 5),
      { ended: [5] },
    ),
    "replaced-grant-withdrawn": vector("5: grant b4, 8: grant b7, 9: withdrawal of 5 | covered | allowed by 8", [grant(5, 4), grant(8, 7)], yes(8), {
      ended: [5],
    }),
    "replacing-grant-withdrawn": vector(
      "5: grant b4, 8: grant b7, 9: withdrawal of 8 | covered | `blocked` by 8 (5 comes furthest)",
      [grant(5, 4), grant(8, 7)],
      no("blocked", 5, 8),
      { ended: [8] },
    ),
    "two-grants-allow": vector("5: grant b4, 8: grant b7 | covered | allowed by 8", [grant(8, 7), grant(5, 4)], yes(8)),
    "raced-on-another-device": vector(
      "5: refusal, 8: grant b4 (raced on another device) | covered | `blocked` by 5",
      [refusal(5), grant(8, 4)],
      no("blocked", 8, 5),
    ),
    "part-refused": vector(
      "5: grant b4 for Marketing, 8: refusal of DirectMarketing | Marketing | `blocked` by 8",
      [grant(5, 4), refusal(8, { processes: direct })],
      no("blocked", 5, 8),
      {
        request: { purpose: "dpv:Marketing" },
      },
    ),
    "other-part-refused": vector(
      "5: grant b4 for Marketing, 8: refusal of DirectMarketing | another purpose under Marketing, disjoint | allowed",
      [grant(5, 4), refusal(8, { processes: direct })],
      yes(5),
    ),
    "refusal-not-proved": vector(
      "refusal received, not proved; 5: grant b4 | covered | `blocked`, unproved",
      [refusal(null), grant(5, 4)],
      no("blocked", 5, null),
    ),
    "refusal-logged-again": vector(
      "5: refusal, 8: grant b7, 20: the refusal again, re-randomised | covered | allowed (lowest index is 5)",
      [refusal(5), grant(8, 7)],
      yes(8),
    ),
    "refusal-erased": vector("5: refusal erased at size 10 (floor 10), 8: grant b7 | covered | `below_floor`", [grant(8, 7)], no("below_floor", 8), {
      floor: 10,
    }),
    "backup-restored": vector("a backup restored at size 10 (floor 11), 10: grant b10 | covered | `below_floor`", [grant(10, 10)], no("below_floor", 10), {
      floor: 11,
    }),
    "lapsed-grant-replaced": vector(
      "5: grant b4, its kid declared lost, 8: grant b7 by the new kid | covered | allowed by 8",
      [grant(5, 4), grant(8, 7, { kid: key("second") })],
      yes(8),
      {
        lapsed: [key("first")],
      },
    ),
    "strange-term-refused-by-any": vector(
      "5: grant b4 of a term that the vocabulary does not know, 8: any refusal | that term | `blocked` by 8",
      [grant(5, 4, { processes: strange }), refusal(8, { processes: direct })],
      no("blocked", 5, 8),
      { request: { purpose: "ex:Loyalty" } },
    ),
  };
}

/** The last value that holds and the first that fails, for each condition. */
function edges(): Record<string, CheckingVector> {
  const opened = [lockAt(5)];
  return {
    "no-decisions": vector("nothing was ever received", [], no("no_grant")),
    "only-a-refusal": vector("a refusal of just this and no grant", [refusal(5, { processes: [marketing], expires: NOW + 1000 })], no("no_grant")),
    "key-lost": vector("the grant's kid was declared lost", [grant(5, 4)], no("lapsed", 5), { lapsed: [key("first")] }),
    "other-key-lost": vector("another kid was declared lost", [grant(5, 4)], yes(5), { lapsed: [key("second")] }),
    "lock-opened": vector("the grant's secret was seen, the status does not say so", [grant(5, 4)], no("ended", 5), { opened }),
    "lock-opened-before-proof": vector("a grant without proof, whose secret was seen", [grant(null, 4)], no("ended", null), { opened: [lockAt(999)] }),
    "other-lock-opened": vector("another secret was seen", [grant(5, 4)], yes(5), { opened: [lockAt(6)] }),
    "ended-at-the-status-size": vector("a bit at the status size means nothing; the grant is not proved", [grant(50, 4)], no("unproved", 50), {
      size: 50,
      ended: [50],
    }),
    "expires-now": vector("it expires in this second", [grant(5, 4, { expires: NOW })], no("expired", 5)),
    "expires-in-a-second": vector("it expires in the next second", [grant(5, 4, { expires: NOW + 1 })], yes(5)),
    "expired-by-witnessed-time": vector("own clock is behind: expired at the witnessed time", [grant(5, 4, { expires: NOW + 10 })], no("expired", 5), {
      witnessedTime: NOW + 10,
    }),
    "not-expired-by-witnessed-time": vector("own clock is behind: a second left at the witnessed time", [grant(5, 4, { expires: NOW + 11 })], yes(5), {
      witnessedTime: NOW + 10,
    }),
    "grant-not-proved": vector("a grant that was only received", [grant(null, 4)], no("unproved", null)),
    "at-the-status-size": vector("its index is the status size", [grant(50, 4)], no("unproved", 50), { size: 50 }),
    "last-below-the-status-size": vector("its index is the last below the status size", [grant(49, 4)], yes(49), { size: 50 }),
    "status-a-second-too-old": vector("the status is one second older than allowed", [grant(5, 4)], no("stale", 5), { witnessedTime: NOW - MAXIMUM_AGE - 1 }),
    "own-clock-too-far-behind": vector("the desk's own clock is further behind the witnessed time than a status may be old", [grant(5, 4)], no("stale", 5), {
      witnessedTime: NOW + MAXIMUM_AGE + 1,
    }),
    "status-as-old-as-allowed": vector("the status is as old as allowed", [grant(5, 4)], yes(5), { witnessedTime: NOW - MAXIMUM_AGE }),
    "beacon-one-below-the-floor": vector("its beacon is one below the floor", [grant(12, 9)], no("below_floor", 12), { floor: 10 }),
    "beacon-at-the-floor": vector("its beacon is at the floor", [grant(12, 10)], yes(12), { floor: 10 }),
    "refusal-at-the-beacon": vector("the refusal is the first entry that she had not seen", [refusal(7), grant(8, 7)], no("blocked", 8, 7)),
    "refusal-last-below-the-beacon": vector("the refusal is the last entry that she had seen", [refusal(6), grant(8, 7)], yes(8)),
    "refusal-above-the-status": vector("a refusal proved under a newer checkpoint than the status", [grant(5, 4), refusal(60)], no("blocked", 5, 60), {
      size: 50,
    }),
    "refusal-whose-code-leaked": vector("somebody published the refusal's secret: it blocks all the same", [grant(5, 4), refusal(8)], no("blocked", 5, 8), {
      opened: [lockAt(8)],
    }),
    "refusal-by-a-lost-key": vector("grants lapse with their key, refusals do not", [grant(5, 4, { kid: key("second") }), refusal(8)], no("blocked", 5, 8), {
      lapsed: [key("first")],
    }),
    "raced-grant-expired": vector(
      "of two grants that had not seen each other the one that expires blocks the other",
      [grant(5, 4, { expires: NOW }), grant(6, 4)],
      no("blocked", 6, 5),
    ),
    "raced-grant-opened": vector("of two grants that had not seen each other one was ended at the endpoint", [grant(5, 4), grant(6, 4)], no("blocked", 6, 5), {
      opened,
    }),
    "raced-grant-lapsed": vector(
      "of two grants that had not seen each other one is of a lost key",
      [grant(5, 4), grant(6, 4, { kid: key("second") })],
      no("blocked", 6, 5),
      { lapsed: [key("first")] },
    ),
    "void-grant-not-proved": vector(
      "an expired grant that was only received blocks until it is proved",
      [grant(null, 4, { expires: NOW }), grant(6, 5)],
      no("blocked", 6, null),
    ),
    "live-grant-not-proved": vector("a second, live grant that was only received does not matter", [grant(null, 4), grant(6, 5)], yes(6)),
    "raced-grant-live": vector("two live grants that had not seen each other: the later answers", [grant(5, 4), grant(6, 4)], yes(6)),
  };
}

function scopes(): Record<string, CheckingVector> {
  const ask = (description: string, processes: ModelDecision["processes"], request: Partial<ModelRequest>, expect: ModelAnswer) =>
    vector(description, [grant(5, 4, { processes })], expect, { request });
  const against = (description: string, processes: ModelDecision["processes"], expect: ModelAnswer, request: Partial<ModelRequest> = {}) =>
    vector(description, [grant(5, 4, { processes: [marketing, { ...marketing, purposes: ["ex:Loyalty"] }] }), refusal(8, { processes })], expect, { request });
  const blocked = no("blocked", 5, 8);
  return {
    "term-itself": ask(
      "each requested term is one that is named",
      [marketing],
      { purpose: "dpv:Marketing", data: "pd:Contact", processing: "dpv:Use" },
      yes(5),
    ),
    "two-parents-up": ask(
      "PersonalisedAdvertising lies under Marketing by way of its first parent",
      [marketing],
      { purpose: "dpv:PersonalisedAdvertising" },
      yes(5),
    ),
    "by-the-other-parent": ask(
      "PhysicalAddress lies under Location by way of its second parent",
      [{ ...marketing, data: ["pd:Location"] }],
      { data: "pd:PhysicalAddress" },
      yes(5),
    ),
    "second-process-covers": ask("the second process covers", [{ ...marketing, data: ["pd:Financial"] }, marketing], {}, yes(5)),
    "second-term-covers": ask("the second term covers", [{ ...marketing, data: ["pd:Financial", "pd:Contact"] }], {}, yes(5)),
    "strange-term-named": ask(
      "a term that the vocabulary does not know covers itself",
      [{ ...marketing, purposes: ["ex:Loyalty"] }],
      { purpose: "ex:Loyalty" },
      yes(5),
    ),
    "purpose-not-covered": ask("a purpose outside", [marketing], { purpose: "dpv:RecordManagement" }, no("no_grant")),
    "data-not-covered": ask("data outside", [marketing], { data: "pd:Financial" }, no("no_grant")),
    "processing-not-covered": ask("processing outside", [marketing], { processing: "dpv:Share" }, no("no_grant")),
    "wider-term-requested": ask(
      "Marketing is asked, Advertising was granted",
      [{ ...marketing, purposes: ["dpv:Advertising"] }],
      { purpose: "dpv:Marketing" },
      no("no_grant"),
    ),
    "two-processes-together": ask(
      "no process alone covers, though together they name every term",
      [
        { ...marketing, data: ["pd:Financial"] },
        { ...marketing, purposes: ["dpv:RecordManagement"] },
      ],
      {},
      no("no_grant"),
    ),
    "strange-term-not-named": ask(
      "a term that the vocabulary does not know is covered by no known one",
      [marketing],
      { purpose: "ex:Loyalty" },
      no("no_grant"),
    ),
    "refused-without-processes": against("a refusal without processes is of everything", null, blocked),
    "refused-only-data": against("a missing dimension means all", [{ data: ["pd:EmailAddress"] }], blocked),
    "refused-by-second-process": against("the second process overlaps", [{ data: ["pd:Financial"] }, { data: ["pd:Contact"] }], blocked),
    "refused-by-second-term": against("the second term overlaps", [{ data: ["pd:Financial", "pd:Contact"] }], blocked),
    "refused-by-strange-term": against("a term that the vocabulary does not know refuses everything in its dimension", [{ purposes: ["ex:Magic"] }], blocked),
    "refused-what-lies-under-both": against(
      "Personalisation is refused, Advertising asked: PersonalisedAdvertising is both",
      [{ purposes: ["dpv:Personalisation"] }],
      blocked,
    ),
    "strange-term-asked-data-refused": against(
      "a strange purpose is asked, its data are refused",
      [{ ...marketing, purposes: ["dpv:RecordManagement"] }],
      blocked,
      { purpose: "ex:Loyalty" },
    ),
    "other-purpose-refused": against("another purpose is refused", [{ purposes: ["dpv:RecordManagement"] }], yes(5)),
    "other-data-refused": against("other data are refused", [{ data: ["pd:Financial"] }], yes(5)),
    "other-processing-refused": against("other processing is refused", [{ processing: ["dpv:Share"] }], yes(5)),
    "strange-term-refused-for-other-data": against(
      "a strange purpose is refused, for other data",
      [{ purposes: ["ex:Magic"], data: ["pd:Financial"] }],
      yes(5),
    ),
    "strange-term-asked-other-data-refused": against("a strange purpose is asked, other data are refused", [{ ...marketing, data: ["pd:Financial"] }], yes(5), {
      purpose: "ex:Loyalty",
    }),
    "other-grant-ended": vector(
      "a grant that had not been seen was ended, but concerns something else",
      [grant(5, 4, { processes: [{ ...marketing, data: ["pd:Financial"] }] }), grant(6, 4)],
      yes(6),
      {
        ended: [5],
      },
    ),
  };
}

/** Which reason is given where several hold, and which decisions are named. */
function order(): Record<string, CheckingVector> {
  const bad = { expires: NOW };
  const stale = { witnessedTime: NOW - MAXIMUM_AGE - 1 };
  const blocker = refusal(90);
  return {
    "lapsed-before-ended": vector("of a lost key, ended, expired", [grant(5, 4, bad), blocker], no("lapsed", 5), {
      ...stale,
      lapsed: [key("first")],
      ended: [5],
      floor: 10,
    }),
    "ended-before-expired": vector("ended and expired", [grant(5, 4, bad), blocker], no("ended", 5), { ...stale, ended: [5], floor: 10 }),
    "expired-before-unproved": vector("expired and not proved", [grant(null, 4, bad), blocker], no("expired", null), { ...stale, floor: 10 }),
    "unproved-before-stale": vector("not proved, the status stale", [grant(null, 4), blocker], no("unproved", null), { ...stale, floor: 10 }),
    "stale-before-below-floor": vector("the status stale, the beacon below the floor", [grant(5, 4), blocker], no("stale", 5), { ...stale, floor: 10 }),
    "below-floor-before-blocked": vector("the beacon below the floor, and blocked", [grant(5, 4), blocker], no("below_floor", 5), { floor: 10 }),
    "later-of-two-blocked": vector("two grants, both blocked: the later is named", [grant(6, 4), grant(5, 4), blocker], no("blocked", 6, 90)),
    "unproved-of-two-ended": vector("two grants, both ended: one without proof counts as the later", [grant(5, 4), grant(null, 4)], no("ended", null), {
      opened: [lockAt(5), lockAt(999)],
    }),
    "latest-of-two-blockers": vector("two refusals: the later is named", [refusal(90), grant(5, 4), refusal(80)], no("blocked", 5, 90)),
    "unproved-of-two-blockers": vector("two refusals: the one without proof is named", [refusal(90), grant(5, 4), refusal(null)], no("blocked", 5, null)),
    "blocked-comes-further": vector(
      "two grants, the later below the floor, the earlier blocked: that one came further",
      [grant(12, 10), refusal(13), grant(14, 9)],
      no("blocked", 12, 13),
      { floor: 10 },
    ),
  };
}

/**
 * The indicators over the vendor lists that are at hand: each answer beside a second computation, which reads the raw lists and shares no code
 * with the first, and the figures of the lists beside those that were measured before the map was built (spec/signals.md, "Figures").
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeShared, sharedData } from "../../../test/shared-data.ts";
import type { CompanyCard } from "../card-schema.ts";
import { makeCards } from "../cards/card.ts";
import { exposuresOf } from "./exposure.ts";
import { tcfGvl } from "../importers/tcf-gvl.ts";
import { whotracksmePreview } from "../importers/whotracksme-preview.ts";
import { joinRecords } from "../join/join.ts";
import { firstMethod } from "./method.ts";
import { changesOf, decilesOf, declaresIn } from "./overview.ts";
import type { VendorListVersion } from "./overview.ts";
import type { OrganisationFacts, SiteFacts } from "../schema.ts";
import type { Signals } from "../signals-schema.ts";
import { signalContext, signalsOf } from "./signals.ts";

const NAMES = { v7: "vendor-list-v7-2023-06-29", v17: "vendor-list-v17-2023-09-07", v143: "vendor-list-v143-2026-01-22-vendors-1-249" };
type Name = keyof typeof NAMES;

/** What the second computation reads. */
interface RawVendor {
  id: number;
  purposes: number[];
  legIntPurposes: number[];
  specialPurposes: number[];
  features: number[];
  specialFeatures: number[];
  dataDeclaration?: number[];
  dataRetention?: { stdRetention?: number | null; purposes?: Record<string, number>; specialPurposes?: Record<string, number> };
  usesCookies: boolean;
  cookieMaxAgeSeconds?: number | null;
  cookieRefresh?: boolean;
  usesNonCookieAccess: boolean;
  deletedDate?: string;
}

const bytes = (name: Name): Buffer => readFileSync(sharedData(`iab-gvl/${NAMES[name]}.json`));
const raw = (name: Name): RawVendor[] => Object.values((JSON.parse(bytes(name).toString()) as { vendors: Record<string, RawVendor> }).vendors);

const context = signalContext(firstMethod);

/** Each vendor's record alone as a card, and its signals; by vendor id. */
function read(name: Name): Map<number, { card: CompanyCard; signals: Signals }> {
  const [list] = tcfGvl.read([{ name: `${NAMES[name]}.json`, bytes: bytes(name) }]);
  return new Map(
    list!.records.map(({ key, facts }, i) => {
      const record = {
        id: i + 1,
        source: "tcf-gvl",
        key,
        version: list!.version,
        dated: list!.dated!,
        retrievedAt: "2026-11-22T00:00:00Z",
        predecessor: null,
        current: true,
        gone: null,
      };
      const organisations = [{ record, facts: facts as OrganisationFacts }];
      const [card] = makeCards({ organisations, scans: [], sites: [], cookies: [], today: "2026-11-23" }, joinRecords({ records: organisations }));
      return [Number(key), { card: card!, signals: signalsOf(card!, context) }] as const;
    }),
  );
}

const FIVE = ["choice", "minimise", "restraint", "retention", "storage"] as const;

/** The second computation: the five answers from the words of spec/signals.md. Null is "not known". */
function second(v: RawVendor): (number | null)[] {
  if (v.deletedDate) return [null, null, null, null, null];
  const choice = v.purposes.length + v.legIntPurposes.length ? (v.purposes.length * 100) / (v.purposes.length + v.legIntPurposes.length) : null;

  let listed = 0;
  for (let category = 1; category <= 11; category++) if (v.dataDeclaration?.includes(category)) listed++;
  const minimise = listed ? 100 - (listed / 11) * 100 : null;

  let far = 0;
  if (v.specialFeatures.includes(1)) far++;
  if (v.specialFeatures.includes(2)) far++;
  if (v.features.includes(1)) far++;
  if (v.features.includes(3)) far++;
  for (const purpose of [3, 5]) if (v.purposes.includes(purpose) || v.legIntPurposes.includes(purpose)) far++;
  const restraint = ((6 - far) / 6) * 100;

  let longest: number | undefined = v.dataRetention?.stdRetention ?? undefined;
  let complete = longest !== undefined;
  if (!complete)
    complete =
      [...v.purposes, ...v.legIntPurposes].every((p) => v.dataRetention?.purposes?.[p] !== undefined) &&
      v.specialPurposes.every((p) => v.dataRetention?.specialPurposes?.[p] !== undefined);
  for (const one of [...Object.values(v.dataRetention?.purposes ?? {}), ...Object.values(v.dataRetention?.specialPurposes ?? {})])
    longest = longest === undefined || one > longest ? one : longest;
  const retention =
    complete && longest !== undefined ? (longest > 730 ? 0 : longest > 395 ? 25 : longest > 180 ? 50 : longest > 90 ? 70 : longest > 30 ? 85 : 100) : null;

  let storage: number | null = null;
  if (!v.usesCookies) storage = v.usesNonCookieAccess ? null : 100;
  else if (v.cookieMaxAgeSeconds != null) {
    const life = v.cookieMaxAgeSeconds / 86_400;
    storage = life > 730 ? 0 : life > 396 ? 25 : life > 180 ? 50 : life > 90 ? 65 : life > 30 ? 80 : 100;
    if (v.cookieRefresh) storage = storage > 10 ? storage - 10 : 0;
  }
  return [choice, minimise, restraint, retention, storage];
}

/** The score as it was measured before: what is not stated is 0, only the standard retention counts, and no cookies are 100. Null where a choice cannot be computed. */
function prototype(v: RawVendor): number | null {
  const [choice, minimise, restraint] = second(v);
  if (choice == null || minimise == null || restraint == null) return null;
  const standard = v.dataRetention?.stdRetention;
  const retention = standard == null ? 0 : second({ ...v, dataRetention: { stdRetention: standard } })[3]!;
  const storage = v.usesCookies ? (second(v)[4] ?? 0) : 100;
  return (choice + minimise + restraint + retention + storage) / 5;
}

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
function deviation(list: readonly number[]): number {
  const middle = mean(list);
  return Math.sqrt(mean(list.map((one) => (one - middle) ** 2)));
}
const rounded = (list: readonly number[]): number[] => list.map((one) => Math.round(one));

function ranks(list: readonly number[]): number[] {
  const order = list.map((_, i) => i).sort((a, b) => list[a]! - list[b]!);
  const out: number[] = Array.from({ length: list.length });
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && list[order[to]!] === list[order[from]!]) to++;
    for (let i = from; i < to; i++) out[order[i]!] = (from + to - 1) / 2;
    from = to;
  }
  return out;
}

function spearman(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const [middleX, middleY] = [mean(x), mean(y)];
  return mean(x.map((one, i) => (one - middleX) * (y[i]! - middleY))) / (deviation(x) * deviation(y));
}

describeShared("vendor lists", () => {
  test.each(["v7", "v17", "v143"] as const)("%s: two computations of every indicator agree on every vendor", (name) => {
    const found = read(name);
    const vendors = raw(name);
    expect(found.size).toBe(vendors.length);
    for (const vendor of vendors) {
      const { answers, band } = found.get(vendor.id)!.signals;
      const expected = second(vendor);
      for (const [i, id] of FIVE.entries()) {
        const { score, applies } = answers.find((one) => one.id === id)!;
        expect(applies).toBe(true);
        if (expected[i] === null) expect(score, `${vendor.id} ${id}`).toBeNull();
        else expect(score, `${vendor.id} ${id}`).toBeCloseTo(expected[i]!, 9);
      }
      expect(answers.filter(({ id }) => !FIVE.includes(id as "choice")).every(({ applies, score }) => !applies && score === null)).toBe(true);
      const known = expected.filter((one) => one !== null);
      // Three of five are 60 %.
      if (known.length < 3) expect(band).toBeNull();
      else expect(band!.score).toBeCloseTo(mean(known), 9);
    }
  });

  test("the scores of all vendors, by the new rules and by those of the first measurement", () => {
    const figures = (name: Name): unknown => {
      const signals = [...read(name).values()].filter(({ card }) => card.ended.length === 0).map((one) => one.signals);
      const scores = signals.flatMap(({ band }) => (band === null ? [] : [band.score]));
      const before = raw(name).flatMap((one) => (one.deletedDate ? [] : (prototype(one) ?? [])));
      const answered = FIVE.map((_, i) => signals.filter(({ answers }) => answers[i]!.score !== null).length);
      return {
        active: signals.length,
        answered,
        now: { n: scores.length, mean: Math.round(mean(scores)), sd: Math.round(deviation(scores)), deciles: rounded(decilesOf(scores)) },
        before: { n: before.length, mean: Math.round(mean(before)), sd: Math.round(deviation(before)), deciles: rounded(decilesOf(before)) },
      };
    };
    expect(figures("v17")).toEqual({
      active: 691,
      answered: [674, 690, 691, 651, 597],
      now: { n: 691, mean: 62, sd: 17, deciles: [41, 47, 52, 56, 62, 66, 72, 78, 85] },
      before: { n: 673, mean: 62, sd: 16, deciles: [43, 49, 53, 57, 62, 66, 71, 76, 83] },
    });
    expect(figures("v143")).toEqual({
      active: 152,
      answered: [150, 152, 152, 145, 141],
      now: { n: 152, mean: 56, sd: 15, deciles: [36, 44, 48, 52, 54, 58, 63, 70, 76] },
      before: { n: 150, mean: 56, sd: 14, deciles: [39, 44, 48, 52, 55, 59, 62, 68, 77] },
    });
  });

  test("how much hangs on the weights", () => {
    const figures = (name: Name): unknown => {
      const active = [...read(name).values()].flatMap(({ signals: { answers, band } }) =>
        band === null ? [] : [{ band, values: FIVE.map((_, i) => answers[i]!.score) }],
      );
      const draws = Array.from({ length: firstMethod.weightings }, (_, draw) => FIVE.map((_, i) => context.weightings[i]![draw]!));
      const scoreOf = (values: readonly (number | null)[], weights: readonly number[]): number => {
        const known = values.flatMap((value, i) => (value === null ? [] : [[value, weights[i]!] as const]));
        return known.reduce((sum, [value, weight]) => sum + value * weight, 0) / known.reduce((sum, [, weight]) => sum + weight, 0);
      };
      const equal = active.map(({ band }) => band.score);
      const under = draws.map((weights) => active.map(({ values }) => scoreOf(values, weights)));
      const correlations = under.map((scores) => spearman(equal, scores)).sort((a, b) => a - b);
      const same = under.flatMap((scores) => scores.map((score, i) => (Math.min(4, Math.floor(score / 20)) === active[i]!.band.at ? 1 : 0)));
      return {
        median: correlations[250]!.toFixed(2),
        least: correlations[0]!.toFixed(2),
        same: mean(same).toFixed(2),
        alone: active.filter(({ band }) => band.low === band.high).length,
      };
    };
    expect(figures("v17")).toEqual({ median: "0.88", least: "0.60", same: "0.61", alone: 52 });
    expect(figures("v143")).toEqual({ median: "0.88", least: "0.64", same: "0.60", alone: 4 });
  });

  test("declarations, by version", () => {
    const lists = (Object.keys(NAMES) as Name[]).map((name) => tcfGvl.read([{ name: `${NAMES[name]}.json`, bytes: bytes(name) }])[0]!);
    const found: Record<string, unknown> = {};
    const standards: Record<string, number> = {};
    for (const list of lists) {
      const { active, counts } = declaresIn(
        { version: list.version, dated: list.dated! },
        list.records.map(({ facts }) => facts as OrganisationFacts),
      );
      // The same, from the raw list.
      const vendors = raw(list.version as Name).filter(({ deletedDate }) => !deletedDate);
      const count = (test: (v: RawVendor) => boolean): number => vendors.filter(test).length;
      expect(active).toBe(vendors.length);
      expect(counts).toEqual({
        interest: count((v) => v.legIntPurposes.length > 0),
        "interest-2": count((v) => v.legIntPurposes.includes(2)),
        "interest-7": count((v) => v.legIntPurposes.includes(7)),
        "interest-10": count((v) => v.legIntPurposes.includes(10)),
        location: count((v) => v.specialFeatures.includes(1)),
        "retention-12": count((v) =>
          [
            v.dataRetention?.stdRetention ?? 0,
            ...Object.values(v.dataRetention?.purposes ?? {}),
            ...Object.values(v.dataRetention?.specialPurposes ?? {}),
          ].some((days) => days > 365),
        ),
        "storage-13": count((v) => (v.cookieMaxAgeSeconds ?? 0) > 396 * 86_400),
        "retention-unstated": count((v) => typeof v.dataRetention?.stdRetention !== "number"),
      });
      standards[list.version] = count((v) => (v.dataRetention?.stdRetention ?? 0) > 365);
      found[list.version] = { active, ...counts };
      expect(count((v) => v.legIntPurposes.some((p) => [3, 4, 5, 6].includes(p)))).toBe(0);
    }
    expect(found["v17"]).toEqual({
      active: 691,
      interest: 236,
      "interest-2": 151,
      "interest-7": 196,
      "interest-10": 152,
      location: 218,
      "retention-12": 226,
      "storage-13": 73,
      "retention-unstated": 65,
    });
    expect(found["v143"]).toEqual({
      active: 152,
      interest: 49,
      "interest-2": 36,
      "interest-7": 46,
      "interest-10": 34,
      location: 51,
      "retention-12": 53,
      "storage-13": 25,
      "retention-unstated": 8,
    });
    // By the standard retention alone, as it was measured first.
    expect(standards).toEqual({ v7: 95, v17: 175, v143: 43 });
  });

  test("what changed from v17 to v143, and who moved a purpose", () => {
    const version = (name: Name): VendorListVersion => {
      const list = tcfGvl.read([{ name: `${NAMES[name]}.json`, bytes: bytes(name) }])[0]!;
      return {
        version: list.version,
        dated: list.dated!,
        whole: list.part !== true,
        vendors: list.records.length,
        said: new Map(list.records.map(({ key, facts }) => [key, facts as OrganisationFacts])),
      };
    };
    const { versions, moves } = changesOf([version("v17"), version("v143")]);
    const before = new Map(raw("v17").flatMap((v) => (v.deletedDate ? [] : [[v.id, v] as const])));
    const both = raw("v143").flatMap((v) => (v.deletedDate || !before.has(v.id) ? [] : [{ was: before.get(v.id)!, is: v }]));
    const differ = (of: (v: RawVendor) => unknown): typeof both => both.filter(({ was, is }) => JSON.stringify(of(was)) !== JSON.stringify(of(is)));
    const sorted = (list: readonly number[] = []): number[] => [...list].sort((a, b) => a - b);
    const parts = {
      purposes: differ((v) => [sorted(v.purposes), sorted(v.legIntPurposes), sorted((v as unknown as { flexiblePurposes: number[] }).flexiblePurposes)]),
      data: differ((v) => sorted(v.dataDeclaration)),
      storage: differ((v) => (v.usesCookies ? Math.ceil(v.cookieMaxAgeSeconds! / 86_400) : null)),
      retention: differ((v) => [v.dataRetention?.stdRetention ?? null, v.dataRetention?.purposes ?? {}, v.dataRetention?.specialPurposes ?? {}]),
      features: differ((v) => [sorted(v.specialPurposes), sorted(v.features), sorted(v.specialFeatures)]),
    };
    expect(versions[1]).toMatchObject({
      compared: both.length,
      changed: new Set([...parts.purposes, ...parts.data, ...parts.storage, ...parts.retention]).size,
      ...Object.fromEntries(Object.entries(parts).map(([part, list]) => [part, list.length])),
      droppedInterest: both.filter(({ was, is }) => was.legIntPurposes.some((p) => !is.legIntPurposes.includes(p))).length,
      tookUpInterest: both.filter(({ was, is }) => is.legIntPurposes.some((p) => !was.legIntPurposes.includes(p))).length,
    });
    const toConsent = both.flatMap(({ was, is }) => was.legIntPurposes.filter((p) => is.purposes.includes(p)));
    const back = both.flatMap(({ was, is }) => was.purposes.filter((p) => is.legIntPurposes.includes(p)));
    expect([moves.filter(({ to }) => to === "consent").length, moves.filter(({ to }) => to !== "consent").length]).toEqual([toConsent.length, back.length]);
    expect(versions[1]).toMatchObject({
      joined: 16,
      left: 13,
      compared: 136,
      changed: 85,
      purposes: 47,
      data: 23,
      storage: 27,
      retention: 45,
      droppedInterest: 10,
      tookUpInterest: 11,
    });
    expect([toConsent.length, back.length, differ((v) => v.dataRetention?.stdRetention ?? null).length]).toEqual([8, 9, 24]);
    const [a, b] = [read("v17"), read("v143")];
    const moved = both.flatMap(({ is: { id } }) => {
      const [from, to] = [a.get(id)!.signals.band, b.get(id)!.signals.band];
      return from === null || to === null ? [] : [to.score - from.score];
    });
    expect([moved.length, moved.filter((points) => points > 1).length, moved.filter((points) => points < -1).length]).toEqual([136, 23, 51]);
  });
});

describeShared("counted sites", () => {
  test("trackers a page, as places among all sites", () => {
    const name = "whotracksme/trackers-preview-2026-07.json";
    const { records } = whotracksmePreview.read([{ name, bytes: readFileSync(sharedData(name)) }])[0]!;
    const sites = records.map(({ key, facts }, i) => ({ site: key, categories: (facts as SiteFacts).categories, record: i }));
    const meansOf = (names: readonly string[]): number[] =>
      sites.map(({ categories }) => categories.reduce((sum, one) => sum + (names.includes(one.name) ? one.mean : 0), 0)).sort((a, b) => a - b);
    const figures = (means: readonly number[]): unknown => [means[500], means[5000], means[9500], means.filter((one) => one === 0).length];
    expect(figures(meansOf(["advertising", "audio_video_player", "extensions", "site_analytics", "social_media"]))).toEqual([1, 9, 51, 226]);
    const means = meansOf(firstMethod.trackers);
    expect(figures(means)).toEqual([1, 9, 53, 221]);
    const exposure = exposuresOf(sites, firstMethod.trackers);
    for (const { site, categories } of sites.slice(0, 500)) {
      const own = categories.reduce((sum, one) => sum + (firstMethod.trackers.includes(one.name) ? one.mean : 0), 0);
      expect(exposure(site)!.shareAbove).toBe(means.filter((one) => one > own).length / means.length);
    }
  });
});

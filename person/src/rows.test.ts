import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { hashOf } from "@freehold/protocol/jws";
import { pairwiseKey } from "@freehold/protocol/keys";
import type { Act, Record } from "@freehold/protocol/record";
import { signDocument, signRecord, publicJwk } from "@freehold/protocol/sign";
import { seconds } from "@freehold/protocol/shape";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { advertising, seed, shop, shopKey } from "../../protocol/testkit/story.ts";
import { addBusinessDays, addDays, addMonths, isFederalHoliday, workingDayFrom } from "./calendar.ts";
import { changeSince, changedDecisions } from "./changes.ts";
import { draftsFor } from "./instructions.ts";
import { answerBy, decisionRows } from "./rows.ts";
import type { Instruction, Item } from "./schema.ts";

const key = pairwiseKey(seed, { controller: shop.id });

function itemOf(act: Act, members: Partial<Record> = {}, also: Partial<Item> = {}): Item {
  const record: Record = {
    "@context": "urn:freehold:record:1",
    act,
    beacon: { origin: "register.example/log", root: "00".repeat(32), size: 1 },
    controller: shop,
    lock: toHex(bytesOf("lock")),
    ...(act === "dpv:ConsentGiven" && { expires: "2027-02-28T00:00:00Z", offer: "00".repeat(32), processes: [advertising] }),
    ...members,
  };
  const jws = signRecord(record, key);
  const base = { id: hashOf(jws), jws, key: publicJwk(key), opening: "00".repeat(32), entry: `0101${"00".repeat(64)}`, beacon: "note" };
  return { ...base, path: { device: 1, counter: 0 }, signed: "2026-11-01T09:00:00Z", index: 5, ...also };
}

const rowOf = (item: Item, now = "2026-11-10T12:00:00Z") => decisionRows({ items: [item] }, seconds(now))[0]!;

test.each<[Act, Partial<Item>, string]>([
  ["dpv:ConsentGiven", {}, "granted"],
  ["dpv:ConsentRefused", {}, "refused"],
  ["dpv:ConsentWithdrawn", {}, "withdrawn"],
  ["dpv:ObjectingToProcess", {}, "objected"],
  ["dpv:OptingOutFromProcess", {}, "opted-out"],
  ["eu-gdpr:A15", {}, "requested"],
  ["dpv:ConsentGiven", { withdrawn: { at: "2026-11-02T00:00:00Z", by: ["company"] } }, "withdrawn"],
])("%s with %j is %s", (act, also, state) => expect(rowOf(itemOf(act, {}, also)).state).toBe(state));

test("a record is pending until it was seen in the log, and a grant expires at the second that it names", () => {
  const { index: _, ...pending } = itemOf("dpv:ConsentRefused");
  expect(rowOf(pending).state).toBe("pending");
  expect(rowOf(itemOf("dpv:ConsentGiven"), "2027-02-27T23:59:59Z").state).toBe("granted");
  expect(rowOf(itemOf("dpv:ConsentGiven"), "2027-02-28T00:00:00Z").state).toBe("expired");
  expect(rowOf(itemOf("dpv:ConsentGiven")).due).toEqual([{ on: "2027-02-14", what: "renewal", overdue: false }]);
});

test("only the company's own signed word is proof; a deposit and a letter are her word", () => {
  const jws = signDocument(
    "freehold-acknowledgement+jws",
    {
      "@context": "urn:freehold:acknowledgement:1",
      answer: "dpv:RequestAcknowledged",
      controller: shop,
      issued: "2027-01-31T10:00:00Z",
      lock: "00".repeat(32),
      record: "00".repeat(32),
    },
    shopKey,
  );
  const acknowledgement = { entry: "00".repeat(66), index: 9, jws, opening: "00".repeat(32), path: [] };
  const at = "2026-11-02T00:00:00Z";
  const acknowledged = (also: Partial<Item>) => rowOf(itemOf("eu-gdpr:A15", {}, also)).acknowledged;
  expect(acknowledged({})).toBe("no");
  expect(acknowledged({ deliveries: [{ at, by: "endpoint", to: "x", error: "down" }] })).toBe("no");
  expect(acknowledged({ deliveries: [{ at, by: "mailbox", to: "x", proof: "{}" }] })).toBe("asserted");
  expect(acknowledged({ letter: { sha256: "", sent: at } })).toBe("asserted");
  expect(acknowledged({ acknowledgements: [acknowledgement] })).toBe("proven");
  // The clock runs from what is proven, whatever else was said.
  const item = itemOf("eu-gdpr:A15", {}, { acknowledgements: [acknowledgement], letter: { sha256: "", received: { at, proven: false } } });
  expect(rowOf(item).due).toEqual([{ on: "2027-03-01", what: "answer", overdue: false }]); // 28 February 2027 is a Sunday
  const extended = { ...item, letter: { ...item.letter!, extended: "2027-02-10T00:00:00Z" } };
  expect(rowOf(extended).due[0]).toMatchObject({ on: "2027-04-30", what: "extended-answer" });
  expect(rowOf({ ...item, letter: { ...item.letter!, answered: { at, result: "done" } } }).due).toEqual([]);
});

test.each<[string, number, string]>([
  ["2027-01-31", 1, "2027-02-28"],
  ["2028-01-31", 1, "2028-02-29"],
  ["2028-02-29", 12, "2029-02-28"],
  ["2026-12-31", 2, "2027-02-28"],
  ["2026-11-30", 3, "2027-02-28"],
  ["2026-08-31", 1, "2026-09-30"],
  ["2026-11-01", 1, "2026-12-01"],
  ["2026-12-15", 1, "2027-01-15"],
])("%s and %i months is %s", (day, months, then) => expect(addMonths(day, months)).toBe(then));

test.each<[string, number, string]>([
  ["2026-11-25", 1, "2026-11-27"], // Thanksgiving between
  ["2026-11-20", 15, "2026-12-14"], // Thanksgiving and three weekends
  ["2026-12-24", 1, "2026-12-28"], // Christmas, a weekend
  ["2026-07-02", 1, "2026-07-06"], // 4 July is a Saturday, observed on the 3rd
  ["2027-12-30", 1, "2028-01-03"], // New Year's Day is a Saturday, observed on 31 December
  ["2026-11-27", 0, "2026-11-27"],
])("%s and %i business days is %s", (day, days, then) => expect(addBusinessDays(day, days)).toBe(then));

test("the federal holidays of 2026 are eleven, and no period of fifteen business days is shorter than three weeks", () => {
  const year = Array.from({ length: 365 }, (_, i) => addDays("2026-01-01", i));
  expect(year.filter(isFederalHoliday)).toEqual([
    "2026-01-01",
    "2026-01-19",
    "2026-02-16",
    "2026-05-25",
    "2026-06-19",
    "2026-07-03",
    "2026-09-07",
    "2026-10-12",
    "2026-11-11",
    "2026-11-26",
    "2026-12-25",
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), (i) => {
      const day = addDays("2020-01-01", i);
      const length = (Date.parse(addBusinessDays(day, 15)) - Date.parse(day)) / 86_400_000;
      expect(length).toBeGreaterThanOrEqual(19);
      expect(length).toBeLessThanOrEqual(28);
      expect([0, 6]).not.toContain(new Date(workingDayFrom(day)).getUTCDay());
    }),
  );
});

test.each<[Act, readonly string[] | undefined, boolean, string | null]>([
  ["dpv:ConsentGiven", undefined, false, null],
  ["dpv:ConsentRefused", undefined, false, null],
  ["dpv:ConsentWithdrawn", undefined, false, "2026-11-13"],
  ["dpv:ObjectingToProcess", ["dpv:DirectMarketing"], false, "2026-11-13"],
  ["dpv:ObjectingToProcess", undefined, false, "2026-11-13"],
  ["dpv:ObjectingToProcess", ["dpv:ServiceOptimisation"], false, "2026-12-14"], // 13 December is a Sunday
  ["dpv:OptingOutFromProcess", undefined, false, "2026-12-07"],
  ["us-ca:1798.105", undefined, false, "2026-12-28"],
  ["us-ca:1798.105", undefined, true, "2027-02-11"],
  ["eu-gdpr:A17", undefined, false, "2026-12-14"],
  ["eu-gdpr:A17", undefined, true, "2027-02-15"],
])("%s about %j, extended %s, received on Friday 13 November 2026, is due on %s", (act, purposes, extended, on) =>
  expect(answerBy({ act, ...(purposes && { processes: [{ purposes }] }) }, "2026-11-13", extended)).toBe(on),
);

test("a day that is due is overdue when it has passed, and the newest decision comes first", () => {
  const item = itemOf("eu-gdpr:A17", {}, { letter: { sha256: "", received: { at: "2026-11-13T23:59:59Z", proven: false } }, reminder: "2026-12-01T00:00:00Z" });
  expect(rowOf(item, "2026-12-14T23:59:59Z").due).toEqual([
    { on: "2026-12-01", what: "reminder", overdue: true },
    { on: "2026-12-14", what: "answer", overdue: false },
  ]);
  expect(rowOf(item, "2026-12-15T00:00:00Z").due[1]!.overdue).toBe(true);
  const rows = decisionRows({ items: [item, itemOf("eu-gdpr:A15", {}, { signed: "2026-11-02T00:00:00Z" })] }, 0);
  expect(rows.map(({ act }) => act)).toEqual(["eu-gdpr:A15", "eu-gdpr:A17"]);
});

test("a declaration that changed is told with the difference, of live decisions only", () => {
  const seen = { organisation: "o1", at: "2026-11-01T00:00:00Z", records: ["b", "a"], summary: ["Advertising: consent", "Kept 12 months"] };
  expect(changeSince(seen, { records: ["a", "b"], summary: [...seen.summary] })).toBeNull();
  const current = { records: ["a", "c"], summary: ["Advertising: legitimate interest", "Kept 12 months"] };
  const change = { since: seen.at, added: ["Advertising: legitimate interest"], gone: ["Advertising: consent"], restsOnOthers: true };
  expect(changeSince(seen, current)).toEqual(change);
  const item = itemOf("dpv:ConsentRefused", {}, { seen });
  expect(changedDecisions({ items: [item] }, () => current)).toEqual([{ item, change }]);
  expect(changedDecisions({ items: [item] }, () => undefined)).toEqual([]);
  expect(changedDecisions({ items: [{ ...item, withdrawn: { at: seen.at, by: ["chain"] } }] }, () => current)).toEqual([]);
});

test("a standing instruction becomes drafts where something is declared, in its scope, and not said already", () => {
  const instruction: Instruction = { id: "i1", made: "2026-11-01T00:00:00Z", act: "refuse", purposes: ["dpv:Advertising"], scope: { country: "IE" } };
  const party = (name: string) => ({ id: `https://${name}.example`, name });
  const organisations = [
    { party: party("shop"), country: "IE", purposes: ["dpv:PersonalisedAdvertising"] },
    { party: party("wide"), country: "IE", purposes: ["dpv:Marketing"] },
    { party: party("silent"), country: "IE", purposes: null },
    { party: party("other"), country: "IE", purposes: ["dpv:ServiceProvision"] },
    { party: party("abroad"), country: "FR", purposes: ["dpv:Advertising"] },
  ];
  const names = (items: Item[]) => draftsFor(instruction, organisations, { items }).map(({ draft }) => draft.controller.name);
  expect(names([])).toEqual(["shop", "wide", "silent"]);
  expect(names([itemOf("dpv:ConsentRefused")])).toEqual(["wide", "silent"]); // of everything
  expect(names([itemOf("dpv:ConsentRefused", { processes: [{ purposes: ["dpv:Marketing"] }] })])).toEqual(["wide", "silent"]);
  expect(names([itemOf("dpv:ConsentRefused", { processes: [{ purposes: ["dpv:Marketing"], data: ["pd:Location"] }] })])).toEqual(["shop", "wide", "silent"]);
  expect(names([itemOf("dpv:ConsentRefused", {}, { withdrawn: { at: instruction.made, by: ["chain"] } })])).toEqual(["shop", "wide", "silent"]);
  expect(draftsFor(instruction, organisations, { items: [] })[0]).toEqual({
    draft: { act: "dpv:ConsentRefused", controller: party("shop"), processes: [{ purposes: ["dpv:Advertising"] }] },
    instruction: "i1",
  });
});

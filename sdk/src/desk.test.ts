import { expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { ORIGIN, decisionOn, deskOptions, marketing, openDesk, serveSite } from "../../test/desk-kit.ts";
import { START } from "../../protocol/testkit/story.ts";
import { createDesk } from "./desk.ts";
import type { Desk } from "./desk.ts";
import { createMemoryStore } from "./store-memory.ts";
import type { Store } from "./store.ts";

const she = { subject: "customer-7", ...marketing };
const bind = (desk: Desk, kid = "kid-of-her", subject = "customer-7") => desk.bindSubject({ subject, kid });
const code = (expected: string) => expect.objectContaining({ name: "FreeholdError", code: expected });

/** A desk with one granted decision that it allows. */
async function granted(changes: Parameters<typeof deskOptions>[1] = {}) {
  const site = serveSite();
  site.record("somebody");
  const entry = site.record("hers");
  site.publish(0);
  const desk = await openDesk(site, changes);
  await bind(desk);
  await desk.addDecision({ decision: decisionOn(entry), evidence: "her receipt", seen: site.published().size });
  await desk.refresh();
  return { site, desk, entry };
}

test("a grant allows from its proof and the next status on; the answer names it", async () => {
  const site = serveSite();
  const entry = site.record("hers");
  site.publish(0);
  const desk = await openDesk(site);
  expect(desk.check(she)).toEqual({ allowed: false, reason: "no_grant", asOf: null });
  await bind(desk);
  await desk.addDecision({ decision: decisionOn({ ...entry, index: null }), evidence: "unproved" });
  expect(desk.check(she)).toMatchObject({ reason: "unproved", asOf: null, grant: { index: null } });
  await desk.refresh();
  expect(desk.check(she)).toMatchObject({ reason: "unproved", asOf: START });
  expect(await desk.addDecision({ decision: decisionOn(entry), evidence: "receipt" })).toMatchObject({ news: "proved" });
  expect(desk.check(she)).toEqual({ allowed: true, reason: "allowed", asOf: START, grant: { index: 0, beacon: 1, expires: START + 1e6 } });
  expect(desk.check({ ...she, purpose: "dpv:RecordManagement" })).toMatchObject({ reason: "no_grant" });
  expect(desk.check({ ...she, subject: "customer-8" })).toMatchObject({ reason: "no_grant" });
});

test("the same record twice is nothing done twice; a lower index is news, a higher one is not", async () => {
  const { desk, entry, site } = await granted();
  const told: unknown[] = [];
  desk.on("decision", (about) => told.push(about));
  expect(await desk.addDecision({ decision: decisionOn(entry), evidence: "her receipt" })).toMatchObject({ news: "known" });
  expect(await desk.addDecision({ decision: decisionOn({ ...entry, index: 9 }), evidence: "later" })).toMatchObject({ news: "known" });
  expect(told).toEqual([]);
  expect(await desk.addDecision({ decision: decisionOn({ ...entry, index: 0 }), evidence: "earlier" })).toMatchObject({
    news: "proved",
    decision: { index: 0 },
  });
  expect(told).toMatchObject([{ news: "proved", index: 0, subject: "customer-7" }]);
  expect(site.asked.length).toBeGreaterThan(0);
});

test("many at once are taken in the order of the turn, each once", async () => {
  const { desk, site } = await granted();
  const entries = Array.from({ length: 50 }, (_, i) => site.record(`many ${i}`));
  site.publish(1);
  const decisions = entries.map((entry, i) => decisionOn(entry, { record: toHex(new Uint8Array(32).fill(i + 1)) }));
  const taken = await Promise.all([...decisions, ...decisions].map((decision) => desk.addDecision({ decision, evidence: "" })));
  expect(taken.map(({ news }) => news)).toEqual([...decisions.map(() => "new"), ...decisions.map(() => "known")]);
  expect(new Set(taken.map(({ decision }) => decision.id)).size).toBe(50);
  expect(desk.size.decisions).toBe(51);
});

test("withdrawn on the log: not allowed after the next look, and those who listen are told whose", async () => {
  const { site, desk, entry } = await granted();
  const told: unknown[] = [];
  desk.on("withdrawn", (about) => told.push(about));
  expect(desk.check(she).allowed).toBe(true);
  site.register.append({ kind: "withdrawal", secret: entry.secret });
  site.publish(5);
  await desk.refresh();
  expect(desk.check(she)).toMatchObject({ reason: "ended", asOf: START + 5, grant: { index: entry.index } });
  expect(told).toEqual([{ subject: "customer-7", record: decisionOn(entry).record, kind: "grant", lock: entry.lock, by: "log" }]);
});

test("withdrawn at the company: not allowed at once, and told once", async () => {
  const { desk, entry } = await granted();
  const told: unknown[] = [];
  desk.on("withdrawn", (about) => told.push(about));
  expect(await desk.addOpened(entry.secret)).toMatchObject({ lock: entry.lock, isNew: true, decisions: [{ subject: "customer-7" }] });
  expect(await desk.addOpened(entry.secret)).toMatchObject({ isNew: false });
  expect(desk.check(she).reason).toBe("ended");
  expect(told).toMatchObject([{ by: "desk" }]);
});

test("a secret that comes while its decision is being written ends it", async () => {
  const site = serveSite();
  const entry = site.record("hers");
  site.publish(0);
  const desk = await openDesk(site);
  await bind(desk);
  await desk.refresh();
  const [, opened] = await Promise.all([desk.addDecision({ decision: decisionOn(entry), evidence: "" }), desk.addOpened(entry.secret)]);
  expect(opened.decisions).toHaveLength(1);
  expect(desk.check(she).reason).toBe("ended");
});

test("a refusal that was delivered and not logged blocks at once", async () => {
  const { desk, site } = await granted();
  const refusal = site.record("refusal");
  await desk.addDecision({ decision: decisionOn({ ...refusal, index: null }, { kind: "refusal" }), evidence: "" });
  expect(desk.check(she)).toMatchObject({ reason: "blocked", grant: { index: 1 }, blocker: { index: null } });
});

test("a decision of another log has no index here: a grant allows nothing, a refusal blocks", async () => {
  const { desk, site } = await granted();
  await desk.addDecision({ decision: decisionOn({ index: 3, lock: "aa".repeat(32) }, { origin: "other.example/log", kind: "refusal" }), evidence: "" });
  expect(desk.check(she)).toMatchObject({ reason: "blocked", blocker: { index: null } });
  await desk.erase({ record: decisionOn({ index: 3, lock: "aa".repeat(32) }, { kind: "refusal" }).record });
  expect(desk.check(she)).toMatchObject({ reason: "below_floor" });
  const later = site.record("later");
  const at = site.publish(1);
  await desk.refresh();
  const newer = site.record("newer");
  site.publish(2);
  await desk.refresh();
  expect(later.index).toBeLessThan(newer.index);
  await desk.addDecision({ decision: decisionOn(newer, { beacon: at.size }), evidence: "" });
  expect(desk.check(she)).toMatchObject({ allowed: true, grant: { index: newer.index } });
});

test("keys: none is taken unbound, or for two accounts, or for a second without the first", async () => {
  const { desk, entry } = await granted();
  await expect(desk.addDecision({ decision: decisionOn(entry, { record: "01".repeat(32), kid: "stranger" }), evidence: "" })).rejects.toEqual(
    code("kid_unbound"),
  );
  await expect(bind(desk, "kid-of-her", "customer-8")).rejects.toEqual(code("kid_bound"));
  await expect(bind(desk, "kid-two")).rejects.toEqual(code("binding_previous"));
  await expect(desk.bindSubject({ subject: "customer-8", kid: "kid-two", previous: { kid: "kid-of-her", lost: true } })).rejects.toEqual(
    code("binding_previous"),
  );
  await bind(desk); // again is nothing
  expect(desk.check(she).allowed).toBe(true);
});

test("a lost key: its grants lapse, also those that come later; those of the new key count", async () => {
  const { desk, site } = await granted();
  const told: unknown[] = [];
  desk.on("lapsed", (about) => told.push(about));
  await desk.bindSubject({ subject: "customer-7", kid: "kid-two", previous: { kid: "kid-of-her", lost: true } });
  expect(desk.check(she).reason).toBe("lapsed");
  const late = site.record("late");
  const entry = site.record("new key");
  site.publish(1);
  await desk.refresh();
  await desk.addDecision({ decision: decisionOn(late), evidence: "" });
  expect(desk.check(she).reason).toBe("lapsed");
  await desk.addDecision({ decision: decisionOn(entry, { kid: "kid-two" }), evidence: "" });
  expect(desk.check(she)).toMatchObject({ allowed: true, grant: { index: entry.index } });
  await desk.lapse("kid-two");
  expect(desk.check(she).reason).toBe("lapsed");
  expect(told).toHaveLength(1);
});

test("a rotated key: everything stays, and nothing that it signs later counts", async () => {
  const { desk, entry, site } = await granted();
  await desk.bindSubject({ subject: "customer-7", kid: "kid-two", previous: { kid: "kid-of-her", rotated: 5 } });
  expect(desk.check(she).allowed).toBe(true);
  const add = (index: number | null, changes: Parameters<typeof decisionOn>[1]) =>
    desk.addDecision({ decision: decisionOn({ index, lock: site.record(`thief ${index} ${changes!.kind}`).lock }, changes), evidence: "" });
  await expect(add(5, { kind: "grant" })).rejects.toEqual(code("kid_rotated"));
  await expect(add(null, { kind: "grant" })).rejects.toEqual(code("kid_rotated"));
  await expect(add(6, { kind: "refusal" })).rejects.toEqual(code("kid_rotated"));
  expect(await add(4, { kind: "grant" })).toMatchObject({ news: "new" });
  expect(await add(null, { kind: "refusal" })).toMatchObject({ news: "new" });
  expect(desk.check(she)).toMatchObject({ reason: "blocked" });
  expect(entry.index).toBeLessThan(5);
});

test("erasure: nothing of hers is left but hashes and a floor, and no older grant comes back", async () => {
  const store = createMemoryStore();
  const { desk, entry, site } = await granted({ store });
  const refusal = site.record("refusal");
  site.publish(1);
  await desk.addDecision({ decision: decisionOn(refusal, { kind: "refusal" }), evidence: "", seen: site.published().size });
  await desk.addOpened(refusal.secret);
  expect(await desk.erase({ subject: "customer-7" })).toMatchObject({ subject: "customer-7", decisions: [{}, {}], floor: site.published().size });
  expect(desk.check(she)).toMatchObject({ reason: "no_grant" });
  expect(await store.decisions("subject", "customer-7")).toEqual([]);
  expect(await store.kidsOf("customer-7")).toEqual([]);
  expect(await store.lock(refusal.lock)).toBeUndefined();
  // She comes back with the same key, and the old grant is delivered again.
  await bind(desk, "kid-of-her", "customer-99");
  await desk.addDecision({ decision: decisionOn(entry), evidence: "" });
  await desk.refresh();
  expect(desk.check({ ...she, subject: "customer-99" })).toMatchObject({ reason: "below_floor" });
});

test("a decision without proof is not erased before it is logged; one that goes spares the grants above it", async () => {
  const { desk, site, entry } = await granted();
  const refusal = decisionOn({ index: null, lock: site.record("refusal").lock }, { kind: "refusal" });
  await desk.addDecision({ decision: refusal, evidence: "" });
  await expect(desk.erase({ record: refusal.record })).rejects.toEqual(code("decision_unproved"));
  await expect(desk.erase({ subject: "customer-7" })).rejects.toEqual(code("decision_unproved"));
  const at = site.publish(1);
  await desk.addDecision({ decision: { ...refusal, index: 2 }, evidence: "", seen: at.size });
  const again = site.record("again");
  site.publish(2);
  await desk.addDecision({ decision: decisionOn(again, { beacon: at.size }), evidence: "", seen: site.published().size });
  await desk.refresh();
  expect(await desk.erase({ record: refusal.record })).toMatchObject({ floor: at.size });
  expect(desk.check(she)).toMatchObject({ allowed: true, grant: { index: again.index } });
  await desk.addOpened(again.secret);
  expect(desk.check(she)).toMatchObject({ reason: "below_floor", grant: { index: entry.index } });
});

test("a restored backup: nothing is allowed until the newest checkpoint has been seen, then what was signed above it", async () => {
  const { desk, site } = await granted();
  site.replace.set("/log/status/0", undefined);
  await expect(desk.restored()).rejects.toEqual(code("unavailable"));
  expect(desk.check(she)).toMatchObject({ reason: "below_floor" });
  await expect(desk.refresh()).rejects.toEqual(code("unavailable"));
  site.replace.clear();
  site.record("somebody");
  const at = site.publish(1);
  await desk.refresh();
  expect(desk.check(she)).toMatchObject({ reason: "below_floor" });
  const tooEarly = site.record("signed at that very checkpoint");
  site.publish(2);
  const above = site.record("above");
  site.publish(3);
  await desk.refresh();
  await desk.addDecision({ decision: decisionOn(tooEarly, { beacon: at.size }), evidence: "" });
  expect(desk.check(she)).toMatchObject({ reason: "below_floor" });
  await desk.addDecision({ decision: decisionOn(above, { beacon: at.size + 1 }), evidence: "" });
  expect(desk.check(she)).toMatchObject({ allowed: true, grant: { index: above.index } });
});

test("what a desk knew it knows again when it is opened anew", async () => {
  const store = createMemoryStore();
  const { desk, site, entry } = await granted({ store });
  const second = site.record("second");
  site.publish(1);
  await desk.bindSubject({ subject: "customer-8", kid: "kid-8" });
  await desk.addDecision({ decision: decisionOn(second, { kid: "kid-8" }), evidence: "" });
  await desk.refresh();
  await desk.addOpened(entry.secret);
  await desk.close();
  // The register is down.
  const again = await openDesk(site, { store, fetch: () => Promise.reject(new TypeError("fetch failed")) });
  expect(again.check(she).reason).toBe("ended");
  expect(again.check({ ...she, subject: "customer-8" })).toMatchObject({ allowed: true, asOf: START + 1 });
  expect(again.size).toMatchObject({ decisions: 2, subjects: 2, scopes: 1 });
  await again.erase({ subject: "customer-8" });
  const third = await openDesk(site, { store });
  expect(third.size.decisions).toBe(1);
});

test("an older status is never taken again, also after a new start", async () => {
  const store = createMemoryStore();
  const { desk, site, entry } = await granted({ store });
  const [proof, bits] = await Promise.all(
    ["/log/status/0", "/log/status/bits"].map(async (path) => (await site.fetch(`https://register.example${path}`)).arrayBuffer()),
  );
  site.register.append({ kind: "withdrawal", secret: entry.secret });
  site.publish(1);
  await desk.refresh();
  expect(desk.check(she).reason).toBe("ended");
  site.replace.set("/log/status/0", () => new Response(proof));
  site.replace.set("/log/status/bits", () => new Response(bits));
  await desk.refresh();
  expect(desk.check(she)).toMatchObject({ reason: "ended", asOf: START + 1 });
  await desk.close();
  const again = await openDesk(site, { store });
  await again.refresh();
  expect(again.check(she)).toMatchObject({ reason: "ended", asOf: START + 1 });
});

test("stale: nothing is allowed when the status is older than the policy permits, and those who listen are told", async () => {
  let seconds = 0;
  const { desk, site } = await granted({ seconds: () => seconds });
  const told: string[] = [];
  desk.on("stale", () => told.push("stale"));
  desk.on("fresh", () => told.push("fresh"));
  seconds = 300;
  expect(desk.check(she).allowed).toBe(true);
  seconds = 301;
  expect(desk.check(she)).toMatchObject({ reason: "stale", asOf: START });
  await desk.refresh();
  site.publish(301);
  await desk.refresh();
  expect(desk.check(she)).toMatchObject({ allowed: true, asOf: START + 301 });
  expect(told).toEqual(["stale", "fresh"]);
});

test("a store that fails: what was not written was not taken, what was written is", async () => {
  const real = createMemoryStore();
  let fail: "before" | "after" | "no" = "no";
  const store: Store = {
    ...real,
    async write(changes) {
      if (fail === "before") throw new Error("the disk is full");
      await real.write(changes);
      if (fail === "after") throw new Error("the connection broke");
    },
  };
  const { desk, site } = await granted({ store });
  const first = decisionOn({ index: null, lock: site.record("first").lock }, { kind: "refusal" });
  fail = "before";
  await expect(desk.addDecision({ decision: first, evidence: "" })).rejects.toEqual(code("unavailable"));
  expect(desk.check(she).allowed).toBe(true);
  expect(await real.decisions("record", first.record)).toEqual([]);
  fail = "after";
  expect(await desk.addDecision({ decision: first, evidence: "" })).toMatchObject({ news: "new" });
  expect(desk.check(she).reason).toBe("blocked");
  fail = "no";
  expect(await desk.addDecision({ decision: first, evidence: "" })).toMatchObject({ news: "known" });
});

test("while a store does not say whether it has written, nothing is allowed", async () => {
  const real = createMemoryStore();
  let isDown = false;
  const asked: (() => void)[] = [];
  const store: Store = {
    ...real,
    async write(changes) {
      await real.write(changes);
      if (isDown) throw new Error("the connection broke");
    },
    async mark(name) {
      if (!isDown) return real.mark(name);
      for (const tell of asked.splice(0)) tell();
      throw new Error("the connection broke");
    },
  };
  const { desk, site } = await granted({ store });
  isDown = true;
  const hasAsked = new Promise<void>((resolve) => asked.push(resolve));
  const taking = desk.addDecision({ decision: decisionOn({ index: null, lock: site.record("first").lock }, { kind: "refusal" }), evidence: "" });
  await hasAsked;
  await new Promise((resolve) => setImmediate(resolve));
  expect(desk.check(she).allowed).toBe(false);
  isDown = false;
  expect(await taking).toMatchObject({ news: "new" });
  expect(desk.check(she).reason).toBe("blocked");
});

test("papers of another part of the desk are written with the decision, or not at all", async () => {
  const store = createMemoryStore();
  const { desk, entry } = await granted({ store });
  await desk.addOpened(entry.secret, { also: [{ drawer: "to log", key: entry.lock, text: "withdrawal" }] });
  await expect(
    desk.addDecision({
      decision: decisionOn(entry, { kid: "stranger", record: "02".repeat(32) }),
      evidence: "",
      also: [{ drawer: "to log", key: "b", text: "acknowledgement" }],
    }),
  ).rejects.toEqual(code("kid_unbound"));
  expect(await store.papers("to log")).toEqual([{ drawer: "to log", key: entry.lock, text: "withdrawal" }]);
});

test("a desk is refused where it could not fail closed", async () => {
  const site = serveSite();
  site.publish(0);
  const { policyText } = site.register;
  const without = JSON.stringify({
    ...(JSON.parse(policyText) as object),
    tlog: (JSON.parse(policyText) as { tlog: string }).tlog.replace(/quorum .*\n/, "quorum none\n"),
  });
  await expect(createDesk(deskOptions(site, { policy: without }))).rejects.toEqual(code("argument_invalid"));
  await expect(createDesk(deskOptions(site, { register: { url: "https://register.example", origin: "other.example/log" } }))).rejects.toEqual(
    code("argument_invalid"),
  );
  await expect(createDesk(deskOptions(site, { policy: "nonsense" }))).rejects.toEqual(code("policy_malformed"));
  const store = createMemoryStore();
  await (await openDesk(site, { store })).close();
  const other = serveSite("other.example/log");
  await expect(openDesk(other, { store })).rejects.toThrow(`The store is that of the log ${ORIGIN}`);
});

test("a desk that looks by itself sees a withdrawal, goes on when the register fails, and ends when it is closed", async () => {
  const site = serveSite();
  const entry = site.record("hers");
  site.publish(0);
  site.replace.set("/log/status/0", 503);
  const logged: string[] = [];
  const desk = await openDesk(site, { poll: 5, log: (message) => logged.push(message) });
  await bind(desk);
  await desk.addDecision({ decision: decisionOn(entry), evidence: "" });
  expect(desk.check(she).reason).toBe("unproved");
  expect(logged).toEqual(["register.example answered with status 503."]);
  const fresh = new Promise<void>((resolve) => desk.on("fresh", () => resolve()));
  site.replace.clear();
  await fresh;
  expect(desk.check(she).allowed).toBe(true);
  const withdrawn = new Promise<void>((resolve) => desk.on("withdrawn", () => resolve()));
  site.register.append({ kind: "withdrawal", secret: entry.secret });
  site.publish(1);
  await withdrawn;
  expect(desk.check(she).reason).toBe("ended");
  await desk.close();
  const asked = site.asked.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(site.asked.length).toBe(asked);
});

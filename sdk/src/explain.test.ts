/** A desk against a model of what it was told: check and explain give the answer of the protocol's rule, whatever happened. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkRequest, floorAfterErasing } from "@freehold/protocol/check";
import type { CheckRequest, Decision, DeskView } from "@freehold/protocol/check";
import { toHex } from "@freehold/protocol/bytes";
import { isEnded } from "@freehold/protocol/status";
import { decisionOn, marketing, openDesk, serveSite } from "../../test/desk-kit.ts";
import { bytesOf } from "../../protocol/testkit/register.ts";
import { START } from "../../protocol/testkit/story.ts";

const SUBJECTS = ["her", "him"] as const;
const REQUESTS: CheckRequest[] = [marketing, { ...marketing, purpose: "dpv:DirectMarketing" }, { ...marketing, data: "pd:Location" }];
const SCOPES = [
  [{ purposes: ["dpv:Marketing"], data: ["pd:Contact"], processing: ["dpv:Use"] }],
  [{ purposes: ["dpv:DirectMarketing"], data: ["pd:EmailAddress"], processing: ["dpv:Use"] }],
];

const subject = fc.constantFrom(...SUBJECTS);
const at = fc.nat({ max: 30 });
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("take" as const),
      subject,
      isGrant: fc.boolean(),
      scope: fc.nat({ max: 2 }),
      back: fc.nat({ max: 4 }),
      life: fc.constantFrom(30, 1e6),
      logged: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("prove" as const), at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("withdraw" as const), at, channel: fc.constantFrom("log" as const, "desk" as const) }) },
  { weight: 3, arbitrary: fc.constant({ do: "refresh" as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(40, 40, 400) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), subject }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("erase" as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);

interface Known extends Decision {
  subject: string;
  record: string;
  secret: Uint8Array;
  logged: number;
}

test("over random histories of two people, with restarts", async () => {
  const reasons = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 14, size: "max" }), async (steps) => {
      const site = serveSite();
      site.record("somebody");
      site.publish(0);
      let now = 0;
      const options = { seconds: () => now };
      let desk = await openDesk(site, options);
      const { store } = desk.parts;
      const kids: Record<string, string> = { her: "kid her 0", him: "kid him 0" };
      for (const name of SUBJECTS) await desk.bindSubject({ subject: name, kid: kids[name]! });

      let known: Known[] = [];
      const lapsed = new Set<string>();
      const opened = new Set<string>();
      const floors: Record<string, number> = { her: 0, him: 0 };
      let newest = 0;
      let status: { size: number; witnessedTime: number; bits: Uint8Array } = { size: 0, witnessedTime: -Infinity, bits: new Uint8Array(0) };
      const pick = (i: number) => known[i % Math.max(1, known.length)];

      for (const [i, step] of steps.entries()) {
        if (step.do === "take") {
          const { index, lock, secret } = site.record(`${i}`);
          const published = site.publish(now);
          const beacon = Math.max(1, index - step.back);
          const decision = decisionOn(
            { index: step.logged ? index : null, lock },
            {
              kind: step.isGrant ? "grant" : "refusal",
              kid: kids[step.subject]!,
              record: toHex(bytesOf(`record ${i}`)),
              beacon,
              expires: step.isGrant ? START + now + step.life : null,
              processes: step.isGrant ? SCOPES[step.scope % 2]! : (SCOPES[step.scope] ?? null),
            },
          );
          if (step.logged) newest = Math.max(newest, published.size);
          await desk.addDecision({ decision, evidence: `receipt ${i}`, ...(step.logged && { seen: published.size }) });
          known.push({ ...decision, subject: step.subject, secret, logged: index });
        } else if (step.do === "prove") {
          const one = pick(step.at);
          if (one === undefined) continue;
          newest = Math.max(newest, site.published().size);
          await desk.addDecision({
            decision: decisionOn({ index: one.logged, lock: one.lock }, { ...one, index: one.logged }),
            evidence: "proved",
            seen: site.published().size,
          });
          one.index = one.logged;
        } else if (step.do === "withdraw") {
          const one = pick(step.at);
          if (one === undefined) continue;
          if (step.channel === "desk") {
            await desk.addOpened(one.secret);
            opened.add(one.lock);
          } else if (site.register.fold.locks.get(String.fromCharCode(...Buffer.from(one.lock, "hex"))) !== "open") {
            site.register.append({ kind: "withdrawal", secret: one.secret });
            site.publish(now);
          }
        } else if (step.do === "refresh") {
          const published = site.publish(now);
          await desk.refresh();
          newest = Math.max(newest, published.size);
          status = { size: published.size - 1, witnessedTime: START + now, bits: site.register.fold.bits.slice() };
        } else if (step.do === "wait") now += step.seconds;
        else if (step.do === "lose") {
          const old = kids[step.subject]!;
          const next = `kid ${step.subject} ${i + 1}`;
          await desk.bindSubject({ subject: step.subject, kid: next, previous: { kid: old, lost: true } });
          lapsed.add(old);
          kids[step.subject] = next;
        } else if (step.do === "erase") {
          const one = pick(step.at);
          if (one === undefined || one.index === null) continue;
          await desk.erase({ record: one.record });
          known = known.filter((other) => other !== one);
          const remaining = known.filter((other) => other.subject === one.subject);
          floors[one.subject] = Math.max(floors[one.subject]!, floorAfterErasing(one.index, remaining, Math.max(newest, one.index + 1)));
        } else desk = await openDesk(site, { ...options, store });

        for (const name of SUBJECTS) {
          const view: DeskView = {
            decisions: known.filter((one) => one.subject === name),
            lapsed,
            opened,
            status: { ...status, isEnded: (index) => isEnded(status.bits, status.size, index) },
            floor: floors[name]!,
            now: START + now,
            maximumAge: 300,
          };
          for (const request of REQUESTS) {
            const expected = checkRequest(request, view);
            const answer = desk.check({ subject: name, ...request });
            reasons.add(answer.reason);
            expect({ allowed: answer.allowed, grant: answer.grant?.index, reason: answer.reason }).toEqual({
              allowed: expected.allowed,
              grant: expected.grant?.index,
              reason: expected.allowed ? "allowed" : expected.reason,
            });
            const explained = await desk.explain({ subject: name, ...request });
            expect([explained.allowed, explained.reason, explained.decisions.length, explained.floor]).toEqual([
              answer.allowed,
              answer.reason,
              view.decisions.length,
              view.floor,
            ]);
            // The first condition that a grant does not meet is the reason, where it is the one that came furthest; one that meets all allows.
            const allowing = explained.decisions.filter(({ conditions }) => conditions.length > 0 && conditions.every(({ holds }) => holds));
            expect(allowing.length > 0).toBe(answer.allowed);
            const named = explained.decisions.find(({ decision }) => decision.record === explained.grant);
            if (named !== undefined) expect(named.conditions.find(({ holds }) => !holds)?.condition ?? "allowed").toBe(answer.reason);
          }
        }
      }
    }),
    { numRuns: 50 },
  );
  for (const reason of ["allowed", "blocked", "ended", "no_grant", "unproved"]) expect(reasons).toContain(reason);
}, 120_000);

test("an explanation says of each condition why, names the channel of a withdrawal, and gives the receipts", async () => {
  const site = serveSite();
  const [first, second] = [site.record("first"), site.record("second")];
  site.publish(0);
  const desk = await openDesk(site);
  await desk.bindSubject({ subject: "she", kid: "kid-of-her" });
  await desk.refresh();
  await desk.addDecision({ decision: decisionOn(first), evidence: "receipt of the grant" });
  await desk.addDecision({
    decision: decisionOn(second, { kind: "refusal", processes: [{ purposes: ["dpv:DirectMarketing"] }] }),
    evidence: "receipt of the refusal",
  });
  const explained = await desk.explain({ subject: "she", ...marketing });
  expect(explained).toMatchObject({
    allowed: false,
    reason: "blocked",
    grant: decisionOn(first).record,
    blocker: decisionOn(second, { kind: "refusal" }).record,
    status: { size: 2 },
  });
  expect(explained.decisions.map(({ evidence }) => evidence)).toEqual(["receipt of the grant", "receipt of the refusal"]);
  expect(explained.decisions[0]).toMatchObject({ covers: true, against: false });
  expect(explained.decisions[1]).toMatchObject({ covers: false, overlaps: true, against: true, conditions: [] });
  expect(explained.decisions[0]!.conditions.map(({ holds, why }) => `${holds ? "yes" : "no"}: ${why}`)).toEqual([
    "yes: one of its processes names the purpose, the data and the processing, or what lies above them",
    "yes: its key kid-of-her is in use",
    "yes: its lock has not been opened, as far as log, chain and this company know",
    "yes: it expires at 2026-11-12T22:46:40.000Z",
    "yes: it is entry 0 of the log",
    "yes: the status was witnessed 0 seconds from now, and 300 are allowed",
    "yes: nothing was erased or lost",
    "no: not below its beacon, 0: the refusal at entry 1",
  ]);
  await desk.addOpened(first.secret);
  const [grant] = (await desk.explain({ subject: "she", ...marketing })).decisions;
  expect(grant).toMatchObject({ against: true });
  expect(grant!.conditions[2]).toEqual({ condition: "ended", holds: false, why: "its lock was opened at this company at 2026-11-01T09:00:00.000Z" });
  expect(await desk.explain({ subject: "nobody", ...marketing })).toMatchObject({ reason: "no_grant", decisions: [], grant: null, blocker: null });
});

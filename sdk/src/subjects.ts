/**
 * Which of a company's accounts a key belongs to. A key is bound by a reference, which the company gave once to the person who was signed in, or by the key that came
 * before it; never by what a client says alone (spec/delivery.md, spec/offer.md).
 */
import { createHash, randomBytes } from "node:crypto";
import { FreeholdError } from "@freehold/protocol/errors";
import { thumbprint, verifySignature } from "@freehold/protocol/jws";
import type { Jwk } from "@freehold/protocol/jws";
import { decodeDocument } from "@freehold/protocol/offer";
import type { Binding } from "@freehold/protocol/offer";
import type { Answers } from "./answers.ts";
import type { Desk } from "./desk.ts";
import { kidHash } from "./desk-memory.ts";
import { drawerOf, writePapers } from "./papers.ts";
import type { Paper } from "./papers.ts";

/** What is kept of a reference, under its hash: the reference itself is hers. */
export interface KeptReference {
  subject: string;
  /** Seconds since 1970. */
  expires: number;
  /** She has said, signed in, that her former key is lost: what comes with this reference follows it. */
  lost: boolean;
}

export interface ReferenceInput {
  /** The name under which the company knows her. */
  subject: string;
  /** That the account's key is lost, by her own word to the company: grants of the old one lapse. */
  lost?: boolean;
  /** Seconds for which it is good: a day at most, and unless told. */
  life?: number;
}

export interface Rotation {
  jws: string;
  key: Jwk;
}

export interface Subjects {
  /** A reference for one answer to an offer: 43 characters. To be shown only where she is signed in. Throws `argument_invalid`. */
  makeReference: (input: ReferenceInput) => Promise<string>;
  /** Whose key it is; undefined where that is not known. */
  subjectOf: (kid: string) => Promise<string | undefined>;
  /**
   * Binds a key by a reference or a rotation, and has the binding logged.
   *
   * @throws `kid_unbound` where neither is given; `reference_unknown` where it was used, has expired or never was; `binding_previous` for a second key of an account
   *   whose first says nothing of it (a sock puppet looks like this); `kid_bound`; `jws_…`, `binding_malformed`.
   */
  bind: (input: { kid: string; reference?: string | undefined; rotation?: Rotation | undefined }) => Promise<string>;
  /** Binds a key by the company's own knowledge: somebody has looked. Throws as {@link bind}. */
  bindByHand: (input: { kid: string; subject: string; lost?: boolean }) => Promise<void>;
  /** Takes out references that have expired, and those of a subject. */
  forget: (options: { subject?: string; now: number }) => Promise<Paper[]>;
}

const DAY = 86_400;

export function openSubjects({ desk, answers }: { desk: Desk; answers: Pick<Answers, "bind" | "kick"> }): Subjects {
  const { store, clock, controller } = desk.parts;
  const references = drawerOf<KeptReference>(store, "reference");
  const keyOf = (reference: string) => createHash("sha256").update(reference).digest("hex");

  // One after the other, from the look at a reference to the binding that uses it up.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };

  const subjectOf = async (kid: string) => (await store.kid(kidHash(kid)))?.subject ?? undefined;

  const bindTo = async (subject: string, kid: string, { lost, used = [] }: { lost: boolean; used?: Paper[] }) => {
    const kids = await store.kidsOf(subject);
    const current = kids.filter((one) => one.kid !== null && one.kid !== kid && !one.lapsed && one.rotated === null);
    const before = lost ? (current[0] ?? kids.find((one) => one.kid !== null && one.kid !== kid)) : undefined;
    if (lost) for (const other of current.slice(1)) await desk.lapse(other.kid!);
    const previous = before?.kid ?? undefined;
    await desk.bindSubject({
      subject,
      kid,
      ...(previous !== undefined && { previous: { kid: previous, lost: true } }),
      also: [...used, answers.bind({ kid, subject, ...(previous !== undefined && { previous: { kid: previous } }) })],
    });
  };

  const bindByRotation = async (kid: string, rotation: Rotation): Promise<string> => {
    const { document, decoded } = decodeDocument("freehold-rotation+jws", rotation.jws);
    await verifySignature(decoded, rotation.key);
    const before = await store.kid(kidHash(thumbprint(rotation.key)));
    if (document.kid !== kid || document.controller.id !== controller)
      throw new FreeholdError("binding_malformed", "The rotation is of another key, or for another company.");
    if (before === undefined || before.subject === null || before.kid === null)
      throw new FreeholdError("kid_unbound", "The key that is said to come before is bound to no account.");
    if (before.lapsed || before.rotated !== null)
      throw new FreeholdError("binding_previous", "The key that is said to come before was declared lost, or is followed by another one.");
    const { subject } = before;
    // Its place in the log is known once the binding is logged; until then everything that the former key has signed counts.
    const previous = { kid: before.kid, rotated: Number.MAX_SAFE_INTEGER };
    await desk.bindSubject({
      subject,
      kid,
      previous,
      also: [answers.bind({ kid, subject, previous: { kid: before.kid, rotation } satisfies Binding["previous"] })],
    });
    return subject;
  };

  return {
    async makeReference({ subject, lost = false, life = DAY }) {
      if (!(life > 0 && life <= DAY)) throw new FreeholdError("argument_invalid", `A reference is good for at most a day (${DAY} seconds), not ${life}.`);
      if (typeof subject !== "string" || subject === "") throw new FreeholdError("argument_invalid", "A subject is a string, not empty.");
      const reference = randomBytes(32).toString("base64url");
      await writePapers(store, [references.put(keyOf(reference), { subject, expires: clock() + life, lost })]);
      return reference;
    },
    subjectOf,
    bind: async ({ kid, reference, rotation }) =>
      (await subjectOf(kid)) ??
      inTurn(async () => {
        const bound = await subjectOf(kid);
        if (bound !== undefined) return bound;
        if (rotation !== undefined) {
          const subject = await bindByRotation(kid, rotation);
          answers.kick();
          return subject;
        }
        if (reference === undefined) throw new FreeholdError("kid_unbound", "The company does not know whose key this is: begin at the company, signed in.");
        const key = keyOf(reference);
        const kept = await references.read(key);
        if (kept === undefined || kept.expires <= clock())
          throw new FreeholdError("reference_unknown", "The reference was used, has expired, or is none of this company: ask it for a new one.");
        await bindTo(kept.subject, kid, { lost: kept.lost, used: [references.drop(key)] });
        answers.kick();
        return kept.subject;
      }),
    bindByHand: ({ kid, subject, lost = false }) =>
      inTurn(async () => {
        if ((await subjectOf(kid)) === subject) return;
        await bindTo(subject, kid, { lost });
        answers.kick();
      }),
    forget: async ({ subject, now }) =>
      (await references.list()).filter(({ value }) => value.expires <= now || value.subject === subject).map(({ key }) => references.drop(key)),
  };
}

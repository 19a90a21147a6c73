/** How the shop cheats: with its own keys, against the running register, its own desk, and the verifier that everybody has. */
import { randomBytes } from "node:crypto";
import { fromHex, toHex } from "@freehold/protocol/bytes";
import { checkRequest } from "@freehold/protocol/check";
import { commit, newOpening } from "@freehold/protocol/commitment";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { thumbprint } from "@freehold/protocol/jws";
import { lockOf } from "@freehold/protocol/lock";
import { decodeDocument } from "@freehold/protocol/offer";
import { receiptSteps, verifyReceipt } from "@freehold/protocol/receipt";
import type { Receipt, ReceiptStep, VerifiedReceipt } from "@freehold/protocol/receipt";
import { formatInstant } from "@freehold/protocol/shape";
import { publicJwk } from "@freehold/protocol/sign";
import type { StatusProof } from "@freehold/protocol/status";
import { parseTrustPolicy } from "@freehold/protocol/trust-policy";
import { decisionOf } from "@freehold/sdk/decision";
import { ask, membersOf } from "@freehold/sdk/http";
import { makeClaim } from "@freehold/sdk/publish";
import type { Reception } from "@freehold/sdk/reception";
import { verifyWholeStatus } from "@freehold/sdk/status";
import { cheats } from "./cheat.ts";
import type { Cheat, Report, Trial } from "./cheat.ts";
import type { Company } from "./company.ts";
import { NAME } from "./company.ts";
import { createForger, textOf } from "./forger.ts";
import type { Invented, SealedRecord } from "./forger.ts";
import { uses } from "./uses.ts";

const [newsletter] = uses as [(typeof uses)[number]];

export interface Cheating {
  run(name: Cheat["name"]): Promise<Report>;
}

export function createCheats({ reception, company }: { reception: Reception; company: Company }): Cheating {
  const { desk } = reception;
  const { register, fetch, controller } = desk.parts;
  const policy = parseTrustPolicy(company.policy);
  const forger = createForger({ reception, company });
  const now = () => Date.now() / 1000;
  const isAllowed = ({ subject }: Invented) => desk.check({ subject, ...newsletter.request }).allowed;

  /** Verifies as anybody would, and says at which step it failed. */
  const verify = async (
    receipt: Receipt,
  ): Promise<{ verified?: VerifiedReceipt; steps: string[]; failed?: { step: ReceiptStep; code: string; found: string } }> => {
    const passed: ReceiptStep[] = [];
    const steps: string[] = [];
    try {
      const verified = await verifyReceipt(textOf(receipt), {
        policy,
        now: now(),
        onStep: (step, finding) => (passed.push(step), steps.push(`${step}: ${finding}`)),
      });
      return { verified, steps };
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      return { steps, failed: { step: receiptSteps[passed.length]!, code: error.code, found: error.message } };
    }
  };
  /** Tries something that must be refused, and says with which code it was. */
  const refused = async (work: () => Promise<unknown>): Promise<{ code: string; found: string }> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof FreeholdError) return { code: error.code, found: error.message };
      throw error;
    }
    throw new Error("The cheat worked, which it must not.");
  };
  const failing = async (receipt: Receipt) => {
    const { failed } = await verify(receipt);
    if (failed === undefined) throw new Error("The cheat worked, which it must not.");
    return failed;
  };
  const told = (tried: string, by: Trial["by"], what: Pick<Trial, "found"> & Partial<Trial>, outcome: Trial["outcome"] = "caught"): Trial => ({
    tried,
    outcome,
    by,
    ...what,
  });
  const refusing = () => forger.invent("dpv:ConsentRefused", newsletter.process);
  const granting = () => forger.invent("dpv:ConsentGiven", newsletter.process);
  const withdraw = async ({ record }: Invented) => {
    await forger.log(encodeEntry({ kind: "withdrawal", secret: record.secret }));
    await desk.refresh();
  };
  const checkNow = (robin: Invented): string => {
    const answer = desk.check({ subject: robin.subject, ...newsletter.request });
    return answer.allowed ? "allowed" : `not allowed: ${answer.reason}`;
  };
  const forgedBy = async (key: Uint8Array, offer: string): Promise<SealedRecord> => {
    const signed = await forger.signRecord({ key, act: "dpv:ConsentGiven", processes: [newsletter.process], offer });
    return { ...signed, index: await forger.log(signed.entry) };
  };

  const runs: { [N in Cheat["name"]]: (evidence: Report["evidence"]) => Promise<{ robin: Invented; trials: Trial[] }> } = {
    async forge(evidence) {
      const robin = await refusing();
      const own = new Uint8Array(randomBytes(32));
      const forged = await forgedBy(own, robin.offer);
      const receipt = await forger.receipt(forged);
      const rewritten = { ...receipt, key: robin.record.key, record: withSignatureOf(robin.record.jws, forged.jws) };
      evidence["rewritten"] = textOf(rewritten);
      evidence["own-key"] = textOf({ ...receipt, key: robin.record.key });
      evidence["stranger"] = textOf(receipt);
      const { verified } = await verify(receipt);
      const delivery = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt });
      return {
        robin,
        trials: [
          told("We write “allowed” over Robin's refusal and leave Robin's signature under it.", "the verifier", {
            ...(await failing(rewritten)),
            evidence: ["rewritten"],
          }),
          told("We sign with a key of our own and say that it is Robin's.", "the verifier", {
            ...(await failing({ ...receipt, key: robin.record.key })),
            evidence: ["own-key"],
          }),
          told(
            "We log it. The register takes it: it cannot read what it takes.",
            "the log",
            {
              found: `Entry ${forged.index} is the grant of a key ${short(verified!.kid)}. Robin's key is ${short(thumbprint(robin.record.key))}, as our own binding at entry ${robin.receipt.binding!.index} says.`,
              evidence: ["stranger"],
            },
            "shown",
          ),
          told("We give it to our own desk as Robin's.", "the SDK", await refused(() => reception.receive(delivery))),
        ],
      };
    },

    async relog(evidence) {
      const robin = await granting();
      const before = checkNow(robin);
      await withdraw(robin);
      const { record } = robin;
      const again = await forger.submit(record.entry);
      const opening = newOpening();
      const entry = encodeEntry({ kind: "record", commitment: commit(record.jws, opening), lock: lockOf(record.secret) });
      const wrapped: SealedRecord = { ...record, opening: toHex(opening), entry, index: await forger.log(entry) };
      const receipt = await forger.receipt(wrapped);
      evidence["logged-again"] = textOf(receipt);
      const { verified } = await verify(receipt);
      const standing = withBitCleared(receipt, wrapped.index);
      evidence["bit-cleared"] = textOf(standing);
      const delivery = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt });
      await reception.receive(delivery);
      await desk.refresh();
      return {
        robin,
        trials: [
          told("We hand in the same entry once more.", "the register", {
            found:
              "index" in again && again.index === record.index
                ? `It is there already: entry ${again.index}, and that one has ended. Nothing was added.`
                : JSON.stringify(again),
          }),
          told("We wrap the same grant anew, with a fresh opening, so that nobody sees that it is the same. The register takes it.", "the verifier", {
            step: "status",
            found: `Entry ${wrapped.index} is born ended: ${verified!.endedInLog ? "the status of the log says “ended”" : "NOT ended"}. It has the lock that the withdrawal opened.`,
            evidence: ["logged-again"],
          }),
          told("We change the one bit that says “ended”.", "the verifier", { ...(await failing(standing)), evidence: ["bit-cleared"] }),
          told("We give the new receipt to our desk and ask.", "the check", { found: `Before the withdrawal: ${before}. Now: ${checkNow(robin)}.` }),
        ],
      };
    },

    async stale(evidence) {
      const robin = await granting();
      const { note, status, bits } = await wholeStatus(robin.record.index);
      evidence["before"] = textOf(robin.receipt);
      await desk.refresh();
      const before = checkNow(robin);
      const old = await verify(robin.receipt);
      await withdraw(robin);
      await desk.setStatus({ note, proof: status, bits, index: robin.record.index });
      const taken = checkNow(robin);
      const fresh = await wholeStatus(robin.record.index);
      const newer = await forger.receipt(robin.record);
      evidence["after"] = textOf(newer);
      const witnessed = old.verified!.checkpoint.witnessedTime!;
      const later = checkRequest(newsletter.request, {
        decisions: [{ ...decisionOf(old.verified!, robin.record.index)! }],
        lapsed: new Set(),
        opened: new Set(),
        status: { size: old.verified!.checkpoint.size - 1, witnessedTime: witnessed, isEnded: () => false },
        floor: 0,
        now: witnessed + policy.maximumAge + 1,
        maximumAge: policy.maximumAge,
      });
      return {
        robin,
        trials: [
          told("We give our desk the status from before the withdrawal.", "the SDK", {
            found: `It has seen a newer one, and keeps that. Before: ${before}. With the old status handed in: ${taken}.`,
          }),
          told(
            "We take the newest signed checkpoint, and the bits from before.",
            "the SDK",
            await refused(() =>
              verifyWholeStatus({ ...fresh, proof: fresh.status, bits: longer(bits, fresh.bits.length), index: robin.record.index }, desk.parts),
            ),
          ),
          told("We build a desk that never looks at the register again.", "the check", {
            ...(later.allowed ? {} : { code: later.reason }),
            found: `For ${policy.maximumAge} seconds, which the policy permits, it goes on; after that: ${later.allowed ? "allowed" : `not allowed, ${later.reason}`}. Each answer says as of when it is.`,
          }),
          told(
            "We show an auditor the old receipt, in which the grant stands.",
            "the verifier",
            {
              step: "status",
              found: `It says itself that it is as of ${formatInstant(witnessed)}. Under the register's newest checkpoint anybody finds: ${(await verify(newer)).verified!.ended ? "ended" : "NOT ended"}.`,
              evidence: ["after"],
            },
            "shown",
          ),
        ],
      };
    },

    async puppet(evidence) {
      const robin = await refusing();
      const puppet = new Uint8Array(randomBytes(32));
      const kid = thumbprint(publicJwk(puppet));
      const grant = await forgedBy(puppet, robin.offer);
      const reference = await reception.reference({ subject: robin.subject });
      const delivery = JSON.stringify({ "@context": "urn:freehold:delivery:1", receipt: await forger.receipt(grant), reference });
      const bySdk = await refused(() => reception.receive(delivery));
      const { document: first } = decodeDocument("freehold-binding+jws", robin.receipt.binding!.jws);
      const binding = await forger.bind({ account: first.account, kid });
      const receipt = await forger.receipt(grant, { binding });
      evidence["robin"] = textOf(robin.receipt);
      evidence["puppet"] = textOf(receipt);
      const [hers, ours] = [await verify(robin.receipt), await verify(receipt)];
      return {
        robin,
        trials: [
          told("The puppet brings its grant to our desk, with a reference of Robin's account.", "the SDK", bySdk),
          told(
            "We go past the SDK: we sign and log a binding of our own that gives Robin's account to the puppet. Its receipt verifies.",
            "the log",
            { step: "binding", found: contradictionOf(hers.verified!, robin.receipt, ours.verified!, receipt), evidence: ["robin", "puppet"] },
            "shown",
          ),
          told("And our desk?", "the check", { found: `It goes by its own bindings: ${checkNow(robin)}.` }),
        ],
      };
    },

    async deny(evidence) {
      const robin = await refusing();
      const { verified } = await verify(robin.receipt);
      evidence["robin"] = textOf(robin.receipt);
      const claim = makeClaim({ controller, name: NAME, keys: [new Uint8Array(randomBytes(32))], issued: now() });
      const otherKey: Receipt = { ...robin.receipt, claims: [{ ...robin.receipt.claims![0]!, document: claim }] };
      evidence["other-claim"] = textOf(otherKey);
      const { acknowledgements: _, ...silent } = robin.receipt;
      evidence["unanswered"] = textOf(silent);
      const unanswered = await verify(silent);
      const [answer] = verified!.acknowledgements;
      return {
        robin,
        trials: [
          told("We say: nothing arrived.", "the verifier", {
            step: "acknowledgement",
            found: `${answer!.answer} of ${answer!.issued}, signed by our key, entry ${robin.receipt.acknowledgements![0]!.index}, for the record ${short(verified!.hash)}.`,
            evidence: ["robin"],
          }),
          told("We say: that was never our key, and show a claim with another one.", "the verifier", {
            ...(await failing(otherKey)),
            evidence: ["other-claim"],
          }),
          told(
            "We had better not have answered at all.",
            "the log",
            {
              step: "status",
              found: `Without our answer the receipt verifies as well: entry ${unanswered.verified!.index}, not before ${formatInstant(unanswered.verified!.notBefore!)}. The record stands; what is missing is our acknowledgement, within the time that we state.`,
              evidence: ["unanswered"],
            },
            "shown",
          ),
        ],
      };
    },
  };

  /** The status that the register serves now: proof, note and whole bitmap, of one checkpoint. */
  async function wholeStatus(index: number): Promise<{ note: string; status: StatusProof; bits: Uint8Array }> {
    for (let tries = 0; ; tries++) {
      const head = membersOf((await ask(fetch, `${register}/log/status/${index}`, { max: 2 ** 18 })).body) as { checkpoint: string; status: StatusProof };
      const { body: bits } = await ask(fetch, `${register}/log/status/bits`, { max: 2 ** 26 });
      const after = membersOf((await ask(fetch, `${register}/log/status/${index}`, { max: 2 ** 18 })).body);
      if (after["checkpoint"] === head.checkpoint || tries === 10) return { note: head.checkpoint, status: head.status, bits };
    }
  }

  // One after the other: they share Robin's name and the shop's one desk.
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(name) {
      const work = async (): Promise<Report> => {
        const evidence: Report["evidence"] = {};
        const { robin, trials } = await runs[name](evidence);
        const allowedAfter = isAllowed(robin);
        await reception.erasures.erase({ subject: robin.subject }); // whom we invented, we forget
        return { cheat: cheats.find((one) => one.name === name)!, at: formatInstant(Math.floor(now())), trials, evidence, allowedAfter };
      };
      const turn = last.then(work, work);
      last = turn.catch(() => {});
      return turn;
    },
  };
}

/** Two bindings of one account to two keys, neither of which says that it follows the other (spec/offer.md, "Binding"). */
function contradictionOf(hers: VerifiedReceipt, herReceipt: Receipt, other: VerifiedReceipt, otherReceipt: Receipt): string {
  const [a, b] = [hers.binding!, other.binding!];
  const isPuppet = a.account === b.account && a.kid !== b.kid && b.previous === undefined && a.previous === undefined;
  if (!isPuppet) throw new Error("The bindings do not contradict each other.");
  return `Two bindings, both by our key, for one account (${short(a.account)}): entry ${herReceipt.binding!.index} gives it to the key ${short(a.kid)}, entry ${otherReceipt.binding!.index} to ${short(b.kid)}, and says nothing of the first. That is the mark of a sock puppet, over our own signature.`;
}

/** The words of one JWS over the signature of another. */
function withSignatureOf(signed: string, words: string): string {
  const [header, , signature] = signed.split(".");
  return `${header}.${words.split(".")[1]}.${signature}`;
}

/** The receipt with the bit of its entry set back in the chunk of its status. */
function withBitCleared(receipt: Receipt, index: number): Receipt {
  const { chunk } = receipt.status;
  const bytes = fromHex(chunk);
  bytes[Math.floor(index / 8) % bytes.length]! &= ~(1 << (index % 8));
  return { ...receipt, status: { ...receipt.status, chunk: toHex(bytes) } };
}

/** As many bytes as the newer bitmap has. */
function longer(bits: Uint8Array, length: number): Uint8Array {
  const made = new Uint8Array(length);
  made.set(bits.subarray(0, length));
  return made;
}

function short(text: string): string {
  return `${text.slice(0, 8)}…`;
}

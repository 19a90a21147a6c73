/** Withdrawal at the company: whoever has the secret ends what it opens, at once, whether the register answers or not (spec/delivery.md, spec/lock.md). */
import { fromHex, fromUtf8, toHex } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { lockOf, parseCode } from "@freehold/protocol/lock";
import { check, hex, object, text } from "@freehold/protocol/shape";
import type { Answers, Sealed } from "./answers.ts";
import type { Desk } from "./desk.ts";
import { submitEntries } from "./log-client.ts";

/** Without `acknowledgement` it has ended, and the answer is being logged. `mine`: whether the company had a decision with this lock. */
export interface Withdrawn {
  lock: string;
  mine: boolean;
  acknowledgement?: Sealed;
  checkpoint?: string;
}

export interface Withdrawals {
  /**
   * Ends at once and durably; the withdrawal is logged as soon as the register answers.
   *
   * @throws `lock_unknown` where neither company nor log knows the lock; `unavailable` where the company does not and the register is silent.
   */
  withdraw: (secret: Uint8Array) => Promise<Withdrawn>;
}

const withdrawalShape = object({}, { code: text(1, 500), secret: hex(32) });

/** The secret of a withdrawal's body. Throws `delivery_malformed`, `code_malformed`, `code_checksum`. */
export function parseWithdrawal(body: Uint8Array | string): Uint8Array {
  let value: unknown;
  try {
    value = JSON.parse(typeof body === "string" ? body : fromUtf8(body));
  } catch (cause) {
    throw new FreeholdError("delivery_malformed", "A withdrawal is JSON.", { cause });
  }
  const { code, secret } = check(withdrawalShape, value, "withdrawal", "delivery_malformed");
  if ((code === undefined) === (secret === undefined)) throw new FreeholdError("delivery_malformed", "A withdrawal names either the secret or the code.");
  return secret === undefined ? parseCode(code!) : fromHex(secret);
}

export function openWithdrawals({ desk, answers }: { desk: Desk; answers: Answers }): Withdrawals {
  const { store } = desk.parts;
  return {
    async withdraw(secret) {
      const lock = toHex(lockOf(secret));
      const entry = encodeEntry({ kind: "withdrawal", secret });
      const decisions = await store.decisions("lock", lock);
      if (decisions.length === 0) {
        const [result] = await submitEntries(desk.parts, [entry]);
        if (result !== undefined && "refused" in result)
          throw new FreeholdError(result.refused, result.detail || "The code opens nothing that this company or the log knows.");
        return { lock, mine: false };
      }
      // Once; also where the log or a chain had told it already: she is owed the company's word.
      const also = (await answers.hasAnswered(lock))
        ? []
        : [answers.log(entry), answers.acknowledge({ answer: "dpv:RequestAcknowledged", secret: toHex(secret) })];
      await desk.addOpened(secret, { also });
      answers.kick();
      const [acknowledgement] = await answers.find({ lock });
      if (acknowledgement === undefined) return { lock, mine: true };
      const { checkpoint, ...sealed } = acknowledgement;
      return { lock, mine: true, acknowledgement: sealed, checkpoint };
    },
  };
}

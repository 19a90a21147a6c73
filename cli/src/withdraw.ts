/** The command `freehold withdraw`: a withdrawal code, given to the register, and the register's answer verified. */
import { toHex } from "@freehold/protocol/bytes";
import { encodeEntry } from "@freehold/protocol/entry";
import { lockOf } from "@freehold/protocol/lock";
import { withdrawCall } from "./chain.ts";
import { callContract, meaningOf, rowsOf } from "./chain-call.ts";
import { findTarget } from "./chain-target.ts";
import type { ChainOptions } from "./chain-target.ts";
import { readSecret } from "./code.ts";
import type { OwnSecret } from "./own-secret.ts";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { json, paint, row, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { registerUrl } from "./remote.ts";
import { DEFAULT_REGISTER, judge, proofWords, submitEntry } from "./submission.ts";
import type { Submitted, Verdict } from "./submission.ts";

export interface WithdrawOptions {
  register?: string;
  policy?: string;
  json?: boolean;
  /** Instead of a code: the name of a decision in the book on this computer. */
  item?: string;
  book?: string;
}

const CHANNELS =
  "The code works without the register too: the company that you decided towards takes it at its withdrawal address, and so does the contract on the chain. The first that gets it ends the record.";

/** Gives the withdrawal of a code to a register. Throws {@link Failure}: 65 for what is no code, 1 where the register refuses it, 69 where it does not answer. */
export async function withdraw(words: readonly string[], options: WithdrawOptions, page: Page): Promise<Outcome> {
  const own = await ownSecret(words, options);
  const register = registerUrl(registerOf(options, own));
  const secret = own?.secret ?? (await readSecret(words));
  const lock = toHex(lockOf(secret));
  const entry = encodeEntry({ kind: "withdrawal", secret });
  const submitted = await submitEntry(register, entry, { what: "withdrawal", advice: CHANNELS });
  const verdict = await judge(submitted, entry, options.policy, own?.trust);
  if (verdict.state !== "refused") own?.mark("register");
  const exit = verdict.state === "refused" ? EXIT.unverified : EXIT.ok;
  const { index, repeated, proof } = submitted;
  const document = { withdrawn: verdict.state !== "refused", already: repeated, index, lock, register, verdict, proof: proof ?? null };
  return { exit, stdout: options.json ? json(document) : textOf(submitted, verdict, { lock, register }, page), stderr: "" };
}

/** Sends the secret of a code to the contract. Throws {@link Failure}: as `callContract`, 65 for what is no code, 2 where it is not known to which. */
export async function withdrawOnChain(words: readonly string[], options: WithdrawOptions & ChainOptions, page: Page): Promise<Outcome> {
  const own = await ownSecret(words, options);
  const target = await findTarget(registerOf(options, own), options);
  const secret = own?.secret ?? (await readSecret(words));
  const lock = toHex(lockOf(secret));
  const call = await callContract(target, { data: withdrawCall(target.register, secret), event: { kind: "withdrawn", secret } }, options.wait);
  own?.mark("chain");
  if (options.json) return { exit: EXIT.ok, stdout: json({ withdrawn: true, lock, ...call }), stderr: "" };
  const rows: [string, string][] = [...rowsOf(call), ["lock", lock]];
  const meaning = `Every record with this lock has ended once the block has its confirmations, and nothing can undo it: the secret is public now. ${meaningOf(call)}`;
  const title = `${paint(["bold", "green"], `Withdrawn on chain ${call.chainId}, block ${call.block}.`, page)}\n\n`;
  return { exit: EXIT.ok, stdout: [title, ...rows.map(([name, text]) => row("", name, text, page)), `\n${wrap(meaning, page)}\n`].join(""), stderr: "" };
}

async function ownSecret(words: readonly string[], options: WithdrawOptions): Promise<OwnSecret | undefined> {
  if (options.item === undefined) return undefined;
  if (words.length > 0) throw new Failure(EXIT.usage, "argument_invalid", "A code and --item name two records: give one of them.");
  const { openOwnSecret } = await import("./own-secret.ts");
  return openOwnSecret(options.item, options.book);
}

/** Where a record of hers is known, its own register comes before the usual one. */
function registerOf({ register }: WithdrawOptions, own: OwnSecret | undefined): string {
  return register ?? own?.register ?? (process.env["FREEHOLD_REGISTER"] || DEFAULT_REGISTER);
}

function textOf({ index, repeated }: Submitted, verdict: Verdict, { lock, register }: { lock: string; register: string }, page: Page): string {
  if (verdict.state === "refused") {
    const sentence = `${register} says that it took the withdrawal as entry ${index}, but that is not shown. ${verdict.why} (${verdict.code}) Do not rely on it. ${CHANNELS}`;
    return `${paint(["bold", "red"], "Not verified", page)}: ${wrap(sentence, page, 14).trimStart()}\n`;
  }
  const title = repeated ? `This code was withdrawn already, entry ${index}.` : `Withdrawn, entry ${index}.`;
  const rows: [string, string][] = [
    ["register", `${verdict.origin}, at ${register}`],
    ["entry", `${index}, in a log of ${verdict.size}`],
    ["lock", lock],
    ["proof", proofWords(verdict)],
  ];
  const meaning =
    "Every record with this lock has ended, and whoever asks the register sees that; nothing can undo it. A company may act on what it knew until then, and no longer.";
  return [`${paint(["bold", "green"], title, page)}\n\n`, ...rows.map(([name, text]) => row("", name, text, page)), `\n${wrap(meaning, page)}\n`].join("");
}

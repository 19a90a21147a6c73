/** The command `freehold submit`: an entry, given to the register or to the contract as it is. */
import { existsSync } from "node:fs";
import { fromBase64, fromHex, toHex } from "@freehold/protocol/bytes";
import { decodeEntry } from "@freehold/protocol/entry";
import { FreeholdError } from "@freehold/protocol/errors";
import { submitCall } from "./chain.ts";
import { callContract, meaningOf, rowsOf } from "./chain-call.ts";
import { findTarget } from "./chain-target.ts";
import type { ChainOptions } from "./chain-target.ts";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { nameOf, readBytes } from "./input.ts";
import { json, paint, row, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { registerUrl } from "./remote.ts";
import { DEFAULT_REGISTER, judge, proofWords, submitEntry } from "./submission.ts";

export interface SubmitOptions {
  register?: string;
  policy?: string;
  json?: boolean;
}

/** An entry in hexadecimal, spaced. */
const MAX_INPUT = 1000;
const ADVICE = "The contract on the chain takes entries too: --on-chain.";

/** Submits an entry. Throws {@link Failure}: 65 for what is none, 1 where it is refused, 69 where nobody answers; with `onChain` as `callContract`. */
export async function submit(source: string, options: SubmitOptions & ChainOptions & { onChain?: boolean }, page: Page): Promise<Outcome> {
  const at = options.register ?? (process.env["FREEHOLD_REGISTER"] || DEFAULT_REGISTER);
  const entry = await readEntry(source);
  const kind = kindOf(entry, source);
  const pageOf = (title: string, rows: [string, string][], meaning: string) =>
    [`${paint(["bold", "green"], title, page)}\n\n`, ...rows.map(([name, text]) => row("", name, text, page)), `\n${wrap(meaning, page)}\n`].join("");
  if (options.onChain === true) {
    const target = await findTarget(at, options);
    const call = await callContract(target, { data: submitCall(target.register, entry), event: { kind: "submitted", entry } }, options.wait);
    const stdout = options.json
      ? json({ submitted: true, kind, entry: toHex(entry), ...call })
      : pageOf(`A ${kind} submitted on chain ${call.chainId}, block ${call.block}.`, rowsOf(call), meaningOf(call));
    return { exit: EXIT.ok, stdout, stderr: "" };
  }
  const register = registerUrl(at);
  const answer = await submitEntry(register, entry, { what: kind, advice: ADVICE });
  const verdict = await judge(answer, entry, options.policy);
  const { index, repeated, proof } = answer;
  const exit = verdict.state === "refused" ? EXIT.unverified : EXIT.ok;
  if (options.json)
    return {
      exit,
      stdout: json({ submitted: verdict.state !== "refused", already: repeated, kind, index, entry: toHex(entry), register, verdict, proof: proof ?? null }),
      stderr: "",
    };
  if (verdict.state === "refused")
    return {
      exit,
      stdout: `${paint(["bold", "red"], "Not verified", page)}: ${wrap(`the register says that this is entry ${index}. ${verdict.why} Do not rely on it. ${ADVICE}`, page, 14)}\n`,
      stderr: "",
    };
  const rows: [string, string][] = [
    ["register", `${verdict.origin}, at ${register}`],
    ["entry", `${index}, in a log of ${verdict.size}`],
    ["proof", proofWords(verdict)],
  ];
  const meaning = "The entry is public, and stays where it is. What it says nobody can read of it.";
  return {
    exit,
    stdout: pageOf(repeated ? `This ${kind} was in the log already, entry ${index}.` : `A ${kind} logged, entry ${index}.`, rows, meaning),
    stderr: "",
  };
}

/** The entry that an argument is, or that stands in the file it names: raw, in hexadecimal or in base64, which differ in length. */
async function readEntry(source: string): Promise<Uint8Array> {
  const typed = source === "-" || existsSync(source) ? undefined : decoded(source);
  if (typed !== undefined) return typed;
  const bytes = await readBytes(source, MAX_INPUT, "an entry");
  return bytes.length === 34 || bytes.length === 66 ? bytes : (decoded(new TextDecoder().decode(bytes)) ?? bytes);
}

function decoded(text: string): Uint8Array | undefined {
  const symbols = text.replace(/\s/g, "");
  const digits = symbols.replace(/^0x/i, "").toLowerCase();
  if (/^([0-9a-f]{68}|[0-9a-f]{132})$/.test(digits)) return fromHex(digits);
  try {
    return symbols.length === 48 || symbols.length === 88 ? fromBase64(symbols) : undefined;
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    return undefined;
  }
}

function kindOf(entry: Uint8Array, source: string): "record" | "withdrawal" {
  const no = (why: string, code: string) =>
    new Failure(EXIT.badData, code, `${source === "-" || existsSync(source) ? nameOf(source) : "What was given"} is no entry to submit: ${why}`);
  try {
    const { kind } = decodeEntry(entry);
    if (kind === "record" || kind === "withdrawal") return kind;
    throw no(`a ${kind} comes from the register itself; only records and withdrawals are submitted.`, "entry_kind");
  } catch (error) {
    if (!(error instanceof FreeholdError)) throw error;
    throw no(`it must have 66 or 34 bytes, raw, in hexadecimal or in base64. ${error.message}`, error.code);
  }
}

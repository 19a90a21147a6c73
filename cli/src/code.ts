/** The command `freehold code`: what a withdrawal code is, and whether it was typed as it was written. */
import { toHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatCode, lockOf, parseCode } from "@freehold/protocol/lock";
import { EXIT, Failure } from "./exit.ts";
import type { Outcome } from "./exit.ts";
import { readText } from "./input.ts";
import { json, paint, wrap } from "./output.ts";
import type { Page } from "./output.ts";

/** Room for a code as people may space it. */
const MAX_TYPED = 1000;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ALLOWED = "Allowed are 0 to 9 and the letters except U, small or capital; O counts as 0, I and L as 1. Spaces, hyphens and line breaks do not count.";

/** Explains a code: that of the arguments, or of standard input for none or `-`. Throws {@link Failure} (65) where it is none. */
export async function explainCode(words: readonly string[], options: { json?: boolean }, page: Page): Promise<Outcome> {
  const secret = await readSecret(words);
  const code = formatCode(secret);
  const lock = toHex(lockOf(secret));
  return { exit: EXIT.ok, stdout: options.json ? json({ valid: true, code, lock }) : textOf(code, lock, page), stderr: "" };
}

/** The secret of a code: that of the arguments, or of standard input for none or `-`. Throws {@link Failure} (65) where it is none. */
export async function readSecret(words: readonly string[]): Promise<Uint8Array> {
  const fromInput = words.length === 0 || (words.length === 1 && words[0] === "-");
  const typed = fromInput ? await readText("-", { what: "a withdrawal code", max: MAX_TYPED }) : words.join(" ");
  return readCode(typed);
}

function readCode(typed: string): Uint8Array {
  if (typed.length > MAX_TYPED)
    throw new Failure(EXIT.badData, "code_malformed", "This is too long to be a withdrawal code, which has 56 symbols in 14 groups of 4.");
  try {
    return parseCode(typed);
  } catch (cause) {
    if (!(cause instanceof FreeholdError)) throw cause;
    const hint = cause.code === "code_checksum" ? nearest(typed) : ALLOWED;
    throw new Failure(EXIT.badData, cause.code, `${cause.message} ${hint}`, { cause });
  }
}

/** Where a single slip explains the wrong check: one other symbol, or two neighbours swapped. By chance that is so for one wrong code in 10,000. */
function nearest(typed: string): string {
  const symbols = Array.from(typed.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1")).filter((symbol) => ALPHABET.includes(symbol));
  const slips: string[] = [];
  const attempt = (change: Record<number, string>, sentence: string) => {
    if (passes(symbols.map((symbol, i) => change[i] ?? symbol).join(""))) slips.push(sentence);
  };
  for (const [i, symbol] of symbols.entries()) {
    for (const other of ALPHABET) if (other !== symbol) attempt({ [i]: other }, `If one symbol is wrong, it is ${place(i)}: ${other}, not ${symbol}.`);
    const next = symbols[i + 1];
    if (next !== undefined && next !== symbol)
      attempt(
        { [i]: next, [i + 1]: symbol },
        `If two neighbours are swapped, they are ${place(i)} and ${place(i + 1)}: ${next}${symbol}, not ${symbol}${next}.`,
      );
  }
  return slips.length === 1 ? slips[0]! : "More than one symbol is wrong: compare it group by group.";
}

function passes(code: string): boolean {
  try {
    return parseCode(code).length > 0;
  } catch {
    return false;
  }
}

function place(i: number): string {
  return `the ${["first", "second", "third", "last"][i % 4]} of group ${Math.floor(i / 4) + 1}`;
}

function textOf(code: string, lock: string, page: Page): string {
  const paragraphs = [
    "It ends every record that has this lock. Nothing else is needed: no name, no key, no account. Whoever holds it can do this, and nothing more; it cannot be undone.",
    "The first of three channels that gets it ends the record, whoever sends it:",
  ];
  const channels = [
    "  register   logs the secret as a withdrawal entry",
    "  company    takes it at its withdrawal endpoint, and must acknowledge and log it",
    "  chain      writes it as an event Withdrawn of the contract",
  ];
  return [
    `${paint(["bold", "green"], "A withdrawal code", page)}, typed correctly.\n`,
    `  code   ${code}\n  lock   ${lock}\n`,
    `${wrap(paragraphs[0]!, page)}\n`,
    `${wrap(paragraphs[1]!, page)}\n${channels.join("\n")}\n`,
    `${wrap("Nothing was sent or looked up. Keep the code to yourself until you mean it.", page)}\n`,
  ].join("\n");
}

/** Asking whoever sits at the terminal. Questions go to stderr, so that stdout has results alone; secrets are not shown while they are typed. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { EXIT, Failure } from "./exit.ts";
import { readText } from "./input.ts";

/**
 * A passphrase: that of FREEHOLD_PASSPHRASE, else typed at the terminal, else the first line of standard input.
 * Throws {@link Failure} (66) where there is none.
 */
export async function readPassphrase(question: string): Promise<string> {
  const named = process.env["FREEHOLD_PASSPHRASE"] ?? "";
  if (named !== "") return named;
  const typed = process.stdin.isTTY ? await ask(question, { hidden: true }) : (await readText("-", { what: "a passphrase", max: 1000 })).split(/\r?\n/)[0]!;
  if (typed === "")
    throw new Failure(EXIT.noInput, "input_missing", "A passphrase is needed: type it when asked, send it by standard input, or set FREEHOLD_PASSPHRASE.");
  return typed;
}

/** Whether she says yes. Throws {@link Failure} (2) where nobody can be asked. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new Failure(EXIT.usage, "argument_invalid", "Nothing is signed unasked, and there is no terminal to ask at. Say --yes where you mean it.");
  return /^\s*y(es)?\s*$/i.test(await ask(`${question} [y/N] `, { hidden: false }));
}

/** One line, typed at the terminal. Throws {@link Failure} (66) where it is closed instead. */
export function ask(question: string, { hidden }: { hidden: boolean }): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden ? nowhere : process.stderr, terminal: true });
  if (hidden) process.stderr.write(question);
  return new Promise((resolve, reject) => {
    lines.once("close", () => reject(new Failure(EXIT.noInput, "input_missing", "There was no answer.")));
    lines.question(hidden ? "" : question, (answer) => {
      resolve(answer);
      lines.close();
      if (hidden) process.stderr.write("\n");
    });
  });
}

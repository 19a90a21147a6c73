/** The program `freehold`: its commands, its help, and how it ends. */
import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { check, instant, seconds } from "@freehold/protocol/shape";
import type { AuditOptions } from "./audit.ts";
import type { ChainOptions } from "./chain-target.ts";
import { EXIT, Failure } from "./exit.ts";
import type { Exit, Outcome } from "./exit.ts";
import { json, wrap } from "./output.ts";
import type { Page } from "./output.ts";
import { addPersonCommands } from "./person-commands.ts";
import type { SubmitOptions } from "./submit.ts";
import type { OverlayOptions } from "./overlay.ts";
import type { VerifyOptions } from "./verify.ts";
import type { WithdrawOptions } from "./withdraw.ts";
import type { WitnessOptions } from "./witness.ts";

// The commands are imported when they run: help should not wait for cryptography.

/** Runs the program with these arguments (those after the program's name); the exit code. Writes to stdout and stderr. */
export async function main(args: readonly string[]): Promise<Exit> {
  // A reader that goes away (`| head`) is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  let exit: Exit = EXIT.ok;
  const program = assemble((outcome) => {
    process.stdout.write(outcome.stdout);
    process.stderr.write(outcome.stderr);
    exit = outcome.exit;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    process.stderr.write(`freehold: unexpected error, which is a mistake in this program\n${error instanceof Error ? error.stack : String(error)}\n`);
    return EXIT.failure;
  }
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };

const EXIT_HELP = `
Exit codes:
   0  done; verified (the record may have ended: see state); sound; withdrawn
   1  unexpected error; refused by the register, the node or the contract
   2  wrong usage
   3  not verified; not sound
  65  bad data: no receipt, policy, code, entry, book, register; another chain
  66  no input: a file or a key is missing or cannot be read
  69  no answer from the register or the chain; in no block in time
  75  a folder, book or port is in use, or cannot be written to
`;

const CHAIN_HELP = `
With --on-chain the register is not needed: the contract writes an event that it
must log. Contract, addresses and chain are what the register says of itself, or
said when it was last asked (kept in $XDG_CACHE_HOME/freehold/registers). Someone
pays the fee: the account whose private key is in FREEHOLD_RELAYER_KEY, else an
unlocked account of the node. The node is --rpc, else FREEHOLD_RPC.
`;

/** The options of a command that speaks to a register or to its chain. */
function withChain(command: Command): Command {
  return command
    .option("--register <url>", "the register, or with --on-chain its address there (default: FREEHOLD_REGISTER, else http://localhost:4600)")
    .option("--policy <file>", "the trust policy: whose signatures count")
    .option("--on-chain", "send it to the contract instead")
    .option("--rpc <url>", "with --on-chain: a node, by JSON-RPC")
    .option("--contract <address>", "with --on-chain: the contract", parseAddress)
    .option("--register-address <address>", "with --on-chain: the register's address there", parseAddress)
    .option("--chain-id <number>", "with --on-chain: which chain", wholeUpTo(Number.MAX_SAFE_INTEGER))
    .option("--wait <seconds>", "with --on-chain: how long to wait for a block", wholeUpTo(86_400), 180);
}

function assemble(finish: (outcome: Outcome) => void): Command {
  const program = new Command("freehold")
    .description(
      "Decides in your name, verifies receipts and whole registers, explains withdrawal codes, and withdraws. Nothing is sent by code, export, import, key, list without --refresh, and verify.",
    )
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("--no-color", "print without colour (as does the environment variable NO_COLOR)")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "freehold: ")) })
    .showHelpAfterError("Try `freehold --help`.")
    .exitOverride()
    .addHelpText("after", `${EXIT_HELP}\nExamples:\n  freehold verify receipt.json --policy policy.json\n  freehold code`);

  program
    .command("verify")
    .summary("verify a receipt")
    .description("Verifies a receipt step by step, and says what it shows: what was decided, towards whom, since when, and whether it has ended.")
    .argument("<file>", "the receipt; - for standard input")
    .option("--policy <file>", "the trust policy: whose signatures count")
    .option("--at <instant>", "judge as of this instant, such as 2027-02-22T00:00:00Z (default: now)", parseInstant)
    .option("--json", "print one JSON document, and nothing else")
    .addHelpText(
      "after",
      `
A receipt never brings its own policy. Without --policy it is looked for in
  1. the file that FREEHOLD_POLICY names
  2. $XDG_CONFIG_HOME/freehold/policies/ORIGIN.json, a file for each register
     (~/.config/... where XDG_CONFIG_HOME is not set). ORIGIN is the origin of
     its log, with _ for all but letters, digits, dots and hyphens: the file for
     register.example/log is register.example_log.json

Examples:
  freehold verify receipt.json
  freehold verify - --policy policy.json < receipt.json
  freehold verify receipt.json --json | jq .result.state`,
    )
    .action(async (file: string, options: VerifyOptions, command: Command) => {
      const { verify } = await import("./verify.ts");
      await run(command, { verified: false, file }, (page) => verify(file, options, page));
    });

  program
    .command("code")
    .summary("explain a withdrawal code")
    .description("Checks a withdrawal code for typing mistakes, and says what it does.")
    .argument("[code...]", "the code; standard input where it is left out, or -")
    .option("--json", "print one JSON document, and nothing else")
    .addHelpText(
      "after",
      `
Whoever sees the code can end the record, and shells keep the commands that you
type. So leave it out, and type it when asked, or send it from a file.

Examples:
  freehold code
  freehold code < code.txt`,
    )
    .action(async (words: string[], options: { json?: boolean }, command: Command) => {
      const { explainCode } = await import("./code.ts");
      await run(command, { valid: false }, (page) => explainCode(words, options, page));
    });

  withChain(
    program
      .command("withdraw")
      .summary("end a record with its withdrawal code")
      .description(
        "Checks a withdrawal code, gives it to a register, and verifies that the register has logged it; or writes it on the register's chain. This cannot be undone.",
      )
      .argument("[code...]", "the code; standard input where it is left out, or -"),
  )
    .option("--item <item>", "instead of a code: a decision of your book, by its name in `freehold list`")
    .option("--book <file>", "with --item: the file of your key and decisions")
    .option("--json", "print one JSON document, and nothing else")
    .addHelpText(
      "after",
      `
Whoever sees the code can end the record, and shells keep the commands that you
type. So leave it out, and type it when asked, or send it from a file. Without
--policy it is looked for as by \`freehold verify\`.
${CHAIN_HELP}
Examples:
  freehold withdraw --register https://register.example
  freehold withdraw - < code.txt
  freehold withdraw --item 1f3a
  freehold withdraw --on-chain --rpc http://localhost:8545 < code.txt`,
    )
    .action(async (words: string[], options: WithdrawOptions & ChainOptions & { onChain?: boolean }, command: Command) => {
      const { withdraw, withdrawOnChain } = await import("./withdraw.ts");
      await run(command, { withdrawn: false }, (page) => (options.onChain === true ? withdrawOnChain : withdraw)(words, options, page));
    });

  withChain(
    program
      .command("submit")
      .summary("log an entry")
      .description("Gives an entry to a register as it is, and verifies that the register has logged it; or writes it on the register's chain.")
      .argument("<entry>", "a record or withdrawal (66 or 34 bytes) in hexadecimal or base64, or a file with it, raw too; - for standard input"),
  )
    .option("--json", "print one JSON document, and nothing else")
    .addHelpText(
      "after",
      `${CHAIN_HELP}
Examples:
  freehold submit entry.bin --register https://register.example
  freehold submit --on-chain --rpc http://localhost:8545 - < entry.bin`,
    )
    .action(async (entry: string, options: SubmitOptions & ChainOptions & { onChain?: boolean }, command: Command) => {
      const { submit } = await import("./submit.ts");
      await run(command, { submitted: false }, (page) => submit(entry, options, page));
    });

  program
    .command("audit")
    .summary("verify a whole register")
    .description(
      "Reads all that a register serves, and recomputes it: every hash, tile and root, every rule of the log, every status, every document, every signature.",
    )
    .argument("<url>", "the address of the register")
    .option("--from <file>", "show that the log extends the checkpoint in this file, then keep the new one there")
    .option("--policy <file>", "the trust policy: whose signatures count")
    .option("--rpc <url>", "a node of the chain that it anchors on, by JSON-RPC: anchors and withdrawals there are held against the log")
    .option("--json", "print one JSON document, and nothing else")
    .addHelpText(
      "after",
      `
Without --policy it is looked for as by \`freehold verify\`; where there is none the
register's own proposal is believed, which is trust on first use. --from may name a
file that is not there yet. Progress goes to standard error.

Examples:
  freehold audit https://register.example --from register.checkpoint
  freehold audit https://register.example --policy policy.json --json`,
    )
    .action(async (url: string, options: AuditOptions, command: Command) => {
      const { audit } = await import("./audit.ts");
      await run(command, { sound: false }, (page) => audit(url, options, page));
    });

  program
    .command("overlay")
    .summary("list the locks that were opened on a chain")
    .description(
      "Reads the events of the contract from a node of your own choice, and lists the locks that they open, whatever a register says. Nothing is sent but the questions.",
    )
    .requiredOption("--rpc <url>", "the node, by JSON-RPC")
    .requiredOption("--contract <address>", "the contract: 40 hexadecimal digits, as in the trust policy", parseAddress)
    .requiredOption("--chain <id>", "the chain's id", wholeUpTo(Number.MAX_SAFE_INTEGER))
    .option("--confirmations <number>", "blocks from an event to the newest, itself included", wholeUpTo(1_000_000), 12)
    .option("--from <block>", "the first block", wholeUpTo(Number.MAX_SAFE_INTEGER), 0)
    .option("--json", "print one JSON document, secrets included, and nothing else")
    .addHelpText(
      "after",
      "\nExample:\n  freehold overlay --rpc http://localhost:8545 --chain 31337 --contract e8fdca9b9dfdac68862e01e9a9742bb4c1cc88f9 --confirmations 1",
    )
    .action(async (options: OverlayOptions, command: Command) => {
      const { overlay } = await import("./overlay.ts");
      await run(command, {}, () => overlay(options));
    });

  program
    .command("witness")
    .summary("cosign the checkpoints of logs, for others to rely on")
    .description(
      "Serves as a witness (C2SP tlog-witness): cosigns a log's checkpoint where it extends the one that it cosigned last, and never two trees of one size. Runs until it is stopped.",
    )
    .requiredOption("--key <file>", "the witness's key; made where it is missing")
    .requiredOption("--state <folder>", "what it remembers; made where it is missing")
    .requiredOption("--log <vkey...>", "the keys of the logs that it serves")
    .option("--name <name>", "the name of a key that is made, such as witness.example/w1; fixed from then on")
    .option("--port <port>", "port to listen on; 0 takes a free one", wholeUpTo(65_535), 4610)
    .option("--listen <address>", "address to listen on", "127.0.0.1")
    .option("--rate <number>", "requests in one second from one address", wholeUpTo(1_000_000), 50)
    .addHelpText(
      "after",
      `
The folder is the witness's memory: lose neither it nor bring back an older copy of
it. A witness that has forgotten can be made to cosign a second history; where that
has happened, make a new one with a new key. Behind a proxy all requests come from
one address: raise --rate.

Examples:
  freehold witness --key witness.key --name witness.example/w1 --state witness \\
      --log register.example/log+35cfcdf5+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c`,
    )
    .action(async (options: WitnessOptions, command: Command) => {
      const { witness } = await import("./witness.ts");
      await run(command, {}, () => witness(options));
    });

  addPersonCommands(program, run);

  /** Runs a command's work; where its input cannot be worked with, says so, with `--json` as `refused` and the error. */
  async function run(command: Command, refused: object, work: (page: Page) => Promise<Outcome>): Promise<void> {
    const { color, json: asJson } = command.optsWithGlobals<{ color: boolean; json?: boolean }>();
    const page = pageOf(color);
    finish(
      await work(page).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
        const { exit, code, message } = error;
        return { exit, stdout: asJson ? json({ ...refused, error: { code, message } }) : "", stderr: `${wrap(`freehold: ${message}`, page)}\n` };
      }),
    );
  }
  return program;
}

function pageOf(colourAllowed: boolean): Page {
  const { stdout, env } = process;
  return { width: Math.min(Math.max(stdout.columns || 80, 40), 100), colour: colourAllowed && stdout.isTTY && !env["NO_COLOR"] && env["TERM"] !== "dumb" };
}

function parseInstant(text: string): number {
  try {
    return seconds(check(instant, text, "INSTANT", "argument_invalid"));
  } catch {
    throw new InvalidArgumentError("It must be an instant in UTC, such as 2027-02-22T00:00:00Z.");
  }
}

function parseAddress(text: string): string {
  const address = text.toLowerCase().replace(/^0x/, "");
  if (!/^[0-9a-f]{40}$/.test(address)) throw new InvalidArgumentError("It must be an address: 40 hexadecimal digits.");
  return address;
}

function wholeUpTo(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^[0-9]+$/.test(text) || value > max) throw new InvalidArgumentError(`It must be a whole number up to ${max}.`);
    return value;
  };
}

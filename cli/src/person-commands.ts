/** The commands of a person, as the program offers them: her key, her decisions, letters and copies. */
import { Option } from "commander";
import type { Command } from "commander";
import type { Outcome } from "./exit.ts";
import type { PersonOptions } from "./sitting.ts";
import type { KeyOptions } from "./key.ts";
import type { LetterOptions } from "./letter.ts";
import type { ListOptions } from "./list.ts";
import type { Page } from "./output.ts";
import type { ReceiptOptions } from "./receipt.ts";
import type { RefuseOptions } from "./refuse.ts";

type Run = (command: Command, refused: object, work: (page: Page) => Promise<Outcome>) => Promise<void>;

const BOOK_HELP = `
Key and decisions are in one file that only you can read: --book, else
$XDG_STATE_HOME/freehold/book.json (~/.local/state/... where that is not set).
A passphrase is FREEHOLD_PASSPHRASE, else typed when asked, else the first line
of standard input.
`;

const withBook = (command: Command) =>
  command.option("--book <file>", "the file of your key and decisions").option("--json", "print one JSON document, and nothing else");
const withRegister = (command: Command) =>
  withBook(command)
    .option("--register <url>", "the register (default: the book's, else FREEHOLD_REGISTER, else http://localhost:4600)")
    .option("--policy <file>", "the trust policy to follow from now on");

/** Adds the commands to the program; `run` does a command's work, and says what came of it. */
export function addPersonCommands(program: Command, run: Run): void {
  addKey(program, run);

  withRegister(
    program
      .command("refuse")
      .summary("refuse, object, withdraw consent or opt out")
      .description(
        "Says no to an organisation: shows the exact text, signs it with a key made for this organisation alone, and seals it into a register's log. The register learns neither the organisation nor what was said.",
      ),
  )
    .argument("<organisation>", "its id on the register's map, its domain, or its controller id such as https://shop.example")
    .addOption(new Option("--act <act>", "what is said").choices(["refuse", "object", "withdraw-consent", "opt-out"]).default("refuse"))
    .option("--purpose <term...>", "for these purposes only, in the words of DPV (default: all)")
    .option("--name <name>", "its name, where the map does not know it")
    .option("--receipt <file>", "where the receipt goes (default: the folder receipts beside the book)")
    .option("--yes", "sign without asking")
    .option("--accept-missing", "go on without the content of records that another device made")
    .option("--no-copies", "keep no sealed copies at the register")
    .addHelpText(
      "after",
      `${BOOK_HELP}
Examples:
  freehold refuse https://shop.example --register https://register.example
  freehold refuse criteo --act object --purpose dpv:Marketing --yes --json`,
    )
    .action(async (word: string, options: RefuseOptions, command: Command) => {
      const { refuse } = await import("./refuse.ts");
      await run(command, { signed: false }, (page) => refuse(word, options, page));
    });

  withRegister(
    program
      .command("list")
      .summary("list your decisions")
      .description("Lists what you decided and what became of it. Nothing is asked of anybody, unless --refresh says so."),
  )
    .argument("[file]", "an exported file instead of your book; it needs no key")
    .option("--refresh", "read the register's log first")
    .addHelpText("after", `${BOOK_HELP}\nExamples:\n  freehold list\n  freehold list freehold-decisions.json --json`)
    .action(async (file: string | undefined, options: ListOptions, command: Command) => {
      const { list } = await import("./list.ts");
      await run(command, { decisions: null }, (page) => list(file, options, page));
    });

  withRegister(
    program
      .command("receipt")
      .summary("make the receipt of a decision")
      .description("Makes the file that proves one decision by itself, and verifies it. What waits to be logged is logged first."),
  )
    .argument("<item>", "the decision: the beginning of its name in `freehold list`")
    .option("--out <file>", "where it goes (default: standard output)")
    .option("--with-code", "with the withdrawal code in it: for yourself only")
    .addHelpText("after", `${BOOK_HELP}\nExamples:\n  freehold receipt 1f3a --out receipt.json\n  freehold receipt 1f3a | freehold verify -`)
    .action(async (item: string, options: ReceiptOptions, command: Command) => {
      const { receipt } = await import("./receipt.ts");
      await run(command, { receipt: null }, (page) => receipt(item, options, page));
    });

  addLetter(program, run);

  withBook(
    program
      .command("export")
      .summary("write all decisions to a file")
      .description("Writes everything but the key to a file, in the form that the register's pages read too."),
  )
    .argument("<file>", "the file; - for standard output")
    .option("--force", "replace a file that is there")
    .addHelpText("after", `${BOOK_HELP}\nExamples:\n  freehold export freehold-decisions.json`)
    .action(async (file: string, options: PersonOptions & { force?: boolean }, command: Command) => {
      const { exportBook } = await import("./export.ts");
      await run(command, { file: null }, (page) => exportBook(file, options, page));
    });

  withBook(
    program
      .command("import")
      .summary("take in an exported file")
      .description("Takes in the decisions of a file that a browser or another computer wrote with the same key."),
  )
    .argument("<file>", "the file; - for standard input")
    .addHelpText("after", `${BOOK_HELP}\nExamples:\n  freehold import freehold-decisions.json`)
    .action(async (file: string, options: PersonOptions, command: Command) => {
      const { importBook } = await import("./export.ts");
      await run(command, { taken: null }, (page) => importBook(file, options, page));
    });
}

function addKey(program: Command, run: Run): void {
  const key = program
    .command("key")
    .summary("your key: new, words, import")
    .description("Shows where your key is kept. It is one secret; every decision has a key of its own that follows from it.")
    .addHelpText("after", `${BOOK_HELP}\nExamples:\n  freehold key new --passphrase\n  freehold key words\n  freehold key import < words.txt`);
  withBook(key).action(async (options: KeyOptions, command: Command) => {
    const { showKey } = await import("./key.ts");
    await run(command, { file: null }, (page) => showKey(options, page));
  });
  // The options of `key` itself are taken by it wherever they stand: they are read together.
  const all = (command: Command) => command.optsWithGlobals<KeyOptions>();
  key
    .command("new")
    .description("Draws a new key.")
    .option("--passphrase", "close it under a passphrase of 12 characters or more")
    .action(async (_options: KeyOptions, command: Command) => {
      const { newKey } = await import("./key.ts");
      await run(command, { file: null }, (page) => newKey(all(command), page));
    });
  key
    .command("words")
    .description("Prints the 24 words from which the key, and all that it signed, can be found again. For paper, not for a file.")
    .action(async (_options: KeyOptions, command: Command) => {
      const { keyWords } = await import("./key.ts");
      await run(command, { words: null }, () => keyWords(all(command)));
    });
  key
    .command("import")
    .description("Takes the 24 words, typed when asked or by standard input.")
    .option("--passphrase", "close it under a passphrase of 12 characters or more")
    .action(async (_options: KeyOptions, command: Command) => {
      const { importKey } = await import("./key.ts");
      await run(command, { file: null }, (page) => importKey(all(command), page));
    });
}

function addLetter(program: Command, run: Run): void {
  withBook(
    program
      .command("letter")
      .summary("write what you decided as a letter")
      .description("Composes one letter with all that you said to the organisation of a decision. You send it yourself: nobody else sees it."),
  )
    .argument("<item>", "the decision: the beginning of its name in `freehold list`")
    .option("--language <code>", "of the site: de, en, ... (default: by the organisation's country)")
    .option("--out <file>", "where it goes (default: standard output)")
    .option("--home <country>", "where you live, such as DE or US-CA; kept from then on")
    .option("--site <host>", "the site that you visited (default: the organisation's own)")
    .option("--visited <day>", "a day on which you did, such as 2026-11-23")
    .option("--vendor", "it goes to somebody whom the site brought in on that day")
    .option("--words <text>", "your own sentence: the grounds of your situation")
    .option("--reply <address>", "address or alias for the answer")
    .option("--new-facts <text>", "what is new since your last letter to it")
    .option("--to <address>", "where it goes (default: as the register's map has it)")
    .option("--sent <file>", "compose nothing: note that the letter in this file was sent")
    .addOption(new Option("--by <way>", "with --sent: how").choices(["mail", "form", "post"]).default("mail"))
    .addHelpText(
      "after",
      `${BOOK_HELP}\nExamples:\n  freehold letter 1f3a --home DE --language de --out letter.txt\n  freehold letter 1f3a --sent letter.txt --by post`,
    )
    .action(async (item: string, options: LetterOptions, command: Command) => {
      const { letter } = await import("./letter.ts");
      await run(command, { text: null }, (page) => letter(item, options, page));
    });
}

/** The process: settings, register, signals. `npm start` ends here. */
import { FreeholdError } from "@freehold/protocol/errors";
import { runEmbeddedChain } from "./chains.ts";
import { ConfigError, readConfig, settings } from "./config.ts";
import type { Config, ReadConfig } from "./config.ts";
import { backup, check, restore } from "./operator.ts";
import { openRegister } from "./register.ts";

const USAGE = `usage: npm start [-- SETTINGS]            run the register
       npm run operator -- config            print each setting with its source
       npm run operator -- fsck              recompute the whole store and say what disagrees
       npm run operator -- backup FOLDER     copy the register, while it runs
       npm run chain                         run the embedded chain alone
       npm run operator -- restore FOLDER    put a backup into the (empty) data folder
       npm run operator -- scan URL…         visit sites as a person's browser would, in three states of their banner
       npm run operator -- map help          read, correct and export what is known of organisations
`;

/** Secrets do not stand in settings; should one ever, its name goes here. */
const SECRET: readonly string[] = [];
/** The address of a chain's node may hold a key. */
const hideAddresses = (name: string, text: string) => (name === "chain" ? text.replaceAll(/(https?:\/\/)[^\s,]*/g, "$1…") : text);

async function main(): Promise<number> {
  if (process.argv[2] === "map") return map(process.argv.slice(3));
  if (process.argv[2] === "scan") return (await import("../rooms/map/scan/command.ts")).scanCommand(process.argv.slice(3));
  const read = readConfig(process.argv.slice(2), process.env);
  const [verb = "start", argument] = read.words;
  switch (verb) {
    case "start":
      return start(read.config);
    case "config":
      printConfig(read);
      return 0;
    case "fsck":
      return check(read.config.data);
    case "backup":
      return argument === undefined ? usage() : backup(read.config.data, argument);
    case "restore":
      return argument === undefined ? usage() : restore(argument, read.config.data);
    case "chain":
      return chain(read);
    case "help":
      process.stdout.write(USAGE);
      return 0;
    default:
      return usage();
  }
}

async function start(config: Config): Promise<number> {
  const register = await openRegister(config);
  console.log(`Freehold register ${register.log.origin}, ${register.log.size} entries, data in ${config.data}`);
  if (config.witnesses === "") console.log("Its only witness is its own: enough to try everything, no proof to third parties.");
  for (const line of register.notes) console.log(line);
  console.log(`ready ${register.url}`);
  await signalled();
  await register.close();
  return 0;
}

/** The embedded chain alone, with the contract and money for the register's address, so that it outlives the register. */
async function chain({ config, sources }: ReadConfig): Promise<number> {
  const running = await runEmbeddedChain(config, sources.port === "default" ? 8545 : config.port);
  console.log(`The chain of ${config.data}, alone: it proves nothing to third parties. A register uses it with`);
  console.log(`  npm start -- --data ${config.data} --chain "${running.setting}"`);
  console.log(`ready ${running.url}`);
  await signalled();
  await running.close();
  return 0;
}

/** The commands of the map have options of their own. */
async function map(args: string[]): Promise<number> {
  const { mapCommand } = await import("../rooms/map/commands.ts");
  const folderOf = (flags: readonly string[]) => readConfig(flags, process.env).config.data;
  return mapCommand(args, { folderOf, out: process.stdout, err: process.stderr, now: Date.now });
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}

function printConfig({ config, sources }: ReadConfig): void {
  for (const name of Object.keys(settings) as (keyof Config)[]) {
    const value = SECRET.includes(name) ? "(secret)" : hideAddresses(name, String(config[name] ?? ""));
    console.log(`${name.padEnd(16)}${value.padEnd(24)} ${sources[name].padEnd(9)} ${settings[name].description ?? ""}`);
  }
}

function usage(): number {
  process.stderr.write(USAGE);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof FreeholdError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof ConfigError ? 2 : 1;
}

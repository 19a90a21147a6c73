/** The operator's commands on the map: `npm run operator -- map …`. Data go to standard output, what is being done to standard error. */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fromHex } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import { formatInstant } from "@freehold/protocol/shape";
import { readOrMakeSeed } from "../../ledger/keys.ts";
import { readStore } from "../../ledger/store.ts";
import { decide } from "./intake/decision.ts";
import { derive } from "./store/derive.ts";
import type { Report } from "./store/derive.ts";
import { csvOf } from "./export.ts";
import { importerOf, importers } from "./importers/all.ts";
import type { Importer } from "./importers/importer.ts";
import { takeIn } from "./intake/intake.ts";
import type { IntakeOptions, TakenIn } from "./intake/intake.ts";
import { createProgress } from "./intake/progress.ts";
import { NoInput, readPath } from "./intake/read-path.ts";
import { redactContact, redactOrganisation, redactRecord, removeSource } from "./intake/redaction.ts";
import { seed } from "./intake/seed.ts";
import { createSigner } from "./intake/signer.ts";
import { openMapStore } from "./store.ts";
import type { MapStore } from "./store.ts";
import { canSync, syncSource } from "./intake/sync.ts";

/** The commands as lines of help. */
const MAP_USAGE = `npm run operator -- map import SOURCE PATH     read a source from a file or folder
    [--accept-partial] [--extent part|whole] [--accept-licence ID] [--again]
npm run operator -- map sync [SOURCE…]         read sources from where they are published
    [--accept-licence ID] [--again]
npm run operator -- map sources                what can be read, and what was
npm run operator -- map export [FILE] [--format json|csv]
npm run operator -- map seed                   the data of a first start
npm run operator -- map rebuild                derive everything anew
npm run operator -- map remove SOURCE --reason TEXT
npm run operator -- map redact (--record SHA256 | --contact VALUE | --organisation ID) --reason TEXT
npm run operator -- map join (same|different) SHA256 SHA256 --reason TEXT
npm run operator -- map withhold SHA256 --reason TEXT
    withholds a document of the log; all commands: [--json] [--data FOLDER] [--config FILE]
`;

/** sysexits.h: what was given is wrong; it is not there. */
const BAD_DATA = 65;
const NO_INPUT = 66;
const USAGE = 2;
/** Problems that are shown; the others are counted. */
const SHOWN = 20;

const OPTIONS = {
  "accept-partial": { type: "boolean" },
  "accept-licence": { type: "string" },
  extent: { type: "string" },
  again: { type: "boolean" },
  format: { type: "string" },
  reason: { type: "string" },
  record: { type: "string" },
  contact: { type: "string" },
  organisation: { type: "string" },
  json: { type: "boolean" },
  data: { type: "string" },
  config: { type: "string" },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>["values"];

/** What is wrong with a command line, as a sentence. */
class UsageError extends Error {}

export interface MapEnvironment {
  /** The data folder, from the settings that were given with the command. */
  folderOf: (flags: readonly string[]) => string;
  out: { write(text: string): unknown };
  err: { write(text: string): unknown; isTTY?: boolean };
  /** Milliseconds since 1970. */
  now: () => number;
}

interface Context extends MapEnvironment {
  store: MapStore;
  folder: string;
  values: Values;
  words: string[];
  at: string;
  report: Report;
}

type Command = (context: Context) => number | Promise<number>;

const COMMANDS: { [verb: string]: { words: [least: number, most: number]; options: readonly (keyof Values)[]; run: Command } } = {
  import: { words: [2, 2], options: ["accept-partial", "accept-licence", "extent", "again"], run: importCommand },
  sync: { words: [0, 100], options: ["accept-licence", "extent", "again"], run: syncCommand },
  sources: { words: [0, 0], options: [], run: sourcesCommand },
  export: { words: [0, 1], options: ["format"], run: exportCommand },
  seed: { words: [0, 0], options: [], run: seedCommand },
  rebuild: { words: [0, 0], options: [], run: rebuildCommand },
  remove: { words: [1, 1], options: ["reason"], run: removeCommand },
  redact: { words: [0, 0], options: ["record", "contact", "organisation", "reason"], run: redactCommand },
  join: { words: [3, 3], options: ["reason"], run: joinCommand },
  withhold: { words: [1, 1], options: ["reason"], run: withholdCommand },
};

/**
 * Runs a command on the map, whether the register runs or not. Returns the exit code: 0, 2 for a wrong command, 65 for bad data, 66
 * for no input. Throws {@link FreeholdError} for all else.
 *
 * @param args what follows `map`.
 */
export async function mapCommand(args: readonly string[], environment: MapEnvironment): Promise<number> {
  const { out, err } = environment;
  const progress = createProgress(err);
  try {
    const { verb, values, positionals } = parse(args);
    if (verb === "help") return (out.write(MAP_USAGE), 0);
    const folder = environment.folderOf((["data", "config"] as const).flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]])));
    const store = openMapStore(folder);
    try {
      const at = formatInstant(Math.floor(environment.now() / 1000));
      return await COMMANDS[verb]!.run({ ...environment, store, folder, values, words: positionals, at, report: progress.report });
    } finally {
      progress.end();
      store.close();
    }
  } catch (error) {
    if (error instanceof UsageError) return (err.write(`${error.message}\n${MAP_USAGE}`), USAGE);
    if (error instanceof NoInput) return (err.write(`${error.message}\n`), NO_INPUT);
    throw error;
  }
}

function parse(args: readonly string[]): { verb: string; values: Values; positionals: string[] } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const [verb = "help", ...positionals] = parsed.positionals;
  if (verb === "help") return { verb, values: parsed.values, positionals };
  const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (command === undefined) throw new UsageError(`There is no command map ${verb}.`);
  const [least, most] = command.words;
  if (positionals.length < least || positionals.length > most)
    throw new UsageError(`map ${verb} takes ${least === most ? least : `${least} to ${most}`} words after it; there are ${positionals.length}.`);
  const foreign = Object.keys(parsed.values).find((name) => !["json", "data", "config", ...command.options].includes(name));
  if (foreign !== undefined) throw new UsageError(`map ${verb} has no option --${foreign}.`);
  return { verb, values: parsed.values, positionals };
}

function sourceOf(id: string): Importer {
  const importer = importerOf(id);
  if (importer === undefined) throw new UsageError(`There is no source ${id}. Sources: ${importers.map(({ source }) => source.id).join(", ")}.`);
  return importer;
}

function reasonOf({ values: { reason } }: Context): string {
  if (reason === undefined || reason.trim() === "" || reason.length > 500)
    throw new UsageError("Say why with --reason TEXT, 1 to 500 characters. It is shown in public and must not say what is withheld.");
  return reason.trim();
}

function intakeOptions({ values, report }: Context): Omit<IntakeOptions, "retrievedAt"> {
  const { extent } = values;
  if (extent !== undefined && extent !== "part" && extent !== "whole") throw new UsageError(`--extent is part or whole, not ${extent}.`);
  return {
    ...(values["accept-partial"] === true && { acceptPartial: true }),
    ...(values["accept-licence"] !== undefined && { licenceAccepted: values["accept-licence"] }),
    ...(extent !== undefined && { extent }),
    ...(values.again === true && { again: true }),
    report,
  };
}

function importCommand(context: Context): number {
  const [id, path] = context.words as [string, string];
  const importer = sourceOf(id);
  const taken = takeIn(context.store, importer, readPath(path, importer), { retrievedAt: context.at, ...intakeOptions(context) });
  return sayTaken(context, [taken]);
}

async function syncCommand(context: Context): Promise<number> {
  const { store, err, words, now } = context;
  const removed = new Set(
    store.basis
      .sources()
      .filter((one) => one.removed !== null)
      .map(({ source }) => source.id),
  );
  // Without words: all that ask nothing of the operator.
  const chosen =
    words.length > 0 ? words.map(sourceOf) : importers.filter((one) => canSync(one) && one.source.nonCommercial !== true && !removed.has(one.source.id));
  const taken: TakenIn[] = [];
  let code = 0;
  for (const importer of chosen) {
    const { source, live } = importer;
    err.write(`${source.name}: ${source.licence.id} (${source.licence.url})${live === undefined ? "" : `, from ${live.urls.join(", ")}`}\n`);
    try {
      const synced = await syncSource(store, importer, { now: now(), ...intakeOptions(context) });
      if ("unchanged" in synced) err.write(`${source.id}: ${synced.unchanged}\n`);
      else taken.push(synced);
    } catch (error) {
      if (!(error instanceof FreeholdError)) throw error;
      err.write(`${error.message}\n`);
      code = error.code === "source_unreachable" ? NO_INPUT : 1;
    }
  }
  return sayTaken(context, taken) || code;
}

async function seedCommand(context: Context): Promise<number> {
  const { taken, notes } = await seed(context.store, { folder: context.folder, now: context.at, report: context.report });
  for (const note of notes) context.err.write(`${note}\n`);
  return sayTaken(context, taken);
}

/** Says what was read, and the first problems. */
function sayTaken({ out, err, values, store }: Context, taken: readonly TakenIn[]): number {
  if (values.json === true) out.write(`${JSON.stringify({ taken, figures: store.figures() }, null, 2)}\n`);
  let refused = false;
  for (const { source, versions, problems, taken: written } of taken) {
    for (const { file, line, column, field, value, message } of problems.slice(0, SHOWN)) {
      const where = [file, line, column].filter((part) => part !== undefined).join(":");
      err.write(`${[where, field, value, message].filter((part) => part !== undefined && part !== "").join(": ")}\n`);
    }
    if (problems.length > SHOWN) err.write(`… and ${problems.length - SHOWN} more\n`);
    refused ||= problems.length > 0 && versions.length === 0;
    if (problems.length > 0)
      err.write(
        versions.length > 0
          ? `${source}: ${problems.length} problems; what has none was read.\n`
          : `${source}: ${problems.length} problems. Nothing was written; --accept-partial takes what has none.\n`,
      );
    if (values.json === true) continue;
    if (versions.length > 0 && !written) out.write(`${source}: nothing new\n`);
    else
      for (const { version, dated, records, added, changed, gone, withheld } of versions)
        out.write(
          `${source} ${version}${dated === null ? "" : ` of ${dated}`}: ${records} records, ${added} new, ${changed} changed, ${gone} gone${withheld > 0 ? `, ${withheld} withheld` : ""}\n`,
        );
  }
  return refused ? BAD_DATA : 0;
}

function sourcesCommand({ out, store, values }: Context): number {
  const read = new Map(store.basis.sources().map((one) => [one.source.id, one]));
  const rows = importers.map((importer) => {
    const { source, takes } = importer;
    const stored = read.get(source.id);
    const last = store.basis.imports(source.id).at(-1);
    const state =
      stored === undefined
        ? "not read"
        : stored.removed !== null
          ? `removed: ${stored.removed}`
          : `${last!.version}, read ${last!.retrievedAt.slice(0, 10)}, ${last!.records} records`;
    return {
      id: source.id,
      name: source.name,
      licence: source.licence.id,
      nonCommercial: source.nonCommercial === true,
      sync: canSync(importer),
      takes,
      state,
    };
  });
  if (values.json === true) out.write(`${JSON.stringify(rows, null, 2)}\n`);
  else
    for (const { id, name, licence, nonCommercial, sync, takes, state } of rows)
      out.write(
        `${id}\n    ${name}; ${licence}${nonCommercial ? " (no commercial use)" : ""}\n    ${state}\n    ${sync ? "map sync, or " : ""}map import: ${takes}\n`,
      );
  return 0;
}

function exportCommand({ store, words: [file], values: { format = file?.endsWith(".csv") === true ? "csv" : "json" }, out }: Context): number {
  if (format !== "json" && format !== "csv") throw new UsageError(`--format is json or csv, not ${format}.`);
  const descriptor = file === undefined ? undefined : openSync(file, "w");
  const write = (text: string) => void (descriptor === undefined ? out.write(text) : writeSync(descriptor, text));
  if (format === "csv") write(csvOf(store.allRows()));
  else {
    write(`{"figures":${JSON.stringify(store.figures())},"sources":${JSON.stringify(store.descriptions())},"organisations":[\n`);
    let first = true;
    for (const card of store.cards()) {
      write(`${first ? "" : ",\n"}${JSON.stringify(card)}`);
      first = false;
    }
    write("\n]}\n");
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return 0;
}

function rebuildCommand({ store, at, report, out }: Context): number {
  store.transaction(() => derive(store, { today: at.slice(0, 10), report }));
  store.scrub();
  out.write(`${JSON.stringify(store.figures(), null, 2)}\n`);
  return 0;
}

function removeCommand(context: Context): number {
  const { store, words, at, report, out } = context;
  removeSource(store, words[0]!, { reason: reasonOf(context), at, report });
  out.write(`All that came from ${words[0]} is deleted. The hashes of what was published stay, with the reason.\n`);
  return 0;
}

function redactCommand(context: Context): number {
  const { store, values, at, report, out } = context;
  const options = { reason: reasonOf(context), at, report };
  const { record, contact, organisation } = values;
  const [what, ...others] = [record, contact, organisation].filter((one) => one !== undefined);
  if (what === undefined || others.length > 0) throw new UsageError("Name one of --record SHA256, --contact VALUE, --organisation ID.");
  const count =
    record !== undefined
      ? redactRecord(store, record, options)
      : contact !== undefined
        ? redactContact(store, contact, options)
        : redactOrganisation(store, organisation!, options);
  out.write(`${count} versions of records had it. It is deleted here and will not be read again; what was published were hashes.\n`);
  return 0;
}

function joinCommand(context: Context): number {
  const { store, folder, words, at, report, out } = context;
  const [decision, a, b] = words as [string, string, string];
  if (decision !== "same" && decision !== "different") throw new UsageError(`A decision is same or different, not ${decision}.`);
  const reason = reasonOf(context);
  const ledger = readStore(folder);
  const author = ledger.setting("origin");
  ledger.close();
  if (author === undefined) throw new FreeholdError("unavailable", "The register has no name yet: start it once.");
  const signer = createSigner(readOrMakeSeed(join(folder, "publishing.key")));
  out.write(`${decide(store, { decision, records: [a, b], reason }, { signer, author, at, report })}\n`);
  return 0;
}

function withholdCommand(context: Context): number {
  const { store, folder, words, out } = context;
  const [sha256] = words as [string];
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new UsageError(`${sha256} is no hash of a document: 64 hexadecimal digits, in lower case.`);
  const reason = reasonOf(context);
  const ledger = readStore(folder);
  const document = ledger.document(fromHex(sha256));
  ledger.close();
  if (document === undefined) throw new FreeholdError("document_unknown", `The register has no document ${sha256}.`);
  store.transaction(() => store.basis.putWithholding(fromHex(sha256), reason));
  out.write("The register withholds the document within a second, or when it starts. Its hash and the reason stay.\n");
  return 0;
}

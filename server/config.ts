/** The register's settings: flags over FREEHOLD_* variables over a file over defaults, one schema for all four. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";

const seconds = (max: number) => z.coerce.number().int().min(1).max(max);

/** Every setting with its default and its meaning. Names are those of the flags; the variable is FREEHOLD_ and the name in capitals, with _ for -. */
export const settings = {
  port: z.coerce.number().int().min(0).max(65_535).default(4600).describe("port to listen on; 0 takes a free one (PORT works too)"),
  listen: z.string().min(1).default("localhost").describe("address or host name to listen on"),
  data: z.string().min(1).default("./data").describe("folder of the register's state; one process writes it"),
  origin: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^\s+]+$/, "no spaces and no plus")
    .optional()
    .describe("the log's unique name; drawn at the first start where it is not set, and fixed from then on"),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("the public address, where it is not the one that is listened on"),
  interval: z.coerce.number().int().min(10).max(60_000).default(1000).describe("milliseconds between checkpoints while entries come in"),
  refresh: seconds(86_400).default(60).describe("seconds after which an unchanged checkpoint is cosigned anew"),
  witnesses: z.string().default("").describe('witnesses to ask, separated by commas: "vkey address" each'),
  policy: z.string().optional().describe("file with the C2SP policy under which a checkpoint counts as published; made from the witnesses where it is not set"),
  chain: z
    .string()
    .min(1)
    .default("embedded")
    .describe(
      'chains to anchor on, separated by commas: "address chain-id key-file confirmations" each, or "embedded" (its own, no proof to third parties), or "none"',
    ),
  "anchor-interval": seconds(86_400)
    .optional()
    .describe("seconds between anchors while the log grows; 60 on the embedded chain and 3600 on others where it is not set"),
  rate: z.coerce.number().min(0).default(500).describe("entries a second that one address may submit in the long run; 0 for no limit"),
  burst: z.coerce.number().min(1).default(20_000).describe("entries that one address may submit at once"),
  connections: z.coerce.number().int().min(1).default(2000).describe("connections at one time; more are closed"),
  timeout: seconds(3600).default(30).describe("seconds in which a request must have arrived, its headers within ten; slower ones are closed"),
  seed: z.enum(["default", "none"]).default("default").describe("what the map of a new register begins with: organisations of npm's open packages, or nothing"),
  capacity: z.coerce.number().int().min(1).default(10_240).describe("megabytes of people's sealed copies that are kept at most, and of messages in mailboxes"),
  host: z.string().min(1).max(200).optional().describe("name of whoever runs the register in public, as /privacy says it"),
  contact: z
    .string()
    .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https?:\/\/\S+)$/, "mailto:name@host or an address that begins with https://")
    .optional()
    .describe("where the host is reached about data protection"),
  corrections: z
    .string()
    .regex(/^(?:mailto:[^\s@]+@[^\s@]+|https?:\/\/\S+)$/, "mailto:name@host or an address that begins with https://")
    .optional()
    .describe("where organisations and people ask for corrections; a public register must have it"),
  log: z.enum(["silent", "error", "warn", "info", "debug"]).default("info").describe("what is logged, as JSON lines on standard error"),
} as const;

const schema = z.object(settings).strict();
export type Config = z.infer<typeof schema>;

/** Where a value came from. */
export type Source = "flag" | "variable" | "file" | "default";

export interface ReadConfig {
  config: Config;
  sources: Record<keyof Config, Source>;
  /** What was left over on the command line. */
  words: string[];
}

/** A setting that is wrong, in words for the operator. */
export class ConfigError extends Error {}

/** Reads the settings. Throws {@link ConfigError} naming the setting, its source and what is allowed. */
export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ReadConfig {
  const names = Object.keys(settings) as (keyof Config)[];
  const options = Object.fromEntries([...names, "config"].map((name) => [name, { type: "string" as const }]));
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new ConfigError(`${(error as Error).message} Settings: ${names.map((name) => `--${name}`).join(", ")}, --config FILE.`);
  }
  const file = (parsed.values["config"] as string | undefined) ?? env["FREEHOLD_CONFIG"];
  const layers: [Source, Record<string, unknown>][] = [
    ["flag", parsed.values],
    [
      "variable",
      Object.fromEntries(names.map((name) => [name, env[`FREEHOLD_${name.toUpperCase().replace("-", "_")}`] ?? (name === "port" ? env["PORT"] : undefined)])),
    ],
    ["file", file === undefined ? {} : readFile(file, names)],
  ];
  const values: Record<string, unknown> = {};
  const sources = Object.fromEntries(names.map((name) => [name, "default"])) as Record<keyof Config, Source>;
  for (const name of names) {
    const layer = layers.find(([, given]) => given[name] !== undefined);
    if (layer === undefined) continue;
    sources[name] = layer[0];
    values[name] = layer[1][name];
  }
  const result = schema.safeParse(values);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    const name = String(path[0]) as keyof Config;
    throw new ConfigError(
      `The setting "${name}" (from the ${sources[name]}) is ${JSON.stringify(values[name])}: ${message}. It is the ${settings[name].description}.`,
    );
  }
  return { config: result.data, sources, words: parsed.positionals };
}

function readFile(file: string, names: readonly string[]): Record<string, unknown> {
  let values: unknown;
  try {
    values = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ConfigError(`The settings file ${file} cannot be read as JSON: ${(error as Error).message}.`);
  }
  const foreign = Object.keys(values as object).find((name) => !names.includes(name));
  if (foreign !== undefined) throw new ConfigError(`The settings file ${file} has "${foreign}", which is no setting. Settings: ${names.join(", ")}.`);
  return values as Record<string, unknown>;
}

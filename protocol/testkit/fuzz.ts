/** Inputs that no honest peer sends, made from honest ones, and a run of them through a parser: it answers, or throws a FreeholdError. */
import { fromBase64url, fromUtf8, toBase64url, utf8 } from "../src/bytes.ts";
import { FreeholdError } from "../src/errors.ts";

/** Numbers from a seed: the same seed gives the same. */
interface Random {
  /** A whole number from 0 up to and without `end`. */
  below(end: number): number;
  pick<T>(items: readonly T[]): T;
}

/** The generator mulberry32: fast and good enough to choose by, and nothing else. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { below, pick: (items) => items[below(items.length)]! };
}

/** A function that reads what others wrote. Seeds are texts, bytes or JSON values, and so is what it is given. */
export interface Parser {
  name: string;
  seeds: readonly (string | Uint8Array | object)[];
  parse: (input: never) => unknown;
}

interface Outcome {
  inputs: number;
  accepted: number;
  codes: Map<string, number>;
  /** Anything thrown that is no FreeholdError, with the input. */
  foreign: { parser: string; error: unknown; input: unknown }[];
  slowest: { parser: string; milliseconds: number };
}

/** Gives a parser this many inputs. */
export async function fuzz(parser: Parser, { inputs, seed }: { inputs: number; seed: number }): Promise<Outcome> {
  const random = randomOf(seed);
  const out: Outcome = { inputs, accepted: 0, codes: new Map(), foreign: [], slowest: { parser: parser.name, milliseconds: 0 } };
  for (let i = 0; i < inputs; i++) {
    let input: unknown = random.pick(parser.seeds);
    for (let times = random.below(i === 0 ? 1 : 4); times >= 0; times--) input = mutate(random, input, parser.seeds);
    const start = performance.now();
    try {
      await parser.parse(input as never);
      out.accepted++;
    } catch (error) {
      if (error instanceof FreeholdError) out.codes.set(error.code, (out.codes.get(error.code) ?? 0) + 1);
      else out.foreign.push({ parser: parser.name, error, input });
    }
    out.slowest.milliseconds = Math.max(out.slowest.milliseconds, performance.now() - start);
  }
  return out;
}

function mutate(random: Random, input: unknown, seeds: Parser["seeds"]): unknown {
  if (input instanceof Uint8Array) return mutateBytes(random, input);
  if (typeof input === "string") return mutateText(random, input, seeds);
  return mutateValue(random, input);
}

const CHARACTERS = [
  "\n",
  "\r\n",
  "\n\n",
  " ",
  "\t",
  "\0",
  "\u007f",
  "\u0085",
  "\ufeff",
  "\u2028",
  "\ud800",
  "é",
  "—",
  "😀",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  ".",
  "-",
  "+",
  "=",
  "/",
  "_",
  "0",
  "9",
  "a",
  "A",
  "f",
  "z",
];
const TEXTS = [
  "",
  "0",
  "-1",
  "00",
  "1e999",
  "9".repeat(20),
  "9007199254740993",
  "null",
  "__proto__",
  "constructor",
  "toString",
  "urn:freehold:record:1",
  "https://shop.example",
  "dpv:Purpose",
  "0".repeat(64),
  "x".repeat(300),
  "— ",
  "2026-11-31T09:00:00Z",
];

/** Against recursion and work that grows faster than its input; rare, because they are slow. */
const LONG = ["[".repeat(50_000), '{"a":'.repeat(20_000), "A".repeat(70_000), "\n".repeat(5000), "1".repeat(300_000)];

function mutateText(random: Random, text: string, seeds: Parser["seeds"]): string {
  const kind = random.below(12);
  if (kind >= 6) {
    const inside = mutateInside(random, text);
    if (inside !== undefined) return inside;
  }
  const from = random.below(text.length + 1);
  const to = Math.min(text.length, from + random.below(random.pick([2, 10, 200])));
  const around = (middle: string) => text.slice(0, from) + middle + text.slice(to);
  switch (kind % 6) {
    case 0:
      return around("");
    case 1:
      return around(random.pick(CHARACTERS));
    case 2:
      return text.slice(0, from) + String.fromCharCode((text.charCodeAt(from) || 0) ^ (1 << random.below(random.pick([8, 16])))) + text.slice(from + 1);
    case 3:
      return text.slice(0, to) + text.slice(from, to).repeat(random.pick([1, 2, 100])) + text.slice(to);
    case 4: {
      const other = random.pick(seeds);
      return typeof other === "string" ? text.slice(0, from) + other.slice(random.below(other.length + 1)) : around("");
    }
    default:
      if (random.below(30) === 0) return around(random.pick(LONG));
      return random.below(20) === 0 ? random.pick(TEXTS) : around(random.pick(TEXTS));
  }
}

/** Changes a JSON text as the value that it is, and a JWS in its header or payload; undefined for any other text. */
function mutateInside(random: Random, text: string): string | undefined {
  const parts = text.split(".");
  if (parts.length === 3 && text.startsWith("eyJ")) {
    const at = random.below(2);
    try {
      parts[at] = toBase64url(utf8(mutateText(random, fromUtf8(fromBase64url(parts[at]!)), [])));
    } catch {
      return undefined;
    }
    return parts.join(".");
  }
  if (!text.startsWith("{")) return undefined;
  try {
    return canonical(mutateValue(random, JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** The form of RFC 8785, of values that have none too. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical((value as { [key: string]: unknown })[key])}`).join(",")}}`;
}

const KEYS = ["__proto__", "constructor", "toString", "length", "", "x".repeat(300), "extra"];

function values(random: Random): unknown {
  const nested = (depth: number) => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;
  return random.pick<() => unknown>([
    () => null,
    () => true,
    () => random.pick([0, -0, -1, 1, 0.5, 255, 256, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 1e308, 5e-324]),
    () => random.pick(TEXTS),
    () => [],
    () => ({}),
    () => nested(random.pick([3, 63, 64, 65, 200])),
    () => ({ toString: null, valueOf: null }),
    () => Array.from({ length: random.pick([2, 65, 300]) }, () => "0".repeat(64)),
  ])();
}

/** A copy of a JSON value with one thing in it changed. */
function mutateValue(random: Random, value: unknown): unknown {
  if (typeof value === "string" && random.below(4) > 0) return mutateText(random, value, []);
  if (typeof value === "number" && random.below(2) === 0) return value + random.pick([-1, 1, 0.5, 2 ** 32]);
  if (typeof value !== "object" || value === null || random.below(8) === 0) return values(random);
  const keys = Object.keys(value);
  const key = random.pick(keys);
  const action = keys.length === 0 ? 0 : random.below(8);
  if (Array.isArray(value)) {
    const items = value as unknown[];
    if (action === 0) return [...items, values(random)];
    if (action === 1) return items.filter((_, i) => String(i) !== key);
    if (action === 2) return [...items, ...items];
    return items.map((item, i) => (String(i) === key ? mutateValue(random, item) : item));
  }
  const entries = Object.entries(value);
  // `fromEntries` makes a key __proto__ an own property, as JSON.parse does.
  if (action === 0) return Object.fromEntries([...entries, [random.pick(KEYS), values(random)]]);
  if (action === 1) return Object.fromEntries(entries.filter(([name]) => name !== key));
  if (action === 2) return Object.fromEntries(entries.map(([name, member]) => [name === key ? random.pick(KEYS) : name, member]));
  const other = random.pick(entries)[1];
  return Object.fromEntries(entries.map(([name, member]) => [name, name !== key ? member : action === 3 ? (other as unknown) : mutateValue(random, member)]));
}

function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const from = random.below(bytes.length + 1);
  const noise = (length: number) => Uint8Array.from({ length }, () => random.below(256));
  const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  switch (random.below(7)) {
    case 0:
      return bytes.slice(0, from);
    case 1:
      return joined(bytes, noise(random.pick([1, 2, 32, 300])));
    case 2:
      return noise(random.pick([0, 1, 2, bytes.length, 1000]));
    case 3:
      return joined(bytes.slice(0, from), noise(1 + random.below(4)), bytes.slice(from));
    case 4:
      return joined(bytes.slice(0, from), bytes.slice(from + 1 + random.below(4)));
    default: {
      const out = bytes.slice();
      for (let times = random.below(3); times >= 0 && out.length > 0; times--) {
        const at = random.below(out.length);
        out[at] = random.pick([0, 1, 0x7f, 0x80, 0xb7, 0xf7, 0xff, out[at]! ^ (1 << random.below(8))]);
      }
      return out;
    }
  }
}

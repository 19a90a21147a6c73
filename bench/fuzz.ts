/** Gives all parsers of the library inputs of all sorts: `node --conditions=source bench/fuzz.ts [--inputs 1000000] [--seed 1]`. Exit 1 on an error that is no FreeholdError. */
import { parseArgs } from "node:util";
import { fuzz } from "../protocol/testkit/fuzz.ts";
import { parsers } from "../protocol/testkit/parsers.ts";
import { thousands } from "./report.ts";

const { values } = parseArgs({ options: { inputs: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } } });
const each = Math.ceil(Number(values.inputs) / parsers.length);
const codes = new Map<string, number>();
let done = 0;
let accepted = 0;
let foreign = 0;
let slowest = { parser: "", milliseconds: 0 };
const start = performance.now();
for (const [i, parser] of parsers.entries()) {
  process.stderr.write(`\r${thousands(done)} inputs; ${parser.name}`.padEnd(70));
  const outcome = await fuzz(parser, { inputs: each, seed: Number(values.seed) + i });
  done += each;
  accepted += outcome.accepted;
  for (const [code, count] of outcome.codes) codes.set(code, (codes.get(code) ?? 0) + count);
  if (outcome.slowest.milliseconds > slowest.milliseconds) slowest = outcome.slowest;
  foreign += outcome.foreign.length;
  for (const { error, input } of outcome.foreign.slice(0, 3)) console.log(`${parser.name}: ${String(error)}\n  for ${JSON.stringify(input).slice(0, 500)}`);
}
const seconds = (performance.now() - start) / 1000;
process.stderr.write("\n");
console.log(`${thousands(done)} inputs through ${parsers.length} parsers in ${seconds.toFixed(1)} s, ${thousands(done / seconds)} a second`);
console.log(`  ${thousands(accepted)} accepted; slowest ${slowest.milliseconds.toFixed(1)} ms (${slowest.parser}); ${foreign} foreign errors`);
for (const [code, count] of [...codes].sort(([, a], [, b]) => b - a)) console.log(`  ${code.padEnd(26)} ${thousands(count)}`);
if (foreign > 0) process.exit(1);

/**
 * Random histories for the rule of spec/checking.md, many: `node --conditions=source bench/check-histories.ts [--runs N]
 * [--seed S]`. Prints how often each answer was given and what was violated; the exit code is 1 if anything was.
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { checkReasons } from "../protocol/src/check.ts";
import { anyHistory } from "../protocol/testkit/any-history.ts";
import { play, violationKinds } from "../protocol/testkit/check-history.ts";
import type { ViolationKind } from "../protocol/testkit/check-history.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } } });
const numRuns = Number(values.runs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(numRuns) || numRuns < 1 || !Number.isSafeInteger(seed)) {
  console.error("usage: node --conditions=source bench/check-histories.ts [--runs N] [--seed S], N at least 1");
  process.exit(2);
}

const answers = new Map<string, number>();
const violations = new Map<ViolationKind, number>();
let played = 0;

const started = performance.now();
const result = fc.check(
  fc.property(anyHistory, (history) => {
    const outcome = play(history);
    // What fast-check plays again to shrink a violation is not counted.
    if (violations.size === 0) {
      played++;
      for (const [answer, times] of outcome.answers) answers.set(answer, (answers.get(answer) ?? 0) + times);
      for (const { kind } of outcome.violations) violations.set(kind, (violations.get(kind) ?? 0) + 1);
      if (process.stderr.isTTY && played % 500 === 0) process.stderr.write(`\r${played} of ${numRuns} histories`);
    }
    return outcome.violations.length === 0;
  }),
  { numRuns, seed },
);
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");

console.log(`${played} histories of the rule of check, seed ${seed}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
for (const answer of ["allowed", ...checkReasons]) console.log(`  ${answer.padEnd(12)} ${String(answers.get(answer) ?? 0).padStart(9)}`);
for (const kind of violationKinds) console.log(`  ${kind.padEnd(12)} ${String(violations.get(kind) ?? 0).padStart(9)}   (violation)`);

if (result.failed) {
  const [history] = result.counterexample ?? [];
  console.log("\nThe smallest history found:");
  console.log(JSON.stringify(history, null, 1));
  for (const { kind, text } of history === undefined ? [] : play(history).violations) console.log(`${kind}: ${text}`);
  process.exitCode = 1;
}

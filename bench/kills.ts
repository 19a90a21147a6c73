/** Kills a register under load, again and again, and holds it to all that it ever acknowledged and published: `node --conditions=source bench/kills.ts [--kills 500]`. Exit 1 on a breach. */
import { parseArgs } from "node:util";
import { endAll, operate } from "../test/register.ts";
import { killAgainAndAgain } from "../test/kills.ts";
import { thousands } from "./report.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "500" } } });
const kills = Number(values.kills);
const start = performance.now();
try {
  const { register, acknowledged, checkpoints, early } = await killAgainAndAgain({
    kills,
    progress: (done, tally) =>
      process.stderr.write(`\r${done} kills, ${thousands(tally.acknowledged)} entries acknowledged, ${thousands(tally.checkpoints)} checkpoints`),
  });
  await register.stop();
  const { code, stdout } = await operate(["fsck", "--data", register.folder]);
  process.stderr.write("\n");
  console.log(`${kills} kills (${early} before the register was ready) in ${Math.round((performance.now() - start) / 1000)} s`);
  console.log(`  ${thousands(acknowledged)} acknowledged entries are at their index; ${thousands(checkpoints)} published checkpoints are one history`);
  console.log(`  ${stdout.trimEnd()}`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await endAll();
}

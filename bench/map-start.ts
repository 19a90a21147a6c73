/** The first start of a register with its default map, and later ones: from spawn to ready. The package cache is that of the machine; `--fetch` empties it first, so that the npm client fetches. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startRegister, withFolder } from "./process.ts";
import { median, report } from "./report.ts";

const { values } = parseArgs({ options: { fetch: { type: "boolean", default: false } } });

await withFolder(async (folder) => {
  const env = {
    NODE_COMPILE_CACHE: join(folder, "cache"),
    FREEHOLD_CHAIN: "none",
    FREEHOLD_SEED: "default",
    ...(values.fetch && { XDG_CACHE_HOME: join(folder, "empty") }),
  };
  const data = join(folder, "data");
  const starts: number[] = [];
  for (let round = 0; round < 6; round++) {
    const register = await startRegister(data, env);
    starts.push(register.started);
    await register.stop();
  }
  const bare = await startRegister(join(folder, "bare"), { ...env, FREEHOLD_SEED: "none" });
  await bare.stop();
  const [first, ...later] = starts as [number, ...number[]];
  const against = `a start without a map: ${(bare.started / 1000).toFixed(2)} s`;
  report("Start with the default map", [
    {
      figure: `first start, ${values.fetch ? "package fetched" : "package from the cache"}`,
      measured: `${(first / 1000).toFixed(1)} s`,
      against,
      goal: "<= 15 s",
      met: first <= 15_000,
    },
    { figure: "later starts, median of 5", measured: `${(median(later) / 1000).toFixed(2)} s`, against, goal: "<= 2 s", met: median(later) <= 2000 },
  ]);
});

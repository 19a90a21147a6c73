/** Runs the demonstration shop until it is told to end. */
import { parseArgs } from "node:util";
import { FreeholdError } from "@freehold/protocol/errors";
import { openShop } from "./shop.ts";

const USAGE = `usage: npm run demo [-- --register http://localhost:4600] [--port 4700] [--data ./data/shop]
The shop on this machine that asks, checks, obeys, and cheats on demand. Start the register first: npm start
`;

async function main(): Promise<number> {
  const options = {
    register: { type: "string", default: "http://localhost:4600" },
    port: { type: "string", default: "4700" },
    data: { type: "string", default: "./data/shop" },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch {
    // said below
  }
  const port = Number(values?.port);
  if (values === undefined || !Number.isInteger(port) || port < 0 || port > 65_535 || !URL.canParse(values.register)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const shop = await openShop({ register: values.register, folder: values.data, port });
  console.log("Kettle & Leaf, a demonstration: the shop is invented, and everything that it asks, checks and logs is real.");
  console.log(`ready ${shop.url}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  await shop.close();
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const code = (error as NodeJS.ErrnoException).code;
  if (!(error instanceof FreeholdError) && code !== "EADDRINUSE") throw error;
  console.error(code === "EADDRINUSE" ? "The shop's port is in use. Choose another with --port, or stop what listens there." : (error as Error).message);
  process.exitCode = 1;
}

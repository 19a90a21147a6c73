/** `kill -9` at random moments, under load. The named crash points are in ledger/log.test.ts; `bench/kills.ts --kills 500` goes on for longer. */
import { afterEach, expect, test } from "vitest";
import { killAgainAndAgain } from "./kills.ts";
import { endAll, freehold, operate } from "./register.ts";

afterEach(endAll);

test("killed 50 times, a register keeps what it acknowledged, and publishes one history", async () => {
  const { register, acknowledged, checkpoints } = await killAgainAndAgain({ kills: 50 });
  expect(acknowledged).toBeGreaterThan(50);
  expect(checkpoints).toBeGreaterThan(10);
  const audit = freehold(["audit", register.url]);
  expect(await audit.ended, audit.stdout + audit.stderr).toBe(0);
  expect(await register.stop()).toBe(0);
  expect(await operate(["fsck", "--data", register.folder])).toMatchObject({ code: 0, stdout: expect.stringContaining("agree with them") });
}, 300_000);

import fc from "fast-check";
import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

test("at most so many begin in any minute, and none waits longer than it must", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(40_000), { maxLength: 30 }), async (perMinute, pauses) => {
      let now = 0;
      const pace = createPace(perMinute, { now: () => now, sleep: async (milliseconds) => void (now += milliseconds) });
      const starts: number[] = [];
      for (const pause of pauses) {
        now += pause;
        const asked = now;
        await pace();
        const earlier = starts.at(-perMinute);
        expect(now).toBe(Math.max(asked, (earlier ?? -Infinity) + 60_000));
        starts.push(now);
      }
    }),
  );
});

/** A disk that is full, and a folder that cannot be written. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { recordOf } from "../ledger/testkit.ts";
import { checkpointOf, indexesOf, policyOf, post, requireExtends, requireLogged, submitAll } from "./client.ts";
import { endAll, killAll, operate, startRegister, temporaryFolder, until } from "./register.ts";
import type { RunningRegister } from "./register.ts";

const mounted: string[] = [];
afterEach(async () => {
  await killAll();
  for (const folder of mounted.splice(0)) execFileSync("umount", [folder]);
  await endAll();
});

/** Whether a command of the system works here: mounting needs a privilege, `prlimit` is Linux's. */
function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
const canMount = process.platform === "linux" && works("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt");
const canLimit = works("prlimit", "--version");

/** Writes until the register cannot, has it refuse everything for a while, makes room, and holds it to what it had taken. */
async function fillAndGoOn(register: RunningRegister, makeRoom: () => void): Promise<void> {
  const { url } = register;
  const policy = await policyOf(url);
  const taken: Uint8Array[] = [];
  const indexes: number[] = [];
  const refused: Uint8Array[] = [];
  for (const size of [1000, 50, 1]) {
    for (let isFull = false; !isFull;) {
      const entries = Array.from({ length: size }, (_, i) => recordOf(`${taken.length} ${size} ${i}`));
      const { results } = await submitAll(url, entries);
      isFull = results.every((result) => "error" in result && result.error.code === "unavailable");
      (isFull ? refused : taken).push(...entries);
      if (!isFull) indexes.push(...results.map((result) => (result as { index: number }).index));
    }
  }
  const single = await post(`${url}/v1/entries`, recordOf("one more"));
  expect([single.status, await single.json()]).toEqual([
    503,
    expect.objectContaining({ code: "unavailable", detail: expect.stringContaining("Nothing was taken") }),
  ]);
  await until(async () => {
    const ready = await fetch(`${url}/readyz`);
    return ready.status === 503 && (await ready.text()).includes("cannot write");
  });
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  // What is published is served as ever.
  const before = await checkpointOf(url, policy);
  const last = taken.findLastIndex((_, i) => indexes[i]! < before.size);
  await requireLogged(url, policy, indexes[last]!, taken[last]!);
  expect((await fetch(`${url}/log`)).status).toBe(200);

  makeRoom();
  const fresh = await indexesOf(url, [...refused, recordOf("one more")], "published");
  expect(Math.min(...fresh)).toBeGreaterThan(Math.max(...indexes)); // nothing of what was refused had been taken
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await indexesOf(url, taken.slice(-8000))).toEqual(indexes.slice(-8000));
  await requireExtends(url, before, await checkpointOf(url, policy));
  expect(await register.stop()).toBe(0);
  expect(await operate(["fsck", "--data", register.folder])).toMatchObject({ code: 0 });
  const again = await startRegister({ folder: register.folder });
  expect(await indexesOf(again.url, taken.slice(0, 8000))).toEqual(indexes.slice(0, 8000));
}

test.runIf(canMount)("a full disk: nothing more is taken, all is served, and with room it goes on", async () => {
  const folder = temporaryFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1500k", "tmpfs", folder]);
  mounted.push(folder);
  await fillAndGoOn(await startRegister({ folder, flags: "--interval 20 --rate 0" }), () => execFileSync("mount", ["-o", "remount,size=30m", folder]));
});

test.runIf(canLimit)("a file that may not grow: the same", async () => {
  const register = await startRegister({ flags: "--interval 20 --rate 0", under: ["prlimit", "--fsize=1200000:unlimited", "--"] });
  await fillAndGoOn(register, () => execFileSync("prlimit", ["--pid", String(register.process.pid), "--fsize=unlimited:unlimited"]));
});

test("a folder that cannot be made, read or written: a sentence, and exit code 1", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), "");
  const below = join(folder, "file", "data");
  expect(await operate(["--data", below])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(new RegExp(`^The data folder ${below} cannot be written: .*\\.\n$`)),
  });
  expect(await operate(["fsck", "--data", join(folder, "nowhere")])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^There is no register that can be read in .*nowhere: .*\.\n$/),
  });
});

test.runIf(canMount)("a folder that may only be read: a sentence, and exit code 1", async () => {
  const first = await startRegister();
  await indexesOf(first.url, [recordOf("a")], "published");
  await first.stop();
  const folder = join(temporaryFolder(), "read-only");
  mkdirSync(folder);
  execFileSync("mount", ["--bind", "-o", "ro", first.folder, folder]);
  mounted.push(folder);
  expect(await operate(["--data", folder, "--port", "0"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^The store in .*read-only cannot be opened for writing: .*\.\n$/),
  });
});

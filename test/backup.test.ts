/** Backups: made while the register runs, put back, and what happens with one that is too old. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { recordOf, withdrawalOf } from "../ledger/testkit.ts";
import { checkpointOf, indexesOf, policyOf, post, requireExtends, requireLogged, submit } from "./client.ts";
import { endAll, freehold, operate, startRegister, startWitness, temporaryFolder, until } from "./register.ts";

afterEach(endAll);

test("a backup that is made under load has all that was acknowledged before it, and a register goes on from it", async () => {
  const { folder, url, stop } = await startRegister({ flags: "--interval 20 --rate 0" });
  const policy = await policyOf(url);
  const taken = new Map<string, number>();
  let next = 0;
  let isLoaded = true;
  const loading = async () => {
    while (isLoaded) {
      const entries = Array.from({ length: 20 }, () => recordOf(`${next++}`));
      for (const [i, index] of (await indexesOf(url, entries)).entries()) taken.set(toHex(entries[i]!), index);
    }
  };
  const load = [loading(), loading()];
  await until(() => taken.size > 1000);
  const before = { acknowledged: new Map(taken), checkpoint: await checkpointOf(url, policy) };
  const target = join(temporaryFolder(), "backup");
  expect(await operate(["backup", target, "--data", folder])).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/^Copied to .* keep it as safe as the register.\n\d+ entries: .* agree with them.\n$/s),
  });
  expect(taken.size).toBeGreaterThan(before.acknowledged.size);
  isLoaded = false;
  await Promise.all(load);
  await stop();

  const restored = join(temporaryFolder(), "restored");
  expect(await operate(["restore", target, "--data", restored])).toMatchObject({ code: 0, stdout: expect.stringContaining("agree with them") });
  const again = await startRegister({ folder: restored });
  const entries = [...before.acknowledged.keys()].map((hex) => Buffer.from(hex, "hex"));
  expect(await indexesOf(again.url, entries.slice(-8000))).toEqual([...before.acknowledged.values()].slice(-8000));
  expect((await policyOf(again.url)).logs).toEqual(policy.logs); // the keys are part of the backup
  await requireExtends(again.url, before.checkpoint, await checkpointOf(again.url, policy));
  const audit = freehold(["audit", again.url]);
  expect(await audit.ended, audit.stdout + audit.stderr).toBe(0);
  expect(await again.stop()).toBe(0);
  expect(await operate(["fsck", "--data", restored])).toMatchObject({ code: 0 });
});

test("backup and restore write over nothing, and say what is missing", async () => {
  const { folder } = await startRegister();
  const full = temporaryFolder();
  writeFileSync(join(full, "file"), "");
  const sentence = { code: 2, stdout: "", stderr: `The folder ${full} is not empty. Nothing was written.\n` };
  expect(await operate(["backup", full, "--data", folder])).toEqual(sentence);
  expect(await operate(["restore", folder, "--data", full])).toEqual(sentence);
  expect(await operate(["restore", full, "--data", join(temporaryFolder(), "new")])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/holds no backup/),
  });
  expect(await operate(["backup", join(temporaryFolder(), "new"), "--data", full])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no register that can be read in /),
  });
  expect(readdirSync(full)).toEqual(["file"]);
});

test("a register that was put back to an old backup does not sign, where a witness knows more; the newest copy does", async () => {
  const first = await startRegister();
  const { vkey } = (await (await fetch(`${first.url}/.well-known/freehold.json`)).json()) as { vkey: string };
  await first.stop();
  const witness = await startWitness(temporaryFolder(), vkey);
  const options = { flags: "--interval 20", env: { FREEHOLD_WITNESSES: witness.setting } };
  const { folder, url, stop } = await startRegister({ ...options, folder: first.folder });
  const policy = await policyOf(url);
  expect(policy.witnesses.map((one) => one.vkey.name)).toEqual([witness.setting.split("+")[0]]);
  const [a] = (await indexesOf(url, [recordOf("a"), recordOf("b")], "published")) as [number, number];
  const backup = join(temporaryFolder(), "backup");
  expect(await operate(["backup", backup, "--data", folder])).toMatchObject({ code: 0 });
  await submit(url, withdrawalOf("a"), "published");
  const newest = await checkpointOf(url, policy);
  await stop();

  const restored = join(temporaryFolder(), "restored");
  expect(await operate(["restore", backup, "--data", restored])).toMatchObject({ code: 0 });
  const old = await startRegister({ ...options, folder: restored });
  const ready = await fetch(`${old.url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([
    503,
    expect.stringMatching(new RegExp(`has cosigned a log of size ${newest.size}, and this folder held .*older than what was published`)),
  ]);
  const served = await checkpointOf(old.url, policy);
  expect(served.size).toBeLessThan(newest.size);
  for (const wait of ["sequenced", "published"]) {
    const refused = await post(`${old.url}/v1/entries?wait=${wait}`, recordOf("c"));
    expect([refused.status, await refused.json()]).toEqual([
      503,
      expect.objectContaining({ code: "unavailable", detail: expect.stringContaining("restore the newest copy") }),
    ]);
  }
  await requireLogged(old.url, policy, a, recordOf("a")); // what was published may be read
  await new Promise((resolve) => setTimeout(resolve, 200)); // ten times the interval
  expect((await checkpointOf(old.url, policy)).note).toBe(served.note);
  expect(await old.stop()).toBe(0);

  const again = await startRegister({ ...options, folder });
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
  await submit(again.url, recordOf("c"), "published");
  await requireExtends(again.url, newest, await checkpointOf(again.url, policy));
});

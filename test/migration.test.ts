/**
 * Folders of other versions. They were made by `fixtures/make-folder.ts`, which says how, and are not made anew once their version is released: they are what registers
 * have on their disks. Their keys are keys of nobody.
 */
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { toHex } from "@freehold/protocol/bytes";
import { hashOf } from "@freehold/protocol/jws";
import { lockOf } from "@freehold/protocol/lock";
import { verifyCheckpoint } from "@freehold/protocol/policy";
import { STORE_VERSION } from "../ledger/migrations.ts";
import { STORE_FILE } from "../ledger/store.ts";
import { ORIGIN, secretOf } from "../ledger/testkit.ts";
import { checkpointOf, indexesOf, policyOf, requireExtends, requireLogged } from "./client.ts";
import { DOCUMENT, published, waiting } from "./fixtures/make-folder.ts";
import { ROOT, endAll, operate, startRegister, temporaryFolder } from "./register.ts";

afterEach(endAll);

/** Every version before this one, and this one once it is released. */
const versions = readdirSync(join(ROOT, "test/fixtures"))
  .flatMap((name) => /^folder-(\d+)$/.exec(name)?.[1] ?? [])
  .map(Number);
test("there is a folder of every earlier version", () => {
  expect(versions).toEqual(expect.arrayContaining(Array.from({ length: STORE_VERSION - 1 }, (_, i) => i + 1)));
});

function copyOf(version: number): string {
  const folder = join(temporaryFolder(), "data");
  cpSync(join(ROOT, `test/fixtures/folder-${version}`), folder, { recursive: true });
  return folder;
}

function inStore<T>(folder: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(folder, STORE_FILE));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const versionOf = (folder: string) => inStore(folder, (db) => (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version);

test.each(versions)("a folder of store version %i is opened: its checkpoint stays, and it goes on", async (version) => {
  const folder = copyOf(version);
  expect(versionOf(folder)).toBe(version);
  const { note } = inStore(folder, (db) => db.prepare("SELECT note FROM checkpoint").get() as { note: string });

  const { url, stop } = await startRegister({ folder });
  const policy = await policyOf(url);
  const before = { ...(await verifyCheckpoint(note, policy)), note };
  expect([before.origin, before.size]).toEqual([ORIGIN, published.length + 2]); // a document before them, a status behind
  const now = await checkpointOf(url, policy);
  expect(now.size).toBe(before.size + waiting.length + 1);
  await requireExtends(url, before, now);
  expect(await indexesOf(url, [...published, ...waiting])).toEqual(
    [...published.keys()].map((i) => i + 1).concat([...waiting.keys()].map((i) => before.size + i)),
  );
  await requireLogged(url, policy, 5, published[4]!);

  const ended = async (index: number) => ((await (await fetch(`${url}/v1/entries/${index}`)).json()) as { ended: boolean }).ended;
  expect(await Promise.all([3, 4, 5, 8, 32, before.size].map(ended))).toEqual([false, true, false, true, true, true]);
  expect(await (await fetch(`${url}/v1/locks/${toHex(lockOf(secretOf("3")))}`)).json()).toMatchObject({ records: [4, 32], withdrawal: 31 });
  expect(await (await fetch(`${url}/documents/${hashOf(DOCUMENT)}`)).text()).toBe(DOCUMENT);
  expect(await stop()).toBe(0);
  expect(versionOf(folder)).toBe(STORE_VERSION);
  expect(await operate(["fsck", "--data", folder])).toMatchObject({ code: 0 });
});

test("a folder of a later version is refused with a sentence, and left as it is", async () => {
  const folder = copyOf(1);
  inStore(folder, (db) => db.exec("PRAGMA user_version = 999"));
  const sentence = `The register in ${folder} was written by a later version of Freehold (store 999; this one knows ${STORE_VERSION}). Install that version or a newer one.\n`;
  expect(await operate(["--data", folder, "--port", "0"])).toEqual({ code: 1, stdout: "", stderr: sentence });
  expect(await operate(["fsck", "--data", folder])).toEqual({ code: 1, stdout: "", stderr: sentence });
  expect(versionOf(folder)).toBe(999);
});

test("a folder of which the key is damaged is refused with a sentence", async () => {
  const folder = copyOf(1);
  cpSync(join(folder, STORE_FILE), join(folder, "log.key"));
  expect(await operate(["--data", folder, "--port", "0"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^The file .*log.key should hold a key .* Restore it from a backup: .*\n$/),
  });
});

/** A real log in a temporary folder, for tests: the real store, keys and built-in witness; faults come in through the log's own crash points. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { encodeEntry } from "@freehold/protocol/entry";
import { TYPE_COSIGNATURE, formatVkey } from "@freehold/protocol/note";
import { parsePolicy } from "@freehold/protocol/policy";
import type { Policy } from "@freehold/protocol/policy";
import { readOrMakeKey } from "./keys.ts";
import { openLog } from "./log.ts";
import type { Log, LogOptions } from "./log.ts";
import { openStore } from "./store.ts";
import type { Store } from "./store.ts";
import { builtinWitness } from "./witness.ts";

export interface TestLog {
  folder: string;
  store: Store;
  log: Log;
  policy: Policy;
  /** Closes the log and its store as if the process had ended here, without finishing anything, and opens both again. */
  reopen(options?: Partial<LogOptions>): Promise<TestLog>;
  /** Closes and deletes everything. */
  remove(): Promise<void>;
}

export const ORIGIN = "register.example/test";

/** Opens a log in `folder`, or in a new temporary one. It publishes only when told to. */
export async function openTestLog(options: Partial<LogOptions> = {}, folder = mkdtempSync(join(tmpdir(), "freehold-ledger-"))): Promise<TestLog> {
  const store = openStore(folder);
  const key = readOrMakeKey(join(folder, "log.key"), ORIGIN);
  const witness = readOrMakeKey(join(folder, "witness.key"), "built-in.example", TYPE_COSIGNATURE);
  const policy = parsePolicy(`log ${formatVkey(key.vkey)}\nwitness built-in ${formatVkey(witness.vkey)}\nquorum built-in\n`);
  const log = await openLog({
    store,
    key,
    policy,
    witnesses: [builtinWitness({ key: witness, store, logs: [key.vkey] })],
    interval: 2 ** 30,
    refresh: 60,
    ...options,
  });
  return {
    folder,
    store,
    log,
    policy,
    async reopen(again = {}) {
      store.close();
      return openTestLog(again, folder);
    },
    async remove() {
      await log.close().catch(() => {});
      try {
        store.close();
      } catch {
        // it was closed by `reopen`
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** 32 bytes from a label. */
export function bytesOf(label: string): Uint8Array {
  return createHash("sha256").update(label).digest();
}

/** A record entry whose lock the secret of the same label opens. */
export function recordOf(label: string, lockLabel = label): Uint8Array {
  return encodeEntry({ kind: "record", commitment: bytesOf(`commitment ${label}`), lock: createHash("sha256").update(secretOf(lockLabel)).digest() });
}

export function secretOf(label: string): Uint8Array {
  return bytesOf(`secret ${label}`);
}

export function withdrawalOf(label: string): Uint8Array {
  return encodeEntry({ kind: "withdrawal", secret: secretOf(label) });
}

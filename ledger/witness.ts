/** Whom the log asks to cosign its checkpoints: witnesses of others over HTTP, and one in this process, which proves nothing to anyone else. */
import { equal, fromHex, fromUtf8, toHex, utf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { NoteKey, Vkey } from "@freehold/protocol/note";
import { answerAddCheckpoint } from "@freehold/protocol/witness";
import type { Accepted, Cosigned } from "@freehold/protocol/witness";
import type { Store } from "./store.ts";

export interface Witness {
  /** The name of its key. */
  readonly name: string;
  /** Whether it is someone else's: only then is its cosignature worth something to third parties. */
  readonly independent: boolean;
  /** The answer to a request for a cosignature (C2SP tlog-witness). Throws `unavailable` where there is none. */
  add(request: string): Promise<{ status: number; body: string }>;
}

/** Room for a hundred cosignatures. */
const MAX_ANSWER = 65_536;

/** A witness at a URL: its submission prefix. `timeout` is for the whole answer, in milliseconds. */
export function httpWitness({ name, url, timeout }: { name: string; url: string; timeout: number }): Witness {
  const target = `${url.replace(/\/+$/, "")}/add-checkpoint`;
  return {
    name,
    independent: true,
    async add(request) {
      try {
        const response = await fetch(target, {
          method: "POST",
          headers: { "content-type": "text/plain; charset=utf-8" },
          body: request,
          redirect: "manual",
          signal: AbortSignal.timeout(timeout),
        });
        return { status: response.status, body: await readBody(response) };
      } catch (cause) {
        throw new FreeholdError("unavailable", `The witness ${name} cannot be asked at ${target}: ${reasonOf(cause as Error, timeout)}.`, { cause });
      }
    },
  };
}

/** What went wrong, where it happened: `fetch` itself says only that it failed. */
function reasonOf(error: Error, timeout: number): string {
  if (error.name === "TimeoutError") return `no answer within ${timeout} ms`;
  const inner = error instanceof TypeError ? error.cause : undefined;
  return (inner instanceof Error ? inner : error).message.replace(/\.$/, "");
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new Error(`its answer has more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return fromUtf8(Buffer.concat(chunks));
}

/**
 * A witness in the register's own process. It keeps to the rule, and its memory is in the register's own folder: whoever rolls
 * that back rolls back both. It serves those who try out a register, or who take their proof from the anchor.
 */
export function builtinWitness({
  key,
  store,
  logs,
  now = () => Math.floor(Date.now() / 1000),
}: {
  key: NoteKey;
  store: Store;
  logs: readonly Vkey[];
  now?: () => number;
}): Witness {
  const latest = (origin: string) => readCosigned(store.setting(settingOf(origin)));
  const accept = ({ origin, size, root, previous }: Accepted): boolean =>
    store.transaction(() => {
      if (!isSame(latest(origin), previous)) return false;
      store.putSetting(settingOf(origin), `${size} ${toHex(root)}`);
      return true;
    });
  return {
    name: key.vkey.name,
    independent: false,
    async add(request) {
      for (;;) {
        const answer = await answerAddCheckpoint(utf8(request), { logs, latest, key, time: now() });
        if (answer.accepted === undefined || accept(answer.accepted)) return answer;
      }
    },
  };
}

const settingOf = (origin: string) => `built-in witness: ${origin}`;

function readCosigned(text: string | undefined): Cosigned | undefined {
  if (text === undefined) return undefined;
  const [size = "", root = ""] = text.split(" ");
  return { size: Number(size), root: fromHex(root, 32) };
}

function isSame(a: Cosigned | undefined, b: Cosigned | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.size === b.size && equal(a.root, b.root);
}

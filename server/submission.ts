/**
 * Submitting entries (spec/register.md, "Submitting"): what is answered; and the short way to it, on node:http itself, for entries that come
 * as octets. The objects that make a Request and a Response of a message cost several times what the register does with an entry.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { FreeholdError } from "@freehold/protocol/errors";
import { decodeBundle } from "@freehold/protocol/tile";
import type { Log } from "../ledger/log.ts";
import { problemOf } from "./errors.ts";
import { MAX_BATCH, MAX_BODY, RateLimited } from "./limits.ts";
import type { RateLimit } from "./limits.ts";
import type { Metrics } from "./metrics.ts";

/** What a caller can wait for. */
export type Awaited = "sequenced" | "published";

/** The answer to one entry. With `published` it takes until then, or until `gone` says that the caller is. Throws what {@link Log.submit} does. */
export async function submitEntry(log: Log, entry: Uint8Array, state: Awaited, gone?: AbortSignal) {
  const { index, repeated } = await log.submit(entry);
  const published = state === "published";
  if (published) await log.whenPublished(index, gone);
  return {
    status: repeated ? (200 as const) : (201 as const),
    location: `/v1/entries/${index}`,
    body: { index, state, ...(published && { proof: await log.proof(index) }) },
  };
}

/** The answer to a batch. */
export async function submitEntries(log: Log, entries: readonly Uint8Array[], state: Awaited, gone?: AbortSignal) {
  const answers = await log.submitAll(entries);
  const results = answers.map((answer) =>
    answer instanceof FreeholdError ? { error: { code: answer.code, detail: answer.message } } : { index: answer.index },
  );
  if (state !== "published") return { results, state };
  const last = answers.reduce((max, answer) => (answer instanceof FreeholdError ? max : Math.max(max, answer.index)), -1);
  if (last < 0) return { results, state };
  const { note } = await log.whenPublished(last, gone);
  return { results, state, checkpoint: note };
}

/** The entries of a batch that comes as a bundle. Throws `tile_invalid`, `too_large`. */
export function entriesOf(bundle: Uint8Array): Uint8Array[] {
  // Counted before a view of each is made: a mebibyte of zeros is half a million empty entries.
  let count = 0;
  for (let at = 0; at < bundle.length; at += 2 + (bundle[at]! << 8) + (bundle[at + 1] ?? 0)) count++;
  if (count > MAX_BATCH) throw new FreeholdError("too_large", `A batch has at most ${MAX_BATCH} entries; this one has ${count}.`);
  return decodeBundle(bundle);
}

interface Target {
  batch: boolean;
  state: Awaited;
}

/** The short way knows these alone; whatever else is asked goes through the application. */
const TARGETS: ReadonlyMap<string, Target> = new Map(
  [false, true].flatMap((batch) => {
    const path = batch ? "/v1/entries/batch" : "/v1/entries";
    return [
      [path, { batch, state: "sequenced" }],
      [`${path}?wait=sequenced`, { batch, state: "sequenced" }],
      [`${path}?wait=published`, { batch, state: "published" }],
    ] as [string, Target][];
  }),
);

const HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "location, freehold-size, freehold-root, retry-after, etag",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/** The short way: takes a request and answers it, or returns false and leaves it alone. */
export function createSubmission({ log, limit, metrics, failed }: { log: Log; limit: RateLimit; metrics: Metrics; failed: (error: unknown) => void }) {
  const answer = async (request: IncomingMessage, { batch, state }: Target, gone: AbortSignal | undefined) => {
    const body = await bodyOf(request);
    const address = request.socket.remoteAddress ?? "unknown";
    if (!batch) {
      limit.take(address, 1);
      return submitEntry(log, body, state, gone);
    }
    const entries = entriesOf(body);
    limit.take(address, entries.length);
    return { status: 200, location: undefined, body: await submitEntries(log, entries, state, gone) };
  };

  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const target = request.method === "POST" ? TARGETS.get(request.url!) : undefined;
    const { "content-type": type, "content-length": length, expect } = request.headers;
    if (target === undefined || type !== "application/octet-stream" || !(Number(length) <= MAX_BODY) || expect !== undefined) return false;
    const done = metrics.request();
    const reply = (status: number, contentType: string, body: object, more: object) => {
      const text = JSON.stringify(body);
      response.writeHead(status, { ...HEADERS, "content-type": contentType, "content-length": Buffer.byteLength(text), ...more }).end(text);
      done("POST", status);
    };
    answer(request, target, target.state === "published" ? goneOf(response) : undefined).then(
      ({ status, location, body }) => reply(status, "application/json", body, location === undefined ? {} : { location }),
      (error: unknown) => {
        if (response.destroyed) return; // the caller is gone: nobody to answer
        const made = problemOf(error, "POST");
        if (made.status >= 500 && !(error instanceof FreeholdError)) failed(error);
        reply(made.status, "application/problem+json", made, error instanceof RateLimited ? { "retry-after": error.retryAfter } : {});
      },
    );
    return true;
  };
}

function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once("error", reject);
  });
}

/** Aborted once the caller has left before the answer. */
function goneOf(response: ServerResponse): AbortSignal {
  const leaving = new AbortController();
  response.once("close", () => leaving.abort());
  return leaving.signal;
}

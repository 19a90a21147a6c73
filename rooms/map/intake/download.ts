/** Downloads a source's current version: https only, bounded, and not before what was had is stale. */
import { FreeholdError } from "@freehold/protocol/errors";

export interface Validators {
  etag: string | null;
  modified: string | null;
  /** Instant up to which the answer need not be asked for again. */
  freshUntil: string | null;
}

/** `bytes` null: nothing has changed since. */
export interface Downloaded extends Validators {
  bytes: Uint8Array | null;
}

export interface DownloadOptions {
  /** What the last answer said. */
  known?: Validators | undefined;
  /** Milliseconds since 1970. */
  now: number;
  maxBytes?: number;
  /** Milliseconds. */
  timeout?: number;
  /** For tests: which addresses may be asked, redirects included. */
  allows?: (url: URL) => boolean;
}

const MAX_REDIRECTS = 5;
/** No source is asked more often, whatever it says. */
const MIN_AGE = 60;
const MAX_AGE = 7 * 86_400;

/** Throws `source_unreachable` with the reason. */
export async function download(
  url: string,
  { known, now, maxBytes = 64 * 1024 * 1024, timeout = 60_000, allows = (one) => one.protocol === "https:" }: DownloadOptions,
): Promise<Downloaded> {
  const unreachable = (why: string, cause?: unknown) => new FreeholdError("source_unreachable", `${url} could not be read: ${why}.`, { cause });
  const headers: Record<string, string> = { "user-agent": "Freehold (a public register; npm run operator -- map sync)" };
  if (known?.etag != null) headers["if-none-match"] = known.etag;
  if (known?.modified != null) headers["if-modified-since"] = known.modified;
  const signal = AbortSignal.timeout(timeout);
  let at = new URL(url);
  try {
    for (let redirects = 0; ; redirects++) {
      if (!allows(at)) throw unreachable(`${at.origin} is no https address`);
      const response = await fetch(at, { headers, redirect: "manual", signal });
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && response.status !== 304 && location !== null) {
        await response.body?.cancel();
        if (redirects >= MAX_REDIRECTS) throw unreachable(`it redirects more than ${MAX_REDIRECTS} times`);
        at = new URL(location, at);
        continue;
      }
      const said = { ...validatorsOf(response.headers, now) };
      if (response.status === 304) return { bytes: null, ...said, etag: said.etag ?? known?.etag ?? null, modified: said.modified ?? known?.modified ?? null };
      if (response.status !== 200) {
        await response.body?.cancel();
        throw unreachable(`it answers with status ${response.status}`);
      }
      return { bytes: await read(response, maxBytes, unreachable), ...said };
    }
  } catch (cause) {
    if (cause instanceof FreeholdError) throw cause;
    const { name, message, cause: inner } = cause as Error & { cause?: Error };
    throw unreachable(name === "TimeoutError" ? `it took longer than ${timeout / 1000} seconds` : (inner?.message ?? message), cause);
  }
}

async function read(response: Response, maxBytes: number, unreachable: (why: string) => Error): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > maxBytes) throw unreachable(`it is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function validatorsOf(headers: Headers, now: number): Validators {
  const age = Number(/(?:^|[\s,])max-age=(\d{1,9})/i.exec(headers.get("cache-control") ?? "")?.[1] ?? 0);
  return {
    etag: headers.get("etag"),
    modified: headers.get("last-modified"),
    freshUntil: new Date(now + 1000 * Math.min(Math.max(age, MIN_AGE), MAX_AGE)).toISOString(),
  };
}

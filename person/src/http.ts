/** Requests to registers and companies: bounded, without cookies, redirects or referrers; and their errors as ours. */
import { fromUtf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";
import type { FreeholdErrorCode } from "@freehold/protocol/errors";

/** The browser's `fetch`, or one that stands in for it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
  /** The most bytes that are read of the answer. */
  max: number;
  /** Milliseconds; 30 seconds unless told. */
  timeout?: number;
  /** What the browser may have kept is used unless told. (Said by a header, it would need the server's leave in pages of other origins.) */
  cache?: RequestCache;
  signal?: AbortSignal | undefined;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** What a server refused, with the code of its problem details (RFC 9457) and the seconds after which to try again, where it named any. */
export class Refused extends FreeholdError {
  readonly status: number;
  readonly retryAfter: number | undefined;
  constructor(code: FreeholdErrorCode, message: string, status: number, retryAfter?: number) {
    super(code, message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * Asks, and reads the answer up to `max` bytes. Any status is an answer.
 *
 * @throws `unavailable` where nobody answers in time; `too_large` where the answer is longer than `max`.
 * @example
 * ```ts
 * const { status, body } = await ask(fetch, "https://register.example/log/checkpoint", { max: 65_536 });
 * ```
 */
export async function ask(
  fetch: Fetch,
  url: string,
  { method = "GET", headers = {}, body, max, timeout = 30_000, cache = "default", signal }: Asked,
): Promise<Answered> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method,
      headers,
      credentials: "omit",
      cache,
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      ...(body !== undefined && { body: body as BodyInit }),
    });
    return { status: response.status, headers: response.headers, body: await bounded(response, max, url) };
  } catch (cause) {
    if (cause instanceof FreeholdError || signal?.aborted === true) throw cause;
    throw new FreeholdError("unavailable", `${hostOf(url)} does not answer, or not to this page.`, { cause });
  }
}

/** The answer, where its status is one of `allowed`; else the problem that it states. Throws {@link Refused}. */
export function expectStatus(answer: Answered, allowed: readonly number[], url: string): Answered {
  if (allowed.includes(answer.status)) return answer;
  const { code, detail } = membersOf(answer.body);
  const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
  const known = typeof code === "string" && /^[a-z_]{1,64}$/.test(code) ? (code as FreeholdErrorCode) : "unavailable";
  const why = typeof detail === "string" ? detail.slice(0, 500) : `${hostOf(url)} answered with status ${answer.status}.`;
  throw new Refused(known, why, answer.status, Number.isFinite(seconds) ? seconds : undefined);
}

/** The members of a JSON object; none where the bytes are no such thing. */
export function membersOf(body: Uint8Array): { readonly [member: string]: unknown } {
  try {
    const value: unknown = JSON.parse(fromUtf8(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as { [member: string]: unknown }) : {};
  } catch {
    return {};
  }
}

/** Lets the page draw, where more than a frame's time went by since `since`; the time from which to count on. */
export async function breathe(since: number): Promise<number> {
  if (performance.now() - since < 12) return since;
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  return performance.now();
}

/** Waits; ends early, with the signal's reason, where it is aborted. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}

async function bounded(response: Response, max: number, url: string): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > max) {
      await reader.cancel();
      throw new FreeholdError("too_large", `${hostOf(url)} answers with more than ${max} bytes.`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "The address";
}

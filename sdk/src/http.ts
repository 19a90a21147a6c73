/** Requests of a desk to its register and its chain's node: bounded in time and size, without redirects. */
import { fromUtf8 } from "@freehold/protocol/bytes";
import { FreeholdError } from "@freehold/protocol/errors";

/** Node's `fetch`, or one that stands in for it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
  /** The most bytes that are read of the answer. */
  max: number;
  /** Milliseconds; 10 seconds unless told. */
  timeout?: number;
  signal?: AbortSignal | undefined;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/**
 * Asks, and reads the answer up to `max` bytes. Any status is an answer. No error names the address: it may hold a key.
 *
 * @throws `unavailable` where nobody answers in time; `too_large` where the answer is longer than `max`.
 * @example
 * ```ts
 * const { status, body } = await ask(fetch, "https://register.example/log/checkpoint", { max: 65_536 });
 * ```
 */
export async function ask(fetch: Fetch, url: string, { method = "GET", headers = {}, body, max, timeout = 10_000, signal }: Asked): Promise<Answered> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "error",
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      ...(body !== undefined && { body: body as BodyInit }),
    });
    return { status: response.status, headers: response.headers, body: await bounded(response, max) };
  } catch (cause) {
    if (cause instanceof FreeholdError || signal?.aborted === true) throw cause;
    throw new FreeholdError("unavailable", `${hostOf(url)} does not answer.`, { cause });
  }
}

async function bounded(response: Response, max: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > max) {
      await reader.cancel();
      throw new FreeholdError("too_large", `${hostOf(response.url)} answers with more than ${max} bytes.`);
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
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

/** The host of an address, for messages. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "The address";
}

/** What a visit may cost. Every limit ends the visit with what it has seen, and the visit says which it was. */
import type { Ending } from "./scan-file.ts";

export interface Limits {
  /** Seconds that a visit may take, all in all. */
  seconds: number;
  /** Bytes that a visit may receive. */
  bytes: number;
  /** Requests that a visit may make. */
  requests: number;
  /** Documents that the page may lead on to, by redirect or by script. */
  redirects: number;
  /** Bytes on disk that the browser of a scan may use. */
  disk: number;
}

export const LIMITS: Limits = { seconds: 60, bytes: 100 * 1024 * 1024, requests: 2000, redirects: 10, disk: 300 * 1024 * 1024 };

/** How long a visit waits, in seconds. */
export interface Waits {
  /** For the page to be loaded; then the visit goes on with what there is. */
  load: number;
  /** From then on until a banner is answered: what a quick person takes. */
  answerAfter: number;
  /** From then on for a banner to show, at most. */
  banner: number;
  /** For an answer to be given, at most. */
  answer: number;
  /** After the answer, or without one after `answerAfter`: how long the page is watched. */
  observe: number;
}

export const WAITS: Waits = { load: 15, answerAfter: 2, banner: 4, answer: 12, observe: 4 };

/** A sentence for each way in which a visit ends. */
export function wordsOf(ended: Ending, limits: Limits, detail?: string): string {
  const words: Record<Ending, string> = {
    complete: "The visit was completed.",
    time: `The visit was ended after ${limits.seconds} seconds, its limit.`,
    bytes: `The visit was ended when the page had sent ${limits.bytes} bytes, its limit.`,
    requests: `The visit was ended after ${limits.requests} requests, its limit.`,
    redirects: `The visit was ended after ${limits.redirects} redirects, its limit.`,
    disk: `The visit was ended when the browser used more than ${limits.disk} bytes on disk, its limit.`,
    unreachable: "The page was not reached.",
    "private-address": "The page led to an address of a private network; it was not visited.",
    tls: "The page was not reached: its certificate is not valid.",
    download: "The address is a download, not a page; it was cancelled.",
    crashed: "The page crashed.",
    "browser-ended": "The browser ended before the visit did.",
  };
  return detail === undefined ? words[ended] : `${words[ended]} (${detail})`;
}

/** The first reason to stop counts. */
export interface Stop {
  readonly reason: Promise<Ending>;
  (ended: Ending): void;
}

export function createStop(): Stop {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  return Object.assign((ended: Ending) => resolve(ended), { reason: promise });
}

/** What a promise gives, or undefined where it fails or takes longer: a page can hang whatever is asked of it. */
export async function within<T>(seconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), seconds * 1000);
  });
  try {
    return await Promise.race([promise.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Limits for anonymous callers: how much at once, how fast. Addresses are kept as keyed hashes, in memory, and forgotten. */
import { createHmac, randomBytes } from "node:crypto";
import { FreeholdError } from "@freehold/protocol/errors";

/** The largest request body, in bytes. */
export const MAX_BODY = 1_048_576;
/** Entries in one batch. */
export const MAX_BATCH = 8192;
/** Addresses remembered. */
const MAX_ADDRESSES = 50_000;

export interface RateLimit {
  /** Takes `entries` from an address's allowance. Throws `rate_limited`, its `retryAfter` in seconds. */
  take(address: string, entries: number): void;
}

export class RateLimited extends FreeholdError {
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super("rate_limited", `This address has submitted more than the register takes from one. Try again in ${retryAfter} seconds.`);
    this.retryAfter = retryAfter;
  }
}

/** A token bucket for each address: `rate` entries a second in the long run, `burst` at once. A rate of 0 is no limit. */
export function createRateLimit({ rate, burst, now = () => Date.now() / 1000 }: { rate: number; burst: number; now?: () => number }): RateLimit {
  if (rate === 0) return { take: () => {} };
  const secret = randomBytes(32);
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(address, entries) {
      const id = createHmac("sha256", secret).update(address).digest("base64");
      const time = now();
      const bucket = buckets.get(id) ?? { tokens: burst, at: time };
      bucket.tokens = Math.min(burst, bucket.tokens + (time - bucket.at) * rate);
      bucket.at = time;
      buckets.delete(id);
      if (buckets.size >= MAX_ADDRESSES) buckets.delete(buckets.keys().next().value!);
      buckets.set(id, bucket);
      const wanted = Math.min(entries, burst);
      if (bucket.tokens < wanted) throw new RateLimited(Math.ceil((wanted - bucket.tokens) / rate));
      bucket.tokens -= entries;
    },
  };
}

// How many requests one address and one token may send: a bucket each, refilled steadily.
// Covered: a client that runs wild, floods and guessing of tokens from few addresses. A request with a good token counts for its token alone, so
// that nobody at the same address can lock its owner out. Not covered: floods from very many addresses, which are for whatever stands before
// the server. Knows no routes.
import { OutpostError } from "@outpost/protocol";

export interface RateLimits {
  /** Throws `limit_exceeded` (status 429, `details.retryAfterSeconds`) when the bucket is empty. `key`: an address or a token's id. */
  take(kind: "address" | "token", key: string): void;
}

export interface RateLimitOptions {
  /** Of one token, on average. An address may send twice as many: several people may share it. */
  requestsPerMinute: number;
  nowMs: () => number;
}

/** A bucket holds so many seconds' worth of requests. */
const burstSeconds = 10;
/** The least recently used are forgotten beyond: a full bucket is like none. */
const maxBuckets = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

export function createRateLimits({ requestsPerMinute, nowMs }: RateLimitOptions): RateLimits {
  const buckets = new Map<string, Bucket>();

  /** As it is now. */
  function fill(name: string, perMinute: number): Bucket {
    const size = Math.max(10, (perMinute * burstSeconds) / 60);
    const now = nowMs();
    const known = buckets.get(name);
    const tokens = known ? Math.min(size, known.tokens + ((now - known.atMs) * perMinute) / 60_000) : size;
    const bucket = { tokens, atMs: now };
    buckets.delete(name);
    buckets.set(name, bucket);
    if (buckets.size > maxBuckets) buckets.delete(buckets.keys().next().value ?? "");
    return bucket;
  }

  function refuse(missing: number, perMinute: number): never {
    const retryAfterSeconds = Math.max(1, Math.ceil((missing * 60) / perMinute));
    throw new OutpostError(
      "limit_exceeded",
      `too many requests: ${perMinute} a minute may be sent; wait ${retryAfterSeconds} s, or raise requestsPerMinute`,
      { retryable: true, details: { status: 429, retryAfterSeconds } },
    );
  }

  return {
    take(kind, key) {
      const perMinute = kind === "token" ? requestsPerMinute : 2 * requestsPerMinute;
      const bucket = fill(`${kind} ${key}`, perMinute);
      if (bucket.tokens < 1) refuse(1 - bucket.tokens, perMinute);
      bucket.tokens -= 1;
    },
  };
}

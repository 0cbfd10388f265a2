import { describe, expect, it } from "vitest";
import { createRateLimits } from "./rate-limits.ts";

function countAllowed(take: () => void, tries: number): number {
  let allowed = 0;
  for (let index = 0; index < tries; index++) {
    try {
      take();
      allowed++;
    } catch (error) {
      expect(error).toMatchObject({ code: "limit_exceeded", retryable: true, details: { status: 429 } });
    }
  }
  return allowed;
}

describe("rate limits", () => {
  it("let a burst through, then so many a minute, for each key alone", () => {
    let now = 0;
    const limits = createRateLimits({ requestsPerMinute: 120, nowMs: () => now });
    expect(countAllowed(() => limits.take("token", "a"), 100)).toBe(20);
    expect(countAllowed(() => limits.take("token", "b"), 5)).toBe(5);
    now += 500;
    expect(countAllowed(() => limits.take("token", "a"), 100)).toBe(1);
    now += 3_600_000;
    expect(countAllowed(() => limits.take("token", "a"), 100)).toBe(20);
    expect(countAllowed(() => limits.take("address", "a"), 100)).toBe(40);
  });

  it("say when to come back", () => {
    const limits = createRateLimits({ requestsPerMinute: 10, nowMs: () => 0 });
    for (let index = 0; index < 10; index++) limits.take("token", "a");
    expect(() => limits.take("token", "a")).toThrow(/10 a minute may be sent; wait 6 s/);
  });

  it("forget who has not been seen for long, so that many addresses take no more memory", () => {
    let now = 0;
    const limits = createRateLimits({ requestsPerMinute: 60, nowMs: () => now++ });
    for (let index = 0; index < 30_000; index++) limits.take("address", `10.0.${index >> 8}.${index & 255}`);
    expect(countAllowed(() => limits.take("address", "10.0.0.0"), 20)).toBe(20);
  });
});

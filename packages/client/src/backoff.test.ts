import { describe, expect, it } from "vitest";
import { delayBefore, sleep } from "./backoff.ts";

describe("delayBefore", () => {
  it("doubles up to its cap, with jitter down to a half", () => {
    const reconnect = { firstDelayMs: 100, maxDelayMs: 1000, maxAttempts: 9 };
    expect([1, 2, 3, 4, 5, 900].map((attempt) => delayBefore(attempt, reconnect, () => 1))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
    expect(delayBefore(1, reconnect, () => 0)).toBe(50);
  });
});

describe("sleep", () => {
  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const sleeping = sleep(60_000, controller.signal);
    controller.abort(new Error("enough"));
    await expect(sleeping).rejects.toThrow(/^enough$/);
    await expect(sleep(60_000, controller.signal)).rejects.toThrow(/^enough$/);
    await sleep(1, undefined);
  });
});

import { describe, expect, it } from "vitest";
import { maxModelAttempts, retryDelayMs } from "./retry.ts";

describe("the delay before another attempt", () => {
  it("is none before the first, and doubles from a second, give or take a quarter", () => {
    expect(retryDelayMs(0, "run_1")).toBe(0);
    for (let failures = 1; failures < maxModelAttempts; failures++) {
      const middle = 1000 * 2 ** (failures - 1);
      for (const run of ["run_1", "run_2", "run_3", "run_4"]) {
        expect(retryDelayMs(failures, run)).toBeGreaterThanOrEqual(middle * 0.75);
        expect(retryDelayMs(failures, run)).toBeLessThanOrEqual(middle * 1.25);
      }
    }
  });

  it("differs between runs, and is the same for one", () => {
    const delays = new Set(Array.from({ length: 50 }, (_, index) => retryDelayMs(2, `run_${index}`)));
    expect(delays.size).toBeGreaterThan(40);
    expect(retryDelayMs(2, "run_7")).toBe(retryDelayMs(2, "run_7"));
  });
});

import { describe, expect, it } from "vitest";
import { parseDuration, parseTime } from "./time-option.ts";

const now = new Date(2026, 10, 27, 14, 30).getTime();
const local = (...parts: [number, number, number, number, number]) => new Date(...parts).getTime();

describe("durations", () => {
  it.each([
    ["90s", 90_000],
    ["15m", 900_000],
    ["15 min", 900_000],
    ["1h30m", 5_400_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
  ])("%s", (text, expected) => {
    expect(parseDuration("--every", text)).toBe(expected);
  });

  it.each(["", "5", "0m", "m", "1h and 3m", "-5m", "1y"])('"%s" is none', (text) => {
    expect(() => parseDuration("--every", text)).toThrow(/--every is ".*"; give a duration like 15m/);
  });
});

describe("times", () => {
  it.each([
    ["+2h", now + 7_200_000],
    ["15:00", local(2026, 10, 27, 15, 0)],
    ["14:30", local(2026, 10, 28, 14, 30)],
    ["3:00", local(2026, 10, 28, 3, 0)],
    ["2026-12-01T03:00", local(2026, 11, 1, 3, 0)],
    ["2026-12-01 03:00", local(2026, 11, 1, 3, 0)],
    ["2026-12-01", local(2026, 11, 1, 0, 0)],
    ["2026-12-01T03:00Z", Date.UTC(2026, 11, 1, 3, 0)],
  ])("%s", (text, expected) => {
    expect(parseTime("--at", text, now)).toBe(expected);
  });

  it.each(["", "tomorrow", "25:00", "3", "2026-13-01", "+", "+x"])('"%s" is none', (text) => {
    expect(() => parseTime("--at", text, now)).toThrow(/--at is "/);
  });
});

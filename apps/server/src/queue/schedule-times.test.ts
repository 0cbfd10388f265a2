import { describe, expect, it } from "vitest";
import { assertTimes, nextTime } from "./schedule-times.ts";

const at = (text: string): number => Date.parse(text);
const next = (cron: string, after: string, timeZone = "UTC"): string =>
  new Date(nextTime({ cron, timeZone }, 0, at(after)) ?? 0).toISOString();

describe("the next time", () => {
  it.each([
    ["0 3 * * 1-5", "2026-11-27T02:59:59.999Z", "2026-11-27T03:00:00.000Z"],
    ["0 3 * * 1-5", "2026-11-27T03:00:00.000Z", "2026-11-30T03:00:00.000Z"],
    ["*/15 * * * *", "2026-11-27T03:07:00.000Z", "2026-11-27T03:15:00.000Z"],
    ["@daily", "2026-11-27T03:07:00.000Z", "2026-11-28T00:00:00.000Z"],
  ])("of %s after %s is %s", (cron, after, expected) => {
    expect(next(cron, after)).toBe(expected);
  });

  it("follows the time zone, also where its clock is set back or forward", () => {
    expect(next("0 3 * * *", "2026-07-01T00:00:00Z", "Europe/Berlin")).toBe("2026-07-01T01:00:00.000Z");
    expect(next("0 3 * * *", "2026-12-01T00:00:00Z", "Europe/Berlin")).toBe("2026-12-01T02:00:00.000Z");
    // 02:30 is there twice on the one day, and not at all on the other.
    const times: number[] = [];
    for (let after = at("2026-10-24T12:00:00Z"); times.length < 3; after = times.at(-1) ?? after)
      times.push(nextTime({ cron: "30 2 * * *", timeZone: "Europe/Berlin" }, 0, after) ?? 0);
    const days = times.map((time) => new Date(time).toISOString().slice(0, 10));
    expect(days).toEqual(["2026-10-25", "2026-10-26", "2026-10-27"]);
    const spring = nextTime({ cron: "30 2 * * *", timeZone: "Europe/Berlin" }, 0, at("2026-03-28T12:00:00Z")) ?? 0;
    expect(new Date(spring).toISOString().slice(0, 10)).toBe("2026-03-29");
  });

  it("of an interval counts from its origin, and is after what it is asked for", () => {
    const every = { everyMs: 90_000, timeZone: "UTC" };
    expect(nextTime(every, 1000, 1000)).toBe(91_000);
    expect(nextTime(every, 1000, 90_999)).toBe(91_000);
    expect(nextTime(every, 1000, 91_000)).toBe(181_000);
  });
});

describe("what is no schedule", () => {
  it.each([
    ["every day", "UTC", /is no schedule .*like "0 3/],
    ["61 * * * *", "UTC", /is no schedule/],
    ["0 3 * * *", "Mars/Olympus", /time zone "Mars\/Olympus"/],
    ["0 0 30 2 *", "UTC", /never comes/],
    ["*/5 * * * * *", "UTC", /more often than once a minute/],
  ])("%s in %s", (cron, timeZone, message) => {
    expect(() => assertTimes({ cron, timeZone }, at("2026-11-27T00:00:00Z"))).toThrow(message);
  });

  it("leaves what is one alone", () => {
    for (const cron of ["* * * * *", "0 3 * * 1-5", "0 0 29 2 *"])
      expect(() => assertTimes({ cron, timeZone: "UTC" }, at("2026-11-27T00:00:00Z"))).not.toThrow();
  });
});

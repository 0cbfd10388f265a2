import type { QueueView, Repository, Schedule, Task } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { clockTime, renderQueue, renderSchedules } from "./queue.ts";
import { readablePaint } from "./samples.ts";

const nowMs = new Date(2026, 10, 27, 14, 30).getTime();
const repositories = [{ id: "rep_a", name: "calc" }] as unknown as Repository[];
const names = { repositories, nowMs };

function task(id: string, state: string, rest: object = {}): Task {
  const spec = { repositoryId: "rep_a", instruction: `Mend the\n${id}` };
  const usual = { priority: 5, notBeforeMs: null, reason: null, retries: 0 };
  return { id, state, spec, ...usual, ...rest } as unknown as Task;
}
const view = (items: Task[], rest: Partial<QueueView> = {}): QueueView => ({
  pauses: [],
  items,
  total: items.length,
  ...rest,
});
const render = (given: QueueView, columns?: number) => renderQueue(given, names, readablePaint(columns)).split("\n");

describe("the queue", () => {
  it("shows whose turn it is, and what the others wait for", () => {
    const items = [
      task("t1", "running"),
      task("t2", "queued", { priority: 9 }),
      task("t3", "queued", { notBeforeMs: nowMs + 25_000, reason: "retry 1 of 3: no model" }),
      task("t4", "queued", { notBeforeMs: nowMs - 1 }),
      task("t5", "waiting"),
      task("t6", "scheduled", { notBeforeMs: nowMs + 86_400_000 }),
      task("t7", "blocked", { reason: 'comes after "t1", which is running' }),
    ];
    expect(render(view(items, { total: 9 }))).toEqual([
      "   running    t1  p5  calc  Mend the t1",
      "1  queued     t2  p9  calc  Mend the t2",
      "   queued     t3  p5  calc  Mend the t3",
      "   not before 14:30:25 (in 25 s); retry 1 of 3: no model",
      "2  queued     t4  p5  calc  Mend the t4",
      "   waiting    t5  p5  calc  Mend the t5",
      "   waits for you: outpost approvals",
      "   scheduled  t6  p5  calc  Mend the t6",
      "   not before 2026-11-28 14:30:00 (in 1 d)",
      "   blocked    t7  p5  calc  Mend the t7",
      '   comes after "t1", which is running',
      "and 2 tasks more: --limit 200",
    ]);
  });

  it("says what is paused, and how to go on", () => {
    const pause = { kind: "person", by: "ada", reason: "holiday", atMs: nowMs - 3_600_000 } as const;
    const pauses = [
      { ...pause, repositoryId: null },
      { ...pause, repositoryId: "rep_a" as never, reason: null },
    ];
    expect(render(view([], { pauses }))).toEqual([
      "the queue is paused by ada, 1 h ago: holiday; go on with: outpost queue resume",
      '"calc" is paused by ada, 1 h ago; go on with: outpost queue resume --repo calc',
      'nothing is queued; add something with: outpost queue add "…"',
    ]);
  });

  it("fits the terminal, and nothing in it steers", () => {
    const lines = render(view([task("t1\u001b[2J", "queued", { reason: "x".repeat(200) })]), 60);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  });
});

it("a time of today is shown without its date", () => {
  expect(clockTime(nowMs + 3_600_000, nowMs)).toBe("15:30:00 (in 1 h)");
  expect(clockTime(nowMs, nowMs)).toBe("14:30:00 (now)");
});

it("schedules are shown with their next time", () => {
  const usual = { spec: { repositoryId: "rep_a", instruction: "Look for dead code" }, timeZone: "UTC" };
  const items = [
    { ...usual, id: "s1", name: "nightly", cron: "0 3 * * *", nextAtMs: nowMs + 60_000, fired: 2, skipped: 1 },
    { ...usual, id: "s2", name: "often", everyMs: 900_000, isPaused: true, nextAtMs: nowMs, fired: 1, skipped: 0 },
  ] as unknown as Schedule[];
  expect(renderSchedules(items, names, readablePaint()).split("\n")).toEqual([
    "nightly  s1",
    "  next 14:31:00 (in 1 min); 0 3 * * * (UTC); 2 tasks made, 1 left out",
    "  calc: Look for dead code",
    "often  s2",
    "  paused; every 15 min; 1 task made",
    "  calc: Look for dead code",
  ]);
  expect(renderSchedules(items.slice(0, 1), names, readablePaint(40))).toContain(
    "\n  next 14:31:00 (in 1 min); 0 3 * * *\n    (UTC); 2 tasks made, 1 left out\n",
  );
});

// Schedules on a real store, with the clock in the test's hand: each time makes one task, also across restarts and where the clock is set.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { CreateScheduleRequest, emptyEnvironment } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../indexing/testing-indexer.ts";
import { createScheduleService } from "./schedule-service.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.parse("2026-11-27T14:30:10Z");

let nowMs = startMs;
let directory: string;
let store: TaskStore;
const repositoryId = newId("rep");
beforeEach(async () => {
  nowMs = startMs;
  directory = await mkdtemp(join(tmpdir(), "outpost-schedules-"));
  store = await openSqliteTaskStore({ path: join(directory, "tasks.db") });
  await store.createRepository({
    ...{ id: repositoryId, name: "test", source: { type: "path", path: "/somewhere" }, isGit: true },
    ...{ headCommit: null, headBranch: null, environment: emptyEnvironment, createdAtMs: 0, importedAtMs: 0 },
  });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const open = () => createScheduleService({ store, newId, nowMs: () => nowMs });
const hourly = () => {
  const spec = { repositoryId, instruction: "look" };
  return CreateScheduleRequest.parse({ name: "hourly", spec, cron: "0 * * * *", overlap: "allow" });
};
const count = async () => (await store.listTasks({ limit: 100 })).items.length;

describe("a schedule", () => {
  it("makes a task at each of its times, however often it is looked at", async () => {
    const service = open();
    expect(await service.create(hourly(), "ada")).toMatchObject({ nextAtMs: Date.parse("2026-11-27T15:00:00Z") });
    for (; nowMs < startMs + 5 * hourMs; nowMs += 7 * minuteMs) {
      await Promise.all([service.fireDue(), open().fireDue()]);
      await service.fireDue();
    }
    expect(await count()).toBe(5);
    const [schedule] = await service.list();
    expect(schedule).toMatchObject({ fired: 5, nextAtMs: Date.parse("2026-11-27T20:00:00Z"), by: "ada" });
  });

  it("makes one task for all the times that passed while nobody looked", async () => {
    await open().create(hourly(), "ada");
    nowMs += 3 * 24 * hourMs;
    const other = await openSqliteTaskStore({ path: join(directory, "tasks.db") });
    const restarted = createScheduleService({ store: other, newId, nowMs: () => nowMs });
    expect(await restarted.fireDue()).toHaveLength(1);
    expect(await restarted.fireDue()).toHaveLength(0);
    expect((await restarted.list())[0]?.nextAtMs).toBe(Date.parse("2026-11-30T15:00:00Z"));
    await other.close();
  });

  it("fires no time again where the clock is set back, and goes on where it is set forward", async () => {
    const service = open();
    await service.create(hourly(), "ada");
    nowMs = Date.parse("2026-11-27T15:00:05Z");
    expect(await service.fireDue()).toHaveLength(1);
    nowMs -= hourMs;
    for (; nowMs < Date.parse("2026-11-27T15:59:59Z"); nowMs += 5 * minuteMs)
      expect(await service.fireDue()).toHaveLength(0);
    nowMs = Date.parse("2026-11-27T16:00:00Z");
    expect(await service.fireDue()).toHaveLength(1);
    nowMs += hourMs + 1;
    expect(await service.fireDue()).toHaveLength(1);
    expect(await count()).toBe(3);
  });

  it("leaves out what passes while it is paused", async () => {
    const service = open();
    const { id } = await service.create(hourly(), "ada");
    await service.pause(id);
    nowMs += 5 * hourMs;
    expect(await service.fireDue()).toEqual([]);
    expect(await service.resume(id)).toMatchObject({ isPaused: false, nextAtMs: Date.parse("2026-11-27T20:00:00Z") });
    expect(await service.fireDue()).toEqual([]);
  });
});

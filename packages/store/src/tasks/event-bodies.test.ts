import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TaskStore } from "@outpost/core";
import { type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

const newId = createTestIds();

let folder = "";
let path = "";
let store: TaskStore;
let raw: Database.Database;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-bodies-"));
  path = join(folder, "tasks.db");
  store = await openSqliteTaskStore({ path, maxInlineBytes: 100 });
  raw = new Database(path);
});
afterEach(async () => {
  raw.close();
  await store.close();
  await rm(folder, { recursive: true });
});

async function addTask(): Promise<{ taskId: TaskId; repositoryId: ReturnType<typeof newId<"rep">> }> {
  const repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
  const spec = TaskSpec.parse({ repositoryId, instruction: "rename it" });
  const { task } = await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: 0 });
  return { taskId: task.id, repositoryId };
}

async function say(taskId: TaskId, text: string): Promise<void> {
  const events: TaskEvent[] = [{ type: "message.added", text, by: "ada" }];
  await store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: 0 });
}

const countBlobs = () => raw.prepare("SELECT count(*) FROM blob").pluck().get();

describe("large texts", () => {
  const text = "a text that says the same again and again; ".repeat(100);

  it("are stored once, compressed, beside a small event", async () => {
    const [left, right] = [await addTask(), await addTask()];
    const before = countBlobs();
    await say(left.taskId, text);
    await say(right.taskId, text);
    expect(countBlobs()).toBe(Number(before) + 1);
    expect(raw.prepare("SELECT max(length(data)) FROM blob").pluck().get()).toBeLessThan(text.length / 10);
    expect(raw.prepare("SELECT max(length(body)) FROM event WHERE seq = 2").pluck().get()).toBeLessThan(100);
  });

  it("go with the last event that holds them", async () => {
    const [left, right] = [await addTask(), await addTask()];
    await say(left.taskId, text);
    await say(right.taskId, text);
    await say(left.taskId, `${text}, and more`);
    expect(countBlobs()).toBe(2);
    await store.removeRepository(left.repositoryId);
    expect(countBlobs()).toBe(1);
    expect((await store.readEvents(right.taskId, 1, 1))[0]?.event).toMatchObject({ text });
    await store.removeRepository(right.repositoryId);
    expect(countBlobs()).toBe(0);
  });

  it("that are lost are a loud failure, never an empty text", async () => {
    const { taskId } = await addTask();
    await say(taskId, text);
    raw.exec("PRAGMA foreign_keys = OFF; DELETE FROM blob");
    await expect(store.readEvents(taskId, 0, 10)).rejects.toThrow(/has lost a text/);
  });
});

describe("events of another version", () => {
  it("are refused by name", async () => {
    const { taskId } = await addTask();
    raw.exec("UPDATE event SET version = 2");
    await expect(store.readEvents(taskId, 0, 10)).rejects.toThrow(/has version 2, this version reads 1/);
  });
});

describe("a database that was damaged", () => {
  it("is never made anew", async () => {
    await store.close();
    raw.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    raw.close();
    const file = new Uint8Array(8192).fill(0x5a);
    await writeFile(path, file);
    await expect(openSqliteTaskStore({ path })).rejects.toMatchObject({
      code: "unavailable",
      details: { reason: "damaged" },
    });
    expect(new Uint8Array(await readFile(path))).toEqual(file);
    await rm(path);
    for (const more of ["-wal", "-shm"]) await rm(path + more, { force: true });
    store = await openSqliteTaskStore({ path });
    raw = new Database(path);
  });
});

// Promise 1: no acknowledged append is lost, whatever is killed when.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type TaskId, TaskSpec } from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openSqliteTaskStore } from "./sqlite-task-store.ts";

const program = fileURLToPath(new URL("./append-until-killed.ts", import.meta.url));
/** In each, two processes are killed. */
const rounds = process.env["OUTPOST_FULL"] === "1" ? 50 : 3;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "outpost-kill-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function createTask(path: string): Promise<TaskId> {
  const store = await openSqliteTaskStore({ path });
  const newId = createTestIds();
  const id = newId("rep");
  await store.createRepository(plainRepository(id));
  const spec = TaskSpec.parse({ repositoryId: id, instruction: "survive" });
  const { task } = await store.createTask({ taskId: newId("tsk"), spec, by: "ada", nowMs: 0 });
  await store.close();
  return task.id;
}

/** Kills the process some time after its first acknowledgement. */
async function appendAndKill(path: string, taskId: TaskId, name: string, afterMs: number, acked: Map<number, string>) {
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", program, path, taskId, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("the process has no output");
  const exited = once(child, "exit");
  let killing: Promise<void> | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    // A line that the kill cut in two was not acknowledged.
    if (!line.endsWith("}")) continue;
    const { seq, text } = JSON.parse(line) as { seq: number; text: string };
    acked.set(seq, text);
    killing ??= sleep(afterMs).then(() => void child.kill("SIGKILL"));
  }
  await killing;
  expect((await exited)[1]).toBe("SIGKILL");
}

it(`two appending processes lose nothing in ${rounds * 2} kills`, async () => {
  const path = join(folder, "tasks.db");
  const taskId = await createTask(path);
  const acked = new Map<number, string>();
  for (let round = 0; round < rounds; round++) {
    const before = acked.size;
    await Promise.all([
      appendAndKill(path, taskId, "left", 40 + 13 * (round % 17), acked),
      appendAndKill(path, taskId, "right", 40 + 29 * (round % 11), acked),
    ]);
    expect(acked.size).toBeGreaterThan(before);
    const database = new Database(path);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(database.pragma("foreign_key_check")).toEqual([]);
    database.close();
  }
  const store = await openSqliteTaskStore({ path });
  const stored = new Map<number, string>();
  for (let after = 0; ; ) {
    const events = await store.readEvents(taskId, after, 1_000);
    for (const { seq, event } of events) if (event.type === "message.added") stored.set(seq, event.text);
    const last = events.at(-1);
    if (last === undefined) break;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => after + index + 1));
    after = last.seq;
  }
  expect((await store.getTask(taskId)).seq).toBe(stored.size + 1);
  await store.close();
  expect([...acked].filter(([seq, text]) => stored.get(seq) !== text)).toEqual([]);
  // What was committed when the kill came, but not yet said, is there too: at most one append of each process.
  expect(stored.size - acked.size).toBeLessThanOrEqual(2 * rounds);
}, 600_000);

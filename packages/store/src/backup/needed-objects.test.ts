// What a person may still decide about is looked for in the mirrors, also after a run that was cancelled.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TaskEvent, type TaskId, TaskSpec } from "@outpost/protocol";
import { createTestIds, plainRepository } from "@outpost/testkit";
import { expect, it } from "vitest";
import { openSqliteTaskStore } from "../tasks/sqlite-task-store.ts";
import { listNeededObjects } from "./needed-objects.ts";

const commit = "1".repeat(40);
const checkpoint = "2".repeat(40);
const tree = "3".repeat(40);
const newId = createTestIds();
const model = { provider: "rules", name: "rules", windowTokens: 8192, canCallTools: true, canThink: false };
const started = {
  ...{ type: "run.started", runId: newId("run"), attempt: 1, baseCommit: commit, model },
  ...{ systemPrompt: "be brief", tools: [] },
} as unknown as TaskEvent;
const touched = { type: "checkpoint.created", step: 1, commit: checkpoint } as unknown as TaskEvent;
const proposed = { type: "change.proposed", change: { revision: 1, tree, files: [] } } as unknown as TaskEvent;
const ended = {
  ...{ type: "run.finished", runId: newId("run"), outcome: { type: "proposed", revision: 1 } },
} as unknown as TaskEvent;
const again: TaskEvent = { type: "task.queued", reason: "message" };
const cancelled: TaskEvent = { type: "task.cancel_requested", by: "ada" };

it.each<[string, TaskEvent[], string | null]>([
  ["is running", [started, touched], checkpoint],
  ["is proposed", [started, touched, proposed, ended], tree],
  ["was cancelled after a change", [started, touched, proposed, ended, again, cancelled], tree],
  ["was cancelled without one", [cancelled], null],
])("of a task that %s", async (_what, events, object) => {
  const folder = await mkdtemp(join(tmpdir(), "outpost-needed-"));
  const path = join(folder, "tasks.db");
  try {
    const store = await openSqliteTaskStore({ path });
    const repositoryId = newId("rep");
    await store.createRepository(plainRepository(repositoryId));
    const taskId: TaskId = newId("tsk");
    const spec = TaskSpec.parse({ repositoryId, instruction: "x" });
    await store.createTask({ taskId, spec, by: "ada", nowMs: 0 });
    await store.append({ taskId, expectedSeq: "any", fence: null, events, nowMs: 0 });
    await store.close();
    expect(listNeededObjects(path)).toEqual(object === null ? [] : [{ taskId, repositoryId, object }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

// What a run's log makes of others who append at the same time, on a real store.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSystemPrompt, type TaskStore } from "@outpost/core";
import { emptyEnvironment, type TaskEvent, TaskSpec } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../indexing/testing-indexer.ts";
import { openRunLog } from "./log.ts";

const nowMs = () => 1_000;
const commit = "a".repeat(40) as never;
const started: TaskEvent = {
  type: "run.started",
  runId: newId("run"),
  attempt: 1,
  baseCommit: commit,
  model: { provider: "test", name: "test", windowTokens: 8192, canCallTools: true, canThink: false },
  systemPrompt: composeSystemPrompt("edit"),
  tools: [],
};

let directory: string;
let store: TaskStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "outpost-log-"));
  store = await openSqliteTaskStore({ path: join(directory, "tasks.db") });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

async function openLeased() {
  const repositoryId = newId("rep");
  await store.createRepository({
    id: repositoryId,
    name: "test",
    source: { type: "path", path: "/somewhere" },
    isGit: true,
    headCommit: commit,
    headBranch: null,
    environment: emptyEnvironment,
    createdAtMs: 0,
    importedAtMs: 0,
  });
  const taskId = newId("tsk");
  const spec = TaskSpec.parse({ repositoryId, instruction: "mend it" });
  await store.createTask({ taskId, spec, by: "ada", nowMs: nowMs() });
  const lease = await store.lease({ workerId: "w1", leaseMs: 10_000, nowMs: nowMs() });
  if (!lease) throw new Error("no lease");
  const log = await openRunLog(taskId, lease.fence, { store, nowMs, redact: (value) => value, onAppended: () => {} });
  const others = (event: TaskEvent) =>
    store.append({ taskId, expectedSeq: "any", fence: null, events: [event], nowMs: nowMs() });
  return { taskId, log, others };
}

const typesOf = async (taskId: Parameters<TaskStore["readEvents"]>[0]) =>
  (await store.readEvents(taskId, 0, 100)).map(({ event }) => event.type);

describe("the log of a run", () => {
  it("forgets the start of a run whose task was cancelled before it was stored", async () => {
    const { taskId, log, others } = await openLeased();
    log.add(started);
    await others({ type: "task.cancel_requested", by: "ada" });
    await log.flush();
    expect(log.state.state).toBe("cancelled");
    expect(await typesOf(taskId)).toEqual(["task.created", "task.cancel_requested"]);
  });

  it("stores what it gathered behind a message that came first", async () => {
    const { taskId, log, others } = await openLeased();
    log.add(started);
    await others({ type: "message.added", text: "hurry", by: "ada" });
    await log.flush();
    expect(await typesOf(taskId)).toEqual(["task.created", "message.added", "run.started"]);
    expect(log.state.history.map(({ kind }) => kind)).toEqual(["person"]);
  });

  it("goes back to what is stored", async () => {
    const { taskId, log, others } = await openLeased();
    log.add(started);
    await log.flush();
    log.add({ type: "history.folded", throughSeq: 1 });
    await others({ type: "message.added", text: "hurry", by: "ada" });
    await log.goBack();
    expect(log.state.foldedThroughSeq).toBe(0);
    expect(log.state.seq).toBe(3);
    await log.flush();
    expect(await typesOf(taskId)).toEqual(["task.created", "run.started", "message.added"]);
  });
});

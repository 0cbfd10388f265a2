// What a run's log makes of others who append at the same time, on a real store.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeSystemPrompt, decide, type TaskStore } from "@outpost/core";
import { type TaskEvent, TaskSpec } from "@outpost/protocol";
import { openSqliteTaskStore } from "@outpost/store";
import { plainRepository } from "@outpost/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../indexing/testing-indexer.ts";
import { openRunLog } from "./log.ts";

const nowMs = () => 1_000;
/** The worker's. */
const clock = { ms: nowMs() };
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
  clock.ms = nowMs();
  directory = await mkdtemp(join(tmpdir(), "outpost-log-"));
  store = await openSqliteTaskStore({ path: join(directory, "tasks.db") });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

async function openLeased() {
  const repositoryId = newId("rep");
  await store.createRepository(plainRepository(repositoryId));
  const taskId = newId("tsk");
  const spec = TaskSpec.parse({ repositoryId, instruction: "mend it" });
  await store.createTask({ taskId, spec, by: "ada", nowMs: nowMs() });
  const lease = await store.lease({ workerId: "w1", leaseMs: 10_000, nowMs: nowMs() });
  if (!lease) throw new Error("no lease");
  const retry = { limit: 2, delayMs: 100 };
  const renew = () => store.renew(lease, 10_000, clock.ms);
  const ports = {
    store,
    nowMs: () => clock.ms,
    renew,
    retry,
    redact: <Value>(value: Value) => value,
    onAppended: () => {},
  };
  const log = await openRunLog(taskId, lease.fence, ports);
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

describe("a lease that ran out before it was renewed", () => {
  const leaseOver = nowMs() + 10_001;

  it("is taken for longer where nobody else took it: a slow worker goes on", async () => {
    const { taskId, log } = await openLeased();
    log.add(started);
    clock.ms = leaseOver;
    await log.flush();
    expect(await typesOf(taskId)).toEqual(["task.created", "run.started"]);
  });

  it("is lost where another has the task, and nothing is stored", async () => {
    const { taskId, log } = await openLeased();
    log.add(started);
    clock.ms = leaseOver;
    expect(await store.lease({ workerId: "w2", leaseMs: 10_000, nowMs: leaseOver })).toMatchObject({ taskId });
    await expect(log.flush()).rejects.toMatchObject({ code: "conflict", details: { reason: "fence" } });
    expect(await typesOf(taskId)).toEqual(["task.created"]);
  });
});

describe("a run that failed for the moment", () => {
  const failed: TaskEvent = {
    ...{ type: "run.finished", runId: newId("run") },
    outcome: { type: "failed", code: "unavailable", message: "no model", retryable: true },
  };

  it("is followed by another in the same append, later and later, and given up in the end", async () => {
    const { taskId, log } = await openLeased();
    const waits = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      log.add({ ...started, attempt } as TaskEvent);
      log.add(failed);
      await log.flush();
      const { notBeforeMs, state, retries } = await store.getTask(taskId);
      waits.push([state, retries, notBeforeMs === null ? null : notBeforeMs - nowMs()]);
    }
    const between = (low: number, high: number) =>
      expect.toSatisfy((value: number) => value >= low && value <= high, `from ${low} to ${high}`);
    expect(waits).toEqual([
      ["queued", 1, between(75, 125)],
      ["queued", 2, between(150, 250)],
      ["dead", 2, null],
    ]);
    expect((await store.getTask(taskId)).reason).toBe("given up after 2 retries: no model");
    const reasons = (await store.readEvents(taskId, 0, 100)).flatMap(({ event }) =>
      event.type === "task.queued" ? [event.because] : [],
    );
    expect(reasons).toEqual(["retry 1 of 2: no model", "retry 2 of 2: no model"]);
  });
});

describe("a task that is paused while it is worked on", () => {
  it("takes in what was under way, and rests", async () => {
    const { taskId, log, others } = await openLeased();
    log.add(started);
    await log.flush();
    await others({ type: "task.paused", by: "ada" });
    log.add({ type: "notice.given", kind: "loop", text: "do something else" });
    await log.flush();
    expect(log.state.state).toBe("paused");
    expect(decide(log.state)).toEqual({ type: "rest" });
    expect(await typesOf(taskId)).toEqual(["task.created", "run.started", "task.paused", "notice.given"]);
  });
});

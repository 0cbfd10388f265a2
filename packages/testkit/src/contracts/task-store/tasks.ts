// The task store's contract: creating tasks, idempotency keys, pages and counts.
import { TaskState } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { addRepository, addTask, appendAny, newId, runStarted, sampleChange, startMs, taskCommand } from "./samples.ts";

const weekMs = 7 * 24 * 3_600_000;

export function describeTasks(frame: TaskStoreFrame): void {
  describe("creating a task", () => {
    it("stores the task and its first event together", async () => {
      const store = frame.store();
      const command = taskCommand(await addRepository(store));
      const { task, created } = await store.createTask(command);
      expect(created).toBe(true);
      expect(task).toEqual({
        id: command.taskId,
        spec: command.spec,
        state: "queued",
        seq: 1,
        attempt: 0,
        revision: null,
        baseCommit: null,
        outcome: null,
        createdAtMs: startMs,
        updatedAtMs: startMs,
        priority: 5,
        notBeforeMs: null,
        retries: 0,
        reason: null,
      });
      expect(await store.getTask(command.taskId)).toEqual(task);
      const [first, ...others] = await store.readEvents(command.taskId, 0, 10);
      expect(first).toMatchObject({ version: 1, taskId: command.taskId, seq: 1, atMs: startMs });
      expect(first?.event).toEqual({ type: "task.created", spec: command.spec, by: "ada" });
      expect(others).toEqual([]);
    });

    it("begins with a change from outside, which no worker takes, and which is listed as waiting for a person", async () => {
      const store = frame.store();
      const command = taskCommand(await addRepository(store));
      const change = sampleChange(command.taskId, 1);
      const proposal = { change, checkpoint: change.baseCommit, approvalId: newId("apr") };
      const { task } = await store.createTask({ ...command, proposal });
      expect(task).toMatchObject({ state: "proposed", seq: 3, revision: 1, attempt: 0 });
      const types = (await store.readEvents(command.taskId, 0, 10)).map(({ event }) => event.type);
      expect(types).toEqual(["task.created", "checkpoint.created", "change.proposed"]);
      expect(await store.lease({ workerId: "w", leaseMs: 1000, nowMs: startMs })).toBeNull();
      expect((await store.getTask(command.taskId)).state).toBe("proposed");
    });

    it("refuses a repository that is not there, and stores nothing", async () => {
      const command = taskCommand(newId("rep"), { idempotencyKey: "k" });
      expect(await rejection(frame.store().createTask(command))).toMatchObject({ code: "not_found" });
      expect(await rejection(frame.store().getTask(command.taskId))).toMatchObject({ code: "not_found" });
      expect(await frame.store().readAllEvents(0, 10)).toEqual([]);
    });

    it("refuses a task id that is taken", async () => {
      const command = taskCommand(await addRepository(frame.store()));
      await frame.store().createTask(command);
      expect(await rejection(frame.store().createTask(command))).toMatchObject({ code: "conflict" });
    });
  });

  describeIdempotency(frame);
  describePages(frame);
}

function describeIdempotency(frame: TaskStoreFrame): void {
  describe("idempotency keys", () => {
    it("gives the first task for a repeat, as it is by then, through any connection", async () => {
      const store = frame.store();
      const command = taskCommand(await addRepository(store), { idempotencyKey: "k" });
      await store.createTask(command);
      await appendAny(store, command.taskId, runStarted(1));
      const spec = Object.fromEntries(Object.entries(command.spec).reverse()) as typeof command.spec;
      const repeat = await (await frame.openAnother()).createTask({ ...command, spec, taskId: newId("tsk") });
      expect(repeat.created).toBe(false);
      expect(repeat.task).toMatchObject({ id: command.taskId, state: "running", seq: 2 });
      expect(await store.readAllEvents(0, 10)).toHaveLength(2);
    });

    it("refuses the key with another spec", async () => {
      const repositoryId = await addRepository(frame.store());
      await frame.store().createTask(taskCommand(repositoryId, { idempotencyKey: "k" }));
      const other = taskCommand(repositoryId, { idempotencyKey: "k", priority: 9 });
      expect(await rejection(frame.store().createTask(other))).toMatchObject({ code: "conflict" });
      expect(await frame.store().countTasksByState()).toEqual({ queued: 1 });
    });

    it("keeps a key for a week", async () => {
      const repositoryId = await addRepository(frame.store());
      const command = (nowMs: number) => taskCommand(repositoryId, { idempotencyKey: "k", nowMs });
      await frame.store().createTask(command(startMs));
      expect(await frame.store().createTask(command(startMs + weekMs - 1))).toMatchObject({ created: false });
      expect(await frame.store().createTask(command(startMs + weekMs))).toMatchObject({ created: true });
    });

    it("makes two tasks without a key", async () => {
      const repositoryId = await addRepository(frame.store());
      await frame.store().createTask(taskCommand(repositoryId));
      await frame.store().createTask(taskCommand(repositoryId));
      expect(await frame.store().countTasksByState()).toEqual({ queued: 2 });
    });
  });
}

function describePages(frame: TaskStoreFrame): void {
  describe("pages of tasks", () => {
    it("are newest first and do not shift when tasks are added between them", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const ids = [];
      for (let made = 0; made < 5; made++) ids.unshift((await addTask(store, repositoryId)).id);
      const first = await store.listTasks({ limit: 2 });
      await addTask(store, repositoryId);
      const second = await store.listTasks({ limit: 2, cursor: first.nextCursor ?? "" });
      const third = await store.listTasks({ limit: 2, cursor: second.nextCursor ?? "" });
      expect([first, second, third].map((page) => page.items.map((task) => task.id))).toEqual([
        ids.slice(0, 2),
        ids.slice(2, 4),
        ids.slice(4),
      ]);
      expect(third.nextCursor).toBeNull();
    });

    it("have no next one when the last is full", async () => {
      const repositoryId = await addRepository(frame.store());
      await addTask(frame.store(), repositoryId);
      expect(await frame.store().listTasks({ limit: 1 })).toMatchObject({ nextCursor: null });
    });

    it("show one repository and one state, and counts agree", async () => {
      const store = frame.store();
      const [left, right] = [await addRepository(store), await addRepository(store)];
      const running = await addTask(store, left);
      const queued = await addTask(store, left);
      await addTask(store, right);
      await appendAny(store, running.id, runStarted(1));
      const ids = async (filter: { state?: TaskState; repositoryId?: typeof left }) =>
        (await store.listTasks({ ...filter, limit: 10 })).items.map((task) => task.id);
      expect(await ids({ repositoryId: left })).toEqual([queued.id, running.id]);
      expect(await ids({ repositoryId: left, state: "queued" })).toEqual([queued.id]);
      expect(await ids({ state: TaskState.enum.running })).toEqual([running.id]);
      expect(await store.countTasksByState()).toEqual({ queued: 2, running: 1 });
    });

    it.each(["", "x", "dGFza3M6MA", "dGFza3M6MSA", "dGFza3M6MQ==", "💥", "dGFza3M6LTE"])(
      "refuse the cursor %j",
      async (cursor) => {
        expect(await rejection(frame.store().listTasks({ cursor, limit: 1 }))).toMatchObject({ code: "invalid_input" });
      },
    );

    it.each([0, -1, 1.5, Number.NaN, 1e9])("refuse the limit %d", async (limit) => {
      expect(await rejection(frame.store().listTasks({ limit }))).toMatchObject({ code: "invalid_input" });
      expect(await rejection(frame.store().readAllEvents(0, limit))).toMatchObject({ code: "invalid_input" });
    });
  });
}

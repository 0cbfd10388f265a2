// The task store's contract: appending and reading events.
import { limits, TaskEvent } from "@outpost/protocol";
import { describe, expect, it } from "vitest";
import { rejection } from "../rejection.ts";
import type { TaskStoreFrame } from "./database.ts";
import { everyEvent } from "./every-event.ts";
import {
  addRepository,
  addTask,
  appendAny,
  commitId,
  message,
  newId,
  runFinished,
  runStarted,
  startMs,
} from "./samples.ts";

export function describeEvents(frame: TaskStoreFrame): void {
  describe("appending", () => {
    it("keeps every type of event as it was, and the row in step", async () => {
      const store = frame.store();
      const task = await addTask(store, await addRepository(store));
      const events = everyEvent(task.id);
      const types = new Set(["task.created", ...events.map((event) => event.type)]);
      expect([...types].sort()).toEqual(TaskEvent.options.map((option) => option.shape.type.value).sort());
      for (const [index, event] of events.entries()) {
        const command = {
          taskId: task.id,
          expectedSeq: index + 1,
          fence: null,
          events: [event],
          nowMs: startMs + index,
        };
        expect(await store.append(command)).toMatchObject({ seq: index + 2 });
      }
      const read = await store.readEvents(task.id, 1, 100);
      expect(read.map((envelope) => envelope.event)).toEqual(events);
      expect(read.map((envelope) => envelope.seq)).toEqual(events.map((_, index) => index + 2));
      expect(read.map((envelope) => envelope.atMs)).toEqual(events.map((_, index) => startMs + index));
      expect(await store.getTask(task.id)).toEqual({
        ...task,
        state: "dead",
        seq: events.length + 1,
        attempt: 3,
        revision: 2,
        baseCommit: commitId,
        outcome: { type: "failed", code: "unavailable", message: "no model", retryable: true },
        updatedAtMs: startMs + events.length - 1,
        priority: 7,
        reason: "no model",
      });
    });

    it("forgets the outcome of the run before when a run starts", async () => {
      const store = frame.store();
      const { id } = await addTask(store, await addRepository(store));
      const failed = { type: "failed", code: "timeout", message: "no answer", retryable: true } as const;
      await appendAny(store, id, runStarted(1), runFinished(failed));
      expect(await store.getTask(id)).toMatchObject({ state: "failed", outcome: failed });
      expect(await appendAny(store, id, { type: "task.queued", reason: "retry" })).toMatchObject({ outcome: failed });
      expect(await appendAny(store, id, runStarted(2))).toMatchObject({ state: "running", attempt: 2, outcome: null });
    });

    it("ends a queued task with a cancel, and leaves a running one to its worker", async () => {
      const store = frame.store();
      const repositoryId = await addRepository(store);
      const [queued, running] = [await addTask(store, repositoryId), await addTask(store, repositoryId)];
      const cancel = { type: "task.cancel_requested", by: "ada" } as const;
      expect(await appendAny(store, queued.id, cancel)).toMatchObject({
        state: "cancelled",
        outcome: { type: "cancelled" },
      });
      expect(await appendAny(store, running.id, runStarted(1), cancel)).toMatchObject({
        state: "running",
        outcome: null,
      });
    });

    it("refuses what has nothing, or too much, to append", async () => {
      const { id } = await addTask(frame.store(), await addRepository(frame.store()));
      expect(await rejection(appendAny(frame.store(), id))).toMatchObject({ code: "invalid_input" });
      const many = Array.from({ length: 1_001 }, () => message("m"));
      expect(await rejection(appendAny(frame.store(), id, ...many))).toMatchObject({ code: "invalid_input" });
    });
  });

  describeRefusals(frame);
  describeLargeTexts(frame);
  describePositions(frame);
}

function describeRefusals(frame: TaskStoreFrame): void {
  describe("a refused append", () => {
    it("names the last event when others appended first", async () => {
      const store = frame.store();
      const { id } = await addTask(store, await addRepository(store));
      await appendAny(await frame.openAnother(), id, message("first"));
      const late = store.append({ taskId: id, expectedSeq: 1, fence: null, events: [message("late")], nowMs: startMs });
      expect(await rejection(late)).toMatchObject({ code: "conflict", details: { reason: "seq", seq: 2 } });
      expect(await store.readEvents(id, 2, 10)).toEqual([]);
    });

    it("leaves nothing behind when one of its events is refused", async () => {
      const store = frame.store();
      const task = await addTask(store, await addRepository(store));
      const refused = appendAny(store, task.id, runStarted(1), message("m"), {
        type: "task.died",
        retries: 1,
        because: "",
      });
      expect(await rejection(refused)).toMatchObject({
        code: "conflict",
        details: { reason: "state", from: "running" },
      });
      expect(await store.getTask(task.id)).toEqual(task);
      expect(await store.readEvents(task.id, 1, 10)).toEqual([]);
      expect(await store.readAllEvents(0, 10)).toHaveLength(1);
    });

    it("cannot create a task a second time", async () => {
      const { id, spec } = await addTask(frame.store(), await addRepository(frame.store()));
      const again = () => rejection(appendAny(frame.store(), id, { type: "task.created", spec, by: "ada" }));
      expect(await again()).toMatchObject({ code: "conflict", details: { reason: "state" } });
      await appendAny(frame.store(), id, runStarted(1), runFinished({ type: "finished", summary: "nothing to do" }));
      expect(await again()).toMatchObject({ code: "conflict", details: { reason: "state" } });
    });

    it("says when there is no such task", async () => {
      const id = newId("tsk");
      expect(await rejection(appendAny(frame.store(), id, message("m")))).toMatchObject({ code: "not_found" });
      expect(await rejection(frame.store().readEvents(id, 0, 1))).toMatchObject({ code: "not_found" });
      expect(await rejection(frame.store().getTask(id))).toMatchObject({ code: "not_found" });
    });
  });
}

const large = "ä line of text that is repeated\n".repeat(2_000);

function describeLargeTexts(frame: TaskStoreFrame): void {
  describe("large texts", () => {
    it("come back whole from wherever in the event they were", async () => {
      const store = frame.store();
      const { id } = await addTask(store, await addRepository(store));
      expect(Buffer.byteLength(large)).toBeGreaterThan(limits.eventInlineBytes);
      const call = { type: "tool.called", step: 1, callId: "c", name: "edit_file", verdict: "allow" } as const;
      const events: TaskEvent[] = [
        message(large),
        runStarted(1, large),
        { ...call, arguments: { list: ["small", large, { text: `${large}!` }], "": large, place: "" } },
        message(`${large}\ud800`),
        message(JSON.stringify({ place: ["text"] })),
      ];
      await appendAny(store, id, ...events);
      const again = await frame.openAnother();
      expect((await again.readEvents(id, 1, 10)).map((envelope) => envelope.event)).toEqual(events);
      expect((await again.readAllEvents(1, 10)).map((envelope) => envelope.event)).toEqual(events);
    });

    it.each([-1, 0, 1])("come back whole %d bytes away from the limit", async (more) => {
      const store = frame.store();
      const { id } = await addTask(store, await addRepository(store));
      const text = "x".repeat(limits.eventInlineBytes + more);
      await appendAny(store, id, message(text));
      expect((await store.readEvents(id, 1, 1))[0]?.event).toEqual(message(text));
    });
  });
}

function describePositions(frame: TaskStoreFrame): void {
  describe("positions", () => {
    it("are found by the time of their event", async () => {
      const store = frame.store();
      expect(await store.positionBefore(startMs)).toBe(0);
      const { id } = await addTask(store, await addRepository(store));
      for (let at = 1; at <= 40; at++)
        await store.append({
          taskId: id,
          expectedSeq: "any",
          fence: null,
          events: [message("m")],
          nowMs: startMs + at * 10,
        });
      const all = await store.readAllEvents(0, 100);
      for (const offset of [-1, 0, 1, 10, 11, 205, 400, 401, 9999]) {
        const before = all.filter(({ atMs }) => atMs < startMs + offset).at(-1)?.position ?? 0;
        expect([offset, await store.positionBefore(startMs + offset)]).toEqual([offset, before]);
      }
    });

    it("grow in commit order over all tasks and connections", async () => {
      const stores = [frame.store(), await frame.openAnother()];
      const repositoryId = await addRepository(frame.store());
      const tasks = [await addTask(frame.store(), repositoryId), await addTask(frame.store(), repositoryId)];
      const appends = Array.from({ length: 20 }, async (_, index) => {
        const task = tasks[index % 2];
        const store = stores[Math.floor(index / 2) % 2];
        if (!task || !store) throw new Error("no task or no store");
        return store.append({
          taskId: task.id,
          expectedSeq: "any",
          fence: null,
          events: [message(`${index}a`), message(`${index}b`)],
          nowMs: startMs,
        });
      });
      const seen: number[] = [];
      const readOn = async () => {
        const events = await frame.store().readAllEvents(seen.at(-1) ?? 0, 7);
        seen.push(...events.map((envelope) => envelope.position));
        return events.length;
      };
      for (const append of appends) {
        const { position } = await append;
        while ((await readOn()) > 0);
        expect(seen).toContain(position);
      }
      expect(seen).toHaveLength(42);
      expect(seen).toEqual([...seen].sort((left, right) => left - right));
      for (const task of tasks) {
        const seqs = (await frame.store().readEvents(task.id, 0, 100)).map((envelope) => envelope.seq);
        expect(seqs).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
      }
    });

    it("are read behind a sequence number, up to a limit", async () => {
      const store = frame.store();
      const { id } = await addTask(store, await addRepository(store));
      await appendAny(store, id, message("2"), message("3"), message("4"));
      const seqs = async (after: number, limit: number) =>
        (await store.readEvents(id, after, limit)).map((envelope) => envelope.seq);
      expect(await seqs(1, 2)).toEqual([2, 3]);
      expect(await seqs(3, 2)).toEqual([4]);
      expect(await seqs(4, 2)).toEqual([]);
    });
  });
}

// The queue over the API of a real server: tasks that wait for their time, for others or for a person, plain text, schedules, and who
// stops behind a step when it is paused.
import type { Task, TaskId } from "@outpost/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allEvents, eventsOf, taskEnd, until } from "./follow-task.ts";
import { answerByScenario, call, callsInOrder } from "./scenarios.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

const look = { ...call("read_file", { path: "calculator.py" }), delayBeforeHeadersMs: 300 };
const done = call("finish", { summary: "Done." });
const scenarios = {
  quick: callsInOrder([done]),
  slow: callsInOrder([look, look, look, done]),
  paused: callsInOrder([look, look, look, done]),
};

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer(answerByScenario(scenarios), { settings: { leaseMs: 1500 } });
});
afterAll(() => server?.close());

const submit = (scenario: string, more: object = {}): Promise<Task> =>
  server.client.call("submitTask", {
    body: { repositoryId: server.repository.id, instruction: `[${scenario}] Look.`, ...more },
  });
const get = (taskId: TaskId): Promise<Task> => server.client.call("getTask", { params: { taskId } });
const post = (path: string, body: object = {}) =>
  server.request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
const conflictOf = async (path: string): Promise<string> => {
  const response = await post(path);
  expect(response.status).toBe(409);
  return ((await response.json()) as { error: { message: string } }).error.message;
};

describe("the queue", () => {
  it("takes plain text, with the rest in the query, and an idempotency key", async () => {
    const send = (query: string, headers = {}) =>
      server.request(`/v1/tasks?${query}`, {
        ...{ method: "POST", headers: { "content-type": "text/plain; charset=utf-8", ...headers } },
        body: "[quick] Look at “it”.",
      });
    const key = { "idempotency-key": "nightly-1" };
    const made = await Promise.all([1, 2].map(() => send(`repository=${server.repository.name}&priority=7`, key)));
    const [first, second] = (await Promise.all(made.map((response) => response.json()))) as Task[];
    expect(made.map(({ status }) => status)).toEqual([201, 201]);
    expect(first).toMatchObject({ priority: 7, spec: { instruction: "[quick] Look at “it”.", workflow: "edit" } });
    expect(second?.id).toBe(first?.id);
    if (first) await taskEnd(server.client, first.id);
    for (const [query, status] of [
      ["repository=nobody", 404],
      ["", 400],
      [`repository=${server.repository.name}&priority=10`, 400],
      [`repository=${server.repository.name}&colour=red`, 400],
    ] as const)
      expect((await send(query)).status).toBe(status);
  });

  it("begins a task after others and at its time, and says meanwhile what it waits for", async () => {
    const first = await submit("slow");
    const second = await submit("quick", { after: [first.id] });
    const third = await submit("quick", { notBeforeMs: Date.now() + 2500 });
    const last = await submit("quick", { notBeforeMs: Date.now() + 3_600_000 });
    expect([second.state, third.state, last.state]).toEqual(["blocked", "scheduled", "scheduled"]);
    const { items, total } = await server.client.call("getQueue", { query: {} });
    expect(total).toBe(4);
    expect(items.map(({ id }) => id)).toEqual([first.id, third.id, last.id, second.id]);
    expect(items.at(-1)?.reason).toContain(first.id);
    await post(`/v1/tasks/${last.id}/resume`);
    for (const { id } of [first, second, third, last])
      expect(await taskEnd(server.client, id)).toMatchObject({ state: "finished" });
    const startOf = async ({ id }: Task) =>
      (await allEvents(server.client, id)).find(({ event }) => event.type === "run.started")?.atMs ?? 0;
    expect(await startOf(second)).toBeGreaterThan((await get(first.id)).createdAtMs);
    expect(await startOf(third)).toBeGreaterThanOrEqual(third.notBeforeMs ?? 0);
  });

  it("stops a run behind its step when it is paused, and the run goes on from there", async () => {
    const { id } = await submit("paused");
    await until("its first step", async () => eventsOf(await allEvents(server.client, id), "tool.returned")[0]);
    await post("/v1/queue/pause", { reason: "the fan is loud" });
    const held = await until("a stop", async () => {
      const task = await get(id);
      return task.state === "queued" ? task : undefined;
    });
    expect(held.reason).toMatch(/paused by .*: the fan is loud/);
    const view = await server.client.call("getQueue", { query: {} });
    expect(view.pauses).toMatchObject([{ repositoryId: null, kind: "person", reason: "the fan is loud" }]);
    expect((await post("/v1/queue/resume")).status).toBe(200);
    expect(await conflictOf("/v1/queue/resume")).toMatch(/not paused; nothing is/);
    expect(await taskEnd(server.client, id)).toMatchObject({ state: "finished", attempt: 1 });
    const events = await allEvents(server.client, id);
    expect(eventsOf(events, "step.started").map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(eventsOf(events, "tool.returned").filter(({ interrupted }) => interrupted)).toEqual([]);
  });

  it("pauses, moves, resumes and retries one task, and refuses what makes no sense", async () => {
    await post("/v1/queue/pause", { repositoryId: server.repository.id });
    const { id } = await submit("quick");
    expect(await (await post(`/v1/tasks/${id}/move`, { priority: 9 })).json()).toMatchObject({ priority: 9 });
    expect(await (await post(`/v1/tasks/${id}/pause`, { reason: "later" })).json()).toMatchObject({ state: "paused" });
    await post("/v1/queue/resume", { repositoryId: server.repository.id });
    expect(await conflictOf(`/v1/tasks/${id}/retry`)).toMatch(/has not ended/);
    await post(`/v1/tasks/${id}/resume`);
    await taskEnd(server.client, id);
    expect(await conflictOf(`/v1/tasks/${id}/pause`)).toMatch(/is "finished" and cannot be paused/);
    expect(await conflictOf(`/v1/tasks/${id}/retry`)).toMatch(/say to it what is missing/);
    const cancelled = await submit("quick", { notBeforeMs: Date.now() + 3_600_000 });
    await post(`/v1/tasks/${cancelled.id}/cancel`);
    await post(`/v1/tasks/${cancelled.id}/retry`);
    expect(await taskEnd(server.client, cancelled.id)).toMatchObject({ state: "finished" });
  });

  it("makes a task at each time of a schedule", async () => {
    const spec = { repositoryId: server.repository.id, instruction: "[quick] Look again." };
    const made = await post("/v1/schedules", { name: "often", spec, cron: "* * * * *" });
    expect(made.status).toBe(201);
    const { items } = await server.client.call("listSchedules", { query: { repositoryId: server.repository.id } });
    expect(items).toMatchObject([{ name: "often", fired: 0, timeZone: "UTC", overlap: "skip" }]);
    expect((await post("/v1/schedules", { name: "often", spec, cron: "* * * * *" })).status).toBe(409);
    expect((await post("/v1/schedules", { name: "x", spec, cron: "61 * * * *" })).status).toBe(400);
    expect((await post("/v1/schedules", { name: "x", spec })).status).toBe(400);
    const params = { scheduleId: items[0]?.id ?? "" };
    expect(await server.client.call("pauseSchedule", { params })).toMatchObject({ isPaused: true });
    expect(await server.client.call("removeSchedule", { params })).toEqual({ items: [] });
  });
});

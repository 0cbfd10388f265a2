// Registering a repository and watching a task from outside, as a client does: until it has ended, until something happened, and what was said on the way.
import { chmod } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { CallOptions, OutpostClient } from "@outpost/client";
import {
  type EventEnvelope,
  endedStates,
  type Repository,
  type Task,
  type TaskEventOf,
  type TaskEventType,
  type TaskId,
} from "@outpost/protocol";

const pollMs = 15;
const defaultTimeoutMs = 120_000;

/** Rejects when the index does not come. */
export async function registerAndIndex(client: OutpostClient, path: string): Promise<Repository> {
  await openCheckout(path);
  const repository = await client.call("registerRepository", { body: { source: { type: "path", path } } });
  const status = await indexRepository(client, repository);
  if (status.state !== "ready") throw new Error(`the index of "${path}" failed: ${status.error}`);
  return repository;
}

/** As checkouts usually are. Temporary folders are closed to others, and a server that is root looks at checkouts as somebody else. */
export async function openCheckout(path: string): Promise<void> {
  await chmod(path, 0o755);
}

/** Resolves when the index is ready or failed. */
export async function indexRepository(client: OutpostClient, repository: Repository) {
  const params = { repositoryId: repository.id };
  await client.call("startIndex", { params });
  return until(`the index of ${repository.name}`, async () => {
    const status = await client.call("getIndexStatus", { params });
    return status.state === "ready" || status.state === "failed" ? status : undefined;
  });
}

/** What may be said of a task besides its repository and instruction. */
export type TaskRequest = Omit<Partial<CallOptions<"submitTask">["body"]>, "repositoryId" | "instruction">;

export async function submitTask(
  { client, repository }: { client: OutpostClient; repository: Repository },
  instruction: string,
  more: TaskRequest = {},
): Promise<TaskId> {
  const body = { repositoryId: repository.id, instruction, ...more };
  return (await client.call("submitTask", { body })).id;
}

/** The task when it has ended. */
export function taskEnd(client: OutpostClient, taskId: TaskId, timeoutMs = defaultTimeoutMs): Promise<Task> {
  return until(
    `the end of ${taskId}`,
    async () => {
      const task = await client.call("getTask", { params: { taskId } });
      return endedStates.has(task.state) ? task : undefined;
    },
    timeoutMs,
  );
}

export async function allEvents(client: OutpostClient, taskId: TaskId): Promise<EventEnvelope[]> {
  const all: EventEnvelope[] = [];
  for (;;) {
    const after = all.at(-1)?.seq ?? 0;
    const { items } = await client.call("listTaskEvents", { params: { taskId }, query: { after, limit: 200 } });
    all.push(...items);
    if (items.length < 200) return all;
  }
}

export function eventsOf<Type extends TaskEventType>(all: readonly EventEnvelope[], type: Type): TaskEventOf<Type>[] {
  return all.flatMap(({ event }) => (event.type === type ? [event as TaskEventOf<Type>] : []));
}

/** The first event of the type, once it is there. */
export function firstEvent<Type extends TaskEventType>(client: OutpostClient, taskId: TaskId, type: Type) {
  return until(`${type} of ${taskId}`, async () => eventsOf(await allEvents(client, taskId), type)[0]);
}

/** What `look` gives, once it is not undefined. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined> | Value | undefined,
  timeoutMs = defaultTimeoutMs,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`);
    await sleep(pollMs);
  }
}

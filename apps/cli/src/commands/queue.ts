// `outpost queue`: what is in it, adding to it, and what a person does with a task's place in it.
import { OutpostError, type PauseList, type Repository, type Task } from "@outpost/protocol";
import type { Connection } from "../connection/connect.ts";
import { findRepository } from "../connection/repository.ts";
import { count, wrap } from "../render/layout.ts";
import { clockTime, describeWaiting, type QueueNames, renderPause, renderQueue } from "../render/queue.ts";
import type { CommandContext } from "./context.ts";
import { findTaskId } from "./find-task.ts";
import { numberOption } from "./number-option.ts";
import { renderRetries } from "./queue-history.ts";
import { renderTask } from "./tasks.ts";

interface RepositoryOption {
  repo?: string;
}

async function namesOf({ client }: Connection): Promise<QueueNames> {
  const { items } = await client.call("listRepositories", {});
  return { repositories: items, nowMs: Date.now() };
}

const repositoryOf = async (connection: Connection, { repo }: RepositoryOption): Promise<Repository | null> =>
  repo === undefined ? null : findRepository(connection, repo);

export async function listQueueCommand(
  context: CommandContext,
  options: RepositoryOption & { limit?: string },
): Promise<void> {
  const limit = numberOption("--limit", options.limit, { min: 1, max: 200, otherwise: 50 });
  const connection = await context.connect();
  const repository = await repositoryOf(connection, options);
  const query = { limit, ...(repository ? { repositoryId: repository.id } : {}) };
  const [view, names] = await Promise.all([connection.client.call("getQueue", { query }), namesOf(connection)]);
  context.give(view, () => renderQueue(view, names, context.paint));
}

/** One task as the queue sees it: what it waits for, and why it was tried again. */
export async function showQueuedCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await connection.client.call("getTask", { params: { taskId } });
  const retries = await renderRetries(connection, taskId, Date.now());
  const waiting = describeWaiting(task, Date.now());
  context.give({ ...task, retriesSoFar: retries }, () =>
    [
      renderTask(task, context.paint),
      ...(waiting === null ? [] : ["", wrap(waiting, context.paint.columns)]),
      ...(retries.length ? ["", ...retries] : []),
    ].join("\n"),
  );
}

export async function pauseCommand(
  context: CommandContext,
  wanted: string | undefined,
  options: RepositoryOption & { reason?: string },
): Promise<void> {
  const connection = await context.connect();
  const why = options.reason === undefined ? {} : { reason: options.reason };
  if (wanted !== undefined) {
    const taskId = await findTaskId(connection, wanted);
    const task = await connection.client.call("pauseTask", { params: { taskId }, body: why });
    context.tell(task, () => `paused; go on with: outpost queue resume ${taskId}`);
    return;
  }
  const repository = await repositoryOf(connection, options);
  const body = { ...why, ...(repository ? { repositoryId: repository.id } : {}) };
  await givePauses(context, connection, await connection.client.call("pauseQueue", { body }), "");
}

export async function resumeCommand(
  context: CommandContext,
  wanted: string | undefined,
  options: RepositoryOption,
): Promise<void> {
  const connection = await context.connect();
  if (wanted !== undefined) {
    const taskId = await findTaskId(connection, wanted);
    const task = await connection.client.call("resumeTask", { params: { taskId } });
    context.tell(task, () => describePlace(task));
    return;
  }
  const repository = await repositoryOf(connection, options);
  const body = repository ? { repositoryId: repository.id } : {};
  await givePauses(context, connection, await connection.client.call("resumeQueue", { body }), "goes on");
}

async function givePauses(
  context: CommandContext,
  connection: Connection,
  result: PauseList,
  head: string,
): Promise<void> {
  const names = await namesOf(connection);
  const lines = result.pauses.map((pause) => renderPause(pause, names));
  context.tell(result, () => [head, ...lines].filter((line) => line !== "").join("\n"));
}

export async function retryCommand(context: CommandContext, wanted: string): Promise<void> {
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await connection.client.call("retryTask", { params: { taskId } });
  context.tell(task, () => `queued again, from its last checkpoint. Follow it with: outpost watch ${taskId}`);
}

export async function moveCommand(context: CommandContext, wanted: string, priority: string): Promise<void> {
  const number = numberOption("the priority", priority, { min: 0, max: 9, otherwise: 5 });
  const connection = await context.connect();
  const taskId = await findTaskId(connection, wanted);
  const task = await connection.client.call("moveTask", { params: { taskId }, body: { priority: number } });
  context.tell(task, () => `priority ${task.priority}; the task is ${task.state}`);
}

export function describePlace(task: Task): string {
  if (task.state === "scheduled") return `starts at ${clockTime(task.notBeforeMs ?? 0, Date.now())}`;
  if (task.state === "blocked") return task.reason ?? "waits for other tasks";
  return `the task is ${task.state}`;
}

/** Of the tasks that another one is to come after. */
export async function findTaskIds(connection: Connection, wanted: readonly string[]): Promise<Task["id"][]> {
  if (wanted.length > maxDependencies)
    throw new OutpostError(
      "invalid_input",
      `--after names ${count(wanted.length, "task")}; ${maxDependencies} at most`,
    );
  return Promise.all(wanted.map((one) => findTaskId(connection, one)));
}

const maxDependencies = 32;
